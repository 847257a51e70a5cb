//! Worlds in which the obstacles, their order and the weights of reasons are known.

use detente_engine::{Chances, Lineage};

use super::toys::world;
use super::*;

const COMMON: &str = r#"
[parameter.rarely]
about = "A small hazard."
value = 0.05
unit = "1 / week"
judgement = "Made up."

[parameter.weight]
about = "What a reason weighs."
value = 1.0
unit = "1"
judgement = "Made up."

[parameter.half]
about = "What another weighs."
value = 0.5
unit = "1"
judgement = "Made up."
"#;

/// Something waits for one thing that comes in week 20 and for another that comes in week 50, and then
/// for chance, which a reason makes seven times rarer.
const LATE: &str = r#"
[event.early]
about = "The early thing."
on = 1953-05-25
judgement = "Made up."
neutral = "never"

[event.late]
about = "The late thing."
on = 1953-12-21
judgement = "Made up."
neutral = "never"

[event.end]
about = "The end."
needs = "happened(early) and happened(late)"
rate = "rarely"
once = true
neutral = "never"

[event.end.because]
"people are slow" = "-2 * weight"
"people are many" = "half"
"#;

fn asked(model: &Model, what: &str, histories: u64) -> (Question, Asking) {
    let subject = Subject::typed(model, what).unwrap();
    let question = Question { histories: 1, ..Question::default() };
    (question, Asking { subject, which: Which::First, histories })
}

#[test]
fn obstacles_stand_in_the_order_of_time() {
    let model = world(&format!("{COMMON}{LATE}"));
    let (question, asking) = asked(&model, "end", 400);
    let answer = why_not(&model, &question, &asking, &Watch::default()).unwrap();
    let many = answer.over_many.as_ref().unwrap();
    let told: Vec<(String, Week, f64)> = many
        .obstacles
        .iter()
        .map(|own| match &own.what {
            Hurdle::Lacking { needs, .. } => (needs.clone(), own.weeks, own.stood),
            Hurdle::Chance => ("chance".to_owned(), own.weeks, own.stood),
            Hurdle::Outweighed { by, .. } => (by.clone(), own.weeks, own.stood),
        })
        .collect();
    // A week's event is done in that week, and read in the next.
    let expected = [("happened(early)", 21), ("happened(late)", 51), ("chance", 149)];
    assert_eq!(
        told,
        expected.map(|(name, weeks)| (name.to_owned(), weeks, 1.0)),
        "{:?}",
        many.obstacles
    );
    assert!((many.in_this_order - 1.0).abs() < 1e-12, "{many:?}");
    assert_eq!(many.obstacles[2].longest, 1.0);
    // Of 149 weeks at a hazard of 0.05 exp(−1.5) none brings it.
    let exact = detente_chance::exp(-149.0 * 0.05 * detente_chance::exp(-1.5));
    assert!(many.interval[0] - 0.02 < exact && exact < many.interval[1] + 0.02, "{many:?}");
    let [slow] = many.against.as_slice() else { panic!("{:?}", many.against) };
    assert_eq!((slow.reason.as_str(), slow.weight, slow.weighed), ("people are slow", -2.0, 1.0));
    let text = why_not_in_words(&answer);
    let early = text.find("first not yet: The early thing").expect(&text);
    let late = text.find("then  not yet: The late thing").expect(&text);
    assert!(early < late && text.contains("−2.00  people are slow"), "{text}");
}

/// A question put every week, whose answer needs a thing that comes in week 20: till then another
/// answer is given because this one is not open, and after that because it is outweighed.
const CHOICE: &str = r#"
[event.early]
about = "The early thing."
on = 1953-05-25
judgement = "Made up."
neutral = "never"

[decision.what_now]
seat = "somebody"
asks = "What now?"
when = "true"
again = "1 week"
mood = "1 week"
judgement = "Made up."
otherwise = "wait"

[decision.what_now.option.wait]
says = "They wait."
because = { "waiting is easy" = "100 * weight" }

[decision.what_now.option.go]
says = "They go."
needs = "happened(early)"
because = { "the road is long" = "-2 * weight", "the sun shines" = "weight" }
"#;

#[test]
fn another_answer_is_an_obstacle_with_its_reasons() {
    let model = world(&format!("{COMMON}{CHOICE}"));
    let (question, asking) = asked(&model, "what_now = go", 200);
    let answer = why_not(&model, &question, &asking, &Watch::default()).unwrap();
    let many = answer.over_many.as_ref().unwrap();
    let told: Vec<(&str, Week)> = many
        .obstacles
        .iter()
        .map(|own| match &own.what {
            Hurdle::Lacking { needs, .. } => (needs.as_str(), own.weeks),
            Hurdle::Outweighed { by, .. } => (by.as_str(), own.weeks),
            Hurdle::Chance => ("chance", own.weeks),
        })
        .collect();
    assert_eq!(told, [("happened(early)", 21), ("wait", 179)], "{:?}", many.obstacles);
    let against: Vec<(&str, f64)> =
        many.against.iter().map(|own| (own.reason.as_str(), own.weight)).collect();
    assert_eq!(against, [("waiting is easy", 100.0), ("the road is long", -2.0)]);
}

/// An end with a steady reason, one that is there in half of the histories, and one that is against it.
const SOMETIMES: &str = r#"
[trait.luck]
about = "Luck."
unit = "1"
draw = "bernoulli(0.5)"
judgement = "Made up."

[event.end]
about = "The end."
rate = "rarely"
once = true
neutral = "never"

[event.end.because]
"luck" = "if luck then 2 * weight else 0"
"habit" = "half"
"#;

#[test]
fn reasons_weigh_as_often_as_they_do() {
    let model = world(&format!("{COMMON}{SOMETIMES}"));
    let (question, asking) = asked(&model, "end", 500);
    let answer = why(&model, &question, &asking, &Watch::default()).unwrap();
    let usually = answer.usually.as_ref().unwrap();
    assert!(usually.comes > 0.99, "200 weeks at 0.05 and more: {usually:?}");
    let of = |reason: &str| usually.reasons.iter().find(|own| own.reason == reason).unwrap();
    let (luck, habit) = (of("luck"), of("habit"));
    assert!((luck.weight - 1.0).abs() < 0.2, "{luck:?}");
    // In the lucky half it is beyond its usual weight and so among the first three; habit never is.
    assert!((luck.first_three - 0.5).abs() < 0.1, "{luck:?}");
    assert_eq!((habit.weight, habit.first_three), (0.5, 0.0));
    assert!((habit.contrast).abs() < 1e-9, "{habit:?}");
    let text = why_in_words(&answer);
    assert!(text.contains("Its reasons in many histories: of 500 it comes in"), "{text}");
}

/// What is watched over many histories is what each tells of itself.
#[test]
fn many_histories_say_what_each_does() {
    let home = std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../scenarios/two-powers"
    ));
    let source = detente_scenario::reading::Source::Folder(home);
    let model = crate::scenario::open(&source, &[], |_| None).model.unwrap();
    let watched = Watched::of(&model, &Question::default()).unwrap();
    let question = Question { histories: 3, ..Question::default() };
    let mut looked = 0;
    for (number, element) in model.elements.iter().enumerate() {
        let Kind::Event(event) = &element.kind else { continue };
        let target =
            detente_model::Target { element: detente_model::ElementId(number), instance: 0 };
        let subject = Subject { target, answer: None };
        let watching = many::watching(&model, &question, subject, &[]).unwrap();
        let all = many::observe(&model, &watching, &question, &Watch::default()).unwrap().0;
        for (history, own) in all.iter().enumerate() {
            let chances = Chances::of(&[Lineage::new(history as u64)]);
            let past = watched.run(1, &chances, model.calendar.weeks).unwrap();
            let Some(coming) = &own.came else {
                assert!(past.deeds.iter().all(|deed| deed.target != target));
                continue;
            };
            let Some((weights, _)) = &coming.weighed else { continue };
            let at = Moment { week: coming.week, round: event.round };
            let seen = reasons::event_in(&past, at, target).unwrap();
            let weighing = seen.weighing.as_ref().unwrap();
            let each: Vec<f64> =
                weighing.rate.iter().chain(&weighing.because).map(|own| own.weight).collect();
            assert_eq!(&each, weights, "{} in history {history}", element.name);
            looked += 1;
        }
    }
    assert!(looked > 3, "{looked}");
}

/// An end that hangs on what two settle: the East, whose wish a deed moved, and the West, three times as
/// strong.
const TALKS: &str = r#"
[parameter.wish]
over = "s in side"
about = "What {s} wants."
value = { east = 0, west = 80 }
unit = "1"
judgement = "Made up."

[parameter.strength]
over = "s in side"
about = "How strong {s} is."
value = { east = 1, west = 3 }
unit = "1"
judgement = "Made up."

[parameter.shift]
about = "By how much it moves."
value = 20
unit = "1"
judgement = "Made up."

[stock.softened]
over = "s in side"
about = "How far {s} has come round."
unit = "1"
initial = 0
judgement = "Made up."

[event.softening]
about = "The East comes round."
on = 1953-02-02
does = ["softened[east] += shift"]
says = "The East comes round."
neutral = "never"
judgement = "Made up."

[bargain.terms]
about = "The terms."
players = "s in side"
convenes = "true"
method = "compromise"
power = "strength[s]"
judgement = "They meet half-way."

[bargain.terms.dimension.line]
about = "The line."
scale = { "soft" = 0, "hard" = 100 }
position = "wish[s] + softened[s]"
salience = 50
reversion = 50

[event.end]
about = "The end."
needs = "happened(softening)"
rate = "rarely"
once = true
neutral = "never"

[event.end.because]
"what was settled" = "terms.text[line] / 100 + weight - half"
"#;

/// Back through a settlement to what each wanted, what had moved that, and what it rests on.
#[test]
fn a_settlement_is_traced_to_what_each_wanted() {
    let model = world(&format!("{COMMON}{TALKS}"));
    let (question, asking) = asked(&model, "end", 0);
    let answer = why(&model, &question, &asking, &Watch::default()).unwrap();
    let reason = answer.reasons.iter().find(|own| own.reason == "what was settled").unwrap();
    let terms = reason.origins.iter().find(|own| own.kind == "settlement").unwrap();
    // (1 · 20 + 3 · 80) / 4.
    assert!(terms.was.starts_with("65, settled last in the week of"), "{}", terms.was);
    assert_eq!(terms.grounds.as_deref(), Some("Judgement: They meet half-way."));
    let who: Vec<&str> = terms.made_of.iter().map(|own| own.title.as_str()).collect();
    assert_eq!(who, ["the West", "the East"], "the heaviest first");
    let east = &terms.made_of[1];
    assert!(east.was.starts_with("wants 20, with 25 of 100 of the weight"), "{}", east.was);
    let moved: Vec<&str> =
        east.made_of.iter().flat_map(|own| &own.moved_by).map(|own| own.deed.id.as_str()).collect();
    assert_eq!(moved, ["softening"]);
    let rests: Vec<&str> = reason.assumptions.iter().map(|own| own.id.as_str()).collect();
    for own in ["wish[east]", "wish[west]", "strength[west]"] {
        assert!(rests.contains(&own), "{rests:?}");
    }
    let text = why_in_words(&answer);
    assert!(text.contains("the East: wants 20, with 25 of 100 of the weight"), "{text}");
    assert!(text.contains("The East comes round"), "{text}");
}

/// Five things that an end needs: four that come in any history in their week, and the last that comes
/// in half of them. The four have as much effect as there is; the one that seldom comes has less, and
/// of five three are weighed.
#[test]
fn the_causes_with_the_most_effect_are_weighed() {
    let given = |name: &str, day: &str| {
        format!(
            "[event.{name}]\nabout = \"{name}\"\non = {day}\nneutral = \"never\"\n\
             judgement = \"Made up.\"\n\n"
        )
    };
    let seldom = "[parameter.seldom]\nabout = \"Small.\"\nvalue = 0.005\nunit = \"1 / week\"\n\
                  judgement = \"Made up.\"\n\n[event.first]\nabout = \"The first.\"\n\
                  rate = \"seldom\"\nonce = true\nneutral = \"never\"\n\n";
    let end = "[event.sure]\nabout = \"Sure.\"\nneeds = \"happened(b) and happened(c) and \
               happened(d)\"\nrate = \"rarely\"\nonce = true\nneutral = \"never\"\n\n\
               [event.end]\nabout = \"The end.\"\nneeds = \"happened(first) and happened(sure)\"\n\
               rate = \"rarely\"\nonce = true\nneutral = \"never\"\n";
    let [b, c, d] = [("b", "1953-01-05"), ("c", "1953-01-12"), ("d", "1953-01-19")]
        .map(|(name, day)| given(name, day));
    let model = world(&format!("{COMMON}{b}{c}{d}{seldom}{end}"));
    let (question, asking) = asked(&model, "end", 400);
    let answer = why(&model, &question, &asking, &Watch::default()).unwrap();
    let told: Vec<&str> = answer.necessity.iter().map(|own| own.cause.id.as_str()).collect();
    let left: Vec<&str> = answer.not_weighed.iter().map(|own| own.deed.id.as_str()).collect();
    // Made to come, the first brings the end nearly everywhere, and without it the end comes nowhere;
    // the given ones are everywhere already, and bring it only where the first comes of itself.
    assert_eq!(told[0], "first", "{told:?}");
    assert_eq!((told.len(), left.len()), (3, 2), "{told:?} {left:?}");
    let least = answer.necessity.last().unwrap().both.value;
    assert!(answer.not_weighed.iter().all(|own| own.both <= least + 0.12), "{answer:?}");
    assert!(why_in_words(&answer).contains("Not weighed so"), "{}", why_in_words(&answer));
}
