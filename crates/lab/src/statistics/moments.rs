//! A mean with its standard error, taken in one pass.

use super::NORMAL_975;

/// Count, mean and sum of squared deviations (Welford 1962).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// The sum of their squared deviations from the mean.
    pub squares: f64,
}

impl Moments {
    /// Takes one more value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// The unbiased variance; 0 of fewer than two values.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// One standard error of the mean.
    pub fn error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.variance() / self.count as f64).sqrt() }
    }

    /// The 95 % interval of the mean, by the normal approximation.
    pub fn interval(&self) -> [f64; 2] {
        let half = NORMAL_975 * self.error();
        [self.mean - half, self.mean + half]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0, 1, …, n − 1 has mean (n − 1)/2 and unbiased variance n(n + 1)/12.
    #[test]
    fn whole_numbers() {
        let mut moments = Moments::default();
        (0..1000).for_each(|k| moments.add(f64::from(k)));
        assert!((moments.mean - 499.5).abs() < 1e-9);
        assert!((moments.variance() - 1000.0 * 1001.0 / 12.0).abs() < 1e-6);
        assert!((moments.error() - (1001.0_f64 / 12.0).sqrt()).abs() < 1e-9);
    }

    /// A large offset does not eat the variance.
    #[test]
    fn far_from_zero() {
        let mut moments = Moments::default();
        [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].into_iter().for_each(|x| moments.add(x));
        assert_eq!(moments.variance(), 30.0);
    }

    #[test]
    fn one_value_has_no_error() {
        let mut moments = Moments::default();
        moments.add(3.0);
        assert_eq!((moments.error(), moments.interval()), (0.0, [3.0, 3.0]));
    }
}
