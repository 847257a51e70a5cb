//! The small scenario of the tutorial gives what its README works out on paper.

use std::path::Path;

use detente_engine::{Block, Machine, Program, Setup, compile};
use detente_model::Model;
use detente_scenario::{load, parse_intervention};

const HISTORIES: u64 = 20_000;
const ABREAST: usize = 32;

fn model() -> Model {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/two-powers");
    load(&home).model.expect("the scenario is sound")
}

/// The mean of each outcome over the histories, and the standard error of it, by name.
fn means(model: &Model, interventions: &[&str]) -> Vec<(String, f64, f64)> {
    let read = |text: &&str| parse_intervention(model, text).expect("an intervention");
    let setup =
        Setup { interventions: interventions.iter().map(read).collect(), ..Setup::default() };
    let program: Program = compile(model, &setup).expect("a program");
    let ids: Vec<u64> = (0..HISTORIES).collect();
    let names =
        (0..program.questions().len()).map(|number| program.question_name(number).to_owned());
    let mut sums: Vec<(String, f64, f64)> = names.map(|name| (name, 0.0, 0.0)).collect();
    for some in ids.chunks(ABREAST) {
        let mut block = Block::begin(&program, 7, some, Machine::best()).expect("a start");
        while block.week() < program.weeks() {
            block.step(&program).expect("a week");
        }
        let answers = block.answers(&program).expect("answers");
        for (values, (_, sum, squares)) in answers.iter().zip(&mut sums) {
            *sum += values.iter().sum::<f64>();
            *squares += values.iter().map(|value| value * value).sum::<f64>();
        }
    }
    let n = ids.len() as f64;
    for (_, sum, squares) in &mut sums {
        *sum /= n;
        *squares = ((*squares / n - *sum * *sum).max(0.0) / n).sqrt();
    }
    sums
}

/// Within four standard errors: one such test in sixteen thousand fails by chance, and the seed is
/// fixed.
fn assert_near(found: &[(String, f64, f64)], expected: &[(&str, f64)]) {
    for &(outcome, value) in expected {
        let named = found.iter().find(|(name, ..)| name == outcome);
        let (_, mean, error) = named.expect("the outcome is there");
        assert!(
            (mean - value).abs() <= 4.0 * error + 1e-6,
            "{outcome}: {mean} ± {error}, and {value} on paper"
        );
    }
}

#[test]
fn the_baseline_is_what_the_readme_works_out() {
    let found = means(&model(), &[]);
    let expected = [
        ("eastern_arms_at_the_end", 47.325_865_801_7),
        ("western_arms_at_the_end", 45.641_950_067_1),
        ("eastern_overture", 0.668_550_718_5),
        ("western_overture", 0.195_797_650_7),
        ("summit_by_1954", 0.436_654_610_0),
        ("crisis_by_1954", 0.340_319_729_5),
        ("war_by_1954", 0.025_251_373_8),
    ];
    assert_near(&found, &expected);
}

#[test]
fn without_the_death_it_is_what_the_readme_works_out() {
    let found = means(&model(), &["old_leader_dies never"]);
    let expected = [
        ("eastern_arms_at_the_end", 47.325_865_801_7),
        ("eastern_overture", 0.388_702_785_0),
        ("western_overture", 0.259_394_238_6),
        ("summit_by_1954", 0.086_110_342_8),
        ("crisis_by_1954", 0.340_319_729_5),
    ];
    assert_near(&found, &expected);
}
