//! `detente sensitivity`: which assumptions an outcome hangs on, by how much, and where.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use detente_lab::bundle::{Place, may_be_kept_in};
use detente_lab::sensitivity::{
    Cases, Method, Of, Screened, Sensitivity, Share, Study, boxes_in_words, effects_csv,
    finding_in_words, keep, outcome_of, place_by_default, sensitivity, shares_csv,
};
use detente_lab::{Parameters, Question};

use crate::failure::Failure;
use crate::numbers;
use crate::options::{Changes, overwrite};
use crate::output::{is_standard, print, print_bytes, print_json};
use crate::progress::Watching;
use crate::table::{Column, table, text};
use crate::{asking, scenario, voice};

/// Rows of a table that is read; the other formats have all.
const TOLD: usize = 15;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The outcome
    outcome: String,
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    scenario: Option<String>,
    #[command(flatten)]
    changes: Changes,
    /// How it is found out
    #[arg(long, value_enum, default_value_t = MethodName::All)]
    method: MethodName,
    /// Of the outcome itself, or of what the change does to it
    #[arg(long, value_enum, default_value_t = OfName::Outcome)]
    of: OfName,
    /// How many parameters get shares of their own; the others share one
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = numbers::any, allow_negative_numbers = true)]
    named: usize,
    /// Which histories discovery looks for: those in which the outcome holds (of a number: its
    /// upper fifth), or the others (its lower fifth)
    #[arg(long, value_enum, default_value_t = CasesName::Most)]
    cases: CasesName,
    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    #[arg(value_parser = numbers::seed, allow_negative_numbers = true)]
    seed: u64,
    /// How many histories, shared out among the methods
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    #[arg(value_parser = numbers::histories, allow_negative_numbers = true)]
    histories: u64,
    /// How many threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::threads, allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = FormatName::Table)]
    format: FormatName,
    /// The folder for tables and report; - for none [default: one under detente-out/]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Write over what is there
    #[arg(long)]
    force: bool,
}

/// The methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodName {
    /// Morris's screening of every doubted parameter
    Morris,
    /// Sobol' indices, after screening where there are many parameters
    Sobol,
    /// Scenario discovery: in which corner of the prior
    Discover,
    /// All three
    All,
}

/// What the answer is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OfName {
    /// The outcome, changed as asked
    Outcome,
    /// The outcome changed less the outcome unchanged, history by history
    Effect,
}

/// Which histories are cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CasesName {
    /// Where it holds, or is high
    Most,
    /// Where it does not, or is low
    Least,
}

/// How the answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// Tables to read
    Table,
    /// JSON, in a shape that is kept stable
    Json,
    /// Comma-separated values: effects, or shares where only they were asked for
    Csv,
}

/// Finds out what matters, prints it, and keeps the tables.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.changes.posterior {
        let what = "Sensitivity is asked of what is doubted beforehand, by the priors; leave out \
                    --posterior.";
        return Err(Failure::Input(what.to_owned()));
    }
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let model = &ready.model;
    let study = study(options, outcome_of(model, &options.outcome)?);
    let question = Question {
        seed: options.seed,
        histories: options.histories,
        assumptions: ready.assumptions,
        interventions: ready.interventions,
        parameters: Parameters::Uncertain,
        jobs: options.jobs,
        ..Question::default()
    };
    let place = (!is_standard(options.out.as_ref())).then(|| match &options.out {
        Some(folder) => Place { folder: folder.clone(), overwrite: overwrite(options.force) },
        None => {
            let usual = place_by_default(model, &question, &study);
            if options.force { Place { overwrite: overwrite(true), ..usual } } else { usual }
        }
    });
    if let Some(place) = &place {
        may_be_kept_in(&place.folder, place.overwrite)?;
    }
    let parts = place.as_ref().map(Place::parts);
    let watching = Watching::begin(question.histories)?;
    let answer =
        watching.during(|watch| sensitivity(model, &question, &study, parts.as_deref(), watch))?;
    match options.format {
        FormatName::Table => print(&told(&answer))?,
        FormatName::Json => print_json(&answer)?,
        FormatName::Csv if options.method == MethodName::Sobol => {
            print_bytes(&shares_csv(&answer)?)?;
        }
        FormatName::Csv => print_bytes(&effects_csv(&answer)?)?,
    }
    if answer.asked.histories < answer.asked.histories_asked {
        return Err(Failure::Unfinished(stopped(&answer, parts.is_some())));
    }
    if let Some(place) = &place {
        let report = place.folder.join("report.html");
        if keep(model, &question, &study, &answer, place)? {
            eprintln!("Report and tables: {}", report.display());
        } else {
            eprintln!(
                "A whole answer to this question lies in {} and was kept as it is; --force writes \
                 it anew.",
                place.folder.display()
            );
        }
    }
    Ok(())
}

fn study(options: &Options, outcome: detente_lab::sensitivity::Outcome) -> Study {
    Study {
        outcome,
        method: match options.method {
            MethodName::Morris => Method::Morris,
            MethodName::Sobol => Method::Sobol,
            MethodName::Discover => Method::Discover,
            MethodName::All => Method::All,
        },
        of: match options.of {
            OfName::Outcome => Of::Outcome,
            OfName::Effect => Of::Effect,
        },
        named: options.named,
        cases: match options.cases {
            CasesName::Most => Cases::Most,
            CasesName::Least => Cases::Least,
        },
    }
}

fn stopped(answer: &Sensitivity, kept: bool) -> String {
    let [done, of] = [answer.asked.histories, answer.asked.histories_asked].map(voice::count);
    let kept = match (kept, answer.asked.histories) {
        (false, _) => "With --out - nothing is kept.",
        (true, 0) => "Nothing is kept.",
        (true, _) => "What is finished is kept: the same command goes on from there.",
    };
    format!("Stopped: {done} of {of} histories are finished. {kept}")
}

/// The answer as text to read.
fn told(answer: &Sensitivity) -> String {
    let mut out = format!("{}\n\n", asking::head(&answer.asked));
    out.push_str(&format!("{}\n\n", finding_in_words(answer)));
    if let Some(shares) = answer.shares.as_ref().map(|own| &own.found) {
        if let Some(doubt) = shares.doubt {
            out.push_str(&format!(
                "Doubt about {} parameters accounts for {} of 100 parts of its variance{}; chance \
                 for the rest.\n\n",
                answer.doubted,
                hundredths(doubt.value),
                doubt.interval.map_or(String::new(), |ends| format!(" ({})", interval(ends)))
            ));
        }
        out.push_str(&told_shares(&shares.factors));
    }
    if let Some(screening) = &answer.screening {
        out.push_str(&told_effects(answer, &screening.factors));
    }
    // Where corners alone were looked for, the finding is the sentence of the last.
    let said = finding_in_words(answer);
    for sentence in boxes_in_words(answer).into_iter().filter(|own| *own != said) {
        out.push_str(&format!("{sentence}\n\n"));
    }
    out
}

fn told_shares(factors: &[Share]) -> String {
    let mut table = table(&[
        ("Of what doubt accounts for", Column::Words),
        ("Alone", Column::Numbers),
        ("95 %", Column::Words),
        ("In all", Column::Numbers),
        ("95 %", Column::Words),
        ("Moves, of 100", Column::Numbers),
    ]);
    for own in factors {
        let name = if own.of > 1 { own.factor.about.clone() } else { own.factor.id.clone() };
        let number = |of: Option<detente_lab::sensitivity::variance::Estimate>| match of {
            Some(own) => (hundredths(own.value), own.interval.map_or(String::new(), interval)),
            None => (String::new(), String::new()),
        };
        let (first, first_interval) = number(own.indices.first);
        let (total, total_interval) = number(own.indices.total);
        let moved = format!("{:.1}", own.indices.moved * 100.0);
        table.add_row([name, first, first_interval, total, total_interval, moved]);
    }
    text(&table) + "\n"
}

fn told_effects(answer: &Sensitivity, factors: &[Screened]) -> String {
    let mut table = table(&[
        ("From the low to the high end of its prior", Column::Words),
        ("Mean", Column::Numbers),
        ("Size", Column::Numbers),
        ("95 %", Column::Words),
        ("Spread", Column::Numbers),
        ("Chance alone", Column::Numbers),
    ]);
    let share = answer.outcome.kind != "number";
    let said = |value: f64| if share { hundredths(value) } else { short(value) };
    for own in factors.iter().take(TOLD) {
        let measures = &own.measures;
        let ends = measures.interval.map_or(String::new(), |ends| ends.map(said).join(" to "));
        table.add_row([
            own.factor.id.clone(),
            said(measures.mu),
            said(measures.mu_star),
            ends,
            said(measures.sigma),
            said(measures.chance),
        ]);
    }
    let unit = match (share, answer.outcome.unit.as_str()) {
        (true, _) => "Histories of 100.".to_owned(),
        (false, "1") => String::new(),
        (false, unit) => format!("In {unit}."),
    };
    let more = factors.len().saturating_sub(TOLD);
    let more = if more > 0 { format!(" {more} more in the tables.") } else { String::new() };
    format!("{}{unit}{more}\n\n", text(&table))
}

/// Parts of a hundred, with one digit where they are few.
fn hundredths(share: f64) -> String {
    let parts = share * 100.0;
    let text = if parts.abs() < 9.95 { format!("{parts:.1}") } else { format!("{parts:.0}") };
    match text.strip_prefix('-') {
        Some(size) if size.chars().all(|c| matches!(c, '0' | '.')) => size.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

fn interval(ends: [f64; 2]) -> String {
    ends.map(hundredths).join(" to ")
}

/// A number in three figures.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        x if x >= 100.0 || x == 0.0 => 0,
        x if x >= 10.0 => 1,
        x if x >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}").replace('-', "−")
}
