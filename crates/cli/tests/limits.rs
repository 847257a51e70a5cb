//! Numbers beyond their limits, and narrow terminals.

mod typing;

use typing::{copy_of, detente, folder, stderr};

/// Each number says between which others it may lie, negative ones too, in a dry run as well.
#[test]
fn numbers_say_their_limits() {
    let place = folder();
    let limits = "from 1 to 4,294,967,295";
    for (typed, says) in [
        (&["ensemble", "two-powers", "--histories", "0"][..], limits),
        (&["ensemble", "two-powers", "--histories", "-5"], limits),
        (&["compare", "two-powers", "--histories", "4294967296"], limits),
        (&["ensemble", "two-powers", "--out", "-", "--dry-run", "--histories", "1e12"], limits),
        (&["ensemble", "two-powers", "--jobs", "0"], "from 1 to 65,535"),
        (&["run", "two-powers", "--history", "-1"], "from 0 to 4,294,967,294"),
        (&["claims", "two-powers", "--histories", "0"], "from 1 to 1,073,741,824"),
        (&["fit", "two-powers", "--draws", "-1"], "from 1 to"),
        (&["why", "crisis", "two-powers", "--seed", "-1"], "from 0 to 18,446,744,073,709,551,615"),
    ] {
        let told = stderr(detente(&place).args(typed), 2);
        assert!(told.contains("it is a whole number") && told.contains(says), "{typed:?}: {told}");
        assert!(!told.contains("-- -"), "{told}");
    }
    let few = ["sensitivity", "crisis_by_1954", "two-powers", "--histories", "1", "--out", "-"];
    let told = stderr(detente(&place).args(few), 2);
    assert!(told.contains("1 histories are too few") && told.contains("at least"), "{told}");
}

/// What is found in an option is shown with that option as its place.
#[test]
fn findings_name_their_option() {
    let place = folder();
    copy_of("two-powers", &place);
    let told = stderr(detente(&place).args(["ensemble", "copy", "--assume", "resolv = 2"]), 2);
    assert!(told.contains("--assume:1:1") && !told.contains("--do"), "{told}");
    let what_if = std::fs::read_to_string(place.path().join("copy/what-ifs/leaders.toml"));
    let what_if = what_if.expect("what-ifs");
    let name = what_if.split("[what_if.").nth(1).and_then(|rest| rest.split(']').next());
    let name = name.expect("a name").to_owned();
    let does = what_if.split("does").nth(1).and_then(|rest| rest.split('"').nth(1));
    let does = does.expect("a change").to_owned();
    let twice = ["ensemble", "copy", "--what-if", &name, "--what-if", &name];
    let told = stderr(detente(&place).args(twice), 2);
    assert!(told.contains("--what-if:1:1") && told.contains(&does), "{told}");
}

/// Nothing that drives a terminal gets through a bibliography, a table or a casebook.
#[test]
fn control_characters_are_found_in_every_file() {
    for (name, text) in [
        ("sources.bib", "@book{x, title = {A \u{1b}[31mred}, date = {1955}}\n"),
        ("data/red.csv", "date,red,source\n1953-01-05,1\u{7},x\n"),
        ("casebook/1-red.md", "# Red\n\nA \u{9b}31mred.\n"),
    ] {
        let place = folder();
        let file = copy_of("two-powers", &place).join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, text).expect("written");
        let checked = detente(&place).args(["check", "copy"]).assert().code(1).get_output().clone();
        let told = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(told.contains("S014") && told.contains(&format!("{name}:")), "{told}");
        assert!(!told.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{told:?}");
    }
}
