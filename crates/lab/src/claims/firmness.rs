//! How firmly a model falls one way, over assumption sets.

use super::answer::{Falls, Firmness};

/// Firmness from the share of draws in which a claim holds, set by set; the first set is the one
/// without a school. `turned` says whether a parameter was found whose change turns the claim.
///
/// Firm: the same way in at least 95 of 100 draws in every set. Leaning: at least 80 of 100 in three
/// quarters of the sets. Hangs on: a school, in most of its draws, or a parameter turns it.
pub(crate) fn firmness(shares: &[f64], turned: bool) -> Option<(Firmness, Falls)> {
    let falls = falls(*shares.first()?);
    let same = |share: &f64| match falls {
        Falls::For => *share,
        Falls::Against => 1.0 - *share,
    };
    let count = |least: f64| shares.iter().filter(|share| same(share) >= least - 1e-9).count();
    let word = if count(0.95) == shares.len() {
        Firmness::Firm
    } else if 4 * count(0.8) >= 3 * shares.len() {
        Firmness::Leaning
    } else if turned || shares.iter().any(|share| same(share) < 0.5) {
        Firmness::HangsOn
    } else {
        Firmness::Silent
    };
    Some((word, falls))
}

/// The way most draws fall.
pub(crate) fn falls(share: f64) -> Falls {
    if share >= 0.5 { Falls::For } else { Falls::Against }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Falls::{Against, For};
    use Firmness::{Firm, HangsOn, Leaning, Silent};

    #[test]
    fn words_follow_the_protocol() {
        assert_eq!(firmness(&[1.0, 0.95, 38.0 / 40.0], false), Some((Firm, For)));
        assert_eq!(firmness(&[1.0, 37.0 / 40.0, 1.0, 1.0], false), Some((Leaning, For)));
        // Three quarters of four sets are three.
        assert_eq!(firmness(&[0.8, 0.8, 0.8, 0.1], false), Some((Leaning, For)));
        assert_eq!(firmness(&[0.8, 0.8, 0.1, 0.1], false), Some((HangsOn, For)));
        assert_eq!(firmness(&[0.7, 0.7, 0.6], false), Some((Silent, For)));
        assert_eq!(firmness(&[0.7, 0.7, 0.6], true), Some((HangsOn, For)));
        assert_eq!(firmness(&[0.0, 0.05, 0.02], false), Some((Firm, Against)));
        assert_eq!(firmness(&[], false), None);
    }
}
