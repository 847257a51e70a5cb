//! Section 2 of the document: entities, state variables and scales.

use std::fmt::Write as _;

use detente_model::{Kind, Model, SeatRef, StateValues};

use super::words;

pub(super) fn write(model: &Model, out: &mut String) {
    out.push_str("## 2. Entities, state variables and scales\n\n");
    let calendar = &model.calendar;
    let _ = writeln!(
        out,
        "Time runs in {} from {} to {}; the step is a week.\n",
        words::counted(calendar.weeks as usize, "week", "weeks"),
        words::date(calendar.start),
        words::date(calendar.last_day())
    );
    sets(model, out);
    seats(model, out);
    state_variables(model, out);
    if !model.units.is_empty() {
        let units: Vec<String> = model.units.iter().map(|u| format!("`{}`", u.text)).collect();
        let _ = writeln!(
            out,
            "Base units of this scenario: {}. A year is 52 weeks, a month a twelfth of it.\n",
            units.join(", ")
        );
    }
}

fn sets(model: &Model, out: &mut String) {
    if model.sets.is_empty() {
        return;
    }
    out.push_str("**Who is in it**\n\n");
    for set in &model.sets {
        let root = model.set(set.root);
        let members: Vec<String> = set
            .members
            .iter()
            .map(|member| {
                let member = &root.roll[*member];
                format!("{} (`{}`)", member.title, member.name)
            })
            .collect();
        let within =
            if root.name == set.name { String::new() } else { format!(", within `{}`", root.name) };
        let _ = writeln!(out, "- {} (`{}`{within}): {}", set.title, set.name, members.join(", "));
    }
    out.push('\n');
}

fn seats(model: &Model, out: &mut String) {
    if model.seats.is_empty() {
        return;
    }
    out.push_str("**Who decides**\n\n");
    for (number, seat) in model.seats.iter().enumerate() {
        let asked: Vec<String> = model
            .elements
            .iter()
            .filter(|element| match &element.kind {
                Kind::Decision(d) => matches!(&d.seat, SeatRef::Seat(n, _) if *n == number),
                _ => false,
            })
            .map(|element| format!("`{}`", element.name))
            .collect();
        let title = words::sentence(&seat.title, &seat.over);
        let held = seat.held_by.as_ref().map_or(String::new(), |holder| {
            format!(", held by `{}`", model.element(holder.state).name)
        });
        let asks = if asked.is_empty() { "nothing".to_owned() } else { asked.join(", ") };
        let _ = writeln!(out, "- {title} (`{}`{held}) is asked: {asks}", seat.name);
    }
    out.push('\n');
}

/// The world at the end of a week: stocks and states. What else there is, is computed from them.
fn state_variables(model: &Model, out: &mut String) {
    out.push_str("**What the world remembers from week to week**\n\n");
    out.push_str("| name | what it is | unit or values | range |\n|---|---|---|---|\n");
    for element in &model.elements {
        let (values, range) = match &element.kind {
            Kind::Stock(stock) => {
                let range = stock.range;
                let shown = |value| words::number(stock.unit.shown(value));
                let bounds = match (range.low.is_finite(), range.high.is_finite()) {
                    (false, false) => String::new(),
                    _ => format!("{} to {}", shown(range.low), shown(range.high)),
                };
                (format!("`{}`", stock.unit.text), bounds)
            }
            Kind::State(state) => match state.of {
                StateValues::Truth => ("true or false".to_owned(), String::new()),
                StateValues::Member { set, may_be_vacant } => {
                    let vacant = if may_be_vacant { ", or `none`" } else { "" };
                    (format!("one of `{}`{vacant}", model.set(set).name), String::new())
                }
            },
            _ => continue,
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {values} | {range} |",
            words::indexed_name(element),
            words::cell(&words::sentence(&element.about, &element.over))
        );
    }
    let worlds: usize = model
        .elements
        .iter()
        .filter(|e| matches!(e.kind, Kind::Stock(_) | Kind::State(_)))
        .map(|e| e.over.instances.len())
        .sum();
    let _ = writeln!(
        out,
        "\n{worlds} numbers in all; beside them a history remembers when each event last happened \
         and how often, and how each decision was last answered.\n"
    );
}
