//! What the strings of a scenario say, before any name is looked up: untyped trees with spans.
//!
//! Every node's span is a range of bytes in the *file*, so that a finding about it needs no
//! arithmetic. Equality of nodes ignores nothing: two equal texts at two places differ by their
//! spans.

use jiff::civil::Date;

use crate::place::Span;

/// A name as written, with its place: an element, a set, a member, an option, a bound variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name itself: `snake_case` letters, digits and underscores, never a reserved word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// An expression: what kind of node, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// The node.
    pub kind: ExprKind,
    /// From its first to its last byte; parentheses around it are not part of it.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `0.12 / week`, `331 thousand person`, `2`. Never negative: `-1` is [`ExprKind::Negate`].
    Number(Number),
    /// `true` or `false`.
    Truth(bool),
    /// `none`: nobody, nothing.
    None,
    /// `1953-06-17`; a day that exists.
    Date(Date),
    /// `"4 weeks"` or `'4 weeks'` inside an expression (`recency(e, "4 weeks")`).
    Text(String),
    /// A plain name: an element, a member, an option, a bound variable, `week`, or an argument
    /// that is a name (`happened(uprising)`).
    Name(String),
    /// `of[indices]`: at least one index. `of` is a name, or a field (`terms.text[line]`).
    Index {
        /// What is indexed: [`ExprKind::Name`] or [`ExprKind::Field`].
        of: Box<Expr>,
        /// One expression per index; each may itself be indexed (`hardness[premier[s]]`).
        indices: Vec<Expr>,
    },
    /// `of.field`: an attribute of a member (`l.country`, `premier[s].country`) or a result of a
    /// bargain, coalition or alignment (`terms.spread`).
    Field {
        /// [`ExprKind::Name`], [`ExprKind::Index`] or [`ExprKind::Field`].
        of: Box<Expr>,
        /// The attribute or result.
        field: Ident,
    },
    /// `-x`.
    Negate(Box<Expr>),
    /// `not x`.
    Not(Box<Expr>),
    /// `left op right`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `if condition then value else otherwise`.
    If {
        /// A truth.
        condition: Box<Expr>,
        /// The value where it holds.
        then: Box<Expr>,
        /// The value where it does not.
        otherwise: Box<Expr>,
    },
    /// `sum(s in satellite where t != s: x[s])` and its like.
    Fold {
        /// Which fold.
        kind: FoldKind,
        /// The bound variables and the filter.
        over: Over,
        /// What is folded; absent in `count(s in satellite where revolt[s])` and in
        /// `any(s in satellite where revolt[s])`, where the filter alone says it.
        body: Option<Box<Expr>>,
    },
    /// `f(a, b)`. `min(a, b)` and `max(a, b)` of plain values are calls too, not folds.
    Call {
        /// The function's name.
        function: Ident,
        /// Its arguments in order; names of elements stand here as [`ExprKind::Name`] or
        /// [`ExprKind::Index`].
        arguments: Vec<Expr>,
    },
}

/// A number as written, with the unit written after it, if any.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The value as written, in the unit as written; finite, not negative.
    pub value: f64,
    /// The unit; `None` for a bare number.
    pub unit: Option<Unit>,
}

/// A unit: a product of powers of named units, scales (`thousand`) among them.
///
/// `person / week` is `[person^1, week^-1]`; `1` is no factors; `1 / week` is `[week^-1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The factors in the order written.
    pub factors: Vec<UnitFactor>,
    /// Where the unit stands.
    pub span: Span,
}

/// One factor of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFactor {
    /// A base unit, `thousand`, `million`, `week`, `month`, `year`, or a plural (`weeks`).
    pub name: Ident,
    /// Its power: 1 to 9, or −9 to −1 where it stands under the line.
    pub power: i8,
}

/// The operators of two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

/// The folds over sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldKind {
    /// `sum`: 0 over nothing.
    Sum,
    /// `mean`
    Mean,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `any`: false over nothing.
    Any,
    /// `all`: true over nothing.
    All,
    /// `count`: how many for which the body (or the filter) holds.
    Count,
    /// `argmax`: the member with the largest body.
    Argmax,
}

/// `s in satellite`, `a in power, b in power where a != b`: of an element's `over`, of a fold, of
/// an effect's spread.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// At least one.
    pub binders: Vec<Binder>,
    /// After `where`, if present.
    pub filter: Option<Box<Expr>>,
    /// From the first binder to the end of the filter.
    pub span: Span,
}

/// `s in satellite`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binder {
    /// The variable it binds.
    pub variable: Ident,
    /// The set it runs over.
    pub set: Ident,
}

/// One effect: `pull[t] += link[s, t] if open[s] for t in satellite where t != s`.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// What changes: a name with its indices, which may be states (`in_presidium[victim]`).
    pub target: Target,
    /// How.
    pub op: EffectOp,
    /// The right-hand side.
    pub value: Expr,
    /// After `if`: the effect is made only where it holds.
    pub guard: Option<Expr>,
    /// After `for`: one effect per member.
    pub spread: Option<Over>,
    /// The whole effect.
    pub span: Span,
}

/// What an effect or intervention changes, with indices to be computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The element's name.
    pub name: Ident,
    /// Its indices; none for an element that has no members.
    pub indices: Vec<Expr>,
    /// Name and indices.
    pub span: Span,
}

/// How an effect or intervention changes its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectOp {
    /// `=`
    Set,
    /// `+=`
    Add,
    /// `*=`
    Multiply,
}

/// A distribution: `normal(0, s)`. The number of arguments is the family's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// Which.
    pub family: Family,
    /// Its arguments, in the order of the family's documentation.
    pub arguments: Vec<Expr>,
    /// The whole text.
    pub span: Span,
}

/// The closed list of distributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `normal(mean, sd)`
    Normal,
    /// `lognormal(log_mean, log_sd)`
    Lognormal,
    /// `uniform(low, high)`
    Uniform,
    /// `loguniform(low, high)`
    Loguniform,
    /// `exponential(mean)`
    Exponential,
    /// `triangular(low, mode, high)`
    Triangular,
    /// `bernoulli(p)`
    Bernoulli,
    /// `half_normal(sd)`
    HalfNormal,
}

/// A duration: `"4 weeks"`, `"1 year"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// How many, as written; finite, not negative.
    pub amount: f64,
    /// Of what.
    pub unit: DurationUnit,
    /// The whole text.
    pub span: Span,
}

/// The units of a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    /// A week.
    Week,
    /// A month: a twelfth of a year, 52/12 weeks.
    Month,
    /// A year: 52 weeks.
    Year,
}

impl Duration {
    /// The duration in weeks.
    pub fn weeks(&self) -> f64 {
        match self.unit {
            DurationUnit::Week => self.amount,
            DurationUnit::Month => self.amount * 52.0 / 12.0,
            DurationUnit::Year => self.amount * 52.0,
        }
    }
}

/// A name of one or many elements with fixed indices: `uprising[gdr]`, `protest[*]`, `tension`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The element.
    pub name: Ident,
    /// Its indices; none for an element without members.
    pub indices: Vec<ReferenceIndex>,
    /// Name and indices.
    pub span: Span,
}

/// An index of a [`Reference`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceIndex {
    /// One member by name.
    Member(Ident),
    /// `*`: every member.
    Every(Span),
}

/// A date with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpannedDate {
    /// A day that exists.
    pub date: Date,
    /// Where it stands.
    pub span: Span,
}

/// An intervention: what it does, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Intervention {
    /// What it does.
    pub action: Action,
    /// `from`: the first week is the one that holds it. Only for the actions that take a span:
    /// [`Action::Never`], [`Action::Change`], [`Action::Cut`], [`Action::Without`].
    pub from: Option<SpannedDate>,
    /// `until`: the week that holds it is no longer in the span. For the same actions as `from`.
    pub until: Option<SpannedDate>,
    /// The whole text.
    pub span: Span,
}

/// What an intervention does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// `stalin_dies never`
    Never {
        /// The event.
        element: Reference,
    },
    /// `uprising[gdr] not before 1954-01-01`
    NotBefore {
        /// The event.
        element: Reference,
        /// The first day on which it may happen.
        date: SpannedDate,
    },
    /// `geneva_summit on 1953-10-05`: never before, and then.
    On {
        /// The event.
        element: Reference,
        /// When.
        date: SpannedDate,
    },
    /// `geneva_summit happens 1953-10-05`: then, whatever else.
    Happens {
        /// The event.
        element: Reference,
        /// When.
        date: SpannedDate,
    },
    /// `answer_to_revolt[*] = wait`, `western_aid *= 0.4`, `hope_bite = 0`. For a decision the
    /// value is the [`ExprKind::Name`] of an option.
    Change {
        /// A decision, variable, series, parameter, stock or state.
        element: Reference,
        /// How.
        op: EffectOp,
        /// A constant expression, or the name of an option or member.
        value: Expr,
    },
    /// `initial consumption[gdr] = 95`: another start.
    Initial {
        /// A stock or state.
        element: Reference,
        /// A constant expression, or the name of a member.
        value: Expr,
    },
    /// `cut strike_wave "hope of change"`: a reason is held at its reference.
    Cut {
        /// The event, or a decision's option written `decision.option` (see `option`).
        element: Reference,
        /// `cut answer_to_revolt.wait "…"`: the option whose reason it is, where named.
        option: Option<Ident>,
        /// The reason's name, with its place.
        reason: (String, Span),
    },
    /// `without contagion`: an element at its neutral value.
    Without {
        /// The element.
        element: Reference,
    },
}

/// What an entry of the record says happened: `uprising[gdr]`, or
/// `answer_to_revolt[gdr] = send_the_army`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The event or decision.
    pub element: Reference,
    /// The option taken, for a decision; with its member if the option ranges over a set.
    pub option: Option<Reference>,
    /// The whole text.
    pub span: Span,
}

/// A sentence with holes: `"Strikes spread in {s}."`. `{{` and `}}` stand for braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Text and holes in order; no two texts stand side by side.
    pub pieces: Vec<TemplatePiece>,
    /// The whole text.
    pub span: Span,
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePiece {
    /// Plain text, with its place.
    Text(String, Span),
    /// `{s}`, `{premier[s]}`: shown as the member's title or the value.
    Hole(Expr),
}

/// A citation: `"pernes2008, 101"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The key of an entry in `sources.bib` (letters, digits, `-`, `_`, `:`, `.`).
    pub key: Ident,
    /// What stands after the first comma, trimmed: pages, a document's number.
    pub place: Option<String>,
}
