//! Guided ensembles against rejection sampling: histories that happen to do what the record says.

#[path = "../../engine/tests/worlds/mod.rs"]
mod worlds;

use std::collections::BTreeSet;

use detente_engine::{Block, Machine, Setup, compile, each_lane};
use detente_lab::{
    AddsTo, Comparison, Ensemble, Given, LabError, Question, Watch, compare, ensemble, history,
    history_with_reasons, record_is_possible,
};
use detente_model::{
    Change, Element, Expr, Intervention, Kind, Level, Measure, Model, Outcome, Place, Span, Target,
    Targets, Unit, Week,
};
use worlds::*;

const DAY: Week = 14;

/// Strikes and answers as recorded up to week 14, with outcomes of what comes after.
fn recorded() -> Model {
    let mut model = strikes();
    model.elements.extend([
        outcome("z_anger", Expr::Measure(Box::new(Measure::At(Expr::Read(cell("anger")), 20)))),
        outcome("z_rising", Expr::Measure(Box::new(Measure::By(cell("rising"), 30)))),
    ]);
    for name in ["strike", "answer"] {
        cover(&mut model, name, 0, DAY);
    }
    happened(&mut model, "strike", 6, 5);
    answered(&mut model, "answer", 1, 6, 3);
    model
}

fn outcome(name: &str, expr: Expr) -> Element {
    let is = match name {
        "z_rising" => truth("", expr),
        _ => number(expr),
    };
    element(name, Kind::Outcome(Outcome { is, unit: Unit::one() }))
}

/// Whether deeds up to the day are those of the record.
fn follows(strikes: &[Week], forced: &[Week], yielded: bool) -> bool {
    matches!(strikes, [only] if (4..=8).contains(only)) && forced == [6] && !yielded
}

/// What histories say of the outcomes: mean and error of each.
#[derive(Default)]
struct Said {
    sums: [f64; 2],
    squares: [f64; 2],
    histories: f64,
}

impl Said {
    fn add(&mut self, values: [f64; 2]) {
        self.histories += 1.0;
        for (number, value) in values.into_iter().enumerate() {
            self.sums[number] += value;
            self.squares[number] += value * value;
        }
    }

    fn mean(&self, number: usize) -> f64 {
        self.sums[number] / self.histories
    }

    fn error(&self, number: usize) -> f64 {
        let mean = self.mean(number);
        ((self.squares[number] / self.histories - mean * mean) / self.histories).sqrt()
    }

    /// Holds an answer's outcome against these histories.
    fn assert_agrees(&self, number: usize, (value, error): (f64, f64)) {
        let both = (error * error + self.error(number) * self.error(number)).sqrt();
        assert!(both > 0.0 && both < 0.1, "{number}: {both}");
        let mean = self.mean(number);
        assert!((value - mean).abs() < 4.5 * both, "{number}: {value} and {mean} ± {both}");
    }
}

/// Free histories that follow the record by themselves: as they are, and with the same chances changed;
/// and their share of all.
fn by_rejection(model: &Model, changes: &[Intervention], histories: u64) -> ([Said; 2], f64) {
    let program = compile(model, &Setup::default()).expect("a program");
    let setup = Setup { interventions: changes.to_vec(), ..Setup::default() };
    let changed = compile(model, &setup).expect("a program");
    let [strike, answer] = ["strike", "answer"].map(|name| model.find(name).expect("it is there"));
    let machine = Machine::best();
    let width = machine.width.lanes() as u64;
    let mut kept = Vec::new();
    for first in (0..histories).step_by(width as usize) {
        let ids: Vec<u64> = (first..first + width).collect();
        let mut block = Block::begin(&program, 99, &ids, machine).expect("a block");
        let mut deeds = vec![(Vec::new(), Vec::new(), false); ids.len()];
        while block.week() < DAY {
            let week = block.week();
            block.step(&program).expect("a week");
            for act in block.acts() {
                for lane in each_lane(act.lanes) {
                    match act.alternative {
                        None if act.target == strike => deeds[lane].0.push(week),
                        Some(1) if act.target == answer => deeds[lane].1.push(week),
                        Some(2) if act.target == answer => deeds[lane].2 = true,
                        _ => {}
                    }
                }
            }
        }
        let own = ids.iter().zip(&deeds);
        let own = own.filter(|(_, (strikes, forced, yielded))| follows(strikes, forced, *yielded));
        kept.extend(own.map(|(id, _)| *id));
    }
    let said = [&program, &changed].map(|program| {
        let mut said = Said::default();
        for ids in kept.chunks(width as usize) {
            let mut block = Block::begin(program, 99, ids, machine).expect("a block");
            block.run_to_end(program).expect("a run");
            let answers = block.answers(program).expect("answers");
            (0..ids.len()).for_each(|lane| said.add([answers[0][lane], answers[1][lane]]));
        }
        said
    });
    (said, kept.len() as f64 / histories as f64)
}

fn ensemble_given(model: &Model, question: &Question, given: Given) -> Result<Ensemble, LabError> {
    let question = Question { given, ..question.clone() };
    ensemble(model, &question, None, &Watch::default()).map(|(answer, _)| answer)
}

fn compare_given(model: &Model, question: &Question, given: Given) -> Result<Comparison, LabError> {
    let question = Question { given, ..question.clone() };
    compare(model, &question, None, &Watch::default()).map(|(answer, _)| answer)
}

fn question() -> Question {
    Question { seed: 5, histories: 4096, ..Question::default() }
}

/// The answer of the government held at waiting, up to the day.
fn waiting(model: &Model) -> Intervention {
    let Target { element, instance } = model.find("answer").expect("a decision");
    Intervention {
        text: "answer = wait until 1953-04-13".to_owned(),
        targets: Targets { element, instances: vec![instance] },
        change: Change::Answer(0),
        span: Span { from: 0, until: DAY },
    }
}

#[test]
fn guided_histories_are_those_of_rejection_sampling() {
    let model = recorded();
    let ([as_it_was, changed], share) = by_rejection(&model, &[waiting(&model)], 400_000);
    assert!(share > 1e-4, "{share}: too rare a record to reject by");
    let answer = ensemble_given(&model, &question(), Given::After(DAY)).expect("an answer");
    for (number, outcome) in answer.outcomes.iter().enumerate() {
        as_it_was.assert_agrees(number, (outcome.value, outcome.error));
    }
    let conditioning = answer.asked.conditioning.expect("it is conditioned");
    assert!(conditioning.effective > 500.0 && conditioning.families > 100, "{conditioning:?}");
    assert!(conditioning.evidence_spread.expect("four islands") < 0.5);
    assert_eq!(conditioning.warning, None);

    // The same chances with force not used: those behind the strikes that did not come matter.
    let asked = Question { interventions: vec![waiting(&model)], ..question() };
    let answer = compare_given(&model, &asked, Given::Hindsight).expect("an answer");
    for number in 0..2 {
        let (one, other) = (&answer.baseline.outcomes[number], &answer.what_if.outcomes[number]);
        as_it_was.assert_agrees(number, (one.value, one.error));
        changed.assert_agrees(number, (other.value, other.error));
    }
    assert!(changed.mean(0) > as_it_was.mean(0) + 0.1, "the change is large enough to tell");
}

/// What a run met with is counted over the histories that were run, however many shares each has.
#[test]
fn what_is_met_is_counted_once() {
    let mut model = recorded();
    if let Some(Kind::Stock(stock)) =
        model.elements.iter_mut().find(|one| one.name == "force").map(|one| &mut one.kind)
    {
        stock.range.high = 0.5;
    }
    let asked = Question { histories: 512, ..question() };
    let answer = ensemble_given(&model, &asked, Given::Hindsight).expect("an answer");
    let bites = answer.met.iter().find(|one| one.id == "force").expect("it is held in its range");
    let run = bites.times as f64 / bites.a_history;
    assert!(run < 512.0 && (run - run.round()).abs() < 1e-6, "{run} of 512 were run");
}

fn barred(model: &Model, name: &str, from: Week) -> Intervention {
    let Target { element, instance } = model.find(name).expect("an event");
    Intervention {
        text: format!("{name} never"),
        targets: Targets { element, instances: vec![instance] },
        change: Change::Never,
        span: Span { from, until: model.calendar.weeks },
    }
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let model = recorded();
    let on = |jobs: usize, given| {
        let jobs = std::num::NonZeroUsize::new(jobs);
        let interventions = vec![barred(&model, "strike", 0)];
        let asked = Question { jobs, interventions, histories: 2500, ..question() };
        compare_given(&model, &asked, given).expect("an answer")
    };
    for given in [Given::After(DAY), Given::Hindsight] {
        assert_eq!(on(1, given), on(3, given));
    }
}

/// In hindsight a change that the record never met changes nothing, and one made after a day leaves
/// what came before as it was.
#[test]
fn hindsight_keeps_what_was_not_touched() {
    let mut model = recorded();
    cover(&mut model, "rising", 0, 60);
    let asked_from = |event: &str, week, given| {
        let interventions = vec![barred(&model, event, week)];
        let question = Question { interventions, histories: 1024, ..question() };
        compare_given(&model, &question, given).expect("an answer")
    };
    // Also where the changed histories leave the others in the middle of a mood.
    for week in [0, 3, 7, 9, 17] {
        let idle = asked_from("rising", week, Given::Hindsight);
        assert!(idle.equal, "it never happened, so barring it from week {week} changes nothing");
    }
    let asked = |event: &str, given| asked_from(event, 0, given);
    let without = asked("strike", Given::Hindsight);
    assert_eq!(without.first_divergence.as_ref().map(|own| own.element.as_str()), Some("strike"));
    assert!(without.first_divergence.expect("they part").week >= 4);
    assert_eq!(without.asked.asked, "hindsight");
    let later = asked("strike", Given::After(DAY));
    assert!(later.first_divergence.expect("they part").week >= DAY);
    assert_eq!(
        (later.asked.asked.as_str(), later.asked.given_record_to.is_some()),
        ("after", true)
    );
}

#[test]
fn an_impossible_record_says_what_stood_in_the_way() {
    let mut model = recorded();
    cover(&mut model, "strike", DAY, 60);
    happened(&mut model, "rising", 40, 3);
    let possible = record_is_possible(&model, 1).expect("a run").expect("a record");
    let finding = possible.finding.expect("no rising after the death");
    assert_eq!((finding.entry.as_deref(), finding.week), (Some("rising_in_week_40"), 41));
    let what: BTreeSet<&str> = finding.obstacles.iter().map(|own| own.what.as_str()).collect();
    assert!(what.contains("not happened(death)"), "{finding}");
    let asked = ensemble_given(&model, &question(), Given::Hindsight);
    assert!(matches!(asked, Err(LabError::Impossible(own)) if own.week == 41));
    let possible = record_is_possible(&recorded(), 1).expect("a run").expect("a record");
    assert_eq!(possible.finding, None);
}

fn level(id: &str, week: Week, value: f64, error: f64) -> Level {
    let anger = Expr::Measure(Box::new(Measure::At(Expr::Read(cell("anger")), week)));
    Level {
        id: id.to_owned(),
        subsystem: String::new(),
        title: "Anger, measured".to_owned(),
        is: number(anger),
        value,
        error,
        unit: Unit::one(),
        sources: Vec::new(),
        place: Place::default(),
    }
}

/// A level measured so exactly that no history comes near is named, with its week.
#[test]
fn a_level_out_of_reach_is_named() {
    let mut model = recorded();
    model.record.levels.push(level("anger_in_week_20", 20, 1e6, 1e-200));
    let possible = record_is_possible(&model, 1).expect("a run").expect("a record");
    let finding = possible.finding.expect("no such anger");
    assert_eq!((finding.entry.as_deref(), finding.week), (Some("anger_in_week_20"), 20));
    let asked = ensemble_given(&model, &question(), Given::Hindsight).unwrap_err().to_string();
    assert!(asked.contains("anger_in_week_20") && asked.contains("week 20"), "{asked}");
    assert!(asked.contains("give the level the error"), "{asked}");
}

#[test]
fn what_comes_before_the_day_cannot_be_asked_after_it() {
    let model = recorded();
    let mut early = barred(&model, "strike", 0);
    early.span.until = DAY;
    let asked = Question { interventions: vec![early], ..question() };
    assert!(matches!(compare_given(&model, &asked, Given::After(DAY)), Err(LabError::Question(_))));
}

/// The run with reasons of a history that follows the record is that history: what its reasons come to
/// is what the run many abreast weighed, in every way of asking.
#[test]
fn reasons_of_a_history_that_follows_the_record_are_its_own() {
    let model = recorded();
    let (mut weighed, mut differ) = (0, 0);
    for (given, change) in [
        (Given::Hindsight, waiting(&model)),
        (Given::After(DAY), barred(&model, "rising", DAY + 1)),
        (Given::Hindsight, barred(&model, "strike", 5)),
        (Given::After(DAY), barred(&model, "strike", DAY + 1)),
    ] {
        let mut led = Vec::new();
        for interventions in [Vec::new(), vec![change]] {
            let question = Question { given, interventions, ..question() };
            for number in [0, 7, 500, 1023] {
                let told = history_with_reasons(&model, &question, number).expect("a history");
                let plain = history(&model, &question, number).expect("a history");
                assert_eq!(told.entries.len(), plain.entries.len());
                for (entry, own) in told.entries.iter().zip(&plain.entries) {
                    assert_eq!(
                        (entry.week, &entry.id, &entry.option),
                        (own.week, &own.id, &own.option)
                    );
                    let Some(total) = entry.reasons_total else { continue };
                    let reasons = entry
                        .reasons
                        .iter()
                        .filter(|one| one.adds_to != AddsTo::Rate && one.option == entry.option);
                    let sum: f64 = reasons.map(|one| one.weight).sum();
                    assert!((sum - total).abs() < 1e-9, "{entry:?}");
                    weighed += 1;
                }
                led.push(told.entries.len());
            }
        }
        differ += usize::from(led[..4] != led[4..]);
    }
    assert!(weighed > 200 && differ >= 2, "{weighed} weighed, {differ} changes changed something");
}
