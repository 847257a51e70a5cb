//! `detente why`: the reasons of what happened in one history, where they came from, and what it hung
//! on.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use detente_lab::describe::Notation;
use detente_lab::{
    Asked, Asking, Model, Question, Subject, Which, nearest_to_record, why, why_graph,
    why_in_words, why_page,
};

use crate::failure::Failure;
use crate::numbers;
use crate::options::{Changes, Following, GraphNotation, TextFormat, ToFile, overwrite};
use crate::progress::Watching;
use crate::{asking, output, scenario};

#[derive(Debug, Args)]
pub(crate) struct WhyOptions {
    #[command(flatten)]
    pub(crate) asking: Options,
    /// Only the causes as a small graph, in this notation
    #[arg(long, value_enum)]
    pub(crate) graph: Option<GraphNotation>,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// An event, or an answer: "uprising[gdr]", "moscow_on_korea = end_the_war"
    pub(crate) what: String,
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) following: Following,
    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    #[arg(value_parser = numbers::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// Which history of that seed, or by its place among 1,024 that follow the record [default: the
    /// first in which it happened, or for why-not did not]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::history, allow_negative_numbers = true)]
    pub(crate) history: Option<u64>,
    /// The history nearest to the record, of the first 10,000
    #[arg(long, conflicts_with_all = ["history", "after", "hindsight"])]
    pub(crate) nearest: bool,
    /// Over how many histories the same is asked; 0 for none
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = numbers::histories_or_none, allow_negative_numbers = true)]
    pub(crate) histories: u64,
    /// How many threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::threads, allow_negative_numbers = true)]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    pub(crate) format: TextFormat,
    /// A file to which the answer is written as a page to read
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) to: ToFile,
}

/// Asks why, and says it.
pub(crate) fn run(options: &WhyOptions) -> Result<(), Failure> {
    let watching = Watching::begin(options.asking.histories.max(1))?;
    let (model, question, asked) = begin(&options.asking, &watching)?;
    let answer = watching.during(|watch| why(&model, &question, &asked, watch));
    watching.whole()?;
    let answer = answer?;
    if let Some(path) = &options.asking.report {
        let page = why_page(&model, &answer, &typed());
        output::write(Some(path), &page, overwrite(options.asking.to.force))?;
    }
    let text = match (options.graph, options.asking.format) {
        (Some(GraphNotation::Dot), _) => why_graph(&answer, Notation::Dot),
        (Some(GraphNotation::Mermaid), _) => why_graph(&answer, Notation::Mermaid),
        (None, TextFormat::Json) => output::json(&answer)?,
        (None, TextFormat::Table) => {
            let head = of_history(&answer.asked, answer.history);
            format!("{head}\n\n{}", why_in_words(&answer))
        }
    };
    output::write(options.asking.to.out.as_deref(), &text, overwrite(options.asking.to.force))
}

/// What `why` and `why-not` ask, from what was typed.
pub(crate) fn begin(
    options: &Options,
    watching: &Watching,
) -> Result<(Model, Question, Asking), Failure> {
    let ready = scenario::ready(options.scenario.as_deref(), &options.changes)?;
    let subject = Subject::typed(&ready.model, &options.what)?;
    let question = Question {
        seed: options.seed,
        histories: 1,
        assumptions: ready.assumptions,
        interventions: ready.interventions,
        parameters: options.changes.parameters(),
        given: asking::given(&options.following, &ready.model)?,
        jobs: options.jobs,
        ..Question::default()
    };
    let which = match options.history {
        Some(number) => Which::Number(number),
        None if options.nearest => {
            let searched = Question { histories: super::run::SEARCHED, ..question.clone() };
            let nearest =
                watching.during(|watch| nearest_to_record(&ready.model, &searched, watch));
            watching.whole()?;
            Which::Number(nearest?.history)
        }
        None => Which::First,
    };
    let asked = Asking { subject, which, histories: options.histories };
    Ok((ready.model, question, asked))
}

/// The line on what was asked, of one history.
pub(crate) fn of_history(asked: &Asked, history: u64) -> String {
    // How much many histories can tell is said where it is asked of many.
    let one = Asked { conditioning: None, ..asked.clone() };
    asking::head_of(&one, &format!("history {history}"))
}

/// The command as it was typed, so that it can be typed again.
pub(crate) fn typed() -> String {
    let word = |word: String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=[]".contains(c);
        if word.chars().all(plain) { word } else { format!("'{word}'") }
    };
    let words: Vec<String> = std::env::args().skip(1).map(word).collect();
    format!("detente {}", words.join(" "))
}
