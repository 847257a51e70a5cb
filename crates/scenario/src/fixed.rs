//! The value of an expression that is known when the file is loaded.

use detente_model::{AttributeValue, Binary, Expr, Function, MemberIndex, Set, Unary};

/// The value of a constant expression, with these members for its index variables. `None` if it
/// reads the world, or is not a number.
pub(crate) fn evaluate(expr: &Expr, members: &[MemberIndex], sets: &[Set]) -> Option<f64> {
    let value = |expr: &Expr| evaluate(expr, members, sets);
    let truth = |truth: bool| f64::from(truth);
    let result = match expr {
        Expr::Constant(constant) => *constant,
        Expr::Binder(number) => *members.get(*number)? as f64,
        Expr::Attribute { set, attribute, of } => {
            let member = value(of)?;
            let roll = &sets.get(set.0)?.roll;
            let own = roll.get(if member < 0.0 { return Some(0.0) } else { member as usize })?;
            match own.attributes.get(attribute.0)?.as_ref() {
                Some(AttributeValue::Number(number)) => *number,
                Some(AttributeValue::Truth(own)) => truth(*own),
                Some(AttributeValue::Member(member)) => *member as f64,
                Some(AttributeValue::Text(_)) => return None,
                None => 0.0,
            }
        }
        Expr::Unary(Unary::Negate, of) => -value(of)?,
        Expr::Unary(Unary::Not, of) => 1.0 - value(of)?,
        Expr::Binary(op, left, right) => binary(*op, value(left)?, value(right)?)?,
        Expr::If(test, first, second) => {
            if value(test)? == 0.0 {
                value(second)?
            } else {
                value(first)?
            }
        }
        Expr::Call(function, arguments) => {
            let arguments: Vec<f64> = arguments.iter().map(value).collect::<Option<_>>()?;
            match (function, arguments.as_slice()) {
                (Function::Min, [one, other]) => one.min(*other),
                (Function::Max, [one, other]) => one.max(*other),
                (Function::Abs, [one]) => one.abs(),
                (Function::Floor, [one]) => one.floor(),
                (Function::Sqrt, [one]) => one.sqrt(),
                (Function::Clamp, [one, low, high]) => one.max(*low).min(*high),
                _ => return None,
            }
        }
        _ => return None,
    };
    result.is_finite().then_some(result)
}

fn binary(op: Binary, left: f64, right: f64) -> Option<f64> {
    let truth = |truth: bool| f64::from(truth);
    Some(match op {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::Power => {
            let power = right as i8;
            if f64::from(power) != right {
                return None;
            }
            let product = (0..power.unsigned_abs()).fold(1.0, |product, _| product * left);
            if power < 0 { 1.0 / product } else { product }
        }
        Binary::Equal => truth(left == right),
        Binary::NotEqual => truth(left != right),
        Binary::Less => truth(left < right),
        Binary::LessOrEqual => truth(left <= right),
        Binary::Greater => truth(left > right),
        Binary::GreaterOrEqual => truth(left >= right),
        Binary::And => truth(left != 0.0 && right != 0.0),
        Binary::Or => truth(left != 0.0 || right != 0.0),
    })
}
