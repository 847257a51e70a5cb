//! Verifying a bundle: run it again from its manifest and compare every hash.

use std::collections::BTreeSet;
use std::path::Path;

use detente_model::{Intervention, Model};
use serde::Serialize;

use crate::LabError;
use crate::bundle::{Bundle, Manifest, Overwrite, Verb, hash_of, is_plain, read_manifest};
use crate::question::Watch;

/// Whether a bundle is what its manifest says, and whether it can be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Whether the model has the digest of the manifest, and its posterior, where it was used.
    pub same_scenario: bool,
    /// Whether the release that verifies is the one that wrote it.
    pub same_release: bool,
    /// Each file of the manifest, and each that the run leaves when it is repeated.
    pub files: Vec<FileCheck>,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    /// Its name.
    pub name: String,
    /// SHA-256 in the manifest; `None` if the manifest does not name it.
    pub stated: Option<String>,
    /// SHA-256 of the file as it lies there; `None` if no plain file does.
    pub found: Option<String>,
    /// SHA-256 of the file run again.
    pub repeated: Option<String>,
}

impl Verification {
    /// Whether everything agrees.
    pub fn holds(&self) -> bool {
        let agrees = |file: &FileCheck| {
            file.stated.is_some() && file.found == file.stated && file.repeated == file.stated
        };
        self.same_scenario && self.files.iter().all(agrees)
    }
}

/// Runs a bundle again and compares. `model` is the scenario the manifest names, loaded with its
/// schools; `holding` are the manifest's assumptions and interventions, parsed against it.
///
/// # Errors
/// The bundle cannot be read, or the run cannot be repeated at all.
pub fn verify(
    folder: &Path,
    model: &Model,
    holding: [Vec<Intervention>; 2],
    watch: &Watch<'_>,
) -> Result<Verification, LabError> {
    let manifest = read_manifest(folder)?;
    let posterior = model.posterior.as_ref().map(|posterior| &posterior.digest);
    let same_posterior =
        manifest.posterior_digest.is_none() || manifest.posterior_digest.as_ref() == posterior;
    let same_scenario = manifest.digest == model.digest && same_posterior;
    let same_release = manifest.release == crate::RELEASE;
    let again =
        if same_scenario { Some(repeat(&manifest, folder, model, holding, watch)?) } else { None };
    let repeated = again.map_or_else(Default::default, |again| again.files);
    let names: BTreeSet<&String> = manifest.files.keys().chain(repeated.keys()).collect();
    let check = |name: &String| {
        let path = folder.join(name);
        FileCheck {
            name: name.clone(),
            stated: manifest.files.get(name).cloned(),
            found: is_plain(&path).then(|| hash_of(&path).ok()).flatten(),
            repeated: repeated.get(name).cloned(),
        }
    };
    let files = names.into_iter().map(check).collect();
    Ok(Verification { same_scenario, same_release, files })
}

/// Runs a manifest's question again in a folder of its own, and takes that away once it is hashed.
fn repeat(
    manifest: &Manifest,
    folder: &Path,
    model: &Model,
    holding: [Vec<Intervention>; 2],
    watch: &Watch<'_>,
) -> Result<Manifest, LabError> {
    let question = manifest.question(model, holding)?;
    let name = folder.file_name().map_or_else(Default::default, |name| name.to_string_lossy());
    let place = std::env::temp_dir().join(format!("detente-verify-{name}-{}", std::process::id()));
    let bundle = Bundle {
        folder: place.clone(),
        overwrite: Overwrite::Refuse,
        events_of: manifest.events_of,
        whole_series_of: manifest.whole_series_of,
        date: None,
        verb: manifest.question,
    };
    match manifest.question {
        Verb::Ensemble => drop(crate::ensemble(model, &question, Some(&bundle), watch)?),
        Verb::Compare => drop(crate::compare(model, &question, Some(&bundle), watch)?),
    }
    let again = read_manifest(&place);
    std::fs::remove_dir_all(&place).map_err(|error| LabError::writing(&place, &error))?;
    again
}
