//! The estimators against functions whose indices are known on paper.
#![expect(clippy::disallowed_methods, reason = "Ishigami's function is made of sines")]

use detente_chance::{Address, HistoryKey, hash_name, hash_slot, uniform};

use detente_lab::sensitivity::elementary::{Measures, Trajectory, measures};
use detente_lab::sensitivity::variance::{Indices, Sums, indices};

fn draw(row: u64, factor: usize, slot: &str) -> f64 {
    let address = Address { name: hash_name("test"), time: factor as u32, slot: hash_slot(slot) };
    uniform(HistoryKey::new(7, row), address)
}

/// Runs both designs of a function of uniforms and of a history's own chance.
fn sobol(factors: usize, rows: u64, repetitions: u64, of: impl Fn(&[f64], u64) -> f64) -> Indices {
    let parts = 64;
    let mut sums = vec![Sums::of_factors(factors); parts];
    for row in 0..rows {
        let a: Vec<f64> = (0..factors).map(|j| draw(row, j, "a")).collect();
        let b: Vec<f64> = (0..factors).map(|j| draw(row, j, "b")).collect();
        let histories = row * repetitions..(row + 1) * repetitions;
        let all = |x: &[f64]| histories.clone().map(|id| of(x, id)).collect::<Vec<f64>>();
        let mixed: Vec<Vec<f64>> = (0..factors)
            .map(|j| {
                let mut x = a.clone();
                x[j] = b[j];
                all(&x)
            })
            .collect();
        let mixed: Vec<&[f64]> = mixed.iter().map(Vec::as_slice).collect();
        sums[row as usize * parts / rows as usize].add(&all(&a), &all(&b), &mixed);
    }
    indices(&sums, 1)
}

fn near(found: &Indices, expected: &[[f64; 2]], margin: f64) {
    for (factor, [first, total]) in found.factors.iter().zip(expected) {
        let (one, all) = (factor.first.unwrap(), factor.total.unwrap());
        assert!((one.value - first).abs() < margin, "first {} not {first}", one.value);
        assert!((all.value - total).abs() < margin, "total {} not {total}", all.value);
        // Three times the half width about the estimate holds the truth, and is not idle.
        for (own, truth) in [(one, first), (all, total)] {
            let [low, high] = own.interval.unwrap();
            let half = 0.5 * (high - low);
            assert!((own.value - truth).abs() < 3.0 * half + 1e-9, "{own:?} {truth}");
            assert!(half < margin, "{own:?}");
        }
    }
}

fn ishigami(u: &[f64]) -> f64 {
    let [x, y, z] = [u[0], u[1], u[2]].map(|u| std::f64::consts::PI * (2.0 * u - 1.0));
    x.sin() + 7.0 * y.sin() * y.sin() + 0.1 * z * z * z * z * x.sin()
}

/// Ishigami and Homma (1990), a = 7, b = 0.1: V₁ = ½(1 + bπ⁴/5)², V₂ = a²/8, V₁₃ = 8b²π⁸/225.
#[test]
fn ishigami_has_its_known_indices() {
    let pi2 = std::f64::consts::PI * std::f64::consts::PI;
    let pi4 = pi2 * pi2;
    let first = 1.0 + 0.1 * pi4 / 5.0;
    let (v1, v2) = (0.5 * first * first, 49.0 / 8.0);
    let v13 = 8.0 * 0.01 * pi4 * pi4 / 225.0;
    let all = v1 + v2 + v13;
    let found = sobol(3, 16_384, 1, |u, _| ishigami(u));
    let expected = [[v1 / all, (v1 + v13) / all], [v2 / all; 2], [0.0, v13 / all]];
    near(&found, &expected, 0.035);
    assert!((found.variance / all - 1.0).abs() < 0.03, "{}", found.variance);
    assert!((found.doubt.unwrap().value - 1.0).abs() < 1e-12);
}

/// Sobol's g-function with a = (0, 1, 4.5, 9, 99, 99, 99, 99): Vⱼ = 1/(3(1 + aⱼ)²),
/// V = Π(1 + Vⱼ) − 1, the total of j being Vⱼ Π over the others of (1 + Vᵢ).
#[test]
fn the_g_function_has_its_known_indices() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let parts = a.map(|a: f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let product: f64 = parts.iter().map(|v| 1.0 + v).product();
    let all = product - 1.0;
    let expected = parts.map(|v| [v / all, v * product / (1.0 + v) / all]);
    let found = sobol(8, 16_384, 1, |u, _| {
        u.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    });
    near(&found, &expected, 0.03);
}

/// An event of probability g(x) = ¼ + ½x₁x₂ with a noise that has no part in x: the indices are
/// those of x₁x₂ (first 3/7, total 4/7), and doubt is Var g / p(1 − p), although nine tenths of the
/// variance are chance.
#[test]
fn chance_does_not_touch_the_indices_of_the_conditional_mean() {
    let happens =
        |u: &[f64], id: u64| f64::from(u8::from(draw(id, 9, "chance") < 0.25 + 0.5 * u[0] * u[1]));
    let found = sobol(3, 32_000, 4, happens);
    near(&found, &[[3.0 / 7.0, 4.0 / 7.0], [3.0 / 7.0, 4.0 / 7.0], [0.0, 0.0]], 0.06);
    let conditional = 0.25 * (1.0 / 9.0 - 1.0 / 16.0);
    let p: f64 = 0.25 + 0.5 / 4.0;
    let expected = conditional / (p * (1.0 - p));
    let doubt = found.doubt.unwrap();
    assert!((doubt.value - expected).abs() < 0.006, "{doubt:?} {expected}");
    let [low, high] = doubt.interval.unwrap();
    assert!(low < expected && expected < high);
    // What touches nothing moves nothing, to the bit.
    assert_eq!(found.factors[2].moved, 0.0);
    assert_eq!(found.factors[2].total.unwrap().value, 0.0);
    // A factor drawn anew moves the event where u lies between the two probabilities: ½E|Δx₁|x₂.
    assert!((found.factors[0].moved - 0.5 / 3.0 * 0.5).abs() < 0.003);
}

fn morris(
    factors: usize,
    trajectories: u64,
    repetitions: u64,
    of: impl Fn(&[f64], u64) -> f64,
) -> Vec<Measures> {
    let walk = |number: u64| {
        let uniforms: Vec<[f64; 2]> =
            (0..factors).map(|j| [draw(number, j, "level"), draw(number, j, "order")]).collect();
        let trajectory = Trajectory::of(&uniforms);
        let histories = number * repetitions..(number + 1) * repetitions;
        let found: Vec<Vec<f64>> = trajectory
            .points()
            .iter()
            .map(|point| histories.clone().map(|id| of(point, id)).collect())
            .collect();
        trajectory.effects(&found)
    };
    measures(&(0..trajectories).map(walk).collect::<Vec<_>>(), 1)
}

/// A straight line has the same effect everywhere: μ* = |slope|, σ = 0.
#[test]
fn a_straight_line_is_found_exactly() {
    let slopes = [3.0, -2.0, 0.0, 0.5];
    let line = |x: &[f64], _| x.iter().zip(slopes).map(|(x, slope)| x * slope).sum();
    for (found, slope) in morris(4, 10, 1, line).iter().zip(slopes) {
        assert!((found.mu - slope).abs() < 1e-12 && (found.mu_star - slope.abs()).abs() < 1e-12);
        assert!(found.sigma < 1e-12 && found.chance == 0.0);
        let [low, high] = found.interval.unwrap();
        assert!((low - slope.abs()).abs() < 1e-12 && (high - slope.abs()).abs() < 1e-12);
    }
}

/// x₁x₂: the effect of x₁ is x₂, which is 0, ⅓, ⅔ or 1 with equal probability: μ = ½, σ² = 5/36.
/// A parabola about the middle has effects that cancel: μ = 0, μ* = 0 with this step, so that
/// neither sees it, but (x − ¼)² is seen.
#[test]
fn bends_and_partners_show_in_sigma() {
    let found = morris(3, 4000, 1, |x, _| x[0] * x[1] + x[2] * x[2]);
    assert!(
        (found[0].mu - 0.5).abs() < 0.02 && (found[0].sigma - (5.0_f64 / 36.0).sqrt()).abs() < 0.01
    );
    // x² from 0 to ⅔ rises by 4/9, from ⅓ to 1 by 8/9: effects ⅔ and 4/3.
    assert!((found[2].mu - 1.0).abs() < 0.02 && (found[2].sigma - 1.0 / 3.0).abs() < 0.01);
}

/// Chance adds to the spread of effects, and is taken out of σ; what chance alone gives is told.
#[test]
fn chance_is_told_from_effect() {
    let found = morris(2, 400, 16, |x, id| {
        2.0 * x[0] + x[1] * 0.0 + (draw(id, 3, "chance") - 0.5) * (1.0 + x[1])
    });
    assert!((found[0].mu_star - 2.0).abs() < 1e-9 && found[0].sigma < 1e-6);
    // d = ⅔(u − ½) over ⅔: variance 1/12 a history, 1/192 in the mean of 16.
    let chance = (2.0 / 192.0 / std::f64::consts::PI).sqrt();
    assert!((found[1].chance / chance - 1.0).abs() < 0.05, "{:?}", found[1]);
    assert!((found[1].mu_star / chance - 1.0).abs() < 0.1 && found[1].sigma < 0.03);
}

/// Each trajectory moves every factor once by two levels, and starts are even over the levels.
#[test]
fn trajectories_move_each_factor_once() {
    let mut starts = [0_u32; 4];
    for number in 0..400 {
        let uniforms: Vec<[f64; 2]> =
            (0..5).map(|j| [draw(number, j, "level"), draw(number, j, "order")]).collect();
        let points = Trajectory::of(&uniforms).points();
        assert_eq!(points.len(), 6);
        let mut moved = [0; 5];
        for pair in points.windows(2) {
            for factor in 0..5 {
                let step = (pair[1][factor] - pair[0][factor]).abs();
                assert!(step == 0.0 || (step - 2.0 / 3.0).abs() < 1e-12);
                moved[factor] += u32::from(step > 0.0);
            }
        }
        assert_eq!(moved, [1; 5]);
        starts[(points[0][0] * 3.0).round() as usize] += 1;
    }
    assert!(starts.iter().all(|count| (70..130).contains(count)), "{starts:?}");
}
