//! Agreement: the wide run, the single run with its reasons, and the reference are one to the bit.

use detente_engine::Machine;
use detente_model::{Intervention, Kind, Model};
use proptest::test_runner::TestCaseError;

use crate::reference::Assumed;
use crate::telling::{keeping_all, tell};
use crate::told::{Of, Told, difference, of_life, without_sign_of_zero};
use crate::trial::{World, hold, lived, none, setup};

/// Holds the engine to the reference under these changes, history by history.
fn agree(
    world: &World,
    parameters: Assumed,
    changes: &[Intervention],
) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let program = keeping_all(model, &setup(parameters, changes));
    let ids = world.histories(4);
    for &history in &ids {
        let engine = tell(model, &program, seed, &[history], Machine::single());
        match (lived(model, seed, history, parameters, changes), engine) {
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
