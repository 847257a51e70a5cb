//! Chosen histories run again along their lineages: as they are, and with each set of changes.

use detente_engine::{Along, Block, Chances, Evidence, Guidance, Lineage, Machine, OnChances};
use detente_model::Week;

use super::Given;
use crate::LabError;
use crate::sheaf::{Arm, Sheaf};

/// What is wanted of each history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The histories changed, if something is changed, else as they are.
    Changed,
    /// The histories as they are and with each set of changes.
    All,
}

/// The arms of a question given the record.
pub(crate) struct Arms {
    pub(crate) baseline: Arm,
    pub(crate) what_ifs: Vec<WhatIf>,
    pub(crate) guidance: Guidance,
    pub(crate) given: Given,
    pub(crate) seed: u64,
    pub(crate) machine: Machine,
}

/// Histories with a set of changes.
pub(crate) struct WhatIf {
    pub(crate) arm: Arm,
    /// The first week in which they may differ from the baseline.
    pub(crate) parts: Week,
}

/// Some histories run again.
pub(crate) struct Ran {
    /// As they are; `None` where only the changed ones were wanted and this one need not be run.
    pub(crate) baseline: Option<Sheaf>,
    /// With each set of changes, in order.
    pub(crate) what_ifs: Vec<Sheaf>,
}

/// Histories under way.
#[derive(Clone)]
struct Led {
    block: Block,
    evidence: Evidence,
    sheaf: Sheaf,
}

impl Arms {
    /// Runs a block of lineages again.
    pub(crate) fn run(&self, lineages: &[Lineage], wanted: Wanted) -> Result<Ran, LabError> {
        let mut leaving: Vec<usize> = (0..self.what_ifs.len()).collect();
        leaving.sort_by_key(|number| self.what_ifs[*number].parts);
        match self.given {
            Given::Hindsight if !leaving.is_empty() => self.on_chances(lineages, &leaving),
            _ => self.on_fresh_chance(lineages, wanted, &leaving),
        }
    }

    /// Every arm leaves the baseline in the week in which it parts, and meets the chances behind it.
    fn on_chances(&self, lineages: &[Lineage], leaving: &[usize]) -> Result<Ran, LabError> {
        let mut led = self.begin(lineages, Evidence::keeping(&self.guidance, lineages))?;
        let mut parted: Vec<(Block, Sheaf)> = Vec::with_capacity(leaving.len());
        for number in leaving {
            let WhatIf { arm, parts } = &self.what_ifs[*number];
            parted.push(match parts {
                // The start itself may be another.
                0 => (
                    Block::begin_along(&arm.program, self.seed, lineages, self.machine)?,
                    arm.blank(&ids(lineages)),
                ),
                _ => {
                    self.lead(&self.baseline, &mut led, lineages, *parts)?;
                    let mut block = led.block.clone();
                    // What a mood was told after the parting is behind it from its beginning.
                    block.forget_moods(&self.baseline.program);
                    (block, led.sheaf.clone())
                }
            });
        }
        self.lead(&self.baseline, &mut led, lineages, self.baseline.program.weeks())?;
        let Led { block, evidence, sheaf } = led;
        let chances = evidence.into_chances().unwrap_or_else(|| Chances::of(lineages));
        let baseline = close(&self.baseline, block, sheaf)?;
        let mut what_ifs = vec![Sheaf::default(); leaving.len()];
        for (number, (mut block, mut sheaf)) in leaving.iter().zip(parted) {
            let arm = &self.what_ifs[*number].arm;
            let mut on = OnChances::new(&chances);
            while block.week() < arm.program.weeks() {
                on.step(&mut block, &arm.program)?;
                arm.note(&block, &mut sheaf);
            }
            what_ifs[*number] = close(arm, block, sheaf)?;
        }
        Ok(Ran { baseline: Some(baseline), what_ifs })
    }

    /// Every arm leaves the baseline after the day, and goes on as chance will have it.
    fn on_fresh_chance(
        &self,
        lineages: &[Lineage],
        wanted: Wanted,
        leaving: &[usize],
    ) -> Result<Ran, LabError> {
        let evidence = Evidence::new(&self.guidance, lineages.len());
        let mut led = self.begin(lineages, evidence)?;
        let mut what_ifs = vec![Sheaf::default(); leaving.len()];
        for number in leaving {
            let WhatIf { arm, parts } = &self.what_ifs[*number];
            self.lead(&self.baseline, &mut led, lineages, (*parts).max(self.guidance.until))?;
            let mut parted = led.clone();
            self.lead(arm, &mut parted, lineages, arm.program.weeks())?;
            what_ifs[*number] = close(arm, parted.block, parted.sheaf)?;
        }
        if wanted == Wanted::Changed && !leaving.is_empty() {
            return Ok(Ran { baseline: None, what_ifs });
        }
        self.lead(&self.baseline, &mut led, lineages, self.baseline.program.weeks())?;
        Ok(Ran { baseline: Some(close(&self.baseline, led.block, led.sheaf)?), what_ifs })
    }

    /// The chances behind histories that are led as far as the record goes. Told nothing, they are the
    /// same histories on them.
    pub(super) fn chances(&self, lineages: &[Lineage]) -> Result<Chances, LabError> {
        let mut led = self.begin(lineages, Evidence::keeping(&self.guidance, lineages))?;
        self.lead(&self.baseline, &mut led, lineages, self.guidance.until)?;
        Ok(led.evidence.into_chances().unwrap_or_else(|| Chances::of(lineages)))
    }

    fn begin(&self, lineages: &[Lineage], evidence: Evidence) -> Result<Led, LabError> {
        let program = &self.baseline.program;
        let block = Block::begin_along(program, self.seed, lineages, self.machine)?;
        Ok(Led { block, evidence, sheaf: self.baseline.blank(&ids(lineages)) })
    }

    /// Leads histories along the record, and beyond its end lets them go.
    fn lead(
        &self,
        arm: &Arm,
        led: &mut Led,
        lineages: &[Lineage],
        until: Week,
    ) -> Result<(), LabError> {
        let mut along = Along::new(&self.guidance, &mut led.evidence, 0, lineages, self.seed);
        while led.block.week() < until.min(arm.program.weeks()) {
            along.step(&mut led.block, &arm.program)?;
            arm.note(&led.block, &mut led.sheaf);
        }
        Ok(())
    }
}

fn ids(lineages: &[Lineage]) -> Vec<u64> {
    lineages.iter().map(Lineage::last).collect()
}

/// Takes outcomes and counters once the histories are over.
fn close(arm: &Arm, mut block: Block, mut sheaf: Sheaf) -> Result<Sheaf, LabError> {
    arm.finish(&mut block, &mut sheaf)?;
    Ok(sheaf)
}
