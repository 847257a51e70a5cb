//! Outcomes as rows of a table: of an ensemble, of a comparison, of two versions.

use super::table::{Cells, Rows, Tabular};
use crate::answer::{Ensemble, OutcomeAnswer, quantile_key};
use crate::compare::{Comparison, OutcomeChange};
use crate::diff::Difference;
use crate::recorded::Recorded;
use crate::statistics::QUANTILES;

impl Tabular for Ensemble {
    /// A row an outcome.
    fn rows(&self) -> Rows {
        let mut table = Rows::of(&[
            ("id", Cells::Words),
            ("title", Cells::Words),
            ("kind", Cells::Words),
            ("unit", Cells::Words),
            ("value", Cells::Numbers),
            ("error", Cells::Numbers),
            ("low", Cells::Numbers),
            ("high", Cells::Numbers),
        ]);
        let quantile = |q: &f64| (format!("q{}", quantile_key(*q)), Cells::Numbers);
        table.columns.extend(QUANTILES.iter().map(quantile));
        table.columns.push(("recorded".to_owned(), Cells::Words));
        table.rows = self.outcomes.iter().map(row).collect();
        table
    }
}

fn row(outcome: &OutcomeAnswer) -> Vec<String> {
    let mut row = vec![
        outcome.id.clone(),
        outcome.title.clone(),
        outcome.kind.clone(),
        outcome.unit.clone(),
        outcome.value.to_string(),
        outcome.error.to_string(),
        outcome.interval[0].to_string(),
        outcome.interval[1].to_string(),
    ];
    for q in QUANTILES {
        let key = quantile_key(q);
        let number = outcome.quantiles.as_ref().and_then(|all| all.get(&key));
        let week = outcome.weeks.as_ref().and_then(|all| all.get(&key));
        let shown = number.map(ToString::to_string).or_else(|| week.map(ToString::to_string));
        row.push(shown.unwrap_or_default());
    }
    row.push(recorded_text(outcome.recorded.as_ref()));
    row
}

impl Tabular for Comparison {
    /// A row an outcome, both arms in it.
    fn rows(&self) -> Rows {
        changes(&self.outcomes)
    }
}

impl Tabular for Difference {
    /// A row an outcome that both versions have; `baseline` is the old one, `what_if` the new.
    fn rows(&self) -> Rows {
        changes(&self.outcomes)
    }
}

fn changes(outcomes: &[OutcomeChange]) -> Rows {
    let mut table = Rows::of(&[
        ("id", Cells::Words),
        ("title", Cells::Words),
        ("kind", Cells::Words),
        ("unit", Cells::Words),
        ("baseline", Cells::Numbers),
        ("what_if", Cells::Numbers),
        ("difference", Cells::Numbers),
        ("error", Cells::Numbers),
        ("low", Cells::Numbers),
        ("high", Cells::Numbers),
        ("variance_saved", Cells::Numbers),
        ("moved", Cells::Numbers),
        ("recorded", Cells::Words),
    ]);
    let row = |outcome: &OutcomeChange| {
        vec![
            outcome.id.clone(),
            outcome.title.clone(),
            outcome.kind.clone(),
            outcome.unit.clone(),
            outcome.baseline.to_string(),
            outcome.what_if.to_string(),
            outcome.difference.to_string(),
            outcome.error.to_string(),
            outcome.interval[0].to_string(),
            outcome.interval[1].to_string(),
            outcome.variance_saved.map(|saved| saved.to_string()).unwrap_or_default(),
            outcome.moved.to_string(),
            recorded_text(outcome.recorded.as_ref()),
        ]
    };
    table.rows = outcomes.iter().map(row).collect();
    table
}

fn recorded_text(recorded: Option<&Recorded>) -> String {
    match recorded {
        None => String::new(),
        Some(Recorded::Truth(truth)) => truth.to_string(),
        Some(Recorded::Date(date)) => date.clone(),
        Some(Recorded::Number(value)) => value.to_string(),
    }
}
