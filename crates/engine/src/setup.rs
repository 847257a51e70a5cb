//! What a program is compiled for: an arm of interventions, how parameters are doubted, and what is
//! to be kept of each week.

use std::collections::BTreeMap;
use std::sync::Arc;

use detente_model::{Intervention, Target};

/// What to compile a model for. The default is the author's own baseline with nothing kept but
/// outcomes.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// What is changed. Empty for the baseline.
    pub interventions: Vec<Intervention>,
    /// How a history takes its parameters.
    pub doubt: Doubt,
    /// What cut reasons are held at. Needed only where an intervention cuts one.
    pub references: Option<Arc<References>>,
    /// Quantities whose value is wanted each week (see [`crate::Block::values`]); parameters,
    /// series, traits, noises, stocks, states and variables.
    pub record: Vec<Target>,
    /// Whether each reason's weight is kept apart.
    pub reasons: Reasons,
    /// Whether the parts of `needs` that fail are counted.
    pub gates: Gates,
}

/// How a history takes its parameters.
#[derive(Debug, Clone, Default)]
pub enum Doubt {
    /// Every history at the author's values.
    #[default]
    AtValues,
    /// Each history draws every doubted parameter from its prior, cut to its range.
    Prior,
    /// History `id` takes row `id` modulo the number of rows; a parameter without a column keeps the
    /// author's value.
    Posterior(Arc<Posterior>),
}

/// A table of parameters, a row for each draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// The parameters that have a column.
    pub columns: Vec<Target>,
    /// Rows, each with a value in base units for each column; at least one.
    pub rows: Vec<Vec<f64>>,
}

/// Whether each reason's weight is kept apart from their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reasons {
    /// Sums only: fastest.
    #[default]
    Summed,
    /// Every weight is kept, for [`crate::trace`] and for [`References`].
    Kept,
}

/// Whether the parts of `needs` that fail are counted, for the page on which gated events are tuned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gates {
    /// Not counted: fastest.
    #[default]
    Unwatched,
    /// Counted for each event, week by week (see [`crate::Block::gate_counts`]).
    Counted,
}

/// A reason of one instance: which element, which alternative if it is a decision, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReasonKey {
    /// The event or decision.
    pub target: Target,
    /// The alternative, if it is a decision.
    pub alternative: Option<usize>,
    /// The reason's name.
    pub reason: String,
}

/// What each reason usually weighs: its mean by week over free baseline histories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct References {
    /// A mean for each week of the calendar.
    pub means: BTreeMap<ReasonKey, Vec<f64>>,
}
