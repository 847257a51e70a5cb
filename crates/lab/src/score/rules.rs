//! Proper scoring rules as pure functions: less is better, and the truth is best in the mean.
//!
//! Sources: Brier (1950); Gneiting and Raftery (2007), for the CRPS, its closed form for a normal
//! and the log score; Ferro (2014), for fair scores of ensembles; Krichevsky and Trofimov (1981),
//! for shares of what was never seen.

use std::f64::consts::PI;

/// The Brier score of one truth, (p − y)², from a count: `hits` of `of` histories say that it holds.
///
/// It is the fair one of Ferro (2014): p(1 − p)/(n − 1) is taken off, so that its mean does not
/// depend on how many histories were run.
#[must_use]
pub fn fair_brier(hits: u64, of: u64, truth: bool) -> f64 {
    let share = share(hits, of);
    let off = share - f64::from(u8::from(truth));
    off * off - spare(share, of)
}

/// The variance of an ensemble's share around the model's probability, estimated without bias.
#[must_use]
pub fn spare(share: f64, of: u64) -> f64 {
    if of < 2 { 0.0 } else { share * (1.0 - share) / (of - 1) as f64 }
}

fn share(hits: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { hits as f64 / of as f64 }
}

/// The probability of a class that was seen in `hits` of `of` histories, (k + ½)/(n + c/2) for `c`
/// classes (Krichevsky and Trofimov 1981): never 0, and for two classes (k + ½)/(n + 1).
#[must_use]
pub fn smoothed(hits: u64, of: u64, classes: usize) -> f64 {
    (hits as f64 + 0.5) / (of as f64 + classes as f64 / 2.0)
}

/// The log score of what happened, −ln p, in nats.
#[must_use]
pub fn log_score(probability: f64) -> f64 {
    -detente_chance::ln(probability)
}

/// The Brier score over classes, Σ (pᵢ − yᵢ)², 0 to 2; fair where the shares come from `of`
/// histories, exact where `of` is `None`.
#[must_use]
pub fn brier_of_classes(shares: &[f64], happened: usize, of: Option<u64>) -> f64 {
    let class = |(class, share): (usize, &f64)| {
        let off = share - f64::from(u8::from(class == happened));
        off * off - of.map_or(0.0, |of| spare(*share, of))
    };
    shares.iter().enumerate().map(class).sum()
}

/// The CRPS of a normal forecast, in the unit of `value` (Gneiting and Raftery 2007, section 4.2).
#[must_use]
pub fn crps_of_normal(mean: f64, sd: f64, value: f64) -> f64 {
    if sd <= 0.0 {
        return (value - mean).abs();
    }
    let z = (value - mean) / sd;
    let density = detente_chance::exp(-z * z / 2.0) / (2.0 * PI).sqrt();
    sd * (z * (2.0 * detente_chance::normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / PI.sqrt())
}

/// −ln of a normal density.
#[must_use]
pub fn log_score_of_normal(mean: f64, sd: f64, value: f64) -> f64 {
    let z = (value - mean) / sd;
    z * z / 2.0 + detente_chance::ln(sd) + detente_chance::ln(2.0 * PI) / 2.0
}

/// An ensemble of numbers, sorted once, so that many values can be held against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    sorted: Vec<f64>,
    /// Sums of the first 0, 1, … values.
    sums: Vec<f64>,
    /// Half the mean distance of two different members.
    half_spread: f64,
}

impl Sample {
    /// Of these values, none of them NaN.
    #[must_use]
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        for value in &values {
            sum += value;
            sums.push(sum);
        }
        let n = values.len();
        // Σ over pairs of x₍ⱼ₎ − x₍ᵢ₎ counts the value at place i, from 0, 2i − n + 1 times.
        let place = |place: usize| 2.0 * place as f64 - n as f64 + 1.0;
        let pairs: f64 = values.iter().enumerate().map(|(at, value)| place(at) * value).sum();
        let half_spread = if n < 2 { 0.0 } else { pairs / (n as f64 * (n - 1) as f64) };
        Self { sorted: values, sums, half_spread }
    }

    /// How many values lie below `value`.
    #[must_use]
    pub fn below(&self, value: f64) -> usize {
        self.sorted.partition_point(|own| *own < value)
    }

    /// The values, ascending.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.sorted.iter().copied()
    }

    /// The member nearest to `value`; `None` of none.
    #[must_use]
    pub fn nearest(&self, value: f64) -> Option<f64> {
        let at = self.below(value);
        let two = [at.checked_sub(1), Some(at)].into_iter().flatten();
        let two = two.filter_map(|at| self.sorted.get(at).copied());
        two.min_by(|one, other| (one - value).abs().total_cmp(&(other - value).abs()))
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The value below which a share `q` lies; `None` of none.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let last = self.sorted.len().checked_sub(1)?;
        let rank = (q * self.sorted.len() as f64).ceil() as usize;
        self.sorted.get(rank.saturating_sub(1).min(last)).copied()
    }

    /// The fair CRPS (Ferro 2014): mean distance from `value`, less half the mean distance of two
    /// different members. Its mean does not depend on the size of the ensemble. 0 of none.
    #[must_use]
    pub fn crps(&self, value: f64) -> f64 {
        let n = self.sorted.len();
        if n == 0 {
            return 0.0;
        }
        let below = self.below(value);
        let (left, all) = (self.sums[below], self.sums[n]);
        let distance = value * below as f64 - left + (all - left) - value * (n - below) as f64;
        distance / n as f64 - self.half_spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An ensemble of evenly spaced quantiles of a law.
    fn quantiles(n: u32, inverse: impl Fn(f64) -> f64) -> Sample {
        Sample::new((0..n).map(|k| inverse((f64::from(k) + 0.5) / f64::from(n))).collect())
    }

    /// By hand: 3 of 4 say yes, and it held: 1/16 − (3/16)/3 = 0.
    #[test]
    fn brier_of_a_count() {
        assert_eq!(fair_brier(3, 4, true), 0.0);
        assert!((fair_brier(7_000, 10_000, false) - 0.49).abs() < 1e-4);
        assert_eq!(fair_brier(5, 5, false), 1.0);
        let three = brier_of_classes(&[0.5, 0.3, 0.2], 1, None);
        assert!((three - (0.25 + 0.49 + 0.04)).abs() < 1e-15);
    }

    /// Half a history for what was never seen.
    #[test]
    fn nothing_is_impossible() {
        assert_eq!(smoothed(0, 9, 2), 0.05);
        assert_eq!(smoothed(3, 4, 4), 3.5 / 6.0);
        let all: f64 = [7, 0, 3].iter().map(|hits| smoothed(*hits, 10, 3)).sum();
        assert!((all - 1.0).abs() < 1e-15);
        assert!((log_score(0.05) - 2.995_732_273_553_991).abs() < 1e-12);
    }

    /// Normal: σ(z(2Φ(z) − 1) + 2φ(z) − 1/√π); at the mean of a standard normal, 0.23369….
    #[test]
    fn crps_of_a_normal() {
        assert!((crps_of_normal(0.0, 1.0, 0.0) - 0.233_694_977_254_791_5).abs() < 1e-12);
        assert!((crps_of_normal(3.0, 2.0, 3.0) - 2.0 * 0.233_694_977_254_791_5).abs() < 1e-12);
        let sample = quantiles(4_000, detente_chance::inverse_normal_cdf);
        for value in [-2.5, -0.4, 0.0, 1.7] {
            let (found, exact) = (sample.crps(value), crps_of_normal(0.0, 1.0, value));
            assert!((found - exact).abs() < 2e-3, "{value}: {found} {exact}");
        }
    }

    /// Exponential of mean 1: y − 2(1 − e^−y) + ½, the limit of the ensemble of its quantiles.
    /// Uniform on [0, 1]: (y³ + (1 − y)³)/3 inside.
    #[test]
    fn crps_of_other_laws() {
        let exponential = quantiles(8_000, |u| -detente_chance::ln(1.0 - u));
        let uniform = quantiles(4_000, |u| u);
        for value in [0.1, 0.5, 0.9] {
            let exact = value - 2.0 * (1.0 - detente_chance::exp(-value)) + 0.5;
            assert!((exponential.crps(value) - exact).abs() < 2e-3);
            let left = 1.0 - value;
            let exact = (value * value * value + left * left * left) / 3.0;
            assert!((uniform.crps(value) - exact).abs() < 1e-3);
        }
    }

    /// Two members 0 and 2, seen 1: mean distance 1, half the distance of the two 1. Fair, so 0.
    #[test]
    fn crps_of_two() {
        let two = Sample::new(vec![2.0, 0.0]);
        assert_eq!(two.crps(1.0), 0.0);
        assert_eq!(two.crps(3.0), 1.0);
        assert_eq!(Sample::new(vec![5.0]).crps(3.0), 2.0);
        assert_eq!(two.quantile(0.5), Some(0.0));
    }

    proptest! {
        /// Propriety: the expected Brier and log scores are least at the true probability.
        #[test]
        fn the_truth_is_best(truth in 0.01_f64..0.99, said in 0.01_f64..0.99) {
            let brier = |p: f64| truth * (1.0 - p) * (1.0 - p) + (1.0 - truth) * p * p;
            let log = |p: f64| truth * log_score(p) + (1.0 - truth) * log_score(1.0 - p);
            prop_assert!(brier(truth) <= brier(said) + 1e-15);
            prop_assert!(log(truth) <= log(said) + 1e-12);
        }

        /// Propriety over classes.
        #[test]
        fn the_true_shares_are_best(
            truth in prop::collection::vec(0.05_f64..1.0, 4),
            said in prop::collection::vec(0.05_f64..1.0, 4),
        ) {
            let normed = |weights: &[f64]| -> Vec<f64> {
                let sum: f64 = weights.iter().sum();
                weights.iter().map(|weight| weight / sum).collect()
            };
            let (truth, said) = (normed(&truth), normed(&said));
            let expected = |shares: &[f64]| -> f64 {
                (0..4).map(|class| truth[class] * brier_of_classes(shares, class, None)).sum()
            };
            prop_assert!(expected(&truth) <= expected(&said) + 1e-12);
        }

        /// Propriety of the CRPS between normals: ∫ over truths by their quantiles.
        #[test]
        fn the_true_normal_is_best(mean in -2.0_f64..2.0, sd in 0.3_f64..3.0) {
            let values: Vec<f64> = (0..400)
                .map(|k| detente_chance::inverse_normal_cdf((f64::from(k) + 0.5) / 400.0))
                .collect();
            let expected = |mean: f64, sd: f64| -> f64 {
                values.iter().map(|value| crps_of_normal(mean, sd, *value)).sum::<f64>() / 400.0
            };
            prop_assert!(expected(0.0, 1.0) <= expected(mean, sd) + 1e-4);
        }

        /// Fair: the mean over all ways to draw n histories is that of the probability itself.
        #[test]
        fn fairness(p in 0.0_f64..1.0, n in 2_u64..12) {
            let mut weight = 1.0;
            (0..n).for_each(|_| weight *= 1.0 - p);
            let mut mean = 0.0;
            if p < 0.999 {
                for hits in 0..=n {
                    mean += weight * fair_brier(hits, n, true);
                    weight *= (n - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
                }
                prop_assert!((mean - (1.0 - p) * (1.0 - p)).abs() < 1e-9);
            }
        }
    }
}
