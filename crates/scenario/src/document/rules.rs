//! What a file may not use although the TOML parser would take it: endless keys, and TOML 1.1.
//!
//! The parser reads TOML 1.1; most editors and schema tools read 1.0. The stream of events that
//! precedes the tree shows the differences that can matter here: line breaks and a last comma in
//! braces, and the escapes `\e` and `\x`. (Times without seconds are refused as times.)

use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

use crate::diagnostic::{Code, Finding};
use crate::place::{FileId, Span};

/// The most names in a dotted key. (`override.decision.d.option.o.because."r"` has seven.)
const LONGEST_KEY: usize = 12;
/// The most braces and brackets inside each other; the parser's own limit.
const DEEPEST: u32 = 80;

/// Whether the tree may be built. Reports keys that are too long (then it may not: a tree as deep
/// as a file is long could not even be thrown away), and whatever TOML 1.0 does not have.
pub(super) fn check(file: FileId, text: &str, findings: &mut Vec<Finding>) -> bool {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut events: Vec<Event> = Vec::new();
    parse_document(&tokens, &mut RecursionGuard::new(&mut events, DEEPEST), &mut ());
    let mut rules =
        Rules { file, text, open: Vec::new(), last: EventKind::Newline, parts: 0, findings };
    events.iter().all(|event| rules.accepts(event))
}

struct Rules<'a> {
    file: FileId,
    text: &'a str,
    /// The brackets open now: true for the braces of an inline table.
    open: Vec<bool>,
    /// The event before, white space and comments aside.
    last: EventKind,
    /// Names of the key being read.
    parts: usize,
    findings: &'a mut Vec<Finding>,
}

impl Rules<'_> {
    fn accepts(&mut self, event: &Event) -> bool {
        let kind = event.kind();
        let in_braces = self.open.last() == Some(&true);
        match kind {
            EventKind::InlineTableOpen => self.open.push(true),
            EventKind::ArrayOpen => self.open.push(false),
            EventKind::InlineTableClose | EventKind::ArrayClose => {
                self.open.pop();
                if in_braces && self.last == EventKind::ValueSep {
                    let help = "remove the comma before the closing brace";
                    self.newer(event, "a last comma in braces", help);
                }
            }
            EventKind::Newline if in_braces => {
                let help = "write the braces on one line, or as a table of its own: [a.b]";
                self.newer(event, "a line break in braces", help);
            }
            EventKind::SimpleKey => self.parts += 1,
            EventKind::KeySep | EventKind::Whitespace | EventKind::Comment => {}
            _ => self.parts = 0,
        }
        if matches!(kind, EventKind::SimpleKey | EventKind::Scalar)
            && matches!(event.encoding(), Some(Encoding::BasicString | Encoding::MlBasicString))
        {
            self.escapes(event);
        }
        if !matches!(kind, EventKind::Whitespace | EventKind::Comment | EventKind::Newline) {
            self.last = kind;
        }
        if self.parts > LONGEST_KEY {
            let span = self.span(event.span().start(), event.span().end());
            let message = format!("a key of more than {LONGEST_KEY} names");
            let help = "no key of a scenario is that long";
            self.findings.push(Finding::new(Code::TomlSyntax, span, message).help(help));
            return false;
        }
        true
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn newer(&mut self, event: &Event, what: &str, help: &str) {
        let span = self.span(event.span().start(), event.span().end());
        self.push_newer(span, what, help);
    }

    fn push_newer(&mut self, span: Span, what: &str, help: &str) {
        let message = format!("{what}: TOML 1.0 does not have it");
        self.findings.push(Finding::new(Code::NewerToml, span, message).help(help));
    }

    fn escapes(&mut self, event: &Event) {
        let start = event.span().start();
        let raw = self.text.get(start..event.span().end()).unwrap_or("");
        let mut bytes = raw.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            if byte != b'\\' {
                continue;
            }
            if let Some((_, escaped @ (b'e' | b'x'))) = bytes.next() {
                let span = self.span(start + at, start + at + 2);
                let what = format!("the escape `\\{}`", char::from(escaped));
                self.push_newer(span, &what, "write the character itself, or `\\u00e9`");
            }
        }
    }
}
