//! The `detente` binary: it reads what is typed, asks the lab, and prints the answer.
//!
//! Results go to standard output, talk and progress to standard error. It exits with 0 if it is
//! done, 1 if a check failed, 2 for wrong usage or input, 3 if it could not finish.

mod failure;
mod options;
mod output;
mod scenario;
mod shipped;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;

use crate::options::{Command, Verb};

fn main() -> ExitCode {
    let command = Command::parse();
    let done = match command.verb {
        Verb::Check(options) => verbs::check::run(&options),
        Verb::Describe(options) => verbs::describe::run(&options),
        Verb::New(options) => verbs::new::run(&options),
        Verb::Completions(options) => verbs::completions::run(&options),
        Verb::Man(options) => verbs::man::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
