//! What the record says of the things that questions ask about.

use detente_model::{Date, Expr, Kind, Measure, Model, Target, Tie, Week};

use crate::settled::{Settled, day_of};
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
    let own = model.record.entries.iter().filter(|entry| match &entry.tie {
        Some(Tie::Event(event)) => answer.is_none() && *event == target,
        Some(Tie::Choice(choice, given)) => answer == Some(*given) && *choice == target,
        None => false,
    });
    let mut days: Vec<Date> = own.map(day_of).collect();
    days.sort_unstable();
    days
}

/// What the record says of an outcome, if it can be read off its entries and levels.
pub(crate) fn recorded(model: &Model, outcome: Target) -> Option<Recorded> {
    let element = model.element(outcome.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    if let Some(level) = model.record.levels.iter().find(|level| level.is.expr == kind.is.expr) {
        return Some(Recorded::Number(kind.unit.shown(level.value)));
    }
    let members = &element.over.instances[outcome.instance].members;
    if let Expr::Measure(measure) = &kind.is.expr
        && let Measure::DateOf(cell) = &**measure
    {
        let over = &model.element(cell.element).over;
        let instance = fixed_instance(over, &cell.index, members)?;
        let target = Target { element: cell.element, instance };
        return dates_of(model, target, None).first().map(|date| Recorded::Date(date.to_string()));
    }
    Settled::by_all(model).truth(&kind.is.expr, members).map(Recorded::Truth)
}

/// The day that stands behind an outcome: that on which the record first makes it so, or that of the
/// one deed it is about.
pub(crate) fn date_behind(model: &Model, outcome: Target) -> Option<Date> {
    let element = model.element(outcome.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    let members = &element.over.instances[outcome.instance].members;
    Settled::by_all(model).day(&kind.is.expr, members)
}

/// The event of whose happening an outcome tells, and the last week that counts.
pub(crate) fn event_behind(model: &Model, outcome: Target) -> Option<(Target, Week)> {
    let element = model.element(outcome.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    let members = &element.over.instances[outcome.instance].members;
    let (cell, week) = match &kind.is.expr {
        Expr::Measure(measure) => match &**measure {
            Measure::By(cell, week) => (cell, *week),
            _ => return None,
        },
        Expr::Happened(cell) => (cell, model.calendar.weeks.saturating_sub(1)),
        _ => return None,
    };
    let over = &model.element(cell.element).over;
    let instance = fixed_instance(over, &cell.index, members)?;
    Some((Target { element: cell.element, instance }, week))
}
