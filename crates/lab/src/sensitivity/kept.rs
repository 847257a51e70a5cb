//! Finished parts of long work, kept in a file, so that what was stopped can go on.
//!
//! The file has a line of JSON for each part; numbers are kept by their bits. A line that was cut
//! off by a crash is passed over, and a file that belongs to another question is begun anew.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::LabError;

/// Parts that were finished before, by name.
pub(crate) type Finished = BTreeMap<String, Vec<f64>>;

#[derive(Serialize, Deserialize)]
struct Head {
    question: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    part: String,
    numbers: String,
}

/// Where parts are added as they are finished; nowhere, if the answer is not kept.
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    file: Option<File>,
}

/// Opens the file for a question (all that decides its answer, as text), and reads what is finished.
pub(crate) fn open(path: Option<&Path>, question: &str) -> Result<(Finished, Keeper), LabError> {
    let Some(path) = path else {
        return Ok((Finished::new(), Keeper { path: None, file: None }));
    };
    let finished = fs::read_to_string(path).ok().and_then(|text| read(&text, question));
    let failed = |error: std::io::Error| LabError::writing(path, &error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = match &finished {
        // A line that was cut off is ended, so that the next begins by itself.
        Some(_) => OpenOptions::new().append(true).open(path).and_then(|mut file| {
            file.write_all(b"\n")?;
            Ok(file)
        }),
        None => File::create(path).and_then(|mut file| {
            let head = Head { question: question.to_owned() };
            file.write_all(format!("{}\n", text_of(&head)).as_bytes())?;
            Ok(file)
        }),
    };
    let keeper = Keeper { path: Some(path.to_owned()), file: Some(file.map_err(failed)?) };
    Ok((finished.unwrap_or_default(), keeper))
}

/// The parts in a file, if it belongs to this question.
fn read(text: &str, question: &str) -> Option<Finished> {
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next()?).ok()?;
    let parts = lines.filter_map(|line| {
        let line: Line = serde_json::from_str(line).ok()?;
        let bytes = STANDARD.decode(&line.numbers).ok()?;
        let number = |bytes: &[u8]| Some(f64::from_le_bytes(bytes.try_into().ok()?));
        let numbers = bytes.chunks(8).map(number).collect::<Option<Vec<f64>>>()?;
        Some((line.part, numbers))
    });
    (head.question == question).then(|| parts.collect())
}

fn text_of(value: &impl Serialize) -> String {
    // Plain structs of texts are always JSON.
    serde_json::to_string(value).unwrap_or_default()
}

impl Keeper {
    /// Adds a part.
    pub(crate) fn add(&mut self, part: &str, numbers: &[f64]) -> Result<(), LabError> {
        let (Some(path), Some(file)) = (&self.path, &mut self.file) else { return Ok(()) };
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let line = Line { part: part.to_owned(), numbers: STANDARD.encode(bytes) };
        file.write_all(format!("{}\n", text_of(&line)).as_bytes())
            .map_err(|error| LabError::writing(path, &error))
    }

    /// Takes the file away: all is finished.
    pub(crate) fn done(self) {
        if let Some(path) = self.path {
            // It is only of use to work that goes on; if it stays, the next run reads it.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_to_the_bit() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/parts.jsonl");
        let (none, mut keeper) = open(Some(&path), "q").unwrap();
        assert!(none.is_empty());
        let numbers = [0.1, -0.0, f64::INFINITY, 1.0 / 3.0];
        keeper.add("a 1", &numbers).unwrap();
        drop(keeper);
        // A crash in the middle of a line costs that line alone.
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"part\": \"b").unwrap();
        let (found, mut keeper) = open(Some(&path), "q").unwrap();
        let bits = |own: &[f64]| own.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found["a 1"]), bits(&numbers));
        assert_eq!(found.len(), 1);
        keeper.add("c", &[1.0]).unwrap();
        drop(keeper);
        assert_eq!(open(Some(&path), "q").unwrap().0.len(), 2);
        // Another question begins anew.
        let (found, keeper) = open(Some(&path), "other").unwrap();
        assert!(found.is_empty());
        keeper.done();
        assert!(!path.exists());
    }
}
