//! The numbers a history has had: a copy made at resampling takes a new one, and keeps its past.
//!
//! A draw belongs to the number that the history had when the draw's own time began: that week for a
//! week's draw, the first week of the epoch for a mood, of the year for a yearly noise, and week 0 for
//! traits and the row of parameters.

use detente_model::Week;

/// Which number a history has had from which week on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lineage {
    first: u64,
    /// Later numbers, each with the first week that is drawn under it, ascending.
    later: Vec<(Week, u64)>,
}

impl Lineage {
    /// A history that has one number throughout.
    pub fn new(id: u64) -> Self {
        Self { first: id, later: Vec::new() }
    }

    /// The number whose draws a week uses.
    pub fn at(&self, week: Week) -> u64 {
        let began = self.later.partition_point(|&(from, _)| from <= week);
        began.checked_sub(1).map_or(self.first, |index| self.later[index].1)
    }

    /// Whether it takes another number in a week.
    pub(crate) fn changes_in(&self, week: Week) -> bool {
        self.later.iter().rev().any(|&(from, _)| from == week)
    }

    /// The number it began with: that of its traits and its row of parameters.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number it has now, by which it is known.
    pub fn last(&self) -> u64 {
        self.later.last().map_or(self.first, |&(_, id)| id)
    }

    /// Later numbers, each with the first week that is drawn under it, ascending.
    pub fn later(&self) -> &[(Week, u64)] {
        &self.later
    }

    /// Draws everything from `week` on under a new number. What was given from that week on before is
    /// taken back.
    pub fn renumber(&mut self, week: Week, id: u64) {
        self.later.retain(|&(from, _)| from < week);
        self.later.push((week, id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_week_has_the_number_it_was_drawn_under() {
        let mut lineage = Lineage::new(7);
        assert_eq!((lineage.at(0), lineage.at(500), lineage.last()), (7, 7, 7));
        lineage.renumber(10, 1 << 32);
        lineage.renumber(20, 2 << 32);
        assert_eq!((lineage.at(9), lineage.at(10), lineage.at(19)), (7, 1 << 32, 1 << 32));
        assert_eq!((lineage.at(20), lineage.last(), lineage.first()), (2 << 32, 2 << 32, 7));
        lineage.renumber(20, 3 << 32);
        assert_eq!(lineage.later(), [(10, 1 << 32), (20, 3 << 32)]);
    }
}
