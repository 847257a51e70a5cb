//! Shares of histories, as counts of a hundred.

use super::numbers::{rounded, signed};

/// A share as a count of a hundred: "74 of 100", "under 1 of 100", "never", "always".
pub fn share(share: f64) -> String {
    match share {
        s if s <= 0.0 => "never".to_owned(),
        s if s >= 1.0 => "always".to_owned(),
        s if s < 0.01 => "under 1 of 100".to_owned(),
        s if s > 0.99 => "over 99 of 100".to_owned(),
        s => format!("{:.0} of 100", s * 100.0),
    }
}

/// A share to stand beside its interval: where rounding would put it outside of that, with a digit
/// more.
pub fn share_beside(own: f64, interval: [f64; 2]) -> String {
    let plain = share(own);
    if plain != format!("{:.0} of 100", own * 100.0) || !is_outside(own, interval, 1.0) {
        return plain;
    }
    format!("{} of 100", rounded(own * 100.0, 1))
}

/// Whether a share, rounded, is shown outside its interval, whose ends are shown with a digit where it
/// spans less than `narrow` hundredths.
pub(crate) fn is_outside(share: f64, [low, high]: [f64; 2], narrow: f64) -> bool {
    let spans = (high - low) * 100.0;
    let whole = (share * 100.0).round();
    let tenths = |end: f64| (end * 1000.0).round() / 10.0;
    spans < narrow && (whole < tenths(low) || whole > tenths(high))
}

/// One standard error of a share, in the same hundredths, with the digits it has earned.
pub fn share_error(error: f64) -> String {
    format!("± {}", rounded(error * 100.0, 1))
}

/// An interval of shares: "64 to 83".
pub fn share_interval(interval: [f64; 2]) -> String {
    let [low, high] = interval.map(|share| share * 100.0);
    if high - low < 1.0 {
        format!("{} to {}", rounded(low, 1), rounded(high, 1))
    } else {
        format!("{} to {}", rounded(low, 0), rounded(high, 0))
    }
}

/// A change of a share in points: "−68", "+3", "0".
pub fn points(change: f64) -> String {
    let points = change * 100.0;
    if change == 0.0 {
        "0".to_owned()
    } else if points.abs() < 1.0 {
        signed(points, 1)
    } else {
        signed(points, 0)
    }
}

/// A change to stand beside its interval, as [`share_beside`].
pub fn points_beside(change: f64, interval: [f64; 2]) -> String {
    if change.abs() >= 0.01 && is_outside(change, interval, 2.0) {
        return signed(change * 100.0, 1);
    }
    points(change)
}

/// An interval of a change of a share: "−70 to −66".
pub fn points_interval(interval: [f64; 2]) -> String {
    let [low, high] = interval;
    if low == 0.0 && high == 0.0 {
        return String::new();
    }
    let digits = if (high - low) * 100.0 < 2.0 { 1 } else { 0 };
    format!("{} to {}", signed(low * 100.0, digits), signed(high * 100.0, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counts_of_a_hundred() {
        assert_eq!(share(0.744), "74 of 100");
        assert_eq!(share(0.004), "under 1 of 100");
        assert_eq!(share(0.996), "over 99 of 100");
        assert_eq!(share(0.0), "never");
        assert_eq!(share_error(0.0044), "± 0.4");
        assert_eq!(share_interval([0.64, 0.83]), "64 to 83");
    }

    /// 24 of 1,000 are not "2 of 100", between 2.1 and 2.7.
    #[test]
    fn what_is_shown_lies_in_its_interval() {
        assert_eq!(share_beside(0.0242, [0.0214, 0.0274]), "2.4 of 100");
        assert_eq!(share_beside(0.0242, [0.0164, 0.0324]), "2 of 100");
        assert_eq!(share_beside(0.82, [0.818, 0.823]), "82 of 100");
        assert_eq!(share_beside(0.004, [0.003, 0.005]), "under 1 of 100");
        assert_eq!(share_beside(1.0, [0.9996, 1.0]), "always");
        assert_eq!(points_beside(0.0146, [0.0122, 0.017]), "+1.5");
        assert_eq!(points_beside(-0.0146, [-0.017, -0.0122]), "−1.5");
        assert_eq!(points_beside(-0.28, [-0.288, -0.27]), "−28");
    }

    #[test]
    fn changes_have_a_true_minus_sign() {
        assert_eq!(points(-0.68), "−68");
        assert_eq!(points(0.03), "+3");
        assert_eq!(points(0.0), "0");
        assert_eq!(points_interval([-0.7, -0.66]), "−70 to −66");
    }
}
