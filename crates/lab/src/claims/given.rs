//! Claims of histories that follow the record: many follow it, a few of them by weight are run again
//! with every set of changes, and errors are taken over families.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use detente_model::Model;

use super::families::{ByFamily, Telling};
use super::plan::{Compiled, Plan};
use super::run::{Bite, Found, Walk};
use super::sums::Sums;
use crate::LabError;
use crate::guided::{Conditioning, ENOUGH, Ready, Wanted, WhatIf};
use crate::question::Question;
use crate::sheaf::Arm;

/// Histories that follow the record for each pair that is run. Following is cheap beside running
/// every claim's changes, and it takes many for a hundred families to be left.
pub(crate) const FOLLOWING: u64 = 32;

/// What stands behind what was found, where histories follow the record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StandsOn {
    pub(crate) conditioning: Conditioning,
    /// For each thing measured, what its pairs are worth.
    pub(crate) telling: Vec<Telling>,
}

impl StandsOn {
    /// How many independent histories stand behind one thing measured: the families that count, or the
    /// effective histories if they are fewer.
    pub(crate) fn histories(&self, measured: usize) -> u64 {
        (self.telling[measured].families as u64).min(self.conditioning.effective as u64)
    }
}

/// Whether too few histories stand behind something to say which way it falls.
pub(crate) fn too_few(histories: Option<u64>) -> bool {
    histories.is_some_and(|histories| (histories as f64) < ENOUGH)
}

/// Runs a plan over histories that follow the record as `question` says, `pairs` of those chosen by
/// weight; `None` if it was stopped.
///
/// # Errors
/// [`LabError::Impossible`] if no history can follow; a run that stops.
pub(crate) fn run_given(
    model: &Model,
    compiled: Compiled,
    plan: &Plan,
    question: &Question,
    pairs: u64,
    walk: &mut Walk<'_>,
) -> Result<Option<Found>, LabError> {
    let Compiled { baseline, arms, columns, outcomes, weeks } = compiled;
    let what_if = |(program, parts)| WhatIf { arm: Arm::answering(program), parts };
    let what_ifs: Vec<WhatIf> = arms.into_iter().map(what_if).collect();
    let ready = Ready::new(model, question, Arm::answering(baseline), what_ifs)?;
    let (stop, mut led) = (walk.watch.stop.clone(), 0);
    let chosen = ready.choose(pairs, &stop, |now| {
        walk.on(now - led);
        led = now;
    })?;
    let mut sums = vec![Sums::default(); plan.measured.len()];
    let mut bites = vec![Bite::default(); plan.arms.len()];
    let mut by_family = vec![ByFamily::default(); plan.measured.len()];
    let (mut founders, mut done) = (BTreeSet::new(), 0);
    ready.run(&chosen, Wanted::All, &stop, |block, ran| {
        let baseline = ran.baseline.unwrap_or_default();
        for (lane, (lineage, times)) in block.iter().enumerate() {
            founders.insert(lineage.first());
            done += *times as u64;
            for (number, measured) in plan.measured.iter().enumerate() {
                let what_if = measured.arm.map_or(&baseline, |arm| &ran.what_ifs[arm]);
                let pair = columns[number].pair(&baseline.outcomes, &what_if.outcomes, lane, weeks);
                (0..*times).for_each(|_| sums[number].take(pair));
                by_family[number].add(lineage.first(), *times, pair);
            }
        }
        for (bite, own) in bites.iter_mut().zip(&ran.what_ifs) {
            bite.add(&outcomes, &baseline.outcomes, &own.outcomes, &own.met, block.len());
        }
        walk.on(block.len() as u64 * (1 + plan.arms.len() as u64));
        Ok(())
    })?;
    let islands = chosen.islands;
    let conditioning = Conditioning::of(&chosen, founders.len(), islands, pairs);
    let telling = by_family.iter().zip(&sums).map(|(families, sums)| families.telling(sums));
    let stands_on = Some(StandsOn { conditioning, telling: telling.collect() });
    let sums = sums.into_iter().map(|sums| vec![sums]).collect();
    Ok((done == pairs).then_some(Found { sums, bites, stands_on }))
}
