//! A history as a chronicle to read: what happened, week by week, with its reasons beneath.

use crate::bundle::{Cells, Rows, Tabular};
use crate::history::{AddsTo, Entry, History, ReasonWeight};
use crate::report::words::{short_day, signed};

/// The history as a chronicle: a line a sentence, with the day that the scenario gives or else the
/// week's Monday, years as heads; reasons beneath, if the history holds them.
pub fn chronicle(history: &History) -> String {
    let mut text = String::new();
    let mut year = String::new();
    let mut day = String::new();
    for entry in history.entries.iter().filter(|entry| entry.tells) {
        let Some(says) = &entry.says else { continue };
        let date = entry.day.as_ref().unwrap_or(&entry.date);
        let (this_year, this_day) = match date.parse::<detente_model::Date>() {
            Ok(date) => (date.year().to_string(), short_day(date)),
            Err(_) => (String::new(), date.clone()),
        };
        if this_year != year {
            let space = if text.is_empty() { "" } else { "\n" };
            text += &format!("{space}{this_year}\n");
            year = this_year;
            day.clear();
        }
        let shown = if this_day == day { "" } else { this_day.as_str() };
        let forced = if entry.forced { " (made so)" } else { "" };
        text += &format!("  {shown:>6}  {says}{forced}\n");
        text += &reasons(entry);
        day = this_day;
    }
    if text.is_empty() {
        text += "Nothing that the model tells of happens in this history.\n";
    }
    text
}

/// The reasons of an entry, a line each, save those that weigh nothing; those of the answer that came
/// nearest under its name.
fn reasons(entry: &Entry) -> String {
    let mut text = String::new();
    let mut rival: Option<&str> = None;
    for reason in &entry.reasons {
        let Some(weight) = weight(reason) else { continue };
        let option = reason.option.as_deref();
        let other = option.filter(|option| Some(*option) != entry.option.as_deref());
        if let Some(other) = other.filter(|other| rival != Some(*other)) {
            text += &format!("{:20}for “{}” spoke:\n", "", other.replace('_', " "));
            rival = Some(other);
        }
        text += &format!("{:8}{weight:>10}  {}\n", "", reason.reason);
    }
    text
}

/// A weight as it is said, if anything is left of it: a part of a rate per week, a reason with its sign.
fn weight(reason: &ReasonWeight) -> Option<String> {
    match reason.adds_to {
        AddsTo::Rate if reason.weight == 0.0 => None,
        AddsTo::Rate if reason.weight.abs() < 0.0005 => {
            Some(format!("{:.1e}/week", reason.weight).replace('-', "−"))
        }
        AddsTo::Rate => Some(format!("{:.3}/week", reason.weight)),
        AddsTo::LogHazard | AddsTo::Logit => {
            let said = signed(reason.weight, 2);
            (said != "0.00").then_some(said)
        }
    }
}

impl Tabular for History {
    /// A row for each thing that happened or was answered, as in `events.parquet`.
    fn rows(&self) -> Rows {
        let mut table = Rows::of(&[
            ("history", Cells::Numbers),
            ("week", Cells::Numbers),
            ("date", Cells::Words),
            ("id", Cells::Words),
            ("option", Cells::Words),
            ("says", Cells::Words),
            ("forced", Cells::Words),
            ("reasons_total", Cells::Numbers),
            ("recorded", Cells::Words),
        ]);
        let row = |entry: &Entry| {
            vec![
                self.history.to_string(),
                entry.week.to_string(),
                entry.date.clone(),
                entry.id.clone(),
                entry.option.clone().unwrap_or_default(),
                entry.says.clone().unwrap_or_default(),
                entry.forced.to_string(),
                entry.reasons_total.map(|total| total.to_string()).unwrap_or_default(),
                entry.recorded.first().cloned().unwrap_or_default(),
            ]
        };
        table.rows = self.entries.iter().map(row).collect();
        table
    }
}
