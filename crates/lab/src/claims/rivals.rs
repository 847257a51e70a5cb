//! Rivals side by side: a model that passes both at full strength has failed.

use std::collections::BTreeSet;

use super::answer::{ClaimAnswer, RivalPair};
use super::verdict::Verdict;

/// The pairs of rivals among these claims.
pub(crate) fn pairs(claims: &[ClaimAnswer]) -> Vec<RivalPair> {
    let mut pairs = BTreeSet::new();
    for (number, claim) in claims.iter().enumerate() {
        for rival in &claim.rivals {
            if let Some(other) = claims.iter().position(|one| one.id == *rival) {
                pairs.insert((number.min(other), number.max(other)));
            }
        }
    }
    pairs.into_iter().map(|(one, other)| facing(&claims[one], &claims[other])).collect()
}

fn facing(one: &ClaimAnswer, other: &ClaimAnswer) -> RivalPair {
    let supported = |claim: &ClaimAnswer| claim.verdict == Verdict::Supported;
    let side = match (supported(one), supported(other)) {
        (true, false) => Some(one.id.clone()),
        (false, true) => Some(other.id.clone()),
        _ => None,
    };
    RivalPair {
        pair: [one.id.clone(), other.id.clone()],
        verdicts: [one.verdict, other.verdict],
        decided: side.is_some(),
        side,
        both_pass: [one, other].iter().all(|claim| supported(claim) && claim.in_band),
    }
}
