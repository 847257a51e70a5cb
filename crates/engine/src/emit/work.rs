//! A scope at work: what it computes, in what order, and which registers are free.

use std::collections::{BTreeMap, BTreeSet};

use super::{Root, SharedPlaces};
use crate::arithmetic::Two;
use crate::graph::{Graph, Node, NodeId};
use crate::layout::Place;
use crate::op::{Code, Operand};

/// What is known while one scope is emitted.
pub(super) struct Work<'a> {
    pub(super) graph: &'a Graph,
    pub(super) shared: &'a SharedPlaces,
    pub(super) first_register: Place,
    /// How often each node is read by the scope's instructions and roots.
    pub(super) uses: BTreeMap<NodeId, u32>,
    /// Those that are read once in all: `uses` falls as they are read.
    pub(super) used_once: BTreeSet<NodeId>,
    /// Where each value is.
    pub(super) at: BTreeMap<NodeId, Operand>,
    pub(super) free: Vec<Place>,
    pub(super) registers: u32,
    pub(super) after: Vec<u32>,
}

/// A sum or difference with a product in it: its two instructions, the factors, and the rest.
pub(super) type Fused = (Code, Code, NodeId, NodeId, NodeId);

impl Work<'_> {
    /// A shared value without a scope of its own is what it is made of.
    pub(super) fn meant(&self, node: NodeId) -> NodeId {
        let mut node = node;
        while let Node::Shared(number) = self.graph.node(node) {
            if self.shared.contains_key(number) {
                break;
            }
            node = self.graph.shared[*number as usize];
        }
        node
    }

    pub(super) fn parts(&self, node: NodeId) -> Vec<NodeId> {
        self.graph.parts(node).into_iter().map(|part| self.meant(part)).collect()
    }

    /// The values that a node's instruction reads.
    pub(super) fn reads(&self, node: NodeId) -> Vec<NodeId> {
        match self.fused(node) {
            Some((_, _, x, y, rest)) => vec![rest, x, y],
            None => self.parts(node),
        }
    }

    /// A product that nothing else reads is computed together with the sum it stands in.
    pub(super) fn fused(&self, node: NodeId) -> Option<Fused> {
        let Node::Two(operation, a, b) = self.graph.node(node) else { return None };
        let (a, b) = (self.meant(*a), self.meant(*b));
        let product = |of: NodeId, rest: NodeId| match self.graph.node(of) {
            Node::Two(Two::Multiply, x, y)
                if self.used_once.contains(&of) && !self.is_scalar(rest) =>
            {
                Some((self.meant(*x), self.meant(*y), rest))
            }
            _ => None,
        };
        match operation {
            Two::Add => product(b, a)
                .or_else(|| product(a, b))
                .map(|(x, y, rest)| (Code::MultiplyAddVV, Code::MultiplyAddVS, x, y, rest)),
            Two::Subtract => product(b, a)
                .map(|(x, y, rest)| (Code::MultiplyLessVV, Code::MultiplyLessVS, x, y, rest)),
            _ => None,
        }
    }

    pub(super) fn is_scalar(&self, node: NodeId) -> bool {
        matches!(self.graph.node(node), Node::Constant(_) | Node::Weekly(_))
    }

    /// The nodes to be computed, parts first; counts how often each value is read.
    pub(super) fn order(&mut self, roots: &[Root]) -> Vec<NodeId> {
        let roots: Vec<NodeId> = roots.iter().map(|root| self.meant(root.node)).collect();
        let mut uses: BTreeMap<NodeId, u32> = BTreeMap::new();
        for node in walk(&roots, |node| self.parts(node)) {
            if let Node::Shared(number) = self.graph.node(node) {
                self.after.push(self.shared[number].1);
            }
            for part in self.parts(node) {
                *uses.entry(part).or_default() += 1;
            }
        }
        for root in &roots {
            *uses.entry(*root).or_default() += 1;
        }
        let once = uses.iter().filter(|(_, uses)| **uses == 1).map(|(node, _)| *node);
        self.used_once = once.collect();
        self.uses = uses;
        let mut order = walk(&roots, |node| self.reads(node));
        order.retain(|node| {
            !matches!(
                self.graph.node(*node),
                Node::Constant(_) | Node::Weekly(_) | Node::Place(_) | Node::Shared(_)
            )
        });
        order
    }

    pub(super) fn take(&mut self) -> Place {
        self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            self.first_register + self.registers - 1
        })
    }

    /// Takes note that a value was read once; a register that nothing reads any more is free.
    pub(super) fn read(&mut self, node: NodeId) {
        let Some(uses) = self.uses.get_mut(&node) else { return };
        *uses -= 1;
        if *uses == 0
            && let Some(Operand::Lanes(place)) = self.at.get(&node)
            && *place >= self.first_register
        {
            self.free.push(*place);
        }
    }
}

/// Everything that roots are made of, parts first, each once.
fn walk(roots: &[NodeId], parts: impl Fn(NodeId) -> Vec<NodeId>) -> Vec<NodeId> {
    let mut order = Vec::new();
    let mut met: BTreeMap<NodeId, bool> = BTreeMap::new();
    for root in roots {
        let mut stack = vec![*root];
        while let Some(node) = stack.pop() {
            match met.get(&node) {
                Some(true) => {}
                Some(false) => {
                    met.insert(node, true);
                    order.push(node);
                }
                None => {
                    met.insert(node, false);
                    stack.push(node);
                    let parts = parts(node);
                    stack.extend(parts.into_iter().rev().filter(|p| !met.contains_key(p)));
                }
            }
        }
    }
    order
}
