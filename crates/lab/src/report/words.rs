//! Numbers and dates as a report says them: `74 of 100`, `−68`, `15 May 1955`.

use detente_model::{Date, Model};

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

/// A share as a whole number of a hundred: `74`, `under 1`, `over 99`; `0` and `100` only if exact.
pub(crate) fn of_100(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0".to_owned(),
        100.0 => "100".to_owned(),
        x if x < 1.0 => "under 1".to_owned(),
        x if x > 99.0 => "over 99".to_owned(),
        x => format!("{}", x.round()),
    }
}

/// A change of a share in hundredths, with its sign: `−68`, `+3`, `0`.
pub(crate) fn change_of_100(change: f64) -> String {
    signed((change * 100.0).round(), 0)
}

/// A number with its sign and so many decimals; a true minus, and no sign on nothing.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    match (nothing, value < 0.0) {
        (true, _) => text,
        (false, true) => format!("−{text}"),
        (false, false) => format!("+{text}"),
    }
}

/// A number in few figures, thousands apart, with a true minus.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = match size {
        x if x >= 10.0 || x == 0.0 => 0,
        x if x >= 1.0 => 1,
        x if x >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{size:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let grouped = grouped(whole);
    let minus =
        if value < 0.0 && text.chars().any(|c| matches!(c, '1'..='9')) { "−" } else { "" };
    format!("{minus}{grouped}{rest}")
}

/// A count with its thousands apart: `10,000`.
pub(crate) fn count(value: u64) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `15 May 1955`.
pub(crate) fn date(date: Date) -> String {
    format!("{} {}", day(date), date.year())
}

/// `15 May`.
pub(crate) fn day(date: Date) -> String {
    format!("{} {}", date.day(), MONTHS[(date.month() - 1) as usize])
}

/// `15 May` in few letters, for tables.
pub(crate) fn short_day(date: Date) -> String {
    let month: String = MONTHS[(date.month() - 1) as usize].chars().take(3).collect();
    format!("{} {month}", date.day())
}

/// A machine's date in words; the text as it is if it is none.
pub(crate) fn date_of_text(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), date)
}

/// The years a scenario covers: `1953–1956`. A year with less than 8 weeks at an end is left out.
pub(crate) fn years(model: &Model) -> String {
    let inner = |from: u32| model.calendar.monday(from).year();
    let last_week = model.calendar.weeks.saturating_sub(1);
    let (first, last) = (inner(8.min(last_week)), inner(last_week.saturating_sub(8)));
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

/// A sentence's first letter in capitals.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_plainly() {
        assert_eq!(
            [0.0, 0.004, 0.736, 0.999, 1.0].map(of_100),
            ["0", "under 1", "74", "over 99", "100"]
        );
        assert_eq!([-0.68, 0.03, -0.001].map(change_of_100), ["−68", "+3", "0"]);
        assert_eq!([-1234.5, 0.0, 2.345, 0.0456].map(number), ["−1,234", "0", "2.3", "0.046"]);
        assert_eq!(count(10_000_000), "10,000,000");
        let may = jiff::civil::date(1955, 5, 15);
        assert_eq!((date(may), short_day(may)), ("15 May 1955".to_owned(), "15 May".to_owned()));
    }
}
