//! The part of the record that a fit follows.
//!
//! Histories are led along what is held out as if somebody intervened, and neither gain nor lose weight
//! by it. To leave it to chance would not be to leave it out: what came after rests on it, and so
//! parameters would be drawn to what makes it happen.

use detente_engine::Guidance;
use detente_model::{Model, Week};

use crate::guided::is_held_out;

/// A record as a fit follows it. Nothing after the last entry of the fitting part is used, not even
/// absence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The model, with its whole record.
    pub(crate) model: Model,
    /// What histories are led along.
    pub(crate) guidance: Guidance,
}

impl Part {
    /// The fitting part of a model's record: all of it, if the scenario splits nothing.
    pub(crate) fn fitting(model: &Model) -> Self {
        let (entries, levels) = (&model.record.entries, &model.record.levels);
        let whole = Guidance::of(model, None);
        let of_entries =
            whole.expected.iter().filter(|one| !is_held_out(model, &entries[one.entry].id));
        let of_levels =
            whole.levels.iter().filter(|one| !is_held_out(model, &levels[one.level].id));
        let last = of_entries.map(|one| one.closes).chain(of_levels.map(|one| one.week)).max();
        let guidance = Guidance::of(model, Some(last.map_or(0, |week| week + 1))).unweighed(
            |entry| is_held_out(model, &entries[entry].id),
            |level| is_held_out(model, &levels[level].id),
        );
        Self { model: model.clone(), guidance }
    }

    /// All of a model's record up to a week.
    pub(crate) fn whole(model: Model, until: Week) -> Self {
        Self { guidance: Guidance::of(&model, Some(until)), model }
    }

    /// The first week of which it says nothing.
    pub(crate) fn until(&self) -> Week {
        self.guidance.until
    }

    /// The entries fitted to, as numbers in the record, each with the week in which its window closes.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, Week)> {
        let fitted = self.guidance.expected.iter().filter(|one| !one.unweighed);
        fitted.map(|one| (one.entry, one.closes))
    }

    /// The levels fitted to, as numbers in the record, each with the week in which it is known.
    pub(crate) fn levels(&self) -> impl Iterator<Item = (usize, Week)> {
        let fitted = self.guidance.levels.iter().filter(|one| !one.unweighed);
        fitted.map(|one| (one.level, one.week))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use detente_model::Split;

    use super::*;
    use crate::toy;

    fn split(parts: &[(&str, &str)]) -> Option<Split> {
        let record: BTreeMap<String, String> =
            parts.iter().map(|(id, part)| ((*id).to_owned(), (*part).to_owned())).collect();
        Some(Split { record, ..Split::default() })
    }

    #[test]
    fn what_is_held_out_is_not_fitted_to() {
        let mut model = toy::model();
        let whole = Part::fitting(&model);
        assert_eq!((whole.entries().count(), whole.levels().count()), (1, 1));
        model.split = split(&[("rising", "held_out"), ("tension_1954", "fit")]);
        let part = Part::fitting(&model);
        assert_eq!((part.entries().count(), part.levels().count()), (0, 1));
        model.split = split(&[("rising", "fit"), ("tension_1954", "held_out")]);
        let part = Part::fitting(&model);
        let week = model.calendar.week_of(jiff::civil::date(1953, 6, 17)).unwrap();
        assert_eq!((part.entries().collect::<Vec<_>>(), part.until()), (vec![(0, week)], week + 1));
        assert_eq!(part.levels().count(), 0);
    }
}
