//! The parts of the record, and until when each speaks of what.

use detente_model::{Expr, Level, Measure, Model, RecordEntry, Target, Tie, Week};
use serde::Serialize;

use super::settled::What;
use crate::settled::day_of;

/// A part of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What numbers may be fitted to. All of a record without a split.
    Fit,
    /// What is sealed until it is opened.
    HeldOut,
}

/// The part an entry or level belongs to.
pub(crate) fn part_of(model: &Model, id: &str) -> Part {
    let named = model.split.as_ref().and_then(|split| split.record.get(id));
    match named.map(String::as_str) {
        None | Some("fit") => Part::Fit,
        Some(_) => Part::HeldOut,
    }
}

/// The week an entry is held against.
pub(crate) fn week_of(model: &Model, entry: &RecordEntry) -> Option<Week> {
    model.calendar.week_of(day_of(entry))
}

/// What an entry is tied to.
pub(crate) fn tied(entry: &RecordEntry) -> Option<What> {
    match entry.tie.as_ref()? {
        Tie::Event(target) => Some(What::Happens(*target)),
        Tie::Choice(target, answer) => Some(What::Answered(*target, *answer)),
    }
}

/// The first week of which the fitting part says nothing: absence counts to it until its last entry.
/// The end of the calendar, if nothing is held out.
pub(crate) fn horizon(model: &Model) -> Week {
    if model.split.is_none() {
        return model.calendar.weeks;
    }
    let entries = model.record.entries.iter().filter(|one| part_of(model, &one.id) == Part::Fit);
    let weeks = entries.filter_map(|entry| Some(week_of(model, entry)? + entry.window / 2));
    let levels = model.record.levels.iter().filter(|one| part_of(model, &one.id) == Part::Fit);
    let last = weeks.chain(levels.map(last_week)).max();
    last.map_or(0, |week| week + 1).min(model.calendar.weeks)
}

/// The last week that a level's measure reads.
pub(crate) fn last_week(level: &Level) -> Week {
    let mut last = 0;
    level.is.expr.each(&mut |part| {
        if let Expr::Measure(measure) = part {
            let end = match &**measure {
                Measure::At(_, week) | Measure::By(_, week) => *week,
                Measure::MeanOver(_, _, until)
                | Measure::SumOver(_, _, until)
                | Measure::MaxOver(_, _, until)
                | Measure::DateOfMax(_, _, until) => until.saturating_sub(1),
                Measure::DateOf(_) | Measure::Correlation(..) => Week::MAX - 1,
            };
            last = last.max(end);
        }
    });
    last
}

/// From when until when an element is covered.
pub(crate) fn covered(model: &Model, target: Target) -> Option<(Week, Week)> {
    let own = model.record.coverage.iter().filter(|one| {
        one.of.element == target.element && one.of.instances.contains(&target.instance)
    });
    own.map(|one| (one.from, one.until.min(model.calendar.weeks)))
        .reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// How many entries and levels of a part could be scored: those tied to the model, and levels.
pub(crate) fn tied_in(model: &Model, part: Part) -> u64 {
    let entries = model.record.entries.iter().filter(|one| one.tie.is_some()).map(|one| &one.id);
    let levels = model.record.levels.iter().map(|one| &one.id);
    entries.chain(levels).filter(|id| part_of(model, id) == part).count() as u64
}

/// Elements of which a sealed entry tells: the fitting part does not know how they fared.
pub(crate) fn sealed_elements(model: &Model) -> Vec<Target> {
    let sealed = model.record.entries.iter().filter(|one| part_of(model, &one.id) == Part::HeldOut);
    sealed.filter_map(|entry| Some(tied(entry)?.target())).collect()
}

/// The names of what a level reads: levels of one quantity have the same.
pub(crate) fn quantity(model: &Model, level: &Level) -> String {
    let mut names = Vec::new();
    level.is.expr.each(&mut |part| {
        if let Expr::Read(cell) = part {
            names.push(format!("{}{:?}", model.element(cell.element).name, cell.index));
        }
    });
    names.join(" ")
}

/// Over how many weeks a level is summed; 1 for means and levels of a day.
pub(crate) fn weeks_summed(level: &Level) -> f64 {
    match &level.is.expr {
        Expr::Measure(measure) => match &**measure {
            Measure::SumOver(_, from, until) => f64::from(until.saturating_sub(*from).max(1)),
            _ => 1.0,
        },
        _ => 1.0,
    }
}

/// When a level was measured: its last week.
pub(crate) fn measured_in(level: &Level) -> Week {
    last_week(level)
}
