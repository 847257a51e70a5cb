//! Questions given the record, as typed: what is answered, what is kept, what is refused.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn detente(place: &TempDir, typed: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("detente").expect("the binary");
    let output = command.current_dir(place.path()).args(typed).output().expect("it ran");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn place() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn json(place: &TempDir, typed: &[&str]) -> Value {
    let (code, out, told) = detente(place, typed);
    assert_eq!(code, 0, "{told}");
    serde_json::from_str(&out).expect("JSON")
}

const FEW: [&str; 4] = ["--histories", "1200", "--out", "-"];

#[test]
fn an_answer_says_which_question_it_answers() {
    let place = place();
    let ask = |given: &[&str]| {
        let typed = [&["ensemble", "two-powers", "--format", "json"], given, &FEW].concat();
        json(&place, &typed)
    };
    let free = ask(&[]);
    assert_eq!(
        (&free["asked"], &free["given_record_to"]),
        (&"from_the_start".into(), &Value::Null)
    );
    assert!(free.get("conditioning").is_none());
    let after = ask(&["--after", "1953-12-02"]);
    assert_eq!(
        (&after["asked"], &after["given_record_to"]),
        (&"after".into(), &"1953-11-29".into())
    );
    let hindsight = ask(&["--hindsight"]);
    assert_eq!(hindsight["given_record_to"], "1955-01-02");
    for answer in [&after, &hindsight] {
        assert_eq!(answer["histories"], 1200);
        let conditioning = &answer["conditioning"];
        assert!(conditioning["effective"].as_f64().expect("a number") > 100.0, "{conditioning}");
        assert!(conditioning["families"].as_u64().expect("a number") > 100, "{conditioning}");
        assert_eq!(conditioning["islands"], 2);
        assert!(conditioning["evidence_spread"].is_number());
    }
    let typed = ["ensemble", "two-powers", "--hindsight", "--histories", "64", "--out", "-"];
    let (_, told, _) = detente(&place, &typed);
    assert!(told.contains("in hindsight of the record to 2 January 1955"), "{told}");
    assert!(told.contains("effective histories of") && told.contains("ask for about"), "{told}");
}

/// In hindsight a crisis that was recorded not to come cannot be missed.
#[test]
fn a_comparison_is_kept_and_comes_out_the_same_again() {
    let place = place();
    for given in [["--after", "1953-12-07"].as_slice(), &["--hindsight"]] {
        let typed =
            [&["compare", "two-powers", "--do", "crisis never", "--histories", "300"], given]
                .concat();
        let (code, out, told) = detente(&place, &typed);
        assert_eq!(code, 0, "{told}");
        assert_eq!(out.contains("changes nothing"), given.len() == 1, "{out}");
    }
    let kept = std::fs::read_dir(place.path().join("detente-out")).expect("a folder");
    for entry in kept {
        let folder = entry.expect("an entry").path();
        assert!(folder.join("lineages.parquet").is_file());
        let report = std::fs::read_to_string(folder.join("report.html")).expect("a report");
        assert!(report.contains("effective histories of"));
        let (code, out, _) = detente(&place, &["verify", path(&folder)]);
        assert_eq!((code, out.contains("the same to the byte")), (0, true), "{out}");
    }
}

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path")
}

#[test]
fn a_chronicle_given_the_record_tells_what_was_recorded() {
    let place = place();
    let typed = ["run", "two-powers", "--hindsight", "--format", "json", "--history", "3"];
    let told = json(&place, &typed);
    let entries = told["entries"].as_array().expect("entries");
    let overture = |entry: &&Value| entry["id"] == "overture[east]";
    let weeks: Vec<&Value> = entries.iter().filter(overture).map(|entry| &entry["week"]).collect();
    assert_eq!(weeks, [&Value::from(28)]);
    let weighed = entries.iter().filter(|entry| entry["reasons_total"].is_number());
    let reasons = |entry: &Value| entry["reasons"].as_array().map_or(0, Vec::len);
    assert!(weighed.clone().count() > 5 && weighed.clone().all(|entry| reasons(entry) > 0));
    let given = ["--after", "1953-12-02", "--history", "3"];
    let (code, told, _) = detente(&place, &[&["run", "two-powers"], &given[..]].concat());
    assert_eq!(code, 0);
    assert!(told.contains("history 3 · seed 1 · after the record to 29 November 1953"), "{told}");
    assert!(told.contains("Beneath each line stand its"), "{told}");
    let (code, _, told) =
        detente(&place, &["run", "two-powers", "--hindsight", "--history", "5000"]);
    assert_eq!(code, 2);
    assert!(told.contains("numbered 0 to 1023"), "{told}");
}

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let place = place();
    let refused = |typed: &[&str], expected: &str| {
        let (code, _, told) = detente(&place, &[&["ensemble", "two-powers"], typed].concat());
        assert_eq!(code, 2, "{typed:?}");
        assert!(told.contains(expected), "{typed:?}: {told}");
    };
    refused(&["--after", "1950-01-01"], "comes before the start, 1953-01-05");
    refused(&["--after", "1953-01-07"], "lies in the first week");
    refused(&["--after", "1960-01-01"], "comes after the end, 1955-01-02");
    refused(&["--after", "1954-02-30"], "There is no day 1954-02-30");
    refused(&["--after", "soon"], "is not a date; write it as 1953-01-12");
    refused(&["--after", "1954-01-01", "--hindsight"], "cannot be used with");
    let early = "crisis never until 1953-06-01";
    refused(&["--after", "1954-01-01", "--do", early], "give a later date, or ask in hindsight");
}

#[test]
fn check_says_whether_the_record_is_possible() {
    let place = place();
    let (code, out, _) = detente(&place, &["check", "two-powers"]);
    assert_eq!(code, 0);
    assert!(out.contains("The record is possible"), "{out}");
    write(&place, "odd/scenario.toml", ODD);
    write(&place, "odd/model/odd.toml", RISING);
    write(&place, "odd/record.toml", RECORD);
    write(&place, "odd/sources.bib", "@misc{invented, title = {Invented}, year = {2026}}\n");
    let (code, out, _) = detente(&place, &["check", "odd"]);
    assert_eq!(code, 1, "{out}");
    for expected in [
        "The record is impossible",
        "rising_of_june: A rising",
        "rising was not at risk when its window closed: week 22",
        "anger > limit: did not hold in any history; the nearest was 3",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    let (code, out, _) = detente(&place, &["check", "odd", "--format", "json"]);
    let finding: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &finding["record"]["finding"]["entry"]), (1, &"rising_of_june".into()));
    let (code, _, told) = detente(&place, &["ensemble", "odd", "--hindsight", "--out", "-"]);
    assert_eq!(code, 2);
    assert!(
        told.contains("anger > limit") && told.contains("loosen what stood in the way"),
        "{told}"
    );
    // Of an entry held out nothing is said but that it is impossible.
    write(&place, "odd/split.toml", "[record]\nfit = []\nheld_out = [\"rising_of_june\"]\n");
    let (code, out, _) = detente(&place, &["check", "odd"]);
    assert_eq!((code, out.contains("could not be followed")), (1, true), "{out}");
    assert!(!out.contains("anger > limit: did not hold"), "{out}");
}

fn write(place: &TempDir, name: &str, text: &str) {
    let path = place.path().join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

const ODD: &str = "format = 1\ntitle = \"Odd\"\nstart = 1953-01-05\nweeks = 40\nabout = \"A test.\"\n\
                   leaves_out = \"All else.\"\n";

const RISING: &str = r#"
about = "A rising that cannot come."
[stock.anger]
about = "Anger."
unit = "1"
initial = 2
judgement = "A test."
[parameter.limit]
about = "Anger that is too much."
value = 5
unit = "1"
judgement = "A test."
[parameter.pace]
about = "Risings a week."
value = 0.1
unit = "1 / week"
judgement = "A test."
[event.rising]
about = "A rising."
needs = "anger > limit"
rate = "pace"
[outcome.rose]
title = "There was a rising"
is = "happened(rising)"
"#;

const RECORD: &str = r#"
[[event]]
id = "rising_of_june"
subsystem = "odd"
date = 1953-06-10
title = "A rising"
is = "rising"
source = "invented"
"#;
