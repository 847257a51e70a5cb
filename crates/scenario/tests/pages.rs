//! Every code has its page and every page its code, and a page's example gives what it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use detente_scenario::bibliography::read_bibliographies;
use detente_scenario::diagnostic::{Code, Severity};
use detente_scenario::reading::{Source, read};
use detente_scenario::render::{Colour, render};
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
        assert!(text.contains("\n## Example\n\n"), "{name}");
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

/// What the scenario extended would have given is not told to be lacking.
#[test]
fn a_scenario_that_cannot_be_extended_is_the_one_finding() {
    let files = vec![("scenario.toml".to_owned(), b"format = 1\nextends = \"gone\"\n".to_vec())];
    let loaded = load_with(&Source::Memory { name: "heir".to_owned(), files }, &[]);
    let codes: Vec<Code> = loaded.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::CannotExtend]);
}

/// Codes whose fault a page cannot hold: files that are too large, too many, missing, no text or no
/// files, hundreds of faults. Their example is what `detente check` says.
const SAID: &[Code] = &[
    Code::Unreadable,
    Code::NotUtf8,
    Code::FileTooLarge,
    Code::FolderTooLarge,
    Code::OutsideFolder,
    Code::NoScenarioFile,
    Code::TextTooLong,
    Code::TooManyFindings,
];

/// A scenario with the fault of one of these codes; what has to lie on a disk lies in `place`.
fn faulty(code: Code, place: &Path) -> Source {
    let folder = place.join("two-satellites");
    let mut files = scenario_of("");
    let add = |path: &str, bytes: Vec<u8>| (path.to_owned(), bytes);
    match code {
        Code::Unreadable => return Source::Folder(folder),
        Code::NotUtf8 => files.push(add("casebook/01.md", b"The caf\xe9 in Vienna.\n".to_vec())),
        Code::FileTooLarge => files.push(add("data/flight.csv", vec![b'1'; 2 << 20])),
        Code::FolderTooLarge => {
            let page = |number| add(&format!("casebook/{number:04}.md"), Vec::new());
            files.extend((0..2_000).map(page));
        }
        Code::OutsideFolder => {
            fs::create_dir(&folder).expect("a folder");
            #[cfg(unix)]
            std::os::unix::fs::symlink("/etc", folder.join("data")).expect("a link");
            return Source::Folder(folder);
        }
        Code::NoScenarioFile => files.retain(|(path, _)| path != "scenario.toml"),
        Code::TextTooLong => {
            let sum = ["tension"; 1_000].join(" + ");
            let text = format!("[variable.much]\nabout = \"Much.\"\nequals = \"{sum}\"\n");
            files.push(add("model/example.toml", text.into_bytes()));
        }
        Code::TooManyFindings => {
            let keys: Vec<String> = (0..520).map(|key| format!("key_{key} = 1")).collect();
            files.push(add("model/example.toml", keys.join("\n").into_bytes()));
        }
        other => panic!("{other} has an example of its own"),
    }
    Source::Memory { name: "two-satellites".to_owned(), files }
}

/// Such a page shows what a person sees, to the letter.
#[cfg(unix)]
#[test]
fn pages_without_files_show_what_is_said() {
    let mut wrong = Vec::new();
    for &code in SAID {
        let place = tempfile::tempdir().expect("a temporary folder");
        let loaded = load_with(&faulty(code, place.path()), &[]);
        let said = loaded.findings.iter().find(|finding| finding.code == code);
        let said = said.unwrap_or_else(|| panic!("{code} is not found: {:?}", loaded.findings));
        let said = format!("```text\n{}\n```\n", render(said, &loaded.files, Colour::Never));
        if !page(&format!("{code}.md")).contains(&said) {
            wrong.push(format!("{code}.md should show\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_other_page_has_an_example_that_gives_its_code() {
    let mut silent = Vec::new();
    for &code in Code::ALL.iter().filter(|code| !SAID.contains(code)) {
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
