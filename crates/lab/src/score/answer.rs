//! What a score says, as plain data.

use serde::Serialize;

use super::calibration::{Places, Reliability};
use super::dull::Dull;
use super::isotonic::BrierParts;
use super::parts::Part;
use super::scorer::Scores;
use super::settled::Sort;
use super::versus::Versus;
use crate::answer::{Asked, Quantiles};

/// How well an ensemble foretells what happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// The question.
    #[serde(flatten)]
    pub asked: Asked,
    /// The parts that are shown.
    pub parts: Vec<PartScore>,
    /// Entries and levels that are held out and were not opened.
    pub sealed: u64,
    /// How often what is sealed in the scenario was opened before.
    pub openings_before: u64,
    /// The dull model's hazard of all events together, per week.
    pub pooled_hazard: f64,
    /// Against another version of the scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<Versus>,
}

/// The scores of one part of the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartScore {
    /// Which.
    pub part: Part,
    /// The last day that it speaks of, where nothing is said otherwise.
    pub until: String,
    /// Scores by the sort of question.
    pub sorts: Vec<SortScore>,
    /// The reliability diagram of dated things.
    pub reliability: Option<Reliability>,
    /// Each question.
    pub entries: Vec<EntryScore>,
}

/// The scores of one sort of question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SortScore {
    /// Which.
    pub sort: Sort,
    /// How many questions.
    pub questions: u64,
    /// How many elements or quantities they are about.
    pub groups: u64,
    /// By each scoring rule that fits the sort.
    pub rules: Vec<RuleScore>,
    /// The parts of the mean Brier score, for truths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier_parts: Option<BrierParts>,
    /// Where the answers lie in their forecasts, for dates and levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
}

/// A scoring rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The square of the error of a probability.
    Brier,
    /// Minus the logarithm of the probability given to what happened, in nats.
    Log,
    /// The continuous ranked probability score: in weeks, or in standard errors of measuring.
    Crps,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Brier, Self::Log, Self::Crps];

    /// Its score among several.
    #[must_use]
    pub fn of(self, scores: &Scores) -> Option<f64> {
        match self {
            Self::Brier => scores.brier,
            Self::Log => scores.log,
            Self::Crps => scores.crps,
        }
    }
}

/// A mean score. Less is better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleScore {
    /// By which rule.
    pub rule: Rule,
    /// The mean over the questions.
    pub score: f64,
    /// Its 95 % interval, from drawing the elements and quantities again; `None` if they are fewer
    /// than five.
    pub interval: Option<[f64; 2]>,
    /// What the model expects of itself: the middle 90 of 100 of its scores when its own histories
    /// are taken for the record.
    pub own: Option<[f64; 2]>,
    /// The share of those histories that score at least as badly as the record.
    pub as_bad: Option<f64>,
    /// Beside the dull models.
    pub beside: Vec<Beside>,
}

/// A mean score beside a dull model's, over the questions of which both speak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Beside {
    /// Which dull model.
    pub dull: Dull,
    /// Over how many questions.
    pub questions: u64,
    /// The model's mean.
    pub model: f64,
    /// The dull model's mean.
    pub score: f64,
    /// Model less dull: below 0, the model is better.
    pub difference: f64,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// 1 − model/dull: 1 is perfect, 0 no better than dull. Not for the density of levels, whose log
    /// score may be below 0.
    pub skill: Option<f64>,
    /// Its 95 % interval.
    pub skill_interval: Option<[f64; 2]>,
}

/// One question, its forecast, what happened, and the scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryScore {
    /// The entry, level, outcome or element.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its subsystem.
    pub subsystem: String,
    /// The sort of question.
    pub sort: Sort,
    /// What happened.
    pub recorded: String,
    /// The probability given to what happened: that it would in time, or would not; the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// The probability that it happens within the entry's window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_window: Option<f64>,
    /// For a date: the share of histories in which it happens before the question's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub happens: Option<f64>,
    /// For a date: quantiles of the week among those.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<Quantiles<u32>>,
    /// For a date: the week of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<u32>,
    /// For a level: quantiles of the measurement, in the level's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles<f64>>,
    /// For a level: the record's value, in its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The shares of the forecast below what happened, and up to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<[f64; 2]>,
    /// The scores.
    pub scores: Scores,
    /// Those of a constant hazard, constant shares, the last level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<Scores>,
    /// Those of one hazard for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pooled: Option<Scores>,
}
