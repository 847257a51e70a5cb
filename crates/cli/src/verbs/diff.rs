//! `detente diff`: what differs between two versions of a scenario, and between their answers.

use detente_lab::{OutcomeChange, Question, diff, in_words};

use crate::failure::Failure;
use crate::options::{Diff, TextFormat};
use crate::output::{print, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

/// Compares the models, then their answers with the same dice.
pub(crate) fn run(options: &Diff) -> Result<(), Failure> {
    let before = scenario::model(Some(&options.before), &[])?;
    let after = scenario::model(Some(&options.after), &[])?;
    let question: Question = asking::question(&options.chance, None, Default::default());
    let watching = Watching::begin(question.histories)?;
    let found = watching.during(|watch| diff(&before, &after, &question, watch))?;
    match options.format {
        TextFormat::Json => print_json(&found)?,
        TextFormat::Table => {
            print(&in_words(&found))?;
            if found.old_digest != found.new_digest {
                print(&told_answers(&found.outcomes, found.histories))?;
            }
        }
    }
    watching.check(found.histories, question.histories)
}

fn told_answers(outcomes: &[OutcomeChange], histories: u64) -> String {
    if outcomes.is_empty() {
        return String::new();
    }
    let mut table = table(&[
        ("What is asked", Column::Words),
        ("Before", Column::Numbers),
        ("After", Column::Numbers),
        ("Change", Column::Numbers),
        ("95 %", Column::Words),
    ]);
    let moved = outcomes.iter().filter(|outcome| outcome.moved > 0);
    for outcome in moved {
        let row = if outcome.kind == "number" {
            [
                voice::number(outcome.baseline, outcome.error),
                voice::number(outcome.what_if, outcome.error),
                voice::change(outcome.difference, outcome.error),
                outcome.interval.map(|end| voice::change(end, outcome.error)).join(" to "),
            ]
        } else {
            [
                voice::share(outcome.baseline),
                voice::share(outcome.what_if),
                voice::points(outcome.difference),
                voice::points_interval(outcome.interval),
            ]
        };
        let [before, after, change, interval] = row;
        table.add_row([outcome.title.clone(), before, after, change, interval]);
    }
    let histories = voice::count(histories);
    if table.is_empty() {
        return format!("\nNo outcome moves in any of {histories} histories with the same dice.\n");
    }
    format!("\nIn {histories} histories with the same dice:\n\n{}", text(&table))
}
