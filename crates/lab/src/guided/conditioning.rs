//! How much histories that follow the record can tell, said so that a reader knows when it is too
//! little.

use serde::Serialize;

use super::selection::Selection;
use crate::words::count;

/// Fewer effective histories than this, or fewer families, and intervals are not to be trusted.
pub(crate) const ENOUGH: f64 = 100.0;

/// How much histories that follow the record can tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conditioning {
    /// How many histories of equal weight would tell as much, by the weights on the day.
    pub effective: f64,
    /// How many histories of the start have descendants among those told of. Everything before the
    /// last resamplings is known from these alone.
    pub families: usize,
    /// Islands that were begun.
    pub islands: u64,
    /// Islands in which some history could follow the record.
    pub islands_following: usize,
    /// Resamplings of the island that was resampled most.
    pub resamplings: u32,
    /// Standard deviation over islands of ln of the record's probability; `None` of fewer than two.
    pub evidence_spread: Option<f64>,
    /// What to do, where this is too little to go by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

impl Conditioning {
    pub(crate) fn of(chosen: &Selection, families: usize, islands: u64, histories: u64) -> Self {
        let effective = chosen.effective;
        Self {
            effective,
            families,
            islands,
            islands_following: chosen.following,
            resamplings: chosen.resamplings,
            evidence_spread: chosen.evidence_spread,
            warning: warning(effective, families, histories),
        }
    }
}

/// Says so where fewer than a hundred histories stand behind an answer.
fn warning(effective: f64, families: usize, histories: u64) -> Option<String> {
    let stand = effective.min(families as f64);
    (stand < ENOUGH).then(|| {
        let more = histories as f64 * ENOUGH / stand.max(1.0);
        format!(
            "Few histories stand behind this: {} effective, of {}. The intervals may be too narrow; ask \
             for about {} histories.",
            count(effective.round() as u64),
            of_families(families),
            count(round_up(more))
        )
    })
}

/// "1 family", "1,200 families".
pub fn of_families(families: usize) -> String {
    match families {
        1 => "1 family".to_owned(),
        many => format!("{} families", count(many as u64)),
    }
}

/// The next number with one digit that is not 0.
fn round_up(number: f64) -> u64 {
    let mut step = 1u64;
    while (step as f64) * 10.0 <= number {
        step *= 10;
    }
    (number / step as f64).ceil() as u64 * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_few_histories_are_told_with_how_many_would_do() {
        assert_eq!(warning(4000.0, 100, 10_000), None);
        let told = warning(900.0, 12, 10_000).expect("a warning");
        assert!(
            told.contains("of 12 families") && told.contains("about 90,000 histories"),
            "{told}"
        );
        assert!(warning(3.2, 900, 1_024).expect("a warning").contains("3 effective"));
        assert_eq!((round_up(83_334.0), round_up(100.0), round_up(1.0)), (90_000, 100, 1));
    }
}
