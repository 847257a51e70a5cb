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
    // Where the page is narrow, each cell stands under its head.
    assert!(page.contains("<td data-head=\"As an intervention\">"), "{page}");
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
fn why_not_tells_many_histories_in_order_and_has_a_page() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("why-not.html").display().to_string();
    let typed = [
        "why-not",
        "call_a_summit = call_it",
        "two-powers",
        "--histories",
        "300",
        "--report",
        &path,
    ];
    let (code, told, error) = detente(&typed);
    assert_eq!(code, 0, "{error}");
    assert!(told.contains("in the usual order of time"), "{told}");
    let page = std::fs::read_to_string(&path).expect("a page");
    assert!(page.contains("<svg") && page.contains("id=\"timeline\""), "{page}");
    assert!(
        page.contains("why-not &#39;call_a_summit = call_it&#39; two-powers")
            || page.contains("why-not 'call_a_summit = call_it' two-powers"),
        "{page}"
    );
    assert!(!page.contains("http://") && !page.contains("https://"), "a page needs no network");
    let (code, out, error) = detente(&[&typed[..5], &["--format", "json"]].concat());
    assert_eq!(code, 0, "{error}");
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let hurdles = answer["over_many"]["obstacles"].as_array().expect("obstacles");
    let first: Vec<&str> = hurdles.iter().filter_map(|own| own["from"].as_str()).collect();
    assert!(!first.is_empty() && first.is_sorted(), "{first:?}");
    assert!(answer["open_weeks"].as_array().is_some(), "{answer}");
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
    // Each sentence says of what it speaks.
    let barred = ["why", "crisis", "two-powers", "--do", "crisis never"];
    let told = detente(&barred).2;
    assert!(told.starts_with("\"crisis\" happens in none of the first 10,000 histories"), "{told}");
    let told = detente(&["why-not", "crisis", "two-powers", "--history", "0"]).2;
    assert!(told.starts_with("\"crisis\" happens in history 0"), "{told}");
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

/// The world of a cause, its means, and an end, with the cause and the end on record.
fn cause_on_record() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a folder");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../goldens/worlds/cause");
    std::fs::create_dir(place.path().join("model")).expect("a folder");
    for file in ["scenario.toml", "model/cause.toml"] {
        std::fs::copy(from.join(file), place.path().join(file)).expect("a copy");
    }
    let entry = |what: &str, date: &str| {
        format!(
            "[[event]]\nid = \"{what}\"\nsubsystem = \"cause\"\ndate = {date}\ntitle = \"It\"\n\
             is = \"{what}\"\nsource = \"invented\"\n"
        )
    };
    let record = entry("cause", "1953-01-12") + &entry("end", "1953-01-26");
    let sources = "@misc{invented, title = {Invented}, author = {{Nobody}}, year = {2026}}\n";
    std::fs::write(place.path().join("record.toml"), record).expect("a record");
    std::fs::write(place.path().join("sources.bib"), sources).expect("sources");
    place
}

/// Given the record: the answer says which question it is, and what it says comes without a deed does,
/// when it is typed.
#[test]
fn what_it_hung_on_given_the_record_is_so_when_it_is_typed() {
    let place = cause_on_record();
    let world = place.path().display().to_string();
    let json = |typed: &[&str]| -> Value {
        let (code, out, told) = detente(&[typed, &["--format", "json"]].concat());
        assert_eq!(code, 0, "{typed:?}: {told}");
        serde_json::from_str(&out).expect("JSON")
    };
    let mut never = [0; 2];
    for (number, given) in ["0", "1", "2", "3", "4", "5"]
        .into_iter()
        .flat_map(|number| [(number, vec!["--hindsight"]), (number, vec!["--after", "1953-01-19"])])
    {
        let of = [&given[..], &["--history", number]].concat();
        let asked = [&["run", world.as_str()], &of[..]].concat();
        let comes = |told: &Value| {
            let entries = told["entries"].as_array().expect("entries");
            entries.iter().any(|entry| entry["id"] == "end")
        };
        if !comes(&json(&asked)) {
            continue;
        }
        let why = json(&[&["why", "end", world.as_str(), "--histories", "0"], &of[..]].concat());
        let in_hindsight = given.len() == 1;
        assert_eq!(why["asked"], if in_hindsight { "hindsight" } else { "after" });
        for deed in ["cause", "means"] {
            let command = format!("{deed} never");
            let causes = why["causes"].as_array().expect("causes");
            let cause = causes.iter().find(|own| own["id"] == deed);
            if deed == "cause" && !in_hindsight {
                assert!(cause.is_none(), "what came before the day is given: {why}");
                continue;
            }
            let changed = json(&[&asked[..], &["--do", &command]].concat());
            assert_eq!(cause.is_some(), !comes(&changed), "{given:?} {number} {command}");
            never[usize::from(in_hindsight)] += usize::from(cause.is_some());
        }
    }
    assert!(never.iter().all(|many| *many > 0), "{never:?}");
}

#[test]
fn which_question_it_was_is_said_in_words_and_on_the_page() {
    let place = cause_on_record();
    let world = place.path().display().to_string();
    let page = place.path().join("why.html").display().to_string();
    let asked = ["why", "end", world.as_str(), "--histories", "256"];
    let (code, told, _) = detente(&[&asked[..], &["--hindsight", "--report", &page]].concat());
    assert_eq!(code, 0);
    assert!(told.contains("in hindsight of the record to"), "{told}");
    assert!(
        told.contains("given all that is recorded") && told.contains("recorded or not"),
        "{told}"
    );
    assert!(told.contains("256 histories that follow the record to"), "{told}");
    assert!(told.contains("Behind the answer stand"), "{told}");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(
        page.contains("Asked in hindsight") && page.contains("Behind the answer stand"),
        "{page}"
    );
    let given = ["--after", "1953-01-19"];
    let (code, told, _) = detente(&[&asked[..], &given].concat());
    assert_eq!(code, 0);
    assert!(told.contains("What it hung on after 18 January 1953"), "{told}");
    assert!(told.contains("What came before is given"), "{told}");
    let asked = ["why-not", "end", world.as_str(), "--histories", "256"];
    let (code, told, _) = detente(&[&asked[..], &given].concat());
    assert_eq!(code, 0);
    assert!(told.contains("Not in this history, after 18 January 1953"), "{told}");
    assert!(told.contains("that follow the record to 18 January 1953"), "{told}");
    let (code, _, told) = detente(&[&["why", "cause", world.as_str()], &given[..]].concat());
    assert_eq!(code, 2);
    assert!(told.contains("detente why-not \"cause\" --after 1953-01-19"), "{told}");
    let (code, _, told) = detente(&[&asked[..], &["--hindsight"]].concat());
    assert_eq!(code, 2);
    assert!(told.contains("of 1,024 histories of seed 1 that follow the record"), "{told}");
}
