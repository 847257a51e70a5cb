//! `detente ensemble`: what happens, how often, and when.

use detente_lab::bundle::Verb;
use detente_lab::{
    Calendar, Ensemble as Answer, EventAnswer, Met, MetAnswer, OutcomeAnswer, Quantiles, Question,
    Recorded, ensemble, followed,
};

use crate::answering::Job;
use crate::failure::Failure;
use crate::options::Ensemble;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

/// Runs the ensemble, prints the answer, and keeps the tables.
pub(crate) fn run(options: &Ensemble) -> Result<(), Failure> {
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let model = &ready.model;
    let holding = [ready.assumptions, ready.interventions];
    let question = Question {
        given: asking::given(&options.following, model)?,
        series: followed(model, &options.series)?,
        ..asking::question(&options.chance, Some(&options.changes), holding)
    };
    let job = Job { model, question: &question, verb: Verb::Ensemble, keeping: &options.keeping };
    job.run(ensemble, |answer| &answer.asked, |answer| Ok(told(answer, &model.calendar)))
}

/// The answer as text to read.
fn told(answer: &Answer, calendar: &Calendar) -> String {
    let mut out = format!("{}\n\n", asking::head(&answer.asked));
    out.push_str(&shares(&answer.outcomes));
    out.push_str(&dates(&answer.outcomes, calendar));
    out.push_str(&numbers(&answer.outcomes));
    out.push_str(&events(&answer.events, calendar));
    out.push_str(&met(&answer.met));
    out
}

/// Outcomes that hold or do not, and those that are one of several members.
fn shares(outcomes: &[OutcomeAnswer]) -> String {
    let mut table = table(&[
        ("What is asked", Column::Words),
        ("In the model", Column::Numbers),
        ("Error", Column::Numbers),
        ("95 % of counts", Column::Words),
        ("The record", Column::Words),
    ]);
    for outcome in
        outcomes.iter().filter(|one| matches!(one.kind.as_str(), "probability" | "member"))
    {
        let what = match (&outcome.kind[..], commonest(outcome)) {
            ("member", Some(member)) => format!("{}: {member}", outcome.title),
            _ => outcome.title.clone(),
        };
        table.add_row([
            what,
            voice::share_beside(outcome.value, outcome.interval),
            voice::share_error(outcome.error),
            voice::share_interval(outcome.interval),
            recorded(outcome.recorded.as_ref()),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}

fn commonest(outcome: &OutcomeAnswer) -> Option<&str> {
    let members = outcome.members.as_ref()?;
    members.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(name, _)| name.as_str())
}

/// Outcomes that are dates.
fn dates(outcomes: &[OutcomeAnswer], calendar: &Calendar) -> String {
    let mut table = table(&[
        ("Date asked for", Column::Words),
        ("In the model", Column::Numbers),
        ("Error", Column::Numbers),
        ("The middle half of its dates", Column::Words),
        ("The record", Column::Words),
    ]);
    for outcome in outcomes.iter().filter(|one| one.kind == "date") {
        let half = outcome.weeks.as_ref().map_or(String::new(), |w| middle_half(w, calendar));
        table.add_row([
            outcome.title.clone(),
            voice::share(outcome.value),
            voice::share_error(outcome.error),
            half,
            recorded(outcome.recorded.as_ref()),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}

/// Outcomes that are numbers.
fn numbers(outcomes: &[OutcomeAnswer]) -> String {
    let mut table = table(&[
        ("Quantity asked for", Column::Words),
        ("Mean", Column::Numbers),
        ("Error", Column::Numbers),
        ("The middle half", Column::Words),
        ("90 of 100", Column::Words),
        ("Unit", Column::Words),
        ("The record", Column::Words),
    ]);
    for outcome in outcomes.iter().filter(|one| one.kind == "number") {
        let between = |low: &str, high: &str| {
            let of = |key: &str| outcome.quantiles.as_ref().and_then(|all| all.get(key)).copied();
            match (of(low), of(high)) {
                (Some(low), Some(high)) => {
                    let grain = (high - low) / 50.0;
                    format!("{} to {}", voice::number(low, grain), voice::number(high, grain))
                }
                _ => String::new(),
            }
        };
        table.add_row([
            outcome.title.clone(),
            voice::number(outcome.value, outcome.error),
            if voice::varies(outcome.value, outcome.error) {
                format!("± {}", voice::number(outcome.error, outcome.error))
            } else {
                "none".to_owned()
            },
            between("0.25", "0.75"),
            between("0.05", "0.95"),
            if outcome.unit == "1" { String::new() } else { outcome.unit.clone() },
            recorded(outcome.recorded.as_ref()),
        ]);
    }
    if table.is_empty() { String::new() } else { text(&table) + "\n" }
}

/// Events, the frequent first; those that never happen in one line.
fn events(events: &[EventAnswer], calendar: &Calendar) -> String {
    let mut table = table(&[
        ("Event", Column::Words),
        ("In the model", Column::Numbers),
        ("Error", Column::Numbers),
        ("First, the middle half of its dates", Column::Words),
        ("The record", Column::Words),
    ]);
    let mut happen: Vec<&EventAnswer> = events.iter().filter(|event| event.share > 0.0).collect();
    happen.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.id.cmp(&b.id)));
    for event in happen {
        let dates: Vec<String> = event.recorded.iter().map(|date| voice::said(date)).collect();
        table.add_row([
            event.id.clone(),
            voice::share(event.share),
            voice::share_error(event.error),
            middle_half(&event.weeks, calendar),
            dates.join(", "),
        ]);
    }
    let mut out = if table.is_empty() { String::new() } else { text(&table) };
    let never: Vec<&str> =
        events.iter().filter(|event| event.share <= 0.0).map(|event| event.id.as_str()).collect();
    if !never.is_empty() {
        out.push_str(&format!("\nNever in any of them: {}.\n", never.join(", ")));
    }
    out
}

/// The dates between which the middle half of first weeks lie.
pub(crate) fn middle_half(weeks: &Quantiles<u32>, calendar: &Calendar) -> String {
    match (weeks.get("0.25"), weeks.get("0.75")) {
        (Some(from), Some(to)) => voice::weeks(calendar, *from, *to),
        _ => String::new(),
    }
}

/// What the record says, in a word.
pub(crate) fn recorded(recorded: Option<&Recorded>) -> String {
    match recorded {
        None => String::new(),
        Some(Recorded::Truth(true)) => "it happened".to_owned(),
        Some(Recorded::Truth(false)) => "it did not".to_owned(),
        Some(Recorded::Date(date)) => voice::said(date),
        Some(Recorded::Number(number)) => voice::number(*number, 0.0),
    }
}

/// What the run met with that a reader should know.
pub(crate) fn met(met: &[MetAnswer]) -> String {
    let mut out = String::new();
    for one in met {
        let times = voice::count(one.times);
        let line = match one.what {
            Met::NeverPut => {
                format!("the question of {} was never put in {times} histories", one.id)
            }
            Met::NeedsUnmet => {
                format!("{} was made to happen {times} times while its needs did not hold", one.id)
            }
            Met::DueInVain => {
                format!(
                    "{} was due {times} times while its needs did not hold, and did not come",
                    one.id
                )
            }
            Met::HappenedAlready => {
                format!("{} was to be made to happen and had already, {times} times", one.id)
            }
            Met::AnswersNotOpen => {
                format!("an answer wanted of {} was not open, {times} times", one.id)
            }
            Met::SumsHeld => format!("the reasons of {} were held at ±30, {times} times", one.id),
            // Ranges are meant to be reached, and conflicts are the author's matter: `check` says.
            Met::RangeBites | Met::Conflicts => continue,
        };
        out.push_str(&format!("Note: {line}.\n"));
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}
