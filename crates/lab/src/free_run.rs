//! The free-run page: how often, when first, and what hinders each event and option. Without it,
//! sixty gated events cannot be tuned.

use detente_engine::Block;
use detente_engine::{Gates, Machine, Setup, compile};
use detente_model::{Model, Target};
use serde::Serialize;

use crate::LabError;
use crate::answer::{
    ChoiceAnswer, EventAnswer, MetAnswer, choice_answer, event_answer, met_answers,
};
use crate::counted::Places;
use crate::ensemble::tell;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Followed, Question, Watch, changes_of_schools};
use crate::references::references_for;
use crate::sheaf::{Arm, Noting, Sheaf, Spare};
use crate::tally::Tally;

/// How many histories the page is made from.
pub const FREE_HISTORIES: u64 = 500;

/// How often everything in a model happens when it runs freely.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FreeRun {
    /// How many histories.
    pub histories: u64,
    /// Events, in order of name.
    pub events: Vec<FreeEvent>,
    /// Decisions, in order of name, each with its options.
    pub choices: Vec<ChoiceAnswer>,
    /// What the run met with.
    pub met: Vec<MetAnswer>,
}

/// One event, and what hinders it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FreeEvent {
    /// How often and when.
    #[serde(flatten)]
    pub event: EventAnswer,
    /// The part of `needs` that fails most, if any fails.
    pub hindered_by: Option<Hindrance>,
}

/// A part of an event's `needs`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hindrance {
    /// As written.
    pub part: String,
    /// In the mean of all histories, weeks in which it failed while the event could otherwise have
    /// happened.
    pub weeks_a_history: f64,
}

/// What a block leaves for the page.
struct FreeSheaf {
    sheaf: Sheaf,
    gates: Vec<(Target, Vec<(String, u64)>)>,
}

/// Runs 500 free histories of a seed at the author's values.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn check_free_run(model: &Model, seed: u64, watch: &Watch<'_>) -> Result<FreeRun, LabError> {
    let series = Followed::These(Vec::new());
    let question = Question { seed, histories: FREE_HISTORIES, series, ..Question::default() };
    let interventions: Vec<_> = changes_of_schools(model).cloned().collect();
    let references = references_for(model, &interventions)?;
    let setup = Setup { interventions, references, gates: Gates::Counted, ..Setup::default() };
    let arm = Arm {
        program: compile(model, &setup)?,
        slots: Vec::new(),
        places: Vec::new(),
        noting: Noting::Counts(Places::of(model)),
        spare: Spare::default(),
    };
    let layout = Layout { outcomes: Vec::new(), followed: Vec::new() };
    let mut tally = Tally::new(model, &layout.outcomes, &layout.followed);
    let mut gates = Vec::new();
    let machine = Machine::best();
    let pieces = Pieces::of(&question, machine);
    let run = |piece: u64| -> Result<FreeSheaf, LabError> {
        let ids = pieces.ids(piece);
        let mut block = Block::begin(&arm.program, seed, &ids, machine)?;
        let mut sheaf = arm.blank(&ids);
        arm.finish(&mut block, &mut sheaf)?;
        Ok(FreeSheaf { sheaf, gates: block.gate_counts(&arm.program) })
    };
    in_order(pieces.count, question.threads(), &watch.stop, run, |free: FreeSheaf| {
        tally.add(model, &free.sheaf);
        add_gates(&mut gates, free.gates);
        tell(watch, tally.histories, &question);
        Ok(())
    })?;
    let histories = tally.histories;
    let hindrance = |target: Target| {
        let (_, parts) = gates.iter().find(|(of, _)| *of == target)?;
        let (part, times) = parts.iter().max_by_key(|(_, times)| *times)?;
        (*times > 0).then(|| Hindrance {
            part: part.clone(),
            weeks_a_history: *times as f64 / histories.max(1) as f64,
        })
    };
    let event = |one| {
        let event = event_answer(model, one);
        FreeEvent { hindered_by: hindrance(event.target), event }
    };
    Ok(FreeRun {
        histories,
        events: tally.events.iter().map(event).collect(),
        choices: tally.choices.iter().map(|one| choice_answer(model, one)).collect(),
        met: met_answers(model, &tally),
    })
}

/// Adds a block's counts to those of the blocks before; both are in the program's order.
fn add_gates(sum: &mut Vec<(Target, Vec<(String, u64)>)>, more: Vec<(Target, Vec<(String, u64)>)>) {
    if sum.is_empty() {
        *sum = more;
        return;
    }
    for ((_, parts), (_, others)) in sum.iter_mut().zip(more) {
        for ((_, times), (_, other)) in parts.iter_mut().zip(others) {
            *times += other;
        }
    }
}
