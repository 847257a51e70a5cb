//! Section 4 of the document: the eleven design concepts of the protocol.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use detente_model::{Coupling, Every, Kind, Model, SeatRef};

use super::words;

pub(super) fn write(model: &Model, out: &mut String) {
    out.push_str("## 4. Design concepts\n\n");
    let mut say = |concept: &str, text: &str| {
        let _ = writeln!(out, "**{concept}.** {text}\n");
    };
    say(
        "Basic principles",
        "Events are proportional hazards (Cox 1972) whose additive rates let one event raise \
         another's (Hawkes 1971); decisions are discrete choices with logit reasons (McFadden 1974). \
         The theses of the subsystems stand in section 1, their equations in section 7.",
    );
    say(
        "Emergence",
        "No outcome of section 1 is set; each is read off a history. Given events, which happen on \
         their dates whatever else does, are listed under input data.",
    );
    say("Adaptation and objectives", &decisions(model));
    say("Learning", "None: the weights of reasons do not change within a history.");
    say(
        "Prediction",
        "None beyond the variables of section 7: nobody reasons about a future week.",
    );
    say("Sensing", &sensing(model));
    say(
        "Interaction",
        "Through the effects of events and decisions on shared stocks and states, within a round \
         unseen and between rounds seen; see the chart in section 3.",
    );
    say("Stochasticity", &chance(model));
    say("Collectives", &collectives(model));
    say(
        "Observation",
        "A history is its events, its answers with their reasons, its weekly quantities and its \
         outcomes. Shares and means over histories carry their Monte-Carlo error.",
    );
}

fn decisions(model: &Model) -> String {
    let (mut seats, mut chances) = (0, 0);
    for element in &model.elements {
        if let Kind::Decision(decision) = &element.kind {
            match decision.seat {
                SeatRef::Chance => chances += 1,
                SeatRef::Seat(..) => seats += 1,
            }
        }
    }
    format!(
        "{} of seats and {} of chance take the option whose reasons and own piece of chance weigh \
         most. Their reasons are what a seat wants; they are named and sourced in section 7.",
        words::counted(seats, "decision", "decisions"),
        words::counted(chances, "decision", "decisions")
    )
}

fn sensing(model: &Model) -> String {
    let shown: Vec<String> = model
        .seats
        .iter()
        .filter(|seat| seat.sees.iter().any(|shown| !shown.is_empty()))
        .map(|seat| {
            let names: BTreeSet<&str> = seat
                .sees
                .iter()
                .flatten()
                .map(|target| model.element(target.element).name.as_str())
                .collect();
            let names: Vec<&str> = names.into_iter().collect();
            format!("`{}` is shown {}", seat.name, names.join(", "))
        })
        .collect();
    let players = if shown.is_empty() {
        String::new()
    } else {
        format!(" A person or program in a seat is shown a part of it: {}.", shown.join("; "))
    };
    format!("Reasons read the world itself.{players}")
}

fn chance(model: &Model) -> String {
    let count =
        |wanted: fn(&Kind) -> bool| model.elements.iter().filter(|e| wanted(&e.kind)).count();
    let coupling = match model.coupling {
        Coupling::Weekly => "each week an event is at risk has a chance of its own",
        Coupling::Threshold => "each occurrence of an event has one exponential threshold",
    };
    let yearly = count(|kind| matches!(kind, Kind::Noise(noise) if noise.every == Every::Year));
    format!(
        "Draws have addresses (seed, history, element, slot, week), so that two runs share every \
         draw whose address exists in both; {coupling}, and a decision's chances hold for a mood. \
         There are {}, {} ({yearly} of them yearly) and {} with shocks.",
        words::counted(count(|k| matches!(k, Kind::Trait(_))), "trait", "traits"),
        words::counted(count(|k| matches!(k, Kind::Noise(_))), "noise", "noises"),
        words::counted(
            count(|k| matches!(k, Kind::Stock(stock) if stock.shock.is_some())),
            "stock",
            "stocks"
        ),
    )
}

fn collectives(model: &Model) -> String {
    let named: Vec<String> = model
        .elements
        .iter()
        .filter(|e| matches!(e.kind, Kind::Bargain(_) | Kind::Coalition(_) | Kind::Alignment(_)))
        .map(|e| format!("`{}`", e.name))
        .collect();
    if named.is_empty() {
        "None beyond the sets of section 2.".to_owned()
    } else {
        format!("Bargains, coalitions and alignments: {}.", named.join(", "))
    }
}
