//! How many histories go abreast, and with which instructions. Neither changes a bit of any result.

use detente_chance::InstructionSet;

/// How many histories a block holds at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// One: a history with its reasons.
    One,
    /// Eight.
    Eight,
    /// Thirty-two.
    ThirtyTwo,
    /// Sixty-four: the fastest for all but small models.
    SixtyFour,
}

impl Width {
    /// From one to sixty-four.
    pub const ALL: [Self; 4] = [Self::One, Self::Eight, Self::ThirtyTwo, Self::SixtyFour];

    /// The number of lanes.
    #[must_use]
    pub const fn lanes(self) -> usize {
        match self {
            Self::One => 1,
            Self::Eight => 8,
            Self::ThirtyTwo => 32,
            Self::SixtyFour => 64,
        }
    }
}

/// How a block is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// How many histories go abreast.
    pub width: Width,
    /// The instructions used; where the machine lacks them, the best it has.
    pub instructions: InstructionSet,
}

impl Machine {
    /// The fastest on this machine.
    #[must_use]
    pub fn best() -> Self {
        Self { width: Width::SixtyFour, instructions: InstructionSet::best() }
    }

    /// One history at a time.
    #[must_use]
    pub fn single() -> Self {
        Self { width: Width::One, ..Self::best() }
    }
}
