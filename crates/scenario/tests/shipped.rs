//! Every shipped scenario is read without a finding, down to each string in it.

use std::fs;
use std::path::{Path, PathBuf};

use detente_scenario::bibliography::read_bibliographies;
use detente_scenario::diagnostic::Finding;
use detente_scenario::document::{Entry, Table, Value, ValueKind, expression_of};
use detente_scenario::reading::{Reading, Source, beside, read};
use detente_scenario::render::{Colour, render};
use detente_scenario::syntax::{
    UnitNames, parse_citation, parse_distribution, parse_duration, parse_effect,
    parse_intervention, parse_over, parse_reference, parse_template, parse_tie, parse_unit,
};
use detente_scenario::table::read_table;

fn scenarios() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let entries = fs::read_dir(home).expect("the folder of scenarios");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

/// Reads the values of `table` by what their keys say they are.
fn read_strings(table: &Table, units: &UnitNames, findings: &mut Vec<Finding>) {
    for entry in &table.entries {
        match &entry.value.kind {
            ValueKind::Table(inner) => match entry.key.text.as_str() {
                "because" | "rate" => {
                    inner.entries.iter().for_each(|e| drop(expression_of(e, units, findings)));
                }
                "draws" | "prior" => {
                    for entry in &inner.entries {
                        read_string("prior", &entry.value, entry, units, findings);
                    }
                }
                "members" | "act" | "scale" | "initial" | "value" => {}
                _ => read_strings(inner, units, findings),
            },
            ValueKind::List(list) => {
                for value in list {
                    match &value.kind {
                        ValueKind::Table(inner) => read_strings(inner, units, findings),
                        _ => read_string(&entry.key.text, value, entry, units, findings),
                    }
                }
            }
            _ => read_string(&entry.key.text, &entry.value, entry, units, findings),
        }
    }
}

fn read_string(
    key: &str,
    value: &Value,
    entry: &Entry,
    units: &UnitNames,
    findings: &mut Vec<Finding>,
) {
    let ValueKind::Text(text) = &value.kind else { return };
    match key {
        "over" => drop(parse_over(text, units, findings)),
        "unit" => drop(parse_unit(text, findings)),
        "prior" | "shock" | "draw" => drop(parse_distribution(text, units, findings)),
        "mood" | "again" | "cooldown" => drop(parse_duration(text, findings)),
        "does" => drop(parse_effect(text, units, findings)),
        "sees" | "of" => drop(parse_reference(text, findings)),
        "says" | "asks" => drop(parse_template(text, findings)),
        "source" => drop(parse_citation(text, findings)),
        "needs" | "when" | "rate" | "equals" | "change" | "is" | "power" | "sits" | "convenes"
        | "position" | "salience" | "reversion" | "among" => {
            expression_of(entry, units, findings);
        }
        _ => {}
    }
}

fn read_all(reading: &Reading, findings: &mut Vec<Finding>) {
    let gathered = &reading.gathered;
    let declared = gathered.elements.iter().filter(|e| e.kind == "unit");
    let units = UnitNames::with(declared.map(|e| e.name.text.as_str()));
    for element in &gathered.elements {
        read_strings(&element.table, &units, findings);
    }
    let interventions = |named: &Table, key: &str, findings: &mut Vec<Finding>| {
        if let Some(ValueKind::List(list)) = named.get(key).map(|value| &value.kind) {
            for value in list {
                if let ValueKind::Text(text) = &value.kind {
                    parse_intervention(text, &units, findings);
                }
            }
        }
    };
    gathered.what_ifs.iter().for_each(|w| interventions(&w.table, "does", findings));
    gathered.schools.iter().for_each(|s| interventions(&s.table, "changes", findings));
    gathered.claims.iter().for_each(|c| interventions(&c.table, "given", findings));
    let entries = gathered.record.as_ref().and_then(|record| record.get("event"));
    if let Some(ValueKind::List(entries)) = entries.map(|value| &value.kind) {
        for entry in entries {
            if let ValueKind::Table(table) = &entry.kind
                && let Some(ValueKind::Text(text)) = table.get("is").map(|value| &value.kind)
            {
                parse_tie(text, findings);
            }
        }
    }
    for &id in &gathered.tables {
        if let Some(table) = read_table(id, reading.files.text(id), findings) {
            for cell in table.rows.iter().flat_map(|row| &row.cells) {
                cell.number(findings);
            }
        }
    }
    let sources = read_bibliographies(&reading.files, &gathered.bibliographies, findings);
    for entry in sources.values() {
        assert!(!entry.text().is_empty() && entry.short().len() > 3, "{entry:?}");
    }
}

#[test]
fn every_shipped_scenario_is_read_without_a_finding() {
    for folder in scenarios() {
        let mut findings = Vec::new();
        let reading = read(&Source::Folder(folder.clone()), beside(&folder), &mut findings);
        assert!(!reading.gathered.elements.is_empty(), "{}", folder.display());
        read_all(&reading, &mut findings);
        let shown: Vec<String> = reading
            .files
            .diagnostics(&findings)
            .iter()
            .map(|diagnostic| render(diagnostic, &reading.files, Colour::Never))
            .collect();
        assert!(shown.is_empty(), "{}:\n{}", folder.display(), shown.join("\n\n"));
    }
}
