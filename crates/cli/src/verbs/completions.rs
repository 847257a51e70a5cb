//! `detente completions`: what the shell needs to complete verbs and options.

use clap::CommandFactory as _;

use crate::command::Command;
use crate::failure::Failure;
use crate::options::Completions;
use crate::output;

/// Prints the completions for a shell.
pub(crate) fn run(options: &Completions) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Command::command(), "detente", &mut text);
    output::print_bytes(&text)
}
