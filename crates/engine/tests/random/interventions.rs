//! Random interventions on a model.

use std::collections::BTreeMap;

use detente_engine::{ReasonKey, References};
use detente_model::{
    Change, ElementId, Happening, Intervention, Kind, Model, Neutral, Operation, Span, StateValues,
    Target, Targets,
};

use super::Dice;

/// At most one intervention on each of a few elements, so that none overlap.
pub(crate) fn random_interventions(
    model: &Model,
    dice: &mut Dice<'_>,
    most: usize,
) -> Vec<Intervention> {
    let mut chosen: Vec<usize> = (0..most).map(|_| dice.under(model.elements.len())).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().filter_map(|number| intervention(model, number, dice)).collect()
}

fn intervention(model: &Model, number: usize, dice: &mut Dice<'_>) -> Option<Intervention> {
    let weeks = model.calendar.weeks;
    let element = &model.elements[number];
    let from = dice.under(weeks as usize) as u32;
    let until = (from + dice.between(1, 6) as u32).min(weeks);
    let (open, closed) = (Span { from, until: weeks }, Span { from, until });
    let span = if dice.once_in(2) { closed } else { open };
    let value = dice.under(300) as f64 / 100.0;
    let (change, span) = match &element.kind {
        Kind::Parameter(parameter) => {
            let held = value.clamp(parameter.range.low, parameter.range.high);
            (Change::Quantity(Operation::Set, held), span)
        }
        Kind::Variable(variable) if variable.unit.scale == 1.0 => {
            if variable.equals.gives != detente_model::Type::Number(Default::default()) {
                return None;
            }
            let operation = *dice.of(&[Operation::Set, Operation::Add, Operation::Multiply]);
            (Change::Quantity(operation, value), span)
        }
        Kind::Series(_) => (Change::Quantity(Operation::Add, value), span),
        Kind::Stock(stock) => {
            let held = value.clamp(stock.range.low, stock.range.high);
            match dice.under(4) {
                0 => (Change::Initial(held), Span { from: 0, until: weeks }),
                1 => (Change::Quantity(Operation::Add, value), open),
                _ => (Change::Quantity(Operation::Set, held), span),
            }
        }
        Kind::State(state) => {
            let value = match state.of {
                StateValues::Truth => f64::from(u8::from(value > 1.5)),
                StateValues::Member { set, .. } => *dice.of(&model.set(set).members) as f64,
            };
            (Change::Quantity(Operation::Set, value), span)
        }
        Kind::Event(event) => {
            let fixed = matches!(event.happening, detente_model::Happening::On(_));
            match dice.under(4) {
                0 => (Change::Never, span),
                1 => (Change::Happens(from), Span { from, until: from + 1 }),
                2 => (Change::On(from), Span { from: 0, until: weeks }),
                _ if fixed => return None,
                _ => (Change::Never, Span { from: 0, until }),
            }
        }
        Kind::Decision(decision) => {
            if dice.once_in(3) && matches!(element.neutral, Some(Neutral::Alternative(_))) {
                (Change::Without, span)
            } else {
                (Change::Answer(dice.under(decision.alternatives.len())), span)
            }
        }
        _ => return None,
    };
    let instances = element.over.instances.len();
    let instances: Vec<usize> =
        if dice.once_in(3) { (0..instances).collect() } else { vec![dice.under(instances)] };
    let targets = Targets { element: ElementId(number), instances };
    Some(Intervention { text: format!("{} changed", element.name), targets, change, span })
}

/// Every reason and part of a rate of an element, with the alternative whose it is.
fn reasons(kind: &Kind) -> Vec<(Option<usize>, &str)> {
    match kind {
        Kind::Event(event) => {
            let Happening::Rate(parts) = &event.happening else { return Vec::new() };
            parts.iter().chain(&event.because).map(|own| (None, own.name.as_str())).collect()
        }
        Kind::Decision(decision) => {
            let each = decision.alternatives.iter().enumerate();
            each.flat_map(|(number, own)| {
                own.because.iter().map(move |reason| (Some(number), reason.name.as_str()))
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

/// At most one cut on each of a few elements that weigh reasons: of one alternative's, or of all
/// that have one of the name.
pub(crate) fn random_cuts(model: &Model, dice: &mut Dice<'_>, most: usize) -> Vec<Intervention> {
    let weighing: Vec<usize> = (0..model.elements.len())
        .filter(|number| !reasons(&model.elements[*number].kind).is_empty())
        .collect();
    if weighing.is_empty() {
        return Vec::new();
    }
    let mut chosen: Vec<usize> = (0..most).map(|_| *dice.of(&weighing)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    let cut = |number: usize| {
        let element = &model.elements[number];
        let (alternative, reason) = *dice.of(&reasons(&element.kind));
        let alternative = alternative.filter(|_| dice.once_in(2));
        let weeks = model.calendar.weeks;
        let from = dice.under(weeks as usize) as u32;
        let until = (from + dice.between(1, 30) as u32).min(weeks);
        Intervention {
            text: format!("cut {} {reason:?}", element.name),
            targets: Targets {
                element: ElementId(number),
                instances: (0..element.over.instances.len()).collect(),
            },
            change: Change::Cut { alternative, reason: reason.to_owned() },
            span: Span { from, until },
        }
    };
    chosen.into_iter().map(cut).collect()
}

/// What every reason usually weighs: any number at all, another each week.
pub(crate) fn random_references(model: &Model, dice: &mut Dice<'_>) -> References {
    let mut means = BTreeMap::new();
    for (number, element) in model.elements.iter().enumerate() {
        for (alternative, reason) in reasons(&element.kind) {
            for instance in 0..element.over.instances.len() {
                let target = Target { element: ElementId(number), instance };
                let key = ReasonKey { target, alternative, reason: reason.to_owned() };
                let first = dice.under(400) as f64 / 100.0 - 1.0;
                let mean = |week: u32| first + f64::from(week % 7) / 8.0;
                means.insert(key, (0..model.calendar.weeks).map(mean).collect());
            }
        }
    }
    References { means }
}
