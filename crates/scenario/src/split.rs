//! `split.toml`: what may be fitted to and what is sealed.

use std::collections::{BTreeMap, BTreeSet};

use detente_model::Split;

use crate::diagnostic::{Code, Finding};
use crate::digest::digest_of_text;
use crate::document::{Entry, Fields, Table, ValueKind};
use crate::expressions::Ledger;
use crate::folder::Files;
use crate::place::Span;

/// A split with the claims it knows, written or to be written.
pub(crate) struct SplitFile {
    pub(crate) split: Split,
    /// The names in its register.
    pub(crate) register: BTreeSet<String>,
    /// Where each name stands in a list.
    places: BTreeMap<(&'static str, String), Span>,
    span: Span,
}

/// Reads the file.
pub(crate) fn read_split(table: &Table, files: &Files, ledger: &mut Ledger) -> SplitFile {
    let text = files.text(table.span.file);
    let digest = digest_of_text(text);
    let mut file = SplitFile {
        split: Split { digest, ..Split::default() },
        register: BTreeSet::new(),
        places: BTreeMap::new(),
        span: Span { end: table.span.start, ..table.span },
    };
    let mut fields = Fields::new(table, "split.toml");
    if let Some(register) = fields.sub("register", &mut ledger.findings) {
        file.register = register.entries.iter().map(|entry| entry.key.text.clone()).collect();
    }
    file.deal(&mut fields, ledger);
    for later in fields.tables("later", &mut ledger.findings) {
        let mut later = Fields::new(later, "a later deal");
        file.deal(&mut later, ledger);
        later.finish(&mut ledger.findings);
    }
    fields.finish(&mut ledger.findings);
    file
}

impl SplitFile {
    fn deal(&mut self, fields: &mut Fields<'_>, ledger: &mut Ledger) {
        let kinds: [(&'static str, &[&str]); 2] =
            [("claims", &["tune", "check", "sealed"]), ("record", &["fit", "held_out"])];
        for (kind, parts) in kinds {
            let Some(lists) = fields.sub(kind, &mut ledger.findings) else { continue };
            for Entry { key, value } in &lists.entries {
                if !parts.contains(&key.text.as_str()) {
                    let message = format!("`{kind}` has no part `{}`", key.text);
                    let help = format!("its parts are {}", parts.join(", "));
                    ledger.report(Code::UnknownKey, key.span, message, help);
                    continue;
                }
                let ValueKind::List(names) = &value.kind else {
                    ledger.report(Code::WrongKind, value.span, "a part is a list of names", "");
                    continue;
                };
                for name in names {
                    if let ValueKind::Text(text) = &name.kind {
                        self.put(kind, &key.text, &text.value, text.span, ledger);
                    }
                }
            }
        }
    }

    fn put(&mut self, kind: &'static str, part: &str, name: &str, span: Span, ledger: &mut Ledger) {
        if let Some(first) = self.places.insert((kind, name.to_owned()), span) {
            let message = format!("`{name}` is in two parts");
            let finding = Finding::new(Code::BadSplit, span, message)
                .help("each name stands in one list")
                .related(first, "the first is here");
            ledger.findings.push(finding);
            return;
        }
        let parts = if kind == "claims" { &mut self.split.claims } else { &mut self.split.record };
        parts.insert(name.to_owned(), part.to_owned());
    }

    /// Reports claims and entries that are in no part, and names in parts of what is not there.
    pub(crate) fn check(&self, claims: &[&str], entries: &[&str], ledger: &mut Ledger) {
        let kinds =
            [("claims", claims, &self.split.claims), ("record", entries, &self.split.record)];
        for (kind, there, parts) in kinds {
            for name in there.iter().filter(|name| !parts.contains_key(**name)) {
                let message =
                    format!("split.toml says nothing of `{name}`, which stands in {kind}");
                let help = "it has to be dealt before it can be used: put it in a [[later]]";
                ledger.report(Code::BadSplit, self.span, message, help);
            }
            for name in parts.keys() {
                let known = there.contains(&name.as_str())
                    || kind == "claims" && self.register.contains(name);
                let place = self.places.get(&(kind, name.clone()));
                if let (false, Some(span)) = (known, place) {
                    let message = format!("there is no `{name}`");
                    let help = "remove it from the list, or write what it names";
                    ledger.report(Code::UnusedSplit, *span, message, help);
                }
            }
        }
    }
}
