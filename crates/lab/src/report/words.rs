//! What only a report says: bare hundredths for its columns, and the years of its heading.

use detente_model::Model;

pub(crate) use crate::words::{
    count, date, few_figures as number, said as date_of_text, sentence, short_day, signed,
};

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

/// The years a scenario covers: `1953–1956`. A year with less than 8 weeks at an end is left out.
pub(crate) fn years(model: &Model) -> String {
    let inner = |from: u32| model.calendar.monday(from).year();
    let last_week = model.calendar.weeks.saturating_sub(1);
    let (first, last) = (inner(8.min(last_week)), inner(last_week.saturating_sub(8)));
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_are_said_plainly() {
        assert_eq!(
            [0.0, 0.004, 0.736, 0.999, 1.0].map(of_100),
            ["0", "under 1", "74", "over 99", "100"]
        );
        assert_eq!([-0.68, 0.03, -0.001].map(change_of_100), ["−68", "+3", "0"]);
    }
}
