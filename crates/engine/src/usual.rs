//! What reasons usually weigh: their mean by week over free histories of the baseline.

use crate::acted::{Lanes, each_lane};
use crate::block::Block;
use crate::error::EngineError;
use crate::program::{DecisionPlan, EffectPlan, EventPlan, Program, ReasonPlan};
use crate::setup::{ReasonKey, Reasons, References};
use crate::step::Company;
use crate::witness::{EffectSeen, EventSeen, Witness};
use detente_model::Target;

/// Fewer histories at stake than this, and the mean is over all.
const FEW: u64 = 20;

/// Sums from which the usual weights are taken. Blocks add to it in the order of their histories, so
/// that the means are the same to the bit for any number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    /// Whose reasons alone; every one's, if `None`.
    of: Option<Target>,
    keys: Vec<ReasonKey>,
    /// By reason, then by week.
    sums: Vec<Vec<Sums>>,
    weeks: usize,
    week: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    at_stake: f64,
    at_stake_count: u64,
    all: f64,
    all_count: u64,
}

impl Usual {
    /// Nothing yet, for a program that keeps its reasons; for another it stays nothing.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        Self::of_these(program, None)
    }

    /// The same for the reasons of one event or decision alone.
    #[must_use]
    pub fn of_one(program: &Program, target: Target) -> Self {
        Self::of_these(program, Some(target))
    }

    fn of_these(program: &Program, of: Option<Target>) -> Self {
        let mut keys = Vec::new();
        if program.reasons() == Reasons::Kept {
            for plan in &program.events {
                for own in plan.rate_parts.iter().chain(&plan.because) {
                    keys.push(key(plan.target, None, own));
                }
            }
            for plan in &program.decisions {
                for (number, alternative) in plan.alternatives.iter().enumerate() {
                    let own = alternative.because.iter();
                    keys.extend(own.map(|own| key(plan.target, Some(number), own)));
                }
            }
        }
        keys.retain(|own| of.is_none_or(|of| own.target == of));
        keys.sort();
        keys.dedup();
        let weeks = program.weeks() as usize;
        Self { of, sums: vec![vec![Sums::default(); weeks]; keys.len()], keys, weeks, week: 0 }
    }

    /// Adds what another gathered over later histories of the same program.
    ///
    /// # Panics
    /// If it is of another program.
    pub fn add(&mut self, other: &Self) {
        assert!(self.keys == other.keys && self.weeks == other.weeks, "of one program");
        for (own, more) in self.sums.iter_mut().flatten().zip(other.sums.iter().flatten()) {
            own.at_stake += more.at_stake;
            own.at_stake_count += more.at_stake_count;
            own.all += more.all;
            own.all_count += more.all_count;
        }
    }

    /// The means by week: over the histories in which the event was at risk or the question put; over
    /// all, if those are fewer than 20.
    #[must_use]
    pub fn means(&self) -> References {
        let mean = |own: &Sums| match (own.at_stake_count, own.all_count) {
            (FEW.., _) => own.at_stake / own.at_stake_count as f64,
            (_, 1..) => own.all / own.all_count as f64,
            _ => 0.0,
        };
        let means = self.keys.iter().zip(&self.sums);
        let means = means.map(|(key, sums)| (key.clone(), sums.iter().map(mean).collect()));
        References { means: means.collect() }
    }

    fn take(
        &mut self,
        block: &Block,
        target: Target,
        alternative: Option<usize>,
        own: &ReasonPlan,
        at_stake: Lanes,
    ) {
        let Ok(number) = self.keys.binary_search(&key(target, alternative, own)) else { return };
        let sums = &mut self.sums[number][self.week];
        for lane in each_lane(block.live) {
            let weight = block.operand(own.weight, lane);
            // Where nothing is at stake a weight may be no number, and nobody minds.
            if weight.is_nan() {
                continue;
            }
            sums.all += weight;
            sums.all_count += 1;
            if at_stake >> lane & 1 == 1 {
                sums.at_stake += weight;
                sums.at_stake_count += 1;
            }
        }
    }
}

impl Block {
    /// Runs one week and adds what every reason weighed in it, at stake or not.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn step_weighing(
        &mut self,
        program: &Program,
        usual: &mut Usual,
    ) -> Result<(), EngineError> {
        usual.week = self.week as usize;
        self.step_with(program, &mut Company { guide: None, witness: Some(usual) })
    }
}

fn key(target: Target, alternative: Option<usize>, own: &ReasonPlan) -> ReasonKey {
    ReasonKey { target, alternative, reason: own.name.clone() }
}

impl Witness for Usual {
    fn sees_all_of(&self, target: Target) -> bool {
        self.of.is_none_or(|of| of == target)
    }

    fn weights_of_event(&mut self, block: &Block, plan: &EventPlan, at_risk: Lanes) {
        for own in plan.rate_parts.iter().chain(&plan.because) {
            self.take(block, plan.target, None, own, at_risk);
        }
    }

    fn weights_of_decision(&mut self, block: &Block, plan: &DecisionPlan, asked: Lanes) {
        for (number, alternative) in plan.alternatives.iter().enumerate() {
            for own in &alternative.because {
                self.take(block, plan.target, Some(number), own, asked);
            }
        }
    }

    fn event(&mut self, _: &Block, _: &EventPlan, _: &EventSeen<'_>) {}

    fn decision(&mut self, _: &Block, _: &DecisionPlan, _: Lanes, _: Lanes) {}

    fn draws(&mut self, _: &Block, _: &EventPlan, _: Lanes) {}

    fn effect(&mut self, _: Target, _: &EffectPlan, _: EffectSeen) {}
}
