//! The chances behind a guided history: run again on them, told nothing, it is the same history.
//!
//! Most chances are a history's own, at their addresses; only what the record decided differs. The
//! chance behind an event that was told to happen is its own squeezed below the event's probability,
//! behind one told not to happen squeezed above it; the Gumbels behind answers are drawn given them.

use std::collections::BTreeMap;

use detente_model::{Target, Week};

use crate::Lineage;

/// All the chances of one history: its numbers, and what differs from their addressed draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    /// The numbers under which everything else is drawn.
    pub lineage: Lineage,
    /// The chances, in (0, 1), of events in weeks in which the record decided, ascending.
    pub events: BTreeMap<Target, Vec<(Week, f64)>>,
    /// The Gumbels of a decision's mood in an epoch in which the record answered, one for each
    /// alternative.
    pub moods: BTreeMap<(Target, u32), Vec<f64>>,
}

impl Chances {
    /// The chances of a history that was told nothing.
    pub fn of(lineage: Lineage) -> Self {
        Self { lineage, events: BTreeMap::new(), moods: BTreeMap::new() }
    }

    /// The chance of an event in a week, if it is not that of its address.
    pub fn event(&self, event: Target, week: Week) -> Option<f64> {
        let weeks = self.events.get(&event)?;
        let place = weeks.binary_search_by_key(&week, |&(own, _)| own).ok()?;
        Some(weeks[place].1)
    }

    /// The Gumbels of a decision in an epoch, if they are not those of its addresses.
    pub fn mood(&self, decision: Target, epoch: u32) -> Option<&[f64]> {
        self.moods.get(&(decision, epoch)).map(Vec::as_slice)
    }
}
