//! Counterfactuals given what was observed, against their closed forms.

mod given_worlds;

use detente_chance::{exp, ln};
use detente_lab::{
    Asking, Changed, Comparison, Given, LabError, Model, Necessity, Question, Share, Subject,
    Watch, Which, Why, Without, compare, history, why, why_not,
};
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

fn parameter(name: &str, value: f64, more: &str) -> String {
    format!(
        "[parameter.{name}]\nabout = \"A number.\"\nvalue = {value:.17}\njudgement = \"A test.\"\n{more}\n"
    )
}

const A_WEEK: &str = "unit = \"1 / week\"";
const PURE: &str = "unit = \"1\"";

/// A cause in week 1, its means in week 2, and an end in week 3, as in goldens/worlds/cause; and a
/// rising that the cause makes likelier in each week from week 1 on.
fn with_a_cause(weeks: u32, record: &str) -> Model {
    let event = |name: &str, needs: &str, rate: &str, because: &str| {
        format!(
            "[event.{name}]\nabout = \"It.\"\nneeds = \"{needs}\"\nrate = \"{rate}\"\nonce = true\n\
             neutral = \"never\"\njudgement = \"A test.\"\n[event.{name}.because]\n{because}\n"
        )
    };
    let text = [
        "about = \"A cause.\"\n".to_owned(),
        parameter("even", ln(2.0), A_WEEK),
        parameter("small", 0.1, A_WEEK),
        parameter("pace", 0.2, &format!("{A_WEEK}\nprior = \"normal(0.2, 0.05)\"")),
        parameter("to_means", ln(10.0), PURE),
        parameter("to_end", ln(3.0), PURE),
        parameter("by_means", ln(6.0), PURE),
        parameter("to_rising", ln(2.5), PURE),
        event("cause", "week == 0", "even", ""),
        event(
            "means",
            "week == 1",
            "small",
            "\"the cause\" = \"if happened(cause) then to_means else 0\"",
        ),
        event(
            "end",
            "week == 2",
            "small",
            "\"the cause\" = \"if happened(cause) then to_end else 0\"\n\
             \"the means\" = \"if happened(means) then by_means else 0\"",
        ),
        event(
            "rising",
            "week >= 1",
            "pace",
            "\"the cause\" = \"if happened(cause) then to_rising else 0\"",
        ),
    ];
    loaded(weeks, &[("model/cause.toml", text.concat().as_str()), ("record.toml", record)])
}

fn entry(what: &str, week: u32) -> String {
    format!(
        "[[event]]\nid = \"entry_{week}\"\nsubsystem = \"cause\"\ndate = {}\ntitle = \"It\"\n\
         is = \"{what}\"\nsource = \"invented\"\n",
        day(week)
    )
}

fn ask(
    model: &Model,
    what: &str,
    given: Given,
    number: u64,
    histories: u64,
) -> Result<Why, LabError> {
    let subject = Subject::typed(model, what).expect("a subject");
    let asking = Asking { subject, which: Which::Number(number), histories };
    why(model, &Question { given, ..Question::default() }, &asking, &Watch::default())
}

/// The first history in which something hung on one cause alone, weighed over 8,192.
fn weighed(model: &Model, what: &str, given: Given) -> Necessity {
    let told = (0..64).find_map(|number| {
        let needed = ask(model, what, given, number, 0).ok()?;
        needed.causes.iter().any(|own| own.without == Without::Never).then_some(number)
    });
    let number = told.expect("a history in which it hung on something");
    let own = ask(model, what, given, number, 8192).expect("an answer");
    assert!(own.asked.conditioning.is_some_and(|own| own.families > 4000), "few copies");
    // The first in time.
    own.necessity.into_iter().min_by_key(|own| own.cause.week).expect("a cause")
}

fn meets(share: &Share, expected: f64) {
    let error = (expected * (1.0 - expected) / share.of as f64).sqrt();
    assert!((share.value - expected).abs() <= 4.0 * error + 1e-6, "{expected}: {share:?}");
    let [low, high] = share.interval;
    assert!(high - low < 5.0 * error && low < share.value && share.value < high, "{share:?}");
}

/// What an observed choice hung on: had its reasons been those without the cause, another would have
/// been made with the probability that the closed form gives (Oberst and Sontag 2019).
#[test]
fn what_an_observed_choice_hung_on_is_that_of_the_closed_form() {
    let (p, q) = ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]);
    let mut text = format!(
        "about = \"A cause and a choice.\"\n{}[event.cause]\nabout = \"It.\"\nneeds = \"week == 0\"\n\
         rate = \"even\"\n[decision.choice]\nseat = \"chance\"\nasks = \"Which?\"\nmood = \"26 weeks\"\n\
         judgement = \"A test.\"\nwhen = \"week == 1\"\n",
        parameter("even", 0.693, A_WEEK)
    );
    for ((name, p), q) in ["a", "b", "c"].iter().zip(p).zip(q) {
        text += &parameter(&format!("with_{name}"), ln(p), PURE);
        text += &parameter(&format!("without_{name}"), ln(q), PURE);
        text += &format!(
            "[decision.choice.option.{name}]\nbecause = {{ own = \"if happened(cause) then with_{name} else \
             without_{name}\" }}\n"
        );
    }
    // Of ten that were made, so many are another's without the cause.
    for (name, lost) in [("a", 0.6), ("b", 0.230_769), ("c", 0.0)] {
        let record = entry("cause", 0) + &entry(&format!("choice = {name}"), 1);
        let model = loaded(3, &[("model/cause.toml", text.as_str()), ("record.toml", &record)]);
        let what = format!("choice = {name}");
        if lost > 0.0 {
            let own = weighed(&model, &what, Given::Hindsight);
            assert_eq!((own.cause.id.as_str(), own.with_both), ("cause", 1.0));
            meets(&own.necessity, lost);
        } else {
            let never = (0..24).all(|number| {
                let own = ask(&model, &what, Given::Hindsight, number, 0).expect("an answer");
                own.tried == 1 && own.causes.is_empty()
            });
            assert!(never, "what gains without the cause is never lost without it");
        }
    }
}

/// What an event hung on whose time was observed. At hazard 0.5 with the cause and 0.2 without it, the
/// chance behind it has it all the same with (1 − e^−0.2)/(1 − e^−0.5); else two fresh weeks are left,
/// and it never comes with e^−0.4 in those.
#[test]
fn what_an_event_at_an_observed_time_hung_on_is_that_of_the_closed_form() {
    let coverage =
        format!("coverage = [{{ of = \"rising\", from = {}, until = {} }}]\n", day(0), day(6));
    let record = coverage + &entry("cause", 0) + &entry("rising", 3);
    let model = with_a_cause(6, &record);
    let stays = (1.0 - exp(-0.2)) / (1.0 - exp(-0.5));
    let own = weighed(&model, "rising", Given::Hindsight);
    assert_eq!((own.cause.id.as_str(), own.if_made), ("cause", 1.0));
    meets(&own.necessity, (1.0 - stays) * exp(-0.4));
    // One by one, what `why` says comes without the cause is what comes when it is typed.
    let barred = intervention(&model, "cause never");
    let typed =
        Question { interventions: vec![barred], given: Given::Hindsight, ..Question::default() };
    let mut kinds = [0; 3];
    for number in 0..24 {
        let own = ask(&model, "rising", Given::Hindsight, number, 0).expect("an answer");
        assert_eq!(own.what.week, 3);
        let told = own.causes.iter().find(|own| own.deed.id == "cause").map(|own| &own.without);
        let changed = history(&model, &typed, number).expect("a history");
        let comes = changed.entries.iter().find(|entry| entry.id == "rising").map(|own| own.week);
        match told {
            None => assert_eq!(comes, Some(3)),
            Some(Without::Never) => assert_eq!(comes, None),
            Some(Without::Later { weeks }) => assert_eq!(comes, Some(3 + weeks)),
            other => panic!("{other:?}"),
        }
        kinds[usize::from(told.is_some()) + usize::from(told == Some(&Without::Never))] += 1;
    }
    assert!(kinds.iter().all(|many| *many > 0), "{kinds:?}");
}

/// After a day only what comes from then on is taken away, on chances that are fresh from then on: with
/// the cause given, the end comes with 1 − e^−1.8 after the means and 1 − e^−0.3 without.
#[test]
fn what_something_hung_on_after_a_day_is_that_of_the_closed_form() {
    let model = with_a_cause(3, &entry("cause", 0));
    let (with, without) = (1.0 - exp(-1.8), 1.0 - exp(-0.3));
    let own = weighed(&model, "end", Given::After(1));
    assert_eq!(own.cause.id, "means");
    meets(&own.necessity, 1.0 - without / with);
    meets(&own.sufficiency, (with - without) / (1.0 - without));
    meets(&own.both, with - without);
    let whole = weighed(&model, "end", Given::Hindsight);
    assert_eq!(whole.cause.id, "cause", "in hindsight what is recorded is taken away too");
    let (mut since, mut before) = (0, 0);
    for number in 0..16 {
        if let Ok(own) = ask(&model, "end", Given::After(1), number, 0) {
            assert!(own.causes.iter().all(|own| own.deed.week >= 1), "{:?}", own.causes);
            since += own.tried;
        }
        if let Ok(own) = ask(&model, "end", Given::Hindsight, number, 0) {
            before += own.tried;
        }
    }
    assert!(since > 0 && before > since, "{since} {before}");
    let refused = ask(&model, "cause", Given::After(1), 0, 0).expect_err("it came before the day");
    assert!(refused.to_string().contains("only before the day"), "{refused}");
}

/// What would have turned what did not come does so when it is typed, in hindsight and after a day; no
/// start is moved that came before the day.
#[test]
fn what_would_have_turned_it_turns_it_given_the_record() {
    let coverage =
        format!("coverage = [{{ of = \"rising\", from = {}, until = {} }}]\n", day(0), day(2));
    let model = with_a_cause(6, &(coverage + &entry("cause", 0)));
    for given in [Given::Hindsight, Given::After(2)] {
        let subject = Subject::typed(&model, "rising").expect("a subject");
        let question = Question { given, ..Question::default() };
        let mut moved = 0;
        for number in 0..40 {
            let asking = Asking { subject, which: Which::Number(number), histories: 0 };
            let Ok(told) = why_not(&model, &question, &asking, &Watch::default()) else { continue };
            for turn in &told.turns {
                let changes = vec![intervention(&model, &turn.command)];
                let typed = Question { interventions: changes, ..question.clone() };
                let changed = history(&model, &typed, number).expect("a history");
                let comes = changed.entries.iter().find(|entry| entry.id == "rising");
                assert_eq!(comes.map(|own| own.week), Some(turn.week), "{number}: {turn:?}");
                moved += usize::from(matches!(turn.change, Changed::Assumption { .. }));
            }
        }
        assert!(moved > 0, "{given:?}: no assumption turned it");
    }
}
