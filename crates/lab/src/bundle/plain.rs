//! A folder for an answer that has no histories of its own to keep: texts, and a manifest beside
//! them.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::folder::{Draft, Overwrite};
use super::{MANIFEST, hash_of, json_text};
use crate::LabError;

/// Where an answer is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder. It is whole or absent.
    pub folder: PathBuf,
    /// What to do if something lies there.
    pub overwrite: Overwrite,
}

impl Place {
    /// Where finished parts of long work lie until it is whole.
    pub fn parts(&self) -> PathBuf {
        let mut name = self.folder.file_name().unwrap_or_default().to_owned();
        name.push(".parts.jsonl");
        self.folder.with_file_name(name)
    }
}

/// Writes the folder: the texts, and what is said of the question with the hash of each. `false`,
/// with nothing written, where a whole one lies there that may stay.
pub(crate) fn keep_texts(
    place: &Place,
    mut manifest: Map<String, Value>,
    texts: &[(&str, Vec<u8>)],
) -> Result<bool, LabError> {
    if place.overwrite == Overwrite::KeepWhole && place.folder.join(MANIFEST).is_file() {
        return Ok(false);
    }
    let draft = Draft::begin(&place.folder, place.overwrite)?;
    let mut files = Map::new();
    for (name, text) in texts {
        draft.write(name, text)?;
        files.insert((*name).to_owned(), hash_of(&draft.place(name))?.into());
    }
    manifest.insert("files".to_owned(), Value::Object(files));
    draft.write(MANIFEST, json_text(&manifest)?.as_bytes())?;
    draft.finish()?;
    Ok(true)
}
