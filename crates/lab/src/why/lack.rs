//! What holds or does not, in words: "not so: Moscow has offered withdrawal".

use std::collections::BTreeMap;

use detente_model::{
    Binary, Cell, Expr, Kind, MemberIndex, Model, StateValues, Target, Type, Unary,
};

use super::formula::Reading;
use super::origins::short_title;
use super::subject::Subject;
use super::telling_origins::bare;
use super::world::{Moment, Past};
use crate::telling::fixed_instance;

/// Where it is seen: a model, and the moment of a history if there is one.
pub(super) struct Seen<'a> {
    model: &'a Model,
    moment: Option<(&'a Past, Moment)>,
}

impl<'a> Seen<'a> {
    pub(super) fn of(model: &'a Model, past: &'a Past, at: Moment) -> Self {
        Self { model, moment: Some((past, at)) }
    }

    /// In no history in particular.
    pub(super) fn nowhere(model: &'a Model) -> Self {
        Self { model, moment: None }
    }

    fn holds(&self, truth: &Expr, bound: &[MemberIndex]) -> Option<bool> {
        let (past, at) = self.moment?;
        let nothing = BTreeMap::new();
        let value = Reading::new(self.model, past, at, &nothing).value(truth, bound)?;
        Some(value != 0.0)
    }
}

/// Of which side it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What does not hold.
    Lacking,
    /// What holds.
    Holding,
}

/// What stands in the way of a truth that does not hold; `None` where its own text says it best.
pub(super) fn in_words(seen: &Seen<'_>, truth: &Expr, bound: &[MemberIndex]) -> Option<String> {
    words(seen, truth, bound, true, Side::Lacking)
}

/// What a truth that holds says; `None` where its own text says it best.
pub(super) fn holding(seen: &Seen<'_>, truth: &Expr, bound: &[MemberIndex]) -> Option<String> {
    words(seen, truth, bound, true, Side::Holding)
}

/// What is said of an expression that should be `wanted`.
fn words(
    seen: &Seen<'_>,
    expr: &Expr,
    bound: &[MemberIndex],
    wanted: bool,
    side: Side,
) -> Option<String> {
    let (model, lacking) = (seen.model, side == Side::Lacking);
    let target = |cell: &Cell| {
        let over = &model.element(cell.element).over;
        let instance = fixed_instance(over, &cell.index, bound)?;
        Some(Target { element: cell.element, instance })
    };
    let says = |cell: &Cell| {
        let subject = Subject { target: target(cell)?, answer: None };
        Some(bare(&subject.says(model)).to_owned())
    };
    match expr {
        Expr::Unary(Unary::Not, inner) => words(seen, inner, bound, !wanted, side),
        Expr::Read(cell) | Expr::Last(cell) => {
            let target = target(cell)?;
            let truth = match &model.element(target.element).kind {
                Kind::State(state) => state.of == StateValues::Truth,
                Kind::Variable(variable) => variable.equals.gives == Type::Truth,
                _ => false,
            };
            let title = short_title(model, target);
            truth.then(|| match (lacking, wanted) {
                (true, true) => format!("not so: {title}"),
                (true, false) => format!("in the way: {title}"),
                (false, true) => title,
                (false, false) => format!("not so: {title}"),
            })
        }
        Expr::Happened(cell) => {
            let says = says(cell)?;
            Some(match (lacking, wanted) {
                (true, false) => format!("already: {says}"),
                (false, true) => says,
                _ => format!("not yet: {says}"),
            })
        }
        Expr::Chose(cell, alternative) if alternative.member.is_none() => {
            let target = target(cell)?;
            let Kind::Decision(decision) = &model.element(target.element).kind else { return None };
            let named = |own: &detente_model::Alternative| own.name.option == alternative.option;
            let answer = decision.alternatives.iter().position(named);
            let says = Subject { target, answer }.says(model);
            let says = bare(&says);
            Some(match (lacking, wanted) {
                (true, false) => format!("in the way: {says}"),
                (false, true) => says.to_owned(),
                _ => format!("not so: {says}"),
            })
        }
        Expr::Binary(comparison, left, _) => match (&**left, comparison, wanted) {
            (Expr::WeeksSince(cell), Binary::Less | Binary::LessOrEqual | Binary::Equal, true)
            | (Expr::WeeksSince(cell), Binary::Greater | Binary::GreaterOrEqual, false) => {
                let word = if lacking { "not lately" } else { "lately" };
                Some(format!("{word}: {}", says(cell)?))
            }
            (Expr::WeeksSince(cell), Binary::Greater | Binary::GreaterOrEqual, true)
            | (Expr::WeeksSince(cell), Binary::Less | Binary::LessOrEqual, false) => {
                let word = if lacking { "too lately" } else { "long enough ago" };
                Some(format!("{word}: {}", says(cell)?))
            }
            _ => joined(seen, expr, bound, wanted, side),
        },
        _ => None,
    }
}

/// Several truths, where every one can be said.
fn joined(
    seen: &Seen<'_>,
    expr: &Expr,
    bound: &[MemberIndex],
    wanted: bool,
    side: Side,
) -> Option<String> {
    let Expr::Binary(operation @ (Binary::And | Binary::Or), left, right) = expr else {
        return None;
    };
    // Of several only those are said that are on this side here.
    let here = |part: &Expr| {
        let holds = seen.holds(part, bound);
        holds.is_none_or(|holds| (holds == wanted) == (side == Side::Holding))
    };
    let both = [&**left, &**right];
    let parts: Option<Vec<String>> = both
        .into_iter()
        .filter(|part| here(part))
        .map(|part| words(seen, part, bound, wanted, side))
        .collect();
    // Where one would be enough and it is lacking, all are.
    let all_must = (*operation == Binary::And) == wanted;
    let word = if all_must == (side == Side::Holding) { "; and " } else { "; or " };
    Some(parts?.join(word)).filter(|text| !text.is_empty())
}
