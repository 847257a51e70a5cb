//! What only a report says: bare hundredths for its columns, and the years of its heading.

use detente_model::Model;

pub(crate) use crate::words::{
    count, date, few_figures as number, said as date_of_text, sentence, short_day, signed,
};
use crate::words::{is_outside, rounded};

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

/// The same beside its interval, which a page gives in tenths: where a whole number would lie outside of
/// that, with a digit more.
pub(crate) fn of_100_beside(share: f64, interval: [f64; 2]) -> String {
    let plain = of_100(share);
    if plain.parse::<f64>().is_ok() && is_outside(share, interval, f64::INFINITY) {
        return rounded(share * 100.0, 1);
    }
    plain
}

/// A change of a share in hundredths, with its sign: `−68`, `+3`, `0`.
pub(crate) fn change_of_100(change: f64) -> String {
    signed((change * 100.0).round(), 0)
}

/// The same beside its interval, as [`of_100_beside`].
pub(crate) fn change_of_100_beside(change: f64, interval: [f64; 2]) -> String {
    if is_outside(change, interval, f64::INFINITY) {
        return signed(change * 100.0, 1);
    }
    change_of_100(change)
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

    /// A page's table gives 2.1 to 2.7; its figure must not say 2.
    #[test]
    fn hundredths_lie_in_their_interval() {
        assert_eq!(of_100_beside(0.0242, [0.0214, 0.0274]), "2.4");
        assert_eq!(of_100_beside(0.0242, [0.0164, 0.0324]), "2");
        assert_eq!(of_100_beside(0.004, [0.003, 0.005]), "under 1");
        assert_eq!(change_of_100_beside(0.0146, [0.0122, 0.017]), "+1.5");
        assert_eq!(change_of_100_beside(-0.0044, [-0.006, -0.002]), "−0.4");
        assert_eq!(change_of_100_beside(0.0, [0.0, 0.0]), "0");
    }
}
