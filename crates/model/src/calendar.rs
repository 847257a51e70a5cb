//! The calendar: weeks counted from a Monday.

pub use jiff::civil::Date;

/// A week of the scenario, counted from 0. Week `w` holds the days start + 7·w … + 6.
pub type Week = u32;

/// The period a scenario covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// The first day, a Monday.
    pub start: Date,
    /// How many weeks there are; at least 1.
    pub weeks: u32,
}

impl Calendar {
    /// The Monday of a week. Weeks beyond the end of the calendar have Mondays too.
    pub fn monday(&self, week: Week) -> Date {
        self.start.saturating_add(jiff::Span::new().days(i64::from(week) * 7))
    }

    /// The number of the week that holds a date, which may lie outside the calendar.
    pub fn week_number(&self, date: Date) -> i64 {
        let days = date.since(self.start).map_or(0, |span| i64::from(span.get_days()));
        days.div_euclid(7)
    }

    /// The week that holds a date, if the calendar has it.
    pub fn week_of(&self, date: Date) -> Option<Week> {
        let week = self.week_number(date);
        (0..i64::from(self.weeks)).contains(&week).then_some(week as Week)
    }

    /// The last day of the last week.
    pub fn last_day(&self) -> Date {
        self.start.saturating_add(jiff::Span::new().days(i64::from(self.weeks) * 7 - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// The weeks the language's document gives for the flagship.
    #[test]
    fn weeks_of_the_little_detente() {
        let calendar = Calendar { start: date(1952, 12, 1), weeks: 214 };
        assert_eq!(calendar.week_of(date(1953, 3, 5)), Some(13));
        assert_eq!(calendar.week_of(date(1953, 6, 16)), Some(28));
        assert_eq!(calendar.week_of(date(1953, 6, 17)), Some(28));
        assert_eq!(calendar.monday(203), date(1956, 10, 22));
        assert_eq!(calendar.week_of(date(1956, 11, 4)), Some(204));
        assert_eq!(calendar.last_day(), date(1957, 1, 6));
        assert_eq!(calendar.week_of(date(1957, 1, 7)), None);
        assert_eq!(calendar.week_of(date(1952, 11, 30)), None);
        assert_eq!(calendar.week_number(date(1952, 11, 30)), -1);
    }
}
