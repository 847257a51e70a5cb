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
        thesis: String::new(),
        leaves_out: String::new(),
        authors: Vec::new(),
        digest: String::new(),
        substance: String::new(),
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
        posterior: None,
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

/// The elements of [`strikes`], in order of name.
const STRIKES: [&str; 8] =
    ["anger", "answer", "death", "force", "frailty", "harvest", "rising", "strike"];

/// The cell of an element of [`strikes`] that has no index.
pub(crate) fn cell(name: &str) -> Cell {
    let number = STRIKES.iter().position(|own| *own == name).expect("an element of that name");
    Cell { element: ElementId(number), index: Vec::new() }
}

fn binary(operation: Binary, a: Expr, b: Expr) -> Expr {
    Expr::Binary(operation, Box::new(a), Box::new(b))
}

fn adds(to: &str, value: Expr) -> Effect {
    let (target, operation) = (cell(to), Operation::Add);
    let (spread, among, guard) = (Vec::new(), None, None);
    Effect { text: String::new(), spread, among, guard, target, operation, value }
}

fn reason(name: &str, expr: Expr) -> Reason {
    Reason { name: name.into(), weight: number(expr) }
}

fn drawn(family: DistributionFamily, arguments: &[f64]) -> Distribution {
    let arguments = arguments.iter().map(|x| number(Expr::Constant(*x))).collect();
    Distribution { text: String::new(), family, arguments }
}

/// Sixty weeks of strikes that anger feeds and that feed anger, with one of everything that is drawn:
/// a hidden frailty, a yearly harvest, the size of a strike, a shock to anger; a rising in round 2 that
/// may come once, a death whose time is fixed, and an answer asked every six weeks in a mood of 8, of
/// which force calms and is itself angering.
pub(crate) fn strikes() -> Model {
    let x = |name: &str| Expr::Read(cell(name));
    let unit = Unit::one;
    let one = |expr: Expr| Box::new(expr);
    let mut strike = event("strike", 0.06);
    if let Kind::Event(own) = &mut strike.kind {
        own.because = vec![
            reason("anger", binary(Binary::Multiply, Expr::Constant(0.4), x("anger"))),
            reason("frailty", x("frailty")),
            reason("harvest", binary(Binary::Multiply, Expr::Constant(-0.3), x("harvest"))),
        ];
        own.draws = vec![Draw {
            name: "size".into(),
            from: drawn(DistributionFamily::Lognormal, &[0.0, 0.4]),
        }];
        own.does = vec![adds("anger", Expr::Draw(0))];
        own.recurrence = Recurrence::Cooldown(2);
    }
    let mut rising = event("rising", 0.05);
    if let Kind::Event(own) = &mut rising.kind {
        let enough = binary(Binary::Greater, x("anger"), Expr::Constant(0.8));
        let quiet = Expr::Unary(Unary::Not, one(Expr::Happened(cell("death"))));
        own.needs =
            Some(truth("anger > 0.8 and not happened(death)", binary(Binary::And, enough, quiet)));
        own.because =
            vec![reason("anger", binary(Binary::Multiply, Expr::Constant(0.5), x("anger")))];
        own.recurrence = Recurrence::Once;
        own.round = 2;
        own.does = vec![adds("anger", Expr::Constant(0.5))];
    }
    let mut death = event("death", 0.0);
    if let Kind::Event(own) = &mut death.kind {
        own.happening = Happening::On(On::Week(20, "1953-05-25".into()));
        own.recurrence = Recurrence::Once;
    }
    let mut answer = decision("answer", 8, &[("wait", 1.0), ("force", 0.0), ("yield", -0.2)]);
    if let Kind::Decision(own) = &mut answer.kind {
        own.again = Some(6);
        own.alternatives[1].because.push(reason("anger", x("anger")));
        own.alternatives[1].does =
            vec![adds("anger", Expr::Constant(-0.4)), adds("force", Expr::Constant(1.0))];
        own.alternatives[2].does = vec![adds("anger", Expr::Constant(-0.2))];
        own.alternatives[2].needs =
            Some(truth("anger > 0.2", binary(Binary::Greater, x("anger"), Expr::Constant(0.2))));
    }
    let stock = |name: &str, change: Option<Expr>, shock: Option<Distribution>| {
        element(
            name,
            Kind::Stock(Stock {
                unit: unit(),
                initial: Initial::Values(vec![0.0]),
                change: change.map(number),
                shock,
                range: Range::ALL,
            }),
        )
    };
    let fading = binary(Binary::Multiply, Expr::Constant(-0.1), x("anger"));
    let normal = |sd| drawn(DistributionFamily::Normal, &[0.0, sd]);
    let elements = vec![
        stock("anger", Some(fading), Some(normal(0.1))),
        answer,
        death,
        stock("force", None, None),
        element("frailty", Kind::Trait(Trait { unit: unit(), draw: normal(0.5) })),
        element(
            "harvest",
            Kind::Noise(Noise { unit: unit(), draw: normal(1.0), every: Every::Year }),
        ),
        rising,
        strike,
    ];
    let model = world(60, elements);
    assert!(model.elements.iter().map(|own| own.name.as_str()).eq(STRIKES));
    model
}
