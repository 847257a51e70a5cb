//! Every code has its page and every page its code, and a page's example gives what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use detente_scenario::bibliography::read_bibliographies;
use detente_scenario::diagnostic::{Code, Severity};
use detente_scenario::reading::{Source, read};
use detente_scenario::table::read_table;
use detente_scenario::{Loaded, load_with};

fn pages() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/book/src/diagnostics")
}

fn page(name: &str) -> String {
    fs::read_to_string(pages().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The files of a page: a path in backticks alone on its line, then a fenced block.
fn files_of(page: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut lines = page.lines();
    let mut path = None;
    while let Some(line) = lines.next() {
        if let Some(own) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'))
            && !own.contains('`')
        {
            path = Some(own.to_owned());
        } else if line.starts_with("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if let Some(path) = path.take() {
                files.insert(path, text.join("\n") + "\n");
            }
        }
    }
    files
}

/// The small scenario of the first page with the files of `page` laid into it.
fn scenario_of(page_text: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = files_of(&page("index.md"));
    files.extend(files_of(page_text));
    files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect()
}

fn codes_in(files: Vec<(String, Vec<u8>)>) -> BTreeSet<Code> {
    let source = Source::Memory { name: "two-satellites".to_owned(), files };
    let mut findings = Vec::new();
    let reading = read(&source, |_| None, &mut findings);
    for &id in &reading.gathered.tables {
        read_table(id, reading.files.text(id), &mut findings);
    }
    read_bibliographies(&reading.files, &reading.gathered.bibliographies, &mut findings);
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn every_code_has_its_page_and_every_page_its_code() {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(pages()).expect("the folder of pages").flatten() {
        names.insert(entry.file_name().to_string_lossy().into_owned());
    }
    let index = page("index.md");
    let summary = fs::read_to_string(pages().join("../SUMMARY.md")).expect("the summary");
    assert!(names.remove("index.md"));
    for &code in Code::ALL {
        let name = format!("{code}.md");
        assert!(names.remove(&name), "{name} is missing");
        let text = page(&name);
        let title = format!("# {code}: {}\n", code.title());
        assert!(text.starts_with(&title), "{name} should begin with {title}");
        let kind = if code.severity() == Severity::Error { "An error" } else { "A warning" };
        assert!(text.contains(kind), "{name}");
        assert!(text.contains("\n## How to mend it\n"), "{name}");
        assert!(index.contains(&format!("({name})")), "index.md does not list {name}");
        assert!(summary.contains(&format!("(diagnostics/{name})")), "SUMMARY.md: {name}");
    }
    assert!(names.is_empty(), "pages of no code: {names:?}");
}

#[test]
fn the_small_scenario_of_the_pages_is_sound() {
    assert_eq!(codes_in(scenario_of("")), BTreeSet::new());
}

/// Those that are found before any name is looked up.
#[test]
fn examples_of_the_lower_half_give_their_codes() {
    use Code::*;
    for code in [
        UnknownFile,
        UnknownFormat,
        CannotExtend,
        TomlSyntax,
        NewerToml,
        BadName,
        DuplicateName,
        BibliographySyntax,
        TableSyntax,
        TableOrder,
        BadCell,
    ] {
        let found = codes_in(scenario_of(&page(&format!("{code}.md"))));
        assert!(found.contains(&code), "{code}: found {found:?}");
    }
}

fn loaded(page_text: &str) -> Loaded {
    let files = scenario_of(page_text);
    load_with(&Source::Memory { name: "two-satellites".to_owned(), files }, &[])
}

#[test]
fn the_small_scenario_of_the_pages_loads_without_a_finding() {
    let loaded = loaded("");
    assert_eq!(loaded.findings, []);
    assert!(loaded.model.is_some());
}

/// Codes whose example needs more than a page: files that are too large, too many, missing or no text,
/// names whose hashes meet, hundreds of faults.
const WITHOUT_EXAMPLE: &[Code] = &[
    Code::Unreadable,
    Code::NotUtf8,
    Code::FileTooLarge,
    Code::FolderTooLarge,
    Code::OutsideFolder,
    Code::NoScenarioFile,
    Code::TextTooLong,
    Code::HashCollision,
    Code::TooManyFindings,
];

#[test]
fn every_other_page_has_an_example_that_gives_its_code() {
    let mut silent = Vec::new();
    for &code in Code::ALL.iter().filter(|code| !WITHOUT_EXAMPLE.contains(code)) {
        let loaded = loaded(&page(&format!("{code}.md")));
        let found: BTreeSet<Code> = loaded.findings.iter().map(|finding| finding.code).collect();
        if !found.contains(&code) {
            silent.push(format!("{code}: found {found:?}"));
        }
        let is_error = loaded.findings.iter().any(|f| f.severity == Severity::Error);
        assert_eq!(loaded.model.is_none(), is_error, "{code}");
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
