//! `why-not` in words: how near it came, what stood in its way and when, and what would have turned it.

use std::fmt::Write as _;

use super::answer_not::{Behind, Lack, Standing, Stretch, WhyNot};
use super::telling_many::over_many;
use super::telling_origins::bare;
use super::turn::{Changed, Turn};
use crate::report::words::{count, date_of_text, number, of_100};

/// Stretches that are told at most; of more, the longest.
const LINES: usize = 16;
/// Changes that are told at most.
const TURNS: usize = 12;

/// The whole answer as text.
pub fn why_not_in_words(answer: &WhyNot) -> String {
    let mut out = String::new();
    let since = match (answer.asked.asked.as_str(), &answer.asked.given_record_to) {
        ("after", Some(day)) => format!(", after {}", date_of_text(day)),
        _ => String::new(),
    };
    let _ = writeln!(out, "Not in this history{since}: {}", answer.says);
    if let [first, ..] = answer.recorded.as_slice() {
        let _ = writeln!(out, "The record has it on {}.", date_of_text(first));
    }
    how_near(answer, &mut out);
    obstacles(&answer.obstacles, &mut out);
    behind(&answer.behind, &mut out);
    turns(answer, &mut out);
    if let Some(own) = &answer.over_many {
        over_many(own, answer, &mut out);
    }
    out
}

pub(super) fn weeks(many: u32) -> String {
    if many == 1 { "1 week".to_owned() } else { format!("{many} weeks") }
}

pub(super) fn chance(probability: f64) -> String {
    if probability > 0.0 && probability < 0.01 {
        format!("{} in 1,000", number(probability * 1000.0))
    } else {
        format!("{} in 100", of_100(probability))
    }
}

fn how_near(answer: &WhyNot, out: &mut String) {
    out.push_str("\nHow near it came\n");
    let Some(near) = &answer.nearest else {
        out.push_str("  It could not come in any week: what it needs never held all at once.\n");
        return;
    };
    let open = weeks(answer.weeks_open as u32);
    match near.behind {
        None => {
            let all = answer.chance.map_or_else(String::new, chance);
            let _ = writeln!(
                out,
                "  It could have happened in {open}, with a chance of {all} over them all."
            );
            let _ = writeln!(
                out,
                "  It was likeliest in the week of {}: a chance of {} that week.",
                date_of_text(&near.date),
                chance(near.probability)
            );
        }
        Some(behind) => {
            let _ = writeln!(
                out,
                "  The question was put in {open}, with this answer open. It came nearest in the week \
                 of {}: its reasons alone gave it a chance of {}, and the answer given led it by {} to \
                 1 once the mood of the hour was counted in.",
                date_of_text(&near.date),
                chance(near.probability),
                number(detente_chance::exp(behind))
            );
        }
    }
}

fn obstacles(all: &[Stretch], out: &mut String) {
    out.push_str("\nWhat stood in its way, in order of time\n");
    let mut told: Vec<(usize, &Stretch)> = all.iter().enumerate().collect();
    if told.len() > LINES {
        told.sort_by_key(|(_, own)| std::cmp::Reverse(own.weeks));
        told.truncate(LINES);
        told.sort_by_key(|(number, _)| *number);
    }
    for (_, own) in &told {
        let from = date_of_text(&own.from);
        let head = if own.weeks == 1 {
            format!("In the week of {from}")
        } else {
            format!("For {} from {from}", weeks(own.weeks))
        };
        match &own.what {
            Standing::Lacking { parts } => {
                let _ = writeln!(out, "  {head}, this stood in its way:");
                for lack in parts {
                    let _ = writeln!(out, "      {}", lack_in_words(lack));
                }
            }
            Standing::Chance { chance: p } => {
                let _ = writeln!(
                    out,
                    "  {head}, nothing: it could have come, with a chance of {}, and did not.",
                    chance(*p)
                );
            }
            Standing::Outweighed { says, chance: p, .. } => {
                let _ = writeln!(
                    out,
                    "  {head}, another answer: {} (this one had at best a chance of {}).",
                    says.trim_end_matches('.'),
                    chance(*p)
                );
            }
            Standing::NotPut => {
                let _ = writeln!(out, "  {head}, the question was not put.");
            }
            Standing::NotDue => {
                let _ = writeln!(out, "  {head}, it was not due, or barred.");
            }
        }
    }
    if all.len() > told.len() {
        let _ = writeln!(out, "  … and {} shorter stretches.", all.len() - told.len());
    }
}

/// What is lacking, as a reader sees it.
pub(crate) fn lack_in_words(lack: &Lack) -> String {
    let unit = lack.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
    let short = lack
        .short_by
        .map_or(String::new(), |by| format!(" – short by {}{unit} at the nearest", number(by)));
    match &lack.says {
        Some(says) => format!("{says}{short}"),
        None => format!("{}{short}", lack.needs),
    }
}

fn behind(all: &[Behind], out: &mut String) {
    if all.is_empty() {
        return;
    }
    out.push_str("\nBehind what stood in its way longest\n");
    for own in all {
        let open = match own.weeks_open {
            0 => "it could not come in any week either".to_owned(),
            many => format!(
                "it could have come in {}, with a chance of {} at best, and did not",
                weeks(many as u32),
                chance(own.best_chance)
            ),
        };
        let _ = writeln!(
            out,
            "  {}\n      It would have come by this: {}. But {open}.",
            own.lacking,
            bare(&own.says)
        );
    }
}

fn turns(answer: &WhyNot, out: &mut String) {
    let _ = writeln!(
        out,
        "\nThe smallest single change that turns it: {} were tried, each in this history again with \
         the same chance",
        count(answer.tried as u64)
    );
    if answer.turns.is_empty() {
        out.push_str(
            "  None of them brings it about: no deed done or left undone, no assumption moved within \
             what is thought likely of it, no start elsewhere among those that histories come to.\n",
        );
        return;
    }
    out.push_str(
        "  Measured in standard deviations: of an assumption those of what is thought likely of it, of \
         a start those between histories in one week; a deed counts as many as are exceeded as rarely \
         as it comes.\n",
    );
    for own in answer.turns.iter().take(TURNS) {
        let size = own.size.map_or_else(|| "no chance".to_owned(), |own| format!("{own:.2}"));
        let _ = writeln!(
            out,
            "  {size:>9}  {}: then it comes in the week of {}\n             --do '{}'",
            turn_in_words(own),
            date_of_text(&own.date),
            own.command
        );
    }
    if answer.turns.len() > TURNS {
        let _ = writeln!(out, "             … and {} greater ones.", answer.turns.len() - TURNS);
    }
}

/// What is changed, in words.
pub(crate) fn turn_in_words(turn: &Turn) -> String {
    let measured = |unit: &str| if unit == "1" { String::new() } else { format!(" {unit}") };
    match &turn.change {
        Changed::Without { deed, likelihood } => {
            format!("without this: {} ({} of that)", bare(&deed.says), a_chance(*likelihood))
        }
        Changed::With { deed, likelihood } => format!(
            "had this come on {}: {} ({} of that)",
            date_of_text(&deed.date),
            bare(&deed.says),
            a_chance(*likelihood)
        ),
        Changed::Assumption { title, from, to, unit, .. } => {
            format!("{title}: {}{} instead of {}", three(*to), measured(unit), three(*from))
        }
        Changed::Start { title, from, to, unit, .. } => format!(
            "{title}: at {}{} to begin with instead of {}",
            three(*to),
            measured(unit),
            three(*from)
        ),
        Changed::StartsAs { title, from, to, .. } => {
            format!("{title}: {to} to begin with instead of {from}")
        }
    }
}

/// To three figures, as it is typed.
fn three(value: f64) -> String {
    let typed: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    typed.to_string().replace('-', "\u{2212}")
}

fn a_chance(probability: f64) -> String {
    if probability > 0.0 {
        format!("a chance of {}", chance(probability))
    } else {
        "no chance".to_owned()
    }
}
