//! A question made ready to be asked of histories that follow the record: which they are, and what
//! they tell.

use std::collections::BTreeSet;

use detente_engine::{Chances, Guidance, Lineage, Machine};
use detente_model::{Coupling, Kind, Model, Target, Type};

use super::again::{Arms, Wanted};
use super::families::Families;
use super::finding;
use super::islands::{Following, Island};
use super::selection::Selection;
use super::{Conditioning, Given};
use crate::LabError;
use crate::answer::{Asked, Ensemble};
use crate::compare::Comparison;
use crate::in_order::in_order;
use crate::layout::{Layout, doubt_of};
use crate::question::{Parameters, Progress, Question, Watch};
use crate::sheaf::Sheaf;
use crate::tally::{instances, scale_of, week_of_value};

/// What stays the same while a question is answered.
pub(super) struct Conditioned<'a> {
    pub(super) model: &'a Model,
    pub(super) question: &'a Question,
    pub(super) layout: Layout,
    arms: Arms,
    events: Vec<Target>,
}

impl<'a> Conditioned<'a> {
    pub(super) fn new(model: &'a Model, question: &'a Question) -> Result<Self, LabError> {
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
        let until = match question.given {
            Given::Hindsight => None,
            Given::After(week) if (1..model.calendar.weeks).contains(&week) => Some(week),
            Given::After(_) => {
                return refused("the record is followed to a week inside the calendar");
            }
            Given::FromTheStart => Some(0),
        };
        let layout = Layout::of(model, question);
        let unchanged = question.unchanged();
        let what_if = match question.interventions.is_empty() {
            true => None,
            false => {
                let doubt = doubt_of(model, question.parameters)?;
                Some(layout.arm_with(model, &question.holding_given(model)?, doubt)?)
            }
        };
        let arms = Arms {
            baseline: layout.arm(model, &unchanged)?,
            what_if,
            guidance: Guidance::of(model, until),
            given: question.given,
            seed: question.seed,
            machine: Machine::best(),
        };
        let events = instances(model, |kind| matches!(kind, Kind::Event(_)));
        Ok(Self { model, question, layout, arms, events })
    }

    /// Histories that follow the record, as many as were asked for, of equal weight; none, if the run
    /// was ended before.
    pub(super) fn choose(&self, watch: &Watch<'_>) -> Result<Selection, LabError> {
        let following = Following {
            program: &self.arms.baseline.program,
            doubt: doubt_of(self.model, self.question.parameters)?,
            row: None,
            guidance: &self.arms.guidance,
            seed: self.question.seed,
            first: self.question.first,
            histories: self.question.histories,
            machine: self.arms.machine,
        };
        let islands = self.run_islands(&following, watch)?;
        let day = self.question.given.day(&self.model.calendar);
        let chosen = Selection::of(&islands, self.question.seed, self.question.first, day);
        let Some(mut chosen) = chosen else {
            if watch.stop.asked() {
                return Ok(Selection::none());
            }
            let holding = self.question.unchanged().holding(self.model);
            let finding = finding::of_islands(self.model, &following, &holding, &islands)?;
            return Err(LabError::Impossible(Box::new(finding)));
        };
        if let Given::After(_) = self.question.given {
            chosen.part_copies(self.question.first, day);
        }
        Ok(chosen)
    }

    fn run_islands(
        &self,
        following: &Following<'_>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Island>, LabError> {
        let (mut islands, mut led) = (Vec::new(), 0);
        in_order(
            following.islands(),
            self.question.threads(),
            &watch.stop,
            |number| following.island(number).map_err(LabError::from),
            |island| {
                led += island.lineages.len() as u64;
                islands.push(island);
                self.tell(watch, led);
                Ok(())
            },
        )?;
        Ok(islands)
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
        let blocks = self.blocks(chosen);
        let mut first = self.question.first;
        in_order(
            blocks.len() as u64,
            self.question.threads(),
            &watch.stop,
            |number| {
                let block = &blocks[number as usize];
                let lineages: Vec<Lineage> = block.iter().map(|(one, _)| one.clone()).collect();
                Ok((number, self.arms.run(&lineages, wanted)?))
            },
            |(number, (one, other))| {
                let block = &blocks[number as usize];
                let times = |(lane, (_, times)): (usize, &(Lineage, usize))| {
                    std::iter::repeat_n(lane, *times)
                };
                let lanes: Vec<usize> = block.iter().enumerate().flat_map(times).collect();
                let lineages: Vec<Lineage> =
                    lanes.iter().map(|&lane| block[lane].0.clone()).collect();
                let other = other.map(|sheaf| sheaf.gathered(&lanes, first));
                let one = one.gathered(&lanes, first);
                first += lanes.len() as u64;
                take(&lineages, one, other)?;
                self.tell(watch, self.question.histories + first - self.question.first);
                Ok(())
            },
        )
    }

    /// Runs some of the chosen histories again.
    pub(super) fn again(
        &self,
        lineages: &[Lineage],
        wanted: Wanted,
    ) -> Result<(Sheaf, Option<Sheaf>), LabError> {
        self.arms.run(lineages, wanted)
    }

    /// The chances behind some of the chosen histories.
    pub(super) fn chances(&self, lineages: &[Lineage]) -> Result<Vec<Chances>, LabError> {
        self.arms.chances(lineages)
    }

    /// The chosen histories, copies of one together with their number, in blocks that go abreast.
    pub(super) fn blocks(&self, chosen: &Selection) -> Vec<Vec<(Lineage, usize)>> {
        blocks_of(&chosen.lineages, self.arms.machine.width.lanes())
    }

    /// Adds a sheaf's histories to their families.
    pub(super) fn add(
        &self,
        families: &mut Families,
        lineages: &[Lineage],
        told: impl Fn(usize) -> Vec<f64>,
    ) {
        for (lane, lineage) in lineages.iter().enumerate() {
            families.add(lineage.first(), 1.0, &told(lane));
        }
    }

    /// A history's outcomes, truths and dates as 0 or 1, then whether each event happened.
    pub(super) fn told(&self, sheaf: &Sheaf, lane: usize) -> Vec<f64> {
        let outcome = |(target, values): (&Target, &Vec<f64>)| match gives(self.model, *target) {
            Type::Truth => f64::from(u8::from(values[lane] != 0.0)),
            Type::Date => f64::from(u8::from(week_of_value(values[lane]).is_some())),
            Type::Member(_) => 0.0,
            Type::Number(_) => values[lane] / scale_of(self.model, *target),
        };
        let happened: BTreeSet<Target> = sheaf.deeds[lane].iter().map(|deed| deed.target).collect();
        let event = |target: &Target| f64::from(u8::from(happened.contains(target)));
        let outcomes = self.layout.outcomes.iter().zip(&sheaf.outcomes).map(outcome);
        outcomes.chain(self.events.iter().map(event)).collect()
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
