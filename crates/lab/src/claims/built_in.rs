//! Built in is not found: does a claim share a source with a number or reason on a causal path to its
//! outcome?

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{Alternative, Citation, Claim, Element, ElementId, Kind, Model};

use crate::describe::causes;

/// The claim's sources that are also cited by what lies upstream of its outcomes, each with the
/// elements that cite it. Pages are not compared: two readings of one book are not two witnesses.
pub(crate) fn built_in(
    model: &Model,
    upstream: &BTreeMap<ElementId, BTreeSet<ElementId>>,
    claim: &Claim,
) -> BTreeMap<String, Vec<String>> {
    let own: BTreeSet<&str> = claim.by.iter().map(|citation| citation.key.as_str()).collect();
    let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let outcomes: BTreeSet<ElementId> = claim.expects.iter().map(|one| one.outcome).collect();
    let causes: BTreeSet<ElementId> =
        outcomes.iter().filter_map(|outcome| upstream.get(outcome)).flatten().copied().collect();
    for id in causes {
        let element = model.element(id);
        for key in sources(element) {
            if own.contains(key) {
                let named = shared.entry(key.to_owned()).or_default();
                if named.last() != Some(&element.name) {
                    named.push(element.name.clone());
                }
            }
        }
    }
    shared
}

/// What lies upstream of each outcome that claims expect something of.
pub(crate) fn upstream(
    model: &Model,
    claims: &[usize],
) -> BTreeMap<ElementId, BTreeSet<ElementId>> {
    let expects = claims.iter().flat_map(|number| &model.claims[*number].expects);
    let outcomes: BTreeSet<ElementId> = expects.map(|expected| expected.outcome).collect();
    outcomes.into_iter().map(|outcome| (outcome, causes(model, outcome))).collect()
}

/// Keys of the sources that an element's numbers and reasons rest on.
fn sources(element: &Element) -> impl Iterator<Item = &str> {
    let alternatives: &[Alternative] = match &element.kind {
        Kind::Decision(decision) => &decision.alternatives,
        _ => &[],
    };
    let own: &[Citation] = match element.kind {
        Kind::Outcome(_) => &[],
        _ => &element.provenance.sources,
    };
    let of_alternatives = alternatives.iter().flat_map(|one| &one.provenance.sources);
    own.iter().chain(of_alternatives).map(|citation| citation.key.as_str())
}
