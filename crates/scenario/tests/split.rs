//! The flagship's `split.toml` is what its own rule deals: nobody chose what is sealed.
//!
//! The rule stands at the head of `scenarios/little-detente/split.toml`. With
//! `DETENTE_DEAL=1` in the environment the test writes the file's lists anew instead of
//! comparing them; that is done once, before any number of the model is adjusted, and after
//! that only to add a `[[later]]` deal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use toml::{Table, Value};

/// The claims that the protocol names as open from the start, by their codes.
const PINNED: [&str; 7] = ["S1", "S3", "S19", "S22", "S26", "S27", "L17"];
/// What is dated on this day or later is held out.
const HELD_OUT_FROM: &str = "1955-09-01";
const PARTS: [&str; 3] = ["tune", "check", "sealed"];

type Lists = BTreeMap<String, BTreeSet<String>>;

struct Claim {
    code: String,
    subsystem: String,
    rivals: Vec<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/little-detente")
}

fn read(file: &str) -> Table {
    let path = folder().join(file);
    let text = fs::read_to_string(&path).expect("the flagship has this file");
    text.parse().expect("it is TOML")
}

fn hash(name: &str) -> [u8; 32] {
    Sha256::digest(name.as_bytes()).into()
}

fn text(table: &Table, key: &str) -> String {
    table[key].as_str().expect("a string").to_owned()
}

fn names(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter().map(|v| v.as_str().expect("a name").to_owned()).collect()
}

fn register(split: &Table) -> BTreeMap<String, Claim> {
    let entries = split["register"].as_table().expect("a table");
    entries
        .iter()
        .map(|(name, entry)| {
            let entry = entry.as_table().expect("an inline table");
            let claim = Claim {
                code: text(entry, "code"),
                subsystem: text(entry, "subsystem"),
                rivals: entry.get("rivals").map(names).unwrap_or_default(),
            };
            (name.clone(), claim)
        })
        .collect()
}

/// Claims joined by rivalry, each group with its members in order of their hashes.
fn groups(register: &BTreeMap<String, Claim>, dealt: &BTreeSet<String>) -> Vec<Vec<String>> {
    let mut left: BTreeSet<&String> = dealt.iter().collect();
    let mut groups = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut group = vec![first.clone()];
        let mut next = 0;
        while next < group.len() {
            let here = group[next].clone();
            let joined: Vec<&String> = left
                .iter()
                .copied()
                .filter(|other| {
                    register[&here].rivals.contains(other)
                        || register[*other].rivals.contains(&here)
                })
                .collect();
            for other in joined {
                left.remove(other);
                group.push(other.clone());
            }
            next += 1;
        }
        group.sort_by_key(|name| hash(name));
        groups.push(group);
    }
    groups
}

/// Deals `dealt` into tune, check and sealed, going on from turn `turn`, which it moves.
fn deal_claims(
    register: &BTreeMap<String, Claim>,
    dealt: &BTreeSet<String>,
    turn: &mut usize,
) -> Lists {
    let mut groups = groups(register, dealt);
    groups.sort_by_key(|group| (register[&group[0]].subsystem.clone(), hash(&group[0])));
    let mut lists: Lists = PARTS.iter().map(|part| ((*part).to_owned(), BTreeSet::new())).collect();
    for group in groups {
        let pinned = group
            .iter()
            .any(|name| register[name].code.split(", ").any(|code| PINNED.contains(&code)));
        let part = if pinned {
            PARTS[0]
        } else {
            *turn += 1;
            PARTS[(*turn - 1) % PARTS.len()]
        };
        lists.get_mut(part).expect("a part").extend(group);
    }
    lists
}

/// Every entry of the record: its subsystem, and the day by which it is dealt.
fn record() -> BTreeMap<String, (String, String)> {
    let record = read("record.toml");
    let mut entries = BTreeMap::new();
    for kind in ["event", "level"] {
        for entry in record[kind].as_array().expect("a list of tables") {
            let entry = entry.as_table().expect("a table");
            let day = match entry.get("date") {
                Some(date) => date.to_string(),
                None => last_date(&text(entry, "is")),
            };
            let old = entries.insert(text(entry, "id"), (text(entry, "subsystem"), day));
            assert!(old.is_none(), "two entries of the record have the name {}", text(entry, "id"));
        }
    }
    entries
}

/// The latest date written in an expression.
fn last_date(expression: &str) -> String {
    let words = expression.split(|c: char| !c.is_ascii_digit() && c != '-');
    let dates = words.filter(|word| word.len() == 10 && word.as_bytes()[4] == b'-');
    dates.max().expect("a level's expression has a date").to_owned()
}

/// Deals `dealt` into fit and held out, going on from the counts in `seen`, which it moves.
fn deal_record(
    entries: &BTreeMap<String, (String, String)>,
    dealt: &BTreeSet<String>,
    seen: &mut BTreeMap<String, usize>,
) -> Lists {
    let mut order: Vec<&String> = dealt.iter().collect();
    order.sort_by_key(|name| hash(name));
    let mut lists: Lists =
        ["fit", "held_out"].iter().map(|part| ((*part).to_owned(), BTreeSet::new())).collect();
    for name in order {
        let (subsystem, day) = &entries[name];
        let held_out = day.as_str() >= HELD_OUT_FROM || {
            let count = seen.entry(subsystem.clone()).or_default();
            *count += 1;
            count.is_multiple_of(4)
        };
        let part = if held_out { "held_out" } else { "fit" };
        lists.get_mut(part).expect("a part").insert(name.clone());
    }
    lists
}

fn lists(table: &Table) -> Lists {
    table.iter().map(|(part, list)| (part.clone(), names(list).into_iter().collect())).collect()
}

fn all(lists: &Lists) -> BTreeSet<String> {
    lists.values().flatten().cloned().collect()
}

fn print(title: &str, lists: &Lists, out: &mut String) {
    out.push_str(&format!("\n[{title}]\n"));
    for (part, names) in lists {
        out.push_str(&format!("{part} = [\n"));
        for name in names {
            out.push_str(&format!("  \"{name}\",\n"));
        }
        out.push_str("]\n");
    }
}

/// Writes the first deal below the register.
fn write(register: &BTreeMap<String, Claim>, entries: &BTreeMap<String, (String, String)>) {
    let path = folder().join("split.toml");
    let old = fs::read_to_string(&path).expect("a head and a register");
    let mark = "\n# The deal.\n";
    let head = old.split(mark).next().expect("something").to_owned();
    let mut out = head + mark;
    print("claims", &deal_claims(register, &register.keys().cloned().collect(), &mut 0), &mut out);
    let dealt = entries.keys().cloned().collect();
    print("record", &deal_record(entries, &dealt, &mut BTreeMap::new()), &mut out);
    fs::write(path, out).expect("the folder can be written");
}

#[test]
fn the_split_is_what_its_rule_deals() {
    let split = read("split.toml");
    let register = register(&split);
    let entries = record();
    for claim in register.values().flat_map(|claim| &claim.rivals) {
        assert!(register.contains_key(claim), "{claim} is a rival and not in the register");
    }
    if std::env::var_os("DETENTE_DEAL").is_some() {
        write(&register, &entries);
        return;
    }
    let mut turn = 0;
    let mut seen = BTreeMap::new();
    let later = split.get("later").and_then(Value::as_array).cloned().unwrap_or_default();
    let deals = std::iter::once(&split).chain(later.iter().filter_map(Value::as_table));
    let (mut claims_dealt, mut entries_dealt) = (BTreeSet::new(), BTreeSet::new());
    for deal in deals {
        if let Some(claims) = deal.get("claims").and_then(Value::as_table).map(lists) {
            assert_eq!(deal_claims(&register, &all(&claims), &mut turn), claims);
            claims_dealt.extend(all(&claims));
        }
        if let Some(record) = deal.get("record").and_then(Value::as_table).map(lists) {
            assert_eq!(deal_record(&entries, &all(&record), &mut seen), record);
            entries_dealt.extend(all(&record));
        }
    }
    assert_eq!(claims_dealt, register.keys().cloned().collect(), "each claim is dealt");
    assert_eq!(entries_dealt, entries.keys().cloned().collect(), "each entry is dealt");
}

#[test]
fn the_written_claims_are_in_the_register_as_they_are() {
    let register = register(&read("split.toml"));
    let mut written = 0;
    for file in fs::read_dir(folder().join("claims")).expect("the flagship has claims") {
        let path = file.expect("an entry").path();
        let table: Table = fs::read_to_string(path).expect("a file").parse().expect("TOML");
        for (name, claim) in table["claim"].as_table().expect("a table of claims") {
            let claim = claim.as_table().expect("a claim");
            let entry = &register[name];
            let mut rivals = claim.get("rivals").map(names).unwrap_or_default();
            let mut registered = entry.rivals.clone();
            rivals.sort();
            registered.sort();
            assert_eq!(rivals, registered, "the rivals of {name}");
            assert_eq!(text(claim, "subsystem"), entry.subsystem, "the subsystem of {name}");
            written += 1;
        }
    }
    assert!(written >= 12, "about a dozen claims are written");
}
