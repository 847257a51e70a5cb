//! What must hold, part by part, and how far a part is from holding.

use detente_model::{Binary, Expr, Formula, Function, Kind, Model, Unary, Unit};

/// One of the parts of a truth that must all hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// As written: `not curfew[s]`. The whole truth, where it cannot be taken apart as written.
    pub text: String,
    /// Whether it holds.
    pub holds: Expr,
    /// How far it is from holding, in base units, positive where it does not hold; `None` for what
    /// holds or does not.
    pub short_by: Option<Expr>,
    /// The unit in which that is shown, if a quantity is compared.
    pub unit: Option<Unit>,
}

impl Part {
    /// The parts of a truth, in the order in which they are written.
    pub fn of(model: &Model, truth: &Formula) -> Vec<Self> {
        let mut conjuncts = Vec::new();
        flatten(&truth.expr, &mut conjuncts);
        let texts = split_text(&truth.text);
        let matched = texts.len() == conjuncts.len();
        let part = |(number, holds): (usize, &Expr)| Self {
            text: if matched { texts[number] } else { truth.text.trim() }.to_owned(),
            holds: holds.clone(),
            short_by: shortfall(holds, true),
            unit: compared_unit(model, holds),
        };
        conjuncts.into_iter().enumerate().map(part).collect()
    }
}

fn flatten<'a>(expr: &'a Expr, into: &mut Vec<&'a Expr>) {
    match expr {
        Expr::Binary(Binary::And, left, right) => {
            flatten(left, into);
            flatten(right, into);
        }
        _ => into.push(expr),
    }
}

/// A truth's text cut at each `and` outside brackets and quotes.
fn split_text(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut depth, mut quoted) = (Vec::new(), 0, 0usize, None);
    for (at, character) in text.char_indices() {
        match (quoted, character) {
            (Some(mark), _) if mark == character => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quoted = Some(character),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, 'a') if depth == 0 && is_word_and(text, at) => {
                parts.push(text[from..at].trim());
                from = at + 3;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

fn is_word_and(text: &str, at: usize) -> bool {
    let inside = |character: char| character.is_alphanumeric() || character == '_';
    text[at..].starts_with("and")
        && !text[..at].chars().next_back().is_some_and(inside)
        && !text[at + 3..].chars().next().is_some_and(inside)
}

/// How far `expr` is from being `wanted`.
fn shortfall(expr: &Expr, wanted: bool) -> Option<Expr> {
    let less = |a: &Expr, b: &Expr| {
        let (a, b) = (Box::new(a.clone()), Box::new(b.clone()));
        Some(Expr::Binary(Binary::Subtract, a, b))
    };
    match expr {
        Expr::Unary(Unary::Not, inner) => shortfall(inner, !wanted),
        Expr::Binary(Binary::Less | Binary::LessOrEqual, a, b) => {
            if wanted {
                less(a, b)
            } else {
                less(b, a)
            }
        }
        Expr::Binary(Binary::Greater | Binary::GreaterOrEqual, a, b) => {
            if wanted {
                less(b, a)
            } else {
                less(a, b)
            }
        }
        Expr::Binary(operation @ (Binary::And | Binary::Or), a, b) => {
            let both = vec![shortfall(a, wanted)?, shortfall(b, wanted)?];
            let all_must = (*operation == Binary::And) == wanted;
            Some(Expr::Call(if all_must { Function::Max } else { Function::Min }, both))
        }
        _ => None,
    }
}

/// The unit of a quantity that stands alone on one side of a comparison.
fn compared_unit(model: &Model, expr: &Expr) -> Option<Unit> {
    match expr {
        Expr::Unary(Unary::Not, inner) => compared_unit(model, inner),
        Expr::Binary(_, a, b) => [a, b].into_iter().find_map(|side| match side.as_ref() {
            Expr::Read(cell) | Expr::Last(cell) => match &model.element(cell.element).kind {
                Kind::Parameter(own) => Some(own.unit.clone()),
                Kind::Series(own) => Some(own.unit.clone()),
                Kind::Trait(own) => Some(own.unit.clone()),
                Kind::Noise(own) => Some(own.unit.clone()),
                Kind::Stock(own) => Some(own.unit.clone()),
                Kind::Variable(own) => Some(own.unit.clone()),
                _ => None,
            },
            _ => None,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_where_the_truth_is() {
        assert_eq!(
            split_text("not curfew[s] and (a and b) and x < 'y and z' and androgyny"),
            ["not curfew[s]", "(a and b)", "x < 'y and z'", "androgyny"]
        );
        assert_eq!(split_text("sand"), ["sand"]);
    }

    #[test]
    fn a_comparison_is_short_by_its_difference() {
        let number = |x| Box::new(Expr::Constant(x));
        let below = Expr::Binary(Binary::Less, number(5.0), number(3.0));
        let difference = |a, b| Some(Expr::Binary(Binary::Subtract, number(a), number(b)));
        assert_eq!(shortfall(&below, true), difference(5.0, 3.0));
        let not = Expr::Unary(Unary::Not, Box::new(below.clone()));
        assert_eq!(shortfall(&not, true), difference(3.0, 5.0));
        let either = Expr::Binary(Binary::Or, Box::new(below.clone()), Box::new(not));
        assert!(matches!(shortfall(&either, true), Some(Expr::Call(Function::Min, _))));
        let neither = Expr::Binary(Binary::Or, Box::new(below), Box::new(Expr::Week));
        assert_eq!(shortfall(&neither, true), None);
    }
}
