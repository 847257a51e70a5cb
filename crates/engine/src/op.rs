//! Instructions: one works on a block of histories.

use crate::graph::Family;

/// What an instruction does. V is a value of each history, S one that all share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Code {
    /// d = a
    Copy,
    /// d = s
    Spread,
    AddVV,
    AddVS,
    SubtractVV,
    SubtractVS,
    SubtractSV,
    MultiplyVV,
    MultiplyVS,
    DivideVV,
    DivideVS,
    DivideSV,
    PowerVV,
    /// The lesser of two, in order.
    MinVV,
    MinVS,
    MinSV,
    MaxVV,
    MaxVS,
    MaxSV,
    EqualVV,
    EqualVS,
    NotEqualVV,
    NotEqualVS,
    LessVV,
    LessVS,
    LessSV,
    LessOrEqualVV,
    LessOrEqualVS,
    LessOrEqualSV,
    AndVV,
    AndVS,
    OrVV,
    OrVS,
    /// d = c + a·b, rounded twice
    MultiplyAddVV,
    MultiplyAddVS,
    /// d = c − a·b, rounded twice
    MultiplyLessVV,
    MultiplyLessVS,
    Negate,
    Not,
    Abs,
    Sqrt,
    Floor,
    Hold,
    Exp,
    Ln,
    Logistic,
    NormalCdf,
    InverseNormal,
    /// d = if a then b else c
    SelectVV,
    SelectVS,
    SelectSV,
    SelectSS,
    /// d = the entry of the table (start b, c entries and one beyond) at index a
    Gather,
    /// d = two indices a, b made one, rows c wide
    Joined,
    /// d = cascade(a, b, c)
    Cascade,
    /// d = who rules, of the table (start a, b entries), by the share at c in the table
    Coalition,
    /// d = the uniform of address a, this week
    Uniform,
    Normal,
    Lognormal,
    UniformDraw,
    Loguniform,
    Exponential,
    Triangular,
    Bernoulli,
    HalfNormal,
}

/// An instruction: what, where to, from where. Operands are numbers of lanes, of shared values, or of
/// entries in a table, as the code says. A draw's arguments stand in the table from `b` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instruction {
    pub(crate) code: Code,
    pub(crate) d: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) c: u32,
}

/// Marks an entry of a table as a shared value.
pub(crate) const SHARED_VALUE: u32 = 1 << 31;

/// A value of each history, or one that all share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    /// A number of lanes.
    Lanes(u32),
    /// A number of shared values.
    Scalar(u32),
}

impl Operand {
    pub(crate) fn in_table(self) -> u32 {
        match self {
            Self::Lanes(place) => place,
            Self::Scalar(number) => number | SHARED_VALUE,
        }
    }
}

impl Family {
    pub(crate) fn code(self) -> Code {
        match self {
            Self::Normal => Code::Normal,
            Self::Lognormal => Code::Lognormal,
            Self::Uniform => Code::UniformDraw,
            Self::Loguniform => Code::Loguniform,
            Self::Exponential => Code::Exponential,
            Self::Triangular => Code::Triangular,
            Self::Bernoulli => Code::Bernoulli,
            Self::HalfNormal => Code::HalfNormal,
        }
    }
}

/// What sort of field each of an instruction's operands is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Lanes,
    Scalar,
    Other,
}

impl Code {
    /// The sorts of a, b and c.
    pub(crate) fn fields(self) -> [Field; 3] {
        use Field::{Lanes as V, Other as O, Scalar as S};
        match self {
            Self::Copy
            | Self::Negate
            | Self::Not
            | Self::Abs
            | Self::Sqrt
            | Self::Floor
            | Self::Hold
            | Self::Exp
            | Self::Ln
            | Self::Logistic
            | Self::NormalCdf
            | Self::InverseNormal
            | Self::Gather
            | Self::Normal
            | Self::Lognormal
            | Self::UniformDraw
            | Self::Loguniform
            | Self::Exponential
            | Self::Triangular
            | Self::Bernoulli
            | Self::HalfNormal => [V, O, O],
            Self::Spread => [S, O, O],
            Self::AddVV
            | Self::SubtractVV
            | Self::MultiplyVV
            | Self::DivideVV
            | Self::PowerVV
            | Self::MinVV
            | Self::MaxVV
            | Self::EqualVV
            | Self::NotEqualVV
            | Self::LessVV
            | Self::LessOrEqualVV
            | Self::AndVV
            | Self::OrVV
            | Self::Joined => [V, V, O],
            Self::AddVS
            | Self::SubtractVS
            | Self::MultiplyVS
            | Self::DivideVS
            | Self::MinVS
            | Self::MaxVS
            | Self::EqualVS
            | Self::NotEqualVS
            | Self::LessVS
            | Self::LessOrEqualVS
            | Self::AndVS
            | Self::OrVS => [V, S, O],
            Self::SubtractSV
            | Self::DivideSV
            | Self::MinSV
            | Self::MaxSV
            | Self::LessSV
            | Self::LessOrEqualSV => [S, V, O],
            Self::MultiplyAddVV | Self::MultiplyLessVV | Self::SelectVV | Self::Cascade => {
                [V, V, V]
            }
            Self::MultiplyAddVS | Self::MultiplyLessVS => [V, S, V],
            Self::SelectVS => [V, V, S],
            Self::SelectSV => [V, S, V],
            Self::SelectSS => [V, S, S],
            Self::Coalition | Self::Uniform => [O, O, O],
        }
    }

    /// How many entries of the table an instruction reads, from where.
    pub(crate) fn table(self, own: &Instruction) -> Option<(u32, u32)> {
        match self {
            Self::Gather => Some((own.b, own.c + 1)),
            Self::Coalition => Some((own.a, own.b)),
            Self::Normal
            | Self::Lognormal
            | Self::UniformDraw
            | Self::Loguniform
            | Self::Exponential
            | Self::Triangular
            | Self::Bernoulli
            | Self::HalfNormal => Some((own.b, 3)),
            _ => None,
        }
    }

    /// Whether it makes numbers of chance.
    pub(crate) fn is_draw(self) -> bool {
        self == Self::Uniform
    }

    /// Whether it computes a function that takes many additions.
    pub(crate) fn is_function(self) -> bool {
        matches!(
            self,
            Self::PowerVV
                | Self::Exp
                | Self::Ln
                | Self::Logistic
                | Self::NormalCdf
                | Self::InverseNormal
                | Self::Cascade
                | Self::Coalition
                | Self::Normal
                | Self::Lognormal
                | Self::Loguniform
                | Self::Exponential
                | Self::HalfNormal
        )
    }
}
