//! Deeds counted as a sheaf runs: those of all its histories at once, of none by itself.

use detente_engine::{Acted, Lanes};
use detente_model::{Kind, Model, Target, Week};

use crate::instances::{alternatives, instances};

/// Where each deed is counted: a place for each event, and behind these one for each alternative of
/// each decision, both in the order of [`instances`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// By element and instance; of a decision, the place of its first alternative.
    first: Vec<Vec<usize>>,
    count: usize,
}

impl Places {
    pub(crate) fn of(model: &Model) -> Self {
        let rows = model.elements.iter().map(|element| vec![0; element.over.instances.len()]);
        let mut places = Self { first: rows.collect(), count: 0 };
        for target in instances(model, |kind| matches!(kind, Kind::Event(_))) {
            places.add(target, 1);
        }
        for target in instances(model, |kind| matches!(kind, Kind::Decision(_))) {
            places.add(target, alternatives(model, target.element));
        }
        places
    }

    fn add(&mut self, target: Target, many: usize) {
        self.first[target.element.0][target.instance] = self.count;
        self.count += many;
    }
}

/// How often each deed was done in a sheaf, where, and when first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counted {
    /// By place, over all histories and weeks.
    pub(crate) times: Vec<u64>,
    /// By place, the histories in which it was done.
    pub(crate) done: Vec<Lanes>,
    /// Place, week, and for how many histories it was the first time.
    pub(crate) first: Vec<(usize, Week, u64)>,
    /// The histories of the sheaf.
    pub(crate) all: Lanes,
}

impl Counted {
    /// Nothing yet, in so many histories, at most 64.
    pub(crate) fn none(places: &Places, size: usize) -> Self {
        let all = Lanes::MAX.checked_shr(Lanes::BITS - size as u32).unwrap_or(0);
        let (times, done) = (vec![0; places.count], vec![0; places.count]);
        Self { times, done, first: Vec::new(), all }
    }

    /// Counts what was done in a week.
    pub(crate) fn note(&mut self, places: &Places, week: Week, acts: &[Acted]) {
        for act in acts {
            let first = places.first[act.target.element.0][act.target.instance];
            let place = first + act.alternative.unwrap_or(0);
            let lanes = act.lanes & self.all;
            self.times[place] += many(lanes);
            let new = lanes & !self.done[place];
            if new != 0 {
                self.done[place] |= new;
                self.first.push((place, week, many(new)));
            }
        }
    }
}

/// How many histories these are.
pub(crate) fn many(lanes: Lanes) -> u64 {
    u64::from(lanes.count_ones())
}
