//! What a run found, as it is kept among finished parts.

use serde::{Deserialize, Serialize};

use super::run::{Bite, Found};
use super::sums::Sums;
use crate::sheaf::Met;

/// What a run found: numbers as their bits, elements by name.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptFound {
    sums: Vec<Vec<[u64; 10]>>,
    bites: Vec<KeptBite>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptBite {
    of: u64,
    moved: u64,
    met: Vec<(Met, usize, usize, u64)>,
}

impl KeptFound {
    pub(crate) fn of(found: &Found) -> Self {
        let bite = |bite: &Bite| KeptBite {
            of: bite.of,
            moved: bite.moved,
            met: bite
                .met
                .iter()
                .map(|((what, of), times)| (*what, of.element.0, of.instance, *times))
                .collect(),
        };
        Self {
            sums: found.sums.iter().map(|by| by.iter().map(Sums::numbers).collect()).collect(),
            bites: found.bites.iter().map(bite).collect(),
        }
    }

    pub(crate) fn found(self) -> Found {
        let bite = |bite: KeptBite| Bite {
            of: bite.of,
            moved: bite.moved,
            met: bite
                .met
                .into_iter()
                .map(|(what, element, instance, times)| {
                    let element = detente_model::ElementId(element);
                    ((what, detente_model::Target { element, instance }), times)
                })
                .collect(),
        };
        let sums = |by: Vec<[u64; 10]>| by.into_iter().map(Sums::of_numbers).collect();
        Found {
            sums: self.sums.into_iter().map(sums).collect(),
            bites: self.bites.into_iter().map(bite).collect(),
            stands_on: None,
        }
    }
}
