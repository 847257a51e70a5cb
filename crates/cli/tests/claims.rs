//! `detente claims` as it is typed, on the small scenario and on a copy of it with a split.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn detente(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("RUST_BACKTRACE");
    command
}

fn out(command: &mut Command, code: i32) -> (String, String) {
    let output = command.assert().code(code).get_output().clone();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// Where the small scenario lies.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/two-powers")
}

/// Copies the small scenario into a folder.
fn copy(to: &Path) {
    let from = shipped();
    let mut folders = vec![from.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let to = to.join(path.strip_prefix(&from).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&path, &to).unwrap();
        }
    }
}

/// A copy of the small scenario, with a split that seals one claim.
fn sealed(place: &Path) {
    let from = shipped();
    copy(&place.join("two-sealed"));
    let record = fs::read_to_string(from.join("record.toml")).unwrap();
    let entries: Vec<String> =
        record.lines().filter_map(|line| line.strip_prefix("id = ")).map(str::to_owned).collect();
    let split = format!(
        "[claims]\ncheck = [\"the_death_opened_the_door\"]\nsealed = [\"the_door_was_open_anyway\"]\n\
         [record]\nfit = [{}]\n",
        entries.join(", ")
    );
    fs::write(place.join("two-sealed/split.toml"), split).unwrap();
}

#[test]
fn the_small_scenario_is_told_in_a_table() {
    let place = tempfile::tempdir().unwrap();
    let (table, said) = out(detente(place.path()).args(["claims", "two-powers"]), 0);
    insta::assert_snapshot!(table);
    let report = said.lines().find_map(|line| line.strip_prefix("Report and tables: ")).unwrap();
    let report = fs::read_to_string(place.path().join(report)).unwrap();
    assert!(report.contains("the model falls with 1, against 1"), "{said}");
    assert!(!report.contains("http://") && !report.contains("https://"));
}

#[test]
fn one_claim_is_told_at_length_and_as_json() {
    let place = tempfile::tempdir().unwrap();
    let named = ["claims", "two-powers", "the_death_opened_the_door", "--out", "-"];
    let (told, _) = out(detente(place.path()).args(named), 0);
    insta::assert_snapshot!(told);
    let (json, _) = out(detente(place.path()).args(named).args(["--format", "json"]), 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    let claim = &json["claims"][0];
    assert_eq!((&claim["verdict"], &claim["in_band"]), (&"supported".into(), &true.into()));
    assert_eq!((&claim["part"], &claim["firmness"]), (&Value::Null, &Value::Null));
    assert_eq!(json["asked"], "from_the_start");
    let (csv, _) = out(detente(place.path()).args(named).args(["--format", "csv"]), 0);
    assert_eq!(csv.lines().count(), 2);
    assert!(fs::read_dir(place.path()).unwrap().next().is_none(), "nothing was to be written");
}

/// What each arm changes stands on a line of its own, once.
#[test]
fn arms_are_told_apart() {
    let place = tempfile::tempdir().unwrap();
    let claim = r#"[claim.two_ways]
says = "Either way."
by = ["invented"]
subsystem = "crisis"
standing = "contested"
arms = { "no death" = ["old_leader_dies never"], "no hands" = ["overture[*] never", "crisis never"] }
expects = [
  { outcome = "crisis_by_1954", arm = "no death", change = [-1, 1], as = "points" },
  { outcome = "war_by_1954", arm = "no death", change = [-1, 1], as = "points" },
  { outcome = "crisis_by_1954", arm = "no hands", change = [-1, 1], as = "points" },
]
"#;
    copy(place.path());
    fs::write(place.path().join("claims/arms.toml"), claim).unwrap();
    let asked = ["claims", ".", "two_ways", "--histories", "50", "--out", "-"];
    let (told, said) = out(detente(place.path()).args(asked), 0);
    let changed = "\nChanged (no death): old_leader_dies never\n\
                   Changed (no hands): overture[*] never; crisis never\n";
    assert!(told.contains(changed), "{told}{said}");
}

#[test]
fn claims_can_be_asked_given_the_record() {
    let place = tempfile::tempdir().unwrap();
    let verb = ["claims", "two-powers", "--histories", "150", "--out", "-"];
    let hindsight = || {
        let mut command = detente(place.path());
        command.args(verb).arg("--hindsight");
        command
    };
    let (table, _) = out(&mut hindsight(), 0);
    insta::assert_snapshot!(table);
    let (json, _) = out(hindsight().args(["--format", "json"]), 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["asked"], &json["histories"]), (&"hindsight".into(), &150.into()));
    assert!(json["conditioning"]["families"].as_u64().unwrap() > 100, "{json}");
    // The record says when the hand was held out; that the old leader died is left to chance.
    let after = ["--after", "1954-06-07", "--format", "json"];
    let (json, _) = out(detente(place.path()).args(verb).args(after), 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["given_record_to"], "1954-06-06");
    assert_eq!(json["claims"].as_array().unwrap().len(), 2);
    let told = |words: &[&str]| out(detente(place.path()).args(verb).args(words), 2).1;
    assert!(told(&["--after", "1952-06-07"]).contains("before the start"));
    assert!(told(&["--hindsight", "--under", "prior"]).contains("--under author"));
}

#[test]
fn what_is_sealed_stays_so_until_it_is_opened() {
    let place = tempfile::tempdir().unwrap();
    sealed(place.path());
    let verb = ["claims", "two-sealed"];
    let (json, _) = out(detente(place.path()).args(verb).args(["--format", "json"]), 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["sealed_left_out"], 1);
    assert_eq!(json["claims"].as_array().unwrap().len(), 1);
    let name = "the_door_was_open_anyway";
    let (_, said) = out(detente(place.path()).args(verb).arg(name), 2);
    assert!(said.contains("is sealed"), "{said}");
    let log = place.path().join("two-sealed/openings.log");
    assert!(!log.exists());
    // The model falls against it, but it is no consensus: the build goes on.
    let (_, said) = out(detente(place.path()).args(verb).args([name, "--open"]), 0);
    assert!(said.contains("Report and tables"), "{said}");
    let text = fs::read_to_string(&log).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains("\"result\":\"against"), "{text}");
    fs::write(&log, text.replace("against", "supported")).unwrap();
    let (_, said) = out(detente(place.path()).args(verb), 0);
    assert!(!said.contains("chain"), "the last line can be changed unseen until another follows");
    fs::write(&log, text.replacen("opened", "found", 1)).unwrap();
    let (_, said) = out(detente(place.path()).args(verb), 2);
    assert!(said.contains("the chain is broken at line 2"), "{said}");
}

/// From a fit to firmness under its posterior; and once a number is another, the posterior is said to
/// be that of another version.
#[test]
fn claims_are_run_under_the_posterior_that_a_fit_made() {
    let place = tempfile::tempdir().unwrap();
    let mine = place.path().join("mine");
    copy(&mine);
    let fit = ["fit", "mine", "--out", "fitted", "--draws", "40", "--each", "8", "--moves", "3"];
    out(detente(place.path()).args(fit).args(["--runs", "2"]), 0);
    for file in ["posterior.csv", "posterior.toml"] {
        fs::copy(place.path().join("fitted").join(file), mine.join(file)).unwrap();
    }
    let asked = || {
        let verb = ["claims", "mine", "--under", "posterior", "--out", "-", "--format", "json"];
        let (json, _) = out(detente(place.path()).args(verb), 0);
        serde_json::from_str::<Value>(&json).unwrap()
    };
    let told = asked();
    let sets: Vec<(&Value, &Value, &Value)> = told["sets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|set| (&set["base"], &set["draws"], &set["school"]))
        .collect();
    let (base, draws) = (Value::from("posterior"), Value::from(40));
    assert_eq!(sets, [(&base, &draws, &Value::Null), (&base, &draws, &Value::from("brinkmen"))]);
    for claim in told["claims"].as_array().unwrap() {
        assert!(claim["firmness"].is_string(), "{claim}");
        assert_eq!(claim["firmness"], claim["under"]["posterior"]);
        assert!(claim["sets"][0]["verdict"].is_null() && claim["under"]["prior"].is_null());
        assert_eq!(claim["sets"][0]["effect"].as_object().unwrap().len(), 5);
    }
    assert_eq!(told["notes"], Value::Array(Vec::new()));
    let file = mine.join("model/arms.toml");
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replace(
        "value = 0.5\nunit = \"division / week\"",
        "value = 0.6\nunit = \"division / week\"",
    );
    assert_ne!(text, changed);
    fs::write(&file, changed).unwrap();
    let notes = asked()["notes"].to_string();
    assert!(notes.contains("has changed since its posterior was fitted"), "{notes}");
}

/// A consensus that the model falls against ends a build with 1; the same claim, tuned to, does not.
#[test]
fn a_failing_consensus_is_the_exit_code() {
    let place = tempfile::tempdir().unwrap();
    sealed(place.path());
    let claims = place.path().join("two-sealed/claims/leaders.toml");
    let text = fs::read_to_string(&claims).unwrap();
    fs::write(&claims, text.replace("[-0.35, -0.2]", "[0.2, 0.35]")).unwrap();
    let verb = ["claims", "two-sealed", "--out", "-", "--histories", "500"];
    let (_, said) = out(detente(place.path()).args(verb), 1);
    assert!(said.contains("Against what the field agrees on: the_death_opened_the_door"), "{said}");
    let split = place.path().join("two-sealed/split.toml");
    let text = fs::read_to_string(&split).unwrap();
    fs::write(&split, text.replace("check", "tune")).unwrap();
    out(detente(place.path()).args(verb), 0);
}

#[test]
fn wrong_words_are_told_with_what_to_do() {
    let place = tempfile::tempdir().unwrap();
    let told = |words: &[&str]| out(detente(place.path()).arg("claims").args(words), 2).1;
    let said = told(&["two-powers", "the_death_opened_the_dor"]);
    assert!(said.contains("the_death_opened_the_door"), "{said}");
    let said = told(&["two-pawers"]);
    assert!(said.contains("two-powers"), "{said}");
    let said = told(&["two-powers", "--under", "posterior"]);
    assert!(said.contains("--under prior"), "{said}");
    let said = told(&["two-powers", "--format", "parquet"]);
    assert!(said.contains("csv"), "{said}");
}
