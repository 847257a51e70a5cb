//! TOML with a place for every key and value, in the order of the file.
//!
//! [`parse`] reads one file and reports all its faults of form at once. [`Fields`] reads typed keys
//! from a table and reports what is missing, of the wrong kind, or unknown. [`crate::gather`] puts
//! the tables of many files together.

mod advice;
mod fields;
mod rules;
mod strings;

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use fields::{Fields, expression_of};

use crate::diagnostic::{Code, Finding};
use crate::place::{FileId, Span, Text};
use crate::syntax::ast::Ident;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The value.
    pub kind: ValueKind,
    /// The whole of it in the file, quotation marks and brackets included.
    pub span: Span,
}

/// The kinds of value that a scenario's files use.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// A string.
    Text(Text),
    /// A whole or decimal number; finite.
    Number(f64),
    /// `true` or `false`.
    Truth(bool),
    /// A day.
    Date(Date),
    /// `[a, b]`, or the tables of `[[event]]`.
    List(Vec<Value>),
    /// `{ a = 1 }`, `[a]` and what stands under it.
    Table(Table),
    /// Something that could not be read, and has been reported: it is there, and says nothing.
    Unreadable,
}

/// A table: its entries in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Keys, unique, each with its value.
    pub entries: Vec<Entry>,
    /// The header, or the braces; for a table that only has parts, the first of its keys.
    pub span: Span,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, quotation marks undone; any text (a reason's name, say).
    pub key: Ident,
    /// Its value.
    pub value: Value,
}

impl Table {
    /// A table without entries.
    pub fn empty(span: Span) -> Table {
        Table { entries: Vec::new(), span }
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.text == key)
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Takes the entry of `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key.text == key)?;
        Some(self.entries.remove(at))
    }

    /// Lays `over` on top: tables merge key by key, anything else is replaced, and what is new is
    /// added at the end.
    pub fn merge(&mut self, over: Table) {
        let own = self.entries.iter().enumerate();
        let places: BTreeMap<String, usize> =
            own.map(|(place, entry)| (entry.key.text.clone(), place)).collect();
        for entry in over.entries {
            let Some(&place) = places.get(&entry.key.text) else {
                self.entries.push(entry);
                continue;
            };
            let own = &mut self.entries[place];
            match (&mut own.value.kind, entry.value.kind) {
                (ValueKind::Table(under), ValueKind::Table(over)) => under.merge(over),
                (_, kind) => {
                    own.key = entry.key;
                    own.value = Value { kind, span: entry.value.span };
                }
            }
        }
    }
}

impl ValueKind {
    /// What it is, in words: "a text".
    pub fn name(&self) -> &'static str {
        match self {
            ValueKind::Text(_) => "a text",
            ValueKind::Number(_) => "a number",
            ValueKind::Truth(_) => "true or false",
            ValueKind::Date(_) => "a date",
            ValueKind::List(_) => "a list",
            ValueKind::Table(_) => "a table",
            ValueKind::Unreadable => "unreadable",
        }
    }
}

/// Reads the TOML `text` of `file`. All faults of form are reported; what is sound is in the
/// table. Every value has the place where it stands.
pub fn parse(file: FileId, text: &str, findings: &mut Vec<Finding>) -> Table {
    let whole = Span::new(file, 0, text.len());
    if !rules::check(file, text, findings) {
        return Table::empty(whole);
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut converter = Converter { file, text, faults: Vec::new(), findings };
    for error in errors.iter().take(MOST_FAULTS) {
        converter.syntax_error(error);
    }
    converter.table(root.get_ref(), whole)
}

/// The most faults of form reported of one file: after so many it is some other format.
const MOST_FAULTS: usize = 40;

struct Converter<'a> {
    file: FileId,
    text: &'a str,
    /// Where the parser found faults: in place of such a value it puts one of its own.
    faults: Vec<std::ops::Range<usize>>,
    findings: &'a mut Vec<Finding>,
}

impl Converter<'_> {
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.findings.push(Finding::new(code, span, message).help(help));
    }

    fn syntax_error(&mut self, error: &toml::de::Error) {
        let range = error.span().unwrap_or(0..0);
        self.faults.push(range.clone());
        let message = error.message().trim().to_owned();
        let shown = self.text.get(range.clone()).unwrap_or("");
        let (code, message, help) = advice::advice(&message, shown);
        self.report(code, self.span(range), message, help);
    }

    fn table(&mut self, table: &DeTable<'_>, span: Span) -> Table {
        let mut entries: Vec<Entry> = table
            .iter()
            .map(|(key, value)| {
                let text = key.get_ref().to_string();
                let span = self.span(key.span());
                self.printable(&text, span);
                Entry { key: Ident { text, span }, value: self.value(value) }
            })
            .collect();
        entries.sort_by_key(|entry| entry.key.span.start);
        Table { entries, span }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) -> Value {
        let span = self.span(value.span());
        let kind = self.kind(value, span).unwrap_or(ValueKind::Unreadable);
        Value { kind, span }
    }

    /// Reports what would drive a terminal that shows the text: an escape can write any character.
    fn printable(&mut self, text: &str, span: Span) {
        let unprintable = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if let Some(c) = text.chars().find(unprintable) {
            let message = format!("this text holds a control character, {}", c.escape_unicode());
            self.report(Code::WrongKind, span, message, "remove it: texts are shown to readers");
        }
    }

    /// Whether the parser found a fault where this scalar stands.
    fn faulty(&self, value: &Spanned<DeValue<'_>>) -> bool {
        let span = value.span();
        let scalar = !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        scalar
            && self
                .faults
                .iter()
                .any(|f| f.start <= span.end && span.start <= f.end && f.start >= span.start)
    }

    fn kind(&mut self, value: &Spanned<DeValue<'_>>, span: Span) -> Option<ValueKind> {
        if self.faulty(value) {
            return None;
        }
        Some(match value.get_ref() {
            DeValue::String(string) => {
                let range = value.span();
                let raw = self.text.get(range.clone()).unwrap_or("");
                self.printable(string, span);
                ValueKind::Text(strings::text(raw, range.start, string, span))
            }
            DeValue::Integer(integer) => {
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    // A scenario's numbers are f64: beyond 2^53 a whole number would be another.
                    Ok(whole) if whole.unsigned_abs() <= 1 << 53 => ValueKind::Number(whole as f64),
                    _ => {
                        let help = "write large numbers with a point or an exponent: 1e18";
                        self.report(Code::WrongKind, span, "this number is too large", help);
                        return None;
                    }
                }
            }
            DeValue::Float(float) => match float.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => ValueKind::Number(number),
                _ => {
                    let help = "numbers are finite and defined";
                    self.report(Code::WrongKind, span, "this is no number to count with", help);
                    return None;
                }
            },
            DeValue::Boolean(truth) => ValueKind::Truth(*truth),
            DeValue::Datetime(datetime) => ValueKind::Date(self.date(datetime, span)?),
            DeValue::Array(array) => {
                ValueKind::List(array.iter().map(|value| self.value(value)).collect())
            }
            DeValue::Table(table) => ValueKind::Table(self.table(table, span)),
        })
    }

    fn date(&mut self, datetime: &toml::value::Datetime, span: Span) -> Option<Date> {
        if (datetime.date, datetime.time) == (None, None) {
            // The parser has reported it, and puts nothing in its place.
            return None;
        }
        let (Some(date), None, None) = (datetime.date, datetime.time, datetime.offset) else {
            let help = "write the day alone, as in 1953-06-17";
            self.report(Code::WrongKind, span, "a time of day has no meaning here", help);
            return None;
        };
        let year = i16::try_from(date.year).unwrap_or(i16::MAX);
        let month = i8::try_from(date.month).unwrap_or(0);
        let day = i8::try_from(date.day).unwrap_or(0);
        Date::new(year, month, day).ok().or_else(|| {
            let help = "a date is written year-month-day, as in 1953-06-17";
            self.report(Code::NoSuchDate, span, format!("there is no day {date}"), help);
            None
        })
    }
}
