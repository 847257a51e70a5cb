//! How long it takes to compile the flagship and to run its weeks, by width and instructions.

use std::path::Path;

use detente_chance::InstructionSet;
use detente_engine::{Block, Machine, Program, Setup, Width, compile};
use detente_model::Model;
use detente_scenario::load_with;
use detente_scenario::reading::Source;
use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    work_of_a_week();
    divan::main();
}

fn flagship() -> Model {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/little-detente");
    load_with(&Source::Folder(home), &[]).model.expect("the flagship loads")
}

fn baseline() -> Program {
    compile(&flagship(), &Setup::default()).expect("the flagship compiles")
}

/// Runs so many histories to their end.
fn run(program: &Program, histories: u64, machine: Machine) -> detente_engine::Work {
    let ids: Vec<u64> = (0..histories).collect();
    let mut work = detente_engine::Work::default();
    for group in ids.chunks(machine.width.lanes()) {
        let mut block = Block::begin(program, 1, group, machine).expect("it begins");
        block.run_to_end(program).expect("it runs");
        divan::black_box(block.answers(program).expect("it answers"));
        work.instructions += block.work().instructions;
        work.costly += block.work().costly;
        work.weeks += block.work().weeks;
    }
    work
}

/// Prints what the times are made of.
fn work_of_a_week() {
    let program = baseline();
    let work = run(&program, 256, Machine::best());
    let count = program.instructions();
    println!(
        "instructions a week: {} if nothing were skipped ({} costly), {:.0} run; draws besides: {:.0}",
        count.in_all,
        count.costly,
        work.instructions as f64 / work.weeks as f64,
        work.costly as f64 / work.weeks as f64,
    );
}

#[divan::bench]
fn compile_the_flagship(bencher: Bencher<'_, '_>) {
    let model = flagship();
    bencher.bench(|| compile(&model, &Setup::default()));
}

#[divan::bench(args = Width::ALL)]
fn histories_by_width(bencher: Bencher<'_, '_>, width: Width) {
    let program = baseline();
    let machine = Machine { width, ..Machine::best() };
    bencher.counter(ItemsCount::new(256u64)).bench(|| run(&program, 256, machine));
}

#[divan::bench(args = InstructionSet::available())]
fn histories_by_instructions(bencher: Bencher<'_, '_>, instructions: InstructionSet) {
    let program = baseline();
    let machine = Machine { instructions, ..Machine::best() };
    bencher.counter(ItemsCount::new(256u64)).bench(|| run(&program, 256, machine));
}
