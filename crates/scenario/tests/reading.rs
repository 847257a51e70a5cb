//! What is read from folders and from memory, and what is refused.

use std::fs;

use detente_scenario::diagnostic::Finding;
use detente_scenario::document::ValueKind;
use detente_scenario::folder::{LARGEST_FILE, MOST_FILES};
use detente_scenario::gather::override_elements;
use detente_scenario::reading::{Reading, Source, beside, read};

fn memory(name: &str, files: &[(&str, &str)]) -> Source {
    let files = files.iter().map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())).collect();
    Source::Memory { name: name.to_owned(), files }
}

fn read_memory(files: &[(&str, &str)]) -> (Reading, Vec<Finding>) {
    let mut findings = Vec::new();
    let reading = read(&memory("test", files), |_| None, &mut findings);
    (reading, findings)
}

/// `code path:line: message` of each finding.
fn shown(reading: &Reading, findings: &[Finding]) -> Vec<String> {
    let diagnostics = findings.iter().map(|finding| reading.files.diagnostic(finding));
    diagnostics.map(|d| format!("{} {}:{}: {}", d.code, d.file, d.line, d.message)).collect()
}

const HEAD: &str = "format = 1\ntitle = 'T'\n";

#[test]
fn files_are_known_by_where_they_lie() {
    let (reading, findings) = read_memory(&[
        ("scenario.toml", HEAD),
        ("model/a.toml", "about = 'A.'\n[event.a]\nabout = 'x'\n[stock.b]\n[event.c]\n"),
        ("what-ifs/single/x.toml", "[what_if.x]\n"),
        ("claims/x.toml", "[claim.x]\n"),
        ("schools/x.toml", "[school.x]\n"),
        ("record.toml", "[[event]]\nid = 'a'\n"),
        ("data/x.csv", "date,x\n"),
        ("sources.bib", ""),
        ("casebook/1.md", "# One"),
        ("split.toml", ""),
        ("README.md", ""),
        (".hidden/x", ""),
        ("notes.txt", ""),
    ]);
    assert_eq!(shown(&reading, &findings), ["S006 notes.txt:1: this file is not read"]);
    let names: Vec<_> = reading.gathered.elements.iter().map(|e| (e.kind, &*e.name.text)).collect();
    assert_eq!(names, [("event", "a"), ("stock", "b"), ("event", "c")]);
    assert_eq!(reading.gathered.what_ifs.len(), 1);
    assert_eq!(reading.gathered.claims.len(), 1);
    assert_eq!(reading.gathered.schools.len(), 1);
    assert_eq!(reading.gathered.tables.len(), 1);
    assert_eq!(reading.gathered.chapters.len(), 4);
}

#[test]
fn paths_from_outside_are_refused() {
    for path in [
        "../scenario.toml",
        "/etc/passwd",
        "model/../../x.toml",
        "model//x.toml",
        "C:\\x.toml",
        "model\\x.toml",
        "",
        "model/./x.toml",
        "model/x\n.toml",
        "what-ifs/a/b/c/d/e/f/g.toml",
    ] {
        let (reading, findings) = read_memory(&[("scenario.toml", HEAD), (path, "x = 1")]);
        let codes: Vec<String> = findings.iter().map(|f| f.code.id()).collect();
        assert_eq!(codes, ["S005"], "{path:?}: {:?}", shown(&reading, &findings));
    }
}

#[test]
fn limits_are_findings() {
    let big = "#".repeat(LARGEST_FILE + 1);
    let (reading, findings) = read_memory(&[("scenario.toml", HEAD), ("model/big.toml", &big)]);
    assert_eq!(
        shown(&reading, &findings),
        ["S003 model/big.toml:1: the file has 1048577 bytes; at most 1048576 are read"]
    );
    let names: Vec<String> = (0..=MOST_FILES).map(|i| format!("casebook/{i}.md")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    files.insert(0, ("scenario.toml", HEAD));
    let (reading, findings) = read_memory(&files);
    assert_eq!(shown(&reading, &findings), ["S004 test:1: the folder holds more than 2000 files"]);
}

#[test]
fn bytes_that_are_no_text_are_placed() {
    let mut findings = Vec::new();
    let files = vec![
        ("scenario.toml".to_owned(), HEAD.as_bytes().to_vec()),
        ("model/a.toml".to_owned(), b"about = 'x'\nthesis = '\xff'\n".to_vec()),
    ];
    let source = Source::Memory { name: "test".to_owned(), files };
    let reading = read(&source, |_| None, &mut findings);
    // What precedes the byte is still read, and so the text it stands in is not closed.
    assert_eq!(shown(&reading, &findings)[0], "S002 model/a.toml:2: byte 23 (0xff) is not UTF-8");
}

#[test]
fn heads_are_checked() {
    for (text, code) in [
        ("title = 'x'", "S008"),
        ("format = 2", "S008"),
        ("format = '1'", "S008"),
        ("format = 1\nextends = 3", "S014"),
        ("format = 1\nextends = '../x'", "S009"),
        ("format = 1\nextends = 'test'", "S009"),
        ("format = 1\nextends = 'nowhere'", "S009"),
    ] {
        let (reading, findings) = read_memory(&[("scenario.toml", text)]);
        let codes: Vec<String> = findings.iter().map(|f| f.code.id()).collect();
        assert_eq!(codes, [code], "{text}: {:?}", shown(&reading, &findings));
    }
    let (_, findings) = read_memory(&[("model/a.toml", "")]);
    assert_eq!(findings[0].code.id(), "S007");
}

#[test]
fn all_faults_of_form_are_found_at_once() {
    let (reading, findings) = read_memory(&[
        ("scenario.toml", HEAD),
        ("model/a.toml", "about = \nthesis = 'x\n[event.a]\nx = 1\nx = 2\n[evnt.b]\n"),
        ("model/b.toml", "[event]\nabout = 'x'\n[state.Bad]\n[state.if]\n[event.a]\n"),
        ("model/c.toml", "[stock.a]\nt = { a = 1,\n b = 2, }\ne = \"\\e\"\nd = 1953-02-30\n"),
    ]);
    let shown = shown(&reading, &findings);
    let codes: Vec<&str> = shown.iter().map(|s| &s[..4]).collect();
    assert!(codes.contains(&"S010") && codes.contains(&"S031"), "{shown:#?}");
    assert_eq!(codes.iter().filter(|c| **c == "S011").count(), 3, "{shown:#?}");
    assert_eq!(codes.iter().filter(|c| **c == "S016").count(), 2, "{shown:#?}");
    assert!(
        shown.contains(&"S014 model/b.toml:2: under `event` stand tables with names".to_owned())
    );
    assert!(shown.iter().any(|s| s.contains("`evnt` means nothing")), "{shown:#?}");
}

/// Texts are shown in terminals: an escape may not write what would drive one.
#[test]
fn control_characters_are_refused() {
    let files = |text| [("scenario.toml", HEAD), ("model/a.toml", text)];
    for text in ["about = \"x\\u001b[31my\"", "[event.a.because]\n\"x\\u0007\" = 'y'"] {
        let (reading, findings) = read_memory(&files(text));
        let shown = shown(&reading, &findings);
        let refused = |one: &String| one.starts_with("S014") && one.contains("control character");
        assert!(shown.iter().any(refused), "{shown:#?}");
    }
    let (reading, findings) = read_memory(&files("about = \"one\\ttwo\\nthree\""));
    assert_eq!(shown(&reading, &findings), Vec::<String>::new());
}

#[test]
fn endless_keys_and_brackets_are_refused() {
    for text in [
        format!("[{}a]", "a.".repeat(300_000)),
        format!("{}a = 1", "a.".repeat(300_000)),
        format!("a = {}", "[".repeat(300_000)),
        format!("a = {}", "{a=".repeat(300_000)),
        format!("a = {{ {}a = 1 }}", "a.".repeat(300_000)),
        "[[a]]\n".repeat(50_000),
        "a = 1\n".repeat(50_000),
        "=\n".repeat(100_000),
    ] {
        let (_, findings) = read_memory(&[("scenario.toml", HEAD), ("model/a.toml", &text)]);
        assert!(!findings.is_empty() && findings.len() < 100, "{}: {}", &text[..9], findings.len());
    }
}

#[test]
fn a_scenario_extends_another() {
    let base = memory(
        "base",
        &[
            ("scenario.toml", "format = 1\ntitle = 'Base'\nweeks = 10\n[unit.person]\n"),
            ("model/a.toml", "[event.a]\nabout = 'A'\nbecause = { x = 'p', y = 'q' }\n"),
            ("record.toml", "[[event]]\nid = 'e'\ntitle = 'old'\ndate = 1953-01-01\n"),
            ("data/t.csv", "date,x\n"),
        ],
    );
    let child = memory(
        "child",
        &[
            ("scenario.toml", "format = 1\nextends = 'base'\ntitle = 'Child'\n"),
            ("model/b.toml", "[event.a]\nbecause.y = 'r'\n[event.b]\n"),
            ("record.toml", "[[event]]\nid = 'e'\ntitle = 'new'\n[[event]]\nid = 'f'\n"),
            ("data/t.csv", "date,y\n"),
        ],
    );
    let mut findings = Vec::new();
    let find = |name: &str| (name == "base").then(|| base.clone());
    let reading = read(&child, find, &mut findings);
    assert_eq!(shown(&reading, &findings), Vec::<String>::new());
    let gathered = &reading.gathered;
    let text = |value: Option<&detente_scenario::document::Value>| match value.map(|v| &v.kind) {
        Some(ValueKind::Text(text)) => text.value.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(gathered.scenario.get("title")), "Child");
    assert!(gathered.scenario.get("weeks").is_some());
    let names: Vec<&str> = gathered.elements.iter().map(|e| e.name.text.as_str()).collect();
    assert_eq!(names, ["a", "person", "b"]);
    let because = match &gathered.elements[0].table.get("because").map(|v| &v.kind) {
        Some(ValueKind::Table(table)) => table.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text(because.get("x")), "p");
    assert_eq!(text(because.get("y")), "r");
    assert_eq!(gathered.tables.len(), 1);
    assert_eq!(reading.files.text(gathered.tables[0]), "date,y\n");
    let record = gathered.record.as_ref().and_then(|r| r.get("event"));
    let Some(ValueKind::List(events)) = record.map(|v| &v.kind) else { panic!("no events") };
    let ValueKind::Table(first) = &events[0].kind else { panic!("no table") };
    assert_eq!((events.len(), text(first.get("title"))), (2, "new".to_owned()));
    assert!(first.get("date").is_some());
    // The digest covers both, and depends on every byte of either.
    let alone = read(&base, |_| None, &mut Vec::new()).digest;
    assert_ne!(alone, reading.digest);
    let again = read(&child, find, &mut Vec::new()).digest;
    assert_eq!(again, reading.digest);
    assert_eq!(again.to_string().len(), 64);
}

#[test]
fn schools_override_by_full_name() {
    let (mut reading, mut findings) = read_memory(&[
        ("scenario.toml", HEAD),
        ("model/a.toml", "[decision.end_the_war]\nmood = '13 weeks'\n"),
        (
            "schools/c.toml",
            "[school.c]\noverride.decision.end_the_war.mood = '52 weeks'\n\
             override.decision.end_the_wr.mood = '52 weeks'\noverride.decison.x.mood = ''\n",
        ),
    ]);
    let school = reading.gathered.schools[0].table.clone();
    let Some(ValueKind::Table(overrides)) = school.get("override").map(|v| &v.kind) else {
        panic!("no overrides")
    };
    override_elements(&mut reading.gathered.elements, overrides, &mut findings);
    let mood = reading.gathered.elements[0].table.get("mood");
    assert!(matches!(mood.map(|v| &v.kind), Some(ValueKind::Text(t)) if t.value == "52 weeks"));
    let helps: Vec<&str> = findings.iter().map(|f| f.help.as_str()).collect();
    assert_eq!(helps, ["did you mean `end_the_war`?", "did you mean `decision`?"]);
}

#[test]
fn a_folder_is_read_and_links_are_not() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let root = home.path().join("little");
    fs::create_dir_all(root.join("model")).expect("folder");
    fs::write(root.join("scenario.toml"), HEAD).expect("file");
    fs::write(root.join("model/a.toml"), "[event.a]\n").expect("file");
    fs::write(home.path().join("secret.toml"), "[event.secret]\n").expect("file");
    fs::create_dir_all(home.path().join("elsewhere")).expect("folder");
    fs::write(home.path().join("elsewhere/x.md"), "secret").expect("file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(home.path().join("secret.toml"), root.join("model/b.toml")).expect("link");
        symlink(home.path().join("elsewhere"), root.join("casebook")).expect("link");
        std::os::unix::net::UnixListener::bind(root.join("model/c.toml")).expect("socket");
    }
    let mut findings = Vec::new();
    let reading = read(&Source::Folder(root.clone()), beside(&root), &mut findings);
    assert_eq!(reading.layers[0].name, "little");
    let names: Vec<&str> = reading.gathered.elements.iter().map(|e| e.name.text.as_str()).collect();
    assert_eq!(names, ["a"]);
    if cfg!(unix) {
        let mut codes: Vec<String> = findings.iter().map(|f| f.code.id()).collect();
        codes.dedup();
        assert_eq!((codes, findings.len()), (vec!["S005".to_owned()], 3));
    }
    // From memory the same files have the same digest.
    let same = memory("other", &[("scenario.toml", HEAD), ("model/a.toml", "[event.a]\n")]);
    assert_eq!(read(&same, |_| None, &mut Vec::new()).digest, reading.digest);
    let mut findings = Vec::new();
    read(&Source::Folder(home.path().join("missing")), |_| None, &mut findings);
    assert_eq!(findings[0].code.id(), "S001");
}
