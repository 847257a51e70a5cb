//! `why`, `why-not` and `run --nearest`, as typed.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn world(name: &str) -> String {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../goldens/worlds");
    home.join(name).display().to_string()
}

fn detente(typed: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("detente").expect("the binary");
    let output = command.args(typed).output().expect("it ran");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_textbook_answer_is_said_in_words() {
    let (code, told, _) = detente(&["why", "dry_forest_burns", &world("fire"), "--histories", "0"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(told);
}

#[test]
fn why_has_a_graph_a_page_and_json() {
    let place = tempfile::tempdir().expect("a folder");
    let page: PathBuf = place.path().join("why.html");
    let path = page.display().to_string();
    let rocks = world("rocks");
    let asked = ["why", "bottle_shatters", rocks.as_str(), "--histories", "64"];
    let (code, graph, _) = detente(&[&asked[..], &["--graph", "mermaid"]].concat());
    assert_eq!(code, 0);
    assert!(graph.starts_with("flowchart LR\n") && graph.contains("Suzy's rock hits"), "{graph}");
    let (code, out, _) = detente(&[&asked[..], &["--report", &path, "--format", "json"]].concat());
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(answer["asked"], "from_the_start");
    assert_eq!(answer["causes"][0]["without"]["comes"], "another_road");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains("<svg") && page.contains("Suzy throws"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://"), "a page needs no network");
}

/// What `why-not` says would turn it does so, when it is typed.
#[test]
fn the_change_that_turns_it_turns_it() {
    let what = "uprising[hungary]";
    let (code, out, told) = detente(&["why-not", what, "--histories", "0", "--format", "json"]);
    assert_eq!(code, 0, "{told}");
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let turns = answer["turns"].as_array().expect("turns");
    let sizes: Vec<f64> = turns.iter().filter_map(|own| own["size"].as_f64()).collect();
    assert!(sizes.is_sorted(), "{sizes:?}");
    let history = answer["history"].to_string();
    for kind in ["without", "assumption", "start"] {
        let of_kind = |own: &&Value| own["change"] == kind;
        let turn = turns.iter().find(of_kind).unwrap_or_else(|| panic!("no {kind} turns it"));
        let command = turn["command"].as_str().expect("a command");
        let mut typed = vec!["why", what, "--histories", "0", "--format", "json"];
        typed.extend(["--history", &history, "--do", command]);
        let (code, out, told) = detente(&typed);
        assert_eq!(code, 0, "{command}: {told}");
        let why: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(why["what"]["week"], turn["week"], "{command}");
    }
}

#[test]
fn one_is_told_of_the_other() {
    let votes = world("votes");
    let (code, _, told) = detente(&["why", "first_pases", &votes]);
    assert_eq!(code, 2);
    assert!(told.contains("did you mean \"first_passes\"?"), "{told}");
    let (code, _, told) =
        detente(&["why", "on_the_first[ann] = against", &votes, "--history", "3"]);
    assert_eq!(code, 2);
    assert!(told.contains("detente why-not \"on_the_first[ann] = against\" --history 3"), "{told}");
    let (code, _, told) = detente(&["why-not", "first_passes", &votes]);
    assert_eq!(code, 2);
    assert!(told.contains("detente why \"first_passes\""), "{told}");
}

#[test]
fn the_history_nearest_to_the_record() {
    let (code, out, told) = detente(&["run", "two-powers", "--nearest", "--format", "json"]);
    assert_eq!(code, 0, "{told}");
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let distance = |of: &str| answer[of].as_f64().expect("a number");
    assert!(distance("distance") < distance("usual_distance"), "{answer}");
    assert!(!answer["entries"].as_array().expect("entries").is_empty());
    let (code, told, _) = detente(&["run", "two-powers", "--nearest"]);
    assert_eq!(code, 0);
    assert!(told.contains("The nearest to the record of 10,000 histories"), "{told}");
}
