//! From what was typed to a question for the lab, and to the place where its answer is kept.

use std::path::PathBuf;

use detente_lab::bundle::{Bundle, Estimate, Kept, Overwrite, Verb};
use detente_lab::{
    Asked, Conditioning, Given, Intervention, Model, Parameters, Question, of_families,
};

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::failure::Failure;
use crate::options::{Chance, Changes, Following, Keeping, overwrite};
use crate::output::is_standard;
use crate::voice;

/// The question that the options ask.
pub(crate) fn question(
    chance: &Chance,
    changes: Option<&Changes>,
    [assumptions, interventions]: [Vec<Intervention>; 2],
) -> Question {
    Question {
        seed: chance.seed,
        histories: chance.histories,
        assumptions,
        interventions,
        parameters: changes.map_or(Parameters::AsWritten, Changes::parameters),
        jobs: chance.jobs,
        ..Question::default()
    }
}

/// How far histories follow the record.
pub(crate) fn given(following: &Following, model: &Model) -> Result<Given, Failure> {
    Ok(match (&following.after, following.hindsight) {
        (Some(day), _) => Given::after_day(&model.calendar, day)?,
        (None, true) => Given::Hindsight,
        (None, false) => Given::FromTheStart,
    })
}

/// Where the tables go; `None` for standard output only.
pub(crate) fn bundle(
    model: &Model,
    question: &Question,
    verb: Verb,
    keeping: &Keeping,
) -> Option<Bundle> {
    if is_standard(keeping.out.as_ref()) {
        return None;
    }
    let mut bundle = Bundle::by_default(model, question, verb);
    if let Some(folder) = &keeping.out {
        bundle.folder = PathBuf::from(folder);
        bundle.overwrite = Overwrite::Refuse;
    }
    if keeping.force {
        bundle.overwrite = overwrite(keeping.force);
    }
    Some(bundle)
}

/// Says what a run would write.
pub(crate) fn tell_estimate(bundle: &Bundle, estimate: &Estimate) -> String {
    let place = bundle.folder.display();
    let size = match estimate.bytes {
        bytes if bytes < 1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        bytes if bytes < 1_000_000_000 => format!("{} MB", bytes.div_ceil(1_000_000)),
        bytes => format!("{:.1} GB", bytes as f64 / 1e9),
    };
    format!(
        "To be written to {place}, about {size}:\n  histories.parquet  {} rows\n  events.parquet     \
         {} rows, about\n  series.parquet     {} rows\nNothing was written.\n",
        voice::count(estimate.histories),
        voice::count(estimate.events),
        voice::count(estimate.series)
    )
}

/// Says where the answer was kept, on standard error.
pub(crate) fn tell_kept(kept: Option<&Kept>) {
    match kept {
        None => {}
        Some(kept) if kept.written => {
            eprintln!("Report and tables: {}", kept.folder.join("report.html").display());
        }
        Some(kept) => eprintln!(
            "A whole run of this question lies in {} and was kept as it is; --force writes it anew.",
            kept.folder.display()
        ),
    }
}

/// What stands behind an answer given the record, and what to do if it is too little.
fn stands_on(conditioning: &Conditioning) -> String {
    let spread = conditioning.evidence_spread.map_or(String::new(), |spread| {
        format!("; ln of the evidence differs by {} between islands", voice::rounded(spread, 2))
    });
    let following = match conditioning.islands - conditioning.islands_following as u64 {
        0 => String::new(),
        lost => format!("; {lost} of {} islands could not follow", conditioning.islands),
    };
    let warning = conditioning.warning.as_ref().map_or(String::new(), |what| format!("\n{what}"));
    format!(
        "{} effective histories of {}{spread}{following}{warning}",
        voice::count(conditioning.effective.round() as u64),
        of_families(conditioning.families)
    )
}

/// One line on what was asked: "The Little Détente · 10,000 histories · seed 1".
pub(crate) fn head(asked: &Asked) -> String {
    let histories = match asked.histories {
        1 => "1 history".to_owned(),
        many => format!("{} histories", voice::count(many)),
    };
    head_of(asked, &histories)
}

/// The same for histories said in other words: "history 7".
pub(crate) fn head_of(asked: &Asked, histories: &str) -> String {
    let mut parts = vec![
        asked.title.clone(),
        histories.to_owned(),
        format!("seed {}", asked.seed),
        match (asked.asked.as_str(), &asked.given_record_to) {
            ("after", Some(day)) => format!("after the record to {}", voice::said(day)),
            ("hindsight", Some(day)) => {
                format!("in hindsight of the record to {}", voice::said(day))
            }
            _ => "from the start".to_owned(),
        },
    ];
    match (asked.parameters, &asked.posterior) {
        (Parameters::AsWritten, _) => {}
        (Parameters::Uncertain, _) => parts.push("parameters drawn from their priors".to_owned()),
        (Parameters::Posterior, posterior) => {
            let stale = posterior.as_ref().is_some_and(|posterior| posterior.stale);
            let stale = if stale { " (stale: fitted to another version)" } else { "" };
            parts.push(format!("parameters drawn from the posterior{stale}"));
        }
    }
    if !asked.loaded_with.is_empty() {
        parts.push(format!("school: {}", asked.loaded_with.join(", ")));
    }
    let mut text = parts.join(" · ");
    if let Some(conditioning) = &asked.conditioning {
        text.push_str(&format!("\n{}", stands_on(conditioning)));
    }
    for assumption in &asked.assumptions {
        text.push_str(&format!("\nAssumed: {assumption}"));
    }
    for change in &asked.interventions {
        text.push_str(&format!("\nChanged: {change}"));
    }
    text
}

/// Today's date in universal time, for the log of openings and nothing else.
pub(crate) fn today() -> detente_lab::Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}
