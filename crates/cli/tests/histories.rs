//! Verbs that run histories, on the small world: answers, bundles, exit codes, and Ctrl-C.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use tempfile::{TempDir, tempdir};

fn detente(place: &TempDir) -> Command {
    let mut command = Command::cargo_bin("detente").expect("the binary is built");
    command.current_dir(place.path()).env("NO_COLOR", "1");
    command
}

fn folder() -> TempDir {
    tempdir().expect("a temporary folder")
}

fn stdout(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

fn stderr(command: &mut Command, code: i32) -> String {
    let output = command.assert().code(code).get_output().clone();
    String::from_utf8(output.stderr).expect("text")
}

fn json(command: &mut Command) -> serde_json::Value {
    serde_json::from_str(&stdout(command, 0)).expect("JSON")
}

/// The one folder below `detente-out/`.
fn bundle(place: &TempDir) -> PathBuf {
    let mut entries = fs::read_dir(place.path().join("detente-out")).expect("a folder");
    entries.next().expect("a bundle").expect("an entry").path()
}

#[test]
fn an_ensemble_is_told_kept_and_verified() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "200", "--seed", "3"];
    insta::assert_snapshot!("ensemble", stdout(detente(&place).args(run), 0));
    let kept = bundle(&place);
    for name in ["manifest.json", "histories.parquet", "events.parquet", "report.html"] {
        assert!(kept.join(name).is_file(), "{name} is missing");
    }
    let kept = kept.to_str().expect("a path").to_owned();
    assert!(stdout(detente(&place).args(["verify", &kept]), 0).contains("same to the byte"));
    fs::write(Path::new(&kept).join("summary.json"), "{}").expect("written");
    assert!(stdout(detente(&place).args(["verify", &kept]), 1).contains("differs"));
}

/// The shape of the JSON answer, and that neither threads nor a second run change a byte of it.
#[test]
fn the_json_answer_keeps_its_shape() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "300", "--format", "json", "--out", "-"];
    let answer = json(detente(&place).args(run));
    for key in ["scenario", "digest", "seed", "histories", "interventions", "outcomes", "events"] {
        assert!(answer.get(key).is_some(), "{key} is missing");
    }
    let outcome = &answer["outcomes"][0];
    for key in ["id", "title", "kind", "value", "error", "interval"] {
        assert!(outcome.get(key).is_some(), "{key} is missing in {outcome}");
    }
    assert!(!place.path().join("detente-out").exists());
    let alone = stdout(detente(&place).args(run).args(["--jobs", "1"]), 0);
    let three = stdout(detente(&place).args(run).args(["--jobs", "3"]), 0);
    assert_eq!(alone, three);
}

#[test]
fn formats_for_pipes() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "50", "--out", "-", "--format"];
    assert!(
        stdout(detente(&place).args(run).arg("csv"), 0).starts_with("id,title,kind,unit,value")
    );
    let output = detente(&place).args(run).arg("parquet").assert().code(0).get_output().clone();
    assert_eq!(&output.stdout[..4], b"PAR1");
}

#[test]
fn a_comparison_shows_the_change() {
    let place = folder();
    let run = ["compare", "two-powers", "--histories", "200", "--out", "-"];
    let told = stdout(detente(&place).args(run).args(["--do", "old_leader_dies never"]), 0);
    insta::assert_snapshot!("compare", told);
    let told = stderr(detente(&place).args(run), 2);
    assert!(told.contains("Nothing is changed"), "{told}");
    // What did not happen may be forbidden: nothing changes, to the byte.
    let nothing = "crisis never from 1954-12-27";
    let told = stdout(
        detente(&place)
            .args(["compare", "two-powers", "--histories", "3"])
            .args(["--out", "-", "--do", nothing]),
        0,
    );
    assert!(told.contains("equal to the byte"), "{told}");
}

#[test]
fn interventions_that_cannot_be_are_refused_with_advice() {
    let place = folder();
    let run = ["compare", "two-powers", "--histories", "10", "--out", "-", "--do"];
    insta::assert_snapshot!("typo", stderr(detente(&place).args(run).arg("crisys never"), 2));
    stderr(detente(&place).args(run).arg("crisis on 1999-01-01"), 2);
    stderr(detente(&place).args(run).arg(""), 2);
    stderr(detente(&place).args(run).args(["crisis never", "--do", "crisis on 1954-03-01"]), 2);
    let told = stderr(
        detente(&place).args(["compare", "two-powers", "--out", "-", "--what-if", "nothing"]),
        2,
    );
    assert!(told.contains("No what-if is called \"nothing\""), "{told}");
    // Standard input gives interventions, one a line.
    stdout(detente(&place).args(run).arg("-").write_stdin("# a comment\n\ncrisis never\n"), 0);
}

#[test]
fn a_run_is_a_chronicle() {
    let place = folder();
    let run = ["run", "two-powers", "--seed", "7"];
    insta::assert_snapshot!("chronicle", stdout(detente(&place).args(run), 0));
    let told = json(detente(&place).args(run).args(["--format", "json"]));
    assert!(told["entries"].as_array().is_some_and(|entries| !entries.is_empty()));
    stdout(detente(&place).args(run).args(["--out", "told.txt"]), 0);
    let told = stderr(detente(&place).args(run).args(["--out", "told.txt"]), 2);
    assert!(told.contains("already there"), "{told}");
    stdout(detente(&place).args(run).args(["--out", "told.txt", "--force"]), 0);
}

#[test]
fn what_lies_there_is_kept_and_what_cannot_be_written_is_said() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "20", "--out", "kept"];
    stdout(detente(&place).args(run), 0);
    let told = stderr(detente(&place).args(run), 2);
    assert!(told.contains("--force"), "{told}");
    stdout(detente(&place).args(run).arg("--force"), 0);
    fs::write(place.path().join("file"), "x").expect("written");
    let told = stderr(
        detente(&place).args(["ensemble", "two-powers", "--histories", "20", "--out", "file/run"]),
        2,
    );
    assert!(told.contains("file"), "{told}");
    let dry = ["ensemble", "two-powers", "--histories", "20", "--out", "dry", "--dry-run"];
    assert!(stdout(detente(&place).args(dry), 0).contains("Nothing was written"));
    assert!(!place.path().join("dry").exists());
}

#[test]
fn versions_are_compared() {
    let place = folder();
    let told =
        stdout(detente(&place).args(["diff", "two-powers", "two-powers", "--histories", "10"]), 0);
    assert!(told.contains("say the same"), "{told}");
}

/// Ctrl-C ends a long run with what is finished, kept under the final name, and exit code 3.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished() {
    let place = folder();
    let child = Process::new(assert_cmd::cargo::cargo_bin("detente"))
        .current_dir(place.path())
        .args(["ensemble", "two-powers", "--histories", "4000000", "--jobs", "1", "--out", "kept"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    // The draft folder appears once the run has begun and Ctrl-C is listened for.
    let begun = || fs::read_dir(place.path()).is_ok_and(|entries| entries.flatten().count() > 0);
    while !begun() {
        std::thread::yield_now();
    }
    let asked = Process::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(asked.is_ok_and(|status| status.success()));
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("are finished, and kept"), "{told}");
    assert!(place.path().join("kept/manifest.json").is_file());
}
