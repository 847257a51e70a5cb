//! Units: what a number is a number of.

use std::collections::BTreeMap;
use std::fmt;

/// The dimension of a quantity: base units with whole exponents. No entry is zero, so two
/// dimensions are equal exactly if their quantities may be added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Dimension {
    /// Base unit (`person`, `dollar`, `week` …) to its exponent, never 0.
    pub exponents: BTreeMap<String, i32>,
}

impl Dimension {
    /// The dimension of a pure number.
    pub fn none() -> Self {
        Self::default()
    }

    /// The dimension of one base unit.
    pub fn base(unit: &str) -> Self {
        Self { exponents: BTreeMap::from([(unit.to_owned(), 1)]) }
    }

    /// Whether this is the dimension of a pure number.
    pub fn is_none(&self) -> bool {
        self.exponents.is_empty()
    }

    /// The dimension of a product of this with `other` raised to `power`.
    pub fn times(&self, other: &Self, power: i32) -> Self {
        let mut exponents = self.exponents.clone();
        for (unit, exponent) in &other.exponents {
            let sum = exponents
                .get(unit)
                .copied()
                .unwrap_or(0)
                .saturating_add(exponent.saturating_mul(power));
            if sum == 0 {
                exponents.remove(unit);
            } else {
                exponents.insert(unit.clone(), sum);
            }
        }
        Self { exponents }
    }

    /// The dimension of a square root, if every exponent is even.
    pub fn square_root(&self) -> Option<Self> {
        let exponents = self
            .exponents
            .iter()
            .map(|(unit, exponent)| (exponent % 2 == 0).then(|| (unit.clone(), exponent / 2)))
            .collect::<Option<_>>()?;
        Some(Self { exponents })
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("1");
        }
        let powers = |positive: bool| {
            let parts: Vec<String> = self
                .exponents
                .iter()
                .filter(|(_, exponent)| (**exponent > 0) == positive)
                .map(|(unit, exponent)| match exponent.abs() {
                    1 => unit.clone(),
                    power => format!("{unit}^{power}"),
                })
                .collect();
            parts
        };
        let (above, below) = (powers(true), powers(false));
        f.write_str(if above.is_empty() { "1" } else { "" })?;
        f.write_str(&above.join(" "))?;
        for unit in below {
            write!(f, " / {unit}")?;
        }
        Ok(())
    }
}

/// A unit as an author wrote it: a dimension and how many base units it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// As written: `thousand person / month`.
    pub text: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// How many coherent base units one of it is: `thousand person / month` is 1000·12/52.
    pub scale: f64,
}

impl Unit {
    /// The unit of pure numbers, written `1`.
    pub fn one() -> Self {
        Self { text: "1".to_owned(), dimension: Dimension::none(), scale: 1.0 }
    }

    /// A value in this unit, from one in base units.
    pub fn shown(&self, value: f64) -> f64 {
        value / self.scale
    }

    /// A value in base units, from one in this unit.
    pub fn held(&self, value: f64) -> f64 {
        value * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_cancel_and_print() {
        let flow = Dimension::base("person").times(&Dimension::base("week"), -1);
        assert_eq!(flow.to_string(), "person / week");
        assert_eq!(flow.times(&Dimension::base("week"), 1), Dimension::base("person"));
        assert!(flow.times(&flow, -1).is_none());
        assert_eq!(flow.times(&flow, 1).square_root(), Some(flow.clone()));
        assert_eq!(flow.square_root(), None);
        assert_eq!(Dimension::none().times(&Dimension::base("week"), -2).to_string(), "1 / week^2");
    }
}
