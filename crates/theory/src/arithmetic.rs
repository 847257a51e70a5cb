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

/// The program's own functions, for the tests of this crate.
#[cfg(test)]
pub(crate) const ARITHMETIC: Arithmetic = Arithmetic {
    exp: detente_chance::exp,
    ln: detente_chance::ln,
    normal_cdf: detente_chance::normal_cdf,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_a_power_and_nothing_to_a_power_is_nothing() {
        // 0.3^1.7 to seventeen digits.
        assert!((ARITHMETIC.power(0.3, 1.7) - 0.129_153_486_074_980_26).abs() < 1e-15);
        assert_eq!(ARITHMETIC.power(1.0, 2.5), 1.0);
        assert_eq!(ARITHMETIC.power(0.0, 0.5), 0.0);
        assert_eq!(ARITHMETIC.power(f64::NAN, 0.5), 0.0);
    }
}
