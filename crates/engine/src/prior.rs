//! Priors as the engine draws from them, for those who choose the draws themselves.

use std::sync::Arc;

use detente_chance::distribution::Distribution;
use detente_model::{Range, Target};

use crate::{CompileError, Doubt, Posterior, Program};

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

    /// Lets histories that begin from now on take their parameters from other rows.
    ///
    /// # Errors
    /// The program was compiled for the author's values, or the rows do not fit their columns; then
    /// nothing is changed.
    pub fn take_rows(&mut self, posterior: Arc<Posterior>) -> Result<(), CompileError> {
        let fault = |why: &str| Err(CompileError::Posterior { why: why.to_owned() });
        if matches!(self.doubt, Doubt::AtValues) {
            return fault("the program was compiled for the author's values");
        }
        if posterior.rows.is_empty() {
            return fault("it has no row");
        }
        if posterior.rows.iter().any(|row| row.len() != posterior.columns.len()) {
            return fault("a row has not one number for each column");
        }
        self.doubt = Doubt::Posterior(posterior);
        Ok(())
    }
}
