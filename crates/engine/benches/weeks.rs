//! How long it takes to load, check and compile the flagship, and to run the weeks of the flagship and
//! of the model beside which other programs are timed: by width and instructions.

use std::path::{Path, PathBuf};
use std::time::Instant;

use detente_chance::InstructionSet;
use detente_engine::{Block, Machine, Program, Setup, Width, Work, compile};
use detente_model::Model;
use detente_scenario::load_with;
use detente_scenario::reading::Source;
use divan::Bencher;
use divan::counter::ItemsCount;

const FLAGSHIP: &str = "scenarios/little-detente";
const BESIDE_OTHERS: &str = "benches/peers/scenario";
/// Histories of one timing.
const HISTORIES: u64 = 256;

fn main() {
    for folder in [FLAGSHIP, BESIDE_OTHERS] {
        tell_of(folder);
    }
    divan::main();
}

fn home(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder)
}

fn model(folder: &str) -> Model {
    load_with(&Source::Folder(home(folder)), &[]).model.expect("it loads")
}

fn program(folder: &str) -> Program {
    compile(&model(folder), &Setup::default()).expect("it compiles")
}

/// Runs so many histories to their end.
fn run(program: &Program, histories: u64, machine: Machine) -> Work {
    let ids: Vec<u64> = (0..histories).collect();
    let mut work = Work::default();
    for group in ids.chunks(machine.width.lanes()) {
        let mut block = Block::begin(program, 1, group, machine).expect("it begins");
        block.run_to_end(program).expect("it runs");
        divan::black_box(block.answers(program).expect("it answers"));
        let own = block.work();
        work.instructions += own.instructions;
        work.draws += own.draws;
        work.functions += own.functions;
        work.weeks += own.weeks;
    }
    work
}

/// Prints what the times are made of, and what an instruction comes to.
fn tell_of(folder: &str) {
    let program = program(folder);
    let work = run(&program, HISTORIES, Machine::best());
    let (count, weeks) = (program.instructions(), work.weeks as f64);
    let each = |number: u64| number as f64 / weeks;
    println!(
        "{folder}: {} instructions a week if nothing were skipped, {:.0} run; of these and beside \
         them {:.0} draws and {:.0} functions",
        count.in_all,
        each(work.instructions),
        each(work.draws),
        each(work.functions),
    );
    let done = work.instructions * Width::SixtyFour.lanes() as u64;
    for instructions in InstructionSet::available() {
        let machine = Machine { instructions, ..Machine::best() };
        let fastest = (0..7).map(|_| seconds(&program, machine)).fold(f64::INFINITY, f64::min);
        println!(
            "  {:>8}: {:>6.1} µs a history, {:.2} ns an instruction and history, all else included",
            instructions.name(),
            fastest / HISTORIES as f64 * 1e6,
            fastest / done as f64 * 1e9,
        );
    }
}

fn seconds(program: &Program, machine: Machine) -> f64 {
    let start = Instant::now();
    run(program, HISTORIES, machine);
    start.elapsed().as_secs_f64()
}

#[divan::bench]
fn load_and_check_the_flagship() -> Model {
    model(FLAGSHIP)
}

#[divan::bench]
fn load_check_and_compile_the_flagship() -> Program {
    program(FLAGSHIP)
}

#[divan::bench]
fn compile_the_flagship(bencher: Bencher<'_, '_>) {
    let model = model(FLAGSHIP);
    bencher.bench(|| compile(&model, &Setup::default()));
}

#[divan::bench(args = Width::ALL)]
fn histories_by_width(bencher: Bencher<'_, '_>, width: Width) {
    let program = program(FLAGSHIP);
    let machine = Machine { width, ..Machine::best() };
    bencher.counter(ItemsCount::new(HISTORIES)).bench(|| run(&program, HISTORIES, machine));
}

#[divan::bench(args = InstructionSet::available())]
fn histories_by_instructions(bencher: Bencher<'_, '_>, instructions: InstructionSet) {
    let program = program(FLAGSHIP);
    let machine = Machine { instructions, ..Machine::best() };
    bencher.counter(ItemsCount::new(HISTORIES)).bench(|| run(&program, HISTORIES, machine));
}
