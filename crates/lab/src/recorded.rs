//! What the record says of the things that questions ask about.

use detente_model::{
    Binary, Date, ElementId, Expr, Formula, Kind, Measure, Model, Target, Tie, Unary, Week,
};

use crate::telling::fixed_instance;

/// What happened, as far as it answers an outcome.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Recorded {
    /// It did or did not hold.
    Truth(bool),
    /// It happened on this date.
    Date(String),
    /// It was measured: a value in the outcome's unit.
    Number(f64),
}

/// The dates on which the record has an event, or an answer to a decision, in order.
pub(crate) fn dates_of(model: &Model, target: Target, answer: Option<usize>) -> Vec<Date> {
    let tied = |tie: &Option<Tie>| match tie {
        Some(Tie::Event(event)) => answer.is_none() && *event == target,
        Some(Tie::Choice(choice, given)) => answer == Some(*given) && *choice == target,
        None => false,
    };
    model.record.entries.iter().filter(|entry| tied(&entry.tie)).map(|entry| entry.date).collect()
}

/// Whether the record covers an element up to a week, so that absence is data.
fn covered(model: &Model, target: Target, until: Week) -> bool {
    model.record.coverage.iter().any(|coverage| {
        coverage.of.element == target.element
            && coverage.of.instances.contains(&target.instance)
            && coverage.until > until.min(model.calendar.weeks.saturating_sub(1))
    })
}

/// What the record says of an outcome, if it can be read off its entries and levels.
pub(crate) fn recorded(model: &Model, outcome: Target) -> Option<Recorded> {
    let element = model.element(outcome.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    if let Some(level) = model.record.levels.iter().find(|level| same(&level.is, &kind.is)) {
        return Some(Recorded::Number(kind.unit.shown(level.value)));
    }
    let members = &element.over.instances[outcome.instance].members;
    if let Expr::Measure(measure) = &kind.is.expr
        && let Measure::DateOf(cell) = &**measure
    {
        let target = fixed(model, cell.element, &cell.index, members)?;
        return dates_of(model, target, None).first().map(|date| Recorded::Date(date.to_string()));
    }
    truth(model, &kind.is.expr, members).map(Recorded::Truth)
}

fn same(level: &Formula, outcome: &Formula) -> bool {
    level.expr == outcome.expr
}

fn fixed(model: &Model, element: ElementId, index: &[Expr], members: &[usize]) -> Option<Target> {
    let instance = fixed_instance(&model.element(element).over, index, members)?;
    Some(Target { element, instance })
}

/// Whether the record makes an expression true; `None` where it does not say.
fn truth(model: &Model, expr: &Expr, members: &[usize]) -> Option<bool> {
    let happened = |element, index: &[Expr], by: Week| {
        let target = fixed(model, element, index, members)?;
        let seen = dates_of(model, target, None)
            .iter()
            .any(|date| model.calendar.week_number(*date) <= i64::from(by));
        (seen || covered(model, target, by)).then_some(seen)
    };
    match expr {
        Expr::Measure(measure) => match &**measure {
            Measure::By(cell, week) => happened(cell.element, &cell.index, *week),
            _ => None,
        },
        Expr::Happened(cell) => happened(cell.element, &cell.index, model.calendar.weeks - 1),
        Expr::Unary(Unary::Not, of) => truth(model, of, members).map(|value| !value),
        Expr::Binary(Binary::And, left, right) => {
            match (truth(model, left, members), truth(model, right, members)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (left, right) => Some(left? && right?),
            }
        }
        Expr::Binary(Binary::Or, left, right) => {
            match (truth(model, left, members), truth(model, right, members)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (left, right) => Some(left? || right?),
            }
        }
        _ => None,
    }
}

/// The date that stands behind an outcome about one event: the record's first date of it.
pub(crate) fn date_behind(model: &Model, outcome: Target) -> Option<Date> {
    let element = model.element(outcome.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    let members = &element.over.instances[outcome.instance].members;
    let cell = match &kind.is.expr {
        Expr::Measure(measure) => match &**measure {
            Measure::By(cell, _) | Measure::DateOf(cell) => cell,
            _ => return None,
        },
        Expr::Happened(cell) => cell,
        _ => return None,
    };
    let target = fixed(model, cell.element, &cell.index, members)?;
    dates_of(model, target, None).first().copied()
}
