//! Reads a scenario's files, and nothing else: bounded, inside its folder, and as text.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Finding, Related, line_and_column};
use crate::place::{FileId, Span};

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 1 << 20;
/// The most files of one folder.
pub const MOST_FILES: usize = 2_000;
/// The most bytes of one folder.
pub const MOST_BYTES: usize = 32 << 20;
/// The most findings that are given as diagnostics.
pub const MOST_FINDINGS: usize = 500;
/// The most names in a path: `what-ifs/single/stalin-lives.toml` has three.
const DEEPEST_PATH: usize = 6;

/// What a file is, by where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `scenario.toml`
    Scenario,
    /// `model/*.toml`
    Model,
    /// `data/*.csv`
    Table,
    /// `record.toml`
    Record,
    /// `claims/*.toml`
    Claims,
    /// `what-ifs/**/*.toml`
    WhatIfs,
    /// `schools/*.toml`
    Schools,
    /// `casebook/*.md`
    Casebook,
    /// `sources.bib`
    Bibliography,
    /// `split.toml`
    Split,
    /// `posterior.csv`: draws of the parameters, made by a fit.
    Posterior,
    /// `posterior.toml`: how it was made.
    PosteriorManifest,
    /// What was typed, on a command line or a page, and lies in no folder.
    Typed,
}

/// The kind of the file at `path` (relative, with `/`); `None` if it has no place in a scenario.
pub fn kind_of(path: &str) -> Option<FileKind> {
    let names: Vec<&str> = path.split('/').collect();
    let is = |ending: &str| path.ends_with(ending);
    match names.as_slice() {
        ["scenario.toml"] => Some(FileKind::Scenario),
        ["record.toml"] => Some(FileKind::Record),
        ["split.toml"] => Some(FileKind::Split),
        ["sources.bib"] => Some(FileKind::Bibliography),
        ["posterior.csv"] => Some(FileKind::Posterior),
        ["posterior.toml"] => Some(FileKind::PosteriorManifest),
        ["model", _] if is(".toml") => Some(FileKind::Model),
        ["data", _] if is(".csv") => Some(FileKind::Table),
        ["claims", _] if is(".toml") => Some(FileKind::Claims),
        ["schools", _] if is(".toml") => Some(FileKind::Schools),
        ["casebook", _] if is(".md") => Some(FileKind::Casebook),
        ["what-ifs", .., _] if is(".toml") => Some(FileKind::WhatIfs),
        _ => None,
    }
}

/// Whether a file that is no part of a scenario may lie in its folder without a word.
fn may_lie_there(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let beside = ["README", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG", "CITATION"];
    path.split('/').any(|name| name.starts_with('.'))
        || beside.iter().any(|stem| name.starts_with(stem))
        || path.starts_with("detente-out/")
        || path == "openings.log"
}

/// A file of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path inside its folder, with `/`; for what was typed, its name.
    pub path: String,
    /// The path as shown: with `../name/` before it if it belongs to a scenario extended.
    pub shown: String,
    /// What it is.
    pub kind: FileKind,
    /// Its text; empty if it could not be read.
    pub text: String,
}

/// The files of one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The scenario's name: that of its folder.
    pub name: String,
    /// Its files, in order of path.
    pub files: Vec<FileId>,
}

/// All the files that a scenario is loaded from, those of scenarios it extends among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: Vec<File>,
}

/// A file's bytes, or why there are none.
type Bytes = Result<Vec<u8>, (Code, String, &'static str)>;

impl Files {
    /// The file of a number; every [`FileId`] made by this value has one.
    pub fn get(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// The file that is shown as `path` in a [`Diagnostic`].
    pub fn shown_as(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.shown == path)
    }

    /// The file's text; empty if there is none.
    pub fn text(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.text)
    }

    /// Takes in what was typed under `name` (`--do`), and gives its number.
    pub fn add_typed(&mut self, name: &str, text: &str) -> FileId {
        self.push(name, name.to_owned(), FileKind::Typed, text.to_owned())
    }

    fn push(&mut self, path: &str, shown: String, kind: FileKind, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File { path: path.to_owned(), shown, kind, text });
        id
    }

    /// Reads the folder at `path`. Nothing outside it is read: links, devices and pipes are
    /// refused. `prefix` stands before the paths shown (`../little-detente/`, or nothing).
    pub fn add_folder(
        &mut self,
        name: &str,
        prefix: &str,
        path: &Path,
        findings: &mut Vec<Finding>,
    ) -> Layer {
        let mut walk = Walk { found: Vec::new(), bytes: 0, faults: Vec::new() };
        walk.folder(path, "", 1);
        self.take_in(name, prefix, walk.found, walk.faults, findings)
    }

    /// Takes in files from memory: pairs of a path, relative with `/`, and bytes. The same limits
    /// hold as for a folder.
    pub fn add_memory(
        &mut self,
        name: &str,
        prefix: &str,
        files: Vec<(String, Vec<u8>)>,
        findings: &mut Vec<Finding>,
    ) -> Layer {
        let mut walk = Walk { found: Vec::new(), bytes: 0, faults: Vec::new() };
        for (path, bytes) in files {
            if walk.full() {
                break;
            }
            if let Some(fault) = fault_of_path(&path) {
                let help = "paths are relative, with `/`, and stay inside the folder";
                walk.faults.push((path, Code::OutsideFolder, fault.to_owned(), help));
            } else {
                walk.file(&path, || {
                    if bytes.len() > LARGEST_FILE { Err(too_large(bytes.len())) } else { Ok(bytes) }
                });
            }
        }
        self.take_in(name, prefix, walk.found, walk.faults, findings)
    }

    fn take_in(
        &mut self,
        name: &str,
        prefix: &str,
        mut found: Vec<(String, FileKind, Bytes)>,
        faults: Vec<(String, Code, String, &'static str)>,
        findings: &mut Vec<Finding>,
    ) -> Layer {
        found.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        let mut layer = Layer { name: name.to_owned(), files: Vec::new() };
        for (path, kind, bytes) in found {
            let twice = layer.files.last().is_some_and(|&last| self.path(last) == path);
            let (text, fault) = match bytes {
                Ok(bytes) => decode(bytes),
                Err((code, message, help)) => (String::new(), Some((0, code, message, help))),
            };
            let id = self.push(&path, format!("{prefix}{path}"), kind, text);
            layer.files.push(id);
            if let Some((at, code, message, help)) = fault {
                findings.push(Finding::new(code, Span::new(id, at, at), message).help(help));
            }
            findings.extend(unprintable(self.text(id), kind, id));
            if twice {
                let message = format!("`{path}` is given twice");
                findings.push(Finding::new(Code::DuplicateName, Span::new(id, 0, 0), message));
            }
        }
        for (path, code, message, help) in faults {
            let shown = if path.is_empty() { name.to_owned() } else { format!("{prefix}{path}") };
            let id = self.push(&path, shown, FileKind::Typed, String::new());
            findings.push(Finding::new(code, Span::new(id, 0, 0), message).help(help));
        }
        layer
    }

    fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |file| &file.path)
    }

    /// The findings as plain data, in order of file and place, at most [`MOST_FINDINGS`] of them,
    /// errors before warnings if not all are given; then the last says how many are not.
    pub fn diagnostics(&self, findings: &[Finding]) -> Vec<Diagnostic> {
        let mut kept: Vec<&Finding> = findings.iter().collect();
        kept.sort_by_key(|finding| (!finding.is_error(), finding.span));
        kept.dedup();
        let left_out = kept.len().saturating_sub(MOST_FINDINGS);
        kept.truncate(MOST_FINDINGS);
        kept.sort_by_key(|finding| finding.span);
        let mut shown: Vec<Diagnostic> = kept.iter().map(|f| self.diagnostic(f)).collect();
        if left_out > 0
            && let Some(last) = kept.last()
        {
            let message = format!("{left_out} more findings are not shown");
            let finding = Finding::new(Code::TooManyFindings, last.span, message)
                .help("mend these first: one fault often gives many findings");
            shown.push(self.diagnostic(&finding));
        }
        shown
    }

    /// The finding as plain data, with path, line and column.
    pub fn diagnostic(&self, finding: &Finding) -> Diagnostic {
        let place = |span: Span| {
            let (line, column) = line_and_column(self.text(span.file), span.start as usize);
            let file = self.get(span.file).map_or(String::new(), |file| file.shown.clone());
            (file, span.start as usize..span.end as usize, line, column)
        };
        let (file, span, line, column) = place(finding.span);
        let related = finding.related.iter().map(|(span, note)| {
            let (file, span, line, column) = place(*span);
            Related { file, span, line, column, note: printable(note) }
        });
        Diagnostic {
            code: finding.code,
            severity: finding.code.severity(),
            file,
            span,
            line,
            column,
            message: printable(&finding.message),
            help: printable(&finding.help),
            related: related.collect(),
        }
    }
}

/// `text` with control characters written out: findings quote files of strangers, and are shown in
/// terminals.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_debug()) } else { shown.push(c) }
    }
    shown
}

/// UTF-8 text of `bytes`, up to the first byte that is none; a leading byte-order mark is left out.
fn decode(bytes: Vec<u8>) -> (String, Option<(usize, Code, String, &'static str)>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), None),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let message = format!("byte {} (0x{:02x}) is not UTF-8", at + 1, bytes[at]);
            let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
            (text, Some((at, Code::NotUtf8, message, "save the file as UTF-8")))
        }
    }
}

/// What would drive a terminal that shows a text: an escape can write any character. In TOML, where a
/// text may be written with escapes, the document's own reader looks.
fn unprintable(text: &str, kind: FileKind, id: FileId) -> Option<Finding> {
    if !matches!(kind, FileKind::Table | FileKind::Bibliography | FileKind::Casebook) {
        return None;
    }
    let drives = |(_, c): &(usize, char)| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let (at, c) = text.char_indices().find(drives)?;
    let message = format!("this text holds a control character, {}", c.escape_unicode());
    let span = Span::new(id, at, at + c.len_utf8());
    Some(Finding::new(Code::WrongKind, span, message).help("remove it: texts are shown to readers"))
}

fn too_large(length: usize) -> (Code, String, &'static str) {
    let message = format!("the file has {length} bytes; at most {LARGEST_FILE} are read");
    (Code::FileTooLarge, message, "divide it into several files")
}

/// Why a path given from outside may not be used.
fn fault_of_path(path: &str) -> Option<&'static str> {
    let names: Vec<&str> = path.split('/').collect();
    if path.len() > 512 || names.len() > DEEPEST_PATH {
        Some("the path is too long")
    } else if path.starts_with('/') || path.contains('\\') || path.contains(':') {
        Some("the path does not begin in the scenario's folder")
    } else if path.chars().any(char::is_control) {
        Some("the path holds a character that cannot be printed")
    } else if names.iter().any(|name| name.is_empty() || *name == "." || *name == "..") {
        Some("the path does not stay inside the scenario's folder")
    } else {
        None
    }
}

/// What a walk through a folder has found so far.
struct Walk {
    found: Vec<(String, FileKind, Bytes)>,
    bytes: usize,
    faults: Vec<(String, Code, String, &'static str)>,
}

impl Walk {
    fn fault(&mut self, path: &str, code: Code, message: impl Into<String>, help: &'static str) {
        self.faults.push((path.to_owned(), code, message.into(), help));
    }

    /// Whether a limit is reached; it is reported once.
    fn full(&mut self) -> bool {
        let many = self.found.len() + self.faults.len() >= MOST_FILES;
        let large = self.bytes > MOST_BYTES;
        if (many || large) && !self.faults.iter().any(|fault| fault.1 == Code::FolderTooLarge) {
            let message = if many {
                format!("the folder holds more than {MOST_FILES} files")
            } else {
                format!("the folder holds more than {MOST_BYTES} bytes")
            };
            self.fault("", Code::FolderTooLarge, message, "keep other files elsewhere");
        }
        many || large
    }

    /// Takes in the file at `path` if it has a place in a scenario; otherwise says so.
    fn file(&mut self, path: &str, read: impl FnOnce() -> Bytes) {
        match kind_of(path) {
            Some(kind) => {
                let bytes = read();
                self.bytes += bytes.as_ref().map_or(0, Vec::len);
                self.found.push((path.to_owned(), kind, bytes));
            }
            None if may_lie_there(path) => {}
            None => {
                let help = "a scenario has scenario.toml, record.toml, split.toml, sources.bib, \
                            posterior.csv and posterior.toml, and the folders model, data, claims, what-ifs, schools, casebook";
                self.fault(path, Code::UnknownFile, "this file is not read", help);
            }
        }
    }

    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("the folder cannot be read: {error}");
                return self.fault(prefix, Code::Unreadable, message, "");
            }
        };
        for entry in entries {
            if self.full() {
                return;
            }
            match entry {
                Ok(entry) => self.entry(&entry, prefix, depth),
                Err(error) => {
                    let message = format!("the folder cannot be read: {error}");
                    self.fault(prefix, Code::Unreadable, message, "");
                }
            }
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, prefix: &str, depth: usize) {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.chars().any(char::is_control)) else {
            let shown = format!("{prefix}{}", name.to_string_lossy().escape_debug());
            let message = "the name of this file is not printable text";
            return self.fault(&shown, Code::UnknownFile, message, "rename it");
        };
        let path = format!("{prefix}{name}");
        if may_lie_there(&path) {
            return;
        }
        // The kind of the entry itself, links not followed.
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.fault(&path, Code::Unreadable, error.to_string(), ""),
        };
        if kind.is_dir() {
            if kind_of(&path).is_some() {
                let message =
                    format!("`{path}` is a folder, and a file of that name would be read");
                self.fault(&path, Code::UnknownFile, message, "rename it, or take it away");
            } else if depth < DEEPEST_PATH {
                self.folder(&entry.path(), &format!("{path}/"), depth + 1);
            } else {
                let message = format!("folders nest more than {DEEPEST_PATH} deep");
                self.fault(&path, Code::FolderTooLarge, message, "");
            }
        } else if kind.is_file() {
            self.file(&path, || read_file(&entry.path()));
        } else {
            let what = if kind.is_symlink() { "a link" } else { "not a plain file" };
            let message = format!("`{path}` is {what}, and is not read");
            let help = "put a copy of the file in its place";
            self.fault(&path, Code::OutsideFolder, message, help);
        }
    }
}

/// The bytes of a plain file, at most [`LARGEST_FILE`] of them.
fn read_file(path: &Path) -> Bytes {
    let unreadable =
        |error: std::io::Error| (Code::Unreadable, format!("the file cannot be read: {error}"), "");
    let file = fs::File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        let message = "the file changed while it was being read".to_owned();
        return Err((Code::OutsideFolder, message, ""));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > LARGEST_FILE {
        let length = usize::try_from(about.len()).unwrap_or(usize::MAX);
        return Err(too_large(length.max(bytes.len())));
    }
    Ok(bytes)
}
