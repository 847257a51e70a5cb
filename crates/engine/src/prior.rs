//! Priors as the engine draws from them, for those who choose the draws themselves.

use detente_chance::distribution::Distribution;
use detente_model::{Range, Target};

use crate::Program;

/// A doubted parameter with its prior, cut to its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// The parameter.
    pub target: Target,
    /// Its prior, in base units.
    pub distribution: Distribution,
    /// What it is cut to.
    pub range: Range,
}

impl Prior {
    /// The value below which a share `u` in (0, 1) of the cut prior lies, in base units: the number
    /// that a history draws from the uniform `u`.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        self.distribution.quantile_within(u, self.range.low, self.range.high)
    }
}

impl Program {
    /// Every doubted parameter that the program has a place for, in order of target.
    #[must_use]
    pub fn priors(&self) -> Vec<Prior> {
        let prior = |plan: &crate::program::ParameterPlan| {
            let (target, range) = (plan.target, plan.range);
            plan.prior.map(|distribution| Prior { target, distribution, range })
        };
        self.parameters.iter().filter_map(prior).collect()
    }
}
