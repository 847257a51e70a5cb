//! What is usual over many histories, in words: of `why` the reasons, of `why-not` the obstacles.

use std::fmt::Write as _;

use super::answer::Role;
use super::answer_not::WhyNot;
use super::many::{Against, Hurdle, HurdleOverMany, OverMany};
use super::subject::plain;
use super::telling::{head, line};
use super::telling_causes::that_follow;
use super::telling_not::{chance, weeks};
use super::usually::{InMany, Usually};
use crate::report::given::stands_on;
use crate::report::words::{count, date_of_text, number, of_100, signed};

/// Reasons that are told at most.
const REASONS: usize = 8;

/// Which reasons usually weigh where it comes.
pub(super) fn usually(own: &Usually, out: &mut String) {
    head(
        out,
        &format!(
            "Its reasons in many histories: of {} it comes in {} of 100 ({} to {})",
            count(own.histories),
            of_100(own.comes),
            of_100(own.interval[0]),
            of_100(own.interval[1])
        ),
    );
    if own.reasons.is_empty() || own.weighed == 0 {
        line(out, "  In none of them is it weighed: it has no reasons, or is made so.");
        return;
    }
    line(
        out,
        "  Each in the week in which it comes; last, in how many of 100 it is among the three that \
         speak most for it beyond the usual.",
    );
    line(out, "    here   usual  first three");
    for reason in own.reasons.iter().take(REASONS) {
        let say = |value: f64| match reason.role {
            Role::Part => number(value),
            Role::Against => signed(-value, 2),
            _ => signed(value, 2),
        };
        let _ = writeln!(
            out,
            "  {:>6}  {:>6}  {:>8}     {}{}",
            say(reason.weight),
            say(reason.usual),
            of_100(reason.first_three),
            reason.reason,
            whose(reason)
        );
    }
    if own.reasons.len() > REASONS {
        line(out, &format!("    … and {} more", own.reasons.len() - REASONS));
    }
}

fn whose(own: &InMany) -> String {
    match (&own.option, own.role) {
        (Some(option), Role::Against) => format!(
            " (for “{}”, which comes nearest in {} of 100)",
            plain(option),
            of_100(own.weighs)
        ),
        _ => String::new(),
    }
}

/// What usually stands in the way.
pub(super) fn over_many(own: &OverMany, answer: &WhyNot, out: &mut String) {
    let _ = writeln!(
        out,
        "\nNot in this history alone: over {} histories{}",
        count(own.histories),
        that_follow(&answer.asked)
    );
    for sentence in stands_on(&answer.asked) {
        line(out, &format!("  {sentence}"));
    }
    let _ = writeln!(
        out,
        "  It never comes in {} of 100 ({} to {}).",
        of_100(own.never),
        of_100(own.interval[0]),
        of_100(own.interval[1])
    );
    if own.never == 0.0 {
        return;
    }
    let left = if answer.option.is_some() {
        "at its best the reasons gave it a chance of"
    } else {
        "in the others it had a chance of"
    };
    let rest = if own.never_open < 1.0 {
        format!("; {left} {} on average", chance(own.chance))
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "  Of these, in {} of 100 it could not come in any week{rest}.",
        of_100(own.never_open)
    );
    obstacles(own, out);
    against(&own.against, answer.option.is_some(), out);
}

fn obstacles(own: &OverMany, out: &mut String) {
    if own.obstacles.is_empty() {
        return;
    }
    let order = if own.obstacles.len() > 1 {
        format!(" (in {} of 100 they stood in this very order)", of_100(own.in_this_order))
    } else {
        String::new()
    };
    let _ = writeln!(out, "  What stood in its way there, in the usual order of time{order}:");
    for (number, obstacle) in own.obstacles.iter().enumerate() {
        let word = if number == 0 { "first" } else { "then" };
        let _ = writeln!(out, "    {word:<6}{}", hurdle_in_words(&obstacle.what));
        let _ = writeln!(out, "          {}", when(obstacle));
    }
}

/// An obstacle as a reader sees it.
pub(crate) fn hurdle_in_words(what: &Hurdle) -> String {
    match what {
        Hurdle::Lacking { needs, says } => says.clone().unwrap_or_else(|| needs.clone()),
        Hurdle::Chance => "nothing but chance: it could have come, and did not".to_owned(),
        Hurdle::Outweighed { says, .. } => {
            format!("another answer: {}", says.trim_end_matches('.'))
        }
    }
}

fn when(own: &HurdleOverMany) -> String {
    let middle = if own.quarters[0] == own.quarters[1] {
        String::new()
    } else {
        format!(" (half of them {} to {})", own.quarters[0], own.quarters[1])
    };
    let throughout = if own.throughout > 0.0 {
        format!(", in {} from beginning to end", of_100(own.throughout))
    } else {
        String::new()
    };
    format!(
        "in {} of 100, for {}{middle}, from {} to {}; the longest obstacle in {}{throughout}",
        of_100(own.stood),
        weeks(own.weeks),
        date_of_text(&own.from),
        date_of_text(&own.to),
        of_100(own.longest)
    )
}

fn against(all: &[Against], answer: bool, out: &mut String) {
    if all.is_empty() {
        line(out, "  No reason weighed against it there in a week in which it could have come.");
        return;
    }
    let measure = if answer { "in logits" } else { "in log hazard ratios" };
    let _ = writeln!(
        out,
        "  What usually weighed against it there, in the weeks in which it could have come, {measure}:"
    );
    for own in all.iter().take(REASONS) {
        let of = own.option.as_ref().filter(|_| own.weight > 0.0);
        let of = of.map_or(String::new(), |own| format!(" (for “{}”)", plain(own)));
        let _ = writeln!(
            out,
            "  {:>8}  {}{of}, in {} of 100",
            signed(own.weight, 2),
            own.reason,
            of_100(own.weighed)
        );
    }
}
