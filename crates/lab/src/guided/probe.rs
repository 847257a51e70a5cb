//! What stands in the way of an event or a decision: its model with probes beside it.
//!
//! A probe is an event without a doer that happens every week in the round of what it watches, and
//! writes down which parts of what must hold do, as the round sees them. By the law of pairing it
//! changes nothing else.

use detente_engine::Part;
use detente_model::{
    Cell, Effect, Element, ElementId, Event, Expr, Formula, Function, Happening, Initial, Instance,
    Kind, Model, On, Operation, Over, Range, Reason, Recurrence, Stock, Target, Type, Unary, Unit,
};

/// A model with probes of what must hold for one event or decision.
pub(super) struct Probed {
    pub(super) model: Model,
    pub(super) parts: Vec<Probe>,
}

/// One part of what must hold.
pub(super) struct Probe {
    /// The part as written, or a few words.
    pub(super) what: String,
    /// The unit in which its shortfall is shown.
    pub(super) unit: Option<Unit>,
    /// Holds 1 after a week in which the part held, else 0.
    pub(super) holds: Target,
    /// Holds how far the part was from holding, if that can be said.
    pub(super) short_by: Option<Target>,
}

/// Sorts after every name that a scenario may give.
const PREFIX: &str = "~";

/// A shortfall this large is no number of anything.
pub(super) const BEYOND: f64 = 1e15;

/// Certainty: a hazard above 30 a week.
const CERTAIN: f64 = 31.0;

impl Probed {
    pub(super) fn of(model: &Model, target: Target) -> Self {
        let mut probed = Self { model: model.clone(), parts: Vec::new() };
        let watched = model.element(target.element);
        let round = match &watched.kind {
            Kind::Event(event) => event.round,
            Kind::Decision(decision) => decision.round,
            _ => return probed,
        };
        // Stocks come first in order of name, then the event that writes them.
        let mut writes: Vec<(ElementId, Expr)> = Vec::new();
        for part in parts_of(model, target) {
            let holds = probed.stock(&watched.over);
            let as_number = |truth: Expr| {
                let (yes, no) = (Expr::Constant(1.0), Expr::Constant(0.0));
                Expr::If(Box::new(truth), Box::new(yes), Box::new(no))
            };
            writes.push((holds, as_number(part.holds)));
            let short_by = part.short_by.map(|expr| {
                let short = probed.stock(&watched.over);
                writes.push((short, bounded(expr)));
                Target { element: short, instance: target.instance }
            });
            let holds = Target { element: holds, instance: target.instance };
            probed.parts.push(Probe { what: part.text, unit: part.unit, holds, short_by });
        }
        let event = watching(watched, round, writes);
        probed.add(&watched.over, event);
        probed
    }

    fn stock(&mut self, over: &Over) -> ElementId {
        let initial = Initial::Values(vec![0.0; over.instances.len()]);
        let (unit, range) = (Unit::one(), Range::ALL);
        self.add(over, Kind::Stock(Stock { unit, initial, change: None, shock: None, range }))
    }

    fn add(&mut self, over: &Over, kind: Kind) -> ElementId {
        let number = self.model.elements.len();
        let name = format!("{PREFIX}{number:06}");
        let instances = over.instances.iter().enumerate().map(|(instance, own)| {
            let full_name = format!("{name} {instance}");
            Instance { members: own.members.clone(), address: full_name.clone(), full_name }
        });
        self.model.elements.push(Element {
            over: Over { binders: over.binders.clone(), instances: instances.collect() },
            name,
            about: String::new(),
            subsystem: None,
            provenance: detente_model::Provenance::default(),
            neutral: None,
            place: detente_model::Place::default(),
            kind,
        });
        ElementId(number)
    }
}

/// A shortfall as a number within bounds, also where it is one of "never" from another.
fn bounded(expr: Expr) -> Expr {
    let at_most = Expr::Call(Function::Min, vec![expr, Expr::Constant(BEYOND)]);
    Expr::Call(Function::Max, vec![at_most, Expr::Constant(-BEYOND)])
}

/// The event that writes the parts down each week.
fn watching(watched: &Element, round: u8, writes: Vec<(ElementId, Expr)>) -> Kind {
    let indices = (0..watched.over.binders.len()).map(Expr::Binder);
    let effect = |(element, value): (ElementId, Expr)| Effect {
        text: String::new(),
        spread: Vec::new(),
        among: None,
        guard: None,
        target: Cell { element, index: indices.clone().collect() },
        operation: Operation::Set,
        value,
    };
    let rate = Formula {
        text: String::new(),
        expr: Expr::Constant(CERTAIN),
        gives: Type::Number(Model::time()),
    };
    Kind::Event(Event {
        needs: None,
        happening: Happening::Rate(vec![Reason { name: String::new(), weight: rate }]),
        because: Vec::new(),
        draws: Vec::new(),
        does: writes.into_iter().map(effect).collect(),
        recurrence: Recurrence::Cooldown(1),
        round,
        says: None,
        act: None,
    })
}

/// What must hold for an event to be at risk or a decision to be put, part by part.
fn parts_of(model: &Model, target: Target) -> Vec<Part> {
    let element = model.element(target.element);
    let own = Cell {
        element: target.element,
        index: (0..element.over.binders.len()).map(Expr::Binder).collect(),
    };
    let of = |truth: &Option<Formula>| {
        truth.iter().flat_map(|truth| Part::of(model, truth)).collect::<Vec<_>>()
    };
    let part = |text: String, holds: Expr, short_by: Option<Expr>| Part {
        text,
        holds,
        short_by,
        unit: None,
    };
    match &element.kind {
        Kind::Decision(decision) => of(&decision.when),
        Kind::Event(event) => {
            let mut parts = of(&event.needs);
            if let Happening::On(On::When(when)) = &event.happening {
                parts.extend(Part::of(model, when));
            }
            let once =
                event.recurrence == Recurrence::Once || matches!(event.happening, Happening::On(_));
            if once {
                let not_yet = Expr::Unary(Unary::Not, Box::new(Expr::Happened(own)));
                parts.push(part("it has not happened before".to_owned(), not_yet, None));
            } else if let Recurrence::Cooldown(weeks) = event.recurrence {
                let (since, enough) =
                    (Box::new(Expr::WeeksSince(own)), Box::new(Expr::Constant(f64::from(weeks))));
                let rested = Expr::Binary(
                    detente_model::Binary::GreaterOrEqual,
                    since.clone(),
                    enough.clone(),
                );
                let short = Expr::Binary(detente_model::Binary::Subtract, enough, since);
                let text = format!("{weeks} weeks since the last time");
                parts.push(part(text, rested, Some(short)));
            }
            parts
        }
        _ => Vec::new(),
    }
}
