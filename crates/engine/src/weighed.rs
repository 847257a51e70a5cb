//! What the reasons of one event or decision weigh, history by history.

use detente_model::Target;

use crate::acted::{Lanes, each_lane};
use crate::block::Block;
use crate::error::EngineError;
use crate::guide::Guide;
use crate::program::{DecisionPlan, EffectPlan, EventPlan, Program, ReasonPlan};
use crate::setup::Reasons;
use crate::step::Company;
use crate::witness::{EffectSeen, EventSeen, Witness};

/// What the reasons of one event or decision weighed in the week just run.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    target: Target,
    reasons: Vec<(Option<usize>, String)>,
    at_stake: Lanes,
    /// By reason, then by lane.
    weights: Vec<Vec<f64>>,
}

impl Weighed {
    /// Nothing yet, for a program that keeps its reasons; for another it stays nothing.
    #[must_use]
    pub fn of(program: &Program, target: Target) -> Self {
        let name = |own: &ReasonPlan| own.name.clone();
        let mut reasons = Vec::new();
        if program.reasons() == Reasons::Kept {
            for plan in program.events.iter().filter(|own| own.target == target) {
                let own = plan.rate_parts.iter().chain(&plan.because);
                reasons.extend(own.map(|own| (None, name(own))));
            }
            for plan in program.decisions.iter().filter(|own| own.target == target) {
                for (number, alternative) in plan.alternatives.iter().enumerate() {
                    let own = alternative.because.iter();
                    reasons.extend(own.map(|own| (Some(number), name(own))));
                }
            }
        }
        Self { target, at_stake: 0, weights: vec![Vec::new(); reasons.len()], reasons }
    }

    /// The reasons: of an event the parts of its rate and then what raises or lowers it; of a decision
    /// each with the number of its alternative. In the author's order.
    #[must_use]
    pub fn reasons(&self) -> &[(Option<usize>, String)] {
        &self.reasons
    }

    /// The histories in which the event was at risk by hazard, or the question put.
    #[must_use]
    pub fn at_stake(&self) -> Lanes {
        self.at_stake
    }

    /// What a reason weighed, by lane; only where it was at stake.
    ///
    /// # Panics
    /// If there is no such reason.
    #[must_use]
    pub fn weights(&self, reason: usize) -> &[f64] {
        &self.weights[reason]
    }

    fn take<'a>(
        &mut self,
        block: &Block,
        at_stake: Lanes,
        reasons: impl Iterator<Item = &'a ReasonPlan>,
    ) {
        self.at_stake = at_stake & block.live;
        for (own, plan) in self.weights.iter_mut().zip(reasons) {
            own.resize(block.ids().len(), 0.0);
            for lane in each_lane(at_stake & block.live) {
                own[lane] = block.operand(plan.weight, lane);
            }
        }
    }
}

impl Block {
    /// Runs one week in the company of a guide, and notes what the reasons of one event or decision
    /// weighed in each history in which it was at stake.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn step_weighed(
        &mut self,
        program: &Program,
        guide: &mut dyn Guide,
        weighed: &mut Weighed,
    ) -> Result<(), EngineError> {
        weighed.at_stake = 0;
        self.step_with(program, &mut Company { guide: Some(guide), witness: Some(weighed) })
    }
}

impl Witness for Weighed {
    fn event(&mut self, block: &Block, plan: &EventPlan, seen: &EventSeen<'_>) {
        if plan.target == self.target && seen.weighed {
            self.take(block, seen.at_risk, plan.rate_parts.iter().chain(&plan.because));
        }
    }

    fn decision(&mut self, block: &Block, plan: &DecisionPlan, asked: Lanes, _: Lanes) {
        if plan.target == self.target {
            self.take(block, asked, plan.alternatives.iter().flat_map(|own| &own.because));
        }
    }

    fn draws(&mut self, _: &Block, _: &EventPlan, _: Lanes) {}

    fn effect(&mut self, _: Target, _: &EffectPlan, _: EffectSeen) {}
}
