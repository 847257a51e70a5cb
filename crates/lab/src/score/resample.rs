//! Intervals by the bootstrap over the record's entries: drawn again with replacement, whole groups
//! at a time.
//!
//! Source: Efron and Tibshirani (1993), percentile intervals. The draws are the same in every run.

use detente_chance::philox4x32;

/// How often the entries are drawn again.
const TIMES: u32 = 2_000;
/// With fewer groups than this an interval would say nothing.
pub(crate) const FEWEST: usize = 5;
/// The key of all resampling.
const KEY: [u32; 2] = [0x5C0_8E5, 0x1953_1956];

/// Questions in groups that are drawn together.
pub(crate) struct Resampling {
    /// The group of each question, from 0.
    groups: Vec<usize>,
    count: usize,
}

impl Resampling {
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut numbers = std::collections::BTreeMap::new();
        let groups: Vec<usize> = names
            .into_iter()
            .map(|name| {
                let next = numbers.len();
                *numbers.entry(name).or_insert(next)
            })
            .collect();
        Self { groups, count: numbers.len() }
    }

    /// How many groups there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The 95 % interval of a statistic of weighted questions; `None` with fewer than five groups, or
    /// if it is seldom defined.
    pub(crate) fn interval(&self, of: impl Fn(&[f64]) -> Option<f64>) -> Option<[f64; 2]> {
        if self.count < FEWEST {
            return None;
        }
        let found = (0..TIMES).filter_map(|time| of(&self.weights(time)));
        let mut found: Vec<f64> = found.filter(|value| value.is_finite()).collect();
        if found.len() < TIMES as usize / 2 {
            return None;
        }
        found.sort_by(f64::total_cmp);
        let at = |q: f64| found[((q * found.len() as f64) as usize).min(found.len() - 1)];
        Some([at(0.025), at(0.975)])
    }

    /// How often each question is drawn this time.
    fn weights(&self, time: u32) -> Vec<f64> {
        let mut times = vec![0.0; self.count];
        for number in 0..self.count {
            let block = philox4x32([time, number as u32 / 4, 0, 0], KEY);
            let drawn = (u64::from(block[number % 4]) * self.count as u64) >> 32;
            times[drawn as usize] += 1.0;
        }
        self.groups.iter().map(|group| times[*group]).collect()
    }
}

/// The mean of values with weights; `None` if nothing weighs.
pub(crate) fn mean(values: &[f64], weights: &[f64]) -> Option<f64> {
    let weight: f64 = weights.iter().sum();
    let sum: f64 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of n values has a standard error of sd/√n, and the interval is about ±2 of them.
    #[test]
    fn intervals_of_a_mean() {
        let names: Vec<String> = (0..100).map(|k| format!("q{k}")).collect();
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let resampling = Resampling::new(names.iter().map(String::as_str));
        let [low, high] = resampling.interval(|weights| mean(&values, weights)).unwrap();
        let error = ((100.0 * 100.0 - 1.0) / 12.0_f64).sqrt() / 10.0;
        assert!((low - (49.5 - 1.96 * error)).abs() < 0.7, "{low}");
        assert!((high - (49.5 + 1.96 * error)).abs() < 0.7, "{high}");
    }

    /// Ten copies of ten questions in ten groups are worth ten, not a hundred.
    #[test]
    fn groups_are_drawn_whole() {
        let grouped = Resampling::new((0..100).map(|k| ["a", "b", "c", "d", "e"][k % 5]));
        assert_eq!(grouped.count(), 5);
        let values: Vec<f64> = (0..100).map(|k| f64::from(k % 5)).collect();
        let [low, high] = grouped.interval(|weights| mean(&values, weights)).unwrap();
        assert!(high - low > 2.0, "{low} {high}");
        assert!(Resampling::new(["a", "b", "c", "d"]).interval(|_| Some(1.0)).is_none());
    }
}
