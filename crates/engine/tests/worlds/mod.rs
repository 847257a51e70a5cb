//! Small worlds written by hand, for tests of guided runs.

#![allow(dead_code, reason = "each test file uses its own part")]

use detente_model::*;

/// The number of a week's Monday in a calendar that starts on Monday 1953-01-05.
pub(crate) fn monday(week: Week) -> Date {
    calendar(1).monday(week)
}

pub(crate) fn calendar(weeks: u32) -> Calendar {
    Calendar { start: "1953-01-05".parse().expect("a date"), weeks }
}

/// A world of these elements, without a record.
pub(crate) fn world(weeks: u32, mut elements: Vec<Element>) -> Model {
    elements.sort_by(|a, b| a.name.cmp(&b.name));
    Model {
        name: "world".into(),
        title: "A world".into(),
        about: String::new(),
        leaves_out: String::new(),
        authors: Vec::new(),
        digest: String::new(),
        loaded_with: Vec::new(),
        calendar: calendar(weeks),
        coupling: Coupling::Weekly,
        units: Vec::new(),
        sets: Vec::new(),
        seats: Vec::new(),
        subsystems: Vec::new(),
        elements,
        record: Record::default(),
        claims: Vec::new(),
        what_ifs: Vec::new(),
        schools: Vec::new(),
        split: None,
        sources: Vec::new(),
        casebook: Vec::new(),
    }
}

pub(crate) fn element(name: &str, kind: Kind) -> Element {
    Element {
        name: name.into(),
        about: String::new(),
        subsystem: None,
        provenance: Provenance::default(),
        over: Over {
            binders: Vec::new(),
            instances: vec![Instance {
                members: Vec::new(),
                full_name: name.into(),
                address: name.into(),
            }],
        },
        neutral: None,
        place: Place::default(),
        kind,
    }
}

pub(crate) fn number(expr: Expr) -> Formula {
    Formula { text: String::new(), expr, gives: Type::Number(Dimension::none()) }
}

pub(crate) fn truth(text: &str, expr: Expr) -> Formula {
    Formula { text: text.into(), expr, gives: Type::Truth }
}

/// An event of this constant hazard a week that may happen every week.
pub(crate) fn event(name: &str, rate: f64) -> Element {
    element(
        name,
        Kind::Event(Event {
            needs: None,
            happening: Happening::Rate(vec![Reason {
                name: "of itself".into(),
                weight: number(Expr::Constant(rate)),
            }]),
            because: Vec::new(),
            draws: Vec::new(),
            does: Vec::new(),
            recurrence: Recurrence::Cooldown(1),
            round: 1,
            says: None,
            act: None,
        }),
    )
}

/// A decision asked every week, with these options of constant weight; the first is `otherwise`.
pub(crate) fn decision(name: &str, mood_weeks: u32, options: &[(&str, f64)]) -> Element {
    let alternative = |&(option, weight): &(&str, f64)| Alternative {
        name: AlternativeName { option: option.into(), member: None },
        about: String::new(),
        says: None,
        binder: None,
        needs: None,
        because: vec![Reason { name: "weight".into(), weight: number(Expr::Constant(weight)) }],
        does: Vec::new(),
        act: None,
        provenance: Provenance::default(),
    };
    element(
        name,
        Kind::Decision(Decision {
            seat: SeatRef::Chance,
            asks: String::new(),
            when: None,
            again: Some(1),
            mood: Mood { weeks: mood_weeks, judgement: "a test".into() },
            otherwise: Some(0),
            round: 1,
            alternatives: options.iter().map(alternative).collect(),
        }),
    )
}

pub(crate) fn target(model: &Model, full_name: &str) -> Target {
    model.find(full_name).expect("an instance of that name")
}

/// Records that absence is data for one instance, in [from, until).
pub(crate) fn cover(model: &mut Model, full_name: &str, from: Week, until: Week) {
    let Target { element, instance } = target(model, full_name);
    let of = Targets { element, instances: vec![instance] };
    model.record.coverage.push(Coverage { of, from, until });
}

/// Records that something happened in a week, with a window.
pub(crate) fn happened(model: &mut Model, full_name: &str, week: Week, window: u32) {
    let tie = Tie::Event(target(model, full_name));
    enter(model, full_name, week, window, tie);
}

/// Records that a decision was answered by the alternative of this number.
pub(crate) fn answered(model: &mut Model, full_name: &str, answer: usize, week: Week, window: u32) {
    let tie = Tie::Choice(target(model, full_name), answer);
    enter(model, full_name, week, window, tie);
}

fn enter(model: &mut Model, what: &str, week: Week, window: u32, tie: Tie) {
    model.record.entries.push(RecordEntry {
        id: format!("{what}_in_week_{week}"),
        subsystem: String::new(),
        date: monday(week),
        decided: None,
        title: String::new(),
        sources: Vec::new(),
        tie: Some(tie),
        window,
        place: Place::default(),
    });
    model.record.entries.sort_by_key(|entry| entry.date);
}
