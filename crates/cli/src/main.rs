//! The `detente` binary: it reads what is typed, asks the lab, and prints the answer.
//!
//! Results go to standard output, talk and progress to standard error. It exits with 0 if it is
//! done, 1 if a check failed, 2 for wrong usage or input, 3 if it could not finish.

mod answering;
mod asking;
mod command;
mod failure;
mod numbers;
mod options;
mod output;
mod progress;
mod scenario;
mod shipped;
mod table;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;
use detente_lab::words as voice;

use crate::command::{Command, Verb};

fn main() -> ExitCode {
    let command = Command::parse();
    let done = match command.verb {
        None => verbs::main_job::run(&command.main),
        Some(Verb::Check(options)) => verbs::check::run(&options),
        Some(Verb::Describe(options)) => verbs::describe::run(&options),
        Some(Verb::Run(options)) => verbs::run::run(&options),
        Some(Verb::Ensemble(options)) => verbs::ensemble::run(&options),
        Some(Verb::Compare(options)) => verbs::compare::run(&options),
        Some(Verb::Claims(options)) => verbs::claims::run(&options),
        Some(Verb::Sensitivity(options)) => verbs::sensitivity::run(&options),
        Some(Verb::Fit(options)) => verbs::fit::run(&options),
        Some(Verb::Why(options)) => verbs::why::run(&options),
        Some(Verb::WhyNot(options)) => verbs::why_not::run(&options),
        Some(Verb::Score(options)) => verbs::score::run(&options),
        Some(Verb::Diff(options)) => verbs::diff::run(&options),
        Some(Verb::Verify(options)) => verbs::verify::run(&options),
        Some(Verb::New(options)) => verbs::new::run(&options),
        Some(Verb::Completions(options)) => verbs::completions::run(&options),
        Some(Verb::Man(options)) => verbs::man::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
