//! What is typed after loading: the whole grammar of interventions, and outcomes on the spot.

mod small;

use detente_model::{Change, Operation, Span, Type};
use detente_scenario::{check_interventions, parse_intervention, parse_outcome};
use small::model;

/// What the intervention `text` changes, on how many instances, when; or what is wrong with it.
fn read(text: &str) -> Result<(Change, usize, Span), String> {
    let model = model();
    parse_intervention(&model, text)
        .map(|one| (one.change, one.targets.instances.len(), one.span))
        .map_err(|fault| {
            format!("{} {}: {} {}", fault.code, &text[fault.span], fault.message, fault.help)
        })
}

fn span(from: u32, until: u32) -> Span {
    Span { from, until }
}

#[test]
fn every_form_is_read() {
    let set = Operation::Set;
    for (text, change, instances, when) in [
        ("truce never", Change::Never, 1, span(0, 104)),
        ("rising[*] never from 1953-02-02 until 1953-03-02", Change::Never, 2, span(4, 8)),
        ("rising[gdr] not before 1954-01-04", Change::Never, 1, span(0, 52)),
        ("truce on 1953-10-05", Change::On(39), 1, span(0, 40)),
        ("birthday on 1953-10-05", Change::On(39), 1, span(0, 40)),
        ("truce happens 1953-10-05", Change::Happens(39), 1, span(39, 40)),
        ("answer[*] = go", Change::Answer(1), 2, span(0, 104)),
        ("succession = name[beria]", Change::Answer(1), 1, span(0, 104)),
        ("tension = 40 from 1953-10-05", Change::Quantity(set, 40.0), 1, span(39, 104)),
        ("people[gdr] = 17", Change::Quantity(set, 17e6), 1, span(0, 104)),
        (
            "people[gdr] += 500 thousand person",
            Change::Quantity(Operation::Add, 5e5),
            1,
            span(0, 104),
        ),
        ("people[gdr] *= 0.9", Change::Quantity(Operation::Multiply, 0.9), 1, span(0, 104)),
        ("pace = 0", Change::Quantity(set, 0.0), 1, span(0, 104)),
        ("pace = 0.02 / week", Change::Quantity(set, 0.02), 1, span(0, 104)),
        ("premier = beria", Change::Quantity(set, 1.0), 1, span(0, 104)),
        ("revolt[gdr] = true", Change::Quantity(set, 1.0), 1, span(0, 104)),
        ("initial people[poland] = 26", Change::Initial(26e6), 1, span(0, 104)),
        ("without rising", Change::Without, 2, span(0, 104)),
        ("without rising[gdr] until 1953-03-02", Change::Without, 1, span(0, 8)),
    ] {
        assert_eq!(read(text), Ok((change, instances, when)), "{text}");
    }
    for text in
        ["cut rising \"tension\"", "cut rising \"next door\"", "cut answer.go \"a hard man\""]
    {
        assert!(matches!(read(text), Ok((Change::Cut { .. }, 2, _))), "{text}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (text, fault) in [
        ("trouce never", "S030 trouce: nothing is called `trouce` did you mean `truce`?"),
        ("tension never", "S080 tension: `tension` is a stock only events can be `never`"),
        (
            "rising never",
            "S032 rising: `rising` wants 1 index, and has 0 name a member, or all: `rising[*]`",
        ),
        (
            "truce never from 1957-03-01",
            "S056 1957-03-01: 1 March 1957 lies outside the period The period ends on 2 January 1955.",
        ),
        (
            "truce never until 1952-03-01",
            "S056 1952-03-01: 1 March 1952 lies outside the period The period begins on 5 January 1953.",
        ),
        (
            "birthday not before 1954-01-04",
            "S080 birthday not before 1954-01-04: `birthday` has a fixed date: it cannot come later by \
             itself write `birthday on 1954-01-04`, or `birthday never`",
        ),
        ("answer[gdr] = wiat", "S036 wiat: `answer` has no option `wiat` did you mean `wait`?"),
        ("pace = 3", "S048 3: 3 lies outside the range of `pace` it goes from 0 to 2"),
        (
            "pace = 3 person",
            "S041 3 person: this value is a number in 1 / week, and this is a number in person ",
        ),
        (
            "premier = gdr",
            "S030 gdr: `gdr` is not a member of `leader` its members are malenkov, beria",
        ),
        (
            "without truce",
            "S082 truce: `truce` does not say what it is without it give the element a `neutral`: a \
             value, an option, or \"never\"",
        ),
        (
            "cut rising \"tensions\"",
            "S083 \"tensions\": `rising` has no reason \"tensions\" did you mean `tension`?",
        ),
        (
            "kremlin = beria",
            "S033 kremlin: `kremlin` is a seat, and has no value change who holds it, or what is \
             decided in it",
        ),
        (
            "quiet = 1",
            "S080 quiet: `quiet` is an outcome, and takes no value change what it is made of",
        ),
    ] {
        assert_eq!(read(text), Err(fault.to_owned()), "{text}");
    }
    let faults = read("truce never from 1953-02-30").expect_err("no such day");
    assert!(faults.starts_with("S023"), "{faults}");
}

#[test]
fn two_on_one_thing_at_one_time_are_refused() {
    let model = model();
    let conflicts = |texts: &[&str]| {
        let given: Vec<_> =
            texts.iter().map(|text| parse_intervention(&model, text).expect(text)).collect();
        let typed: Vec<(&str, &detente_model::Intervention)> =
            given.iter().map(|one| ("--assume", one)).collect();
        let found = check_interventions(&model, &typed);
        assert!(found.iter().all(|(_, _, finding)| finding.file == "--assume"), "{found:?}");
        found.len()
    };
    assert_eq!(conflicts(&["rising[*] never", "rising[gdr] happens 1953-06-15"]), 1);
    assert_eq!(
        conflicts(&["rising[gdr] never until 1953-06-15", "rising[gdr] happens 1953-06-15"]),
        0
    );
    assert_eq!(conflicts(&["rising[gdr] never", "rising[poland] never"]), 0);
    assert_eq!(conflicts(&["pace = 0", "pace = 1 from 1954-01-04"]), 1);
    assert_eq!(conflicts(&["tension += 2 from 1953-02-02", "tension += 2 from 1953-03-02"]), 0);
    assert_eq!(conflicts(&["initial tension = 2", "tension = 3"]), 0);
    assert_eq!(conflicts(&["cut rising \"tension\"", "rising[*] never"]), 0);
}

#[test]
fn outcomes_are_typed() {
    let model = model();
    let gives = |text: &str| {
        parse_outcome(&model, text).map(|formula| formula.gives).map_err(|fault| fault.help)
    };
    assert_eq!(gives("date_of(truce)"), Ok(Type::Date));
    assert_eq!(gives("by(rising[gdr], 1953-12-31)"), Ok(Type::Truth));
    let people = gives("max_over(people[gdr], 1953-01-05, 1955-01-03)").expect("a number");
    assert_eq!(people, Type::Number(detente_model::Dimension::base("person")));
    let summed = gives("sum_over(tension, 1953-01-05, 1955-01-03)").expect("a number");
    assert_eq!(summed, Type::Number(detente_model::Dimension::base("week")));
    let fault = gives("mean_over(tensoin, 1953-01-05, 1954-01-04)").expect_err("no such name");
    assert_eq!(fault, "did you mean `tension`?");
}
