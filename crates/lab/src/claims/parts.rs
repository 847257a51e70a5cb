//! Parts of a long run that are finished, kept line by line so that a run that was broken off goes on
//! where it stopped, to the same bytes.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::run::{Bite, Found};
use super::sums::Sums;
use crate::LabError;
use crate::bundle::hex;
use crate::sheaf::Met;

/// The file's name.
pub const PARTS: &str = "parts.jsonl";

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
    /// Reads what is kept in a folder, which is made if it is not there; without a folder nothing is
    /// kept. A last line that is not whole, of a run that was killed while it wrote, is cut off.
    ///
    /// # Errors
    /// The folder or the file cannot be read or written.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, LabError> {
        let Some(folder) = folder else { return Ok(Self { file: None, known: BTreeMap::new() }) };
        fs::create_dir_all(folder).map_err(|error| LabError::writing(folder, &error))?;
        let path = folder.join(PARTS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(LabError::Unreadable(path, error.to_string())),
        };
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let lines = text[..whole].lines().filter_map(|line| serde_json::from_str(line).ok());
        let known = lines.map(|line: Line| (line.key, line.part)).collect();
        let failed = |error: std::io::Error| LabError::writing(&path, &error);
        let file = File::options().append(true).create(true).open(&path).map_err(failed)?;
        if whole < text.len() {
            file.set_len(whole as u64).map_err(failed)?;
        }
        Ok(Self { file: Some((path, file)), known })
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

/// What a run found, as it is kept: numbers as their bits, elements by name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptFound {
    sums: Vec<Vec<[u64; 10]>>,
    bites: Vec<KeptBite>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptBite {
    of: u64,
    moved: u64,
    met: Vec<(Met, usize, usize, u64)>,
}

impl KeptFound {
    pub(crate) fn of(found: &Found) -> Self {
        let bite = |bite: &Bite| KeptBite {
            of: bite.of,
            moved: bite.moved,
            met: bite
                .met
                .iter()
                .map(|((what, of), times)| (*what, of.element.0, of.instance, *times))
                .collect(),
        };
        Self {
            sums: found.sums.iter().map(|by| by.iter().map(Sums::numbers).collect()).collect(),
            bites: found.bites.iter().map(bite).collect(),
        }
    }

    pub(crate) fn found(self) -> Found {
        let bite = |bite: KeptBite| Bite {
            of: bite.of,
            moved: bite.moved,
            met: bite
                .met
                .into_iter()
                .map(|(what, element, instance, times)| {
                    let element = detente_model::ElementId(element);
                    ((what, detente_model::Target { element, instance }), times)
                })
                .collect(),
        };
        let sums = |by: Vec<[u64; 10]>| by.into_iter().map(Sums::of_numbers).collect();
        Found {
            sums: self.sums.into_iter().map(sums).collect(),
            bites: self.bites.into_iter().map(bite).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_cut_off_and_the_rest_is_found_again() {
        let place = tempfile::tempdir().unwrap();
        let mut parts = Parts::open(Some(place.path())).unwrap();
        parts.put("a", &1).unwrap();
        parts.put("b", &2).unwrap();
        let path = place.path().join(PARTS);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"key\":\"c\",\"pa")).unwrap();
        let mut parts = Parts::open(Some(place.path())).unwrap();
        assert_eq!(
            (parts.get("a"), parts.get("b"), parts.get::<i32>("c")),
            (Some(1), Some(2), None)
        );
        parts.put("c", &3).unwrap();
        assert_eq!(Parts::open(Some(place.path())).unwrap().get("c"), Some(3));
        assert_ne!(key_of(&["ab", "c"]), key_of(&["a", "bc"]));
    }
}
