//! What a person types and sees: verbs that run no history, exit codes, and bad input.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::{TempDir, tempdir};

/// The binary in an empty folder of its own, without colours.
fn detente(place: &TempDir) -> Command {
    let mut command = Command::cargo_bin("detente").expect("the binary is built");
    command.current_dir(place.path()).env("NO_COLOR", "1");
    command
}

fn folder() -> TempDir {
    tempdir().expect("a temporary folder")
}

/// A copy of a shipped scenario that a test may break.
fn copy_of(name: &str, place: &TempDir) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    let to = place.path().join("copy");
    copy(&from, &to);
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn stdout(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

fn stderr(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stderr).expect("text")
}

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
    assert!(told.starts_with("Suez 1956 is sound"), "{told}");
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
