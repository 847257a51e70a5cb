//! What a fit leaves in a folder: the posterior, the summary, and a page to read.

use std::path::{Path, PathBuf};

use detente_model::Model;

use super::Fit;
use super::write::{POSTERIOR, POSTERIOR_MANIFEST, draws_csv, manifest};
use crate::LabError;
use crate::bundle::{Draft, Overwrite, json_text};

/// Writes `posterior.csv`, `posterior.toml`, `summary.json` and `report.html` into a new folder.
///
/// # Errors
/// Something lies there and may not be replaced, or the folder cannot be written; then nothing lies
/// under its name that did not before.
pub fn keep_fit(
    folder: &Path,
    model: &Model,
    fit: &Fit,
    overwrite: Overwrite,
) -> Result<PathBuf, LabError> {
    let draft = Draft::begin(folder, overwrite)?;
    draft.write(POSTERIOR, &draws_csv(fit)?)?;
    draft.write(POSTERIOR_MANIFEST, manifest(fit).as_bytes())?;
    draft.write("summary.json", json_text(fit)?.as_bytes())?;
    draft.write("report.html", crate::report::fit_report(model, fit).as_bytes())?;
    draft.finish()
}
