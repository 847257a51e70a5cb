//! The options that verbs share, and those of the verbs that need only a few.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::Shell;
use detente_lab::Parameters;
use detente_lab::bundle::Overwrite;

use crate::numbers;
use crate::output::Format;

/// Which histories.
#[derive(Debug, Clone, Args)]
pub(crate) struct Chance {
    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    #[arg(value_parser = numbers::seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,
    /// How many histories
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    #[arg(value_parser = numbers::histories, allow_negative_numbers = true)]
    pub(crate) histories: u64,
    /// How many threads; the answer does not depend on it [default: all cores]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = numbers::threads, allow_negative_numbers = true)]
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// What is changed, and under which assumptions.
#[derive(Debug, Clone, Args)]
pub(crate) struct Changes {
    /// Change the course: "stalin_dies never until 1954-12-31"; may be repeated; - reads them from
    /// standard input, one a line
    #[arg(long = "do", value_name = "INTERVENTION")]
    pub(crate) interventions: Vec<String>,
    /// A change that the scenario has ready, by name; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) what_if: Vec<String>,
    /// A school of thought, by name: its assumptions hold throughout; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) school: Vec<String>,
    /// Assume it throughout, in every run that is compared: "wedge = 0.2"; may be repeated
    #[arg(long, value_name = "ASSUMPTION")]
    pub(crate) assume: Vec<String>,
    /// Draw the doubted parameters anew for each history
    #[arg(long)]
    pub(crate) uncertain: bool,
    /// Take the parameters from the posterior that the scenario carries
    #[arg(long, conflicts_with = "uncertain")]
    pub(crate) posterior: bool,
}

impl Changes {
    /// At which values the parameters stand.
    pub(crate) fn parameters(&self) -> Parameters {
        match (self.uncertain, self.posterior) {
            (_, true) => Parameters::Posterior,
            (true, false) => Parameters::Uncertain,
            (false, false) => Parameters::AsWritten,
        }
    }
}

/// What the record says, taken as given. Without either, the world as it might have been from the
/// start.
#[derive(Debug, Clone, Args)]
pub(crate) struct Following {
    /// Follow the record up to this date, and change what is changed from then on, with fresh chance:
    /// what was to be expected then?
    #[arg(long, value_name = "DATE", conflicts_with = "hindsight")]
    pub(crate) after: Option<String>,
    /// Follow the whole record, and let what is changed meet the chances behind it: given all that
    /// happened, what would have been different?
    #[arg(long)]
    pub(crate) hindsight: bool,
}

/// Where the answer goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Keeping {
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// The folder for tables and report; - for none [default: one under detente-out/]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
    /// Write over what is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Say how much would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Where a text or a table alone goes.
#[derive(Debug, Clone, Args)]
pub(crate) struct ToFile {
    /// The file to write; - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MainJob {
    #[command(flatten)]
    pub(crate) chance: Chance,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
}

#[derive(Debug, Args)]
pub(crate) struct Ensemble {
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) following: Following,
    #[command(flatten)]
    pub(crate) chance: Chance,
    /// A quantity to follow week by week: "living[gdr]", or "living" for all; may be repeated; none
    /// for none [default: what outcomes and the record's levels read, at most 16]
    #[arg(long, value_name = "NAME")]
    pub(crate) series: Vec<String>,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) scenario: Option<String>,
    /// Check it under a school of thought; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) school: Vec<String>,
    /// How the findings are printed: table or json
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    pub(crate) format: TextFormat,
    /// Only read and check the files; run no histories
    #[arg(long)]
    pub(crate) still: bool,
}

/// The formats of answers that are no tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum TextFormat {
    /// Text to read
    Table,
    /// JSON, in a shape that is kept stable
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// A folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) scenario: Option<String>,
    /// Describe it as a school of thought sees it; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) school: Vec<String>,
    /// Only the causal graph, in this notation
    #[arg(long, value_enum)]
    pub(crate) graph: Option<GraphNotation>,
    #[command(flatten)]
    pub(crate) to: ToFile,
}

/// The languages of a causal graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum GraphNotation {
    /// Graphviz
    Dot,
    /// Mermaid, as drawn by many viewers of Markdown
    Mermaid,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
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
    /// Which history of that seed
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = numbers::history, allow_negative_numbers = true)]
    pub(crate) history: u64,
    /// The history nearest to the record, of the first 10,000, and where the two part
    #[arg(long, conflicts_with_all = ["history", "after", "hindsight"])]
    pub(crate) nearest: bool,
    /// How the chronicle is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) to: ToFile,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The first version: a folder, or the name of a shipped scenario
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) before: String,
    /// The second version
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) after: String,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) chance: Chance,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) to: ToFile,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The folder of a run, with its manifest.json
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) run: PathBuf,
    /// The scenario, if it is not a shipped one or below scenarios/
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) scenario: Option<String>,
    /// How the answer is printed: table or json
    #[arg(long, value_enum, default_value_t = TextFormat::Table)]
    pub(crate) format: TextFormat,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The folder to make; its name becomes the scenario's
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// The scenario's title [default: made from the folder's name]
    #[arg(long)]
    pub(crate) title: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For which shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The verb whose page is wanted; all in one, if none is given
    pub(crate) verb: Option<String>,
}

/// What `--force` says of what is there.
pub(crate) fn overwrite(force: bool) -> Overwrite {
    if force { Overwrite::Replace } else { Overwrite::Refuse }
}
