//! Fitting: what the record says of the assumptions, and how far that can be trusted.

mod answer;
mod calibration;
mod checkpoint;
mod diagnostics;
mod influence;
mod keep;
mod likelihood;
mod pareto;
mod part;
mod predictive;
mod sampler;
mod screen;
mod spread;
#[cfg(test)]
mod tests;
mod uniformity;
mod write;

use std::num::NonZeroUsize;
use std::path::Path;

use detente_chance::{Address, HistoryKey, draw_bits, hash_name, hash_slot};
use detente_model::Model;

pub use answer::{Concern, Fit, FitAsked, Run};
pub use calibration::{Calibration, Ranks, calibrate};
pub use diagnostics::Learnt;
pub use influence::Influence;
pub use keep::keep_fit;
pub use predictive::{PredictedEntry, PredictedLevel, Predictive};
pub use sampler::{Plan, Step};
pub use uniformity::Uniformity;
pub use write::{POSTERIOR, POSTERIOR_MANIFEST, write_posterior};

use crate::LabError;
use crate::guided::ISLAND;
use crate::question::{Progress, Watch};
use checkpoint::Saved;
use likelihood::{Likelihood, scatter};
use part::Part;
use sampler::{Population, Weighed};

/// The standard deviation of an estimate of ln likelihood for which histories are chosen. Between 1.0
/// and 1.7 a pseudo-marginal sampler learns most for its cost (Doucet, Pitt, Deligiannidis and Kohn
/// 2015; Sherlock, Thiery, Roberts and Rosenthal 2015 put it at 1.8 for large models).
const WANTED_SCATTER: f64 = 1.3;
/// Histories for each draw with which a fit feels its way.
const PILOT_EACH: usize = 128;
/// The most histories for each draw: one island.
const MOST_EACH: usize = ISLAND as usize;
/// The best draws of the pilot whose estimates are repeated, and how often.
const REPEATED: (usize, u32) = (4, 8);

/// How a fit is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitQuestion {
    /// The seed of all chance.
    pub seed: u64,
    /// Runs of the sampler, each from a beginning of its own, so that they can be compared.
    pub runs: usize,
    /// How the sampler works.
    pub plan: Plan,
    /// Histories for each draw; chosen by the noise of the estimate if `None`.
    pub each: Option<usize>,
    /// The most assumptions that are moved together.
    pub most_active: usize,
    /// The most rows of the posterior that is kept.
    pub rows: usize,
    /// How many threads; as many as the machine has, if `None`. The answer does not depend on it.
    pub jobs: Option<NonZeroUsize>,
}

impl Default for FitQuestion {
    fn default() -> Self {
        Self {
            seed: 1,
            runs: 2,
            plan: Plan::default(),
            each: None,
            most_active: 20,
            rows: 400,
            jobs: None,
        }
    }
}

impl FitQuestion {
    fn check(&self) -> Result<(), LabError> {
        let refuse = |what: &str| Err(LabError::Question(what.to_owned()));
        let keeps = self.plan.keeps;
        if self.runs == 0 || self.rows == 0 || self.each == Some(0) {
            return refuse("a fit wants at least one run, one row and one history for each draw");
        }
        if !(8..=65_536).contains(&self.plan.draws) || self.runs > 64 {
            return refuse("a fit takes 8 to 65,536 draws and at most 64 runs");
        }
        if self.each.is_some_and(|each| each > MOST_EACH) {
            return refuse("at most 1,024 histories follow the record together for one draw");
        }
        if !(keeps > 0.0 && keeps < 1.0) {
            return refuse("the share of draws that a step keeps lies between 0 and 1");
        }
        Ok(())
    }

    fn threads(&self) -> usize {
        let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or(all, NonZeroUsize::get).min(256)
    }
}

/// A seed of its own for each of a fit's parts.
fn seed_of(seed: u64, part: &str, number: u32) -> u64 {
    let address = Address { name: hash_name("fit"), time: number, slot: hash_slot(part) };
    draw_bits(HistoryKey::new(seed, 0), address)
}

/// What the pilot found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pilot {
    /// Histories for each draw.
    each: usize,
    /// The standard deviation of the estimate of ln likelihood with as many, near the best draws.
    scatter: f64,
    /// What each assumption explains.
    explained: Vec<f64>,
    explained_by_chance: f64,
    /// The assumptions that the record speaks to.
    active: Vec<usize>,
    /// Of the pilot's draws, the share that could follow the record.
    following: f64,
}

/// Fits a model's assumptions to the fitting part of its record. With `checkpoint`, what is finished is
/// kept there after every step, and a fit that was stopped goes on from it.
///
/// `None` if the watch stopped it.
///
/// # Errors
/// A question that cannot be asked, a model with nothing to fit or nothing to fit to, draws of the
/// prior that cannot follow the record, a run that stops, a checkpoint of another fit.
pub fn fit(
    model: &Model,
    question: &FitQuestion,
    checkpoint: Option<&Path>,
    watch: &Watch<'_>,
) -> Result<Option<Fit>, LabError> {
    question.check()?;
    let part = Part::fitting(model);
    let mut saved = Saved::open(model, question, checkpoint)?;
    let mut work = Work { question, watch, finished: 0, of: 1 };
    if saved.pilot.is_none() {
        let Some(pilot) = work.pilot(&part)? else { return Ok(None) };
        saved.pilot = Some(pilot);
        saved.keep(checkpoint)?;
    }
    let Some(pilot) = saved.pilot.clone() else { return Ok(None) };
    for run in 0..question.runs {
        let likelihood = work.likelihood(&part, "run", run as u32, pilot.each)?;
        while saved.runs.get(run).is_none_or(|population| !population.is_done()) {
            let before = saved.runs.get(run).cloned();
            let Some(after) = work.step(before, run, &pilot, &likelihood)? else {
                return Ok(None);
            };
            saved.runs.truncate(run);
            saved.runs.push(after);
            saved.keep(checkpoint)?;
        }
    }
    let likelihood = work.likelihood(&part, "run", 0, pilot.each)?;
    let predictive = predictive::predictive(&part, question, &likelihood, &saved.runs, watch)?;
    Ok(predictive.map(|predictive| {
        answer::answer(model, &part, question, &pilot, &likelihood, &saved.runs, predictive)
    }))
}

/// A fit under way, with how far it has come.
struct Work<'a> {
    question: &'a FitQuestion,
    watch: &'a Watch<'a>,
    /// Histories run.
    finished: u64,
    /// Histories of the whole, as far as can be told.
    of: u64,
}

impl Work<'_> {
    fn likelihood<'p>(
        &self,
        part: &'p Part,
        name: &str,
        number: u32,
        each: usize,
    ) -> Result<Likelihood<'p>, LabError> {
        let seed = seed_of(self.question.seed, name, number);
        Likelihood::new(part, seed, each, self.question.threads())
    }

    fn weigh(
        &mut self,
        likelihood: &Likelihood<'_>,
        scores: &[Vec<f64>],
        call: u32,
    ) -> Result<Option<Vec<Weighed>>, LabError> {
        let (watch, finished, of) = (self.watch, &mut self.finished, self.of);
        likelihood.weigh(scores, call, &watch.stop, |histories| {
            *finished += histories;
            if let Some(progress) = watch.progress {
                progress(Progress { finished: *finished, of: of.max(*finished) });
            }
        })
    }

    /// Screens the assumptions and chooses how many histories a draw needs.
    fn pilot(&mut self, part: &Part) -> Result<Option<Pilot>, LabError> {
        let question = self.question;
        let each = question.each.unwrap_or(PILOT_EACH);
        let likelihood = self.likelihood(part, "pilot", 0, each)?;
        let plan = Plan { draws: question.plan.draws * 2, ..question.plan };
        let rounds = question.runs as u64 * self.rounds_of_run(None);
        self.of = (plan.draws + question.plan.draws * rounds as usize) as u64 * each as u64;
        let dimensions = likelihood.columns().len();
        let seed = seed_of(question.seed, "pilot", 1);
        let begun = sampler::begin(&plan, seed, dimensions, &mut |scores, call| {
            self.weigh(&likelihood, scores, call)
        })?;
        let Some(population) = begun else { return Ok(None) };
        let logs: Vec<f64> = population.weighed.iter().map(|one| one.log).collect();
        let explained = screen::explained(&population.scores, &logs);
        let active = screen::telling(&explained, plan.draws, question.most_active);
        let Some(scatter) = self.repeat(&population, &likelihood)? else { return Ok(None) };
        let chosen = question.each.unwrap_or_else(|| each_for(scatter, each));
        let following = logs.iter().filter(|log| log.is_finite()).count() as f64;
        Ok(Some(Pilot {
            each: chosen,
            scatter: scatter * (each as f64 / chosen as f64).sqrt(),
            explained_by_chance: explained.first().map_or(0.0, |one| one.by_chance),
            explained: explained.iter().map(|one| one.share).collect(),
            active,
            following: following / logs.len() as f64,
        }))
    }

    /// How far the estimate scatters at the best draws: the middle one of their standard deviations.
    fn repeat(
        &mut self,
        population: &Population,
        likelihood: &Likelihood<'_>,
    ) -> Result<Option<f64>, LabError> {
        let mut order: Vec<usize> = (0..population.scores.len()).collect();
        let log = |number: usize| population.weighed[number].log;
        order.sort_by(|&a, &b| log(b).total_cmp(&log(a)));
        order.truncate(REPEATED.0);
        let rows: Vec<Vec<f64>> =
            order.iter().map(|&number| population.scores[number].clone()).collect();
        let mut logs = vec![Vec::new(); rows.len()];
        for call in 0..REPEATED.1 {
            let Some(weighed) = self.weigh(likelihood, &rows, call + 1)? else { return Ok(None) };
            logs.iter_mut().zip(weighed).for_each(|(logs, one)| logs.push(one.log));
        }
        let mut scatters: Vec<f64> = logs.iter().filter_map(|logs| scatter(logs)).collect();
        scatters.sort_by(f64::total_cmp);
        Ok(Some(scatters.get(scatters.len() / 2).copied().unwrap_or(0.0)))
    }

    /// A run's beginning, or its next step.
    fn step(
        &mut self,
        before: Option<Population>,
        run: usize,
        pilot: &Pilot,
        likelihood: &Likelihood<'_>,
    ) -> Result<Option<Population>, LabError> {
        let question = self.question;
        let a_round = question.plan.draws as u64 * pilot.each as u64;
        let left = self.rounds_of_run(before.as_ref())
            + (question.runs - run - 1) as u64 * self.rounds_of_run(None);
        self.of = self.finished + left * a_round;
        match before {
            None => {
                let seed = seed_of(question.seed, "sampler", run as u32);
                let dimensions = likelihood.columns().len();
                sampler::begin(&question.plan, seed, dimensions, &mut |scores, call| {
                    self.weigh(likelihood, scores, call)
                })
            }
            Some(mut population) => {
                let going =
                    population.advance(&question.plan, &pilot.active, &mut |scores, call| {
                        self.weigh(likelihood, scores, call)
                    })?;
                Ok(going.then_some(population))
            }
        }
    }

    /// Rounds of the likelihood still to come in a run, guessed from how the temperature has risen: it
    /// rises by about the same factor in each step.
    fn rounds_of_run(&self, population: Option<&Population>) -> u64 {
        const STEPS: f64 = 12.0;
        let rounds_of_step = 2.0 * f64::from(self.question.plan.most_rounds.min(6));
        let Some(population) = population else { return 1 + (STEPS * rounds_of_step) as u64 };
        let steps = match population.steps.as_slice() {
            [] | [_] => STEPS - population.steps.len() as f64,
            [first, .., last] => {
                let rise = detente_chance::ln(last.temperature / first.temperature)
                    / (population.steps.len() - 1) as f64;
                (-detente_chance::ln(last.temperature) / rise.max(0.05)).ceil()
            }
        };
        let done: u32 = population.steps.iter().map(|step| 2 * step.rounds).sum();
        let a_step = match population.steps.len() {
            0 => rounds_of_step,
            count => f64::from(done) / count as f64,
        };
        (steps.max(0.0) * a_step).ceil() as u64
    }
}

/// How many histories bring the scatter of an estimate to the wanted one: its variance falls as their
/// number rises.
fn each_for(scatter: f64, with: usize) -> usize {
    let wanted = with as f64 * (scatter / WANTED_SCATTER) * (scatter / WANTED_SCATTER);
    (wanted / 64.0).ceil().clamp(1.0, MOST_EACH as f64 / 64.0) as usize * 64
}
