//! What happened in a week, in histories abreast.

use detente_model::Target;

/// Histories of a block, one bit each: bit 0 is the first.
pub type Lanes = u64;

/// An event that happened, or an answer that was given, in a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Acted {
    /// The event or decision.
    pub target: Target,
    /// The alternative, if it is a decision.
    pub alternative: Option<usize>,
    /// In which histories.
    pub lanes: Lanes,
    /// In which of them an intervention made it so.
    pub forced: Lanes,
}

/// The numbers of the lanes set, ascending.
pub fn each_lane(lanes: Lanes) -> impl Iterator<Item = usize> {
    let mut rest = lanes;
    std::iter::from_fn(move || {
        let lane = rest.trailing_zeros() as usize;
        (rest != 0).then(|| {
            rest &= rest - 1;
            lane
        })
    })
}

/// What was met with on the way, over the block's histories so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counters {
    /// Weeks in which a stock was held in its range, by stock.
    pub range_bites: Vec<Count>,
    /// Sums of reasons held at ±30, by event or decision.
    pub sums_held: Vec<Count>,
    /// Events forced while `needs` was false.
    pub needs_unmet: Vec<Count>,
    /// Events due in a week in which `needs` was false: they did not happen.
    pub due_in_vain: Vec<Count>,
    /// Events that should have been made to happen, and had for good already.
    pub happened_already: Vec<Count>,
    /// Answers that an intervention wanted while their own `needs` was false.
    pub answers_not_open: Vec<Count>,
    /// Histories in which an answer was to be forced and the question was never put in its span;
    /// complete at the end of the run.
    pub never_put: Vec<Count>,
    /// Effects by `=` that another effect by `=` of the same round overruled, by the element overruled.
    pub conflicts: Vec<Count>,
}

/// A count for one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Of what.
    pub of: Target,
    /// How often, over all histories of the block; never 0.
    pub times: u64,
}
