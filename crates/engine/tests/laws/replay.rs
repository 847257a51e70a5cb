//! Replay: the same histories to the byte, however many go abreast, with whichever instructions, and
//! however they are dealt to blocks.

use detente_chance::InstructionSet;
use detente_engine::{Machine, Setup, Width};

use crate::telling::{keeping_all, tell};
use crate::told::{Of, first_difference};
use crate::trial::{complete, hold, none};

#[test]
fn the_same_bytes_however_they_are_run() {
    hold("replay", |world| {
        let (model, seed) = (&world.model, world.seed);
        let program = keeping_all(model, &Setup::default());
        let mut ids = world.histories(70);
        ids.extend([u64::MAX, 1 << 40]);
        let one = complete(tell(model, &program, seed, &ids, Machine::best()))?;
        let mut runs = 1;
        for width in Width::ALL {
            for instructions in InstructionSet::available() {
                let machine = Machine { width, instructions };
                let few = if width == Width::One { &ids[..4] } else { &ids[..] };
                let other = complete(tell(model, &program, seed, few, machine))?;
                none(first_difference(model, &one[..few.len()], &other, Of::Everything))?;
                runs += 1;
            }
        }
        // The same histories in another order, and so in other lanes of other blocks.
        let backwards: Vec<u64> = ids.iter().rev().copied().collect();
        let mut other = complete(tell(model, &program, seed, &backwards, Machine::best()))?;
        other.reverse();
        none(first_difference(model, &one, &other, Of::Everything))?;
        Ok(ids.len() * runs)
    });
}
