//! Agreement: the run with reasons is the wide run, and its reasons add up to what was weighed.

use detente_engine::{
    Block, Chances, Lineage, Machine, Program, Reasons, Setup, Usual, compile, each_lane, trace,
};
use detente_model::Model;
use detente_scenario::load_with;
use detente_scenario::reading::Source;

fn model(folder: &str) -> Model {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    load_with(&Source::Folder(home), &[]).model.expect("a shipped scenario loads")
}

fn program(model: &Model, reasons: Reasons) -> Program {
    compile(model, &Setup { reasons, ..Setup::default() }).expect("a shipped scenario compiles")
}

/// The sum in order of name, as hazards and logits are summed.
fn total(weights: &[detente_engine::Weight]) -> f64 {
    let mut by_name: Vec<_> = weights.iter().collect();
    by_name.sort_by(|a, b| a.name.cmp(&b.name));
    by_name.iter().fold(0.0, |sum, own| sum + own.weight)
}

#[test]
fn the_run_with_reasons_is_the_wide_run() {
    for folder in ["scenarios/two-powers", "scenarios/little-detente"] {
        let model = model(folder);
        let (plain, kept) = (program(&model, Reasons::Summed), program(&model, Reasons::Kept));
        let ids = [0, 1, 2];
        let mut block = Block::begin(&plain, 7, &ids, Machine::best()).expect("it begins");
        let mut acts = vec![Vec::new(); ids.len()];
        while block.week() < plain.weeks() {
            let week = block.week();
            block.step(&plain).expect("a week runs");
            for act in block.acts() {
                for lane in each_lane(act.lanes) {
                    acts[lane].push((week, act.target, act.alternative));
                }
            }
        }
        let answers = block.answers(&plain).expect("answers");
        for (lane, id) in ids.into_iter().enumerate() {
            let history =
                trace(&kept, 7, &Chances::of(&[Lineage::new(id)])).expect("a history runs");
            let own: Vec<f64> = answers.iter().map(|own| own[lane]).collect();
            assert_eq!(history.answers, own, "{folder}");
            let mut told = Vec::new();
            for week in &history.weeks {
                let events = week.events.iter().filter(|own| own.happened);
                told.extend(events.map(|own| (week.week, own.target, None)));
                let answered = week.decisions.iter().filter(|own| own.chosen.is_some());
                told.extend(answered.map(|own| (week.week, own.target, own.chosen)));
            }
            told.sort();
            acts[lane].sort();
            assert_eq!(told, acts[lane], "{folder}");
        }
    }
}

#[test]
fn reasons_add_up_to_what_was_weighed() {
    let model = model("scenarios/little-detente");
    let kept = program(&model, Reasons::Kept);
    let (mut events, mut decisions) = (0, 0);
    for id in 0..3 {
        for week in
            trace(&kept, 11, &Chances::of(&[Lineage::new(id)])).expect("a history runs").weeks
        {
            for weighing in week.events.iter().filter_map(|own| own.weighing.as_ref()) {
                assert_eq!(total(&weighing.because), weighing.sum);
                let held = weighing.sum.clamp(-30.0, 30.0);
                let hazard = total(&weighing.rate) * detente_chance::exp(held);
                assert_eq!(hazard.max(0.0), weighing.hazard);
                events += 1;
            }
            for own in &week.decisions {
                for alternative in &own.alternatives {
                    assert_eq!(total(&alternative.because), alternative.sum);
                }
                let best = own.chosen.map(|chosen| own.alternatives[chosen].score);
                let second = own.runner_up.map(|second| own.alternatives[second].score);
                assert!(best >= second, "the answer has the largest score");
                decisions += 1;
            }
        }
    }
    assert!(events > 1_000 && decisions > 100, "{events} events, {decisions} decisions");
}

#[test]
fn what_reasons_usually_weigh_does_not_depend_on_the_block() {
    let model = model("scenarios/two-powers");
    let kept = program(&model, Reasons::Kept);
    let ids: Vec<u64> = (0..40).collect();
    let gathered = |size: usize| {
        let mut all = Usual::of(&kept);
        for group in ids.chunks(size) {
            let mut own = Usual::of(&kept);
            let mut block = Block::begin(&kept, 0, group, Machine::best()).expect("it begins");
            while block.week() < kept.weeks() {
                block.step_weighing(&kept, &mut own).expect("a week runs");
            }
            all.add(&own);
        }
        all.means()
    };
    let means = gathered(8);
    assert!(!means.means.is_empty());
    assert!(means.means.values().flatten().all(|mean| mean.is_finite()));
    let others = gathered(8);
    assert_eq!(means, others);
    for (key, own) in &gathered(32).means {
        for (a, b) in own.iter().zip(&means.means[key]) {
            assert!((a - b).abs() <= 1e-12 * (1.0 + a.abs()), "{key:?}");
        }
    }
}
