//! Operands: numbers, names with their indices and fields, calls, folds, parentheses.

use super::ast::{Binder, Expr, ExprKind, FoldKind, Ident, Number, Over};
use super::expression::Deep;
use super::lexer::{RESERVED, TokenKind};
use super::parser::{Parser, Read, Stop};
use crate::diagnostic::{Code, Finding};
use crate::place::Span;

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Read<Deep> {
        let mut deep = self.primary()?;
        loop {
            let named = matches!(
                deep.expr.kind,
                ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::Index { .. }
            );
            let start = deep.expr.span;
            match self.peek() {
                TokenKind::Symbol("[") if named => {
                    if matches!(deep.expr.kind, ExprKind::Index { .. }) {
                        let help = "several indices stand in one pair of brackets: `link[s, t]`";
                        return self.unexpected("one pair of brackets", help);
                    }
                    let (indices, depth) = self.indices()?;
                    let depth = depth.max(deep.depth);
                    let kind = ExprKind::Index { of: Box::new(deep.expr), indices };
                    deep = self.node(kind, start.to(self.before()), depth)?;
                }
                TokenKind::Symbol(".") if named => {
                    self.advance();
                    let field = self.name("the name of an attribute or result")?;
                    let depth = deep.depth;
                    let kind = ExprKind::Field { of: Box::new(deep.expr), field };
                    deep = self.node(kind, start.to(self.before()), depth)?;
                }
                _ => return Ok(deep),
            }
        }
    }

    /// `[a, b]`, at least one index.
    fn indices(&mut self) -> Read<(Vec<Expr>, u32)> {
        self.expect("[", "")?;
        if self.peek() == TokenKind::Symbol("*") {
            let help = "in an expression, sum or count over the set: `sum(s in satellite: x[s])`";
            return self.unexpected("an index", help);
        }
        let list = self.list("]")?;
        if list.0.is_empty() && self.findings.is_empty() {
            self.report(self.before(), "an index is missing", "name a member, as in `x[gdr]`");
            return Err(Stop);
        }
        Ok(list)
    }

    /// The indices of a target: `[a, b]`, or none.
    pub(super) fn optional_indices(&mut self) -> Read<Vec<Expr>> {
        if self.peek() == TokenKind::Symbol("[") {
            self.indices().map(|(indices, _)| indices)
        } else {
            Ok(Vec::new())
        }
    }

    /// Expressions divided by commas up to `close`, which is taken. A fault in one does not keep
    /// the others from being read.
    pub(super) fn list(&mut self, close: &str) -> Read<(Vec<Expr>, u32)> {
        let mut items = Vec::new();
        let mut depth = 0;
        if self.take(close) {
            return Ok((items, depth));
        }
        loop {
            let item = self.any().and_then(|deep| match self.peek() {
                TokenKind::Symbol(symbol) if symbol == "," || symbol == close => Ok(deep),
                _ => self.unexpected(&format!("`,` or `{close}`"), ""),
            });
            match item {
                Ok(deep) => {
                    depth = depth.max(deep.depth);
                    items.push(deep.expr);
                }
                Err(Stop) => self.skip_to_separator(),
            }
            if self.take(close) {
                return Ok((items, depth));
            }
            // Without a comma the fault has been reported, and its brackets do not match.
            if !self.take(",") {
                return Err(Stop);
            }
        }
    }

    fn primary(&mut self) -> Read<Deep> {
        let span = self.here();
        let kind = match self.peek() {
            TokenKind::Number(value) => {
                self.advance();
                let unit = self.unit_after_number()?;
                ExprKind::Number(Number { value, unit })
            }
            TokenKind::Date(date) => {
                self.advance();
                ExprKind::Date(date)
            }
            TokenKind::Quoted(text) => {
                self.advance();
                ExprKind::Text(text.to_owned())
            }
            TokenKind::Word(word) => return self.word(word, span),
            TokenKind::Symbol("(") => return self.parentheses(span),
            TokenKind::Symbol(".") => {
                return self.unexpected("a value", "a number begins with a digit: 0.5");
            }
            TokenKind::Symbol("=") => return self.unexpected("a value", "to compare, write `==`"),
            TokenKind::Symbol("+") => {
                return self.unexpected("a value", "leave out the sign of a positive number");
            }
            TokenKind::Symbol(_) | TokenKind::End => {
                let help = "a name or a number is missing here, or a sign stands too much before";
                return self.unexpected("a value", help);
            }
        };
        self.node(kind, span.to(self.before()), 0)
    }

    fn parentheses(&mut self, open: Span) -> Read<Deep> {
        self.advance();
        let inner = match self.any() {
            Ok(inner) => inner,
            Err(Stop) => {
                self.skip_to_separator();
                return self.stand_in(open);
            }
        };
        if self.take(")") {
            return Ok(inner);
        }
        let message = format!("expected `)`, found {}", self.shown());
        let here = self.here();
        self.findings
            .push(Finding::new(Code::ExpressionSyntax, here, message).related(open, "opened here"));
        Err(Stop)
    }

    /// What begins with a word: a truth, `none`, a name, a fold or a call.
    fn word(&mut self, word: &str, span: Span) -> Read<Deep> {
        let kind = match word {
            "true" => ExprKind::Truth(true),
            "false" => ExprKind::Truth(false),
            "none" => ExprKind::None,
            "if" => {
                let help = "put the whole `if … then … else …` in parentheses";
                self.report(span, "an `if` inside a larger expression", help);
                return self.any();
            }
            "not" => {
                let help = "put it in parentheses: `a == (not b)`";
                return self.unexpected("a value", help);
            }
            _ if RESERVED.contains(&word) => return self.unexpected("a value", ""),
            _ if self.peek_at(1) == TokenKind::Symbol("(") => return self.call(word, span),
            _ => ExprKind::Name(word.to_owned()),
        };
        self.advance();
        self.node(kind, span, 0)
    }

    /// `f(…)`: a fold if it is the name of one and a variable is bound, a call otherwise.
    fn call(&mut self, word: &str, span: Span) -> Read<Deep> {
        let fold = fold_kind(word);
        let binds = self.peek_at(3) == TokenKind::Word("in");
        self.advance();
        self.advance();
        match fold {
            Some(kind) if binds => {
                self.enter()?;
                let deep = self.fold(kind, span);
                self.leave();
                deep.or_else(|Stop| self.skip_past_fold(span))
            }
            Some(kind) if !matches!(kind, FoldKind::Min | FoldKind::Max) => {
                let help = format!("write `{word}(s in satellite: …)`");
                self.report(span, format!("`{word}` does not say over which set"), &help);
                self.skip_past_fold(span)
            }
            _ => {
                let (arguments, depth) = self.list(")")?;
                let function = Ident { text: word.to_owned(), span };
                let kind = ExprKind::Call { function, arguments };
                self.node(kind, span.to(self.before()), depth)
            }
        }
    }

    /// After a fault in a fold: moves past its closing bracket, so that what follows is read too.
    fn skip_past_fold(&mut self, start: Span) -> Read<Deep> {
        self.skip_to_separator();
        while self.take(",") {
            self.skip_to_separator();
        }
        self.stand_in(start)
    }

    /// After a fault inside brackets of which the closing one stands at the cursor: a node that is
    /// never seen, since a text with a fault gives no tree.
    fn stand_in(&mut self, start: Span) -> Read<Deep> {
        if self.take(")") {
            self.node(ExprKind::None, start.to(self.before()), 0)
        } else {
            Err(Stop)
        }
    }

    fn fold(&mut self, kind: FoldKind, start: Span) -> Read<Deep> {
        let (over, filter_depth) = self.over_deep()?;
        let mut depth = filter_depth;
        let truth = matches!(kind, FoldKind::Count | FoldKind::Any | FoldKind::All);
        let body = if self.take(":") {
            let deep = self.any()?;
            depth = depth.max(deep.depth);
            Some(Box::new(deep.expr))
        } else if truth && over.filter.is_some() || kind == FoldKind::Count {
            None
        } else {
            let help = "after the set and a colon stands what is folded: \
                        `sum(s in satellite: x[s])`";
            return self.unexpected("`:`", help);
        };
        self.expect(")", "")?;
        self.node(ExprKind::Fold { kind, over, body }, start.to(self.before()), depth)
    }

    pub(super) fn over_deep(&mut self) -> Read<(Over, u32)> {
        let start = self.here();
        let help = "a set is walked as `s in satellite`, or `s in satellite where …`";
        let mut binders = Vec::new();
        loop {
            let variable = self.name("a variable")?;
            self.expect_word("in", help)?;
            let set = self.name("the name of a set")?;
            binders.push(Binder { variable, set });
            if binders.len() > 4 {
                self.report(self.before(), "more than four variables", "walk fewer sets at once");
                return Err(Stop);
            }
            if !self.take(",") {
                break;
            }
        }
        let mut depth = 0;
        let filter = if self.take_word("where") {
            let deep = self.any()?;
            depth = deep.depth;
            Some(Box::new(deep.expr))
        } else {
            None
        };
        Ok((Over { binders, filter, span: start.to(self.before()) }, depth))
    }
}

/// The fold called `word`.
fn fold_kind(word: &str) -> Option<FoldKind> {
    Some(match word {
        "sum" => FoldKind::Sum,
        "mean" => FoldKind::Mean,
        "min" => FoldKind::Min,
        "max" => FoldKind::Max,
        "any" => FoldKind::Any,
        "all" => FoldKind::All,
        "count" => FoldKind::Count,
        "argmax" => FoldKind::Argmax,
        _ => return None,
    })
}
