//! Verbs that run histories, on the small world: answers, formats, exit codes.

mod typing;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use typing::{detente, folder, json, stderr, stdout};

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
    let run = ["run", "two-powers", "--seed", "7", "--format"];
    let told = stdout(detente(&place).args(run).arg("csv"), 0);
    assert!(told.starts_with("history,week,date,id,option,says,forced,reasons_total"), "{told}");
    stdout(detente(&place).args(run).args(["parquet", "--out", "run.parquet"]), 0);
    let kept = fs::read(place.path().join("run.parquet")).expect("a table");
    assert_eq!((&kept[..4], &kept[kept.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
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

/// A school changes both arms, and everything that is left says so.
#[test]
fn a_school_holds_in_both_arms_and_is_named() {
    let place = folder();
    let run = ["compare", "two-powers", "--histories", "100", "--do", "old_leader_dies never"];
    let alone = json(detente(&place).args(run).args(["--out", "-", "--format", "json"]));
    let school = ["--school", "brinkmen"];
    let told = stdout(detente(&place).args(run).args(school), 0);
    assert!(told.contains("school: brinkmen"), "{told}");
    let kept = bundle(&place);
    assert!(kept.to_string_lossy().contains("compare-brinkmen-old-leader-dies"), "{kept:?}");
    let manifest = fs::read_to_string(kept.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["loaded_with"][0], "brinkmen");
    let with = fs::read_to_string(kept.join("summary.json")).expect("a summary");
    let with: serde_json::Value = serde_json::from_str(&with).expect("JSON");
    let baselines = |answer: &serde_json::Value| -> Vec<String> {
        let all = answer["outcomes"].as_array().expect("outcomes");
        all.iter().map(|outcome| outcome["baseline"].to_string()).collect()
    };
    assert_ne!(baselines(&alone), baselines(&with));
    // The same changes typed as assumptions give the same answers.
    let typed = ["--assume", "resolve = 2", "--assume", "cool_heads = 1"];
    let typed =
        json(detente(&place).args(run).args(typed).args(["--out", "-", "--format", "json"]));
    assert_eq!(typed["outcomes"], with["outcomes"]);
    assert!(
        stdout(detente(&place).args(["verify", kept.to_str().expect("a path")]), 0)
            .contains("same to the byte")
    );
    // What happens is no assumption, and two changes of one thing are refused.
    let refused = ["ensemble", "two-powers", "--out", "-", "--assume", "crisis never"];
    assert!(stderr(detente(&place).args(refused), 2).contains("is no assumption"));
    let twice = ["run", "two-powers", "--school", "brinkmen", "--assume", "resolve = 3"];
    assert!(stderr(detente(&place).args(twice), 2).contains("one thing at one time"));
}

/// Two versions: what the file says, and what that does to the answers, in every format.
#[test]
fn versions_are_compared() {
    let place = folder();
    let told = stdout(detente(&place).args(["diff", "two-powers", "two-powers"]), 0);
    assert_eq!(told, "The two versions say the same.\n");
    typing::copy_of("two-powers", &place);
    let file = place.path().join("copy/model/crisis.toml");
    let text = fs::read_to_string(&file).expect("text");
    fs::write(&file, text.replace("value = 0.004", "value = 0.008")).expect("written");
    let run = ["diff", "two-powers", "copy", "--histories", "100"];
    insta::assert_snapshot!("diff", stdout(detente(&place).args(run), 0));
    let told = stdout(detente(&place).args(run).args(["--format", "csv"]), 0);
    assert!(told.starts_with("id,title,kind,unit,baseline,what_if"), "{told}");
    let told = json(detente(&place).args(run).args(["--format", "json", "--school", "brinkmen"]));
    assert_eq!(told["loaded_with"][0], "brinkmen");
}
