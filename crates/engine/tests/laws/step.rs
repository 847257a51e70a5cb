//! Step: a world goes on the same from wherever it is taken up.

use detente_engine::{Machine, Setup};

use crate::telling::{Telling, keeping_all};
use crate::told::{Of, first_difference};
use crate::trial::{complete, hold, none};

#[test]
fn a_block_taken_up_goes_on_the_same() {
    hold("step", |world| {
        let (model, seed) = (&world.model, world.seed);
        let program = keeping_all(model, &Setup::default());
        let ids = world.histories(20);
        let mut on = complete(Telling::begin(&program, seed, &ids, Machine::best()))?;
        let mut kept = Vec::new();
        while on.block.week() < model.calendar.weeks {
            if on.block.week() % 5 == 3 {
                kept.push(on.clone());
            }
            complete(on.step(model, &program))?;
        }
        let whole = complete(on.finish(model, &program))?;
        let copies = kept.len();
        for copy in kept {
            let again = complete(copy.finish(model, &program))?;
            none(first_difference(model, &whole, &again, Of::Everything))?;
        }
        Ok(ids.len() * (1 + copies))
    });
}

#[test]
fn another_arm_may_be_taken_up_where_its_span_begins() {
    hold("step into another arm", |world| {
        let (model, seed) = (&world.model, world.seed);
        let changes = world.changes(3);
        let first = changes.iter().map(|change| change.span.from).min().unwrap_or(0);
        let baseline = keeping_all(model, &Setup::default());
        let arm = keeping_all(model, &Setup { interventions: changes, ..Setup::default() });
        let ids = world.histories(20);
        let from_the_start = complete(Telling::begin(&arm, seed, &ids, Machine::best()))?;
        let whole = complete(from_the_start.finish(model, &arm))?;
        if first == 0 {
            return Ok(ids.len());
        }
        let mut past = complete(Telling::begin(&baseline, seed, &ids, Machine::best()))?;
        while past.block.week() < first {
            complete(past.step(model, &baseline))?;
        }
        let from_the_span = complete(past.finish(model, &arm))?;
        none(first_difference(model, &whole, &from_the_span, Of::Everything))?;
        Ok(2 * ids.len())
    });
}
