//! Threshold cascades: how many go out into the street once those have gone whom nothing holds.
//!
//! Each goes when the share already out reaches its own threshold (Granovetter, "Threshold Models of
//! Collective Behavior", *American Journal of Sociology* 83 (1978); Kuran, *World Politics* 44 (1991)).
//! The movement stops at the least fixed point of r = F(r): a small change in what people feel can
//! multiply it, and two peoples equally discontented can differ by the whole of it.

use crate::Arithmetic;

/// The share that goes out, 0 to 1, where thresholds are normal with this mean and spread (standard
/// deviation, both as shares of the people) and the share `seed` goes whatever the others do.
///
/// It is the least r of 0 or more with r = seed + (1 − seed) Φ((r − mean) / spread): where the
/// movement from nobody upwards comes to rest. Without a spread all have the same threshold, and go if
/// the seed reaches it. The seed is held in 0 to 1; a spread below 0 is read as 0. What is not a
/// number gives what is not a number.
#[must_use]
pub fn cascade(mean: f64, spread: f64, seed: f64, arithmetic: &Arithmetic) -> f64 {
    if mean.is_nan() || spread.is_nan() || seed.is_nan() {
        return f64::NAN;
    }
    let seed = seed.clamp(0.0, 1.0);
    let follow = 1.0 - seed;
    if spread <= 0.0 {
        return if seed >= mean { 1.0 } else { seed };
    }
    if !spread.is_finite() || !mean.is_finite() {
        let share = if mean.is_infinite() && spread.is_infinite() {
            0.5
        } else {
            (arithmetic.normal_cdf)(-mean / spread)
        };
        return seed + follow * share;
    }
    let surplus = |r: f64| seed + follow * (arithmetic.normal_cdf)((r - mean) / spread) - r;
    // The slope of the surplus is 0 where the density is 1: at two points about the mean, or nowhere.
    let steepness = follow / (spread * ROOT_OF_TWO_PI);
    let (mut low, mut high) = (0.0, 1.0);
    if steepness > 1.0 {
        let reach = spread * (2.0 * (arithmetic.ln)(steepness)).sqrt();
        let (lull, crest) = (mean - reach, mean + reach);
        if lull > 0.0 && surplus(lull.min(1.0)) <= 0.0 {
            high = lull.min(1.0);
        } else if surplus(0.0) <= 0.0 {
            return 0.0;
        } else {
            low = crest.clamp(0.0, 1.0);
        }
    }
    // Between `low` and `high` the surplus falls, from 0 or more to 0 or less.
    let density = |r: f64| {
        let z = (r - mean) / spread;
        follow / (spread * ROOT_OF_TWO_PI) * (arithmetic.exp)(-0.5 * z * z)
    };
    root(low, high, surplus, |r| density(r) - 1.0)
}

const ROOT_OF_TWO_PI: f64 = 2.506_628_274_631_000_5;

/// Where a function that falls from `low` to `high` is 0: Newton's steps, halving where they stray.
fn root(
    mut low: f64,
    mut high: f64,
    value: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
) -> f64 {
    let mut at = low;
    for _ in 0..MOST_STEPS {
        let here = value(at);
        if here > 0.0 {
            low = at;
        } else if here < 0.0 {
            high = at;
        } else {
            return at;
        }
        let newton = at - here / slope(at);
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - at).abs() <= 1e-15 + 4.0 * f64::EPSILON * at {
            return next;
        }
        at = next;
    }
    at
}

/// Enough for halving alone to reach the last digit.
const MOST_STEPS: usize = 100;

/// How many of a people go out, given each one's threshold: the number who must be out before.
///
/// Thresholds need no order; one of 0 or less goes first. The count is 0 of nobody.
#[must_use]
pub fn cascade_among(thresholds: &[f64]) -> usize {
    let mut out = 0;
    loop {
        let now = thresholds.iter().filter(|t| **t <= out as f64).count();
        if now <= out {
            return out;
        }
        out = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::ARITHMETIC;

    fn of_hundred(mean: f64, spread: f64) -> f64 {
        100.0 * cascade(mean / 100.0, spread / 100.0, 0.0, &ARITHMETIC)
    }

    #[test]
    fn a_hair_of_spread_makes_the_whole_people_go() {
        // Granovetter (1978) prints a jump near 12.2; these are derived.
        for (spread, expected, margin) in [
            (12.0, 4.0211, 5e-5),
            (12.2, 5.4792, 5e-5),
            (12.25, 100.0, 5e-5),
            (20.0, 99.991, 5e-4),
            (50.0, 90.485, 5e-4),
        ] {
            let share = of_hundred(25.0, spread);
            assert!((share - expected).abs() < margin, "{spread}: {share}");
        }
    }

    #[test]
    fn the_jump_is_where_the_curve_touches() {
        // Derived: at a spread of 12.222087 of 100 the curve touches at 6.200325.
        let under = of_hundred(25.0, 12.222_086);
        assert!((under - 6.2).abs() < 0.01, "{under}");
        assert!(of_hundred(25.0, 12.222_088) > 99.0);
    }

    #[test]
    fn it_is_a_fixed_point_and_the_least() {
        for mean in [-0.5, 0.0, 0.1, 0.25, 0.5, 0.9, 1.5] {
            for spread in [1e-9, 0.01, 0.05, 0.122, 0.3, 0.4, 1.0, 50.0] {
                for seed in [0.0, 0.01, 0.2, 0.7, 1.0] {
                    let found = cascade(mean, spread, seed, &ARITHMETIC);
                    let law =
                        |r: f64| seed + (1.0 - seed) * (ARITHMETIC.normal_cdf)((r - mean) / spread);
                    assert!((0.0..=1.0 + 1e-12).contains(&found));
                    assert!((law(found) - found).abs() < 1e-9, "{mean} {spread} {seed}: {found}");
                    // Below it there is none: those already out are always joined by others.
                    for step in 0..500 {
                        let r = f64::from(step) / 500.0 * found;
                        assert!(
                            r > found - 1e-6 || law(r) > r,
                            "{mean} {spread} {seed}: {r} of {found}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn edges_have_their_answers() {
        assert_eq!(cascade(0.3, 0.0, 0.2, &ARITHMETIC), 0.2);
        assert_eq!(cascade(0.3, -1.0, 0.3, &ARITHMETIC), 1.0);
        assert_eq!(cascade(f64::INFINITY, 0.1, 0.2, &ARITHMETIC), 0.2);
        assert_eq!(cascade(f64::NEG_INFINITY, 0.1, 0.2, &ARITHMETIC), 1.0);
        assert_eq!(cascade(0.3, f64::INFINITY, 0.0, &ARITHMETIC), 0.5);
        assert!(cascade(f64::NAN, 0.1, 0.2, &ARITHMETIC).is_nan());
    }

    #[test]
    fn granovetters_crowds_of_a_hundred() {
        // One person's threshold changed from 1 to 2 stops what would have been a riot (1978, 1424).
        let mut crowd: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(cascade_among(&crowd), 100);
        crowd[1] = 2.0;
        assert_eq!(cascade_among(&crowd), 1);
        assert_eq!(cascade_among(&[]), 0);
    }

    #[test]
    fn kurans_two_societies() {
        // Ten people, thresholds in per cent of the people; the same change of one of them from 20
        // to 10 moves the first society and not the second (Kuran 1991).
        let people = |per_cent: [f64; 10]| cascade_among(&per_cent.map(|t| t / 10.0));
        let first = [0.0, 20.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0];
        let second = [0.0, 20.0, 30.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 100.0];
        let moved = |mut society: [f64; 10]| {
            society[1] = 10.0;
            society
        };
        assert_eq!((people(first), people(moved(first))), (1, 9));
        assert_eq!((people(second), people(moved(second))), (1, 2));
    }
}
