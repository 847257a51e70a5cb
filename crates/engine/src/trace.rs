//! One history with its reasons written down: the same program as the wide run, watched.

use detente_model::{Operation, Target, Week};

use crate::abduction::Chances;
use crate::acted::Lanes;
use crate::along::OnChances;
use crate::block::Block;
use crate::error::EngineError;
use crate::guide::Guide;
use crate::machine::Machine;
use crate::op::Operand;
use crate::program::{Course, DecisionPlan, EffectPlan, EventPlan, Program, ReasonPlan};
use crate::step::Company;
use crate::witness::{EffectSeen, EventSeen, Witness};

/// A history with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Its number.
    pub id: u64,
    /// The seed.
    pub seed: u64,
    /// Week by week.
    pub weeks: Vec<WeekTrace>,
    /// The answers, in the order of [`Program::questions`].
    pub answers: Vec<f64>,
}

/// What was weighed in a week.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WeekTrace {
    /// The week.
    pub week: Week,
    /// Every event at risk, and every one that happened, in order of round and name.
    pub events: Vec<EventTrace>,
    /// Every decision that was asked, in order of round and name.
    pub decisions: Vec<DecisionTrace>,
    /// Every effect, in the order in which they were applied.
    pub effects: Vec<EffectTrace>,
}

/// A named weight: a part of a rate per week, a log hazard ratio, a weight in logits, or a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Its name.
    pub name: String,
    /// Its size.
    pub weight: f64,
}

/// An event at risk.
#[derive(Debug, Clone, PartialEq)]
pub struct EventTrace {
    /// Which.
    pub target: Target,
    /// Whether it happened.
    pub happened: bool,
    /// Whether an intervention made it so.
    pub forced: bool,
    /// How it was weighed; nothing for what is certain.
    pub weighing: Option<Weighing>,
    /// Its draws, if it happened.
    pub draws: Vec<Weight>,
}

/// How an event was weighed: happened if `uniform` < `probability` = 1 − exp(−`hazard`).
#[derive(Debug, Clone, PartialEq)]
pub struct Weighing {
    /// The parts of the rate, per week, in the author's order.
    pub rate: Vec<Weight>,
    /// Its reasons, in the author's order.
    pub because: Vec<Weight>,
    /// Their sum, before it is held at ±30.
    pub sum: f64,
    /// Its hazard, per week.
    pub hazard: f64,
    /// The chance that it happens this week.
    pub probability: f64,
    /// The chance that decided: drawn at its address, or the one behind a history that was led.
    pub uniform: f64,
}

/// A decision that was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionTrace {
    /// Which.
    pub target: Target,
    /// The epoch of its mood.
    pub epoch: u32,
    /// Whether an intervention fixed the answer.
    pub forced: bool,
    /// The alternatives, in the author's order.
    pub alternatives: Vec<AlternativeTrace>,
    /// The answer; nothing if no alternative was open.
    pub chosen: Option<usize>,
    /// The open alternative that came nearest beside the answer.
    pub runner_up: Option<usize>,
}

/// An alternative, as it was weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct AlternativeTrace {
    /// Its reasons, in the author's order.
    pub because: Vec<Weight>,
    /// Their sum, before it is held at ±30.
    pub sum: f64,
    /// Whether it was open.
    pub open: bool,
    /// The Gumbel of its mood, or the one behind a history that was led.
    pub gumbel: f64,
    /// Held sum and Gumbel together; −∞ if it was not open. The largest is the free answer.
    pub score: f64,
}

/// An effect, as it was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct EffectTrace {
    /// Whose: an event or a decision.
    pub of: Target,
    /// As written.
    pub text: String,
    /// What it changed.
    pub changed: Target,
    /// How.
    pub operation: Operation,
    /// By or to how much, in base units.
    pub value: f64,
    /// What it was, in base units.
    pub before: f64,
    /// What it became.
    pub after: f64,
}

/// Runs one history on its chances and writes down its reasons. With a program that keeps reasons
/// ([`crate::Reasons::Kept`]) each is named; with another, only sums are there.
///
/// A free history has [`Chances::of`] its number; one that was led along the record has those behind
/// it, and told nothing it is the same history.
///
/// # Errors
/// See [`EngineError`].
///
/// # Panics
/// If they are the chances of no history.
pub fn trace(program: &Program, seed: u64, chances: &Chances) -> Result<History, EngineError> {
    let lineages = &chances.lineages[..1];
    let mut block = Block::begin_along(program, seed, lineages, Machine::single())?;
    let mut on = OnChances::new(chances);
    let mut weeks = Vec::with_capacity(program.weeks() as usize);
    while block.week() < program.weeks() {
        weeks.push(block.step_traced(program, Some(&mut on))?);
    }
    let answers = block.answers(program)?.into_iter().map(|own| own[0]).collect();
    Ok(History { id: lineages[0].last(), seed, weeks, answers })
}

impl Block {
    /// Runs one week and writes down what its first history weighed; with a guide, in its company.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn step_traced(
        &mut self,
        program: &Program,
        guide: Option<&mut dyn Guide>,
    ) -> Result<WeekTrace, EngineError> {
        let (trace, stopped) = self.step_traced_to_stop(program, guide);
        stopped.map(|()| trace)
    }

    /// The same where the week may stop: what was weighed until then, and why it stopped.
    pub fn step_traced_to_stop(
        &mut self,
        program: &Program,
        guide: Option<&mut dyn Guide>,
    ) -> (WeekTrace, Result<(), EngineError>) {
        let mut trace = WeekTrace { week: self.week, ..WeekTrace::default() };
        let mut company = Company { guide: None, witness: Some(&mut trace) };
        // Taken in after the trace, so that it need not outlive it.
        if let Some(guide) = guide {
            company.guide = Some(guide);
        }
        let stopped = self.step_with(program, &mut company);
        (trace, stopped)
    }

    fn weights(&self, plans: &[ReasonPlan]) -> Vec<Weight> {
        let weight = |own: &ReasonPlan| Weight {
            name: own.name.clone(),
            weight: self.operand(own.weight, 0),
        };
        plans.iter().map(weight).collect()
    }

    fn first(&self, place: u32) -> f64 {
        self.operand(Operand::Lanes(place), 0)
    }
}

impl Witness for WeekTrace {
    fn event(&mut self, block: &Block, plan: &EventPlan, seen: &EventSeen<'_>) {
        if (seen.at_risk | seen.happened) & 1 == 0 {
            return;
        }
        let weighing = match &plan.course {
            Course::Hazard(body) if seen.weighed => Some(Weighing {
                rate: block.weights(&plan.rate_parts),
                because: block.weights(&plan.because),
                sum: block.first(body.sum),
                hazard: block.first(body.hazard),
                probability: block.first(body.probability),
                uniform: seen.uniform[0],
            }),
            _ => None,
        };
        self.events.push(EventTrace {
            target: plan.target,
            happened: seen.happened & 1 == 1,
            forced: seen.forced & 1 == 1,
            weighing,
            draws: Vec::new(),
        });
    }

    fn decision(&mut self, block: &Block, plan: &DecisionPlan, asked: Lanes, forced: Lanes) {
        if asked & 1 == 0 {
            return;
        }
        let mut alternatives = Vec::with_capacity(plan.alternatives.len());
        for (number, own) in plan.alternatives.iter().enumerate() {
            let order = plan.by_name.iter().position(|one| *one == number).unwrap_or(0) as u32;
            let logit = block.first(plan.logits + order);
            let gumbel = block.first(plan.places.gumbels + order);
            alternatives.push(AlternativeTrace {
                because: block.weights(&own.because),
                sum: block.first(plan.sums + order),
                open: logit > f64::NEG_INFINITY,
                gumbel,
                score: logit + gumbel,
            });
        }
        let chosen = block.chosen[0];
        let chosen = (chosen >= 0.0).then_some(chosen as usize);
        let mut runner_up: Option<usize> = None;
        for number in plan.by_name.iter().copied() {
            let beside = Some(number) != chosen && alternatives[number].open;
            let nearer =
                runner_up.is_none_or(|best| alternatives[number].score > alternatives[best].score);
            if beside && nearer {
                runner_up = Some(number);
            }
        }
        self.decisions.push(DecisionTrace {
            target: plan.target,
            epoch: block.epochs[0] as u32,
            forced: forced & 1 == 1,
            alternatives,
            chosen,
            runner_up,
        });
    }

    fn draws(&mut self, block: &Block, plan: &EventPlan, lanes: Lanes) {
        if lanes & 1 == 1
            && let Some(event) = self.events.last_mut()
        {
            event.draws = block.weights(&plan.draws);
        }
    }

    fn effect(&mut self, of: Target, effect: &EffectPlan, seen: EffectSeen) {
        if seen.lane == 0 {
            self.effects.push(EffectTrace {
                of,
                text: effect.text.clone(),
                changed: seen.changed,
                operation: effect.operation,
                value: seen.value,
                before: seen.before,
                after: seen.after,
            });
        }
    }
}
