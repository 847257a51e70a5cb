//! Decisions: what a seat is asked, and what it may answer.

use crate::{Act, Binder, Effect, Expr, Formula, MemberIndex, Provenance, Reason};

/// A choice of a seat, or of chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Who decides.
    pub seat: SeatRef,
    /// What it is asked; the chronicle's question, with `{s}` for an index variable's title.
    pub asks: String,
    /// When the question can be put; always, if absent.
    pub when: Option<Formula>,
    /// How many weeks must pass before it is put again while `when` holds. `None`: it is put once
    /// each time `when` becomes true.
    pub again: Option<u32>,
    /// How long a mind, once made up, stays so unless the reasons change.
    pub mood: Mood,
    /// The answer that is no answer: a number in `alternatives`.
    pub otherwise: Option<usize>,
    /// In which round of the week, 1 to 5.
    pub round: u8,
    /// The alternatives, in the author's order, those over a set spelt out member by member.
    pub alternatives: Vec<Alternative>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq)]
pub enum SeatRef {
    /// Nobody: a vote, the outcome of a coup. Never offered to players.
    Chance,
    /// A seat, as a number in [`crate::Model::seats`], with its index if it has one.
    Seat(usize, Option<Expr>),
}

/// The span over which one set of chances holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mood {
    /// Its length in weeks, at least 1.
    pub weeks: u32,
    /// Why this length.
    pub judgement: String,
}

/// One thing a seat may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// Its name.
    pub name: AlternativeName,
    /// A sentence for readers.
    pub about: String,
    /// The chronicle's sentence.
    pub says: Option<String>,
    /// The index variable of an alternative over a set, numbered after those of the decision.
    pub binder: Option<Binder>,
    /// What must hold for it to be open; always, if absent.
    pub needs: Option<Formula>,
    /// Reasons, in logits, in the author's order. None weigh 0.
    pub because: Vec<Reason>,
    /// What it does.
    pub does: Vec<Effect>,
    /// What it is as an act between states.
    pub act: Option<Act>,
    /// Sources or judgement of its numbers.
    pub provenance: Provenance,
}

/// The name of an alternative: `wait`, or `appoint[beria]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternativeName {
    /// The option's name.
    pub option: String,
    /// The member it stands for, if the option ranges over a set: its root number and name.
    pub member: Option<(MemberIndex, String)>,
}

impl std::fmt::Display for AlternativeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.member {
            None => f.write_str(&self.option),
            Some((_, member)) => write!(f, "{}[{member}]", self.option),
        }
    }
}
