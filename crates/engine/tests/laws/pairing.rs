//! Pairing: two runs share every draw whose address exists in both.

use std::collections::BTreeMap;

use detente_engine::{Machine, Setup, compile};
use detente_model::{Change, ElementId, Intervention, Kind, Model, Span, Target, Targets};
use proptest::test_runner::TestCaseError;

use crate::reference::Assumed;
use crate::telling::tell;
use crate::told::{Of, Told, difference, first_difference, quantities};
use crate::trial::{By, MadeBy, World, complete, hold, loaded, none};

/// The engine is held to a law, and so is the reference itself.
fn by_both(
    world: &World,
    law: fn(&World, By) -> Result<usize, TestCaseError>,
) -> Result<usize, TestCaseError> {
    let by_hand = law(world, By::Reference(Assumed::AtValue))?;
    Ok(by_hand + law(world, By::Engine(Assumed::AtValue))?)
}

fn before_the_span(world: &World, by: By) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let changes = world.changes(4);
    let first = changes.iter().map(|change| change.span.from).min().unwrap_or(0);
    let ids = by.histories(world, 32);
    let mut before = by.tell(model, &[], seed, &ids)?;
    let mut after = by.tell(model, &changes, seed, &ids)?;
    for told in before.iter_mut().chain(&mut after) {
        told.weeks.truncate(first as usize);
        told.acts.retain(|(week, ..)| *week < first);
    }
    none(first_difference(model, &before, &after, Of::Weeks))?;
    Ok(2 * ids.len())
}

#[test]
fn nothing_before_its_span_changes() {
    hold("pairing: before the span", |world| by_both(world, before_the_span));
}

/// One intervention on one instance.
fn change(model: &Model, of: Target, change: Change, span: Span) -> Intervention {
    Intervention {
        text: format!("{} changed", model.full_name(of)),
        targets: Targets { element: of.element, instances: vec![of.instance] },
        change,
        span,
    }
}

/// For one history, interventions that ask for nothing but what was so: bars where an event did not
/// happen, force where it did, the answers that were given.
fn what_was_so(model: &Model, told: &Told) -> Vec<Intervention> {
    let weeks = model.calendar.weeks;
    let mut acts: BTreeMap<&str, Vec<(u32, Option<&String>)>> = BTreeMap::new();
    for (week, name, taken) in &told.acts {
        acts.entry(name.as_str()).or_default().push((*week, taken.as_ref()));
    }
    let mut changes = Vec::new();
    for (number, element) in model.elements.iter().enumerate() {
        for (instance, own) in element.over.instances.iter().enumerate() {
            let of = Target { element: ElementId(number), instance };
            let acts = acts.get(own.full_name.as_str()).cloned().unwrap_or_default();
            match &element.kind {
                Kind::Event(_) => {
                    let mut from = 0;
                    for (week, _) in acts {
                        let quiet = Span { from, until: week };
                        if quiet.from < quiet.until {
                            changes.push(change(model, of, Change::Never, quiet));
                        }
                        from = week + 1;
                        let then = Span { from: week, until: from };
                        changes.push(change(model, of, Change::Happens(week), then));
                    }
                    if from < weeks {
                        let quiet = Span { from, until: weeks };
                        changes.push(change(model, of, Change::Never, quiet));
                    }
                }
                Kind::Decision(decision) => {
                    for (week, taken) in acts {
                        let is_it =
                            |one: &detente_model::Alternative| Some(&one.name.to_string()) == taken;
                        let Some(answer) = decision.alternatives.iter().position(is_it) else {
                            continue;
                        };
                        let then = Span { from: week, until: week + 1 };
                        changes.push(change(model, of, Change::Answer(answer), then));
                    }
                }
                _ => {}
            }
        }
    }
    changes
}

fn as_it_was(world: &World, by: By) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let ids = by.histories(world, 3);
    let free = by.tell(model, &[], seed, &ids)?;
    for told in &free {
        let all = what_was_so(model, told);
        let again = by.tell(model, &all, seed, &[told.history])?;
        none(difference(model, told, &again[0], Of::Weeks))?;
    }
    Ok(2 * ids.len())
}

#[test]
fn to_forbid_what_did_not_happen_and_force_what_did_changes_nothing() {
    hold("pairing: forbidding and forcing what was so", |world| by_both(world, as_it_was));
}

fn with_a_stranger(world: &World, by: By) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let ids = by.histories(world, 32);
    let alone = by.tell(model, &[], seed, &ids)?;
    let larger = loaded(&world.scenario.with_a_stranger())?;
    let together = by.tell(&larger, &[], seed, &ids)?;
    none(first_difference(model, &alone, &renumbered(model, &larger, together), Of::Everything))?;
    Ok(2 * ids.len())
}

#[test]
fn a_stranger_changes_nothing() {
    hold("pairing: an isolated element", |world| by_both(world, with_a_stranger));
}

/// What was told of a model, in the numbers of a smaller one.
fn renumbered(model: &Model, larger: &Model, told: Vec<Told>) -> Vec<Told> {
    let number = |of: Target| model.find(larger.full_name(of));
    let week = |week: BTreeMap<Target, f64>| {
        week.into_iter().filter_map(|(of, value)| Some((number(of)?, value))).collect()
    };
    told.into_iter()
        .map(|told| Told {
            weeks: told.weeks.into_iter().map(week).collect(),
            acts: told.acts.into_iter().filter(|(_, name, _)| model.find(name).is_some()).collect(),
            ..told
        })
        .collect()
}

fn turned_round(world: &World, by: By) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let ids = by.histories(world, 32);
    let forward = by.tell(model, &[], seed, &ids)?;
    if world.made_by == MadeBy::Author {
        return Ok(0);
    }
    let turned = loaded(&world.scenario.turned_round())?;
    let backward = by.tell(&turned, &[], seed, &ids)?;
    none(first_difference(model, &forward, &backward, Of::Everything))?;
    Ok(2 * ids.len())
}

#[test]
fn another_order_of_the_file_changes_nothing() {
    hold("pairing: a reordered file", |world| by_both(world, turned_round));
}

#[test]
fn to_keep_less_changes_nothing() {
    hold("pairing: keeping less", |world| {
        let (model, seed) = (&world.model, world.seed);
        let ids = world.histories(32);
        let all = By::Engine(Assumed::AtValue).tell(model, &[], seed, &ids)?;
        for step in [usize::MAX, 5] {
            let record = quantities(model).into_iter().skip(1).step_by(step).collect();
            let setup = Setup { record, ..Setup::default() };
            let program =
                compile(model, &setup).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let few = complete(tell(model, &program, seed, &ids, Machine::best()))?;
            none(first_difference(model, &all, &few, Of::Everything))?;
        }
        Ok(3 * ids.len())
    });
}
