//! What was behind an obstacle: back to something that could have come and did not.

use std::collections::BTreeMap;

use detente_model::{
    Alternative, Cell, Effect, ElementId, Expr, Kind, MemberIndex, Model, Target, Week,
};

use super::answer_not::Behind;
use super::lack;
use super::reasons::parts_of;
use super::standing::{Status, status};
use super::subject::{Subject, option_name};
use super::world::{Moment, Past};
use crate::telling::fixed_instance;

/// How many steps back what was lacking is followed.
const STEPS: usize = 4;

/// Follows what was lacking longest back to what could have come and did not.
pub(super) fn behind(
    model: &Model,
    past: &Past,
    subject: Subject,
    (since, statuses): (Week, &[Status]),
) -> Vec<Behind> {
    let mut chain: Vec<Behind> = Vec::new();
    let mut seen = vec![subject];
    let (mut own, mut statuses) = (subject, statuses.to_vec());
    while chain.len() < STEPS {
        let parts = parts_of(model, own);
        let Some((part, bound)) = longest(&statuses).and_then(|number| parts.get(number)) else {
            break;
        };
        let would = bringers(model, &part.holds, bound);
        let Some(next) = would.into_iter().find(|one| !seen.contains(one)) else { break };
        let start = Moment { week: since, round: own.round(model) };
        let lacking = lack::in_words(&lack::Seen::of(model, past, start), &part.holds, bound);
        let lacking = lacking.unwrap_or_else(|| part.text.clone());
        let parts = parts_of(model, next);
        statuses = (since..since + statuses.len() as Week)
            .map(|week| status(model, past, next, &parts, week))
            .collect();
        let best = statuses.iter().map(|one| match one {
            Status::AtRisk(hazard) => -detente_chance::exp_m1(-hazard),
            Status::Outweighed { chance, .. } => *chance,
            _ => 0.0,
        });
        chain.push(Behind {
            lacking,
            id: model.full_name(next.target).to_owned(),
            option: option_name(model, next),
            says: next.says(model),
            weeks_open: statuses.iter().filter(|one| one.is_open()).count(),
            best_chance: best.fold(0.0, f64::max),
        });
        seen.push(next);
        own = next;
        if chain.last().is_some_and(|one| one.weeks_open > 0) {
            break;
        }
    }
    chain
}

/// The part that was lacking in most weeks.
fn longest(statuses: &[Status]) -> Option<usize> {
    let mut weeks: BTreeMap<usize, usize> = BTreeMap::new();
    for own in statuses {
        if let Status::Lacking(parts) = own {
            parts.iter().for_each(|part| *weeks.entry(*part).or_default() += 1);
        }
    }
    let most = weeks.values().copied().max()?;
    weeks.into_iter().find(|(_, many)| *many == most).map(|(part, _)| part)
}

/// What would make a truth hold: the event or answer it asks for, or those that set the state it reads.
fn bringers(model: &Model, truth: &Expr, bound: &[MemberIndex]) -> Vec<Subject> {
    let target = |cell: &Cell| {
        let over = &model.element(cell.element).over;
        let instance = fixed_instance(over, &cell.index, bound)?;
        Some(Target { element: cell.element, instance })
    };
    match truth {
        Expr::Happened(cell) => {
            target(cell).map(|target| Subject { target, answer: None }).into_iter().collect()
        }
        Expr::Binary(_, left, _) => match &**left {
            Expr::WeeksSince(cell) => {
                target(cell).map(|target| Subject { target, answer: None }).into_iter().collect()
            }
            _ => Vec::new(),
        },
        Expr::Chose(cell, alternative) => target(cell)
            .and_then(|target| {
                let Kind::Decision(own) = &model.element(target.element).kind else { return None };
                let named = |one: &Alternative| one.name.option == alternative.option;
                Some(Subject { target, answer: Some(own.alternatives.iter().position(named)?) })
            })
            .into_iter()
            .collect(),
        Expr::Read(cell) => target(cell).map_or_else(Vec::new, |state| setters(model, state)),
        _ => Vec::new(),
    }
}

/// The events and answers that make a state true.
fn setters(model: &Model, state: Target) -> Vec<Subject> {
    let mut found = Vec::new();
    for (number, element) in model.elements.iter().enumerate() {
        for (instance, own) in element.over.instances.iter().enumerate() {
            let makes = |effect: &Effect| {
                let over = &model.element(effect.target.element).over;
                effect.target.element == state.element
                    && effect.value == Expr::Constant(1.0)
                    && fixed_instance(over, &effect.target.index, &own.members)
                        == Some(state.instance)
            };
            let target = Target { element: ElementId(number), instance };
            match &element.kind {
                Kind::Event(event) if event.does.iter().any(makes) => {
                    found.push(Subject { target, answer: None });
                }
                Kind::Decision(decision) => {
                    let each = decision.alternatives.iter().enumerate();
                    let those = each.filter(|(_, one)| one.does.iter().any(makes));
                    found.extend(those.map(|(answer, _)| Subject { target, answer: Some(answer) }));
                }
                _ => {}
            }
        }
    }
    found
}
