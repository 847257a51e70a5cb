//! What one settling costs: a bargain, a leadership, an alignment, a cascade, once for one history.

#![allow(missing_docs)]

use detente_theory::alignment::Landscape;
use detente_theory::bargain::{Method, Settlement, Terms, settle};
use detente_theory::cascade::cascade;
use detente_theory::challenge::Reading;
use detente_theory::coalition::{MAJORITY, Workspace, work_out};
use detente_theory::condorcet::Attitude;
use detente_theory::{Arithmetic, Table};
use divan::{Bencher, black_box};

const ARITHMETIC: Arithmetic = Arithmetic {
    exp: detente_chance::exp,
    ln: detente_chance::ln,
    normal_cdf: detente_chance::normal_cdf,
};

fn main() {
    divan::main();
}

/// Numbers without a pattern, between 0 and 1.
fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| (i * 7919 % 1009) as f64 / 1009.0).collect()
}

fn bargain(bencher: Bencher, method: Method, players: usize, dimensions: usize) {
    let positions: Vec<f64> =
        numbers(players * dimensions + 3)[3..].iter().map(|x| 100.0 * x).collect();
    let saliences = numbers(players * dimensions + 5)[5..].to_vec();
    let powers = numbers(players + 7)[7..].to_vec();
    let widths = vec![100.0; dimensions];
    let terms = Terms { reversion: &[], veto: &[] };
    bencher.bench_local(|| -> Settlement {
        let table = Table::new(black_box(&positions), &saliences, &powers, &widths).unwrap();
        settle(&table, method, &terms, &[], &ARITHMETIC)
    });
}

#[divan::bench(args = [(4, 1), (6, 3), (16, 8)])]
fn compromise(bencher: Bencher, (players, dimensions): (usize, usize)) {
    bargain(bencher, Method::Compromise, players, dimensions);
}

#[divan::bench(args = [(4, 1), (6, 3), (16, 8)])]
fn condorcet(bencher: Bencher, (players, dimensions): (usize, usize)) {
    bargain(bencher, Method::Condorcet(Attitude::Inferred), players, dimensions);
}

#[divan::bench(args = [(4, 1), (6, 3), (16, 8)])]
fn one_round_of_challenges(bencher: Bencher, (players, dimensions): (usize, usize)) {
    bargain(bencher, Method::Challenge(Reading::AsRun, 1), players, dimensions);
}

#[divan::bench(args = [4, 6, 10, 16])]
fn leadership(bencher: Bencher, members: usize) {
    let powers: Vec<u64> = numbers(members + 1)[1..].iter().map(|x| (x * 1e6) as u64).collect();
    let mut workspace = Workspace::default();
    bencher.bench_local(move || work_out(black_box(&powers), MAJORITY, &mut workspace));
}

#[divan::bench(args = [8, 17, 32])]
fn alignment(bencher: Bencher, members: usize) {
    let sizes = numbers(members);
    let propensities: Vec<f64> = numbers(members * members).iter().map(|x| x - 0.5).collect();
    bencher.bench_local(|| {
        let landscape = Landscape::new(black_box(&sizes), &propensities, 2).unwrap();
        let mut side = [0u8; 32];
        landscape.settle(&mut side[..members])
    });
}

#[divan::bench(args = [0.02, 0.12, 0.13, 0.5])]
fn threshold_cascade(spread: f64) -> f64 {
    cascade(black_box(0.25), black_box(spread), 0.0, &ARITHMETIC)
}
