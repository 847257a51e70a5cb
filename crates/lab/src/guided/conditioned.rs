//! What histories that follow the record tell of a question: in the answers of free ones, with errors
//! over families.

use std::collections::BTreeMap;

use detente_engine::{Chances, Lineage};
use detente_model::{Kind, Model, Target, Type};

use super::Conditioning;
use super::again::{Ran, Wanted, WhatIf};
use super::families::Families;
use super::ready::{Ready, followed_to};
use super::selection::Selection;
use crate::LabError;
use crate::answer::{Asked, Ensemble};
use crate::compare::{Comparison, first_week};
use crate::instances::instances;
use crate::layout::{Layout, doubt_of};
use crate::question::{Progress, Question, Watch};
use crate::sheaf::Sheaf;
use crate::tally::{scale_of, week_of_value};

/// What stays the same while a question is answered.
pub(super) struct Conditioned<'a> {
    pub(super) model: &'a Model,
    pub(super) question: &'a Question,
    pub(super) layout: Layout,
    ready: Ready<'a>,
    /// Each event's place after the outcomes in what a history tells.
    events: BTreeMap<Target, usize>,
}

impl<'a> Conditioned<'a> {
    pub(super) fn new(model: &'a Model, question: &'a Question) -> Result<Self, LabError> {
        followed_to(model, question)?;
        let layout = Layout::of(model, question);
        let unchanged = question.unchanged();
        let changes = question.given.interventions(&question.interventions)?;
        let mut what_ifs = Vec::new();
        if !changes.is_empty() {
            let parts = first_week(&changes);
            let doubt = doubt_of(model, question.parameters)?;
            let arm = layout.arm_with(model, &question.holding_given(model)?, doubt)?;
            what_ifs.push(WhatIf { arm, parts });
        }
        let ready = Ready::new(model, question, layout.arm(model, &unchanged)?, what_ifs)?;
        let events = instances(model, |kind| matches!(kind, Kind::Event(_))).into_iter();
        let events = events.zip(layout.outcomes.len()..).collect();
        Ok(Self { model, question, layout, ready, events })
    }

    /// Histories that follow the record, as many as were asked for, of equal weight; none, if the run
    /// was ended before.
    pub(super) fn choose(&self, watch: &Watch<'_>) -> Result<Selection, LabError> {
        self.ready.choose(self.question.histories, &watch.stop, |led| self.tell(watch, led))
    }

    /// Tells how far the work has come: every history is run twice, along the record and again.
    fn tell(&self, watch: &Watch<'_>, runs: u64) {
        if let Some(progress) = watch.progress {
            progress(Progress { finished: runs / 2, of: self.question.histories });
        }
    }

    /// Runs the chosen histories again and hands them over in order, a block at a time.
    pub(super) fn run(
        &self,
        chosen: &Selection,
        wanted: Wanted,
        watch: &Watch<'_>,
        mut take: impl FnMut(&[Lineage], Sheaf, Option<Sheaf>) -> Result<(), LabError>,
    ) -> Result<(), LabError> {
        let mut first = self.question.first;
        self.ready.run(chosen, wanted, &watch.stop, |block, ran| {
            let times =
                |(lane, (_, times)): (usize, &(Lineage, usize))| std::iter::repeat_n(lane, *times);
            let lanes: Vec<usize> = block.iter().enumerate().flat_map(times).collect();
            let lineages: Vec<Lineage> = lanes.iter().map(|&lane| block[lane].0.clone()).collect();
            let Ran { baseline, mut what_ifs } = ran;
            let what_if = what_ifs.pop().map(|sheaf| sheaf.gathered(&lanes, first));
            let baseline = baseline.map(|sheaf| sheaf.gathered(&lanes, first));
            first += lanes.len() as u64;
            match (wanted, baseline, what_if) {
                (Wanted::All, Some(baseline), what_if) => take(&lineages, baseline, what_if)?,
                (_, _, Some(only)) | (_, Some(only), None) => take(&lineages, only, None)?,
                (_, None, None) => {}
            }
            self.tell(watch, self.question.histories + first - self.question.first);
            Ok(())
        })
    }

    /// Runs some of the chosen histories again: changed, if something is changed.
    pub(super) fn again(&self, lineages: &[Lineage]) -> Result<Sheaf, LabError> {
        let mut ran = self.ready.arms.run(lineages, Wanted::Changed)?;
        Ok(ran.what_ifs.pop().or(ran.baseline).unwrap_or_default())
    }

    /// The chances behind some of the chosen histories.
    pub(super) fn chances(&self, lineages: &[Lineage]) -> Result<Chances, LabError> {
        self.ready.arms.chances(lineages)
    }

    /// The chosen histories, copies of one together with their number, in blocks that go abreast.
    pub(super) fn blocks(&self, chosen: &Selection) -> Vec<Vec<(Lineage, usize)>> {
        self.ready.blocks(chosen)
    }

    /// A history's outcomes, truths and dates as 0 or 1, then whether each event happened.
    pub(super) fn told(&self, sheaf: &Sheaf, lane: usize) -> Vec<f64> {
        let outcome = |(target, values): (&Target, &Vec<f64>)| match gives(self.model, *target) {
            Type::Truth => f64::from(u8::from(values[lane] != 0.0)),
            Type::Date => f64::from(u8::from(week_of_value(values[lane]).is_some())),
            Type::Member(_) => 0.0,
            Type::Number(_) => values[lane] / scale_of(self.model, *target),
        };
        let outcomes = self.layout.outcomes.iter().zip(&sheaf.outcomes).map(outcome);
        let mut told: Vec<f64> = outcomes.collect();
        told.resize(told.len() + self.events.len(), 0.0);
        let happened = sheaf.deeds[lane].iter().filter_map(|deed| self.events.get(&deed.target));
        happened.for_each(|place| told[*place] = 1.0);
        told
    }

    /// Puts the errors of families in the place of those of as many independent histories.
    pub(super) fn put_errors(&self, answer: &mut Ensemble, families: &Families) {
        for (number, outcome) in answer.outcomes.iter_mut().enumerate() {
            if let Some((low, _)) = self.bounds(number) {
                let estimate = families.estimate(number);
                let high = if low == 0.0 { 1.0 } else { f64::INFINITY };
                outcome.error = estimate.error;
                outcome.interval = estimate.interval(low, high);
            }
        }
        let first = self.layout.outcomes.len();
        for (number, event) in answer.events.iter_mut().enumerate() {
            let estimate = families.estimate(first + number);
            (event.error, event.interval) = (estimate.error, estimate.interval(0.0, 1.0));
        }
    }

    /// The same for differences between two arms.
    pub(super) fn put_differences(&self, answer: &mut Comparison, difference: &Families) {
        for (number, outcome) in answer.outcomes.iter_mut().enumerate() {
            if let Some((_, largest)) = self.bounds(number) {
                let estimate = difference.estimate(number);
                outcome.error = estimate.error;
                outcome.interval = estimate.interval(-largest, largest);
                outcome.variance_saved = None;
            }
            outcome.baseline_interval = answer.baseline.outcomes[number].interval;
            outcome.what_if_interval = answer.what_if.outcomes[number].interval;
        }
        for (number, event) in answer.events.iter_mut().enumerate() {
            event.baseline.interval = answer.baseline.events[number].interval;
            event.what_if.interval = answer.what_if.events[number].interval;
        }
    }

    /// The least value and the largest difference of an outcome that is a share or a number.
    fn bounds(&self, number: usize) -> Option<(f64, f64)> {
        match gives(self.model, self.layout.outcomes[number]) {
            Type::Truth | Type::Date => Some((0.0, 1.0)),
            Type::Number(_) => Some((f64::NEG_INFINITY, f64::INFINITY)),
            Type::Member(_) => None,
        }
    }

    /// Says in the answer what stands behind it.
    pub(super) fn say(&self, asked: &mut Asked, chosen: &Selection, families: &Families) {
        let (islands, histories) = (chosen.islands, self.question.histories);
        asked.conditioning = Some(Conditioning::of(chosen, families.count(), islands, histories));
    }
}

fn gives(model: &Model, outcome: Target) -> &Type {
    match &model.element(outcome.element).kind {
        Kind::Outcome(outcome) => &outcome.is.gives,
        _ => &Type::Truth,
    }
}
