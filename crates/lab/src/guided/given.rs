//! What a question takes as given: nothing, the record up to a day, or the whole of it.

use detente_model::{Calendar, Change, Date, Intervention, Span, Week};

use crate::LabError;

/// How far histories follow the record, and which of the three questions that makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Given {
    /// They do not: the world as it might have been from the start.
    #[default]
    FromTheStart,
    /// They follow it up to the week (excluded); what is changed is changed from then on, and later
    /// chances are fresh: what was to be expected then?
    After(Week),
    /// They follow the whole of it; the chances behind that are kept, and what is changed meets them:
    /// given all that happened, what would have been different?
    Hindsight,
}

impl Given {
    /// The record up to the week that holds a day typed as `1955-01-01`.
    ///
    /// # Errors
    /// A text that is no date, a day that no calendar has, and one on which the question would be
    /// another: each says what to do.
    pub fn after_day(calendar: &Calendar, typed: &str) -> Result<Self, LabError> {
        let refused = |what: String| Err(LabError::Question(what));
        let Ok(day) = typed.parse::<Date>() else {
            return refused(if is_shaped_like_a_date(typed) {
                format!("there is no day {typed}")
            } else {
                format!("\"{typed}\" is not a date; write it as {}", calendar.monday(1))
            });
        };
        let (start, end) = (calendar.start, calendar.last_day());
        match calendar.week_of(day) {
            Some(0) => refused(format!(
                "{typed} lies in the first week, before which nothing is recorded; ask from the start, \
                 without a date"
            )),
            Some(week) => Ok(Self::After(week)),
            None if day < start => refused(format!(
                "{typed} comes before the start, {start}; ask from the start, without a date"
            )),
            None => refused(format!(
                "{typed} comes after the end, {end}; ask in hindsight to follow the whole record"
            )),
        }
    }

    /// The word that every answer carries: `from_the_start`, `after` or `hindsight`.
    pub fn word(self) -> &'static str {
        match self {
            Self::FromTheStart => "from_the_start",
            Self::After(_) => "after",
            Self::Hindsight => "hindsight",
        }
    }

    /// As it is typed after a verb: nothing, ` --after 1955-01-03`, or ` --hindsight`.
    pub(crate) fn typed(self, calendar: &Calendar) -> String {
        match self {
            Self::FromTheStart => String::new(),
            Self::After(week) => format!(" --after {}", calendar.monday(week)),
            Self::Hindsight => " --hindsight".to_owned(),
        }
    }

    /// The last day on which histories follow the record, if they do.
    pub fn record_to(self, calendar: &Calendar) -> Option<Date> {
        match self {
            Self::FromTheStart => None,
            Self::After(week) => calendar.monday(week).yesterday().ok(),
            Self::Hindsight => Some(calendar.last_day()),
        }
    }

    /// The same from what an answer carries.
    ///
    /// # Errors
    /// A word or a day that no answer carries.
    pub(crate) fn read(
        calendar: &Calendar,
        word: &str,
        record_to: Option<&str>,
    ) -> Result<Self, LabError> {
        let next = |day: &str| day.parse::<Date>().ok()?.tomorrow().ok();
        match (word, record_to.and_then(next).and_then(|day| calendar.week_of(day))) {
            ("from_the_start", _) => Ok(Self::FromTheStart),
            ("hindsight", _) => Ok(Self::Hindsight),
            ("after", Some(week)) => Ok(Self::After(week)),
            _ => Err(LabError::Question(format!("nothing is asked by the word \"{word}\""))),
        }
    }

    /// The first week that the record says nothing of.
    pub(crate) fn day(self, calendar: &Calendar) -> Week {
        match self {
            Self::FromTheStart => 0,
            Self::After(week) => week.min(calendar.weeks),
            Self::Hindsight => calendar.weeks,
        }
    }

    /// The interventions as they hold: after a day, from that day on.
    pub(crate) fn interventions(
        self,
        interventions: &[Intervention],
    ) -> Result<Vec<Intervention>, LabError> {
        let Self::After(day) = self else { return Ok(interventions.to_vec()) };
        let unfit = |one: &Intervention, why: &str| {
            let followed = "the day up to which histories follow the record";
            Err(LabError::Question(format!(
                "\"{}\" {why} {followed}; give a later date, or ask in hindsight",
                one.text
            )))
        };
        let from_day = |one: &Intervention| match one.change {
            Change::On(week) | Change::Happens(week) if week < day => unfit(one, "comes before"),
            Change::On(_) | Change::Happens(_) => Ok(one.clone()),
            Change::Initial(_) => unfit(one, "changes the start, which comes before"),
            _ if one.span.until <= day => unfit(one, "ends before"),
            _ => {
                let span = Span { from: one.span.from.max(day), ..one.span };
                Ok(Intervention { span, ..one.clone() })
            }
        };
        interventions.iter().map(from_day).collect()
    }
}

/// Four digits, two and two.
fn is_shaped_like_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.iter().all(digits) && parts.iter().map(|part| part.len()).eq([4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar { start: jiff::civil::date(1952, 12, 1), weeks: 214 }
    }

    fn refused(typed: &str) -> String {
        Given::after_day(&calendar(), typed).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_day_is_the_week_that_holds_it() {
        let given = Given::after_day(&calendar(), "1955-01-01").expect("a day");
        assert_eq!(given, Given::After(108));
        assert_eq!(given.record_to(&calendar()), Some(jiff::civil::date(1954, 12, 26)));
        for given in [Given::FromTheStart, given, Given::Hindsight] {
            let to = given.record_to(&calendar()).map(|day| day.to_string());
            let read =
                Given::read(&calendar(), given.word(), to.as_deref()).expect("its own words");
            assert_eq!(read, given);
        }
    }

    #[test]
    fn each_bad_day_is_told_apart() {
        assert!(refused("1952-11-30").contains("before the start, 1952-12-01"));
        assert!(refused("1952-12-05").contains("the first week"));
        assert!(refused("1957-01-07").contains("after the end, 1957-01-06"));
        assert!(refused("1955-02-30").contains("there is no day"));
        assert!(refused("spring 1955").contains("is not a date; write it as 1952-12-08"));
        assert!(refused("1955-1-1").contains("is not a date"));
    }
}
