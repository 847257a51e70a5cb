//! Worlds in which the smallest change that turns something can be worked out.

use detente_engine::{Chances, Lineage};
use detente_model::Model;

use super::*;
use crate::why::subject::Subject;
use crate::why::toys::world;
use crate::why::world::{Moment, Watched};
use crate::why::{Asking, Which, WhyNot, why_not};

/// A level that wanders by half a unit a week and may come to twenty, a gate that a rare event
/// opens, and two ends: one for each.
const WORLD: &str = r#"
[parameter.certainly]
about = "A hazard that is certainty."
value = 40
unit = "1 / week"
judgement = "Made up."

[parameter.rarely]
about = "A hazard that is small."
value = 0.002
unit = "1 / week"
judgement = "Made up."

[parameter.brim]
about = "Where it floods."
value = 20
unit = "1"
prior = "normal(20, 5)"
judgement = "Made up."

[parameter.step]
about = "How far it wanders in a week."
value = 0.5
unit = "1"
judgement = "Made up."

[stock.level]
about = "A level that wanders."
unit = "1"
initial = 10
shock = "normal(0, step)"
judgement = "Made up."

[stock.elsewhere]
about = "A level that has nothing to do with it."
unit = "1"
initial = 10
shock = "normal(0, step)"
judgement = "Made up."

[state.open]
about = "The gate is open."
of = "truth"
initial = false

[state.bricked]
about = "The gate is bricked up; nothing ever does that."
of = "truth"
initial = false

[event.opens]
about = "Somebody opens the gate."
rate = "rarely"
once = true
does = ["open = true"]
neutral = "never"

[event.flood]
about = "The level floods the field."
needs = "level > brim"
rate = "certainly"
once = true
neutral = "never"

[event.entry]
about = "Somebody goes in."
needs = "open and not bricked"
rate = "certainly"
once = true
neutral = "never"
"#;

fn ask(model: &Model, what: &str) -> WhyNot {
    let question = Question { histories: 1, ..Question::default() };
    let subject = Subject::typed(model, what).unwrap();
    let asking = Asking { subject, which: Which::First, histories: 0 };
    why_not(model, &question, &asking, &Watch::default()).unwrap()
}

/// What the level lacks in this history, worked out from its path: no smaller start floods the field,
/// and the one that is told is the smallest of those that are tried.
#[test]
fn the_smallest_start_is_found_and_typed() {
    let model = world(WORLD);
    let answer = ask(&model, "flood");
    let level = model.find("level").unwrap();
    let past = Watched::of(&model, &Question::default())
        .unwrap()
        .run(1, &Chances::of(&[Lineage::new(answer.history)]), 200)
        .unwrap();
    let highest = (0..200)
        .filter_map(|week| past.value(&model, level, Moment { week, round: 1 }))
        .fold(f64::NEG_INFINITY, f64::max);
    let lacking = 20.0 - highest;
    let started = answer.turns.iter().find_map(|own| match &own.change {
        Changed::Start { id, from, to, .. } => Some((own, id.as_str(), *from, *to)),
        _ => None,
    });
    let (turn, id, from, to) = started.unwrap_or_else(|| panic!("{:?}", answer.turns));
    assert_eq!((id, from), ("level", 10.0));
    assert_eq!(turn.command, format!("initial level = {to}"));
    let size = turn.size.unwrap();
    // In one week histories differ by half a unit times the root of the weeks gone by: their variance
    // over the start and 200 weeks is ¼ × 100 on average, and its root 5.
    assert!((((to - from) / size) - 5.0).abs() < 0.35, "{turn:?}");
    assert!(to - from >= lacking - 1e-9, "{to} floods, and {lacking} is lacking");
    // The moves tried are 0.5, 1 and 2 standard deviations, and fifths of the first that does.
    let coarse = [0.5, 1.0, 2.0].into_iter().find(|own| own * (to - from) / size >= lacking);
    let fifth = coarse.unwrap() * (to - from) / size / 5.0;
    assert!(to - from - lacking <= fifth + 0.1, "{to}, and {lacking} is lacking");
    assert!(!answer.turns.iter().any(|own| own.command.contains("elsewhere")), "{answer:?}");
}

/// A gate that is open from the start, as it is in some weeks of some histories; not one that is not
/// bricked up, which nothing ever does.
#[test]
fn a_state_starts_otherwise() {
    let model = world(WORLD);
    let answer = ask(&model, "entry");
    let [first, ..] = answer.turns.as_slice() else { panic!("nothing turns it") };
    assert!(answer.turns.iter().all(|own| !own.command.contains("bricked")), "{:?}", answer.turns);
    assert_eq!(first.command, "initial open = true");
    assert_eq!(first.week, 0);
    let Changed::StartsAs { from, to, .. } = &first.change else { panic!("{first:?}") };
    assert_eq!((from.as_str(), to.as_str()), ("no", "yes"));
    // Open at the end of week t with chance p = 1 − exp(−0.002 t): the mean of p (1 − p) over t from
    // 0 to 200 is 2.5 (1 − exp(−0.4)) − 1.25 (1 − exp(−0.8)), and a step of 1 so many of its roots.
    let mean = 2.5 * 0.329_680 - 1.25 * 0.550_671;
    assert!((first.size.unwrap() - 1.0 / f64::sqrt(mean)).abs() < 0.25, "{first:?}");
    let sizes: Vec<f64> = answer.turns.iter().filter_map(|own| own.size).collect();
    assert!(sizes.is_sorted(), "{sizes:?}");
}

/// One measure for all: a deed with a chance of 0.3173 counts one standard deviation.
#[test]
fn what_has_a_chance_is_measured_as_what_is_moved() {
    let one = deviations_as_rare(0.317_310_507_862_914).unwrap();
    assert!((one - 1.0).abs() < 1e-9, "{one}");
    assert_eq!(deviations_as_rare(0.0), None);
    assert!(deviations_as_rare(1.0).unwrap().abs() < 1e-12);
}
