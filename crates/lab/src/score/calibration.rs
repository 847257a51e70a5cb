//! Calibration: is what is said to happen in 30 of 100 histories seen in 30 of 100 cases?
//!
//! Bands come from the model's own histories, each taken for the record in turn, so that they hold
//! whatever depends on what (consistency resampling: Bröcker and Smith 2007).

use serde::Serialize;

use super::forecast::Answer;
use super::isotonic::{BrierParts, Step, brier_parts, recalibrated, steps};
use super::scorer::Scorer;

/// How many of the model's own histories a band is made from.
const OF_OWN: usize = 200;
/// Bins of the histogram of places.
pub(crate) const BINS: usize = 10;

/// A reliability diagram of the truths "it has happened by the end of this quarter".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Forecasts in it.
    pub forecasts: u64,
    /// How often what was forecast held, by isotonic regression.
    pub steps: Vec<Step>,
    /// Where the steps would lie, were the model right: 90 of 100 of its own histories.
    pub band: Vec<Band>,
    /// Forecasts by tenths, for the histogram below the diagram.
    pub tenths: Vec<u64>,
    /// The parts of its mean Brier score.
    pub parts: BrierParts,
    /// The share of the model's own histories whose reliability part is at least as bad.
    pub as_bad: f64,
}

/// A stretch of what may be seen where the model is right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// The forecast.
    pub forecast: f64,
    /// A twentieth lies below.
    pub low: f64,
    /// A twentieth lies above.
    pub high: f64,
}

/// Where answers lie in their forecasts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Places {
    /// Answers counted.
    pub answers: u64,
    /// Answers by tenths of their forecast; equal if the forecasts are right.
    pub tenths: Vec<f64>,
    /// How many lie in the middle of their forecasts.
    pub coverage: Vec<Coverage>,
}

/// How many answers lie in the middle of their forecasts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// The share that should: 0.5 or 0.9.
    pub expected: f64,
    /// The share that does.
    pub covered: f64,
    /// The share in 90 of 100 of the model's own histories.
    pub own: Option<[f64; 2]>,
}

/// The diagram for forecasts of weeks, if there are any. `ends` are the last weeks of quarters.
pub(crate) fn reliability(
    scorers: &[&Scorer],
    record: &[Answer],
    own: &[Vec<Answer>],
    ends: &[u32],
) -> Option<Reliability> {
    let points = points(scorers, record, ends);
    if points.is_empty() {
        return None;
    }
    let of_own: Vec<Vec<(f64, bool)>> =
        own.iter().take(OF_OWN).map(|answers| self::points(scorers, answers, ends)).collect();
    let parts = brier_parts(&points);
    let as_bad =
        of_own.iter().filter(|points| brier_parts(points).reliability >= parts.reliability).count();
    let mut tenths = vec![0; BINS];
    for (forecast, _) in &points {
        tenths[tenth(*forecast)] += 1;
    }
    Some(Reliability {
        forecasts: points.len() as u64,
        steps: steps(&points),
        band: band(&of_own),
        tenths,
        parts,
        as_bad: as_bad as f64 / of_own.len().max(1) as f64,
    })
}

/// Each forecast "by the end of this quarter" with its truth.
fn points(scorers: &[&Scorer], answers: &[Answer], ends: &[u32]) -> Vec<(f64, bool)> {
    let mut points = Vec::new();
    for (scorer, answer) in scorers.iter().zip(answers) {
        let (Scorer::When(when), Answer::When(week)) = (scorer, answer) else { continue };
        for end in ends {
            if let Some(by) = when.by.get(*end as usize) {
                points.push((*by, week.is_some_and(|week| week <= *end)));
            }
        }
    }
    points
}

fn band(of_own: &[Vec<(f64, bool)>]) -> Vec<Band> {
    let curves: Vec<Vec<Step>> = of_own.iter().map(|points| steps(points)).collect();
    let at = |forecast: f64| {
        let mut seen: Vec<f64> =
            curves.iter().filter_map(|curve| recalibrated(curve, forecast)).collect();
        let [low, high] = middle_90(&mut seen)?;
        Some(Band { forecast, low, high })
    };
    (0..=20).filter_map(|twentieth| at(f64::from(twentieth) / 20.0)).collect()
}

/// The ends of the middle nine tenths; `None` of none.
pub(crate) fn middle_90(values: &mut [f64]) -> Option<[f64; 2]> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |q: f64| values[((q * values.len() as f64) as usize).min(last)];
    Some([at(0.05), at(0.95)])
}

fn tenth(share: f64) -> usize {
    ((share * BINS as f64) as usize).min(BINS - 1)
}

/// Where the answers lie, if any do.
pub(crate) fn places(
    scorers: &[&Scorer],
    record: &[Answer],
    own: &[Vec<Answer>],
) -> Option<Places> {
    let places = places_of(scorers, record);
    if places.is_empty() {
        return None;
    }
    let edges: Vec<f64> = (0..=BINS).map(|edge| edge as f64 / BINS as f64).collect();
    let tenths =
        edges.windows(2).map(|bin| places.iter().map(|at| overlap(*at, bin[0], bin[1])).sum());
    let share = |places: &[[f64; 2]], expected: f64| {
        let (low, high) = (0.5 - expected / 2.0, 0.5 + expected / 2.0);
        let inside: f64 = places.iter().map(|at| overlap(*at, low, high)).sum();
        inside / places.len().max(1) as f64
    };
    let coverage = [0.5, 0.9].map(|expected| {
        let mut of_own: Vec<f64> =
            own.iter().map(|answers| share(&places_of(scorers, answers), expected)).collect();
        let own = middle_90(&mut of_own);
        Coverage { expected, covered: share(&places, expected), own }
    });
    Some(Places {
        answers: places.len() as u64,
        tenths: tenths.collect(),
        coverage: coverage.to_vec(),
    })
}

fn places_of(scorers: &[&Scorer], answers: &[Answer]) -> Vec<[f64; 2]> {
    let pairs = scorers.iter().zip(answers);
    pairs.filter_map(|(scorer, answer)| scorer.place(*answer)).collect()
}

/// The share of a place that lies between `low` and `high`.
fn overlap([from, to]: [f64; 2], low: f64, high: f64) -> f64 {
    if to <= from {
        // A point belongs to the bin that begins there; 1 to the last.
        let inside = from >= low && (from < high || (from >= 1.0 && high >= 1.0));
        return f64::from(u8::from(inside));
    }
    (to.min(high) - from.max(low)).max(0.0) / (to - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_spread() {
        assert_eq!(overlap([0.25, 0.75], 0.5, 1.0), 0.5);
        assert_eq!(overlap([0.2, 0.2], 0.2, 0.3), 1.0);
        assert_eq!(overlap([1.0, 1.0], 0.9, 1.0), 1.0);
        assert_eq!(overlap([1.0, 1.0], 0.8, 0.9), 0.0);
        assert_eq!(middle_90(&mut (0..100).map(f64::from).collect::<Vec<_>>()), Some([5.0, 95.0]));
        assert_eq!(middle_90(&mut []), None);
    }
}
