//! The quantities that questions are about: what outcomes and the record's levels read.

use std::collections::BTreeSet;

use detente_model::{Cell, ElementId, Expr, Kind, MemberIndex, Model, Over, Target, Unit};

use crate::LabError;
use crate::question::Followed;

/// At most so many quantities are followed unless they are named.
const MOST: usize = 16;
/// Fewer than this, and stocks that are not indexed are followed too.
const FEW: usize = 6;

/// The quantities that go by these names, in order of name: one instance by its full name, all by the
/// name without an index, and nothing at all by `none` alone. No names: those that tell.
///
/// # Errors
/// A name that the model does not have, or of something that has no value from week to week.
pub fn followed(model: &Model, names: &[String]) -> Result<Followed, LabError> {
    match names {
        [] => return Ok(Followed::Telling),
        [none] if none == "none" => return Ok(Followed::These(Vec::new())),
        _ => {}
    }
    let mut found = BTreeSet::new();
    for name in names {
        let targets = match (model.find_element(name), model.find(name)) {
            (Some(element), _) => instances_of(model, element),
            (None, Some(target)) => vec![target],
            (None, None) => {
                return Err(LabError::Question(format!("no quantity is called {name}")));
            }
        };
        if targets.iter().any(|target| unit_of(model, *target).is_none()) {
            let what = format!("{name} has no value from week to week, and cannot be followed");
            return Err(LabError::Question(what));
        }
        found.extend(targets);
    }
    Ok(Followed::These(found.into_iter().collect()))
}

fn instances_of(model: &Model, element: ElementId) -> Vec<Target> {
    let all = model.element(element).over.instances.len();
    (0..all).map(|instance| Target { element, instance }).collect()
}

/// The quantities that outcomes and levels read, at most 16, in order of name; if they are few,
/// stocks without an index beside them.
pub(crate) fn telling(model: &Model) -> Vec<Target> {
    let mut found = BTreeSet::new();
    for element in &model.elements {
        if let Kind::Outcome(outcome) = &element.kind {
            for instance in &element.over.instances {
                read_by(model, &outcome.is.expr, &instance.members, &mut found);
            }
        }
    }
    for level in &model.record.levels {
        read_by(model, &level.is.expr, &[], &mut found);
    }
    let lone_stocks = model.elements.iter().enumerate().filter_map(|(number, element)| {
        let lone = matches!(element.kind, Kind::Stock(_)) && element.over.binders.is_empty();
        lone.then_some(Target { element: ElementId(number), instance: 0 })
    });
    for target in lone_stocks {
        if found.len() < FEW {
            found.insert(target);
        }
    }
    found.into_iter().take(MOST).collect()
}

/// The unit in which a quantity is shown, if the element has a value each week.
pub(crate) fn unit_of(model: &Model, target: Target) -> Option<Unit> {
    match &model.element(target.element).kind {
        Kind::Parameter(parameter) => Some(parameter.unit.clone()),
        Kind::Series(series) => Some(series.unit.clone()),
        Kind::Stock(stock) => Some(stock.unit.clone()),
        Kind::Variable(variable) => Some(variable.unit.clone()),
        Kind::State(_) => Some(Unit::one()),
        _ => None,
    }
}

/// Adds what a measure over weeks reads: each stock, variable, state or series, instance by
/// instance where the index is fixed, whole where it is not.
fn read_by(model: &Model, expr: &Expr, members: &[MemberIndex], found: &mut BTreeSet<Target>) {
    expr.each(&mut |part| {
        if let Expr::Read(cell) | Expr::Last(cell) = part
            && followable(model, cell)
        {
            match fixed_instance(&model.element(cell.element).over, &cell.index, members) {
                Some(instance) => {
                    found.insert(Target { element: cell.element, instance });
                }
                None => {
                    found.extend(instances_of(model, cell.element));
                }
            }
        }
    });
}

fn followable(model: &Model, cell: &Cell) -> bool {
    matches!(model.element(cell.element).kind, Kind::Stock(_) | Kind::Variable(_))
}

/// The instance that constant indices and index variables of the element itself point at.
pub(crate) fn fixed_instance(
    over: &Over,
    index: &[Expr],
    members: &[MemberIndex],
) -> Option<usize> {
    let fixed = |index: &Expr| match index {
        Expr::Constant(member) if *member >= 0.0 => Some(*member as MemberIndex),
        Expr::Binder(variable) => members.get(*variable).copied(),
        _ => None,
    };
    let members: Vec<MemberIndex> = index.iter().map(fixed).collect::<Option<_>>()?;
    over.find(&members)
}
