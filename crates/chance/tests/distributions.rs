//! The closed list of distributions against the closed forms of their shares, means and variances.

use detente_chance::distribution::{self, Distribution};
use detente_chance::{Address, HistoryKey, inverse_normal_cdf, uniform};
use proptest::prelude::*;

const LN_2: f64 = std::f64::consts::LN_2;

/// A distribution, its mean, its variance, and some (share, value) pairs.
struct Known {
    distribution: Distribution,
    mean: f64,
    variance: f64,
    quantiles: &'static [(f64, f64)],
}

fn known() -> Vec<Known> {
    use std::f64::consts::{E, PI};
    vec![
        Known {
            distribution: Distribution::Normal { mean: 3.0, sd: 2.0 },
            mean: 3.0,
            variance: 4.0,
            quantiles: &[
                (0.5, 3.0),
                (0.975, 6.919_927_969_080_108),
                (0.025, -0.919_927_969_080_108),
            ],
        },
        Known {
            distribution: Distribution::LogNormal { log_mean: 0.0, log_sd: 1.0 },
            mean: E.sqrt(),
            variance: (E - 1.0) * E,
            quantiles: &[(0.5, 1.0), (0.841_344_746_068_542_9, E)],
        },
        Known {
            distribution: Distribution::Uniform { low: -1.0, high: 3.0 },
            mean: 1.0,
            variance: 16.0 / 12.0,
            quantiles: &[(0.25, 0.0), (0.5, 1.0)],
        },
        Known {
            distribution: Distribution::LogUniform { low: 1.0, high: 4.0 },
            mean: 3.0 / (2.0 * LN_2),
            variance: 7.5 / (2.0 * LN_2) - 9.0 / (4.0 * LN_2 * LN_2),
            quantiles: &[(0.5, 2.0), (0.25, std::f64::consts::SQRT_2)],
        },
        Known {
            distribution: Distribution::Exponential { mean: 5.0 },
            mean: 5.0,
            variance: 25.0,
            quantiles: &[(0.5, 5.0 * LN_2), (0.75, 10.0 * LN_2)],
        },
        Known {
            distribution: Distribution::Triangular { low: 0.0, mode: 1.0, high: 4.0 },
            mean: 5.0 / 3.0,
            variance: (1.0 + 16.0 - 4.0) / 18.0,
            quantiles: &[(0.25, 1.0), (0.0625, 0.5), (0.5, 1.550_510_257_216_822)],
        },
        Known {
            distribution: Distribution::Bernoulli { probability: 0.3 },
            mean: 0.3,
            variance: 0.21,
            quantiles: &[(0.69, 0.0), (0.71, 1.0)],
        },
        Known {
            distribution: Distribution::HalfNormal { scale: 2.0 },
            mean: 2.0 * (2.0 / PI).sqrt(),
            variance: 4.0 * (1.0 - 2.0 / PI),
            quantiles: &[(0.5, 1.348_979_500_392_163_5)],
        },
    ]
}

fn is_near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * (1.0 + a.abs().max(b.abs()))
}

#[test]
fn quantiles_and_shares_meet_their_closed_forms() {
    for Known { distribution, quantiles, .. } in known() {
        for &(share, value) in quantiles {
            let got = distribution.quantile(share);
            assert!(is_near(got, value, 1e-14), "{distribution:?} at {share}: {got}, not {value}");
            if !matches!(distribution, Distribution::Bernoulli { .. }) {
                let back = distribution.cdf(value);
                assert!(is_near(back, share, 1e-14), "{distribution:?} at {value}: {back}");
            }
        }
    }
}

/// The integrals of the quantile function and its square, by the midpoint rule on 2²⁰ cells, with
/// the tails' own error allowed for.
#[test]
fn moments_meet_their_closed_forms() {
    let cells = 1 << 20;
    for Known { distribution, mean, variance, .. } in known() {
        let (mut sum, mut squares) = (0.0, 0.0);
        for cell in 0..cells {
            let x = distribution.quantile((f64::from(cell) + 0.5) / f64::from(cells));
            sum += x;
            squares += (x - mean) * (x - mean);
        }
        let n = f64::from(cells);
        assert!(is_near(sum / n, mean, 1e-5), "{distribution:?}: mean {}", sum / n);
        assert!(is_near(squares / n, variance, 1e-3), "{distribution:?}: variance {}", squares / n);
    }
}

#[test]
fn arguments_that_make_no_distribution_give_nan() {
    let nan = f64::NAN;
    for bad in [
        Distribution::Normal { mean: 0.0, sd: -1.0 },
        Distribution::Normal { mean: nan, sd: 1.0 },
        Distribution::LogNormal { log_mean: 0.0, log_sd: nan },
        Distribution::Uniform { low: 1.0, high: 0.0 },
        Distribution::LogUniform { low: 0.0, high: 1.0 },
        Distribution::LogUniform { low: 2.0, high: 1.0 },
        Distribution::Exponential { mean: 0.0 },
        Distribution::Triangular { low: 0.0, mode: 2.0, high: 1.0 },
        Distribution::Bernoulli { probability: 1.5 },
        Distribution::HalfNormal { scale: -0.5 },
    ] {
        assert!(!bad.is_valid(), "{bad:?}");
        assert!(bad.quantile(0.4).is_nan(), "{bad:?}");
        assert!(bad.cdf(0.4).is_nan(), "{bad:?}");
        assert!(bad.quantile_within(0.4, 0.0, 1.0).is_nan(), "{bad:?}");
    }
}

#[test]
fn a_distribution_without_spread_lies_at_its_middle() {
    assert_eq!(distribution::normal(0.01, 7.0, 0.0), 7.0);
    assert_eq!(distribution::lognormal(0.99, 0.0, 0.0), 1.0);
    assert_eq!(distribution::uniform(0.3, 2.0, 2.0), 2.0);
    assert_eq!(distribution::triangular(0.3, 2.0, 2.0, 2.0), 2.0);
    assert_eq!(distribution::half_normal(0.3, 0.0), 0.0);
    let middle = Distribution::Normal { mean: 7.0, sd: 0.0 };
    assert_eq!((middle.cdf(6.9), middle.cdf(7.0)), (0.0, 1.0));
}

/// Cut to a range, a standard normal has the textbook mean (φ(a) − φ(b))/(Φ(b) − Φ(a)).
#[test]
fn a_cut_normal_has_its_known_mean() {
    let standard = Distribution::Normal { mean: 0.0, sd: 1.0 };
    // a, b, and that mean to 12 digits.
    for (a, b, expected) in [
        (0.0, f64::INFINITY, 0.797_884_560_803),
        (-1.0, 2.0, 0.229_637_179_091),
        (3.0, 5.0, 3.282_694_379_942),
        (-5.0, -3.0, -3.282_694_379_942),
    ] {
        let cells = 1 << 18;
        let at = |cell: i32| (f64::from(cell) + 0.5) / f64::from(cells);
        let sum: f64 = (0..cells).map(|cell| standard.quantile_within(at(cell), a, b)).sum();
        let mean = sum / f64::from(cells);
        assert!(is_near(mean, expected, 2e-6), "[{a}, {b}]: {mean}, not {expected}");
    }
}

#[test]
fn a_range_that_holds_nothing_gives_its_nearer_end() {
    let even = Distribution::Uniform { low: 0.0, high: 1.0 };
    assert_eq!(even.quantile_within(0.4, 2.0, 3.0), 2.0);
    assert_eq!(even.quantile_within(0.4, -3.0, -2.0), -2.0);
    assert!(even.quantile_within(0.4, 0.7, 0.6).is_nan());
    let truth = Distribution::Bernoulli { probability: 0.2 };
    assert_eq!(truth.quantile_within(0.9, 0.0, 1.0), truth.quantile(0.9));
    assert_eq!(truth.quantile_within(0.1, 1.0, 1.0), 1.0);
    assert_eq!(truth.quantile_within(0.9, 0.0, 0.0), 0.0);
}

fn any_distribution() -> impl Strategy<Value = Distribution> {
    let middle = -5.0..5.0f64;
    let spread = 0.01..5.0f64;
    prop_oneof![
        (middle.clone(), spread.clone()).prop_map(|(mean, sd)| Distribution::Normal { mean, sd }),
        (middle.clone(), 0.01..1.5f64)
            .prop_map(|(log_mean, log_sd)| Distribution::LogNormal { log_mean, log_sd }),
        (middle.clone(), spread.clone())
            .prop_map(|(low, width)| Distribution::Uniform { low, high: low + width }),
        (spread.clone(), spread.clone())
            .prop_map(|(low, width)| Distribution::LogUniform { low, high: low + width }),
        spread.clone().prop_map(|mean| Distribution::Exponential { mean }),
        (middle, 0.0..3.0f64, 0.0..3.0f64).prop_map(|(low, rise, fall)| {
            Distribution::Triangular { low, mode: low + rise, high: low + rise + fall }
        }),
        (0.0..1.0f64).prop_map(|probability| Distribution::Bernoulli { probability }),
        spread.prop_map(|scale| Distribution::HalfNormal { scale }),
    ]
}

fn draw(week: u32) -> f64 {
    uniform(HistoryKey::new(5, 8), Address { name: 13, time: week, slot: 21 })
}

proptest! {
    #[test]
    fn more_chance_is_never_less_value(law in any_distribution(), a: u32, b: u32) {
        let (less, more) = if draw(a) < draw(b) { (draw(a), draw(b)) } else { (draw(b), draw(a)) };
        prop_assert!(law.quantile(less) <= law.quantile(more));
        prop_assert!(law.quantile(less).is_finite());
    }

    #[test]
    fn share_and_quantile_undo_each_other(law in any_distribution(), week: u32) {
        let u = draw(week);
        let back = law.cdf(law.quantile(u));
        if matches!(law, Distribution::Bernoulli { .. }) {
            prop_assert!(back >= u, "{back} under {u}");
        } else {
            prop_assert!((back - u).abs() < 1e-12, "{u} came back as {back}");
        }
    }

    #[test]
    fn a_cut_draw_lies_in_its_range_and_a_range_that_cuts_nothing_changes_no_bit(
        law in any_distribution(),
        week: u32,
        low in -10.0..10.0f64,
        width in 0.0..10.0f64,
    ) {
        let u = draw(week);
        let x = law.quantile_within(u, low, low + width);
        prop_assert!(low <= x && x <= low + width, "{x}");
        let whole = law.quantile_within(u, f64::NEG_INFINITY, f64::INFINITY);
        prop_assert_eq!(whole.to_bits(), law.quantile(u).to_bits());
    }

    #[test]
    fn an_even_draw_cut_in_half_is_even_over_the_half(week: u32) {
        let u = draw(week);
        let x = Distribution::Uniform { low: 0.0, high: 2.0 }.quantile_within(u, 1.0, 2.0);
        prop_assert!((x - (1.0 + u)).abs() < 1e-15);
        let upper_half = Distribution::Normal { mean: 0.0, sd: 1.0 };
        let folded = upper_half.quantile_within(u, 0.0, f64::INFINITY);
        let expected = -inverse_normal_cdf(0.5 * (1.0 - u));
        prop_assert!((folded - expected).abs() < 1e-6 * (1.0 + expected));
    }
}
