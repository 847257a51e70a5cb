//! Simulation-based calibration: fits to records made by the model itself, with assumptions that are
//! known.
//!
//! For each world the assumptions are drawn from their priors, one history is run, and what it did is
//! put in the place of the record: every event and answer of what the fitting part covers, and its
//! levels with an error of measurement. Then the world is fitted like the record. If sampler and
//! likelihood are right, the true values have every rank among the posterior's draws equally often (Talts,
//! Betancourt, Simpson, Vehtari and Gelman 2018).
//!
//! One rank more is that of the truth's distance from the middle of the priors. A fit that forgets its
//! prior may rank every assumption evenly, being too wide on one side as often as on the other; the
//! distance sees it (Modrák and others 2023 on the choice of what is ranked).
//!
//! Entries of what the record does not cover are left out of these records: that they were recorded is
//! itself a choice, which no model of the world makes.

use detente_chance::{Address, HistoryKey, hash_name, hash_slot, inverse_normal_cdf, uniform};
use detente_engine::{Block, Doubt, Machine, Posterior, Question as AskedOf};
use detente_model::{Kind, Model, Record, RecordEntry, Target, Tie};
use serde::Serialize;

use super::likelihood::Likelihood;
use super::part::Part;
use super::uniformity::{Uniformity, uniformity};
use super::{FitQuestion, Pilot, Work, sampler, seed_of};
use crate::LabError;
use crate::layout::Layout;
use crate::question::{Progress, Watch};
use crate::sheaf::Sheaf;

/// Draws of a posterior among which a true value is ranked.
const RANKED: usize = 31;
/// The name of the ranks of the distance from the middle of the priors.
const DISTANCE: &str = "distance from the priors' middle";
/// Bins of ranks.
const BINS: usize = 8;

/// What calibration found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// The scenario's name.
    pub scenario: String,
    /// SHA-256 of it.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// Worlds fitted.
    pub worlds: usize,
    /// Worlds whose record too few draws of the prior could follow, so that they were not fitted.
    pub failed: usize,
    /// Draws of each posterior among which the truth was ranked.
    pub ranked: usize,
    /// Draws of each fit, and histories for each of them.
    pub draws: usize,
    /// See `draws`.
    pub each: usize,
    /// Each assumption that the record speaks to, and the distance of all from the middle of their
    /// priors.
    pub ranks: Vec<Ranks>,
    /// The smaller p value of the worst assumption, times the number of tests (Bonferroni); at most 1.
    pub worst: f64,
}

/// The ranks of one assumption's true values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranks {
    /// The parameter's full name, or what else is ranked.
    pub id: String,
    /// Whether they are uniform.
    #[serde(flatten)]
    pub uniformity: Uniformity,
    /// The ranks, world by world.
    pub ranks: Vec<u64>,
}

/// Calibrates the fit of a model on so many worlds made by it. Stopped, it tells of the worlds
/// finished; `None` if there are none.
///
/// # Errors
/// As [`super::fit`].
pub fn calibrate(
    model: &Model,
    question: &FitQuestion,
    worlds: usize,
    watch: &Watch<'_>,
) -> Result<Option<Calibration>, LabError> {
    question.check()?;
    let part = Part::fitting(model);
    let quiet = Watch { progress: None, stop: watch.stop.clone() };
    let mut work = Work { question, watch: &quiet, finished: 0, of: 1 };
    let Some(pilot) = work.pilot(&part)? else { return Ok(None) };
    let likelihood = work.likelihood(&part, "calibration", 0, pilot.each)?;
    let mut ranks = vec![Vec::new(); pilot.active.len() + 1];
    let mut failed = 0;
    for number in 0..worlds {
        let world = World::made(&part, &likelihood, question.seed, number)?;
        match world.ranks(&mut work, &pilot, number)? {
            Fitted::Stopped => break,
            Fitted::Not => failed += 1,
            Fitted::Ranks(own) => {
                ranks.iter_mut().zip(own).for_each(|(all, rank)| all.push(rank));
            }
        }
        if let Some(progress) = watch.progress {
            progress(Progress { finished: number as u64 + 1, of: worlds as u64 });
        }
    }
    let fitted = ranks.first().map_or(0, Vec::len);
    if fitted == 0 {
        return Ok(None);
    }
    let columns = likelihood.columns();
    let name = |&place: &usize| model.full_name(columns[place]).to_owned();
    let names = pilot.active.iter().map(name).chain([DISTANCE.to_owned()]);
    let ranks: Vec<Ranks> = names
        .zip(ranks)
        .map(|(id, ranks)| Ranks { id, uniformity: uniformity(&ranks, RANKED as u64, BINS), ranks })
        .collect();
    let tests = 2.0 * ranks.len() as f64;
    let least = |own: &Ranks| own.uniformity.chi_square_p.min(own.uniformity.band_p);
    Ok(Some(Calibration {
        scenario: model.name.clone(),
        digest: model.digest.clone(),
        seed: question.seed,
        worlds: fitted,
        failed,
        ranked: RANKED,
        draws: question.plan.draws,
        each: pilot.each,
        worst: ranks.iter().map(least).fold(1.0, |worst: f64, p| worst.min(p * tests)).min(1.0),
        ranks,
    }))
}

/// A world made by the model: its assumptions, and the record of what happened in it.
pub(super) struct World {
    pub(super) truth: Vec<f64>,
    pub(super) part: Part,
}

/// What became of a world's fit.
pub(super) enum Fitted {
    Stopped,
    /// Too few draws of the prior could follow its record.
    Not,
    /// The ranks of the active assumptions, then that of the distance.
    Ranks(Vec<u64>),
}

fn chance(seed: u64, world: usize, slot: &str, place: usize) -> f64 {
    let name = hash_name("calibration").wrapping_add(place as u64);
    let address = Address { name, time: 0, slot: hash_slot(slot) };
    uniform(HistoryKey::new(seed, world as u64), address)
}

impl World {
    /// Draws assumptions, runs a history, and writes its record.
    pub(super) fn made(
        part: &Part,
        likelihood: &Likelihood<'_>,
        seed: u64,
        number: usize,
    ) -> Result<Self, LabError> {
        let columns = likelihood.columns();
        let truth: Vec<f64> = (0..columns.len())
            .map(|place| inverse_normal_cdf(chance(seed, number, "truth", place)))
            .collect();
        let rows = vec![likelihood.values(&truth)];
        let posterior = Posterior { columns, rows };
        let model = &part.model;
        let held: Vec<_> = crate::changes_of_schools(model).cloned().collect();
        let layout = Layout { outcomes: Vec::new(), followed: Vec::new() };
        let doubt = Doubt::Posterior(std::sync::Arc::new(posterior));
        let mut arm = layout.arm_with(model, &held, doubt)?;
        let questions = arm.program.questions();
        let level = |level| questions.iter().position(|one| *one == AskedOf::Level(level));
        arm.places = (0..model.record.levels.len()).filter_map(level).collect();
        let world = seed_of(seed, "world", number as u32);
        let mut block = Block::begin(&arm.program, world, &[0], Machine::single())?;
        let mut sheaf = arm.blank(&[0]);
        arm.finish(&mut block, &mut sheaf)?;
        let mut own = model.clone();
        let error = |place| inverse_normal_cdf(chance(seed, number, "measurement", place));
        own.record = record_of(model, part.until(), &sheaf, error);
        own.split = None;
        Ok(Self { truth, part: Part::whole(own, part.until()) })
    }

    /// Fits the world and ranks its true assumptions.
    pub(super) fn ranks(
        &self,
        work: &mut Work<'_>,
        pilot: &Pilot,
        number: usize,
    ) -> Result<Fitted, LabError> {
        let question = work.question;
        let likelihood = work.likelihood(&self.part, "world's run", number as u32, pilot.each)?;
        let seed = seed_of(question.seed, "world's sampler", number as u32);
        let plan = &question.plan;
        let mut weigh = |scores: &[Vec<f64>], call: u32| work.weigh(&likelihood, scores, call);
        let begun = match sampler::begin(plan, seed, self.truth.len(), &mut weigh) {
            // What it says is that the record is too much for the draws.
            Err(LabError::Question(_)) => return Ok(Fitted::Not),
            begun => begun?,
        };
        let Some(mut population) = begun else { return Ok(Fitted::Stopped) };
        while !population.is_done() {
            if !population.advance(plan, &pilot.active, &mut weigh)? {
                return Ok(Fitted::Stopped);
            }
        }
        let rank = |&place: &usize| rank_of(&population.scores, &self.truth, |row| row[place]);
        let ranks = pilot.active.iter().map(rank);
        let apart = rank_of(&population.scores, &self.truth, |row| distance(row, &pilot.active));
        Ok(Fitted::Ranks(ranks.chain([apart]).collect()))
    }
}

/// The square of the distance from the middle of the priors.
pub(super) fn distance(scores: &[f64], active: &[usize]) -> f64 {
    active.iter().map(|&place| scores[place] * scores[place]).sum()
}

/// How many of the draws kept for ranking lie below the truth in a quantity.
pub(super) fn rank_of(scores: &[Vec<f64>], truth: &[f64], quantity: impl Fn(&[f64]) -> f64) -> u64 {
    let kept = (0..RANKED).map(|number| &scores[number * scores.len() / RANKED]);
    kept.filter(|row| quantity(row) < quantity(truth)).count() as u64
}

/// The record of one history: what happened of what is covered before `until`, and its levels.
fn record_of(model: &Model, until: u32, sheaf: &Sheaf, error: impl Fn(usize) -> f64) -> Record {
    let covered = |target: Target, week: u32| {
        week < until
            && model.record.coverage.iter().any(|one| {
                one.of.element == target.element
                    && one.of.instances.contains(&target.instance)
                    && (one.from..one.until).contains(&week)
            })
    };
    let otherwise = |target: Target| match &model.element(target.element).kind {
        Kind::Decision(decision) => decision.otherwise,
        _ => None,
    };
    let mut entries = Vec::new();
    for deed in sheaf.deeds.iter().flatten().filter(|deed| covered(deed.target, deed.week)) {
        let tie = match deed.answer {
            Some(answer) if otherwise(deed.target) == Some(answer) => continue,
            Some(answer) => Tie::Choice(deed.target, answer),
            None => Tie::Event(deed.target),
        };
        let date = model.calendar.monday(deed.week);
        entries.push(RecordEntry {
            id: format!("entry_{}", entries.len()),
            subsystem: String::new(),
            date,
            decided: Some(date),
            title: model.full_name(deed.target).to_owned(),
            sources: Vec::new(),
            tie: Some(tie),
            window: 1,
            place: Default::default(),
        });
    }
    let mut levels = model.record.levels.clone();
    for (place, (level, measured)) in levels.iter_mut().zip(&sheaf.outcomes).enumerate() {
        level.value = measured.first().copied().unwrap_or(level.value) + level.error * error(place);
    }
    Record { coverage: model.record.coverage.clone(), entries, levels }
}
