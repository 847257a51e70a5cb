//! Histories that follow the record, island by island.
//!
//! An island is 1,024 histories that are resampled among themselves where their weights have grown too
//! uneven; it ends with an estimate of how probable the record is, by which islands are combined. So an
//! island needs nothing of the others, and threads cannot matter.

use std::collections::BTreeMap;

use detente_engine::{
    Along, Block, Copied, Doubt, EngineError, Evidence, Failure, Guidance, Lineage, Machine,
    Program,
};

use detente_model::Week;

use super::resampling::{Weights, copy_number, resampling_uniform};

/// Histories of an island.
pub(crate) const ISLAND: u64 = 1024;

/// An island's histories at the day to which they follow the record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Island {
    /// The numbers each has had.
    pub(crate) lineages: Vec<Lineage>,
    /// Each history's share of the island.
    pub(crate) shares: Vec<f64>,
    /// ln of the probability of the record, as the island estimates it; −∞ if none could follow.
    pub(crate) log_evidence: f64,
    /// How often it was resampled.
    pub(crate) resamplings: u32,
    /// Why histories could not follow, by slot, since the last resampling.
    pub(crate) failures: Vec<(usize, Failure)>,
}

/// What all islands of an ensemble follow.
pub(crate) struct Following<'a> {
    pub(crate) program: &'a Program,
    /// How the program's histories take their parameters.
    pub(crate) doubt: Doubt,
    /// The row of parameters at which all histories stand, if the program takes them by row.
    pub(crate) row: Option<&'a [f64]>,
    pub(crate) guidance: &'a Guidance,
    pub(crate) seed: u64,
    /// The number of the first history of the ensemble.
    pub(crate) first: u64,
    pub(crate) histories: u64,
    pub(crate) machine: Machine,
}

impl Following<'_> {
    /// How many islands there are.
    pub(crate) fn islands(&self) -> u64 {
        self.histories.div_ceil(ISLAND)
    }

    /// Histories that go abreast.
    pub(crate) fn width(&self) -> usize {
        self.machine.width.lanes()
    }

    /// Runs one island to the day.
    pub(crate) fn island(&self, number: u64) -> Result<Island, EngineError> {
        let mut running = self.begin(number)?;
        while running.week() < self.guidance.until && !running.is_dead() {
            running.step(self)?;
            if running.week() < self.guidance.until {
                running.resample(self, number);
            }
        }
        Ok(running.end())
    }

    /// ln of the estimated probability of each week's record given the weeks before, as the first
    /// island finds it. Where no history can follow any more it is −∞, and no week comes after.
    pub(crate) fn log_evidence_by_week(&self) -> Result<Vec<f64>, EngineError> {
        let mut running = self.begin(0)?;
        let mut weeks = Vec::with_capacity(self.guidance.until as usize);
        while running.week() < self.guidance.until && !running.is_dead() {
            let before = running.log_evidence_so_far();
            running.step(self)?;
            weeks.push(running.log_evidence_so_far() - before);
            running.resample(self, 0);
        }
        Ok(weeks)
    }

    /// What can be seen of an island's blocks once a week was run, as it ran in [`Self::island`].
    pub(crate) fn seen_in<T>(
        &self,
        number: u64,
        week: Week,
        see: impl Fn(&Block) -> T,
    ) -> Result<Vec<T>, EngineError> {
        let mut running = self.begin(number)?;
        while running.week() <= week {
            if running.week() > 0 {
                running.resample(self, number);
            }
            running.step(self)?;
        }
        Ok(running.blocks.iter().map(see).collect())
    }

    fn begin(&self, number: u64) -> Result<Running, EngineError> {
        let from = number * ISLAND;
        let size = ISLAND.min(self.histories - from);
        let lineages = (0..size).map(|slot| Lineage::new(self.first + from + slot)).collect();
        Running::begin(self, lineages)
    }
}

/// An island under way.
struct Running {
    blocks: Vec<Block>,
    lineages: Vec<Lineage>,
    evidence: Evidence,
    log_evidence: f64,
    resamplings: u32,
    width: usize,
}

impl Running {
    fn begin(of: &Following<'_>, lineages: Vec<Lineage>) -> Result<Self, EngineError> {
        let width = of.machine.width.lanes();
        let blocks = lineages
            .chunks(width)
            .map(|own| match of.row {
                Some(row) => {
                    let rows = vec![row; own.len()];
                    Block::begin_along_at(of.program, of.seed, own, &rows, of.machine)
                }
                None => Block::begin_along(of.program, of.seed, own, of.machine),
            })
            .collect::<Result<_, _>>()?;
        let evidence = Evidence::new(of.guidance, lineages.len());
        Ok(Self { blocks, lineages, evidence, log_evidence: 0.0, resamplings: 0, width })
    }

    fn week(&self) -> u32 {
        self.blocks.first().map_or(u32::MAX, Block::week)
    }

    fn step(&mut self, of: &Following<'_>) -> Result<(), EngineError> {
        for (number, block) in self.blocks.iter_mut().enumerate() {
            let first = number * self.width;
            let lineages = &self.lineages[first..(first + self.width).min(self.lineages.len())];
            Along::new(of.guidance, &mut self.evidence, first, lineages, of.seed)
                .step(block, of.program)?;
        }
        Ok(())
    }

    fn log_evidence_so_far(&self) -> f64 {
        self.log_evidence + Weights::of(self.evidence.log_weights()).log_mean
    }

    fn is_dead(&self) -> bool {
        self.evidence.log_weights().iter().all(|weight| *weight == f64::NEG_INFINITY)
    }

    /// Resamples where the histories' weights tell less than half of them would.
    fn resample(&mut self, of: &Following<'_>, island: u64) {
        let weights = Weights::of(self.evidence.log_weights());
        let effective = weights.effective();
        if effective == 0.0 || 2.0 * effective >= self.lineages.len() as f64 {
            return;
        }
        self.resamplings += 1;
        self.log_evidence += weights.log_mean;
        let week = self.week();
        let first = of.first + island * ISLAND;
        let parents = weights.parents(resampling_uniform(of.seed, first, week));
        // A parent keeps its own slot, so it is still there for its last copy.
        let mut copies: BTreeMap<[usize; 2], Vec<Copied>> = BTreeMap::new();
        for (slot, &parent) in parents.iter().enumerate().filter(|(slot, parent)| slot != *parent) {
            let mut lineage = self.lineages[parent].clone();
            lineage.renumber(week, copy_number(self.resamplings, first + slot as u64));
            self.lineages[slot] = lineage.clone();
            let ([to, lane], [of, from]) = (self.place(slot), self.place(parent));
            copies.entry([to, of]).or_default().push(Copied { lane, from, lineage });
        }
        for ([to, of], copies) in copies {
            match self.blocks.get_disjoint_mut([to, of]) {
                Ok([block, other]) => block.take_over(other, &copies),
                Err(_) => self.blocks[to].repeat(&copies),
            }
        }
        self.evidence.gather(&parents);
    }

    /// The block of a slot, and its lane there.
    fn place(&self, slot: usize) -> [usize; 2] {
        [slot / self.width, slot % self.width]
    }

    fn end(self) -> Island {
        let weights = Weights::of(self.evidence.log_weights());
        let failed = |(slot, failure): (usize, &Option<Failure>)| Some((slot, (*failure)?));
        let failures = self.evidence.failures().iter().enumerate().filter_map(failed).collect();
        Island {
            lineages: self.lineages,
            log_evidence: self.log_evidence + weights.log_mean,
            shares: weights.shares,
            resamplings: self.resamplings,
            failures,
        }
    }
}
