//! Interventions: what is changed, and when.

use crate::{ElementId, InstanceId, Operation, Week};

/// One change to a model's course. Nothing before its span changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervention {
    /// As typed: `stalin_dies never until 1954-12-31`.
    pub text: String,
    /// On what.
    pub targets: Targets,
    /// What.
    pub change: Change,
    /// When.
    pub span: Span,
}

/// The instances of an element that an intervention touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// The element.
    pub element: ElementId,
    /// Which of its instances, ascending.
    pub instances: Vec<InstanceId>,
}

/// The weeks in which an intervention holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first week, included.
    pub from: Week,
    /// The week after the last; the calendar's length for one without end.
    pub until: Week,
}

impl Span {
    /// Whether a week lies in it.
    pub fn holds(&self, week: Week) -> bool {
        self.from <= week && week < self.until
    }
}

/// What an intervention changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An event does not happen in the span. (`not before D` is this with the span [0, D).)
    Never,
    /// An event happens in the week and not before; the span starts with week 0.
    On(Week),
    /// An event happens in the week, whatever else; the span is that week.
    Happens(Week),
    /// Every asking of a decision in the span is answered so: a number in its alternatives.
    Answer(usize),
    /// A quantity: each week of the span for a variable, series or parameter; once, in its first
    /// week, for a stock or state, save that a stock or state set by `=` with an `until` is held and
    /// released at its last value. The value is in base units.
    Quantity(Operation, f64),
    /// A stock or state starts here, in base units.
    Initial(f64),
    /// A reason of an event, or of an alternative of a decision, is held at its reference.
    Cut {
        /// The alternative whose reason it is, if the element is a decision; every alternative with
        /// a reason of that name, if `None`.
        alternative: Option<usize>,
        /// The reason's name.
        reason: String,
    },
    /// The element is held at its neutral value.
    Without,
}
