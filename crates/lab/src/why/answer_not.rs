//! Why not, as plain data: how near it came, what stood in its way, what would have turned it.

use detente_model::Week;
use serde::Serialize;

use super::many;
use super::turn::Turn;
use crate::answer::Asked;

/// Why something did not happen in one history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WhyNot {
    /// The question it belongs to.
    #[serde(flatten)]
    pub asked: Asked,
    /// The number of the history.
    pub history: u64,
    /// The full name of the event or decision.
    pub id: String,
    /// The answer, if it is a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// What a reader sees.
    pub says: String,
    /// The dates on which the record has it.
    pub recorded: Vec<String>,
    /// Weeks in which it could have happened, or could have been the answer.
    pub weeks_open: usize,
    /// The chance that it came in one of them, given all else that happened: for an event. For an
    /// answer, which is drawn once a mood, there is no such sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// The week in which it came nearest, if it was ever open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Nearest>,
    /// Its chance in each week in which it could have come.
    pub open_weeks: Vec<OpenWeek>,
    /// What stood in its way, in order of time.
    pub obstacles: Vec<Stretch>,
    /// What would have brought about what was lacking longest, and how that stood, from near to far.
    pub behind: Vec<Behind>,
    /// Single changes that turn it, each verified by replay, the smallest first.
    pub turns: Vec<Turn>,
    /// How many single changes were tried.
    pub tried: usize,
    /// The same over many histories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_many: Option<many::OverMany>,
}

/// What would have brought about something that was lacking, and how it stood itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Behind {
    /// What was lacking, in words.
    pub lacking: String,
    /// The full name of what would have brought it about.
    pub id: String,
    /// The answer, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// What a reader sees.
    pub says: String,
    /// Weeks in which it could have come.
    pub weeks_open: usize,
    /// Its best chance in one of them: of an event in a week, of an answer by its reasons alone.
    pub best_chance: f64,
}

/// The week in which something came nearest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearest {
    /// The week.
    pub week: Week,
    /// Its Monday.
    pub date: String,
    /// The chance that it came then: of an event that week's, of an answer that by its reasons alone.
    pub probability: f64,
    /// For an answer: by how much the one given led it, reasons and mood together, in logits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<f64>,
}

/// A week in which something could have come.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenWeek {
    /// Its Monday.
    pub date: String,
    /// The chance that it came then: of an event that week's, of an answer that by its reasons alone.
    pub probability: f64,
}

/// What stood in the way, for some weeks on end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// The Monday of its first week.
    pub from: String,
    /// The Monday of its last week.
    pub to: String,
    /// How many weeks.
    pub weeks: Week,
    /// What.
    #[serde(flatten)]
    pub what: Standing,
}

/// What stood in the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "obstacle", rename_all = "snake_case")]
pub enum Standing {
    /// Something had to hold and did not.
    Lacking {
        /// What, part by part.
        parts: Vec<Lack>,
    },
    /// Nothing: it could have happened, and chance did not have it so.
    Chance {
        /// The chance that it would have come in one of these weeks.
        chance: f64,
    },
    /// The question was put, and answered otherwise.
    Outweighed {
        /// The answer given.
        by: String,
        /// What a reader sees.
        says: String,
        /// The chance of the answer asked about, by the reasons alone, at its best in these weeks.
        chance: f64,
    },
    /// The question was not put.
    NotPut,
    /// It is given for one week, which this was not, or an intervention barred it.
    NotDue,
}

/// Something that had to hold and did not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lack {
    /// As written.
    pub needs: String,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// How far it was from holding when it was nearest, where a quantity is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_by: Option<f64>,
    /// The unit of `short_by`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}
