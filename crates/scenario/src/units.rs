//! Units by name: from what an author wrote to a dimension and a scale in base units.

use std::collections::BTreeMap;

use detente_model::{Dimension, Unit};

use crate::diagnostic::{Code, Finding};
use crate::spelling::suggest_or_list;
use crate::syntax::{UnitNames, ast, print};

/// The units a scenario knows: those it declares, scales, and units of time.
#[derive(Debug, Clone, Default)]
pub(crate) struct UnitTable {
    declared: Vec<String>,
    known: BTreeMap<String, (Dimension, f64)>,
}

impl UnitTable {
    /// The built-in units and those `declared`, each a base unit of its own.
    pub(crate) fn with<'a>(declared: impl IntoIterator<Item = &'a str>) -> UnitTable {
        let week = Dimension::base("week");
        let mut known = BTreeMap::from([
            ("thousand".to_owned(), (Dimension::none(), 1e3)),
            ("million".to_owned(), (Dimension::none(), 1e6)),
        ]);
        for (name, weeks) in [("week", 1.0), ("month", 52.0 / 12.0), ("year", 52.0)] {
            known.insert(name.to_owned(), (week.clone(), weeks));
            known.insert(format!("{name}s"), (week.clone(), weeks));
        }
        let declared: Vec<String> = declared.into_iter().map(str::to_owned).collect();
        for name in &declared {
            known.entry(name.clone()).or_insert((Dimension::base(name), 1.0));
        }
        UnitTable { declared, known }
    }

    /// The names for the parsers: after a number, `/` and one of these belong to the number's unit.
    pub(crate) fn names(&self) -> UnitNames {
        UnitNames::with(self.declared.iter().map(String::as_str))
    }

    /// The units declared, as the model keeps them, in order of name.
    pub(crate) fn declared(&self) -> Vec<Unit> {
        let unit = |name: &String| base_unit(&Dimension::base(name));
        self.declared.iter().map(unit).collect()
    }

    /// Whether the language itself has a unit of this name.
    pub(crate) fn is_built_in(name: &str) -> bool {
        UnitTable::with([]).known.contains_key(name)
    }

    /// The unit that `written` means; reports unknown names.
    pub(crate) fn resolve(&self, written: &ast::Unit, findings: &mut Vec<Finding>) -> Option<Unit> {
        let mut dimension = Dimension::none();
        let (mut above, mut below) = (1.0, 1.0);
        let mut sound = true;
        for factor in &written.factors {
            let Some((own, scale)) = self.factor(&factor.name.text) else {
                let names: Vec<&str> = self.known.keys().map(String::as_str).collect();
                let message = format!("there is no unit `{}`", factor.name.text);
                let help = suggest_or_list(&factor.name.text, &names, "units");
                let help = if help.is_empty() {
                    format!("declare it in scenario.toml: [unit.{}]", factor.name.text)
                } else {
                    help
                };
                let finding = Finding::new(Code::UnknownUnit, factor.name.span, message);
                findings.push(finding.help(help));
                sound = false;
                continue;
            };
            dimension = dimension.times(own, i32::from(factor.power));
            for _ in 0..factor.power.unsigned_abs() {
                if factor.power > 0 {
                    above *= scale;
                } else {
                    below *= scale;
                }
            }
        }
        let scale = above / below;
        sound.then(|| Unit { text: print::unit(written), dimension, scale })
    }

    fn factor(&self, name: &str) -> Option<(&Dimension, f64)> {
        // A plural of a declared unit is the unit: `12 persons`.
        let known = self.known.get(name).or_else(|| self.known.get(name.strip_suffix('s')?))?;
        Some((&known.0, known.1))
    }
}

/// The unit of a dimension in base units, for values whose author named none.
pub(crate) fn base_unit(dimension: &Dimension) -> Unit {
    Unit { text: dimension.to_string(), dimension: dimension.clone(), scale: 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{FileId, Text};
    use crate::syntax::parse_unit;

    fn unit(text: &str) -> Result<Unit, String> {
        let table = UnitTable::with(["person", "dollar"]);
        let mut findings = Vec::new();
        let written = parse_unit(&Text::verbatim(FileId(0), 0, text), &mut findings);
        let unit = written.and_then(|unit| table.resolve(&unit, &mut findings));
        unit.ok_or_else(|| format!("{}: {}", findings[0].message, findings[0].help))
    }

    #[test]
    fn scales_and_times_are_converted() {
        for (text, scale, dimension) in [
            ("1", 1.0, "1"),
            ("thousand person / month", 1000.0 * 12.0 / 52.0, "person / week"),
            ("thousand million dollar / year", 1e9 / 52.0, "dollar / week"),
            ("persons", 1.0, "person"),
            ("1 / year", 1.0 / 52.0, "1 / week"),
        ] {
            let unit = unit(text).expect(text);
            assert!((unit.scale - scale).abs() <= 1e-15 * scale, "{text}: {}", unit.scale);
            assert_eq!(unit.dimension.to_string(), dimension, "{text}");
        }
    }

    #[test]
    fn unknown_units_are_named_with_what_is_near() {
        assert_eq!(
            unit("persn / week").expect_err("no unit"),
            "there is no unit `persn`: did you mean `person`?"
        );
    }
}
