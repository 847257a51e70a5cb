//! The page of a two-by-two: for each outcome, what a change does without an assumption and with it.

use detente_model::Model;
use maud::{Markup, html};

use super::page::{Figure, Page, figure, page};
use super::scale::Scale;
use super::words::{change_of_100, count, date, number, of_100, sentence, signed, years};
use crate::cross::{CellValue, Cross, CrossedOutcome, PairedChange};

/// The page.
pub(crate) fn cross_report(model: &Model, answer: &Cross, command: &str) -> String {
    let place = format!("{} {}", model.title, years(model));
    let foot = format!(
        "{place}. Scenario {} {}, release {}. Every figure is the model's.",
        model.name,
        model.digest.chars().take(12).collect::<String>(),
        crate::RELEASE
    );
    let figures = html! {
        section aria-labelledby="answer" {
            h1.t-answer id="answer" { (finding(answer)) }
            p.t-note.quiet style="margin-top:18px;max-width:78ch" {
                (count(answer.asked.histories)) " histories, each run four times with the same dice: neither assumed nor changed, changed, assumed, and both."
            }
        }
        (squares(answer))
    };
    page(&Page {
        title: &model.title,
        place: &place,
        question: left(model, answer, command),
        answer: figures,
        foot: &foot,
    })
}

/// What is assumed, in words.
fn assumption(answer: &Cross) -> String {
    let schools = answer.crossed.schools.iter().map(|school| format!("the school {school}"));
    let all: Vec<String> =
        schools.chain(answer.crossed.assumptions.iter().map(|text| format!("“{text}”"))).collect();
    all.join(" and ")
}

/// Whether an interval leaves nothing out.
fn clear(change: &PairedChange) -> bool {
    change.interval[0] > 0.0 || change.interval[1] < 0.0
}

fn finding(answer: &Cross) -> String {
    let shares = || answer.cross.iter().filter(|own| own.kind != "number");
    let largest = shares()
        .filter(|own| clear(&own.interaction))
        .max_by(|a, b| a.interaction.value.abs().total_cmp(&b.interaction.value.abs()));
    match largest {
        Some(own) => format!(
            "{}: the change is worth {} of 100 histories without {}, and {} with it.",
            sentence(&own.title),
            change_of_100(own.effect_without.value),
            assumption(answer),
            change_of_100(own.effect_with.value)
        ),
        None => format!(
            "The change does with {} what it does without, as far as these histories tell.",
            assumption(answer)
        ),
    }
}

fn left(model: &Model, answer: &Cross, command: &str) -> Markup {
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "What does the change do without the assumption, and with it?" }
            div.changed { @for text in &answer.asked.interventions { p.code { (text) } } }
            p.t-note style="margin-top:12px" { "Assumed: " (assumption(answer)) }
            @for text in &answer.asked.assumptions { p.code { "in all four: " (text) } }
            p.t-note.quiet style="margin-top:12px" { "Asked of the world as it might have been from " (date(model.calendar.start)) "." }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" { "The interaction is the effect with the assumption less the effect without, taken history by history; its interval is normal, 95 of 100." }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command) }
        }
        @if !answer.not_shared.is_empty() {
            div {
                h2 { "Not compared" }
                p.t-note style="margin-top:6px" { "Only one side has: " (answer.not_shared.join(", ")) }
            }
        }
    }
}

fn squares(answer: &Cross) -> Markup {
    let picture = html! {
        ul.key aria-label="Key" style="margin-top:6px" {
            li { svg aria-hidden="true" { line.m-base x1="0" x2="30" y1="7" y2="7" {} circle.d-base cx="15" cy="7" r="4" {} } "without the assumption" }
            li { svg aria-hidden="true" { line.m-wi x1="0" x2="30" y1="7" y2="7" {} circle.d-wi cx="15" cy="7" r="4.5" {} } "with it" }
        }
        div.multiples { @for own in &answer.cross { (square(own)) } }
    };
    let heads = [
        "Outcome",
        "neither",
        "changed",
        "assumed",
        "both",
        "effect without",
        "effect with",
        "interaction",
        "interval",
    ];
    let row = |own: &CrossedOutcome| {
        let mut cells = vec![own.title.clone()];
        cells
            .extend([own.neither, own.changed, own.assumed, own.both].map(|cell| value(own, cell)));
        let changes = [own.effect_without, own.effect_with, own.interaction];
        cells.extend(changes.map(|change| difference(own, change.value)));
        cells.push(own.interaction.interval.map(|end| difference(own, end)).join(" to "));
        cells
    };
    let moved = answer.cross.iter().filter(|own| clear(&own.interaction)).count();
    figure(Figure {
        id: "squares",
        finding: format!(
            "The assumption alters what the change does to {moved} of {} outcomes",
            answer.cross.len()
        ),
        how:
            "Each square: at the left unchanged, at the right changed. Parallel lines: the change \
              does the same with the assumption as without. A number above is the interaction, in \
              ink where its interval leaves out nothing."
                .to_owned(),
        picture,
        heads: heads.map(str::to_owned).to_vec(),
        rows: answer.cross.iter().map(row).collect(),
    })
}

fn value(outcome: &CrossedOutcome, cell: CellValue) -> String {
    if outcome.kind == "number" { number(cell.value) } else { of_100(cell.value) }
}

fn difference(outcome: &CrossedOutcome, change: f64) -> String {
    if outcome.kind == "number" {
        let decimals = if change.abs() >= 10.0 { 0 } else { 2 };
        signed(change, decimals)
    } else {
        signed(change * 100.0, 0)
    }
}

fn square(own: &CrossedOutcome) -> Markup {
    const HEIGHT: f64 = 84.0;
    let cells = [own.neither, own.changed, own.assumed, own.both];
    let scale = match own.kind.as_str() {
        "number" => Scale::around(cells.iter().map(|cell| cell.value)),
        _ => Scale::around([0.0, 1.0]),
    };
    let y = |cell: CellValue| format!("{:.1}", 3.0 + (1.0 - scale.at(cell.value)) * HEIGHT);
    let label = format!(
        "{}: without the assumption {} unchanged and {} changed, with it {} and {}; interaction {}",
        own.title,
        value(own, own.neither),
        value(own, own.changed),
        value(own, own.assumed),
        value(own, own.both),
        difference(own, own.interaction.value)
    );
    let pair = |from: CellValue, to: CellValue, with: bool| {
        html! {
            @let (line, dot) = if with { ("m-wi", "d-wi") } else { ("m-base", "d-base") };
            line class=(line) x1="20%" x2="80%" y1=(y(from)) y2=(y(to)) {}
            circle class=(dot) cx="20%" cy=(y(from)) r="4" {}
            circle class=(dot) cx="80%" cy=(y(to)) r="4" {}
            text.halo.wi[with] x="20%" y=(y(from)) dx="-9" dy="4" text-anchor="end" { (value(own, from)) }
            text.halo.wi[with] x="80%" y=(y(to)) dx="9" dy="4" { (value(own, to)) }
        }
    };
    html! {
        figure {
            h3 { (own.title) @if own.kind == "number" && own.unit != "1" { span.quiet { ", " (own.unit) } } }
            p.t-note .quiet[!clear(&own.interaction)] { "interaction " (difference(own, own.interaction.value)) }
            svg.plot role="img" aria-label=(label) {
                line.g-rule x1="20%" x2="20%" y1="0" y2="90" {}
                line.g-rule x1="80%" x2="80%" y1="0" y2="90" {}
                (pair(own.neither, own.changed, false))
                (pair(own.assumed, own.both, true))
            }
        }
    }
}
