//! The language's laws, walked by hand: one history at a time, slowly, so that the engine has
//! something to agree with.
//!
//! Nothing here is compiled, shared between histories or skipped. Every phase of a week computes every
//! variable afresh and reads formulas off the model as they stand. Only the numbers of chance and the
//! published algorithms are those of the program; how they are put together is written a second time.

mod chances;
mod changes;
mod evaluate;
mod measure;
mod round;
mod settle;
mod week;
mod world;

use std::collections::BTreeMap;

use detente_chance::HistoryKey;
use detente_engine::{Posterior, References};
use detente_model::{ElementId, InstanceId, Intervention, Kind, Model, Target};

pub(crate) use world::{Settled, World};

/// Which history is lived, and under what.
#[derive(Clone)]
pub(crate) struct Circumstances<'a> {
    /// The seed of the ensemble.
    pub(crate) seed: u64,
    /// The history's number.
    pub(crate) history: u64,
    /// What is assumed of the parameters.
    pub(crate) parameters: Assumed<'a>,
    /// What is changed.
    pub(crate) changes: &'a [Intervention],
    /// The usual sizes of reasons, by which a reason is cut.
    pub(crate) usual: &'a References,
}

/// Where the parameters come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Assumed<'a> {
    /// Each at its author's value.
    AtValue,
    /// Each drawn from its prior.
    FromPriors,
    /// Those that have a column as a row has them.
    FromRows(&'a Posterior),
}

/// Something that happened, or an answer that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    /// When.
    pub(crate) week: u32,
    /// In which round.
    pub(crate) round: u8,
    /// What.
    pub(crate) of: Target,
    /// Which alternative was taken; `None` for an event.
    pub(crate) alternative: Option<usize>,
}

/// What was weighed in a week: an event's hazard, or one open alternative of a decision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighed {
    /// When.
    pub(crate) week: u32,
    /// Whose.
    pub(crate) of: Target,
    /// Which alternative; `None` for an event.
    pub(crate) alternative: Option<usize>,
    /// The parts of the rate, in order of name; none of a decision.
    pub(crate) rate: Vec<(String, f64)>,
    /// The reasons, in order of name.
    pub(crate) because: Vec<(String, f64)>,
    /// What they come to: a hazard, or the held sum of reasons with the Gumbel.
    pub(crate) comes_to: f64,
}

/// A history that was lived to its end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Life {
    /// The record of each week: stocks and states at its end, variables as of step 2.
    pub(crate) weeks: Vec<World>,
    /// What happened and what was answered, in order of week, round, name.
    pub(crate) acts: Vec<Act>,
    /// All that was weighed, in order of week and round.
    pub(crate) weighed: Vec<Weighed>,
    /// The value of each outcome, in order of element and instance.
    pub(crate) outcomes: BTreeMap<Target, f64>,
    /// Whether a stock was held in its range in some week.
    pub(crate) bites: usize,
}

/// A number that is none: where and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotANumber {
    /// Of which element.
    pub(crate) element: ElementId,
    /// Of which instance.
    pub(crate) instance: InstanceId,
    /// In which week.
    pub(crate) week: u32,
}

/// Lives one history.
pub(crate) fn live(model: &Model, circumstances: &Circumstances<'_>) -> Result<Life, NotANumber> {
    let mut story = week::Story {
        model,
        circumstances,
        key: HistoryKey::new(circumstances.seed, circumstances.history),
        world: World::empty(model),
        acts: Vec::new(),
        weighed: Vec::new(),
        bites: 0,
        draws: BTreeMap::new(),
    };
    story.begin()?;
    let mut weeks = Vec::new();
    for week in 0..model.calendar.weeks {
        weeks.push(story.week(week)?);
    }
    let outcomes = outcomes(model, &weeks);
    if let Some((of, _)) = outcomes.iter().find(|(_, value)| value.is_nan()) {
        let week = model.calendar.weeks - 1;
        return Err(NotANumber { element: of.element, instance: of.instance, week });
    }
    Ok(Life { weeks, acts: story.acts, weighed: story.weighed, outcomes, bites: story.bites })
}

fn outcomes(model: &Model, weeks: &[World]) -> BTreeMap<Target, f64> {
    let mut found = BTreeMap::new();
    let last = weeks.last().expect("a calendar has a week");
    let scene = evaluate::Scene { model, world: last, draws: &[], weeks };
    for (number, element) in model.elements.iter().enumerate() {
        let Kind::Outcome(outcome) = &element.kind else { continue };
        for (instance, members) in element.over.instances.iter().enumerate() {
            let binders = evaluate::as_values(&members.members);
            let target = Target { element: ElementId(number), instance };
            found.insert(target, scene.value(&outcome.is.expr, &binders));
        }
    }
    found
}
