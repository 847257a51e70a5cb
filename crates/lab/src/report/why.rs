//! The report of `why`: the reasons as a picture, from the deeds before to what they came to, and what
//! it hung on.

use maud::{Markup, html};

use detente_model::Model;

use super::given;
use super::page::{Figure, Page, figure, page, table};
use super::words::{count, date_of_text, number, of_100, signed, years};
use crate::why::{
    Came, Cause, Graph, InMany, Layer, Node, Role, Share, Usually, Why, Without, bare, telling,
    why_in_words,
};

/// Width of the picture, of a column of it, and of the gap between two.
const WIDE: f64 = 788.0;
const COLUMN: f64 = 170.0;
const GAP: f64 = 36.0;
/// Letters on a line of a node.
const LETTERS: usize = 27;
/// Height of a line, and space between nodes.
const LINE: f64 = 15.0;
const SPACE: f64 = 16.0;

/// The page, with the command that repeats it.
pub fn why_page(model: &Model, why: &Why, command: &str) -> String {
    let foot = format!("Détente {}: a laboratory for counterfactual history.", why.asked.release);
    let place = format!("{}, {}", model.title, years(model));
    page(&Page {
        title: &why.what.says,
        place: &place,
        question: left(model, why, command),
        answer: html! {
            p.t-answer { (why.what.says) }
            p.t-lead.quiet style="margin-top:12px" { "In the week of " (date_of_text(&why.what.date)) ", in history " (why.history) "." }
            (picture(why))
            (reasons(why))
            (hung_on(why))
            @if !why.necessity.is_empty() { (necessity(why)) }
            @if let Some(own) = &why.usually { (usually(own)) }
            details.more style="margin-top:48px" {
                summary { "All of it in words" }
                pre.code style="white-space:pre-wrap" { (why_in_words(why)) }
            }
        },
        foot: &foot,
    })
}

fn left(model: &Model, why: &Why, command: &str) -> Markup {
    let (place, since) = match why.asked.asked.as_str() {
        "after" => (
            ", by its place among 1,024 that follow the record so far",
            "; what came before the day is given",
        ),
        "hindsight" => (", by its place among 1,024 that follow the record", ""),
        _ => ("", ""),
    };
    html! {
        div {
            h2 { "The question" }
            p.t-note style="margin-top:12px" { "Why did this happen in this history?" }
            @for text in &why.asked.interventions { p.code { (text) } }
            p.t-note.quiet style="margin-top:12px" { (given::asked(model, &why.asked)) }
            @for school in &why.asked.loaded_with { p.t-note.quiet { "Under the assumptions of the school " (school) "." } }
            @for text in &why.asked.assumptions { p.t-note.quiet { "Assumed throughout: " span.code { (text) } } }
        }
        div {
            h2 { "How it was answered" }
            p.t-note style="margin-top:6px" {
                "History " (why.history) " of seed " (why.asked.seed) (place) ". Each reason stands against what it weighs in that week on average in 1,000 histories left to themselves. "
                (count(why.tried as u64)) " earlier deeds were taken away one at a time, each in this history run again with the same chance" (since) "."
            }
        }
        div {
            h2 { "To repeat it" }
            pre.code { (command) }
            p.t-note.quiet style="margin-top:6px" { "Scenario " (model.digest.chars().take(12).collect::<String>()) ", release " (why.asked.release) "." }
        }
    }
}

/// A node where it stands.
struct Placed<'a> {
    node: &'a Node,
    x: f64,
    y: f64,
    lines: Vec<String>,
}

impl Placed<'_> {
    fn height(&self) -> f64 {
        self.lines.len() as f64 * LINE
    }

    fn middle(&self) -> f64 {
        self.y + self.height() / 2.0
    }
}

fn picture(why: &Why) -> Markup {
    let graph = Graph::of(why);
    let mut placed: Vec<Placed<'_>> = Vec::with_capacity(graph.nodes.len());
    let layers = [Layer::Deed, Layer::Quantity, Layer::Reason, Layer::Subject];
    let mut down = [0.0; 4];
    for node in &graph.nodes {
        let column = layers.iter().position(|own| *own == node.layer).unwrap_or(0);
        let lines = wrapped(&node.label);
        let x = column as f64 * (COLUMN + GAP);
        let own = Placed { node, x, y: down[column], lines };
        down[column] += own.height() + SPACE;
        placed.push(own);
    }
    let high = down.into_iter().fold(60.0, f64::max);
    // Every column stands in the middle of the picture.
    for own in &mut placed {
        let column = layers.iter().position(|layer| *layer == own.node.layer).unwrap_or(0);
        own.y += (high - down[column]) / 2.0;
    }
    let svg = html! {
        div.scroll tabindex="0" style="margin-top:18px" {
                    svg.plot.causes viewBox=(format!("0 -10 {WIDE} {}", high + 20.0)) role="img" aria-label="From earlier deeds, through what they moved and the reasons, to what happened" {
                @for (from, to) in &graph.arrows {
                    @let (from, to) = (&placed[*from], &placed[*to]);
                    path class=(if from.node.needed { "m-wi" } else { "m-base" }) d=(arrow(from, to)) {}
                }
                @for own in &placed {
                    @for (number, line) in own.lines.iter().enumerate() {
                        text.halo class=(class_of(own.node)) x=(own.x) y=(own.y + LINE * (number as f64 + 0.8)) { (line) }
                    }
                }
            }
        }
    };
    let label = |number: &usize| graph.nodes[*number].label.clone();
    figure(Figure {
        id: "graph",
        finding: "From what had been done, to what it came to".to_owned(),
        how:
            "From left to right: deeds before; what they moved; reasons, with how far each is from \
              its usual weight; what happened. In red: without it this never comes in this history."
                .to_owned(),
        picture: svg,
        heads: vec!["From".to_owned(), "To".to_owned()],
        rows: graph.arrows.iter().map(|(from, to)| vec![label(from), label(to)]).collect(),
    })
}

fn class_of(node: &Node) -> &'static str {
    match (node.layer, node.needed) {
        (_, true) => "wi",
        (Layer::Subject, _) => "b",
        (Layer::Quantity, _) => "q",
        _ => "",
    }
}

/// A line from the right of one node to the left of another.
fn arrow(from: &Placed<'_>, to: &Placed<'_>) -> String {
    let (x, y) = (from.x + COLUMN - 8.0, from.middle());
    let (to_x, to_y) = (to.x - 8.0, to.middle());
    let half = (x + to_x) / 2.0;
    format!("M{x:.0} {y:.0}C{half:.0} {y:.0} {half:.0} {to_y:.0} {to_x:.0} {to_y:.0}")
}

/// A label on lines.
fn wrapped(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn reasons(why: &Why) -> Markup {
    let likely = match &why.came {
        Came::Hazard { probability, usual_hazard, .. } => format!(
            "The chance that week was {} of 100; with every reason at its usual weight it would have \
             been {} of 100.",
            of_100(*probability),
            of_100(-detente_chance::exp_m1(-usual_hazard))
        ),
        Came::Choice { probability, usual_probability, .. } => format!(
            "The reasons gave this answer a chance of {} of 100; the usual ones would give it {}.",
            of_100(*probability),
            of_100(*usual_probability)
        ),
        Came::Fixed { on } => {
            format!("It is given, and happens for certain once this holds: {on}.")
        }
        Came::MadeSo => "An intervention made it so.".to_owned(),
    };
    let rows: Vec<Vec<String>> = telling(why)
        .into_iter()
        .map(|own| {
            let say = |value| {
                if own.role == Role::Part { number(value) } else { signed(value, 2) }
            };
            let grounds: Vec<String> =
                own.assumptions.iter().map(|one| format!("{}: {}", one.id, one.grounds)).collect();
            vec![own.reason.clone(), say(own.weight), say(own.usual), grounds.join("; ")]
        })
        .collect();
    let heads = ["Reason", "Here", "Usually", "Rests on"];
    html! {
        section.figure aria-labelledby="reasons" {
            h2 id="reasons" { "Its reasons, against the usual ones" }
            p.says { (likely) " Log hazard ratios or logits; parts of a rate per week." }
            (table(&heads, &rows))
        }
    }
}

fn hung_on(why: &Why) -> Markup {
    let row = |own: &Cause| {
        let comes = match &own.without {
            Without::Never => "it never comes".to_owned(),
            Without::Later { weeks } => format!("{weeks} weeks later"),
            Without::Earlier { weeks } => format!("{weeks} weeks sooner"),
            Without::AnotherRoad { weeks, road } => {
                let road: Vec<&str> = road.iter().map(|own| own.says.as_str()).collect();
                format!("{weeks} weeks later, by another road: {}", road.join(" "))
            }
        };
        vec![date_of_text(&own.deed.date), own.deed.says.clone(), comes, own.command.clone()]
    };
    let rows: Vec<Vec<String>> = why.causes.iter().map(row).collect();
    html! {
        section.figure aria-labelledby="hung" {
            h2 id="hung" { "What it hung on" }
            p.says { "Each deed was taken away in a replay of this history with the same chance. The last column takes it away." }
            @if rows.is_empty() { p { "None of the earlier deeds by itself made any difference." } }
            @else { (table(&["When", "Without this", "What comes", "As an intervention"], &rows)) }
        }
    }
}

fn necessity(why: &Why) -> Markup {
    let share = |own: &Share| {
        let hundredths = |value: f64| format!("{:.0}", value * 100.0);
        format!(
            "{} ({} to {}; possible: {} to {})",
            hundredths(own.value),
            hundredths(own.interval[0]),
            hundredths(own.interval[1]),
            hundredths(own.bounds[0]),
            hundredths(own.bounds[1])
        )
    };
    let rows: Vec<Vec<String>> = why
        .necessity
        .iter()
        .map(|own| {
            vec![
                own.cause.says.clone(),
                of_100(own.if_made),
                of_100(own.if_barred),
                share(&own.necessity),
                share(&own.sufficiency),
                share(&own.both),
            ]
        })
        .collect();
    html! {
        section.figure aria-labelledby="necessity" {
            h2 id="necessity" { "How necessary and how sufficient, over many histories" }
            p.says { "Of 100, by paired replay, with the 95 % interval; “possible” is what the two chances alone allow (Tian and Pearl 2000)." }
            @for sentence in given::stands_on(&why.asked) { p.t-note { (sentence) } }
            (table(&["Cause", "If made to be", "If kept from being", "Necessary", "Sufficient", "Both"], &rows))
            @if let Some(first) = why.not_weighed.first() {
                p.t-note.quiet style="margin-top:12px" {
                    "Not weighed so, since over " (count(first.of)) " histories they had less effect: "
                    (why.not_weighed.iter().map(|own| bare(&own.deed.says)).collect::<Vec<_>>().join("; ")) "."
                }
            }
        }
    }
}

fn usually(own: &Usually) -> Markup {
    let say = |reason: &InMany, value: f64| match reason.role {
        Role::Part => number(value),
        _ => signed(value, 2),
    };
    let row = |one: &InMany| {
        vec![
            match (&one.option, one.role) {
                (Some(option), Role::Against) => {
                    format!("{} (for “{}”)", one.reason, option.replace('_', " "))
                }
                _ => one.reason.clone(),
            },
            say(one, one.weight),
            say(one, one.usual),
            of_100(one.first_three),
        ]
    };
    let rows: Vec<Vec<String>> = own.reasons.iter().map(row).collect();
    let heads = ["Reason", "Where it comes", "Usually then", "Among the first three, of 100"];
    html! {
        section.figure aria-labelledby="usually" {
            h2 id="usually" { "It comes in " (of_100(own.comes)) " of 100 histories (" (of_100(own.interval[0])) " to " (of_100(own.interval[1])) ")" }
            p.says { "Of " (count(own.histories)) ". Its reasons there, each in the week in which it comes: mean weights, and in how many of 100 a reason is among the three that speak most for it beyond the usual. Log hazard ratios or logits; parts of a rate per week." }
            @if rows.is_empty() { p { "It has no reasons that are weighed." } }
            @else { (table(&heads, &rows)) }
        }
    }
}
