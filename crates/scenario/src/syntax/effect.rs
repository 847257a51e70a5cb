//! Effects: what an event or an option does to the world.

use super::ast::{Effect, EffectOp, Target};
use super::lexer::TokenKind;
use super::parser::{Parser, Read, UnitNames, parse_whole};
use crate::diagnostic::{Code, Finding};
use crate::place::Text;

/// Reads an effect: `"protest[s] += strike_size * size"`, `"premier[s] = nagy if split[s]"`,
/// `"pull[t] += link[s, t] for t in satellite where t != s"`. The result is `None` exactly if
/// something was reported.
pub fn parse_effect(text: &Text, units: &UnitNames, findings: &mut Vec<Finding>) -> Option<Effect> {
    parse_whole(text, units, Code::EffectSyntax, findings, |p| p.effect())
}

impl Parser<'_> {
    fn effect(&mut self) -> Read<Effect> {
        let start = self.here();
        let name = self.name("the name of what changes")?;
        let indices = self.optional_indices()?;
        let target = Target { name, indices, span: start.to(self.before()) };
        let op = self.effect_op()?;
        let value = self.expression()?;
        let mut guard = None;
        let mut spread = None;
        // Either may come first: people write both.
        loop {
            if guard.is_none() && self.take_word("if") {
                guard = Some(self.expression()?);
            } else if spread.is_none() && self.take_word("for") {
                spread = Some(self.over()?);
            } else {
                break;
            }
        }
        let span = start.to(self.before());
        Ok(Effect { target, op, value, guard, spread, span })
    }

    /// `=`, `+=` or `*=`.
    pub(super) fn effect_op(&mut self) -> Read<EffectOp> {
        let op = match self.peek() {
            TokenKind::Symbol("=") => EffectOp::Set,
            TokenKind::Symbol("+=") => EffectOp::Add,
            TokenKind::Symbol("*=") => EffectOp::Multiply,
            other => {
                let help = match other {
                    TokenKind::Symbol("-=") => "to take away, write `x += -a`",
                    TokenKind::Symbol("/=") => "to divide, write `x *= 1 / a`",
                    TokenKind::Symbol("==") => "one `=` sets, two compare",
                    _ => "write `x = a`, `x += a` or `x *= a`",
                };
                return self.unexpected("`=`, `+=` or `*=`", help);
            }
        };
        self.advance();
        Ok(op)
    }
}
