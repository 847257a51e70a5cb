//! Whether runs of the sampler agree, and how much was learnt of each assumption.

use detente_chance::inverse_normal_cdf;
use serde::Serialize;

use super::screen::mean_ranks;

/// The rank-normalised split R̂ of one quantity, and of its distance from the median, whichever is
/// larger (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021). 1 where runs agree;
/// `None` with fewer than four draws in a run, or where nothing varies.
pub(crate) fn split_r_hat(runs: &[Vec<f64>]) -> Option<f64> {
    let halves: Vec<&[f64]> = runs
        .iter()
        .flat_map(|run| {
            let half = run.len() / 2;
            [&run[..half], &run[run.len() - half..]]
        })
        .collect();
    if halves.len() < 2 || halves.iter().any(|half| half.len() < 2) {
        return None;
    }
    let all: Vec<f64> = halves.iter().copied().flatten().copied().collect();
    let mut sorted = all.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    let folded: Vec<f64> = all.iter().map(|value| (value - median).abs()).collect();
    let lengths: Vec<usize> = halves.iter().map(|half| half.len()).collect();
    let bulk = r_hat(&normal_scores(&all), &lengths)?;
    let tail = r_hat(&normal_scores(&folded), &lengths)?;
    Some(bulk.max(tail))
}

/// Φ⁻¹((rank − 3/8) / (n + 1/4)) (Blom 1958).
fn normal_scores(values: &[f64]) -> Vec<f64> {
    let count = values.len() as f64;
    let score = |rank: f64| inverse_normal_cdf((rank - 0.375) / (count + 0.25));
    mean_ranks(values).into_iter().map(score).collect()
}

/// The classic R̂ of chains that stand one after another.
fn r_hat(values: &[f64], lengths: &[usize]) -> Option<f64> {
    let mut from = 0;
    let mut chains = Vec::new();
    for &length in lengths {
        let mut moments = crate::statistics::Moments::default();
        values[from..from + length].iter().for_each(|value| moments.add(*value));
        chains.push(moments);
        from += length;
    }
    let length = lengths.iter().copied().min()? as f64;
    let mut means = crate::statistics::Moments::default();
    chains.iter().for_each(|chain| means.add(chain.mean));
    let within = chains.iter().map(|chain| chain.variance()).sum::<f64>() / chains.len() as f64;
    let pooled = (length - 1.0) / length * within + means.variance();
    (within > 0.0).then(|| (pooled / within).sqrt())
}

/// What was learnt of one assumption.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learnt {
    /// The parameter's full name.
    pub id: String,
    /// Its unit.
    pub unit: String,
    /// The author's value.
    pub written: f64,
    /// Quantiles 0.05, 0.25, 0.5, 0.75 and 0.95 of the prior.
    pub prior: [f64; 5],
    /// The same of the posterior.
    pub posterior: [f64; 5],
    /// 1 − the posterior's variance over the prior's, both of normal scores of the prior: 0 where
    /// nothing was learnt, 1 where all was, less than 0 where the record widens doubt.
    pub contraction: f64,
    /// One standard error of the contraction, by the number of draws.
    pub error: f64,
    /// Whether contraction or shift is more than three of its errors, and so not one of counting draws.
    pub clear: bool,
    /// How far the posterior's mean lies from the prior's, in standard deviations of the prior.
    pub shift: f64,
    /// The share of the likelihood's variation that it explains among draws of the prior.
    pub explained: f64,
    /// Whether it was among those that the record was found to speak to.
    pub active: bool,
    /// Agreement of the runs; `None` if it could not be had.
    pub r_hat: Option<f64>,
}

/// Contraction and shift of normal scores.
pub(crate) fn contraction(scores: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut moments = crate::statistics::Moments::default();
    scores.for_each(|score| moments.add(score));
    (1.0 - moments.variance(), moments.mean)
}

/// Quantiles of values, by the nearest rank.
pub(crate) fn quantiles(values: &[f64]) -> [f64; 5] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    crate::statistics::QUANTILES.map(|share| {
        let place = (share * sorted.len() as f64).floor() as usize;
        sorted.get(place.min(last)).copied().unwrap_or(f64::NAN)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, shift: f64, scale: f64) -> Vec<f64> {
        let draw = |number: u64| {
            let key = detente_chance::HistoryKey::new(seed, number);
            let address = detente_chance::Address { name: 1, time: 0, slot: 0 };
            shift + scale * inverse_normal_cdf(detente_chance::uniform(key, address))
        };
        (0..200).map(draw).collect()
    }

    #[test]
    fn runs_that_agree_and_runs_that_do_not() {
        let same = split_r_hat(&[run(1, 0.0, 1.0), run(2, 0.0, 1.0)]).unwrap();
        assert!(same < 1.02, "{same}");
        let apart = split_r_hat(&[run(1, 0.0, 1.0), run(2, 1.0, 1.0)]).unwrap();
        assert!(apart > 1.1, "{apart}");
        let wider = split_r_hat(&[run(1, 0.0, 1.0), run(2, 0.0, 4.0)]).unwrap();
        assert!(wider > 1.1, "a spread of its own is seen in the folded values: {wider}");
        assert_eq!(split_r_hat(&[vec![1.0; 50], vec![1.0; 50]]), None);
    }

    #[test]
    fn half_the_spread_is_three_quarters_learnt() {
        let (contraction, shift) = contraction(run(5, 1.0, 0.5).into_iter());
        assert!((contraction - 0.75).abs() < 0.06 && (shift - 1.0).abs() < 0.1);
    }
}
