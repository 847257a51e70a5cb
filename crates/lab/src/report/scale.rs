//! From numbers to places on the page.

use std::fmt::Write as _;

use detente_model::{Calendar, Date};
use maud::{Markup, html};

/// A place along a picture's width, in per cent.
pub(super) fn per_cent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}

/// A straight scale from numbers to 0 … 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// One that holds all of these, with a twelfth to spare at both ends.
    pub(super) fn around(values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low > high {
            return Self { low: 0.0, high: 1.0 };
        }
        let spare = if high > low { (high - low) / 12.0 } else { high.abs().max(1.0) / 12.0 };
        let floor = if low >= 0.0 { 0.0_f64.max(low - spare) } else { low - spare };
        Self { low: floor, high: high + spare }
    }

    /// Where a number lies, 0 to 1.
    pub(super) fn at(self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Two or three round numbers inside it.
    pub(super) fn ticks(self) -> Vec<f64> {
        let span = self.high - self.low;
        let mut step = 1.0;
        while step * 4.0 > span {
            step /= 10.0;
        }
        while step * 40.0 <= span {
            step *= 10.0;
        }
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|times| times * step)
            .find(|step| span / step <= 4.0)
            .unwrap_or(span);
        let first = (self.low / step).ceil();
        (0..8)
            .map(|number| (first + f64::from(number)) * step)
            .take_while(|tick| *tick <= self.high)
            .collect()
    }
}

/// Where a date lies in the period, 0 to 1.
pub(super) fn of_date(calendar: &Calendar, date: Date) -> f64 {
    let days = date.since(calendar.start).map_or(0, |span| span.get_days());
    (f64::from(days) / (f64::from(calendar.weeks) * 7.0)).clamp(0.0, 1.0)
}

/// Where the middle of a week lies, 0 to 1.
pub(super) fn of_week(calendar: &Calendar, week: f64) -> f64 {
    (week + 0.5) / f64::from(calendar.weeks)
}

/// First days of the years inside the period.
pub(super) fn new_years(calendar: &Calendar) -> Vec<Date> {
    let (first, last) = (calendar.start.year() + 1, calendar.last_day().year());
    let year = |year| Date::new(year, 1, 1).ok();
    (first..=last).filter_map(year).filter(|date| of_date(calendar, *date) < 0.985).collect()
}

/// Lines for the years, of this height.
pub(super) fn year_lines(calendar: &Calendar, height: u32) -> Markup {
    html! {
        @for date in new_years(calendar) {
            @let x = per_cent(of_date(calendar, date));
            line.g-rule x1=(x) x2=(x) y1="0" y2=(height) {}
        }
    }
}

/// The years' numbers, at this height.
pub(super) fn year_names(calendar: &Calendar, y: u32) -> Markup {
    html! {
        @for date in new_years(calendar) {
            text.q x=(per_cent(of_date(calendar, date))) dx="4" y=(y) { (date.year()) }
        }
    }
}

/// A path through points given as shares of width and height, for a view box of 1000 by `height`.
pub(super) fn path(points: impl IntoIterator<Item = (f64, f64)>, height: f64) -> String {
    let mut text = String::new();
    for (number, (x, y)) in points.into_iter().enumerate() {
        let letter = if number == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(text, "{letter}{:.1} {:.1}", x * 1000.0, (1.0 - y) * height);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_few_and_round() {
        assert_eq!(Scale { low: 38.0, high: 104.0 }.ticks(), [40.0, 60.0, 80.0, 100.0]);
        assert_eq!(Scale { low: 0.0, high: 1.0 }.ticks(), [0.0, 0.5, 1.0]);
        for (low, high) in [(0.0, 0.003), (-5.0, 7.0), (1e5, 4e5), (3.0, 3.1)] {
            let ticks = Scale { low, high }.ticks();
            assert!((1..=5).contains(&ticks.len()), "{low} {high} {ticks:?}");
        }
    }

    #[test]
    fn numbers_find_their_place() {
        let scale = Scale::around([0.0, 12.0]);
        assert_eq!((scale.at(0.0), scale.at(13.0), scale.at(99.0)), (0.0, 1.0, 1.0));
        assert_eq!(Scale::around([]).at(0.5), 0.5);
    }
}
