//! Expressions: from text to [`Expr`], by precedence.
//!
//! From loose to tight: `if … then … else`, `or`, `and`, `not`, one comparison, `+ -`, `* /`,
//! unary `-`, `^` (to the right), then indices and fields.

use super::ast::{BinaryOp, Expr, ExprKind, Over};
use super::lexer::TokenKind;
use super::parser::{DEEPEST, Parser, Read, UnitNames, parse_whole};
use crate::diagnostic::{Code, Finding};
use crate::place::{Span, Text};

/// Reads an expression. The result is `None` exactly if something was reported.
///
/// ```
/// use detente_scenario::place::{FileId, Text};
/// use detente_scenario::syntax::{UnitNames, parse_expression};
/// let text = Text::verbatim(FileId(0), 0, "sum(s in satellite where t != s: x[s]");
/// let mut findings = Vec::new();
/// assert!(parse_expression(&text, &UnitNames::default(), &mut findings).is_none());
/// assert_eq!(findings[0].message, "expected `)`, found the end of the text");
/// ```
pub fn parse_expression(
    text: &Text,
    units: &UnitNames,
    findings: &mut Vec<Finding>,
) -> Option<Expr> {
    parse_whole(text, units, Code::ExpressionSyntax, findings, |p| p.expression())
}

/// Reads the `over` of an element: `"s in satellite"`, `"a in power, b in power where a != b"`.
/// The result is `None` exactly if something was reported.
pub fn parse_over(text: &Text, units: &UnitNames, findings: &mut Vec<Finding>) -> Option<Over> {
    parse_whole(text, units, Code::OverSyntax, findings, |p| p.over())
}

/// A tree and how deep it is.
pub(super) struct Deep {
    pub(super) expr: Expr,
    pub(super) depth: u32,
}

impl Parser<'_> {
    /// An expression of any kind.
    pub(super) fn expression(&mut self) -> Read<Expr> {
        self.any().map(|deep| deep.expr)
    }

    /// `s in satellite, t in satellite where s != t`.
    pub(super) fn over(&mut self) -> Read<Over> {
        self.over_deep().map(|(over, _)| over)
    }

    pub(super) fn any(&mut self) -> Read<Deep> {
        self.enter()?;
        let follow = std::mem::replace(&mut self.units_follow, true);
        let deep =
            if self.peek() == TokenKind::Word("if") { self.conditional() } else { self.or() };
        self.units_follow = follow;
        self.leave();
        deep
    }

    fn conditional(&mut self) -> Read<Deep> {
        let start = self.here();
        let help = "a choice is written `if c then a else b`";
        self.advance();
        let condition = self.any()?;
        self.expect_word("then", help)?;
        let then = self.any()?;
        self.expect_word("else", help)?;
        let otherwise = self.any()?;
        let depth = condition.depth.max(then.depth).max(otherwise.depth);
        let kind = ExprKind::If {
            condition: Box::new(condition.expr),
            then: Box::new(then.expr),
            otherwise: Box::new(otherwise.expr),
        };
        self.node(kind, start.to(self.before()), depth)
    }

    /// A node one deeper than its deepest child.
    pub(super) fn node(&mut self, kind: ExprKind, span: Span, children: u32) -> Read<Deep> {
        // Chains such as a + b + c + … are deep on the left without nesting, so that depth is
        // counted on the tree as well as while reading.
        if children >= DEEPEST {
            return self.too_deep();
        }
        Ok(Deep { expr: Expr { kind, span }, depth: children + 1 })
    }

    fn binary(&mut self, op: BinaryOp, left: Deep, right: Deep) -> Read<Deep> {
        let span = left.expr.span.to(self.before());
        let depth = left.depth.max(right.depth);
        let kind = ExprKind::Binary { op, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.node(kind, span, depth)
    }

    fn or(&mut self) -> Read<Deep> {
        let start = self.here();
        let mut left = self.and()?;
        while self.take_word("or") {
            let right = self.and()?;
            left = self.binary(BinaryOp::Or, left, right)?;
            left.expr.span = start.to(self.before());
        }
        Ok(left)
    }

    fn and(&mut self) -> Read<Deep> {
        let start = self.here();
        let mut left = self.negation()?;
        while self.take_word("and") {
            let right = self.negation()?;
            left = self.binary(BinaryOp::And, left, right)?;
            left.expr.span = start.to(self.before());
        }
        Ok(left)
    }

    fn negation(&mut self) -> Read<Deep> {
        let start = self.here();
        if !self.take_word("not") {
            return self.comparison();
        }
        self.enter()?;
        let operand = self.negation();
        self.leave();
        let operand = operand?;
        let span = start.to(self.before());
        self.node(ExprKind::Not(Box::new(operand.expr)), span, operand.depth)
    }

    fn comparison(&mut self) -> Read<Deep> {
        let start = self.here();
        let left = self.addition()?;
        let op = match self.peek() {
            TokenKind::Symbol("==") => BinaryOp::Equal,
            TokenKind::Symbol("!=") => BinaryOp::NotEqual,
            TokenKind::Symbol("<") => BinaryOp::Less,
            TokenKind::Symbol("<=") => BinaryOp::LessOrEqual,
            TokenKind::Symbol(">") => BinaryOp::Greater,
            TokenKind::Symbol(">=") => BinaryOp::GreaterOrEqual,
            _ => return Ok(left),
        };
        self.advance();
        let right = self.addition()?;
        let mut deep = self.binary(op, left, right)?;
        deep.expr.span = start.to(self.before());
        Ok(deep)
    }

    fn addition(&mut self) -> Read<Deep> {
        let start = self.here();
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                TokenKind::Symbol("+") => BinaryOp::Add,
                TokenKind::Symbol("-") => BinaryOp::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.product()?;
            left = self.binary(op, left, right)?;
            left.expr.span = start.to(self.before());
        }
    }

    fn product(&mut self) -> Read<Deep> {
        let start = self.here();
        let mut left = self.unary()?;
        loop {
            let op = match self.peek() {
                TokenKind::Symbol("*") => BinaryOp::Multiply,
                TokenKind::Symbol("/") => BinaryOp::Divide,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.unary()?;
            left = self.binary(op, left, right)?;
            left.expr.span = start.to(self.before());
        }
    }

    fn unary(&mut self) -> Read<Deep> {
        let start = self.here();
        if !self.take("-") {
            return self.power();
        }
        self.enter()?;
        let operand = self.unary();
        self.leave();
        let operand = operand?;
        let span = start.to(self.before());
        self.node(ExprKind::Negate(Box::new(operand.expr)), span, operand.depth)
    }

    fn power(&mut self) -> Read<Deep> {
        let start = self.here();
        let base = self.postfix()?;
        if !self.take("^") {
            return Ok(base);
        }
        self.enter()?;
        let follow = std::mem::replace(&mut self.units_follow, false);
        let exponent = self.unary();
        self.units_follow = follow;
        self.leave();
        let mut deep = self.binary(BinaryOp::Power, base, exponent?)?;
        deep.expr.span = start.to(self.before());
        Ok(deep)
    }
}
