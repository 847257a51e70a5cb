//! `outcomes.csv`: the outcomes as a table for a spreadsheet.

use crate::LabError;
use crate::answer::{Ensemble, OutcomeAnswer, quantile_key};
use crate::compare::Comparison;
use crate::statistics::QUANTILES;

/// The outcomes of an ensemble as CSV (RFC 4180), a header first.
///
/// # Errors
/// None in practice: memory is written to.
pub fn ensemble_csv(answer: &Ensemble) -> Result<Vec<u8>, LabError> {
    let mut rows = vec![
        ["id", "title", "kind", "unit", "value", "error", "low", "high"]
            .into_iter()
            .map(str::to_owned)
            .chain(QUANTILES.iter().map(|q| format!("q{}", quantile_key(*q))))
            .chain(["recorded".to_owned()])
            .collect::<Vec<_>>(),
    ];
    rows.extend(answer.outcomes.iter().map(ensemble_row));
    csv_of(&rows)
}

fn ensemble_row(outcome: &OutcomeAnswer) -> Vec<String> {
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
        row.push(
            number
                .map(ToString::to_string)
                .or_else(|| week.map(ToString::to_string))
                .unwrap_or_default(),
        );
    }
    row.push(recorded_text(outcome.recorded.as_ref()));
    row
}

/// The outcomes of a comparison as CSV, a header first.
///
/// # Errors
/// None in practice: memory is written to.
pub fn comparison_csv(answer: &Comparison) -> Result<Vec<u8>, LabError> {
    let header = [
        "id",
        "title",
        "kind",
        "unit",
        "baseline",
        "what_if",
        "difference",
        "error",
        "low",
        "high",
        "variance_saved",
        "moved",
        "recorded",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(answer.outcomes.iter().map(|outcome| {
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
    }));
    csv_of(&rows)
}

fn recorded_text(recorded: Option<&crate::Recorded>) -> String {
    match recorded {
        None => String::new(),
        Some(crate::Recorded::Truth(truth)) => truth.to_string(),
        Some(crate::Recorded::Date(date)) => date.clone(),
        Some(crate::Recorded::Number(value)) => value.to_string(),
    }
}

fn csv_of(rows: &[Vec<String>]) -> Result<Vec<u8>, LabError> {
    let failed = |error: &dyn std::fmt::Display| {
        LabError::Unwritable("outcomes.csv".into(), error.to_string())
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}
