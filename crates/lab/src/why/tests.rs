//! The textbook's examples, and causes planted where they can be known.

use std::path::PathBuf;

use detente_engine::{Chances, Lineage};
use detente_model::Model;
use detente_scenario::reading::Source;

use super::*;

fn world(name: &str) -> Model {
    let home = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../goldens/worlds"));
    let opened = crate::scenario::open(&Source::Folder(home.join(name)), &[], |_| None);
    opened.model.unwrap_or_else(|| panic!("{name}: {:?}", opened.findings))
}

fn ask(model: &Model, what: &str, histories: u64) -> Why {
    let question = Question { histories: 1, ..Question::default() };
    let subject = Subject::typed(model, what).unwrap();
    let asking = Asking { subject, which: Which::First, histories };
    why(model, &question, &asking, &Watch::default()).unwrap()
}

fn needed(why: &Why) -> Vec<&str> {
    let never = |own: &&Cause| own.without == Without::Never && !own.omission;
    why.causes.iter().filter(never).map(|own| own.deed.id.as_str()).collect()
}

/// Halpern 2016: both are needed for the wet forest, one is enough for the dry.
#[test]
fn a_forest_fire() {
    let model = world("fire");
    let wet = ask(&model, "wet_forest_burns", 0);
    assert_eq!(needed(&wet), ["lightning", "match_dropped"]);
    assert_eq!(wet.together, None);
    let dry = ask(&model, "dry_forest_burns", 0);
    assert!(dry.causes.is_empty(), "{:?}", dry.causes);
    let together = dry.together.clone().unwrap();
    assert_eq!((together.size, together.responsibility, together.sets.len()), (2, 0.5, 1));
    let text = why_in_words(&dry);
    assert!(text.contains("without both it never comes"), "{text}");
    assert!(text.contains("Somebody drops a lit match"), "{text}");
}

/// Halpern 2016: Suzy's throw is a cause, though Billy's would have done; Billy's is not.
#[test]
fn suzy_and_billy() {
    let model = world("rocks");
    let why = ask(&model, "bottle_shatters", 0);
    let causes: Vec<&str> = why.causes.iter().map(|own| own.deed.id.as_str()).collect();
    assert_eq!(causes, ["suzy_throws", "suzy_hits"]);
    let Without::AnotherRoad { weeks, road } = &why.causes[0].without else {
        panic!("{:?}", why.causes[0])
    };
    assert_eq!((*weeks, road.last().unwrap().id.as_str()), (2, "billy_hits"));
    let text = why_in_words(&why);
    assert!(text.contains("by another road that in fact was not taken"), "{text}");
    assert!(text.contains("2 weeks later, by: Billy's rock hits"), "{text}");
}

/// Chockler and Halpern 2004: one vote in six to five decides, one in eleven to nought bears a sixth.
#[test]
fn votes() {
    let model = world("votes");
    let close = ask(&model, "second_passes", 0);
    assert_eq!(needed(&close).len(), 6);
    assert!(close.together.is_none());
    let all = ask(&model, "first_passes", 0);
    assert!(needed(&all).is_empty());
    let together = all.together.clone().unwrap();
    assert_eq!((together.size, together.least, together.sets.len()), (6, true, 462));
    assert!((together.responsibility - 1.0 / 6.0).abs() < 1e-12);
    let text = why_in_words(&all);
    assert!(text.contains("No single one of these 11 is needed; 6 would have to go"), "{text}");
}

/// The world of a cause, its means, and an end has its answers on paper (goldens/worlds/cause).
#[test]
fn necessity_and_sufficiency_meet_the_closed_form() {
    let model = world("cause");
    let question = Question { histories: 6_000, ..Question::default() };
    let plain = plain_program(&model, &question).unwrap();
    let subject = Subject::typed(&model, "end").unwrap();
    let cause = Subject::typed(&model, "cause").unwrap();
    let watch = Watch::default();
    let causes = [(cause, 1)];
    let told = necessity::necessity(&model, &plain, &question, subject, &causes, &watch).unwrap();
    let own = &told.0[0];
    let meets = |share: &Share, value: f64| {
        assert!(share.interval[0] - 0.01 < value && value < share.interval[1] + 0.01, "{share:?}");
        // More hazard never undoes an event, so the share is at the lower end of its bounds.
        assert!((share.value - share.bounds[0]).abs() < 1e-9, "{share:?}");
        assert!(share.bounds[1] > share.value, "{share:?}");
    };
    assert!((own.if_made - 0.622_979).abs() < 0.025, "{own:?}");
    assert!((own.if_barred - 0.129_043).abs() < 0.02, "{own:?}");
    meets(&own.necessity, 0.792_862);
    meets(&own.sufficiency, 0.567_119);
    meets(&own.both, 0.622_979 - 0.129_043);
}

/// The planted cause is found in every history in which the closed form says that it was one.
#[test]
fn planted_causes_are_recovered() {
    let model = world("cause");
    let subject = Subject::typed(&model, "end").unwrap();
    let cause = Subject::typed(&model, "cause").unwrap();
    let question = Question { histories: 1, ..Question::default() };
    let program = plain_program(&model, &question).unwrap();
    let lineages: Vec<Lineage> = (0..64).map(Lineage::new).collect();
    let chances = Chances::of(&lineages);
    let seed = question.seed;
    let run = |twist| replay::abreast(&program, seed, &chances, (subject, 0), &twist).unwrap();
    let free = run(Default::default());
    let without = run(replay::Twist { without: vec![cause], ..Default::default() });
    let (mut found, mut looked) = (0, 0);
    for history in 0..64 {
        if free[history].first(subject).is_none() || free[history].first(cause).is_none() {
            continue;
        }
        let asking = Asking { subject, which: Which::Number(history as u64), histories: 0 };
        let why = why(&model, &question, &asking, &Watch::default()).unwrap();
        let is_cause = needed(&why).contains(&"cause");
        assert_eq!(is_cause, without[history].first(subject).is_none(), "history {history}");
        looked += 1;
        found += usize::from(is_cause);
    }
    assert!(looked >= 12 && found > looked / 2 && found < looked, "{found} of {looked}");
}

/// What a reason is made of is read off its formula; the engine itself says what it weighs.
#[test]
fn formulas_are_read_as_the_engine_reads_them() {
    let home =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/little-detente"));
    let model = crate::scenario::open(&Source::Folder(home), &[], |_| None).model.unwrap();
    let watched = Watched::of(&model, &Question::default()).unwrap();
    let past = watched.run(1, &Chances::of(&[Lineage::new(0)]), 120).unwrap();
    let nothing = std::collections::BTreeMap::new();
    let (mut read, mut unread) = (0, 0);
    for week in &past.weeks {
        for seen in &week.events {
            let Some(weighing) = &seen.weighing else { continue };
            let element = model.element(seen.target.element);
            let Kind::Event(event) = &element.kind else { continue };
            let members = &element.over.instances[seen.target.instance].members;
            let at = Moment { week: week.week, round: event.round };
            for (reason, own) in event.because.iter().zip(&weighing.because) {
                let mut reading = formula::Reading::new(&model, &past, at, &nothing);
                let Some(value) = reading.value(&reason.weight.expr, members) else {
                    unread += 1;
                    continue;
                };
                let apart = (value - own.weight).abs();
                let name = model.full_name(seen.target);
                assert!(apart < 1e-9, "{name}, {}: {value} {}", reason.name, own.weight);
                read += 1;
            }
        }
    }
    assert!(read > 5_000 && unread * 50 < read, "{read} read, {unread} not");
}

#[test]
fn what_is_unknown_is_told_with_what_was_meant() {
    let model = world("votes");
    let refused = |what: &str| Subject::typed(&model, what).unwrap_err().to_string();
    assert!(refused("first_pases").contains("did you mean \"first_passes\"?"));
    assert!(refused("on_the_first").contains("one for each of several"));
    assert!(refused("on_the_first[ann]").contains("Its answers are"));
    assert!(refused("on_the_first[ann] = in_favor").contains("did you mean \"in_favour\"?"));
    assert!(refused("majority").contains("neither happens nor is chosen"));
    let question = Question { histories: 1, ..Question::default() };
    let subject = Subject::typed(&model, "on_the_first[ann] = against").unwrap();
    let asking = Asking { subject, which: Which::Number(3), histories: 0 };
    let told = why(&model, &question, &asking, &Watch::default()).unwrap_err().to_string();
    assert!(told.contains("why-not \"on_the_first[ann] = against\" --history 3"), "{told}");
}
