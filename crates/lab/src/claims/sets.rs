//! The assumption sets that claims are run under, and how one is run and kept.

use std::num::NonZeroUsize;
use std::sync::Arc;

use detente_engine::Doubt;
use detente_model::{Model, School};

use super::answer::{Base, SetAsked};
use super::given::{FOLLOWING, run_given};
use super::kept::KeptFound;
use super::plan::{Compiled, Plan};
use super::run::{Found, Histories, Job, Walk, run_on};
use crate::LabError;
use crate::doubt::{draws_from_the_prior, spaced};
use crate::guided::Given;
use crate::layout::posterior_rows;
use crate::parts::{Parts, key_of};
use crate::question::Question;

/// Draws of the parameters, by the protocol.
pub(crate) const DRAWS: u64 = 40;
/// Pairs for each draw, by the protocol.
pub(crate) const PAIRS: u64 = 200;
/// Draws of one part that is kept when it is finished.
const PART: u64 = 10;
/// Pairs at the author's values after which is kept what they add up to: at least so many …
const PIECE: u64 = 256;
/// … and so many that it is kept at most as often as this.
const MOST_PIECES: u64 = 64;

/// An assumption set: a model, loaded with a school or none, and where its parameters stand.
pub(crate) struct Set<'a> {
    pub(crate) asked: SetAsked,
    pub(crate) model: &'a Model,
    /// What its histories take as given.
    pub(crate) given: Given,
}

impl<'a> Set<'a> {
    pub(crate) fn new(
        model: &'a Model,
        school: Option<&School>,
        base: Base,
        pairs: u64,
        given: Given,
    ) -> Self {
        let draws = if base == Base::Author { 1 } else { DRAWS };
        let of_parameters = match base {
            Base::Author => "the author's values",
            Base::Prior => "draws from the prior",
            Base::Posterior => "draws from the posterior",
        };
        let title = match school {
            None => of_parameters.to_owned(),
            Some(school) => format!("{}: {of_parameters}", school.title),
        };
        let pairs = if base == Base::Author { pairs } else { PAIRS };
        let school = school.map(|school| school.id.clone());
        Self { asked: SetAsked { base, school, title, draws, pairs }, model, given }
    }

    /// Histories that running it takes.
    pub(crate) fn cost(&self, plan: &Plan) -> u64 {
        let runs = self.asked.draws * self.asked.pairs * (1 + plan.arms.len() as u64);
        match self.given {
            Given::FromTheStart => runs,
            Given::After(_) | Given::Hindsight => runs + FOLLOWING * self.asked.pairs,
        }
    }

    fn doubt(&self, seed: u64) -> Result<Doubt, LabError> {
        Ok(match self.asked.base {
            Base::Author => Doubt::AtValues,
            Base::Prior => {
                Doubt::Posterior(Arc::new(draws_from_the_prior(self.model, seed, DRAWS)?))
            }
            Base::Posterior => {
                Doubt::Posterior(Arc::new(spaced(posterior_rows(self.model)?, DRAWS)))
            }
        })
    }

    /// Runs the claims, by their names, under this set, taking parts that are finished from where they
    /// are kept; `None` if it was stopped.
    pub(crate) fn run(
        &self,
        running: &mut Running<'_, '_>,
        names: &[&str],
    ) -> Result<Option<(Plan, Found)>, LabError> {
        let numbers: Vec<usize> = numbers(self.model, names)?;
        let plan = Plan::of(self.model, &numbers, self.given)?;
        if self.given != Given::FromTheStart {
            return self.run_given(running, plan);
        }
        let mut compiled = None;
        let mut whole: Option<Found> = None;
        let mut from = 0;
        while from < self.asked.draws {
            let until = (from + PART).min(self.asked.draws);
            let (draws, each) = (self.asked.draws, self.asked.pairs);
            let histories = Histories { draws, from, until, each };
            let key = self.key(running.seed, names, histories);
            let part = match running.parts.get::<KeptFound>(&key) {
                Some(kept) => {
                    running.walk.on(histories.count() * (1 + plan.arms.len() as u64));
                    kept.found()
                }
                None => {
                    if compiled.is_none() {
                        let doubt = self.doubt(running.seed)?;
                        compiled = Some(Compiled::of(self.model, &plan, &[], &doubt)?);
                    }
                    let Some(compiled) = &compiled else { return Ok(None) };
                    let (plan, seed, threads) = (&plan, running.seed, running.threads);
                    let job = Job { compiled, plan, histories, seed, threads };
                    let Some(found) = running.part(job, &key)? else { return Ok(None) };
                    found
                }
            };
            match &mut whole {
                None => whole = Some(part),
                Some(whole) => whole.more_draws(part),
            }
            from = until;
        }
        Ok(whole.map(|found| (plan, found)))
    }

    /// Runs them over histories that follow the record, at the author's values. It is one part, and so
    /// none is kept.
    fn run_given(
        &self,
        running: &mut Running<'_, '_>,
        plan: Plan,
    ) -> Result<Option<(Plan, Found)>, LabError> {
        let question = Question {
            seed: running.seed,
            histories: FOLLOWING * self.asked.pairs,
            given: self.given,
            jobs: NonZeroUsize::new(running.threads),
            ..Question::default()
        };
        let compiled = Compiled::of(self.model, &plan, &[], &Doubt::AtValues)?;
        let pairs = self.asked.pairs;
        let found = run_given(self.model, compiled, &plan, &question, pairs, running.walk)?;
        Ok(found.map(|found| (plan, found)))
    }

    fn key(&self, seed: u64, names: &[&str], histories: Histories) -> String {
        let asked = &self.asked;
        let where_ = format!("{:?} {:?} {seed} {histories:?}", asked.base, asked.school);
        // The scenario's digest leaves its posterior out.
        let posterior = match (&self.model.posterior, asked.base) {
            (Some(posterior), Base::Posterior) => posterior.digest.as_str(),
            _ => "",
        };
        let mut of = vec![crate::RELEASE, "set", &self.model.digest, posterior, &where_];
        of.extend(names);
        key_of(&of)
    }
}

/// What runs of sets share.
pub(crate) struct Running<'a, 'w> {
    pub(crate) seed: u64,
    pub(crate) threads: usize,
    pub(crate) parts: Parts,
    pub(crate) walk: &'a mut Walk<'w>,
}

impl Running<'_, '_> {
    /// Runs a part and keeps it; `None` if it was stopped. A part of a single draw may be long, so what
    /// its histories so far add up to is kept now and then, and taken up from there.
    fn part(&mut self, job: Job<'_>, key: &str) -> Result<Option<Found>, LabError> {
        let count = job.histories.count();
        let piece = match job.histories.draws {
            1 => PIECE.max(count.div_ceil(MOST_PIECES)),
            _ => count,
        };
        let key_to = |place: u64| key_of(&[key, &place.to_string()]);
        let mut ends = (1..count.div_ceil(piece)).rev().map(|number| number * piece);
        let kept = ends.find_map(|to| Some((to, self.parts.get::<KeptFound>(&key_to(to))?)));
        let (mut from, mut found) = match kept {
            Some((to, kept)) => {
                self.walk.on(to * (1 + job.plan.arms.len() as u64));
                (to, kept.found())
            }
            None => (0, Found::none(job)),
        };
        while from < count {
            let to = (from + piece).min(count);
            if !run_on(job, from..to, &mut found, self.walk)? {
                return Ok(None);
            }
            let key = if to < count { key_to(to) } else { key.to_owned() };
            self.parts.put(&key, &KeptFound::of(&found))?;
            from = to;
        }
        Ok(Some(found))
    }
}

/// The numbers of claims by their names.
pub(crate) fn numbers(model: &Model, names: &[&str]) -> Result<Vec<usize>, LabError> {
    let number = |name: &&str| {
        let found = model.claims.iter().position(|claim| claim.id == **name);
        found.ok_or_else(|| LabError::Question(format!("there is no claim {name} in this version")))
    };
    names.iter().map(number).collect()
}

impl Found {
    /// Adds the draws of a further part.
    fn more_draws(&mut self, part: Self) {
        for (all, more) in self.sums.iter_mut().zip(part.sums) {
            all.extend(more);
        }
        for (all, more) in self.bites.iter_mut().zip(part.bites) {
            all.of += more.of;
            all.moved += more.moved;
            for (what, times) in more.met {
                *all.met.entry(what).or_default() += times;
            }
        }
    }
}
