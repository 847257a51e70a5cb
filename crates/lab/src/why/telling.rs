//! `why` in words a historian reads: how likely it was, what spoke for it beyond the usual, where that
//! came from, and what it hung on.

use std::fmt::Write as _;

use super::answer::{Came, Contrast, Role, Why};
use super::subject::plain;
use super::telling_causes::{causes, necessity, tell_together};
use super::telling_many::usually;
use super::telling_origins::{conditions, origins};
use crate::report::words::{date_of_text, number, of_100, signed};

/// A reason nearer to its usual weight than this is as usual.
pub(super) const AS_USUAL: f64 = 0.05;

/// The whole answer as text.
pub fn why_in_words(why: &Why) -> String {
    let mut out = String::new();
    opening(why, &mut out);
    how_likely(why, &mut out);
    reasons(why, &mut out);
    origins(why, &mut out);
    conditions(why, &mut out);
    causes(why, &mut out);
    if let Some(together) = &why.together {
        tell_together(together, &mut out);
    }
    necessity(why, &mut out);
    if let Some(own) = &why.usually {
        usually(own, &mut out);
    }
    out
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

pub(super) fn head(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn opening(why: &Why, out: &mut String) {
    line(out, &why.what.says);
    let mut about = format!("In the week of {}", date_of_text(&why.what.date));
    if let Came::Choice { asks, .. } = &why.came {
        let _ = write!(about, ", asked: {asks}");
    }
    if !about.ends_with(['.', '?']) {
        about.push('.');
    }
    if let [first, ..] = why.recorded.as_slice() {
        let more = if why.recorded.len() > 1 { " first" } else { "" };
        let _ = write!(about, " The record has it{more} on {}.", date_of_text(first));
    }
    if why.times > 1 {
        let since = if why.asked.asked == "after" { "From the day on" } else { "In this history" };
        let _ = write!(about, " {since} it comes {} times; this is the first.", why.times);
    }
    line(out, &about);
}

fn how_likely(why: &Why, out: &mut String) {
    head(out, "How likely it was");
    match &why.came {
        Came::Hazard { probability, probability_by_then, weeks_at_risk, usual_hazard, .. } => {
            let usual = -detente_chance::exp_m1(-usual_hazard);
            let beside = if (usual - probability).abs() < 0.005 {
                "as is usual then".to_owned()
            } else {
                format!("with every reason at its usual weight it would have had {}", chance(usual))
            };
            line(out, &format!("  That week it had {}; {beside}.", chance(*probability)));
            let weeks = if *weeks_at_risk == 1 {
                "It could happen in that week alone".to_owned()
            } else {
                format!("It could have happened in {weeks_at_risk} weeks up to then")
            };
            line(
                out,
                &format!("  {weeks}, which gave it {} in all.", chance(*probability_by_then)),
            );
        }
        Came::Choice {
            runner_up, probability, usual_probability, reasons_lead, mood_lead, ..
        } => {
            line(
                out,
                &format!(
                    "  The reasons of that week alone gave it {}; the usual ones give it {}.",
                    chance(*probability),
                    chance(*usual_probability)
                ),
            );
            if let Some(other) = runner_up {
                line(out, &balance(&plain(other), *reasons_lead, *mood_lead));
            }
        }
        Came::Fixed { on } => {
            line(
                out,
                &format!(
                    "  It is given: it happens for certain, once, when this holds: {on}. It has no \
                     reasons to weigh; what had to hold stands below."
                ),
            );
        }
        Came::MadeSo => line(out, "  It was made so: an intervention decided it, not its reasons."),
    }
    line(
        out,
        &format!(
            "  Of 1,000 histories left to themselves, {} of 100 have it by the end of that week.",
            of_100(why.usual_by_then)
        ),
    );
}

/// Whether the reasons or the mood decided between an answer and the next.
fn balance(other: &str, reasons: f64, mood: f64) -> String {
    let times = |lead: f64| number(detente_chance::exp(lead.abs()));
    match (reasons > 0.0, mood > 0.0) {
        (true, true) => format!(
            "  Against “{other}” the reasons spoke for it ({} to 1), and so did the mood of the hour, \
             which is chance.",
            times(reasons)
        ),
        (true, false) => format!(
            "  Against “{other}” the reasons spoke for it ({} to 1), and outweighed the mood of the \
             hour, which is chance and leant the other way.",
            times(reasons)
        ),
        (false, _) => format!(
            "  The reasons spoke for “{other}” ({} to 1); the mood of the hour, which is chance, \
             turned it.",
            times(reasons)
        ),
    }
}

pub(super) fn chance(probability: f64) -> String {
    match probability {
        p if p <= 0.0 => "no chance".to_owned(),
        p if p < 0.01 => format!("a chance of {} in 1,000", number(p * 1000.0)),
        p => format!("a chance of {} in 100", of_100(p)),
    }
}

/// Contrasts that are worth telling, the largest first.
pub(crate) fn telling(why: &Why) -> Vec<&Contrast> {
    let mut all: Vec<&Contrast> =
        why.reasons.iter().filter(|own| size(own).abs() >= AS_USUAL).collect();
    all.sort_by(|a, b| size(b).abs().total_cmp(&size(a).abs()));
    all
}

/// A contrast in logs: a part of a rate by how many times it is its usual self.
fn size(own: &Contrast) -> f64 {
    size_of(own.role, own.weight, own.usual, own.contrast)
}

/// The same of a reason that is no part of an answer.
pub(super) fn size_of(role: Role, weight: f64, usual: f64, contrast: f64) -> f64 {
    match role {
        Role::Part if usual > 0.0 && weight > 0.0 => detente_chance::ln(weight / usual),
        Role::Part if weight == usual => 0.0,
        Role::Part if weight > usual => f64::INFINITY,
        Role::Part => f64::NEG_INFINITY,
        _ => contrast,
    }
}

fn reasons(why: &Why, out: &mut String) {
    let told = in_order(why);
    if told.is_empty() {
        return;
    }
    let of_event = matches!(why.came, Came::Hazard { .. });
    if let Came::Choice { runner_up: Some(other), .. } = &why.came {
        head(out, &format!("What spoke for it and against it, over “{}”, in logits", plain(other)));
    } else if of_event {
        head(out, "What made it likelier or less likely, in log hazard ratios");
    } else {
        head(out, "What spoke for it and against it, in logits");
    }
    line(out, "    here   usual");
    for own in &told {
        let side = if own.role == Role::Against { -1.0 } else { 1.0 };
        let _ = writeln!(
            out,
            "  {:>6}  {:>6}   {}{}{}",
            weight(own, side * own.weight),
            weight(own, side * own.usual),
            own.reason,
            whose(own),
            effect(own, of_event)
        );
    }
}

/// The reasons that weigh anything, here or usually: those of a rate first, then the heaviest.
pub(super) fn in_order(why: &Why) -> Vec<&Contrast> {
    let heavy = |own: &Contrast| own.weight.abs().max(own.usual.abs());
    let weighs = |own: &&Contrast| {
        heavy(own) >= if own.role == Role::Part { f64::MIN_POSITIVE } else { 0.005 }
    };
    let mut all: Vec<&Contrast> = why.reasons.iter().filter(weighs).collect();
    all.sort_by(|a, b| {
        let other = |own: &Contrast| own.role != Role::Part;
        other(a).cmp(&other(b)).then(heavy(b).total_cmp(&heavy(a)))
    });
    all
}

fn weight(own: &Contrast, value: f64) -> String {
    if own.role == Role::Part { number(value) } else { signed(value, 2) }
}

fn whose(own: &Contrast) -> String {
    match (&own.option, own.role) {
        (Some(option), Role::Against) => format!(" (for “{}”)", plain(option)),
        _ => String::new(),
    }
}

fn effect(own: &Contrast, of_event: bool) -> String {
    let size = size(own);
    if size.abs() < AS_USUAL {
        return String::new();
    }
    if own.role == Role::Part && size.is_infinite() {
        let words = if size > 0.0 { ": usually nothing" } else { ": here nothing" };
        return words.to_owned();
    }
    let times = number(detente_chance::exp(size.abs()));
    let what = match (own.role, size > 0.0) {
        (Role::Part, true) => "times as much as usual",
        (Role::Part, false) => "times less than usual",
        (_, true) if of_event => "times as likely as usual",
        (_, false) if of_event => "times less likely than usual",
        (_, true) => "times better odds than usual",
        (_, false) => "times worse odds than usual",
    };
    format!(": {times} {what}")
}
