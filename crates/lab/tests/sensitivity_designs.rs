//! Writes designs with what was found on them and what is made of it, so that another library can
//! derive the same figures (`read_sensitivity.py`, run by `make tables`).
#![expect(clippy::disallowed_methods, reason = "Ishigami's function is made of sines")]

use std::path::Path;

use detente_chance::{Address, HistoryKey, hash_name, hash_slot, uniform};
use detente_lab::sensitivity::elementary::{Trajectory, measures};
use detente_lab::sensitivity::variance::{Sums, indices};
use serde_json::{Value, json};

const ROWS: u64 = 2048;
const TRAJECTORIES: u64 = 40;
const REPETITIONS: u64 = 4;

fn draw(row: u64, factor: usize, slot: &str) -> f64 {
    let address = Address { name: hash_name("design"), time: factor as u32, slot: hash_slot(slot) };
    uniform(HistoryKey::new(11, row), address)
}

fn ishigami(u: &[f64]) -> f64 {
    let [x, y, z] = [u[0], u[1], u[2]].map(|u| std::f64::consts::PI * (2.0 * u - 1.0));
    x.sin() + 7.0 * y.sin() * y.sin() + 0.1 * z * z * z * z * x.sin()
}

/// Rows of A, of each mixture, and of B, in the order in which SALib wants them.
fn rows(row: u64) -> Vec<Vec<f64>> {
    let side = |slot| (0..3).map(|factor| draw(row, factor, slot)).collect::<Vec<f64>>();
    let (a, b) = (side("a"), side("b"));
    let mixed = (0..3).map(|factor| {
        let mut own = a.clone();
        own[factor] = b[factor];
        own
    });
    [a.clone()].into_iter().chain(mixed).chain([b.clone()]).collect()
}

/// Indices of a function of a row and a history, and all that was found, row after row.
fn sobol(repetitions: u64, of: impl Fn(&[f64], u64) -> f64) -> Value {
    let mut parts = vec![Sums::of_factors(3); 64];
    let mut found = Vec::new();
    for row in 0..ROWS {
        let histories = row * repetitions..(row + 1) * repetitions;
        let values: Vec<Vec<f64>> = rows(row)
            .iter()
            .map(|x| histories.clone().map(|history| of(x, history)).collect())
            .collect();
        let mixed: Vec<&[f64]> = values[1..4].iter().map(Vec::as_slice).collect();
        parts[(row * 64 / ROWS) as usize].add(&values[0], &values[4], &mixed);
        found.push(values);
    }
    json!({"found": found, "indices": indices(&parts, 1)})
}

fn morris(of: impl Fn(&[f64]) -> f64) -> Value {
    let (mut points, mut found, mut effects) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..TRAJECTORIES {
        let pair = |factor| [draw(number, factor, "level"), draw(number, factor, "turn")];
        let trajectory = Trajectory::of(&(0..4).map(pair).collect::<Vec<_>>());
        let values: Vec<Vec<f64>> = trajectory.points().iter().map(|x| vec![of(x)]).collect();
        effects.push(trajectory.effects(&values));
        points.extend(trajectory.points());
        found.extend(values.concat());
    }
    json!({"points": points, "found": found, "measures": measures(&effects, 1)})
}

#[test]
fn designs_are_written_for_another_library() {
    let happens = |x: &[f64], history: u64| {
        f64::from(u8::from(draw(history, 9, "chance") < 0.25 + 0.5 * x[0] * x[1]))
    };
    let written = json!({
        "sobol": sobol(1, |x, _| ishigami(x)),
        "chance": sobol(REPETITIONS, happens),
        "morris": morris(|x| 2.0 * x[0] - x[1] + 3.0 * x[0] * x[2] * x[2] + 0.0 * x[3]),
    });
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sensitivity.json");
    std::fs::write(&path, written.to_string()).expect("written");
    let first = &written["sobol"]["indices"]["factors"][0]["first"]["value"];
    assert!(first.as_f64().is_some_and(|value| (value - 0.3139).abs() < 0.1), "{first}");
}
