//! Agreement: the engine and the reference are one to the bit, free and under changes, by either
//! coupling, wherever the parameters come from.

use std::sync::Arc;

use detente_engine::{Machine, Posterior, References, Setup};
use detente_model::{Coupling, Intervention, Kind, Model};
use proptest::test_runner::TestCaseError;

use crate::random::{Dice, random_cuts, random_references};
use crate::reference::{Assumed, Circumstances, live};
use crate::telling::{keeping_all, tell};
use crate::told::{Of, Told, difference, of_life, without_sign_of_zero};
use crate::trial::{World, hold, none, setup};

/// Holds the engine to the reference under these changes, history by history.
fn agree(
    world: &World,
    parameters: Assumed<'_>,
    changes: &[Intervention],
) -> Result<usize, TestCaseError> {
    agree_in(&world.model, world, parameters, changes, References::default())
}

/// The same in a model that differs from the world's own, with reasons cut at these sizes.
fn agree_in(
    model: &Model,
    world: &World,
    parameters: Assumed<'_>,
    changes: &[Intervention],
    usual: References,
) -> Result<usize, TestCaseError> {
    let (usual, seed) = (Arc::new(usual), world.seed);
    let setup = Setup { references: Some(Arc::clone(&usual)), ..setup(parameters, changes) };
    let program = keeping_all(model, &setup);
    let ids = world.histories(4);
    for &history in &ids {
        let engine = tell(model, &program, seed, &[history], Machine::single());
        let circumstances = Circumstances { seed, history, parameters, changes, usual: &usual };
        match (live(model, &circumstances), engine) {
            (Ok(life), Ok(mut told)) => {
                let mut slow = without_sign_of_zero(of_life(model, history, &life));
                let fast = without_sign_of_zero(told.remove(0));
                round_correlations(model, &mut slow, &fast);
                none(difference(model, &slow, &fast, Of::Everything))?;
            }
            (Err(_), Err(_)) => {}
            (Err(stopped), Ok(_)) => {
                return Err(TestCaseError::fail(format!("only the reference stops: {stopped:?}")));
            }
            (Ok(_), Err(error)) => {
                return Err(TestCaseError::fail(format!("only the engine stops: {error}")));
            }
        }
    }
    Ok(ids.len())
}

/// A correlation is added up in another order than by hand: there, agreement is to nine digits.
fn round_correlations(model: &Model, slow: &mut Told, fast: &Told) {
    for (name, value) in &mut slow.outcomes {
        let of = model.find(name).expect("an outcome of the model");
        let Kind::Outcome(outcome) = &model.element(of.element).kind else { continue };
        let other = fast.outcomes.get(name).copied().unwrap_or(*value);
        if outcome.is.text.contains("correlation(") && (*value - other).abs() < 1e-9 {
            *value = other;
        }
    }
}

#[test]
fn the_engine_agrees_with_the_reference() {
    hold("agreement: free histories", |world| agree(world, Assumed::AtValue, &[]));
}

#[test]
fn the_engine_agrees_with_the_reference_on_parameters_that_are_doubted() {
    hold("agreement: parameters from their priors", |world| agree(world, Assumed::FromPriors, &[]));
}

#[test]
fn the_engine_agrees_with_the_reference_on_what_is_changed() {
    hold("agreement: under interventions", |world| {
        agree(world, Assumed::AtValue, &world.changes(4))
    });
}

#[test]
fn the_engine_agrees_with_the_reference_on_reasons_that_are_cut() {
    hold("agreement: cut reasons", |world| {
        let thrown = world.thrown();
        let mut dice = Dice::new(&thrown);
        let cuts = random_cuts(&world.model, &mut dice, 4);
        let usual = random_references(&world.model, &mut dice);
        agree_in(&world.model, world, Assumed::AtValue, &cuts, usual)
    });
}

#[test]
fn the_engine_agrees_with_the_reference_by_the_second_coupling() {
    hold("agreement: coupling by threshold", |world| {
        let model = Model { coupling: Coupling::Threshold, ..world.model.clone() };
        let changes = world.changes(2);
        agree_in(&model, world, Assumed::AtValue, &changes, References::default())
    });
}

#[test]
fn the_engine_agrees_with_the_reference_on_rows_of_parameters() {
    hold("agreement: parameters from rows", |world| {
        let thrown = world.thrown();
        let mut dice = Dice::new(&thrown);
        let posterior = random_rows(&world.model, &mut dice);
        agree(world, Assumed::FromRows(&posterior), &[])
    });
}

/// Three rows of numbers in range for about half of the parameters that are doubted.
fn random_rows(model: &Model, dice: &mut Dice<'_>) -> Posterior {
    let mut own = Posterior { columns: Vec::new(), rows: vec![Vec::new(); 3] };
    for target in crate::told::quantities(model) {
        let Kind::Parameter(parameter) = &model.element(target.element).kind else { continue };
        if parameter.priors[target.instance].is_some() && dice.once_in(2) {
            own.columns.push(target);
            for row in &mut own.rows {
                let value = parameter.values[target.instance] * dice.under(200) as f64 / 100.0;
                row.push(value.clamp(parameter.range.low, parameter.range.high));
            }
        }
    }
    own
}
