//! The sampler: from draws of the prior to draws of the posterior, by tempering, where the likelihood is
//! only known through an unbiased estimate.
//!
//! A population is led from the prior (temperature 0) to the posterior (temperature 1): weighted by the
//! next step of temperature, resampled, and moved by Metropolis steps whose estimate of the likelihood
//! is carried along (Del Moral, Doucet and Jasra 2006; Chopin 2002). At temperature 1 a move is that of
//! the pseudo-marginal algorithm (Andrieu and Roberts 2009), so the last population stands for the
//! posterior itself, not for one blurred by the noise of the estimate; the temperatures before are
//! only bridges (Duan and Fulop 2015).
//!
//! Assumptions are moved as normal scores of their priors. Those that the record speaks to move
//! together, by steps shaped like the population (Haario, Saksman and Tamminen 2001); the others by
//! steps that keep their prior (Cotter, Roberts, Stuart and White 2013), so that without a word from
//! the record they stay at it, and nothing is assumed of them either.

use detente_chance::{
    Address, HistoryKey, exp, hash_name, hash_slot, inverse_normal_cdf, ln, uniform,
};

use super::spread::{Shape, covariance};
use crate::LabError;
use crate::guided::Weights;

/// The share of moves that should be taken. Noise in the likelihood makes it smaller than the 0.234
/// of an exact one (Sherlock, Thiery, Roberts and Rosenthal 2015).
const WANTED: f64 = 0.2;

/// How the sampler works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How many draws; at least 8.
    pub draws: usize,
    /// The effective share of draws kept by a step of temperature, in (0, 1).
    pub keeps: f64,
    /// The moves of the active assumptions that each draw should have taken, on average, after each
    /// step.
    pub taken: f64,
    /// The most rounds of moves after a step.
    pub most_rounds: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { draws: 256, keeps: 0.5, taken: 1.0, most_rounds: 10 }
    }
}

/// What is known of one draw's likelihood.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Weighed {
    /// ln of the estimate; −∞ if no history could follow.
    pub(crate) log: f64,
    /// Its parts by week; they add up to `log`.
    pub(crate) weeks: Vec<f64>,
}

/// Estimates ln likelihood for rows of normal scores; the number is the call's, never used twice.
/// `None` if it was stopped.
pub(crate) type Weigh<'a> =
    dyn FnMut(&[Vec<f64>], u32) -> Result<Option<Vec<Weighed>>, LabError> + 'a;

/// A step of temperature, with the moves after it.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Step {
    /// The temperature reached, in (0, 1].
    pub temperature: f64,
    /// The effective number of draws by the weights of the step.
    pub effective: f64,
    /// Draws that had descendants.
    pub ancestors: usize,
    /// Rounds of moves.
    pub rounds: u32,
    /// The share of moves taken, of the assumptions that the record speaks to.
    pub taken_active: f64,
    /// The share of moves taken, of the others.
    pub taken_rest: f64,
}

/// A population of draws on its way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Population {
    pub(crate) seed: u64,
    pub(crate) temperature: f64,
    /// Normal scores, draw by draw.
    pub(crate) scores: Vec<Vec<f64>>,
    pub(crate) weighed: Vec<Weighed>,
    /// The draw of the beginning from which each descends.
    pub(crate) origins: Vec<usize>,
    /// ln of the estimate of the probability of the record.
    pub(crate) log_evidence: f64,
    pub(crate) steps: Vec<Step>,
    /// The size of the active assumptions' steps, and of the others'.
    pub(crate) sizes: [f64; 2],
    /// Calls of the likelihood so far.
    pub(crate) calls: u32,
}

/// A draw of the sampler itself: of draw `number`, in `call`, at `slot`.
fn chance(seed: u64, number: usize, call: u32, slot: &str, place: usize) -> f64 {
    let key = HistoryKey::new(seed, number as u64);
    let name = hash_name("posterior sampler").wrapping_add(place as u64);
    uniform(key, Address { name, time: call, slot: hash_slot(slot) })
}

/// Normal scores of as many draws from the prior, and what the likelihood says of them.
///
/// # Errors
/// Those of the likelihood; fewer than four draws that can follow the record.
pub(crate) fn begin(
    plan: &Plan,
    seed: u64,
    dimensions: usize,
    weigh: &mut Weigh<'_>,
) -> Result<Option<Population>, LabError> {
    let normal = |number, place| inverse_normal_cdf(chance(seed, number, 0, "prior", place));
    let scores: Vec<Vec<f64>> = (0..plan.draws)
        .map(|number| (0..dimensions).map(|place| normal(number, place)).collect())
        .collect();
    let Some(weighed) = weigh(&scores, 0)? else { return Ok(None) };
    let following = weighed.iter().filter(|one| one.log.is_finite()).count();
    if following < 4 {
        return Err(LabError::Question(format!(
            "of {} draws from the priors, {following} can follow the record: too few to begin with. \
             More draws (--draws), more histories for each (--each), or priors nearer to what \
             happened would help; `detente check` says what bars the record",
            plan.draws
        )));
    }
    Ok(Some(Population {
        seed,
        temperature: 0.0,
        origins: (0..scores.len()).collect(),
        scores,
        weighed,
        log_evidence: 0.0,
        steps: Vec::new(),
        sizes: [1.0, 0.3],
        calls: 1,
    }))
}

impl Population {
    /// Whether it stands for the posterior.
    pub(crate) fn is_done(&self) -> bool {
        self.temperature >= 1.0
    }

    /// One step of temperature and its moves. `active` are the assumptions that the record speaks to.
    /// `false` if it was stopped; then the population is of no further use.
    ///
    /// # Errors
    /// Those of the likelihood.
    pub(crate) fn advance(
        &mut self,
        plan: &Plan,
        active: &[usize],
        weigh: &mut Weigh<'_>,
    ) -> Result<bool, LabError> {
        let (temperature, weights) = self.next_temperature(plan);
        self.log_evidence += weights.log_mean;
        self.temperature = temperature;
        let mut parents =
            weights.parents(chance(self.seed, usize::MAX, self.calls, "resampling", 0));
        // Sorted, so that the halves of a population descend from different draws.
        parents.sort_unstable();
        let mut distinct = parents.clone();
        distinct.dedup();
        self.scores = parents.iter().map(|&parent| self.scores[parent].clone()).collect();
        self.weighed = parents.iter().map(|&parent| self.weighed[parent].clone()).collect();
        self.origins = parents.iter().map(|&parent| self.origins[parent]).collect();
        let mut step = Step {
            temperature,
            effective: weights.effective(),
            ancestors: distinct.len(),
            rounds: 0,
            taken_active: 0.0,
            taken_rest: 0.0,
        };
        let dimensions = self.scores.first().map_or(0, Vec::len);
        let rest: Vec<usize> = (0..dimensions).filter(|place| !active.contains(place)).collect();
        while step.rounds < plan.most_rounds && step.taken_active < plan.taken {
            let Some(taken) = self.move_active(active, weigh)? else { return Ok(false) };
            step.taken_active += taken;
            if !rest.is_empty() {
                let Some(taken) = self.move_rest(&rest, weigh)? else { return Ok(false) };
                step.taken_rest += taken;
            }
            step.rounds += 1;
        }
        step.taken_active /= f64::from(step.rounds.max(1));
        step.taken_rest /= f64::from(step.rounds.max(1));
        self.steps.push(step);
        Ok(true)
    }

    /// The highest temperature, up to 1, at which the wanted share of the draws that can follow the
    /// record is still effective; and the weights of the step there.
    fn next_temperature(&self, plan: &Plan) -> (f64, Weights) {
        let weights_at = |temperature: f64| {
            let step = temperature - self.temperature;
            let log = |one: &Weighed| {
                if one.log == f64::NEG_INFINITY { one.log } else { step * one.log }
            };
            Weights::of(&self.weighed.iter().map(log).collect::<Vec<_>>())
        };
        let following = self.weighed.iter().filter(|one| one.log.is_finite()).count();
        let wanted = plan.keeps * following as f64;
        if weights_at(1.0).effective() >= wanted {
            return (1.0, weights_at(1.0));
        }
        let (mut low, mut high) = (self.temperature, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if weights_at(middle).effective() >= wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        (high, weights_at(high))
    }

    /// A round of steps shaped like the population, in the active assumptions together.
    fn move_active(
        &mut self,
        active: &[usize],
        weigh: &mut Weigh<'_>,
    ) -> Result<Option<f64>, LabError> {
        let own: Vec<Vec<f64>> = self
            .scores
            .iter()
            .map(|row| active.iter().map(|&place| row[place]).collect())
            .collect();
        let shape = Shape::of(&covariance(&own));
        let size = self.sizes[0] * 2.38 / (active.len().max(1) as f64).sqrt();
        let call = self.calls;
        let proposals: Vec<Vec<f64>> = (0..self.scores.len())
            .map(|number| {
                let normal = |place: &usize| {
                    inverse_normal_cdf(chance(self.seed, number, call, "active", *place))
                };
                let step = shape.shaped(&active.iter().map(normal).collect::<Vec<_>>());
                let mut row = self.scores[number].clone();
                active.iter().zip(step).for_each(|(&place, step)| row[place] += size * step);
                row
            })
            .collect();
        let squares =
            |row: &[f64]| active.iter().map(|&place| row[place] * row[place]).sum::<f64>();
        let log_prior = |from: &[f64], to: &[f64]| 0.5 * (squares(from) - squares(to));
        self.decide(proposals, log_prior, 0, weigh)
    }

    /// A round of steps that keep the prior, in all other assumptions together.
    fn move_rest(
        &mut self,
        rest: &[usize],
        weigh: &mut Weigh<'_>,
    ) -> Result<Option<f64>, LabError> {
        let size = self.sizes[1];
        let kept = (1.0 - size * size).max(0.0).sqrt();
        let call = self.calls;
        let proposals: Vec<Vec<f64>> = (0..self.scores.len())
            .map(|number| {
                let mut row = self.scores[number].clone();
                for &place in rest {
                    let fresh = inverse_normal_cdf(chance(self.seed, number, call, "rest", place));
                    row[place] = kept * row[place] + size * fresh;
                }
                row
            })
            .collect();
        self.decide(proposals, |_, _| 0.0, 1, weigh)
    }

    /// Takes proposals or leaves them, and gives the share taken. `log_prior` is what the prior and
    /// the proposal say for a move.
    fn decide(
        &mut self,
        proposals: Vec<Vec<f64>>,
        log_prior: impl Fn(&[f64], &[f64]) -> f64,
        kind: usize,
        weigh: &mut Weigh<'_>,
    ) -> Result<Option<f64>, LabError> {
        let call = self.calls;
        let Some(weighed) = weigh(&proposals, call)? else { return Ok(None) };
        self.calls += 1;
        let mut taken = 0.0;
        for (number, (proposal, weighed)) in proposals.into_iter().zip(weighed).enumerate() {
            let gain = self.temperature * (weighed.log - self.weighed[number].log)
                + log_prior(&self.scores[number], &proposal);
            if ln(chance(self.seed, number, call, "taken", 0)) < gain {
                self.scores[number] = proposal;
                self.weighed[number] = weighed;
                taken += 1.0;
            }
        }
        let share = taken / self.scores.len().max(1) as f64;
        let most = if kind == 0 { 10.0 } else { 1.0 };
        self.sizes[kind] = (self.sizes[kind] * exp(share - WANTED)).clamp(0.02, most);
        Ok(Some(share))
    }
}
