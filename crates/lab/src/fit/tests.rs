//! The sampler against posteriors that can be worked out: normal ones in closed form, those of the toy
//! world on a grid; and calibration that sees when it is broken on purpose.

use detente_chance::{Address, HistoryKey, exp, inverse_normal_cdf, ln, uniform};
use detente_model::Model;

use super::likelihood::Likelihood;
use super::part::Part;
use super::sampler::{Plan, Population, Weighed, begin};
use super::uniformity::uniformity;
use super::{FitQuestion, calibrate, calibration, fit};
use crate::statistics::Moments;
use crate::toy;
use crate::{LabError, Stop, Watch};

fn normal(seed: u64, number: u64, time: u32) -> f64 {
    let key = HistoryKey::new(seed, number);
    inverse_normal_cdf(uniform(key, Address { name: 77, time, slot: 5 }))
}

fn moments(values: impl Iterator<Item = f64>) -> Moments {
    let mut moments = Moments::default();
    values.for_each(|value| moments.add(value));
    moments
}

/// Runs a sampler to the end on a likelihood in closed form, known up to noise of this spread.
fn sampled(
    plan: &Plan,
    seed: u64,
    dimensions: usize,
    active: &[usize],
    noise: f64,
    log: impl Fn(&[f64]) -> f64,
) -> Population {
    let mut weigh = |scores: &[Vec<f64>], call: u32| -> Result<_, LabError> {
        let one = |(number, row): (usize, &Vec<f64>)| {
            // Its mean, not that of its logarithm, is the likelihood.
            let own = noise * normal(seed + 1, number as u64, call) - 0.5 * noise * noise;
            Weighed { log: log(row) + own, weeks: Vec::new() }
        };
        Ok(Some(scores.iter().enumerate().map(one).collect()))
    };
    let mut population = begin(plan, seed, dimensions, &mut weigh).unwrap().unwrap();
    while !population.is_done() {
        assert!(population.advance(plan, active, &mut weigh).unwrap());
    }
    population
}

/// ln of the normal density of a measurement of the first score.
fn measured(score: f64, value: f64, error: f64) -> f64 {
    let off = (value - score) / error;
    -0.5 * off * off - ln(error) - 0.918_938_533_204_672_8
}

/// A standard normal measured once as 1.5 with error 1/2 is normal about 1.2 with variance 1/5, and the
/// measurement's density is that of N(0, 5/4). Noise in the likelihood changes neither.
#[test]
fn a_normal_posterior_with_and_without_noise() {
    let plan = Plan { draws: 1024, ..Plan::default() };
    for (noise, seed) in [(0.0, 1), (1.2, 2)] {
        let population = sampled(&plan, seed, 1, &[0], noise, |row| measured(row[0], 1.5, 0.5));
        let found = moments(population.scores.iter().map(|row| row[0]));
        assert!((found.mean - 1.2).abs() < 0.08, "noise {noise}: mean {}", found.mean);
        assert!((found.variance() - 0.2).abs() < 0.05, "noise {noise}: {}", found.variance());
        let evidence = -0.5 * 1.5 * 1.5 / 1.25 - 0.5 * ln(1.25) - 0.918_938_533_204_672_8;
        assert!((population.log_evidence - evidence).abs() < 0.2, "noise {noise}");
    }
}

/// Thirty assumptions of which two are measured, one of those left out by the screening: it is found by
/// the other moves all the same, and what nobody measured stays at its prior.
#[test]
fn what_the_record_does_not_speak_to_stays_at_its_prior() {
    let plan = Plan { draws: 512, ..Plan::default() };
    let population = sampled(&plan, 3, 30, &[4], 0.5, |row| {
        measured(row[4], -1.0, 0.4) + measured(row[9], 1.0, 1.0)
    });
    let of = |place: usize| moments(population.scores.iter().map(|row| row[place]));
    assert!((of(4).mean + 1.0 / 1.16).abs() < 0.1, "{}", of(4).mean);
    assert!((of(9).mean - 0.5).abs() < 0.15, "{}", of(9).mean);
    assert!((of(9).variance() - 0.5).abs() < 0.15, "{}", of(9).variance());
    let others = (0..30).filter(|place| ![4, 9].contains(place));
    let learnt = moments(others.clone().map(|place| of(place).variance()));
    assert!((learnt.mean - 1.0).abs() < 0.05, "{}", learnt.mean);
    assert!(others.clone().all(|place| of(place).mean.abs() < 0.3));
}

#[test]
fn too_few_draws_that_can_follow_are_told_of() {
    let mut weigh = |scores: &[Vec<f64>], _: u32| {
        let none = Weighed { log: f64::NEG_INFINITY, weeks: Vec::new() };
        Ok(Some(vec![none; scores.len()]))
    };
    let told = begin(&Plan::default(), 1, 3, &mut weigh).unwrap_err().to_string();
    assert!(told.contains("0 can follow the record"), "{told}");
}

/// How a sampler may be broken on purpose.
#[derive(Clone, Copy, PartialEq)]
enum Broken {
    Not,
    /// The record counts half.
    Tempered,
    /// The prior does not count.
    WithoutPrior,
}

/// The smallest p value of ranks over worlds in which a normal assumption is measured once, with this
/// error.
fn calibrated(broken: Broken, error: f64) -> f64 {
    let plan = Plan { draws: 62, ..Plan::default() };
    let (mut ranks, mut distances) = (Vec::new(), Vec::new());
    for world in 0..400 {
        let truth = [normal(100, world, 0)];
        let value = truth[0] + error * normal(100, world, 1);
        let population = sampled(&plan, 1000 + 2 * world, 1, &[0], 0.7, |row| {
            let log = measured(row[0], value, error);
            match broken {
                Broken::Not => log,
                Broken::Tempered => 0.5 * log,
                Broken::WithoutPrior => log + 0.45 * row[0] * row[0],
            }
        });
        let distance = |row: &[f64]| calibration::distance(row, &[0]);
        ranks.push(calibration::rank_of(&population.scores, &truth, |row| row[0]));
        distances.push(calibration::rank_of(&population.scores, &truth, distance));
    }
    let least = |ranks: &[u64]| {
        let found = uniformity(ranks, 31, 8);
        found.chi_square_p.min(found.band_p)
    };
    least(&ranks).min(least(&distances))
}

#[test]
fn ranks_are_uniform_and_visibly_not_when_the_sampler_is_broken() {
    // A sharp measurement tells whether the record counts as it should, a blurred one whether the prior
    // does.
    for (broken, error) in [(Broken::Tempered, 0.2), (Broken::WithoutPrior, 1.0)] {
        let right = calibrated(Broken::Not, error);
        assert!(right > 0.005, "error {error}: {right}");
        let wrong = calibrated(broken, error);
        assert!(wrong < 0.002, "error {error}: {wrong}");
    }
}

/// The toy with a strike in East Germany in week 23 and, in Poland, whatever; tension at the end says a
/// little of that.
fn noisy_toy() -> Model {
    let mut model = toy::model();
    model.record.coverage[0].of.instances = vec![0];
    model.record.levels[0].error = 10.0;
    model
}

/// The probability of the toy's record: no strike for 23 weeks, one in the next, and a measurement that
/// is off by nothing without a strike in Poland and by one error with it.
fn toy_likelihood(hazard: f64) -> f64 {
    let strike = exp(-23.0 * hazard) * (1.0 - exp(-hazard));
    let density = |off: f64| exp(-0.5 * off * off) / (10.0 * 2.506_628_274_631_000_5);
    let calm = exp(-104.0 * hazard);
    strike * (calm * density(0.0) + (1.0 - calm) * density(1.0))
}

/// The estimate's mean is the likelihood; its parts by week add up to it.
#[test]
fn the_estimate_is_unbiased() {
    let part = Part::fitting(&noisy_toy());
    let likelihood = Likelihood::new(&part, 4, 4, 1).unwrap();
    // The prior is uniform from 0.01 to 0.1: the score 0 is a hazard of 0.055.
    let rows = vec![vec![0.0]; 500];
    let mut ignore = |_| {};
    let weighed = likelihood.weigh(&rows, 1, &Stop::default(), &mut ignore).unwrap().unwrap();
    let found = moments(weighed.iter().map(|one| exp(one.log)));
    assert!((likelihood.value(0, 0.0) - 0.055).abs() < 1e-15);
    let right = toy_likelihood(likelihood.value(0, 0.0));
    assert!((found.mean - right).abs() < 4.0 * found.error(), "{} {right}", found.mean);
    assert!(found.error() > 0.0, "it is an estimate");
    let again = likelihood.weigh(&rows, 2, &Stop::default(), &mut ignore).unwrap().unwrap();
    assert_ne!(weighed, again, "each call has chance of its own");
}

fn small_fit() -> FitQuestion {
    FitQuestion {
        plan: Plan { draws: 200, ..Plan::default() },
        each: Some(8),
        ..FitQuestion::default()
    }
}

/// The posterior of the hazard on a grid: its mean and standard deviation.
fn on_a_grid() -> (f64, f64) {
    let hazard = |number: u32| 0.01 + 0.09 * (f64::from(number) + 0.5) / 2000.0;
    let all: f64 = (0..2000).map(|number| toy_likelihood(hazard(number))).sum();
    let mean = (0..2000).map(|n| hazard(n) * toy_likelihood(hazard(n))).sum::<f64>() / all;
    let square = |n| (hazard(n) - mean) * (hazard(n) - mean) * toy_likelihood(hazard(n));
    (mean, ((0..2000).map(square).sum::<f64>() / all).sqrt())
}

#[test]
fn the_toy_s_posterior_is_that_of_the_grid() {
    let fitted = fit(&noisy_toy(), &small_fit(), None, &Watch::default()).unwrap().unwrap();
    let (mean, deviation) = on_a_grid();
    let found = moments(fitted.rows.iter().map(|row| row[0]));
    assert!((found.mean - mean).abs() < 0.15 * deviation, "{} {mean}", found.mean);
    assert!((found.variance().sqrt() / deviation - 1.0).abs() < 0.2, "{deviation}");
    let learnt = &fitted.learnt[0];
    assert_eq!((learnt.id.as_str(), learnt.active, learnt.written), ("hazard", true, 0.02));
    assert!(learnt.contraction > 0.05 && learnt.r_hat.unwrap() < 1.05, "{learnt:?}");
    assert!(fitted.good, "{:?}", fitted.concerns);
    let entry = &fitted.predictive.entries[0];
    assert!((0.0..=1.0).contains(&entry.posterior[0]) && entry.posterior[1] <= entry.posterior[0]);
    let ids: Vec<&str> =
        fitted.influence.iter().flat_map(|one| &one.entries).map(|id| id.as_str()).collect();
    assert_eq!(ids, ["rising", "tension_1954"]);
    let rising = &fitted.influence[0];
    // 1 − exp(−h), by a posterior that without the strike lies nearer to nothing.
    let (low, high) = (0.5 * mean, mean);
    assert!((low..high).contains(&rising.probability), "{} {mean}", rising.probability);
    assert!(rising.by < -0.1 && rising.pareto_k.is_some_and(|k| k < 0.7), "{rising:?}");
}

#[test]
fn a_fit_that_was_stopped_goes_on_to_the_same_bytes() {
    let model = noisy_toy();
    let question = FitQuestion { plan: Plan { draws: 64, ..Plan::default() }, ..small_fit() };
    let whole = fit(&model, &question, None, &Watch::default()).unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("fit.json");
    let mut stops = 0;
    let resumed = loop {
        let stop = Stop::default();
        let ending = stop.clone();
        let histories = std::cell::Cell::new(0);
        // More each time, so that it gets through any one step.
        let enough = 2_000 * (stops + 1);
        let tell = |progress: crate::Progress| {
            histories.set(progress.finished);
            if progress.finished > enough {
                ending.now();
            }
        };
        let watch = Watch { progress: Some(&tell), stop };
        match fit(&model, &question, Some(&kept), &watch).unwrap() {
            Some(fitted) => break fitted,
            None => stops += 1,
        }
        assert!(stops < 200);
    };
    assert!(stops > 0, "it was never stopped");
    assert_eq!(resumed, whole);
    let other = FitQuestion { seed: 2, ..question };
    let refused = fit(&model, &other, Some(&kept), &Watch::default()).unwrap_err().to_string();
    assert!(refused.contains("another fit"), "{refused}");
}

/// The number of threads changes nothing.
#[test]
fn threads_do_not_matter() {
    let question = FitQuestion { plan: Plan { draws: 32, ..Plan::default() }, ..small_fit() };
    let on = |threads| {
        let jobs = std::num::NonZeroUsize::new(threads);
        fit(&noisy_toy(), &FitQuestion { jobs, ..question }, None, &Watch::default()).unwrap()
    };
    assert_eq!(on(1), on(3));
}

/// The whole way: worlds made by the toy, their records, their likelihood, the sampler.
#[test]
fn the_toy_s_worlds_are_calibrated() {
    let mut model = toy::model();
    model.calendar.weeks = 26;
    model.record.entries.clear();
    model.record.levels.clear();
    model.record.coverage[0].until = 26;
    let question = FitQuestion {
        plan: Plan { draws: 62, most_rounds: 6, ..Plan::default() },
        each: Some(1),
        ..FitQuestion::default()
    };
    let found = calibrate(&model, &question, 100, &Watch::default()).unwrap().unwrap();
    assert_eq!((found.worlds + found.failed, found.ranks.len()), (100, 2));
    assert!(found.failed == 0 && found.worst > 0.02, "{found:?}");
}
