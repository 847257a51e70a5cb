//! The factors: the parameters that are doubted, with what is thought likely of each.

use detente_chance::{Address, HistoryKey, hash_name, hash_slot, uniform};
use detente_engine::{Prior, Setup, compile};
use detente_model::{Change, Intervention, Kind, Model, Operation, Target, Unit};
use serde::Serialize;

use crate::LabError;
use crate::answer::title_of;
use crate::telling::unit_of;

/// A doubted parameter.
#[derive(Debug, Clone)]
pub(crate) struct Factor {
    own: Prior,
    /// The name of its draws.
    address: u64,
    /// Its full name.
    pub(crate) id: String,
    /// What it is, in the author's words.
    pub(crate) about: String,
    /// The unit in which it is shown.
    pub(crate) unit: Unit,
    /// Its prior, as written.
    pub(crate) prior: String,
}

/// Which of a factor's draws is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Draw {
    /// The one a history makes where parameters are drawn from their priors.
    Own,
    /// Another, independent of it.
    Other,
    /// Where it stands at the start of a trajectory.
    Level,
    /// When it moves on a trajectory.
    Turn,
}

impl Draw {
    fn slot(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Other => "sensitivity: other",
            Self::Level => "sensitivity: level",
            Self::Turn => "sensitivity: turn",
        }
    }
}

impl Factor {
    /// The target it is.
    pub(crate) fn target(&self) -> Target {
        self.own.target
    }

    /// A uniform of this factor in a row of a design.
    pub(crate) fn uniform(&self, seed: u64, row: u64, draw: Draw) -> f64 {
        let address = Address { name: self.address, time: 0, slot: hash_slot(draw.slot()) };
        uniform(HistoryKey::new(seed, row), address)
    }

    /// The value, in base units, below which a share `u` of the prior lies.
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        self.own.quantile(u)
    }

    /// A value drawn from the prior.
    pub(crate) fn drawn(&self, seed: u64, row: u64, draw: Draw) -> f64 {
        self.quantile(self.uniform(seed, row, draw))
    }

    /// The share of the prior, cut to its range, at or below a value in base units.
    pub(crate) fn share_below(&self, value: f64) -> f64 {
        let Prior { distribution, range, .. } = self.own;
        let [low, high, at] = [range.low, range.high, value].map(|end| distribution.cdf(end));
        if high > low { ((at - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 }
    }

    /// As answers name it.
    pub(crate) fn said(&self) -> FactorSaid {
        FactorSaid {
            id: self.id.clone(),
            about: self.about.clone(),
            unit: self.unit.text.clone(),
            prior: self.prior.clone(),
        }
    }
}

/// A factor as answers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactorSaid {
    /// Its full name; `others` for all that are not named by themselves.
    pub id: String,
    /// What it is, in the author's words.
    pub about: String,
    /// Its unit.
    pub unit: String,
    /// Its prior, as written.
    pub prior: String,
}

/// Every doubted parameter that no intervention holds, in order of name.
pub(crate) fn factors(model: &Model, holding: &[Intervention]) -> Result<Vec<Factor>, LabError> {
    let program = compile(model, &Setup::default())?;
    let free = |own: &Prior| !holding.iter().any(|one| holds(one, own.target));
    let factor = |own: Prior| {
        let target = own.target;
        let prior = match &model.element(target.element).kind {
            Kind::Parameter(own) => own.priors.get(target.instance).and_then(Option::as_ref),
            _ => None,
        };
        let instance = &model.element(target.element).over.instances[target.instance];
        Factor {
            own,
            address: hash_name(&instance.address),
            id: model.full_name(target).to_owned(),
            about: title_of(model, target),
            unit: unit_of(model, target).unwrap_or_else(Unit::one),
            prior: prior.map_or_else(String::new, |prior| prior.text.clone()),
        }
    };
    let found: Vec<Factor> = program.priors().into_iter().filter(free).map(factor).collect();
    if found.is_empty() {
        let what = "no parameter of this scenario is doubted: give those that are a prior";
        return Err(LabError::Question(what.to_owned()));
    }
    Ok(found)
}

/// Whether an intervention leaves no doubt of a parameter.
fn holds(one: &Intervention, target: Target) -> bool {
    let fixed = matches!(one.change, Change::Quantity(Operation::Set, _) | Change::Without);
    fixed
        && one.span.from == 0
        && one.targets.element == target.element
        && one.targets.instances.contains(&target.instance)
}
