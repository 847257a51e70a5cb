//! `detente run`: one history as a chronicle, week by week.

use std::collections::BTreeSet;

use detente_lab::{
    Entry, History, LabError, Model, Question, Stopped, chronicle, history, history_to_its_stop,
    history_with_reasons, nearest_in_words, nearest_to_record, stop_in_words,
};

use crate::failure::Failure;
use crate::options::{Chance, Run, overwrite};
use crate::output::Format;
use crate::progress::Watching;
use crate::{asking, output, scenario};

/// Among how many histories the one nearest to the record is sought.
pub(crate) const SEARCHED: u64 = 10_000;

/// How days and the weights of reasons are to be read.
const LEGEND: &str = "\
Dates are the Mondays of weeks, or the days that the scenario gives. Beneath each line stand its
reasons with their weights, save those that weigh nothing. For what happens: the parts of its rate,
then what raises (+) or lowers (−) the logarithm of its hazard. For what is decided: what speaks for
the answer, in logits, then what spoke for the one that came nearest.

";

/// Runs the history and tells it, with its reasons.
pub(crate) fn run(options: &Run) -> Result<(), Failure> {
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let chance = Chance { seed: options.seed, histories: 1, jobs: None };
    let holding = [ready.assumptions, ready.interventions];
    let question = Question {
        given: asking::given(&options.following, &ready.model)?,
        ..asking::question(&chance, Some(&options.changes), holding)
    };
    if options.nearest {
        return nearest(options, &ready.model, &question);
    }
    let told = match history_with_reasons(&ready.model, &question, options.history) {
        Ok(told) => told,
        Err(error) => return to_its_stop(options, &ready.model, &question, error),
    };
    let bytes = output::in_format(&told, options.format, || {
        let head = asking::head_of(&told.asked, &format!("history {}", told.history));
        Ok(format!("{head}\n\n{LEGEND}{}", chronicle(&told)))
    })?;
    output::write(options.to.out.as_deref(), bytes, overwrite(options.to.force))
}

/// Tells a history that stops, up to the week in which it does and with what the number at fault was
/// made of; then ends with the error.
fn to_its_stop(
    options: &Run,
    model: &Model,
    question: &Question,
    error: LabError,
) -> Result<(), Failure> {
    let whole = match error {
        LabError::Engine(_) => history_to_its_stop(model, question, options.history)?,
        _ => None,
    };
    let Some(whole) = whole else { return Err(error.into()) };
    let Stopped { history: told, stopped } = &whole;
    let bytes = match options.format {
        Format::Json => output::json(&whole)?.into_bytes(),
        format => output::in_format(told, format, || {
            let head = asking::head_of(&told.asked, &format!("history {}", told.history));
            let made_of = stop_in_words(stopped);
            Ok(format!("{head}\n\n{LEGEND}{}{made_of}", chronicle(told)))
        })?,
    };
    output::write(options.to.out.as_deref(), bytes, overwrite(options.to.force))?;
    Err(Failure::Unfinished(format!("The history stops here: {}.", stopped.why)))
}

/// Tells the history nearest to the record: how near it is, where the two part, and what happens in it.
fn nearest(options: &Run, model: &Model, question: &Question) -> Result<(), Failure> {
    let searched = Question { histories: SEARCHED, ..question.clone() };
    let watching = Watching::begin(searched.histories)?;
    let answer = watching.during(|watch| nearest_to_record(model, &searched, watch))?;
    let text = match options.format {
        Format::Table => format!(
            "{}\n\n{}\n{}",
            asking::head(&answer.asked),
            nearest_in_words(&answer),
            chronicle(&history(model, question, answer.history)?)
        ),
        Format::Json => output::json(&answer)?,
        Format::Csv | Format::Parquet => {
            let what = "The nearest history is told as text or as JSON; its number given to --history \
                        makes the rest.";
            return Err(Failure::Input(what.to_owned()));
        }
    };
    output::write(options.to.out.as_deref(), &text, overwrite(options.to.force))?;
    watching.check(answer.asked.histories, answer.asked.histories_asked)
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
