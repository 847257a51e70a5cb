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
        let (width, start) = (self.engine.width, own.values as usize);
        let of = owner_target(program, own.owner, own.alternative);
        let many = &effect.targets;
        let mut written_to = |block: &mut Self, number: usize, lanes: Lanes| {
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
            return written_to(self, 0, own.lanes);
        }
        for lane in each_lane(own.lanes) {
            let number = inside(self.pending_values[start + width + lane], many.len());
            written_to(self, number, 1 << lane);
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
        let values = &self.pending_values[applied.start..][..width];
        let own = &mut self.memory[applied.place as usize * width..][..width];
        for lane in each_lane(applied.lanes) {
            let (before, value) = (own[lane], values[lane]);
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
