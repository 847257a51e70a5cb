//! The error of what guided histories say. Copies of one history are not independent: those that
//! descend from one history of the start are a family, and only families vary freely.
//!
//! The variance of Σ wₕ fₕ is estimated by Σ over families of (Σ over its members of wₕ (fₕ − mean))²
//! (Chan and Lai 2013, equation 2.14; Lee and Whiteley 2018). It holds the unevenness of weights and of
//! the islands' evidence, and cannot see beyond the families that are left.

use std::collections::BTreeMap;

use crate::statistics::{NORMAL_975, wilson};

/// Sums over families of some quantities of weighted histories.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Families {
    families: BTreeMap<u64, Family>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Family {
    weight: f64,
    sums: Vec<f64>,
}

/// A mean with its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    /// One standard error.
    pub(crate) error: f64,
}

impl Families {
    pub(crate) const EMPTY: Self = Self { families: BTreeMap::new() };

    /// Takes one history of the family that `founder` began: its weight and its quantities, of which
    /// every history has as many.
    pub(crate) fn add(&mut self, founder: u64, weight: f64, quantities: &[f64]) {
        let family = self.families.entry(founder).or_default();
        family.weight += weight;
        family.sums.resize(quantities.len(), 0.0);
        for (sum, quantity) in family.sums.iter_mut().zip(quantities) {
            *sum += weight * quantity;
        }
    }

    /// How many families are left.
    pub(crate) fn count(&self) -> usize {
        self.families.len()
    }

    /// The 95 % interval of a share: Wilson's, of as many independent histories as would have the error
    /// that these families have; where all agree, of as many as the families are worth.
    pub(crate) fn share_interval(&self, quantity: usize) -> [f64; 2] {
        let Estimate { value, error } = self.estimate(quantity);
        if error > 0.0 {
            return wilson(value, value * (1.0 - value) / (error * error));
        }
        let sum =
            |of: fn(f64) -> f64| self.families.values().map(|own| of(own.weight)).sum::<f64>();
        let (weight, squares) = (sum(|own| own), sum(|own| own * own));
        wilson(value, if squares > 0.0 { weight * weight / squares } else { 0.0 })
    }

    /// The mean of a quantity over histories, by weight; 0 of none.
    pub(crate) fn estimate(&self, quantity: usize) -> Estimate {
        let of = |family: &Family| family.sums.get(quantity).copied().unwrap_or(0.0);
        let weight: f64 = self.families.values().map(|family| family.weight).sum();
        if weight <= 0.0 {
            return Estimate { value: 0.0, error: 0.0 };
        }
        let value = self.families.values().map(of).sum::<f64>() / weight;
        let deviation = |family: &Family| (of(family) - value * family.weight) / weight;
        let variance: f64 =
            self.families.values().map(|family| deviation(family) * deviation(family)).sum();
        Estimate { value, error: variance.sqrt() }
    }
}

impl Estimate {
    /// The 95 % interval by the normal approximation, kept between `low` and `high`.
    pub(crate) fn interval(self, low: f64, high: f64) -> [f64; 2] {
        let half = NORMAL_975 * self.error;
        [(self.value - half).max(low), (self.value + half).min(high)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Proportion;

    /// Every history its own family: the error is that of a plain mean, √(p(1 − p)/n).
    #[test]
    fn families_of_one_are_a_plain_sample() {
        let mut families = Families::default();
        (0..400).for_each(|k| families.add(k, 0.5, &[f64::from(u8::from(k % 4 == 0)), 1.0]));
        let share = families.estimate(0);
        assert_eq!(share.value, 0.25);
        assert!((share.error - (0.25f64 * 0.75 / 400.0).sqrt()).abs() < 1e-12);
        assert_eq!(families.estimate(1), Estimate { value: 1.0, error: 0.0 });
        let plain = [(100, 0), (400, 1)].map(|(hits, quantity)| {
            let own = families.share_interval(quantity);
            Proportion { hits, of: 400 }.interval().into_iter().zip(own)
        });
        for (one, other) in plain.into_iter().flatten() {
            assert!((one - other).abs() < 1e-9, "Wilson's: {one} {other}");
        }
    }

    /// Where all copies of one history agree, little is known.
    #[test]
    fn one_family_tells_no_more_than_one_history() {
        let mut families = Families::default();
        (0..1000).for_each(|_| families.add(7, 1.0, &[1.0]));
        let alone = Proportion { hits: 1, of: 1 }.interval();
        assert_eq!(families.share_interval(0), alone);
    }

    /// Copies add weight and no knowledge.
    #[test]
    fn copies_tell_nothing_new() {
        let (mut one, mut copied) = (Families::default(), Families::default());
        for k in 0..50u64 {
            let value = [(k % 7) as f64];
            one.add(k, 1.0, &value);
            (0..8).for_each(|_| copied.add(k, 1.0, &value));
        }
        let (one, copied) = (one.estimate(0), copied.estimate(0));
        assert!((one.value - copied.value).abs() < 1e-12);
        assert!((one.error - copied.error).abs() < 1e-12);
    }
}
