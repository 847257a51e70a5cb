//! What a change does, as plain data: outcomes, events, decisions and quantities in both arms.

use detente_model::Week;
use serde::Serialize;

use crate::answer::{
    Asked, ChoiceAnswer, Ensemble, EventAnswer, MetAnswer, Quantiles, SeriesAnswer,
};
use crate::recorded::Recorded;

/// What a change does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The question.
    #[serde(flatten)]
    pub asked: Asked,
    /// Outcomes in both arms, in order of name.
    pub outcomes: Vec<OutcomeChange>,
    /// Events in both arms, in order of name.
    pub events: Vec<EventChange>,
    /// Decisions in both arms, in order of name.
    pub choices: Vec<ChoiceChange>,
    /// Quantities by week in both arms.
    pub series: Vec<SeriesChange>,
    /// In how many histories the two runs differ in anything that is compared.
    pub moved: u64,
    /// Whether the two runs are equal to the byte in every history.
    pub equal: bool,
    /// The first week in which any history parts, and where.
    pub first_divergence: Option<Divergence>,
    /// Quantiles of the week in which a history parts, among those that do.
    pub parting_weeks: Quantiles<u32>,
    /// What the changed run met with: a question never put, an event that could not be forced.
    pub met: Vec<MetAnswer>,
    /// The baseline by itself.
    #[serde(skip)]
    pub baseline: Ensemble,
    /// The changed run by itself.
    #[serde(skip)]
    pub what_if: Ensemble,
}

/// The first parting of ways, in what is compared: what happens and is answered, the quantities
/// followed by week, and the outcomes. A quantity that is not followed may have parted before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Divergence {
    /// The week.
    pub week: Week,
    /// The Monday of that week.
    pub date: String,
    /// The full name of the element.
    pub element: String,
}

/// One outcome in both arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeChange {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// As in an ensemble; a date is compared by whether there is one.
    pub kind: String,
    /// The unit of the numbers.
    pub unit: String,
    /// Share or mean without the change.
    pub baseline: f64,
    /// The baseline's own 95 % interval.
    pub baseline_interval: [f64; 2],
    /// Share or mean with it.
    pub what_if: f64,
    /// The what-if's own 95 % interval.
    pub what_if_interval: [f64; 2],
    /// What-if minus baseline.
    pub difference: f64,
    /// One standard error of the difference.
    pub error: f64,
    /// The 95 % interval of the difference.
    pub interval: [f64; 2],
    /// How many times as many unpaired histories the same error would need; `None` where the pairs
    /// leave no error.
    pub variance_saved: Option<f64>,
    /// For a date: mean weeks later, among histories in which both arms have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks_later: Option<f64>,
    /// In how many histories it is not the same.
    pub moved: u64,
    /// What the record says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}

/// One event in both arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventChange {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Without the change.
    pub baseline: Timing,
    /// With it.
    pub what_if: Timing,
    /// The dates the record has it on.
    pub recorded: Vec<String>,
}

/// How often and when an event first happens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timing {
    /// In what share of histories.
    pub share: f64,
    /// The 95 % interval of the share.
    pub interval: [f64; 2],
    /// Quantiles of its first week.
    pub weeks: Quantiles<u32>,
}

/// One decision in both arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceChange {
    /// Its full name.
    pub id: String,
    /// Without the change.
    pub baseline: ChoiceAnswer,
    /// With it.
    pub what_if: ChoiceAnswer,
}

/// One quantity by week in both arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesChange {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Quantiles by week without the change.
    pub baseline: Quantiles<Vec<f64>>,
    /// And with it.
    pub what_if: Quantiles<Vec<f64>>,
}

pub(crate) fn event_change((one, other): (&EventAnswer, &EventAnswer)) -> EventChange {
    let timing = |event: &EventAnswer| Timing {
        share: event.share,
        interval: event.interval,
        weeks: event.weeks.clone(),
    };
    EventChange {
        id: one.id.clone(),
        title: one.title.clone(),
        baseline: timing(one),
        what_if: timing(other),
        recorded: one.recorded.clone(),
    }
}

pub(crate) fn choice_change((one, other): (&ChoiceAnswer, &ChoiceAnswer)) -> ChoiceChange {
    ChoiceChange { id: one.id.clone(), baseline: one.clone(), what_if: other.clone() }
}

pub(crate) fn series_change((one, other): (&SeriesAnswer, &SeriesAnswer)) -> SeriesChange {
    SeriesChange {
        id: one.id.clone(),
        title: one.title.clone(),
        unit: one.unit.clone(),
        baseline: one.quantiles.clone(),
        what_if: other.quantiles.clone(),
    }
}
