//! Histories that have had more than one number: begun along their lineages, and taken over from
//! others at resampling.

use detente_chance::HistoryKey;
use detente_model::Week;

use crate::acted::Lanes;
use crate::block::Block;
use crate::{EngineError, Lineage, Machine, Program};

impl Block {
    /// Begins histories of these lineages, at most as many as the machine is wide.
    ///
    /// # Errors
    /// As [`Block::begin`].
    ///
    /// # Panics
    /// If there are more histories than lanes.
    pub fn begin_along(
        program: &Program,
        seed: u64,
        lineages: &[Lineage],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        let firsts: Vec<u64> = lineages.iter().map(Lineage::first).collect();
        Ok(Self::begin(program, seed, &firsts, machine)?.along(lineages))
    }

    /// The same, each at a row of parameters of its own: a value for each column of the program's
    /// posterior.
    ///
    /// # Errors
    /// As [`Block::begin`].
    ///
    /// # Panics
    /// As [`Block::begin_at`].
    pub fn begin_along_at(
        program: &Program,
        seed: u64,
        lineages: &[Lineage],
        rows: &[&[f64]],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        let firsts: Vec<u64> = lineages.iter().map(Lineage::first).collect();
        Ok(Self::begin_at(program, seed, &firsts, rows, machine)?.along(lineages))
    }

    pub(crate) fn along(mut self, lineages: &[Lineage]) -> Self {
        self.ids = lineages.iter().map(Lineage::last).collect();
        if lineages.iter().any(|own| !own.later().is_empty()) {
            self.lineages = lineages.to_vec();
            self.renumbered = Lanes::MAX;
        }
        self
    }

    /// Gives a lane another lineage.
    fn relate(&mut self, lane: usize, lineage: &Lineage) {
        if self.lineages.is_empty() {
            self.lineages = self.ids.iter().map(|id| Lineage::new(*id)).collect();
        }
        self.lineages[lane] = lineage.clone();
        self.ids[lane] = lineage.last();
        self.renumbered |= 1 << lane;
    }

    /// Lets a lane go on from where another block's lane is, under a lineage of its own. Both blocks
    /// stand before the same week, under the same program.
    ///
    /// # Panics
    /// If there is no such lane, or the blocks differ in program or width.
    pub fn take_over(&mut self, lane: usize, other: &Self, from: usize, lineage: &Lineage) {
        assert!(lane < self.ids.len() && from < other.ids.len(), "only histories are copied");
        assert!(
            self.stamp == other.stamp
                && self.week == other.week
                && self.engine.width == other.engine.width,
            "a history goes on in the same program and week"
        );
        let width = self.engine.width;
        let columns = self.memory.chunks_exact_mut(width).zip(other.memory.chunks_exact(width));
        columns.for_each(|(own, theirs)| own[lane] = theirs[from]);
        let copy = |own: &mut Lanes, theirs: Lanes| {
            *own = *own & !(1 << lane) | (theirs >> from & 1) << lane;
        };
        self.happened.iter_mut().zip(&other.happened).for_each(|(own, theirs)| copy(own, *theirs));
        self.held.iter_mut().zip(&other.held).for_each(|(own, theirs)| copy(own, *theirs));
        for (target, theirs) in &other.tally.put {
            copy(self.tally.put.entry(*target).or_default(), *theirs);
        }
        // What is up to date in one block need not be in the other.
        self.invalidate_all();
        self.relate(lane, lineage);
    }

    /// Lets a lane go on from where another lane of the block is, under a lineage of its own.
    ///
    /// # Panics
    /// If there is no such lane.
    pub fn repeat(&mut self, lane: usize, from: usize, lineage: &Lineage) {
        assert!(lane.max(from) < self.ids.len(), "only histories are copied");
        for column in self.memory.chunks_exact_mut(self.engine.width) {
            column[lane] = column[from];
        }
        let copy = |own: &mut Lanes| *own = *own & !(1 << lane) | (*own >> from & 1) << lane;
        self.happened.iter_mut().chain(&mut self.held).for_each(copy);
        self.tally.put.values_mut().for_each(copy);
        self.invalidate_all();
        self.relate(lane, lineage);
    }

    /// The key under which a lane's draws of a time that began in this week are made.
    pub(crate) fn key_in(&self, lane: usize, began: Week) -> Option<HistoryKey> {
        match self.lineages.get(lane) {
            Some(lineage) => Some(HistoryKey::new(self.seed, lineage.at(began))),
            None => self.keys.get(lane),
        }
    }

    /// Draws the week under the numbers that the histories have in it.
    pub(crate) fn renumber(&mut self) {
        for (lane, lineage) in self.lineages.iter().enumerate() {
            if self.renumbered >> lane & 1 == 1 || lineage.changes_in(self.week) {
                self.keys.set(lane, HistoryKey::new(self.seed, lineage.at(self.week)));
            }
        }
        self.renumbered = 0;
    }
}
