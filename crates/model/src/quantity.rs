//! Quantities: what has a value each week, and what a question is asked of.

use crate::{Formula, SetId, Unit};

/// A number the modeller assumes.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its unit.
    pub unit: Unit,
    /// The author's value for each instance, in base units.
    pub values: Vec<f64>,
    /// What it may be.
    pub range: Range,
    /// What is thought likely, for each instance, with arguments in base units; truncated to
    /// `range`. `None`: it is not doubted.
    pub priors: Vec<Option<Distribution>>,
}

/// The values a quantity may take, both ends included, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least; −∞ if unbounded.
    pub low: f64,
    /// The greatest; +∞ if unbounded.
    pub high: f64,
}

impl Range {
    /// No bounds.
    pub const ALL: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// Whether a value lies in it. NaN does not.
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// A path given from a table, by week.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its unit.
    pub unit: Unit,
    /// The table it comes from, for readers: `data/stockpiles.csv`, and the column.
    pub table: String,
    /// The column.
    pub column: String,
    /// For each instance, its value in each week of the calendar, in base units.
    pub values: Vec<Vec<f64>>,
}

/// One draw per history: a hidden type, a frailty.
#[derive(Debug, Clone, PartialEq)]
pub struct Trait {
    /// Its unit.
    pub unit: Unit,
    /// How it is drawn.
    pub draw: Distribution,
}

/// A draw that several elements share.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// Its unit.
    pub unit: Unit,
    /// How it is drawn.
    pub draw: Distribution,
    /// How often it is drawn anew.
    pub every: Every,
}

/// How often a noise is drawn anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each week.
    Week,
    /// Each calendar year, addressed by the year of the week's Monday.
    Year,
}

/// A quantity with memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    /// Its unit.
    pub unit: Unit,
    /// Where it starts.
    pub initial: Initial,
    /// What is added each week, in base units a week; nothing if absent.
    pub change: Option<Formula>,
    /// What chance adds each week, in the stock's base unit.
    pub shock: Option<Distribution>,
    /// What it is held in after each week.
    pub range: Range,
}

/// Where a stock starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Initial {
    /// A value for each instance, in base units.
    Values(Vec<f64>),
    /// Computed from parameters, series and traits as week 0 begins.
    Formula(Formula),
}

/// A truth, a phase, a post and who holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What it may be.
    pub of: StateValues,
    /// Where each instance starts: 0 or 1, a member's number, or [`crate::NONE`].
    pub initial: Vec<f64>,
}

/// The values a state may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateValues {
    /// True or false.
    Truth,
    /// A member of a set.
    Member {
        /// The set, which may be a subset of its root.
        set: SetId,
        /// Whether it may be `none`.
        may_be_vacant: bool,
    },
}

/// A quantity computed each week.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its unit; [`Unit::one`] for a truth or a member.
    pub unit: Unit,
    /// How it is computed.
    pub equals: Formula,
}

/// A probability distribution, drawn by its inverse distribution function.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// As written, for readers.
    pub text: String,
    /// Which.
    pub family: DistributionFamily,
    /// Its arguments, as many as [`DistributionFamily::arguments`] says, in base units. Those of a
    /// prior are constants, save that the log-mean of a quantity whose unit has a scale is a
    /// constant plus the `ln` of that scale.
    pub arguments: Vec<Formula>,
}

/// The closed list of distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistributionFamily {
    /// `normal(mean, sd)`
    Normal,
    /// `lognormal(mean of the log, sd of the log)`
    Lognormal,
    /// `uniform(low, high)`
    Uniform,
    /// `loguniform(low, high)`
    Loguniform,
    /// `exponential(mean)`
    Exponential,
    /// `triangular(low, mode, high)`
    Triangular,
    /// `bernoulli(probability)`: 1 or 0
    Bernoulli,
    /// `half_normal(sd of the whole)`
    HalfNormal,
}

impl DistributionFamily {
    /// The names of its arguments, in order.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Normal => &["mean", "sd"],
            Self::Lognormal => &["log_mean", "log_sd"],
            Self::Uniform | Self::Loguniform => &["low", "high"],
            Self::Exponential => &["mean"],
            Self::Triangular => &["low", "mode", "high"],
            Self::Bernoulli => &["probability"],
            Self::HalfNormal => &["sd"],
        }
    }
}

/// What a question is asked of: one value a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What it is. A truth makes a probability, a date a timing, a number a number.
    pub is: Formula,
    /// Its unit; [`Unit::one`] for a truth or a date.
    pub unit: Unit,
}
