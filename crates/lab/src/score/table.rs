//! The entries' scores as one table, a row for each question.

use super::{EntryScore, Part, Score, Scores, Sort};
use crate::bundle::{Cells, Rows, Tabular};

impl Tabular for Score {
    fn rows(&self) -> Rows {
        let words = ["part", "sort", "id", "title", "subsystem", "recorded"];
        let numbers = [
            "share",
            "in_window",
            "happens",
            "place_low",
            "place_high",
            "brier",
            "log",
            "crps",
            "constant_brier",
            "constant_log",
            "constant_crps",
            "pooled_brier",
            "pooled_log",
            "pooled_crps",
        ];
        let words = words.map(|name| (name, Cells::Words));
        let numbers = numbers.map(|name| (name, Cells::Numbers));
        let columns: Vec<(&str, Cells)> = words.into_iter().chain(numbers).collect();
        let mut table = Rows::of(&columns);
        for part in &self.parts {
            table.rows.extend(part.entries.iter().map(|entry| row(part.part, entry)));
        }
        table
    }
}

fn row(part: Part, entry: &EntryScore) -> Vec<String> {
    let part = match part {
        Part::Fit => "fit",
        Part::HeldOut => "held_out",
    };
    let sort = match entry.sort {
        Sort::When => "when",
        Sort::Which => "which",
        Sort::Whether => "whether",
        Sort::HowMuch => "how_much",
    };
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let mut row = vec![
        part.to_owned(),
        sort.to_owned(),
        entry.id.clone(),
        entry.title.clone(),
        entry.subsystem.clone(),
        entry.recorded.clone(),
        number(entry.share),
        number(entry.in_window),
        number(entry.happens),
        number(entry.place.map(|place| place[0])),
        number(entry.place.map(|place| place[1])),
    ];
    let scores = [Some(entry.scores), entry.constant, entry.pooled];
    let three = |scores: Scores| [scores.brier, scores.log, scores.crps];
    row.extend(scores.into_iter().flat_map(|own| three(own.unwrap_or_default())).map(number));
    row
}
