//! How many histories are cut into blocks that run abreast.

use detente_engine::Machine;

use crate::question::Question;

/// How an ensemble is cut into blocks of histories that run abreast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pieces {
    first: u64,
    end: u64,
    width: u64,
    /// How many blocks.
    pub(crate) count: u64,
}

impl Pieces {
    pub(crate) fn of(question: &Question, machine: Machine) -> Self {
        let width = machine.width.lanes() as u64;
        let end = question.first + question.histories;
        Self { first: question.first, end, width, count: question.histories.div_ceil(width) }
    }

    /// The numbers of a block's histories.
    pub(crate) fn ids(&self, piece: u64) -> Vec<u64> {
        let from = self.first + piece * self.width;
        (from..(from + self.width).min(self.end)).collect()
    }
}
