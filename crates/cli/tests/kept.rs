//! What a run leaves when all goes well and when it does not: an interrupt, a full disk, a folder that
//! cannot be written. What lies under a final name is whole and says what it is.

mod typing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use typing::{detente, folder, stderr, stdout};

/// A run that nobody waits for.
const LONG: [&str; 6] = ["ensemble", "two-powers", "--histories", "40000000", "--jobs", "1"];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn manifest(folder: &Path) -> serde_json::Value {
    let text = fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

/// The binary, with interrupts heard even where they are ignored by whoever runs the tests.
fn hearing() -> Process {
    let binary = assert_cmd::cargo::cargo_bin("detente");
    if cfg!(target_os = "linux") {
        let mut process = Process::new("env");
        process.arg("--default-signal=INT").arg(binary);
        process
    } else {
        Process::new(binary)
    }
}

/// Starts a run, sends it an interrupt some time after it has begun to write in `folder`, and waits
/// for its end; again with more time, if nothing was finished by then.
fn interrupted(place: &TempDir, folder: &Path, arguments: &[&str]) -> Output {
    let mut output = None;
    for tenths in [3, 10, 30, 100] {
        let child = hearing()
            .current_dir(place.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        // The draft appears once the run has begun and Ctrl-C is listened for.
        while !names(folder).iter().any(|name| name.ends_with(".part")) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(100 * tenths));
        let interrupt = format!("kill -INT {}", child.id());
        let sent = Process::new("sh").args(["-c", &interrupt]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let ended = child.wait_with_output().expect("an end");
        let nothing = String::from_utf8_lossy(&ended.stderr).contains("before any history");
        let left = names(folder);
        assert!(!nothing || left.is_empty() || left == ["kept"], "{left:?}");
        output = Some(ended);
        if !nothing {
            break;
        }
    }
    output.expect("a run")
}

/// Ctrl-C ends a long run with what is finished: kept under the name that was given, whole as the
/// answer for so many histories, with exit code 3.
#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_is_finished() {
    let place = folder();
    let output = interrupted(&place, place.path(), &[&LONG[..], &["--out", "kept"]].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("of 40,000,000 histories are finished"), "{told}");
    assert_eq!(names(place.path()), ["kept"]);
    let manifest = manifest(&place.path().join("kept"));
    let finished = manifest["histories"].as_u64().expect("a number");
    assert!(0 < finished && finished < 40_000_000, "{finished}");
    assert_eq!(manifest["rows"]["histories.parquet"], finished);
    let command = manifest["command"].as_str().expect("a command");
    assert!(command.ends_with(&format!("--histories {finished}")), "{command}");
    // It can be repeated to the byte, like a run of so many histories that nobody stopped.
    assert!(stdout(detente(&place).args(["verify", "kept"]), 0).contains("same to the byte"));
}

/// A stopped run is never taken for a whole one: without `--out` it lies beside the place of the
/// whole, which stays free.
#[cfg(unix)]
#[test]
fn a_stopped_run_is_not_taken_for_a_whole_one() {
    let place = folder();
    let dry = stdout(detente(&place).args(LONG).arg("--dry-run"), 0);
    let whole = dry.strip_prefix("To be written to ").and_then(|rest| rest.split(',').next());
    let whole = place.path().join(whole.expect("a folder"));
    let out = place.path().join("detente-out");
    let output = interrupted(&place, &out, &LONG);
    assert_eq!(output.status.code(), Some(3));
    assert!(!whole.exists());
    for name in names(&out) {
        assert!(!name.ends_with(".part"), "{name}");
        assert!(manifest(&out.join(name))["histories"].as_u64() < Some(40_000_000));
    }
}

/// What is whole or nothing ends with the same code, and says so; a stopped two-by-two is kept.
#[cfg(unix)]
#[test]
fn questions_without_tables_hear_an_interrupt_too() {
    let place = folder();
    let many = ["--histories", "40000000", "--jobs", "1"];
    let crossed =
        ["compare", "two-powers", "--do", "crisis never", "--assume", "resolve = 2", "--cross"];
    let after = |arguments: &[&str], tenths: u64| {
        let mut running = hearing();
        running.current_dir(place.path()).args(arguments).args(many);
        let child = running.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
        std::thread::sleep(Duration::from_millis(100 * tenths));
        let interrupt = format!("kill -INT {}", child.id());
        let sent = Process::new("sh").args(["-c", &interrupt]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        child.wait_with_output().expect("an end")
    };
    // On a slow machine the first may come before it is listened for.
    let heard = |arguments: &[&str]| {
        let mut ends = [10, 30, 100].into_iter().map(|tenths| after(arguments, tenths));
        let was_heard = |output: &Output| {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            output.status.code().is_some() && !told.contains("before any history")
        };
        ends.find(was_heard).expect("an interrupt that is heard")
    };
    // What has causes to be weighed over many histories; what never came in them.
    for (verb, what) in [("why", "stand_or_yield = stand"), ("why-not", "crisis")] {
        let output = heard(&[verb, what, "two-powers"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{told}");
        assert!(told.contains("Stopped before the answer was whole"), "{told}");
        assert!(output.stdout.is_empty());
    }
    let output = heard(&[&crossed[..], &["--out", "kept"]].concat());
    assert_eq!(output.status.code(), Some(3));
    let finished = manifest(&place.path().join("kept"))["histories"].as_u64().expect("a number");
    assert!(0 < finished && finished < 40_000_000, "{finished}");
}

/// Nor does it take the place of a whole one, whatever it was told to write over.
#[cfg(unix)]
#[test]
fn a_stopped_run_leaves_what_was_there() {
    let place = folder();
    stdout(
        detente(&place).args(["ensemble", "two-powers", "--histories", "20", "--out", "kept"]),
        0,
    );
    let first = manifest(&place.path().join("kept"));
    let arguments = [&LONG[..], &["--out", "kept", "--force"]].concat();
    let output = interrupted(&place, place.path(), &arguments);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(manifest(&place.path().join("kept")), first);
    let beside: Vec<String> =
        names(place.path()).into_iter().filter(|name| name != "kept").collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
    assert!(manifest(&place.path().join(&beside[0]))["histories"].as_u64() > Some(20));
}

/// A whole run is kept as it is, told from one of another question, and from one that has lost a file.
#[test]
fn only_the_same_question_is_kept_as_it_is() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "20"];
    let told = stderr(detente(&place).args(run), 0);
    assert!(told.contains("Report and tables"), "{told}");
    let told = stderr(detente(&place).args(run), 0);
    assert!(told.contains("kept as it is"), "{told}");
    for other in [["--seed", "2"], ["--school", "brinkmen"], ["--assume", "resolve = 2"]] {
        let told = stderr(detente(&place).args(run).args(other), 0);
        assert!(told.contains("Report and tables"), "{told}");
    }
    let out = place.path().join("detente-out");
    assert_eq!(names(&out).len(), 4);
    let first: PathBuf = names(&out)
        .iter()
        .map(|name| out.join(name))
        .find(|folder| {
            let own = manifest(folder);
            own["seed"] == 1
                && own["loaded_with"] == serde_json::json!([])
                && own["assumptions"] == serde_json::json!([])
        })
        .expect("the first");
    fs::remove_file(first.join("events.parquet")).expect("removed");
    let told = stderr(detente(&place).args(run), 2);
    assert!(told.contains("--force"), "{told}");
    let told = stderr(detente(&place).args(run).arg("--force"), 0);
    assert!(told.contains("Report and tables"), "{told}");
    assert!(first.join("events.parquet").is_file());
}

#[test]
fn what_lies_there_is_never_written_over_unasked() {
    let place = folder();
    let run = ["ensemble", "two-powers", "--histories", "20", "--out", "kept"];
    stdout(detente(&place).args(run), 0);
    let told = stderr(detente(&place).args(run), 2);
    assert!(told.contains("--force"), "{told}");
    stdout(detente(&place).args(run).arg("--force"), 0);
    let dry = ["ensemble", "two-powers", "--histories", "20", "--out", "dry", "--dry-run"];
    assert!(stdout(detente(&place).args(dry), 0).contains("Nothing was written"));
    assert_eq!(names(place.path()), ["kept"]);
}

/// Places that nobody can write to, not even root: below a file, and in a file system of the kernel.
#[test]
fn a_folder_that_cannot_be_written_is_said_at_once() {
    let place = folder();
    fs::write(place.path().join("file"), "x").expect("written");
    let run = ["ensemble", "two-powers", "--histories", "20", "--out"];
    let told = stderr(detente(&place).args(run).arg("file/run"), 3);
    assert_eq!(told, "file/run cannot be written: file is no folder.\n");
    if cfg!(target_os = "linux") {
        let told = stderr(detente(&place).args(run).arg("/proc/detente"), 3);
        assert!(told.contains("/proc/detente cannot be written"), "{told}");
        let chronicle = ["run", "two-powers", "--out", "/proc/detente"];
        let told = stderr(detente(&place).args(chronicle), 3);
        assert!(told.contains("/proc/detente cannot be written"), "{told}");
    }
    assert_eq!(names(place.path()), ["file"]);
}

/// Runs the binary from a shell that has prepared what is to go wrong.
#[cfg(target_os = "linux")]
fn after(preparing: &str, place: &TempDir, arguments: &[&str]) -> Output {
    let script = format!("{preparing} exec \"$0\" \"$@\"");
    Process::new("sh")
        .current_dir(place.path())
        .args(["-c", &script])
        .arg(assert_cmd::cargo::cargo_bin("detente"))
        .args(arguments)
        .output()
        .expect("a shell")
}

const SHORT: [&str; 6] = ["ensemble", "two-powers", "--histories", "500", "--out", "kept"];

/// No file may grow beyond 16 kB: the tables stop half-way, and nothing is left of them.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_half_way_leaves_nothing() {
    let place = folder();
    let output = after("trap '' XFSZ; ulimit -f 32;", &place, &SHORT);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("kept/") && told.contains("cannot be written"), "{told}");
    assert!(names(place.path()).is_empty(), "{:?}", names(place.path()));
}

/// A disk of 64 kB, where the machine lets a test have one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let place = folder();
    let output = after("exec > /dev/full;", &place, &["describe", "two-powers"]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told, "The disk is full: Standard output was not written.\n");
    let mounted = "mount -t tmpfs -o size=64k tmpfs . && cd \"$PWD\" && ";
    let can = Process::new("unshare")
        .current_dir(place.path())
        .args(["-rm", "sh", "-c", &format!("{mounted} true")])
        .output()
        .is_ok_and(|output| output.status.success());
    if !can {
        return;
    }
    let output = Process::new("unshare")
        .current_dir(place.path())
        .args([
            "-rm",
            "sh",
            "-c",
            &format!("{mounted} {{ \"$0\" \"$@\"; code=$?; ls -A; exit $code; }}"),
        ])
        .arg(assert_cmd::cargo::cargo_bin("detente"))
        .args(SHORT)
        .output()
        .expect("a shell");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.starts_with("The disk is full"), "{told}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}
