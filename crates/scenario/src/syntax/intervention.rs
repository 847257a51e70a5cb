//! Interventions, references to elements, and the ties of the record: names with fixed indices.

use super::ast::{Action, Intervention, Reference, ReferenceIndex, Tie};
use super::lexer::{RESERVED, TokenKind};
use super::parser::{Parser, Read, Stop, UnitNames, parse_whole};
use crate::diagnostic::{Code, Finding};
use crate::place::Text;
use crate::spelling::nearest;

/// Reads an intervention: `"stalin_dies never from 1953-01-01"`, `"initial consumption[gdr] = 95"`.
/// The result is `None` exactly if something was reported.
pub fn parse_intervention(
    text: &Text,
    units: &UnitNames,
    findings: &mut Vec<Finding>,
) -> Option<Intervention> {
    parse_whole(text, units, Code::InterventionSyntax, findings, |p| p.intervention())
}

/// Reads a reference to one or many elements: `"protest[*]"`, `"uprising[gdr]"`, `"tension"`.
/// The result is `None` exactly if something was reported.
pub fn parse_reference(text: &Text, findings: &mut Vec<Finding>) -> Option<Reference> {
    let units = UnitNames::default();
    parse_whole(text, &units, Code::ReferenceSyntax, findings, |p| p.reference())
}

/// Reads a tie of the record: `"uprising[gdr]"`, `"answer_to_revolt[gdr] = send_the_army"`.
/// The result is `None` exactly if something was reported.
pub fn parse_tie(text: &Text, findings: &mut Vec<Finding>) -> Option<Tie> {
    let units = UnitNames::default();
    parse_whole(text, &units, Code::ReferenceSyntax, findings, |p| p.tie())
}

const FORMS: &str = "an intervention is `x never`, `x not before D`, `x on D`, `x happens D`, \
                     `x = a`, `initial x = a`, `cut x \"reason\"` or `without x`";

impl Parser<'_> {
    fn reference(&mut self) -> Read<Reference> {
        let start = self.here();
        let name = self.name("the name of an element")?;
        let mut indices = Vec::new();
        if self.take("[") {
            loop {
                if self.peek() == TokenKind::Symbol("*") {
                    indices.push(ReferenceIndex::Every(self.here()));
                    self.advance();
                } else {
                    indices.push(ReferenceIndex::Member(self.name("a member, or `*` for all")?));
                }
                if self.take("]") {
                    break;
                }
                self.expect(",", "indices stand in brackets: `link[gdr, poland]`")?;
            }
        }
        if self.peek() == TokenKind::Symbol("(") {
            return self.unexpected("`[` or the end", "members stand in brackets: `uprising[gdr]`");
        }
        Ok(Reference { name, indices, span: start.to(self.before()) })
    }

    fn tie(&mut self) -> Read<Tie> {
        let start = self.here();
        let element = self.reference()?;
        let option = if self.take("=") { Some(self.reference()?) } else { None };
        Ok(Tie { element, option, span: start.to(self.before()) })
    }

    fn intervention(&mut self) -> Read<Intervention> {
        let start = self.here();
        let action = self.action()?;
        let mut from = None;
        let mut until = None;
        loop {
            let place = self.here();
            if from.is_none() && self.take_word("from") {
                from = Some(self.date()?);
            } else if until.is_none() && self.take_word("until") {
                until = Some(self.date()?);
            } else {
                break;
            }
            let spanned = matches!(
                action,
                Action::Never { .. }
                    | Action::Change { .. }
                    | Action::Cut { .. }
                    | Action::Without { .. }
            );
            if !spanned {
                let help = "`from` and `until` go with `never`, `=`, `+=`, `*=`, `cut` and \
                            `without`";
                self.report(place, "this form has its own date", help);
                return Err(Stop);
            }
        }
        if let (Some(from), Some(until)) = (from, until)
            && until.date <= from.date
        {
            let message =
                format!("the span ends ({}) before it begins ({})", until.date, from.date);
            self.report(until.span, message, "`until` names the first week no longer in it");
        }
        Ok(Intervention { action, from, until, span: start.to(self.before()) })
    }

    fn action(&mut self) -> Read<Action> {
        let word = match self.peek() {
            TokenKind::Word(word) => word,
            _ => return self.unexpected("an intervention", FORMS),
        };
        // These three are words only here: an element may bear such a name.
        let leads = matches!(self.peek_at(1), TokenKind::Word(next) if !RESERVED.contains(&next))
            && !self.verb_follows();
        match word {
            "initial" if leads => {
                self.advance();
                let element = self.reference()?;
                self.expect("=", "another start is written `initial x = a`")?;
                Ok(Action::Initial { element, value: self.expression()? })
            }
            "cut" if leads => {
                self.advance();
                self.cut()
            }
            "without" if leads => {
                self.advance();
                Ok(Action::Without { element: self.reference()? })
            }
            _ => self.action_on_element(),
        }
    }

    /// Whether the second word is a verb that makes the first an element: `cut never`.
    fn verb_follows(&self) -> bool {
        let ends = |kind| matches!(kind, TokenKind::End | TokenKind::Word("from" | "until"));
        match self.peek_at(1) {
            TokenKind::Word("never") => ends(self.peek_at(2)),
            TokenKind::Word("on" | "happens") => matches!(self.peek_at(2), TokenKind::Date(_)),
            _ => false,
        }
    }

    fn cut(&mut self) -> Read<Action> {
        let element = self.reference()?;
        let option = if self.take(".") { Some(self.name("an option")?) } else { None };
        match self.peek() {
            TokenKind::Quoted(reason) => {
                let reason = (reason.to_owned(), self.here());
                self.advance();
                Ok(Action::Cut { element, option, reason })
            }
            _ => self.unexpected(
                "the name of a reason, in quotation marks",
                "write `cut strike_wave \"hope of change\"`",
            ),
        }
    }

    fn action_on_element(&mut self) -> Read<Action> {
        let element = self.reference()?;
        match self.peek() {
            TokenKind::Word("never") => {
                self.advance();
                Ok(Action::Never { element })
            }
            TokenKind::Word("not") => {
                self.advance();
                self.expect_word("before", "write `x not before 1954-01-01`")?;
                Ok(Action::NotBefore { element, date: self.date()? })
            }
            TokenKind::Word("on") => {
                self.advance();
                Ok(Action::On { element, date: self.date()? })
            }
            TokenKind::Word("happens") => {
                self.advance();
                self.take_word("on");
                Ok(Action::Happens { element, date: self.date()? })
            }
            TokenKind::Symbol("=" | "+=" | "*=" | "-=" | "/=" | "==") => {
                let op = self.effect_op()?;
                Ok(Action::Change { element, op, value: self.expression()? })
            }
            other => {
                let verbs = ["never", "not", "on", "happens"];
                let near = match other {
                    TokenKind::Word(word) => nearest(word, verbs),
                    _ => None,
                };
                let help = near.map(|verb| format!("did you mean `{verb}`?"));
                let help = help.as_deref().unwrap_or(FORMS);
                self.unexpected("`never`, `not before`, `on`, `happens` or `=`", help)
            }
        }
    }
}
