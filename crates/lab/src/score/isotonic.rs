//! Reliability without bins: the isotonic regression of outcomes on forecasts, and the parts of the
//! Brier score that it gives.
//!
//! Source: Dimitriadis, Gneiting and Jordan (2021), "Stable reliability diagrams for probabilistic
//! classifiers" (CORP); the parts are Murphy's (1973), here without a choice of bins. Pooling of
//! adjacent violators after Ayer, Brunk, Ewing, Reid and Silverman (1955).

use serde::Serialize;

/// A stretch of forecasts that is given one recalibrated probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// The least forecast in it.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// How often what was forecast held.
    pub held: f64,
    /// How many forecasts.
    pub count: u64,
}

/// The parts of a mean Brier score: score = reliability − resolution + uncertainty, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BrierParts {
    /// The mean of (p − y)².
    pub score: f64,
    /// What miscalibration costs: 0 is best.
    pub reliability: f64,
    /// What telling cases apart gains: more is better.
    pub resolution: f64,
    /// The score of the overall share, said of every case: a property of the record alone.
    pub uncertainty: f64,
}

/// The isotonic regression of truths on forecasts; equal forecasts stay together.
#[must_use]
pub fn steps(points: &[(f64, bool)]) -> Vec<Step> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut steps: Vec<Step> = Vec::new();
    for (forecast, truth) in sorted {
        let held = f64::from(u8::from(truth));
        match steps.last_mut().filter(|last| last.low == forecast && last.high == forecast) {
            Some(last) => {
                last.held += held;
                last.count += 1;
            }
            None => steps.push(Step { low: forecast, high: forecast, held, count: 1 }),
        }
    }
    let mut pooled: Vec<Step> = Vec::new();
    for mut next in steps {
        // While summing, `held` is a count; shares are compared by cross products.
        while let Some(last) = pooled.last()
            && last.held * next.count as f64 >= next.held * last.count as f64
        {
            let (low, held, count) = (last.low, last.held, last.count);
            next = Step { low, held: held + next.held, count: count + next.count, ..next };
            pooled.pop();
        }
        pooled.push(next);
    }
    for step in &mut pooled {
        step.held /= step.count as f64;
    }
    pooled
}

/// The recalibrated probability of a forecast: its step's, and between steps on the line that joins
/// them. `None` if there are no steps.
#[must_use]
pub fn recalibrated(steps: &[Step], forecast: f64) -> Option<f64> {
    let next = steps.partition_point(|step| step.high < forecast);
    let Some(step) = steps.get(next) else { return steps.last().map(|last| last.held) };
    match next.checked_sub(1).map(|before| steps[before]) {
        Some(before) if forecast < step.low => {
            let way = (forecast - before.high) / (step.low - before.high);
            Some(before.held + way * (step.held - before.held))
        }
        _ => Some(step.held),
    }
}

/// The parts of the mean Brier score; all 0 of no points.
#[must_use]
pub fn brier_parts(points: &[(f64, bool)]) -> BrierParts {
    let n = points.len().max(1) as f64;
    let square = |x: f64| x * x;
    let truth = |truth: &bool| f64::from(u8::from(*truth));
    let score = points.iter().map(|(p, y)| square(p - truth(y))).sum::<f64>() / n;
    let base = points.iter().map(|(_, y)| truth(y)).sum::<f64>() / n;
    let uncertainty = base * (1.0 - base);
    let of_step = |step: Step| step.count as f64 * step.held * (1.0 - step.held);
    let recalibrated_score = steps(points).into_iter().map(of_step).sum::<f64>() / n;
    BrierParts {
        score,
        reliability: score - recalibrated_score,
        resolution: uncertainty - recalibrated_score,
        uncertainty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: at 0.1, 0.3, 0.3, 0.5, 0.8 with truths 0, 1, 0, 0, 1. The ties at 0.3 hold half the
    /// time, more than at 0.5: pooled, one in three.
    #[test]
    fn by_hand() {
        let points = [(0.5, false), (0.1, false), (0.3, true), (0.8, true), (0.3, false)];
        let found = steps(&points);
        let held: Vec<(f64, f64, f64, u64)> =
            found.iter().map(|step| (step.low, step.high, step.held, step.count)).collect();
        assert_eq!(held, [(0.1, 0.1, 0.0, 1), (0.3, 0.5, 1.0 / 3.0, 3), (0.8, 0.8, 1.0, 1)]);
        assert_eq!(recalibrated(&found, 0.4), Some(1.0 / 3.0));
        assert_eq!(recalibrated(&found, 0.65).map(|p| (p * 3.0 * 1e9).round()), Some(2e9));
        assert_eq!((recalibrated(&found, 0.0), recalibrated(&found, 1.0)), (Some(0.0), Some(1.0)));
        assert_eq!(recalibrated(&[], 0.3), None);
    }

    /// Forecasts that order the cases perfectly wrong are pooled to the overall share.
    #[test]
    fn a_wrong_order_resolves_nothing() {
        let parts = brier_parts(&[(0.9, false), (0.8, false), (0.2, true), (0.1, true)]);
        assert_eq!((parts.resolution, parts.uncertainty), (0.0, 0.25));
        assert!((parts.reliability - (parts.score - 0.25)).abs() < 1e-15);
    }

    proptest! {
        /// The parts add up, none is negative, and the steps rise.
        #[test]
        fn the_parts_add_up(
            points in prop::collection::vec((0_u8..=20, any::<bool>()), 1..80),
        ) {
            let points: Vec<(f64, bool)> =
                points.into_iter().map(|(p, y)| (f64::from(p) / 20.0, y)).collect();
            let parts = brier_parts(&points);
            let sum = parts.reliability - parts.resolution + parts.uncertainty;
            prop_assert!((parts.score - sum).abs() < 1e-12);
            prop_assert!(parts.reliability > -1e-12 && parts.resolution > -1e-12, "{parts:?}");
            let found = steps(&points);
            prop_assert!(found.windows(2).all(|two| two[0].held < two[1].held));
            prop_assert_eq!(found.iter().map(|step| step.count).sum::<u64>(), points.len() as u64);
        }

        /// It is the best rising map: no other two-step one does better.
        #[test]
        fn no_rising_map_does_better(
            points in prop::collection::vec((0_u8..=20, any::<bool>()), 1..40),
            cut in 0.0_f64..1.0, low in 0.0_f64..0.5, rise in 0.0_f64..0.5,
        ) {
            let points: Vec<(f64, bool)> =
                points.into_iter().map(|(p, y)| (f64::from(p) / 20.0, y)).collect();
            let found = steps(&points);
            let score = |map: &dyn Fn(f64) -> f64| -> f64 {
                points.iter().map(|(p, y)| {
                    let off = map(*p) - f64::from(u8::from(*y));
                    off * off
                }).sum()
            };
            let best = score(&|p| recalibrated(&found, p).unwrap());
            let other = score(&|p| if p < cut { low } else { low + rise });
            prop_assert!(best <= other + 1e-9);
        }
    }
}
