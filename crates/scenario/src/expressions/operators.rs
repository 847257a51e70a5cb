//! Operators and choices: what may be joined with what, and in which unit the result is.

use detente_model::{Binary, Dimension, Expr, Unary};

use super::{Reader, Ty, Typed, Wanted};
use crate::diagnostic::{Code, Finding};
use crate::place::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind};
use crate::syntax::print;

/// The type that two values have in common, if they have one.
pub(super) fn joined(left: &Ty, right: &Ty) -> Option<Ty> {
    match (left, right) {
        (Ty::Nobody, Ty::Member(set)) | (Ty::Member(set), Ty::Nobody) => Some(Ty::Member(*set)),
        _ if left == right => Some(left.clone()),
        _ => None,
    }
}

impl Reader<'_, '_> {
    pub(super) fn negate(&mut self, of: &ast::Expr) -> Option<Typed> {
        let Typed { expr, ty } = self.expr(of)?;
        if !matches!(ty, Ty::Number(_)) {
            let message = format!("a number can be negative, and this is {}", self.described(&ty));
            self.report(Code::WrongType, of.span, message, "");
            return None;
        }
        let expr = match expr {
            Expr::Constant(value) => Expr::Constant(-value),
            expr => Expr::Unary(Unary::Negate, Box::new(expr)),
        };
        Some(Typed { expr, ty })
    }

    pub(super) fn not(&mut self, of: &ast::Expr) -> Option<Typed> {
        let Typed { expr, .. } = self.expr_of(of, &Wanted::truth("what `not` denies"))?;
        let expr = match expr {
            Expr::Constant(value) => Expr::Constant(1.0 - value),
            expr => Expr::Unary(Unary::Not, Box::new(expr)),
        };
        Some(Typed { expr, ty: Ty::Truth })
    }

    pub(super) fn conditional(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: &ast::Expr,
    ) -> Option<Typed> {
        let test = self.expr_of(condition, &Wanted::truth("the condition of an `if`"));
        let before = self.scope.somebody.len();
        self.exclude_none(condition);
        let first = self.expr(then);
        self.scope.somebody.truncate(before);
        let second = self.expr(otherwise);
        let (test, first, second) = (test?, first?, second?);
        let Some(ty) = joined(&first.ty, &second.ty) else {
            self.mismatch("an `if` gives one kind of thing", then, &first, otherwise, &second);
            return None;
        };
        let parts = (Box::new(test.expr), Box::new(first.expr), Box::new(second.expr));
        Some(Typed { expr: Expr::If(parts.0, parts.1, parts.2), ty })
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Typed> {
        match op {
            BinaryOp::Or | BinaryOp::And => self.connected(op, left, right),
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessOrEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterOrEqual => self.compared(op, left, right),
            BinaryOp::Add | BinaryOp::Subtract => self.added(op, left, right),
            BinaryOp::Multiply | BinaryOp::Divide => self.multiplied(op, left, right),
            BinaryOp::Power => self.raised(left, right, span),
        }
    }

    fn connected(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let what = if op == BinaryOp::Or { "a part of `or`" } else { "a part of `and`" };
        let first = self.expr_of(left, &Wanted::truth(what));
        let before = self.scope.somebody.len();
        if op == BinaryOp::And {
            self.exclude_none(left);
        }
        let second = self.expr_of(right, &Wanted::truth(what));
        self.scope.somebody.truncate(before);
        Some(joint(operator(op), first?, second?, Ty::Truth))
    }

    /// Takes note of what cannot be `none` where `condition` holds.
    pub(crate) fn exclude_none(&mut self, condition: &ast::Expr) {
        match &condition.kind {
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                self.exclude_none(left);
                self.exclude_none(right);
            }
            ExprKind::Binary { op: BinaryOp::NotEqual, left, right }
                if right.kind == ExprKind::None =>
            {
                self.scope.somebody.push(print::expression(left, &self.names.unit_names));
            }
            ExprKind::Binary { op: BinaryOp::Equal, left, right }
                if right.kind != ExprKind::None =>
            {
                self.scope.somebody.push(print::expression(left, &self.names.unit_names));
                self.scope.somebody.push(print::expression(right, &self.names.unit_names));
            }
            _ => {}
        }
    }

    /// A side of a comparison: there `weeks_since` may stand, and counts weeks.
    fn side(&mut self, tree: &ast::Expr) -> Option<Typed> {
        match &tree.kind {
            ExprKind::Call { function, arguments } if function.text == "weeks_since" => {
                let cell = self.event_cell("weeks_since", arguments, tree.span)?;
                Some(Typed { expr: Expr::WeeksSince(cell), ty: Ty::weeks() })
            }
            _ => self.expr(tree),
        }
    }

    fn compared(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let (first, second) = (self.side(left), self.side(right));
        let (first, second) = (first?, second?);
        let orders = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        // `weeks_since(x) == 10` and `week >= 1954-01-01` count weeks on both sides.
        let counts = |one: &ast::Expr, other: &Typed| {
            counts_weeks(one)
                && match other.ty {
                    Ty::Date => matches!(one.kind, ExprKind::Name(_)),
                    Ty::Number(ref dimension) => {
                        dimension.is_none() && matches!(other.expr, Expr::Constant(_))
                    }
                    _ => false,
                }
        };
        let alike = joined(&first.ty, &second.ty);
        if alike.is_none() && !counts(left, &second) && !counts(right, &first) {
            self.mismatch("only like can be compared with like", left, &first, right, &second);
            return None;
        }
        if orders && matches!(alike, Some(Ty::Truth | Ty::Member(_) | Ty::Nobody)) {
            let message = format!("{} has no order", self.described(&first.ty));
            let help = "truths and members are compared with `==` and `!=` only";
            self.report(Code::WrongType, left.span.to(right.span), message, help);
            return None;
        }
        Some(joint(operator(op), first, second, Ty::Truth))
    }

    fn added(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let (first, second) = (self.expr(left), self.expr(right));
        let (first, second) = (first?, second?);
        let adds = op == BinaryOp::Add;
        let weeks = Ty::weeks();
        let ty = match (&first.ty, &second.ty) {
            (Ty::Number(one), Ty::Number(other)) if one == other => first.ty.clone(),
            (Ty::Date, Ty::Date) if !adds => weeks,
            (Ty::Date, other) if *other == weeks => Ty::Date,
            _ => {
                let what =
                    if adds { "these cannot be added" } else { "these cannot be subtracted" };
                self.mismatch(what, left, &first, right, &second);
                return None;
            }
        };
        Some(joint(operator(op), first, second, ty))
    }

    fn multiplied(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> Option<Typed> {
        let (first, second) = (self.expr(left), self.expr(right));
        let (first, second) = (first?, second?);
        let power = if op == BinaryOp::Multiply { 1 } else { -1 };
        let (Ty::Number(one), Ty::Number(other)) = (&first.ty, &second.ty) else {
            let what = "only numbers are multiplied and divided";
            self.mismatch(what, left, &first, right, &second);
            return None;
        };
        let ty = Ty::Number(one.times(other, power));
        if let (Binary::Divide, Expr::Constant(0.0)) = (operator(op), &second.expr) {
            let message = "division by nought";
            self.report(Code::WrongArguments, right.span, message, "");
            return None;
        }
        Some(joint(operator(op), first, second, ty))
    }

    fn raised(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Typed> {
        let base = self.expr(left);
        let exponent = self.expr_of(right, &Wanted::new(Ty::pure(), "an exponent"));
        let (base, exponent) = (base?, exponent?);
        let Ty::Number(dimension) = &base.ty else {
            let message =
                format!("a number is raised to a power, and this is {}", self.described(&base.ty));
            self.report(Code::WrongType, left.span, message, "");
            return None;
        };
        let ty = match exponent.expr {
            _ if dimension.is_none() => Ty::pure(),
            Expr::Constant(power) if power == f64::from(power as i8) => {
                Ty::Number(Dimension::none().times(dimension, i32::from(power as i8)))
            }
            _ => {
                let message = format!("a number in {dimension} has whole powers only");
                self.report(Code::WrongUnit, span, message, "divide it by a unit quantity first");
                return None;
            }
        };
        Some(joint(Binary::Power, base, exponent, ty))
    }

    /// Reports two values that do not fit each other, with both places underlined.
    pub(super) fn mismatch(
        &mut self,
        what: &str,
        left: &ast::Expr,
        first: &Typed,
        right: &ast::Expr,
        second: &Typed,
    ) {
        let (one, other) = (self.described(&first.ty), self.described(&second.ty));
        let numbers = matches!((&first.ty, &second.ty), (Ty::Number(_), Ty::Number(_)));
        let (code, help) = if numbers {
            (
                Code::WrongUnit,
                "multiply or divide by what is missing; a bare 0 is a pure number too",
            )
        } else {
            (Code::WrongType, "")
        };
        let message = format!("{what}: {one} and {other}");
        let finding = Finding::new(code, right.span, message)
            .help(help)
            .related(left.span, format!("this is {one}"));
        self.ledger.findings.push(finding);
    }
}

/// Whether an expression counts weeks from the start or from an event.
fn counts_weeks(tree: &ast::Expr) -> bool {
    match &tree.kind {
        ExprKind::Name(name) => name == "week",
        ExprKind::Call { function, .. } => function.text == "weeks_since",
        _ => false,
    }
}

fn joint(op: Binary, left: Typed, right: Typed, ty: Ty) -> Typed {
    Typed { expr: Expr::Binary(op, Box::new(left.expr), Box::new(right.expr)), ty }
}

fn operator(op: BinaryOp) -> Binary {
    match op {
        BinaryOp::Or => Binary::Or,
        BinaryOp::And => Binary::And,
        BinaryOp::Equal => Binary::Equal,
        BinaryOp::NotEqual => Binary::NotEqual,
        BinaryOp::Less => Binary::Less,
        BinaryOp::LessOrEqual => Binary::LessOrEqual,
        BinaryOp::Greater => Binary::Greater,
        BinaryOp::GreaterOrEqual => Binary::GreaterOrEqual,
        BinaryOp::Add => Binary::Add,
        BinaryOp::Subtract => Binary::Subtract,
        BinaryOp::Multiply => Binary::Multiply,
        BinaryOp::Divide => Binary::Divide,
        BinaryOp::Power => Binary::Power,
    }
}
