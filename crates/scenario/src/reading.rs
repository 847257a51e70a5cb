//! From a folder, or files in memory, to everything the scenario says, before any name is looked up.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Finding};
use crate::digest::{Digest, digest};
use crate::document::{Table, ValueKind, parse};
use crate::folder::{FileKind, Files, Layer};
use crate::gather::{Gathered, gather};
use crate::place::{FileId, Span, Text};

/// The only format of this release.
pub const FORMAT: f64 = 1.0;
/// The most scenarios that build on each other.
const MOST_LAYERS: usize = 8;

/// Where a scenario's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder on disk.
    Folder(PathBuf),
    /// Files in memory: the scenario's name, and pairs of a path (relative, with `/`) and bytes.
    Memory {
        /// The scenario's name.
        name: String,
        /// Its files.
        files: Vec<(String, Vec<u8>)>,
    },
}

impl Source {
    /// The scenario's name: that of its folder.
    pub fn name(&self) -> String {
        match self {
            Source::Folder(path) => {
                path.canonicalize().ok().as_deref().unwrap_or(path).file_name().map_or_else(
                    || "scenario".to_owned(),
                    |name| name.to_string_lossy().into_owned(),
                )
            }
            Source::Memory { name, .. } => name.clone(),
        }
    }
}

/// All that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Every file, by number.
    pub files: Files,
    /// The folders, the scenario extended first.
    pub layers: Vec<Layer>,
    /// What the files say, merged.
    pub gathered: Gathered,
    /// The digest of the whole.
    pub digest: Digest,
}

/// Reads a scenario and those it extends. `find` gives the source of a scenario by name, for
/// `extends`; it is only asked for plain names (small letters, digits, hyphens).
pub fn read(
    source: &Source,
    find: impl Fn(&str) -> Option<Source>,
    findings: &mut Vec<Finding>,
) -> Reading {
    let mut files = Files::default();
    let mut layers = Vec::new();
    let mut next = Some(source.clone());
    let mut prefix = String::new();
    while let Some(source) = next.take() {
        let name = source.name();
        let layer = match source {
            Source::Folder(path) => files.add_folder(&name, &prefix, &path, findings),
            Source::Memory { files: given, .. } => {
                files.add_memory(&name, &prefix, given, findings)
            }
        };
        layers.insert(0, layer);
        if let Some(extended) = head(&mut files, &layers[0], findings) {
            match extend(&extended, &layers, &find) {
                Ok(source) => {
                    prefix = format!("../{}/", extended.value);
                    next = Some(source);
                }
                Err((message, help)) => {
                    let finding = Finding::new(Code::CannotExtend, extended.span, message);
                    findings.push(finding.help(help));
                }
            }
        }
    }
    let gathered = gather(&files, &layers, findings);
    let digest = digest(&files, &layers);
    Reading { files, layers, gathered, digest }
}

/// Finds scenarios that lie beside the folder `path`, for [`read`].
pub fn beside(path: &Path) -> impl Fn(&str) -> Option<Source> {
    let parent = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned));
    move |name| {
        let folder = parent.as_ref()?.join(name);
        folder.is_dir().then_some(Source::Folder(folder))
    }
}

/// Checks the head of a layer's `scenario.toml`, and gives what it extends.
fn head(files: &mut Files, layer: &Layer, findings: &mut Vec<Finding>) -> Option<Text> {
    let is_scenario = |id: &FileId| files.get(*id).is_some_and(|f| f.kind == FileKind::Scenario);
    let Some(&id) = layer.files.iter().find(|id| is_scenario(id)) else {
        let id = files.add_typed(&layer.name, "");
        let message = format!("`{}` has no scenario.toml", layer.name);
        let help = "a scenario is a folder with a file scenario.toml that begins `format = 1`";
        let span = Span::new(id, 0, 0);
        findings.push(Finding::new(Code::NoScenarioFile, span, message).help(help));
        return None;
    };
    // Faults of form are reported when the file is read with the others.
    let table = parse(id, files.text(id), &mut Vec::new());
    check_format(&table, findings);
    match &table.get("extends")?.kind {
        ValueKind::Text(text) => Some(text.clone()),
        other => {
            let message =
                format!("`extends` wants the name of a scenario, and this is {}", other.name());
            let span = table.get("extends")?.span;
            let help = "write it as extends = \"little-detente\"";
            findings.push(Finding::new(Code::WrongKind, span, message).help(help));
            None
        }
    }
}

fn check_format(table: &Table, findings: &mut Vec<Finding>) {
    let help = "this release reads `format = 1`";
    match table.get("format") {
        Some(value) if value.kind == ValueKind::Number(FORMAT) => {}
        Some(value) => {
            let message = "this format is not known";
            findings.push(Finding::new(Code::UnknownFormat, value.span, message).help(help));
        }
        None => {
            let message = "scenario.toml has no `format`";
            let span = Span { end: table.span.start, ..table.span };
            findings.push(Finding::new(Code::UnknownFormat, span, message).help(help));
        }
    }
}

/// The source of the scenario called `name`, or why it cannot be extended.
fn extend(
    name: &Text,
    layers: &[Layer],
    find: &impl Fn(&str) -> Option<Source>,
) -> Result<Source, (String, &'static str)> {
    let name = name.value.as_str();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || name.len() > 80 || !name.bytes().all(plain) {
        let message = format!("`{}` is not the name of a scenario", name.escape_debug());
        return Err((message, "a name has small letters, digits and hyphens, and is no path"));
    }
    if layers.iter().any(|layer| layer.name == name) {
        return Err((format!("`{name}` extends itself"), "let it extend another, or none"));
    }
    if layers.len() >= MOST_LAYERS {
        let message = format!("more than {MOST_LAYERS} scenarios build on each other");
        return Err((message, "merge some of them"));
    }
    find(name).ok_or_else(|| {
        (format!("there is no scenario `{name}`"), "it should lie beside this scenario's folder")
    })
}
