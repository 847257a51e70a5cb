//! What `why` answers, as plain data in the shape that `--format json` keeps.

use detente_model::Week;
use serde::Serialize;

use super::usually::Usually;
use crate::answer::Asked;

/// Why something happened, or was chosen, in one history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The question it belongs to.
    #[serde(flatten)]
    pub asked: Asked,
    /// The number of the history.
    pub history: u64,
    /// What is explained.
    pub what: Deed,
    /// How often it came in this history.
    pub times: usize,
    /// The dates on which the record has it.
    pub recorded: Vec<String>,
    /// Of 100 free histories, the share in which it had come by then.
    pub usual_by_then: f64,
    /// How it came about.
    pub came: Came,
    /// Why, each against what is usual in that week.
    pub reasons: Vec<Contrast>,
    /// What had to hold, and since when it did.
    pub conditions: Vec<Condition>,
    /// The earlier deeds that made a difference, in order of time.
    pub causes: Vec<Cause>,
    /// How many earlier deeds were taken away in turn, each in a replay with the same chance.
    pub tried: usize,
    /// Deeds of which none is needed by itself, but some are together.
    pub together: Option<Together>,
    /// How necessary and how sufficient the deeds without which it never comes are over many
    /// histories: the three with the most effect.
    pub necessity: Vec<Necessity>,
    /// The others of them, which were not weighed, with the effect by which they came after.
    pub not_weighed: Vec<LeftOut>,
    /// Which reasons weigh where it comes, over many histories.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usually: Option<Usually>,
}

/// Something that happened, or was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deed {
    /// The full name of the event or decision.
    pub id: String,
    /// The answer, if it is a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// What a reader sees.
    pub says: String,
    /// The week in which it first came.
    pub week: Week,
    /// The Monday of that week.
    pub date: String,
}

/// How something came about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Came {
    /// By chance, at a hazard.
    Hazard {
        /// The chance that it came in its week.
        probability: f64,
        /// The chance that it came in some week up to then, given all that happened: one minus the
        /// product of the chances that it did not.
        probability_by_then: f64,
        /// Weeks at risk up to then.
        weeks_at_risk: usize,
        /// Its hazard, per week.
        hazard: f64,
        /// What the hazard would be, were each reason at its usual weight.
        usual_hazard: f64,
    },
    /// By a choice.
    Choice {
        /// The question.
        asks: String,
        /// The answer that came nearest, if another was open.
        runner_up: Option<String>,
        /// The share of all chance under which the answer is given, by the reasons alone.
        probability: f64,
        /// The same, were each reason at its usual weight.
        usual_probability: f64,
        /// By how much the reasons of the answer lead those of the runner-up, in logits.
        reasons_lead: f64,
        /// By how much the mood of the hour favours it over the runner-up, in logits.
        mood_lead: f64,
        /// The answers that were open, with that share.
        alternatives: Vec<OpenAnswer>,
    },
    /// For certain, at a fixed time or once a truth holds.
    Fixed {
        /// As written: `1953-01-20`, or a truth.
        on: String,
    },
    /// An intervention made it so.
    MadeSo,
}

/// An answer that was open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OpenAnswer {
    /// Its name.
    pub option: String,
    /// What a reader sees.
    pub says: String,
    /// The share of all chance under which it is given, by the reasons alone.
    pub probability: f64,
}

/// What a reason is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A part of a rate, per week: parts add up.
    Part,
    /// A log hazard ratio.
    Hazard,
    /// In logits, for the answer given.
    For,
    /// In logits, for the runner-up, and so against the answer given.
    Against,
}

/// A reason against what it usually weighs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// The words readers see.
    pub reason: String,
    /// What it is a part of.
    pub role: Role,
    /// The answer it speaks for, if it is one of a decision's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// Its weight here.
    pub weight: f64,
    /// Its usual weight that week.
    pub usual: f64,
    /// How far it speaks for what came, beyond the usual: `weight − usual`, or the reverse for a
    /// reason against.
    pub contrast: f64,
    /// As written.
    pub formula: String,
    /// What it was made of in this history.
    pub origins: Vec<Origin>,
    /// The assumptions in it.
    pub assumptions: Vec<Assumption>,
}

/// What a formula was made of in one history: a quantity, an event, an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Origin {
    /// The full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// `stock`, `state`, `variable`, `series`, `trait`, `noise`, `event`, `choice`, `settlement`,
    /// or `member` of one.
    pub kind: String,
    /// What it was, in its unit, as words: "0.81", "true", "Malenkov", "never".
    pub was: String,
    /// What it usually is that week: a mean in its unit, or for what holds or not a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// Its unit, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// By how much the reason would weigh less, were this as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries: Option<f64>,
    /// Where the rules of a settlement come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grounds: Option<String>,
    /// The deeds that moved it, the last ones and the largest.
    pub moved_by: Vec<Mover>,
    /// What it was made of in turn.
    pub made_of: Vec<Origin>,
}

/// A deed that moved a quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mover {
    /// The deed.
    #[serde(flatten)]
    pub deed: Deed,
    /// By how much, in the quantity's unit; nothing for what is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<f64>,
}

/// An assumption behind a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumption {
    /// The parameter's full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its value, in its unit.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Where it comes from: judgement and sources.
    pub grounds: String,
}

/// Something that had to hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// As written.
    pub needs: String,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What it was made of.
    pub origins: Vec<Origin>,
}

/// An earlier deed without which it would have been different.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// The deed, when it first came.
    #[serde(flatten)]
    pub deed: Deed,
    /// How often it came before what is explained.
    pub times: usize,
    /// Whether it is an answer that leaves things as they are.
    pub omission: bool,
    /// What comes without it.
    pub without: Without,
    /// Through what it worked, as the replay without it shows.
    pub through: Vec<Through>,
    /// The intervention that takes it away, as typed.
    pub command: String,
}

/// What comes when something is taken away.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "comes", rename_all = "snake_case")]
pub enum Without {
    /// It never comes in this history: the deed is a cause by the but-for test.
    Never,
    /// It comes so many weeks later.
    Later {
        /// How many.
        weeks: Week,
    },
    /// It comes so many weeks earlier: the deed held it back.
    Earlier {
        /// How many.
        weeks: Week,
    },
    /// It would still have come, by another road that in fact was not taken; with that road closed, as
    /// it was, it does not come.
    AnotherRoad {
        /// How many weeks later.
        weeks: Week,
        /// What happens on that road, and did not in fact.
        road: Vec<Deed>,
    },
}

/// Through what a cause worked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Through {
    /// Something that had to hold and without it does not.
    Condition {
        /// As written.
        needs: String,
        /// What is lacking without it, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        lacking: Option<String>,
    },
    /// A question that without it is not put.
    NotAsked {
        /// The question.
        asks: String,
    },
    /// A reason that without it weighs something else.
    Reason {
        /// The words readers see.
        reason: String,
        /// Its weight in the history.
        weight: f64,
        /// Its weight without the cause.
        without: f64,
    },
}

/// Deeds that only together are needed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Together {
    /// How many have to be taken away at once.
    pub size: usize,
    /// Whether no smaller number does it, or only none was found.
    pub least: bool,
    /// The sets of that size that do it.
    pub sets: Vec<Vec<Deed>>,
    /// Each deed that belongs to one of them, with its share of responsibility: 1 in `size`.
    pub responsibility: f64,
}

/// Necessity and sufficiency of a cause, over many histories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Necessity {
    /// The cause.
    pub cause: Deed,
    /// Histories run.
    pub histories: u64,
    /// The share with both.
    pub with_both: f64,
    /// The chance of it if the cause is made to be, and if it is kept from being.
    pub if_made: f64,
    /// See `if_made`.
    pub if_barred: f64,
    /// Of the histories with both, the share that is without it when the cause is taken away.
    pub necessity: Share,
    /// Of the histories with neither, the share that has it when the cause is put in.
    pub sufficiency: Share,
    /// The share of all histories in which it comes with the cause and does not without.
    pub both: Share,
}

/// A deed without which it never comes that was not weighed over many histories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut {
    /// The deed.
    #[serde(flatten)]
    pub deed: Deed,
    /// The share of a first few histories in which it comes with the deed and does not without.
    pub both: f64,
    /// How many histories that is a share of.
    pub of: u64,
}

/// A share with its interval, and the bounds that hold whatever the chances are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Share {
    /// The share, by paired replay.
    pub value: f64,
    /// How many histories it is a share of.
    pub of: u64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
    /// Between what the chances with and without the cause allow (Tian and Pearl 2000).
    pub bounds: [f64; 2],
}
