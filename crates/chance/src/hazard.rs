//! From a hazard to a happening, and back from a happening to the chance behind it.
//!
//! In a week at risk with hazard h an event happens if its uniform is less than 1 − e⁻ʰ. When the
//! record says what happened, the chance behind it is the uniform squeezed to the side that it must
//! lie on, so that a run on that chance, told nothing, does the same.

use crate::{exp_m1, ln};

/// A hazard above this is certainty.
const CERTAIN: f64 = 30.0;

/// 1 − e⁻ʰ, the probability that an event of hazard `hazard` ≥ 0 a week happens in a week.
///
/// Exact to 2 ulp also for a small hazard; 1 for a hazard above 30. A negative hazard counts as 0;
/// NaN gives NaN.
#[inline(always)]
#[must_use]
pub fn week_probability(hazard: f64) -> f64 {
    let probability = -exp_m1(-hazard);
    let probability = if hazard > CERTAIN { 1.0 } else { probability };
    if hazard <= 0.0 { 0.0 } else { probability }
}

/// ln(1 − e⁻ʰ), what an event that happened adds to a history's log-weight. (One that did not adds
/// −h.) −∞ for a hazard of 0.
#[inline(always)]
#[must_use]
pub fn ln_week_probability(hazard: f64) -> f64 {
    ln(week_probability(hazard))
}

/// The chance behind an event that happened with `probability` > 0: the uniform, squeezed below the
/// probability.
#[inline(always)]
#[must_use]
pub fn chance_behind_event(uniform: f64, probability: f64) -> f64 {
    // For a uniform short of 1 by 2⁻⁵³ or more the product rounds below the probability.
    probability * uniform
}

/// The chance behind an event that had `probability` < 1 and did not happen: the uniform, squeezed to
/// the probability or above.
#[inline(always)]
#[must_use]
pub fn chance_behind_absence(uniform: f64, probability: f64) -> f64 {
    probability + (1.0 - probability) * uniform
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::philox::uniform_from_bits;
    use crate::{exp, philox4x32};
    use proptest::prelude::*;

    #[test]
    fn keeps_the_edges() {
        assert_eq!(week_probability(0.0), 0.0);
        assert_eq!(week_probability(-1.0), 0.0);
        assert_eq!(week_probability(30.1), 1.0);
        assert_eq!(week_probability(f64::INFINITY), 1.0);
        assert!(week_probability(f64::NAN).is_nan());
        assert_eq!(week_probability(1e-300), 1e-300);
        assert_eq!(ln_week_probability(0.0), f64::NEG_INFINITY);
        assert!((week_probability(0.5) - (1.0 - exp(-0.5))).abs() < 1e-16);
    }

    /// Two hazards on one uniform: of the weeks in which the larger brings the event, the smaller
    /// does in (1 − e⁻⁰·²)/(1 − e⁻⁰·⁵) = 0.460695.
    #[test]
    fn a_smaller_hazard_on_the_same_uniform_keeps_its_share() {
        let (larger, smaller) = (week_probability(0.5), week_probability(0.2));
        assert!((smaller / larger - 0.460_695).abs() < 5e-7);
        let (mut with_larger, mut with_smaller) = (0u32, 0u32);
        for week in 0..200_000 {
            let [lo, hi, _, _] = philox4x32([week, 0, 0, 0], [1, 2]);
            let u = uniform_from_bits(u64::from(lo) | u64::from(hi) << 32);
            with_larger += u32::from(u < larger);
            with_smaller += u32::from(u < smaller);
            assert!(u >= smaller || u < larger, "less hazard may not bring what more did not");
        }
        let share = f64::from(with_smaller) / f64::from(with_larger);
        assert!((share - 0.460_695).abs() < 5.0 * (0.46 * 0.54 / f64::from(with_larger)).sqrt());
    }

    proptest! {
        #[test]
        fn the_chance_behind_it_does_the_same(bits: u64, hazard in 1e-9..40.0f64) {
            let (u, p) = (uniform_from_bits(bits), week_probability(hazard));
            prop_assert!(chance_behind_event(u, p) < p);
            prop_assert!(chance_behind_event(u, p) > 0.0);
            if p < 1.0 {
                prop_assert!(chance_behind_absence(u, p) >= p);
                prop_assert!(chance_behind_absence(u, p) <= 1.0);
            }
        }

        #[test]
        fn the_nearest_uniforms_to_the_ends_keep_their_side(hazard in 1e-300..40.0f64) {
            let p = week_probability(hazard);
            prop_assert!(chance_behind_event(uniform_from_bits(u64::MAX), p) < p);
            prop_assert!(chance_behind_absence(uniform_from_bits(0), p) >= p);
        }
    }
}
