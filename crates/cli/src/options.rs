//! What can be typed: the verbs and their options.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

/// A laboratory for counterfactual history.
#[derive(Debug, Parser)]
#[command(name = "detente", version)]
#[command(
    after_help = "A scenario is a folder, or the name of a shipped one: little-detente (the \
                        default), two-powers.\nExit codes: 0 done; 1 a check failed; 2 wrong usage \
                        or input; 3 not finished."
)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Is this scenario sound? Every finding
    Check(Check),
    /// What does it say? The model as a document, with equations, sources and causal graph
    Describe(Describe),
    /// A commented scenario to start from
    New(New),
    /// Completions for the shell
    Completions(Completions),
    /// The manual page
    Man(Man),
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
