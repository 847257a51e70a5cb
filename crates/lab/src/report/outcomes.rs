//! The outcomes: dots with intervals for what may happen, strips for what is measured.

use maud::{Markup, html};

use super::page::{Figure, figure};
use super::scale::{Scale, per_cent};
use super::words::{
    change_of_100_beside, count, date, date_of_text, number, of_100, of_100_beside, signed,
};
use super::{Arm, View};
use crate::answer::OutcomeAnswer;
use crate::recorded::{Recorded, date_behind};

/// Half of 90 of 100 of a normal spread, in standard deviations.
const NORMAL_95: f64 = 1.644_853_626_951_472_7;

/// The figure of what may happen. Dates stand among the ridges.
pub(super) fn chances(view: &View<'_>) -> Option<Markup> {
    let rows: Vec<usize> = rows_of(view, &["probability"]);
    if rows.is_empty() {
        return None;
    }
    let doubted = view
        .arms
        .iter()
        .any(|arm| rows.iter().any(|row| arm.answer.outcomes[*row].spread.is_some()));
    let lines = if doubted {
        "Lines: 90 of 100 draws of the assumptions."
    } else {
        "Lines: the error of counting histories, 95 of 100; often shorter than the dot."
    };
    let picture = html! {
        (key(view))
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Histories of 100 with" }
                th.c-plot scope="col" { span.hidden { "Chart" } (axis()) }
                @for arm in &view.arms { th.num.c-n scope="col" .wi[arm.changed] { (arm.head) } }
                @if view.arms.len() == 2 { th.num.c-n.c-d scope="col" { "change" } }
                th.c-rec scope="col" style="font-size:13px" { "the record" }
            } }
            tbody { @for row in &rows { (chance_row(view, *row)) } }
        }
    };
    let heads = ["Outcome"].into_iter().map(str::to_owned);
    let heads = heads.chain(
        view.arms.iter().flat_map(|arm| [format!("{} of 100", arm.head), "interval".to_owned()]),
    );
    let heads = heads.chain((view.arms.len() == 2).then(|| "change".to_owned()));
    let heads = heads.chain((view.arms.len() == 2).then(|| "interval of the change".to_owned()));
    let heads = heads.chain((view.arms.len() == 2).then(|| "variance saved".to_owned()));
    Some(figure(Figure {
        id: "chances",
        finding: finding(view, &rows),
        how: format!("Black tick: what the record says, at 0 or at 100. {lines}"),
        picture,
        heads: heads.collect(),
        rows: rows.iter().map(|row| table_row(view, *row)).collect(),
    }))
}

fn rows_of(view: &View<'_>, kinds: &[&str]) -> Vec<usize> {
    let outcomes = &view.arms[0].answer.outcomes;
    (0..outcomes.len()).filter(|row| kinds.contains(&outcomes[*row].kind.as_str())).collect()
}

fn axis() -> Markup {
    html! {
        svg.plot style="height:14px" aria-hidden="true" {
            text.q x="0" y="11" { "0" }
            text.q x="50%" y="11" text-anchor="middle" { "50" }
            text.q x="100%" y="11" text-anchor="end" { "100" }
        }
    }
}

/// The key of the page, as a line of text.
fn key(view: &View<'_>) -> Markup {
    html! {
        ul.key aria-label="Key" style="margin-top:6px" {
            li { svg aria-hidden="true" { line.m-tick x1="6" x2="6" y1="-1" y2="15" {} line.m-rec x1="14" x2="30" y1="7" y2="7" {} } "the record" }
            @for arm in &view.arms {
                li {
                    svg aria-hidden="true" {
                        @if arm.changed {
                            line.m-wi x1="0" x2="30" y1="7" y2="7" {} circle.d-wi cx="15" cy="7" r="4.5" {}
                        } @else {
                            rect y="2" width="30" height="10" fill="var(--base-2)" {}
                            line.m-base x1="0" x2="30" y1="7" y2="7" {} circle.d-base cx="15" cy="7" r="4" {}
                        }
                    }
                    (arm.name)
                }
            }
        }
    }
}

fn interval_of(outcome: &OutcomeAnswer) -> [f64; 2] {
    match outcome.spread {
        Some(spread) => {
            let half = NORMAL_95 * spread.doubt;
            [(outcome.value - half).max(0.0), (outcome.value + half).min(1.0)]
        }
        None => outcome.interval,
    }
}

fn truth(outcome: &OutcomeAnswer) -> Option<bool> {
    match &outcome.recorded {
        Some(Recorded::Truth(truth)) => Some(*truth),
        Some(Recorded::Date(_)) => Some(true),
        _ => None,
    }
}

fn chance_row(view: &View<'_>, row: usize) -> Markup {
    let outcomes: Vec<&OutcomeAnswer> =
        view.arms.iter().map(|arm| &arm.answer.outcomes[row]).collect();
    let first = outcomes[0];
    let label =
        format!("{}: {} of 100 histories. {}", first.title, values(view, row), recorded(view, row));
    let height = |number: usize| if outcomes.len() == 1 { 18 } else { 12 + 12 * number };
    html! {
        tr {
            th.c-name scope="row" { (first.title) }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    @for x in ["0%", "50%", "100%"] { line.g-rule x1=(x) x2=(x) y1="0" y2="35" {} }
                    @for (number, (arm, outcome)) in view.arms.iter().zip(&outcomes).enumerate() {
                        (dot(arm, outcome, height(number)))
                    }
                    @if let Some(truth) = truth(first) {
                        @let x = if truth { "100%" } else { "0%" };
                        line.m-tick x1=(x) x2=(x) y1="8" y2="28" {}
                    }
                }
            }
            @for (arm, outcome) in view.arms.iter().zip(&outcomes) {
                td.num.c-n .wi[arm.changed] .strong[arm.changed] .bl[!arm.changed && view.arms.len() == 2] { (of_100_beside(outcome.value, interval_of(outcome))) }
            }
            @if let Some(comparison) = view.comparison {
                @let change = &comparison.outcomes[row];
                td.num.c-n.c-d { (change_of_100_beside(change.difference, change.interval)) }
            }
            td.c-rec { (recorded(view, row)) }
        }
    }
}

fn dot(arm: &Arm<'_>, outcome: &OutcomeAnswer, y: usize) -> Markup {
    let [low, high] = interval_of(outcome).map(per_cent);
    let x = per_cent(outcome.value);
    html! {
        @if arm.changed {
            line.m-wi.m-iv x1=(low) x2=(high) y1=(y) y2=(y) {} circle.d-wi cx=(x) cy=(y) r="4.5" {}
        } @else {
            line.m-base.m-iv x1=(low) x2=(high) y1=(y) y2=(y) {} circle.d-base cx=(x) cy=(y) r="4" {}
        }
    }
}

fn values(view: &View<'_>, row: usize) -> String {
    let value = |arm: &Arm<'_>| {
        let outcome = &arm.answer.outcomes[row];
        let interval = interval_of(outcome);
        let [low, high] = interval.map(of_100);
        format!("{} {}, from {low} to {high}", arm.head, of_100_beside(outcome.value, interval))
    };
    view.arms.iter().map(value).collect::<Vec<_>>().join("; ")
}

/// What the record says of an outcome, for the last column.
fn recorded(view: &View<'_>, row: usize) -> String {
    let outcome = &view.arms[0].answer.outcomes[row];
    let behind = view.model.find(&outcome.id).and_then(|target| date_behind(view.model, target));
    match (&outcome.recorded, behind) {
        (Some(Recorded::Truth(true)), Some(day)) => date(day),
        (Some(Recorded::Truth(false)), Some(day)) => format!("later: {}", date(day)),
        (Some(Recorded::Truth(true)), None) => "happened".to_owned(),
        (Some(Recorded::Truth(false)), None) => "did not happen".to_owned(),
        (Some(Recorded::Date(day)), _) => date_of_text(day),
        (Some(Recorded::Number(value)), _) => number(*value),
        (None, _) => "not in the record".to_owned(),
    }
}

fn table_row(view: &View<'_>, row: usize) -> Vec<String> {
    let mut cells = vec![view.arms[0].answer.outcomes[row].title.clone()];
    for arm in &view.arms {
        let outcome = &arm.answer.outcomes[row];
        let [low, high] = interval_of(outcome).map(|x| format!("{:.1}", x * 100.0));
        cells.push(format!("{:.1}", outcome.value * 100.0));
        cells.push(format!("{low} to {high}"));
    }
    if let Some(comparison) = view.comparison {
        let change = &comparison.outcomes[row];
        let [low, high] = change.interval.map(|x| signed(x * 100.0, 1));
        cells.push(signed(change.difference * 100.0, 1));
        cells.push(format!("{low} to {high}"));
        cells.push(
            change.variance_saved.map_or("–".to_owned(), |saved| format!("{saved:.1} times")),
        );
    }
    cells
}

/// What the figure shows, in a sentence.
fn finding(view: &View<'_>, rows: &[usize]) -> String {
    if let Some(comparison) = view.comparison {
        let clear = |row: &&usize| {
            let [low, high] = comparison.outcomes[**row].interval;
            low > 0.0 || high < 0.0
        };
        let moved: Vec<&usize> = rows.iter().filter(clear).collect();
        let rarer = moved.iter().filter(|row| comparison.outcomes[***row].difference < 0.0).count();
        return match (rarer, moved.len() - rarer) {
            (0, 0) => "No outcome changes by more than the error of counting".to_owned(),
            (rarer, 0) => {
                format!("{rarer} of {} outcomes become rarer, none more frequent", rows.len())
            }
            (0, more) => {
                format!("{more} of {} outcomes become more frequent, none rarer", rows.len())
            }
            (rarer, more) => {
                format!("Of {} outcomes, {rarer} become rarer and {more} more frequent", rows.len())
            }
        };
    }
    let outcomes = rows.iter().map(|row| &view.arms[0].answer.outcomes[*row]);
    let known: Vec<(bool, f64)> =
        outcomes.filter_map(|outcome| Some((truth(outcome)?, outcome.value))).collect();
    let agree = known.iter().filter(|(truth, value)| *truth == (*value > 0.5)).count();
    match known.len() {
        0 => "How often each outcome comes about".to_owned(),
        all => format!("In most histories {agree} of {all} outcomes fall out as in the record"),
    }
}

/// The figure of what is measured: medians and bands against the record's level.
pub(super) fn measures(view: &View<'_>) -> Option<Markup> {
    let rows: Vec<usize> = rows_of(view, &["number"]);
    if rows.is_empty() {
        return None;
    }
    let outcomes = &view.arms[0].answer.outcomes;
    let inside = rows.iter().filter(|row| {
        let outcome = &outcomes[**row];
        level(outcome)
            .zip(band(outcome, "0.05", "0.95"))
            .is_some_and(|(level, [low, high])| low <= level && level <= high)
    });
    let known = rows.iter().filter(|row| level(&outcomes[**row]).is_some()).count();
    let finding = match (known, view.comparison) {
        (_, Some(comparison)) => {
            let clear = |row: &&usize| {
                let [low, high] = comparison.outcomes[**row].interval;
                low > 0.0 || high < 0.0
            };
            let moved = rows.iter().filter(clear).count();
            format!("{moved} of {} measured quantities move", rows.len())
        }
        (0, None) => "What is measured varies from history to history".to_owned(),
        (known, None) => format!(
            "{} of {known} measured quantities have the record within 90 of 100 histories",
            inside.count()
        ),
    };
    let picture = html! {
        table.out-table style="margin-top:18px" {
            thead { tr {
                th.c-name scope="col" { "Quantity and unit" }
                th.c-plot scope="col" { span.hidden { "Chart" } }
                @for arm in &view.arms { th.num.c-n scope="col" .wi[arm.changed] { (arm.head) } }
                @if view.comparison.is_some() { th.num.c-n.c-d scope="col" { "change" } }
                th.c-rec scope="col" style="font-size:13px" { "the record" }
            } }
            tbody { @for row in &rows { (measure_row(view, *row)) } }
        }
    };
    let heads = ["Quantity".to_owned(), "unit".to_owned()].into_iter();
    let heads = heads.chain(view.arms.iter().flat_map(|arm| {
        ["mean", "error", "median", "90 of 100"].map(|what| format!("{}: {what}", arm.head))
    }));
    Some(figure(Figure {
        id: "measures",
        finding,
        how:
            "Each row has a scale of its own, from the lowest to the highest mark. Dot: the mean. \
              Line: 90 of 100 histories. Black tick: the record."
                .to_owned(),
        picture,
        heads: heads.chain(["the record".to_owned()]).collect(),
        rows: rows.iter().map(|row| measure_table_row(view, *row)).collect(),
    }))
}

fn level(outcome: &OutcomeAnswer) -> Option<f64> {
    match outcome.recorded {
        Some(Recorded::Number(value)) => Some(value),
        _ => None,
    }
}

fn band(outcome: &OutcomeAnswer, low: &str, high: &str) -> Option<[f64; 2]> {
    let quantiles = outcome.quantiles.as_ref()?;
    Some([*quantiles.get(low)?, *quantiles.get(high)?])
}

fn measure_row(view: &View<'_>, row: usize) -> Markup {
    let outcomes: Vec<&OutcomeAnswer> =
        view.arms.iter().map(|arm| &arm.answer.outcomes[row]).collect();
    let first = outcomes[0];
    let bands: Vec<[f64; 2]> = outcomes
        .iter()
        .map(|outcome| band(outcome, "0.05", "0.95").unwrap_or([outcome.value; 2]))
        .collect();
    let means = outcomes.iter().map(|outcome| outcome.value);
    let scale = Scale::around(bands.iter().flatten().copied().chain(means).chain(level(first)));
    let said = view.arms.iter().zip(&outcomes).zip(&bands).map(|((arm, outcome), [low, high])| {
        format!(
            "{} {}, from {} to {}",
            arm.head,
            number(outcome.value),
            number(*low),
            number(*high)
        )
    });
    let label = format!(
        "{}, {}: {}. The record: {}",
        first.title,
        first.unit,
        said.collect::<Vec<_>>().join("; "),
        level(first).map_or("none".to_owned(), number)
    );
    let height = |number: usize| if outcomes.len() == 1 { 18 } else { 12 + 12 * number };
    html! {
        tr {
            th.c-name scope="row" { (first.title) @if first.unit != "1" { span.quiet { ", " (first.unit) } } }
            td.c-plot {
                svg.plot role="img" aria-label=(label) {
                    @for (number, ((arm, outcome), band)) in view.arms.iter().zip(&outcomes).zip(&bands).enumerate() {
                        @let [low, high] = band.map(|x| per_cent(scale.at(x)));
                        @let x = per_cent(scale.at(outcome.value));
                        @let y = height(number);
                        @if arm.changed {
                            line.m-wi.m-iv x1=(low) x2=(high) y1=(y) y2=(y) {} circle.d-wi cx=(x) cy=(y) r="4.5" {}
                        } @else {
                            line.m-base.m-iv x1=(low) x2=(high) y1=(y) y2=(y) {} circle.d-base cx=(x) cy=(y) r="4" {}
                        }
                    }
                    @if let Some(level) = level(first) {
                        @let x = per_cent(scale.at(level));
                        line.m-tick x1=(x) x2=(x) y1="6" y2="30" {}
                    }
                }
            }
            @for (arm, outcome) in view.arms.iter().zip(&outcomes) {
                td.num.c-n .wi[arm.changed] .strong[arm.changed] .bl[!arm.changed && view.arms.len() == 2] { (number(outcome.value)) }
            }
            @if let Some(comparison) = view.comparison {
                td.num.c-n.c-d { (signed_number(comparison.outcomes[row].difference)) }
            }
            td.c-rec { (level(first).map_or("not in the record".to_owned(), number)) }
        }
    }
}

fn signed_number(value: f64) -> String {
    match number(value) {
        text if value > 0.0 && text.chars().any(|c| matches!(c, '1'..='9')) => format!("+{text}"),
        text => text,
    }
}

fn measure_table_row(view: &View<'_>, row: usize) -> Vec<String> {
    let first = &view.arms[0].answer.outcomes[row];
    let mut cells = vec![first.title.clone(), first.unit.clone()];
    for arm in &view.arms {
        let outcome = &arm.answer.outcomes[row];
        let [low, high] = band(outcome, "0.05", "0.95").unwrap_or([outcome.value; 2]).map(number);
        let median = outcome.quantiles.as_ref().and_then(|all| all.get("0.5").copied());
        cells.push(number(outcome.value));
        cells.push(number(outcome.error));
        cells.push(median.map_or("–".to_owned(), number));
        cells.push(format!("{low} to {high}"));
    }
    cells.push(level(first).map_or("–".to_owned(), number));
    cells
}

/// The sentence under the answer: how many histories, and how well counting them is known.
pub(super) fn error_sentence(view: &View<'_>) -> String {
    let histories = view.arms[0].answer.asked.histories;
    let shares = view.arms.iter().flat_map(|arm| &arm.answer.outcomes);
    let widest = shares
        .filter(|outcome| outcome.kind == "probability")
        .map(|outcome| outcome.error)
        .fold(0.0, f64::max);
    let error = match (1.96 * widest * 100.0).ceil() {
        x if x <= 1.0 => "1 of 100 at most".to_owned(),
        x => format!("{x} of 100 at most"),
    };
    let told = if view.arms.len() == 2 {
        format!(
            "{} histories, each run twice with the same dice, so that the difference is caused and \
             not drawn.",
            count(histories)
        )
    } else {
        format!("{} histories.", count(histories))
    };
    format!("{told} Error of the count: {error}.")
}
