//! What pairs of histories add up to for one expectation: sums only, so that parts of a run can be
//! kept, read again and added in their order to the same bits.

use crate::statistics::{Moments, PairedTruth};

/// Sums over pairs, baseline against what-if. Values are in the outcome's own unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Sums {
    /// Pairs run.
    pub(crate) of: u64,
    /// Pairs that count: those in which `among` holds and, for a difference of dates, at least one of
    /// the two has the date.
    pub(crate) n: u64,
    /// Counted pairs that are not the same.
    pub(crate) moved: u64,
    /// Counted pairs in which the baseline has no date, and those in which the what-if has none.
    pub(crate) never: [u64; 2],
    baseline: f64,
    what_if: f64,
    baseline_squares: f64,
    what_if_squares: f64,
    difference_squares: f64,
}

/// One pair that counts, in the outcome's own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub(crate) baseline: f64,
    pub(crate) what_if: f64,
    /// For weeks: whether the baseline, and whether the what-if, has no date.
    pub(crate) never: [bool; 2],
}

impl Sums {
    /// How many numbers it is made of.
    const NUMBERS: usize = 10;

    /// Takes one more pair; nothing, if it does not count.
    pub(crate) fn take(&mut self, pair: Option<Pair>) {
        match pair {
            None => self.of += 1,
            Some(pair) => {
                self.add(pair.baseline, pair.what_if);
                self.never[0] += u64::from(pair.never[0]);
                self.never[1] += u64::from(pair.never[1]);
            }
        }
    }

    /// Takes one more pair that counts.
    pub(crate) fn add(&mut self, baseline: f64, what_if: f64) {
        self.of += 1;
        self.n += 1;
        self.moved += u64::from(baseline != what_if);
        self.baseline += baseline;
        self.what_if += what_if;
        self.baseline_squares += baseline * baseline;
        self.what_if_squares += what_if * what_if;
        let difference = what_if - baseline;
        self.difference_squares += difference * difference;
    }

    /// Adds those of another run.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.of += other.of;
        self.n += other.n;
        self.moved += other.moved;
        self.never[0] += other.never[0];
        self.never[1] += other.never[1];
        self.baseline += other.baseline;
        self.what_if += other.what_if;
        self.baseline_squares += other.baseline_squares;
        self.what_if_squares += other.what_if_squares;
        self.difference_squares += other.difference_squares;
    }

    /// The baseline's mean, and the what-if's; nothing of no pairs.
    pub(crate) fn means(&self) -> Option<[f64; 2]> {
        let n = self.n as f64;
        (self.n > 0).then(|| [self.baseline / n, self.what_if / n])
    }

    /// What-if minus baseline, pair by pair.
    pub(crate) fn difference(&self) -> Moments {
        moments(self.n, self.what_if - self.baseline, self.difference_squares)
    }

    /// The what-if by itself.
    pub(crate) fn what_if(&self) -> Moments {
        moments(self.n, self.what_if, self.what_if_squares)
    }

    /// The mean of what-if minus `ratio` times baseline, pair by pair, and one standard error of it.
    pub(crate) fn residual(&self, ratio: f64) -> Moments {
        let products =
            (self.baseline_squares + self.what_if_squares - self.difference_squares) / 2.0;
        let squares =
            self.what_if_squares - 2.0 * ratio * products + ratio * ratio * self.baseline_squares;
        moments(self.n, self.what_if - ratio * self.baseline, squares)
    }

    /// The same as counts, for values of 0 and 1.
    pub(crate) fn truths(&self) -> PairedTruth {
        // Sums of noughts and ones are exact.
        let [base, what_if, moved] =
            [self.baseline, self.what_if, self.difference_squares].map(|sum| sum as u64);
        let both = (base + what_if).saturating_sub(moved) / 2;
        PairedTruth {
            both,
            lost: base.saturating_sub(both),
            won: what_if.saturating_sub(both),
            neither: self.n.saturating_sub(base + what_if - both),
        }
    }

    /// As whole numbers, to be kept in a file.
    pub(crate) fn numbers(&self) -> [u64; Self::NUMBERS] {
        [
            self.of,
            self.n,
            self.moved,
            self.never[0],
            self.never[1],
            self.baseline.to_bits(),
            self.what_if.to_bits(),
            self.baseline_squares.to_bits(),
            self.what_if_squares.to_bits(),
            self.difference_squares.to_bits(),
        ]
    }

    /// From whole numbers.
    pub(crate) fn of_numbers(numbers: [u64; Self::NUMBERS]) -> Self {
        let [of, n, moved, never, other_never, rest @ ..] = numbers;
        let [baseline, what_if, baseline_squares, what_if_squares, difference_squares] =
            rest.map(f64::from_bits);
        Self {
            of,
            n,
            moved,
            never: [never, other_never],
            baseline,
            what_if,
            baseline_squares,
            what_if_squares,
            difference_squares,
        }
    }
}

/// Count, mean and squared deviations from a sum and a sum of squares.
fn moments(count: u64, sum: f64, squares: f64) -> Moments {
    if count == 0 {
        return Moments::default();
    }
    let mean = sum / count as f64;
    Moments { count, mean, squares: (squares - sum * mean).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Paired;

    /// The sums give what the one-pass accumulators give, and come back from a file to the bit.
    #[test]
    fn agree_with_pairs_one_by_one() {
        let (mut sums, mut paired, mut truths) =
            (Sums::default(), Paired::default(), PairedTruth::default());
        let mut zeros_and_ones = Sums::default();
        for k in 0_u32..500 {
            let (x, y) = (f64::from(k % 7) * 1.7, f64::from(k % 5) * 2.3 + 0.1);
            sums.add(x, y);
            paired.add(x, y);
            let (a, b) = (k % 3 == 0, k % 4 == 0);
            zeros_and_ones.add(f64::from(u8::from(a)), f64::from(u8::from(b)));
            truths.add(a, b);
        }
        let difference = sums.difference();
        assert!((difference.mean - paired.change()).abs() < 1e-12);
        assert!((difference.variance() - paired.difference.variance()).abs() < 1e-9);
        assert!((sums.what_if().variance() - paired.what_if.variance()).abs() < 1e-9);
        assert_eq!(sums.moved, paired.moved);
        assert_eq!(zeros_and_ones.truths(), truths);
        assert_eq!(Sums::of_numbers(sums.numbers()), sums);
        // What-if minus once the baseline is the difference.
        assert!((sums.residual(1.0).variance() - difference.variance()).abs() < 1e-9);
    }
}
