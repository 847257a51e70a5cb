//! Running a plan: the baseline once for all claims, and every set of changes from the week it parts.

use std::collections::BTreeMap;
use std::ops::Range;

use detente_engine::{Block, Counters, Machine};
use detente_model::Target;

use super::given::StandsOn;
use super::plan::{Compiled, Plan};
use super::sums::Sums;
use crate::LabError;
use crate::in_order::in_order;
use crate::question::{Progress, Watch};
use crate::sheaf::{Met, met};

/// Which histories are run, and which draw of the parameters each belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Histories {
    /// Draws of the parameters in all; 1 where every history has the same.
    pub(crate) draws: u64,
    /// The draws that are run, from this one …
    pub(crate) from: u64,
    /// … to the one before this.
    pub(crate) until: u64,
    /// Histories of each.
    pub(crate) each: u64,
}

impl Histories {
    /// How many histories.
    pub(crate) fn count(self) -> u64 {
        (self.until - self.from) * self.each
    }

    /// The number of the history that stands in this place. History `h` belongs to draw `h` modulo
    /// the draws, as the engine takes rows.
    fn id(self, place: u64) -> u64 {
        let own = self.until - self.from;
        (place / own) * self.draws + self.from + place % own
    }
}

/// What a run of a plan adds up to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Found {
    /// For each thing measured, its sums by draw.
    pub(crate) sums: Vec<Vec<Sums>>,
    /// For each set of changes, how it bit.
    pub(crate) bites: Vec<Bite>,
    /// What stands behind it, where histories follow the record.
    pub(crate) stands_on: Option<StandsOn>,
}

/// How a set of changes bit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Bite {
    /// Histories run.
    pub(crate) of: u64,
    /// Histories in which any outcome is not the same as in the baseline.
    pub(crate) moved: u64,
    /// What it met with.
    pub(crate) met: BTreeMap<(Met, Target), u64>,
}

/// How far everything has come, over several runs.
pub(crate) struct Walk<'a> {
    pub(crate) watch: &'a Watch<'a>,
    pub(crate) finished: u64,
    pub(crate) of: u64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(watch: &'a Watch<'a>, of: u64) -> Self {
        Self { watch, finished: 0, of }
    }

    /// Counts some more histories, and tells.
    pub(crate) fn on(&mut self, histories: u64) {
        self.finished += histories;
        if let Some(progress) = self.watch.progress {
            progress(Progress { finished: self.finished, of: self.of.max(self.finished) });
        }
    }
}

/// A plan that is run over some histories.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) compiled: &'a Compiled,
    pub(crate) plan: &'a Plan,
    pub(crate) histories: Histories,
    pub(crate) seed: u64,
    pub(crate) threads: usize,
}

/// Runs a plan over all its histories; `None` if it was stopped before the last of them.
pub(crate) fn run(job: Job<'_>, walk: &mut Walk<'_>) -> Result<Option<Found>, LabError> {
    let mut found = Found::none(job);
    let all = 0..job.histories.count();
    Ok(run_on(job, all, &mut found, walk)?.then_some(found))
}

/// Adds the histories in these places to what those before them add up to, one by one, so that it comes
/// to the same bits wherever it was broken off; whether all are finished.
pub(crate) fn run_on(
    job: Job<'_>,
    places: Range<u64>,
    found: &mut Found,
    walk: &mut Walk<'_>,
) -> Result<bool, LabError> {
    let Job { compiled, plan, histories, seed, threads } = job;
    let machine = Machine::best();
    let width = machine.width.lanes() as u64;
    let own = histories.until - histories.from;
    let ids = |piece: u64| -> Vec<u64> {
        let from = places.start + piece * width;
        (from..(from + width).min(places.end)).map(|place| histories.id(place)).collect()
    };
    let (mut done, stop) = (places.start, walk.watch.stop.clone());
    in_order(
        (places.end - places.start).div_ceil(width),
        threads,
        &stop,
        |piece| sheaf(compiled, seed, &ids(piece), machine),
        |sheaf| {
            for history in 0..sheaf.size {
                let draw = ((done + history as u64) % own) as usize;
                for (number, measured) in plan.measured.iter().enumerate() {
                    let what_if = measured.arm.map_or(&sheaf.baseline, |arm| &sheaf.arms[arm].0);
                    let sums = &mut found.sums[number][draw];
                    let column = compiled.columns[number];
                    sums.take(column.pair(&sheaf.baseline, what_if, history, compiled.weeks));
                }
            }
            for (bite, (answers, counters)) in found.bites.iter_mut().zip(&sheaf.arms) {
                bite.add(&compiled.outcomes, &sheaf.baseline, answers, &met(counters), sheaf.size);
            }
            done += sheaf.size as u64;
            walk.on(sheaf.size as u64 * (1 + plan.arms.len() as u64));
            Ok::<_, LabError>(())
        },
    )?;
    Ok(done == places.end)
}

impl Found {
    /// What no histories add up to.
    pub(crate) fn none(job: Job<'_>) -> Self {
        let draws = (job.histories.until - job.histories.from) as usize;
        Self {
            sums: vec![vec![Sums::default(); draws]; job.plan.measured.len()],
            bites: vec![Bite::default(); job.plan.arms.len()],
            stands_on: None,
        }
    }
}

impl Bite {
    /// Counts histories in a baseline and an arm: their answers, and what the arm met with.
    pub(crate) fn add(
        &mut self,
        outcomes: &[usize],
        baseline: &[Vec<f64>],
        what_if: &[Vec<f64>],
        met: &BTreeMap<(Met, Target), u64>,
        size: usize,
    ) {
        self.of += size as u64;
        let differs = |history: &usize| {
            outcomes.iter().any(|column| {
                baseline[*column][*history].to_bits() != what_if[*column][*history].to_bits()
            })
        };
        self.moved += (0..size).filter(differs).count() as u64;
        for (what, times) in met {
            let telling =
                [Met::NeverPut, Met::NeedsUnmet, Met::HappenedAlready, Met::AnswersNotOpen];
            if telling.contains(&what.0) {
                *self.met.entry(*what).or_default() += times;
            }
        }
    }
}

/// Some histories in the baseline and in every arm.
struct Sheaf {
    size: usize,
    baseline: Vec<Vec<f64>>,
    arms: Vec<(Vec<Vec<f64>>, Counters)>,
}

/// Runs a block of histories: the baseline week by week, left by each arm at the week it parts.
fn sheaf(compiled: &Compiled, seed: u64, ids: &[u64], machine: Machine) -> Result<Sheaf, LabError> {
    let weeks = compiled.baseline.weeks();
    let mut baseline = Block::begin(&compiled.baseline, seed, ids, machine)?;
    let mut leaving: Vec<usize> = (0..compiled.arms.len()).collect();
    leaving.sort_by_key(|arm| compiled.arms[*arm].1);
    let mut arms: Vec<Option<(Vec<Vec<f64>>, Counters)>> = vec![None; compiled.arms.len()];
    for number in leaving {
        let (program, parts) = &compiled.arms[number];
        let mut block = if *parts == 0 {
            Block::begin(program, seed, ids, machine)?
        } else {
            while baseline.week() < (*parts).min(weeks) {
                baseline.step(&compiled.baseline)?;
            }
            baseline.clone()
        };
        while block.week() < weeks {
            block.step(program)?;
        }
        arms[number] = Some((block.answers(program)?, block.counters(program)));
    }
    while baseline.week() < weeks {
        baseline.step(&compiled.baseline)?;
    }
    let answers = baseline.answers(&compiled.baseline)?;
    Ok(Sheaf { size: ids.len(), baseline: answers, arms: arms.into_iter().flatten().collect() })
}
