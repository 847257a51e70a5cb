//! `detente compare`: the same histories with and without a change, under the same dice.

use clap::Args;
use detente_lab::bundle::Verb;
use detente_lab::{Calendar, Comparison, EventChange, OutcomeChange, Question, compare, followed};

use super::ensemble::{met, middle_half, recorded};
use crate::answering::Job;
use crate::failure::Failure;
use crate::options::Ensemble;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    ensemble: Ensemble,
    /// Assumptions × interventions: what the change does without what --assume and --school say,
    /// and with it
    #[arg(long)]
    cross: bool,
}

/// Runs both arms, prints what differs, and keeps the tables.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.cross {
        return super::cross::run(&options.ensemble);
    }
    let options = &options.ensemble;
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let model = &ready.model;
    if ready.interventions.is_empty() {
        let example = model.what_ifs.first().map_or_else(
            || "--do \"EVENT never\"".to_owned(),
            |what_if| format!("--what-if {}", what_if.id),
        );
        return Err(Failure::Input(format!(
            "Nothing is changed, so both histories would be the same. Try one: {example}."
        )));
    }
    let holding = [ready.assumptions, ready.interventions];
    let question = Question {
        given: asking::given(&options.following, model)?,
        series: followed(model, &options.series)?,
        ..asking::question(&options.chance, Some(&options.changes), holding)
    };
    let job = Job { model, question: &question, verb: Verb::Compare, keeping: &options.keeping };
    job.run(compare, |answer| &answer.asked, |answer| Ok(told(answer, &model.calendar)))
}

/// The answer as text to read.
fn told(answer: &Comparison, calendar: &Calendar) -> String {
    let mut out = format!("{}\n\n", asking::head(&answer.asked));
    let histories = voice::count(answer.asked.histories);
    if answer.equal {
        out.push_str(&format!(
            "This changes nothing in any of {histories} histories: the two runs are equal to the \
             byte.\n"
        ));
        out.push_str(&met(&answer.met));
        return out;
    }
    out.push_str(&outcomes(&answer.outcomes));
    out.push_str(&events(&answer.events, calendar));
    out.push_str(&format!(
        "{} of {histories} histories are not the same.",
        voice::count(answer.moved)
    ));
    if let Some(first) = &answer.first_divergence {
        out.push_str(&format!(
            " They first part in week {}, {}: {}.",
            first.week,
            voice::said(&first.date),
            first.element
        ));
    }
    out.push('\n');
    out.push_str(&met(&answer.met));
    out
}

fn outcomes(outcomes: &[OutcomeChange]) -> String {
    let mut table = table(&[
        ("What is asked", Column::Words),
        ("Without", Column::Numbers),
        ("With", Column::Numbers),
        ("Change", Column::Numbers),
        ("95 %", Column::Words),
        ("Unpaired runs needed", Column::Numbers),
        ("The record", Column::Words),
    ]);
    for outcome in outcomes {
        let saved = outcome.variance_saved.map_or(String::new(), |times| {
            format!("{} times as many", voice::rounded(times, if times < 9.95 { 1 } else { 0 }))
        });
        let [without, with, change, interval] = said(outcome);
        table.add_row([
            outcome.title.clone(),
            without,
            with,
            change,
            interval,
            saved,
            recorded(outcome.recorded.as_ref()),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}

/// Baseline, what-if, change and interval of an outcome, as they are said for its kind.
pub(super) fn said(outcome: &OutcomeChange) -> [String; 4] {
    if outcome.kind == "number" {
        if outcome.moved == 0 {
            let same = voice::number(outcome.baseline, outcome.error);
            return [same.clone(), same, "0".to_owned(), String::new()];
        }
        let (low, high) = (outcome.interval[0], outcome.interval[1]);
        let unit = if outcome.unit == "1" { String::new() } else { format!(" {}", outcome.unit) };
        return [
            voice::number(outcome.baseline, outcome.error),
            voice::number(outcome.what_if, outcome.error),
            format!("{}{unit}", voice::change(outcome.difference, outcome.error)),
            format!(
                "{} to {}",
                voice::change(low, outcome.error),
                voice::change(high, outcome.error)
            ),
        ];
    }
    [
        voice::share(outcome.baseline),
        voice::share(outcome.what_if),
        voice::points_beside(outcome.difference, outcome.interval),
        voice::points_interval(outcome.interval),
    ]
}

/// Events whose share or timing changes.
fn events(events: &[EventChange], calendar: &Calendar) -> String {
    let mut table = table(&[
        ("Event", Column::Words),
        ("Without", Column::Numbers),
        ("With", Column::Numbers),
        ("First without, the middle half", Column::Words),
        ("First with", Column::Words),
    ]);
    let mut changed: Vec<&EventChange> = events
        .iter()
        .filter(|event| {
            event.baseline.share != event.what_if.share
                || event.baseline.weeks != event.what_if.weeks
        })
        .collect();
    let size = |event: &EventChange| (event.what_if.share - event.baseline.share).abs();
    changed.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.id.cmp(&b.id)));
    for event in changed {
        table.add_row([
            event.id.clone(),
            voice::share(event.baseline.share),
            voice::share(event.what_if.share),
            middle_half(&event.baseline.weeks, calendar),
            middle_half(&event.what_if.weeks, calendar),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}
