//! What each reason usually weighs: the level at which a cut reason is held.

use std::sync::Arc;

use detente_engine::{Block, Machine, Program, Reasons, References, Setup, Usual, compile};
use detente_model::{Change, Intervention, Model};

use crate::LabError;
use crate::in_order::in_order;
use crate::pieces::Pieces;
use crate::question::{Question, Stop};

/// Histories that references are taken from: free ones of seed 0, at the author's values.
pub(crate) const HISTORIES: u64 = 1_000;

/// The references that these interventions need; none, if they cut no reason.
pub(crate) fn references_for(
    model: &Model,
    interventions: &[Intervention],
) -> Result<Option<Arc<References>>, LabError> {
    let cuts = interventions.iter().any(|one| matches!(one.change, Change::Cut { .. }));
    cuts.then(|| usual_weights(model).map(Arc::new)).transpose()
}

/// Each reason's mean by week over a thousand free baseline histories of seed 0.
fn usual_weights(model: &Model) -> Result<References, LabError> {
    let program = compile(model, &Setup { reasons: Reasons::Kept, ..Setup::default() })?;
    let question = Question { seed: 0, histories: HISTORIES, ..Question::default() };
    let machine = Machine::best();
    let pieces = Pieces::of(&question, machine);
    let mut usual = Usual::of(&program);
    in_order(
        pieces.count,
        question.threads(),
        &Stop::default(),
        |piece| gather(&program, &pieces.ids(piece), machine),
        |more| {
            usual.add(&more);
            Ok(())
        },
    )?;
    Ok(usual.means())
}

fn gather(program: &Program, ids: &[u64], machine: Machine) -> Result<Usual, LabError> {
    let mut block = Block::begin(program, 0, ids, machine)?;
    let mut usual = Usual::of(program);
    while block.week() < program.weeks() {
        block.step_weighing(program, &mut usual)?;
    }
    Ok(usual)
}
