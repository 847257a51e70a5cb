//! What tests of the terminal share: the binary in an empty folder of its own, and what it says.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::{TempDir, tempdir};

/// The binary, without colours, called in a folder.
pub(crate) fn detente(place: &TempDir) -> Command {
    let mut command = Command::cargo_bin("detente").expect("the binary is built");
    command.current_dir(place.path()).env("NO_COLOR", "1");
    command
}

/// An empty folder.
pub(crate) fn folder() -> TempDir {
    tempdir().expect("a temporary folder")
}

/// What it prints on standard output, ending with this code.
pub(crate) fn stdout(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

/// What it prints on standard error, ending with this code.
pub(crate) fn stderr(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stderr).expect("text")
}

/// Its answer as JSON.
pub(crate) fn json(command: &mut Command) -> serde_json::Value {
    serde_json::from_str(&stdout(command, 0)).expect("JSON")
}

/// A copy of a shipped scenario, called `copy`, that a test may break.
pub(crate) fn copy_of(name: &str, place: &TempDir) -> PathBuf {
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
