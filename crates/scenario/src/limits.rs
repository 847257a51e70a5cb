//! Limits: how many elements there are, and how many nodes of expressions a week computes.

use detente_model::{Effect, Element, Event, Expr, Happening, Kind, Model, On};

use crate::diagnostic::Code;
use crate::expressions::Ledger;
use crate::place::Span;

/// The most elements, each member's counted apart.
pub const MOST_ELEMENTS: usize = 20_000;
/// The most nodes of expressions a week, each member's counted apart.
pub const MOST_NODES: u64 = 2_000_000;

/// Reports a model that is larger than the limits.
pub(crate) fn check_limits(model: &Model, span: Span, ledger: &mut Ledger) {
    let elements: usize = model.elements.iter().map(|one| one.over.instances.len()).sum();
    if elements > MOST_ELEMENTS {
        let message = format!("{elements} elements, each member's counted apart");
        let help = format!("at most {MOST_ELEMENTS} are run: range over fewer or smaller sets");
        ledger.report(Code::TooManyElements, span, message, help);
    }
    let nodes = nodes_a_week(model);
    if nodes > MOST_NODES {
        let message = format!("a week computes {nodes} nodes of expressions");
        let help = format!("at most {MOST_NODES} are run: sum over fewer members, or more seldom");
        ledger.report(Code::TooCostly, span, message, help);
    }
}

/// How many nodes of expressions a week computes at most, each member's counted apart and a fold's
/// body once for each member it walks.
pub fn nodes_a_week(model: &Model) -> u64 {
    let of = |element: &Element| {
        element_nodes(model, element).saturating_mul(element.over.instances.len() as u64)
    };
    model.elements.iter().map(of).fold(0, u64::saturating_add)
}

fn element_nodes(model: &Model, element: &Element) -> u64 {
    let mut total: u64 = 0;
    let mut add = |expr: &Expr, times: u64| {
        total = total.saturating_add(nodes(model, expr).saturating_mul(times));
    };
    match &element.kind {
        Kind::Variable(variable) => add(&variable.equals.expr, 1),
        Kind::Stock(stock) => {
            stock.change.iter().for_each(|change| add(&change.expr, 1));
            let arguments = stock.shock.iter().flat_map(|shock| &shock.arguments);
            arguments.for_each(|argument| add(&argument.expr, 1));
        }
        Kind::Event(event) => event_nodes(model, event, &mut add),
        Kind::Decision(decision) => {
            decision.when.iter().for_each(|when| add(&when.expr, 1));
            for one in &decision.alternatives {
                one.needs.iter().for_each(|needs| add(&needs.expr, 1));
                one.because.iter().for_each(|reason| add(&reason.weight.expr, 1));
                one.does.iter().for_each(|effect| effect_nodes(model, effect, &mut add));
            }
        }
        Kind::Bargain(bargain) => {
            add(&bargain.convenes.expr, 1);
            for player in &bargain.players {
                let parts = player.position.iter().chain(&player.salience);
                parts.chain([&player.power]).for_each(|part| add(&part.expr, 1));
            }
        }
        Kind::Coalition(coalition) => {
            let size = model.set(coalition.set).members.len() as u64;
            add(&coalition.power.expr, size);
            add(&coalition.sits.expr, size);
        }
        Kind::Alignment(alignment) => {
            let size = model.set(alignment.set).members.len() as u64;
            add(&alignment.size.expr, size);
            add(&alignment.propensity.expr, size * size);
            add(&alignment.convenes.expr, 1);
        }
        _ => {}
    }
    total
}

fn event_nodes(model: &Model, event: &Event, add: &mut dyn FnMut(&Expr, u64)) {
    event.needs.iter().for_each(|needs| add(&needs.expr, 1));
    event.because.iter().for_each(|reason| add(&reason.weight.expr, 1));
    match &event.happening {
        Happening::Rate(parts) => parts.iter().for_each(|part| add(&part.weight.expr, 1)),
        Happening::On(On::When(when)) => add(&when.expr, 1),
        Happening::On(On::Week(..)) => {}
    }
    let arguments = event.draws.iter().flat_map(|draw| &draw.from.arguments);
    arguments.for_each(|argument| add(&argument.expr, 1));
    event.does.iter().for_each(|effect| effect_nodes(model, effect, add));
}

fn effect_nodes(model: &Model, effect: &Effect, add: &mut dyn FnMut(&Expr, u64)) {
    let sizes = effect.spread.iter().map(|binder| model.set(binder.set).members.len() as u64);
    let times = sizes.fold(1, u64::saturating_mul);
    let parts = effect.among.iter().chain(&effect.guard).chain([&effect.value]);
    parts.chain(&effect.target.index).for_each(|part| add(part, times));
}

/// The nodes of one expression. Expressions are at most 64 deep, so that this may recurse.
fn nodes(model: &Model, expr: &Expr) -> u64 {
    let own = |expr: &Expr| nodes(model, expr);
    let all = |exprs: &[Expr]| exprs.iter().map(own).fold(0, u64::saturating_add);
    let below = match expr {
        Expr::Attribute { of, .. } | Expr::Unary(_, of) => own(of),
        Expr::Binary(_, left, right) => own(left).saturating_add(own(right)),
        Expr::If(test, first, second) => {
            own(test).saturating_add(own(first)).saturating_add(own(second))
        }
        Expr::Fold(fold) => {
            let filter = fold.filter.as_ref().map_or(0, own);
            let size = model.set(fold.set).members.len() as u64;
            filter.saturating_add(own(&fold.body)).saturating_mul(size)
        }
        Expr::Call(_, arguments) => all(arguments),
        Expr::Read(cell)
        | Expr::Last(cell)
        | Expr::Happened(cell)
        | Expr::Times(cell)
        | Expr::WeeksSince(cell)
        | Expr::Recency(cell, _)
        | Expr::Chose(cell, _) => all(&cell.index),
        _ => 0,
    };
    below.saturating_add(1)
}
