//! Whether ranks are uniform, as those of a sampler that is right must be.
//!
//! Draw an assumption from its prior, a record from the model, and fit: among draws of the posterior the
//! true value has every rank equally often (Talts, Betancourt, Simpson, Vehtari and Gelman 2018).

use detente_chance::{Address, HistoryKey, exp, hash_name, hash_slot, ln, uniform};
use serde::Serialize;

/// Simulated sets of uniform ranks against which those found are held.
const SIMULATED: u64 = 1000;

/// What two tests say of ranks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uniformity {
    /// How many ranks fell into each of the bins.
    pub histogram: Vec<u64>,
    /// Pearson's χ² of the histogram.
    pub chi_square: f64,
    /// The share of uniform ranks whose χ² is as large.
    pub chi_square_p: f64,
    /// The share of uniform ranks whose empirical distribution leaves as narrow a band (Säilynoja,
    /// Bürkner and Vehtari 2022).
    pub band_p: f64,
}

/// Tests ranks, each of them 0 … `draws`, in so many bins.
///
/// Both p values are found by simulation, so that they hold for any number of ranks; they are never
/// smaller than 1 in 1,001.
pub(crate) fn uniformity(ranks: &[u64], draws: u64, bins: usize) -> Uniformity {
    let found = statistics(ranks, draws, bins);
    let (mut as_large, mut as_narrow) = (1u64, 1u64);
    for number in 0..SIMULATED {
        let key = HistoryKey::new(number, 0);
        let rank = |time: usize| {
            let name = hash_name("uniform ranks");
            let slot = hash_slot("");
            let share = uniform(key, Address { name, time: time as u32, slot });
            (share * (draws + 1) as f64).floor() as u64
        };
        let simulated: Vec<u64> = (0..ranks.len()).map(rank).collect();
        let by_chance = statistics(&simulated, draws, bins);
        as_large += u64::from(by_chance.chi_square >= found.chi_square);
        as_narrow += u64::from(by_chance.narrowest <= found.narrowest);
    }
    let share = |count: u64| count as f64 / (SIMULATED + 1) as f64;
    Uniformity {
        histogram: histogram(ranks, draws, bins),
        chi_square: found.chi_square,
        chi_square_p: share(as_large),
        band_p: share(as_narrow),
    }
}

struct Statistics {
    chi_square: f64,
    /// The least two-sided pointwise probability of the empirical distribution over the bins' edges.
    narrowest: f64,
}

fn histogram(ranks: &[u64], draws: u64, bins: usize) -> Vec<u64> {
    let mut counts = vec![0; bins];
    for rank in ranks {
        counts[(rank * bins as u64 / (draws + 1)) as usize] += 1;
    }
    counts
}

fn statistics(ranks: &[u64], draws: u64, bins: usize) -> Statistics {
    let counts = histogram(ranks, draws, bins);
    let edge = |bin: usize| (bin as u64 * (draws + 1)).div_ceil(bins as u64) as f64;
    let share = |from: usize, until: usize| (edge(until) - edge(from)) / (draws + 1) as f64;
    let all = ranks.len() as f64;
    let mut chi_square = 0.0;
    let (mut below, mut narrowest) = (0, 1.0f64);
    for (bin, count) in counts.iter().enumerate() {
        let expected = all * share(bin, bin + 1);
        chi_square += (*count as f64 - expected) * (*count as f64 - expected) / expected;
        below += count;
        if bin + 1 < bins {
            narrowest = narrowest.min(two_sided(below, ranks.len() as u64, share(0, bin + 1)));
        }
    }
    Statistics { chi_square, narrowest }
}

/// Twice the smaller tail of a binomial count, the count itself in both.
fn two_sided(count: u64, of: u64, share: f64) -> f64 {
    let mut log = of as f64 * ln(1.0 - share);
    let (mut at_most, mut under) = (0.0, 0.0);
    for number in 0..=count {
        if number > 0 {
            log += ln((of - number + 1) as f64 / number as f64) + ln(share / (1.0 - share));
        }
        under = at_most;
        at_most += exp(log);
    }
    2.0 * at_most.min(1.0 - under)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Binomial(4, 1/2): P(at most 1) = 5/16, P(at least 3) = 5/16, of 2 both tails are 11/16.
    #[test]
    fn tails_of_a_small_binomial() {
        assert!((two_sided(1, 4, 0.5) - 0.625).abs() < 1e-12);
        assert!((two_sided(3, 4, 0.5) - 0.625).abs() < 1e-12);
        assert!((two_sided(2, 4, 0.5) - 1.375).abs() < 1e-12);
    }

    #[test]
    fn even_ranks_pass_and_ranks_in_the_middle_do_not() {
        let even: Vec<u64> = (0..160).map(|number| number % 32).collect();
        let passed = uniformity(&even, 31, 8);
        assert_eq!(passed.histogram, [20; 8]);
        assert!(passed.chi_square == 0.0 && passed.chi_square_p > 0.9 && passed.band_p > 0.9);
        let middle: Vec<u64> = (0..160).map(|number| 8 + number % 16).collect();
        let failed = uniformity(&middle, 31, 8);
        assert!(failed.chi_square_p < 0.005 && failed.band_p < 0.005, "{failed:?}");
    }

    /// A slope too slight for single bins adds up in the empirical distribution.
    #[test]
    fn a_bias_is_seen_in_the_band() {
        let lean: Vec<u64> =
            (0..200).map(|number| ((number % 32) * (number % 32) / 31).min(31)).collect();
        assert!(uniformity(&lean, 31, 8).band_p < 0.01);
    }
}
