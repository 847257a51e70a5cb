//! Which elements a part of the model reads, and which it writes.

use std::collections::BTreeSet;

use detente_model::{
    Alternative, Decision, Distribution, Effect, Element, ElementId, Event, Expr, Formula,
    Happening, Initial, Kind, Measure, Model, On, SeatRef,
};

/// The elements that decide what `element` does or is: those its formulas read, and for a quantity
/// the bargains, coalitions and alignments whose results they use. Ascending, without itself unless
/// it reads itself.
pub(crate) fn reads(element: &Element) -> BTreeSet<ElementId> {
    let mut found = BTreeSet::new();
    for expr in expressions(element) {
        elements_of(expr, &mut found);
    }
    found
}

/// The stocks and states that `element` changes when it happens or is answered.
pub(crate) fn writes(element: &Element) -> BTreeSet<ElementId> {
    effects(element).into_iter().map(|effect| effect.target.element).collect()
}

/// Every effect of an event or of a decision's alternatives.
fn effects(element: &Element) -> Vec<&Effect> {
    match &element.kind {
        Kind::Event(event) => event.does.iter().collect(),
        Kind::Decision(decision) => decision.alternatives.iter().flat_map(|a| &a.does).collect(),
        _ => Vec::new(),
    }
}

/// Adds every element named in `expr`.
pub(super) fn elements_of(expr: &Expr, found: &mut BTreeSet<ElementId>) {
    expr.each(&mut |part| match part {
        Expr::Read(cell)
        | Expr::Last(cell)
        | Expr::Happened(cell)
        | Expr::Times(cell)
        | Expr::WeeksSince(cell)
        | Expr::Recency(cell, _)
        | Expr::Chose(cell, _)
        | Expr::Hazard(cell) => {
            found.insert(cell.element);
        }
        Expr::Result(element, _) => {
            found.insert(*element);
        }
        Expr::Measure(measure) => {
            if let Measure::DateOf(cell) | Measure::By(cell, _) = measure.as_ref() {
                found.insert(cell.element);
            }
        }
        _ => {}
    });
}

/// The variables of a model in an order in which each follows those it reads of the same week;
/// among equals the order of name.
pub(super) fn variables_in_order(model: &Model) -> Vec<ElementId> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    for index in 0..model.elements.len() {
        settle(model, ElementId(index), &mut seen, &mut order);
    }
    order
}

fn settle(
    model: &Model,
    id: ElementId,
    seen: &mut BTreeSet<ElementId>,
    order: &mut Vec<ElementId>,
) {
    let Kind::Variable(variable) = &model.element(id).kind else { return };
    if !seen.insert(id) {
        return;
    }
    let mut now = BTreeSet::new();
    variable.equals.expr.each(&mut |part| {
        if let Expr::Read(cell) = part {
            now.insert(cell.element);
        }
    });
    for first in now {
        settle(model, first, seen, order);
    }
    order.push(id);
}

/// Every expression of an element.
fn expressions(element: &Element) -> Vec<&Expr> {
    let mut all = Vec::new();
    match &element.kind {
        Kind::Parameter(_) | Kind::Series(_) => {}
        Kind::Trait(one) => of_distribution(&one.draw, &mut all),
        Kind::Noise(one) => of_distribution(&one.draw, &mut all),
        Kind::Stock(stock) => {
            if let Initial::Formula(formula) = &stock.initial {
                all.push(&formula.expr);
            }
            all.extend(stock.change.iter().map(|f| &f.expr));
            if let Some(shock) = &stock.shock {
                of_distribution(shock, &mut all);
            }
        }
        Kind::State(_) => {}
        Kind::Variable(variable) => all.push(&variable.equals.expr),
        Kind::Event(event) => of_event(event, &mut all),
        Kind::Decision(decision) => of_decision(decision, &mut all),
        Kind::Bargain(bargain) => {
            all.push(&bargain.convenes.expr);
            all.extend(bargain.dimensions.iter().map(|d| &d.reversion.expr));
            for player in &bargain.players {
                all.push(&player.power.expr);
                all.extend(player.position.iter().chain(&player.salience).map(|f| &f.expr));
            }
        }
        Kind::Coalition(coalition) => all.extend([&coalition.power.expr, &coalition.sits.expr]),
        Kind::Alignment(alignment) => all.extend([
            &alignment.size.expr,
            &alignment.propensity.expr,
            &alignment.start.expr,
            &alignment.convenes.expr,
        ]),
        Kind::Outcome(outcome) => all.push(&outcome.is.expr),
    }
    all
}

fn of_distribution<'m>(distribution: &'m Distribution, all: &mut Vec<&'m Expr>) {
    all.extend(distribution.arguments.iter().map(|f| &f.expr));
}

fn of_event<'m>(event: &'m Event, all: &mut Vec<&'m Expr>) {
    all.extend(event.needs.iter().map(|f| &f.expr));
    match &event.happening {
        Happening::Rate(parts) => all.extend(parts.iter().map(|part| &part.weight.expr)),
        Happening::On(On::When(formula)) => all.push(&formula.expr),
        Happening::On(On::Week(..)) => {}
    }
    all.extend(event.because.iter().map(|reason| &reason.weight.expr));
    for draw in &event.draws {
        of_distribution(&draw.from, all);
    }
    of_effects(&event.does, all);
}

fn of_decision<'m>(decision: &'m Decision, all: &mut Vec<&'m Expr>) {
    if let SeatRef::Seat(_, Some(index)) = &decision.seat {
        all.push(index);
    }
    all.extend(decision.when.iter().map(|f| &f.expr));
    for Alternative { needs, because, does, .. } in &decision.alternatives {
        all.extend(needs.iter().map(|f: &Formula| &f.expr));
        all.extend(because.iter().map(|reason| &reason.weight.expr));
        of_effects(does, all);
    }
}

fn of_effects<'m>(effects: &'m [Effect], all: &mut Vec<&'m Expr>) {
    for effect in effects {
        all.extend(&effect.among);
        all.extend(&effect.guard);
        all.extend(&effect.target.index);
        all.push(&effect.value);
    }
}
