//! Agreement of the single run with its reasons: it is the history that the reference lives, and every
//! weight it writes down is the one that the reference read off the model.

use std::collections::BTreeMap;

use detente_engine::{Chances, History, Lineage, Reasons, Setup, Weight, compile, trace};
use detente_model::{Intervention, Model, Target};
use proptest::test_runner::TestCaseError;

use crate::reference::{Assumed, Life, Weighed};
use crate::trial::{World, hold, lived, none, setup};

/// What was weighed, by week, whose, and which alternative.
type Weighings = BTreeMap<(u32, Target, Option<usize>), Weighed>;

fn agree(world: &World, changes: &[Intervention]) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let setup = Setup { reasons: Reasons::Kept, ..setup(Assumed::AtValue, changes) };
    let program = compile(model, &setup).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let ids = world.histories(2);
    for &history in &ids {
        let slow = lived(model, seed, history, Assumed::AtValue, changes);
        match (slow, trace(&program, seed, &Chances::of(&[Lineage::new(history)]))) {
            (Ok(life), Ok(told)) => {
                none(other_acts(model, &life, &told))?;
                none(other_reasons(model, &life, &told))?;
            }
            (Err(_), Err(_)) => {}
            (slow, fast) => {
                let fast = fast.map(|_| ());
                let slow = slow.map(|_| ());
                return Err(TestCaseError::fail(format!("only one stops: {slow:?}, {fast:?}")));
            }
        }
    }
    Ok(ids.len())
}

/// Where the two tell of other happenings or answers.
fn other_acts(model: &Model, life: &Life, told: &History) -> Option<String> {
    let mut lived: Vec<_> =
        life.acts.iter().map(|act| (act.week, act.of, act.alternative)).collect();
    let mut traced = Vec::new();
    for week in &told.weeks {
        let events = week.events.iter().filter(|event| event.happened);
        traced.extend(events.map(|event| (week.week, event.target, None)));
        let answers = week.decisions.iter().filter(|decision| decision.chosen.is_some());
        traced.extend(answers.map(|decision| (week.week, decision.target, decision.chosen)));
    }
    lived.sort();
    traced.sort();
    let name = |act: &(u32, Target, Option<usize>)| model.full_name(act.1).to_owned();
    let parted = (0..lived.len().max(traced.len())).find(|at| lived.get(*at) != traced.get(*at))?;
    let (a, b) = (lived.get(parted), traced.get(parted));
    let of = a.or(b).map(name);
    Some(format!("history {}: {of:?}: {a:?} and {b:?}", told.id))
}

/// Where the two weigh otherwise. The reference weighs no closed alternative and no question whose
/// answer is wanted; the engine writes them down all the same.
fn other_reasons(model: &Model, life: &Life, told: &History) -> Option<String> {
    let traced = weighings(told);
    let mut at_stake = 0;
    for own in &life.weighed {
        at_stake += usize::from(own.alternative.is_none());
        let key = (own.week, own.of, own.alternative);
        let told = traced.get(&key);
        if told.is_none_or(|told| !same(own, told)) {
            let name = model.full_name(own.of);
            return Some(format!("{name} in week {}:\n{own:?}\nand\n{told:?}", own.week));
        }
    }
    let events = traced.keys().filter(|(.., alternative)| alternative.is_none()).count();
    (events != at_stake)
        .then(|| format!("{events} events at risk, and {at_stake} by the reference"))
}

fn weighings(told: &History) -> Weighings {
    let mut found = Weighings::new();
    for week in &told.weeks {
        for event in &week.events {
            let Some(weighing) = &event.weighing else { continue };
            let (rate, because) = (named(&weighing.rate), named(&weighing.because));
            let (week, of, alternative) = (week.week, event.target, None);
            let comes_to = weighing.hazard.max(0.0);
            let own = Weighed { week, of, alternative, rate, because, comes_to };
            found.insert((week, of, alternative), own);
        }
        for decision in &week.decisions {
            for (number, alternative) in decision.alternatives.iter().enumerate() {
                let own = Weighed {
                    week: week.week,
                    of: decision.target,
                    alternative: Some(number),
                    rate: Vec::new(),
                    because: named(&alternative.because),
                    comes_to: alternative.score,
                };
                found.insert((week.week, decision.target, Some(number)), own);
            }
        }
    }
    found
}

/// Weights in order of name.
fn named(weights: &[Weight]) -> Vec<(String, f64)> {
    let mut named: Vec<_> = weights.iter().map(|own| (own.name.clone(), own.weight)).collect();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    named
}

/// To the bit, but for the sign of nothing.
fn same(one: &Weighed, other: &Weighed) -> bool {
    let equal = |a: &[(String, f64)], b: &[(String, f64)]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && alike(a.1, b.1))
    };
    equal(&one.rate, &other.rate)
        && equal(&one.because, &other.because)
        && alike(one.comes_to, other.comes_to)
}

fn alike(a: f64, b: f64) -> bool {
    (a + 0.0).to_bits() == (b + 0.0).to_bits()
}

#[test]
fn the_single_run_gives_the_reasons_of_the_reference() {
    hold("agreement: reasons of the single run", |world| agree(world, &[]));
}

#[test]
fn the_single_run_gives_the_reasons_of_the_reference_on_what_is_changed() {
    hold("agreement: reasons under interventions", |world| agree(world, &world.changes(3)));
}
