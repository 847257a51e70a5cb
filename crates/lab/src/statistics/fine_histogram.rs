//! Quantiles of numbers by fine integer bins, so that no order of adding can matter.

use super::week_histogram::rank;

/// Values below this in size are binned evenly, those above by a share of their size.
const SMALL: f64 = 1.0 / 65_536.0;
/// Bits of the mantissa that tell bins apart: a bin is at most 1/512 of its value wide.
const KEPT_BITS: u32 = 9;
/// Beyond this a value counts as this.
const GREATEST: f64 = 1e30;
/// Values whose bins are worked out together.
const TOGETHER: usize = 32;

/// Counts of values in bins no wider than 1/512 of the value (2⁻²⁵ near zero).
///
/// Memory grows with the range of values, not with their number: about 2 KiB for each doubling. A bin
/// holds up to 2³² − 1 values, as many as there are numbers for histories.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FineHistogram {
    first: i32,
    counts: Vec<u32>,
    count: u64,
    least: f64,
    greatest: f64,
}

impl FineHistogram {
    /// Counts one more value. NaN is not counted; infinities go to the outermost bin in use.
    pub fn add(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        let value = value.clamp(-GREATEST, GREATEST);
        let bin = bin_of(value);
        if self.count == 0 {
            (self.first, self.least, self.greatest) = (bin, value, value);
        }
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        self.make_room(bin);
        self.count_in(bin);
        self.count += 1;
    }

    fn count_in(&mut self, bin: i32) {
        let count = &mut self.counts[(bin - self.first) as usize];
        *count = count.saturating_add(1);
    }

    /// Counts many values, each divided by `scale`. The same as adding them one by one, and several
    /// times faster: bins are worked out together, and room is made once.
    pub fn add_all(&mut self, values: &[f64], scale: f64) {
        let (some, rest) = values.as_chunks::<TOGETHER>();
        for values in some {
            self.add_some(values, scale);
        }
        rest.iter().for_each(|value| self.add(value / scale));
    }

    fn add_some(&mut self, values: &[f64; TOGETHER], scale: f64) {
        let scaled = values.map(|value| (value / scale).clamp(-GREATEST, GREATEST));
        if scaled.iter().fold(false, |any, value| any | value.is_nan()) {
            return scaled.iter().for_each(|value| self.add(*value));
        }
        let bins = scaled.map(bin_of);
        let extremes =
            |(least, greatest): (f64, f64), value: &f64| (least.min(*value), greatest.max(*value));
        let seen =
            if self.count == 0 { (scaled[0], scaled[0]) } else { (self.least, self.greatest) };
        (self.least, self.greatest) = scaled.iter().fold(seen, extremes);
        if self.count == 0 {
            self.first = bins[0];
        }
        // Bins rise with values, so that the outermost bins are those of the outermost values.
        self.make_room(bin_of(self.least));
        self.make_room(bin_of(self.greatest));
        bins.into_iter().for_each(|bin| self.count_in(bin));
        self.count += TOGETHER as u64;
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The value at a share `q`, to within a bin and inside the values seen; `None` of none.
    ///
    /// A bin that holds a whole number stands for it, so that quantiles of counts are counts; any
    /// other stands for its middle.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        let wanted = rank(q, self.count)?;
        let mut seen = 0;
        let bin = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= wanted
        })?;
        Some(middle_of(self.first + bin as i32).clamp(self.least, self.greatest))
    }

    fn make_room(&mut self, bin: i32) {
        if bin < self.first {
            let more = (self.first - bin) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.first = bin;
        }
        let needed = (bin - self.first) as usize + 1;
        if self.counts.len() < needed {
            self.counts.resize(needed, 0);
        }
    }
}

/// The leading bits of |x| + SMALL, less those of SMALL, with the sign of x.
fn bin_of(value: f64) -> i32 {
    let leading = |x: f64| (x.to_bits() >> (52 - KEPT_BITS)) as i64;
    let size = (leading(value.abs() + SMALL) - leading(SMALL)) as i32;
    if value < 0.0 { -size } else { size }
}

fn middle_of(bin: i32) -> f64 {
    let edge = |size: i64| {
        let bits = ((SMALL.to_bits() >> (52 - KEPT_BITS)) as i64 + size) << (52 - KEPT_BITS);
        f64::from_bits(bits as u64) - SMALL
    };
    let size = i64::from(bin.abs());
    let middle = if size == 0 { 0.0 } else { (edge(size) + edge(size + 1)) / 2.0 };
    let whole = middle.round();
    let middle =
        if size > 0 && edge(size) <= whole && whole < edge(size + 1) { whole } else { middle };
    if bin < 0 { -middle } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against the exact quantile of the sorted values, to a bin.
        #[test]
        fn near_the_exact_quantile(
            mut values in prop::collection::vec(-1e4_f64..1e4, 1..200),
            q in 0.01_f64..1.0,
        ) {
            let mut histogram = FineHistogram::default();
            values.iter().for_each(|value| histogram.add(*value));
            values.sort_by(f64::total_cmp);
            let exact = values[rank(q, values.len() as u64).unwrap() as usize - 1];
            let found = histogram.quantile(q).unwrap();
            prop_assert!((found - exact).abs() <= exact.abs() / 500.0 + 1e-6, "{found} {exact}");
        }

        /// Many at once give the same histogram as one by one.
        #[test]
        fn together_is_one_by_one(
            mut values in prop::collection::vec(-1e4_f64..1e4, 1..200),
            odd in prop::collection::vec((0_usize..200, 0_usize..5), 0..4),
            scale in prop::sample::select(vec![1.0, 1000.0, 1.0 / 52.0]),
        ) {
            for (place, which) in odd {
                let one = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0][which];
                let place = place % values.len();
                values[place] = one;
            }
            let (mut one_by_one, mut together) = (FineHistogram::default(), FineHistogram::default());
            for values in values.chunks(70) {
                values.iter().for_each(|value| one_by_one.add(value / scale));
                together.add_all(values, scale);
            }
            prop_assert_eq!(one_by_one, together);
        }

        /// Any order of adding gives the same histogram.
        #[test]
        fn order_does_not_matter(values in prop::collection::vec(-1e3_f64..1e3, 1..50)) {
            let (mut ahead, mut back) = (FineHistogram::default(), FineHistogram::default());
            values.iter().for_each(|value| ahead.add(*value));
            values.iter().rev().for_each(|value| back.add(*value));
            prop_assert_eq!(ahead, back);
        }
    }

    #[test]
    fn quantiles_of_counts_are_counts() {
        let mut histogram = FineHistogram::default();
        (-60..=2_000).for_each(|count| histogram.add(f64::from(count)));
        for (q, count) in [(0.01, -40.0), (0.05, 43.0), (0.25, 455.0)] {
            assert_eq!(histogram.quantile(q), Some(count), "at {q}");
        }
    }

    #[test]
    fn constants_are_exact_and_nan_is_left_out() {
        let mut histogram = FineHistogram::default();
        (0..9).for_each(|_| histogram.add(100.0));
        histogram.add(f64::NAN);
        assert_eq!(histogram.count(), 9);
        assert_eq!(histogram.quantile(0.5), Some(100.0));
        assert_eq!(FineHistogram::default().quantile(0.5), None);
    }
}
