//! Units, durations and distributions: how much of what, how long, how spread.

use super::ast::{Distribution, Duration, DurationUnit, Family, Ident, Unit, UnitFactor};
use super::lexer::{RESERVED, TokenKind};
use super::parser::{Parser, Read, Stop, UnitNames, parse_whole};
use crate::diagnostic::{Code, Finding};
use crate::place::Text;

/// Reads a unit: `"person / week"`, `"thousand person"`, `"1"`. Whether its names are known is not
/// asked. The result is `None` exactly if something was reported.
pub fn parse_unit(text: &Text, findings: &mut Vec<Finding>) -> Option<Unit> {
    let units = UnitNames::default();
    parse_whole(text, &units, Code::UnitSyntax, findings, |p| p.unit())
}

/// Reads a duration: `"4 weeks"`, `"1 week"`, `"0.5 years"`. The result is `None` exactly if
/// something was reported.
pub fn parse_duration(text: &Text, findings: &mut Vec<Finding>) -> Option<Duration> {
    let units = UnitNames::default();
    parse_whole(text, &units, Code::DurationSyntax, findings, |p| p.duration())
}

/// Reads a distribution: `"normal(0, s)"`. The family is known and has the right number of
/// arguments. The result is `None` exactly if something was reported.
pub fn parse_distribution(
    text: &Text,
    units: &UnitNames,
    findings: &mut Vec<Finding>,
) -> Option<Distribution> {
    parse_whole(text, units, Code::DistributionSyntax, findings, |p| p.distribution())
}

impl Family {
    /// Every family with its name and the names of its arguments.
    pub const ALL: &'static [(Family, &'static str, &'static [&'static str])] = &[
        (Family::Normal, "normal", &["mean", "sd"]),
        (Family::Lognormal, "lognormal", &["log_mean", "log_sd"]),
        (Family::Uniform, "uniform", &["low", "high"]),
        (Family::Loguniform, "loguniform", &["low", "high"]),
        (Family::Exponential, "exponential", &["mean"]),
        (Family::Triangular, "triangular", &["low", "mode", "high"]),
        (Family::Bernoulli, "bernoulli", &["p"]),
        (Family::HalfNormal, "half_normal", &["sd"]),
    ];

    /// The name as written.
    pub fn name(self) -> &'static str {
        Family::ALL.iter().find(|entry| entry.0 == self).map_or("", |entry| entry.1)
    }
}

impl DurationUnit {
    /// The unit called `word`, in the singular or plural.
    pub fn named(word: &str) -> Option<DurationUnit> {
        match word {
            "week" | "weeks" => Some(DurationUnit::Week),
            "month" | "months" => Some(DurationUnit::Month),
            "year" | "years" => Some(DurationUnit::Year),
            _ => None,
        }
    }
}

impl Parser<'_> {
    /// The unit after a number: names with no sign between, then `/` and names that are units.
    pub(super) fn unit_after_number(&mut self) -> Read<Option<Unit>> {
        let start = self.here();
        let mut factors = Vec::new();
        while let TokenKind::Word(word) = self.peek() {
            if RESERVED.contains(&word) {
                break;
            }
            factors.push(self.factor(1)?);
        }
        while self.units_follow && self.peek() == TokenKind::Symbol("/") {
            let TokenKind::Word(word) = self.peek_at(1) else { break };
            let plain = !matches!(self.peek_at(2), TokenKind::Symbol("(" | "[" | "."));
            if !plain || !self.units.contains(word) {
                break;
            }
            self.advance();
            factors.push(self.factor(-1)?);
        }
        let span = start.to(self.before());
        Ok(if factors.is_empty() { None } else { Some(Unit { factors, span }) })
    }

    /// `person`, `person^2`; `sign` is −1 under the line.
    fn factor(&mut self, sign: i8) -> Read<UnitFactor> {
        if self.peek() == TokenKind::Word("per") {
            return self.unexpected("a unit", "for \"per\" write `/`, as in `person / week`");
        }
        let name = self.name("a unit")?;
        let mut power = 1;
        if self.take("^") {
            power = match self.peek() {
                TokenKind::Number(value) => match (1..=9_i8).find(|&p| f64::from(p) == value) {
                    Some(power) => power,
                    None => return self.unexpected("a whole number from 1 to 9", ""),
                },
                _ => return self.unexpected("a whole number from 1 to 9", ""),
            };
            self.advance();
        }
        Ok(UnitFactor { name, power: sign * power })
    }

    fn unit(&mut self) -> Read<Unit> {
        let start = self.here();
        let help = "a unit is written `person / week`, or `1` for none";
        let mut factors = Vec::new();
        if let TokenKind::Number(value) = self.peek() {
            if value != 1.0 {
                return self.unexpected("a unit", "scales are written `thousand` and `million`");
            }
            self.advance();
        } else {
            factors.push(self.factor(1)?);
        }
        loop {
            let sign = match self.peek() {
                TokenKind::End => break,
                TokenKind::Symbol("/") => -1,
                TokenKind::Symbol("*") => 1,
                TokenKind::Word(_) if !factors.is_empty() => {
                    factors.push(self.factor(1)?);
                    continue;
                }
                _ => return self.unexpected("`/` or a unit", help),
            };
            self.advance();
            factors.push(self.factor(sign)?);
        }
        Ok(Unit { factors, span: start.to(self.before()) })
    }

    fn duration(&mut self) -> Read<Duration> {
        let start = self.here();
        let help = "a duration is written `4 weeks`, `6 months` or `1 year`";
        let TokenKind::Number(amount) = self.peek() else {
            return self.unexpected("a number", help);
        };
        self.advance();
        let unit = match self.peek() {
            TokenKind::Word(word) => DurationUnit::named(word),
            _ => None,
        };
        let Some(unit) = unit else {
            return self.unexpected("`weeks`, `months` or `years`", help);
        };
        self.advance();
        Ok(Duration { amount, unit, span: start.to(self.before()) })
    }

    fn distribution(&mut self) -> Read<Distribution> {
        let start = self.here();
        let name = self.name("the name of a distribution")?;
        let family = Family::ALL.iter().find(|entry| entry.1 == name.text);
        let Some(&(family, known, wanted)) = family else {
            return self.unknown_family(&name);
        };
        self.expect("(", &format!("write `{known}({})`", wanted.join(", ")))?;
        let (arguments, _) = self.list(")")?;
        if arguments.len() != wanted.len() {
            let message = format!(
                "`{known}` takes {}, and is given {}",
                plural(wanted.len(), "argument"),
                arguments.len()
            );
            let help = format!("write `{known}({})`", wanted.join(", "));
            self.report(start.to(self.before()), message, &help);
            return Err(Stop);
        }
        Ok(Distribution { family, arguments, span: start.to(self.before()) })
    }

    fn unknown_family(&mut self, name: &Ident) -> Read<Distribution> {
        let names: Vec<&str> = Family::ALL.iter().map(|entry| entry.1).collect();
        let help = match crate::spelling::nearest(&name.text, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the distributions are {}", names.join(", ")),
        };
        self.report(name.span, format!("there is no distribution `{}`", name.text), &help);
        Err(Stop)
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("one {noun}") } else { format!("{count} {noun}s") }
}
