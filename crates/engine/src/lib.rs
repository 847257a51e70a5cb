//! Compiles a model and runs weeks: many histories abreast, freely or with evidence, or one with its
//! reasons written down.
//!
//! ```text
//! compile(&Model, &Setup) -> Result<Program, CompileError>
//!
//! program.slot(target) -> Option<SlotId>         a recorded quantity, or any stock or state
//! program.questions() -> &[Question]             outcomes, levels of the record, what claims are asked
//!                                                among: the columns of `Block::answers`
//! program.weeks() -> Week
//! program.instructions() -> InstructionCount
//!
//! Block::begin(&Program, seed: u64, ids: &[u64], Machine) -> Result<Block, EngineError>
//! Block::begin_at(.., rows: &[&[f64]], ..)                    each history at parameters of its own
//! block.step(&Program) -> Result<(), EngineError>             one week; Program may be another arm of
//!                                                             the same model from any week on
//! block.step_guided(&Program, &mut dyn Guide) -> Result<(), EngineError>
//! block.week() -> Week                                        the next week to run
//! block.ids() -> &[u64]
//! block.acts() -> &[Acted]                                    what happened in the week just run
//! block.values(SlotId) -> &[f64]                              one a history, of the week just run
//! block.answers(&Program) -> Result<Vec<Vec<f64>>, EngineError>   by question, then history; at the end
//! block.counters(&Program) -> Counters
//! trace(&Program, seed: u64, &Chances) -> Result<History, EngineError>
//! ```
//!
//! A [`Machine`] says how many histories go abreast and with which instructions; it changes no bit of
//! any result. A `Block` is cloned to run two arms from the same past: run the baseline to the first
//! week of the span, clone, and go on with the other program.

mod abduction;
mod acted;
mod along;
mod arithmetic;
mod arm;
mod begin;
mod block;
mod compile;
mod copies;
mod decide;
mod effects;
mod emit;
mod error;
mod evidence;
mod few;
mod graph;
mod guidance;
mod guide;
mod happen;
mod kept;
mod kernel;
mod layout;
mod lineage;
mod lower;
mod machine;
mod memory;
mod op;
mod prior;
mod program;
mod settle;
mod setup;
mod shortfall;
mod step;
mod trace;
mod usual;
mod weekend;
mod weigh;
mod weighed;
mod witness;

pub use abduction::{Behind, Chances};
pub use acted::{Acted, Count, Counters, Lanes, each_lane};
pub use along::{Along, OnChances};
pub use begin::Start;
pub use block::{Block, Work};
pub use compile::compile;
pub use copies::Copied;
pub use error::{CompileError, EngineError};
pub use evidence::{Asking, AtStake, Evidence, Failure, Impossible};
pub use guidance::{AnswerDue, EventDue, Expected, Guidance, LevelDue, Plan};
pub use guide::{DecisionAsked, EventAsked, Guide, MoodBegun};
pub use layout::Question;
pub use lineage::Lineage;
pub use machine::{Machine, Width};
pub use prior::Prior;
pub use program::{InstructionCount, Program, SlotId};
pub use setup::{Doubt, Gates, Posterior, ReasonKey, Reasons, References, Setup};
pub use shortfall::Part;
pub use step::{ORDER, Stage};
pub use trace::{
    AlternativeTrace, DecisionTrace, EffectTrace, EventTrace, History, WeekTrace, Weighing, Weight,
    trace,
};
pub use usual::Usual;
pub use weighed::Weighed;
