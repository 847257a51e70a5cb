//! The posterior as a scenario carries it: draws in `posterior.csv`, and in `posterior.toml` how they
//! were made.

use std::fmt::Write as _;
use std::path::Path;

use super::Fit;
use crate::LabError;
use crate::bundle::{Overwrite, write_whole};

/// The name of the file of draws.
pub const POSTERIOR: &str = "posterior.csv";
/// The name of the file that says how they were made.
pub const POSTERIOR_MANIFEST: &str = "posterior.toml";

/// Writes a posterior into a folder: that of its scenario, from where it is then loaded.
///
/// # Errors
/// A file lies there and may not be replaced, or the folder cannot be written.
pub fn write_posterior(folder: &Path, fit: &Fit, overwrite: Overwrite) -> Result<(), LabError> {
    let draws = draws_csv(fit)?;
    // The manifest first: draws without one are no posterior, a manifest without draws is told of.
    write_whole(&folder.join(POSTERIOR_MANIFEST), manifest(fit).as_bytes(), overwrite)?;
    write_whole(&folder.join(POSTERIOR), &draws, overwrite)
}

/// The draws, a column for each doubted parameter under its full name.
pub(crate) fn draws_csv(fit: &Fit) -> Result<Vec<u8>, LabError> {
    let failed = |error: csv::Error| LabError::Unwritable(POSTERIOR.into(), error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&fit.columns).map_err(failed)?;
    for row in &fit.rows {
        writer.write_record(row.iter().map(f64::to_string)).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| LabError::Unwritable(POSTERIOR.into(), error.error().to_string()))
}

/// How they were made, for people and for the loader.
pub(crate) fn manifest(fit: &Fit) -> String {
    let asked = &fit.asked;
    let mut text = String::from(
        "# How posterior.csv was made. Written by `detente fit`; not meant to be edited.\n\n\
         [posterior]\n",
    );
    let mut say = |key: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key} = {value}");
    };
    say("fitted_to", quoted(&asked.substance));
    say("scenario_digest", quoted(&asked.digest));
    if let Some(split) = &asked.split_digest {
        say("split_digest", quoted(split));
    }
    say("release", quoted(&asked.release));
    say("command", quoted(&asked.command()));
    say("method", quoted("tempered sequential Monte Carlo with pseudo-marginal moves"));
    say("rows", fit.rows.len().to_string());
    say("fitted_until", quoted(&asked.until));
    say("entries", asked.entries.to_string());
    say("levels", asked.levels.to_string());
    say("histories_each", asked.each.to_string());
    say("scatter", decimal(asked.scatter));
    say("good", fit.good.to_string());
    let concerns: Vec<String> = fit.concerns.iter().map(|one| quoted(&one.what)).collect();
    say("concerns", format!("[{}]", concerns.join(", ")));
    let each = |of: fn(&super::Run) -> String| {
        format!("[{}]", fit.runs.iter().map(of).collect::<Vec<_>>().join(", "))
    };
    say("log_evidence", each(|run| decimal(run.log_evidence)));
    say("families", each(|run| run.families.to_string()));
    say("steps", each(|run| run.steps.len().to_string()));
    let worst = fit.learnt.iter().filter_map(|one| one.r_hat).fold(1.0, f64::max);
    say("largest_r_hat", decimal(worst));
    text
}

fn decimal(number: f64) -> String {
    format!("{number:.3}")
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl super::FitAsked {
    /// The command that repeats the fit.
    pub fn command(&self) -> String {
        let mut command = format!("detente fit {}", self.scenario);
        for school in &self.loaded_with {
            command += &format!(" --school {school}");
        }
        command += &format!(
            " --seed {} --runs {} --draws {} --moves {}",
            self.seed, self.runs_asked, self.draws, self.most_rounds
        );
        if let Some(each) = self.each_asked {
            command += &format!(" --each {each}");
        }
        command
    }
}
