//! Finding the scenario that was named, opening it, and reading what was typed against it.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use detente_lab::Model;
use detente_lab::scenario::{Colour, Opened, Severity, Source, open, suggest};

use crate::failure::Failure;
use crate::shipped;

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
        capital(&help)
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

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
