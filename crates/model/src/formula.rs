//! Formulas: expressions with every name resolved and every unit converted.

use crate::{AttributeId, Dimension, ElementId, SetId, Week};

/// An expression with the words its author wrote and the type it has.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// As written in the file, for readers.
    pub text: String,
    /// What it means.
    pub expr: Expr,
    /// What kind of value it gives.
    pub gives: Type,
}

/// The type of a value. Durations are numbers of dimension `week`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A number of this dimension, in base units.
    Number(Dimension),
    /// True (1) or false (0).
    Truth,
    /// A member of this root set, or [`crate::NONE`].
    Member(SetId),
    /// A date, as the number of its week.
    Date,
}

/// One instance of an element, chosen by its indices: `hardness[premier[s]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The element.
    pub element: ElementId,
    /// One index for each of the element's binders; each gives a member of the binder's root set.
    /// An index outside the set, or [`crate::NONE`], reads 0 and writes nothing.
    pub index: Vec<Expr>,
}

/// An expression. All values are `f64`; see the crate's introduction for how.
///
/// Index variables are numbered by nesting: first those of the element's `over`, then that of an
/// alternative's `over`, then those of an effect's spread, then those of folds, outermost first.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A constant: a number, a truth, a date, a duration, a member, or `none`.
    Constant(f64),
    /// The member an index variable stands for, by its number.
    Binder(usize),
    /// A numeric, true or member attribute of a member: `l.country`. 0 for `none`.
    Attribute {
        /// The root set the attribute belongs to.
        set: SetId,
        /// Which attribute.
        attribute: AttributeId,
        /// Whose.
        of: Box<Expr>,
    },
    /// The value now of a parameter, series, trait, noise, stock, state or variable.
    Read(Cell),
    /// The value at the end of the week before: `last(x)`. In week 0, the initial value.
    Last(Cell),
    /// A result of a bargain, coalition or alignment, as last settled.
    Result(ElementId, ResultField),
    /// A draw of the event this formula belongs to, by its number in `draws`.
    Draw(usize),
    /// The number of this week.
    Week,
    /// An operation on one value.
    Unary(Unary, Box<Expr>),
    /// An operation on two values.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `if condition then first else second`; both sides are evaluated.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A sum, mean, minimum … over a set.
    Fold(Box<Fold>),
    /// A function of the closed list.
    Call(Function, Vec<Expr>),
    /// Whether an event has happened up to the last round completed.
    Happened(Cell),
    /// How many times it has.
    Times(Cell),
    /// Weeks since it last did; infinity if never. Only in comparisons.
    WeeksSince(Cell),
    /// exp(−weeks since / this many weeks), 0 if never.
    Recency(Cell, f64),
    /// Whether the last answer of a decision was this alternative.
    Chose(Cell, AlternativeRef),
    /// An event's hazard this week, per week; 0 when not at risk. Only in outcomes.
    Hazard(Cell),
    /// A measure over the whole history. Only in outcomes and levels.
    Measure(Box<Measure>),
}

impl Expr {
    /// Shows the expression and every expression inside it, itself first.
    pub fn each<'e>(&'e self, show: &mut dyn FnMut(&'e Self)) {
        show(self);
        let mut inside: Vec<&'e Self> = Vec::new();
        match self {
            Self::Constant(_) | Self::Binder(_) | Self::Draw(_) | Self::Week => {}
            Self::Attribute { of, .. } | Self::Unary(_, of) => inside.push(of),
            Self::Read(cell)
            | Self::Last(cell)
            | Self::Happened(cell)
            | Self::Times(cell)
            | Self::WeeksSince(cell)
            | Self::Recency(cell, _)
            | Self::Hazard(cell) => inside.extend(&cell.index),
            Self::Chose(cell, AlternativeRef { member, .. }) => {
                inside.extend(&cell.index);
                inside.extend(member.iter().map(|member| &**member));
            }
            Self::Result(_, field) => match field {
                ResultField::Support(of) | ResultField::InRuling(of) | ResultField::Side(of) => {
                    inside.push(of);
                }
                _ => {}
            },
            Self::Binary(_, left, right) => inside.extend([&**left, &**right]),
            Self::If(test, first, second) => inside.extend([&**test, &**first, &**second]),
            Self::Fold(fold) => {
                inside.extend(&fold.filter);
                inside.push(&fold.body);
            }
            Self::Call(_, arguments) => inside.extend(arguments),
            Self::Measure(measure) => match measure.as_ref() {
                Measure::DateOf(cell) | Measure::By(cell, _) => inside.extend(&cell.index),
                Measure::At(of, _)
                | Measure::MeanOver(of, ..)
                | Measure::SumOver(of, ..)
                | Measure::MaxOver(of, ..)
                | Measure::DateOfMax(of, ..) => inside.push(of),
                Measure::Correlation(one, other) => inside.extend([one, other]),
            },
        }
        inside.into_iter().for_each(|part| part.each(show));
    }
}

/// An alternative of a decision, named from outside it: `appoint[beria]`.
#[derive(Debug, Clone, PartialEq)]
pub struct AlternativeRef {
    /// The name without its member.
    pub option: String,
    /// Its member, if the option ranges over a set.
    pub member: Option<Box<Expr>>,
}

/// What can be read of a bargain, a coalition or an alignment.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultField {
    /// The text on a dimension of a bargain, by the dimension's number; its reversion before any turn.
    Text(usize),
    /// How the compromise mean would have settled the dimension.
    CompromiseText(usize),
    /// How near the text is to what a player wants: 1 at his position, 0 at the far end of the scale;
    /// the player by his member's number in the root set of [`crate::Bargain::set`]. 0 for one who
    /// is not a player.
    Support(Box<Expr>),
    /// The spread of the players' positions on the first dimension, weighted by power and salience.
    Spread,
    /// Whether the sitting coalition is self-enforcing.
    SelfEnforcing,
    /// Whether a member belongs to the ruling coalition.
    InRuling(Box<Expr>),
    /// The side a member of an alignment is on, from 0.
    Side(Box<Expr>),
    /// The energy of the alignment as it stands.
    Energy,
    /// How many local minima the alignment has.
    Minima,
}

/// Operations on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// −x
    Negate,
    /// not x
    Not,
}

/// Operations on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the operator of its name")]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// A fold over a set: `sum(s in satellite where t != s: x[s])`. It runs in order of name.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// What is folded.
    pub operation: FoldOperation,
    /// The name of the index variable, for readers.
    pub binder: String,
    /// Its number (see [`Expr`]).
    pub variable: usize,
    /// The set it runs through.
    pub set: SetId,
    /// Which members count; all, if none is given.
    pub filter: Option<Expr>,
    /// The value for each member; for `count` the truth that is counted.
    pub body: Expr,
}

/// The folds. Over no members: sum, count 0; mean, min, max 0; any false; all true; argmax `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the fold of its name")]
pub enum FoldOperation {
    Sum,
    Mean,
    Min,
    Max,
    Any,
    All,
    Count,
    ArgMax,
}

/// The closed list of functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `clamp(x, low, high)`
    Clamp,
    /// `logistic(x)` = 1 / (1 + exp(−x))
    Logistic,
    /// `exp(x)`
    Exp,
    /// `ln(x)`
    Ln,
    /// `sqrt(x)`
    Sqrt,
    /// `abs(x)`
    Abs,
    /// `floor(x)`
    Floor,
    /// `min(x, y)` of two values
    Min,
    /// `max(x, y)` of two values
    Max,
    /// `normal_cdf(x)`
    NormalCdf,
    /// `cascade(mean, spread, seed)`: least fixed point of a normal threshold model
    /// (Granovetter 1978; Kuran 1991), a share in [0, 1].
    Cascade,
}

/// A measure over a whole history.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// The week an event first happened; never is infinity.
    DateOf(Cell),
    /// Whether it happened in or before a week.
    By(Cell, Week),
    /// The value of an expression in a week.
    At(Expr, Week),
    /// The mean of an expression over weeks from (included) until (excluded).
    MeanOver(Expr, Week, Week),
    /// The sum over those weeks, times one week.
    SumOver(Expr, Week, Week),
    /// The largest value in those weeks.
    MaxOver(Expr, Week, Week),
    /// The week of the first largest value.
    DateOfMax(Expr, Week, Week),
    /// The correlation of the monthly means of two expressions; 0 if either does not vary.
    Correlation(Expr, Expr),
}
