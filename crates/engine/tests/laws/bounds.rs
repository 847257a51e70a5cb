//! Bounds: every stock in its range, every state one of its values, and no number that is none.

use detente_model::{Kind, Model, NONE, StateValues, Target};
use proptest::test_runner::TestCaseError;

use crate::reference::Assumed;
use crate::trial::{By, World, hold};

fn within(model: &Model, of: Target, value: f64) -> bool {
    let finite = value.is_finite();
    match &model.element(of.element).kind {
        Kind::Stock(stock) => finite && stock.range.holds(value),
        Kind::State(state) => match state.of {
            StateValues::Truth => value == 0.0 || value == 1.0,
            StateValues::Member { set, may_be_vacant } => {
                let is = |member: &usize| *member as f64 == value;
                (may_be_vacant && value == NONE) || model.set(set).members.iter().any(is)
            }
        },
        _ => finite,
    }
}

fn bounded(world: &World, by: By) -> Result<usize, TestCaseError> {
    let (model, seed) = (&world.model, world.seed);
    let ids = by.histories(world, 64);
    for history in by.tell(model, &[], seed, &ids)? {
        let which = history.history;
        for (week, values) in history.weeks.iter().enumerate() {
            if let Some((of, value)) =
                values.iter().find(|(of, value)| !within(model, **of, **value))
            {
                let name = model.full_name(*of);
                let found = format!("{name} is {value} in week {week} of history {which}");
                return Err(TestCaseError::fail(found));
            }
        }
        if let Some((name, _)) = history.outcomes.iter().find(|(_, value)| value.is_nan()) {
            return Err(TestCaseError::fail(format!("{name} is no number in history {which}")));
        }
    }
    Ok(ids.len())
}

#[test]
fn every_value_is_within_its_bounds() {
    hold("bounds", |world| {
        let mut histories = 0;
        for assumed in [Assumed::AtValue, Assumed::FromPriors] {
            histories += bounded(world, By::Reference(assumed))?;
            histories += bounded(world, By::Engine(assumed))?;
        }
        Ok(histories)
    });
}
