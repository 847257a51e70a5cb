//! A toy world for tests, with answers in closed form: a strike in either of two countries by
//! constant hazard, an answer of the government by logit, a stock that strikes raise.

use detente_model::{
    Act, Alternative, AlternativeName, Attribute, AttributeValue, Binder, Calendar, Cell, Change,
    Coupling, Coverage, Decision, Effect, Element, ElementId, Event, Expr, Formula, Happening,
    Initial, Instance, Intervention, Kind, Level, Measure, Member, Model, Mood, Operation, Outcome,
    Over, Parameter, Provenance, Range, Reason, Record, RecordEntry, Recurrence, SeatRef, Set,
    SetId, Span, Stock, Targets, Tie, Type, Unit, Variable, Week,
};
use jiff::civil::date;

/// Strikes a week in each country.
pub(crate) const HAZARD: f64 = 0.02;
/// The logit of the government's yielding against its waiting.
pub(crate) const YIELD_LOGIT: f64 = 0.5;
/// Weeks of the toy's calendar.
pub(crate) const WEEKS: Week = 104;

const ELEMENTS: [&str; 8] =
    ["answer", "calm", "ever", "first_strike", "hazard", "strike", "tension", "tension_at_end"];

pub(crate) fn element(name: &str) -> ElementId {
    ElementId(ELEMENTS.iter().position(|one| *one == name).unwrap_or(usize::MAX))
}

fn number(value: f64) -> Formula {
    formula(Expr::Constant(value), Type::Number(Default::default()))
}

fn formula(expr: Expr, gives: Type) -> Formula {
    Formula { text: String::new(), expr, gives }
}

fn cell(name: &str, index: &[f64]) -> Cell {
    let index = index.iter().map(|member| Expr::Constant(*member)).collect();
    Cell { element: element(name), index }
}

fn over_countries(name: &str) -> Over {
    let instance = |member: usize, country: &str| Instance {
        members: vec![member],
        full_name: format!("{name}[{country}]"),
        address: format!("{name}[{country}]"),
    };
    Over {
        binders: vec![Binder { name: "s".to_owned(), set: SetId(0) }],
        instances: vec![instance(0, "gdr"), instance(1, "poland")],
    }
}

fn alone(name: &str) -> Over {
    let (full_name, address) = (name.to_owned(), name.to_owned());
    Over {
        binders: Vec::new(),
        instances: vec![Instance { members: Vec::new(), full_name, address }],
    }
}

fn made(name: &str, about: &str, over: Over, kind: Kind) -> Element {
    Element {
        name: name.to_owned(),
        about: about.to_owned(),
        subsystem: None,
        provenance: Provenance::default(),
        over,
        neutral: None,
        place: Default::default(),
        kind,
    }
}

fn strike() -> Event {
    let effect = Effect {
        text: "tension += 10".to_owned(),
        spread: Vec::new(),
        among: None,
        guard: None,
        target: cell("tension", &[]),
        operation: Operation::Add,
        value: Expr::Constant(10.0),
    };
    let rate = formula(Expr::Read(cell("hazard", &[])), Type::Number(Default::default()));
    Event {
        needs: None,
        happening: Happening::Rate(vec![Reason { name: "of itself".to_owned(), weight: rate }]),
        because: Vec::new(),
        draws: Vec::new(),
        does: vec![effect],
        recurrence: Recurrence::Once,
        round: 1,
        says: Some("Workers strike in {s}.".to_owned()),
        act: Some(Act {
            from: "s".to_owned(),
            to: "poland".to_owned(),
            weis: "112".to_owned(),
            goldstein: -2.2,
            provenance: Provenance::default(),
        }),
    }
}

fn answer() -> Decision {
    let alternative = |name: &str, says: &str, weight: f64| Alternative {
        name: AlternativeName { option: name.to_owned(), member: None },
        about: String::new(),
        says: Some(says.to_owned()),
        binder: None,
        needs: None,
        because: vec![Reason { name: "weariness".to_owned(), weight: number(weight) }],
        does: Vec::new(),
        act: None,
        provenance: Provenance::default(),
    };
    let struck =
        Expr::Happened(Cell { element: element("strike"), index: vec![Expr::Constant(0.0)] });
    Decision {
        seat: SeatRef::Chance,
        asks: "Yield to the strikers?".to_owned(),
        when: Some(formula(struck, Type::Truth)),
        again: None,
        mood: Mood { weeks: 13, judgement: "A toy.".to_owned() },
        otherwise: Some(0),
        round: 1,
        alternatives: vec![
            alternative("wait", "The government waits.", 0.0),
            alternative("yield", "The government yields.", YIELD_LOGIT),
        ],
    }
}

fn elements() -> Vec<Element> {
    let parameter = Parameter {
        unit: Unit::one(),
        values: vec![HAZARD],
        range: Range { low: 0.0, high: 1.0 },
        priors: vec![Some(detente_model::Distribution {
            text: "uniform(0.01, 0.1)".to_owned(),
            family: detente_model::DistributionFamily::Uniform,
            arguments: vec![number(0.01), number(0.1)],
        })],
    };
    let tension = Stock {
        unit: Unit::one(),
        initial: Initial::Values(vec![20.0]),
        change: None,
        shock: None,
        range: Range { low: 0.0, high: 100.0 },
    };
    let calm =
        Expr::Unary(detente_model::Unary::Not, Box::new(Expr::Happened(cell("strike", &[0.0]))));
    let outcome = |measure: Measure, gives: Type| {
        let is = formula(Expr::Measure(Box::new(measure)), gives);
        Kind::Outcome(Outcome { is, unit: Unit::one() })
    };
    let calm = Variable { unit: Unit::one(), equals: formula(calm, Type::Truth) };
    let by = Measure::By(cell("strike", &[0.0]), 51);
    let at = Measure::At(Expr::Read(cell("tension", &[])), WEEKS - 1);
    let first = Measure::DateOf(cell("strike", &[1.0]));
    vec![
        made("answer", "Yield to the strikers?", alone("answer"), Kind::Decision(answer())),
        made("calm", "All is calm.", alone("calm"), Kind::Variable(calm)),
        made(
            "ever",
            "a strike in East Germany within a year",
            alone("ever"),
            outcome(by, Type::Truth),
        ),
        made(
            "first_strike",
            "first strike in Poland",
            alone("first_strike"),
            outcome(first, Type::Date),
        ),
        made("hazard", "Strikes a week.", alone("hazard"), Kind::Parameter(parameter)),
        made("strike", "A strike", over_countries("strike"), Kind::Event(strike())),
        made("tension", "Tension", alone("tension"), Kind::Stock(tension)),
        made(
            "tension_at_end",
            "tension at the end",
            alone("tension_at_end"),
            outcome(at, Type::Number(Default::default())),
        ),
    ]
}

fn countries() -> Set {
    let member = |name: &str, title: &str, cow: f64| Member {
        name: name.to_owned(),
        title: title.to_owned(),
        attributes: vec![Some(AttributeValue::Number(cow)), Some(AttributeValue::Number(cow))],
    };
    let attribute = |name: &str| Attribute { name: name.to_owned(), of: None };
    Set {
        name: "country".to_owned(),
        title: "Countries".to_owned(),
        root: SetId(0),
        members: vec![0, 1],
        by_name: vec![0, 1],
        roll: vec![member("gdr", "East Germany", 265.0), member("poland", "Poland", 290.0)],
        attributes: vec![attribute("cow"), attribute("gw")],
    }
}

fn record() -> Record {
    let entry = RecordEntry {
        id: "rising".to_owned(),
        subsystem: "toy".to_owned(),
        date: date(1953, 6, 17),
        decided: None,
        title: "Rising in East Germany".to_owned(),
        sources: Vec::new(),
        tie: Some(Tie::Event(detente_model::Target { element: element("strike"), instance: 0 })),
        window: 1,
        place: Default::default(),
    };
    let level = Level {
        id: "tension_1954".to_owned(),
        subsystem: "toy".to_owned(),
        title: "Tension at the end".to_owned(),
        is: formula(
            Expr::Measure(Box::new(Measure::At(Expr::Read(cell("tension", &[])), WEEKS - 1))),
            Type::Number(Default::default()),
        ),
        value: 30.0,
        error: 2.0,
        unit: Unit::one(),
        sources: Vec::new(),
        place: Default::default(),
    };
    let of = Targets { element: element("strike"), instances: vec![0, 1] };
    Record {
        coverage: vec![Coverage { of, from: 0, until: WEEKS }],
        entries: vec![entry],
        levels: vec![level],
    }
}

/// The toy.
pub(crate) fn model() -> Model {
    Model {
        name: "toy".to_owned(),
        title: "A toy".to_owned(),
        about: "For tests.".to_owned(),
        thesis: String::new(),
        leaves_out: "Everything else.".to_owned(),
        authors: Vec::new(),
        digest: "0123456789abcdef".repeat(4),
        substance: "fedcba9876543210".repeat(4),
        loaded_with: Vec::new(),
        calendar: Calendar { start: date(1953, 1, 5), weeks: WEEKS },
        coupling: Coupling::Weekly,
        units: Vec::new(),
        sets: vec![countries()],
        seats: Vec::new(),
        subsystems: Vec::new(),
        elements: elements(),
        record: record(),
        claims: Vec::new(),
        what_ifs: Vec::new(),
        schools: Vec::new(),
        split: None,
        sources: Vec::new(),
        posterior: None,
        casebook: Vec::new(),
    }
}

/// No strike in East Germany before a week.
pub(crate) fn never_until(until: Week) -> Intervention {
    Intervention {
        text: "strike[gdr] never until 1954-01-04".to_owned(),
        targets: Targets { element: element("strike"), instances: vec![0] },
        change: Change::Never,
        span: Span { from: 0, until },
    }
}

/// No strike in East Germany from a week to the end.
pub(crate) fn never_from(from: Week) -> Intervention {
    Intervention {
        text: "strike[gdr] never from 1954-12-27".to_owned(),
        targets: Targets { element: element("strike"), instances: vec![0] },
        change: Change::Never,
        span: Span { from, until: WEEKS },
    }
}
