//! Where an answer goes: standard output, or a file that is never overwritten unasked.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use detente_lab::LabError;
use detente_lab::bundle::{Overwrite, Tabular, as_csv, as_parquet, write_whole};
use serde::Serialize;

use crate::failure::Failure;

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table to read
    Table,
    /// JSON, in a shape that is kept stable
    Json,
    /// Comma-separated values
    Csv,
    /// Apache Parquet; for a file or a pipe
    Parquet,
}

/// An answer in one of the formats; `told` gives it as text to read.
pub(crate) fn in_format(
    answer: &(impl Serialize + Tabular),
    format: Format,
    told: impl FnOnce() -> Result<String, Failure>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Table => told()?.into_bytes(),
        Format::Json => json(answer)?.into_bytes(),
        Format::Csv => as_csv(answer)?,
        Format::Parquet => as_parquet(answer)?,
    })
}

/// Writes to standard output. A reader that has gone ends the program quietly.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Writes an answer as JSON to standard output.
pub(crate) fn print_json(answer: &impl Serialize) -> Result<(), Failure> {
    print(&json(answer)?)
}

/// An answer as indented JSON with a line's end.
pub(crate) fn json(answer: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(answer)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Unfinished(format!("The answer is no JSON: {error}.")))
}

/// Writes bytes to standard output; a terminal is spared those that are not text.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    if out.is_terminal() && bytes.contains(&0) {
        let what = "Parquet is not for reading on a terminal: send it to a file with `> NAME`.";
        return Err(Failure::Input(what.to_owned()));
    }
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map_err(|error| Failure::writing(Path::new("Standard output"), &error))
}

/// Writes to `path`, or to standard output for none or `-`.
pub(crate) fn write(
    path: Option<&Path>,
    bytes: impl AsRef<[u8]>,
    overwrite: Overwrite,
) -> Result<(), Failure> {
    let bytes = bytes.as_ref();
    let Some(path) = path.filter(|path| *path != Path::new("-")) else { return print_bytes(bytes) };
    write_whole(path, bytes, overwrite)?;
    eprintln!("Written to {}.", path.display());
    Ok(())
}

/// Fails if one of these files lies in a folder: nothing is written over unasked.
pub(crate) fn nothing_lies_in(folder: &Path, names: &[&str]) -> Result<(), Failure> {
    let places = names.iter().map(|name| folder.join(name));
    match places.into_iter().find(|place| place.symlink_metadata().is_ok()) {
        Some(place) => Err(LabError::Exists(place).into()),
        None => Ok(()),
    }
}

/// Whether `--out` asks for standard output only.
pub(crate) fn is_standard(path: Option<&PathBuf>) -> bool {
    path.is_some_and(|path| path == Path::new("-"))
}
