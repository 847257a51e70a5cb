//! Events: what may happen, why, and what it does.

use crate::{Binder, Cell, Distribution, Expr, Formula, Provenance, Week};

/// Something that may happen in a week.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What must hold for it to be at risk; always, if absent.
    pub needs: Option<Formula>,
    /// By hazard, or at a fixed time.
    pub happening: Happening,
    /// Reasons: log hazard ratios, in the author's order. None for a fixed event.
    pub because: Vec<Reason>,
    /// Draws its effects use, in the author's order.
    pub draws: Vec<Draw>,
    /// What it does.
    pub does: Vec<Effect>,
    /// Whether and when it may happen again.
    pub recurrence: Recurrence,
    /// In which round of the week, 1 to 5.
    pub round: u8,
    /// The chronicle's sentence, with `{s}` for an index variable's title.
    pub says: Option<String>,
    /// What it is as an act between states.
    pub act: Option<Act>,
}

/// How an event comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// By hazard: these parts, per week, add up.
    Rate(Vec<Reason>),
    /// For certain, once, at this time.
    On(On),
}

/// When a fixed event happens.
#[derive(Debug, Clone, PartialEq)]
pub enum On {
    /// In this week, if `needs` holds, or not at all.
    Week(Week, String),
    /// In the first week in which this truth and `needs` both hold.
    When(Formula),
}

/// A named reason: a part of a rate (per week), a log hazard ratio, or a weight in logits.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The words readers see: "hope of change".
    pub name: String,
    /// Its size.
    pub weight: Formula,
}

/// A named draw of an event, addressed by its name as slot.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Its name in the event's effects.
    pub name: String,
    /// How it is drawn.
    pub from: Distribution,
}

/// Whether and when an event may happen again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recurrence {
    /// It happens once only.
    Once,
    /// At least this many weeks lie between; at least 1.
    Cooldown(u32),
}

/// One change that an event or an alternative makes. The right-hand side, the guard and all indices
/// are read from the world before the round.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// As written.
    pub text: String,
    /// The index variables of a spread (`for t in satellite`), outermost first.
    pub spread: Vec<Binder>,
    /// Which members of the spread (`where t != s`).
    pub among: Option<Expr>,
    /// Whether it applies at all (`if split[s]`).
    pub guard: Option<Expr>,
    /// The stock or state that changes.
    pub target: Cell,
    /// How.
    pub operation: Operation,
    /// By or to how much, in base units.
    pub value: Expr,
}

/// How an effect or an intervention changes a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// `x = a`
    Set,
    /// `x *= a`
    Multiply,
    /// `x += a`
    Add,
}

/// An act between states, coded as in the World Event/Interaction Survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Who acts, as written (a member's name or an index variable's).
    pub from: String,
    /// On whom.
    pub to: String,
    /// The code: `064`.
    pub weis: String,
    /// Its weight on Goldstein's scale (Goldstein 1992), −10 to 8.3.
    pub goldstein: f64,
    /// Sources or judgement of the coding.
    pub provenance: Provenance,
}
