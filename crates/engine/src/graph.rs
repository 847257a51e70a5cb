//! Expressions with indices spelt out, each written once: what the instructions are made from.
//!
//! What depends on no history is worked out here, for every week of the calendar at once, and never
//! again.

use std::collections::BTreeMap;

use detente_model::DistributionFamily;

use crate::arithmetic::{One, Two, cascade, coalition, joined, truth};
use crate::layout::Place;

/// The number of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) u32);

/// A value, made of others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// A constant, by its bits.
    Constant(u64),
    /// A value a week, the same in every history: a number in [`Graph::weekly`].
    Weekly(u32),
    /// A place of a history's memory, as it now is.
    Place(Place),
    /// A variable or a coalition's result, by its number in [`Graph::shared`].
    Shared(u32),
    One(One, NodeId),
    Two(Two, NodeId, NodeId),
    /// The second where the first holds, else the third.
    Select(NodeId, NodeId, NodeId),
    /// The entry of a table at an index; where the index is outside, the last entry.
    Gather(NodeId, Vec<NodeId>),
    /// Two indices made one, for a table of rows this wide.
    Joined(NodeId, NodeId, u32),
    Cascade(NodeId, NodeId, NodeId),
    /// This week's uniform of a name and slot.
    Uniform(u64, u32),
    /// A uniform turned into a draw, with three arguments.
    Quantile(Family, NodeId, [NodeId; 3]),
    /// Who rules, from each member's power and whether he sits, in turn; the share that wins as a
    /// fraction. Bit 0 says whether those who sit are self-enforcing, bit `m + 1` whether member `m`
    /// belongs to the ruling coalition.
    Coalition(Vec<NodeId>, (u32, u32)),
}

/// The distributions, in an order of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Normal,
    Lognormal,
    Uniform,
    Loguniform,
    Exponential,
    Triangular,
    Bernoulli,
    HalfNormal,
}

impl From<DistributionFamily> for Family {
    fn from(family: DistributionFamily) -> Self {
        match family {
            DistributionFamily::Normal => Self::Normal,
            DistributionFamily::Lognormal => Self::Lognormal,
            DistributionFamily::Uniform => Self::Uniform,
            DistributionFamily::Loguniform => Self::Loguniform,
            DistributionFamily::Exponential => Self::Exponential,
            DistributionFamily::Triangular => Self::Triangular,
            DistributionFamily::Bernoulli => Self::Bernoulli,
            DistributionFamily::HalfNormal => Self::HalfNormal,
        }
    }
}

/// Every node, each once, parts before what is made of them.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The nodes.
    pub(crate) nodes: Vec<Node>,
    /// Values by week, each list once.
    pub(crate) weekly: Vec<Vec<f64>>,
    /// What shared values are: the nodes they are made of.
    pub(crate) shared: Vec<NodeId>,
    /// How many weeks there are.
    pub(crate) weeks: usize,
    found: BTreeMap<Node, NodeId>,
    weekly_found: BTreeMap<Vec<u64>, u32>,
}

impl Graph {
    pub(crate) fn new(weeks: usize) -> Self {
        Self { weeks, ..Self::default() }
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn add(&mut self, node: Node) -> NodeId {
        if let Some(found) = self.found.get(&node) {
            return *found;
        }
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.found.insert(node, id);
        id
    }

    pub(crate) fn constant(&mut self, x: f64) -> NodeId {
        self.add(Node::Constant(x.to_bits()))
    }

    pub(crate) fn place(&mut self, place: Place) -> NodeId {
        self.add(Node::Place(place))
    }

    pub(crate) fn shared(&mut self, number: u32) -> NodeId {
        self.add(Node::Shared(number))
    }

    pub(crate) fn uniform(&mut self, name: u64, slot: u32) -> NodeId {
        self.add(Node::Uniform(name, slot))
    }

    /// A value for each week of the calendar.
    pub(crate) fn weekly(&mut self, values: Vec<f64>) -> NodeId {
        let bits: Vec<u64> = values.iter().map(|x| x.to_bits()).collect();
        if let Some(first) = bits.first().filter(|first| bits.iter().all(|x| x == *first)) {
            return self.add(Node::Constant(*first));
        }
        let next = self.weekly.len() as u32;
        let number = *self.weekly_found.entry(bits).or_insert(next);
        if number == next {
            self.weekly.push(values);
        }
        self.add(Node::Weekly(number))
    }

    /// The value of a constant.
    pub(crate) fn value(&self, id: NodeId) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// Its value in each week, if it is the same in every history.
    fn path(&self, id: NodeId) -> Option<Path<'_>> {
        match self.node(id) {
            Node::Constant(bits) => Some(Path::Constant(f64::from_bits(*bits))),
            Node::Weekly(number) => Some(Path::Weekly(&self.weekly[*number as usize])),
            _ => None,
        }
    }

    /// The node of a function of others, worked out if none of them depends on a history.
    fn worked(&mut self, parts: &[NodeId], function: impl Fn(&[f64]) -> f64, node: Node) -> NodeId {
        let Some(paths) = parts.iter().map(|part| self.path(*part)).collect::<Option<Vec<_>>>()
        else {
            return self.add(node);
        };
        let weeks =
            if paths.iter().any(|path| matches!(path, Path::Weekly(_))) { self.weeks } else { 1 };
        let values = (0..weeks)
            .map(|week| {
                let now: Vec<f64> = paths.iter().map(|path| path.at(week)).collect();
                function(&now)
            })
            .collect();
        self.weekly(values)
    }

    pub(crate) fn one(&mut self, operation: One, a: NodeId) -> NodeId {
        self.worked(&[a], |x| operation.of(x[0]), Node::One(operation, a))
    }

    /// A sum or product with nothing to it, or with nothing in it, is not written down, where that
    /// changes no number.
    pub(crate) fn two(&mut self, operation: Two, a: NodeId, b: NodeId) -> NodeId {
        let (x, y) = (self.value(a), self.value(b));
        match operation {
            Two::Add if x == Some(0.0) => return b,
            Two::Add | Two::Subtract if y == Some(0.0) => return a,
            Two::Multiply if x == Some(1.0) => return b,
            Two::Multiply | Two::Divide if y == Some(1.0) => return a,
            Two::And if x == Some(0.0) => return a,
            Two::And if y == Some(0.0) => return b,
            // Truths are 0 or 1, so that what is joined to a certain one is itself.
            Two::And | Two::Or if x == Some(truth(operation == Two::And)) => return b,
            Two::And | Two::Or if y == Some(truth(operation == Two::And)) => return a,
            Two::Or if x == Some(1.0) => return a,
            Two::Or if y == Some(1.0) => return b,
            _ => {}
        }
        self.worked(&[a, b], |x| operation.of(x[0], x[1]), Node::Two(operation, a, b))
    }

    pub(crate) fn select(&mut self, condition: NodeId, a: NodeId, b: NodeId) -> NodeId {
        match self.value(condition) {
            Some(x) if x != 0.0 => return a,
            Some(_) => return b,
            None if a == b => return a,
            None => {}
        }
        let choose = |x: &[f64]| if x[0] != 0.0 { x[1] } else { x[2] };
        self.worked(&[condition, a, b], choose, Node::Select(condition, a, b))
    }

    /// The entry of `table` at `index`, or its last where the index is outside the others.
    pub(crate) fn gather(&mut self, index: NodeId, table: Vec<NodeId>) -> NodeId {
        let entries = table.len() - 1;
        if let Some(x) = self.value(index) {
            return table[inside(x, entries)];
        }
        if table.iter().all(|entry| *entry == table[0]) {
            return table[0];
        }
        let mut parts = vec![index];
        parts.extend(&table);
        let choose = |x: &[f64]| x[1 + inside(x[0], entries)];
        self.worked(&parts, choose, Node::Gather(index, table))
    }

    pub(crate) fn joined(&mut self, first: NodeId, second: NodeId, width: usize) -> NodeId {
        let node = Node::Joined(first, second, width as u32);
        self.worked(&[first, second], |x| joined(x[0], x[1], width as f64), node)
    }

    pub(crate) fn cascade(&mut self, mean: NodeId, spread: NodeId, seed: NodeId) -> NodeId {
        let node = Node::Cascade(mean, spread, seed);
        self.worked(&[mean, spread, seed], |x| cascade(x[0], x[1], x[2]), node)
    }

    /// A draw by the inverse of its distribution function. A normal whose spread is certain is made
    /// of single operations, which is faster and gives the same bits.
    pub(crate) fn quantile(
        &mut self,
        family: Family,
        uniform: NodeId,
        arguments: [NodeId; 3],
    ) -> NodeId {
        let [mean, sd, _] = arguments;
        let spread_is_sound = self.value(sd).is_some_and(|sd| sd >= 0.0);
        match family {
            Family::Normal | Family::Lognormal if spread_is_sound => {
                let standard = self.one(One::InverseNormal, uniform);
                let off = self.two(Two::Multiply, sd, standard);
                let normal = self.two(Two::Add, mean, off);
                if family == Family::Normal { normal } else { self.one(One::Exp, normal) }
            }
            _ => self.add(Node::Quantile(family, uniform, arguments)),
        }
    }

    pub(crate) fn coalition(&mut self, members: Vec<NodeId>, share: (u32, u32)) -> NodeId {
        let node = Node::Coalition(members.clone(), share);
        self.worked(&members, |x| coalition(x, share), node)
    }

    /// The nodes a node is made of.
    pub(crate) fn parts(&self, id: NodeId) -> Vec<NodeId> {
        match self.node(id) {
            Node::Constant(_)
            | Node::Weekly(_)
            | Node::Place(_)
            | Node::Shared(_)
            | Node::Uniform(..) => Vec::new(),
            Node::One(_, a) => vec![*a],
            Node::Two(_, a, b) | Node::Joined(a, b, _) => vec![*a, *b],
            Node::Select(a, b, c) | Node::Cascade(a, b, c) => vec![*a, *b, *c],
            Node::Gather(index, table) => {
                let mut parts = vec![*index];
                parts.extend(table);
                parts
            }
            Node::Coalition(members, _) => members.clone(),
            Node::Quantile(_, uniform, [a, b, c]) => vec![*uniform, *a, *b, *c],
        }
    }
}

/// The place of an index among so many entries, or the one after them where it is outside.
#[inline(always)]
pub(crate) fn inside(index: f64, entries: usize) -> usize {
    if index >= 0.0 && index < entries as f64 { index as usize } else { entries }
}

#[derive(Clone, Copy)]
enum Path<'a> {
    Constant(f64),
    Weekly(&'a [f64]),
}

impl Path<'_> {
    fn at(self, week: usize) -> f64 {
        match self {
            Self::Constant(x) => x,
            Self::Weekly(values) => values[week],
        }
    }
}
