//! The algorithms meet the results published with them, read from `validation/` at the root.

#![allow(missing_docs)]

use detente_theory::alignment::Landscape;
use detente_theory::challenge::{self, Field, Reading};
use detente_theory::compromise::compromise;
use detente_theory::condorcet::{self, Attitude};
use detente_theory::{Arithmetic, MAX_PLAYERS, Table, burden, median};
use serde::Deserialize;

/// The program's own functions.
const ARITHMETIC: Arithmetic = Arithmetic {
    exp: detente_chance::exp,
    ln: detente_chance::ln,
    normal_cdf: detente_chance::normal_cdf,
};

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = format!("{}/../../validation/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    toml::from_str(&std::fs::read_to_string(&path).expect(&path)).expect(&path)
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], margin: f64) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= margin, "{found:?} for {expected:?} (± {margin})");
    }
}

#[derive(Deserialize)]
struct EmissionStandards {
    capability: Vec<f64>,
    position: Vec<f64>,
    salience: Vec<f64>,
    start: Start,
    as_run: AsRun,
    as_printed: Path,
}

#[derive(Deserialize)]
struct Start {
    mean: f64,
    median: f64,
    votes: Vec<[f64; 3]>,
    margin: f64,
}

#[derive(Deserialize)]
struct AsRun {
    published_median: Vec<f64>,
    published_mean: Vec<f64>,
    published_margin: f64,
    #[serde(flatten)]
    path: Path,
    round_1: RoundOne,
}

#[derive(Deserialize)]
struct Path {
    median: Vec<f64>,
    mean: Vec<f64>,
    margin: f64,
}

#[derive(Deserialize)]
struct RoundOne {
    exponents: Vec<f64>,
    positions: Vec<f64>,
}

impl EmissionStandards {
    fn field(&self, reading: Reading) -> Field<'_> {
        let range = challenge::range_of(&self.position);
        Field { powers: &self.capability, saliences: &self.salience, range, reading }
    }

    /// The weighted median and mean after each of so many rounds.
    fn path(&self, reading: Reading, rounds: usize) -> (Vec<f64>, Vec<f64>) {
        let (field, mut positions) = (self.field(reading), self.position.clone());
        (0..rounds)
            .map(|_| {
                challenge::play(&field, &mut positions, &ARITHMETIC);
                challenge::settled(&field, &positions)
            })
            .unzip()
    }
}

#[test]
fn the_question_of_emission_standards_starts_where_it_did() {
    let question: EmissionStandards = read("challenge-emission-standards");
    let table =
        Table::new(&question.position, &question.salience, &question.capability, &[6.0]).unwrap();
    assert!((compromise(&table)[0] - question.start.mean).abs() < 1e-6);
    let weights: Vec<f64> = (0..table.players()).map(|p| table.weight(p, 0)).collect();
    assert_eq!(median::median(&question.position, &weights), question.start.median);
    for [winner, loser, expected] in question.start.votes {
        let found = median::margin(&question.position, &weights, 6.0, winner, loser);
        assert!((found - expected).abs() < question.start.margin, "{winner} v {loser}: {found}");
    }
}

#[test]
fn challenges_as_run_take_the_published_path() {
    let question: EmissionStandards = read("challenge-emission-standards");
    let expected = &question.as_run;
    let (medians, means) = question.path(Reading::AsRun, expected.path.median.len());
    near(&medians, &expected.path.median, expected.path.margin);
    near(&means, &expected.path.mean, expected.path.margin);
    near(&means, &expected.published_mean, expected.published_margin);
    for (found, printed) in medians.iter().zip(&expected.published_median) {
        let unmet = *printed < 0.0;
        assert!(unmet || (found - printed).abs() < expected.published_margin, "{medians:?}");
    }
}

#[test]
fn the_first_round_has_the_exponents_and_the_moves() {
    let question: EmissionStandards = read("challenge-emission-standards");
    let mut positions = question.position.clone();
    let round = challenge::play(&question.field(Reading::AsRun), &mut positions, &ARITHMETIC);
    let expected = &question.as_run;
    near(&round.exponents[..10], &expected.round_1.exponents, expected.path.margin);
    near(&positions, &expected.round_1.positions, expected.path.margin);
    assert_eq!(round.moved, 3);
}

#[test]
fn challenges_as_printed_close_in_on_the_median() {
    let question: EmissionStandards = read("challenge-emission-standards");
    let expected = &question.as_printed;
    let (medians, means) = question.path(Reading::AsPrinted, expected.median.len());
    near(&medians, &expected.median, expected.margin);
    near(&means, &expected.mean, expected.margin);
}

#[derive(Deserialize)]
struct SevenActors {
    power: Vec<f64>,
    position: Vec<Vec<f64>>,
    salience: Vec<Vec<f64>>,
    value: Vec<Vec<f64>>,
    value_margin: f64,
    risk: Vec<f64>,
    risk_margin: f64,
    utility: Vec<Vec<f64>>,
    utility_margin: f64,
    election: Vec<Bargains>,
}

#[derive(Deserialize)]
struct Bargains {
    utility: Vec<Vec<f64>>,
    chances: Vec<f64>,
    margin: f64,
}

#[test]
fn seven_actors_value_each_others_positions_as_in_the_reference_log() {
    let sample: SevenActors = read("condorcet-seven-actors");
    let (positions, saliences) = (sample.position.concat(), sample.salience.concat());
    let table = Table::new(&positions, &saliences, &sample.power, &[100.0; 3]).unwrap();
    let risks = condorcet::elect(&table, Attitude::Inferred).risks;
    near(&risks[..7], &sample.risk, sample.risk_margin);
    for (actor, risk) in risks.into_iter().enumerate().take(7) {
        let values: Vec<f64> =
            (0..7).map(|other| 1.0 - table.distance(actor, table.position(other))).collect();
        near(&values, &sample.value[actor], sample.value_margin);
        let utilities: Vec<f64> = values.iter().map(|v| condorcet::risk_aware(*v, risk)).collect();
        near(&utilities, &sample.utility[actor], sample.utility_margin);
    }
}

#[test]
fn bargains_win_with_the_chances_of_the_reference_log() {
    let sample: SevenActors = read("condorcet-seven-actors");
    for bargains in &sample.election {
        let mut worth = [[0.0; MAX_PLAYERS]; MAX_PLAYERS];
        for (row, values) in worth.iter_mut().zip(&bargains.utility) {
            row[..values.len()].copy_from_slice(values);
        }
        let options = bargains.chances.len();
        let found = condorcet::chances(&sample.power, &worth, options);
        near(&found[..options], &bargains.chances, bargains.margin);
    }
}

#[derive(Deserialize)]
struct Syria {
    actors: Vec<String>,
    size: Vec<f64>,
    score: Vec<Vec<f64>>,
    minimum: Minimum,
}

#[derive(Deserialize)]
struct Minimum {
    apart: Vec<String>,
    energy: f64,
    frustration: Vec<f64>,
    next_energies: Vec<f64>,
    margin: f64,
}

#[test]
fn the_war_in_syria_has_one_resting_place() {
    let syria: Syria = read("alignment-syria-2016");
    let propensity: Vec<f64> = syria.score.concat().iter().map(|score| score - 3.0).collect();
    let landscape = Landscape::new(&syria.size, &propensity, 2).unwrap();
    let mut energies = Vec::new();
    let mut minima = Vec::new();
    landscape.visit(u64::MAX, |side, energy| {
        energies.push(energy);
        if landscape.is_minimum(side) {
            minima.push(side.to_vec());
        }
        // From everywhere members come to rest in the same place.
        let mut from_here = side.to_vec();
        assert_eq!(landscape.settle(&mut from_here).energy, syria.minimum.energy);
    });
    assert_eq!((energies.len(), minima.len()), (1_024, 1));
    let apart: Vec<&String> = syria
        .actors
        .iter()
        .zip(&minima[0])
        .filter(|(_, side)| **side == 1)
        .map(|(a, _)| a)
        .collect();
    assert_eq!(apart, syria.minimum.apart.iter().collect::<Vec<_>>());
    let by_size: Vec<f64> =
        (0..11).map(|i| syria.size[i] * landscape.frustration(&minima[0], i)).collect();
    near(&by_size, &syria.minimum.frustration, syria.minimum.margin);
    energies.sort_by(f64::total_cmp);
    assert_eq!(energies[0], syria.minimum.energy);
    near(&energies[1..3], &syria.minimum.next_energies, syria.minimum.margin);
}

#[derive(Deserialize)]
struct Nato {
    income: Vec<f64>,
    defence: Vec<f64>,
    rank_correlation: f64,
    margin: f64,
}

/// Spearman's rank correlation of numbers without ties.
fn rank_correlation(x: &[f64], y: &[f64]) -> f64 {
    let rank = |of: &[f64], at: f64| of.iter().filter(|v| **v < at).count() as f64;
    let n = x.len() as f64;
    let d: f64 =
        x.iter().zip(y).map(|(a, b)| rank(x, *a) - rank(y, *b)).map(|apart| apart * apart).sum();
    1.0 - 6.0 * d / (n * (n * n - 1.0))
}

#[test]
fn the_large_bear_more_than_their_share_in_nato_and_in_the_model() {
    let nato: Nato = read("burden-nato-1964");
    let found = rank_correlation(&nato.income, &nato.defence);
    assert!((found - nato.rank_correlation).abs() < nato.margin, "{found}");
    let mut spending = [0.0; 14];
    burden::contributions(&nato.income, 0.1, &mut spending);
    let shares: Vec<f64> = spending.iter().zip(&nato.income).map(|(d, y)| d / y).collect();
    assert!(shares.windows(2).all(|pair| pair[0] >= pair[1]), "{shares:?}");
    assert!(shares[0] > 0.0 && shares[13] == 0.0);
}
