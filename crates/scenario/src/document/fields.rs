//! A cursor over a table: reads typed keys, and reports what is missing, wrong or unknown.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Entry, Table, Value, ValueKind};
use crate::diagnostic::{Code, Finding};
use crate::place::{Span, Text};
use crate::spelling::{nearest, suggest};
use crate::syntax::ast::{
    Citation, Distribution, Duration, Effect, Expr, ExprKind, Intervention, Number, Over,
    Reference, Template, Unit,
};
use crate::syntax::{
    UnitNames, parse_citation, parse_distribution, parse_duration, parse_effect, parse_expression,
    parse_intervention, parse_over, parse_reference, parse_template, parse_unit,
};

/// Reads the keys of one table. Every key asked for counts as known; [`Fields::finish`] reports
/// the others. A value of the wrong kind is reported and read as absent; a key that must be there
/// is asked of [`Fields::need`].
///
/// ```
/// use detente_scenario::document::{Fields, parse};
/// use detente_scenario::place::FileId;
/// let mut findings = Vec::new();
/// let table = parse(FileId(0), "about = 'Fear.'\nmod = '4 weeks'", &mut findings);
/// let mut fields = Fields::new(&table, "decision `answer`");
/// assert_eq!(fields.text("about", &mut findings).unwrap().value, "Fear.");
/// assert!(fields.duration("mood", &mut findings).is_none());
/// fields.finish(&mut findings);
/// assert_eq!(findings[0].message, "decision `answer` has no key `mod`");
/// assert_eq!(findings[0].help, "did you mean `mood`?");
/// ```
#[derive(Debug)]
pub struct Fields<'d> {
    table: &'d Table,
    what: String,
    known: BTreeSet<&'static str>,
}

impl<'d> Fields<'d> {
    /// A cursor over `table`; `what` names it in findings: "decision `answer_to_revolt`".
    pub fn new(table: &'d Table, what: impl Into<String>) -> Fields<'d> {
        Fields { table, what: what.into(), known: BTreeSet::new() }
    }

    /// The table read.
    pub fn table(&self) -> &'d Table {
        self.table
    }

    /// What is read, as named in findings.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The entry of `key`, of whatever kind.
    pub fn entry(&mut self, key: &'static str) -> Option<&'d Entry> {
        self.known.insert(key);
        self.table.entry(key)
    }

    /// The value of `key`, of whatever kind.
    pub fn value(&mut self, key: &'static str) -> Option<&'d Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Whether `key` is there, of whatever kind.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.entry(key).is_some()
    }

    /// Whether `key` is there; reports its absence, with `help` saying what to write.
    pub fn need(&mut self, key: &'static str, help: &str, findings: &mut Vec<Finding>) -> bool {
        let there = self.has(key);
        if !there {
            let message = format!("{} has no `{key}`", self.what);
            findings.push(Finding::new(Code::MissingKey, self.table.span, message).help(help));
        }
        there
    }

    /// A text.
    pub fn text(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<&'d Text> {
        self.of_kind(key, "a text", findings, |kind| match kind {
            ValueKind::Text(text) => Some(text),
            _ => None,
        })
    }

    /// A number, with its place.
    pub fn number(
        &mut self,
        key: &'static str,
        findings: &mut Vec<Finding>,
    ) -> Option<(f64, Span)> {
        let number = self.of_kind(key, "a number", findings, |kind| match kind {
            ValueKind::Number(number) => Some(*number),
            _ => None,
        })?;
        Some((number, self.value(key)?.span))
    }

    /// A whole number from `least` to `most`, with its place.
    pub fn whole(
        &mut self,
        key: &'static str,
        (least, most): (i64, i64),
        findings: &mut Vec<Finding>,
    ) -> Option<(i64, Span)> {
        let (number, span) = self.number(key, findings)?;
        let whole = number as i64;
        if whole as f64 == number && (least..=most).contains(&whole) {
            return Some((whole, span));
        }
        let message = format!("`{key}` is a whole number from {least} to {most}");
        findings.push(Finding::new(Code::NotAllowed, span, message));
        None
    }

    /// `true` or `false`, with its place.
    pub fn truth(
        &mut self,
        key: &'static str,
        findings: &mut Vec<Finding>,
    ) -> Option<(bool, Span)> {
        let truth = self.of_kind(key, "true or false", findings, |kind| match kind {
            ValueKind::Truth(truth) => Some(*truth),
            _ => None,
        })?;
        Some((truth, self.value(key)?.span))
    }

    /// A day, with its place.
    pub fn date(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<(Date, Span)> {
        let date = self.of_kind(key, "a date", findings, |kind| match kind {
            ValueKind::Date(date) => Some(*date),
            _ => None,
        })?;
        Some((date, self.value(key)?.span))
    }

    /// One of `allowed`, with its place.
    pub fn one_of(
        &mut self,
        key: &'static str,
        allowed: &[&'static str],
        findings: &mut Vec<Finding>,
    ) -> Option<(&'static str, Span)> {
        let text = self.text(key, findings)?;
        if let Some(&found) = allowed.iter().find(|&&word| word == text.value) {
            return Some((found, text.span));
        }
        let listed = allowed.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let message = format!("`{key}` cannot be `{}`", text.value);
        let help = suggest(&text.value, allowed.iter().copied(), &format!("it is one of {listed}"));
        findings.push(Finding::new(Code::NotAllowed, text.span, message).help(help));
        None
    }

    /// A table.
    pub fn sub(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<&'d Table> {
        self.of_kind(key, "a table", findings, |kind| match kind {
            ValueKind::Table(table) => Some(table),
            _ => None,
        })
    }

    /// A list of whatever; empty if absent.
    pub fn list(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> &'d [Value] {
        self.of_kind(key, "a list", findings, |kind| match kind {
            ValueKind::List(list) => Some(list.as_slice()),
            _ => None,
        })
        .unwrap_or(&[])
    }

    /// A list of tables (`[[event]]`); empty if absent.
    pub fn tables(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Vec<&'d Table> {
        let list = self.list(key, findings);
        each(list, key, "a table", findings, |kind| match kind {
            ValueKind::Table(table) => Some(table),
            _ => None,
        })
    }

    /// A text or a list of texts; empty if absent.
    pub fn texts(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Vec<&'d Text> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let one = std::slice::from_ref(value);
        let list = match &value.kind {
            ValueKind::List(list) => list.as_slice(),
            _ => one,
        };
        each(list, key, "a text", findings, |kind| match kind {
            ValueKind::Text(text) => Some(text),
            _ => None,
        })
    }

    /// An expression: a text, or a number, truth or date as it stands.
    pub fn expression(
        &mut self,
        key: &'static str,
        units: &UnitNames,
        findings: &mut Vec<Finding>,
    ) -> Option<Expr> {
        expression_of(self.entry(key)?, units, findings)
    }

    /// An `over`.
    pub fn over(
        &mut self,
        key: &'static str,
        units: &UnitNames,
        findings: &mut Vec<Finding>,
    ) -> Option<Over> {
        let text = self.text(key, findings)?;
        parse_over(text, units, findings)
    }

    /// A distribution.
    pub fn distribution(
        &mut self,
        key: &'static str,
        units: &UnitNames,
        findings: &mut Vec<Finding>,
    ) -> Option<Distribution> {
        let text = self.text(key, findings)?;
        parse_distribution(text, units, findings)
    }

    /// A duration.
    pub fn duration(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<Duration> {
        let text = self.text(key, findings)?;
        parse_duration(text, findings)
    }

    /// A unit.
    pub fn unit(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<Unit> {
        let text = self.text(key, findings)?;
        parse_unit(text, findings)
    }

    /// A reference to one or many elements.
    pub fn reference(
        &mut self,
        key: &'static str,
        findings: &mut Vec<Finding>,
    ) -> Option<Reference> {
        let text = self.text(key, findings)?;
        parse_reference(text, findings)
    }

    /// Effects: a text or a list of texts; those that cannot be read are reported and left out.
    pub fn effects(
        &mut self,
        key: &'static str,
        units: &UnitNames,
        findings: &mut Vec<Finding>,
    ) -> Vec<Effect> {
        let texts = self.texts(key, findings);
        texts.into_iter().filter_map(|text| parse_effect(text, units, findings)).collect()
    }

    /// Interventions: a text or a list of texts; those that cannot be read are reported and left
    /// out.
    pub fn interventions(
        &mut self,
        key: &'static str,
        units: &UnitNames,
        findings: &mut Vec<Finding>,
    ) -> Vec<Intervention> {
        let texts = self.texts(key, findings);
        texts.into_iter().filter_map(|text| parse_intervention(text, units, findings)).collect()
    }

    /// Citations: a text or a list of texts; those that cannot be read are reported and left out.
    pub fn citations(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Vec<Citation> {
        let texts = self.texts(key, findings);
        texts.into_iter().filter_map(|text| parse_citation(text, findings)).collect()
    }

    /// A sentence with holes.
    pub fn template(&mut self, key: &'static str, findings: &mut Vec<Finding>) -> Option<Template> {
        let text = self.text(key, findings)?;
        parse_template(text, findings)
    }

    /// Reports every key that was not asked for.
    pub fn finish(self, findings: &mut Vec<Finding>) {
        let absent = self.known.iter().copied().filter(|key| self.table.get(key).is_none());
        let absent: Vec<&str> = absent.collect();
        for entry in &self.table.entries {
            let key = entry.key.text.as_str();
            if self.known.contains(key) {
                continue;
            }
            let message = format!("{} has no key `{key}`", self.what);
            let help = match nearest(key, absent.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let all: Vec<&str> = self.known.iter().copied().collect();
                    format!("its keys are {}", all.join(", "))
                }
            };
            findings.push(Finding::new(Code::UnknownKey, entry.key.span, message).help(help));
        }
    }

    fn of_kind<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        findings: &mut Vec<Finding>,
        pick: impl Fn(&'d ValueKind) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(key)?;
        let picked = pick(&value.kind);
        if picked.is_none() && value.kind != ValueKind::Unreadable {
            findings.push(wrong_kind(key, wanted, value));
        }
        picked
    }
}

/// The values of a list that are of one kind; the others are reported.
fn each<'d, T>(
    list: &'d [Value],
    key: &str,
    wanted: &str,
    findings: &mut Vec<Finding>,
    pick: impl Fn(&'d ValueKind) -> Option<T>,
) -> Vec<T> {
    let mut picked = Vec::new();
    for value in list {
        match pick(&value.kind) {
            Some(one) => picked.push(one),
            None if value.kind == ValueKind::Unreadable => {}
            None => findings.push(wrong_kind(key, wanted, value)),
        }
    }
    picked
}

fn wrong_kind(key: &str, wanted: &str, value: &Value) -> Finding {
    let message = format!("`{key}` wants {wanted}, and this is {}", value.kind.name());
    let help = match (wanted, &value.kind) {
        ("a text", ValueKind::Number(_) | ValueKind::Truth(_) | ValueKind::Date(_)) => {
            "put it in quotation marks"
        }
        ("a number" | "true or false" | "a date", ValueKind::Text(_)) => {
            "write it without quotation marks"
        }
        ("a list", _) => "put it in brackets: [ … ]",
        _ => "",
    };
    Finding::new(Code::WrongKind, value.span, message).help(help)
}

/// The expression that is the value of `entry`: a text, or a number, truth or date as it stands.
/// For keys that are free (reasons, parts of a rate, draws).
pub fn expression_of(
    entry: &Entry,
    units: &UnitNames,
    findings: &mut Vec<Finding>,
) -> Option<Expr> {
    let span = entry.value.span;
    let number = |value: f64| ExprKind::Number(Number { value: value.abs(), unit: None });
    let kind = match &entry.value.kind {
        ValueKind::Text(text) => return parse_expression(text, units, findings),
        ValueKind::Number(value) if value.is_sign_negative() && *value != 0.0 => {
            ExprKind::Negate(Box::new(Expr { kind: number(*value), span }))
        }
        ValueKind::Number(value) => number(*value),
        ValueKind::Truth(truth) => ExprKind::Truth(*truth),
        ValueKind::Date(date) => ExprKind::Date(*date),
        ValueKind::Unreadable => return None,
        ValueKind::List(_) | ValueKind::Table(_) => {
            findings.push(wrong_kind(&entry.key.text, "an expression", &entry.value));
            return None;
        }
    };
    Some(Expr { kind, span })
}
