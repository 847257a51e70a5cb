//! Pareto-smoothed importance weights, and k̂, which says whether they can be trusted.
//!
//! Vehtari, Simpson, Gelman, Yao and Gabry (2024), "Pareto smoothed importance sampling"; the tail is
//! fitted as Zhang and Stephens (2009) do, with the weak prior of the former.

use detente_chance::{exp, ln, ln_1p, pow};

/// Weights that add up to 1, with the shape of their tail.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Smoothed {
    /// One for each ratio.
    pub(crate) weights: Vec<f64>,
    /// k̂: under 0.7 the weights can be trusted; `None` if there are too few ratios to tell.
    pub(crate) shape: Option<f64>,
}

/// Smooths importance ratios, given by their logarithms.
pub(crate) fn smoothed(log_ratios: &[f64]) -> Smoothed {
    let largest = log_ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut ratios: Vec<f64> = log_ratios.iter().map(|log| exp(log - largest)).collect();
    let count = ratios.len();
    let tail = (count as f64 / 5.0).min(3.0 * (count as f64).sqrt()).ceil() as usize;
    let mut shape = None;
    if tail >= 5 && tail < count {
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|&a, &b| ratios[a].total_cmp(&ratios[b]));
        let cutoff = ratios[order[count - tail - 1]];
        let over: Vec<f64> = order[count - tail..].iter().map(|&at| ratios[at] - cutoff).collect();
        if over[tail - 1] > 0.0 {
            let (k, sigma) = fitted_pareto(&over);
            shape = Some(k);
            for (rank, &at) in order[count - tail..].iter().enumerate() {
                let share = (rank as f64 + 0.5) / tail as f64;
                ratios[at] = (cutoff + pareto_quantile(share, k, sigma)).min(1.0);
            }
        } else {
            shape = Some(f64::NEG_INFINITY);
        }
    }
    let sum: f64 = ratios.iter().sum();
    Smoothed { weights: ratios.into_iter().map(|ratio| ratio / sum).collect(), shape }
}

fn pareto_quantile(share: f64, k: f64, sigma: f64) -> f64 {
    if k.abs() < 1e-9 { -sigma * ln_1p(-share) } else { sigma * (pow(1.0 - share, -k) - 1.0) / k }
}

/// Shape and scale of a generalised Pareto distribution for values in ascending order, not negative.
fn fitted_pareto(values: &[f64]) -> (f64, f64) {
    let count = values.len();
    let grid = 30 + (count as f64).sqrt().floor() as usize;
    let largest = values[count - 1];
    let quarter = values[(count as f64 / 4.0 + 0.5).floor() as usize - 1].max(1e-300);
    let theta = |number: usize| {
        let near = (grid as f64 / (number as f64 + 0.5)).sqrt();
        1.0 / largest + (1.0 - near) / (3.0 * quarter)
    };
    let shape_at =
        |theta: f64| values.iter().map(|value| ln_1p(-theta * value)).sum::<f64>() / count as f64;
    let profile: Vec<(f64, f64)> = (0..grid)
        .map(|number| {
            let theta = theta(number);
            let k = shape_at(theta);
            (theta, count as f64 * (ln(-theta / k) - k - 1.0))
        })
        .filter(|(_, log)| log.is_finite())
        .collect();
    let best = profile.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = profile.iter().map(|(_, log)| exp(log - best)).sum();
    let theta = profile.iter().map(|(theta, log)| theta * exp(log - best) / all).sum::<f64>();
    let k = shape_at(theta);
    let sigma = -k / theta;
    // The weak prior: as if ten more values had spoken for k = 1/2.
    ((count as f64 * k + 5.0) / (count as f64 + 10.0), sigma)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of a generalised Pareto law are fitted by it.
    #[test]
    fn the_shape_of_a_known_tail_is_found() {
        for known in [0.2, 0.5, 0.9] {
            let values: Vec<f64> = (0..400)
                .map(|rank| pareto_quantile((f64::from(rank) + 0.5) / 400.0, known, 2.0))
                .collect();
            let (k, sigma) = fitted_pareto(&values);
            assert!((k - known).abs() < 0.05 && (sigma - 2.0).abs() < 0.2, "{known}: {k} {sigma}");
        }
    }

    #[test]
    fn equal_ratios_stay_equal_and_one_that_rules_is_warned_of() {
        let even = smoothed(&[-3.0; 100]);
        assert!(even.weights.iter().all(|weight| (weight - 0.01).abs() < 1e-12));
        let mut logs: Vec<f64> = (0..200).map(|number| f64::from(number) * 0.001).collect();
        logs[7] = 30.0;
        let ruled = smoothed(&logs);
        assert!(ruled.shape.unwrap() > 0.7, "{:?}", ruled.shape);
        assert!((ruled.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
