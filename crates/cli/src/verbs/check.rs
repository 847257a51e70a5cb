//! `detente check`: every finding in a scenario.

use std::io::{self, IsTerminal as _};

use detente_lab::scenario::{Finding, Opened, Severity};
use serde::Serialize;

use crate::failure::Failure;
use crate::options::{Check, TextFormat};
use crate::output::{print, print_json};
use crate::scenario;

/// What `--format json` gives.
#[derive(Serialize)]
struct Answer {
    sound: bool,
    findings: Vec<Finding>,
}

/// Prints every finding; fails if one of them is an error.
pub(crate) fn run(options: &Check) -> Result<(), Failure> {
    let opened = scenario::read(options.scenario.as_deref(), &options.school)?;
    let sound = opened.model.is_some();
    match options.format {
        TextFormat::Json => print_json(&Answer {
            sound,
            findings: opened.findings.iter().map(Finding::from).collect(),
        })?,
        TextFormat::Table => print(&told(&opened))?,
    }
    if sound { Ok(()) } else { Err(Failure::NotSound) }
}

/// The findings as text to read, then the verdict.
fn told(opened: &Opened) -> String {
    let colour = scenario::colour_for(io::stdout().is_terminal());
    let mut out = String::new();
    for finding in &opened.findings {
        out.push_str(&opened.rendered(finding, colour));
        out.push_str("\n\n");
    }
    let (errors, warnings) =
        (opened.of(Severity::Error).count(), opened.of(Severity::Warning).count());
    out.push_str(&match &opened.model {
        Some(model) => format!(
            "{} is sound: {} in {}, {}{}.\n",
            model.title,
            counted(model.elements.len(), "element").unwrap_or_default(),
            counted(model.subsystems.len(), "subsystem").unwrap_or_default(),
            counted(model.calendar.weeks as usize, "week").unwrap_or_default(),
            counted(warnings, "warning").map_or(String::new(), |warnings| format!("; {warnings}"))
        ),
        None => format!(
            "This scenario cannot be run: {}{}.\n",
            counted(errors, "error").unwrap_or_default(),
            counted(warnings, "warning").map_or(String::new(), |warnings| format!(", {warnings}"))
        ),
    });
    out
}

fn counted(count: usize, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    }
}
