//! Running a scope for few histories of a block, side by side in a memory of their own.

use crate::acted::{Lanes, each_lane};
use crate::block::Block;
use crate::kernel::Surroundings;
use crate::program::Program;

/// Up to so many histories are few.
pub(crate) const FEW: usize = 16;

/// Where the results of a scope are to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// In the block's memory, in every lane.
    Everywhere,
    /// In the memory of few, one after another in the order of the lanes it was run for.
    AmongFew,
}

impl Block {
    /// Runs a scope that is wanted in these lanes alone, unless it is wanted everywhere.
    pub(crate) fn run_where(
        &mut self,
        program: &Program,
        scope: u32,
        lanes: Lanes,
        everywhere: bool,
    ) -> Found {
        if everywhere || self.engine.width <= FEW || lanes.count_ones() as usize > FEW {
            self.run(program, scope);
            return Found::Everywhere;
        }
        self.prepare(program, scope);
        let own = &program.scopes[scope as usize];
        let (width, numbers) = (self.engine.width, few_of(lanes));
        for place in &own.reads {
            let theirs = &self.memory[*place as usize * width..][..width];
            let few = &mut self.few[*place as usize * FEW..][..FEW];
            few.iter_mut().zip(numbers).for_each(|(few, lane)| *few = theirs[lane]);
        }
        if own.draws > 0 {
            self.few_keys.become_those_of(&self.keys, &numbers);
        }
        let code = &program.code[own.from as usize..own.until as usize];
        self.work.instructions += code.len() as u64;
        self.work.draws += u64::from(own.draws);
        self.work.functions += u64::from(own.functions);
        let around = Surroundings {
            scalars: &self.scalars,
            tables: &program.tables,
            addresses: &program.addresses,
            keys: &self.few_keys,
            week: self.week,
            kernels: &self.engine.kernels,
        };
        self.engine.run_few(code, &mut self.few, &around);
        Found::AmongFew
    }
}

/// The numbers of few lanes, of which there is at least one; the last is repeated until they are as
/// many as go abreast.
pub(crate) fn few_of(lanes: Lanes) -> [usize; FEW] {
    let mut numbers = [63 - lanes.leading_zeros() as usize; FEW];
    numbers.iter_mut().zip(each_lane(lanes)).for_each(|(own, lane)| *own = lane);
    numbers
}
