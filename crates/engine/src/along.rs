//! The two guides of a run: along the record, and on the chances behind a history that was led there.

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
    /// Scratch: the logits of one history's asking.
    logits: Vec<f64>,
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
        Self { guidance, evidence, first, lineages, seed, logits: Vec::new() }
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
    fn leaves(&self, event: Target, week: Week) -> bool {
        let plan = self.guidance.event_plan(event).map(|plan| &self.guidance.events[plan]);
        let due = |plan| self.guidance.event_due_in_all(plan, week);
        plan.is_none_or(|plan| due(plan) == Some(EventDue::Free))
    }

    fn event(&mut self, asked: &EventAsked<'_>) -> Option<Lanes> {
        let plan = self.guidance.event_plan(asked.target)?;
        match self.guidance.event_due_in_all(&self.guidance.events[plan], asked.week) {
            Some(EventDue::Free) => return None,
            Some(EventDue::Absent) => {
                self.evidence.absent(&self.guidance.events[plan], self.first, asked);
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
        let free = self.guidance.answers_freely(&self.guidance.decisions[plan], asked.week);
        for lane in each_lane(asked.asked & !asked.forced) {
            let epoch = asked.epochs[lane] as u32;
            if chosen[lane] < 0.0
                || free && self.evidence.answers_freely(plan, self.first + lane, epoch)
            {
                continue;
            }
            take_lane(asked.logits, asked.by_name.len(), lane, &mut self.logits);
            let asking = Asking {
                plan,
                lane: self.first + lane,
                week: asked.week,
                epoch,
                order: asked.by_name,
                logits: &self.logits,
            };
            let uniforms = || uniforms_of_mood(self.seed, &self.lineages[lane], asked, lane);
            let place = self.evidence.answer(self.guidance, asking, uniforms);
            chosen[lane] = asked.by_name[place] as f64;
        }
    }
}

/// Runs the histories of a block on chances of their own.
#[derive(Debug, Clone, Copy)]
pub struct OnChances<'a> {
    chances: &'a Chances,
}

impl<'a> OnChances<'a> {
    /// A guide for a block of histories with these chances, in order, begun along their lineages.
    /// Chances of one history are those of every history of the block.
    pub fn new(chances: &'a Chances) -> Self {
        Self { chances }
    }

    /// One week on these chances.
    ///
    /// # Errors
    /// As [`Block::step`].
    pub fn step(&mut self, block: &mut Block, program: &Program) -> Result<(), EngineError> {
        block.step_guided(program, self)
    }

    /// Whose chances a lane has.
    fn whose(&self, lane: usize) -> usize {
        if self.chances.lineages.len() == 1 { 0 } else { lane }
    }
}

impl Guide for OnChances<'_> {
    fn chances(&mut self, event: Target, week: Week, chances: &mut [f64]) {
        let Some(decided) = self.chances.of_event(event, week) else { return };
        for (lane, chance) in chances.iter_mut().enumerate() {
            *chance = decided.behind(self.whose(lane)).chance(*chance);
        }
    }

    fn gumbels(&mut self, mood: &MoodBegun<'_>, gumbels: &mut [f64]) {
        let width = gumbels.len() / mood.by_name.len().max(1);
        for lane in each_lane(mood.lanes) {
            let epoch = mood.epochs[lane] as u32;
            let Some(kept) = self.chances.mood(mood.target, epoch, self.whose(lane)) else {
                continue;
            };
            for (order, &number) in mood.by_name.iter().enumerate() {
                gumbels[order * width + lane] = kept[number];
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
    let name = asked.address;
    asked.slots.iter().map(|&slot| uniform(key, Address { name, time, slot })).collect()
}

/// Takes one lane of numbers that stand alternative by alternative.
fn take_lane(all: &[f64], alternatives: usize, lane: usize, into: &mut Vec<f64>) {
    let width = all.len() / alternatives.max(1);
    into.clear();
    into.extend((0..alternatives).map(|alternative| all[alternative * width + lane]));
}
