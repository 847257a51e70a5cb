//! One history: what happened in it, in order, as plain data and as a chronicle.

use detente_engine::{
    Chances, Lineage, Machine, Reasons, Setup, WeekTrace, Weight, compile, trace,
};
use detente_model::{Date, Event, Happening, Kind, Model, On, Target, Week};
use serde::Serialize;

use crate::LabError;
use crate::answer::{Asked, title_of};
use crate::guided::{self, Given};
use crate::layout::{Layout, doubt_of};
use crate::question::{Followed, Question};
use crate::recorded::dates_of;
use crate::references::references_for;
use crate::report::words::sentence;
use crate::sheaf::Deed;

/// One history, written from its events alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    /// The question it belongs to.
    #[serde(flatten)]
    pub asked: Asked,
    /// Its number.
    pub history: u64,
    /// What happened and was answered, in order.
    pub entries: Vec<Entry>,
}

/// One thing that happened, or was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// The week.
    pub week: Week,
    /// The Monday of that week.
    pub date: String,
    /// The day, if the scenario gives one and it came in that week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// The full name of the event or decision.
    pub id: String,
    /// The answer, if it is a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// The question, if it is a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// The chronicle's sentence, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Whether it belongs in a chronicle: it has a sentence, and is not the answer given last time.
    pub tells: bool,
    /// Whether an intervention made it so.
    pub forced: bool,
    /// The dates on which the record has it.
    pub recorded: Vec<String>,
    /// Its reasons with their weights, if they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonWeight>,
    /// What its reasons come to, if it was weighed: the sum of an event's log hazard ratios, or of the
    /// logits of the answer given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons_total: Option<f64>,
}

/// A reason and what it weighed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReasonWeight {
    /// The words readers see.
    pub reason: String,
    /// The option it speaks for, if it is one of a decision's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// What its weight adds to.
    pub adds_to: AddsTo,
    /// Its weight.
    pub weight: f64,
}

/// What the weight of a reason adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AddsTo {
    /// An event's rate, per week.
    Rate,
    /// The logarithm of an event's hazard.
    LogHazard,
    /// An answer's logit.
    Logit,
}

/// Runs one history of a question. Given the record, it is one of the histories of an ensemble of
/// 1,024, by its place among them.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn history(model: &Model, question: &Question, number: u64) -> Result<History, LabError> {
    question.check()?;
    if question.given != Given::FromTheStart {
        return Ok(guided::history(model, question, number)?.0);
    }
    let bare = Question { series: Followed::These(Vec::new()), ..question.clone() };
    let arm = Layout::of(model, &bare).arm(model, &bare)?;
    let sheaf = arm.run(question.seed, &[number], Machine::single())?;
    let deeds = sheaf.deeds.first().map_or(&[][..], Vec::as_slice);
    Ok(History { history: number, ..history_of(model, question, deeds) })
}

/// The first history of a question, from what happened in it.
pub(crate) fn history_of(model: &Model, question: &Question, deeds: &[Deed]) -> History {
    History {
        asked: Asked::new(model, question, 1),
        history: question.first,
        entries: entries(model, deeds),
    }
}

/// The same history with the reasons of each entry: for an event the parts of its rate (per week)
/// and its log hazard ratios; for a decision, in logits, the reasons of the answer given and of the
/// one that came nearest. They are read off the same program, run once more and watched: on the chances
/// behind the history, if it followed the record.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn history_with_reasons(
    model: &Model,
    question: &Question,
    number: u64,
) -> Result<History, LabError> {
    let (mut told, chances) = match question.given {
        Given::FromTheStart => {
            (history(model, question, number)?, Chances::of(&[Lineage::new(number)]))
        }
        _ => guided::history(model, question, number)?,
    };
    let holding = question.holding_given(model)?;
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: doubt_of(model, question.parameters)?,
        reasons: Reasons::Kept,
        ..Setup::default()
    };
    let traced = trace(&compile(model, &setup)?, question.seed, &chances)?;
    for entry in &mut told.entries {
        let week = traced.weeks.get(entry.week as usize);
        if let (Some(week), Some(target)) = (week, model.find(&entry.id)) {
            entry.reasons = reasons_in(model, week, target);
        }
    }
    Ok(told)
}

/// The reasons a week weighed for an event, or for a decision's answer and its nearest rival.
pub(crate) fn reasons_in(model: &Model, week: &WeekTrace, target: Target) -> Vec<ReasonWeight> {
    let of = |option: Option<String>, adds_to: AddsTo, weights: &[Weight]| -> Vec<ReasonWeight> {
        let reason = |one: &Weight| ReasonWeight {
            reason: one.name.clone(),
            option: option.clone(),
            adds_to,
            weight: one.weight,
        };
        weights.iter().map(reason).collect()
    };
    if let Some(event) = week.events.iter().find(|event| event.target == target) {
        return event.weighing.as_ref().map_or_else(Vec::new, |weighing| {
            let rate = of(None, AddsTo::Rate, &weighing.rate);
            [rate, of(None, AddsTo::LogHazard, &weighing.because)].concat()
        });
    }
    let decision = week.decisions.iter().find(|decision| decision.target == target);
    let (Some(decision), Kind::Decision(kind)) = (decision, &model.element(target.element).kind)
    else {
        return Vec::new();
    };
    let both = [decision.chosen, decision.runner_up].into_iter().flatten();
    let reasons = both.filter_map(|number| {
        let name = kind.alternatives.get(number)?.name.to_string();
        Some(of(Some(name), AddsTo::Logit, &decision.alternatives.get(number)?.because))
    });
    reasons.flatten().collect()
}

/// Deeds as entries of a chronicle.
pub(crate) fn entries(model: &Model, deeds: &[Deed]) -> Vec<Entry> {
    let mut last_answers: std::collections::BTreeMap<Target, usize> = Default::default();
    deeds
        .iter()
        .map(|deed| {
            let repeated = deed
                .answer
                .is_some_and(|answer| last_answers.insert(deed.target, answer) == Some(answer));
            entry(model, deed, repeated)
        })
        .collect()
}

fn entry(model: &Model, deed: &Deed, repeated: bool) -> Entry {
    let element = model.element(deed.target.element);
    let members = &element.over.instances[deed.target.instance].members;
    let fill = |sentence: &str| model.fill(sentence, &element.over, members);
    let (option, says, asks) = match (&element.kind, deed.answer) {
        (Kind::Event(event), _) => {
            (None, event.says.as_deref().map(|says| sentence(&fill(says))), None)
        }
        (Kind::Decision(decision), Some(answer)) => {
            let chosen = decision.alternatives.get(answer);
            let option = chosen.map(|one| one.name.to_string());
            let says = chosen.and_then(|one| {
                let says = fill(one.says.as_deref()?);
                Some(sentence(&fill_member(model, one, &says)))
            });
            (option, says, Some(title_of(model, deed.target)))
        }
        _ => (None, None, None),
    };
    Entry {
        week: deed.week,
        date: model.calendar.monday(deed.week).to_string(),
        day: given_day(&element.kind)
            .filter(|day| model.calendar.week_of(*day) == Some(deed.week))
            .map(|day| day.to_string()),
        id: model.full_name(deed.target).to_owned(),
        tells: says.is_some() && !repeated,
        option,
        asks,
        says,
        forced: deed.forced,
        recorded: dates_of(model, deed.target, deed.answer)
            .iter()
            .map(ToString::to_string)
            .collect(),
        reasons: Vec::new(),
        reasons_total: deed.total,
    }
}

/// The day on which an event is given to happen.
fn given_day(kind: &Kind) -> Option<Date> {
    match kind {
        Kind::Event(Event { happening: Happening::On(On::Week(_, day)), .. }) => day.parse().ok(),
        _ => None,
    }
}

/// An alternative's sentence with the title of the member it stands for.
pub(crate) fn fill_member(
    model: &Model,
    chosen: &detente_model::Alternative,
    says: &str,
) -> String {
    match (&chosen.binder, &chosen.name.member) {
        (Some(binder), Some((member, _))) => {
            let root = model.set(binder.set).root;
            says.replace(&format!("{{{}}}", binder.name), model.member_title(root, *member))
        }
        _ => says.to_owned(),
    }
}
