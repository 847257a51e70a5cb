//! Coalitions and alignments traced to who is in them, with what, and what had moved that.

use super::toys::world;
use super::*;

/// The West musters, and has 100 of 130 arms when something falls.
const WORLD: &str = r#"
[parameter.rarely]
about = "A small chance."
value = 0.5
unit = "1 / week"
judgement = "Made up."

[parameter.levy]
about = "How many are mustered."
value = 90
unit = "1"
judgement = "Made up."

[parameter.weight]
about = "What it weighs."
value = 0.5
unit = "1"
judgement = "Made up."

[stock.arms]
over = "s in side"
about = "The arms of {s}."
unit = "1"
initial = { east = 30, west = 10 }
judgement = "Made up."

[event.mustering]
about = "The West musters."
on = 1953-02-02
does = ["arms[west] += levy"]
says = "The West musters."
neutral = "never"
judgement = "Made up."

[coalition.circle]
about = "Who rules."
members = "l in side"
power = "arms[l]"
judgement = "Arms are power."

[alignment.camps]
about = "Who stands with whom."
members = "a in side, b in side"
size = "arms[a]"
propensity = "weight"
judgement = "They get on."

[event.fall]
about = "A fall."
needs = "happened(mustering)"
rate = "rarely"
once = true
neutral = "never"

[event.fall.because]
"who rules" = "if circle.in_ruling[west] then weight else 0"
"the camps" = "weight * (camps.side[west] + weight)"
"#;

fn fallen() -> Why {
    let model = world(WORLD);
    let question = Question { histories: 1, ..Question::default() };
    let subject = Subject::typed(&model, "fall").unwrap();
    let asking = Asking { subject, which: Which::First, histories: 0 };
    why(&model, &question, &asking, &Watch::default()).unwrap()
}

fn settlement<'a>(why: &'a Why, reason: &str, id: &str) -> &'a Origin {
    let own = why.reasons.iter().find(|own| own.reason == reason).unwrap();
    own.origins.iter().find(|own| own.kind == "settlement" && own.id == id).unwrap()
}

fn movers(origin: &Origin) -> Vec<&str> {
    origin.made_of.iter().flat_map(|own| &own.moved_by).map(|own| own.deed.id.as_str()).collect()
}

#[test]
fn a_coalition_is_traced_to_who_sits_in_it() {
    let why = fallen();
    let circle = settlement(&why, "who rules", "circle");
    assert_eq!(circle.was, "2 sit in it");
    assert_eq!(circle.grounds.as_deref(), Some("Judgement: Arms are power."));
    let who: Vec<(&str, &str)> =
        circle.made_of.iter().map(|own| (own.title.as_str(), own.was.as_str())).collect();
    let sits = ["sits, with 77 of 100 of the power", "sits, with 23 of 100 of the power"];
    assert_eq!(who, [("the West", sits[0]), ("the East", sits[1])], "the mighty first");
    assert_eq!(movers(&circle.made_of[0]), ["mustering"]);
    assert_eq!(movers(&circle.made_of[1]), Vec::<&str>::new());
    let text = why_in_words(&why);
    assert!(text.contains("the West: sits, with 77 of 100 of the power"), "{text}");
}

#[test]
fn an_alignment_is_traced_to_the_member_asked_about() {
    let why = fallen();
    let camps = settlement(&why, "the camps", "camps");
    assert_eq!(camps.grounds.as_deref(), Some("Judgement: They get on."));
    let who: Vec<(&str, &str)> =
        camps.made_of.iter().map(|own| (own.title.as_str(), own.was.as_str())).collect();
    assert_eq!(who, [("the West", "of size 100")], "it alone is read");
    assert_eq!(movers(&camps.made_of[0]), ["mustering"]);
    let text = why_in_words(&why);
    assert!(text.contains("the West: of size 100"), "{text}");
}
