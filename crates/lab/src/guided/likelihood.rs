//! The probability of the record at given parameters, by the part of it that may be fitted to.
//!
//! An island of histories all at one row of parameters follows the record; the mean of its weights,
//! taken between resamplings, is an unbiased estimate of the probability (Del Moral 1996; it stays so
//! where the weights themselves decide when to resample). So an exact sampler may use it in the place
//! of the likelihood (Andrieu and Roberts 2009).
//!
//! What is held out is kept apart: histories are led along those entries as if somebody intervened,
//! and neither gain nor lose weight by them. To leave them to chance would not be to leave them out:
//! what came after rests on them, and so parameters would be drawn to what makes them happen.

use std::collections::BTreeSet;
use std::sync::Arc;

use detente_chance::{exp, ln};
use detente_engine::{Doubt, Guidance, Machine, Posterior, Program};
use detente_model::{Coupling, Intervention, Model, Target};

use super::finding::is_held_out;
use super::islands::{Following, Island};
use super::resampling::Weights;
use crate::LabError;
use crate::ensemble::Layout;
use crate::question::Question;

/// The record as a likelihood of parameters.
#[derive(Debug)]
pub struct RecordLikelihood {
    program: Program,
    guidance: Guidance,
    columns: usize,
    seed: u64,
    machine: Machine,
}

/// How probable the record is at a row of parameters, by estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likely {
    /// ln of an unbiased estimate of the probability (a density, where levels were measured); −∞ if no
    /// history could follow.
    pub log: f64,
    /// How many histories of equal weight were left at the end.
    pub effective: f64,
    /// Resamplings of the island that was resampled most.
    pub resamplings: u32,
}

impl RecordLikelihood {
    /// The likelihood of the parameters in `columns`, by what the split gives to the fit and names not
    /// in `left_out`; the whole record, where there is no split. The record ends with the last week in
    /// which something may be fitted to. `assumptions` hold throughout, beside those of schools.
    ///
    /// # Errors
    /// A name in `left_out` that the record does not have, a model that does not compile, or one whose
    /// coupling the record cannot be followed under.
    pub fn of_fit(
        model: &Model,
        assumptions: &[Intervention],
        columns: &[Target],
        left_out: &BTreeSet<String>,
        seed: u64,
    ) -> Result<Self, LabError> {
        if model.coupling == Coupling::Threshold {
            let why = "histories cannot follow the record under the threshold coupling";
            return Err(LabError::Question(why.to_owned()));
        }
        let record = &model.record;
        let names =
            record.entries.iter().map(|one| &one.id).chain(record.levels.iter().map(|one| &one.id));
        let names: BTreeSet<&String> = names.collect();
        if let Some(unknown) = left_out.iter().find(|name| !names.contains(name)) {
            return Err(LabError::Question(format!("the record has no entry \"{unknown}\"")));
        }
        let holding = Question { assumptions: assumptions.to_vec(), ..Question::default() };
        let values = columns.iter().map(|_| 0.0).collect();
        let posterior = Posterior { columns: columns.to_vec(), rows: vec![values] };
        let doubt = Doubt::Posterior(Arc::new(posterior));
        let bare = Layout { outcomes: Vec::new(), followed: Vec::new() };
        Ok(Self {
            program: bare.arm_with(model, &holding.holding(model), doubt)?.program,
            guidance: fit_part(model, left_out),
            columns: columns.len(),
            seed,
            machine: Machine::best(),
        })
    }

    /// The likelihood at a row, in base units, by so many histories from number `first` on. Rows asked
    /// with the same numbers meet the same chance; with others, fresh chance.
    ///
    /// # Errors
    /// A row without a value for each column, no histories, or numbers beyond 2³²; a run that stops.
    pub fn at(&self, row: &[f64], first: u64, histories: u64) -> Result<Likely, LabError> {
        let islands = self.islands(row, first, histories)?;
        let evidence = of_islands(&islands);
        let squares = islands.iter().zip(&evidence.shares).map(|(island, share)| {
            share * share * island.shares.iter().map(|own| own * own).sum::<f64>()
        });
        let squares: f64 = squares.sum();
        Ok(Likely {
            log: mean_of(&evidence, &islands),
            effective: if squares > 0.0 { 1.0 / squares } else { 0.0 },
            resamplings: islands.iter().map(|island| island.resamplings).max().unwrap_or(0),
        })
    }

    /// ln of the probability of what is kept apart, given the rest, at a row. Where that is what the
    /// split holds out, to look at it is to open it.
    ///
    /// # Errors
    /// As [`RecordLikelihood::at`].
    pub fn apart(&self, row: &[f64], first: u64, histories: u64) -> Result<f64, LabError> {
        let islands = self.islands(row, first, histories)?;
        let evidence = of_islands(&islands);
        let of_island = |(island, share): (&Island, &f64)| {
            let own = island.shares.iter().zip(&island.log_apart);
            let own = own.filter(|(weight, _)| **weight > 0.0);
            share * own.map(|(weight, log)| weight * exp(*log)).sum::<f64>()
        };
        Ok(ln(islands.iter().zip(&evidence.shares).map(of_island).sum()))
    }

    fn islands(&self, row: &[f64], first: u64, histories: u64) -> Result<Vec<Island>, LabError> {
        Question { first, histories, ..Question::default() }.check()?;
        if row.len() != self.columns {
            let (given, wanted) = (row.len(), self.columns);
            let what = format!("a row of {given} values was given for {wanted} parameters");
            return Err(LabError::Question(what));
        }
        let following = Following {
            program: &self.program,
            doubt: Doubt::AtValues,
            row: Some(row),
            guidance: &self.guidance,
            seed: self.seed,
            first,
            histories,
            machine: self.machine,
        };
        (0..following.islands()).map(|number| Ok(following.island(number)?)).collect()
    }
}

/// Each island's share of the whole evidence, by its size.
fn of_islands(islands: &[Island]) -> Weights {
    let log_share = |island: &Island| island.log_evidence + ln(island.lineages.len() as f64);
    Weights::of(&islands.iter().map(log_share).collect::<Vec<_>>())
}

/// ln of the mean evidence over histories.
fn mean_of(evidence: &Weights, islands: &[Island]) -> f64 {
    let histories: usize = islands.iter().map(|island| island.lineages.len()).sum();
    evidence.log_mean + ln(islands.len() as f64 / histories as f64)
}

/// The record as far as it may be fitted to, with what is held out or left out kept apart.
pub(crate) fn fit_part(model: &Model, left_out: &BTreeSet<String>) -> Guidance {
    let held_out = |name: &String| is_held_out(model, name);
    let (entries, levels) = (&model.record.entries, &model.record.levels);
    let whole = Guidance::of(model, None);
    let of_entries = whole.expected.iter().filter(|one| !held_out(&entries[one.entry].id));
    let of_levels = whole.levels.iter().filter(|one| !held_out(&levels[one.level].id));
    let last = of_entries.map(|one| one.closes).chain(of_levels.map(|one| one.week)).max();
    let until = last.map_or(0, |week| week + 1);
    let apart = |name: &String| held_out(name) || left_out.contains(name);
    Guidance::of(model, Some(until))
        .apart(|entry| apart(&entries[entry].id), |level| apart(&levels[level].id))
}
