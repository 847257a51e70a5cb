//! What prior and posterior would have expected of the entries to which they were fitted.

use std::sync::Arc;

use detente_engine::{Doubt, Machine, Posterior, Question as AskedOf};
use detente_model::{Level, Model, RecordEntry, Tie};
use serde::Serialize;

use super::FitQuestion;
use super::diagnostics::quantiles;
use super::likelihood::Likelihood;
use super::part::Part;
use super::sampler::Population;
use crate::LabError;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::question::Watch;
use crate::sheaf::Sheaf;

/// Free histories of each.
const HISTORIES: u64 = 2048;
/// Weeks on either side of an entry that count as near it.
const NEAR: u32 = 4;

/// What free histories of prior and posterior hold of the fitting part.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Predictive {
    /// Histories run under each.
    pub histories: u64,
    /// Entries, in the order in which they could be met.
    pub entries: Vec<PredictedEntry>,
    /// Levels.
    pub levels: Vec<PredictedLevel>,
}

/// An entry and how often histories hold it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictedEntry {
    /// The entry.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its date.
    pub date: String,
    /// Shares under the prior of histories in which it happens at all, and within four weeks of the date.
    pub prior: [f64; 2],
    /// The same under the posterior.
    pub posterior: [f64; 2],
}

/// A level and what histories measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PredictedLevel {
    /// The level.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// The record's value.
    pub recorded: f64,
    /// Quantiles 0.05, 0.25, 0.5, 0.75 and 0.95 under the prior.
    pub prior: [f64; 5],
    /// The same under the posterior.
    pub posterior: [f64; 5],
    /// The share of the posterior's histories that measure less than the record.
    pub below: f64,
}

/// Runs free histories of prior and posterior. `None` if it was stopped.
///
/// # Errors
/// A run that stops.
pub(crate) fn predictive(
    part: &Part,
    question: &FitQuestion,
    likelihood: &Likelihood<'_>,
    runs: &[Population],
    watch: &Watch<'_>,
) -> Result<Option<Predictive>, LabError> {
    let rows: Vec<Vec<f64>> =
        runs.iter().flat_map(|run| &run.scores).map(|row| likelihood.values(row)).collect();
    let posterior = Posterior { columns: likelihood.columns(), rows };
    let prior = seen(part, question, Doubt::Prior, watch)?;
    let posterior = seen(part, question, Doubt::Posterior(Arc::new(posterior)), watch)?;
    let (Some(prior), Some(posterior)) = (prior, posterior) else { return Ok(None) };
    let mut answer = Predictive { histories: HISTORIES, ..Predictive::default() };
    let share = |count: u64| count as f64 / HISTORIES as f64;
    for ((entry, prior), posterior) in entries_of(part).zip(&prior.entries).zip(&posterior.entries)
    {
        answer.entries.push(PredictedEntry {
            id: entry.id.clone(),
            title: entry.title.clone(),
            date: entry.date.to_string(),
            prior: prior.map(share),
            posterior: posterior.map(share),
        });
    }
    for ((level, prior), posterior) in levels_of(part).zip(&prior.levels).zip(&posterior.levels) {
        let shown = |values: &[f64]| quantiles(values).map(|value| level.unit.shown(value));
        let below = posterior.iter().filter(|value| **value < level.value).count() as u64;
        answer.levels.push(PredictedLevel {
            id: level.id.clone(),
            title: level.title.clone(),
            unit: level.unit.text.clone(),
            recorded: level.unit.shown(level.value),
            prior: shown(prior),
            posterior: shown(posterior),
            below: share(below),
        });
    }
    Ok(Some(answer))
}

fn entries_of(part: &Part) -> impl Iterator<Item = &RecordEntry> {
    part.entries().map(|(number, _)| &part.model.record.entries[number])
}

fn levels_of(part: &Part) -> impl Iterator<Item = &Level> {
    part.levels().map(|(number, _)| &part.model.record.levels[number])
}

/// What free histories hold: entry by entry how many hold it at all and near its date; level by level
/// what they measure.
struct Seen {
    entries: Vec<[u64; 2]>,
    levels: Vec<Vec<f64>>,
}

fn seen(
    part: &Part,
    question: &FitQuestion,
    doubt: Doubt,
    watch: &Watch<'_>,
) -> Result<Option<Seen>, LabError> {
    let model = &part.model;
    let layout = Layout { outcomes: Vec::new(), followed: Vec::new() };
    let held: Vec<_> = crate::changes_of_schools(model).cloned().collect();
    let mut arm = layout.arm_with(model, &held, doubt)?;
    let questions = arm.program.questions();
    let level = |number| questions.iter().position(|one| *one == AskedOf::Level(number));
    arm.places = part.levels().filter_map(|(number, _)| level(number)).collect();
    let tied: Vec<&RecordEntry> = entries_of(part).collect();
    let mut seen =
        Seen { entries: vec![[0; 2]; tied.len()], levels: vec![Vec::new(); arm.places.len()] };
    let machine = Machine::best();
    let width = machine.width.lanes() as u64;
    let seed = super::seed_of(question.seed, "predictive", 0);
    let ids =
        |piece: u64| (piece * width..((piece + 1) * width).min(HISTORIES)).collect::<Vec<_>>();
    in_order(
        HISTORIES.div_ceil(width),
        question.threads(),
        &watch.stop,
        |piece| arm.run(seed, &ids(piece), machine),
        |sheaf| {
            for (count, entry) in seen.entries.iter_mut().zip(&tied) {
                add(count, model, entry, &sheaf);
            }
            for (values, own) in seen.levels.iter_mut().zip(&sheaf.outcomes) {
                values.extend_from_slice(own);
            }
            Ok::<(), LabError>(())
        },
    )?;
    Ok((!watch.stop.asked()).then_some(seen))
}

fn add(count: &mut [u64; 2], model: &Model, entry: &RecordEntry, sheaf: &Sheaf) {
    let (target, answer, date) = match &entry.tie {
        Some(Tie::Event(target)) => (*target, None, entry.date),
        Some(Tie::Choice(target, answer)) => {
            (*target, Some(*answer), entry.decided.unwrap_or(entry.date))
        }
        None => return,
    };
    let week = model.calendar.week_of(date);
    for deeds in &sheaf.deeds {
        let mut own =
            deeds.iter().filter(|deed| deed.target == target && deed.answer == answer).peekable();
        count[0] += u64::from(own.peek().is_some());
        let near = own.any(|deed| week.is_some_and(|week| week.abs_diff(deed.week) <= NEAR));
        count[1] += u64::from(near);
    }
}
