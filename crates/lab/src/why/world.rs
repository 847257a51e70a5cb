//! One history with everything in it written down: what was weighed, what happened, and the value of
//! every quantity by week, so that a formula can be read at any moment of it.

use std::collections::BTreeMap;

use detente_engine::{
    Block, Chances, EngineError, Guide, Machine, OnChances, Program, Reasons, Setup, SlotId,
    WeekTrace, compile,
};
use detente_model::{Kind, Model, Target, Week};

use super::subject::round_of;
use crate::LabError;
use crate::instances::instances;
use crate::layout::doubt_of;
use crate::question::Question;
use crate::references::references_for;
use crate::sheaf::Deed;

/// A moment of a history: as a round of a week begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) week: Week,
    pub(super) round: u8,
}

/// A program that keeps reasons, with the quantities it can be asked for.
pub(super) struct Watched {
    pub(super) program: Program,
    slots: Vec<(Target, SlotId)>,
}

/// One history.
pub(super) struct Past {
    pub(super) weeks: Vec<WeekTrace>,
    /// What happened and was answered, in order of week and round.
    pub(super) deeds: Vec<Deed>,
    /// By quantity: what it started from, then its value in each week: of a stock or state at the
    /// week's end.
    values: BTreeMap<Target, Vec<f64>>,
}

impl Watched {
    /// Compiles the question so that every quantity can be read.
    pub(super) fn of(model: &Model, question: &Question) -> Result<Self, LabError> {
        let record: Vec<Target> = quantities(model);
        let holding = question.holding_given(model)?;
        let setup = Setup {
            references: references_for(model, &holding)?,
            interventions: holding,
            doubt: doubt_of(model, question.parameters)?,
            record: record.clone(),
            reasons: Reasons::Kept,
            ..Setup::default()
        };
        let program = compile(model, &setup)?;
        let slot = |target: Target| Some((target, program.slot(target)?));
        let slots = record.into_iter().filter_map(slot).collect();
        Ok(Self { program, slots })
    }

    /// Runs one history up to a week, on the chances behind it.
    pub(super) fn run(
        &self,
        seed: u64,
        chances: &Chances,
        until: Week,
    ) -> Result<Past, EngineError> {
        let mut on = OnChances::new(chances);
        self.run_guided(seed, chances, until, &mut on)
    }

    /// The same with a guide that leads it on these chances.
    pub(super) fn run_guided(
        &self,
        seed: u64,
        chances: &Chances,
        until: Week,
        guide: &mut dyn Guide,
    ) -> Result<Past, EngineError> {
        let (past, stopped) = self.run_to_stop(seed, chances, until, guide)?;
        stopped.map_or(Ok(past), Err)
    }

    /// The same where it may stop: what came until then, and why it stopped.
    pub(super) fn run_to_stop(
        &self,
        seed: u64,
        chances: &Chances,
        until: Week,
        guide: &mut dyn Guide,
    ) -> Result<(Past, Option<EngineError>), EngineError> {
        let mut block =
            Block::begin_along(&self.program, seed, &chances.lineages, Machine::single())?;
        let start = |(target, slot): &(Target, SlotId)| (*target, vec![block.values(*slot)[0]]);
        let mut past = Past {
            weeks: Vec::new(),
            deeds: Vec::new(),
            values: self.slots.iter().map(start).collect(),
        };
        let until = until.min(self.program.weeks());
        let mut stopped = None;
        while stopped.is_none() && block.week() < until {
            let week = block.week();
            let (trace, went) = block.step_traced_to_stop(&self.program, Some(guide));
            stopped = went.err();
            past.weeks.push(trace);
            past.deeds.extend(block.acts().iter().filter(|act| act.lanes & 1 == 1).map(|act| {
                Deed {
                    week,
                    target: act.target,
                    answer: act.alternative,
                    forced: act.forced & 1 == 1,
                    total: None,
                }
            }));
            for (values, (_, slot)) in past.values.values_mut().zip(&self.slots) {
                values.push(block.values(*slot)[0]);
            }
        }
        if stopped.is_none() && until == self.program.weeks() {
            stopped = block.answers(&self.program).err();
        }
        Ok((past, stopped))
    }
}

impl Past {
    /// The value of a quantity as a round begins: a stock or state with what earlier rounds of the week
    /// did to it; anything else as the week's second step computed it.
    pub(super) fn value(&self, model: &Model, target: Target, at: Moment) -> Option<f64> {
        let values = self.values.get(&target)?;
        let week = at.week as usize;
        match &model.element(target.element).kind {
            Kind::Stock(_) | Kind::State(_) => {
                let effects = self.weeks.get(week).map_or(&[][..], |own| &own.effects);
                let mut moved = effects
                    .iter()
                    .filter(|own| own.changed == target && round_of(model, own.of) < at.round);
                moved.next_back().map(|own| own.after).or_else(|| values.get(week).copied())
            }
            _ => values.get(week + 1).copied(),
        }
    }

    /// The value at the end of the week before.
    pub(super) fn last(&self, target: Target, at: Moment) -> Option<f64> {
        self.values.get(&target)?.get(at.week as usize).copied()
    }

    /// The deeds of an element up to the last round completed.
    pub(super) fn deeds_of(
        &self,
        model: &Model,
        target: Target,
        at: Moment,
    ) -> impl Iterator<Item = &Deed> {
        let round = round_of(model, target);
        let before = move |deed: &&Deed| {
            deed.target == target
                && (deed.week < at.week || deed.week == at.week && round < at.round)
        };
        self.deeds.iter().filter(before)
    }
}

/// Every quantity that has a value each week, in order.
fn quantities(model: &Model) -> Vec<Target> {
    let valued = |kind: &Kind| {
        matches!(
            kind,
            Kind::Parameter(_)
                | Kind::Series(_)
                | Kind::Trait(_)
                | Kind::Noise(_)
                | Kind::Stock(_)
                | Kind::State(_)
                | Kind::Variable(_)
        )
    };
    instances(model, valued)
}
