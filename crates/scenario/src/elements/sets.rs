//! Sets: members with titles and attributes, and subsets of them.

use std::collections::BTreeMap;

use detente_model::{Attribute, AttributeValue, Member, MemberIndex, Set, SetId};

use super::Draft;
use crate::diagnostic::{Code, Finding};
use crate::document::{Entry, Table, Value, ValueKind};
use crate::expressions::Ledger;
use crate::place::Span;
use crate::spelling::suggest;
use crate::syntax::fault_of_name;

/// Where each member stands: its root set's number in the list, and its own.
type Places = BTreeMap<String, (usize, MemberIndex, Span)>;

/// Reads all sets, in order of name.
pub(crate) fn read_sets(drafts: &mut [Draft<'_>], ledger: &mut Ledger) -> Vec<Set> {
    let numbers: BTreeMap<String, usize> =
        drafts.iter().enumerate().map(|(n, d)| (d.named.name.text.clone(), n)).collect();
    let mut places = Places::new();
    let mut sets: Vec<Set> = Vec::new();
    for (number, draft) in drafts.iter_mut().enumerate() {
        let mut set = begin(draft, number, &numbers, ledger);
        if set.root.0 == number {
            read_roll(draft, &mut set, number, &mut places, ledger);
        }
        sets.push(set);
    }
    for (number, draft) in drafts.iter_mut().enumerate() {
        let root = sets[number].root.0;
        if root == number {
            read_attributes(draft, &mut sets, number, &places, ledger);
        } else if sets[root].root.0 != root {
            // A subset of a subset has the same root.
            sets[number].root = sets[root].root;
        }
    }
    for (number, draft) in drafts.iter_mut().enumerate() {
        let root = sets[number].root.0;
        if root != number {
            sets[number].members = read_subset(draft, &sets, root, &places, ledger);
        }
        let names = |member: &MemberIndex| sets[root].roll.get(*member).map(|m| m.name.clone());
        let mut by_name = sets[number].members.clone();
        by_name.sort_by_key(names);
        sets[number].by_name = by_name;
    }
    sets
}

fn begin(
    draft: &mut Draft<'_>,
    number: usize,
    numbers: &BTreeMap<String, usize>,
    ledger: &mut Ledger,
) -> Set {
    let findings = &mut ledger.findings;
    let fields = &mut draft.fields;
    let name = draft.named.name.text.clone();
    let about = fields.text("about", findings).map(|text| text.value.clone());
    let title = fields.text("title", findings).map(|text| text.value.clone());
    let mut root = number;
    if let Some(within) = fields.text("within", findings) {
        match numbers.get(&within.value) {
            Some(&other) if other != number => root = other,
            _ => {
                let message = format!("there is no set `{}` to be within", within.value);
                let help = suggest(&within.value, numbers.keys().map(String::as_str), "");
                findings.push(Finding::new(Code::UnknownName, within.span, message).help(help));
            }
        }
    }
    fields.need("members", "members = { gdr = { title = \"East Germany\" } }", findings);
    let title = title.or(about).unwrap_or_else(|| name.replace('_', " "));
    Set {
        name,
        title,
        root: SetId(root),
        members: Vec::new(),
        by_name: Vec::new(),
        roll: Vec::new(),
        attributes: Vec::new(),
    }
}

/// The members of a root set: a table of tables, or a list of names.
fn read_roll(
    draft: &mut Draft<'_>,
    set: &mut Set,
    number: usize,
    places: &mut Places,
    ledger: &mut Ledger,
) {
    let Some(value) = draft.fields.value("members") else { return };
    let mut add = |name: &str, span: Span, title: Option<String>, ledger: &mut Ledger| {
        if let Some(fault) = fault_of_name(name) {
            let message = format!("`{name}` cannot name a member");
            ledger.report(Code::BadName, span, message, fault);
            return;
        }
        let place = (number, set.roll.len(), span);
        if let Some(first) = places.get(name) {
            let message = format!("there are two members `{name}`");
            let help = "members of all sets share one name space; a subset is made with `within`";
            let finding = Finding::new(Code::DuplicateName, span, message).help(help);
            ledger.findings.push(finding.related(first.2, "the first is here"));
            return;
        }
        places.insert(name.to_owned(), place);
        set.members.push(set.roll.len());
        let title = title.unwrap_or_else(|| name.replace('_', " "));
        set.roll.push(Member { name: name.to_owned(), title, attributes: Vec::new() });
    };
    match &value.kind {
        ValueKind::Table(table) => {
            for Entry { key, value } in &table.entries {
                let title = match &value.kind {
                    ValueKind::Table(own) => own.get("title").and_then(text_of),
                    ValueKind::Text(text) => Some(text.value.clone()),
                    _ => None,
                };
                add(&key.text, key.span, title, ledger);
            }
        }
        ValueKind::List(list) => {
            for value in list {
                match &value.kind {
                    ValueKind::Text(text) => add(&text.value, text.span, None, ledger),
                    _ => wants_names(value, ledger),
                }
            }
        }
        _ => wants_names(value, ledger),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Text(text) => Some(text.value.clone()),
        _ => None,
    }
}

fn wants_names(value: &Value, ledger: &mut Ledger) {
    if value.kind != ValueKind::Unreadable {
        let message = format!("members are named, and this is {}", value.kind.name());
        let help = "write { gdr = { title = \"East Germany\" } }, or a list of names";
        ledger.report(Code::WrongKind, value.span, message, help);
    }
}

/// The attributes of a root set's members: every key but `title`.
fn read_attributes(
    draft: &mut Draft<'_>,
    sets: &mut [Set],
    number: usize,
    places: &Places,
    ledger: &mut Ledger,
) {
    let Some(Value { kind: ValueKind::Table(table), .. }) = draft.fields.value("members") else {
        return;
    };
    let rows: Vec<(&str, &Table)> = table
        .entries
        .iter()
        .filter_map(|entry| match &entry.value.kind {
            ValueKind::Table(own) => Some((entry.key.text.as_str(), own)),
            _ => None,
        })
        .collect();
    let mut names: Vec<String> = rows
        .iter()
        .flat_map(|(_, own)| own.entries.iter().map(|entry| entry.key.text.clone()))
        .filter(|name| name != "title")
        .collect();
    names.sort();
    names.dedup();
    for name in names {
        let entries: Vec<(usize, &Entry)> = rows
            .iter()
            .filter_map(|(member, own)| {
                let (set, index, _) = places.get(*member)?;
                (*set == number).then_some((*index, own.entry(&name)?))
            })
            .collect();
        let root = root_of_values(&entries, places);
        for member in &mut sets[number].roll {
            member.attributes.push(None);
        }
        for (index, entry) in entries {
            let value = attribute_value(entry, root, places, ledger);
            if let Some(member) = sets[number].roll.get_mut(index)
                && let Some(last) = member.attributes.last_mut()
            {
                *last = value;
            }
        }
        sets[number].attributes.push(Attribute { name, of: root.map(SetId) });
    }
    check_one_kind(&sets[number], draft.named.name.span, ledger);
}

/// The root set that all values of an attribute are members of, if there is one.
fn root_of_values(entries: &[(usize, &Entry)], places: &Places) -> Option<usize> {
    let mut roots = entries.iter().map(|(_, entry)| match &entry.value.kind {
        ValueKind::Text(text) => places.get(&text.value).map(|place| place.0),
        _ => None,
    });
    let first = roots.next()??;
    roots.all(|root| root == Some(first)).then_some(first)
}

fn attribute_value(
    entry: &Entry,
    root: Option<usize>,
    places: &Places,
    ledger: &mut Ledger,
) -> Option<AttributeValue> {
    match &entry.value.kind {
        ValueKind::Number(number) => Some(AttributeValue::Number(*number)),
        ValueKind::Truth(truth) => Some(AttributeValue::Truth(*truth)),
        ValueKind::Text(text) if root.is_some() => {
            places.get(&text.value).map(|place| AttributeValue::Member(place.1))
        }
        ValueKind::Text(text) => Some(AttributeValue::Text(text.value.clone())),
        ValueKind::Unreadable => None,
        other => {
            let message =
                format!("an attribute is a number, a truth or a text, not {}", other.name());
            ledger.report(Code::WrongKind, entry.value.span, message, "");
            None
        }
    }
}

fn check_one_kind(set: &Set, span: Span, ledger: &mut Ledger) {
    for (number, attribute) in set.attributes.iter().enumerate() {
        let kinds = set.roll.iter().filter_map(|member| member.attributes[number].as_ref());
        let mut kinds = kinds.map(std::mem::discriminant);
        if let Some(first) = kinds.next()
            && kinds.any(|other| other != first)
        {
            let message = format!("`{}` is of several kinds among the members", attribute.name);
            let help = "give it a number, a truth or a text for all";
            ledger.report(Code::WrongKind, span, message, help);
        }
    }
}

/// The members of a subset: names of its root's.
fn read_subset(
    draft: &mut Draft<'_>,
    sets: &[Set],
    root: usize,
    places: &Places,
    ledger: &mut Ledger,
) -> Vec<MemberIndex> {
    let mut members = Vec::new();
    for text in draft.fields.texts("members", &mut ledger.findings) {
        match places.get(&text.value) {
            Some((set, member, _)) if *set == root && !members.contains(member) => {
                members.push(*member);
            }
            Some((set, ..)) if *set == root => {
                let message = format!("`{}` is named twice", text.value);
                ledger.report(Code::DuplicateName, text.span, message, "");
            }
            _ => {
                let all = sets[root].roll.iter().map(|member| member.name.as_str());
                let message = format!("`{}` is not a member of `{}`", text.value, sets[root].name);
                let help = suggest(&text.value, all, "");
                ledger.report(Code::UnknownName, text.span, message, help);
            }
        }
    }
    members
}
