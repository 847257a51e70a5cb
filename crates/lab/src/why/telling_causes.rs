//! What something hung on, in words: what replays without each deed gave.

use std::fmt::Write as _;

use super::answer::{Cause, Deed, LeftOut, Necessity, Share, Through, Together, Why, Without};
use super::telling::{head, line};
use super::telling_origins::bare;
use crate::answer::Asked;
use crate::report::given::stands_on;
use crate::report::words::{count, date_of_text, of_100, signed};

/// How many lines a list has.
const LINES: usize = 12;

pub(super) fn causes(why: &Why, out: &mut String) {
    head(out, &what_it_hung_on(why));
    if why.tried == 0 {
        line(out, "  Nothing of the kind had happened.");
        return;
    }
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

/// What was taken away, of which history: given the record up to a day, only what came from then on.
fn what_it_hung_on(why: &Why) -> String {
    let again = format!(
        "this history run again, with the same chance, {} times, each time without one of the things that \
         had happened",
        count(why.tried as u64)
    );
    match (why.asked.asked.as_str(), &why.asked.given_record_to) {
        ("after", Some(day)) => format!(
            "What it hung on after {}: {again} since. What came before is given; ask of it in \
             hindsight",
            date_of_text(day)
        ),
        ("hindsight", _) => {
            format!("What it hung on, given all that is recorded: {again} before, recorded or not")
        }
        _ => format!("What it hung on: {again} before"),
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

pub(super) fn tell_together(together: &Together, out: &mut String) {
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

pub(super) fn necessity(why: &Why, out: &mut String) {
    let Some(first) = why.necessity.first() else { return };
    head(
        out,
        &format!(
            "Not in this history alone: over {} histories{}, each run with and without the cause on \
             the same chance",
            count(first.histories),
            that_follow(&why.asked)
        ),
    );
    for sentence in stands_on(&why.asked) {
        line(out, &format!("  {sentence}"));
    }
    for own in &why.necessity {
        tell_necessity(own, out);
    }
    left_out(&why.not_weighed, out);
}

/// Needed deeds that were not weighed, for the work it takes.
fn left_out(all: &[LeftOut], out: &mut String) {
    let Some(first) = all.first() else { return };
    let _ = writeln!(
        out,
        "  Not weighed so, since over {} histories they had less effect (in so many of 100 it comes \
         with this and not without):",
        count(first.of)
    );
    for own in all {
        let _ = writeln!(
            out,
            "    {:>8}  {}: {}",
            of_100(own.both),
            date_of_text(&own.deed.date),
            bare(&own.deed.says)
        );
    }
}

/// Which histories are meant, where they are not free.
pub(super) fn that_follow(asked: &Asked) -> String {
    let to = asked.given_record_to.as_deref();
    to.map_or_else(String::new, |day| format!(" that follow the record to {}", date_of_text(day)))
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
