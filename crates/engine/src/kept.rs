//! What a guided run keeps so that its histories can be run again: what was asked and answered in the
//! present moods, and the chances behind all that came before.

use detente_chance::choice::choose;
use detente_chance::mood::MoodEvidence;
use detente_model::Target;

use crate::{Chances, Guidance, Lineage};

/// Chances under way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) chances: Chances,
    /// The decisions of the guidance, plan by plan.
    decisions: Vec<Target>,
    /// Their alternatives in order of name, once they were asked.
    orders: Vec<Vec<usize>>,
}

/// The askings of a mood from the first that the record answered: with their answers they bound the
/// Gumbels behind them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Askings {
    /// The addressed uniforms of the epoch.
    uniforms: Vec<f64>,
    /// The logits, asking by asking.
    logits: Vec<f64>,
    /// The place of each answer.
    taken: Vec<usize>,
}

impl Askings {
    pub(crate) fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    pub(crate) fn push(
        &mut self,
        uniforms: impl FnOnce() -> Vec<f64>,
        logits: &[f64],
        taken: usize,
    ) {
        if self.is_empty() {
            self.uniforms = uniforms();
        }
        self.logits.extend_from_slice(logits);
        self.taken.push(taken);
    }
}

impl Kept {
    pub(crate) fn new(guidance: &Guidance, lineages: &[Lineage]) -> Self {
        let decisions: Vec<Target> = guidance.decisions.iter().map(|plan| plan.target).collect();
        let orders = vec![Vec::new(); decisions.len()];
        Self { chances: Chances::of(lineages), decisions, orders }
    }

    /// Remembers the order in which a decision's alternatives stand.
    pub(crate) fn remember(&mut self, plan: usize, order: &[usize]) {
        if self.orders[plan].is_empty() {
            self.orders[plan] = order.to_vec();
        }
    }

    /// Notes the Gumbels behind a mood that is over, if the record answered in it.
    pub(crate) fn close_mood(
        &mut self,
        plan: usize,
        lane: usize,
        epoch: u32,
        said: &MoodEvidence,
        askings: &Askings,
    ) {
        if askings.is_empty() {
            return;
        }
        let mut gumbels = said.gumbels(|| askings.uniforms.clone());
        settle(&mut gumbels, askings);
        let order = &self.orders[plan];
        let place = |alternative: usize| order.iter().position(|&one| one == alternative);
        let by_number = (0..order.len()).map(|one| place(one).map_or(0.0, |place| gumbels[place]));
        self.chances.note_mood(self.decisions[plan], epoch, lane, by_number.collect());
    }
}

/// Moves Gumbels by roundings until they answer every asking as it was answered.
///
/// Gumbels drawn behind answers keep to them exactly, but for the last bit: where a rival was far
/// ahead in reasons, its Gumbel may lie within a rounding of its bound.
fn settle(gumbels: &mut [f64], askings: &Askings) {
    const ROUNDS: u32 = 64;
    for round in 0..ROUNDS {
        let mut settled = true;
        for (logits, taken) in askings.logits.chunks(gumbels.len().max(1)).zip(&askings.taken) {
            let Some(given) = choose(logits, gumbels).filter(|given| given != taken) else {
                continue;
            };
            settled = false;
            let bound = logits[*taken] + gumbels[*taken] - logits[given];
            let step = f64::EPSILON * f64::from(1 << round.min(20)) * bound.abs().max(1.0);
            gumbels[given] = gumbels[given].min(bound) - step;
        }
        if settled {
            return;
        }
    }
}
