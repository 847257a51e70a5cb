//! Shipped scenarios load without an error, alone and with each of their schools.

use std::path::{Path, PathBuf};

use detente_scenario::diagnostic::Severity;
use detente_scenario::reading::Source;
use detente_scenario::render::{Colour, render};
use detente_scenario::{Loaded, load, load_with};

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name)
}

fn errors(loaded: &Loaded) -> Vec<String> {
    let errors = loaded.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| render(finding, &loaded.files, Colour::Never)).collect()
}

#[test]
fn shipped_scenarios_load_without_an_error() {
    for name in ["two-powers", "little-detente"] {
        let loaded = load(&scenario(name));
        let errors = errors(&loaded);
        assert!(errors.is_empty(), "{name}: {}\n{}", errors.len(), errors.join("\n\n"));
        let model = loaded.model.expect("a model");
        for school in &model.schools {
            let source = Source::Folder(scenario(name));
            let with = load_with(&source, &[&school.id]);
            assert!(with.model.is_some(), "{}: {:?}", school.id, self::errors(&with));
        }
    }
}

#[test]
fn what_a_newcomer_starts_from_loads_without_a_finding() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/templates/new");
    let loaded = load(&path);
    let shown: Vec<String> = loaded
        .findings
        .iter()
        .map(|finding| render(finding, &loaded.files, Colour::Never))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n\n"));
}
