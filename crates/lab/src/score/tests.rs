//! Scores of the toy, whose true probabilities are known, and of a toy that is wrong.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use detente_model::{Date, Kind, Model, Split};
use detente_scenario::reading::Source;

use super::calibration::{places, reliability};
use super::dull::Fitted;
use super::forecast::{Answer, forecasts};
use super::parts::Part;
use super::scorer::Scorer;
use super::settled::settled;
use super::{Dull, Rule, Score, Shown, Sort, Version, score, score_against};
use crate::bundle::as_csv;
use crate::openings::Openings;
use crate::toy::{HAZARD, WEEKS, element, model};
use crate::{Question, Watch};

fn asked(histories: u64) -> Question {
    Question { histories, ..Question::default() }
}

fn nowhere() -> Source {
    Source::Memory { name: "toy".to_owned(), files: Vec::new() }
}

fn scored(model: &Model) -> Score {
    let (source, question) = (nowhere(), asked(2_000));
    let version = Version { source: &source, model, question: &question };
    score(&version, Shown::Fit, &Watch::default()).unwrap()
}

/// The toy with another hazard of strikes.
fn with_hazard(hazard: f64) -> Model {
    let mut model = model();
    if let Kind::Parameter(parameter) = &mut model.elements[element("hazard").0].kind {
        parameter.values = vec![hazard];
    }
    model
}

/// The toy with its only entry held out.
fn sealed() -> Model {
    let part = |id: &str, part: &str| (id.to_owned(), part.to_owned());
    let record = [part("rising", "held_out"), part("tension_1954", "fit")];
    let split = Split { claims: BTreeMap::new(), record: record.into(), digest: "0".repeat(64) };
    Model { split: Some(split), ..model() }
}

/// The record has a strike in East Germany in week 23, none in Poland, and a level; it settles one
/// outcome. Each is asked once, and the shares are those of the law.
#[test]
fn the_record_settles_what_it_can() {
    let score = scored(&model());
    let entries = &score.parts[0].entries;
    let told: Vec<(&str, Sort, &str)> =
        entries.iter().map(|one| (one.id.as_str(), one.sort, one.recorded.as_str())).collect();
    let never = "not by 1955-01-02";
    assert_eq!(
        told,
        [
            ("rising", Sort::When, "1953-06-17"),
            ("strike[poland]", Sort::When, never),
            ("ever", Sort::Whether, "yes"),
            ("tension_1954", Sort::HowMuch, "30 1"),
        ]
    );
    let never = detente_chance::exp(-HAZARD * f64::from(WEEKS));
    let near = |found: Option<f64>, wanted: f64, error: f64| {
        assert!((found.unwrap() - wanted).abs() < error, "{found:?} {wanted}");
    };
    near(entries[0].share, 1.0 - never, 0.04);
    near(entries[1].share, never, 0.04);
    near(entries[1].scores.brier, (1.0 - never) * (1.0 - never), 0.04);
    near(entries[0].in_window, detente_chance::exp(-23.0 * HAZARD) * 0.02, 0.012);
    // The CRPS of weeks of an exponential law, summed by hand.
    let by = |week: i32| 1.0 - detente_chance::exp(-HAZARD * f64::from(week + 1));
    let crps = (0..WEEKS as i32).map(|week| {
        let off = by(week) - if week >= 23 { 1.0 } else { 0.0 };
        off * off
    });
    near(entries[0].scores.crps, crps.sum(), 1.0);
}

/// λ = (k + ½)/(W + ½/λ₀): one strike in 24 weeks, none in 104, λ₀ = 1.5/129.
#[test]
fn dull_hazards_by_hand() {
    let model = model();
    let fitted = Fitted::new(&model);
    let all = 1.5 / 129.0;
    assert!((fitted.hazard_of_all() - all).abs() < 1e-15);
    let questions = settled(&model, Part::Fit);
    let share = |dull: Dull, number: usize| {
        let scorer = fitted.scorer(dull, &questions[number]).unwrap();
        scorer.share(Answer::When(None)).unwrap()
    };
    let stays = |hazard: f64| detente_chance::exp(-104.0 * hazard);
    assert!((share(Dull::Constant, 0) - stays(1.5 / (24.0 + 0.5 / all))).abs() < 1e-12);
    assert!((share(Dull::Constant, 1) - stays(0.5 / (104.0 + 0.5 / all))).abs() < 1e-12);
    // The entry left out: none in 104 weeks for the one, one in 24 for the other.
    assert!((share(Dull::Pooled, 0) - stays(0.5 / (104.0 + 0.5 / all))).abs() < 1e-12);
    assert!((share(Dull::Pooled, 1) - stays(1.5 / (24.0 + 0.5 / all))).abs() < 1e-12);
}

/// Answers of other histories of the true model are spread evenly over its forecasts, within what
/// its own histories show; those held against a model with three times the hazard are not.
#[test]
fn the_true_model_is_calibrated_and_a_broken_one_is_not() {
    let truth = model();
    let questions = settled(&truth, Part::Fit);
    let other_seed = Question { seed: 77, ..asked(200) };
    let records = forecasts(&truth, &other_seed, &questions, &Watch::default()).unwrap().own;
    let ends: Vec<u32> = (0..8).map(|quarter| quarter * 13 + 12).collect();
    let judged = |model: &Model| {
        let made = forecasts(model, &asked(1_000), &questions, &Watch::default()).unwrap();
        let scorers: Vec<Scorer> =
            made.made.iter().map(|one| Scorer::of(one, &model.calendar, 2.0)).collect();
        let scorers: Vec<&Scorer> = scorers.iter().collect();
        // All records together, as if they were one with many entries.
        let many: Vec<&Scorer> =
            records.iter().flat_map(|_| scorers.iter().copied().take(2)).collect();
        let answers: Vec<Answer> =
            records.iter().flat_map(|record| record[..2].iter().copied()).collect();
        let parts = reliability(&many, &answers, &[], &ends).unwrap().parts;
        let places = places(&many, &answers, &[]).unwrap();
        let as_bad: f64 = records
            .iter()
            .map(|record| reliability(&scorers, record, &made.own, &ends).unwrap().as_bad)
            .sum();
        (parts.reliability, places, as_bad / records.len() as f64)
    };
    let (unreliable, spread, as_bad) = judged(&truth);
    assert!(unreliable < 0.005, "{unreliable}");
    assert!(spread.tenths.iter().all(|tenth| (25.0..55.0).contains(tenth)), "{spread:?}");
    assert!((spread.coverage[0].covered - 0.5).abs() < 0.08, "{spread:?}");
    assert!((spread.coverage[1].covered - 0.9).abs() < 0.05, "{spread:?}");
    assert!(as_bad > 0.4, "{as_bad}");
    let (unreliable, spread, as_bad) = judged(&with_hazard(3.0 * HAZARD));
    assert!(unreliable > 0.03, "{unreliable}");
    assert!(spread.tenths[9] > 80.0, "{spread:?}");
    assert!(as_bad < 0.35, "{as_bad}");
}

/// The same bytes twice, and on any number of threads.
#[test]
fn scoring_twice_is_the_same() {
    let bytes = |jobs| {
        let question = Question { jobs: NonZeroUsize::new(jobs), ..asked(300) };
        let (source, model) = (nowhere(), model());
        let version = Version { source: &source, model: &model, question: &question };
        let score = score(&version, Shown::Fit, &Watch::default()).unwrap();
        (serde_json::to_string(&score).unwrap(), as_csv(&score).unwrap())
    };
    let once = bytes(1);
    assert_eq!(once, bytes(1));
    assert_eq!(once, bytes(3));
}

/// A sealed entry leaves no trace: not its name, nor its element, nor an outcome that it settles.
#[test]
fn what_is_held_out_is_not_shown() {
    let closed = scored(&sealed());
    let text = serde_json::to_string(&closed).unwrap();
    for word in ["rising", "strike[gdr]", "\"ever\"", "1953-06-17"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
    assert_eq!(closed.sealed, 1);
    let kept: Vec<&str> = closed.parts[0].entries.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(kept, ["strike[poland]", "tension_1954"]);
}

/// Opening is written down with its day before anything is run, and the scores after; without a
/// folder there is no opening.
#[test]
fn openings_are_written_down() {
    let place = tempfile::tempdir().unwrap();
    let (model, question) = (sealed(), asked(300));
    let folder = Source::Folder(place.path().to_owned());
    let opened = Shown::Opened(Date::constant(2026, 5, 1));
    let ask = |source: &Source, shown: Shown, watch: &Watch<'_>| {
        score(&Version { source, model: &model, question: &question }, shown, watch)
    };
    let watch = Watch::default();
    assert!(ask(&nowhere(), opened, &watch).is_err());
    let first = ask(&folder, opened, &watch).unwrap();
    let shown: Vec<&str> = first.parts[1].entries.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(shown, ["rising", "ever"]);
    assert_eq!((first.sealed, first.openings_before), (0, 0));
    let closed = ask(&folder, Shown::Fit, &watch).unwrap();
    assert_eq!((closed.sealed, closed.openings_before), (1, 1));
    assert_eq!(closed.parts[0], first.parts[0]);
    assert_eq!(ask(&folder, opened, &watch).unwrap().openings_before, 1);
    let log = Openings::read(&folder).unwrap();
    assert_eq!((log.count(), log.lines.len()), (2, 4));
    assert!(log.lines[1].result.contains("when brier"), "{}", log.lines[1].result);
    // A run that cannot be finished was an opening all the same.
    let too_many = asked(2_000_000);
    let version = Version { source: &folder, model: &model, question: &too_many };
    assert!(score(&version, opened, &watch).is_err());
    assert_eq!(Openings::read(&folder).unwrap().count(), 3);
}

/// A version against itself differs nowhere; against a broken one by what the entries say.
#[test]
fn versions_are_paired() {
    let (model, broken) = (model(), with_hazard(0.3));
    let question = asked(1_000);
    let source = nowhere();
    let against = |other: &Model| {
        let version = |model| Version { source: &source, model, question: &question };
        let watch = Watch::default();
        score_against(&version(&model), &version(other), Shown::Fit, &watch).unwrap().against
    };
    let against = |other: &Model| against(other).unwrap();
    let same = against(&model);
    assert!(same.rules.iter().all(|rule| rule.difference == 0.0 && rule.better + rule.worse == 0));
    assert_eq!((same.entries.len(), same.apart), (4, 0));
    let other = against(&broken);
    let crps = other.rules.iter().find(|one| one.sort == Sort::When && one.rule == Rule::Crps);
    let crps = crps.unwrap();
    assert!(crps.difference < -20.0 && crps.better == 2, "{crps:?}");
    let mean: f64 = other
        .entries
        .iter()
        .filter(|one| one.sort == Sort::When)
        .map(|one| one.this.crps.unwrap() - one.other.crps.unwrap())
        .sum();
    assert!((mean / 2.0 - crps.difference).abs() < 1e-12);
}

/// The parts of the Brier score add up to it, and few entries have no interval.
#[test]
fn few_entries_have_no_interval() {
    let score = scored(&model());
    let when = &score.parts[0].sorts[0];
    let parts = when.brier_parts.unwrap();
    let sum = parts.reliability - parts.resolution + parts.uncertainty;
    assert!((parts.score - sum).abs() < 1e-12);
    // The same to the fairness of 2,000 histories.
    assert!((parts.score - when.rules[0].score).abs() < 1e-3);
    assert!(when.rules.iter().all(|rule| rule.interval.is_none() && rule.own.is_some()));
    let levels = score.parts[0].sorts.iter().find(|sort| sort.sort == Sort::HowMuch).unwrap();
    assert!(levels.rules.iter().all(|rule| rule.beside.is_empty()), "no level came before");
}
