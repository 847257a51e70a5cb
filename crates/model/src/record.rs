//! The record: what happened, tied to the model where the model has it.

use std::collections::BTreeMap;

use crate::{Citation, Date, ElementId, Formula, InstanceId, Place, Targets, Unit, Week};

/// What happened, and what the record covers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// What is covered, from when until when: there, absence is data.
    pub coverage: Vec<Coverage>,
    /// Dated events and choices, in order of date.
    pub entries: Vec<RecordEntry>,
    /// Measured quantities.
    pub levels: Vec<Level>,
}

/// A stretch in which every event or asking of an element would have been recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Of what.
    pub of: Targets,
    /// From this week, included.
    pub from: Week,
    /// Until this week, excluded.
    pub until: Week,
}

/// One dated thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordEntry {
    /// Its name.
    pub id: String,
    /// The subsystem it belongs to.
    pub subsystem: String,
    /// When it happened, or became public.
    pub date: Date,
    /// When it was decided, if that came before it was public.
    pub decided: Option<Date>,
    /// What a reader sees.
    pub title: String,
    /// Where that is to be read.
    pub sources: Vec<Citation>,
    /// What it is in the model; context only, if `None`.
    pub tie: Option<Tie>,
    /// The width in weeks, odd, of the window centred on its week.
    pub window: u32,
    /// Where it stands.
    pub place: Place,
}

/// What an entry is in the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// An event happened.
    Event(Target),
    /// A decision was answered so: a number in its alternatives.
    Choice(Target, usize),
}

/// One instance of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The element.
    pub element: ElementId,
    /// Which of its instances.
    pub instance: InstanceId,
}

/// A measured quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name.
    pub id: String,
    /// The subsystem it belongs to.
    pub subsystem: String,
    /// What a reader sees; its id if none is given.
    pub title: String,
    /// What was measured, as an outcome.
    pub is: Formula,
    /// Its value, in base units.
    pub value: f64,
    /// One standard error, normal, in base units.
    pub error: f64,
    /// The unit it is shown in.
    pub unit: Unit,
    /// Where the figure is to be read.
    pub sources: Vec<Citation>,
    /// Where it stands.
    pub place: Place,
}

/// What may be fitted to, and what is sealed: entry or claim to the name of its part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// Claims: `tune`, `check` or `sealed`.
    pub claims: BTreeMap<String, String>,
    /// Entries and levels of the record: `fit` or `held_out`.
    pub record: BTreeMap<String, String>,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
}
