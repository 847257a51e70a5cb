//! Powers: by multiplication where the exponent is a small integer, else as an exponential.

use crate::{exp, ln};

/// Integer exponents up to this size are multiplied out.
const LARGEST_MULTIPLIED: f64 = 31.0;

/// x to the power y.
///
/// For a whole y with |y| ≤ 31 the product by repeated squaring, exact wherever the products are
/// (a negative y divides 1 by it). Otherwise exp(y ln |x|), with the sign of an odd whole y, whose
/// relative error grows as |y ln x|·2⁻⁵³. pow(x, 0) = 1 for every x, NaN included; a negative x under
/// an exponent that is not whole gives NaN.
#[inline(always)]
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    let size = y.abs();
    let whole = size.floor() == size;
    let multiplied = if size <= LARGEST_MULTIPLIED { size } else { 0.0 };
    // Five binary digits of the exponent, lowest first.
    let (mut product, mut square, mut digits) = (1.0, x, multiplied);
    for _ in 0..5 {
        let half = (digits * 0.5).floor();
        product = if digits - 2.0 * half >= 1.0 { product * square } else { product };
        square *= square;
        digits = half;
    }
    let product = if y < 0.0 { 1.0 / product } else { product };
    let magnitude = exp(y * ln(x.abs()));
    // Halves are exact, so an odd number is one whose half is not whole.
    let odd = whole && (size * 0.5).floor() != size * 0.5;
    let negative = x.is_sign_negative();
    let signed = if negative && odd { -magnitude } else { magnitude };
    let grown = if x < 0.0 && !whole { f64::NAN } else { signed };
    // ±1 to an infinite power is 1, where y ln x is no number.
    let grown = if x.abs() == 1.0 && size == f64::INFINITY { 1.0 } else { grown };
    let y_is_small = whole && size <= LARGEST_MULTIPLIED;
    if y_is_small { product } else { grown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_whole_powers_are_products() {
        for x in [0.1, -3.0, 1.5, 7.0, f64::INFINITY, -0.0] {
            assert_eq!(pow(x, 1.0).to_bits(), f64::to_bits(x));
            assert_eq!(pow(x, 2.0), x * x);
            assert_eq!(pow(x, 3.0), x * (x * x));
            assert_eq!(pow(x, -1.0), 1.0 / x);
            assert_eq!(pow(x, 0.0), 1.0);
        }
        assert_eq!(pow(3.0, 31.0), 617_673_396_283_947.0);
        assert_eq!(pow(-2.0, 31.0), -2_147_483_648.0);
        assert_eq!(pow(2.0, -10.0), 1.0 / 1024.0);
    }

    #[test]
    fn keeps_the_edges() {
        assert_eq!(pow(0.0, 0.5), 0.0);
        assert_eq!(pow(0.0, -0.5), f64::INFINITY);
        assert_eq!(pow(-0.0, -1.0), f64::NEG_INFINITY);
        assert_eq!(pow(-0.0, 33.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(pow(f64::INFINITY, 0.5), f64::INFINITY);
        assert_eq!(pow(f64::INFINITY, -0.5), 0.0);
        assert_eq!(pow(0.5, f64::INFINITY), 0.0);
        assert_eq!(pow(1.0, f64::NEG_INFINITY), 1.0);
        assert!(pow(-2.0, 0.5).is_nan());
        assert_eq!(pow(f64::NAN, 0.0), 1.0);
        assert!(pow(f64::NAN, 2.0).is_nan() && pow(2.0, f64::NAN).is_nan());
    }

    #[test]
    fn large_whole_powers_keep_their_sign() {
        assert!((pow(-1.5, 33.0) / -pow(1.5, 33.0) - 1.0).abs() < 1e-15);
        assert!((pow(-1.5, 34.0) / pow(1.5, 34.0) - 1.0).abs() < 1e-15);
        assert!((pow(2.0, 0.5) - std::f64::consts::SQRT_2).abs() < 4e-16);
    }
}
