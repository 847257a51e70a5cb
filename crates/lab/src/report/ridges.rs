//! When things happen: a ridge for each event of the record, the record as a black tick.

use detente_model::{Date, Model, RecordEntry, Tie};
use maud::{Markup, html};

use super::page::{Figure, figure};
use super::scale::{of_date, of_week, path, per_cent, year_lines, year_names};
use super::words::{date, of_100};
use super::{Arm, View};
use crate::recorded::{Recorded, date_behind};
use crate::statistics::WeekHistogram;

/// At most so many ridges.
const MOST: usize = 18;
/// Height of a ridge.
const HEIGHT: f64 = 53.0;
/// Half the width in weeks over which a ridge is smoothed.
const SMOOTH: i64 = 3;

/// One thing with its time in each arm.
struct Ridge<'a> {
    title: String,
    recorded: Option<Date>,
    arms: Vec<&'a WeekHistogram>,
}

/// The figure, if there is anything to show.
pub(super) fn timing(view: &View<'_>) -> Option<Markup> {
    let ridges = ridges(view);
    if ridges.is_empty() {
        return None;
    }
    let calendar = &view.model.calendar;
    let tallest = tallest(&ridges);
    let last = date(calendar.last_day());
    let picture = html! {
        div.time {
            svg.plot height=(if view.span.is_some() { "36" } else { "18" }) role="img" aria-label=(span_label(view)) {
                (year_lines(calendar, 36))
                @if let Some((from, until, words)) = &view.span {
                    line x1=(per_cent(*from)) x2=(per_cent(*until)) y1="27" y2="27" stroke="var(--red)" stroke-width="6" {}
                    text.wi x=(per_cent(from.min(0.5))) y="15" { (words) }
                }
            }
            p.t-note.never.quiet { "never" }
            ol { @for ridge in &ridges { (row(view, ridge, tallest)) } }
            svg.plot height="18" aria-hidden="true" { (year_names(calendar, 14)) }
        }
    };
    let heads = ["Event".to_owned(), "the record".to_owned()].into_iter();
    let heads = heads.chain(view.arms.iter().flat_map(|arm| {
        ["never of 100", "a quarter by", "half by", "three quarters by"]
            .map(|what| format!("{}: {what}", arm.head))
    }));
    Some(figure(Figure {
        id: "timing",
        finding: finding(view, &ridges),
        how: format!(
            "When each thing first happens, in the histories in which it does. The height counts \
             histories; the black tick is the day in the record. At the right, histories of 100 in \
             which it does not happen by {last}."
        ),
        picture,
        heads: heads.collect(),
        rows: ridges.iter().map(|ridge| table_row(view, ridge)).collect(),
    }))
}

/// What the record dates, in order of date: first what outcomes ask about, then the rest at even
/// distances. If it dates nothing, events that happen in some histories and not in all.
fn ridges<'a>(view: &View<'a>) -> Vec<Ridge<'a>> {
    let model = view.model;
    let mut seen: Vec<&Tie> = Vec::new();
    let mut entries: Vec<(&RecordEntry, &Tie)> = Vec::new();
    for entry in &model.record.entries {
        if let Some(tie) = &entry.tie
            && !seen.contains(&tie)
        {
            seen.push(tie);
            entries.push((entry, tie));
        }
    }
    let asked: Vec<Date> = view.arms[0]
        .answer
        .outcomes
        .iter()
        .filter_map(|outcome| date_behind(model, model.find(&outcome.id)?))
        .collect();
    let (mut chosen, rest): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|(entry, tie)| matches!(tie, Tie::Event(_)) && asked.contains(&entry.date));
    chosen.truncate(MOST);
    let step = rest.len().div_ceil((MOST - chosen.len()).max(1)).max(1);
    chosen.extend(rest.into_iter().step_by(step).take(MOST - chosen.len()));
    chosen.sort_by_key(|(entry, _)| entry.date);
    let dated = chosen.into_iter().filter_map(|(entry, tie)| {
        let arms = view.arms.iter().map(|arm| weeks_of(model, arm, tie)).collect::<Option<_>>()?;
        Some(Ridge { title: short(&entry.title), recorded: Some(entry.date), arms })
    });
    let mut ridges: Vec<Ridge<'a>> = dated.collect();
    add_dates(view, &mut ridges);
    if ridges.is_empty() {
        for (number, event) in view.arms[0].answer.events.iter().enumerate() {
            if (0.02..0.999).contains(&event.share) && ridges.len() < MOST {
                let arms = view.arms.iter().map(|arm| &arm.answer.events[number].first_weeks);
                ridges.push(Ridge {
                    title: short(&event.title),
                    recorded: None,
                    arms: arms.collect(),
                });
            }
        }
    }
    ridges
}

/// Adds the outcomes that are dates, save those whose event has its ridge by the record already.
fn add_dates<'a>(view: &View<'a>, ridges: &mut Vec<Ridge<'a>>) {
    for (number, outcome) in view.arms[0].answer.outcomes.iter().enumerate() {
        let day = match &outcome.recorded {
            Some(Recorded::Date(day)) => day.parse::<Date>().ok(),
            _ => None,
        };
        if day.is_some() && ridges.iter().any(|ridge| ridge.recorded == day) {
            continue;
        }
        let arms = view.arms.iter().map(|arm| arm.answer.outcomes[number].by_week.as_ref());
        if let Some(arms) = arms.collect() {
            ridges.push(Ridge { title: short(&outcome.title), recorded: day, arms });
        }
    }
}

/// The first clauses of a title, two words at least: what fits beside a ridge.
fn short(title: &str) -> String {
    let clauses =
        title.char_indices().filter(|(_, letter)| matches!(letter, ',' | ';' | ':' | '('));
    let enough = |end: &usize| title[..*end].split_whitespace().count() > 2;
    let end = clauses.map(|(end, _)| end).find(enough).unwrap_or(title.len());
    title[..end].trim().to_owned()
}

fn weeks_of<'a>(model: &Model, arm: &Arm<'a>, tie: &Tie) -> Option<&'a WeekHistogram> {
    match tie {
        Tie::Event(target) => {
            let found = arm.answer.events.iter().find(|event| event.target == *target)?;
            Some(&found.first_weeks)
        }
        Tie::Choice(target, answer) => {
            debug_assert!(target.element.0 < model.elements.len());
            let found = arm.answer.choices.iter().find(|choice| choice.target == *target)?;
            found.options.get(*answer).map(|option| &option.first_weeks)
        }
    }
}

/// Histories by week, smoothed by a triangle seven weeks wide, as shares of all histories.
fn smooth(weeks: &WeekHistogram) -> Vec<f64> {
    let all = (weeks.happened() + weeks.never).max(1) as f64;
    let at = |week: i64| {
        usize::try_from(week).ok().and_then(|week| weeks.by_week.get(week)).copied().unwrap_or(0)
    };
    let weight = |shift: i64| (SMOOTH + 1 - shift.abs()) as f64;
    let whole = (-SMOOTH..=SMOOTH).map(weight).sum::<f64>();
    (0..weeks.by_week.len() as i64)
        .map(|week| {
            let near = (-SMOOTH..=SMOOTH).map(|shift| weight(shift) * at(week + shift) as f64);
            near.sum::<f64>() / (whole * all)
        })
        .collect()
}

/// The height that fills a row: the highest ridge among those that are spread over a month or more,
/// so that one fixed date does not flatten all others.
fn tallest(ridges: &[Ridge<'_>]) -> f64 {
    let spread = |weeks: &&&WeekHistogram| {
        weeks.quantile(0.05).zip(weeks.quantile(0.95)).is_some_and(|(a, b)| b >= a + 4)
    };
    let all = || ridges.iter().flat_map(|ridge| &ridge.arms);
    let height = |weeks: &&WeekHistogram| smooth(weeks).into_iter().fold(0.0, f64::max);
    let highest = all().filter(spread).map(height).fold(0.0, f64::max);
    if highest > 0.0 { highest } else { all().map(height).fold(1e-9, f64::max) }
}

fn never(weeks: &WeekHistogram) -> f64 {
    weeks.never as f64 / (weeks.happened() + weeks.never).max(1) as f64
}

fn row(view: &View<'_>, ridge: &Ridge<'_>, tallest: f64) -> Markup {
    let calendar = &view.model.calendar;
    let said = view.arms.iter().zip(&ridge.arms).map(|(arm, weeks)| {
        format!("{}: never in {} of 100 histories", arm.head, of_100(never(weeks)))
    });
    let label = format!(
        "{}: {}. {}.",
        ridge.title,
        ridge.recorded.map_or("not dated".to_owned(), |day| format!("in the record {}", date(day))),
        said.collect::<Vec<_>>().join("; ")
    );
    html! {
        li.ridge {
            p.lab { (ridge.title) " " @if let Some(day) = ridge.recorded { small { (date(day)) } } }
            svg.plot role="img" aria-label=(label) {
                (year_lines(calendar, 53))
                svg viewBox="0 0 1000 53" width="100%" height="53" preserveAspectRatio="none" {
                    @for (arm, weeks) in view.arms.iter().zip(&ridge.arms) {
                        @let (closed, open) = outline(view, weeks, tallest);
                        @if arm.changed {
                            path.f-wi d=(closed) {} path.m-wi d=(open) {}
                        } @else {
                            path.f-base d=(closed) {}
                        }
                    }
                }
                @if let Some(day) = ridge.recorded {
                    @let x = per_cent(of_date(calendar, day));
                    line.m-tick x1=(x) x2=(x) y1="24" y2="53" {}
                }
            }
            p.nev {
                @for (number, (arm, weeks)) in view.arms.iter().zip(&ridge.arms).enumerate() {
                    @if number > 0 { "\u{2002}" }
                    span .bl[!arm.changed] .wi[arm.changed] .strong[arm.changed] { (of_100(never(weeks))) }
                }
            }
        }
    }
}

/// The ridge as a closed shape and as a line.
fn outline(view: &View<'_>, weeks: &WeekHistogram, tallest: f64) -> (String, String) {
    let calendar = &view.model.calendar;
    let heights = smooth(weeks);
    let points = || {
        heights.iter().enumerate().map(|(week, height)| {
            (of_week(calendar, week as f64), (height / tallest).min(1.0) * 0.94)
        })
    };
    let closed = [(0.0, 0.0)].into_iter().chain(points()).chain([(1.0, 0.0)]);
    (path(closed, HEIGHT) + "Z", path(points(), HEIGHT))
}

fn span_label(view: &View<'_>) -> String {
    match &view.span {
        Some((_, _, words)) => format!("The change: {words}"),
        None => "The years".to_owned(),
    }
}

fn finding(view: &View<'_>, ridges: &[Ridge<'_>]) -> String {
    if view.arms.len() == 2 {
        let fall = |ridge: &&Ridge<'_>| never(ridge.arms[1]) > never(ridge.arms[0]) + 0.05;
        let rise = |ridge: &&Ridge<'_>| never(ridge.arms[1]) < never(ridge.arms[0]) - 0.05;
        let later = ridges.iter().filter(|ridge| {
            let medians = (ridge.arms[0].quantile(0.5), ridge.arms[1].quantile(0.5));
            matches!(medians, (Some(one), Some(other)) if other > one + 13)
        });
        let (fall, rise, later) =
            (ridges.iter().filter(fall).count(), ridges.iter().filter(rise).count(), later.count());
        return match (fall, rise, later) {
            (0, 0, 0) => "What happens, happens when it would have happened anyway".to_owned(),
            (fall, rise, 0) => {
                format!("{fall} of {} things fall away more often, {rise} less often", ridges.len())
            }
            (fall, _, later) => format!(
                "Of {} things {fall} fall away more often, and {later} come a quarter of a year later or more",
                ridges.len()
            ),
        };
    }
    let near = ridges.iter().filter(|ridge| {
        let within = |day: Date| {
            let week = view.model.calendar.week_number(day);
            let weeks = ridge.arms[0];
            weeks
                .quantile(0.05)
                .zip(weeks.quantile(0.95))
                .is_some_and(|(low, high)| i64::from(low) <= week && week <= i64::from(high))
        };
        ridge.recorded.is_some_and(within)
    });
    let dated = ridges.iter().filter(|ridge| ridge.recorded.is_some()).count();
    match dated {
        0 => "Few things keep to one date".to_owned(),
        all => format!(
            "Where they happen, {} of {all} things happen about when they did",
            near.count()
        ),
    }
}

fn table_row(view: &View<'_>, ridge: &Ridge<'_>) -> Vec<String> {
    let mut cells = vec![ridge.title.clone(), ridge.recorded.map_or("–".to_owned(), date)];
    for weeks in &ridge.arms {
        cells.push(of_100(never(weeks)));
        for q in [0.25, 0.5, 0.75] {
            let monday = weeks.quantile(q).map(|week| view.model.calendar.monday(week));
            cells.push(monday.map_or("–".to_owned(), date));
        }
    }
    cells
}
