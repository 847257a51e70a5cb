//! What is asked of a whole history: measures that add up week by week, and the answer at the end.

use detente_model::{Dimension, Expr, Formula, Kind, Measure, Target, Type, Week};

use super::Compiler;
use crate::emit::Root;
use crate::error::CompileError;
use crate::layout::Question;
use crate::lower::{Moment, Standing};
use crate::program::{AnswerPlan, Gathering, MeasurePlan};

impl<'a> Compiler<'a> {
    pub(super) fn questions(&mut self) -> Result<(), CompileError> {
        let (model, layout) = (self.model, self.lowerer.layout);
        for own in &layout.measures {
            let mut at = self.asked(layout.questions[own.question]).0;
            at.bound.clone_from(&own.bound);
            at.question = Some(own.question);
            self.measure(&own.measure, own.places, &at)?;
        }
        for (number, question) in layout.questions.iter().enumerate() {
            let (mut at, formula) = self.asked(*question);
            at.question = Some(number);
            let expr = formula.map_or(Expr::Constant(0.0), |formula| formula.expr.clone());
            let last = model.calendar.weeks.saturating_sub(1);
            let node = self.wanting(&expr, &at, last, last + 1)?;
            let place = self.lowerer.fresh(1);
            self.question_roots.push(Root { node, place });
            self.question_answers.push(AnswerPlan {
                place,
                name: at.of.clone(),
                may_be_never: formula.is_some_and(|formula| may_be_never(&formula.gives)),
            });
        }
        Ok(())
    }

    /// Where a question stands, and what it is.
    fn asked(&self, question: Question) -> (Standing, Option<&'a Formula>) {
        let model = self.model;
        let (of, bound, formula): (&str, &[usize], _) = match question {
            Question::Outcome(target) => {
                let element = model.element(target.element);
                let own = &element.over.instances[target.instance];
                let formula = match &element.kind {
                    Kind::Outcome(outcome) => Some(&outcome.is),
                    _ => None,
                };
                (&own.full_name, &own.members, formula)
            }
            Question::Level(number) => {
                let level = &model.record.levels[number];
                (&level.id, &[], Some(&level.is))
            }
            Question::Among(number) => {
                let claim = &model.claims[number];
                (&claim.id, &[], claim.among.as_ref())
            }
        };
        let mut at = Standing::now(of, bound);
        at.moment = Moment::Recorded;
        (at, formula)
    }

    /// Lowers what is read in these weeks, and sees to it that the variables in it are kept then.
    fn wanting(
        &mut self,
        expr: &Expr,
        at: &Standing,
        from: Week,
        until: Week,
    ) -> Result<crate::graph::NodeId, CompileError> {
        let node = self.lowerer.formula(expr, at)?;
        let found = self.dependences.of_nodes(&self.lowerer.graph, &[node]);
        let wanted: Vec<Target> = self
            .lowerer
            .recorded
            .iter()
            .filter(|(_, place)| found.places.contains(place))
            .map(|(target, _)| *target)
            .collect();
        for target in wanted {
            let window = self.windows.entry(target).or_insert((from, until));
            *window = (window.0.min(from), window.1.max(until));
        }
        Ok(node)
    }

    fn measure(
        &mut self,
        measure: &Measure,
        places: crate::layout::Place,
        at: &Standing,
    ) -> Result<(), CompileError> {
        let weeks = self.model.calendar.weeks;
        let (gathering, from, until) = match measure {
            Measure::DateOf(_) | Measure::By(..) => return Ok(()),
            Measure::At(_, week) => (Gathering::At, *week, week.saturating_add(1)),
            Measure::MeanOver(_, from, until) | Measure::SumOver(_, from, until) => {
                (Gathering::Sum, *from, *until)
            }
            Measure::MaxOver(_, from, until) => (Gathering::Max, *from, *until),
            Measure::DateOfMax(_, from, until) => (Gathering::DateOfMax, *from, *until),
            Measure::Correlation(..) => (Gathering::Correlation, 0, weeks),
        };
        let measured: Vec<&Expr> = match measure {
            Measure::DateOf(_) | Measure::By(..) => Vec::new(),
            Measure::At(x, _)
            | Measure::MeanOver(x, ..)
            | Measure::SumOver(x, ..)
            | Measure::MaxOver(x, ..)
            | Measure::DateOfMax(x, ..) => vec![x],
            Measure::Correlation(x, y) => vec![x, y],
        };
        let mut roots = Vec::new();
        for (offset, expr) in measured.into_iter().enumerate() {
            let node = self.wanting(expr, at, from, until)?;
            roots.push(Root { node, place: self.staging + offset as u32 });
        }
        let scope = self.draft(roots);
        self.measures.push(MeasurePlan {
            gathering,
            from,
            until: until.min(weeks),
            scope,
            value: self.staging,
            places,
        });
        Ok(())
    }
}

/// Whether infinity is an answer of this type: the date, or the time to it, of what never comes.
fn may_be_never(gives: &Type) -> bool {
    match gives {
        Type::Date => true,
        Type::Number(dimension) => *dimension == Dimension::base("week"),
        Type::Truth | Type::Member(_) => false,
    }
}
