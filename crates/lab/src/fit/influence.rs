//! Which entries of the record the posterior hangs on.
//!
//! The posterior without the weeks of an entry is had by weighting its draws with one over the
//! probability that each gave those weeks, given what came before (Gelfand, Dey and Chang 1992), with
//! Pareto smoothing. It is the posterior of a record in which that week's evidence does not count,
//! though histories were still led through it; k̂ says where even that cannot be trusted.

use detente_chance::exp;
use serde::Serialize;

use super::diagnostics::contraction;
use super::pareto::smoothed;
use super::part::Part;

/// What one week's evidence does to the posterior.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// The entries and levels whose evidence falls in the week.
    pub entries: Vec<String>,
    /// The week's Monday.
    pub date: String,
    /// The probability (for a level, the density) that the posterior without it gives it.
    pub probability: f64,
    /// k̂ of the weights; under 0.7 they can be trusted.
    pub pareto_k: Option<f64>,
    /// The assumption that would move most without it, if one would.
    pub moves: Option<String>,
    /// How far its mean would move, in its posterior's standard deviations.
    pub by: f64,
}

/// The influence of each week in which an entry's window closes or a level is measured.
///
/// `scores` are draws of the posterior, `weeks` what each gave the record week by week, `names` their
/// columns.
pub(crate) fn influences(
    part: &Part,
    scores: &[&[f64]],
    weeks: &[&[f64]],
    names: &[String],
) -> Vec<Influence> {
    let record = &part.model.record;
    let entries = part.entries().map(|(entry, week)| (week, record.entries[entry].id.clone()));
    let levels = part.levels().map(|(level, week)| (week, record.levels[level].id.clone()));
    let mut by_week = std::collections::BTreeMap::<u32, Vec<String>>::new();
    entries.chain(levels).for_each(|(week, id)| by_week.entry(week).or_default().push(id));
    by_week
        .into_iter()
        .map(|(week, entries)| {
            let logs: Vec<f64> =
                weeks.iter().map(|own| own.get(week as usize).copied().unwrap_or(0.0)).collect();
            let date = part.model.calendar.monday(week).to_string();
            influence(entries, date, &logs, scores, names)
        })
        .collect()
}

fn influence(
    entries: Vec<String>,
    date: String,
    logs: &[f64],
    scores: &[&[f64]],
    names: &[String],
) -> Influence {
    let without: Vec<f64> = logs.iter().map(|log| -log).collect();
    let smoothed = smoothed(&without);
    let probability = logs.iter().zip(&smoothed.weights).map(|(log, weight)| weight * exp(*log));
    let mut strongest: (Option<usize>, f64) = (None, 0.0);
    for place in 0..names.len() {
        let (learnt, mean) = contraction(scores.iter().map(|row| row[place]));
        let deviation = (1.0 - learnt).max(1e-12).sqrt();
        let moved: f64 =
            scores.iter().zip(&smoothed.weights).map(|(row, weight)| weight * row[place]).sum();
        let by = (moved - mean) / deviation;
        if by.abs() > strongest.1.abs() {
            strongest = (Some(place), by);
        }
    }
    Influence {
        entries,
        date,
        probability: probability.sum(),
        pareto_k: smoothed.shape.filter(|shape| shape.is_finite()),
        moves: strongest.0.map(|place| names[place].clone()),
        by: strongest.1,
    }
}
