//! Folds over sets, spelt out in order of name; and functions of the closed list.

use detente_model::{Expr, Fold, FoldOperation, Function, MemberIndex, NONE};

use super::{Lowered, Lowerer, Standing};
use crate::arithmetic::{One, Two};
use crate::graph::NodeId;

impl Lowerer<'_> {
    pub(super) fn fold(&mut self, fold: &Fold, at: &Standing) -> Lowered {
        let mut members = Vec::new();
        for member in &self.model.set(fold.set).by_name {
            let inner = at.binding(fold.variable, *member);
            let counts = match &fold.filter {
                Some(filter) => self.formula(filter, &inner)?,
                None => self.constant(1.0),
            };
            if self.graph.value(counts) == Some(0.0) {
                continue;
            }
            members.push((*member, counts, self.formula(&fold.body, &inner)?));
        }
        Ok(self.folded(fold.operation, &members))
    }

    /// A fold over (member, whether it counts, value).
    pub(super) fn folded(
        &mut self,
        operation: FoldOperation,
        members: &[(MemberIndex, NodeId, NodeId)],
    ) -> NodeId {
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        let mut total = match operation {
            FoldOperation::All => one,
            FoldOperation::ArgMax => self.constant(NONE),
            _ => zero,
        };
        // Whether any member counted so far, how many did, and the largest value.
        let (mut any, mut count, mut best) = (zero, zero, zero);
        for (member, counts, value) in members {
            let (counts, value) = (*counts, *value);
            match operation {
                FoldOperation::Sum | FoldOperation::Mean => {
                    let part = self.graph.select(counts, value, zero);
                    total = self.graph.two(Two::Add, total, part);
                    count = self.graph.two(Two::Add, count, counts);
                }
                FoldOperation::Count => {
                    let part = self.graph.two(Two::And, counts, value);
                    total = self.graph.two(Two::Add, total, part);
                }
                FoldOperation::Any => {
                    let part = self.graph.two(Two::And, counts, value);
                    total = self.graph.two(Two::Or, total, part);
                }
                FoldOperation::All => {
                    let exempt = self.graph.one(One::Not, counts);
                    let part = self.graph.two(Two::Or, exempt, value);
                    total = self.graph.two(Two::And, total, part);
                }
                FoldOperation::Min | FoldOperation::Max => {
                    let pick = if operation == FoldOperation::Min { Two::Min } else { Two::Max };
                    let with = self.graph.two(pick, value, total);
                    let first = self.graph.select(any, with, value);
                    total = self.graph.select(counts, first, total);
                    any = self.graph.two(Two::Or, any, counts);
                }
                FoldOperation::ArgMax => {
                    let larger = self.graph.two(Two::Greater, value, best);
                    let none_yet = self.graph.one(One::Not, any);
                    let leads = self.graph.two(Two::Or, larger, none_yet);
                    let leads = self.graph.two(Two::And, counts, leads);
                    let own = self.constant(*member as f64);
                    total = self.graph.select(leads, own, total);
                    best = self.graph.select(leads, value, best);
                    any = self.graph.two(Two::Or, any, counts);
                }
            }
        }
        if operation == FoldOperation::Mean {
            let mean = self.graph.two(Two::Divide, total, count);
            let some = self.graph.two(Two::Greater, count, zero);
            return self.graph.select(some, mean, zero);
        }
        total
    }

    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: &[Expr],
        at: &Standing,
    ) -> Lowered {
        let nodes =
            arguments.iter().map(|own| self.formula(own, at)).collect::<Result<Vec<_>, _>>()?;
        let one = |operation| (operation, 1);
        let (unary, wanted) = match function {
            Function::Logistic => one(Some(One::Logistic)),
            Function::Exp => one(Some(One::Exp)),
            Function::Ln => one(Some(One::Ln)),
            Function::Sqrt => one(Some(One::Sqrt)),
            Function::Abs => one(Some(One::Abs)),
            Function::Floor => one(Some(One::Floor)),
            Function::NormalCdf => one(Some(One::NormalCdf)),
            Function::Min | Function::Max => (None, 2),
            Function::Clamp | Function::Cascade => (None, 3),
        };
        if nodes.len() != wanted {
            return Err(self.fault(at, "a function has too few or too many arguments"));
        }
        let graph = &mut self.graph;
        Ok(match (function, unary) {
            (_, Some(operation)) => graph.one(operation, nodes[0]),
            (Function::Min, _) => graph.two(Two::Min, nodes[0], nodes[1]),
            (Function::Max, _) => graph.two(Two::Max, nodes[0], nodes[1]),
            (Function::Clamp, _) => {
                // In this order what is not a number stays so.
                let above = graph.two(Two::Max, nodes[1], nodes[0]);
                graph.two(Two::Min, nodes[2], above)
            }
            _ => graph.cascade(nodes[0], nodes[1], nodes[2]),
        })
    }
}
