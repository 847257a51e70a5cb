//! Intervals by resampling with replacement (Efron and Tibshirani 1993), on addressed chance so
//! that they too can be repeated to the bit.

use detente_chance::{Address, HistoryKey, hash_name, hash_slot, uniform};

/// How many times a statistic is computed anew.
const TIMES: u64 = 400;

/// The 95 % percentile intervals of the numbers that `statistic` makes of `count` parts, from 400
/// resamples of the parts. `statistic` is given how often each part was drawn. A number that comes
/// out undefined (`None`) in more than one resample of twenty has no interval.
pub(crate) fn intervals(
    count: usize,
    numbers: usize,
    seed: u64,
    statistic: impl Fn(&[u32]) -> Vec<Option<f64>>,
) -> Vec<Option<[f64; 2]>> {
    if count < 2 {
        return vec![None; numbers];
    }
    let (name, slot) = (hash_name("sensitivity"), hash_slot("resample"));
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); numbers];
    let mut drawn = vec![0_u32; count];
    for time in 0..TIMES {
        drawn.fill(0);
        let key = HistoryKey::new(seed, time);
        for draw in 0..count {
            let u = uniform(key, Address { name, time: draw as u32, slot });
            drawn[((u * count as f64) as usize).min(count - 1)] += 1;
        }
        for (values, value) in found.iter_mut().zip(statistic(&drawn)) {
            values.extend(value);
        }
    }
    found.into_iter().map(|values| middle_95(values, TIMES as usize)).collect()
}

/// The 2.5 % and 97.5 % points of what came out; `None` if too little did.
fn middle_95(mut values: Vec<f64>, asked: usize) -> Option<[f64; 2]> {
    if values.len() * 20 < asked * 19 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |q: f64| values[((values.len() - 1) as f64 * q).round() as usize];
    Some([at(0.025), at(0.975)])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of 200 uniforms has standard error √(1/12/200); the interval is four of them wide,
    /// to a tenth.
    #[test]
    fn the_mean_of_many() {
        let values: Vec<f64> = (0..200).map(|k| (f64::from(k) + 0.5) / 200.0).collect();
        let mean = |drawn: &[u32]| {
            let sum: f64 = values.iter().zip(drawn).map(|(x, times)| x * f64::from(*times)).sum();
            vec![Some(sum / 200.0), None]
        };
        let found = intervals(200, 2, 1, mean);
        let [low, high] = found[0].unwrap();
        let expected = 2.0 * 1.96 * (1.0_f64 / 12.0 / 200.0).sqrt();
        assert!(((high - low) / expected - 1.0).abs() < 0.1, "{low} {high} {expected}");
        assert!((0.5 * (low + high) - 0.5).abs() < 0.01);
        assert_eq!(found[1], None);
        assert_eq!(intervals(1, 1, 1, |_| vec![Some(1.0)]), [None]);
    }
}
