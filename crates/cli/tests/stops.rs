//! What a scenario may do wrong while it runs, and how it is told.

mod typing;

use std::fs;

use tempfile::TempDir;
use typing::{detente, folder, json, stderr, stdout};

/// A world of 30 weeks in which `calm` wears away to nothing by week 20, with these elements beside it.
fn world(place: &TempDir, more: &str) {
    let folder = place.path().join("w");
    fs::create_dir_all(folder.join("model")).expect("a folder");
    let head = "format = 1\ntitle = \"Worn\"\nstart = 1953-01-05\nweeks = 30\nabout = \"A test.\"\n\
                leaves_out = \"All.\"\n";
    let model = format!(
        "about = \"A test.\"\nleaves_out = \"All.\"\n[parameter.wear]\nabout = \"Wear.\"\nvalue = -5\n\
         unit = \"1 / week\"\njudgement = \"A test.\"\n[stock.calm]\nabout = \"Calm.\"\ninitial = 100\n\
         range = [0, 100]\nunit = \"1\"\nchange = \"wear\"\njudgement = \"A test.\"\n\
         [parameter.often]\nabout = \"How often.\"\nvalue = 0.5\nunit = \"1 / week\"\n\
         judgement = \"A test.\"\n[event.talk]\nabout = \"A talk.\"\nrate = \"often\"\n\
         judgement = \"A test.\"\nsays = \"They talk.\"\ncooldown = \"1 week\"\n{more}"
    );
    fs::write(folder.join("scenario.toml"), head).expect("written");
    fs::write(folder.join("model/t.toml"), model).expect("written");
}

const STRAIN: &str = "[variable.strain]\nabout = \"Strain.\"\nequals = \"100 / calm\"\nunit = \"1\"\n\
                      judgement = \"A test.\"\n";

/// An answer that is infinite is none: the run stops, and what is advised then tells the history with
/// the week and the values that it came of.
#[test]
fn an_infinite_answer_stops_the_run_and_its_history_is_told() {
    let place = folder();
    let asked = "[outcome.mean_strain]\ntitle = \"Mean strain\"\n\
                 is = \"mean_over(strain, 1953-02-02, 1953-07-06)\"\n";
    world(&place, &format!("{STRAIN}{asked}"));
    let told =
        stderr(detente(&place).args(["ensemble", "w", "--histories", "10", "--out", "-"]), 3);
    for part in
        ["mean_strain is not a finite number", "week 29", "detente run --seed 1 --history 0"]
    {
        assert!(told.contains(part), "{told}");
    }
    let told = stdout(detente(&place).args(["run", "w", "--seed", "1", "--history", "0"]), 3);
    assert!(told.contains("They talk."), "{told}");
    let wrong = "No finite number in the week of 25 May 1953: strain = 100 / calm\n  calm  0";
    assert!(told.contains(wrong), "{told}");
    let told = stderr(detente(&place).args(["run", "w", "--history", "0"]), 3);
    assert!(told.starts_with("The history stops here: mean_strain is not"), "{told}");
}

/// The history of a hazard that is no number is told up to its week.
#[test]
fn a_history_that_stops_is_told_up_to_its_week() {
    let place = folder();
    let event = "[event.break]\nabout = \"A break.\"\nrate = \"often\"\n\
                 because = { \"strain\" = \"(strain - strain) / 1\" }\njudgement = \"A test.\"\n";
    world(&place, &format!("{STRAIN}{event}"));
    let asked = ["run", "w", "--history", "3", "--format", "json"];
    let told: serde_json::Value =
        serde_json::from_str(&stdout(detente(&place).args(asked), 3)).expect("JSON");
    assert_eq!((&told["stopped"]["week"], &told["history"]), (&20.into(), &3.into()), "{told}");
    assert_eq!(told["stopped"]["made_of"][0]["of"], "break: strain");
    assert_eq!(told["stopped"]["made_of"][0]["read"][0]["was"], "infinite");
    assert_eq!(told["stopped"]["made_of"][1]["read"][0]["was"], "0");
    let weeks = told["entries"].as_array().expect("entries");
    assert!(weeks.iter().all(|entry| entry["week"].as_u64() <= Some(20)) && !weeks.is_empty());
}

/// Never is no fault: a date that does not come, and the time to it, are infinite.
#[test]
fn never_is_an_answer() {
    let place = folder();
    let dated = "[event.end]\nabout = \"The end.\"\nneeds = \"calm > 100\"\nrate = \"often\"\n\
                 judgement = \"A test.\"\n[outcome.ends]\ntitle = \"The end\"\nis = \"date_of(end)\"\n\
                 [outcome.wait]\ntitle = \"The wait\"\nis = \"date_of(end) - 1953-01-05\"\n\
                 unit = \"week\"\n";
    world(&place, dated);
    let asked = ["ensemble", "w", "--histories", "10", "--out", "-", "--format", "json"];
    let told = json(detente(&place).args(asked));
    assert_eq!(told["outcomes"][0]["value"], 0.0, "{told}");
}

/// A rate below nought would never let its event happen, without a word.
#[test]
fn a_rate_below_nought_is_found() {
    let place = folder();
    let event = "[event.fall]\nabout = \"A fall.\"\nrate = \"wear\"\njudgement = \"A test.\"\n";
    world(&place, event);
    let told = stdout(detente(&place).args(["check", "w"]), 0);
    assert!(told.contains("S113") && told.contains("the rate of `fall` is -5 per week"), "{told}");
}
