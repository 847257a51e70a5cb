//! The answers as tables: a row for each outcome and factor.

use super::variance::Estimate;
use super::{Other, OutcomeSaid, Screened, Sensitivity, Shares};
use crate::LabError;

type Row = Vec<String>;

/// Elementary effects of every factor on every outcome, that asked of first.
///
/// # Errors
/// None that a table in memory could have.
pub fn effects(answer: &Sensitivity) -> Result<Vec<u8>, LabError> {
    let heads = [
        "outcome",
        "parameter",
        "unit",
        "mu_star",
        "mu_star_low",
        "mu_star_high",
        "mu",
        "sigma",
        "chance",
    ];
    let rows = |outcome: &OutcomeSaid, screening: &[Screened]| -> Vec<Row> {
        let row = |own: &Screened| {
            let measures = &own.measures;
            let [low, high] = ends(measures.interval);
            let numbers = [measures.mu, measures.sigma, measures.chance].map(|x| x.to_string());
            let [mu, sigma, chance] = numbers;
            let names = [outcome.id.clone(), own.factor.id.clone(), outcome.unit.clone()];
            let [outcome, factor, unit] = names;
            vec![outcome, factor, unit, measures.mu_star.to_string(), low, high, mu, sigma, chance]
        };
        screening.iter().map(row).collect()
    };
    let own = answer.screening.as_ref().map_or(&[][..], |own| own.factors.as_slice());
    let others = answer.others.iter().flat_map(|other| rows(&other.outcome, &other.screening));
    written(&heads, rows(&answer.outcome, own).into_iter().chain(others))
}

/// Shares of variance of every outcome, that asked of first.
///
/// # Errors
/// As [`effects`].
pub fn shares(answer: &Sensitivity) -> Result<Vec<u8>, LabError> {
    let heads = [
        "outcome",
        "parameter",
        "parameters",
        "doubt",
        "first",
        "first_low",
        "first_high",
        "total",
        "total_low",
        "total_high",
        "with_chance",
        "moved",
        "first_quarter",
        "total_quarter",
        "first_half",
        "total_half",
    ];
    let rows = |outcome: &OutcomeSaid, shares: Option<&Shares>| -> Vec<Row> {
        let Some(shares) = shares else { return Vec::new() };
        let row = |own: &super::Share| {
            let indices = &own.indices;
            let mut row = vec![
                outcome.id.clone(),
                own.factor.id.clone(),
                own.of.to_string(),
                value(shares.doubt),
            ];
            for estimate in [indices.first, indices.total] {
                row.push(value(estimate));
                row.extend(ends(estimate.and_then(|own| own.interval)));
            }
            row.extend([value(indices.with_chance), indices.moved.to_string()]);
            let way = indices.on_the_way.iter().flatten();
            row.extend(way.map(|own| own.map_or(String::new(), |x| x.to_string())));
            row
        };
        shares.factors.iter().map(row).collect()
    };
    let own = answer.shares.as_ref().map(|own| &own.found);
    let others = answer
        .others
        .iter()
        .flat_map(|Other { outcome, shares, .. }| rows(outcome, shares.as_ref()));
    written(&heads, rows(&answer.outcome, own).into_iter().chain(others))
}

fn value(estimate: Option<Estimate>) -> String {
    estimate.map_or(String::new(), |own| own.value.to_string())
}

fn ends(interval: Option<[f64; 2]>) -> [String; 2] {
    interval.map_or_else(Default::default, |ends| ends.map(|end| end.to_string()))
}

fn written(heads: &[&str], rows: impl Iterator<Item = Row>) -> Result<Vec<u8>, LabError> {
    let failed = |error: String| LabError::Unwritable("a table".into(), error);
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(heads).map_err(|error| failed(error.to_string()))?;
    for row in rows {
        table.write_record(&row).map_err(|error| failed(error.to_string()))?;
    }
    table.into_inner().map_err(|error| failed(error.to_string()))
}
