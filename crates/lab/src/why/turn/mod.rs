//! The smallest single change that turns what did not happen: one deed the other way, one assumption
//! moved, or one stock or state that starts elsewhere, each tried by replay with the same chance, and
//! all measured by one measure.

mod assumptions;
mod deeds;
mod moves;
mod spread;
mod starts;
#[cfg(test)]
mod tests;

use detente_chance::inverse_normal_cdf;
use detente_model::{Model, Week};
use serde::Serialize;

use super::answer::Deed;
use super::replay::Again;
use super::world::Past;
use crate::LabError;
use crate::question::{Question, Watch};

/// How many changes of each kind are told.
const TOLD: usize = 5;

/// A single change that turns it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Turn {
    /// What is changed.
    #[serde(flatten)]
    pub change: Changed,
    /// How great the change is, in standard deviations: of an assumption those of what is thought
    /// likely of it, of a start those between histories in one week. A deed counts as many as are
    /// exceeded, either way, as rarely as it comes; `None` where it has no chance.
    pub size: Option<f64>,
    /// The intervention, as typed.
    pub command: String,
    /// The week in which it comes then.
    pub week: Week,
    /// The Monday of that week.
    pub date: String,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Changed {
    /// A deed that was done is not.
    Without {
        /// The deed.
        deed: Deed,
        /// The chance that the model gave to its not being done.
        likelihood: f64,
    },
    /// A deed that was not done is.
    With {
        /// The deed, in the week in which it is put in.
        deed: Deed,
        /// The chance that the model gave to it.
        likelihood: f64,
    },
    /// An assumption is moved.
    Assumption {
        /// The parameter's full name.
        id: String,
        /// What a reader sees.
        title: String,
        /// Its value here, in its unit.
        from: f64,
        /// The value that turns it.
        to: f64,
        /// Its unit.
        unit: String,
    },
    /// A stock starts elsewhere.
    Start {
        /// The stock's full name.
        id: String,
        /// What a reader sees.
        title: String,
        /// Where it starts here, in its unit.
        from: f64,
        /// The start that turns it.
        to: f64,
        /// Its unit.
        unit: String,
    },
    /// A state starts otherwise.
    StartsAs {
        /// The state's full name.
        id: String,
        /// What a reader sees.
        title: String,
        /// What it starts as here, in words.
        from: String,
        /// The start that turns it.
        to: String,
    },
}

/// The changes that turn it, the smallest first, and how many were tried.
pub(super) fn turns(
    model: &Model,
    question: &Question,
    again: &Again<'_>,
    past: &Past,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let (mut turns, mut tried) = deeds::by_deeds(model, again, past, watch)?;
    let (moved, more) = assumptions::by_assumptions(model, question, again, watch)?;
    turns.extend(moved);
    tried += more;
    // A start comes before any day.
    if again.from == 0 {
        let (started, more) = starts::by_starts(model, question, again, past, watch)?;
        turns.extend(started);
        tried += more;
    }
    turns.sort_by(|a, b| {
        let size = |own: &Turn| own.size.unwrap_or(f64::INFINITY);
        size(a).total_cmp(&size(b))
    });
    Ok((turns, tried))
}

/// The standard deviations that are exceeded, either way, with this chance; `None` for no chance.
fn deviations_as_rare(chance: f64) -> Option<f64> {
    (chance > 0.0).then(|| -inverse_normal_cdf(chance.min(1.0) / 2.0))
}
