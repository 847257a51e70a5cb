//! One that goes with a block and writes down what it weighs.

use detente_model::Target;

use crate::acted::Lanes;
use crate::block::Block;
use crate::program::{DecisionPlan, EffectPlan, EventPlan};

/// Is shown what a block weighs, at the moment it weighs it.
pub(crate) trait Witness {
    /// Whether it wants every weight of an event or decision in every week, at stake or not.
    fn sees_all_of(&self, _: Target) -> bool {
        false
    }

    /// The weights of an event's reasons can be read in the block.
    fn weights_of_event(&mut self, _: &Block, _: &EventPlan, _at_risk: Lanes) {}

    /// The weights of a decision's reasons can be read in the block.
    fn weights_of_decision(&mut self, _: &Block, _: &DecisionPlan, _asked: Lanes) {}

    /// An event at risk; its reasons and hazard can be read in the block.
    fn event(&mut self, block: &Block, plan: &EventPlan, seen: &EventSeen<'_>);

    /// A decision asked; its reasons and logits can be read in the block.
    fn decision(&mut self, block: &Block, plan: &DecisionPlan, asked: Lanes, forced: Lanes);

    /// The draws of an event that happened can be read in the block.
    fn draws(&mut self, block: &Block, plan: &EventPlan, lanes: Lanes);

    /// An effect was applied in a lane.
    fn effect(&mut self, of: Target, effect: &EffectPlan, change: EffectSeen);
}

/// What became of an event at risk.
pub(crate) struct EventSeen<'a> {
    pub(crate) at_risk: Lanes,
    pub(crate) happened: Lanes,
    pub(crate) forced: Lanes,
    /// Whether hazard and chance were computed; they are not for what is certain.
    pub(crate) weighed: bool,
    pub(crate) uniform: &'a [f64],
}

/// What an effect changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EffectSeen {
    pub(crate) lane: usize,
    pub(crate) changed: Target,
    pub(crate) value: f64,
    pub(crate) before: f64,
    pub(crate) after: f64,
}
