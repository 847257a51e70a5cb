//! The digest of what histories rest on: a scenario without its words.
//!
//! A fit takes an hour, and a sentence made better after it changes nothing that it found. So a posterior
//! names the digest of the numbers, formulas and entries it was made from, and goes stale with those.

use sha2::{Digest as _, Sha256};

use crate::digest::Digest;
use crate::document::{Table, Value, ValueKind};
use crate::folder::Files;
use crate::gather::{Gathered, Named};

/// Keys whose texts are for readers alone, wherever they stand.
const WORDS: &[&str] = &[
    "about",
    "asks",
    "authors",
    "judgement",
    "leaves_out",
    "note",
    "says",
    "source",
    "thesis",
    "title",
    "weis",
];

/// SHA-256 of the head, the elements but outcomes, the record, the split and the data of a scenario,
/// without words for readers, comments, or the order of files and keys. Layers are merged; claims,
/// what-ifs and schools have no part in it, since no history that follows the record rests on them.
pub(crate) fn substance(gathered: &Gathered, files: &Files) -> Digest {
    let mut hash = Sha256::new();
    write_table(&mut hash, &gathered.scenario);
    let rests_on = |named: &&Named| named.kind != "outcome";
    let mut elements: Vec<&Named> = gathered.elements.iter().filter(rests_on).collect();
    elements.sort_by(|one, other| (one.kind, &one.name.text).cmp(&(other.kind, &other.name.text)));
    for element in elements {
        write_text(&mut hash, element.kind);
        write_text(&mut hash, &element.name.text);
        write_table(&mut hash, &element.table);
    }
    if let Some(record) = &gathered.record {
        write_table(&mut hash, record);
    }
    if let Some(split) = &gathered.split {
        write_split(&mut hash, split);
    }
    for file in gathered.tables.iter().filter_map(|&id| files.get(id)) {
        write_text(&mut hash, &file.path);
        write_text(&mut hash, &file.text);
    }
    Digest(hash.finalize().into())
}

/// The entries of a table in order of their keys, preceded by their number.
fn write_table(hash: &mut Sha256, table: &Table) {
    let is_words = |value: &Value| match &value.kind {
        ValueKind::Text(_) => true,
        ValueKind::List(values) => {
            values.iter().all(|value| matches!(value.kind, ValueKind::Text(_)))
        }
        _ => false,
    };
    let mut entries: Vec<(&str, &Value)> = table
        .entries
        .iter()
        .map(|entry| (entry.key.text.as_str(), &entry.value))
        .filter(|(key, value)| !(WORDS.contains(key) && is_words(value)))
        .collect();
    entries.sort_by_key(|(key, _)| *key);
    write_count(hash, b't', entries.len());
    for (key, value) in entries {
        write_text(hash, key);
        write_value(hash, value);
    }
}

/// How the split deals the record, in its first deal and the later ones; its claims have no part here.
fn write_split(hash: &mut Sha256, split: &Table) {
    if let Some(record) = split.get("record") {
        write_value(hash, record);
    }
    let Some(ValueKind::List(later)) = split.get("later").map(|value| &value.kind) else { return };
    for deal in later {
        if let ValueKind::Table(deal) = &deal.kind {
            write_split(hash, deal);
        }
    }
}

fn write_value(hash: &mut Sha256, value: &Value) {
    match &value.kind {
        ValueKind::Text(text) => write_text(hash, &text.value),
        ValueKind::Number(number) => {
            hash.update(b"n");
            hash.update(number.to_bits().to_le_bytes());
        }
        ValueKind::Truth(truth) => hash.update([b'b', u8::from(*truth)]),
        ValueKind::Date(date) => {
            hash.update(b"d");
            write_text(hash, &date.to_string());
        }
        ValueKind::List(values) => {
            write_count(hash, b'l', values.len());
            values.iter().for_each(|value| write_value(hash, value));
        }
        ValueKind::Table(table) => write_table(hash, table),
        ValueKind::Unreadable => hash.update(b"u"),
    }
}

fn write_text(hash: &mut Sha256, text: &str) {
    write_count(hash, b's', text.len());
    hash.update(text.as_bytes());
}

/// What follows, and how much of it.
fn write_count(hash: &mut Sha256, of: u8, count: usize) {
    hash.update([of]);
    hash.update((count as u64).to_le_bytes());
}
