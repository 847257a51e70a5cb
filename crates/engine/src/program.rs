//! A program: one arm of a model, compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use detente_model::{Coupling, Span, Target, Week};

use crate::arm::Push;
use crate::emit::Scope;
use crate::layout::{DecisionPlaces, EventPlaces, Layout, Place, Question};
use crate::op::{Instruction, Operand};
use crate::setup::{Doubt, Reasons};

/// A compiled arm of a model, ready to run any number of histories.
#[derive(Debug)]
pub struct Program {
    pub(crate) layout: Arc<Layout>,
    /// What tells this program from others of its model.
    pub(crate) stamp: u64,
    pub(crate) weeks: Week,
    pub(crate) coupling: Coupling,
    /// The slot of the thresholds of the second coupling.
    pub(crate) threshold_slot: u32,
    pub(crate) doubt: Doubt,
    pub(crate) reasons: Reasons,
    /// Lanes of a block's memory: the layout's, the program's own, registers.
    pub(crate) places: u32,
    pub(crate) constants: Vec<f64>,
    /// Values all histories share, by week.
    pub(crate) rows: Vec<Vec<f64>>,
    pub(crate) code: Vec<Instruction>,
    pub(crate) tables: Vec<u32>,
    pub(crate) addresses: Vec<(u64, u32)>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) events: Vec<EventPlan>,
    pub(crate) decisions: Vec<DecisionPlan>,
    /// Who acts in each round, in order of name.
    pub(crate) rounds: [Vec<Actor>; 5],
    pub(crate) parameters: Vec<ParameterPlan>,
    pub(crate) traits: Vec<DrawPlan>,
    pub(crate) yearly: Vec<DrawPlan>,
    pub(crate) starts: Vec<StartPlan>,
    pub(crate) pushes: Vec<(Push, Place)>,
    pub(crate) holds: BTreeMap<Place, Vec<Span>>,
    pub(crate) recorded: Vec<RecordPlan>,
    pub(crate) lasts: Vec<LastPlan>,
    pub(crate) stock_scope: u32,
    pub(crate) moves: Vec<MovePlan>,
    /// Stocks that only effects move, with their ranges.
    pub(crate) still: BTreeMap<Place, StillPlan>,
    pub(crate) bargains: Vec<BargainPlan>,
    pub(crate) alignments: Vec<AlignmentPlan>,
    pub(crate) measures: Vec<MeasurePlan>,
    pub(crate) question_scope: u32,
    pub(crate) question_answers: Vec<AnswerPlan>,
    /// Scopes out of date once a week is over.
    pub(crate) weekly: Vec<u64>,
    /// Full names of events, decisions, stocks and what settles.
    pub(crate) names: BTreeMap<Target, String>,
    pub(crate) slots: BTreeMap<Target, Place>,
    /// The calendar year of each week's Monday.
    pub(crate) years: Vec<u32>,
    /// The month of each week's Monday, counted from year 0.
    pub(crate) months: Vec<u32>,
}

/// Where the answer to a question lies, and what it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerPlan {
    pub(crate) place: Place,
    /// What the question is called.
    pub(crate) name: String,
    /// Whether it may be infinite: a date, or a length of time, of what never comes.
    pub(crate) may_be_never: bool,
}

/// Where a weekly quantity is to be read in a block (see [`crate::Block::values`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlotId(pub(crate) Place);

/// A scope that says where something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guard {
    pub(crate) scope: u32,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    Event(u32),
    Decision(u32),
}

/// A reason and where its weight is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReasonPlan {
    pub(crate) name: String,
    pub(crate) weight: Operand,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventPlan {
    pub(crate) target: Target,
    pub(crate) address: u64,
    pub(crate) places: EventPlaces,
    pub(crate) needs: Option<Guard>,
    pub(crate) course: Course,
    pub(crate) once: bool,
    pub(crate) cooldown: u32,
    pub(crate) records_hazard: bool,
    pub(crate) barred: Vec<Span>,
    pub(crate) forced: Vec<Week>,
    pub(crate) effects: EffectsPlan,
    /// Parts of the rate, then reasons; empty unless they are kept.
    pub(crate) rate_parts: Vec<ReasonPlan>,
    pub(crate) because: Vec<ReasonPlan>,
    /// Draws, kept with the effects' values.
    pub(crate) draws: Vec<ReasonPlan>,
    /// The parts of `needs`, as written; empty unless they are watched.
    pub(crate) gates: Vec<(String, Guard)>,
}

/// How an event comes about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Course {
    Hazard(BodyPlan),
    InWeek(Week),
    When(Guard),
}

/// Where an event's hazard is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyPlan {
    pub(crate) scope: u32,
    /// Whether its values stay until something they are made of changes.
    pub(crate) keeps: bool,
    /// The sum of reasons and the sum of the rate's parts, which the scope leaves side by side.
    pub(crate) sum: Place,
    pub(crate) rate: Place,
    /// Behind them, what these come to.
    pub(crate) hazard: Place,
    pub(crate) probability: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DecisionPlan {
    pub(crate) target: Target,
    pub(crate) address: u64,
    pub(crate) slots: Vec<u32>,
    pub(crate) places: DecisionPlaces,
    pub(crate) when: Option<Guard>,
    pub(crate) again: Option<u32>,
    pub(crate) mood: u32,
    /// Alternatives in order of name: ties go to the first.
    pub(crate) by_name: Vec<usize>,
    pub(crate) body: u32,
    /// Logits, −∞ where not open, in order of name, one after another.
    pub(crate) logits: Place,
    /// Sums before they are held, in the same order.
    pub(crate) sums: Place,
    pub(crate) otherwise: Option<usize>,
    /// By number.
    pub(crate) alternatives: Vec<AlternativePlan>,
    pub(crate) answers: Vec<(Span, usize)>,
    /// Scopes out of date once it was answered.
    pub(crate) clobbers: Vec<u64>,
    /// Where it stands among those that remember when `when` last held.
    pub(crate) memory: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AlternativePlan {
    pub(crate) name: String,
    pub(crate) effects: EffectsPlan,
    pub(crate) because: Vec<ReasonPlan>,
}

/// What an event or an alternative does.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct EffectsPlan {
    pub(crate) scope: Option<u32>,
    pub(crate) effects: Vec<EffectPlan>,
    /// Scopes out of date once they are applied.
    pub(crate) clobbers: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EffectPlan {
    pub(crate) operation: detente_model::Operation,
    pub(crate) value: Operand,
    pub(crate) guard: Option<Operand>,
    /// The index that chooses among the targets, if it is not known.
    pub(crate) index: Option<Operand>,
    /// The places it chooses among.
    pub(crate) targets: Vec<Option<(Place, Target)>>,
    /// As written.
    pub(crate) text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParameterPlan {
    pub(crate) place: Place,
    pub(crate) target: Target,
    pub(crate) address: u64,
    pub(crate) prior: Option<detente_chance::distribution::Distribution>,
    pub(crate) value: f64,
    pub(crate) range: detente_model::Range,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DrawPlan {
    pub(crate) target: Target,
    pub(crate) place: Place,
    pub(crate) scope: u32,
    pub(crate) clobbers: Vec<u64>,
}

/// Where a stock or state starts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StartPlan {
    Value(Place, f64),
    Computed { target: Target, place: Place, scope: u32 },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordPlan {
    pub(crate) target: Target,
    pub(crate) place: Place,
    pub(crate) scope: u32,
    pub(crate) from: Week,
    pub(crate) until: Week,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastPlan {
    pub(crate) from: Place,
    pub(crate) to: Place,
    /// A variable or noise has no start of its own: in week 0 it is computed with a past of 0.
    pub(crate) computed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MovePlan {
    pub(crate) target: Target,
    pub(crate) place: Place,
    pub(crate) next: Place,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StillPlan {
    pub(crate) target: Target,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BargainPlan {
    pub(crate) target: Target,
    pub(crate) convenes: Guard,
    pub(crate) method: detente_theory::bargain::Method,
    pub(crate) dimensions: usize,
    pub(crate) players: usize,
    pub(crate) veto: Vec<bool>,
    pub(crate) address: u64,
    pub(crate) slots: Vec<u32>,
    pub(crate) inputs: u32,
    pub(crate) reversion: Vec<Operand>,
    pub(crate) power: Vec<Operand>,
    /// Player by player.
    pub(crate) position: Vec<Operand>,
    pub(crate) salience: Vec<Operand>,
    pub(crate) results: Place,
    pub(crate) clobbers: Vec<u64>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AlignmentPlan {
    pub(crate) target: Target,
    pub(crate) convenes: Guard,
    pub(crate) members: usize,
    pub(crate) sides: u8,
    pub(crate) inputs: u32,
    pub(crate) size: Vec<Operand>,
    pub(crate) propensity: Vec<Operand>,
    pub(crate) start: Vec<Operand>,
    pub(crate) results: Place,
    pub(crate) clobbers: Vec<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gathering {
    At,
    Sum,
    Max,
    DateOfMax,
    Correlation,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MeasurePlan {
    pub(crate) gathering: Gathering,
    pub(crate) from: Week,
    pub(crate) until: Week,
    pub(crate) scope: u32,
    /// Where the scope leaves what is measured; the second of two beside the first.
    pub(crate) value: Place,
    pub(crate) places: Place,
}

/// How much a week takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InstructionCount {
    /// Instructions of all that may be computed in a week, were nothing skipped.
    pub in_all: u64,
    /// Of these, draws.
    pub draws: u64,
    /// Of these, functions such as an exponential.
    pub functions: u64,
}

impl Program {
    /// How many weeks a history has.
    #[must_use]
    pub fn weeks(&self) -> Week {
        self.weeks
    }

    /// Where a quantity's weekly value is read: any stock or state, and what [`crate::Setup::record`]
    /// names.
    #[must_use]
    pub fn slot(&self, target: Target) -> Option<SlotId> {
        self.slots.get(&target).copied().map(SlotId)
    }

    /// What is asked of a whole history, in the order in which [`crate::Block::answers`] gives it.
    #[must_use]
    pub fn questions(&self) -> &[Question] {
        &self.layout.questions
    }

    /// How many instructions the program has, as a measure of a week's work before skipping.
    #[must_use]
    pub fn instructions(&self) -> InstructionCount {
        let count = |is: fn(crate::op::Code) -> bool| {
            self.code.iter().filter(|own| is(own.code)).count() as u64
        };
        InstructionCount {
            in_all: self.code.len() as u64,
            draws: count(crate::op::Code::is_draw),
            functions: count(crate::op::Code::is_function),
        }
    }

    /// Whether each reason's weight is kept.
    #[must_use]
    pub fn reasons(&self) -> Reasons {
        self.reasons
    }

    pub(crate) fn name(&self, target: Target) -> &str {
        self.names.get(&target).map_or("", String::as_str)
    }
}

impl Program {
    /// What a question is called, by its number in [`Program::questions`]: an outcome's full name, or the
    /// id of a level or claim.
    #[must_use]
    pub fn question_name(&self, question: usize) -> &str {
        self.question_answers.get(question).map_or("", |own| &own.name)
    }
}
