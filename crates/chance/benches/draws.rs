//! What a draw and a function cost, for each instruction set, in lanes of 64 histories.
//!
//! `cargo bench -p detente-chance`: divan's item is one history, so a throughput of 500 Mitem/s is
//! 2 ns for each.

use detente_chance::{Address, InstructionSet, Kernels, LaneKeys};
use divan::Bencher;
use divan::counter::ItemsCount;

const LANES: usize = 64;
/// Blocks in a sample, so that the clock's own cost vanishes.
const BLOCKS: u32 = 64;

fn main() {
    divan::main();
}

fn sets() -> Vec<InstructionSet> {
    InstructionSet::available().collect()
}

fn bench(
    bencher: Bencher,
    set: InstructionSet,
    x: Vec<f64>,
    map: fn(&Kernels, &[f64], &mut [f64]),
) {
    let table = Kernels::of(set).expect("only available sets are benched");
    let mut out = vec![0.0; LANES];
    bencher.counter(ItemsCount::new(LANES * BLOCKS as usize)).bench_local(|| {
        for _ in 0..BLOCKS {
            map(&table, divan::black_box(&x), divan::black_box(&mut out));
        }
    });
}

fn uniforms() -> Vec<f64> {
    let mut out = vec![0.0; LANES];
    let keys = LaneKeys::new(1, 0..LANES as u64);
    let table = Kernels::of(InstructionSet::Baseline).expect("always there");
    table.fill_uniform(&keys, Address { name: 1, time: 1, slot: 1 }, &mut out);
    out
}

fn spread(from: f64, to: f64) -> Vec<f64> {
    uniforms().into_iter().map(|u| from + (to - from) * u).collect()
}

#[divan::bench(args = sets())]
fn draw(bencher: Bencher, set: InstructionSet) {
    let keys = LaneKeys::new(1, 0..LANES as u64);
    let table = Kernels::of(set).expect("only available sets are benched");
    let mut out = vec![0.0; LANES];
    bencher.counter(ItemsCount::new(LANES * BLOCKS as usize)).bench_local(|| {
        for time in 0..BLOCKS {
            let address = Address { name: 1, time, slot: 1 };
            table.fill_uniform(&keys, address, divan::black_box(&mut out));
        }
    });
}

#[divan::bench(args = sets())]
fn draw_at_own_times(bencher: Bencher, set: InstructionSet) {
    let keys = LaneKeys::new(1, 0..LANES as u64);
    let times: Vec<u32> = (0..LANES as u32).collect();
    let table = Kernels::of(set).expect("only available sets are benched");
    let mut out = vec![0.0; LANES];
    bencher.counter(ItemsCount::new(LANES * BLOCKS as usize)).bench_local(|| {
        for slot in 0..BLOCKS {
            let slots = [slot; LANES];
            table.fill_uniform_at(&keys, 1, &slots, &times, divan::black_box(&mut out));
        }
    });
}

#[divan::bench(args = sets())]
fn exp(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, spread(-20.0, 20.0), Kernels::exp);
}

#[divan::bench(args = sets())]
fn ln(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, spread(0.01, 20.0), Kernels::ln);
}

#[divan::bench(args = sets())]
fn logistic(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, spread(-8.0, 8.0), Kernels::logistic);
}

#[divan::bench(args = sets())]
fn normal_cdf(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, spread(-4.0, 4.0), Kernels::normal_cdf);
}

#[divan::bench(args = sets())]
fn inverse_normal(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, uniforms(), Kernels::inverse_normal);
}

#[divan::bench(args = sets())]
fn gumbel(bencher: Bencher, set: InstructionSet) {
    bench(bencher, set, uniforms(), Kernels::gumbel);
}

#[divan::bench(args = sets())]
fn pow(bencher: Bencher, set: InstructionSet) {
    let exponents = spread(-3.0, 3.0);
    let table = Kernels::of(set).expect("only available sets are benched");
    let (x, mut out) = (spread(0.01, 5.0), vec![0.0; LANES]);
    bencher.counter(ItemsCount::new(LANES * BLOCKS as usize)).bench_local(|| {
        for _ in 0..BLOCKS {
            table.pow(divan::black_box(&x), &exponents, divan::black_box(&mut out));
        }
    });
}
