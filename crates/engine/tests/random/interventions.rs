//! Random interventions on a model.

use detente_model::{
    Change, ElementId, Intervention, Kind, Model, Neutral, Operation, Span, StateValues, Targets,
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
