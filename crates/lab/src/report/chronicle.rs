//! One history as a chronicle, beside the record or beside itself changed.

use detente_model::{Date, Model};
use maud::{Markup, html};

use super::words::{date_of_text, short_day};
use crate::history::{Entry, History};

/// A row: a sentence in one history, in the other, or in both; or in the record.
struct Turn<'a> {
    date: Date,
    one: Option<&'a Entry>,
    other: Option<&'a Entry>,
}

/// At most so many rows.
const MOST: usize = 90;

/// The section, for one history or for a pair under common chance.
pub(super) fn chronicle(model: &Model, histories: &[(&str, History)]) -> Option<Markup> {
    let (first_name, first) = histories.first()?;
    let other = histories.get(1);
    let turns = turns(first, other.map(|(_, history)| history));
    if turns.is_empty() {
        return None;
    }
    let left_out = turns.len().saturating_sub(MOST);
    let finding = match other {
        Some(_) => parting(model, first, &turns),
        None => like_the_record(first),
    };
    Some(html! {
        section.figure.chronicle aria-labelledby="chronicle" {
            h2 id="chronicle" { (finding) }
            p.says {
                "History " (first.history) " of seed " (first.asked.seed) ", chosen for its number alone. Dates are the Mondays of its weeks, or the days that the scenario gives. "
                @if other.is_some() { "Both columns have the same dice; what is the same in both stands across." }
                @else { "At the right, the day on which the record has the same thing." }
            }
            div.turn.quiet.alone[other.is_none()] style="border-bottom:1px solid var(--ink);font-size:13px;margin-top:12px" {
                span {} span { (first_name) } span .wi[other.is_some()] { (other.map_or("the record", |(name, _)| *name)) }
            }
            ol { (rows(&turns, other.is_some())) }
            @if left_out > 0 { p.t-note.quiet style="margin-top:12px" { (left_out) " more entries are in the tables." } }
        }
    })
}

fn rows(turns: &[Turn<'_>], paired: bool) -> Markup {
    let mut year = 0;
    let turns = turns.iter().take(MOST).map(|turn| {
        let new = turn.date.year() != year;
        year = turn.date.year();
        (turn, new.then_some(year))
    });
    let turns: Vec<_> = turns.collect();
    html! {
        @for (turn, year) in turns {
            @if let Some(year) = year { li.turn.year .alone[!paired] { span { (year) } span {} span {} } }
            li.turn .alone[!paired] {
                time datetime=(turn.date.to_string()) { (short_day(turn.date)) }
                @if paired { (pair_cells(turn)) } @else { (alone_cells(turn)) }
            }
        }
    }
}

fn pair_cells(turn: &Turn<'_>) -> Markup {
    let says =
        |entry: Option<&Entry>| entry.and_then(|entry| entry.says.clone()).unwrap_or_default();
    match (turn.one, turn.other) {
        (Some(_), Some(_)) => html! { span style="grid-column: 2 / -1" { (says(turn.one)) } },
        (one, None) => html! { span.bl { (says(one)) } span.none { "–" } },
        (None, other) => html! { span.none { "–" } span.wi { (says(other)) } },
    }
}

fn alone_cells(turn: &Turn<'_>) -> Markup {
    let entry = turn.one;
    let recorded = entry.map(|entry| entry.recorded.as_slice()).unwrap_or_default();
    let nearest = recorded.iter().min_by_key(|text| {
        text.parse::<Date>().map_or(i32::MAX, |date| {
            date.since(turn.date).map_or(i32::MAX, |span| span.get_days().abs())
        })
    });
    html! {
        span { (entry.and_then(|entry| entry.says.clone()).unwrap_or_default()) }
        span.quiet { (nearest.map_or(String::new(), |text| date_of_text(text))) }
    }
}

/// The entries of both histories in order; what both have in the same week stands together.
fn turns<'a>(one: &'a History, other: Option<&'a History>) -> Vec<Turn<'a>> {
    fn telling(history: &History) -> Vec<&Entry> {
        history.entries.iter().filter(|entry| entry.tells).collect()
    }
    let (first, second) = (telling(one), other.map(telling).unwrap_or_default());
    let mut taken = vec![false; second.len()];
    let mut turns = Vec::new();
    for entry in first {
        let same = second.iter().zip(&taken).position(|(candidate, taken)| {
            !taken && (candidate.week, &candidate.says) == (entry.week, &entry.says)
        });
        same.iter().for_each(|place| taken[*place] = true);
        turns.push((entry.week, entry, Some(entry), same.map(|place| second[place])));
    }
    for (entry, _) in second.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        turns.push((entry.week, entry, None, Some(entry)));
    }
    turns.sort_by_key(|(week, ..)| *week);
    turns
        .into_iter()
        .filter_map(|(_, entry, one, other)| {
            let date = entry.day.as_ref().unwrap_or(&entry.date).parse().ok()?;
            Some(Turn { date, one, other })
        })
        .collect()
}

fn parting(model: &Model, first: &History, turns: &[Turn<'_>]) -> String {
    let parts = turns.iter().find(|turn| turn.one.is_some() != turn.other.is_some());
    debug_assert_eq!(model.name, first.asked.scenario);
    match parts {
        Some(turn) => format!(
            "History {} goes its own way from {}",
            first.history,
            super::words::date(turn.date)
        ),
        None => format!("History {} is the same in all that the chronicle tells", first.history),
    }
}

fn like_the_record(history: &History) -> String {
    let told: Vec<&Entry> = history.entries.iter().filter(|entry| entry.tells).collect();
    let known = told.iter().filter(|entry| !entry.recorded.is_empty()).count();
    format!("One history: {} things happen, {known} of a kind that the record has too", told.len())
}
