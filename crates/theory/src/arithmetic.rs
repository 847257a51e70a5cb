//! The transcendental functions that an equation needs, handed in by the caller.

/// Three functions of one number, which must give the same bits on every machine.
///
/// The platform's own do not, so this crate never calls them. The program passes those of
/// `detente-chance`; a test may pass any that are accurate enough for its margin.
#[derive(Clone, Copy, Debug)]
pub struct Arithmetic {
    /// eˣ.
    pub exp: fn(f64) -> f64,
    /// The natural logarithm.
    pub ln: fn(f64) -> f64,
    /// The standard normal distribution function Φ.
    pub normal_cdf: fn(f64) -> f64,
}

impl Arithmetic {
    /// `base` to the power `exponent`, for a base of 0 or more and an exponent above 0.
    ///
    /// A base of 0 or less, or not a number, gives 0: the distances raised to powers here are never
    /// below 0, but for rounding.
    #[must_use]
    pub fn power(&self, base: f64, exponent: f64) -> f64 {
        if base > 0.0 { (self.exp)(exponent * (self.ln)(base)) } else { 0.0 }
    }
}

#[cfg(test)]
pub(crate) mod platform {
    //! The platform's functions, good to about fifteen digits, which is more than any test asks.
    #![allow(clippy::disallowed_methods)]

    use super::Arithmetic;

    pub(crate) const PLATFORM: Arithmetic = Arithmetic { exp: f64::exp, ln: f64::ln, normal_cdf };

    /// Φ by its series (Marsaglia 2004), which loses nothing but the far tails.
    fn normal_cdf(x: f64) -> f64 {
        if x < -38.0 {
            return 0.0;
        }
        if x > 8.3 {
            return 1.0;
        }
        if x < -6.0 {
            return f64::exp(-0.5 * x * x) / (-x * 2.506_628_274_631_000_7);
        }
        let (mut sum, mut term, mut k) = (x, x, 1.0);
        while sum + term != sum {
            k += 2.0;
            term *= x * x / k;
            sum += term;
        }
        0.5 + sum * f64::exp(-0.5 * x * x) / 2.506_628_274_631_000_7
    }

    #[test]
    fn the_platforms_normal_distribution_is_near_enough() {
        assert!((normal_cdf(1.0) - 0.841_344_746_068_543).abs() < 1e-14);
        assert!((normal_cdf(-3.0) - 0.001_349_898_031_630_095).abs() < 1e-14);
    }

    #[test]
    fn a_power_is_the_platforms_power() {
        assert!((PLATFORM.power(0.3, 1.7) - 0.3f64.powf(1.7)).abs() < 1e-15);
        assert_eq!(PLATFORM.power(0.0, 0.5), 0.0);
        assert_eq!(PLATFORM.power(f64::NAN, 0.5), 0.0);
    }
}
