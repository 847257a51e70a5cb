//! Folds over sets: `sum(s in satellite where t != s: x[s])`.

use detente_model::{Expr, Fold, FoldOperation};

use super::{Reader, Ty, Typed, Wanted};
use crate::diagnostic::Code;
use crate::syntax::ast::{self, FoldKind};

impl Reader<'_, '_> {
    pub(super) fn fold(
        &mut self,
        kind: FoldKind,
        over: &ast::Over,
        body: Option<&ast::Expr>,
        tree: &ast::Expr,
    ) -> Option<Typed> {
        let many = over.binders.len() > 1;
        let exact_when_nested =
            matches!(kind, FoldKind::Sum | FoldKind::Any | FoldKind::All | FoldKind::Count)
                || kind != FoldKind::Argmax && over.filter.is_none();
        if many && !exact_when_nested {
            let message = format!("`{}` walks one set at a time here", kind.name());
            let help = "with several variables and `where`, use sum, count, any or all";
            self.report(Code::WrongArguments, tree.span, message, help);
            return None;
        }
        let first = self.scope.binders.len();
        let mut bound = Vec::new();
        for binder in &over.binders {
            let set = self.names.find_set(&binder.set, &mut self.ledger.findings)?;
            if self.scope.find(&binder.variable.text).is_some() {
                let message = format!("`{}` is bound already", binder.variable.text);
                let help = "give this variable another name";
                self.report(Code::DuplicateName, binder.variable.span, message, help);
                self.scope.binders.truncate(first);
                return None;
            }
            let variable = self.variables();
            self.scope.bind(&binder.variable.text, set);
            bound.push((binder.variable.text.clone(), variable, set));
        }
        let parts = self.fold_parts(kind, over, body);
        self.scope.binders.truncate(first);
        let (filter, body) = parts?;
        let operation = operation(kind);
        let ty = match kind {
            FoldKind::Any | FoldKind::All => Ty::Truth,
            FoldKind::Count => Ty::pure(),
            FoldKind::Argmax => {
                let set = bound.first().map(|one| one.2)?;
                Ty::Member(self.names.set(set).root)
            }
            _ => body.ty.clone(),
        };
        // The innermost fold has the filter; a count of counts is their sum.
        let mut inner = body.expr;
        let mut filter = filter;
        for (nesting, (binder, variable, set)) in bound.into_iter().rev().enumerate() {
            let outer = nesting > 0 && operation == FoldOperation::Count;
            let operation = if outer { FoldOperation::Sum } else { operation };
            let filter = filter.take();
            let fold = Fold { operation, binder, variable, set, filter, body: inner };
            inner = Expr::Fold(Box::new(fold));
        }
        Some(Typed { expr: inner, ty })
    }

    /// How many index variables have numbers so far.
    pub(super) fn variables(&self) -> usize {
        let variable = |bound: &&super::Bound| matches!(bound.stands, super::Stands::Variable(_));
        self.scope.binders.iter().filter(variable).count()
    }

    fn fold_parts(
        &mut self,
        kind: FoldKind,
        over: &ast::Over,
        body: Option<&ast::Expr>,
    ) -> Option<(Option<Expr>, Typed)> {
        let filter = over.filter.as_deref().map(|filter| {
            let typed = self.expr_of(filter, &Wanted::truth("what follows `where`"));
            typed.map(|typed| typed.expr)
        });
        let before = self.scope.somebody.len();
        if let Some(condition) = over.filter.as_deref() {
            self.exclude_none(condition);
        }
        let truths = matches!(kind, FoldKind::Any | FoldKind::All | FoldKind::Count);
        let body = match body {
            None => Some(Typed { expr: Expr::Constant(1.0), ty: Ty::Truth }),
            Some(body) if truths => self.expr_of(body, &Wanted::truth("what is counted")),
            Some(body) => self.expr(body).filter(|typed| {
                let number = matches!(typed.ty, Ty::Number(_));
                if !number {
                    let message =
                        format!("numbers are folded so, and this is {}", self.described(&typed.ty));
                    let help = "to count, write `count(s in set where …)`";
                    self.report(Code::WrongType, body.span, message, help);
                }
                number
            }),
        };
        self.scope.somebody.truncate(before);
        Some((filter.map_or(Some(None), |filter| filter.map(Some))?, body?))
    }
}

fn operation(kind: FoldKind) -> FoldOperation {
    match kind {
        FoldKind::Sum => FoldOperation::Sum,
        FoldKind::Mean => FoldOperation::Mean,
        FoldKind::Min => FoldOperation::Min,
        FoldKind::Max => FoldOperation::Max,
        FoldKind::Any => FoldOperation::Any,
        FoldKind::All => FoldOperation::All,
        FoldKind::Count => FoldOperation::Count,
        FoldKind::Argmax => FoldOperation::ArgMax,
    }
}
