//! Turning points: what happened and when, how often it happens in the model, and when.

use detente_model::{Cell, Date, Expr, Kind, Measure, MemberIndex, Model, Target};
use serde::Serialize;

use crate::answer::{Ensemble, OutcomeAnswer, Quantiles};
use crate::recorded::{Recorded, dates_of};
use crate::telling::{fixed_instance, walk};

/// One turning point: an outcome that holds or does not, beside the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TurningPoint {
    /// The outcome's full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// What the record says.
    pub recorded: Option<Recorded>,
    /// When the deed behind it happened, if it did: `1953-07-27`.
    pub happened: Option<String>,
    /// In what share of histories it holds.
    pub share: f64,
    /// One standard error of the share.
    pub error: f64,
    /// The 95 % interval of the share.
    pub interval: [f64; 2],
    /// Quantiles of the week of the deed behind it, among the histories in which it is done; empty
    /// where no single deed is behind it.
    pub weeks: Quantiles<u32>,
}

/// The turning points of an ensemble, in order of what happened; those without a date come last. An
/// outcome that is a date stands for itself only where no other is about the same deed.
pub fn turning_points(model: &Model, answer: &Ensemble) -> Vec<TurningPoint> {
    let deeds: Vec<Option<Deed>> =
        answer.outcomes.iter().map(|outcome| deed_behind(model, outcome)).collect();
    let told = |kind: &str, deed: &Option<Deed>| {
        let asked = answer.outcomes.iter().zip(&deeds);
        let mut others = asked.filter(|(other, _)| other.kind == "probability");
        kind == "probability"
            || kind == "date" && !(deed.is_some() && others.any(|(_, other)| other == deed))
    };
    let mut points: Vec<(Option<Date>, TurningPoint)> = answer
        .outcomes
        .iter()
        .zip(&deeds)
        .filter(|(outcome, deed)| told(&outcome.kind, deed))
        .map(|(outcome, deed)| point(model, answer, outcome, *deed))
        .collect();
    points.sort_by(|(a, one), (b, other)| {
        (a.is_none(), a, &one.title).cmp(&(b.is_none(), b, &other.title))
    });
    points.into_iter().map(|(_, point)| point).collect()
}

/// An event, or one answer to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Deed {
    target: Target,
    answer: Option<usize>,
}

fn point(
    model: &Model,
    answer: &Ensemble,
    outcome: &OutcomeAnswer,
    deed: Option<Deed>,
) -> (Option<Date>, TurningPoint) {
    let happened = deed.and_then(|d| dates_of(model, d.target, d.answer).first().copied());
    let weeks = deed.and_then(|deed| weeks_of(answer, deed)).unwrap_or_default();
    let point = TurningPoint {
        id: outcome.id.clone(),
        title: outcome.title.clone(),
        recorded: outcome.recorded.clone(),
        happened: happened.map(|date| date.to_string()),
        share: outcome.value,
        error: outcome.error,
        interval: outcome.interval,
        weeks,
    };
    (happened, point)
}

fn weeks_of(answer: &Ensemble, deed: Deed) -> Option<Quantiles<u32>> {
    match deed.answer {
        None => {
            let event = answer.events.iter().find(|event| event.target == deed.target)?;
            Some(event.weeks.clone())
        }
        Some(number) => {
            let choice = answer.choices.iter().find(|choice| choice.target == deed.target)?;
            Some(choice.options.get(number)?.weeks.clone())
        }
    }
}

/// The one event or answer that an outcome is about; `None` if there are several, or none.
fn deed_behind(model: &Model, outcome: &OutcomeAnswer) -> Option<Deed> {
    let target = model.find(&outcome.id)?;
    let element = model.element(target.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    let members = &element.over.instances[target.instance].members;
    let mut found: Vec<Option<Deed>> = Vec::new();
    walk(&kind.is.expr, &mut |part| {
        let event = |cell: &Cell| Some(Deed { target: fixed(model, cell, members)?, answer: None });
        match part {
            Expr::Happened(cell) | Expr::Times(cell) | Expr::WeeksSince(cell) => {
                found.push(event(cell));
            }
            Expr::Measure(measure) => {
                if let Measure::By(cell, _) | Measure::DateOf(cell) = &**measure {
                    found.push(event(cell));
                }
            }
            Expr::Chose(cell, alternative) if alternative.member.is_none() => {
                found.push(fixed(model, cell, members).and_then(|target| {
                    let Kind::Decision(decision) = &model.element(target.element).kind else {
                        return None;
                    };
                    let named = |name: &str| name == alternative.option;
                    let mut all = decision.alternatives.iter();
                    let answer = all.position(|one| named(&one.name.option))?;
                    Some(Deed { target, answer: Some(answer) })
                }));
            }
            _ => {}
        }
    });
    found.dedup();
    match found.as_slice() {
        [one] => *one,
        _ => None,
    }
}

fn fixed(model: &Model, cell: &Cell, members: &[MemberIndex]) -> Option<Target> {
    let over = &model.element(cell.element).over;
    let instance = fixed_instance(over, &cell.index, members)?;
    Some(Target { element: cell.element, instance })
}
