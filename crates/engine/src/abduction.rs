//! The chances behind guided histories: run again on them, told nothing, they are the same histories.
//!
//! Most chances are a history's own, at their addresses; only what the record decided differs. The
//! chance behind an event that was told to happen is its own squeezed below the event's probability,
//! behind one told not to happen squeezed above it; the Gumbels behind answers are drawn given them.

use std::collections::BTreeMap;

use detente_chance::{chance_behind_absence, chance_behind_event};
use detente_model::{Target, Week};

use crate::Lineage;
use crate::acted::{Lanes, each_lane};

/// All the chances of histories that go abreast: their numbers, and what differs from their addressed
/// draws.
///
/// Of an event that the record decided only its probability is kept: the chance behind it follows from
/// that and from the draw at its address, where a history that is run again asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    /// The numbers under which everything else is drawn, history by history.
    pub lineages: Vec<Lineage>,
    /// The weeks, ascending, in which the record decided an event.
    events: BTreeMap<Target, Vec<Decided>>,
    /// The probabilities of those events in those weeks, history by history.
    probabilities: Vec<f64>,
    /// By decision, then by history: the epochs in which the record answered.
    moods: BTreeMap<Target, Vec<Epochs>>,
}

/// Epochs of a mood, ascending, each with its Gumbels, one for each alternative.
type Epochs = Vec<(u32, Vec<f64>)>;

/// An event in a week in which the record decided it in some histories.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decided {
    week: Week,
    happened: Lanes,
    absent: Lanes,
    /// Where its probabilities begin.
    first: usize,
}

/// What decided an event in one history and week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Behind {
    /// Its own dice.
    OwnDice,
    /// The record: it happened, with this probability.
    Event(f64),
    /// The record: it did not happen, with this probability that it should.
    Absence(f64),
}

impl Behind {
    /// The chance behind it, from the draw at its address.
    pub fn chance(self, own: f64) -> f64 {
        match self {
            Self::OwnDice => own,
            Self::Event(probability) => chance_behind_event(own, probability),
            Self::Absence(probability) => chance_behind_absence(own, probability),
        }
    }
}

/// The weeks' decisions on one event, found once for all histories.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfEvent<'a> {
    decided: Decided,
    probabilities: &'a [f64],
}

impl OfEvent<'_> {
    pub(crate) fn behind(self, lane: usize) -> Behind {
        match (self.decided.happened >> lane & 1, self.decided.absent >> lane & 1) {
            (1, _) => Behind::Event(self.probabilities[lane]),
            (_, 1) => Behind::Absence(self.probabilities[lane]),
            _ => Behind::OwnDice,
        }
    }
}

impl Chances {
    /// The chances of histories that were told nothing: at most as many as a block holds.
    pub fn of(lineages: &[Lineage]) -> Self {
        Self {
            lineages: lineages.to_vec(),
            events: BTreeMap::new(),
            probabilities: Vec::new(),
            moods: BTreeMap::new(),
        }
    }

    /// What decided an event in a week in one history.
    pub fn event(&self, event: Target, week: Week, lane: usize) -> Behind {
        self.of_event(event, week).map_or(Behind::OwnDice, |of| of.behind(lane))
    }

    /// What decided an event in a week; `None` if it was its own dice in every history.
    pub(crate) fn of_event(&self, event: Target, week: Week) -> Option<OfEvent<'_>> {
        let weeks = self.events.get(&event)?;
        let place = weeks.binary_search_by_key(&week, |own| own.week).ok()?;
        let decided = weeks[place];
        let probabilities = &self.probabilities[decided.first..][..self.lineages.len()];
        Some(OfEvent { decided, probabilities })
    }

    /// The Gumbels of a decision in an epoch in one history, if they are not those of its addresses.
    pub fn mood(&self, decision: Target, epoch: u32, lane: usize) -> Option<&[f64]> {
        let epochs = self.moods.get(&decision)?.get(lane)?;
        let place = epochs.binary_search_by_key(&epoch, |(own, _)| *own).ok()?;
        Some(&epochs[place].1)
    }

    /// Notes that the record decided an event in one history. Weeks come in their order.
    pub(crate) fn note_event(&mut self, event: Target, week: Week, lane: usize, behind: Behind) {
        let (own, probabilities) = self.decided_in(event, week);
        let (lanes, probability) = match behind {
            Behind::OwnDice => return,
            Behind::Event(probability) => (&mut own.happened, probability),
            Behind::Absence(probability) => (&mut own.absent, probability),
        };
        *lanes |= 1 << lane;
        probabilities[lane] = probability;
    }

    /// Notes that the record told an event not to happen in these histories, with the probabilities
    /// that it should, lane by lane.
    pub(crate) fn note_absence(
        &mut self,
        event: Target,
        week: Week,
        absent: Lanes,
        probability: &[f64],
    ) {
        let (own, probabilities) = self.decided_in(event, week);
        own.absent |= absent;
        each_lane(absent).for_each(|lane| probabilities[lane] = probability[lane]);
    }

    /// An event's last week, begun if it is another, and its probabilities.
    fn decided_in(&mut self, event: Target, week: Week) -> (&mut Decided, &mut [f64]) {
        let lanes = self.lineages.len();
        let weeks = self.events.entry(event).or_default();
        let begun = weeks.last().is_some_and(|last| last.week == week);
        if !begun {
            let first = self.probabilities.len();
            weeks.push(Decided { week, happened: 0, absent: 0, first });
            self.probabilities.resize(first + lanes, 0.0);
        }
        let last = weeks.len() - 1;
        let own = &mut weeks[last];
        let from = own.first;
        (own, &mut self.probabilities[from..from + lanes])
    }

    /// Notes the Gumbels of an epoch in which the record answered. Epochs come in their order.
    pub(crate) fn note_mood(
        &mut self,
        decision: Target,
        epoch: u32,
        lane: usize,
        gumbels: Vec<f64>,
    ) {
        let lanes = self.lineages.len();
        let by_lane = self.moods.entry(decision).or_insert_with(|| vec![Vec::new(); lanes]);
        by_lane[lane].push((epoch, gumbels));
    }
}
