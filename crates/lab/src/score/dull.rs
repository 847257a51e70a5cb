//! Dull models to be better than: constant hazards, constant shares, and the last level measured.
//!
//! Each event happens in any week with one probability, whatever went before; the hazard is the
//! most likely one given the fitting part, occurrences over weeks at risk, with half an occurrence
//! added in the time in which all events together would show half a one (so that none is 0). The
//! first dull model gives each event a hazard of its own, fitted to the very entry it is then held
//! against where that is in the fitting part; the second gives all events one hazard, the entry
//! itself left out.

use std::collections::BTreeMap;

use detente_model::{Level, Model, Target, Week};
use serde::Serialize;

use super::parts::{Part, covered, measured_in, quantity, sealed_elements, weeks_summed};
use super::scorer::{Scorer, WhenScorer};
use super::settled::{Asks, Settled, What, decision_of, is_once, settled};
use crate::recorded::event_behind;

/// Occurrences that the prior of a constant hazard, and of a constant share, is worth.
const PRIOR: f64 = 0.5;

/// Which dull model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dull {
    /// Each event at a constant hazard of its own, each choice by constant shares, each level as it
    /// was last measured.
    Constant,
    /// All events at one hazard, all choices by one share, each entry left out of its own forecast.
    Pooled,
}

/// What the fitting part tells the dull models.
pub(crate) struct Fitted<'a> {
    model: &'a Model,
    seen: BTreeMap<What, Seen>,
    /// All occurrences and weeks at risk.
    all: Seen,
    /// Decisions put, and the answer each found.
    answers: BTreeMap<Target, usize>,
    /// Outcomes that the fitting part settles.
    outcomes: BTreeMap<Target, bool>,
    levels: Vec<&'a Level>,
    /// The root mean square of the relative changes between levels of one quantity.
    change: Option<f64>,
}

/// Occurrences, and the weeks in which they could have come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Seen {
    times: f64,
    weeks: f64,
}

impl<'a> Fitted<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let fit = settled(model, Part::Fit);
        let seen = seen(model, &fit);
        let mut all = Seen::default();
        for one in seen.values() {
            all.times += one.times;
            all.weeks += one.weeks;
        }
        let mut answers = BTreeMap::new();
        let mut outcomes = BTreeMap::new();
        let mut levels = Vec::new();
        for one in &fit {
            match one.asks {
                Asks::Which { decision, given, .. } => {
                    answers.insert(decision, given);
                }
                Asks::Whether { outcome, held } => {
                    outcomes.insert(outcome, held);
                }
                Asks::HowMuch { level } => levels.push(&model.record.levels[level]),
                Asks::When { .. } => {}
            }
        }
        levels.sort_by_key(|level| (measured_in(level), level.id.as_str()));
        let change = change(model, &levels);
        Self { model, seen, all, answers, outcomes, levels, change }
    }

    /// The hazard of all events together, per week.
    pub(crate) fn hazard_of_all(&self) -> f64 {
        (self.all.times + PRIOR) / (self.all.weeks + 1.0)
    }

    /// What a dull model says of a question; `None` if it has nothing to go by.
    pub(crate) fn scorer(&self, dull: Dull, one: &Settled) -> Option<Scorer> {
        match one.asks {
            Asks::When { what, nth, until, .. } => {
                let by = self.by(dull, what, nth, until);
                Some(Scorer::When(WhenScorer::exact(by, &self.model.calendar)))
            }
            Asks::Which { decision, .. } => {
                Some(Scorer::of_shares(self.shares(dull, decision)?, false))
            }
            Asks::Whether { outcome, .. } => {
                let yes = self.yes(dull, outcome);
                Some(Scorer::of_shares(vec![1.0 - yes, yes], true))
            }
            Asks::HowMuch { level } => match dull {
                Dull::Constant => self.last_level(&self.model.record.levels[level]),
                Dull::Pooled => None,
            },
        }
    }

    fn hazard(&self, dull: Dull, what: What) -> f64 {
        let pace = self.hazard_of_all();
        let own = self.seen.get(&what).copied().unwrap_or_default();
        let of = match dull {
            Dull::Constant => own,
            Dull::Pooled => {
                Seen { times: self.all.times - own.times, weeks: self.all.weeks - own.weeks }
            }
        };
        (of.times + PRIOR) / (of.weeks + PRIOR / pace)
    }

    /// The probability that it has happened for the nth time by each week's end.
    fn by(&self, dull: Dull, what: What, nth: u32, until: Week) -> Vec<f64> {
        let (from, _) = covered(self.model, what.target()).unwrap_or((0, until));
        let chance = detente_chance::week_probability(self.hazard(dull, what));
        // How often it has happened so far, 0 to nth: at most once a week.
        let mut times = vec![0.0; nth as usize + 1];
        times[0] = 1.0;
        let mut by = Vec::with_capacity(until as usize);
        for week in 0..until {
            if week >= from {
                for count in (1..times.len()).rev() {
                    let moved = times[count - 1] * chance;
                    times[count - 1] -= moved;
                    times[count] += moved;
                }
            }
            by.push(times[nth as usize]);
        }
        by
    }

    /// The shares of a decision's answers.
    fn shares(&self, dull: Dull, decision: Target) -> Option<Vec<f64>> {
        let kind = decision_of(self.model, decision)?;
        let classes = kind.alternatives.len();
        let own = self.answers.get(&decision).copied();
        if dull == Dull::Constant {
            let of = f64::from(u8::from(own.is_some())) + PRIOR * classes as f64;
            let hits = |class| f64::from(u8::from(own == Some(class))) + PRIOR;
            return Some((0..classes).map(|class| hits(class) / of).collect());
        }
        let others = self.answers.iter().filter(|(other, _)| **other != decision);
        let (mut decided, mut put) = (0.0, 0.0);
        for (other, given) in others {
            put += 1.0;
            let otherwise = decision_of(self.model, *other).and_then(|kind| kind.otherwise);
            decided += f64::from(u8::from(otherwise != Some(*given)));
        }
        let decided = (decided + PRIOR) / (put + 2.0 * PRIOR);
        let share = |class| match kind.otherwise {
            Some(otherwise) if otherwise == class => 1.0 - decided,
            Some(_) => decided / (classes - 1).max(1) as f64,
            None => 1.0 / classes as f64,
        };
        Some((0..classes).map(share).collect())
    }

    /// The probability of an outcome: by the hazard of the event behind it, or else the share of
    /// outcomes that hold.
    fn yes(&self, dull: Dull, outcome: Target) -> f64 {
        if let Some((event, week)) = event_behind(self.model, outcome) {
            let by = self.by(dull, What::Happens(event), 1, week + 1);
            return by.last().copied().unwrap_or(0.0);
        }
        let seen =
            self.outcomes.iter().filter(|(own, _)| dull == Dull::Constant || **own != outcome);
        let (mut held, mut of) = (PRIOR, 2.0 * PRIOR);
        for (_, truth) in seen {
            held += f64::from(u8::from(*truth));
            of += 1.0;
        }
        held / of
    }

    /// The quantity as it was last measured, give or take the usual change.
    fn last_level(&self, level: &Level) -> Option<Scorer> {
        let before = before(self.model, &self.levels, level)?;
        let sd = self.change? * before;
        let sd = (sd * sd + level.error * level.error).sqrt();
        Some(Scorer::normal(before, sd, level.error))
    }
}

/// Occurrences and weeks at risk of everything that the fitting part knows to the end.
fn seen(model: &Model, fit: &[Settled]) -> BTreeMap<What, Seen> {
    let sealed = sealed_elements(model);
    let mut all: BTreeMap<What, Seen> = BTreeMap::new();
    for one in fit {
        let Asks::When { what, until, happened, .. } = one.asks else { continue };
        let target = what.target();
        let Some((from, _)) = covered(model, target) else { continue };
        if sealed.contains(&target) {
            continue;
        }
        let repeats = matches!(what, What::Happens(_)) && !is_once(model, target);
        let end = match happened {
            Some(week) if !repeats => week + 1,
            _ => until,
        };
        let own = all.entry(what).or_default();
        own.times += f64::from(u8::from(happened.is_some()));
        own.weeks = f64::from(end.saturating_sub(from).max(1));
    }
    all
}

/// The value last measured of a level's quantity before it, over as many weeks as it is.
fn before(model: &Model, levels: &[&Level], level: &Level) -> Option<f64> {
    let own = quantity(model, level);
    let earlier = levels
        .iter()
        .rfind(|other| measured_in(other) < measured_in(level) && quantity(model, other) == own)?;
    Some(earlier.value * weeks_summed(level) / weeks_summed(earlier))
}

fn change(model: &Model, levels: &[&Level]) -> Option<f64> {
    let changes = levels.iter().filter_map(|level| {
        let before = before(model, levels, level)?;
        let change = level.value / before - 1.0;
        change.is_finite().then_some(change * change)
    });
    let squares: Vec<f64> = changes.collect();
    let mean = squares.iter().sum::<f64>() / squares.len() as f64;
    (!squares.is_empty()).then(|| mean.sqrt())
}
