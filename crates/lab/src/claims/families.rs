//! What pairs of histories that follow the record are worth. Those that descend from one history of the
//! start are a family, and only families are independent: so an effect's variance is estimated over
//! families, and the pairs are worth as many independent ones as would have that variance.
//!
//! The variance of Σ wₕ fₕ over families is that of `guided::families`; for a ratio f is linearised.

use std::collections::BTreeMap;

use super::effect::Worth;
use super::sums::{Pair, Sums};
use crate::statistics::Moments;

/// What the counted pairs of each family add up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ByFamily {
    families: BTreeMap<u64, Family>,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Family {
    n: f64,
    baseline: f64,
    what_if: f64,
}

/// What the counted pairs of one thing measured are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Telling {
    /// Families that they are of.
    pub(crate) families: usize,
    pub(crate) worth: Worth,
}

impl ByFamily {
    /// Takes a pair of the family that `founder` began, `times` over.
    pub(crate) fn add(&mut self, founder: u64, times: usize, pair: Option<Pair>) {
        let Some(pair) = pair else { return };
        let (family, times) = (self.families.entry(founder).or_default(), times as f64);
        family.n += times;
        family.baseline += times * pair.baseline;
        family.what_if += times * pair.what_if;
    }

    /// What the pairs are worth that `sums` counted.
    pub(crate) fn telling(&self, sums: &Sums) -> Telling {
        let of = |moments: Moments, value: &dyn Fn(&Family) -> f64| {
            let deviation = |family: &Family| value(family) - moments.mean * family.n;
            let squares: f64 =
                self.families.values().map(|one| deviation(one) * deviation(one)).sum();
            self.worth(sums.n as f64, &moments, squares)
        };
        let [baseline, what_if] = sums.means().unwrap_or_default();
        let ratio = if baseline == 0.0 { 0.0 } else { what_if / baseline };
        let worth = Worth {
            difference: of(sums.difference(), &|one| one.what_if - one.baseline),
            level: of(sums.what_if(), &|one| one.what_if),
            ratio: of(sums.residual(ratio), &|one| one.what_if - ratio * one.baseline),
        };
        Telling { families: self.families.len(), worth }
    }

    /// How many independent pairs have the variance that `n` of these have, from the squares of their
    /// families' deviations. Where nothing varies, as many as there are families.
    fn worth(&self, n: f64, moments: &Moments, squares: f64) -> f64 {
        if n == 0.0 {
            return 0.0;
        }
        let variance = squares / (n * n);
        // What is left by rounding alone is nothing.
        let size = moments.variance() + moments.mean * moments.mean;
        if variance <= 1e-20 * size {
            return self.families.len() as f64;
        }
        (moments.variance() / variance).clamp(1.0, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: impl Iterator<Item = (u64, usize, [f64; 2])>) -> Telling {
        let (mut families, mut sums) = (ByFamily::default(), Sums::default());
        for (founder, times, [baseline, what_if]) in pairs {
            let pair = Some(Pair { baseline, what_if, never: [false; 2] });
            (0..times).for_each(|_| sums.take(pair));
            families.add(founder, times, pair);
        }
        families.telling(&sums)
    }

    fn values(k: u64) -> [f64; 2] {
        [1.0 + (k % 5) as f64, 2.0 + (k * k % 7) as f64]
    }

    #[test]
    fn independent_pairs_are_worth_themselves_and_copies_nothing() {
        let alone = told((0..400).map(|k| (k, 1, values(k))));
        let copied = told((0..400).map(|k| (k, 8, values(k))));
        for (telling, n) in [(alone, 400.0), (copied, 3200.0)] {
            assert_eq!(telling.families, 400);
            let worth = telling.worth;
            for own in [worth.difference, worth.level, worth.ratio] {
                // The variance of a sample has n − 1 in its divisor.
                assert!((own - 400.0 * n / (n - 1.0)).abs() < 1.1, "{own}");
            }
        }
    }

    /// Four of each family that are all different from another are worth more than one of each.
    #[test]
    fn families_whose_members_differ_are_worth_their_members() {
        let mixed = told((0..400).map(|k| (k / 4, 1, values(k))));
        assert!(mixed.worth.level > 200.0, "{mixed:?}");
        let alike = told((0..400).map(|k| (k / 4, 1, values(k / 4))));
        assert!((alike.worth.level - 100.0).abs() < 3.0, "{alike:?}");
    }

    #[test]
    fn what_does_not_vary_is_known_from_as_many_as_there_are_families() {
        let same = told((0..300).map(|k| (k / 3, 1, [0.0, 1.0])));
        assert_eq!(same.worth, Worth { difference: 100.0, level: 100.0, ratio: 100.0 });
    }
}
