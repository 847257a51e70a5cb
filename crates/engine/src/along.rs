//! The two guides of a run: along the record, and on the chances behind a history that was led there.

use std::collections::BTreeMap;

use detente_chance::{Address, HistoryKey, uniform};
use detente_model::{Target, Week};

use crate::evidence::{Asking, AtStake};
use crate::guidance::EventDue;
use crate::guide::{DecisionAsked, EventAsked, Guide, MoodBegun};
use crate::{
    Block, Chances, EngineError, Evidence, Guidance, Lanes, Lineage, Program, Question, each_lane,
};

/// Leads the histories of a block along the record.
#[derive(Debug)]
pub struct Along<'a> {
    guidance: &'a Guidance,
    evidence: &'a mut Evidence,
    /// The place of the block's first history among those of `evidence`.
    first: usize,
    lineages: &'a [Lineage],
    seed: u64,
}

impl<'a> Along<'a> {
    /// A guide for a block of these lineages, whose first history is number `first` of `evidence`.
    pub fn new(
        guidance: &'a Guidance,
        evidence: &'a mut Evidence,
        first: usize,
        lineages: &'a [Lineage],
        seed: u64,
    ) -> Self {
        Self { guidance, evidence, first, lineages, seed }
    }

    /// One week along the record. Beyond its end the block runs free, but for the moods in which it was
    /// told something.
    ///
    /// # Errors
    /// As [`Block::step`].
    pub fn step(&mut self, block: &mut Block, program: &Program) -> Result<(), EngineError> {
        let week = block.week();
        block.step_guided(program, self)?;
        if week < self.guidance.until {
            self.note_certain(block, week);
            self.weigh_levels(block, program, week)?;
            let lanes = self.first..self.first + self.lineages.len();
            self.evidence.close_week(self.guidance, week, lanes);
        }
        Ok(())
    }

    /// What happened without a chance to pass through here.
    fn note_certain(&mut self, block: &Block, week: u32) {
        for act in block.acts() {
            let (guidance, first) = (self.guidance, self.first);
            if let Some(given) = act.alternative {
                if let Some(plan) = guidance.decision_plan(act.target) {
                    let plan = &guidance.decisions[plan];
                    for lane in each_lane(act.lanes & act.forced) {
                        self.evidence.answered(guidance, plan, first + lane, week, given);
                    }
                }
            } else if let Some(plan) = guidance.event_plan(act.target) {
                let plan = &guidance.events[plan];
                let certain = if plan.fixed { act.lanes } else { act.lanes & act.forced };
                for lane in each_lane(certain) {
                    self.evidence.certain(guidance, plan, first + lane, week);
                }
            }
        }
    }

    fn weigh_levels(
        &mut self,
        block: &mut Block,
        program: &Program,
        week: u32,
    ) -> Result<(), EngineError> {
        let mut due = self.guidance.levels.iter().filter(|one| one.week == week).peekable();
        if due.peek().is_none() {
            return Ok(());
        }
        let answers = block.answers(program)?;
        for level in due {
            let asked = Question::Level(level.level);
            let number = program.questions().iter().position(|own| *own == asked);
            for (lane, measured) in number.into_iter().flat_map(|at| &answers[at]).enumerate() {
                self.evidence.level(level, self.first + lane, *measured);
            }
        }
        Ok(())
    }
}

impl Guide for Along<'_> {
    fn event(&mut self, asked: &EventAsked<'_>) -> Option<Lanes> {
        let plan = self.guidance.event_plan(asked.target)?;
        match self.guidance.event_due_in_all(&self.guidance.events[plan], asked.week) {
            Some(EventDue::Free) => return None,
            Some(EventDue::Absent) if !self.evidence.keeps_chances() => {
                let plan = &self.guidance.events[plan];
                for lane in each_lane(asked.at_risk) {
                    let (hazard, probability) = (asked.hazard[lane], asked.probability[lane]);
                    self.evidence.absent(plan, self.first + lane, asked.week, hazard, probability);
                }
                return Some(0);
            }
            _ => {}
        }
        let mut happens = 0;
        for lane in each_lane(asked.at_risk) {
            let own = uniform_of_event(self.seed, &self.lineages[lane], asked);
            let hazard = Some(asked.hazard[lane]);
            let at = AtStake { plan, lane: self.first + lane, week: asked.week, hazard };
            let chance = self.evidence.event_chance(self.guidance, at, own);
            happens |= Lanes::from(chance < asked.probability[lane]) << lane;
        }
        Some(happens)
    }

    fn decision(&mut self, asked: &DecisionAsked<'_>, chosen: &mut [f64]) {
        let Some(plan) = self.guidance.decision_plan(asked.target) else { return };
        for lane in each_lane(asked.asked & !asked.forced) {
            if chosen[lane] < 0.0 {
                continue;
            }
            let logits = of_lane(asked.logits, asked.by_name.len(), lane);
            let uniforms = uniforms_of_mood(self.seed, &self.lineages[lane], asked, lane);
            let place = self.evidence.answer(
                self.guidance,
                Asking {
                    plan,
                    lane: self.first + lane,
                    week: asked.week,
                    epoch: asked.epochs[lane] as u32,
                    order: asked.by_name,
                    logits: &logits,
                    uniforms: &uniforms,
                },
            );
            chosen[lane] = asked.by_name[place] as f64;
        }
    }
}

/// Runs the histories of a block on chances of their own, once.
#[derive(Debug, Clone)]
pub struct OnChances<'a> {
    chances: &'a [Chances],
    /// By event, what is left of the chances that are not those of their addresses.
    events: BTreeMap<Target, Vec<Left<'a>>>,
}

/// What is left of the chances of one event in one history.
#[derive(Debug, Clone, Copy)]
struct Left<'a> {
    lane: usize,
    weeks: &'a [(Week, f64)],
}

impl<'a> OnChances<'a> {
    /// A guide for a block of histories with these chances, in order, begun along their lineages.
    /// Chances that stand alone are those of every history of the block.
    pub fn new(chances: &'a [Chances]) -> Self {
        let mut events: BTreeMap<Target, Vec<Left<'a>>> = BTreeMap::new();
        for (lane, own) in chances.iter().enumerate() {
            for (event, weeks) in &own.events {
                events.entry(*event).or_default().push(Left { lane, weeks });
            }
        }
        Self { chances, events }
    }

    /// One week on these chances.
    ///
    /// # Errors
    /// As [`Block::step`].
    pub fn step(&mut self, block: &mut Block, program: &Program) -> Result<(), EngineError> {
        block.step_guided(program, self)
    }
}

impl Guide for OnChances<'_> {
    fn chances(&mut self, event: Target, week: Week, chances: &mut [f64]) {
        for left in self.events.get_mut(&event).into_iter().flatten() {
            while let [(own, _), rest @ ..] = left.weeks
                && *own < week
            {
                left.weeks = rest;
            }
            match left.weeks {
                [(own, chance), ..] if *own == week && self.chances.len() == 1 => {
                    chances.fill(*chance);
                }
                [(own, chance), ..] if *own == week => chances[left.lane] = *chance,
                _ => {}
            }
        }
    }

    fn gumbels(&mut self, mood: &MoodBegun<'_>, gumbels: &mut [f64]) {
        let width = gumbels.len() / mood.by_name.len().max(1);
        for lane in each_lane(mood.lanes) {
            let own = if let [one] = self.chances { Some(one) } else { self.chances.get(lane) };
            let kept = own.and_then(|own| own.mood(mood.target, mood.epochs[lane] as u32));
            for (order, &number) in mood.by_name.iter().enumerate() {
                if let Some(gumbel) = kept.and_then(|kept| kept.get(number)) {
                    gumbels[order * width + lane] = *gumbel;
                }
            }
        }
    }
}

fn uniform_of_event(seed: u64, lineage: &Lineage, asked: &EventAsked<'_>) -> f64 {
    let key = HistoryKey::new(seed, lineage.at(asked.week));
    uniform(key, Address { name: asked.address, time: asked.week, slot: asked.slot })
}

/// A mood is drawn under the number that the history had when its epoch began.
fn uniforms_of_mood(
    seed: u64,
    lineage: &Lineage,
    asked: &DecisionAsked<'_>,
    lane: usize,
) -> Vec<f64> {
    let (time, offset) = (asked.epochs[lane] as u32, asked.offsets[lane] as u32);
    let began = time.saturating_mul(asked.mood).saturating_sub(offset);
    let key = HistoryKey::new(seed, lineage.at(began));
    let of_slot = |&slot: &u32| uniform(key, Address { name: asked.address, time, slot });
    asked.slots.iter().map(of_slot).collect()
}

/// One lane of numbers that stand alternative by alternative.
fn of_lane(all: &[f64], alternatives: usize, lane: usize) -> Vec<f64> {
    let width = all.len() / alternatives.max(1);
    (0..alternatives).map(|alternative| all[alternative * width + lane]).collect()
}
