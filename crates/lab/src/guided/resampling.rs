//! Weights of histories, and resampling by them.
//!
//! Systematic resampling with one uniform: a history of weight w among n gets n·w copies, rounded up or
//! down (Kitagawa 1996; Douc, Cappé and Moulines 2005).

use detente_chance::{Address, HistoryKey, exp, hash_name, hash_slot, ln, uniform};
use detente_model::Week;

/// The weights of an island's histories.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    /// Each history's, adding up to 1; all 0 if none can follow the record.
    pub(crate) shares: Vec<f64>,
    /// ln of their mean before they were made to add up; −∞ if none can follow.
    pub(crate) log_mean: f64,
}

impl Weights {
    /// From ln weights, of which some may be −∞.
    pub(crate) fn of(log_weights: &[f64]) -> Self {
        let largest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Self { shares: vec![0.0; log_weights.len()], log_mean: largest };
        }
        let relative: Vec<f64> = log_weights.iter().map(|weight| exp(weight - largest)).collect();
        let sum: f64 = relative.iter().sum();
        Self {
            log_mean: largest + ln(sum / log_weights.len() as f64),
            shares: relative.into_iter().map(|weight| weight / sum).collect(),
        }
    }

    /// How many histories of equal weight would tell as much: 1 / Σ share² (Kong, Liu and Wong 1994);
    /// 0 if none can follow.
    pub(crate) fn effective(&self) -> f64 {
        let squares: f64 = self.shares.iter().map(|share| share * share).sum();
        if squares > 0.0 { 1.0 / squares } else { 0.0 }
    }

    /// How many copies each history gets of so many in all.
    pub(crate) fn copies(&self, uniform: f64, slots: usize) -> Vec<usize> {
        let mut copies = vec![0usize; self.shares.len()];
        let (mut history, mut reached) = (0, self.shares.first().copied().unwrap_or(0.0));
        let last = self.shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
        for slot in 0..slots {
            let point = (slot as f64 + uniform) / slots as f64;
            while reached <= point && history < last {
                history += 1;
                reached += self.shares[history];
            }
            copies[history] += 1;
        }
        copies
    }

    /// Whose copy stands in each slot after resampling. A history that goes on keeps its own slot;
    /// its further copies take, in order, the slots of those that do not.
    pub(crate) fn parents(&self, uniform: f64) -> Vec<usize> {
        let slots = self.shares.len();
        let copies = self.copies(uniform, slots);
        let mut parents: Vec<usize> = (0..slots).collect();
        let mut free = (0..slots).filter(|&slot| copies[slot] == 0).collect::<Vec<_>>().into_iter();
        for (history, copies) in copies.iter().enumerate() {
            for slot in free.by_ref().take(copies.saturating_sub(1)) {
                parents[slot] = history;
            }
        }
        parents
    }
}

/// The uniform of an island's resampling after a week: an address that no element can have.
pub(crate) fn resampling_uniform(seed: u64, island: u64, week: Week) -> f64 {
    let (name, slot) = (hash_name("systematic resampling"), hash_slot("after the week"));
    uniform(HistoryKey::new(seed, island), Address { name, time: week, slot })
}

/// The new number of a further copy: never used before in the ensemble, whatever the threads.
///
/// `resampling` is the island's, counted from 1; `slot` is the copy's in the whole ensemble, below 2³².
pub(crate) fn copy_number(resampling: u32, slot: u64) -> u64 {
    (u64::from(resampling) << 32) + slot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_and_count_as_they_should() {
        let even = Weights::of(&[-700.0; 4]);
        assert_eq!(even.shares, [0.25; 4]);
        assert_eq!((even.log_mean, even.effective()), (-700.0, 4.0));
        let one = Weights::of(&[f64::NEG_INFINITY, -3.0, f64::NEG_INFINITY, f64::NEG_INFINITY]);
        assert_eq!(one.effective(), 1.0);
        assert!((one.log_mean - (-3.0 - ln(4.0))).abs() < 1e-15);
        let none = Weights::of(&[f64::NEG_INFINITY; 3]);
        assert_eq!((none.effective(), none.log_mean), (0.0, f64::NEG_INFINITY));
    }

    #[test]
    fn copies_are_as_many_as_the_weights_say_and_the_first_stays() {
        let weights = Weights::of(&[ln(0.5), f64::NEG_INFINITY, ln(0.3), ln(0.2)]);
        assert_eq!(weights.parents(0.5), [0, 0, 2, 3]);
        for point in 0..1000 {
            let parents = weights.parents((f64::from(point) + 0.5) / 1000.0);
            let copies = |history| parents.iter().filter(|&&parent| parent == history).count();
            assert_eq!(copies(0), 2);
            assert_eq!(copies(1), 0);
            assert!((1..=2).contains(&copies(2)) && copies(3) <= 1);
            for history in [0, 2, 3] {
                assert!(copies(history) == 0 || parents[history] == history, "keeps its slot");
            }
        }
    }

    #[test]
    fn a_rounding_at_the_end_makes_no_copy_of_what_weighs_nothing() {
        let mut log_weights = vec![ln(0.1); 10];
        log_weights.push(f64::NEG_INFINITY);
        let parents = Weights::of(&log_weights).parents(1.0 - f64::EPSILON / 2.0);
        assert!(!parents.contains(&10));
    }

    #[test]
    fn copies_get_numbers_of_their_own() {
        assert_eq!(copy_number(1, 0), 1 << 32);
        assert_eq!(copy_number(3, 1023), (3 << 32) + 1023);
    }
}
