//! What a value depends on: which places of a history's memory, and whether it is new each week.

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{Kind, Model};

use crate::graph::{Graph, Node, NodeId};
use crate::layout::{Layout, Place};

/// What a value depends on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dependence {
    /// The places it is made of, directly or through shared values.
    pub(crate) places: BTreeSet<Place>,
    /// Whether it is new each week whatever happens.
    pub(crate) weekly: bool,
}

/// What shared values depend on, as far as it was asked.
#[derive(Debug)]
pub(crate) struct Dependences {
    moving: BTreeSet<Place>,
    known: BTreeMap<u32, Dependence>,
}

impl Dependences {
    /// Stocks that change by themselves, and values of the week before, are new each week.
    pub(crate) fn of(model: &Model, layout: &Layout) -> Self {
        let mut moving = BTreeSet::new();
        for (id, first) in &layout.quantities {
            let element = model.element(*id);
            let moves = match &element.kind {
                Kind::Stock(stock) => stock.change.is_some() || stock.shock.is_some(),
                _ => false,
            };
            if moves {
                moving.extend(*first..*first + element.over.instances.len() as Place);
            }
        }
        for (id, first) in &layout.lasts {
            moving.extend(*first..*first + model.element(*id).over.instances.len() as Place);
        }
        for (target, places) in &layout.events {
            if layout.hazards.contains(&target.element) {
                moving.insert(places.hazard);
            }
        }
        Self { moving, known: BTreeMap::new() }
    }

    pub(crate) fn of_nodes(&mut self, graph: &Graph, roots: &[NodeId]) -> Dependence {
        let mut found = Dependence::default();
        let mut met = BTreeSet::new();
        let mut stack = roots.to_vec();
        while let Some(node) = stack.pop() {
            if !met.insert(node) {
                continue;
            }
            match graph.node(node) {
                Node::Place(place) => {
                    found.places.insert(*place);
                    found.weekly |= self.moving.contains(place);
                }
                Node::Weekly(_) | Node::Uniform(..) => found.weekly = true,
                Node::Shared(number) => {
                    let inner = match self.known.get(number) {
                        Some(known) => known.clone(),
                        None => {
                            let inner = self.of_nodes(graph, &[graph.shared[*number as usize]]);
                            self.known.insert(*number, inner.clone());
                            inner
                        }
                    };
                    found.places.extend(inner.places);
                    found.weekly |= inner.weekly;
                }
                _ => stack.extend(graph.parts(node)),
            }
        }
        found
    }
}
