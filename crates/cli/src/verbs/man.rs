//! `detente man`: the manual, in the form that `man` reads.

use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man as Page;

use crate::command::Command;
use crate::failure::Failure;
use crate::options::Man;
use crate::output;

/// Prints the page of the binary, or of one verb.
pub(crate) fn run(options: &Man) -> Result<(), Failure> {
    let mut command = Command::command();
    command.build();
    let page = match &options.verb {
        None => command,
        Some(name) => command.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::Input(format!("There is no verb {name}; `detente help` lists them."))
        })?,
    };
    let mut text = Vec::new();
    Page::new(page)
        .render(&mut text)
        .map_err(|error| Failure::writing(Path::new("The manual"), &error))?;
    output::print_bytes(&text)
}
