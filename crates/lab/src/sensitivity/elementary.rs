//! Elementary effects: which factors matter at all, from one-at-a-time steps along random
//! trajectories.
//!
//! Design: Morris, "Factorial sampling plans for preliminary computational experiments",
//! Technometrics 33 (1991) 161–174: each trajectory begins at a random point of a grid of four
//! levels and moves every factor once, by two levels, in random order. Measures: Campolongo,
//! Cariboni and Saltelli, "An effective screening design for sensitivity analysis of large models",
//! Environmental Modelling & Software 22 (2007) 1509–1518: μ*, the mean size of the effects.

use super::resample::intervals;

/// Levels of the grid: 0, ⅓, ⅔, 1.
const LEVELS: usize = 4;
/// How far a step goes: two levels of the four, Morris's p / (2(p − 1)).
pub const STEP: f64 = 2.0 / 3.0;

/// A walk over the grid on which every factor moves once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectory {
    /// The level at which each factor starts.
    start: Vec<usize>,
    /// The factors in the order in which they move.
    pub order: Vec<usize>,
}

impl Trajectory {
    /// One for each pair of uniforms: the first decides where a factor starts, the second when it
    /// moves.
    pub fn of(uniforms: &[[f64; 2]]) -> Self {
        // From the lower two levels a factor moves up, from the upper two down, so that each of the
        // four starts is as likely.
        let start = |[u, _]: &[f64; 2]| ((u * LEVELS as f64) as usize).min(LEVELS - 1);
        let mut order: Vec<usize> = (0..uniforms.len()).collect();
        order.sort_by(|a, b| uniforms[*a][1].total_cmp(&uniforms[*b][1]).then(a.cmp(b)));
        Self { start: uniforms.iter().map(start).collect(), order }
    }

    /// The points of the walk, one more than there are factors, each from 0 to 1 in every factor.
    pub fn points(&self) -> Vec<Vec<f64>> {
        let mut levels = self.start.clone();
        let place = |levels: &[usize]| -> Vec<f64> {
            levels.iter().map(|level| *level as f64 / (LEVELS - 1) as f64).collect()
        };
        let mut points = vec![place(&levels)];
        for factor in &self.order {
            levels[*factor] = (levels[*factor] + LEVELS / 2) % LEVELS;
            points.push(place(&levels));
        }
        points
    }

    /// Whether a factor moves up.
    fn rises(&self, factor: usize) -> bool {
        self.start[factor] < LEVELS / 2
    }

    /// The effect of each factor, from what was found at each point in each of some repetitions
    /// under common chance: `found[point][repetition]`.
    pub fn effects(&self, found: &[Vec<f64>]) -> Vec<Effect> {
        let mut effects = vec![Effect::default(); self.order.len()];
        for (number, factor) in self.order.iter().enumerate() {
            let step = if self.rises(*factor) { STEP } else { -STEP };
            let pairs = found[number].iter().zip(&found[number + 1]);
            let each: Vec<f64> = pairs.map(|(before, after)| (after - before) / step).collect();
            effects[*factor] = Effect::of(&each);
        }
        effects
    }
}

/// The effect of a factor at one place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effect {
    /// The mean over repetitions: the change of the answer for a step from 0 to 1, were it straight.
    pub size: f64,
    /// The variance of that mean, from chance; 0 of a single repetition.
    pub noise: f64,
}

impl Effect {
    fn of(each: &[f64]) -> Self {
        let count = each.len() as f64;
        let size = each.iter().sum::<f64>() / count;
        let squares: f64 = each.iter().map(|x| (x - size) * (x - size)).sum();
        let noise = if each.len() < 2 { 0.0 } else { squares / (count - 1.0) / count };
        Self { size, noise }
    }
}

/// What elementary effects say of one factor, in the answer's own unit.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Measures {
    /// Their mean size, μ*: how much the factor matters.
    pub mu_star: f64,
    /// The 95 % interval of μ*, by resampling trajectories.
    pub interval: Option<[f64; 2]>,
    /// Their mean, μ: which way it works.
    pub mu: f64,
    /// Their standard deviation, σ, less what chance adds to it: how far the effect depends on
    /// where the other factors stand, or bends.
    pub sigma: f64,
    /// What μ* would be for a factor whose effects are chance alone.
    pub chance: f64,
}

/// The measures of each factor; `effects[trajectory][factor]`.
pub fn measures(effects: &[Vec<Effect>], seed: u64) -> Vec<Measures> {
    let factors = effects.first().map_or(0, Vec::len);
    let weights = |drawn: &[u32]| -> Vec<Option<f64>> {
        let all = f64::from(drawn.iter().sum::<u32>());
        let size = |factor: usize| {
            let sum = effects
                .iter()
                .zip(drawn)
                .map(|(own, times)| own[factor].size.abs() * f64::from(*times));
            Some(sum.sum::<f64>() / all)
        };
        (0..factors).map(size).collect()
    };
    let intervals = intervals(effects.len(), factors, seed, weights);
    intervals
        .into_iter()
        .enumerate()
        .map(|(factor, interval)| {
            let own: Vec<Effect> = effects.iter().map(|one| one[factor]).collect();
            Measures { interval, ..of_one(&own) }
        })
        .collect()
}

fn of_one(effects: &[Effect]) -> Measures {
    let count = effects.len() as f64;
    let mean = |of: &dyn Fn(&Effect) -> f64| effects.iter().map(of).sum::<f64>() / count;
    let mu = mean(&|effect| effect.size);
    let noise = mean(&|effect| effect.noise);
    let squares: f64 = effects.iter().map(|effect| (effect.size - mu) * (effect.size - mu)).sum();
    let variance = if effects.len() < 2 { 0.0 } else { squares / (count - 1.0) };
    Measures {
        mu_star: mean(&|effect| effect.size.abs()),
        interval: None,
        mu,
        sigma: (variance - noise).max(0.0).sqrt(),
        // The mean size of a normal number of variance v is √(2v/π).
        chance: (noise * 2.0 / std::f64::consts::PI).sqrt(),
    }
}
