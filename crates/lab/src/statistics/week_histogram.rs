//! Weeks of histories, counted exactly.

use detente_model::Week;

/// In how many histories something first happened in each week, or never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHistogram {
    /// Histories by week.
    pub by_week: Vec<u64>,
    /// Histories in which it never happened.
    pub never: u64,
}

impl WeekHistogram {
    /// An empty one over so many weeks.
    pub fn new(weeks: u32) -> Self {
        Self { by_week: vec![0; weeks as usize], never: 0 }
    }

    /// Counts one more history. A week beyond the calendar counts as never.
    pub fn add(&mut self, week: Option<Week>) {
        self.add_many(week, 1);
    }

    /// Counts many more that share their week.
    pub fn add_many(&mut self, week: Option<Week>, histories: u64) {
        match week.and_then(|week| self.by_week.get_mut(week as usize)) {
            Some(count) => *count += histories,
            None => self.never += histories,
        }
    }

    /// Histories in which it happened.
    pub fn happened(&self) -> u64 {
        self.by_week.iter().sum()
    }

    /// Among histories in which it happened, the first week by which a share `q` of them had seen
    /// it (the inverse of the empirical distribution). `None` if it never happened.
    pub fn quantile(&self, q: f64) -> Option<Week> {
        let wanted = rank(q, self.happened())?;
        let mut seen = 0;
        let week = self.by_week.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        week.map(|week| week as Week)
    }
}

/// The rank, from 1, of the smallest value with at least a share `q` of `count` at or below it.
pub(super) fn rank(q: f64, count: u64) -> Option<u64> {
    (count > 0).then(|| ((q * count as f64).ceil() as u64).clamp(1, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact() {
        let mut weeks = WeekHistogram::new(30);
        (0..20).for_each(|week| weeks.add(Some(week)));
        weeks.add(None);
        weeks.add(Some(77));
        assert_eq!((weeks.happened(), weeks.never), (20, 2));
        assert_eq!(weeks.quantile(0.05), Some(0));
        assert_eq!(weeks.quantile(0.5), Some(9));
        assert_eq!(weeks.quantile(0.95), Some(18));
        assert_eq!(weeks.quantile(1.0), Some(19));
        assert_eq!(WeekHistogram::new(5).quantile(0.5), None);
    }
}
