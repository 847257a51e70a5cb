//! The record's probability against its closed form, and counterfactuals given it against theirs.

mod given_worlds;

use std::collections::BTreeSet;

use detente_chance::{exp, ln};
use detente_lab::{Comparison, Given, LabError, Model, Question, RecordLikelihood, Watch, compare};
use given_worlds::{day, intervention, loaded};

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
    loaded(WEEKS, &files)
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

fn likelihood(model: &Model, left_out: &[&str]) -> RecordLikelihood {
    let columns = ["turning", "angry_strikes"].map(|name| model.find(name).expect("a parameter"));
    let left_out: BTreeSet<String> = left_out.iter().map(|name| (*name).to_owned()).collect();
    RecordLikelihood::of_fit(model, &[], &columns, &left_out, 3).expect("a likelihood")
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
    let likelihood = likelihood(&hidden(&[]), &[]);
    for row in [[0.2, 0.9], [0.05, 1.3]] {
        let at = |number: u64| likelihood.at(&row, number * 256, 256).expect("an estimate");
        let estimates: Vec<_> = (0..60).map(at).collect();
        assert!(estimates.iter().any(|one| one.resamplings > 0), "it is a test of resampling too");
        let values: Vec<f64> = estimates.iter().map(|one| exp(one.log)).collect();
        // The last strike is in week 12, and nothing after it may be fitted to.
        assert_mean(&values, forward(row, 13, &[]));
    }
    let again = [0, 0].map(|first| likelihood.at(&[0.2, 0.9], first, 300).expect("an estimate"));
    assert_eq!(again[0], again[1]);
    assert!(matches!(likelihood.at(&[0.2], 0, 300), Err(LabError::Question(_))));
}

/// What is held out weighs nothing, and ends the record where nothing else is left; what is left out by
/// name likewise. By themselves they weigh what the whole has more.
#[test]
fn what_is_held_out_is_not_fitted_to() {
    let row = [0.2, 0.9];
    let held = likelihood(&hidden(&[6, 12]), &[]);
    let named = likelihood(&hidden(&[12]), &["strike_6"]);
    let (mut rest, mut apart) = (Vec::new(), Vec::new());
    for number in 0..60 {
        let own = held.at(&row, number * 256, 256).expect("an estimate");
        assert_eq!(named.at(&row, number * 256, 256).expect("an estimate"), own);
        rest.push(exp(own.log));
        let weight = held.apart(&row, number * 256, 256).expect("a weight");
        apart.push(exp(own.log) * exp(weight));
    }
    assert_mean(&rest, forward(row, 10, &[6]));
    assert_mean(&apart, forward(row, 10, &[]));
    let columns = [hidden(&[]).find("turning").expect("a parameter")];
    let unknown = BTreeSet::from(["strike_99".to_owned()]);
    let refused = RecordLikelihood::of_fit(&hidden(&[]), &[], &columns, &unknown, 3);
    assert!(matches!(refused, Err(LabError::Question(what)) if what.contains("strike_99")));
}

/// One question with three answers of given logits, put once and answered as recorded.
fn asked(probabilities: [f64; 3], answer: usize) -> Model {
    let mut text = "about = \"One question.\"\n".to_owned();
    for (name, p) in ["a", "b", "c"].iter().zip(probabilities) {
        text += &format!(
            "[parameter.weight_{name}]\nabout = \"A logit.\"\nvalue = {:.17}\nunit = \"1\"\njudgement = \"A test.\"\n",
            ln(p)
        );
    }
    text += "[decision.choice]\nseat = \"chance\"\nasks = \"Which?\"\nmood = \"26 weeks\"\n\
             judgement = \"A test.\"\nwhen = \"week == 0\"\n";
    for name in ["a", "b", "c"] {
        text +=
            &format!("[decision.choice.option.{name}]\nbecause = {{ own = \"weight_{name}\" }}\n");
        text += &format!(
            "[outcome.chose_{name}]\ntitle = \"Chose {name}\"\nis = \"chose(choice, {name})\"\n"
        );
    }
    let record = format!(
        "[[event]]\nid = \"answer\"\nsubsystem = \"asked\"\ndate = {}\ntitle = \"Answered\"\n\
         is = \"choice = {}\"\nsource = \"invented\"\n",
        day(0),
        ["a", "b", "c"][answer]
    );
    loaded(2, &[("model/asked.toml", text.as_str()), ("record.toml", &record)])
}

fn in_hindsight(model: &Model, changes: &[String]) -> Comparison {
    let interventions = changes.iter().map(|text| intervention(model, text)).collect();
    let question =
        Question { interventions, histories: 8192, given: Given::Hindsight, ..Question::default() };
    compare(model, &question, None, &Watch::default()).expect("an answer").0
}

fn shares(answer: &Comparison) -> Vec<(f64, f64, f64)> {
    answer.outcomes.iter().map(|one| (one.baseline, one.what_if, one.error)).collect()
}

/// P(another answer | the one observed) under Gumbel-max (Oberst and Sontag 2019), in closed form: to
/// stay with i, 1/(1 + Σ pⱼ max(0, rⱼ/rᵢ − 1)) where rₖ = qₖ/pₖ; 0 for what has not gained on i.
#[test]
fn a_choice_given_the_one_made_is_that_of_the_closed_form() {
    let (p, q) = ([0.5, 0.3, 0.2], [0.2f64, 0.3, 0.5]);
    let table: [[f64; 3]; 3] =
        [[0.4, 0.138_462, 0.461_538], [0.0, 0.769_231, 0.230_769], [0.0, 0.0, 1.0]];
    let changes: Vec<String> = ["a", "b", "c"]
        .iter()
        .zip(q)
        .map(|(name, q)| format!("weight_{name} = {:.17}", ln(q)))
        .collect();
    for (observed, row) in table.iter().enumerate() {
        let answer = in_hindsight(&asked(p, observed), &changes);
        for (number, ((was, is, _), expected)) in shares(&answer).into_iter().zip(row).enumerate() {
            assert_eq!(was, f64::from(u8::from(number == observed)), "it was answered as recorded");
            let error = (expected * (1.0 - expected) / 8192.0).sqrt();
            assert!((is - expected).abs() <= 4.0 * error + 1e-6, "{observed} to {number}: {is}");
        }
    }
}

/// P(it happens at hazard 0.2 | it happened at hazard 0.5) = (1 − e^−0.2)/(1 − e^−0.5).
#[test]
fn an_event_given_that_it_happened_is_that_of_the_closed_form() {
    let text = "about = \"One event.\"\n[parameter.pace]\nabout = \"A hazard.\"\nvalue = 0.5\n\
                unit = \"1 / week\"\njudgement = \"A test.\"\n[event.rising]\nabout = \"It.\"\n\
                needs = \"week == 0\"\nrate = \"pace\"\n[outcome.rose]\ntitle = \"It happened\"\n\
                is = \"happened(rising)\"\n";
    let record = format!(
        "[[event]]\nid = \"rising\"\nsubsystem = \"rising\"\ndate = {}\ntitle = \"It\"\nis = \"rising\"\n\
         source = \"invented\"\n",
        day(0)
    );
    let model = loaded(2, &[("model/rising.toml", text), ("record.toml", &record)]);
    let answer = in_hindsight(&model, &["pace = 0.2".to_owned()]);
    let (was, is, error) = shares(&answer)[0];
    assert_eq!(was, 1.0);
    assert!((is - 0.460_695).abs() < 4.0 * error && error < 0.006, "{is} ± {error}");
}
