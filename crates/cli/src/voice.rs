//! How numbers and dates are said: "74 of 100", a true minus sign, "15 June 1953".

use detente_lab::{Calendar, Date};

/// A share as a count of a hundred: "74 of 100", "under 1 of 100", "never", "always".
pub(crate) fn share(share: f64) -> String {
    match share {
        s if s <= 0.0 => "never".to_owned(),
        s if s >= 1.0 => "always".to_owned(),
        s if s < 0.01 => "under 1 of 100".to_owned(),
        s if s > 0.99 => "over 99 of 100".to_owned(),
        s => format!("{:.0} of 100", s * 100.0),
    }
}

/// One standard error of a share, in the same hundredths, with the digits it has earned.
pub(crate) fn share_error(error: f64) -> String {
    format!("± {}", rounded(error * 100.0, 1))
}

/// An interval of shares: "64 to 83".
pub(crate) fn share_interval(interval: [f64; 2]) -> String {
    let [low, high] = interval.map(|share| share * 100.0);
    if high - low < 1.0 {
        format!("{} to {}", rounded(low, 1), rounded(high, 1))
    } else {
        format!("{} to {}", rounded(low, 0), rounded(high, 0))
    }
}

/// A change of a share in points: "−68", "+3", "0".
pub(crate) fn points(change: f64) -> String {
    let points = change * 100.0;
    if change == 0.0 {
        "0".to_owned()
    } else if points.abs() < 1.0 {
        signed(points, 1)
    } else {
        signed(points, 0)
    }
}

/// An interval of a change of a share: "−70 to −66".
pub(crate) fn points_interval(interval: [f64; 2]) -> String {
    let [low, high] = interval;
    if low == 0.0 && high == 0.0 {
        return String::new();
    }
    let digits = if (high - low) * 100.0 < 2.0 { 1 } else { 0 };
    format!("{} to {}", signed(low * 100.0, digits), signed(high * 100.0, digits))
}

/// A number with as many digits as its error leaves meaning in, two at least where it is small.
pub(crate) fn number(value: f64, error: f64) -> String {
    rounded(value, digits_for(value, error))
}

/// The same with its sign.
pub(crate) fn change(value: f64, error: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { signed(value, digits_for(value, error)) }
}

/// Digits after the point so that the last shown is that of the error.
fn digits_for(value: f64, error: f64) -> usize {
    let scale = if error > 0.0 { error } else { value.abs() / 1000.0 };
    let steps = [1.0, 0.1, 0.01, 0.001, 0.0001];
    steps.iter().position(|step| scale >= *step).unwrap_or(steps.len())
}

/// A whole number with thousands set apart: "10,000".
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `value` with so many digits after the point, thousands set apart, and a true minus sign.
pub(crate) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    let sign = if value < 0.0 && !nothing { "−" } else { "" };
    rest.map_or_else(|| format!("{sign}{whole}"), |rest| format!("{sign}{whole}.{rest}"))
}

fn signed(value: f64, digits: usize) -> String {
    let text = rounded(value, digits);
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    if value > 0.0 && !nothing { format!("+{text}") } else { text }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date: "15 May 1955".
pub(crate) fn date(date: Date) -> String {
    format!("{} {}", day(date), date.year())
}

/// A date without its year: "15 May".
pub(crate) fn day(date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    format!("{} {}", date.day(), MONTHS[month])
}

/// A date in its machine form, said: "1955-05-15" becomes "15 May 1955".
pub(crate) fn said(iso: &str) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), date)
}

/// Two weeks by the dates of their Mondays: "8 to 22 June 1953", the year once if it is shared.
pub(crate) fn weeks(calendar: &Calendar, from: u32, to: u32) -> String {
    let (first, last) = (calendar.monday(from), calendar.monday(to));
    if first == last {
        date(first)
    } else if first.year() != last.year() {
        format!("{} to {}", date(first), date(last))
    } else if first.month() != last.month() {
        format!("{} to {}", day(first), date(last))
    } else {
        format!("{} to {}", first.day(), date(last))
    }
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

    #[test]
    fn changes_have_a_true_minus_sign() {
        assert_eq!(points(-0.68), "−68");
        assert_eq!(points(0.03), "+3");
        assert_eq!(points(0.0), "0");
        assert_eq!(points_interval([-0.7, -0.66]), "−70 to −66");
        assert_eq!(rounded(-0.001, 1), "0.0");
    }

    #[test]
    fn numbers_show_what_their_error_leaves() {
        assert_eq!(number(61.234, 0.2), "61.2");
        assert_eq!(number(331_234.0, 400.0), "331,234");
        assert_eq!(change(-1.52, 0.05), "−1.52");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn dates_share_what_they_can() {
        let start = Date::constant(1952, 12, 1);
        let calendar = Calendar { start, weeks: 214 };
        assert_eq!(weeks(&calendar, 28, 28), "15 June 1953");
        assert_eq!(weeks(&calendar, 27, 29), "8 to 22 June 1953");
        assert_eq!(weeks(&calendar, 28, 33), "15 June to 20 July 1953");
        assert_eq!(weeks(&calendar, 28, 73), "15 June 1953 to 26 April 1954");
        assert_eq!(said("1955-05-15"), "15 May 1955");
    }
}
