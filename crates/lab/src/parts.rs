//! Parts of a long run that are finished, kept line by line so that a run that was broken off goes on
//! where it stopped, to the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::LabError;
use crate::bundle::hex;

/// Finished parts by key, and the file they are added to.
#[derive(Debug)]
pub(crate) struct Parts {
    file: Option<(PathBuf, File)>,
    known: BTreeMap<String, serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    part: serde_json::Value,
}

impl Parts {
    /// Reads what is kept in a file, which is made with its folder if it is not there; without a file
    /// nothing is kept. A last line that is not whole, of a run that was killed while it wrote, is cut
    /// off.
    ///
    /// # Errors
    /// The folder or the file cannot be read or written, or the file holds something else.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, LabError> {
        let Some(path) = path else { return Ok(Self { file: None, known: BTreeMap::new() }) };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| LabError::writing(folder, &error))?;
        }
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                let why = format!("{error}; remove it to begin anew");
                return Err(LabError::Unreadable(path.to_owned(), why));
            }
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let lines = text[..whole].lines().filter_map(|line| serde_json::from_str(line).ok());
        let known: BTreeMap<_, _> = lines.map(|line: Line| (line.key, line.part)).collect();
        if whole > 0 && known.is_empty() {
            let why = "no finished parts are kept in it; remove it to begin anew";
            return Err(LabError::Unreadable(path.to_owned(), why.to_owned()));
        }
        let failed = |error: std::io::Error| LabError::writing(path, &error);
        let file = File::options().append(true).create(true).open(path).map_err(failed)?;
        if whole < text.len() {
            file.set_len(whole as u64).map_err(failed)?;
        }
        Ok(Self { file: Some((path.to_owned(), file)), known })
    }

    /// A finished part.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_value(self.known.get(key)?.clone()).ok()
    }

    /// Keeps a part.
    pub(crate) fn put(&mut self, key: &str, part: &impl Serialize) -> Result<(), LabError> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let text = |error: serde_json::Error| LabError::Unwritable(path.clone(), error.to_string());
        let part = serde_json::to_value(part).map_err(text)?;
        let line = Line { key: key.to_owned(), part };
        let line = serde_json::to_string(&line).map_err(text)? + "\n";
        let write = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
        write.map_err(|error| LabError::writing(path.clone(), &error))
    }

    /// Takes the file away: all is finished.
    pub(crate) fn done(self) {
        if let Some((path, _)) = self.file {
            // It is only of use to work that goes on; if it stays, the next run reads it.
            let _ = fs::remove_file(path);
        }
    }
}

/// Numbers as text that gives them back to the bit.
pub(crate) fn bits(numbers: &[f64]) -> String {
    numbers.iter().map(|number| format!("{:016x}", number.to_bits())).collect()
}

/// The numbers that [`bits`] wrote; `None` if it did not write this.
pub(crate) fn numbers(bits: &str) -> Option<Vec<f64>> {
    let number = |at: usize| {
        let digits = bits.get(at..at + 16)?;
        Some(f64::from_bits(u64::from_str_radix(digits, 16).ok()?))
    };
    bits.len().is_multiple_of(16).then(|| (0..bits.len()).step_by(16).map(number).collect())?
}

/// The key of a part: a hash of all that it depends on.
pub(crate) fn key_of(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for one in of {
        hash.update((one.len() as u64).to_le_bytes());
        hash.update(one.as_bytes());
    }
    hex(&hash.finalize()).chars().take(32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_cut_off_and_the_rest_is_found_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/parts.jsonl");
        let mut parts = Parts::open(Some(&path)).unwrap();
        parts.put("a", &1).unwrap();
        parts.put("b", &2).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"key\":\"c\",\"pa")).unwrap();
        let mut parts = Parts::open(Some(&path)).unwrap();
        assert_eq!(
            (parts.get("a"), parts.get("b"), parts.get::<i32>("c")),
            (Some(1), Some(2), None)
        );
        parts.put("c", &3).unwrap();
        assert_eq!(Parts::open(Some(&path)).unwrap().get("c"), Some(3));
        assert_ne!(key_of(&["ab", "c"]), key_of(&["a", "bc"]));
        parts.done();
        assert!(!path.exists());
    }

    /// What is no file of parts is neither added to nor, later, taken away.
    #[test]
    fn a_file_of_another_kind_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("parts.jsonl");
        for text in [&b"my own notes\n"[..], b"\xff\xfe\n"] {
            fs::write(&path, text).unwrap();
            let refused = Parts::open(Some(&path)).unwrap_err().to_string();
            assert!(refused.ends_with("remove it to begin anew"), "{refused}");
            assert_eq!(fs::read(&path).unwrap(), text);
        }
    }

    #[test]
    fn numbers_come_back_to_the_bit() {
        let given = [0.1, -0.0, f64::INFINITY, f64::NAN, 1.0 / 3.0];
        let back = numbers(&bits(&given)).unwrap();
        let same = |(one, other): (&f64, &f64)| one.to_bits() == other.to_bits();
        assert!(back.len() == given.len() && back.iter().zip(&given).all(same));
        assert_eq!((numbers("0123"), numbers("zzzzzzzzzzzzzzzz")), (None, None));
    }
}
