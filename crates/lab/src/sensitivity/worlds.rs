//! Worlds at given parameters: runs of one or two arms in which each history has a row of its own.

use std::sync::Arc;

use detente_engine::{Block, Doubt, Machine, Posterior};
use detente_model::{Intervention, Kind, Model, Target, Type};

use super::factors::Factor;
use crate::LabError;
use crate::instances::instances;
use crate::layout::Layout;
use crate::question::Stop;
use crate::sheaf::Arm;
use crate::tally::{scale_of, week_of_value};

/// What an answer is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The outcome, with everything changed that the question changes.
    Outcome,
    /// What the change does to the outcome: changed less unchanged, history by history.
    Effect,
}

/// A history to run: its number, and which row of parameters it has.
pub(crate) type Lane<'a> = (u64, &'a [f64]);

/// One or two arms, and what is asked of them.
pub(crate) struct Worlds {
    arms: Vec<Arm>,
    seed: u64,
    machine: Machine,
    stop: Stop,
    /// Outcomes that are numbers, in order of name.
    pub(crate) outcomes: Vec<Target>,
    readings: Vec<Reading>,
}

/// How an outcome's value becomes a number.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reading {
    /// In its own unit; a truth is 0 or 1.
    Scaled(f64),
    /// Whether there is a date.
    Dated,
}

/// How an outcome is read; `None` for a member, which is no number.
fn reading(model: &Model, outcome: Target) -> Option<Reading> {
    let Kind::Outcome(kind) = &model.element(outcome.element).kind else { return None };
    match kind.is.gives {
        Type::Truth | Type::Number(_) => Some(Reading::Scaled(scale_of(model, outcome))),
        Type::Date => Some(Reading::Dated),
        Type::Member(_) => None,
    }
}

impl Worlds {
    /// The world with all that holds, and for an effect also that without the changes.
    pub(crate) fn of(
        model: &Model,
        seed: u64,
        arms: &[Vec<Intervention>],
        factors: &[Factor],
        stop: &Stop,
    ) -> Result<Self, LabError> {
        let outcomes: Vec<Target> = instances(model, |kind| matches!(kind, Kind::Outcome(_)))
            .into_iter()
            .filter(|outcome| reading(model, *outcome).is_some())
            .collect();
        let readings = outcomes.iter().filter_map(|one| reading(model, *one)).collect();
        let layout = Layout { outcomes: outcomes.clone(), followed: Vec::new() };
        // The rows come with each block; the program only has to know the columns.
        let columns: Vec<Target> = factors.iter().map(Factor::target).collect();
        let rows = vec![vec![0.0; columns.len()]];
        let doubt = Doubt::Posterior(Arc::new(Posterior { columns, rows }));
        let arm = |holding: &Vec<Intervention>| layout.arm_with(model, holding, doubt.clone());
        let arms = arms.iter().map(arm).collect::<Result<_, _>>()?;
        Ok(Self { arms, seed, machine: Machine::best(), stop: stop.clone(), outcomes, readings })
    }

    /// Runs these histories. The answer is `[outcome][lane]`; `None` if it was stopped on the way.
    pub(crate) fn run(&self, lanes: &[Lane<'_>]) -> Result<Option<Vec<Vec<f64>>>, LabError> {
        let mut all: Vec<Vec<f64>> = vec![Vec::with_capacity(lanes.len()); self.outcomes.len()];
        for some in lanes.chunks(self.machine.width.lanes()) {
            if self.stop.asked() {
                return Ok(None);
            }
            let mut found = self.run_arm(&self.arms[0], some)?;
            if let Some(unchanged) = self.arms.get(1) {
                let without = self.run_arm(unchanged, some)?;
                for (with, without) in found.iter_mut().zip(without) {
                    with.iter_mut().zip(without).for_each(|(with, without)| *with -= without);
                }
            }
            all.iter_mut().zip(found).for_each(|(all, found)| all.extend(found));
        }
        Ok(Some(all))
    }

    fn run_arm(&self, arm: &Arm, lanes: &[Lane<'_>]) -> Result<Vec<Vec<f64>>, LabError> {
        let ids: Vec<u64> = lanes.iter().map(|(id, _)| *id).collect();
        let rows: Vec<&[f64]> = lanes.iter().map(|(_, row)| *row).collect();
        let mut block = Block::begin_at(&arm.program, self.seed, &ids, &rows, self.machine)?;
        while block.week() < arm.program.weeks() {
            block.step(&arm.program)?;
        }
        let answers = block.answers(&arm.program)?;
        let read = |(place, reading): (&usize, &Reading)| -> Vec<f64> {
            let values = answers.get(*place).map_or(&[][..], Vec::as_slice);
            values.iter().take(lanes.len()).map(|value| reading.number(*value)).collect()
        };
        Ok(arm.places.iter().zip(&self.readings).map(read).collect())
    }
}

impl Reading {
    fn number(self, value: f64) -> f64 {
        match self {
            Self::Scaled(scale) => value / scale,
            Self::Dated => f64::from(u8::from(week_of_value(value).is_some())),
        }
    }
}
