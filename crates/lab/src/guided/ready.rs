//! A question made ready to be asked of histories that follow the record: which they are, and all its
//! arms run again on them.

use detente_engine::{Doubt, Guidance, Lineage, Machine};
use detente_model::{Coupling, Model, Week};

use super::Given;
use super::again::{Arms, Ran, Wanted, WhatIf};
use super::finding;
use super::islands::{Following, Island};
use super::selection::Selection;
use crate::LabError;
use crate::in_order::in_order;
use crate::layout::doubt_of;
use crate::question::{Parameters, Question, Stop};
use crate::sheaf::Arm;

/// What stays the same while a question is answered. The question's histories are those that follow
/// the record.
pub(crate) struct Ready<'a> {
    pub(crate) model: &'a Model,
    pub(crate) question: &'a Question,
    pub(crate) arms: Arms,
}

/// The first week that the record says nothing of, for a question; `None`: it is followed to its end.
///
/// # Errors
/// A question that cannot be asked of histories that follow the record.
pub(crate) fn followed_to(model: &Model, question: &Question) -> Result<Option<Week>, LabError> {
    question.check()?;
    let refused = |why: &str| Err(LabError::Question(why.to_owned()));
    if model.coupling == Coupling::Threshold {
        return refused(
            "histories cannot follow the record under the threshold coupling; leave out the school \
             that sets it, or ask from the start",
        );
    }
    if question.parameters == Parameters::Posterior {
        return refused(
            "the posterior has seen the record already, and would count it twice; draw the \
             parameters from their priors, or ask from the start",
        );
    }
    match question.given {
        Given::Hindsight => Ok(None),
        Given::After(week) if (1..model.calendar.weeks).contains(&week) => Ok(Some(week)),
        Given::After(_) => refused("the record is followed to a week inside the calendar"),
        Given::FromTheStart => Ok(Some(0)),
    }
}

impl<'a> Ready<'a> {
    /// # Errors
    /// As [`followed_to`].
    pub(crate) fn new(
        model: &'a Model,
        question: &'a Question,
        baseline: Arm,
        what_ifs: Vec<WhatIf>,
    ) -> Result<Self, LabError> {
        let guidance = Guidance::of(model, followed_to(model, question)?);
        Ok(Self::along(model, question, guidance, baseline, what_ifs))
    }

    /// The same along a guidance of one's own.
    pub(crate) fn along(
        model: &'a Model,
        question: &'a Question,
        guidance: Guidance,
        baseline: Arm,
        what_ifs: Vec<WhatIf>,
    ) -> Self {
        let (given, seed, machine) = (question.given, question.seed, Machine::best());
        let arms = Arms { baseline, what_ifs, guidance, given, seed, machine };
        Self { model, question, arms }
    }

    /// Some of the histories that follow the record, `wanted` of equal weight; none, if the run was
    /// ended before. `tell` is told how many have come to the day.
    ///
    /// # Errors
    /// [`LabError::Impossible`] if no history can follow; a run that stops.
    pub(crate) fn choose(
        &self,
        wanted: u64,
        stop: &Stop,
        mut tell: impl FnMut(u64),
    ) -> Result<Selection, LabError> {
        let following = Following {
            program: &self.arms.baseline.program,
            doubt: self.doubt()?,
            row: None,
            guidance: &self.arms.guidance,
            seed: self.question.seed,
            first: self.question.first,
            histories: self.question.histories,
            machine: self.arms.machine,
        };
        let (mut islands, mut led): (Vec<Island>, u64) = (Vec::new(), 0);
        in_order(
            following.islands(),
            self.question.threads(),
            stop,
            |number| following.island(number).map_err(LabError::from),
            |island| {
                led += island.lineages.len() as u64;
                islands.push(island);
                tell(led);
                Ok(())
            },
        )?;
        let (seed, first) = (self.question.seed, self.question.first);
        let day = self.question.given.day(&self.model.calendar);
        let Some(mut chosen) = Selection::of(&islands, wanted as usize, seed, first, day) else {
            if stop.asked() {
                return Ok(Selection::none());
            }
            let holding = self.question.unchanged().holding(self.model);
            let finding = finding::of_islands(self.model, &following, &holding, &islands)?;
            return Err(LabError::Impossible(Box::new(finding)));
        };
        if let Given::After(_) = self.question.given {
            chosen.part_copies(first, day);
        }
        Ok(chosen)
    }

    fn doubt(&self) -> Result<Doubt, LabError> {
        doubt_of(self.model, self.question.parameters)
    }

    /// The chosen histories, copies of one together with their number, in blocks that go abreast.
    pub(crate) fn blocks(&self, chosen: &Selection) -> Vec<Vec<(Lineage, usize)>> {
        blocks_of(&chosen.lineages, self.arms.machine.width.lanes())
    }

    /// Runs the chosen histories again and hands them over in order, a block at a time: each different
    /// one once, with how often it was chosen.
    pub(crate) fn run(
        &self,
        chosen: &Selection,
        wanted: Wanted,
        stop: &Stop,
        mut take: impl FnMut(&[(Lineage, usize)], Ran) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        let blocks = self.blocks(chosen);
        in_order(
            blocks.len() as u64,
            self.question.threads(),
            stop,
            |number| {
                let block = &blocks[number as usize];
                let lineages: Vec<Lineage> = block.iter().map(|(one, _)| one.clone()).collect();
                Ok((number, self.arms.run(&lineages, wanted)?))
            },
            |(number, ran)| take(&blocks[number as usize], ran),
        )
    }
}

/// Lineages in order, copies of one together with their number, cut into blocks.
fn blocks_of(lineages: &[Lineage], width: usize) -> Vec<Vec<(Lineage, usize)>> {
    let mut counted: Vec<(Lineage, usize)> = Vec::new();
    for lineage in lineages {
        match counted.last_mut() {
            Some((last, times)) if last == lineage => *times += 1,
            _ => counted.push((lineage.clone(), 1)),
        }
    }
    counted.chunks(width).map(<[_]>::to_vec).collect()
}
