//! Variables that depend on each other within a week: an error that prints the circle.

use detente_model::{Element, ElementId, Expr, Kind};

use crate::diagnostic::{Code, Finding};
use crate::expressions::Ledger;
use crate::place::Span;

/// Reports every circle among variables once; `span` is the place of a variable's name.
pub(crate) fn check_circles(
    elements: &[Option<Element>],
    span: impl Fn(ElementId) -> Span,
    ledger: &mut Ledger,
) {
    let edges: Vec<Vec<usize>> = elements.iter().map(|own| reads(own.as_ref(), elements)).collect();
    let mut done = vec![false; elements.len()];
    let mut on_path = vec![false; elements.len()];
    for first in 0..elements.len() {
        // Pairs of a variable and how many of its edges have been followed.
        let mut path: Vec<(usize, usize)> = vec![(first, 0)];
        while let Some((at, followed)) = path.pop() {
            if followed == 0 && std::mem::replace(&mut done[at], true) {
                continue;
            }
            on_path[at] = true;
            let Some(&next) = edges[at].get(followed) else {
                on_path[at] = false;
                continue;
            };
            path.push((at, followed + 1));
            if on_path[next] {
                let from = path.iter().position(|step| step.0 == next).unwrap_or(0);
                let circle: Vec<usize> = path[from..].iter().map(|step| step.0).collect();
                report(&circle, elements, &span, ledger);
            } else if !done[next] {
                path.push((next, 0));
            }
        }
    }
}

fn reads(own: Option<&Element>, elements: &[Option<Element>]) -> Vec<usize> {
    let Some(Element { kind: Kind::Variable(variable), .. }) = own else { return Vec::new() };
    let mut read = Vec::new();
    variable.equals.expr.each(&mut |part| {
        if let Expr::Read(cell) = part {
            let other = elements.get(cell.element.0).and_then(Option::as_ref);
            if matches!(other.map(|other| &other.kind), Some(Kind::Variable(_))) {
                read.push(cell.element.0);
            }
        }
    });
    read.sort_unstable();
    read.dedup();
    read
}

fn report(
    circle: &[usize],
    elements: &[Option<Element>],
    span: &impl Fn(ElementId) -> Span,
    ledger: &mut Ledger,
) {
    let name = |at: &usize| elements[*at].as_ref().map_or("", |own| own.name.as_str());
    // A circle is told from its first name on, whoever was met first.
    let start = (0..circle.len()).min_by_key(|&at| name(&circle[at])).unwrap_or(0);
    let turned: Vec<usize> = circle[start..].iter().chain(&circle[..start]).copied().collect();
    let mut names: Vec<&str> = turned.iter().map(name).collect();
    names.extend(turned.first().map(name));
    let Some((&first, others)) = turned.split_first() else { return };
    let message = format!("these depend on each other in one week: {}", names.join(" -> "));
    let help = "read one of them as it was: `last(x)`; or make one a stock";
    let mut finding = Finding::new(Code::Circle, span(ElementId(first)), message).help(help);
    for other in others {
        finding = finding.related(span(ElementId(*other)), "and this");
    }
    ledger.findings.push(finding);
}
