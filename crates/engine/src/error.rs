//! What can go wrong when a program is compiled or run.

use std::fmt;

use detente_model::Week;

/// Why a model and a setup make no program. Nothing was compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileError {
    /// An intervention does not suit its element.
    Unfit {
        /// The intervention, as typed.
        intervention: String,
        /// What is wrong.
        why: String,
    },
    /// Two interventions change one quantity in the same weeks.
    Overlap {
        /// The first, as typed.
        first: String,
        /// The second, as typed.
        second: String,
        /// The full name of what both change.
        of: String,
    },
    /// A reason is cut, but what it usually weighs is not among the references given.
    NoReference {
        /// The full name of its event or decision.
        of: String,
        /// The reason.
        reason: String,
    },
    /// What is to be recorded, or a column of a posterior, is no quantity of the model.
    NoQuantity {
        /// Its full name.
        of: String,
    },
    /// A posterior without a row, or with rows that differ in length from its columns.
    Posterior {
        /// What is wrong.
        why: String,
    },
    /// The model does not hold together: a formula reads what has no value, a bargain is too large,
    /// variables run in a circle. A loaded scenario has none of this.
    Model {
        /// The full name of the element.
        of: String,
        /// What is wrong.
        why: String,
    },
    /// More instructions, slots or weeks of given values than a program may have.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit { intervention, why } => write!(f, "\"{intervention}\": {why}"),
            Self::Overlap { first, second, of } => {
                write!(f, "\"{first}\" and \"{second}\" both change {of} in the same weeks")
            }
            Self::NoReference { of, reason } => {
                write!(f, "what \"{reason}\" of {of} usually weighs is not known")
            }
            Self::NoQuantity { of } => write!(f, "{of} has no weekly value"),
            Self::Posterior { why } => write!(f, "posterior: {why}"),
            Self::Model { of, why } => write!(f, "{of}: {why}"),
            Self::TooLarge { what } => write!(f, "the model has too many {what}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Why a run stopped. The block is left in the middle of the week and is of no further use.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineError {
    /// Something came to what is not a number; or a stock, a trait, a noise or an answer that is no time
    /// to what is not finite.
    NotANumber {
        /// The full name of the element, and which of its numbers: `living_standard[gdr]: change`.
        element: String,
        /// The week.
        week: Week,
        /// The history.
        history: u64,
        /// The seed.
        seed: u64,
    },
    /// A bargain or an alignment was given numbers its algorithm cannot take.
    Settlement {
        /// The element.
        element: String,
        /// What is wrong with them.
        why: String,
        /// The week.
        week: Week,
        /// The history.
        history: u64,
        /// The seed.
        seed: u64,
    },
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber { element, week, history, seed } => write!(
                f,
                "{element} is not a finite number in week {week} of history {history} under seed {seed}"
            ),
            Self::Settlement { element, why, week, history, seed } => write!(
                f,
                "{element} cannot settle in week {week} of history {history} under seed {seed}: {why}"
            ),
        }
    }
}

impl std::error::Error for EngineError {}
