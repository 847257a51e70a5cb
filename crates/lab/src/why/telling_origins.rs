//! Where reasons came from, in words: back to deeds and assumptions.

use std::fmt::Write as _;

use super::answer::{Assumption, Contrast, Mover, Origin, Why};
use super::telling::{AS_USUAL, head, in_order, line, telling};
use crate::report::words::{date_of_text, number, of_100, signed};

/// How many reasons are traced.
const TRACED: usize = 5;
/// How many assumptions of a reason are told.
const ASSUMED: usize = 3;

pub(super) fn origins(why: &Why, out: &mut String) {
    let unusual = telling(why);
    let traced = if unusual.is_empty() { in_order(why) } else { unusual };
    let traced: Vec<&Contrast> = traced.into_iter().take(TRACED).collect();
    if traced.is_empty() {
        return;
    }
    head(out, "Where that came from");
    for own in traced {
        line(out, &format!("  {}", own.reason));
        for origin in &own.origins {
            tell_origin(origin, 2, out);
        }
        for assumption in own.assumptions.iter().take(ASSUMED) {
            tell_assumption(assumption, out);
        }
        if own.assumptions.len() > ASSUMED {
            line(out, &format!("    … and {} more", own.assumptions.len() - ASSUMED));
        }
    }
}

fn tell_origin(origin: &Origin, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let unit = origin.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
    let title = &origin.title;
    let said = match origin.kind.as_str() {
        "event" | "choice" => match origin.moved_by.first() {
            Some(mover) => {
                format!("{} ({})", bare(&mover.deed.says), date_of_text(&mover.deed.date))
            }
            None if origin.kind == "event" => format!("this had not happened: {title}"),
            None => format!("this was not the answer: {title}"),
        },
        "settlement" | "member" => format!("{title}: {}", origin.was),
        _ => format!("{title}: {}{unit}{}", origin.was, usually(origin)),
    };
    line(out, &format!("{pad}{said}"));
    if !matches!(origin.kind.as_str(), "event" | "choice") {
        for mover in &origin.moved_by {
            tell_mover(mover, depth + 1, out);
        }
    }
    if depth < 4 {
        for inner in origin.made_of.iter().filter(|own| worth_telling(own)) {
            tell_origin(inner, depth + 1, out);
        }
    }
}

/// Inside a variable only what is away from the usual, or was moved, is told.
fn worth_telling(origin: &Origin) -> bool {
    // Who took part in a settlement is told with all that he threw in.
    let moved = !origin.moved_by.is_empty() || origin.kind == "member";
    moved || origin.carries.is_some_and(|by| by.abs() >= AS_USUAL) || !origin.made_of.is_empty()
}

fn usually(origin: &Origin) -> String {
    match origin.usual {
        Some(share) if origin.was == "yes" || origin.was == "no" => {
            format!(" (yes in {} of 100)", of_100(share))
        }
        Some(mean) if number(mean) != origin.was => format!(" (usually {})", number(mean)),
        Some(_) => " (as usual)".to_owned(),
        None => String::new(),
    }
}

fn tell_mover(mover: &Mover, depth: usize, out: &mut String) {
    let by = mover
        .by
        .map_or(String::new(), |by| format!("{} ", signed(by, if by.abs() < 0.1 { 3 } else { 2 })));
    let _ = writeln!(
        out,
        "{}{by}{}: {}",
        "  ".repeat(depth),
        date_of_text(&mover.deed.date),
        bare(&mover.deed.says)
    );
}

fn tell_assumption(assumption: &Assumption, out: &mut String) {
    let unit = if assumption.unit == "1" { String::new() } else { format!(" {}", assumption.unit) };
    let grounds = if assumption.grounds.is_empty() {
        String::new()
    } else {
        format!(" – {}", assumption.grounds)
    };
    let _ = writeln!(
        out,
        "    assumed: {} = {}{unit}{grounds}",
        assumption.id,
        number(assumption.value)
    );
}

/// The first sentence, without its full stop.
pub(crate) fn bare(says: &str) -> &str {
    says.split(". ").next().unwrap_or(says).trim_end_matches('.')
}

pub(super) fn conditions(why: &Why, out: &mut String) {
    let mut told = String::new();
    for condition in &why.conditions {
        let mut movers: Vec<&Mover> = Vec::new();
        for mover in condition.origins.iter().flat_map(last_movers) {
            if !movers.iter().any(|own| own.deed == mover.deed) {
                movers.push(mover);
            }
        }
        if movers.is_empty() {
            continue;
        }
        let _ = writeln!(told, "  {}", condition.says.as_ref().unwrap_or(&condition.needs));
        for mover in movers {
            tell_mover(&Mover { by: None, ..mover.clone() }, 2, &mut told);
        }
    }
    if !told.is_empty() {
        head(out, "What had to hold, and what had brought it about");
        out.push_str(&told);
    }
}

fn last_movers(origin: &Origin) -> Vec<&Mover> {
    let own = origin.moved_by.iter();
    own.chain(origin.made_of.iter().flat_map(last_movers)).collect()
}
