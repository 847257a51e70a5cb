//! From islands to one ensemble: histories that stand for equal shares of what the record leaves
//! possible, and how much they can tell.

use detente_engine::Lineage;
use detente_model::Week;

use super::islands::Island;
use super::resampling::{Weights, copy_number, resampling_uniform};

/// Histories of equal weight that follow the record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selection {
    /// Their numbers, in order of island and slot. A history that stands for several shares stands
    /// there as often.
    pub(crate) lineages: Vec<Lineage>,
    /// How many histories of equal weight would tell as much of the day itself.
    pub(crate) effective: f64,
    /// ln of the probability of the record.
    pub(crate) log_evidence: f64,
    /// Standard deviation of the islands' estimates of it, in ln; `None` of fewer than two that could
    /// follow.
    pub(crate) evidence_spread: Option<f64>,
    /// Islands that were run.
    pub(crate) islands: u64,
    /// Islands in which some history could follow.
    pub(crate) following: usize,
    /// Resamplings of the island that was resampled most.
    pub(crate) resamplings: u32,
}

impl Selection {
    /// So many histories, from the islands by their evidence and in them by weight; `None` if no
    /// history could follow.
    pub(crate) fn of(
        islands: &[Island],
        wanted: usize,
        seed: u64,
        first: u64,
        day: Week,
    ) -> Option<Self> {
        let size = |island: &Island| island.lineages.len() as f64;
        let log_shares: Vec<f64> = islands
            .iter()
            .map(|island| island.log_evidence + detente_chance::ln(size(island)))
            .collect();
        let evidence = Weights::of(&log_shares);
        let all: f64 = islands.iter().map(size).sum();
        if evidence.log_mean == f64::NEG_INFINITY {
            return None;
        }
        let shares = islands
            .iter()
            .zip(&evidence.shares)
            .flat_map(|(island, share)| island.shares.iter().map(move |own| share * own));
        let weights = Weights { shares: shares.collect(), log_mean: evidence.log_mean };
        let lineages = islands.iter().flat_map(|one| &one.lineages);
        let copies = weights.copies(resampling_uniform(seed, first, day), wanted);
        let repeated = |(one, times): (&Lineage, &usize)| std::iter::repeat_n(one.clone(), *times);
        Some(Self {
            lineages: lineages.zip(&copies).flat_map(repeated).collect(),
            effective: weights.effective(),
            log_evidence: evidence.log_mean + detente_chance::ln(islands.len() as f64 / all),
            evidence_spread: spread(islands),
            islands: islands.len() as u64,
            following: islands.iter().filter(|one| one.log_evidence.is_finite()).count(),
            resamplings: islands.iter().map(|island| island.resamplings).max().unwrap_or(0),
        })
    }

    /// That of a run that was ended before any history had followed the record.
    pub(crate) fn none() -> Self {
        Self {
            lineages: Vec::new(),
            effective: 0.0,
            log_evidence: f64::NEG_INFINITY,
            evidence_spread: None,
            islands: 0,
            following: 0,
            resamplings: 0,
        }
    }

    /// Gives each further copy of a history a number of its own from the day on, so that its later
    /// chances are fresh.
    pub(crate) fn part_copies(&mut self, first: u64, day: Week) {
        let resampling = self.resamplings + 1;
        for slot in (1..self.lineages.len()).rev() {
            if self.lineages[slot] == self.lineages[slot - 1] {
                self.lineages[slot].renumber(day, copy_number(resampling, first + slot as u64));
            }
        }
    }
}

/// The standard deviation of ln evidence over islands that could follow.
fn spread(islands: &[Island]) -> Option<f64> {
    let finite = islands.iter().map(|island| island.log_evidence).filter(|log| log.is_finite());
    let mut moments = crate::statistics::Moments::default();
    finite.for_each(|log| moments.add(log));
    (moments.count > 1).then(|| moments.variance().sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_chance::ln;

    fn island(first: u64, shares: &[f64], evidence: f64) -> Island {
        Island {
            lineages: (0..shares.len() as u64).map(|slot| Lineage::new(first + slot)).collect(),
            shares: shares.to_vec(),
            log_evidence: ln(evidence),
            resamplings: 3,
            failures: Vec::new(),
        }
    }

    #[test]
    fn islands_count_by_their_evidence() {
        let islands = [island(0, &[0.25; 4], 0.3), island(4, &[0.5, 0.5, 0.0, 0.0], 0.1)];
        let chosen = Selection::of(&islands, 8, 1, 0, 10).expect("some follow");
        let of_first = chosen.lineages.iter().filter(|one| one.first() < 4).count();
        assert_eq!((chosen.lineages.len(), of_first), (8, 6));
        assert!((chosen.log_evidence - ln(0.2)).abs() < 1e-12, "the mean of 0.3 and 0.1");
        let expected = (ln(0.3) - ln(0.1)).abs() / 2.0f64.sqrt();
        assert!((chosen.evidence_spread.expect("two islands") - expected).abs() < 1e-12);
        // Σ share² = 4·(3/16)² + 2·(1/8)².
        assert!((chosen.effective - 1.0 / (4.0 * 0.035_156_25 + 2.0 * 0.015_625)).abs() < 1e-9);
    }

    #[test]
    fn an_island_that_died_counts_for_nothing() {
        let dead = Island { log_evidence: f64::NEG_INFINITY, ..island(0, &[0.0; 4], 1.0) };
        let islands = [dead.clone(), island(4, &[0.25; 4], 0.1)];
        let chosen = Selection::of(&islands, 8, 1, 0, 10).expect("some follow");
        assert!(chosen.lineages.iter().all(|one| one.first() >= 4));
        assert!((chosen.log_evidence - ln(0.05)).abs() < 1e-12);
        assert_eq!((chosen.following, chosen.evidence_spread), (1, None));
        assert_eq!(Selection::of(&[dead], 4, 1, 0, 10), None);
    }

    #[test]
    fn copies_part_on_the_day_with_numbers_of_their_own() {
        let islands = [island(0, &[1.0, 0.0, 0.0, 0.0], 1.0)];
        let mut chosen = Selection::of(&islands, 4, 1, 0, 10).expect("some follow");
        chosen.part_copies(0, 10);
        let last: Vec<u64> = chosen.lineages.iter().map(Lineage::last).collect();
        assert_eq!(last, [0, (4 << 32) + 1, (4 << 32) + 2, (4 << 32) + 3]);
        assert!(chosen.lineages.iter().all(|one| one.at(9) == 0));
    }
}
