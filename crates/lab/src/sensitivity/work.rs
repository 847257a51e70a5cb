//! The work of an analysis: how many histories each method gets, and what they leave, part by part.

use detente_model::Target;

use super::factors::Factor;
use super::worlds::Worlds;
use super::{DiscoveryPlan, Method, Screened, ScreeningPlan, SharesPlan, Study};
use super::{discovery, screening, shares};
use crate::LabError;
use crate::in_order::in_order;
use crate::parts::{Parts, bits, key_of, numbers};
use crate::question::{Progress, Question, Watch};

/// The share of the histories that goes to screening before indices.
const SCREENED: f64 = 0.4;
/// The share that goes to discovery where all methods are asked for.
const DISCOVERED: f64 = 0.15;

/// How many histories each method gets.
pub(super) struct Budget {
    screening: Option<ScreeningPlan>,
    shares: Option<u64>,
    discovery: Option<DiscoveryPlan>,
}

impl Budget {
    pub(super) fn of(study: &Study, histories: u64, factors: usize) -> Self {
        let part = |share: f64| (histories as f64 * share) as u64;
        let picks = factors > study.named;
        let plan = |histories| Some(ScreeningPlan::of(factors, histories));
        match study.method {
            Method::Morris => Self { screening: plan(histories), shares: None, discovery: None },
            Method::Sobol if picks => Self {
                screening: plan(part(SCREENED)),
                shares: Some(histories - part(SCREENED)),
                discovery: None,
            },
            Method::Sobol => Self { screening: None, shares: Some(histories), discovery: None },
            Method::Discover => Self {
                screening: None,
                shares: None,
                discovery: Some(DiscoveryPlan::of(histories)),
            },
            Method::All => {
                let discovery = DiscoveryPlan::of(part(DISCOVERED));
                let screening = ScreeningPlan::of(factors, part(SCREENED));
                let used = discovery.histories + screening.histories(factors);
                Self {
                    screening: Some(screening),
                    shares: Some(histories.saturating_sub(used)),
                    discovery: Some(discovery),
                }
            }
        }
    }

    /// Histories in all.
    pub(super) fn planned(&self, study: &Study, factors: usize) -> u64 {
        // Which factors are picked does not change how many there are.
        let shares = |histories| {
            let picked = (0..factors.min(study.named)).collect();
            SharesPlan::of(picked, factors, histories).histories()
        };
        self.screening.map_or(0, |plan| plan.histories(factors))
            + self.shares.map_or(0, shares)
            + self.discovery.map_or(0, |plan| plan.histories)
    }
}

/// The work as it goes on.
pub(super) struct Work<'a> {
    question: &'a Question,
    watch: &'a Watch<'a>,
    pub(super) factors: &'a [Factor],
    pub(super) worlds: &'a Worlds,
    pub(super) kept: Kept,
    pub(super) done: u64,
    pub(super) planned: u64,
}

/// Parts that are finished, of an analysis.
pub(super) struct Kept {
    /// All that decides its answer, as text.
    pub(super) of: String,
    pub(super) parts: Parts,
}

/// What the methods left, as rows of numbers.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) screening: Option<(ScreeningPlan, Vec<Vec<f64>>)>,
    pub(super) shares: Option<(SharesPlan, Vec<Vec<f64>>)>,
    pub(super) discovery: Option<(DiscoveryPlan, Vec<Vec<f64>>)>,
    /// Whether all that was planned was done.
    pub(super) whole: bool,
}

impl<'a> Work<'a> {
    /// Nothing is done yet but what was finished before.
    pub(super) fn begin(
        question: &'a Question,
        watch: &'a Watch<'a>,
        factors: &'a [Factor],
        worlds: &'a Worlds,
        kept: Kept,
        planned: u64,
    ) -> Self {
        Self { question, watch, factors, worlds, kept, done: 0, planned }
    }

    /// Does everything that is planned, until it is done or stopped.
    pub(super) fn all(&mut self, study: &Study, budget: &Budget) -> Result<Rows, LabError> {
        let (factors, worlds) = (self.factors, self.worlds);
        let Question { seed, first, .. } = *self.question;
        let mut rows = Rows::default();
        let mut picked: Vec<usize> = (0..factors.len()).take(study.named).collect();
        if let Some(plan) = budget.screening {
            let each = plan.histories(factors.len()) / plan.trajectories;
            let walk = |number| screening::walk(worlds, factors, plan, seed, first, number);
            let walks = self.stage("screening", plan.trajectories, each, walk)?;
            let whole = walks.len() as u64 == plan.trajectories;
            if whole {
                picked = self.most_telling(study, &walks);
            }
            rows.screening = Some((plan, walks));
            if !whole {
                return Ok(rows);
            }
        }
        if let Some(histories) = budget.shares {
            let plan = SharesPlan::of(picked, factors.len(), histories);
            let name = format!("shares {}", plan.words());
            let part = |number| shares::part(worlds, factors, &plan, seed, first, number);
            let parts = self.stage(&name, plan.parts, plan.histories() / plan.parts, part)?;
            let whole = parts.len() as u64 == plan.parts;
            rows.shares = Some((plan, parts));
            if !whole {
                return Ok(rows);
            }
        }
        if let Some(plan) = budget.discovery {
            let part = |number| discovery::part(worlds, factors, plan, seed, first, number);
            let each = plan.histories / plan.parts();
            let parts = self.stage("discovery", plan.parts(), each, part)?;
            if parts.len() as u64 == plan.parts() {
                rows.discovery = Some((plan, parts));
            } else {
                return Ok(rows);
            }
        }
        self.done = self.planned;
        rows.whole = true;
        Ok(rows)
    }

    /// Does the parts of one method that are not finished, in order; fewer, if it is stopped. A part may
    /// take long, and is then broken off.
    fn stage(
        &mut self,
        name: &str,
        parts: u64,
        histories_each: u64,
        work: impl Fn(u64) -> Result<Option<Vec<f64>>, LabError> + Sync,
    ) -> Result<Vec<Vec<f64>>, LabError> {
        let Kept { of, parts: kept } = &mut self.kept;
        let key = |number: u64| key_of(&[of, name, &number.to_string()]);
        let finished = |number| numbers(&kept.get::<String>(&key(number))?);
        let finished: Vec<Option<Vec<f64>>> = (0..parts).map(finished).collect();
        let (mut rows, mut broken) = (Vec::new(), false);
        let (done, planned, watch) = (&mut self.done, self.planned, self.watch);
        in_order(
            parts,
            self.question.threads(),
            &watch.stop,
            |number| -> Result<(Option<Vec<f64>>, bool), LabError> {
                match &finished[number as usize] {
                    Some(numbers) => Ok((Some(numbers.clone()), false)),
                    None => Ok((work(number)?, true)),
                }
            },
            |(numbers, new)| {
                broken |= numbers.is_none();
                let Some(numbers) = numbers.filter(|_| !broken) else { return Ok(()) };
                if new {
                    kept.put(&key(rows.len() as u64), &bits(&numbers))?;
                }
                rows.push(numbers);
                *done += histories_each;
                if let Some(progress) = watch.progress {
                    progress(Progress { finished: (*done).min(planned), of: planned });
                }
                Ok(())
            },
        )?;
        Ok(rows)
    }

    /// The factors whose effects on the outcome stand out most.
    fn most_telling(&self, study: &Study, walks: &[Vec<f64>]) -> Vec<usize> {
        let seed = self.question.seed;
        let Some(outcome) = self.place_of(study.outcome) else { return Vec::new() };
        let screened = screening::screened(self.factors, walks, outcome, seed);
        let number =
            |own: &Screened| self.factors.iter().position(|factor| factor.id == own.factor.id);
        screened.iter().filter_map(number).take(study.named).collect()
    }

    /// The number of an outcome among those that are read.
    pub(super) fn place_of(&self, outcome: Target) -> Option<usize> {
        self.worlds.outcomes.iter().position(|one| *one == outcome)
    }
}
