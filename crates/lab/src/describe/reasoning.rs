//! Events and decisions in the document: when they come up, their reasons, what they do.

use std::fmt::Write as _;

use detente_model::{
    Act, Decision, Effect, Element, Event, Happening, Model, On, Reason, Recurrence, SeatRef,
};

use super::words::{self, equation};

pub(super) fn event(model: &Model, element: &Element, event: &Event, out: &mut String) {
    let mut conditions = Vec::new();
    if let Some(needs) = &event.needs {
        conditions.push(format!("At risk while {}.", words::code(&needs.text)));
    }
    match &event.happening {
        Happening::Rate(_) => {}
        Happening::On(On::Week(_, date)) => conditions
            .push(format!("Happens in the week of {}, or not at all.", words::written_out(date))),
        Happening::On(On::When(formula)) => conditions.push(format!(
            "Happens for certain in the first week in which {} holds.",
            words::code(&formula.text)
        )),
    }
    conditions.push(match event.recurrence {
        Recurrence::Once => "Once only.".to_owned(),
        Recurrence::Cooldown(1) => "At most once a week.".to_owned(),
        Recurrence::Cooldown(weeks) => format!("Not again within {weeks} weeks."),
    });
    if event.round > 1 {
        conditions.push(format!("Round {} of the week.", event.round));
    }
    let _ = writeln!(out, "{}\n", conditions.join(" "));
    if let Happening::Rate(parts) = &event.happening {
        hazard(parts, &event.because, out);
    }
    for draw in &event.draws {
        let _ = writeln!(out, "- `{}` is drawn from {}", draw.name, words::code(&draw.from.text));
    }
    if !event.draws.is_empty() {
        out.push('\n');
    }
    effects("It does", &event.does, out);
    if let Some(says) = &event.says {
        let _ = writeln!(out, "In the chronicle: “{}”\n", words::sentence(says, &element.over));
    }
    act(model, event.act.as_ref(), out);
}

/// The hazard as one equation, then its parts by name.
fn hazard(parts: &[Reason], because: &[Reason], out: &mut String) {
    let names = |reasons: &[Reason]| {
        reasons.iter().map(|r| format!("\"{}\"", r.name)).collect::<Vec<_>>().join(" + ")
    };
    let rate = names(parts);
    let text = if because.is_empty() {
        format!("hazard a week = {rate}")
    } else {
        format!("hazard a week = ({rate}) × exp({})", names(because))
    };
    equation(&text, out);
    out.push_str("| reason | kind | weight |\n|---|---|---|\n");
    for part in parts {
        row(&part.name, "rate a week", &part.weight.text, out);
    }
    for reason in because {
        row(&reason.name, "log hazard ratio", &reason.weight.text, out);
    }
    out.push('\n');
}

fn row(name: &str, kind: &str, weight: &str, out: &mut String) {
    let weight = words::cell(&words::code(weight));
    let _ = writeln!(out, "| {} | {kind} | {weight} |", words::cell(name));
}

pub(super) fn decision(model: &Model, element: &Element, decision: &Decision, out: &mut String) {
    let seat = match &decision.seat {
        SeatRef::Chance => "Chance decides".to_owned(),
        SeatRef::Seat(number, _) => {
            let seat = &model.seats[*number];
            format!("{} decides", words::sentence(&seat.title, &seat.over))
        }
    };
    let when = decision
        .when
        .as_ref()
        .map_or(String::new(), |when| format!(" while {}", words::code(&when.text)));
    let again = match decision.again {
        None => "asked once each time that becomes true".to_owned(),
        Some(1) => "asked every week".to_owned(),
        Some(weeks) => format!("asked every {weeks} weeks"),
    };
    let otherwise = decision.otherwise.map_or(String::new(), |number| {
        format!(" No answer is `{}`.", decision.alternatives[number].name)
    });
    let round = if decision.round > 1 {
        format!(" Round {} of the week.", decision.round)
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "{seat}{when}; {again}. A mood lasts {}{}.{otherwise}{round}\n",
        words::counted(decision.mood.weeks as usize, "week", "weeks"),
        why_so_long(element, decision)
    );
    out.push_str("| option | open if | reason | weight in logits |\n|---|---|---|---|\n");
    for alternative in &decision.alternatives {
        let name = format!("`{}`", alternative.name);
        let needs = alternative.needs.as_ref().map_or(String::new(), |f| words::code(&f.text));
        if alternative.because.is_empty() {
            let _ = writeln!(out, "| {name} | {} | none | 0 |", words::cell(&needs));
        }
        for reason in &alternative.because {
            let weight = words::cell(&words::code(&reason.weight.text));
            let reason = words::cell(&reason.name);
            let _ = writeln!(out, "| {name} | {} | {reason} | {weight} |", words::cell(&needs));
        }
    }
    out.push('\n');
    for alternative in &decision.alternatives {
        let says = alternative.says.as_deref().unwrap_or(&alternative.about);
        let says = words::sentence(says, &element.over);
        effects(&format!("`{}` ({says}) does", alternative.name), &alternative.does, out);
        act(model, alternative.act.as_ref(), out);
        let grounds = words::grounds(model, &alternative.provenance);
        if !grounds.is_empty() {
            let _ = writeln!(out, "*Why.* {grounds}\n");
        }
    }
}

/// The reason for the length of a mood, unless it is given below as that of the whole decision.
fn why_so_long(element: &Element, decision: &Decision) -> String {
    let why = decision.mood.judgement.trim();
    if element.provenance.judgement.as_deref().map(str::trim) == Some(why) {
        return String::new();
    }
    format!(": {}", why.trim_end_matches('.'))
}

fn effects(lead: &str, does: &[Effect], out: &mut String) {
    if does.is_empty() {
        return;
    }
    let lines: Vec<&str> = does.iter().map(|effect| effect.text.trim()).collect();
    let _ = writeln!(out, "{lead}:\n");
    equation(&lines.join("\n"), out);
}

fn act(model: &Model, act: Option<&Act>, out: &mut String) {
    let Some(act) = act else { return };
    let grounds = words::grounds(model, &act.provenance);
    let grounds = if grounds.is_empty() { grounds } else { format!(" ({grounds})") };
    let _ = writeln!(
        out,
        "As an act: {} towards {}, WEIS {}, Goldstein {}{grounds}.\n",
        act.from,
        act.to,
        act.weis,
        words::number(act.goldstein)
    );
}
