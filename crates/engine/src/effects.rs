//! Effects: collected while a round weighs, applied together when it is over.

use std::collections::BTreeMap;

use detente_model::{Operation, Target};

use crate::acted::{Lanes, each_lane};
use crate::block::Block;
use crate::error::EngineError;
use crate::graph::inside;
use crate::layout::Place;
use crate::op::Operand;
use crate::program::{Actor, EffectPlan, EffectsPlan, Program};
use crate::step::Company;
use crate::witness::EffectSeen;

/// An effect that waits for the end of its round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending {
    /// Whose: the number of an event, or of a decision with that of its alternative, and its place
    /// among their effects.
    pub(crate) owner: u32,
    pub(crate) alternative: Option<u32>,
    pub(crate) effect: u32,
    pub(crate) lanes: Lanes,
    /// Where its values begin; where it chooses its target, the indices lie behind them.
    pub(crate) values: u32,
}

/// What one effect by `=` wrote in one lane, and whose it was.
type Written = BTreeMap<(Place, usize), Target>;

impl Block {
    /// Takes down what a happening or an answer does, as its scope left it.
    pub(crate) fn collect(
        &mut self,
        program: &Program,
        owner: u32,
        alternative: Option<u32>,
        lanes: Lanes,
    ) -> Result<(), EngineError> {
        let plan = effects_of(program, owner, alternative);
        for (effect, own) in plan.effects.iter().enumerate() {
            let reached = match own.guard {
                None => lanes,
                Some(Operand::Scalar(number)) => {
                    if self.scalars[number as usize] != 0.0 {
                        lanes
                    } else {
                        0
                    }
                }
                Some(Operand::Lanes(place)) => lanes & self.engine.nonzero(self.lanes(place)),
            };
            if reached == 0 {
                continue;
            }
            let values = self.pending_values.len() as u32;
            self.put_aside(own.value);
            if let Some(index) = own.index {
                self.put_aside(index);
            }
            let effect = effect as u32;
            self.pending.push(Pending { owner, alternative, effect, lanes: reached, values });
            let start = values as usize;
            if let Some(lane) =
                each_lane(reached).find(|lane| self.pending_values[start + lane].is_nan())
            {
                let name = format!("{}: {}", owner_name(program, owner, alternative), own.text);
                return Err(self.not_a_number(&name, lane));
            }
        }
        Ok(())
    }

    fn put_aside(&mut self, operand: Operand) {
        match operand {
            Operand::Scalar(number) => {
                let value = self.scalars[number as usize];
                let length = self.pending_values.len() + self.engine.width;
                self.pending_values.resize(length, value);
            }
            Operand::Lanes(place) => {
                let width = self.engine.width;
                let lanes = &self.memory[place as usize * width..][..width];
                self.pending_values.extend_from_slice(lanes);
            }
        }
    }

    /// Ends a round: what happened is remembered, effects are applied, and what they change is out of
    /// date.
    pub(crate) fn apply(
        &mut self,
        program: &Program,
        first_act: usize,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        if self.acts.len() == first_act {
            return Ok(());
        }
        self.remember(program, first_act);
        for operation in [Operation::Set, Operation::Multiply, Operation::Add] {
            let mut written = Written::new();
            for number in 0..self.pending.len() {
                let own = self.pending[number];
                let effect =
                    &effects_of(program, own.owner, own.alternative).effects[own.effect as usize];
                if effect.operation == operation {
                    self.apply_one(program, own, effect, &mut written, company);
                }
            }
        }
        for number in first_act..self.acts.len() {
            let (actor, _) = self.actors[number];
            match actor {
                Actor::Event(event) => {
                    self.invalidate(&program.events[event as usize].effects.clobbers);
                }
                Actor::Decision(decision) => {
                    let plan = &program.decisions[decision as usize];
                    self.invalidate(&plan.clobbers);
                    if let Some(alternative) = self.acts[number].alternative {
                        self.invalidate(&plan.alternatives[alternative].effects.clobbers);
                    }
                }
            }
        }
        self.pending.clear();
        self.pending_values.clear();
        Ok(())
    }

    fn remember(&mut self, program: &Program, first_act: usize) {
        let week = f64::from(self.week);
        for number in first_act..self.acts.len() {
            let (act, (actor, lanes)) = (self.acts[number], self.actors[number]);
            match actor {
                Actor::Event(event) => {
                    let places = program.events[event as usize].places;
                    self.happened[event as usize] |= lanes;
                    for lane in each_lane(lanes) {
                        self.lanes_mut(places.times)[lane] += 1.0;
                        self.lanes_mut(places.last)[lane] = week;
                        let first = &mut self.lanes_mut(places.first)[lane];
                        *first = first.min(week);
                        if program.coupling == detente_model::Coupling::Threshold {
                            self.lanes_mut(places.spent)[lane] = 0.0;
                        }
                    }
                }
                Actor::Decision(decision) => {
                    let place = program.decisions[decision as usize].places.answer;
                    let answer = act.alternative.map_or(-1.0, |own| own as f64);
                    let own = self.lanes_mut(place);
                    each_lane(lanes).for_each(|lane| own[lane] = answer);
                }
            }
        }
    }

    fn apply_one(
        &mut self,
        program: &Program,
        own: Pending,
        effect: &EffectPlan,
        written: &mut Written,
        company: &mut Company<'_>,
    ) {
        let width = self.engine.width;
        let start = own.values as usize;
        let of = owner_target(program, own.owner, own.alternative);
        for lane in each_lane(own.lanes) {
            let many = &effect.targets;
            let number = match effect.index {
                None => 0,
                Some(_) => inside(self.pending_values[start + width + lane], many.len()),
            };
            let Some((place, changed)) = many.get(number).copied().flatten() else { continue };
            if self.is_held(program, place) {
                continue;
            }
            if program.still.contains_key(&place) && !self.touched.contains(&place) {
                self.touched.push(place);
            }
            let value = self.pending_values[start + lane];
            let at = &mut self.lanes_mut(place)[lane];
            let before = *at;
            *at = match effect.operation {
                Operation::Set => value,
                Operation::Multiply => before * value,
                Operation::Add => before + value,
            };
            let after = *at;
            if effect.operation == Operation::Set
                && let Some(overruled) = written.insert((place, lane), of)
                && self.live >> lane & 1 == 1
            {
                *self.tally.conflicts.entry(overruled).or_default() += 1;
            }
            if let Some(witness) = company.witness.as_deref_mut() {
                witness.effect(of, effect, EffectSeen { lane, changed, value, before, after });
            }
        }
    }
}

fn effects_of(program: &Program, owner: u32, alternative: Option<u32>) -> &EffectsPlan {
    match alternative {
        None => &program.events[owner as usize].effects,
        Some(own) => &program.decisions[owner as usize].alternatives[own as usize].effects,
    }
}

fn owner_target(program: &Program, owner: u32, alternative: Option<u32>) -> Target {
    match alternative {
        None => program.events[owner as usize].target,
        Some(_) => program.decisions[owner as usize].target,
    }
}

fn owner_name(program: &Program, owner: u32, alternative: Option<u32>) -> &str {
    program.name(owner_target(program, owner, alternative))
}
