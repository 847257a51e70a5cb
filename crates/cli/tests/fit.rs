//! Fitting from the terminal: a posterior is made, carried by the scenario, drawn from, and told to be
//! stale once the scenario changes.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a copy");
        }
    }
}

fn detente(place: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("detente").expect("the binary");
    command.current_dir(place).args(arguments);
    command
}

fn json(command: &mut Command) -> serde_json::Value {
    let told = command.assert().success().get_output().stdout.clone();
    serde_json::from_slice(&told).expect("JSON")
}

const SMALL: [&str; 8] = ["--draws", "40", "--each", "8", "--moves", "3", "--runs", "2"];

#[test]
fn a_posterior_is_made_carried_and_drawn_from() {
    let place = tempfile::tempdir().expect("a folder");
    let place = place.path();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/two-powers");
    copy(&shipped, &place.join("mine"));
    let none = detente(place, &["ensemble", "mine", "--posterior", "--out", "-"]).assert().code(2);
    let said = String::from_utf8_lossy(&none.get_output().stderr).into_owned();
    assert!(said.contains("make one with `detente fit`"), "{said}");

    let fit = [&["fit", "mine", "--out", "fitted", "--format", "json"], &SMALL[..]].concat();
    let fitted = json(&mut detente(place, &fit));
    assert_eq!(fitted["entries"], 1);
    assert_eq!(fitted["learnt"].as_array().expect("a list").len(), 1);
    let page = fs::read_to_string(place.join("fitted/report.html")).expect("a page");
    assert!(page.contains("To repeat it") && page.contains("detente fit mine"));
    assert!(!page.contains("http://") && !page.contains("https://"), "it needs no network");
    detente(place, &fit).assert().code(2);

    for file in ["posterior.csv", "posterior.toml"] {
        fs::copy(place.join("fitted").join(file), place.join("mine").join(file)).expect("a copy");
    }
    let ask =
        ["ensemble", "mine", "--posterior", "--histories", "100", "--out", "-", "--format", "json"];
    let told = json(&mut detente(place, &ask));
    assert_eq!(told["parameters"], "posterior");
    assert_eq!(
        (&told["posterior"]["rows"], &told["posterior"]["stale"]),
        (&80.into(), &false.into())
    );
    assert_eq!(told["digest"], fitted["digest"], "the posterior is no part of the digest");

    let file = place.join("mine/model/arms.toml");
    let text = fs::read_to_string(&file).expect("a file");
    let other = text.replacen("value = 0.02", "value = 0.021", 1);
    assert_ne!(text, other);
    for (text, stale) in [(format!("{text}\n# a remark\n"), false), (other, true)] {
        fs::write(&file, text).expect("written");
        let told = json(&mut detente(place, &ask));
        assert_eq!(told["posterior"]["stale"], stale);
    }
    let check = detente(place, &["check", "mine", "--still"]).assert().success();
    let said = String::from_utf8_lossy(&check.get_output().stdout).into_owned();
    assert!(said.contains("S108"), "{said}");
}

#[test]
fn calibration_tells_of_every_assumption_the_record_speaks_to() {
    let place = tempfile::tempdir().expect("a folder");
    let ask = [&["fit", "two-powers", "--calibrate", "6", "--format", "json"], &SMALL[..]].concat();
    let told = json(&mut detente(place.path(), &ask));
    assert_eq!((&told["worlds"], &told["ranked"]), (&6.into(), &31.into()));
    assert_eq!(told["ranks"][0]["ranks"].as_array().expect("a list").len(), 6);
}
