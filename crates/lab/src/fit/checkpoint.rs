//! What a fit keeps of itself after every step, so that it can be stopped and gone on with.
//!
//! One JSON file, written whole. Numbers stand in it by their bits, so that a fit that was stopped ends
//! in the same bytes as one that was not.

use std::fs;
use std::path::Path;

use detente_model::Model;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::sampler::{Population, Step, Weighed};
use super::{FitQuestion, Pilot};
use crate::LabError;
use crate::bundle::{Overwrite, hex, write_whole};
use crate::parts::{bits, numbers};

/// A fit as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Saved {
    key: String,
    pub(crate) pilot: Option<Pilot>,
    /// Runs begun, in order; all but the last are done.
    pub(crate) runs: Vec<Population>,
}

#[derive(Serialize, Deserialize)]
struct File {
    /// What tells this fit from others.
    key: String,
    pilot: Option<KeptPilot>,
    runs: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
struct KeptPilot {
    each: usize,
    scatter: String,
    explained: String,
    active: Vec<usize>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    seed: u64,
    calls: u32,
    origins: Vec<usize>,
    /// Temperature, ln evidence, sizes of steps.
    state: String,
    scores: Vec<String>,
    logs: String,
    weeks: Vec<String>,
    steps: Vec<KeptStep>,
}

#[derive(Serialize, Deserialize)]
struct KeptStep {
    ancestors: usize,
    rounds: u32,
    numbers: String,
}

impl Saved {
    /// The fit kept in a file, or one that has not begun.
    pub(crate) fn open(
        model: &Model,
        question: &FitQuestion,
        file: Option<&Path>,
    ) -> Result<Self, LabError> {
        let key = key_of(model, question);
        let none = Self { key: key.clone(), pilot: None, runs: Vec::new() };
        let Some(path) = file else { return Ok(none) };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(none),
            Err(error) => {
                let why = format!("{error}; remove it to begin anew");
                return Err(LabError::Unreadable(path.to_owned(), why));
            }
        };
        let unreadable = |what: &str| LabError::Unreadable(path.to_owned(), what.to_owned());
        let kept: File = serde_json::from_str(&text)
            .map_err(|_| unreadable("no fit was kept in it; remove it to begin anew"))?;
        if kept.key != key {
            return Err(unreadable(
                "it is of another fit: of another version of the scenario, another release, or \
                 other options. Remove it to begin anew",
            ));
        }
        let broken = || unreadable("it does not hold together; remove it to begin anew");
        let pilot = kept.pilot.map(|own| own.pilot().ok_or_else(broken)).transpose()?;
        let runs = kept.runs.into_iter().map(|own| own.population().ok_or_else(broken));
        Ok(Self { key, pilot, runs: runs.collect::<Result<_, _>>()? })
    }

    /// Writes it, if it is to be kept.
    pub(crate) fn keep(&self, file: Option<&Path>) -> Result<(), LabError> {
        let Some(path) = file else { return Ok(()) };
        let file = File {
            key: self.key.clone(),
            pilot: self.pilot.as_ref().map(KeptPilot::of),
            runs: self.runs.iter().map(Kept::of).collect(),
        };
        let text = serde_json::to_string(&file)
            .map_err(|error| LabError::Unwritable(path.to_owned(), error.to_string()))?;
        write_whole(path, text.as_bytes(), Overwrite::Replace)
    }
}

/// SHA-256 of everything a fit depends on but the number of threads.
fn key_of(model: &Model, question: &FitQuestion) -> String {
    let FitQuestion { seed, runs, plan, each, most_active, rows: _, jobs: _ } = question;
    let split = model.split.as_ref().map_or("", |split| &split.digest);
    let whole = format!(
        "{} {} {split} {:?} {seed} {runs} {plan:?} {each:?} {most_active}",
        crate::RELEASE,
        model.digest,
        model.loaded_with
    );
    hex(&Sha256::digest(whole))
}

impl KeptPilot {
    fn of(pilot: &Pilot) -> Self {
        let Pilot { each, scatter, explained, explained_by_chance, active, following } = pilot;
        Self {
            each: *each,
            scatter: bits(&[*scatter, *explained_by_chance, *following]),
            explained: bits(explained),
            active: active.clone(),
        }
    }

    fn pilot(self) -> Option<Pilot> {
        let [scatter, explained_by_chance, following] = numbers(&self.scatter)?.try_into().ok()?;
        let explained = numbers(&self.explained)?;
        let known = self.active.iter().all(|&place| place < explained.len());
        known.then_some(Pilot {
            each: self.each,
            scatter,
            explained,
            explained_by_chance,
            active: self.active,
            following,
        })
    }
}

impl Kept {
    fn of(population: &Population) -> Self {
        let [active, rest] = population.sizes;
        let logs: Vec<f64> = population.weighed.iter().map(|one| one.log).collect();
        let step = |step: &Step| KeptStep {
            ancestors: step.ancestors,
            rounds: step.rounds,
            numbers: bits(&[step.temperature, step.effective, step.taken_active, step.taken_rest]),
        };
        Self {
            seed: population.seed,
            calls: population.calls,
            origins: population.origins.clone(),
            state: bits(&[population.temperature, population.log_evidence, active, rest]),
            scores: population.scores.iter().map(|row| bits(row)).collect(),
            logs: bits(&logs),
            weeks: population.weighed.iter().map(|one| bits(&one.weeks)).collect(),
            steps: population.steps.iter().map(step).collect(),
        }
    }

    fn population(self) -> Option<Population> {
        let [temperature, log_evidence, active, rest] = numbers(&self.state)?.try_into().ok()?;
        let scores: Vec<Vec<f64>> =
            self.scores.iter().map(|row| numbers(row)).collect::<Option<_>>()?;
        let logs = numbers(&self.logs)?;
        let draws = scores.len();
        if [logs.len(), self.weeks.len(), self.origins.len()] != [draws; 3] {
            return None;
        }
        let weighed = logs
            .into_iter()
            .zip(&self.weeks)
            .map(|(log, weeks)| Some(Weighed { log, weeks: numbers(weeks)? }))
            .collect::<Option<_>>()?;
        let step = |step: &KeptStep| {
            let [temperature, effective, taken_active, taken_rest] =
                numbers(&step.numbers)?.try_into().ok()?;
            let (ancestors, rounds) = (step.ancestors, step.rounds);
            Some(Step { temperature, effective, ancestors, rounds, taken_active, taken_rest })
        };
        Some(Population {
            seed: self.seed,
            temperature,
            scores,
            weighed,
            origins: self.origins,
            log_evidence,
            steps: self.steps.iter().map(step).collect::<Option<_>>()?,
            sizes: [active, rest],
            calls: self.calls,
        })
    }
}
