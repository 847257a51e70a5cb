//! Where something stands: a file, a range of bytes in it, and text that remembers its bytes' places.

use std::fmt;

/// A file of the scenario being loaded, by its number in the order of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of bytes in one file: from `start` up to, not including, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `file` from byte `start` up to `end`.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        // Files are limited to 1 MiB, so every offset fits; larger ones stop at the largest.
        let clip = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: clip(start), end: clip(end.max(start)) }
    }

    /// The smallest span that holds both; `other` must be of the same file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A string value of a file, with the place of each of its bytes.
///
/// TOML strings may hold escapes (`\"`) or line breaks that are dropped, so an offset in the value
/// is not an offset in the file. Parsers take a `Text` and give every node its span in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The value, escapes undone.
    pub value: String,
    /// The whole string in the file, with its quotation marks.
    pub span: Span,
    /// Runs of bytes copied from the file without change: (offset in `value`, offset in the file),
    /// ascending. Between runs lie escapes.
    runs: Vec<(u32, u32)>,
}

impl Text {
    /// A text that is a stretch of the file as it stands, beginning at byte `start`.
    pub fn verbatim(file: FileId, start: usize, value: &str) -> Text {
        let span = Span::new(file, start, start + value.len());
        Text { value: value.to_owned(), span, runs: vec![(0, span.start)] }
    }

    /// A text of which `runs` says where its unchanged stretches lie in the file: pairs of
    /// (offset in `value`, offset in the file), ascending, the first at offset 0.
    pub fn with_runs(value: String, span: Span, runs: Vec<(u32, u32)>) -> Text {
        Text { value, span, runs }
    }

    /// The span in the file of the bytes `start..end` of the value.
    pub fn span_of(&self, start: usize, end: usize) -> Span {
        let last = end.max(start + 1) - 1;
        let from = self.offset_of(start);
        let to = if end > start { self.offset_of(last) + 1 } else { from };
        Span::new(self.span.file, from.min(self.span.end as usize), to.min(self.span.end as usize))
    }

    fn offset_of(&self, at: usize) -> usize {
        let run = self.runs.partition_point(|&(local, _)| local as usize <= at);
        match run.checked_sub(1).and_then(|i| self.runs.get(i)) {
            Some(&(local, file)) => file as usize + (at - local as usize),
            None => self.span.start as usize + at,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}
