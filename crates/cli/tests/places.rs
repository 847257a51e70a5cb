//! What lies in the place that was named is the user's: nothing of another's making is taken away, whatever
//! may be written over.

mod typing;

use std::fs;

use typing::{copy_of, detente, folder, stderr, stdout};

/// Each verb that leaves a folder, at its quickest.
const VERBS: [&[&str]; 5] = [
    &["ensemble", "two-powers", "--histories", "64"],
    &["compare", "two-powers", "--histories", "64", "--do", "crisis never"],
    &[
        "compare",
        "two-powers",
        "--histories",
        "64",
        "--do",
        "crisis never",
        "--cross",
        "--assume",
        "resolve = 2",
    ],
    &["sensitivity", "crisis_by_1954", "two-powers", "--method", "discover", "--histories", "500"],
    &["fit", "two-powers", "--draws", "8", "--runs", "1", "--each", "8"],
];

#[test]
fn a_folder_with_anything_else_in_it_is_not_replaced() {
    let place = folder();
    let mine = place.path().join("mine");
    fs::create_dir(&mine).expect("a folder");
    fs::write(mine.join("thesis.txt"), "ten years").expect("written");
    for verb in VERBS {
        let told = stderr(detente(&place).args(verb).args(["--out", "mine", "--force"]), 2);
        assert!(told.contains("mine is not replaced: it holds thesis.txt"), "{verb:?}: {told}");
        assert!(told.contains("--out"), "{verb:?}: {told}");
        let told =
            stderr(detente(&place).args(verb).args(["--out", "mine/thesis.txt", "--force"]), 2);
        assert!(told.contains("it is no folder"), "{verb:?}: {told}");
        let all: Vec<_> = fs::read_dir(&mine).expect("a folder").flatten().collect();
        assert_eq!(all.len(), 1, "{verb:?}: {all:?}");
        assert_eq!(fs::read_to_string(mine.join("thesis.txt")).expect("a file"), "ten years");
    }
    // What a run left may be replaced by the run of any question.
    for verb in VERBS {
        stdout(detente(&place).args(verb).args(["--out", "kept", "--force"]), 0);
    }
}

#[test]
fn answers_of_several_files_are_not_written_over_unasked() {
    for verb in ["claims", "score"] {
        for name in ["report.html", &format!("{verb}.csv")] {
            let place = folder();
            fs::create_dir(place.path().join("mine")).expect("a folder");
            let page = place.path().join("mine").join(name);
            fs::write(&page, "mine").expect("written");
            let run = [verb, "two-powers", "--histories", "50", "--out", "mine"];
            let told = stderr(detente(&place).args(run), 2);
            assert!(told.contains(name) && told.contains("--force"), "{told}");
            assert_eq!(fs::read_to_string(&page).expect("a file"), "mine");
            stdout(detente(&place).args(run).arg("--force"), 0);
        }
    }
}

/// Scores of other questions have other places.
#[test]
fn each_score_has_its_place() {
    let place = folder();
    copy_of("two-powers", &place);
    let run = ["score", "two-powers", "--histories", "50"];
    let others: [&[&str]; 5] = [
        &[],
        &["--school", "brinkmen"],
        &["--uncertain"],
        &["--against", "copy"],
        &["--against", "two-powers"],
    ];
    for (number, other) in others.iter().enumerate() {
        stdout(detente(&place).args(run).args(*other), 0);
        let kept = fs::read_dir(place.path().join("detente-out")).expect("a folder").count();
        assert_eq!(kept, number + 1, "{other:?}");
    }
}

/// A text goes to a plain file and nothing else.
#[cfg(unix)]
#[test]
fn a_text_never_takes_the_place_of_a_folder_or_a_device() {
    let place = folder();
    fs::create_dir(place.path().join("mine")).expect("a folder");
    std::os::unix::fs::symlink("/dev/null", place.path().join("device")).expect("a link");
    for name in ["mine", "device"] {
        let told = stderr(detente(&place).args(["run", "two-powers", "--force", "--out", name]), 2);
        assert!(told.contains("it is no plain file"), "{told}");
    }
}

/// A record that no history follows is no fault of the files, and is not called sound.
#[test]
fn a_record_that_cannot_be_followed_is_not_sound() {
    let place = folder();
    let file = copy_of("two-powers", &place).join("model/crisis.toml");
    let text = fs::read_to_string(&file).expect("a file");
    fs::write(&file, text.replacen("value = 0.004", "value = 1000", 1)).expect("written");
    let told = stdout(detente(&place).args(["check", "copy"]), 1);
    assert!(told.contains("The record is impossible under this model"), "{told}");
    assert!(told.contains("Two Powers runs, but not along its record: 47 elements"), "{told}");
}

#[test]
fn no_worlds_are_wrong_usage() {
    let told = stderr(detente(&folder()).args(["fit", "two-powers", "--calibrate", "0"]), 2);
    assert!(told.contains("--calibrate"), "{told}");
}

/// Where only corners are looked for, what was found is said once.
#[test]
fn a_finding_is_said_once() {
    let place = folder();
    let ask = ["sensitivity", "crisis_by_1954", "two-powers", "--method", "discover"];
    let told = stdout(detente(&place).args(ask).args(["--histories", "500", "--out", "-"]), 0);
    assert_eq!(told.matches("A crisis in the strait by the end of 1954:").count(), 1, "{told}");
}
