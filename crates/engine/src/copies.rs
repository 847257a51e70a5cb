//! Histories that have had more than one number: begun along their lineages, and taken over from
//! others at resampling.

use detente_chance::HistoryKey;

use crate::acted::Lanes;
use crate::block::Block;
use crate::{EngineError, Lineage, Machine, Program};

/// A lane that goes on from where another is, under a lineage of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The lane.
    pub lane: usize,
    /// The lane from which it goes on.
    pub from: usize,
    /// The numbers it has from now on.
    pub lineage: Lineage,
}

impl Copied {
    fn of(&self, own: &mut Lanes, theirs: Lanes) {
        *own = *own & !(1 << self.lane) | (theirs >> self.from & 1) << self.lane;
    }
}

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

    /// Lets lanes go on from where lanes of another block are. Both blocks stand before the same week,
    /// under the same program.
    ///
    /// # Panics
    /// If there is no such lane, or the blocks differ in program or width.
    pub fn take_over(&mut self, other: &Self, copies: &[Copied]) {
        assert!(
            self.stamp == other.stamp
                && self.week == other.week
                && self.engine.width == other.engine.width,
            "a history goes on in the same program and week"
        );
        assert!(copies.iter().all(|own| own.from < other.ids.len()), "only histories are copied");
        let lasting = self.lasting();
        let width = self.engine.width;
        let columns = self.memory[..lasting].chunks_exact_mut(width);
        for (own, theirs) in columns.zip(other.memory[..lasting].chunks_exact(width)) {
            copies.iter().for_each(|copy| own[copy.lane] = theirs[copy.from]);
        }
        let masks = self.happened.iter_mut().zip(&other.happened);
        for (own, theirs) in masks.chain(self.held.iter_mut().zip(&other.held)) {
            copies.iter().for_each(|copy| copy.of(own, *theirs));
        }
        for (target, theirs) in &other.tally.put {
            let own = self.tally.put.entry(*target).or_default();
            copies.iter().for_each(|copy| copy.of(own, *theirs));
        }
        self.relate(copies);
    }

    /// Lets lanes go on from where other lanes of the block are, none of which is itself a copy.
    ///
    /// # Panics
    /// If there is no such lane.
    pub fn repeat(&mut self, copies: &[Copied]) {
        assert!(copies.iter().all(|own| own.from < self.ids.len()), "only histories are copied");
        let lasting = self.lasting();
        for column in self.memory[..lasting].chunks_exact_mut(self.engine.width) {
            copies.iter().for_each(|copy| column[copy.lane] = column[copy.from]);
        }
        let masks = self.happened.iter_mut().chain(&mut self.held);
        for own in masks.chain(self.tally.put.values_mut()) {
            let theirs = *own;
            copies.iter().for_each(|copy| copy.of(own, theirs));
        }
        self.relate(copies);
    }

    /// The length of the memory that lasts from week to week: the layout's. What a program has of its
    /// own is made of it.
    fn lasting(&self) -> usize {
        self.layout.size as usize * self.engine.width
    }

    /// Gives lanes other lineages, with nothing up to date.
    fn relate(&mut self, copies: &[Copied]) {
        // What is up to date in one lane need not be in the other.
        self.invalidate_all();
        if self.lineages.is_empty() {
            self.lineages = self.ids.iter().map(|id| Lineage::new(*id)).collect();
        }
        for Copied { lane, lineage, .. } in copies {
            self.lineages[*lane] = lineage.clone();
            self.ids[*lane] = lineage.last();
            self.renumbered |= 1 << lane;
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
