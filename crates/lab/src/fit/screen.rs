//! Screening: which assumptions the record can speak to.
//!
//! The draws of the prior with which the sampler begins are sorted by an assumption and cut into equal
//! bins; the share of the variance of the likelihood's ranks that lies between bins is its first-order
//! index given the data (Pearson's correlation ratio; Plischke, Borgonovo and Smith 2013). Ranks, because
//! a likelihood spans many orders and is nothing for draws that cannot follow the record at all.
//! Nothing is spent on it beyond the sampler's own beginning, and nothing is lost by a miss: what is
//! screened out is still moved, only not by steps shaped like the population.

/// Bins of an assumption's draws.
const BINS: usize = 8;

/// How much of the likelihood's variation an assumption explains by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Explained {
    /// The share, 0 to 1.
    pub(crate) share: f64,
    /// What the share would be, on average, if it explained nothing.
    pub(crate) by_chance: f64,
}

/// For each column of scores, what it explains of the logarithms of the likelihood.
pub(crate) fn explained(scores: &[Vec<f64>], logs: &[f64]) -> Vec<Explained> {
    let ranks = mean_ranks(logs);
    let columns = scores.first().map_or(0, Vec::len);
    let by_chance = (BINS as f64 - 1.0) / (logs.len().max(2) as f64 - 1.0);
    (0..columns)
        .map(|column| {
            let own: Vec<f64> = scores.iter().map(|row| row[column]).collect();
            Explained { share: correlation_ratio(&own, &ranks), by_chance: by_chance.min(1.0) }
        })
        .collect()
}

/// The assumptions that the record speaks to: those that explain more than chance by the 95 % point of
/// its distribution, at most so many, the most telling first.
pub(crate) fn telling(explained: &[Explained], draws: usize, most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..explained.len()).collect();
    order.sort_by(|&a, &b| explained[b].share.total_cmp(&explained[a].share));
    // Under no effect (n − 1) times the share is about χ² with BINS − 1 = 7 degrees: 95 % under 14.07.
    let bound = 14.07 / (draws.max(2) as f64 - 1.0);
    let mut telling: Vec<usize> =
        order.iter().copied().filter(|&place| explained[place].share > bound).take(most).collect();
    if telling.is_empty() {
        telling.extend(order.into_iter().take(most.min(1)));
    }
    telling
}

/// The share of the variance of `of` that lies between equal bins of `by`.
fn correlation_ratio(by: &[f64], of: &[f64]) -> f64 {
    let count = by.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| by[a].total_cmp(&by[b]));
    let mean = of.iter().sum::<f64>() / count as f64;
    let all: f64 = of.iter().map(|value| (value - mean) * (value - mean)).sum();
    if all <= 0.0 {
        return 0.0;
    }
    let between: f64 = (0..BINS)
        .map(|bin| {
            let own = &order[bin * count / BINS..(bin + 1) * count / BINS];
            let apart =
                own.iter().map(|&number| of[number]).sum::<f64>() / own.len().max(1) as f64 - mean;
            own.len() as f64 * apart * apart
        })
        .sum();
    between / all
}

/// The rank of each value from 1; equal values share their mean rank.
pub(crate) fn mean_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = |&&number: &&usize| values[number] == values[order[from]];
        let until = from + order[from..].iter().take_while(same).count();
        let rank = (from + until + 1) as f64 / 2.0;
        order[from..until].iter().for_each(|&number| ranks[number] = rank);
        from = until;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_rank() {
        let ranks = mean_ranks(&[2.0, f64::NEG_INFINITY, 2.0, f64::NEG_INFINITY, 7.0]);
        assert_eq!(ranks, [3.5, 1.5, 3.5, 1.5, 5.0]);
    }

    /// One column rules, one matters by its distance from the middle, four do nothing.
    #[test]
    fn what_rules_is_found_and_what_does_nothing_is_not() {
        let draw = |number: usize, column: usize| {
            let key = detente_chance::HistoryKey::new(3, number as u64);
            let name = column as u64;
            let address = detente_chance::Address { name, time: 0, slot: 0 };
            detente_chance::inverse_normal_cdf(detente_chance::uniform(key, address))
        };
        let scores: Vec<Vec<f64>> =
            (0..400).map(|number| (0..6).map(|column| draw(number, column)).collect()).collect();
        let logs: Vec<f64> = scores
            .iter()
            .map(
                |row| {
                    if row[0] < -1.0 { f64::NEG_INFINITY } else { 3.0 * row[0] - row[1] * row[1] }
                },
            )
            .collect();
        let explained = explained(&scores, &logs);
        assert!(explained[0].share > 0.5 && explained[1].share > 0.1, "{explained:?}");
        let found = telling(&explained, 400, 20);
        assert_eq!(found[..2], [0, 1]);
        assert!(found.len() <= 3, "{found:?}");
        assert_eq!(telling(&explained, 400, 1), [0]);
    }
}
