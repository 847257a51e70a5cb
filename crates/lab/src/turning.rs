//! Turning points: what happened and when, how often it happens in the model, and when.

use detente_model::{Date, Kind, Model};
use serde::Serialize;

use crate::answer::{Ensemble, OutcomeAnswer, Quantiles};
use crate::recorded::{Recorded, date_behind};
use crate::settled::{Done, deeds_named};

/// One turning point: an outcome that holds or does not, beside the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TurningPoint {
    /// The outcome's full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// What the record says.
    pub recorded: Option<Recorded>,
    /// The day on which the record first has it so, or on which the one deed it is about was done
    /// after all: `1953-07-27`.
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
    let deeds: Vec<Option<Done>> =
        answer.outcomes.iter().map(|outcome| deed_behind(model, outcome)).collect();
    let told = |kind: &str, deed: &Option<Done>| {
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

fn point(
    model: &Model,
    answer: &Ensemble,
    outcome: &OutcomeAnswer,
    deed: Option<Done>,
) -> (Option<Date>, TurningPoint) {
    let happened = model.find(&outcome.id).and_then(|target| date_behind(model, target));
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

fn weeks_of(answer: &Ensemble, deed: Done) -> Option<Quantiles<u32>> {
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

/// The one event or answer that an outcome names; `None` if it names several, or none.
fn deed_behind(model: &Model, outcome: &OutcomeAnswer) -> Option<Done> {
    let target = model.find(&outcome.id)?;
    let element = model.element(target.element);
    let Kind::Outcome(kind) = &element.kind else { return None };
    let members = &element.over.instances[target.instance].members;
    match deeds_named(model, &kind.is.expr, members).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
