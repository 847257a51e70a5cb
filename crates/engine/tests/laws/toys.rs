//! Worlds with answers on paper: every answer of `goldens/worlds/expected.toml` is met, exactly or
//! within four standard errors.

use std::collections::BTreeMap;

use detente_model::Model;
use toml::{Table, Value};

use crate::reference::Assumed;
use crate::told::Told;
use crate::trial::{By, folders, from_folder, typed};

/// Histories an answer is estimated from.
fn histories(by: By) -> u64 {
    match by {
        By::Reference(_) => 100,
        By::Engine(_) => 8_192,
    }
}

/// How many standard errors are let pass.
const ERRORS: f64 = 4.0;

struct World {
    by: By,
    model: Model,
    /// What was run, by the interventions as typed.
    runs: BTreeMap<Vec<String>, Vec<Told>>,
}

impl World {
    fn run(&mut self, typed_as: &[String]) -> &[Told] {
        let (model, by) = (&self.model, self.by);
        self.runs.entry(typed_as.to_vec()).or_insert_with(|| {
            let ids: Vec<u64> = (0..histories(by)).collect();
            by.tell(model, &typed(model, typed_as), 1953, &ids).expect("a run")
        })
    }

    fn outcome(&mut self, typed_as: &[String], outcome: &str) -> Vec<f64> {
        self.run(typed_as).iter().map(|told| told.outcomes[outcome]).collect()
    }
}

fn text<'a>(answer: &'a Table, key: &str) -> &'a str {
    answer.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("`{key}` in {answer}"))
}

fn number(answer: &Table, key: &str) -> f64 {
    answer.get(key).and_then(Value::as_float).unwrap_or_else(|| panic!("`{key}` in {answer}"))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() - 1) as f64
}

/// Whether an estimate of `expected` from `values` is as near as it should be; a share is as likely as
/// it is expected to be, whatever share was found.
fn near(values: &[f64], expected: f64) -> bool {
    let is_share = values.iter().all(|x| *x == 0.0 || *x == 1.0) && (0.0..=1.0).contains(&expected);
    let variance = if is_share { expected * (1.0 - expected) } else { variance(values) };
    let error = (variance / values.len() as f64).sqrt();
    // One history more or less cannot be told from the share of a thing that nearly never is.
    let one = if is_share { 1.0 / values.len() as f64 } else { 0.0 };
    (mean(values) - expected).abs() <= ERRORS * error + one
}

/// What is wrong with an answer, if anything is.
fn fault(world: &mut World, answer: &Table) -> Option<String> {
    let outcome = text(answer, "outcome");
    let changes: Vec<String> = answer
        .get("do")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|change| change.as_str().expect("an intervention").to_owned())
        .collect();
    let expected = number(answer, "value");
    let values = world.outcome(&changes, outcome);
    let count = values.len() as f64;
    let (met, found) = match text(answer, "kind") {
        "mean" => (near(&values, expected), mean(&values)),
        "exact" => {
            let close = |x: &f64| (x - expected).abs() <= 1e-12 * expected.abs().max(1.0);
            let worst = values.iter().find(|x| !close(x));
            (worst.is_none(), worst.copied().unwrap_or(expected))
        }
        "quantile" => {
            let level = number(answer, "level");
            let below = values.iter().filter(|x| **x <= expected).count() as f64;
            let error = (level * (1.0 - level) * count).sqrt();
            ((below - level * count).abs() <= ERRORS * error, below / count)
        }
        "deviation" => {
            let found = variance(&values).sqrt();
            // Of a normal: that of its standard deviation is σ/√(2n).
            ((found - expected).abs() <= ERRORS * expected / (2.0 * count).sqrt(), found)
        }
        "given" => {
            let given = world.outcome(&[], text(answer, "given"));
            let pairs = given.iter().zip(&values).filter(|(given, _)| **given != 0.0);
            let among: Vec<f64> = pairs.map(|(_, value)| *value).collect();
            (near(&among, expected), mean(&among))
        }
        kind => panic!("no such kind of answer: {kind}"),
    };
    (!met).then(|| format!("{outcome} under {changes:?}: {found} for {expected}\n  {answer}"))
}

#[test]
fn every_answer_on_paper_is_met() {
    met_by(By::Engine(Assumed::AtValue));
}

#[test]
fn the_reference_meets_the_answers_too() {
    met_by(By::Reference(Assumed::AtValue));
}

fn met_by(by: By) {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/../../goldens/worlds/expected.toml");
    let answers: Table = std::fs::read_to_string(home).expect("the answers").parse().expect("TOML");
    let mut worlds: BTreeMap<String, World> = folders("goldens/worlds")
        .into_iter()
        .map(|folder| {
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            (name, World { by, model: from_folder(&folder), runs: BTreeMap::new() })
        })
        .collect();
    let answers = answers["expected"].as_array().expect("a list of answers");
    let mut faults = Vec::new();
    for answer in answers {
        let answer = answer.as_table().expect("a table");
        let world = worlds.get_mut(text(answer, "world")).expect("a world of this name");
        faults.extend(fault(world, answer));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!(
        "toy worlds: {} answers on paper, {} histories each, by {by:?}",
        answers.len(),
        histories(by)
    );
}
