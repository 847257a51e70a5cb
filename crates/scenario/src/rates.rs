//! Rates that are known when the scenario is loaded, and lie below nought.

use detente_model::{Element, ElementId, Expr, Happening, Kind, MemberIndex, Set};

use crate::diagnostic::{Code, Finding};
use crate::expressions::Ledger;
use crate::fixed::evaluate;
use crate::place::Span;

/// Reports events whose rate is below nought at the author's values: they would never happen, and
/// nothing would say why.
pub(crate) fn check_rates(
    elements: &[Element],
    sets: &[Set],
    span: impl Fn(ElementId) -> Span,
    ledger: &mut Ledger,
) {
    for (number, element) in elements.iter().enumerate() {
        let Kind::Event(event) = &element.kind else { continue };
        let Happening::Rate(parts) = &event.happening else { continue };
        let whole = |members: &[MemberIndex]| -> Option<f64> {
            let values = parts.iter().map(|part| known(&part.weight.expr, members, elements, sets));
            values.sum()
        };
        let below = element.over.instances.iter().find_map(|own| {
            let rate = whole(&own.members).filter(|rate| *rate < 0.0)?;
            Some((own, rate))
        });
        if let Some((own, rate)) = below {
            let message = format!(
                "the rate of `{}` is {rate} per week, below 0: it never happens",
                own.full_name
            );
            let finding = Finding::new(Code::RateBelowNought, span(ElementId(number)), message).help(
                "a rate is 0 or more: mend the parameters it is made of, and give them a `range`",
            );
            ledger.findings.push(finding);
        }
    }
}

/// The value of an expression of numbers and parameters, these at the author's values; `None` if it
/// reads anything else.
fn known(expr: &Expr, members: &[MemberIndex], elements: &[Element], sets: &[Set]) -> Option<f64> {
    let of = |expr: &Expr| known(expr, members, elements, sets).map(Expr::Constant);
    let known = match expr {
        Expr::Read(cell) => {
            let element = elements.get(cell.element.0)?;
            let Kind::Parameter(parameter) = &element.kind else { return None };
            let index = cell.index.iter().map(|index| evaluate(index, members, sets));
            let index: Vec<MemberIndex> =
                index.map(|member| Some(member? as MemberIndex)).collect::<Option<_>>()?;
            return parameter.values.get(element.over.find(&index)?).copied();
        }
        Expr::Unary(operation, one) => Expr::Unary(*operation, Box::new(of(one)?)),
        Expr::Binary(operation, one, other) => {
            Expr::Binary(*operation, Box::new(of(one)?), Box::new(of(other)?))
        }
        Expr::Call(function, arguments) => {
            Expr::Call(*function, arguments.iter().map(of).collect::<Option<_>>()?)
        }
        other => return evaluate(other, members, sets),
    };
    evaluate(&known, members, sets)
}
