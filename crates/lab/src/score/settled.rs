//! What the record settles, part by part: when a thing happened, which answer was given, whether an
//! outcome held, how much was measured.

use std::collections::BTreeMap;

use detente_model::{
    Decision, Happening, Kind, Model, On, Record, RecordEntry, Recurrence, Target, Type, Week,
};
use serde::Serialize;

use super::parts::{Part, covered, horizon, part_of, quantity, sealed_elements, tied, week_of};
use crate::answer::title_of;
use crate::instances::instances;
use crate::recorded::{Recorded, recorded};
use crate::settled::day_of;

/// The kind of a question that the record settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// When an event happened, or an answer was given, if at all.
    When,
    /// Which answer a decision found, once it was put.
    Which,
    /// Whether an outcome holds.
    Whether,
    /// How much was measured.
    HowMuch,
}

/// One question with the record's answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Settled {
    /// The entry, the level, the outcome or the element it is about.
    pub(crate) id: String,
    /// What a reader sees.
    pub(crate) title: String,
    pub(crate) subsystem: String,
    /// Questions of one group stand or fall together: they are about one element or quantity.
    pub(crate) group: String,
    /// What happened, in words.
    pub(crate) recorded: String,
    pub(crate) asks: Asks,
}

/// What is asked, and what the record answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asks {
    /// The week in which `what` happens for the `nth` time, from 1; what happens from week `until`
    /// on does not count.
    When {
        what: What,
        nth: u32,
        window: u32,
        until: Week,
        happened: Option<Week>,
    },
    /// The first answer before `until` that is not the decision's `otherwise`, else that.
    Which {
        decision: Target,
        until: Week,
        given: usize,
    },
    Whether {
        outcome: Target,
        held: bool,
    },
    HowMuch {
        level: usize,
    },
}

/// A thing that histories do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Happens(Target),
    Answered(Target, usize),
    /// Any answer but the decision's `otherwise`.
    Decided(Target),
}

impl Asks {
    pub(crate) fn sort(&self) -> Sort {
        match self {
            Self::When { .. } => Sort::When,
            Self::Which { .. } => Sort::Which,
            Self::Whether { .. } => Sort::Whether,
            Self::HowMuch { .. } => Sort::HowMuch,
        }
    }
}

impl What {
    pub(crate) fn target(self) -> Target {
        match self {
            Self::Happens(target) | Self::Answered(target, _) | Self::Decided(target) => target,
        }
    }
}

/// Everything that one part of the record settles, in order of sort, date and name.
pub(crate) fn settled(model: &Model, part: Part) -> Vec<Settled> {
    let known = Known::new(model);
    let mut all = known.whens(part);
    all.extend(known.absences(part));
    all.extend(known.whiches(part));
    all.extend(known.outcomes(part));
    all.extend(known.levels(part));
    let key = |one: &Settled| {
        let week = match &one.asks {
            Asks::When { happened: Some(week), .. } => *week,
            _ => Week::MAX,
        };
        (one.asks.sort(), week, one.id.clone())
    };
    all.sort_by_key(key);
    all
}

struct Known<'a> {
    model: &'a Model,
    horizon: Week,
    /// Entries in order of week, by what they are tied to.
    entries: BTreeMap<What, Vec<(Week, &'a RecordEntry)>>,
}

impl<'a> Known<'a> {
    fn new(model: &'a Model) -> Self {
        let mut entries: BTreeMap<What, Vec<(Week, &RecordEntry)>> = BTreeMap::new();
        for entry in &model.record.entries {
            if let (Some(what), Some(week)) = (tied(entry), week_of(model, entry)) {
                entries.entry(what).or_default().push((week, entry));
            }
        }
        for own in entries.values_mut() {
            own.sort_by_key(|(week, entry)| (*week, &entry.id));
        }
        Self { model, horizon: horizon(model), entries }
    }

    /// Until when a part speaks of an element; `None` if it does not.
    fn until(&self, target: Target, part: Part) -> Option<Week> {
        let (_, until) = covered(self.model, target)?;
        Some(if part == Part::Fit { until.min(self.horizon) } else { until })
    }

    /// Entries that date something which the model leaves to chance or to a choice.
    fn whens(&self, part: Part) -> Vec<Settled> {
        let mut all = Vec::new();
        for (what, own) in &self.entries {
            if !self.asked(*what) {
                continue;
            }
            let Some(until) = self.until(what.target(), part) else { continue };
            for (number, (week, entry)) in own.iter().enumerate() {
                let once = number > 0 && is_once(self.model, what.target());
                if part_of(self.model, &entry.id) != part || *week >= until || once {
                    continue;
                }
                let happened = Some(*week);
                let (nth, window) = (number as u32 + 1, entry.window);
                all.push(Settled {
                    id: entry.id.clone(),
                    title: entry.title.clone(),
                    subsystem: entry.subsystem.clone(),
                    group: self.model.full_name(what.target()).to_owned(),
                    recorded: day_of(entry).to_string(),
                    asks: Asks::When { what: *what, nth, window, until, happened },
                });
            }
        }
        all
    }

    /// Whether a thing's date is asked: not if it is fixed, nor for an answer that is no answer.
    fn asked(&self, what: What) -> bool {
        match (&self.model.element(what.target().element).kind, what) {
            (Kind::Event(event), _) => !matches!(event.happening, Happening::On(On::Week(..))),
            (Kind::Decision(decision), What::Answered(_, answer)) => {
                decision.otherwise != Some(answer)
            }
            (Kind::Decision(decision), _) => decision.otherwise.is_some(),
            _ => false,
        }
    }

    /// Covered elements of which no entry tells: absence is data.
    fn absences(&self, part: Part) -> Vec<Settled> {
        let elements =
            instances(self.model, |kind| matches!(kind, Kind::Event(_) | Kind::Decision(_)));
        let told: Vec<Target> = self.entries.keys().map(|what| what.target()).collect();
        let silent = elements.into_iter().filter(|target| !told.contains(target));
        silent
            .filter_map(|target| {
                let what = match &self.model.element(target.element).kind {
                    Kind::Event(_) => What::Happens(target),
                    _ => What::Decided(target),
                };
                let until = self.until(target, part).filter(|_| self.asked(what))?;
                let more = part == Part::Fit || until > self.horizon;
                let last = self.model.calendar.monday(until).yesterday().ok()?;
                (more && until > 0).then(|| Settled {
                    id: self.model.full_name(target).to_owned(),
                    title: title_of(self.model, target),
                    subsystem: self.subsystem(target),
                    group: self.model.full_name(target).to_owned(),
                    recorded: format!("not by {last}"),
                    asks: Asks::When { what, nth: 1, window: 1, until, happened: None },
                })
            })
            .collect()
    }

    /// Decisions that the record shows to have been put.
    fn whiches(&self, part: Part) -> Vec<Settled> {
        let mut put: BTreeMap<Target, Vec<(Week, usize, Part)>> = BTreeMap::new();
        for (what, own) in &self.entries {
            if let What::Answered(target, answer) = what {
                let answers = own
                    .iter()
                    .map(|(week, entry)| (*week, *answer, part_of(self.model, &entry.id)));
                put.entry(*target).or_default().extend(answers);
            }
        }
        put.into_iter()
            .filter_map(|(target, mut answers)| {
                answers.sort_unstable();
                let held = answers.iter().any(|(.., part)| *part == Part::HeldOut);
                let own = if held { Part::HeldOut } else { Part::Fit };
                let until = self.until(target, part).filter(|_| own == part)?;
                let decision = decision_of(self.model, target)?;
                let decided = answers.iter().find(|one| Some(one.1) != decision.otherwise);
                let given = decided.map(|one| one.1).or(decision.otherwise)?;
                Some(Settled {
                    id: self.model.full_name(target).to_owned(),
                    title: title_of(self.model, target),
                    subsystem: self.subsystem(target),
                    group: self.model.full_name(target).to_owned(),
                    recorded: decision.alternatives.get(given)?.name.to_string(),
                    asks: Asks::Which { decision: target, until, given },
                })
            })
            .collect()
    }

    /// Outcomes that are truths: of the fitting part, if it alone settles them.
    fn outcomes(&self, part: Part) -> Vec<Settled> {
        let fit = Model { record: self.fitting_record(), ..self.model.clone() };
        let truth = |model: &Model, outcome| match recorded(model, outcome) {
            Some(Recorded::Truth(held)) => Some(held),
            _ => None,
        };
        let targets = instances(self.model, |kind| match kind {
            Kind::Outcome(outcome) => outcome.is.gives == Type::Truth,
            _ => false,
        });
        targets
            .into_iter()
            .filter_map(|outcome| {
                let known = truth(&fit, outcome);
                let held = match part {
                    Part::Fit => known?,
                    Part::HeldOut => truth(self.model, outcome).filter(|_| known.is_none())?,
                };
                Some(Settled {
                    id: self.model.full_name(outcome).to_owned(),
                    title: title_of(self.model, outcome),
                    subsystem: self.subsystem(outcome),
                    group: self.model.full_name(outcome).to_owned(),
                    recorded: if held { "yes" } else { "no" }.to_owned(),
                    asks: Asks::Whether { outcome, held },
                })
            })
            .collect()
    }

    /// The record as somebody knows it who has seen its fitting part only.
    fn fitting_record(&self) -> Record {
        let is_fit = |id: &str| part_of(self.model, id) == Part::Fit;
        let whole = &self.model.record;
        let sealed = sealed_elements(self.model);
        let mut coverage = whole.coverage.clone();
        for one in &mut coverage {
            one.until = one.until.min(self.horizon);
            let element = one.of.element;
            one.of.instances.retain(|&instance| !sealed.contains(&Target { element, instance }));
        }
        Record {
            coverage,
            entries: whole.entries.iter().filter(|one| is_fit(&one.id)).cloned().collect(),
            levels: whole.levels.iter().filter(|one| is_fit(&one.id)).cloned().collect(),
        }
    }

    fn levels(&self, part: Part) -> Vec<Settled> {
        let levels = self.model.record.levels.iter().enumerate();
        levels
            .filter(|(_, level)| part_of(self.model, &level.id) == part)
            .map(|(number, level)| Settled {
                id: level.id.clone(),
                title: level.title.clone(),
                subsystem: level.subsystem.clone(),
                group: quantity(self.model, level),
                recorded: format!("{} {}", level.unit.shown(level.value), level.unit.text),
                asks: Asks::HowMuch { level: number },
            })
            .collect()
    }

    fn subsystem(&self, target: Target) -> String {
        let number = self.model.element(target.element).subsystem;
        number
            .and_then(|number| self.model.subsystems.get(number))
            .map_or_else(String::new, |subsystem| subsystem.name.clone())
    }
}

pub(crate) fn is_once(model: &Model, target: Target) -> bool {
    match &model.element(target.element).kind {
        Kind::Event(event) => event.recurrence == Recurrence::Once,
        _ => false,
    }
}

pub(crate) fn decision_of(model: &Model, target: Target) -> Option<&Decision> {
    match &model.element(target.element).kind {
        Kind::Decision(decision) => Some(decision),
        _ => None,
    }
}
