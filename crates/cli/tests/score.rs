//! `detente score`, as a user meets it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn detente(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("detente").expect("the binary");
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

fn said(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).expect("text")
}

/// A copy of a shipped scenario that has a folder of its own.
fn copied(name: &str, into: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    copy(&from, into);
}

fn copy(from: &Path, into: &Path) {
    fs::create_dir_all(into).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = into.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a file");
        }
    }
}

/// `two-powers` with its one tied entry held out.
fn sealed(into: &Path) {
    copied("two-powers", into);
    // Claims would have to be dealt, too.
    fs::remove_dir_all(into.join("claims")).expect("claims");
    let split = "[register]\n\n[claims]\ntune = []\ncheck = []\nsealed = []\n\n[record]\n\
                 fit = [\"the_funeral\"]\nheld_out = [\"eastern_hand\"]\n";
    fs::write(into.join("split.toml"), split).expect("a file");
}

#[test]
fn a_score_is_told_and_kept() {
    let place = tempfile::tempdir().expect("a folder");
    let asked = ["score", "two-powers", "--histories", "400"];
    let ran = detente(place.path()).args(asked).assert().success();
    let text = said(&ran.get_output().stdout);
    for word in
        ["The fitting part of the record", "When: CRPS, weeks", "reliability", "Least expected"]
    {
        assert!(text.contains(word), "{word} in {text}");
    }
    let kept = fs::read_dir(place.path().join("detente-out")).expect("a folder").flatten().next();
    let kept = kept.expect("a run").path();
    let first = fs::read(kept.join("score.json")).expect("an answer");
    let page = fs::read_to_string(kept.join("report.html")).expect("a page");
    assert!(page.contains("detente score two-powers --histories 400 --seed 1"));
    assert!(!page.contains("http://") && !page.contains("src=\"http"));
    detente(place.path()).args(asked).args(["--jobs", "1"]).assert().success();
    assert_eq!(fs::read(kept.join("score.json")).expect("an answer"), first);
}

#[test]
fn the_formats_are_read_by_machines() {
    let place = tempfile::tempdir().expect("a folder");
    let asked = ["score", "two-powers", "--histories", "100", "--out", "-", "--format"];
    let json = detente(place.path()).args(asked).arg("json").assert().success();
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).expect("JSON");
    assert_eq!(json["asked"], "from_the_start");
    assert_eq!(json["parts"][0]["part"], "fit");
    assert_eq!(json["sealed"], 0);
    let csv = detente(place.path()).args(asked).arg("csv").assert().success();
    let csv = said(&csv.get_output().stdout);
    assert!(csv.starts_with("part,sort,id,"));
    let entries = json["parts"][0]["entries"].as_array().expect("entries").len();
    assert_eq!(csv.lines().count(), entries + 1);
    assert!(!place.path().join("detente-out").exists());
}

#[test]
fn what_is_held_out_stays_so_until_it_is_opened() {
    let place = tempfile::tempdir().expect("a folder");
    sealed(&place.path().join("mine"));
    let asked = ["score", "mine", "--histories", "200"];
    let closed = detente(place.path()).args(asked).assert().success();
    let text = said(&closed.get_output().stdout);
    assert!(text.contains("1 entry is held out"), "{text}");
    assert!(text.contains("was never opened"), "{text}");
    for word in ["eastern_hand", "hold out a hand", "overture[east]", "20 July 1953"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    let log = place.path().join("mine/openings.log");
    assert!(!log.exists());
    let opened = detente(place.path()).args(asked).arg("--open").assert().success();
    assert!(said(&opened.get_output().stdout).contains("What was held out"));
    let lines = fs::read_to_string(&log).expect("a log");
    assert_eq!(lines.lines().count(), 2);
    let again = detente(place.path()).args(asked).assert().success();
    assert!(said(&again.get_output().stdout).contains("opened once before"));
}

#[test]
fn a_shipped_scenario_cannot_be_opened_where_nothing_can_be_written_down() {
    let place = tempfile::tempdir().expect("a folder");
    let asked = ["score", "little-detente", "--open", "--histories", "10"];
    let refused = detente(place.path()).args(asked).assert().code(2);
    let why = said(&refused.get_output().stderr);
    assert!(why.contains("Take a copy of its folder"), "{why}");
    assert!(refused.get_output().stdout.is_empty());
    let asked = ["score", "two-powers", "--open", "--histories", "10"];
    let refused = detente(place.path()).args(asked).assert().code(2);
    let why = said(&refused.get_output().stderr);
    assert!(why.contains("held out"), "{why}");
}

#[test]
fn two_versions_are_held_against_each_other() {
    let place = tempfile::tempdir().expect("a folder");
    copied("two-powers", &place.path().join("mine"));
    let file = place.path().join("mine/model/crisis.toml");
    let text = fs::read_to_string(&file).expect("a file");
    fs::write(&file, text.replace("value = 0.004", "value = 0.04")).expect("a file");
    let asked = ["score", "mine", "--against", "two-powers", "--histories", "400", "--out", "-"];
    let ran = detente(place.path()).args(asked).assert().success();
    let text = said(&ran.get_output().stdout);
    assert!(text.contains("The other version is two-powers"), "{text}");
    // Ten times the crises, where the record has none: the other version is better.
    let json = detente(place.path()).args(asked).args(["--format", "json"]).assert().success();
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).expect("JSON");
    let entries = json["against"]["entries"].as_array().expect("entries");
    let crisis = entries.iter().find(|entry| entry["id"] == "crisis").expect("the crisis");
    let score = |version: &str| crisis[version]["crps"].as_f64().expect("a score");
    assert!(score("this") > score("other") + 1.0);
    let others = entries.iter().filter(|entry| entry["id"] != "crisis");
    for entry in others.filter(|entry| entry["sort"] == "when") {
        assert_eq!(entry["this"], entry["other"], "the same dice");
    }
}

#[test]
fn scores_are_of_histories_from_the_start() {
    let place = tempfile::tempdir().expect("a folder");
    for (words, instead) in [
        (["--hindsight"].as_slice(), "compare --hindsight"),
        (&["--after", "1953-08-03"], "ensemble --after"),
    ] {
        let asked = [&["score", "two-powers"], words].concat();
        let ran = detente(place.path()).args(asked).assert().code(2);
        let told = said(&ran.get_output().stderr);
        assert!(told.contains("from the start") && told.contains(instead), "{told}");
    }
}
