//! The quantities that questions are about: what outcomes and the record's levels read.

use std::collections::BTreeSet;

use detente_model::{Cell, Expr, Kind, Measure, MemberIndex, Model, Over, Target, Unit};

/// At most so many quantities are followed unless they are named.
const MOST: usize = 16;
/// Fewer than this, and stocks that are not indexed are followed too.
const FEW: usize = 6;

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
        lone.then_some(Target { element: detente_model::ElementId(number), instance: 0 })
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
    walk(expr, &mut |part| {
        if let Expr::Read(cell) | Expr::Last(cell) = part
            && followable(model, cell)
        {
            match fixed_instance(&model.element(cell.element).over, &cell.index, members) {
                Some(instance) => {
                    found.insert(Target { element: cell.element, instance });
                }
                None => {
                    let all = model.element(cell.element).over.instances.len();
                    let target = |instance| Target { element: cell.element, instance };
                    found.extend((0..all).map(target));
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

/// Visits an expression and all its parts.
pub(crate) fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    visit(expr);
    match expr {
        Expr::Attribute { of, .. } | Expr::Unary(_, of) => walk(of, visit),
        Expr::Read(cell)
        | Expr::Last(cell)
        | Expr::Happened(cell)
        | Expr::Times(cell)
        | Expr::WeeksSince(cell)
        | Expr::Recency(cell, _)
        | Expr::Chose(cell, _)
        | Expr::Hazard(cell) => cell.index.iter().for_each(|index| walk(index, visit)),
        Expr::Binary(_, left, right) => {
            walk(left, visit);
            walk(right, visit);
        }
        Expr::If(condition, first, second) => {
            walk(condition, visit);
            walk(first, visit);
            walk(second, visit);
        }
        Expr::Fold(fold) => {
            fold.filter.iter().for_each(|filter| walk(filter, visit));
            walk(&fold.body, visit);
        }
        Expr::Call(_, parts) => parts.iter().for_each(|part| walk(part, visit)),
        Expr::Measure(measure) => match &**measure {
            Measure::DateOf(cell) | Measure::By(cell, _) => {
                cell.index.iter().for_each(|index| walk(index, visit));
            }
            Measure::At(of, _)
            | Measure::MeanOver(of, ..)
            | Measure::SumOver(of, ..)
            | Measure::MaxOver(of, ..)
            | Measure::DateOfMax(of, ..) => walk(of, visit),
            Measure::Correlation(left, right) => {
                walk(left, visit);
                walk(right, visit);
            }
        },
        Expr::Constant(_) | Expr::Binder(_) | Expr::Result(..) | Expr::Draw(_) | Expr::Week => {}
    }
}
