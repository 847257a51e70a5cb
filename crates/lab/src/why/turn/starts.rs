//! Single stocks and states that turn it by starting elsewhere.

use std::collections::BTreeSet;

use detente_engine::Machine;
use detente_model::{
    Change, ElementId, Kind, MemberIndex, Model, NONE, SetId, StateValues, Target, Week,
};

use super::moves::{Move, Moving, smallest};
use super::spread::{Spread, spreads};
use super::{Changed, TOLD, Turn};
use crate::LabError;
use crate::describe::reading::{reads, writes};
use crate::in_order::in_order;
use crate::question::{Question, Watch};
use crate::telling::unit_of;
use crate::why::origins::{said, short_title};
use crate::why::replay::{Again, from_starts};
use crate::why::world::{Moment, Past};

/// Stocks and states that matter, where each starts in the history, and how it differs.
struct Starts {
    targets: Vec<Target>,
    here: Vec<f64>,
    spread: Vec<Spread>,
}

/// The starts that turn it, the smallest change of each kind first, and how many were tried.
pub(super) fn by_starts(
    model: &Model,
    question: &Question,
    again: &Again<'_>,
    past: &Past,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let started = |target: &Target| {
        question.interventions.iter().chain(&question.assumptions).any(|own| {
            matches!(own.change, Change::Initial(_))
                && own.targets.element == target.element
                && own.targets.instances.contains(&target.instance)
        })
    };
    let mut targets = that_matter(model, again.subject.target.element);
    // Where a start has been said, another would be a second one.
    targets.retain(|own| !started(own));
    let first = Moment { week: 0, round: 1 };
    let here: Vec<f64> = targets.iter().map(|own| past.last(*own, first).unwrap_or(0.0)).collect();
    let spread = spreads(model, question, &targets, &here, watch)?;
    let from = Starts { targets, here, spread };
    let (mut turns, stocks) = by_stocks(model, again, &from, watch)?;
    let (more, states) = by_states(model, again, &from, watch)?;
    turns.extend(more);
    Ok((turns, stocks + states))
}

/// The stocks and states from which what is asked about can be reached: by what it reads, what that
/// is made of or changed by, and so on back.
fn that_matter(model: &Model, subject: ElementId) -> Vec<Target> {
    let all: Vec<(BTreeSet<ElementId>, BTreeSet<ElementId>)> =
        model.elements.iter().map(|own| (reads(own), writes(own))).collect();
    let mut behind = BTreeSet::from([subject]);
    let mut left = vec![subject];
    while let Some(own) = left.pop() {
        let makers = (0..all.len()).map(ElementId).filter(|one| all[one.0].1.contains(&own));
        let next: Vec<ElementId> = all[own.0].0.iter().copied().chain(makers).collect();
        left.extend(next.into_iter().filter(|one| behind.insert(*one)));
    }
    let kept = behind
        .into_iter()
        .filter(|own| matches!(model.element(*own).kind, Kind::Stock(_) | Kind::State(_)));
    let each = |element: ElementId| {
        let instances = 0..model.element(element).over.instances.len();
        instances.map(move |instance| Target { element, instance })
    };
    kept.flat_map(each).collect()
}

fn by_stocks(
    model: &Model,
    again: &Again<'_>,
    from: &Starts,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let number = |what: usize| {
        let target = from.targets[what];
        let Kind::Stock(stock) = &model.element(target.element).kind else { return None };
        let own = &from.spread[what];
        let moving = Moving {
            here: from.here[what],
            deviation: own.deviation,
            // Nowhere that no history comes to.
            low: own.low.max(stock.range.low),
            high: own.high.min(stock.range.high),
            unit: stock.unit.clone(),
        };
        Some((target, moving))
    };
    let (targets, numbers): (Vec<Target>, Vec<Moving>) =
        (0..from.targets.len()).filter_map(number).unzip();
    let (turned, tried) = smallest(&numbers, |moves| {
        let starts: Vec<(Target, f64)> =
            moves.iter().map(|own| (targets[own.what], own.to)).collect();
        weeks(again, &starts, watch)
    })?;
    let told = |(own, week): (Move, Week)| {
        let (target, number) = (targets[own.what], &numbers[own.what]);
        let id = model.full_name(target).to_owned();
        Turn {
            size: Some(own.deviations.abs()),
            command: format!("initial {id} = {}", own.typed),
            change: Changed::Start {
                title: short_title(model, target),
                from: number.unit.shown(number.here),
                to: own.typed,
                unit: unit_of(model, target).map_or_else(|| "1".to_owned(), |own| own.text),
                id,
            },
            week,
            date: model.calendar.monday(week).to_string(),
        }
    };
    Ok((turned.into_iter().map(told).collect(), tried))
}

fn by_states(
    model: &Model,
    again: &Again<'_>,
    from: &Starts,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let mut others: Vec<(usize, f64, f64)> = Vec::new();
    for (what, target) in from.targets.iter().enumerate() {
        if let Kind::State(_) = model.element(target.element).kind {
            let values = from.spread[what].of_values.iter();
            let each = values.map(|(value, deviation)| (what, *value as f64, 1.0 / deviation));
            // Nothing that no history comes to.
            let other = |own: &(usize, f64, f64)| own.1 != from.here[what] && own.2.is_finite();
            others.extend(each.filter(other));
        }
    }
    let starts: Vec<(Target, f64)> =
        others.iter().map(|(what, value, _)| (from.targets[*what], *value)).collect();
    let weeks = weeks(again, &starts, watch)?;
    let mut turned: Vec<((usize, f64, f64), Week)> =
        others.iter().copied().zip(weeks).filter_map(|(own, week)| Some((own, week?))).collect();
    turned.sort_by(|((_, _, a), _), ((_, _, b), _)| a.total_cmp(b));
    turned.truncate(TOLD);
    let told = |((what, value, size), week): ((usize, f64, f64), Week)| {
        let target = from.targets[what];
        let id = model.full_name(target).to_owned();
        Turn {
            size: Some(size),
            command: format!("initial {id} = {}", typed(model, target, value)),
            change: Changed::StartsAs {
                title: short_title(model, target),
                from: said(model, target, from.here[what]),
                to: said(model, target, value),
                id,
            },
            week,
            date: model.calendar.monday(week).to_string(),
        }
    };
    Ok((turned.into_iter().map(told).collect(), others.len()))
}

/// A value of a state, as it is typed.
fn typed(model: &Model, target: Target, value: f64) -> String {
    let member = |set: SetId| {
        let root = model.set(model.set(set).root);
        let own = root.roll.get(value as MemberIndex).filter(|_| value != NONE);
        own.map_or_else(|| "none".to_owned(), |own| own.name.clone())
    };
    match &model.element(target.element).kind {
        Kind::State(state) => match state.of {
            StateValues::Truth => (value != 0.0).to_string(),
            StateValues::Member { set, .. } => member(set),
        },
        _ => value.to_string(),
    }
}

/// The week in which it comes from each of these starts, if it does.
fn weeks(
    again: &Again<'_>,
    starts: &[(Target, f64)],
    watch: &Watch<'_>,
) -> Result<Vec<Option<Week>>, LabError> {
    let pieces: Vec<&[(Target, f64)]> = starts.chunks(Machine::best().width.lanes()).collect();
    let mut weeks = Vec::with_capacity(starts.len());
    in_order(
        pieces.len() as u64,
        again.threads,
        &watch.stop,
        |piece| from_starts(again, pieces[piece as usize]),
        |courses| {
            weeks.extend(courses.iter().map(|own| own.first(again.subject)));
            Ok::<_, LabError>(())
        },
    )?;
    Ok(weeks)
}
