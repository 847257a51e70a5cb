//! What each operation of the language means for one number: the same for constants folded while
//! compiling and for lanes while running.

use detente_chance::{exp, inverse_normal_cdf, ln, logistic, normal_cdf, pow};
use detente_theory::coalition::{Share, Workspace, is_in, work_out_sitting};

/// Operations on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum One {
    Negate,
    Not,
    Abs,
    Sqrt,
    Floor,
    Exp,
    Ln,
    Logistic,
    NormalCdf,
    InverseNormal,
    /// The chance that an event of this hazard happens in a week.
    /// Held between −30 and 30, as a sum of reasons is.
    Hold,
}

/// Operations on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// The largest sum of reasons that counts.
pub(crate) const LARGEST_SUM: f64 = 30.0;

#[inline(always)]
pub(crate) fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// The lesser; the second where either is not a number.
#[inline(always)]
pub(crate) fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater; the second where either is not a number.
#[inline(always)]
pub(crate) fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// A sum of reasons held between −30 and 30; what is not a number stays so.
#[inline(always)]
pub(crate) fn hold(sum: f64) -> f64 {
    let sum = if sum > LARGEST_SUM { LARGEST_SUM } else { sum };
    if sum < -LARGEST_SUM { -LARGEST_SUM } else { sum }
}

/// A number held in a range; what is not a number stays so.
#[inline(always)]
pub(crate) fn hold_in(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

impl One {
    pub(crate) fn of(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Not => truth(x == 0.0),
            Self::Abs => x.abs(),
            Self::Sqrt => x.sqrt(),
            Self::Floor => x.floor(),
            Self::Exp => exp(x),
            Self::Ln => ln(x),
            Self::Logistic => logistic(x),
            Self::NormalCdf => normal_cdf(x),
            Self::InverseNormal => inverse_normal_cdf(x),
            Self::Hold => hold(x),
        }
    }
}

impl Two {
    pub(crate) fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Power => pow(a, b),
            Self::Min => lesser(a, b),
            Self::Max => greater(a, b),
            Self::Equal => truth(a == b),
            Self::NotEqual => truth(a != b),
            Self::Less => truth(a < b),
            Self::LessOrEqual => truth(a <= b),
            Self::Greater => truth(a > b),
            Self::GreaterOrEqual => truth(a >= b),
            Self::And => truth(a != 0.0 && b != 0.0),
            Self::Or => truth(a != 0.0 || b != 0.0),
        }
    }
}

/// Where a table of `length` entries is read by two indices: `first * width + second`, or −1 if either
/// is outside.
#[inline(always)]
pub(crate) fn joined(first: f64, second: f64, width: f64) -> f64 {
    if first >= 0.0 && second >= 0.0 && second < width { first * width + second } else { -1.0 }
}

/// The functions that the theory's algorithms are given.
pub(crate) const ARITHMETIC: detente_theory::Arithmetic =
    detente_theory::Arithmetic { exp, ln, normal_cdf };

/// The least fixed point of a normal threshold model.
pub(crate) fn cascade(mean: f64, spread: f64, seed: f64) -> f64 {
    detente_theory::cascade::cascade(mean, spread, seed, &ARITHMETIC)
}

/// Who rules, as [`crate::graph::Node::Coalition`] has it: `members` holds a power and a truth for
/// each in turn.
pub(crate) fn coalition(members: &[f64], (of, out_of): (u32, u32)) -> f64 {
    let powers: Vec<f64> = members.iter().step_by(2).copied().collect();
    let sits: Vec<bool> = members.iter().skip(1).step_by(2).map(|x| *x != 0.0).collect();
    let leadership =
        work_out_sitting(&powers, &sits, Share { of, out_of }, &mut Workspace::default());
    let ruling = (0..powers.len())
        .filter(|member| is_in(leadership.ruling, *member))
        .fold(0u64, |bits, member| bits | 2 << member);
    (ruling | u64::from(leadership.self_enforcing)) as f64
}
