//! The table that every bargaining model reads: who wants what, how much it matters, who counts.

/// The most players a table seats.
pub const MAX_PLAYERS: usize = 16;

/// The most dimensions a question has.
pub const MAX_DIMENSIONS: usize = 8;

/// Players, and what each wants on each dimension of one question.
///
/// `positions` and `saliences` lie player by player: that of player `p` on dimension `d` is at
/// `p * dimensions + d`. Positions are in the unit of their dimension's scale, whose length is its
/// width (100 for a scale from 0 to 100). Saliences and powers are 0 or more, dimensionless; only
/// their proportions count, except that the challenge model reads a salience as the probability of
/// resisting, and so holds it at 1.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    positions: &'a [f64],
    saliences: &'a [f64],
    powers: &'a [f64],
    widths: &'a [f64],
}

/// Why numbers are not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// There is no player or no dimension, or more than [`MAX_PLAYERS`] or [`MAX_DIMENSIONS`].
    Size,
    /// Positions or saliences are not one for each player and dimension.
    Shape,
    /// The position at this place is not a finite number.
    Position(usize),
    /// The salience at this place is below 0 or not a finite number.
    Salience(usize),
    /// The power of this player is below 0 or not a finite number.
    Power(usize),
    /// The scale of this dimension has no length, or an infinite one.
    Width(usize),
}

impl<'a> Table<'a> {
    /// A table of these numbers; `powers` has one for each player, `widths` one for each dimension.
    ///
    /// # Errors
    /// The first thing found wrong with the numbers, as a [`TableFault`].
    pub fn new(
        positions: &'a [f64],
        saliences: &'a [f64],
        powers: &'a [f64],
        widths: &'a [f64],
    ) -> Result<Self, TableFault> {
        let (players, dimensions) = (powers.len(), widths.len());
        if !(1..=MAX_PLAYERS).contains(&players) || !(1..=MAX_DIMENSIONS).contains(&dimensions) {
            return Err(TableFault::Size);
        }
        if positions.len() != players * dimensions || saliences.len() != players * dimensions {
            return Err(TableFault::Shape);
        }
        let weighs = |x: &f64| x.is_finite() && *x >= 0.0;
        if let Some(at) = positions.iter().position(|x| !x.is_finite()) {
            return Err(TableFault::Position(at));
        }
        if let Some(at) = saliences.iter().position(|x| !weighs(x)) {
            return Err(TableFault::Salience(at));
        }
        if let Some(at) = powers.iter().position(|x| !weighs(x)) {
            return Err(TableFault::Power(at));
        }
        if let Some(at) = widths.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
            return Err(TableFault::Width(at));
        }
        Ok(Self { positions, saliences, powers, widths })
    }

    /// Some rows of a table, copied out: at least one, each with all its dimensions.
    pub(crate) fn part_of(
        whole: &Self,
        positions: &'a [f64],
        saliences: &'a [f64],
        powers: &'a [f64],
    ) -> Self {
        Self { positions, saliences, powers, widths: whole.widths }
    }

    /// How many players sit at it: at least one.
    #[must_use]
    pub fn players(&self) -> usize {
        self.powers.len()
    }

    /// How many dimensions the question has: at least one.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.widths.len()
    }

    /// The position of a player, one number for each dimension.
    #[must_use]
    pub fn position(&self, player: usize) -> &'a [f64] {
        let dimensions = self.dimensions();
        &self.positions[player * dimensions..][..dimensions]
    }

    /// The saliences of a player, one for each dimension.
    #[must_use]
    pub fn salience(&self, player: usize) -> &'a [f64] {
        let dimensions = self.dimensions();
        &self.saliences[player * dimensions..][..dimensions]
    }

    /// The powers, one for each player.
    #[must_use]
    pub fn powers(&self) -> &'a [f64] {
        self.powers
    }

    /// The lengths of the scales, one for each dimension.
    #[must_use]
    pub fn widths(&self) -> &'a [f64] {
        self.widths
    }

    /// The weight with which a player pulls on a dimension: power times salience.
    #[must_use]
    pub fn weight(&self, player: usize, dimension: usize) -> f64 {
        self.powers[player] * self.salience(player)[dimension]
    }

    /// How far `text` lies from what `player` wants, as that player feels it: 0 is all, 1 is nothing.
    ///
    /// √(Σₖ (sₖ (xₖ − yₖ))² / Σₖ sₖ²), differences in widths of the scale, held at 1. A player to whom
    /// nothing matters feels no distance. Source: the SMP model of the KTAB library (KAPSARC, 2016).
    #[must_use]
    pub fn distance(&self, player: usize, text: &[f64]) -> f64 {
        let (mut far, mut most) = (0.0, 0.0);
        for (((x, s), y), width) in
            self.position(player).iter().zip(self.salience(player)).zip(text).zip(self.widths)
        {
            let felt = s * ((x - y) / width);
            far += felt * felt;
            most += s * s;
        }
        if most > 0.0 { (far / most).sqrt().min(1.0) } else { 0.0 }
    }
}
