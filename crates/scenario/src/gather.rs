//! Puts the tables of many files together: elements by kind and name, layers merged, schools laid on.

use std::collections::{BTreeMap, btree_map};

use crate::diagnostic::{Code, Finding};
use crate::document::{Entry, Table, Value, ValueKind, parse};
use crate::folder::{FileKind, Files, Layer};
use crate::place::{FileId, Span};
use crate::spelling::{suggest, suggest_or_list};
use crate::syntax::ast::Ident;
use crate::syntax::fault_of_name;

/// The kinds of element, as they head a table: `[event.strike_wave]`.
pub const ELEMENT_KINDS: &[&str] = &[
    "unit",
    "set",
    "seat",
    "parameter",
    "series",
    "trait",
    "noise",
    "stock",
    "state",
    "variable",
    "event",
    "decision",
    "bargain",
    "coalition",
    "alignment",
    "outcome",
];

/// What a file says of itself, beside the tables it holds.
const CHAPTER_KEYS: &[&str] = &["title", "about", "thesis", "leaves_out", "source", "judgement"];

/// A named table: an element, a claim, a what-if or a school.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The first name of its header: one of [`ELEMENT_KINDS`], or `claim`, `what_if`, `school`.
    pub kind: &'static str,
    /// Its name; its span tells the file.
    pub name: Ident,
    /// Its keys, those of later layers laid over those of earlier ones.
    pub table: Table,
}

/// What a file says of itself: `title`, `about`, `thesis`, `leaves_out`, `source`.
#[derive(Debug, Clone, PartialEq)]
pub struct Chapter {
    /// The file.
    pub file: FileId,
    /// Its keys that are not elements.
    pub table: Table,
}

/// All that the TOML files of a scenario say, layers merged.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// `scenario.toml` without its elements: `format`, `title`, `start`, `weeks` and so on.
    pub scenario: Table,
    /// The elements, by layer, then file in order of path, then place.
    pub elements: Vec<Named>,
    /// What the files of `model/`, `claims/`, `what-ifs/` and `schools/` say of themselves.
    pub chapters: Vec<Chapter>,
    /// `record.toml`: `coverage`, and the lists `event` and `level`, merged by `id`.
    pub record: Option<Table>,
    /// `[claim.name]`
    pub claims: Vec<Named>,
    /// `[what_if.name]`
    pub what_ifs: Vec<Named>,
    /// `[school.name]`
    pub schools: Vec<Named>,
    /// `split.toml`: that of the last layer that has one.
    pub split: Option<Table>,
    /// `posterior.csv` and `posterior.toml` of the last layer: one fitted to a scenario that is
    /// extended says nothing of the whole.
    pub posterior: Option<FileId>,
    /// See `posterior`.
    pub posterior_manifest: Option<Table>,
    /// Tables in `data/`: those of the last layer that has a file of the name, in order of path.
    pub tables: Vec<FileId>,
    /// `sources.bib` of each layer that has one, the scenario extended first.
    pub bibliographies: Vec<FileId>,
    /// Pages of the casebook: as for `tables`.
    pub casebook: Vec<FileId>,
}

/// Reads and merges the files of `layers`, the scenario extended first.
pub fn gather(files: &Files, layers: &[Layer], findings: &mut Vec<Finding>) -> Gathered {
    let nowhere = Span::new(FileId(0), 0, 0);
    let mut gathered = Gathered {
        scenario: Table::empty(nowhere),
        elements: Vec::new(),
        chapters: Vec::new(),
        record: None,
        claims: Vec::new(),
        what_ifs: Vec::new(),
        schools: Vec::new(),
        split: None,
        posterior: None,
        posterior_manifest: None,
        tables: Vec::new(),
        bibliographies: Vec::new(),
        casebook: Vec::new(),
    };
    for layer in layers {
        let mut own = Own::default();
        (gathered.posterior, gathered.posterior_manifest) = (None, None);
        for &id in &layer.files {
            let Some(file) = files.get(id) else { continue };
            let mut read = || parse(id, &file.text, findings);
            match file.kind {
                FileKind::Scenario => {
                    let mut table = read();
                    own.take(&mut table, ELEMENT_KINDS, findings);
                    gathered.scenario.span = table.span;
                    gathered.scenario.merge(table);
                }
                FileKind::Model => own.chapter(id, read(), ELEMENT_KINDS, &mut gathered, findings),
                FileKind::Claims => own.chapter(id, read(), &["claim"], &mut gathered, findings),
                FileKind::WhatIfs => own.chapter(id, read(), &["what_if"], &mut gathered, findings),
                FileKind::Schools => own.chapter(id, read(), &["school"], &mut gathered, findings),
                FileKind::Record => {
                    let table = read();
                    merge_record(&mut gathered.record, table);
                }
                FileKind::Split => gathered.split = Some(read()),
                FileKind::Posterior => gathered.posterior = Some(id),
                FileKind::PosteriorManifest => gathered.posterior_manifest = Some(read()),
                FileKind::Table => replace_by_path(&mut gathered.tables, id, files),
                FileKind::Casebook => replace_by_path(&mut gathered.casebook, id, files),
                FileKind::Bibliography => gathered.bibliographies.push(id),
                FileKind::Typed => {}
            }
        }
        own.merge_into(&mut gathered);
    }
    gathered
}

/// A later layer's file takes the place of an earlier one's at the same path.
fn replace_by_path(ids: &mut Vec<FileId>, id: FileId, files: &Files) {
    let path = |id: FileId| files.get(id).map_or("", |file| file.path.as_str());
    ids.retain(|&earlier| path(earlier) != path(id));
    ids.push(id);
    ids.sort_by(|&a, &b| path(a).as_bytes().cmp(path(b).as_bytes()));
}

/// The named tables of one layer, in order of file and place.
#[derive(Default)]
struct Own {
    into: Vec<Named>,
    /// Where each stands in `into`, by kind and name.
    places: BTreeMap<(&'static str, String), usize>,
}

impl Own {
    /// Takes the tables of `kinds` out of `table`: `[event.strike_wave]` and its like.
    fn take(&mut self, table: &mut Table, kinds: &[&'static str], findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for &kind in kinds {
            let Some(entry) = table.remove(kind) else { continue };
            let ValueKind::Table(group) = entry.value.kind else {
                if entry.value.kind != ValueKind::Unreadable {
                    findings.push(wants_names(kind, entry.key.span));
                }
                continue;
            };
            for Entry { key, value } in group.entries {
                let Value { kind: ValueKind::Table(table), .. } = value else {
                    if value.kind != ValueKind::Unreadable {
                        findings.push(wants_names(kind, key.span));
                    }
                    continue;
                };
                if let Some(fault) = fault_of_name(&key.text) {
                    let message = format!("`{}` cannot name a {}", key.text, spaced(kind));
                    findings.push(Finding::new(Code::BadName, key.span, message).help(fault));
                }
                found.push(Named { kind, name: key, table });
            }
        }
        found.sort_by_key(|named| named.name.span.start);
        for named in found {
            let place = self.into.len();
            match self.places.entry((named.kind, named.name.text.clone())) {
                btree_map::Entry::Vacant(vacant) => {
                    vacant.insert(place);
                    self.into.push(named);
                }
                btree_map::Entry::Occupied(first) => {
                    let (kind, name) = (spaced(named.kind), &named.name.text);
                    let message = format!("there are two {kind}s `{name}`");
                    let finding = Finding::new(Code::DuplicateName, named.name.span, message)
                        .help("give one of them another name")
                        .related(self.into[*first.get()].name.span, "the first is here");
                    findings.push(finding);
                }
            }
        }
    }

    /// The same for a file that says something of itself as well.
    fn chapter(
        &mut self,
        file: FileId,
        mut table: Table,
        kinds: &[&'static str],
        gathered: &mut Gathered,
        findings: &mut Vec<Finding>,
    ) {
        self.take(&mut table, kinds, findings);
        table.entries.retain(|entry| {
            let key = entry.key.text.as_str();
            let known = CHAPTER_KEYS.contains(&key);
            if !known {
                let kinds_and_keys = kinds.iter().chain(CHAPTER_KEYS).copied();
                let otherwise = format!("this file holds {}", listed(kinds));
                let help = suggest(key, kinds_and_keys, &otherwise);
                let message = format!("`{key}` means nothing at the top of this file");
                let finding = Finding::new(Code::UnknownKey, entry.key.span, message);
                findings.push(finding.help(help));
            }
            known
        });
        gathered.chapters.push(Chapter { file, table });
    }

    /// Lays this layer's tables over those of the layers before.
    fn merge_into(mut self, gathered: &mut Gathered) {
        let lists = [
            &mut gathered.elements,
            &mut gathered.claims,
            &mut gathered.what_ifs,
            &mut gathered.schools,
        ];
        for earlier in lists.into_iter().flatten() {
            let key = (earlier.kind, earlier.name.text.clone());
            if let Some(place) = self.places.remove(&key) {
                let later = &mut self.into[place];
                earlier.name = later.name.clone();
                let entries = std::mem::take(&mut later.table.entries);
                let span = later.table.span;
                earlier.table.merge(Table { entries, span });
                earlier.table.span = span;
            }
        }
        let mut new: Vec<usize> = self.places.into_values().collect();
        new.sort_unstable();
        let mut own: Vec<Option<Named>> = self.into.into_iter().map(Some).collect();
        for named in new.into_iter().filter_map(|place| own[place].take()) {
            match named.kind {
                "claim" => gathered.claims.push(named),
                "what_if" => gathered.what_ifs.push(named),
                "school" => gathered.schools.push(named),
                _ => gathered.elements.push(named),
            }
        }
    }
}

fn spaced(kind: &str) -> &str {
    if kind == "what_if" { "what-if" } else { kind }
}

fn listed(kinds: &[&str]) -> String {
    kinds.iter().map(|kind| format!("[{kind}.…]")).collect::<Vec<_>>().join(", ")
}

fn wants_names(kind: &str, span: Span) -> Finding {
    let message = format!("under `{kind}` stand tables with names");
    let help = format!("write [{kind}.its_name], and its keys below");
    Finding::new(Code::WrongKind, span, message).help(help)
}

/// Entries of the record merge by `id`; whatever else a later record gives replaces the earlier.
fn merge_record(record: &mut Option<Table>, mut later: Table) {
    let Some(earlier) = record else {
        *record = Some(later);
        return;
    };
    for list in ["event", "level"] {
        let Some(Entry { value: Value { kind: ValueKind::List(entries), .. }, .. }) =
            later.remove(list)
        else {
            continue;
        };
        let place = earlier.span;
        let own = earlier.entries.iter_mut().find(|entry| entry.key.text == list);
        let Some(Entry { value: Value { kind: ValueKind::List(own), .. }, .. }) = own else {
            let key = Ident { text: list.to_owned(), span: place };
            let value = Value { kind: ValueKind::List(entries), span: place };
            earlier.entries.push(Entry { key, value });
            continue;
        };
        let ids = own.iter().enumerate();
        let places: BTreeMap<String, usize> =
            ids.filter_map(|(i, entry)| Some((id_of(entry)?.to_owned(), i))).collect();
        for entry in entries {
            let place = id_of(&entry).and_then(|id| places.get(id)).copied();
            match (place.map(|place| &mut own[place].kind), entry) {
                (Some(ValueKind::Table(under)), Value { kind: ValueKind::Table(over), .. }) => {
                    under.merge(over)
                }
                (_, entry) => own.push(entry),
            }
        }
    }
    earlier.merge(later);
}

fn id_of(entry: &Value) -> Option<&str> {
    match &entry.kind {
        ValueKind::Table(table) => match &table.get("id")?.kind {
            ValueKind::Text(text) => Some(&text.value),
            _ => None,
        },
        _ => None,
    }
}

/// Lays the table `override` of a school over the elements it names:
/// `override.decision.end_the_war.mood = "52 weeks"`.
pub fn override_elements(elements: &mut [Named], overrides: &Table, findings: &mut Vec<Finding>) {
    for Entry { key: kind, value: group } in &overrides.entries {
        let known = ELEMENT_KINDS.contains(&kind.text.as_str());
        let ValueKind::Table(group) = &group.kind else {
            findings.push(wants_names(&kind.text, kind.span));
            continue;
        };
        if !known {
            let message = format!("`{}` is not a kind of element", kind.text);
            let help = suggest(&kind.text, ELEMENT_KINDS.iter().copied(), "");
            findings.push(Finding::new(Code::OverridesNothing, kind.span, message).help(help));
            continue;
        }
        for Entry { key: name, value } in &group.entries {
            let ValueKind::Table(over) = &value.kind else {
                findings.push(wants_names(&kind.text, name.span));
                continue;
            };
            let same = |n: &&mut Named| n.kind == kind.text && n.name.text == name.text;
            if let Some(element) = elements.iter_mut().find(same) {
                element.table.merge(over.clone());
                continue;
            }
            let message = format!("there is no {} `{}` to override", kind.text, name.text);
            let like = elements.iter().filter(|e| e.kind == kind.text);
            let like: Vec<&str> = like.map(|e| e.name.text.as_str()).collect();
            let help = suggest_or_list(&name.text, &like, &format!("{}s", kind.text));
            findings.push(Finding::new(Code::OverridesNothing, name.span, message).help(help));
        }
    }
}
