//! What a person types and sees: verbs that run no history, exit codes, and bad input.

mod typing;

use std::fs;
use std::path::Path;

use typing::{copy_of, detente, folder, stderr, stdout};

/// Shipped scenarios are in the binary: they are sound wherever it is called.
#[test]
fn shipped_scenarios_are_sound_anywhere() {
    let place = folder();
    for name in ["two-powers", "little-detente"] {
        let told = stdout(detente(&place).args(["check", name, "--format", "json"]), 0);
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(told["sound"], true, "{name}: {told}");
    }
}

#[test]
fn a_broken_file_is_shown_with_its_place() {
    let place = folder();
    let scenario = copy_of("two-powers", &place);
    let file = scenario.join("model/trust.toml");
    let text = fs::read_to_string(&file).expect("text");
    fs::write(&file, text.replace("usual_tension - trust_calms", "usual_tenson - trust_calms"))
        .expect("written");
    insta::assert_snapshot!("broken", stdout(detente(&place).args(["check", "copy"]), 1));
    let told = stdout(detente(&place).args(["check", "copy", "--format", "json"]), 1);
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["sound"], false);
    let finding = &told["findings"][0];
    for key in ["code", "severity", "file", "line", "column", "message", "help"] {
        assert!(!finding[key].is_null(), "{key} is missing in {finding}");
    }
    let told = stderr(detente(&place).args(["describe", "copy"]), 2);
    assert!(told.contains("cannot be run"), "{told}");
}

/// A folder in the place of a file is not passed over in silence.
#[test]
fn a_folder_in_the_place_of_a_file_is_found() {
    let place = folder();
    fs::create_dir(copy_of("two-powers", &place).join("model/x.toml")).expect("a folder");
    let told = stdout(detente(&place).args(["check", "copy"]), 0);
    assert!(told.contains("S006") && told.contains("model/x.toml` is a folder"), "{told}");
}

#[test]
fn what_is_not_there_is_said_with_advice() {
    let place = folder();
    let told = stderr(detente(&place).args(["check", "two-power"]), 2);
    assert!(told.contains("Did you mean `two-powers`?"), "{told}");
    let told = stderr(detente(&place).args(["check", "./nowhere"]), 2);
    assert_eq!(told, "There is no folder ./nowhere.\n");
    let told = stderr(detente(&place).args(["chekc"]), 2);
    assert!(told.contains("check"), "{told}");
    fs::write(place.path().join("file"), "x").expect("written");
    let told = stderr(detente(&place).args(["check", "file"]), 2);
    assert!(told.contains("is a file"), "{told}");
    let told = stdout(detente(&place).args(["check", place.path().to_str().expect("a path")]), 1);
    assert!(told.contains("scenario.toml"), "{told}");
}

#[test]
fn a_new_scenario_is_sound_and_never_overwritten() {
    let place = folder();
    stdout(detente(&place).args(["new", "suez-1956"]), 0);
    let told = stdout(detente(&place).args(["check", "suez-1956"]), 0);
    assert!(told.contains("\nSuez 1956 is sound: "), "{told}");
    let before = fs::read(place.path().join("suez-1956/scenario.toml")).expect("a file");
    let told = stderr(detente(&place).args(["new", "suez-1956"]), 2);
    assert!(told.contains("nothing was written"), "{told}");
    assert_eq!(before, fs::read(place.path().join("suez-1956/scenario.toml")).expect("a file"));
    stderr(detente(&place).args(["new", "Suez 1956"]), 2);
    stderr(detente(&place).args(["new", "x", "--title", "a\"b"]), 2);
}

#[test]
fn describe_gives_document_and_graph() {
    let place = folder();
    let told = stdout(detente(&place).args(["describe", "two-powers"]), 0);
    assert!(told.starts_with("# Two Powers\n"), "{told}");
    let told = stdout(detente(&place).args(["describe", "two-powers", "--graph", "dot"]), 0);
    assert!(told.contains("\"overture\" -> \"trust\""), "{told}");
    let told = stdout(detente(&place).args(["describe", "two-powers", "--graph", "mermaid"]), 0);
    assert!(told.starts_with("flowchart LR"), "{told}");
}

#[test]
fn shells_and_man_are_served() {
    let place = folder();
    for shell in ["bash", "zsh", "fish"] {
        let told = stdout(detente(&place).args(["completions", shell]), 0);
        assert!(told.contains("describe"), "{shell}");
    }
    assert!(stdout(detente(&place).args(["man"]), 0).contains(".TH"));
    assert!(stdout(detente(&place).args(["man", "describe"]), 0).contains("causal"));
    stderr(detente(&place).args(["man", "nothing"]), 2);
    stdout(detente(&place).args(["--version"]), 0);
}

/// Every command that the README and the tutorial print, as printed, save that fewer histories run.
#[cfg(unix)]
#[test]
fn commands_run_as_they_are_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let binary = assert_cmd::cargo::cargo_bin("detente");
    let path = format!(
        "{}:{}",
        binary.parent().expect("a folder").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut tried = 0;
    for document in ["README.md", "docs/book/src/first-scenario.md"] {
        let place = folder();
        fs::create_dir(place.path().join("scenarios")).expect("a folder");
        fs::rename(copy_of("two-powers", &place), place.path().join("scenarios/two-powers"))
            .expect("moved");
        let text = fs::read_to_string(root.join(document)).expect("a document");
        let lines = text.lines().map(|line| line.trim_start_matches("$ "));
        for line in lines.filter(|line| line.starts_with("detente ")) {
            let told = line.split(" #").next().unwrap_or_default().replace(" | less", "");
            let verbs = [" ensemble ", " compare ", " why ", " why-not ", " claims "];
            let many = verbs.iter().any(|verb| told.contains(verb));
            let few = if many { " --histories 20" } else { "" };
            let script = format!("{}{few}", told.trim_end().replace(" --histories 10000", ""));
            let output = std::process::Command::new("sh")
                .current_dir(place.path())
                .env("PATH", &path)
                .args(["-c", &script])
                .output()
                .expect("a shell");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{document}: {script}: {said}");
            tried += 1;
        }
    }
    assert!(tried > 12, "{tried}");
}
