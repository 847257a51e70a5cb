//! `detente run`: one history as a chronicle, week by week.

use std::collections::BTreeSet;

use detente_lab::{Entry, History, Model, Question, chronicle, history};

use crate::failure::Failure;
use crate::options::{Run, TextFormat, overwrite};
use crate::{asking, output, scenario};

/// Runs the history and tells it.
pub(crate) fn run(options: &Run) -> Result<(), Failure> {
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let question = Question {
        seed: options.seed,
        histories: 1,
        assumptions: ready.assumptions,
        interventions: ready.interventions,
        parameters: options.changes.parameters(),
        given: asking::given(&options.following, &ready.model)?,
        ..Question::default()
    };
    let told = history(&ready.model, &question, options.history)?;
    let text = match options.format {
        TextFormat::Table => format!(
            "{}\n\n{}",
            asking::head(&told.asked).replace("1 histories", &format!("history {}", told.history)),
            chronicle(&told)
        ),
        TextFormat::Json => output::json(&told)?,
    };
    output::write(options.out.as_deref(), &text, overwrite(options.force))
}

/// One history told by what the record has too: each thing once, when it first comes.
pub(crate) fn in_short(model: &Model, seed: u64) -> Result<String, Failure> {
    let question = Question { seed, histories: 1, ..Question::default() };
    let whole = history(model, &question, 0)?;
    let mut seen: BTreeSet<(String, Option<String>)> = BTreeSet::new();
    let mut first = |entry: &Entry| seen.insert((entry.id.clone(), entry.option.clone()));
    let entries = whole
        .entries
        .iter()
        .filter(|entry| entry.tells && !entry.recorded.is_empty() && first(entry))
        .map(|entry| Entry {
            says: entry.says.as_ref().map(|says| beside(entry, says)),
            ..entry.clone()
        })
        .collect();
    let short = History { entries, ..whole };
    Ok(format!(
        "\nOne of these histories (seed {seed}, history 0), told by what the record has too; the \
         record's own date in brackets:\n\n{}",
        chronicle(&short)
    ))
}

/// A sentence with the record's date of the same thing: how near this history came.
fn beside(entry: &Entry, says: &str) -> String {
    match entry.recorded.first() {
        Some(date) => format!("{says} [{}]", crate::voice::said(date)),
        None => says.to_owned(),
    }
}
