//! From a tree back to text: what is printed and read again is the same tree, spans aside.

use std::fmt::Write as _;

use super::ast::{
    Action, BinaryOp, Distribution, Duration, DurationUnit, Effect, EffectOp, Expr, ExprKind,
    FoldKind, Intervention, Over, Reference, ReferenceIndex, Target, Tie, Unit,
};
use super::parser::UnitNames;

/// How tight a node binds; a looser one inside a tighter one is put in parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    If,
    Or,
    And,
    Not,
    Comparison,
    Addition,
    Product,
    Negation,
    Power,
    Primary,
}

/// The text of `expr`. `units` are the names after which a number's `/` belongs to its unit: a
/// plain name among them that divides a number is put in parentheses, so as not to be taken for
/// its unit.
pub fn expression(expr: &Expr, units: &UnitNames) -> String {
    let mut printer = Printer { out: String::new(), units };
    printer.expression(expr, Binding::If);
    printer.out
}

/// The text of an `over`.
pub fn over(over: &Over, units: &UnitNames) -> String {
    let mut printer = Printer { out: String::new(), units };
    printer.over(over);
    printer.out
}

/// The text of an effect.
pub fn effect(effect: &Effect, units: &UnitNames) -> String {
    let mut printer = Printer { out: String::new(), units };
    printer.target(&effect.target);
    printer.push(&format!(" {} ", effect.op.sign()));
    printer.expression(&effect.value, Binding::If);
    if let Some(guard) = &effect.guard {
        printer.push(" if ");
        printer.expression(guard, Binding::If);
    }
    if let Some(spread) = &effect.spread {
        printer.push(" for ");
        printer.over(spread);
    }
    printer.out
}

/// The text of a distribution.
pub fn distribution(distribution: &Distribution, units: &UnitNames) -> String {
    let mut printer = Printer { out: String::new(), units };
    printer.push(distribution.family.name());
    printer.list("(", &distribution.arguments, ")");
    printer.out
}

/// The text of an intervention.
pub fn intervention(intervention: &Intervention, units: &UnitNames) -> String {
    let mut text = action(&intervention.action, units);
    if let Some(from) = intervention.from {
        let _ = write!(text, " from {}", from.date);
    }
    if let Some(until) = intervention.until {
        let _ = write!(text, " until {}", until.date);
    }
    text
}

fn action(action: &Action, units: &UnitNames) -> String {
    match action {
        Action::Never { element } => format!("{} never", reference(element)),
        Action::NotBefore { element, date } => {
            format!("{} not before {}", reference(element), date.date)
        }
        Action::On { element, date } => format!("{} on {}", reference(element), date.date),
        Action::Happens { element, date } => {
            format!("{} happens {}", reference(element), date.date)
        }
        Action::Change { element, op, value } => {
            format!("{} {} {}", reference(element), op.sign(), expression(value, units))
        }
        Action::Initial { element, value } => {
            format!("initial {} = {}", reference(element), expression(value, units))
        }
        Action::Cut { element, option, reason } => {
            let option = option.as_ref().map_or(String::new(), |o| format!(".{}", o.text));
            format!("cut {}{option} {}", reference(element), quoted(&reason.0))
        }
        Action::Without { element } => format!("without {}", reference(element)),
    }
}

/// The text of a reference.
pub fn reference(reference: &Reference) -> String {
    if reference.indices.is_empty() {
        return reference.name.text.clone();
    }
    let indices: Vec<&str> = reference
        .indices
        .iter()
        .map(|index| match index {
            ReferenceIndex::Member(member) => member.text.as_str(),
            ReferenceIndex::Every(_) => "*",
        })
        .collect();
    format!("{}[{}]", reference.name.text, indices.join(", "))
}

/// The text of a tie.
pub fn tie(tie: &Tie) -> String {
    match &tie.option {
        Some(option) => format!("{} = {}", reference(&tie.element), reference(option)),
        None => reference(&tie.element),
    }
}

/// The text of a unit: `person / week`; `1` if it has no factors.
pub fn unit(unit: &Unit) -> String {
    let mut text = String::new();
    for (i, factor) in unit.factors.iter().enumerate() {
        if factor.power < 0 {
            text.push_str(if i == 0 { "1 / " } else { " / " });
        } else if i > 0 {
            text.push(' ');
        }
        text.push_str(&factor.name.text);
        if factor.power.unsigned_abs() != 1 {
            let _ = write!(text, "^{}", factor.power.unsigned_abs());
        }
    }
    if text.is_empty() { "1".to_owned() } else { text }
}

/// The text of a duration: `4 weeks`.
pub fn duration(duration: &Duration) -> String {
    let noun = match duration.unit {
        DurationUnit::Week => "week",
        DurationUnit::Month => "month",
        DurationUnit::Year => "year",
    };
    let plural = if duration.amount == 1.0 { "" } else { "s" };
    format!("{} {noun}{plural}", duration.amount)
}

impl EffectOp {
    /// As written: `=`, `+=` or `*=`.
    pub fn sign(self) -> &'static str {
        match self {
            EffectOp::Set => "=",
            EffectOp::Add => "+=",
            EffectOp::Multiply => "*=",
        }
    }
}

impl BinaryOp {
    /// As written.
    pub fn sign(self) -> &'static str {
        match self {
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Power => "^",
        }
    }

    fn binding(self) -> Binding {
        match self {
            BinaryOp::Or => Binding::Or,
            BinaryOp::And => Binding::And,
            BinaryOp::Add | BinaryOp::Subtract => Binding::Addition,
            BinaryOp::Multiply | BinaryOp::Divide => Binding::Product,
            BinaryOp::Power => Binding::Power,
            _ => Binding::Comparison,
        }
    }
}

impl FoldKind {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            FoldKind::Sum => "sum",
            FoldKind::Mean => "mean",
            FoldKind::Min => "min",
            FoldKind::Max => "max",
            FoldKind::Any => "any",
            FoldKind::All => "all",
            FoldKind::Count => "count",
            FoldKind::Argmax => "argmax",
        }
    }
}

fn binding(expr: &Expr) -> Binding {
    match &expr.kind {
        ExprKind::If { .. } => Binding::If,
        ExprKind::Binary { op, .. } => op.binding(),
        ExprKind::Not(_) => Binding::Not,
        ExprKind::Negate(_) => Binding::Negation,
        _ => Binding::Primary,
    }
}

/// Whether the text of `expr` ends in a number that a following `/` would take for its own.
fn ends_in_number(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) => true,
        ExprKind::Negate(operand) => {
            binding(operand) >= Binding::Negation && ends_in_number(operand)
        }
        ExprKind::Binary { op: BinaryOp::Multiply | BinaryOp::Divide, right, .. } => {
            binding(right) >= Binding::Negation && ends_in_number(right)
        }
        _ => false,
    }
}

/// Whether `expr` is a number with a unit, perhaps with a sign: as base or exponent it stands in
/// parentheses.
fn has_unit(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(number) => number.unit.is_some(),
        ExprKind::Negate(operand) => has_unit(operand),
        _ => false,
    }
}

fn quoted(text: &str) -> String {
    let mark = if text.contains('"') { '\'' } else { '"' };
    format!("{mark}{text}{mark}")
}

struct Printer<'u> {
    out: String,
    units: &'u UnitNames,
}

impl Printer<'_> {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// `expr` where at least `least` must bind.
    fn expression(&mut self, expr: &Expr, least: Binding) {
        if binding(expr) < least {
            self.parentheses(expr);
        } else {
            self.bare(expr);
        }
    }

    fn parentheses(&mut self, expr: &Expr) {
        self.push("(");
        self.bare(expr);
        self.push(")");
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(number) => {
                let _ = write!(self.out, "{}", number.value);
                if let Some(unit) = &number.unit {
                    let text = self::unit(unit);
                    // A unit that begins under the line continues the number: `0.12 / week`.
                    self.push(" ");
                    self.push(text.strip_prefix("1 ").unwrap_or(&text));
                }
            }
            ExprKind::Truth(truth) => self.push(if *truth { "true" } else { "false" }),
            ExprKind::None => self.push("none"),
            ExprKind::Date(date) => {
                let _ = write!(self.out, "{date}");
            }
            ExprKind::Text(text) => self.push(&quoted(text)),
            ExprKind::Name(name) => self.push(name),
            ExprKind::Index { of, indices } => {
                self.expression(of, Binding::Primary);
                self.list("[", indices, "]");
            }
            ExprKind::Field { of, field } => {
                self.expression(of, Binding::Primary);
                self.push(".");
                self.push(&field.text);
            }
            ExprKind::Negate(operand) => {
                self.push("-");
                self.expression(operand, Binding::Negation);
            }
            ExprKind::Not(operand) => {
                self.push("not ");
                self.expression(operand, Binding::Not);
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::If { condition, then, otherwise } => {
                self.push("if ");
                self.expression(condition, Binding::If);
                self.push(" then ");
                self.expression(then, Binding::If);
                self.push(" else ");
                self.expression(otherwise, Binding::If);
            }
            ExprKind::Fold { kind, over, body } => {
                self.push(kind.name());
                self.push("(");
                self.over(over);
                if let Some(body) = body {
                    self.push(": ");
                    self.expression(body, Binding::If);
                }
                self.push(")");
            }
            ExprKind::Call { function, arguments } => {
                self.push(&function.text);
                self.list("(", arguments, ")");
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        let own = op.binding();
        // Left-associative operators bind a like one on the left; a comparison takes none, and a
        // power takes its like on the right.
        let (least_left, least_right) = match own {
            Binding::Or => (Binding::Or, Binding::And),
            Binding::And => (Binding::And, Binding::Not),
            Binding::Addition => (Binding::Addition, Binding::Product),
            Binding::Product => (Binding::Product, Binding::Negation),
            Binding::Power => (Binding::Primary, Binding::Negation),
            _ => (Binding::Addition, Binding::Addition),
        };
        let power = op == BinaryOp::Power;
        if power && has_unit(left) {
            self.parentheses(left);
        } else {
            self.expression(left, least_left);
        }
        self.push(" ");
        self.push(op.sign());
        self.push(" ");
        let taken_for_unit =
            op == BinaryOp::Divide && ends_in_number(left) && self.begins_with_unit(right);
        if taken_for_unit || power && has_unit(right) {
            self.parentheses(right);
        } else {
            self.expression(right, least_right);
        }
    }

    /// Whether `expr` is, or begins with, a plain name that is a unit: `week`, `week ^ x`.
    fn begins_with_unit(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => self.units.contains(name),
            ExprKind::Binary { op: BinaryOp::Power, left, .. } => self.begins_with_unit(left),
            _ => false,
        }
    }

    fn over(&mut self, over: &Over) {
        for (i, binder) in over.binders.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.push(&binder.variable.text);
            self.push(" in ");
            self.push(&binder.set.text);
        }
        if let Some(filter) = &over.filter {
            self.push(" where ");
            self.expression(filter, Binding::If);
        }
    }

    fn target(&mut self, target: &Target) {
        self.push(&target.name.text);
        if !target.indices.is_empty() {
            self.list("[", &target.indices, "]");
        }
    }

    fn list(&mut self, open: &str, items: &[Expr], close: &str) {
        self.push(open);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.expression(item, Binding::If);
        }
        self.push(close);
    }
}

#[cfg(test)]
mod tests {
    use super::super::ast::Family;

    #[test]
    fn every_family_has_a_name() {
        for &(family, name, arguments) in Family::ALL {
            assert_eq!(family.name(), name);
            assert!(!name.is_empty() && !arguments.is_empty());
        }
    }
}
