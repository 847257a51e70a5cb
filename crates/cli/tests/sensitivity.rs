//! `detente sensitivity` and `detente compare --cross`, as they are typed.

mod typing;

use std::fs;

use typing::{detente, folder, json, stderr, stdout};

fn world() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../goldens/worlds/doubt").to_owned()
}

#[test]
fn everything_that_matters_is_told_and_kept() {
    let place = folder();
    let words = ["sensitivity", "they_meet", &world(), "--histories", "20000", "--out", "kept"];
    let text = stdout(detente(&place).args(words), 0);
    for said in ["ready", "willing", "Alone", "chance for the rest", "of 100 histories"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let kept = place.path().join("kept");
    let manifest = serde_json::from_slice::<serde_json::Value>(
        &fs::read(kept.join("manifest.json")).expect("a manifest"),
    )
    .expect("JSON");
    assert_eq!(manifest["question"], "sensitivity");
    assert_eq!(
        manifest["command"],
        "detente sensitivity they_meet doubt --seed 1 --histories 20000"
    );
    let report = fs::read_to_string(kept.join("report.html")).expect("a report");
    assert!(report.contains("willing") && !report.contains("http://"));
    let shares = fs::read_to_string(kept.join("shares.csv")).expect("a table");
    assert!(shares.lines().count() == 1 + 2 * 3, "{shares}");
    assert!(!place.path().join("kept.parts.jsonl").exists());
    // Nothing is overwritten unasked.
    stderr(detente(&place).args(words), 2);
}

#[test]
fn the_answer_as_json_is_that_of_any_threads() {
    let place = folder();
    let ask = |jobs: &str| {
        let words = [
            "sensitivity",
            "the_line",
            &world(),
            "--histories",
            "4000",
            "--method",
            "morris",
            "--format",
            "json",
            "--out",
            "-",
            "--jobs",
            jobs,
        ];
        json(detente(&place).args(words))
    };
    let answer = ask("1");
    assert_eq!(answer, ask("3"));
    assert_eq!(answer["outcome"]["id"], "the_line");
    assert_eq!(answer["doubted"], 3);
    let first = &answer["screening"]["factors"][0];
    assert_eq!(first["id"], "ready");
    assert!((first["mu"].as_f64().expect("a number") - 2.7).abs() < 1e-9);
    assert!(answer["shares"].is_null() && answer["discovery"].is_null());
}

#[test]
fn what_cannot_be_asked_gets_advice() {
    let place = folder();
    let said = stderr(detente(&place).args(["sensitivity", "they_met", &world()]), 2);
    assert!(said.contains("they_meet"), "{said}");
    let nothing = ["sensitivity", "they_meet", &world(), "--of", "effect", "--out", "-"];
    let said = stderr(detente(&place).args(nothing), 2);
    assert!(said.contains("Nothing is changed"), "{said}");
}

#[test]
fn an_assumption_is_crossed_with_a_change() {
    let place = folder();
    let cross = |format: &str| {
        let words = [
            "compare",
            &world(),
            "--do",
            "ready = 1",
            "--assume",
            "willing = 1",
            "--cross",
            "--histories",
            "2000",
            "--format",
            format,
            "--out",
            "crossed",
            "--force",
        ];
        stdout(detente(&place).args(words), 0)
    };
    let answer: serde_json::Value = serde_json::from_str(&cross("json")).expect("JSON");
    assert_eq!(answer["crossed"]["assumptions"][0], "willing = 1");
    let line = &answer["cross"][0];
    assert_eq!((&line["id"], &line["effect_with"]["value"]), (&"the_line".into(), &1.5.into()));
    let meeting = answer["cross"][1]["interaction"]["value"].as_f64().expect("a number");
    assert!((meeting - 0.125).abs() < 0.05, "{meeting}");
    let text = cross("table");
    assert!(text.contains("Crossed with: willing = 1") && text.contains("Interaction"), "{text}");
    let table = cross("csv");
    assert!(table.starts_with("outcome,kind,unit,neither,"), "{table}");
    let report = fs::read_to_string(place.path().join("crossed/report.html")).expect("one");
    assert!(report.contains("interaction"));
}

#[test]
fn a_school_is_crossed_with_a_change() {
    let place = folder();
    let words = [
        "compare",
        "two-powers",
        "--what-if",
        "old_leader_lives",
        "--school",
        "brinkmen",
        "--cross",
        "--histories",
        "500",
        "--format",
        "json",
        "--out",
        "-",
    ];
    let answer = json(detente(&place).args(words));
    assert_eq!(answer["crossed"]["schools"][0], "brinkmen");
    assert!(answer["not_shared"].as_array().is_some_and(Vec::is_empty));
    let nothing = ["compare", "two-powers", "--what-if", "old_leader_lives", "--cross"];
    let said = stderr(detente(&place).args(nothing), 2);
    assert!(said.contains("Nothing is assumed"), "{said}");
}
