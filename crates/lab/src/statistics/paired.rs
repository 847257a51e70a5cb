//! What a change does, from pairs of histories under common chance.

use super::{Moments, NORMAL_975};

/// A number in the baseline and in the what-if of the same histories.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Paired {
    /// The baseline's values.
    pub baseline: Moments,
    /// The what-if's values.
    pub what_if: Moments,
    /// What-if minus baseline, history by history.
    pub difference: Moments,
    /// In how many histories the two are not the same.
    pub moved: u64,
}

impl Paired {
    /// Takes one more pair.
    pub fn add(&mut self, baseline: f64, what_if: f64) {
        self.baseline.add(baseline);
        self.what_if.add(what_if);
        self.difference.add(what_if - baseline);
        self.moved += u64::from(baseline != what_if);
    }

    /// The mean difference, what-if minus baseline.
    pub fn change(&self) -> f64 {
        self.difference.mean
    }

    /// The 95 % interval of the mean difference.
    pub fn interval(&self) -> [f64; 2] {
        self.difference.interval()
    }

    /// How many times as many unpaired histories would be needed for the same error: the variance
    /// of a difference of independent runs over that of the pairs. `None` where the pairs do not
    /// differ in their difference, so that nothing is left to save.
    pub fn variance_saved(&self) -> Option<f64> {
        let paired = self.difference.variance();
        let apart = self.baseline.variance() + self.what_if.variance();
        (paired > 0.0).then(|| apart / paired)
    }
}

/// A truth in the baseline and in the what-if of the same histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PairedTruth {
    /// True in both.
    pub both: u64,
    /// True in the baseline only.
    pub lost: u64,
    /// True in the what-if only.
    pub won: u64,
    /// True in neither.
    pub neither: u64,
}

impl PairedTruth {
    /// Takes one more pair.
    pub fn add(&mut self, baseline: bool, what_if: bool) {
        match (baseline, what_if) {
            (true, true) => self.both += 1,
            (true, false) => self.lost += 1,
            (false, true) => self.won += 1,
            (false, false) => self.neither += 1,
        }
    }

    /// How many pairs.
    pub fn count(&self) -> u64 {
        self.both + self.lost + self.won + self.neither
    }

    /// The difference of the shares, what-if minus baseline.
    pub fn change(&self) -> f64 {
        let n = self.count().max(1) as f64;
        (self.won as f64 - self.lost as f64) / n
    }

    /// One standard error of the difference.
    pub fn error(&self) -> f64 {
        let n = self.count().max(1) as f64;
        let change = self.change();
        (((self.won + self.lost) as f64 / n - change * change) / n).max(0.0).sqrt()
    }

    /// The 95 % interval of the difference of two paired shares: the adjusted Wald interval of
    /// Bonett and Price (2012), one pair added to each kind of change.
    pub fn interval(&self) -> [f64; 2] {
        adjusted_wald(self.won as f64, self.lost as f64, self.count() as f64)
    }

    /// As [`Paired::variance_saved`].
    pub fn variance_saved(&self) -> Option<f64> {
        let n = self.count() as f64;
        let share = |hits: u64| hits as f64 / n;
        let (base, what_if) = (share(self.both + self.lost), share(self.both + self.won));
        let apart = base * (1.0 - base) + what_if * (1.0 - what_if);
        let change = self.change();
        let paired = share(self.won + self.lost) - change * change;
        (self.count() > 0 && paired > 0.0).then(|| apart / paired)
    }
}

/// The adjusted Wald interval of the difference of two paired shares, of pairs that need not be whole:
/// `won` of `pairs` changed one way and `lost` the other.
pub(crate) fn adjusted_wald(won: f64, lost: f64, pairs: f64) -> [f64; 2] {
    let n = pairs + 2.0;
    let (won, lost) = ((won + 1.0) / n, (lost + 1.0) / n);
    let change = won - lost;
    let half = NORMAL_975 * ((won + lost - change * change) / n).sqrt();
    [(change - half).max(-1.0), (change + half).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// y = x + 1 in every pair: the difference is known exactly, nothing is left to save.
    #[test]
    fn constant_shift() {
        let mut paired = Paired::default();
        (0..50).for_each(|k| paired.add(f64::from(k), f64::from(k) + 1.0));
        assert_eq!(paired.change(), 1.0);
        assert_eq!(paired.interval(), [1.0, 1.0]);
        assert_eq!(paired.variance_saved(), None);
        assert_eq!(paired.moved, 50);
    }

    /// y = x/2: Var(d) = Var(x)/4, apart Var(x)·5/4, so pairing saves 5.
    #[test]
    fn halved() {
        let mut paired = Paired::default();
        (0..64).for_each(|k| paired.add(f64::from(k), f64::from(k) / 2.0));
        assert!((paired.variance_saved().unwrap() - 5.0).abs() < 1e-9);
    }

    /// Truths agree with the same pairs written as 0 and 1 (n against n − 1 aside).
    #[test]
    fn truths_as_numbers() {
        let (mut truth, mut number) = (PairedTruth::default(), Paired::default());
        for k in 0_u64..10_000 {
            let (b, w) = (k % 3 == 0, k % 3 == 0 && k % 4 != 0);
            truth.add(b, w);
            number.add(f64::from(u8::from(b)), f64::from(u8::from(w)));
        }
        assert!((truth.change() - number.change()).abs() < 1e-12);
        let saved = (truth.variance_saved().unwrap(), number.variance_saved().unwrap());
        assert!((saved.0 - saved.1).abs() < 1e-2);
        let (a, b) = (truth.interval(), number.interval());
        assert!((a[0] - b[0]).abs() < 5e-4 && (a[1] - b[1]).abs() < 5e-4);
    }

    /// Bonett and Price's formula by hand: n = 98, won 0, lost 9 gives 1/100 and 10/100.
    #[test]
    fn adjusted_wald() {
        let truth = PairedTruth { both: 40, lost: 9, won: 0, neither: 49 };
        let half = NORMAL_975 * ((0.11 - 0.0081_f64) / 100.0).sqrt();
        let [low, high] = truth.interval();
        assert!((low - (-0.09 - half)).abs() < 1e-12 && (high - (-0.09 + half)).abs() < 1e-12);
    }
}
