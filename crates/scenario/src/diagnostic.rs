//! A finding: what is wrong with a scenario, where, and what to do about it.
//!
//! Loading never stops at the first fault. Every stage pushes [`Finding`]s, which know files by
//! number and places by byte; the loader turns each into a [`Diagnostic`], plain data
//! with path, line and column, fit for a terminal, JSON or a page. The stable codes and their
//! titles are in [`crate::code`].

use std::ops::Range;

pub use crate::code::{Code, Severity};
use crate::place::Span;

/// A finding as the stages of the loader make it: places are spans of files by number.
///
/// ```
/// use detente_scenario::diagnostic::{Code, Finding};
/// use detente_scenario::place::{FileId, Span};
/// let here = Span::new(FileId(0), 10, 14);
/// let finding = Finding::new(Code::UnknownName, here, "nothing is called `tenson`")
///     .help("did you mean `tension`?");
/// assert_eq!(finding.code.id(), "S030");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of fault; it carries the severity.
    pub code: Code,
    /// The text at fault. An empty span marks a place between two bytes, or a whole file at 0..0.
    pub span: Span,
    /// What is wrong: a sentence without a full stop, names in backticks.
    pub message: String,
    /// What to do about it; empty if the message says it.
    pub help: String,
    /// Other places that matter, each with a note: "first defined here".
    pub related: Vec<(Span, String)>,
}

impl Finding {
    /// A finding at `span`, so far without help or related places.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Finding {
        Finding { code, span, message: message.into(), help: String::new(), related: Vec::new() }
    }

    /// The same with a sentence that says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = help.into();
        self
    }

    /// The same with another place that matters.
    #[must_use]
    pub fn related(mut self, span: Span, note: impl Into<String>) -> Finding {
        self.related.push((span, note.into()));
        self
    }

    /// Whether the scenario cannot be run because of it.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// A finding as plain data, for people and programs outside this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, such as `S012`; its page is `docs/book/src/diagnostics/S012.md`.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// Path of the file relative to the scenario's folder, with `/`; for what was typed on the
    /// command line, a name such as `--do`.
    pub file: String,
    /// Bytes of the file that are at fault.
    pub span: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte, in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
    /// Other places, each with its note.
    pub related: Vec<Related>,
}

/// Another place that matters to a [`Diagnostic`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Path of the file, as in [`Diagnostic::file`].
    pub file: String,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// Line of the first byte, from 1.
    pub line: usize,
    /// Column of the first byte, in characters, from 1.
    pub column: usize,
    /// What it has to do with the finding.
    pub note: String,
}

/// Line and column (in characters), both from 1, of byte `at` of `text`; of its end if beyond.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let mut end = at.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}
