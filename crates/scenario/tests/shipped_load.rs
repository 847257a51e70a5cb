//! The small scenario of the tutorial, and the one that `detente new` writes, load without a
//! finding.

use std::fs;
use std::path::{Path, PathBuf};

use detente_scenario::reading::Source;
use detente_scenario::{Loaded, load, load_with};

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn said(loaded: &Loaded) -> Vec<String> {
    let findings = loaded.findings.iter();
    findings.map(|f| format!("{} {}:{} {}", f.code, f.file, f.line, f.message)).collect()
}

/// The files under `folder`, with paths relative to it.
fn files(folder: &Path, prefix: &str, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"), into);
        } else {
            let text = fs::read_to_string(entry.path()).expect("text");
            into.push((name, text.replace("{{title}}", "A title").into_bytes()));
        }
    }
}

#[test]
fn two_powers_loads_without_a_finding() {
    let loaded = load(&home().join("scenarios/two-powers"));
    assert_eq!(said(&loaded), Vec::<String>::new());
    assert!(loaded.model.is_some());
}

#[test]
fn the_template_loads_without_a_finding_once_it_has_a_title() {
    let mut template = Vec::new();
    files(&home().join("crates/cli/templates/new"), "", &mut template);
    let marks = template.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains("{{"));
    assert_eq!(marks.count(), 0, "the title is the only mark");
    let loaded = load_with(&Source::Memory { name: "new".into(), files: template }, &[]);
    assert_eq!(said(&loaded), Vec::<String>::new());
    assert!(loaded.model.is_some());
}
