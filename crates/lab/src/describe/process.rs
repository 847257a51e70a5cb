//! Section 3 of the document: what happens in a week, in which order.

use std::fmt::Write as _;

use detente_engine::{ORDER, Stage};
use detente_model::{Element, Kind, Model};

use super::{reading, words};

pub(super) fn write(model: &Model, out: &mut String) {
    out.push_str("## 3. Process overview and scheduling\n\n");
    out.push_str(
        "Each week runs through these steps. Within a step all elements see the same world: nobody \
         sees another's choice of the same round, and effects are applied together at its end (the \
         last `=` by name, then every `*=`, then every `+=`, in order of element, option, line).\n\n",
    );
    for (number, (step, members)) in steps(model).into_iter().enumerate() {
        let _ = writeln!(out, "{}. **{step}**", number + 1);
        if members.is_empty() {
            out.push_str("   Nothing in this model.\n");
        } else {
            let names: Vec<String> = members.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(out, "   {}.", names.join(", "));
        }
    }
    out.push_str(
        "\n“Has happened”, “chose” and “weeks since” mean up to the last round completed. How the \
         subsystems hang together (an arrow counts the links between their elements):\n\n```mermaid\n",
    );
    out.push_str(&super::graph::subsystem_chart(model));
    out.push_str("```\n\n");
}

/// The steps of a week in the engine's own order, each with the elements that take part in it, in the
/// order in which they do. A round that no element names is left out: nothing happens in it.
fn steps(model: &Model) -> Vec<(String, Vec<String>)> {
    let named = |wanted: &dyn Fn(&Element) -> bool| -> Vec<String> {
        model.elements.iter().filter(|e| wanted(e)).map(words::indexed_name).collect()
    };
    let last = model.elements.iter().filter_map(round).max().unwrap_or(1);
    let step = |stage: Stage| match stage {
        Stage::Calendar => (
            "The calendar moves on, and given series and noises take their values".to_owned(),
            named(&|e| matches!(e.kind, Kind::Series(_) | Kind::Noise(_))),
        ),
        Stage::Variables => {
            let order = reading::variables_in_order(model).into_iter();
            let names = order.map(|id| words::indexed_name(model.element(id)));
            ("Variables are computed, each after those it reads".to_owned(), names.collect())
        }
        Stage::Round(number) => {
            let title = match number {
                1 => "First round: events and decisions weigh the world as it stands".to_owned(),
                2 => "Second round: answers; the variables they read are computed again".to_owned(),
                _ => format!("Round {number}: answers to the round before"),
            };
            (title, named(&|e| round(e) == Some(number)))
        }
        Stage::Settlements => (
            "Bargains, coalitions and alignments that convened settle".to_owned(),
            named(&|e| {
                matches!(e.kind, Kind::Bargain(_) | Kind::Coalition(_) | Kind::Alignment(_))
            }),
        ),
        Stage::Stocks => (
            "Stocks move by their change and shock, and are held in their range".to_owned(),
            named(&|e| matches!(e.kind, Kind::Stock(_))),
        ),
    };
    let takes_place = |stage: &Stage| !matches!(stage, Stage::Round(number) if *number > last);
    ORDER.into_iter().filter(takes_place).map(step).collect()
}

fn round(element: &Element) -> Option<u8> {
    match &element.kind {
        Kind::Event(event) => Some(event.round),
        Kind::Decision(decision) => Some(decision.round),
        _ => None,
    }
}
