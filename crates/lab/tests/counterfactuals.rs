//! Counterfactuals given what was observed, against their closed forms.

mod given_worlds;

use detente_chance::ln;
use detente_lab::{Comparison, Given, Model, Question, Watch, compare};
use given_worlds::{day, intervention, loaded};

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
