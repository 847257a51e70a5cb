//! What the fuzz targets do with bytes, shared with the bounded tests: any input may only give findings.

use detente_model::{Change, Intervention, Model};
use detente_scenario::bibliography::read_bibliographies;
use detente_scenario::diagnostic::{Diagnostic, Finding, Severity};
use detente_scenario::place::{FileId, Text};
use detente_scenario::reading::{Source, read};
use detente_scenario::render::{Colour, render};
use detente_scenario::syntax::{self, UnitNames, print};
use detente_scenario::table::read_table;
use detente_scenario::{check_interventions, load_with, parse_intervention, parse_outcome};

/// The paths that a chunk of bytes may be given; its first byte picks one.
pub(crate) const PATHS: &[&str] = &[
    "scenario.toml",
    "model/a.toml",
    "model/b.toml",
    "record.toml",
    "claims/a.toml",
    "what-ifs/a.toml",
    "schools/a.toml",
    "data/a.csv",
    "sources.bib",
    "split.toml",
    "casebook/1.md",
    "../a.toml",
];

/// Bytes as a scenario folder: chunks divided by 0xFF, each a path and the file's bytes. A chunk
/// that gives the head of `scenario.toml` is added if none does.
pub(crate) fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for chunk in bytes.split(|&byte| byte == 0xff).take(24) {
        if let [first, rest @ ..] = chunk {
            let path = PATHS[usize::from(*first) % PATHS.len()];
            files.push((path.to_owned(), rest.to_vec()));
        }
    }
    if !files.iter().any(|(path, _)| path == "scenario.toml") {
        let head = b"format = 1\ntitle = 'T'\nstart = 1952-12-01\nweeks = 10\n";
        files.push(("scenario.toml".to_owned(), head.to_vec()));
    }
    files
}

/// Reads bytes as a folder, and shows whatever is found.
pub(crate) fn folder(bytes: &[u8]) {
    let source = Source::Memory { name: "fuzz".to_owned(), files: files(bytes) };
    let mut findings = Vec::new();
    let reading = read(&source, |_| None, &mut findings);
    for &id in &reading.gathered.tables {
        if let Some(table) = read_table(id, reading.files.text(id), &mut findings) {
            for cell in table.rows.iter().flat_map(|row| &row.cells) {
                cell.number(&mut findings);
            }
        }
    }
    let bibliography =
        read_bibliographies(&reading.files, &reading.gathered.bibliographies, &mut findings);
    for entry in bibliography.values() {
        assert!(!entry.short().is_empty() || !entry.text().is_empty() || entry.year.is_none());
    }
    let loaded = load_with(&source, &[]);
    let error = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(loaded.model.is_none(), error, "a model exactly if nothing is wrong");
    for diagnostic in reading.files.diagnostics(&findings).iter().take(20) {
        let shown = render(diagnostic, &reading.files, Colour::Never);
        assert!(shown.contains(&diagnostic.code.id()));
    }
}

/// Reads bytes as each of the forms that stand in strings. What is read prints, and what is
/// printed is read again and prints the same; places lie inside the text.
pub(crate) fn strings(bytes: &[u8]) {
    let Ok(value) = std::str::from_utf8(bytes) else { return };
    let units = UnitNames::with(["person", "dollar"]);
    let u = &units;
    both(value, |t, f| syntax::parse_expression(t, u, f), |e| print::expression(e, u));
    both(value, |t, f| syntax::parse_effect(t, u, f), |e| print::effect(e, u));
    both(value, |t, f| syntax::parse_over(t, u, f), |e| print::over(e, u));
    both(value, |t, f| syntax::parse_distribution(t, u, f), |e| print::distribution(e, u));
    both(value, |t, f| syntax::parse_intervention(t, u, f), |e| print::intervention(e, u));
    both(value, syntax::parse_unit, print::unit);
    both(value, syntax::parse_duration, print::duration);
    both(value, syntax::parse_reference, print::reference);
    both(value, syntax::parse_tie, print::tie);
    once(value, syntax::parse_template);
    once(value, syntax::parse_citation);
}

/// Reads bytes as what is typed beside a model: each line as an intervention, the first as an outcome
/// too. What is read fits the model, and what is refused is underlined within the text.
pub(crate) fn typed(model: &Model, bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut given = Vec::new();
    for line in text.lines().take(4) {
        match parse_intervention(model, line) {
            Ok(read) => {
                fits(model, &read);
                given.push(read);
            }
            Err(fault) => lies_within(line, &fault),
        }
    }
    let typed: Vec<(&str, &Intervention)> = given.iter().map(|one| ("--do", one)).collect();
    check_interventions(model, &typed);
    let first = text.lines().next().unwrap_or_default();
    if let Err(fault) = parse_outcome(model, first) {
        lies_within(first, &fault);
    }
}

fn fits(model: &Model, read: &Intervention) {
    let element = model.element(read.targets.element);
    let instances = &read.targets.instances;
    assert!(!instances.is_empty(), "{read:?}");
    assert!(instances.iter().all(|one| *one < element.over.instances.len()), "{read:?}");
    assert!(read.span.from < read.span.until, "{read:?}");
    assert!(read.span.until <= model.calendar.weeks, "{read:?}");
    if let Change::Quantity(_, value) | Change::Initial(value) = read.change {
        assert!(value.is_finite(), "{read:?}");
    }
}

fn lies_within(text: &str, fault: &Diagnostic) {
    assert!(text.get(fault.span.clone()).is_some(), "{text:?}: {fault:?}");
}

fn once<T>(value: &str, parse: impl Fn(&Text, &mut Vec<Finding>) -> Option<T>) -> Option<T> {
    let mut findings = Vec::new();
    let tree = parse(&Text::verbatim(FileId(0), 0, value), &mut findings);
    assert_eq!(tree.is_none(), !findings.is_empty(), "{value:?}: {findings:?}");
    for finding in &findings {
        let (start, end) = (finding.span.start as usize, finding.span.end as usize);
        assert!(start <= end && end <= value.len(), "{value:?}: {finding:?}");
        assert!(value.is_char_boundary(start) && value.is_char_boundary(end), "{value:?}");
    }
    tree
}

fn both<T>(
    value: &str,
    parse: impl Fn(&Text, &mut Vec<Finding>) -> Option<T>,
    print: impl Fn(&T) -> String,
) {
    let Some(tree) = once(value, &parse) else { return };
    let printed = print(&tree);
    // Printing may lengthen a text at the limit beyond it.
    if printed.len() > syntax::LONGEST_TEXT {
        return;
    }
    let again = once(&printed, &parse).unwrap_or_else(|| panic!("{value:?} prints {printed:?}"));
    assert_eq!(print(&again), printed, "{value:?}");
}
