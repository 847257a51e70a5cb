//! Distributions: arguments in the unit of what is drawn, sense and range checked.

use detente_model::{Distribution, DistributionFamily, Expr, Formula, Function, Range, Type, Unit};

use crate::diagnostic::Code;
use crate::expressions::{Allows, Reader, Ty, Typed};
use crate::fixed::evaluate;
use crate::place::{Span, Text};
use crate::syntax::ast::{self, Family};
use crate::syntax::{parse_distribution, print};

/// The model's word for a family.
pub(super) fn family(family: Family) -> DistributionFamily {
    match family {
        Family::Normal => DistributionFamily::Normal,
        Family::Lognormal => DistributionFamily::Lognormal,
        Family::Uniform => DistributionFamily::Uniform,
        Family::Loguniform => DistributionFamily::Loguniform,
        Family::Exponential => DistributionFamily::Exponential,
        Family::Triangular => DistributionFamily::Triangular,
        Family::Bernoulli => DistributionFamily::Bernoulli,
        Family::HalfNormal => DistributionFamily::HalfNormal,
    }
}

/// Reads a distribution of a quantity in `unit`. A bare number among its arguments is in that unit;
/// without a unit (the draws of an event) the first argument that has one gives it.
pub(super) fn distribution(
    reader: &mut Reader<'_, '_>,
    text: &Text,
    unit: Option<&Unit>,
) -> Option<(Distribution, Unit)> {
    let names = reader.names;
    let tree = parse_distribution(text, &names.unit_names, &mut reader.ledger.findings)?;
    let family = family(tree.family);
    let read: Vec<Option<Typed>> = tree.arguments.iter().map(|one| reader.expr(one)).collect();
    let read = read.into_iter().collect::<Option<Vec<Typed>>>()?;
    let unit = match unit {
        Some(unit) => unit.clone(),
        None => drawn_unit(family, &read),
    };
    let mut arguments = Vec::new();
    for (number, (typed, tree)) in read.into_iter().zip(&tree.arguments).enumerate() {
        let expr = argument(reader, family, number, typed, tree, &unit)?;
        let gives = Type::Number(argument_unit(family, number, &unit).dimension);
        let text = print::expression(tree, &names.unit_names);
        arguments.push(Formula { text, expr, gives });
    }
    let text = print::distribution(&tree, &names.unit_names);
    let drawn = Distribution { text, family, arguments };
    makes_sense(reader, &drawn, tree.span).then_some((drawn, unit))
}

/// The unit of a draw of which nobody says the unit.
fn drawn_unit(family: DistributionFamily, arguments: &[Typed]) -> Unit {
    let pure = matches!(family, DistributionFamily::Lognormal | DistributionFamily::Bernoulli);
    let with_unit = arguments.iter().find_map(|typed| match &typed.ty {
        Ty::Number(dimension) if !dimension.is_none() => Some(dimension),
        _ => None,
    });
    match with_unit {
        Some(dimension) if !pure => crate::units::base_unit(dimension),
        _ => Unit::one(),
    }
}

/// The unit of an argument: the quantity's, or none for logarithms and probabilities.
fn argument_unit(family: DistributionFamily, _number: usize, unit: &Unit) -> Unit {
    match family {
        DistributionFamily::Lognormal | DistributionFamily::Bernoulli => Unit::one(),
        _ => unit.clone(),
    }
}

fn argument(
    reader: &mut Reader<'_, '_>,
    family: DistributionFamily,
    number: usize,
    typed: Typed,
    tree: &ast::Expr,
    unit: &Unit,
) -> Option<Expr> {
    let own = argument_unit(family, number, unit);
    let name = family.arguments()[number];
    let bare = matches!(typed.expr, Expr::Constant(_)) && typed.ty == Ty::pure();
    if !bare {
        let what = format!("the argument `{name}`");
        let wanted = crate::expressions::Wanted::new(Ty::Number(own.dimension), &what);
        if !reader.fits(&typed, tree.span, &wanted) {
            return None;
        }
    }
    let expr = match typed.expr {
        Expr::Constant(value) if bare => Expr::Constant(own.scale * value),
        expr => expr,
    };
    // The logarithm of a number of thousands is that of the number and that of a thousand.
    let log_mean = family == DistributionFamily::Lognormal && number == 0;
    if log_mean && unit.scale != 1.0 {
        let scale = Expr::Call(Function::Ln, vec![Expr::Constant(unit.scale)]);
        return Some(Expr::Binary(detente_model::Binary::Add, Box::new(expr), Box::new(scale)));
    }
    Some(expr)
}

/// The constant arguments; those that are not known yet are none.
fn constants(drawn: &Distribution) -> Vec<Option<f64>> {
    drawn.arguments.iter().map(|argument| evaluate(&argument.expr, &[], &[])).collect()
}

/// Reports arguments that make no sense, as far as they are known.
fn makes_sense(reader: &mut Reader<'_, '_>, drawn: &Distribution, span: Span) -> bool {
    let negative = |value: &Option<f64>| value.is_some_and(|value| value < 0.0);
    let not_positive = |value: &Option<f64>| value.is_some_and(|value| value <= 0.0);
    let descends = |low: &Option<f64>, high: &Option<f64>| matches!((low, high), (Some(low), Some(high)) if low > high);
    let fault = match (drawn.family, constants(drawn).as_slice()) {
        (DistributionFamily::Normal | DistributionFamily::Lognormal, [_, sd]) if negative(sd) => {
            "a standard deviation is not negative"
        }
        (DistributionFamily::HalfNormal, [sd]) if negative(sd) => {
            "a standard deviation is not negative"
        }
        (DistributionFamily::Exponential, [mean]) if not_positive(mean) => "this mean is positive",
        (DistributionFamily::Uniform | DistributionFamily::Loguniform, [low, high])
            if descends(low, high) =>
        {
            "the lower end stands first"
        }
        (DistributionFamily::Loguniform, [low, _]) if not_positive(low) => {
            "a loguniform number is positive"
        }
        (DistributionFamily::Triangular, [low, mode, high])
            if descends(low, mode) || descends(mode, high) || descends(low, high) =>
        {
            "its arguments ascend: low, mode, high"
        }
        (DistributionFamily::Bernoulli, [Some(p)]) if !(0.0..=1.0).contains(p) => {
            "a probability lies from 0 to 1"
        }
        _ => return true,
    };
    reader.report(Code::BadDistribution, span, "this distribution makes no sense", fault);
    false
}

/// A prior: a distribution whose arguments are known now, that can give values in the range.
pub(super) fn prior(
    reader: &mut Reader<'_, '_>,
    text: &Text,
    unit: &Unit,
    range: &Range,
) -> Option<Distribution> {
    debug_assert_eq!(reader.allows, Allows::Fixed);
    reader.ledger.note_number(text.span);
    let (drawn, _) = distribution(reader, text, Some(unit))?;
    let meets = match (drawn.family, constants(&drawn).as_slice()) {
        // Beyond four deviations lies one draw in thirty thousand: that is not what was meant.
        (DistributionFamily::Normal, [Some(mean), Some(sd)]) => {
            range.low <= mean + 4.0 * sd && mean - 4.0 * sd <= range.high
        }
        (DistributionFamily::HalfNormal, [Some(sd)]) => range.high >= 0.0 && range.low <= 4.0 * sd,
        (DistributionFamily::Uniform | DistributionFamily::Loguniform, [Some(low), Some(high)])
        | (DistributionFamily::Triangular, [Some(low), _, Some(high)]) => {
            range.low <= *high && *low <= range.high
        }
        (DistributionFamily::Lognormal | DistributionFamily::Exponential, _) => range.high > 0.0,
        _ => true,
    };
    if !meets {
        let (low, high) = (unit.shown(range.low), unit.shown(range.high));
        let message = format!("this prior gives nothing in the range, {low} to {high}");
        reader.report(Code::PriorOutsideRange, text.span, message, "mend the one or the other");
        return None;
    }
    Some(drawn)
}
