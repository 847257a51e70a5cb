//! What chance gives to an address.

use detente_chance::distribution::Distribution as Drawn;
use detente_chance::{Address, HistoryKey, hash_name, hash_slot, uniform};
use detente_model::{Distribution, DistributionFamily};

use super::evaluate::Scene;

/// The slot of an element's own draw: its happening, its shock, its one number.
pub(crate) const OWN: &str = "";

/// The slot of the place of a history's first week within a decision's mood.
pub(crate) const MOOD_OFFSET: &str = "mood offset";

/// The slot of the exponential that an event's hazard is spent against, in the second coupling.
pub(crate) const THRESHOLD: &str = "threshold of hazard";

/// The uniform of a name, a time and a slot in one history.
pub(crate) fn uniform_of(key: HistoryKey, name: &str, time: u32, slot: &str) -> f64 {
    uniform(key, Address { name: hash_name(name), time, slot: hash_slot(slot) })
}

/// A distribution with its arguments read in a world.
pub(crate) fn read(distribution: &Distribution, scene: &Scene<'_>, binders: &[f64]) -> Drawn {
    let x: Vec<f64> =
        distribution.arguments.iter().map(|a| scene.value(&a.expr, binders)).collect();
    match distribution.family {
        DistributionFamily::Normal => Drawn::Normal { mean: x[0], sd: x[1] },
        DistributionFamily::Lognormal => Drawn::LogNormal { log_mean: x[0], log_sd: x[1] },
        DistributionFamily::Uniform => Drawn::Uniform { low: x[0], high: x[1] },
        DistributionFamily::Loguniform => Drawn::LogUniform { low: x[0], high: x[1] },
        DistributionFamily::Exponential => Drawn::Exponential { mean: x[0] },
        DistributionFamily::Triangular => Drawn::Triangular { low: x[0], mode: x[1], high: x[2] },
        DistributionFamily::Bernoulli => Drawn::Bernoulli { probability: x[0] },
        DistributionFamily::HalfNormal => Drawn::HalfNormal { scale: x[0] },
    }
}
