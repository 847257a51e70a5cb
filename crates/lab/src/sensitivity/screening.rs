//! Screening: Morris's elementary effects of every doubted parameter on every outcome.

use super::elementary::{Effect, Measures, Trajectory, measures};
use super::factors::{Draw, Factor, FactorSaid};
use super::worlds::{Lane, Worlds};
use crate::LabError;

/// The share of the prior below the lowest point of the grid, and above the highest: the grid spans
/// the middle nine tenths of what is thought likely.
const EDGE: f64 = 0.05;

/// How many walks, and how many histories at each point of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ScreeningPlan {
    /// Trajectories.
    pub trajectories: u64,
    /// Histories at each point, the same along a trajectory.
    pub repetitions: u64,
}

impl ScreeningPlan {
    /// The plan for so many factors and about so many histories: twenty trajectories if each point
    /// can have eight histories, otherwise fewer, but four at least.
    pub(crate) fn of(factors: usize, histories: u64) -> Self {
        let points = factors as u64 + 1;
        let trajectories = (histories / (points * 8)).clamp(4, 20);
        let repetitions = (histories / (points * trajectories)).clamp(2, 256);
        Self { trajectories, repetitions }
    }

    /// Histories in all.
    pub(crate) fn histories(&self, factors: usize) -> u64 {
        self.trajectories * self.repetitions * (factors as u64 + 1)
    }
}

/// What screening found for one factor and one outcome.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Screened {
    /// The factor.
    #[serde(flatten)]
    pub factor: FactorSaid,
    /// Its effects.
    #[serde(flatten)]
    pub measures: Measures,
}

/// Runs one trajectory: for each outcome, the effect of each factor, as numbers in one row; `None` if it was
/// stopped on the way.
pub(crate) fn walk(
    worlds: &Worlds,
    factors: &[Factor],
    plan: ScreeningPlan,
    seed: u64,
    first: u64,
    number: u64,
) -> Result<Option<Vec<f64>>, LabError> {
    let row = first + number;
    let pair = |factor: &Factor| {
        [factor.uniform(seed, row, Draw::Level), factor.uniform(seed, row, Draw::Turn)]
    };
    let trajectory = Trajectory::of(&factors.iter().map(pair).collect::<Vec<_>>());
    let at = |(x, factor): (&f64, &Factor)| factor.quantile(EDGE + (1.0 - 2.0 * EDGE) * x);
    let rows: Vec<Vec<f64>> = trajectory
        .points()
        .iter()
        .map(|point| point.iter().zip(factors).map(at).collect())
        .collect();
    let histories = row * plan.repetitions..(row + 1) * plan.repetitions;
    let lanes: Vec<Lane<'_>> =
        rows.iter().flat_map(|row| histories.clone().map(move |id| (id, row.as_slice()))).collect();
    let Some(found) = worlds.run(&lanes)? else { return Ok(None) };
    let effects = found.iter().flat_map(|values| {
        let points: Vec<Vec<f64>> =
            values.chunks(plan.repetitions as usize).map(<[f64]>::to_vec).collect();
        trajectory.effects(&points)
    });
    Ok(Some(effects.flat_map(|effect| [effect.size, effect.noise]).collect()))
}

/// The measures of each factor for one outcome, from the rows of all trajectories; the largest
/// effect first.
pub(crate) fn screened(
    factors: &[Factor],
    walks: &[Vec<f64>],
    outcome: usize,
    seed: u64,
) -> Vec<Screened> {
    let own = |walk: &Vec<f64>| -> Vec<Effect> {
        let numbers = &walk[outcome * factors.len() * 2..][..factors.len() * 2];
        numbers.chunks(2).map(|pair| Effect { size: pair[0], noise: pair[1] }).collect()
    };
    let effects: Vec<Vec<Effect>> = walks.iter().map(own).collect();
    let measured = measures(&effects, seed);
    let screened = factors.iter().zip(measured);
    let mut all: Vec<Screened> =
        screened.map(|(factor, measures)| Screened { factor: factor.said(), measures }).collect();
    all.sort_by(|a, b| {
        let size = |own: &Screened| own.measures.mu_star;
        size(b).total_cmp(&size(a)).then_with(|| a.factor.id.cmp(&b.factor.id))
    });
    all
}
