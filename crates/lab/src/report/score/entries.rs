//! Entries on the page: the probability given to each, its time, its level, against the record.

use detente_model::{Date, Model};
use maud::{Markup, html};

use super::super::page::{Figure, figure};
use super::super::scale::{Scale, of_date, of_week, per_cent, year_lines, year_names};
use super::super::words::{date, date_of_text, number, of_100, sentence};
use super::decimals;
use crate::score::{EntryScore, Part, PartScore, Scores, Sort};

/// Rows drawn; the table has all.
const MOST: usize = 40;

/// The probability given to what happened, entry by entry, the least expected first.
pub(super) fn strip(part: &PartScore) -> Option<Markup> {
    let mut entries: Vec<(&EntryScore, f64)> =
        part.entries.iter().filter_map(|entry| Some((entry, entry.share?))).collect();
    entries.sort_by(|one, other| one.1.total_cmp(&other.1).then_with(|| one.0.id.cmp(&other.0.id)));
    if entries.is_empty() {
        return None;
    }
    let likely = entries.iter().filter(|(_, share)| *share > 0.5).count();
    let rows = entries.iter().map(|(entry, share)| {
        let scores = |scores: Option<Scores>| {
            let own = scores.unwrap_or_default();
            [own.brier, own.log, own.crps]
                .map(|one| one.map_or("–".to_owned(), |x| decimals(x, 3)))
        };
        let mut row = vec![
            sentence(&entry.title),
            entry.recorded_in_words(),
            of_100(*share),
            entry.in_window.map_or("–".to_owned(), of_100),
        ];
        row.extend(scores(Some(entry.scores)));
        row.extend(scores(entry.constant));
        row
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Given to what happened, of 100" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                th.num.c-n scope="col" { "model" }
                th.c-rec scope="col" style="font-size:13px" { "the record" }
            } }
            tbody { @for (entry, share) in entries.iter().take(MOST) { tr {
                th.c-name scope="row" { (sentence(&entry.title)) }
                td.c-plot {
                    svg.plot role="img" aria-label=(format!("{}: {} of 100", entry.title, of_100(*share))) {
                        @for x in ["0%", "50%", "100%"] { line.g-rule x1=(x) x2=(x) y1="0" y2="35" {} }
                        line.m-base.m-iv x1="0%" x2=(per_cent(*share)) y1="18" y2="18" {}
                        circle.d-wi cx=(per_cent(*share)) cy="18" r="4.5" {}
                    }
                }
                td.num.c-n { (of_100(*share)) }
                td.c-rec { (entry.recorded_in_words()) }
            } } }
        }
    };
    let heads = [
        "Question",
        "the record",
        "given to that, of 100",
        "in its window, of 100",
        "Brier",
        "log",
        "CRPS",
        "constant: Brier",
        "constant: log",
        "constant: CRPS",
    ];
    let more = entries.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" {more} more are in the table.") } else { String::new() };
    Some(figure(Figure {
        id: if part.part == Part::Fit { "entries-fit" } else { "entries-held-out" },
        finding: format!("{likely} of {} answers are those of most histories", entries.len()),
        how: format!(
            "The share of histories that fall out as the record: that it happens before the part’s \
             end, or does not; that the same answer is given. The least expected first.{more}"
        ),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows,
    }))
}

/// When each dated thing happens, against the record.
pub(super) fn timing(model: &Model, part: &PartScore) -> Option<Markup> {
    let dated: Vec<(&EntryScore, Date)> = part
        .entries
        .iter()
        .filter(|entry| entry.sort == Sort::When && entry.week.is_some())
        .filter_map(|entry| Some((entry, entry.recorded.parse().ok()?)))
        .collect();
    if dated.is_empty() {
        return None;
    }
    let calendar = &model.calendar;
    let at = |entry: &EntryScore, key: &str| entry.weeks.as_ref()?.get(key).copied();
    let inside = dated.iter().filter(|(entry, _)| {
        let ends = at(entry, "0.05").zip(at(entry, "0.95")).zip(entry.week);
        ends.is_some_and(|((low, high), week)| low <= week && week <= high)
    });
    let finding = format!(
        "Where they happen in time, {} of {} happen about when they did",
        inside.count(),
        dated.len()
    );
    let place = |week: u32| per_cent(of_week(calendar, f64::from(week)));
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "When" }
                th.c-plot scope="col" { span.hidden { "Chart" } svg.plot style="height:18px" aria-hidden="true" { (year_names(calendar, 14)) } }
                th.num.c-n scope="col" { "not in time" }
                th.c-rec scope="col" style="font-size:13px" { "the record" }
            } }
            tbody { @for (entry, day) in &dated { tr {
                th.c-name scope="row" { (sentence(&entry.title)) }
                td.c-plot {
                    svg.plot role="img" aria-label=(format!("{}: the record {}", entry.title, date(*day))) {
                        (year_lines(calendar, 35))
                        @if let (Some(low), Some(high)) = (at(entry, "0.05"), at(entry, "0.95")) {
                            line.m-base x1=(place(low)) x2=(place(high)) y1="18" y2="18" {}
                        }
                        @if let (Some(low), Some(high)) = (at(entry, "0.25"), at(entry, "0.75")) {
                            line.m-base style="stroke-width:6" x1=(place(low)) x2=(place(high)) y1="18" y2="18" {}
                        }
                        @if let Some(middle) = at(entry, "0.5") { circle.d-base cx=(place(middle)) cy="18" r="4" {} }
                        @let x = per_cent(of_date(calendar, *day));
                        line.m-tick x1=(x) x2=(x) y1="6" y2="30" {}
                    }
                }
                td.num.c-n { (entry.happens.map_or("–".to_owned(), |share| of_100(1.0 - share))) }
                td.c-rec { (date(*day)) }
            } } }
        }
    };
    let day = |week: Option<u32>| week.map_or("–".to_owned(), |week| date(calendar.monday(week)));
    let rows = dated.iter().map(|(entry, recorded)| {
        let mut row = vec![sentence(&entry.title), date(*recorded)];
        row.push(entry.happens.map_or("–".to_owned(), |share| of_100(1.0 - share)));
        row.extend(["0.05", "0.25", "0.5", "0.75", "0.95"].map(|key| day(at(entry, key))));
        row
    });
    let heads = [
        "Question",
        "the record",
        "not in time, of 100",
        "5 of 100 by",
        "25 by",
        "50 by",
        "75 by",
        "95 by",
    ];
    Some(figure(Figure {
        id: if part.part == Part::Fit { "timing-fit" } else { "timing-held-out" },
        finding,
        how: format!(
            "Among histories in which it happens by {}: thin, 90 of 100; thick, the middle half; dot, \
             the median. Black tick: the record.",
            date_of_text(&part.until)
        ),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }))
}

/// What was measured, against the forecasts of the measurement.
pub(super) fn levels(part: &PartScore) -> Option<Markup> {
    let levels: Vec<(&EntryScore, f64, [f64; 5])> = part
        .entries
        .iter()
        .filter_map(|entry| {
            let quantiles = entry.quantiles.as_ref()?;
            let at = |key: &str| quantiles.get(key).copied();
            let five = [at("0.05")?, at("0.25")?, at("0.5")?, at("0.75")?, at("0.95")?];
            Some((entry, entry.value?, five))
        })
        .collect();
    if levels.is_empty() {
        return None;
    }
    let inside =
        levels.iter().filter(|(_, value, five)| five[0] <= *value && *value <= five[4]).count();
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "How much" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                th.num.c-n scope="col" { "median" }
                th.c-rec scope="col" style="font-size:13px" { "the record" }
            } }
            tbody { @for (entry, value, five) in &levels { tr {
                @let scale = Scale::around(five.iter().copied().chain([*value]));
                @let place = |value: f64| per_cent(scale.at(value));
                th.c-name scope="row" { (sentence(&entry.title)) }
                td.c-plot {
                    svg.plot role="img" aria-label=(format!("{}: from {} to {}, the record {}", entry.title, number(five[0]), number(five[4]), entry.recorded)) {
                        line.m-base x1=(place(five[0])) x2=(place(five[4])) y1="18" y2="18" {}
                        line.m-base style="stroke-width:6" x1=(place(five[1])) x2=(place(five[3])) y1="18" y2="18" {}
                        circle.d-base cx=(place(five[2])) cy="18" r="4" {}
                        line.m-tick x1=(place(*value)) x2=(place(*value)) y1="6" y2="30" {}
                    }
                }
                td.num.c-n { (number(five[2])) }
                td.c-rec { (entry.recorded.trim_end_matches(" 1")) }
            } } }
        }
    };
    let rows = levels.iter().map(|(entry, _, five)| {
        let mut row = vec![sentence(&entry.title), entry.recorded.clone()];
        row.extend(five.map(number));
        row.extend(
            [entry.scores.crps, entry.scores.log]
                .map(|score| score.map_or("–".to_owned(), |score| decimals(score, 2))),
        );
        row
    });
    let heads = ["Level", "the record", "5 of 100", "25", "50", "75", "95", "CRPS", "log density"];
    Some(figure(Figure {
        id: if part.part == Part::Fit { "levels-fit" } else { "levels-held-out" },
        finding: format!("{inside} of {} levels lie within 90 of 100 forecasts", levels.len()),
        how:
            "What would be measured, with the error of measuring. Each row has a scale of its own. \
              Thin: 90 of 100; thick: the middle half; dot: the median. Black tick: the record."
                .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }))
}

impl EntryScore {
    /// What happened, with dates in words.
    fn recorded_in_words(&self) -> String {
        match self.recorded.strip_prefix("not by ") {
            Some(day) => format!("not by {}", date_of_text(day)),
            None => date_of_text(&self.recorded).replace('_', " "),
        }
    }
}
