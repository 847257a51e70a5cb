//! The one place where chance can be replaced: events at risk and decisions asked pass through a guide.

use detente_model::{Target, Week};

use crate::acted::Lanes;

/// Replaces chance: by what the record says, or by the chances behind it.
///
/// Whatever a guide leaves alone takes its addressed draw. Fixed events and what an intervention forces
/// do not pass through [`Guide::event`]: there chance has no part.
pub trait Guide {
    /// An event at risk by hazard: the lanes, of those at risk, in which it happens; `None` leaves it
    /// to its dice.
    fn event(&mut self, _asked: &EventAsked<'_>) -> Option<Lanes> {
        None
    }

    /// Whether an event is left to its dice as they were drawn, in a week: then it is not asked of, and
    /// nothing is worked out for it but where it happens.
    fn leaves(&self, _event: Target, _week: Week) -> bool {
        false
    }

    /// A decision asked: `chosen` holds the free answers, by lane, as numbers of alternatives (−1 where
    /// none is open), and may be changed in the lanes that are asked.
    fn decision(&mut self, _asked: &DecisionAsked<'_>, _chosen: &mut [f64]) {}

    /// Puts other chances, in (0, 1), in the place of those drawn for an event in a week, by lane: it
    /// happens where the chance is below its probability. Asked only where [`Guide::event`] left the
    /// event to its dice.
    fn chances(&mut self, _event: Target, _week: Week, _chances: &mut [f64]) {}

    /// Puts other Gumbels in the place of those drawn for a mood that begins.
    fn gumbels(&mut self, _mood: &MoodBegun<'_>, _gumbels: &mut [f64]) {}

    /// The lanes in which an event, fixed ones too, is kept from happening this week. What an
    /// intervention forces happens all the same.
    fn bars(&mut self, _event: Target, _week: Week) -> Lanes {
        0
    }

    /// The lanes in which an event is made to happen this week, whatever its needs; one that happens
    /// once only and has happened does not happen again.
    fn makes(&mut self, _event: Target, _week: Week) -> Lanes {
        0
    }
}

/// An event at risk.
#[derive(Debug)]
pub struct EventAsked<'a> {
    /// Which.
    pub target: Target,
    /// The week.
    pub week: Week,
    /// In which lanes.
    pub at_risk: Lanes,
    /// Its hazard, per week, by lane; only lanes at risk count.
    pub hazard: &'a [f64],
    /// The chance that it happens, by lane.
    pub probability: &'a [f64],
    /// The name of its address: its uniform is that of slot "" in this week.
    pub address: u64,
    /// The slot of its uniform.
    pub slot: u32,
}

/// A mood of a decision that is first asked in it.
#[derive(Debug)]
pub struct MoodBegun<'a> {
    /// Which decision.
    pub target: Target,
    /// In which lanes.
    pub lanes: Lanes,
    /// The alternatives in order of name: alternative by alternative, Gumbels have a number a lane.
    pub by_name: &'a [usize],
    /// The epoch of the mood, by lane; only where it begins.
    pub epochs: &'a [f64],
}

/// A decision asked.
#[derive(Debug)]
pub struct DecisionAsked<'a> {
    /// Which.
    pub target: Target,
    /// The week.
    pub week: Week,
    /// In which lanes.
    pub asked: Lanes,
    /// In which of them an intervention has fixed the answer.
    pub forced: Lanes,
    /// The alternatives in order of name, in which `logits` and `gumbels` have them.
    pub by_name: &'a [usize],
    /// Logits, alternative by alternative, each with a number a lane; −∞ where not open.
    pub logits: &'a [f64],
    /// The Gumbels of the mood, in the same shape.
    pub gumbels: &'a [f64],
    /// The epoch of the mood, by lane; only where asked.
    pub epochs: &'a [f64],
    /// The length of the mood, in weeks.
    pub mood: u32,
    /// The first week's place within its mood, by lane.
    pub offsets: &'a [f64],
    /// The alternative that is no answer, by its number.
    pub otherwise: Option<usize>,
    /// The name of its address.
    pub address: u64,
    /// The slots of its alternatives, in order of name. The Gumbels' time is the epoch.
    pub slots: &'a [u32],
}
