//! What can be typed: every verb, with what it says of itself.

use clap::{Parser, Subcommand};

use crate::options::{
    Check, Completions, Describe, Diff, Ensemble, MainJob, Man, New, Run, Verify,
};
use crate::verbs::{claims, compare, fit, score, sensitivity, why};

/// A laboratory for counterfactual history.
///
/// Without a verb, ten thousand histories of the Little Détente, 1953–1956, are simulated and held
/// against the record.
#[derive(Debug, Parser)]
#[command(name = "detente", version, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "A scenario is a folder, or the name of a shipped one: little-detente (the \
                        default), two-powers.\nExit codes: 0 done; 1 a check failed; 2 wrong usage \
                        or input; 3 not finished, and what is finished is kept."
)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    #[command(flatten)]
    pub(crate) main: MainJob,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Is this scenario sound? Every finding, and how its events fare when it runs freely
    Check(Check),
    /// What does it say? The model as a document, with equations, sources and causal graph
    Describe(Describe),
    /// One history as a chronicle, with dates and reasons
    Run(Run),
    /// What happens, how often, and when
    Ensemble(Ensemble),
    /// What does a change change? The same histories with and without it
    Compare(compare::Options),
    /// Which claims hold, how firmly, and on what they hang
    Claims(claims::Options),
    /// What matters: the assumptions an outcome hangs on, by how much, and in which corner
    Sensitivity(sensitivity::Options),
    /// What the record says of the assumptions: their posterior, with diagnostics
    Fit(fit::Fit),
    /// Why did this happen? Its reasons, where they came from, and what it hung on
    Why(why::WhyOptions),
    /// Why did this not happen? How near it came, what stood in its way, and what would turn it
    WhyNot(why::Options),
    /// How well does it foretell what happened? Scores against the record, beside dull models
    Score(score::Options),
    /// Two versions of a scenario: what differs in the model, and in its answers
    Diff(Diff),
    /// Repeat a run from its manifest and compare every byte
    Verify(Verify),
    /// A commented scenario to start from
    New(New),
    /// Completions for the shell
    Completions(Completions),
    /// The manual page
    Man(Man),
}
