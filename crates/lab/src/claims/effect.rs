//! The size of an effect on the scale a claim is made in, with its 95 % interval.

use detente_chance::{exp, ln};
use detente_model::{Expectation, ExpectationScale};
use serde::Serialize;

use super::sums::Sums;
use crate::statistics::{Moments, NORMAL_975, adjusted_wald, wilson};

/// What sort of value an outcome has, as far as pairs are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// 0 or 1: a truth, or whether there is a date.
    Truth,
    /// A number, or a week.
    Number,
}

/// An effect and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Effect {
    /// The estimate, on the scale of the claim.
    pub value: f64,
    /// Its 95 % interval.
    pub interval: [f64; 2],
}

/// How many independent pairs would tell as much as those that were counted, of each scale: as many as
/// were counted, where they are independent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Worth {
    /// Of what-if minus baseline.
    pub(crate) difference: f64,
    /// Of the what-if itself.
    pub(crate) level: f64,
    /// Of what-if over baseline.
    pub(crate) ratio: f64,
}

impl Worth {
    /// That of independent pairs.
    pub(crate) fn of(sums: &Sums) -> Self {
        let n = sums.n as f64;
        Self { difference: n, level: n, ratio: n }
    }
}

/// The effect on the scale of what is expected. Nothing, if no pair counts, or for a ratio if the
/// outcome is nought in the whole baseline.
pub(crate) fn effect(
    expected: &Expectation,
    sort: Sort,
    sums: &Sums,
    worth: Worth,
) -> Option<Effect> {
    let [baseline, what_if] = sums.means()?;
    match scale_of(expected) {
        ExpectationScale::Points | ExpectationScale::Weeks => {
            let interval = difference(sort, sums, worth.difference);
            Some(Effect { value: what_if - baseline, interval })
        }
        ExpectationScale::Level => {
            Some(Effect { value: what_if, interval: level(sort, sums, worth.level) })
        }
        ExpectationScale::Ratio => (baseline != 0.0).then(|| Effect {
            value: what_if / baseline,
            interval: ratio(sort, sums, worth.ratio),
        }),
    }
}

/// The scale an expectation is judged on: "unchanged" is a matter of differences, so `within` with
/// `as = "level"` is read as points.
pub(crate) fn scale_of(expected: &Expectation) -> ExpectationScale {
    match expected.scale {
        ExpectationScale::Level if expected.unchanged => ExpectationScale::Points,
        scale => scale,
    }
}

/// The interval of what-if minus baseline: for shares the adjusted Wald interval of Bonett and Price
/// (2012), for means the normal one. If no pair differs it is exactly nought.
pub(crate) fn difference(sort: Sort, sums: &Sums, worth: f64) -> [f64; 2] {
    match sort {
        _ if sums.moved == 0 => [0.0; 2],
        Sort::Truth => {
            let Shares { lost, won, .. } = Shares::of(sums, worth);
            adjusted_wald(won, lost, worth)
        }
        Sort::Number => of_mean(&sums.difference(), worth),
    }
}

fn level(sort: Sort, sums: &Sums, worth: f64) -> [f64; 2] {
    match sort {
        Sort::Truth => {
            let [_, what_if] = sums.means().unwrap_or_default();
            wilson(what_if, worth)
        }
        Sort::Number => of_mean(&sums.what_if(), worth),
    }
}

/// The normal interval of a mean that as many independent values would tell as well.
fn of_mean(moments: &Moments, worth: f64) -> [f64; 2] {
    let half = NORMAL_975 * (moments.variance() / worth).sqrt();
    [moments.mean - half, moments.mean + half]
}

/// Pairs of truths by what they have, as if there were so many.
struct Shares {
    both: f64,
    lost: f64,
    won: f64,
}

impl Shares {
    fn of(sums: &Sums, worth: f64) -> Self {
        let counts = sums.truths();
        let scale = worth / sums.n.max(1) as f64;
        let [both, lost, won] = [counts.both, counts.lost, counts.won].map(|n| n as f64 * scale);
        Self { both, lost, won }
    }
}

/// The interval of a ratio, symmetric in its logarithm.
///
/// Of two paired shares: Wald's interval of the logarithm (Fagerland, Lydersen and Laake 2014), with
/// standard error √((b + c)/((a + b)(a + c))), where `a` pairs have both, `b` only the baseline and `c`
/// only the what-if; half a pair is added to each, so that the interval stays open at nought. Of two
/// means: by linearising the ratio (the delta method).
fn ratio(sort: Sort, sums: &Sums, worth: f64) -> [f64; 2] {
    if sums.moved == 0 {
        return [1.0; 2];
    }
    let Some([baseline, what_if]) = sums.means() else { return [0.0, f64::INFINITY] };
    let (middle, error) = match sort {
        Sort::Truth => {
            let Shares { both, lost, won } = Shares::of(sums, worth);
            let (base, other) = (both + lost + 1.0, both + won + 1.0);
            let error = ((lost + won + 1.0) / (base * other)).sqrt();
            (other / base, error)
        }
        Sort::Number => {
            let ratio = what_if / baseline;
            let error = (sums.residual(ratio).variance() / worth).sqrt() / baseline.abs();
            if ratio <= 0.0 {
                // No logarithm: the plain interval.
                return [ratio - NORMAL_975 * error, ratio + NORMAL_975 * error];
            }
            (ratio, error / ratio)
        }
    };
    let half = NORMAL_975 * error;
    let middle = ln(middle);
    [exp(middle - half), exp(middle + half)]
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use detente_model::ElementId;

    pub(crate) fn expecting(scale: ExpectationScale, change: (f64, f64)) -> Expectation {
        Expectation { outcome: ElementId(0), arm: None, change, scale, unchanged: false }
    }

    fn of(expected: &Expectation, sort: Sort, sums: &Sums) -> Option<Effect> {
        effect(expected, sort, sums, Worth::of(sums))
    }

    fn truths(both: u32, lost: u32, won: u32, neither: u32) -> Sums {
        let mut sums = Sums::default();
        (0..both).for_each(|_| sums.add(1.0, 1.0));
        (0..lost).for_each(|_| sums.add(1.0, 0.0));
        (0..won).for_each(|_| sums.add(0.0, 1.0));
        (0..neither).for_each(|_| sums.add(0.0, 0.0));
        sums
    }

    #[test]
    fn points_level_and_ratio_of_shares() {
        let sums = truths(200, 300, 100, 400);
        let on = |scale| of(&expecting(scale, (0.0, 1.0)), Sort::Truth, &sums).unwrap();
        let points = on(ExpectationScale::Points);
        assert!((points.value - -0.2).abs() < 1e-12);
        assert_eq!(points.interval, sums.truths().interval());
        let level = on(ExpectationScale::Level);
        assert!((level.value - 0.3).abs() < 1e-12);
        assert_eq!(level.interval, wilson(0.3, 1000.0));
        let ratio = on(ExpectationScale::Ratio);
        assert!((ratio.value - 0.6).abs() < 1e-12);
        // Wald's interval of the logarithm by hand: √((300 + 100)/(500·300)) = 0.05164.
        let half = 1.96 * 0.051_64;
        let by_hand = [exp(ln(0.6) - half), exp(ln(0.6) + half)];
        for (one, other) in ratio.interval.iter().zip(by_hand) {
            assert!((one - other).abs() < 2e-3, "{one} {other}");
        }
    }

    /// y = 2x: the ratio is known exactly, whatever x.
    #[test]
    fn ratio_of_numbers() {
        let mut sums = Sums::default();
        (1..100).for_each(|k| sums.add(f64::from(k), 2.0 * f64::from(k)));
        let expected = expecting(ExpectationScale::Ratio, (1.5, 2.5));
        let ratio = of(&expected, Sort::Number, &sums).unwrap();
        assert!((ratio.value - 2.0).abs() < 1e-12);
        assert!((ratio.interval[1] - ratio.interval[0]).abs() < 1e-6);
    }

    #[test]
    fn nothing_counts_or_nothing_to_divide_by() {
        let expected = expecting(ExpectationScale::Ratio, (0.5, 1.0));
        assert_eq!(of(&expected, Sort::Truth, &Sums::default()), None);
        assert_eq!(of(&expected, Sort::Truth, &truths(0, 0, 5, 5)), None);
        let same = of(&expected, Sort::Truth, &truths(5, 0, 0, 5)).unwrap();
        assert_eq!((same.value, same.interval), (1.0, [1.0; 2]));
    }

    /// How often the interval of the ratio holds the truth, by exact enumeration of small samples.
    #[test]
    fn ratio_interval_covers() {
        // n = 30 pairs: both 0.3, lost 0.3, won 0.1, neither 0.3; the ratio is 0.4/0.6.
        let (n, shares) = (30_u32, [0.3_f64, 0.3, 0.1, 0.3]);
        let factorial = |k: u32| (1..=k).map(f64::from).product::<f64>();
        let expected = expecting(ExpectationScale::Ratio, (0.0, 1.0));
        let (mut covered, mut mass) = (0.0, 0.0);
        for a in 0..=n {
            for b in 0..=n - a {
                for c in 0..=n - a - b {
                    let d = n - a - b - c;
                    let counts = [a, b, c, d];
                    let p = counts.iter().zip(shares).fold(factorial(n), |p, (count, share)| {
                        (0..*count).fold(p, |p, _| p * share) / factorial(*count)
                    });
                    mass += p;
                    let sums = truths(a, b, c, d);
                    let interval = of(&expected, Sort::Truth, &sums)
                        .map_or([0.0, f64::INFINITY], |effect| effect.interval);
                    if interval[0] <= 2.0 / 3.0 && 2.0 / 3.0 <= interval[1] {
                        covered += p;
                    }
                }
            }
        }
        assert!((mass - 1.0).abs() < 1e-9);
        assert!((0.93..0.99).contains(&covered), "{covered}");
    }
}
