//! The closed list of functions, and questions to events and decisions.

use detente_model::{AlternativeRef, Cell, Dimension, Expr, Function, ResultField, SetId};

use super::{Allows, Reader, Ty, Typed, Wanted};
use crate::diagnostic::Code;
use crate::names::{Meaning, Sort};
use crate::place::{Span, Text};
use crate::spelling::{suggest, suggest_or_list};
use crate::syntax::ast::{self, ExprKind, Ident};
use crate::syntax::parse_duration;

/// Functions of numbers without a unit: name, function, how many arguments.
const PURE: &[(&str, Function, usize)] = &[
    ("logistic", Function::Logistic, 1),
    ("exp", Function::Exp, 1),
    ("ln", Function::Ln, 1),
    ("floor", Function::Floor, 1),
    ("normal_cdf", Function::NormalCdf, 1),
    ("cascade", Function::Cascade, 3),
];

/// Every other name of a function, for suggestions.
const OTHERS: &[&str] = &[
    "clamp",
    "sqrt",
    "abs",
    "min",
    "max",
    "happened",
    "times",
    "weeks_since",
    "recency",
    "chose",
    "last",
    "hazard",
    "date_of",
    "by",
    "at",
    "mean_over",
    "sum_over",
    "max_over",
    "date_of_max",
    "correlation",
    "self_enforcing",
    "in_ruling",
    "sum",
    "mean",
    "any",
    "all",
    "count",
    "argmax",
];

impl Reader<'_, '_> {
    pub(super) fn call(
        &mut self,
        function: &Ident,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        let name = function.text.as_str();
        if let Some((_, function, count)) = PURE.iter().find(|entry| entry.0 == name) {
            self.counted(name, arguments, *count, span)?;
            let what = format!("what `{name}` takes");
            let wanted = Wanted::new(Ty::pure(), &what);
            let read: Vec<_> = arguments.iter().map(|one| self.expr_of(one, &wanted)).collect();
            let exprs =
                read.into_iter().map(|one| one.map(|typed| typed.expr)).collect::<Option<_>>()?;
            return Some(Typed { expr: Expr::Call(*function, exprs), ty: Ty::pure() });
        }
        match name {
            "clamp" => self.alike(Function::Clamp, name, arguments, 3, span),
            "min" => self.extreme(Function::Min, name, arguments, span),
            "max" => self.extreme(Function::Max, name, arguments, span),
            "abs" => self.alike(Function::Abs, name, arguments, 1, span),
            "sqrt" => self.square_root(arguments, span),
            "self_enforcing" | "in_ruling" => self.of_coalition(function, arguments, span),
            _ if !self.knows_the_world(name, span)? => self.unknown_function(function),
            "happened" => {
                let cell = self.event_cell(name, arguments, span)?;
                Some(Typed { expr: Expr::Happened(cell), ty: Ty::Truth })
            }
            "times" => {
                let cell = self.event_cell(name, arguments, span)?;
                Some(Typed { expr: Expr::Times(cell), ty: Ty::pure() })
            }
            "weeks_since" => {
                let help = "write `weeks_since(x) > 4 weeks`; for a number that fades, `recency`";
                let message = "`weeks_since` stands in comparisons only: never is no number";
                self.report(Code::NotAllowedHere, span, message, help);
                None
            }
            "recency" => self.recency(arguments, span),
            "chose" => self.chose(arguments, span),
            "last" => self.last(arguments, span),
            _ => self.measure(function, arguments, span),
        }
    }

    /// Whether `name` is a function of the world; where such may not stand, that is reported.
    fn knows_the_world(&mut self, name: &str, span: Span) -> Option<bool> {
        if !OTHERS.contains(&name) {
            return Some(false);
        }
        if matches!(self.allows, Allows::Fixed | Allows::Start) {
            self.not_known_yet(&format!("`{name}`"), span);
            return None;
        }
        Some(true)
    }

    fn unknown_function(&mut self, function: &Ident) -> Option<Typed> {
        let all = PURE.iter().map(|entry| entry.0).chain(OTHERS.iter().copied());
        let help =
            suggest(&function.text, all, "the functions are a closed list: see the reference");
        let message = format!("there is no function `{}`", function.text);
        self.report(Code::UnknownFunction, function.span, message, help);
        None
    }

    /// Reports a wrong number of arguments.
    pub(super) fn counted(
        &mut self,
        name: &str,
        arguments: &[ast::Expr],
        wanted: usize,
        span: Span,
    ) -> Option<()> {
        if arguments.len() == wanted {
            return Some(());
        }
        let noun = if wanted == 1 { "argument" } else { "arguments" };
        let message = format!("`{name}` takes {wanted} {noun}, and has {}", arguments.len());
        self.report(Code::WrongArguments, span, message, "");
        None
    }

    /// A function whose arguments and value are in one unit.
    fn alike(
        &mut self,
        function: Function,
        name: &str,
        arguments: &[ast::Expr],
        count: usize,
        span: Span,
    ) -> Option<Typed> {
        self.counted(name, arguments, count, span)?;
        let read: Vec<Option<Typed>> = arguments.iter().map(|one| self.expr(one)).collect();
        let read = read.into_iter().collect::<Option<Vec<Typed>>>()?;
        let first = read.first()?.clone();
        if !matches!(first.ty, Ty::Number(_)) {
            let message = format!("`{name}` takes numbers, not {}", self.described(&first.ty));
            self.report(Code::WrongType, arguments.first()?.span, message, "");
            return None;
        }
        for (tree, other) in arguments.iter().zip(&read).skip(1) {
            if other.ty != first.ty {
                let what = format!("what `{name}` takes is in one unit");
                self.mismatch(&what, arguments.first()?, &first, tree, other);
                return None;
            }
        }
        let exprs = read.into_iter().map(|typed| typed.expr).collect();
        Some(Typed { expr: Expr::Call(function, exprs), ty: first.ty })
    }

    /// `min` and `max` of two or more values.
    fn extreme(
        &mut self,
        function: Function,
        name: &str,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        if arguments.len() < 2 {
            return self.alike(function, name, arguments, 2, span);
        }
        let Typed { expr, ty } = self.alike(function, name, arguments, arguments.len(), span)?;
        let Expr::Call(_, exprs) = expr else { return None };
        let expr = exprs.into_iter().reduce(|one, other| Expr::Call(function, vec![one, other]))?;
        Some(Typed { expr, ty })
    }

    fn square_root(&mut self, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        let Typed { expr, ty } = self.alike(Function::Sqrt, "sqrt", arguments, 1, span)?;
        let Ty::Number(dimension) = ty else { return None };
        let Some(root) = Dimension::square_root(&dimension) else {
            let message = format!("a number in {dimension} has no square root");
            self.report(Code::WrongUnit, span, message, "");
            return None;
        };
        Some(Typed { expr, ty: Ty::Number(root) })
    }

    /// `self_enforcing(c)`, `in_ruling(c, l)`: other words for results.
    fn of_coalition(
        &mut self,
        function: &Ident,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        let wanted = if function.text == "in_ruling" { 2 } else { 1 };
        self.counted(&function.text, arguments, wanted, span)?;
        let (circle, indices) = arguments.split_first()?;
        let typed = self.result(circle, function, indices, span)?;
        debug_assert!(matches!(
            typed.expr,
            Expr::Result(_, ResultField::SelfEnforcing | ResultField::InRuling(_))
        ));
        Some(typed)
    }

    /// The one argument of a function that asks an event something.
    pub(super) fn event_cell(
        &mut self,
        name: &str,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Cell> {
        if matches!(self.allows, Allows::Fixed | Allows::Start) {
            self.not_known_yet(&format!("`{name}`"), span);
            return None;
        }
        self.counted(name, arguments, 1, span)?;
        self.cell_of(arguments.first()?, &[Sort::Event])
    }

    /// An argument that names an element of one of these sorts.
    pub(super) fn cell_of(&mut self, tree: &ast::Expr, sorts: &[Sort]) -> Option<Cell> {
        let wanted: Vec<String> = sorts.iter().map(|sort| sort.with_article()).collect();
        let (name, indices) = match &tree.kind {
            ExprKind::Name(name) => (name, &[][..]),
            ExprKind::Index { of, indices } => match &of.kind {
                ExprKind::Name(name) => (name, indices.as_slice()),
                _ => return self.wants_an_element(tree, &wanted),
            },
            _ => return self.wants_an_element(tree, &wanted),
        };
        let Some(Meaning::Element(id)) = self.names.meaning(name) else {
            let fitting = self.names.elements.iter().filter(|e| sorts.contains(&e.sort));
            let help = suggest(name, fitting.map(|e| e.name.as_str()), "");
            self.report(Code::UnknownName, tree.span, format!("nothing is called `{name}`"), help);
            return None;
        };
        let sort = self.names.element(id).sort;
        if !sorts.contains(&sort) {
            let message = format!(
                "this asks {}, and `{name}` is {}",
                wanted.join(" or "),
                sort.with_article()
            );
            self.report(Code::WrongSort, tree.span, message, "");
            return None;
        }
        self.cell(id, indices, tree.span)
    }

    fn wants_an_element<T>(&mut self, tree: &ast::Expr, wanted: &[String]) -> Option<T> {
        let message = format!("here stands the name of {}", wanted.join(" or "));
        self.report(Code::WrongArguments, tree.span, message, "");
        None
    }

    fn recency(&mut self, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        self.counted("recency", arguments, 2, span)?;
        let [event, memory] = arguments else { return None };
        let cell = self.cell_of(event, &[Sort::Event])?;
        let weeks = match &memory.kind {
            ExprKind::Text(text) => {
                // The text stands inside quotation marks of its own.
                let start = memory.span.start as usize + 1;
                let text = Text::verbatim(memory.span.file, start, text);
                parse_duration(&text, &mut self.ledger.findings)?.weeks()
            }
            ExprKind::Number(number) if number.unit.is_some() => {
                let typed = self.expr_of(memory, &Wanted::new(Ty::weeks(), "how long it fades"))?;
                let Expr::Constant(weeks) = typed.expr else { return None };
                weeks
            }
            _ => {
                let message = "how long it fades is a duration";
                self.report(Code::WrongArguments, memory.span, message, "write `'4 weeks'`");
                return None;
            }
        };
        if weeks <= 0.0 {
            self.report(Code::WrongArguments, memory.span, "this fades in no time", "");
            return None;
        }
        self.ledger.note_number(memory.span);
        Some(Typed { expr: Expr::Recency(cell, weeks), ty: Ty::pure() })
    }

    fn last(&mut self, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        self.counted("last", arguments, 1, span)?;
        let sorts = [Sort::Variable, Sort::Stock, Sort::State, Sort::Series];
        let cell = self.cell_of(arguments.first()?, &sorts)?;
        let ty = self.names.element(cell.element).ty.clone()?;
        Some(Typed { expr: Expr::Last(cell), ty })
    }

    fn chose(&mut self, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        self.counted("chose", arguments, 2, span)?;
        let [decision, option] = arguments else { return None };
        let cell = self.cell_of(decision, &[Sort::Decision])?;
        let (name, member) = match &option.kind {
            ExprKind::Name(name) => (name, None),
            ExprKind::Index { of, indices } => match (&of.kind, indices.as_slice()) {
                (ExprKind::Name(name), [member]) => (name, Some(member)),
                _ => return self.no_option(option),
            },
            _ => return self.no_option(option),
        };
        let set = self.option(cell.element, name, option.span)?;
        let member = match (set, member) {
            (None, None) => None,
            (Some(set), Some(member)) => Some(Box::new(self.index_in(set, member)?)),
            (Some(_), None) => {
                let message = format!("`{name}` is one option for each member");
                let help = format!("say which: `{name}[…]`");
                self.report(Code::WrongIndices, option.span, message, help);
                return None;
            }
            (None, Some(_)) => {
                let message = format!("the option `{name}` has no index");
                self.report(Code::WrongIndices, option.span, message, "");
                return None;
            }
        };
        let option = AlternativeRef { option: name.clone(), member };
        Some(Typed { expr: Expr::Chose(cell, option), ty: Ty::Truth })
    }

    fn no_option<T>(&mut self, tree: &ast::Expr) -> Option<T> {
        let help = "write `chose(decision, option)`";
        self.report(Code::WrongArguments, tree.span, "here stands the name of an option", help);
        None
    }

    /// The set over which a decision's option ranges, if it does; reports an unknown option.
    pub(crate) fn option(
        &mut self,
        decision: detente_model::ElementId,
        name: &str,
        span: Span,
    ) -> Option<Option<SetId>> {
        let element = self.names.element(decision);
        let found = element.options.iter().find(|option| option.0 == name);
        if found.is_none() {
            let all: Vec<&str> = element.options.iter().map(|option| option.0.as_str()).collect();
            let help = suggest_or_list(name, &all, "options");
            let message = format!("`{}` has no option `{name}`", element.name);
            self.report(Code::UnknownOption, span, message, help);
        }
        found.map(|option| option.1)
    }
}
