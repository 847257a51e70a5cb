//! `why` in words a historian reads: how likely it was, what spoke for it beyond the usual, where that
//! came from, and what it hung on.

use std::fmt::Write as _;

use super::answer::{
    Assumption, Came, Cause, Contrast, Deed, Mover, Necessity, Origin, Role, Share, Through,
    Together, Why, Without,
};
use super::subject::plain;
use crate::report::words::{count, date_of_text, number, of_100, signed};

/// A reason nearer to its usual weight than this is as usual.
const AS_USUAL: f64 = 0.05;
/// How many reasons are traced.
const TRACED: usize = 5;
/// How many assumptions of a reason are told.
const ASSUMED: usize = 3;
/// How many lines a list has.
const LINES: usize = 12;

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
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn head(out: &mut String, text: &str) {
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
        let _ = write!(about, " In this history it comes {} times; this is the first.", why.times);
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

fn chance(probability: f64) -> String {
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
    match own.role {
        Role::Part if own.usual > 0.0 && own.weight > 0.0 => {
            detente_chance::ln(own.weight / own.usual)
        }
        Role::Part if own.weight == own.usual => 0.0,
        Role::Part if own.weight > own.usual => f64::INFINITY,
        Role::Part => f64::NEG_INFINITY,
        _ => own.contrast,
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
fn in_order(why: &Why) -> Vec<&Contrast> {
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

fn origins(why: &Why, out: &mut String) {
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
        "settlement" => format!("{title}: as it was settled"),
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
    let moved = !origin.moved_by.is_empty();
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
pub(super) fn bare(says: &str) -> &str {
    says.split(". ").next().unwrap_or(says).trim_end_matches('.')
}

fn conditions(why: &Why, out: &mut String) {
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

fn causes(why: &Why, out: &mut String) {
    head(
        out,
        &format!(
            "What it hung on: this history run again, with the same chance, {} times, each time \
             without one of the things that had happened before",
            count(why.tried as u64)
        ),
    );
    let needed = |own: &&Cause| own.without == Without::Never;
    let (done, left): (Vec<&Cause>, Vec<&Cause>) =
        why.causes.iter().filter(needed).partition(|own| !own.omission);
    list(out, "Without any one of these it never comes in this history:", &done);
    list(out, "Nor if at any one of these points things had not been left as they were:", &left);
    let first: Vec<&Cause> = why
        .causes
        .iter()
        .filter(|own| matches!(own.without, Without::AnotherRoad { .. }) && !own.omission)
        .collect();
    list(
        out,
        "These brought it about, though without them it would have come by another road that in fact \
         was not taken:",
        &first,
    );
    let of = |later: bool| -> Vec<&Cause> {
        let mut all: Vec<&Cause> = why
            .causes
            .iter()
            .filter(|own| match own.without {
                Without::Later { .. } => later,
                Without::Earlier { .. } => !later,
                _ => false,
            })
            .collect();
        all.sort_by_key(|own| std::cmp::Reverse(weeks(own)));
        all
    };
    list(out, "These only hastened it:", &of(true));
    list(out, "These held it back:", &of(false));
    if why.causes.is_empty() {
        line(out, "  None of them by itself made any difference to it.");
    }
}

fn weeks(cause: &Cause) -> u32 {
    match cause.without {
        Without::Never => u32::MAX,
        Without::Later { weeks } | Without::Earlier { weeks } => weeks,
        Without::AnotherRoad { weeks, .. } => weeks,
    }
}

fn in_weeks(weeks: u32, word: &str) -> String {
    match weeks {
        0 => "in the same week".to_owned(),
        1 => format!("a week {word}"),
        many => format!("{many} weeks {word}"),
    }
}

fn list(out: &mut String, title: &str, causes: &[&Cause]) {
    if causes.is_empty() {
        return;
    }
    line(out, &format!("  {title}"));
    for cause in causes.iter().take(LINES) {
        let times = if cause.times > 1 && cause.deed.option.is_none() {
            format!(" ({} times, first then)", cause.times)
        } else {
            String::new()
        };
        let what = match &cause.without {
            Without::Never => String::new(),
            Without::Later { weeks } => {
                format!(" – without it {}", in_weeks(*weeks, "later"))
            }
            Without::Earlier { weeks } => {
                format!(" – without it {}", in_weeks(*weeks, "sooner"))
            }
            Without::AnotherRoad { weeks, road } => {
                let road: Vec<&str> = road.iter().map(|own| bare(&own.says)).collect();
                format!(" – without it {}, by: {}", in_weeks(*weeks, "later"), road.join("; "))
            }
        };
        let date = date_of_text(&cause.deed.date);
        line(out, &format!("    {date}: {}{times}{what}", bare(&cause.deed.says)));
        // What was sooner without it went through nothing of that week.
        let many = match (&cause.without, cause.through.first()) {
            (Without::Earlier { .. }, _) => 0,
            (_, Some(Through::Reason { .. })) => 2,
            _ => 1,
        };
        for through in cause.through.iter().take(many) {
            line(out, &format!("        {}", tell_through(through)));
        }
    }
    if causes.len() > LINES {
        line(out, &format!("    … and {} more", causes.len() - LINES));
    }
}

fn tell_through(through: &Through) -> String {
    match through {
        Through::Condition { needs, lacking } => match lacking {
            Some(lacking) => format!("then {lacking}"),
            None => format!("then this does not hold: {needs}"),
        },
        Through::NotAsked { .. } => "then the question is not put in that week".to_owned(),
        Through::Reason { reason, weight, without } => format!(
            "through “{reason}”: {} with it, {} without",
            signed(*weight, 2),
            signed(*without, 2)
        ),
    }
}

fn tell_together(together: &Together, out: &mut String) {
    head(out, "What would have done instead");
    let mut names: Vec<&Deed> = Vec::new();
    for deed in together.sets.iter().flatten() {
        if !names.contains(&deed) {
            names.push(deed);
        }
    }
    names.sort_by_key(|own| own.week);
    let many = names.len();
    let of_all = together.size == many;
    let size = together.size;
    let responsibility = format!("each bears 1 part in {size} of the responsibility");
    let least = if together.least { "" } else { " (a smaller number may do; none was looked for)" };
    let text = if of_all && size == 2 {
        format!(
            "  No single one of these two is needed, for the other would have been enough; without \
             both it never comes, and {responsibility}{least}:"
        )
    } else if of_all {
        format!(
            "  No single one of these {many} is needed, for the others would have been enough; \
             without all of them it never comes, and {responsibility}{least}:"
        )
    } else {
        format!(
            "  No single one of these {many} is needed; {size} would have to go at once before it \
             no longer comes, and {responsibility}{least}:"
        )
    };
    line(out, &text);
    for deed in names.iter().take(LINES) {
        line(out, &format!("    {}: {}", date_of_text(&deed.date), bare(&deed.says)));
    }
}

fn necessity(why: &Why, out: &mut String) {
    let Some(first) = why.necessity.first() else { return };
    head(
        out,
        &format!(
            "Not in this history alone: over {} histories, each run with and without the cause on \
             the same chance",
            count(first.histories)
        ),
    );
    for own in &why.necessity {
        tell_necessity(own, out);
    }
}

fn tell_necessity(own: &Necessity, out: &mut String) {
    line(out, &format!("  {}", bare(&own.cause.says)));
    line(
        out,
        &format!(
            "    It comes in {} of 100 histories if this is made to be, in {} if it is kept from \
             being.",
            of_100(own.if_made),
            of_100(own.if_barred)
        ),
    );
    let told = [
        (
            "necessary",
            &own.necessity,
            "of the histories that had both, the share that loses it without this",
        ),
        (
            "sufficient",
            &own.sufficiency,
            "of those that had neither, the share that gains it with this",
        ),
        ("both", &own.both, "of all, the share in which it comes with this and not without"),
    ];
    for (word, share, what) in told {
        line(out, &format!("    {word:<10} {}: {what}", tell_share(share)));
    }
}

fn tell_share(share: &Share) -> String {
    if share.of == 0 {
        return "nothing to tell (no history is of that kind)".to_owned();
    }
    let hundredths = |value: f64| format!("{:.0}", value * 100.0);
    format!(
        "{} of 100 ({} to {}; the chances alone allow {} to {}; {} histories)",
        hundredths(share.value),
        hundredths(share.interval[0]),
        hundredths(share.interval[1]),
        hundredths(share.bounds[0]),
        hundredths(share.bounds[1]),
        count(share.of)
    )
}
