//! A row of dice, thrown one after the other.

/// What is left of a row.
pub(crate) struct Dice<'a> {
    left: std::slice::Iter<'a, u16>,
}

impl<'a> Dice<'a> {
    /// A row, from its start.
    pub(crate) fn new(row: &'a [u16]) -> Self {
        Self { left: row.iter() }
    }

    /// A number under `sides`; 0 once the row is used up.
    pub(crate) fn under(&mut self, sides: usize) -> usize {
        usize::from(self.left.next().copied().unwrap_or(0)) % sides.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.under(high - low + 1)
    }

    /// True about once in `sides` throws, and never once the row is used up.
    pub(crate) fn once_in(&mut self, sides: usize) -> bool {
        self.under(sides) == sides - 1
    }

    /// One of a list, which is not empty.
    pub(crate) fn of<'b, T>(&mut self, list: &'b [T]) -> &'b T {
        &list[self.under(list.len())]
    }

    /// A number from `low` to `high` in thousandths, as text.
    pub(crate) fn number(&mut self, low: f64, high: f64) -> String {
        let steps = ((high - low) * 1000.0) as usize;
        let value = low + self.under(steps + 1) as f64 / 1000.0;
        format!("{value:.3}")
    }

    /// A list with its order thrown.
    pub(crate) fn shuffled<T>(&mut self, mut list: Vec<T>) -> Vec<T> {
        for last in (1..list.len()).rev() {
            let with = self.under(last + 1);
            list.swap(last, with);
        }
        list
    }
}
