//! Finding the scenario that was named, opening it, and reading what was typed against it.

use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use detente_lab::scenario::{
    Colour, Opened, Severity, Source, clashes, open, suggest, typed_assumption, typed_intervention,
};
use detente_lab::{Intervention, Model};

use crate::failure::Failure;
use crate::options::Changes;
use crate::shipped;
use crate::voice::sentence;

/// A model ready to run, with what was changed.
pub(crate) struct Ready {
    pub(crate) model: Model,
    /// What is assumed whatever else is asked.
    pub(crate) assumptions: Vec<Intervention>,
    /// The changes asked for: named what-ifs first, then those typed, in order.
    pub(crate) interventions: Vec<Intervention>,
}

/// Where the files of the scenario called `name` are: a folder, one below `scenarios/`, or one that
/// is shipped. The flagship if none is named.
pub(crate) fn find(name: Option<&str>) -> Result<Source, Failure> {
    let name = name.unwrap_or(shipped::FLAGSHIP);
    if Path::new(name).is_dir() {
        return Ok(Source::Folder(name.into()));
    }
    if let Some(place) = by_name(name) {
        return Ok(place);
    }
    let path_like = name.contains(['/', '\\', '.']);
    if Path::new(name).exists() {
        return Err(Failure::Input(format!(
            "{name} is a file. A scenario is a folder with a scenario.toml in it."
        )));
    }
    if path_like {
        return Err(Failure::Input(format!("There is no folder {name}.")));
    }
    let shipped = shipped::names();
    let listed = format!("The shipped ones are {}.", shipped.join(" and "));
    let help = suggest(name, shipped.iter().copied(), &listed);
    Err(Failure::Input(format!(
        "There is no scenario \"{name}\": no folder of that name, and none is shipped. {}",
        sentence(&help)
    )))
}

/// The scenario of this plain name, below `scenarios/` or shipped.
fn by_name(name: &str) -> Option<Source> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        return None;
    }
    let below = Path::new("scenarios").join(name);
    if below.join("scenario.toml").is_file() {
        return Some(Source::Folder(below));
    }
    let files = shipped::files(name)?;
    Some(Source::Memory { name: name.to_owned(), files })
}

/// Reads and checks a scenario; what it extends is sought beside it, then by name.
pub(crate) fn read(name: Option<&str>, schools: &[String]) -> Result<Opened, Failure> {
    let place = find(name)?;
    Ok(open(&place, schools, by_name))
}

/// A model that can be run, or every reason why there is none; warnings are left to `check`.
pub(crate) fn model(name: Option<&str>, schools: &[String]) -> Result<Model, Failure> {
    let mut opened = read(name, schools)?;
    match opened.model.take() {
        Some(model) => Ok(model),
        None => {
            let colour = colour_on_stderr();
            let errors: Vec<String> =
                opened.of(Severity::Error).map(|one| opened.rendered(one, colour)).collect();
            let faults = if errors.len() == 1 { "fault" } else { "faults" };
            Err(Failure::Input(format!(
                "{}\n\nThe scenario cannot be run: {} {faults} to mend.",
                errors.join("\n\n"),
                errors.len()
            )))
        }
    }
}

/// A model with the changes that were asked for.
pub(crate) fn ready(name: Option<&str>, changes: &Changes) -> Result<Ready, Failure> {
    let model = model(name, &changes.school)?;
    let mut what_ifs = Vec::new();
    for wanted in &changes.what_if {
        let Some(what_if) = model.what_ifs.iter().find(|one| one.id == *wanted) else {
            let names: Vec<&str> = model.what_ifs.iter().map(|one| one.id.as_str()).collect();
            let listed = format!("there are {}", names.join(", "));
            let help = suggest(wanted, names.iter().copied(), &listed);
            let what = format!("No what-if is called \"{wanted}\". {}.", sentence(&help));
            return Err(Failure::Input(what.replace("?.", "?")));
        };
        what_ifs.extend(what_if.does.iter().cloned());
    }
    let mut interventions = Vec::new();
    let mut faults = Vec::new();
    let mut assumptions = Vec::new();
    for text in &changes.assume {
        match typed_assumption(&model, text, colour_on_stderr()) {
            Ok(assumption) => assumptions.push(assumption),
            Err(fault) => faults.push(fault),
        }
    }
    for text in typed(&changes.interventions)? {
        match typed_intervention(&model, &text, colour_on_stderr()) {
            Ok(intervention) => interventions.push(intervention),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        let changes = [assumptions.as_slice(), &what_ifs, &interventions];
        faults = clashes(&model, changes, colour_on_stderr());
    }
    if faults.is_empty() {
        what_ifs.append(&mut interventions);
        Ok(Ready { model, assumptions, interventions: what_ifs })
    } else {
        Err(Failure::Input(faults.join("\n\n")))
    }
}

/// The interventions typed, with `-` replaced by the lines of standard input.
fn typed(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for text in given {
        if text == "-" {
            let mut lines = String::new();
            io::stdin().take(1 << 20).read_to_string(&mut lines).map_err(|error| {
                Failure::Input(format!("Standard input cannot be read: {error}."))
            })?;
            let lines = lines.lines().map(str::trim);
            all.extend(lines.filter(|l| !l.is_empty() && !l.starts_with('#')).map(str::to_owned));
        } else {
            all.push(text.clone());
        }
    }
    Ok(all)
}

/// Colours for what is said on standard error.
pub(crate) fn colour_on_stderr() -> Colour {
    colour_for(io::stderr().is_terminal())
}

/// Colours for a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal has none.
pub(crate) fn colour_for(terminal: bool) -> Colour {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if terminal && !dumb && !set("NO_COLOR") { Colour::Always } else { Colour::Never }
}
