//! From the tree of an expression to a formula: names resolved, types and units checked.

mod calls;
mod folds;
mod measures;
mod operators;
mod places;

use std::collections::BTreeSet;

use detente_model::{
    Calendar, Date, Dimension, DistributionFamily, ElementId, Expr, Formula, MemberIndex, NONE,
    SetId, Type, Unit,
};

use crate::diagnostic::{Code, Finding};
use crate::names::Names;
use crate::place::Span;
use crate::syntax::ast::{self, ExprKind};

/// What the stages of loading write down as they go.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) findings: Vec<Finding>,
    /// The elements that something reads.
    pub(crate) read: BTreeSet<ElementId>,
    /// The keys of sources that something cites.
    pub(crate) cited: BTreeSet<String>,
    /// The first number of the element being read that wants a source or a judgement.
    pub(crate) number: Option<Span>,
}

impl Ledger {
    pub(crate) fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding::new(code, span, message).help(help));
    }

    /// Notes a number, duration or date that wants a source or a judgement.
    pub(crate) fn note_number(&mut self, span: Span) {
        self.number.get_or_insert(span);
    }
}

/// The type of a value while expressions are read: as in the model, and `none` by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ty {
    Number(Dimension),
    Truth,
    Member(SetId),
    Date,
    Nobody,
}

impl From<&Type> for Ty {
    fn from(ty: &Type) -> Ty {
        match ty {
            Type::Number(dimension) => Ty::Number(dimension.clone()),
            Type::Truth => Ty::Truth,
            Type::Member(set) => Ty::Member(*set),
            Type::Date => Ty::Date,
        }
    }
}

impl Ty {
    /// A pure number.
    pub(crate) fn pure() -> Ty {
        Ty::Number(Dimension::none())
    }

    /// A number of weeks.
    pub(crate) fn weeks() -> Ty {
        Ty::Number(Dimension::base("week"))
    }

    /// What a distribution gives, in a quantity of this unit.
    pub(crate) fn drawn(family: DistributionFamily, unit: &Unit) -> Ty {
        match family {
            DistributionFamily::Bernoulli => Ty::Truth,
            _ => Ty::Number(unit.dimension.clone()),
        }
    }

    fn model(&self) -> Option<Type> {
        Some(match self {
            Ty::Number(dimension) => Type::Number(dimension.clone()),
            Ty::Truth => Type::Truth,
            Ty::Member(set) => Type::Member(*set),
            Ty::Date => Type::Date,
            Ty::Nobody => return None,
        })
    }
}

/// An expression read: what it means, and its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typed {
    pub(crate) expr: Expr,
    pub(crate) ty: Ty,
}

/// Where an expression stands, which decides what it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allows {
    /// Constants and members' attributes only.
    Fixed,
    /// What is known as a history begins: parameters, series, traits.
    Start,
    /// The world of a week.
    Week,
    /// The world of a week, and hazards: what a measure measures.
    Measured,
    /// Measures of whole histories too.
    Outcome,
}

/// Which bare numbers may stand in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    Any,
    /// 0, 1, 2 and 100: in reasons and effects, any other is an assumption and has a name.
    Plain,
}

/// What the local names of an expression stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) binders: Vec<Bound>,
    /// The draws of the event.
    pub(crate) draws: Vec<(String, Ty)>,
    /// Expressions, as written, that are known not to be `none`.
    pub(crate) somebody: Vec<String>,
}

/// An index variable in scope.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) name: String,
    pub(crate) set: SetId,
    pub(crate) stands: Stands,
}

/// What an index variable stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stands {
    /// The variable of this number in the formula.
    Variable(usize),
    /// One member, put in its place.
    Member(MemberIndex),
}

impl Scope {
    /// A scope with the index variables of an element.
    pub(crate) fn of(binders: &[detente_model::Binder]) -> Scope {
        let mut scope = Scope::default();
        binders.iter().for_each(|binder| scope.bind(&binder.name, binder.set));
        scope
    }

    /// Adds an index variable with the next number.
    pub(crate) fn bind(&mut self, name: &str, set: SetId) {
        let variable = |bound: &&Bound| matches!(bound.stands, Stands::Variable(_));
        let number = self.binders.iter().filter(variable).count();
        let stands = Stands::Variable(number);
        self.binders.push(Bound { name: name.to_owned(), set, stands });
    }

    /// Adds a name for one member.
    pub(crate) fn fix(&mut self, name: &str, set: SetId, member: MemberIndex) {
        let stands = Stands::Member(member);
        self.binders.push(Bound { name: name.to_owned(), set, stands });
    }

    fn find(&self, name: &str) -> Option<&Bound> {
        self.binders.iter().rev().find(|bound| bound.name == name)
    }
}

/// A reader of expressions in one place of the scenario.
pub(crate) struct Reader<'a, 'n> {
    pub(crate) names: &'a Names<'n>,
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) scope: Scope,
    pub(crate) allows: Allows,
    pub(crate) bare: Bare,
}

/// What a value should be, and the code of the finding if only its unit is another.
pub(crate) struct Wanted<'w> {
    pub(crate) ty: Ty,
    pub(crate) code: Code,
    /// What the value is for: "the change of a stock".
    pub(crate) what: &'w str,
}

impl<'w> Wanted<'w> {
    pub(crate) fn new(ty: Ty, what: &'w str) -> Wanted<'w> {
        Wanted { ty, code: Code::WrongUnit, what }
    }

    pub(crate) fn truth(what: &'w str) -> Wanted<'w> {
        Wanted::new(Ty::Truth, what)
    }
}

impl<'a, 'n> Reader<'a, 'n> {
    pub(crate) fn new(names: &'a Names<'n>, ledger: &'a mut Ledger, allows: Allows) -> Self {
        Reader { names, ledger, scope: Scope::default(), allows, bare: Bare::Any }
    }

    pub(crate) fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    pub(crate) fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.ledger.report(code, span, message, help);
    }

    /// A formula of any type but `none` alone.
    pub(crate) fn formula(&mut self, tree: &ast::Expr, text: &str) -> Option<Formula> {
        let typed = self.expr(tree)?;
        let Some(gives) = typed.ty.model() else {
            self.report(Code::WrongType, tree.span, "`none` alone says nothing here", "");
            return None;
        };
        Some(Formula { text: text.to_owned(), expr: typed.expr, gives })
    }

    /// A formula of the type wanted.
    pub(crate) fn formula_of(
        &mut self,
        tree: &ast::Expr,
        text: &str,
        wanted: &Wanted<'_>,
    ) -> Option<Formula> {
        let typed = self.expr_of(tree, wanted)?;
        let gives = typed.ty.model().or_else(|| wanted.ty.model())?;
        Some(Formula { text: text.to_owned(), expr: typed.expr, gives })
    }

    /// An expression of the type wanted.
    pub(crate) fn expr_of(&mut self, tree: &ast::Expr, wanted: &Wanted<'_>) -> Option<Typed> {
        let typed = self.expr(tree)?;
        self.fits(&typed, tree.span, wanted).then_some(typed)
    }

    /// Whether a value is of the type wanted; reports if not.
    pub(crate) fn fits(&mut self, typed: &Typed, span: Span, wanted: &Wanted<'_>) -> bool {
        if operators::joined(&typed.ty, &wanted.ty).is_some() {
            return true;
        }
        let (has, wants) = (self.described(&typed.ty), self.described(&wanted.ty));
        let numbers = matches!((&typed.ty, &wanted.ty), (Ty::Number(_), Ty::Number(_)));
        let code = if numbers { wanted.code } else { Code::WrongType };
        let help = match (&typed.ty, &wanted.ty) {
            (Ty::Truth, Ty::Number(_)) => "write `if … then 1 else 0` to make a number of a truth",
            (Ty::Number(_), Ty::Truth) => "compare it with something: `x > limit`",
            _ => "",
        };
        let message = format!("{} is {wants}, and this is {has}", wanted.what);
        self.report(code, span, message, help);
        false
    }

    /// A type in words: "a number in person / week", "a truth".
    pub(crate) fn described(&self, ty: &Ty) -> String {
        match ty {
            Ty::Number(dimension) if dimension.is_none() => "a pure number".to_owned(),
            Ty::Number(dimension) => format!("a number in {dimension}"),
            Ty::Truth => "a truth".to_owned(),
            Ty::Member(set) => format!("a member of `{}`", self.names.set(*set).name),
            Ty::Date => "a date".to_owned(),
            Ty::Nobody => "none".to_owned(),
        }
    }

    /// Reads any expression.
    pub(crate) fn expr(&mut self, tree: &ast::Expr) -> Option<Typed> {
        let typed = |expr: Expr, ty: Ty| Some(Typed { expr, ty });
        match &tree.kind {
            ExprKind::Number(number) => self.number(number, tree.span),
            ExprKind::Truth(truth) => typed(Expr::Constant(f64::from(*truth)), Ty::Truth),
            ExprKind::None => typed(Expr::Constant(NONE), Ty::Nobody),
            ExprKind::Date(date) => {
                self.ledger.note_number(tree.span);
                let week = self.week_of(*date, tree.span, Bounds::Within)?;
                typed(Expr::Constant(f64::from(week)), Ty::Date)
            }
            ExprKind::Text(_) => {
                let help = "names stand without quotation marks; a duration is written `4 weeks`";
                self.report(Code::WrongType, tree.span, "a text says nothing here", help);
                None
            }
            ExprKind::Name(name) => self.name(name, tree.span),
            ExprKind::Index { of, indices } => self.index(of, indices, tree.span),
            ExprKind::Field { of, field } => self.field(of, field, tree.span),
            ExprKind::Negate(of) => self.negate(of),
            ExprKind::Not(of) => self.not(of),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, tree.span),
            ExprKind::If { condition, then, otherwise } => {
                self.conditional(condition, then, otherwise)
            }
            ExprKind::Fold { kind, over, body } => self.fold(*kind, over, body.as_deref(), tree),
            ExprKind::Call { function, arguments } => self.call(function, arguments, tree.span),
        }
    }

    fn number(&mut self, number: &ast::Number, span: Span) -> Option<Typed> {
        if ![0.0, 1.0, 2.0, 100.0].contains(&number.value) {
            self.ledger.note_number(span);
            if self.bare == Bare::Plain {
                let message = format!("the number {} has no name", number.value);
                let help = "make it a parameter with a unit and a source or judgement; in reasons \
                            and effects only 0, 1, 2 and 100 stand bare";
                self.report(Code::BareNumber, span, message, help);
            }
        }
        let unit = match &number.unit {
            None => Unit::one(),
            Some(unit) => self.names.units.resolve(unit, &mut self.ledger.findings)?,
        };
        let expr = Expr::Constant(unit.held(number.value));
        Some(Typed { expr, ty: Ty::Number(unit.dimension) })
    }

    /// The week of a date; reports one outside the calendar.
    pub(crate) fn week_of(&mut self, date: Date, span: Span, bounds: Bounds) -> Option<u32> {
        week_of(&self.names.calendar, date, span, bounds, &mut self.ledger.findings)
    }
}

/// Which dates are in bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bounds {
    /// Those of the calendar.
    Within,
    /// Those, and as the end of a span any later one, which means the end of the calendar.
    End,
}

/// The week of a date; reports one outside the calendar.
pub(crate) fn week_of(
    calendar: &Calendar,
    date: Date,
    span: Span,
    bounds: Bounds,
    findings: &mut Vec<Finding>,
) -> Option<u32> {
    let week = calendar.week_number(date);
    let end = i64::from(calendar.weeks);
    match bounds {
        Bounds::Within if (0..end).contains(&week) => return Some(week as u32),
        Bounds::End if (0..=end).contains(&week) => return Some(week as u32),
        Bounds::Within | Bounds::End => {}
    }
    let message = format!("{} lies outside the period", day(date));
    let help = if week < 0 {
        format!("The period begins on {}.", day(calendar.start))
    } else {
        format!("The period ends on {}.", day(calendar.last_day()))
    };
    findings.push(Finding::new(Code::DateOutsideCalendar, span, message).help(help));
    None
}

/// A date as people write it: "6 January 1957".
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
