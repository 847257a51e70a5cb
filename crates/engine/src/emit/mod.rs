//! From nodes to instructions: each scope a straight run over a few registers.

mod work;

use std::collections::{BTreeMap, BTreeSet};

use crate::arithmetic::{One, Two};
use crate::graph::{Graph, Node, NodeId};
use crate::layout::Place;
use crate::op::{Code, Field, Instruction, Operand, SHARED_VALUE};
use work::Work;

/// A straight run of instructions, after the shared values it reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scope {
    /// Its instructions.
    pub(crate) from: u32,
    pub(crate) until: u32,
    /// How many of them draw, and how many compute a function that takes many additions.
    pub(crate) draws: u32,
    pub(crate) functions: u32,
    /// The scopes that must be up to date before it is run.
    pub(crate) after: Vec<u32>,
    /// The places it reads before it writes there, if it does.
    pub(crate) reads: Vec<Place>,
}

/// Where the shared values that have a scope of their own are kept: place and scope.
pub(crate) type SharedPlaces = BTreeMap<u32, (Place, u32)>;

/// What is emitted so far.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    pub(crate) code: Vec<Instruction>,
    pub(crate) tables: Vec<u32>,
    pub(crate) addresses: Vec<(u64, u32)>,
    /// Constants shared by all histories.
    pub(crate) constants: Vec<f64>,
    /// Numbers of [`Graph::weekly`], in the order of their shared values.
    pub(crate) weekly: Vec<u32>,
    constants_found: BTreeMap<u64, u32>,
    weekly_found: BTreeMap<u32, u32>,
    addresses_found: BTreeMap<(u64, u32), u32>,
    /// Registers used by the largest scope.
    pub(crate) registers: u32,
}

/// Shared values are numbered constants first; until all constants are known, weekly ones are marked.
pub(crate) const WEEKLY_VALUE: u32 = 1 << 30;

/// What becomes of a scope's root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Root {
    /// The value.
    pub(crate) node: NodeId,
    /// Where it is put.
    pub(crate) place: Place,
}

impl Emitter {
    /// One scope for these roots. Values that only their consumer reads stay in registers.
    pub(crate) fn scope(
        &mut self,
        graph: &Graph,
        shared: &SharedPlaces,
        first_register: Place,
        roots: &[Root],
    ) -> Scope {
        let from = self.code.len() as u32;
        let mut work = Work {
            graph,
            shared,
            first_register,
            uses: BTreeMap::new(),
            used_once: BTreeSet::new(),
            at: BTreeMap::new(),
            free: Vec::new(),
            registers: 0,
            after: Vec::new(),
        };
        let order = work.order(roots);
        let homes: BTreeMap<NodeId, Place> =
            roots.iter().rev().map(|root| (work.meant(root.node), root.place)).collect();
        for node in order {
            self.emit(&mut work, node, homes.get(&node).copied());
        }
        for root in roots {
            self.settle(&mut work, root);
        }
        self.registers = self.registers.max(work.registers);
        work.after.sort_unstable();
        work.after.dedup();
        let count = |is: fn(Code) -> bool| {
            self.code[from as usize..].iter().filter(|own| is(own.code)).count() as u32
        };
        let (draws, functions) = (count(Code::is_draw), count(Code::is_function));
        let reads = self.reads(from as usize);
        Scope { from, until: self.code.len() as u32, draws, functions, after: work.after, reads }
    }

    /// The places that the instructions from here on read before they write there.
    fn reads(&self, from: usize) -> Vec<Place> {
        let (mut reads, mut written) = (BTreeSet::new(), BTreeSet::new());
        for op in &self.code[from..] {
            let fields = [op.a, op.b, op.c].into_iter().zip(op.code.fields());
            let own = fields.filter(|(_, field)| *field == Field::Lanes).map(|(place, _)| place);
            let (start, many) = op.code.table(op).unwrap_or((0, 0));
            let entries = self.tables[start as usize..][..many as usize].iter().copied();
            let entries = entries.filter(|entry| entry & SHARED_VALUE == 0);
            reads.extend(own.chain(entries).filter(|place| !written.contains(place)));
            written.insert(op.d);
        }
        reads.into_iter().collect()
    }

    /// Puts a root where it belongs, if it is not there already.
    fn settle(&mut self, work: &mut Work<'_>, root: &Root) {
        let node = work.meant(root.node);
        match self.operand(work, node) {
            Operand::Lanes(place) if place == root.place => {}
            Operand::Lanes(place) => self.put(Code::Copy, root.place, place, 0, 0),
            Operand::Scalar(number) => self.put(Code::Spread, root.place, number, 0, 0),
        }
    }

    fn put(&mut self, code: Code, d: u32, a: u32, b: u32, c: u32) {
        self.code.push(Instruction { code, d, a, b, c });
    }

    fn constant(&mut self, bits: u64) -> Operand {
        let next = self.constants.len() as u32;
        let number = *self.constants_found.entry(bits).or_insert(next);
        if number == next {
            self.constants.push(f64::from_bits(bits));
        }
        Operand::Scalar(number)
    }

    fn weekly(&mut self, path: u32) -> Operand {
        let next = self.weekly.len() as u32;
        let number = *self.weekly_found.entry(path).or_insert(next);
        if number == next {
            self.weekly.push(path);
        }
        Operand::Scalar(number | WEEKLY_VALUE)
    }

    /// The number of a value that all histories share.
    pub(crate) fn scalar(&mut self, graph: &Graph, node: NodeId) -> Operand {
        match graph.node(node) {
            Node::Weekly(path) => self.weekly(*path),
            Node::Constant(bits) => self.constant(*bits),
            // Nothing else is held in this form.
            _ => self.constant(f64::NAN.to_bits()),
        }
    }

    /// Where a value that is ready is to be read.
    fn operand(&mut self, work: &mut Work<'_>, node: NodeId) -> Operand {
        let node = work.meant(node);
        match work.graph.node(node) {
            Node::Constant(bits) => self.constant(*bits),
            Node::Weekly(path) => self.weekly(*path),
            Node::Place(place) => Operand::Lanes(*place),
            Node::Shared(number) => {
                let (place, _) = work.shared[number];
                Operand::Lanes(place)
            }
            _ => work.at[&node],
        }
    }

    /// The same in a value of each history, spread out if all share it.
    fn lanes(&mut self, work: &mut Work<'_>, node: NodeId, borrowed: &mut Vec<Place>) -> u32 {
        match self.operand(work, node) {
            Operand::Lanes(place) => place,
            Operand::Scalar(number) => {
                let place = work.take();
                borrowed.push(place);
                self.put(Code::Spread, place, number, 0, 0);
                place
            }
        }
    }

    fn emit(&mut self, work: &mut Work<'_>, node: NodeId, home: Option<Place>) {
        let mut borrowed = Vec::new();
        let parts = work.reads(node);
        let own = self.instruction(work, node, &mut borrowed);
        // The result never lies where an operand does: its place is taken before theirs are given back.
        let d = home.unwrap_or_else(|| work.take());
        self.code.push(Instruction { d, ..own });
        work.at.insert(node, Operand::Lanes(d));
        work.free.append(&mut borrowed);
        for part in parts {
            work.read(part);
        }
    }

    fn instruction(
        &mut self,
        work: &mut Work<'_>,
        id: NodeId,
        borrowed: &mut Vec<Place>,
    ) -> Instruction {
        let make = |code, a, b, c| Instruction { code, d: 0, a, b, c };
        match work.graph.node(id).clone() {
            Node::One(operation, a) => {
                let a = self.lanes(work, a, borrowed);
                make(one(operation), a, 0, 0)
            }
            Node::Two(operation, a, b) => match work.fused(id) {
                Some((code_vv, code_vs, x, y, rest)) => {
                    let rest = self.lanes(work, rest, borrowed);
                    let (x, y) = match self.operand(work, x) {
                        Operand::Scalar(_) => (y, x),
                        Operand::Lanes(_) => (x, y),
                    };
                    let a = self.lanes(work, x, borrowed);
                    match self.operand(work, y) {
                        Operand::Lanes(b) => make(code_vv, a, b, rest),
                        Operand::Scalar(b) => make(code_vs, a, b, rest),
                    }
                }
                None => self.two(work, operation, a, b, borrowed),
            },
            Node::Select(condition, a, b) => {
                let condition = self.lanes(work, condition, borrowed);
                match (self.operand(work, a), self.operand(work, b)) {
                    (Operand::Lanes(a), Operand::Lanes(b)) => make(Code::SelectVV, condition, a, b),
                    (Operand::Lanes(a), Operand::Scalar(b)) => {
                        make(Code::SelectVS, condition, a, b)
                    }
                    (Operand::Scalar(a), Operand::Lanes(b)) => {
                        make(Code::SelectSV, condition, a, b)
                    }
                    (Operand::Scalar(a), Operand::Scalar(b)) => {
                        make(Code::SelectSS, condition, a, b)
                    }
                }
            }
            Node::Gather(index, table) => {
                let index = self.lanes(work, index, borrowed);
                let start = self.table(work, &table);
                make(Code::Gather, index, start, table.len() as u32 - 1)
            }
            Node::Joined(a, b, width) => {
                let (a, b) = (self.lanes(work, a, borrowed), self.lanes(work, b, borrowed));
                make(Code::Joined, a, b, width)
            }
            Node::Cascade(a, b, c) => {
                let (a, b) = (self.lanes(work, a, borrowed), self.lanes(work, b, borrowed));
                let c = self.lanes(work, c, borrowed);
                make(Code::Cascade, a, b, c)
            }
            Node::Coalition(members, (of, out_of)) => {
                let start = self.table(work, &members);
                let share = self.tables.len() as u32;
                self.tables.extend([of, out_of]);
                make(Code::Coalition, start, members.len() as u32, share)
            }
            Node::Uniform(name, slot) => {
                let next = self.addresses.len() as u32;
                let number = *self.addresses_found.entry((name, slot)).or_insert(next);
                if number == next {
                    self.addresses.push((name, slot));
                }
                make(Code::Uniform, number, 0, 0)
            }
            Node::Quantile(family, uniform, arguments) => {
                let uniform = self.lanes(work, uniform, borrowed);
                let spread = arguments.map(|own| self.lanes(work, own, borrowed));
                let start = self.tables.len() as u32;
                self.tables.extend(spread);
                make(family.code(), uniform, start, 0)
            }
            // Nothing to compute: these are read where they are.
            Node::Constant(_) | Node::Weekly(_) | Node::Place(_) | Node::Shared(_) => {
                let a = self.lanes(work, id, borrowed);
                make(Code::Copy, a, 0, 0)
            }
        }
    }

    fn table(&mut self, work: &mut Work<'_>, entries: &[NodeId]) -> u32 {
        let entries: Vec<u32> =
            entries.iter().map(|entry| self.operand(work, *entry).in_table()).collect();
        let start = self.tables.len() as u32;
        self.tables.extend(entries);
        start
    }

    fn two(
        &mut self,
        work: &mut Work<'_>,
        operation: Two,
        a: NodeId,
        b: NodeId,
        borrowed: &mut Vec<Place>,
    ) -> Instruction {
        // a > b is b < a.
        let (operation, a, b) = match operation {
            Two::Greater => (Two::Less, b, a),
            Two::GreaterOrEqual => (Two::LessOrEqual, b, a),
            other => (other, a, b),
        };
        let (vv, vs, sv) = codes(operation);
        let swaps = matches!(
            operation,
            Two::Add | Two::Multiply | Two::Equal | Two::NotEqual | Two::And | Two::Or
        );
        let make = |code, a, b| Instruction { code, d: 0, a, b, c: 0 };
        match (self.operand(work, a), self.operand(work, b)) {
            (Operand::Lanes(a), Operand::Scalar(s)) if vs.is_some() => make(vs.unwrap_or(vv), a, s),
            (Operand::Scalar(s), Operand::Lanes(b)) if swaps => make(vs.unwrap_or(vv), b, s),
            (Operand::Scalar(s), Operand::Lanes(b)) if sv.is_some() => make(sv.unwrap_or(vv), s, b),
            _ => {
                let (a, b) = (self.lanes(work, a, borrowed), self.lanes(work, b, borrowed));
                make(vv, a, b)
            }
        }
    }
}

fn one(operation: One) -> Code {
    match operation {
        One::Negate => Code::Negate,
        One::Not => Code::Not,
        One::Abs => Code::Abs,
        One::Sqrt => Code::Sqrt,
        One::Floor => Code::Floor,
        One::Exp => Code::Exp,
        One::Ln => Code::Ln,
        One::Logistic => Code::Logistic,
        One::NormalCdf => Code::NormalCdf,
        One::InverseNormal => Code::InverseNormal,
        One::Hold => Code::Hold,
    }
}

/// The instructions of an operation on two values of histories, on one and a shared value, and on a
/// shared value and one.
fn codes(operation: Two) -> (Code, Option<Code>, Option<Code>) {
    use Code::*;
    match operation {
        Two::Add => (AddVV, Some(AddVS), None),
        Two::Subtract => (SubtractVV, Some(SubtractVS), Some(SubtractSV)),
        Two::Multiply => (MultiplyVV, Some(MultiplyVS), None),
        Two::Divide => (DivideVV, Some(DivideVS), Some(DivideSV)),
        Two::Power => (PowerVV, None, None),
        Two::Min => (MinVV, Some(MinVS), Some(MinSV)),
        Two::Max => (MaxVV, Some(MaxVS), Some(MaxSV)),
        Two::Equal => (EqualVV, Some(EqualVS), None),
        Two::NotEqual => (NotEqualVV, Some(NotEqualVS), None),
        Two::Less | Two::Greater => (LessVV, Some(LessVS), Some(LessSV)),
        Two::LessOrEqual | Two::GreaterOrEqual => {
            (LessOrEqualVV, Some(LessOrEqualVS), Some(LessOrEqualSV))
        }
        Two::And => (AndVV, Some(AndVS), None),
        Two::Or => (OrVV, Some(OrVS), None),
    }
}
