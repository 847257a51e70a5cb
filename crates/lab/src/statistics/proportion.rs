//! A share of histories, with Wilson's interval.

use super::NORMAL_975;

/// How many of so many histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Proportion {
    /// In how many it held.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
}

impl Proportion {
    /// Counts one more history.
    pub fn add(&mut self, held: bool) {
        self.add_many(u64::from(held), 1);
    }

    /// Counts `of` more, in `hits` of which it held.
    pub fn add_many(&mut self, hits: u64, of: u64) {
        self.hits += hits;
        self.of += of;
    }

    /// The share, 0 to 1; 0 of none.
    pub fn share(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }

    /// One standard error of the share, √(p(1 − p)/n).
    pub fn error(&self) -> f64 {
        let share = self.share();
        if self.of == 0 { 0.0 } else { (share * (1.0 - share) / self.of as f64).sqrt() }
    }

    /// The 95 % score interval (Wilson 1927), which stays in [0, 1] and does not close at 0 or 1.
    /// Of no histories: everything, [0, 1].
    pub fn interval(&self) -> [f64; 2] {
        wilson(self.share(), self.of as f64)
    }
}

/// Wilson's interval of a share of so many independent histories; they need not be a whole number.
pub(crate) fn wilson(share: f64, of: f64) -> [f64; 2] {
    if of <= 0.0 {
        return [0.0, 1.0];
    }
    let (n, p, z) = (of, share, NORMAL_975);
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let below = 1.0 + z * z / n;
    let low = if p <= 0.0 { 0.0 } else { (middle - half) / below };
    let high = if p >= 1.0 { 1.0 } else { (middle + half) / below };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's interval for 10 of 100, from the closed form, and the ends.
    #[test]
    fn interval_follows_wilson() {
        let ten = Proportion { hits: 10, of: 100 };
        let [low, high] = ten.interval();
        assert!((low - 0.055_229_1).abs() < 1e-6 && (high - 0.174_366_0).abs() < 1e-6);
        assert!((ten.error() - 0.03).abs() < 1e-12);
        let none = Proportion { hits: 0, of: 100 };
        assert_eq!(none.interval()[0], 0.0);
        // z²/(n + z²)
        assert!((none.interval()[1] - 0.036_993_5).abs() < 1e-6);
        assert_eq!(Proportion { hits: 7, of: 7 }.interval()[1], 1.0);
        assert_eq!(Proportion::default().interval(), [0.0, 1.0]);
    }

    /// The interval holds the truth about as often as it says: exact binomial coverage.
    #[test]
    fn interval_covers() {
        let (n, p) = (40_u64, 0.3_f64);
        let mut covered = 0.0;
        let mut mass = (0..n).fold(1.0, |product, _| product * (1.0 - p));
        for hits in 0..=n {
            let [low, high] = Proportion { hits, of: n }.interval();
            if low <= p && p <= high {
                covered += mass;
            }
            mass *= (n - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
        }
        assert!((0.92..0.98).contains(&covered), "{covered}");
    }
}
