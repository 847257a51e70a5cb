//! Which way an effect falls: for the claim, against it, or neither.

use detente_model::{Expectation, ExpectationScale};
use serde::Serialize;

use super::effect::{Effect, scale_of};

/// Which way the model falls on a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As claimed: the interval lies wholly on the expected side, or inside the bounds where the claim
    /// is one of bounds.
    Supported,
    /// Not as claimed: wholly on the other side, or outside.
    Against,
    /// The interval leaves it open.
    Undecided,
}

impl Verdict {
    /// Its name, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Against => "against",
            Self::Undecided => "undecided",
        }
    }
}

/// What a claim says of an effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// It lies above no change.
    Above(f64),
    /// It lies below no change.
    Below(f64),
    /// It lies between these.
    Within(f64, f64),
}

/// How an expectation is read.
///
/// A band wholly on one side of no change is read by its direction: historians seldom give sizes, and
/// whether the size fits is said apart. A level, "unchanged", and a band that holds no change are
/// claims of bounds. A band that begins or ends at no change says "at most so much": no more than
/// that either way, since an effect of nothing satisfies it and chance may show either sign.
pub(crate) fn reading(expected: &Expectation) -> Reading {
    let (low, high) = expected.change;
    let none = match scale_of(expected) {
        ExpectationScale::Level => return Reading::Within(low, high),
        ExpectationScale::Ratio => 1.0,
        ExpectationScale::Points | ExpectationScale::Weeks => 0.0,
    };
    if expected.unchanged {
        return Reading::Within(none + low, none + high);
    }
    if low > none {
        Reading::Above(none)
    } else if high < none {
        Reading::Below(none)
    } else if low == none {
        Reading::Within(none - (high - none), high)
    } else if high == none {
        Reading::Within(low, none + (none - low))
    } else {
        Reading::Within(low, high)
    }
}

impl Reading {
    /// Whether a single number is as claimed.
    pub(crate) fn holds(self, value: f64) -> bool {
        match self {
            Self::Above(none) => value > none,
            Self::Below(none) => value < none,
            Self::Within(low, high) => low <= value && value <= high,
        }
    }
}

/// The verdict on one expectation.
pub(crate) fn verdict(expected: &Expectation, effect: Option<Effect>) -> Verdict {
    let Some(Effect { interval: [low, high], .. }) = effect else { return Verdict::Undecided };
    let (inside, outside) = match reading(expected) {
        Reading::Above(none) => (low > none, high < none),
        Reading::Below(none) => (high < none, low > none),
        Reading::Within(least, greatest) => {
            (least <= low && high <= greatest, high < least || low > greatest)
        }
    };
    match (inside, outside) {
        (true, _) => Verdict::Supported,
        (false, true) => Verdict::Against,
        (false, false) => Verdict::Undecided,
    }
}

/// Whether the estimate lies in the band as the claim gives it.
pub(crate) fn in_band(expected: &Expectation, effect: Option<Effect>) -> bool {
    let none = match scale_of(expected) {
        ExpectationScale::Ratio if expected.unchanged => 1.0,
        _ => 0.0,
    };
    let (low, high) = expected.change;
    effect.is_some_and(|effect| none + low <= effect.value && effect.value <= none + high)
}

/// The verdict on a claim from those on what it expects: supported if all are, against if any is.
pub(crate) fn of_all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut all = Verdict::Supported;
    for one in verdicts {
        match one {
            Verdict::Against => return Verdict::Against,
            Verdict::Undecided => all = Verdict::Undecided,
            Verdict::Supported => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::effect::tests::expecting;
    use super::*;
    use ExpectationScale::{Level, Points, Ratio, Weeks};
    use Verdict::{Against, Supported, Undecided};

    fn of(value: f64, low: f64, high: f64) -> Option<Effect> {
        Some(Effect { value, interval: [low, high] })
    }

    #[test]
    fn a_direction_is_judged_by_its_sign() {
        let fewer = expecting(Points, (-0.9, -0.5));
        assert_eq!(verdict(&fewer, of(-0.2, -0.3, -0.1)), Supported);
        assert!(!in_band(&fewer, of(-0.2, -0.3, -0.1)));
        assert!(in_band(&fewer, of(-0.5, -0.6, -0.4)) && in_band(&fewer, of(-0.9, -1.0, -0.8)));
        assert_eq!(verdict(&fewer, of(0.2, 0.1, 0.3)), Against);
        assert_eq!(verdict(&fewer, of(-0.1, -0.3, 0.1)), Undecided);
        assert_eq!(verdict(&fewer, of(0.0, 0.0, 0.0)), Undecided);
        let half = expecting(Ratio, (0.3, 0.5));
        assert_eq!(verdict(&half, of(0.8, 0.7, 0.9)), Supported);
        assert_eq!(verdict(&half, of(1.2, 1.1, 1.3)), Against);
        assert_eq!(verdict(&half, of(0.9, 0.7, 1.1)), Undecided);
        let later = expecting(Weeks, (13.0, 52.0));
        assert_eq!(verdict(&later, of(4.0, 2.0, 6.0)), Supported);
    }

    #[test]
    fn bounds_are_judged_by_the_whole_interval() {
        let unchanged = Expectation { unchanged: true, ..expecting(Points, (-0.05, 0.05)) };
        assert_eq!(verdict(&unchanged, of(0.0, -0.04, 0.05)), Supported);
        assert_eq!(verdict(&unchanged, of(0.04, 0.0, 0.06)), Undecided);
        assert_eq!(verdict(&unchanged, of(0.2, 0.1, 0.3)), Against);
        let level = expecting(Level, (0.3, 0.5));
        assert_eq!(verdict(&level, of(0.4, 0.35, 0.45)), Supported);
        assert_eq!(verdict(&level, of(0.5, 0.45, 0.55)), Undecided);
        assert_eq!(verdict(&level, of(0.6, 0.55, 0.65)), Against);
        let same_ratio = Expectation { unchanged: true, ..expecting(Ratio, (-0.1, 0.1)) };
        assert_eq!(verdict(&same_ratio, of(1.05, 1.0, 1.09)), Supported);
        assert!(in_band(&same_ratio, of(1.05, 1.0, 1.09)));
        assert_eq!(verdict(&same_ratio, of(0.2, 0.1, 0.3)), Against);
    }

    /// "By at most fifteen points": nothing satisfies it, and so does a little of the other sign.
    #[test]
    fn a_band_at_nothing_says_at_most() {
        let at_most = expecting(Points, (-0.15, 0.0));
        assert_eq!(verdict(&at_most, of(0.0, -0.02, 0.02)), Supported);
        assert_eq!(verdict(&at_most, of(-0.1, -0.14, -0.06)), Supported);
        assert_eq!(verdict(&at_most, of(-0.4, -0.5, -0.3)), Against);
        assert_eq!(verdict(&at_most, of(-0.15, -0.2, -0.1)), Undecided);
        assert_eq!(verdict(&at_most, of(0.3, 0.2, 0.4)), Against);
        let straddling = expecting(Points, (-0.02, 0.1));
        assert_eq!(verdict(&straddling, of(0.05, 0.0, 0.1)), Supported);
    }

    #[test]
    fn all_that_is_expected_has_to_hold() {
        assert_eq!(of_all([Supported, Supported]), Supported);
        assert_eq!(of_all([Supported, Undecided]), Undecided);
        assert_eq!(of_all([Undecided, Against, Supported]), Against);
        assert_eq!(verdict(&expecting(Points, (0.1, 0.2)), None), Undecided);
    }
}
