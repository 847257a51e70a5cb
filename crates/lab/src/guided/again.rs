//! Chosen histories run again along their lineages: as they are, and changed.

use detente_engine::{Along, Block, Chances, Evidence, Guidance, Lineage, Machine, OnChances};
use detente_model::Week;

use super::Given;
use crate::LabError;
use crate::sheaf::{Arm, Sheaf};

/// What is wanted of each history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The history as the question has it: changed, if something is changed.
    One,
    /// The history as it is and, if something is changed, changed.
    Both,
}

/// The arms of a question given the record.
pub(super) struct Arms {
    pub(super) baseline: Arm,
    pub(super) what_if: Option<Arm>,
    pub(super) guidance: Guidance,
    pub(super) given: Given,
    pub(super) seed: u64,
    pub(super) machine: Machine,
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
    pub(super) fn run(
        &self,
        lineages: &[Lineage],
        wanted: Wanted,
    ) -> Result<(Sheaf, Option<Sheaf>), LabError> {
        match (&self.what_if, self.given) {
            (None, _) => {
                let baseline = self.led_to_the_end(self.begin(lineages, false)?, lineages)?;
                Ok((baseline, None))
            }
            (Some(arm), Given::Hindsight) => {
                let (led, chances) = self.led_with_chances(lineages)?;
                let baseline = close(&self.baseline, led)?;
                let what_if = self.on_chances(arm, lineages, &chances)?;
                Ok(match wanted {
                    Wanted::One => (what_if, None),
                    Wanted::Both => (baseline, Some(what_if)),
                })
            }
            (Some(arm), Given::After(_) | Given::FromTheStart) => {
                let mut led = self.begin(lineages, false)?;
                self.lead(&self.baseline, &mut led, lineages, self.guidance.until)?;
                let mut parted = led.clone();
                self.lead(arm, &mut parted, lineages, arm.program.weeks())?;
                let what_if = close(arm, parted)?;
                Ok(match wanted {
                    Wanted::One => (what_if, None),
                    Wanted::Both => (self.led_to_the_end(led, lineages)?, Some(what_if)),
                })
            }
        }
    }

    fn begin(&self, lineages: &[Lineage], keeping_chances: bool) -> Result<Led, LabError> {
        let ids: Vec<u64> = lineages.iter().map(Lineage::last).collect();
        let program = &self.baseline.program;
        Ok(Led {
            block: Block::begin_along(program, self.seed, lineages, self.machine)?,
            evidence: match keeping_chances {
                true => Evidence::keeping(&self.guidance, lineages),
                false => Evidence::new(&self.guidance, lineages.len()),
            },
            sheaf: self.baseline.blank(&ids),
        })
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
        while led.block.week() < until {
            along.step(&mut led.block, &arm.program)?;
            arm.note(&led.block, &mut led.sheaf);
        }
        Ok(())
    }

    fn led_to_the_end(&self, mut led: Led, lineages: &[Lineage]) -> Result<Sheaf, LabError> {
        self.lead(&self.baseline, &mut led, lineages, self.baseline.program.weeks())?;
        close(&self.baseline, led)
    }

    /// The chances behind histories that are led as far as the record goes. Told nothing, they are the
    /// same histories on them.
    pub(super) fn chances(&self, lineages: &[Lineage]) -> Result<Vec<Chances>, LabError> {
        Ok(self.led_with_chances(lineages)?.1)
    }

    /// The histories as far as the record goes, and the chances behind them.
    fn led_with_chances(&self, lineages: &[Lineage]) -> Result<(Led, Vec<Chances>), LabError> {
        let mut led = self.begin(lineages, true)?;
        self.lead(&self.baseline, &mut led, lineages, self.guidance.until)?;
        let chances = std::mem::replace(&mut led.evidence, Evidence::new(&self.guidance, 0));
        Ok((led, chances.into_chances().unwrap_or_default()))
    }

    fn on_chances(
        &self,
        arm: &Arm,
        lineages: &[Lineage],
        chances: &[Chances],
    ) -> Result<Sheaf, LabError> {
        let ids: Vec<u64> = lineages.iter().map(Lineage::last).collect();
        let mut block = Block::begin_along(&arm.program, self.seed, lineages, self.machine)?;
        let mut sheaf = arm.blank(&ids);
        let mut on = OnChances::new(chances);
        while block.week() < arm.program.weeks() {
            on.step(&mut block, &arm.program)?;
            arm.note(&block, &mut sheaf);
        }
        arm.finish(&mut block, &mut sheaf)?;
        Ok(sheaf)
    }
}

/// Takes outcomes and counters once the histories are over.
fn close(arm: &Arm, mut led: Led) -> Result<Sheaf, LabError> {
    arm.finish(&mut led.block, &mut led.sheaf)?;
    Ok(led.sheaf)
}
