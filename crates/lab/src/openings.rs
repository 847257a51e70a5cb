//! The seals that were broken: `openings.log` in a scenario's folder, one line a step, each line
//! holding the SHA-256 of the line before it.
//!
//! A sealed claim is run, and the held-out record scored or its weights printed, only when asked for
//! by name. The asking is written down before anything is run, and what came of it after, so that a
//! run that was broken off is counted too. The chain shows a line that was changed, moved, put in or
//! taken out. It cannot show that the last lines were cut off: for that the file is kept under
//! version control, and [`Openings::seal`] stands in reports.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use detente_model::Date;
use detente_scenario::reading::Source;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::LabError;
use crate::bundle::hex;

/// The file's name in the scenario's folder.
pub const OPENINGS: &str = "openings.log";

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The day, as the caller gave it: `2026-05-01`.
    pub date: String,
    /// SHA-256 of the scenario that was asked, in hexadecimal.
    pub digest: String,
    /// Which step.
    pub step: Step,
    /// What was opened: `claim the_name`, `record, held out`.
    pub what: String,
    /// What came of it, in words; empty as long as nothing has.
    pub result: String,
    /// SHA-256 of the line before, in hexadecimal, without its line break; noughts in the first.
    pub after: String,
}

/// The steps of an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It is about to be run. This is what is counted.
    Opened,
    /// This came of it.
    Found,
}

/// The log of a scenario, read and verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openings {
    path: PathBuf,
    /// Every line, in order.
    pub lines: Vec<Opening>,
    /// SHA-256 of the last line; noughts if there is none.
    pub seal: String,
}

impl Openings {
    /// Reads and verifies the log of the scenario at `source`. There are no openings where there is no
    /// file, nor where the scenario lies in memory.
    ///
    /// # Errors
    /// The file cannot be read, or its chain is broken; the message names the line.
    pub fn read(source: &Source) -> Result<Self, LabError> {
        match source {
            Source::Folder(folder) => Self::at(&folder.join(OPENINGS)),
            Source::Memory { .. } => {
                Ok(Self { path: OPENINGS.into(), lines: Vec::new(), seal: first_seal() })
            }
        }
    }

    fn at(path: &Path) -> Result<Self, LabError> {
        match File::open(path) {
            Ok(mut file) => Self::from_file(path, &mut file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { path: path.to_owned(), lines: Vec::new(), seal: first_seal() })
            }
            Err(error) => Err(unreadable(path, &error.to_string())),
        }
    }

    fn from_file(path: &Path, file: &mut File) -> Result<Self, LabError> {
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| unreadable(path, &error.to_string()))?;
        let (lines, seal) = verified(&text).map_err(|why| unreadable(path, &why))?;
        Ok(Self { path: path.to_owned(), lines, seal })
    }

    /// How many openings there were.
    pub fn count(&self) -> usize {
        self.lines.iter().filter(|line| line.step == Step::Opened).count()
    }
}

/// Writes down that something sealed is about to be run; gives how many openings came before it.
///
/// # Errors
/// The scenario has no folder to write in, the log's chain is broken, or it cannot be written. Then
/// nothing may be opened, and nothing was written.
pub fn open_seal(source: &Source, date: Date, digest: &str, what: &str) -> Result<usize, LabError> {
    let before = append(source, date, digest, Step::Opened, what, "")?;
    Ok(before.count())
}

/// Writes down what came of an opening, in words.
///
/// # Errors
/// As [`open_seal`].
pub fn write_found(
    source: &Source,
    date: Date,
    digest: &str,
    what: &str,
    result: &str,
) -> Result<(), LabError> {
    append(source, date, digest, Step::Found, what, result).map(drop)
}

/// Adds a line under a lock; gives the log as it stood before.
fn append(
    source: &Source,
    date: Date,
    digest: &str,
    step: Step,
    what: &str,
    result: &str,
) -> Result<Openings, LabError> {
    let Source::Folder(folder) = source else {
        let why = format!(
            "{what} is sealed, and each opening is written down in the scenario's folder; {} is a \
             shipped scenario and has none here. Take a copy of its folder and name that",
            source.name()
        );
        return Err(LabError::Question(why));
    };
    let path = folder.join(OPENINGS);
    let failed = |error: std::io::Error| LabError::writing(&path, &error);
    let mut file =
        File::options().read(true).append(true).create(true).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    let before = Openings::from_file(&path, &mut file)?;
    let line = Opening {
        date: date.to_string(),
        digest: digest.to_owned(),
        step,
        what: what.to_owned(),
        result: result.to_owned(),
        after: before.seal.clone(),
    };
    let text = serde_json::to_string(&line)
        .map_err(|error| LabError::Unwritable(path.clone(), error.to_string()))?;
    file.write_all(format!("{text}\n").as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(before)
}

/// The lines of a log and the hash of the last, or what is wrong with it.
fn verified(text: &str) -> Result<(Vec<Opening>, String), String> {
    let mut lines = Vec::new();
    let mut seal = first_seal();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let number = number + 1;
        let Some(line) = line.strip_suffix('\n') else {
            return Err(format!("line {number} is not whole: its line break is missing"));
        };
        let opening: Opening = serde_json::from_str(line)
            .map_err(|error| format!("line {number} is no opening: {error}"))?;
        if opening.after != seal {
            return Err(format!(
                "the chain is broken at line {number}: a line before it was changed, moved, put in \
                 or taken out; restore the file as it was kept"
            ));
        }
        seal = hex(&Sha256::digest(line.as_bytes()));
        lines.push(opening);
    }
    Ok((lines, seal))
}

fn first_seal() -> String {
    "0".repeat(64)
}

fn unreadable(path: &Path, why: &str) -> LabError {
    LabError::Unreadable(path.to_owned(), why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn day(day: i8) -> Date {
        Date::constant(2026, 5, day)
    }

    /// A folder with three lines: one claim opened and answered, another opened.
    fn three_lines() -> (tempfile::TempDir, Source) {
        let place = tempfile::tempdir().unwrap();
        let source = Source::Folder(place.path().to_owned());
        assert_eq!(open_seal(&source, day(1), "d1", "claim a").unwrap(), 0);
        write_found(&source, day(1), "d1", "claim a", "supported").unwrap();
        assert_eq!(open_seal(&source, day(2), "d2", "record, held out").unwrap(), 1);
        (place, source)
    }

    #[test]
    fn openings_are_counted_and_kept_in_order() {
        let (place, source) = three_lines();
        let log = Openings::read(&source).unwrap();
        assert_eq!(log.count(), 2);
        let steps: Vec<Step> = log.lines.iter().map(|line| line.step).collect();
        assert_eq!(steps, [Step::Opened, Step::Found, Step::Opened]);
        assert_eq!(log.lines[1].result, "supported");
        // The chain can be followed by hand with sha256sum.
        let text = fs::read_to_string(place.path().join(OPENINGS)).unwrap();
        let first = text.lines().next().unwrap();
        assert_eq!(log.lines[1].after, hex(&Sha256::digest(first.as_bytes())));
        let last = text.lines().last().unwrap();
        assert_eq!(log.seal, hex(&Sha256::digest(last.as_bytes())));
    }

    #[test]
    fn what_was_done_to_the_lines_shows() {
        let (place, source) = three_lines();
        let path = place.path().join(OPENINGS);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect();
        let changed = text.replacen("supported", "against", 1);
        let done_to_it: [String; 5] = [
            changed,
            joined(&[lines[0], lines[2]]),
            joined(&[lines[1], lines[2]]),
            joined(&[lines[0], lines[2], lines[1]]),
            text.trim_end().to_owned(),
        ];
        for text in done_to_it {
            fs::write(&path, &text).unwrap();
            let error = Openings::read(&source).unwrap_err();
            assert!(matches!(error, LabError::Unreadable(..)), "{text}");
            // A broken log takes no further line, so nothing can be opened.
            assert!(open_seal(&source, day(3), "d", "claim b").is_err());
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn without_a_folder_nothing_can_be_opened() {
        let source = Source::Memory { name: "shipped".to_owned(), files: Vec::new() };
        assert_eq!(Openings::read(&source).unwrap().count(), 0);
        let error = open_seal(&source, day(1), "d", "claim a").unwrap_err().to_string();
        assert!(error.contains("Take a copy of its folder"), "{error}");
    }
}
