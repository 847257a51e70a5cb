//! The likelihood of the fitting part of the record, estimated for rows of parameters.
//!
//! For each row an island of histories follows the record; the product of its mean weights between
//! resamplings is an unbiased estimate of the probability of the record under that row (Del Moral 2004,
//! section 7.4). Every call has chance of its own, which the sampler needs.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use detente_chance::{Address, HistoryKey, draw_bits, hash_name, hash_slot, normal_cdf};
use detente_engine::{Doubt, Guidance, Machine, Posterior, Prior, Program, Width};
use detente_model::{Coupling, Intervention, Target};

use super::part::Part;
use super::sampler::Weighed;
use crate::LabError;
use crate::guided::Following;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::question::Stop;

/// What estimates the likelihood.
pub(crate) struct Likelihood<'a> {
    program: Program,
    guidance: &'a Guidance,
    priors: Vec<Prior>,
    machine: Machine,
    seed: u64,
    /// Histories for each row.
    pub(crate) each: usize,
    threads: usize,
}

impl<'a> Likelihood<'a> {
    /// For a part of the record, with so many histories for each row.
    ///
    /// # Errors
    /// The model makes no program; no parameter is doubted.
    pub(crate) fn new(
        part: &'a Part,
        seed: u64,
        each: usize,
        threads: usize,
    ) -> Result<Self, LabError> {
        let model = &part.model;
        if model.coupling == Coupling::Threshold {
            let why = "histories cannot follow the record under the threshold coupling";
            return Err(LabError::Question(why.to_owned()));
        }
        let held: Vec<Intervention> = crate::changes_of_schools(model).cloned().collect();
        let bare = Layout { outcomes: Vec::new(), followed: Vec::new() };
        let priors = bare.arm_with(model, &held, Doubt::Prior)?.program.priors();
        if priors.is_empty() {
            return Err(LabError::Question(format!(
                "{} doubts nothing: no parameter has a `prior`, so that there is nothing to fit",
                model.name
            )));
        }
        if part.entries().next().is_none()
            && part.levels().next().is_none()
            && part.guidance.events.is_empty()
        {
            return Err(LabError::Question(format!(
                "the record of {} has nothing that may be fitted to: tie entries to the model, or \
                 measure levels",
                model.name
            )));
        }
        // Its row is never used: each island is given its own.
        let columns: Vec<Target> = priors.iter().map(|prior| prior.target).collect();
        let row = columns.iter().map(|_| 0.0).collect();
        let doubt = Doubt::Posterior(Arc::new(Posterior { columns, rows: vec![row] }));
        let program = bare.arm_with(model, &held, doubt)?.program;
        let guidance = &part.guidance;
        let machine = machine_for(each);
        Ok(Self { program, guidance, priors, machine, seed, each, threads })
    }

    /// The doubted parameters, in the order of columns.
    pub(crate) fn columns(&self) -> Vec<Target> {
        self.priors.iter().map(|prior| prior.target).collect()
    }

    /// A row of values in base units, from normal scores of the priors.
    pub(crate) fn values(&self, scores: &[f64]) -> Vec<f64> {
        scores.iter().enumerate().map(|(place, score)| self.value(place, *score)).collect()
    }

    /// One parameter's value in base units, from its normal score.
    pub(crate) fn value(&self, place: usize, score: f64) -> f64 {
        self.priors[place].quantile(open(normal_cdf(score)))
    }

    /// The estimate for each row of normal scores; `call` gives it chance of its own. `None` if it was
    /// stopped.
    ///
    /// # Errors
    /// A run that stops.
    pub(crate) fn weigh(
        &self,
        scores: &[Vec<f64>],
        call: u32,
        stop: &Stop,
        mut tell: impl FnMut(u64),
    ) -> Result<Option<Vec<Weighed>>, LabError> {
        let rows: Vec<Vec<f64>> = scores.iter().map(|row| self.values(row)).collect();
        let address = Address {
            name: hash_name("likelihood"),
            time: call,
            slot: hash_slot("seed of a call"),
        };
        let seed = draw_bits(HistoryKey::new(self.seed, 0), address);
        let each = self.each as u64;
        let mut weighed = Vec::with_capacity(scores.len());
        in_order(
            rows.len() as u64,
            self.threads,
            stop,
            |number| {
                let following = Following {
                    program: &self.program,
                    doubt: Doubt::AtValues,
                    row: Some(&rows[number as usize]),
                    guidance: self.guidance,
                    seed,
                    first: number * each,
                    histories: each,
                    machine: self.machine,
                };
                following.log_evidence_by_week().map_err(LabError::from)
            },
            |weeks: Vec<f64>| {
                weighed.push(Weighed { log: weeks.iter().sum(), weeks });
                tell(each);
                Ok(())
            },
        )?;
        Ok((weighed.len() == scores.len()).then_some(weighed))
    }
}

/// The narrowest machine that takes so many histories abreast, or the widest.
fn machine_for(each: usize) -> Machine {
    let width = Width::ALL.into_iter().find(|width| width.lanes() >= each);
    let best = Machine::best();
    Machine { width: width.unwrap_or(best.width), ..best }
}

/// A share that a quantile can be asked of: not 0 or 1, which scores far out round to.
fn open(share: f64) -> f64 {
    share.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
}

/// How far estimates of ln likelihood of one row scatter: their standard deviation over calls.
pub(crate) fn scatter(logs: &[f64]) -> Option<f64> {
    let mut moments = crate::statistics::Moments::default();
    logs.iter().filter(|log| log.is_finite()).for_each(|log| moments.add(*log));
    (moments.count > 1).then(|| moments.variance().sqrt())
}
