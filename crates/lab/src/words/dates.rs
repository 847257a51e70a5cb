//! Dates: "15 May 1955".

use detente_model::{Calendar, Date};

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

fn month(date: Date) -> &'static str {
    MONTHS[usize::from(date.month().unsigned_abs()).saturating_sub(1)]
}

/// A date: "15 May 1955".
pub fn date(date: Date) -> String {
    format!("{} {}", day(date), date.year())
}

/// A date without its year: "15 May".
pub fn day(date: Date) -> String {
    format!("{} {}", date.day(), month(date))
}

/// The same in few letters, for tables: "15 Sep".
pub fn short_day(date: Date) -> String {
    let short: String = month(date).chars().take(3).collect();
    format!("{} {short}", date.day())
}

/// A date in its machine form, said: "1955-05-15" becomes "15 May 1955"; a text that is no date stays
/// as it is.
pub fn said(iso: &str) -> String {
    iso.trim().parse().map_or_else(|_| iso.to_owned(), date)
}

/// Two weeks by the dates of their Mondays: "8 to 22 June 1953", the year once if it is shared.
pub fn weeks(calendar: &Calendar, from: u32, to: u32) -> String {
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
    fn dates_share_what_they_can() {
        let start = Date::constant(1952, 12, 1);
        let calendar = Calendar { start, weeks: 214 };
        assert_eq!(weeks(&calendar, 28, 28), "15 June 1953");
        assert_eq!(weeks(&calendar, 27, 29), "8 to 22 June 1953");
        assert_eq!(weeks(&calendar, 28, 33), "15 June to 20 July 1953");
        assert_eq!(weeks(&calendar, 28, 73), "15 June 1953 to 26 April 1954");
        assert_eq!(said("1955-05-15"), "15 May 1955");
        assert_eq!(said("soon"), "soon");
        assert_eq!(short_day(Date::constant(1955, 9, 5)), "5 Sep");
    }
}
