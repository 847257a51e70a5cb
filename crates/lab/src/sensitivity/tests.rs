//! Sensitivity of a world whose answers are known on paper: `goldens/worlds/doubt`.

use std::num::NonZeroUsize;

use detente_model::Model;

use super::*;
use crate::Stop;
use crate::scenario::{Source, open, typed_intervention};

fn world() -> Model {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../goldens/worlds/doubt");
    open(&Source::Folder(folder.into()), &[], |_| None).model.expect("a sound world")
}

fn study(model: &Model, outcome: &str, method: Method) -> Study {
    Study { method, ..Study::of(outcome_of(model, outcome).expect("an outcome")) }
}

fn ask(model: &Model, histories: u64, study: &Study) -> Sensitivity {
    let question = Question { histories, ..Question::default() };
    sensitivity(model, &question, study, None, &Watch::default()).expect("an answer")
}

/// Screening of the straight line is exact to rounding: 2.7, −1.8, and nothing for the idle one.
#[test]
fn screening_finds_a_straight_line() {
    let model = world();
    let found = ask(&model, 2_000, &study(&model, "the_line", Method::Morris));
    let screening = found.screening.expect("screening");
    let said: Vec<&str> = screening.factors.iter().map(|own| own.factor.id.as_str()).collect();
    assert_eq!(said, ["ready", "willing", "idle"]);
    for (own, expected) in screening.factors.iter().zip([2.7, -1.8, 0.0]) {
        assert!((own.measures.mu - expected).abs() < 1e-9, "{own:?}");
        assert!((own.measures.mu_star - expected.abs()).abs() < 1e-9 && own.measures.sigma < 1e-9);
    }
    // The same histories say of the meeting that both matter, and that the idle one is not read.
    let meeting = &found.others[0];
    assert_eq!(meeting.outcome.id, "they_meet");
    assert_eq!(meeting.screening[2].factor.id, "idle");
    assert_eq!(meeting.screening[2].measures.mu_star, 0.0);
}

/// First 3/7 and total 4/7 of doubt, which is 7/135 of all variance.
#[test]
fn shares_follow_the_closed_form() {
    let model = world();
    let found = ask(&model, 400_000, &study(&model, "they_meet", Method::Sobol));
    assert!(found.screening.is_none() && found.discovery.is_none());
    let shares = found.shares.expect("shares").found;
    let doubt = shares.doubt.expect("doubt");
    assert!((doubt.value - 7.0 / 135.0).abs() < 0.008, "{doubt:?}");
    assert!((shares.spread * shares.spread - 15.0 / 64.0).abs() < 0.005);
    for own in &shares.factors {
        let (first, total) = (own.indices.first.unwrap(), own.indices.total.unwrap());
        let [one, all] = if own.factor.id == "idle" { [0.0, 0.0] } else { [3.0 / 7.0, 4.0 / 7.0] };
        assert!((first.value - one).abs() < 0.12 && (total.value - all).abs() < 0.12, "{own:?}");
        assert!(own.indices.moved > 0.0 || own.factor.id == "idle");
    }
    let line = &found.others[0];
    let shares = line.shares.as_ref().expect("shares");
    assert_eq!(line.outcome.id, "the_line");
    assert!((shares.doubt.unwrap().value - 1.0).abs() < 1e-9, "no chance in it");
    let first = |number: usize| shares.factors[number].indices.first.unwrap().value;
    assert!((first(0) - 9.0 / 13.0).abs() < 0.03 && (first(1) - 4.0 / 13.0).abs() < 0.03);
}

/// With more parameters than are to be named, the one that matters most is named and the others
/// are one group, whose share is that of all of them.
#[test]
fn what_is_not_named_is_one_group() {
    let model = world();
    let few = Study { named: 1, ..study(&model, "the_line", Method::Sobol) };
    let found = ask(&model, 60_000, &few);
    let shares = found.shares.expect("shares").found;
    assert_eq!(shares.factors[0].factor.id, "ready");
    assert_eq!((shares.factors[1].factor.id.as_str(), shares.factors[1].of), ("others", 2));
    let total = shares.factors[1].indices.total.unwrap().value;
    assert!((total - 4.0 / 13.0).abs() < 0.03, "{total}");
}

/// The meeting is likelier where both are ready and willing, and the box says so.
#[test]
fn discovery_names_the_corner() {
    let model = world();
    let found = ask(&model, 8_000, &study(&model, "they_meet", Method::Discover));
    let found = found.discovery.expect("discovery").found;
    assert!((found.everywhere - 0.375).abs() < 0.05);
    let smallest = found.boxes.last().expect("a box");
    let said: Vec<&str> = smallest.limits.iter().map(|own| own.factor.id.as_str()).collect();
    assert_eq!(said, ["ready", "willing"]);
    assert!(smallest.limits.iter().all(|own| own.above.is_some() && own.below.is_none()));
    // Within the limits E[xy] is the product of the middles.
    let middle = |own: &LimitSaid| 0.5 * (own.above.unwrap() + 1.0);
    let expected = 0.25 + 0.5 * smallest.limits.iter().map(middle).product::<f64>();
    let [low, high] = smallest.density_interval;
    assert!(low - 0.03 < expected && expected < high + 0.03, "{expected} {smallest:?}");
    assert!(smallest.limits.iter().all(|own| own.quasi_p < 0.05));
}

/// An effect is asked of, history by history: with the event barred, it is less the event itself.
#[test]
fn the_effect_of_a_change_is_asked_of() {
    let model = world();
    let never = typed_intervention(&model, "meeting never", crate::scenario::Colour::Never);
    let question = Question {
        histories: 4_000,
        interventions: vec![never.expect("an intervention")],
        ..Question::default()
    };
    let outcome = study(&model, "they_meet", Method::Morris);
    let effect = Study { of: Of::Effect, ..outcome };
    let plain = ask(&model, 4_000, &outcome).screening.expect("screening");
    let found = sensitivity(&model, &question, &effect, None, &Watch::default()).expect("found");
    for own in &found.screening.expect("screening").factors {
        let other = plain.factors.iter().find(|other| other.factor == own.factor).unwrap();
        assert_eq!(own.measures.mu, -other.measures.mu);
    }
    // The changed world by itself never sees the event.
    let found = sensitivity(&model, &question, &outcome, None, &Watch::default()).expect("found");
    assert!(found.screening.expect("s").factors.iter().all(|own| own.measures.mu_star == 0.0));
}

/// Stopped and asked again, it goes on, and the answer is that of one go, on any threads.
#[test]
fn it_goes_on_where_it_was_stopped() {
    let model = world();
    let study = Study { named: 2, ..study(&model, "they_meet", Method::All) };
    let question = Question { histories: 20_000, ..Question::default() };
    let whole = sensitivity(&model, &question, &study, None, &Watch::default()).expect("whole");
    let place = tempfile::tempdir().expect("a folder");
    let parts = place.path().join("parts.jsonl");
    let mut goes = 0;
    let last = loop {
        let stop = Stop::default();
        let begun = std::cell::Cell::new(0);
        let progress = |_| {
            begun.set(begun.get() + 1);
            // What was finished before is passed over at once.
            if begun.get() >= 25 * (goes + 1) {
                stop.now();
            }
        };
        let watch = Watch { progress: Some(&progress), stop: stop.clone() };
        let jobs = NonZeroUsize::new(1 + goes % 3);
        let question = Question { jobs, ..question.clone() };
        let found =
            sensitivity(&model, &question, &study, Some(&parts), &watch).expect("an answer");
        goes += 1;
        if found.asked.histories == found.asked.histories_asked {
            break found;
        }
        assert!(parts.exists() && goes < 20);
    };
    assert!(goes > 1);
    assert!(!parts.exists(), "what is whole needs no parts");
    assert_eq!(last, whole);
}

#[test]
fn what_cannot_be_asked_is_told() {
    let model = world();
    let wrong = outcome_of(&model, "they_met").unwrap_err().to_string();
    assert!(wrong.contains("they_meet"), "{wrong}");
    let effect = Study { of: Of::Effect, ..study(&model, "they_meet", Method::Morris) };
    let question = Question { histories: 100, ..Question::default() };
    let wrong = sensitivity(&model, &question, &effect, None, &Watch::default()).unwrap_err();
    assert!(wrong.to_string().contains("nothing is changed"));
    let held: Vec<_> = ["ready = 0.5", "willing = 0.5", "idle = 0.5"]
        .map(|text| typed_intervention(&model, text, crate::scenario::Colour::Never).expect("one"))
        .into();
    let question = Question { assumptions: held, ..question };
    let study = study(&model, "they_meet", Method::Morris);
    let wrong = sensitivity(&model, &question, &study, None, &Watch::default()).unwrap_err();
    assert!(wrong.to_string().contains("no parameter"));
}

/// A part may hold many thousand histories: it is broken off between two blocks.
#[test]
fn a_part_is_broken_off_when_it_is_stopped() {
    let model = world();
    let found = factors::factors(&model, &[]).expect("factors");
    let stop = Stop::default();
    let worlds = Worlds::of(&model, 1, &[Vec::new()], &found, &stop).expect("worlds");
    let plan = shares::SharesPlan::of(vec![0], found.len(), 4_000);
    let part = || shares::part(&worlds, &found, &plan, 1, 0, 0).expect("a part");
    assert!(part().is_some());
    stop.now();
    assert_eq!(part(), None);
}
