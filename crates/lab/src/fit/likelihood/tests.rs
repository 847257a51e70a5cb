//! The estimated likelihood against the forward recursion of a hidden chain.

use detente_chance::{exp, inverse_normal_cdf};
use detente_model::{Calendar, Model};

use super::Likelihood;
use crate::Stop;
use crate::fit::part::Part;
use crate::guided::Following;
use crate::scenario::{Source, open};

/// A mood of the country that nobody records, and strikes that come of it.
const HIDDEN: &str = r#"
about = "A mood that turns unseen, and strikes that show it."
[state.angry]
about = "The country is angry."
of = "truth"
initial = false
[parameter.turning]
about = "Turns to anger a week."
value = 0.2
unit = "1 / week"
prior = "uniform(0.01, 0.5)"
judgement = "A test."
[parameter.cooling]
about = "Turns from anger a week."
value = 0.1
unit = "1 / week"
judgement = "A test."
[parameter.quiet_strikes]
about = "Strikes a week without anger."
value = 0.05
unit = "1 / week"
judgement = "A test."
[parameter.angry_strikes]
about = "Strikes a week in anger."
value = 0.9
unit = "1 / week"
prior = "uniform(0.5, 1.5)"
judgement = "A test."
[event.anger]
about = "It turns."
needs = "not angry"
rate = "turning"
does = ["angry = true"]
[event.calm]
about = "It turns back."
needs = "angry"
rate = "cooling"
does = ["angry = false"]
[event.strike]
about = "A strike."
rate = "if angry then angry_strikes else quiet_strikes"
[outcome.still_angry]
title = "Angry at the end"
is = "at(angry, LAST)"
"#;

const WEEKS: u32 = 16;
/// Weeks with a strike.
const STRIKES: [u32; 6] = [2, 5, 6, 7, 9, 12];

/// The world with strikes recorded in these weeks; of some, the split says that they are held out.
fn hidden(held_out: &[u32]) -> Model {
    let mut record =
        format!("coverage = [{{ of = \"strike\", from = {}, until = {} }}]\n", day(0), day(WEEKS));
    let mut parts = [Vec::new(), Vec::new()];
    for week in STRIKES {
        record += &format!(
            "[[event]]\nid = \"strike_{week}\"\nsubsystem = \"hidden\"\ndate = {}\ntitle = \"A strike\"\n\
             is = \"strike\"\nsource = \"invented\"\n",
            day(week)
        );
        parts[usize::from(held_out.contains(&week))].push(format!("\"strike_{week}\""));
    }
    let [fit, held] = parts.map(|names| names.join(", "));
    let split = format!("[record]\nfit = [{fit}]\nheld_out = [{held}]\n");
    let text = HIDDEN.replace("LAST", &day(WEEKS - 1));
    let files =
        [("model/hidden.toml", text.as_str()), ("record.toml", &record), ("split.toml", &split)];
    loaded(&files)
}

/// The probability of the record up to a week by the forward recursion, with the strikes of some weeks
/// made to happen whatever their chance.
fn forward([turning, angry_strikes]: [f64; 2], until: u32, made: &[u32]) -> f64 {
    let chance = |hazard: f64| 1.0 - exp(-hazard);
    let (up, down) = (chance(turning), chance(0.1));
    let mut masses = [1.0, 0.0];
    for week in 0..until {
        for (mass, hazard) in masses.iter_mut().zip([0.05, angry_strikes]) {
            *mass *= match (STRIKES.contains(&week), made.contains(&week)) {
                (true, true) => 1.0,
                (true, false) => chance(hazard),
                (false, _) => exp(-hazard),
            };
        }
        let [calm, angry] = masses;
        masses = [calm * (1.0 - up) + angry * down, calm * up + angry * (1.0 - down)];
    }
    masses[0] + masses[1]
}

/// The day on which a week begins.
fn day(week: u32) -> String {
    let start = "1953-01-05".parse().unwrap();
    Calendar { start, weeks: 1 }.monday(week).to_string()
}

fn loaded(files: &[(&str, &str)]) -> Model {
    let head = format!(
        "format = 1\ntitle = \"A world\"\nstart = {}\nweeks = {WEEKS}\nabout = \"A test.\"\n\
         leaves_out = \"Everything else.\"\n",
        day(0)
    );
    let sources = "@misc{invented, title = {Invented}, author = {{Nobody}}, year = {2026}}\n";
    let whole = [("scenario.toml", head.as_str()), ("sources.bib", sources)];
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
    let files = whole.iter().chain(files).map(file).collect();
    let opened = open(&Source::Memory { name: "world".to_owned(), files }, &[], |_| None);
    opened.model.unwrap_or_else(|| panic!("{:?}", opened.findings))
}

/// Histories for each estimate, and estimates for each row.
const EACH: usize = 256;
const ESTIMATES: usize = 60;

/// Sixty estimates of the likelihood where `turning` and `angry_strikes` have these values.
fn estimates(model: &Model, [turning, angry_strikes]: [f64; 2]) -> Vec<f64> {
    let part = Part::fitting(model);
    let likelihood = Likelihood::new(&part, 3, EACH, 2).unwrap();
    let score = |column: &detente_model::Target| {
        inverse_normal_cdf(match model.full_name(*column) {
            "turning" => (turning - 0.01) / 0.49,
            _ => angry_strikes - 0.5,
        })
    };
    let row: Vec<f64> = likelihood.columns().iter().map(score).collect();
    let following = Following {
        program: &likelihood.program,
        doubt: detente_engine::Doubt::AtValues,
        row: Some(&likelihood.values(&row)),
        guidance: &part.guidance,
        seed: 3,
        first: 0,
        histories: EACH as u64,
        machine: likelihood.machine,
    };
    assert!(following.island(0).unwrap().resamplings > 0, "it is a test of resampling too");
    let rows = vec![row; ESTIMATES];
    let weighed = likelihood.weigh(&rows, 0, &Stop::default(), |_| ()).unwrap().unwrap();
    assert_eq!(likelihood.weigh(&rows, 0, &Stop::default(), |_| ()).unwrap().unwrap(), weighed);
    weighed.iter().map(|one| exp(one.log)).collect()
}

/// The mean over independent estimates is the likelihood, within their own standard error.
fn assert_mean(estimates: &[f64], expected: f64) {
    let n = estimates.len() as f64;
    let mean = estimates.iter().sum::<f64>() / n;
    let variance = estimates.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / (n - 1.0);
    let error = (variance / n).sqrt();
    assert!(error < 0.04 * expected, "{error} is too wide to tell of {expected}");
    assert!((mean - expected).abs() < 4.0 * error, "{mean} ± {error}, not {expected}");
}

#[test]
fn the_likelihood_of_a_hidden_chain_is_that_of_the_forward_recursion() {
    for row in [[0.2, 0.9], [0.05, 1.3]] {
        // The last strike is in week 12, and nothing after it may be fitted to.
        assert_mean(&estimates(&hidden(&[]), row), forward(row, 13, &[]));
    }
}

/// What is held out weighs nothing, and ends the record where nothing else is left.
#[test]
fn what_is_held_out_weighs_nothing() {
    let row = [0.2, 0.9];
    assert_mean(&estimates(&hidden(&[6, 12]), row), forward(row, 10, &[6]));
}
