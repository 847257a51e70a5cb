//! Measures over whole histories: what outcomes and levels ask.

use detente_model::{Dimension, Expr, Measure, Week};

use super::{Allows, Bounds, Reader, Ty, Typed};
use crate::diagnostic::Code;
use crate::names::Sort;
use crate::place::Span;
use crate::syntax::ast::{self, ExprKind, Ident};

impl Reader<'_, '_> {
    pub(super) fn measure(
        &mut self,
        function: &Ident,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Typed> {
        let name = function.text.as_str();
        let allowed = match self.allows {
            Allows::Outcome => true,
            Allows::Measured => name == "hazard",
            _ => false,
        };
        if !allowed {
            let message = format!("`{name}` looks at a whole history and stands in outcomes only");
            let help = "in a model ask what has happened so far: `happened(x)`";
            self.report(Code::NotAllowedHere, span, message, help);
            return None;
        }
        let typed =
            |measure: Measure, ty: Ty| Some(Typed { expr: Expr::Measure(Box::new(measure)), ty });
        match name {
            "hazard" => {
                let cell = self.event_cell(name, arguments, span)?;
                let per_week = Dimension::none().times(&Dimension::base("week"), -1);
                Some(Typed { expr: Expr::Hazard(cell), ty: Ty::Number(per_week) })
            }
            "date_of" => {
                let cell = self.event_cell(name, arguments, span)?;
                typed(Measure::DateOf(cell), Ty::Date)
            }
            "by" => {
                self.counted(name, arguments, 2, span)?;
                let [event, date] = arguments else { return None };
                let cell = self.cell_of(event, &[Sort::Event]);
                let week = self.week(date, Bounds::Within);
                typed(Measure::By(cell?, week?), Ty::Truth)
            }
            "at" => {
                self.counted(name, arguments, 2, span)?;
                let [of, date] = arguments else { return None };
                let of = self.measured(of);
                let week = self.week(date, Bounds::Within);
                let of = of?;
                typed(Measure::At(of.expr, week?), of.ty)
            }
            "correlation" => self.correlation(arguments, span),
            _ => self.over_weeks(name, arguments, span),
        }
    }

    /// What a measure measures: an expression over the world of a week.
    fn measured(&mut self, tree: &ast::Expr) -> Option<Typed> {
        let before = std::mem::replace(&mut self.allows, Allows::Measured);
        let typed = self.expr(tree);
        self.allows = before;
        typed
    }

    /// The same where a mean or sum is taken: a truth counts as 0 or 1.
    fn counted_value(&mut self, tree: &ast::Expr) -> Option<(Expr, Dimension)> {
        let typed = self.measured(tree)?;
        match typed.ty {
            Ty::Number(dimension) => Some((typed.expr, dimension)),
            Ty::Truth => Some((typed.expr, Dimension::none())),
            other => {
                let message =
                    format!("a number is measured so, and this is {}", self.described(&other));
                self.report(Code::WrongType, tree.span, message, "");
                None
            }
        }
    }

    fn over_weeks(&mut self, name: &str, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        self.counted(name, arguments, 3, span)?;
        let [of, from, until] = arguments else { return None };
        let of = self.counted_value(of);
        let from_week = self.week(from, Bounds::Within);
        let until_week = self.week(until, Bounds::End);
        let ((of, dimension), from_week, until_week) = (of?, from_week?, until_week?);
        if until_week <= from_week {
            let message = "this span holds no week";
            let help = "`until` names the first week that is no longer in it";
            self.report(Code::WrongArguments, from.span.to(until.span), message, help);
            return None;
        }
        let (measure, ty) = match name {
            "mean_over" => (Measure::MeanOver(of, from_week, until_week), Ty::Number(dimension)),
            "max_over" => (Measure::MaxOver(of, from_week, until_week), Ty::Number(dimension)),
            "date_of_max" => (Measure::DateOfMax(of, from_week, until_week), Ty::Date),
            _ => {
                let summed = dimension.times(&Dimension::base("week"), 1);
                (Measure::SumOver(of, from_week, until_week), Ty::Number(summed))
            }
        };
        Some(Typed { expr: Expr::Measure(Box::new(measure)), ty })
    }

    fn correlation(&mut self, arguments: &[ast::Expr], span: Span) -> Option<Typed> {
        self.counted("correlation", arguments, 3, span)?;
        let [one, other, by] = arguments else { return None };
        let first = self.counted_value(one);
        let second = self.counted_value(other);
        if !matches!(&by.kind, ExprKind::Name(name) if name == "month") {
            let help = "write `correlation(x, y, month)`";
            self.report(Code::WrongArguments, by.span, "means are taken by `month`", help);
            return None;
        }
        let measure = Measure::Correlation(first?.0, second?.0);
        Some(Typed { expr: Expr::Measure(Box::new(measure)), ty: Ty::pure() })
    }

    /// The week of a date that must stand there as such.
    fn week(&mut self, tree: &ast::Expr, bounds: Bounds) -> Option<Week> {
        let ExprKind::Date(date) = tree.kind else {
            self.report(Code::WrongArguments, tree.span, "here stands a date", "as in 1953-06-17");
            return None;
        };
        self.week_of(date, tree.span, bounds)
    }
}
