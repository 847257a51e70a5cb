//! Two elements whose dice have one address would meet the same chance: an error that names both.

use std::collections::BTreeMap;

use detente_model::{Element, ElementId};
use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Code, Finding};
use crate::expressions::Ledger;
use crate::place::Span;

/// Reports each pair of elements that share an address once; `span` is the place of an element's name.
///
/// An address is the head of the SHA-256 of a full name, or of the earlier name that `was` keeps, so two
/// share one where `was` names what another element is or was called, or, once in 2⁶⁴ pairs, by chance.
pub(crate) fn check_dice(
    elements: &[Element],
    span: impl Fn(ElementId) -> Span,
    ledger: &mut Ledger,
) {
    let mut first_at: BTreeMap<[u8; 8], (ElementId, &str, &str)> = BTreeMap::new();
    let mut told: Vec<(ElementId, ElementId)> = Vec::new();
    for (number, element) in elements.iter().enumerate() {
        let own = ElementId(number);
        for instance in &element.over.instances {
            let new = (own, instance.full_name.as_str(), instance.address.as_str());
            let (other, name, address) = *first_at.entry(head_of(&instance.address)).or_insert(new);
            if other == own || told.contains(&(other, own)) {
                continue;
            }
            told.push((other, own));
            let message = format!("`{name}` and `{}` have the same dice", instance.full_name);
            let help = match address == instance.address {
                true => "an old name has one heir: change `was`, or leave it out",
                false => "rename one of the two",
            };
            let finding = Finding::new(Code::HashCollision, span(own), message).help(help);
            ledger.findings.push(finding.related(span(other), "the other"));
        }
    }
}

fn head_of(address: &str) -> [u8; 8] {
    let digest = Sha256::digest(address.as_bytes());
    std::array::from_fn(|place| digest[place])
}
