//! Effects: collected while a round weighs, applied together when it is over.

use std::collections::BTreeMap;

use detente_model::{Operation, Target};

use crate::acted::{Lanes, each_lane};
use crate::block::Block;
use crate::error::EngineError;
use crate::few::{FEW, Found};
use crate::graph::inside;
use crate::layout::Place;
use crate::op::Operand;
use crate::program::{Actor, EffectPlan, EffectsPlan, Program};
use crate::step::Company;
use crate::witness::EffectSeen;

/// When effects of a kind are applied: by `=`, by `*=`, by `+=`.
fn turn_of(operation: Operation) -> usize {
    match operation {
        Operation::Set => 0,
        Operation::Multiply => 1,
        Operation::Add => 2,
    }
}

/// An effect that waits for the end of its round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pending {
    /// Whose: the number of an event, or of a decision with that of its alternative, and its place
    /// among their effects.
    pub(crate) owner: u32,
    pub(crate) alternative: Option<u32>,
    pub(crate) effect: u32,
    pub(crate) lanes: Lanes,
    /// Where its values begin, one a lane; where it chooses its target, the indices lie behind them.
    pub(crate) values: u32,
}

/// Where effects by `=` wrote, and whose they were, the earliest first.
type Written = BTreeMap<Place, Vec<(Lanes, Target)>>;

impl Block {
    /// Takes down what a happening or an answer does, as its scope left it.
    pub(crate) fn collect(
        &mut self,
        program: &Program,
        owner: u32,
        alternative: Option<u32>,
        lanes: Lanes,
        found: Found,
    ) -> Result<(), EngineError> {
        let plan = effects_of(program, owner, alternative);
        for (effect, own) in plan.effects.iter().enumerate() {
            let reached = match own.guard {
                None => lanes,
                Some(guard) => self.where_true(guard, lanes, found),
            };
            if reached == 0 {
                continue;
            }
            let start = self.pending_values.len();
            self.put_aside(own.value, lanes, reached, found);
            let values = &self.pending_values[start..];
            if let Some((lane, _)) =
                each_lane(reached).zip(values).find(|(_, value)| value.is_nan())
            {
                let name = format!("{}: {}", owner_name(program, owner, alternative), own.text);
                return Err(self.not_a_number(&name, lane));
            }
            if let Some(index) = own.index {
                self.put_aside(index, lanes, reached, found);
            }
            let (effect, values) = (effect as u32, start as u32);
            self.pending[turn_of(own.operation)].push(Pending {
                owner,
                alternative,
                effect,
                lanes: reached,
                values,
            });
        }
        Ok(())
    }

    /// Where, of the lanes that a scope was run for, a value that it found is true.
    fn where_true(&self, guard: Operand, lanes: Lanes, found: Found) -> Lanes {
        match (guard, found) {
            (Operand::Scalar(number), _) if self.scalars[number as usize] != 0.0 => lanes,
            (Operand::Scalar(_), _) => 0,
            (Operand::Lanes(place), Found::Everywhere) => {
                lanes & self.engine.nonzero(self.lanes(place))
            }
            (Operand::Lanes(place), Found::AmongFew) => {
                let few = &self.few[place as usize * FEW..][..FEW];
                let holds = each_lane(lanes).zip(few).filter(|(_, own)| **own != 0.0);
                holds.fold(0, |all, (lane, _)| all | 1 << lane)
            }
        }
    }

    /// Puts aside a value in the lanes reached, of those that its scope was run for.
    fn put_aside(&mut self, operand: Operand, lanes: Lanes, reached: Lanes, found: Found) {
        match (operand, found) {
            (Operand::Scalar(number), _) => {
                let value = self.scalars[number as usize];
                let length = self.pending_values.len() + reached.count_ones() as usize;
                self.pending_values.resize(length, value);
            }
            (Operand::Lanes(place), Found::Everywhere) => {
                let width = self.engine.width;
                let own = &self.memory[place as usize * width..][..width];
                self.pending_values.extend(each_lane(reached).map(|lane| own[lane]));
            }
            (Operand::Lanes(place), Found::AmongFew) => {
                let few = &self.few[place as usize * FEW..][..FEW];
                let own = each_lane(lanes).zip(few).filter(|(lane, _)| reached >> lane & 1 == 1);
                self.pending_values.extend(own.map(|(_, own)| own));
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
        let mut pending = std::mem::take(&mut self.pending);
        for kind in &mut pending {
            let mut written = Written::new();
            for own in kind.drain(..) {
                let effect =
                    &effects_of(program, own.owner, own.alternative).effects[own.effect as usize];
                self.apply_one(program, own, effect, &mut written, company);
            }
        }
        self.pending = pending;
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
                    let before = self.happened[event as usize];
                    self.happened[event as usize] |= lanes;
                    let times = self.lanes_mut(places.times);
                    each_lane(lanes).for_each(|lane| times[lane] += 1.0);
                    let last = self.lanes_mut(places.last);
                    each_lane(lanes).for_each(|lane| last[lane] = week);
                    let first = self.lanes_mut(places.first);
                    each_lane(lanes & !before).for_each(|lane| first[lane] = week);
                    if program.coupling == detente_model::Coupling::Threshold {
                        let spent = self.lanes_mut(places.spent);
                        each_lane(lanes).for_each(|lane| spent[lane] = 0.0);
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
        let start = own.values as usize;
        let of = owner_target(program, own.owner, own.alternative);
        let many = &effect.targets;
        let mut written_to = |block: &mut Self, number: usize, lanes: Lanes, start: usize| {
            if let Some((place, changed)) = many.get(number).copied().flatten()
                && block.may_change(program, place)
            {
                if effect.operation == Operation::Set {
                    block.count_overruled(written.entry(place).or_default(), lanes);
                    written.entry(place).or_default().push((lanes, of));
                }
                let values = Applied { place, changed, lanes, start };
                block.change(effect, values, of, company);
            }
        };
        if effect.index.is_none() {
            return written_to(self, 0, own.lanes, start);
        }
        let indices = start + own.lanes.count_ones() as usize;
        for (order, lane) in each_lane(own.lanes).enumerate() {
            let number = inside(self.pending_values[indices + order], many.len());
            written_to(self, number, 1 << lane, start + order);
        }
    }

    /// Whether effects reach a place this week; one that only effects move is held in range later.
    fn may_change(&mut self, program: &Program, place: Place) -> bool {
        if self.is_held(program, place) {
            return false;
        }
        if program.still.contains_key(&place) && !self.touched.contains(&place) {
            self.touched.push(place);
        }
        true
    }

    /// Counts whom an effect by `=` overrules: in each lane the last who wrote there.
    fn count_overruled(&mut self, earlier: &[(Lanes, Target)], lanes: Lanes) {
        let mut left = lanes & self.live;
        for (theirs, target) in earlier.iter().rev() {
            let overruled = left & theirs;
            if overruled != 0 {
                *self.tally.conflicts.entry(*target).or_default() +=
                    u64::from(overruled.count_ones());
                left &= !overruled;
            }
        }
    }

    fn change(
        &mut self,
        effect: &EffectPlan,
        applied: Applied,
        of: Target,
        company: &mut Company<'_>,
    ) {
        let width = self.engine.width;
        let values = &self.pending_values[applied.start..];
        let own = &mut self.memory[applied.place as usize * width..][..width];
        for (lane, &value) in each_lane(applied.lanes).zip(values) {
            let before = own[lane];
            let after = match effect.operation {
                Operation::Set => value,
                Operation::Multiply => before * value,
                Operation::Add => before + value,
            };
            own[lane] = after;
            if let Some(witness) = company.witness.as_deref_mut() {
                let changed = applied.changed;
                witness.effect(of, effect, EffectSeen { lane, changed, value, before, after });
            }
        }
    }
}

/// One effect on one quantity.
#[derive(Debug, Clone, Copy)]
struct Applied {
    place: Place,
    changed: Target,
    lanes: Lanes,
    /// Where its values begin.
    start: usize,
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
