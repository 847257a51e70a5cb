//! Reading a formula at a moment of one history: its value, and what it was made of.
//!
//! It follows the language's rules as the engine does; what it cannot see from outside, the results of
//! bargains, coalitions and alignments and the cascade, has no value here.

use std::collections::BTreeMap;

use detente_chance::{exp, ln, logistic, normal_cdf, pow};
use detente_model::{
    Alternative, AttributeValue, Binary, Cell, ElementId, Expr, FoldOperation, Function, Kind,
    MemberIndex, Model, NONE, ResultField, Target, Unary,
};

use super::settlements::Part;
use super::subject::Subject;
use super::world::{Moment, Past};

/// Something a formula read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaf {
    /// A quantity.
    Quantity(Target),
    /// Whether, how often or when an event happened.
    Event(Target),
    /// The last answer of a decision.
    Answer(Subject),
    /// The result of a bargain, a coalition or an alignment.
    Result(ElementId, Part),
}

/// One reading of a formula.
pub(super) struct Reading<'a> {
    model: &'a Model,
    past: &'a Past,
    at: Moment,
    /// Quantities that are taken to stand elsewhere than they did.
    instead: &'a BTreeMap<Target, f64>,
    /// What was read, in order of reading, each once.
    pub(super) leaves: Vec<Leaf>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        model: &'a Model,
        past: &'a Past,
        at: Moment,
        instead: &'a BTreeMap<Target, f64>,
    ) -> Self {
        Self { model, past, at, instead, leaves: Vec::new() }
    }

    /// The value of an expression whose index variables stand for these members.
    pub(super) fn value(&mut self, expr: &Expr, bound: &[MemberIndex]) -> Option<f64> {
        match expr {
            Expr::Constant(value) => Some(*value),
            Expr::Binder(number) => bound.get(*number).map(|member| *member as f64),
            Expr::Attribute { set, attribute, of } => {
                let member = self.value(of, bound)?;
                if member < 0.0 {
                    return Some(0.0);
                }
                let own = self.model.set(*set).roll.get(member as usize)?;
                Some(match own.attributes.get(attribute.0)?.as_ref() {
                    Some(AttributeValue::Number(value)) => *value,
                    Some(AttributeValue::Truth(value)) => truth(*value),
                    Some(AttributeValue::Member(member)) => *member as f64,
                    _ => 0.0,
                })
            }
            Expr::Read(cell) => match self.target(cell, bound)? {
                Some(target) => {
                    self.read(Leaf::Quantity(target));
                    let instead = self.instead.get(&target).copied();
                    instead
                        .or_else(|| self.computed(target))
                        .or_else(|| self.past.value(self.model, target, self.at))
                }
                None => Some(0.0),
            },
            Expr::Last(cell) => match self.target(cell, bound)? {
                Some(target) => {
                    self.read(Leaf::Quantity(target));
                    self.past.last(target, self.at)
                }
                None => Some(0.0),
            },
            Expr::Week => Some(f64::from(self.at.week)),
            Expr::Unary(Unary::Negate, of) => Some(-self.value(of, bound)?),
            Expr::Unary(Unary::Not, of) => Some(truth(self.value(of, bound)? == 0.0)),
            Expr::Binary(operation, left, right) => self.binary(*operation, left, right, bound),
            Expr::If(condition, first, second) => {
                let chosen = if self.value(condition, bound)? == 0.0 { second } else { first };
                self.value(chosen, bound)
            }
            Expr::Fold(fold) => self.fold(fold, bound),
            Expr::Call(function, arguments) => {
                let values: Option<Vec<f64>> =
                    arguments.iter().map(|one| self.value(one, bound)).collect();
                call(*function, &values?)
            }
            Expr::Happened(cell) => Some(truth(self.times(cell, bound)? > 0.0)),
            Expr::Times(cell) => self.times(cell, bound),
            Expr::WeeksSince(cell) => Some(self.since(cell, bound)?.unwrap_or(f64::INFINITY)),
            Expr::Recency(cell, weeks) => {
                Some(self.since(cell, bound)?.map_or(0.0, |since| exp(-since / weeks)))
            }
            Expr::Chose(cell, alternative) => {
                let Some(target) = self.target(cell, bound)? else { return Some(0.0) };
                let member = match &alternative.member {
                    Some(member) => Some(self.value(member, bound)?),
                    None => None,
                };
                let Kind::Decision(decision) = &self.model.element(target.element).kind else {
                    return None;
                };
                let meant = |one: &Alternative| {
                    let own = one.name.member.as_ref().map(|(member, _)| *member as f64);
                    one.name.option == alternative.option && own == member
                };
                let Some(answer) = decision.alternatives.iter().position(meant) else {
                    return Some(0.0);
                };
                let subject = Subject { target, answer: Some(answer) };
                self.read(Leaf::Answer(subject));
                let last = self.past.deeds_of(self.model, target, self.at).last();
                Some(truth(last.is_some_and(|deed| deed.answer == Some(answer))))
            }
            Expr::Result(element, field) => {
                let mut part = Part::default();
                match field {
                    ResultField::Text(dimension) | ResultField::CompromiseText(dimension) => {
                        part.dimension = Some(*dimension);
                    }
                    ResultField::Support(of)
                    | ResultField::InRuling(of)
                    | ResultField::Side(of) => {
                        let member = self.value(of, bound);
                        part.member = member.filter(|own| *own >= 0.0).map(|own| own as usize);
                    }
                    _ => {}
                }
                self.read(Leaf::Result(*element, part));
                None
            }
            Expr::Draw(_) | Expr::Hazard(_) | Expr::Measure(_) => None,
        }
    }

    /// A variable as a later round of the week computes it anew.
    fn computed(&self, target: Target) -> Option<f64> {
        let element = self.model.element(target.element);
        let Kind::Variable(variable) = &element.kind else { return None };
        if self.at.round < 2 {
            return None;
        }
        let members = &element.over.instances[target.instance].members;
        let mut anew = Self::new(self.model, self.past, self.at, self.instead);
        anew.value(&variable.equals.expr, members)
    }

    fn read(&mut self, leaf: Leaf) {
        if !self.leaves.contains(&leaf) {
            self.leaves.push(leaf);
        }
    }

    /// Which instance a cell names; inside, `None` for an index that is nobody.
    fn target(&mut self, cell: &Cell, bound: &[MemberIndex]) -> Option<Option<Target>> {
        let mut members = Vec::with_capacity(cell.index.len());
        for index in &cell.index {
            let member = self.value(index, bound)?;
            if member < 0.0 {
                return Some(None);
            }
            members.push(member as MemberIndex);
        }
        let instance = self.model.element(cell.element).over.find(&members);
        Some(instance.map(|instance| Target { element: cell.element, instance }))
    }

    fn times(&mut self, cell: &Cell, bound: &[MemberIndex]) -> Option<f64> {
        let Some(target) = self.target(cell, bound)? else { return Some(0.0) };
        self.read(Leaf::Event(target));
        Some(self.past.deeds_of(self.model, target, self.at).count() as f64)
    }

    /// Weeks since an event last happened; inside, `None` if it never did.
    fn since(&mut self, cell: &Cell, bound: &[MemberIndex]) -> Option<Option<f64>> {
        let Some(target) = self.target(cell, bound)? else { return Some(None) };
        self.read(Leaf::Event(target));
        let last = self.past.deeds_of(self.model, target, self.at).last();
        Some(last.map(|deed| f64::from(self.at.week - deed.week)))
    }

    fn binary(
        &mut self,
        operation: Binary,
        left: &Expr,
        right: &Expr,
        bound: &[MemberIndex],
    ) -> Option<f64> {
        let a = self.value(left, bound);
        // What decides by itself decides, so that what it was made of is no more than that.
        match (operation, a) {
            (Binary::And, Some(0.0)) => return Some(0.0),
            (Binary::Or, Some(a)) if a != 0.0 => return Some(1.0),
            (Binary::Multiply, Some(0.0)) => return Some(0.0),
            _ => {}
        }
        let b = self.value(right, bound);
        let (a, b) = (a?, b?);
        Some(match operation {
            Binary::Add => a + b,
            Binary::Subtract => a - b,
            Binary::Multiply => a * b,
            Binary::Divide => a / b,
            Binary::Power => pow(a, b),
            Binary::Equal => truth(a == b),
            Binary::NotEqual => truth(a != b),
            Binary::Less => truth(a < b),
            Binary::LessOrEqual => truth(a <= b),
            Binary::Greater => truth(a > b),
            Binary::GreaterOrEqual => truth(a >= b),
            Binary::And => truth(a != 0.0 && b != 0.0),
            Binary::Or => truth(a != 0.0 || b != 0.0),
        })
    }

    fn fold(&mut self, fold: &detente_model::Fold, bound: &[MemberIndex]) -> Option<f64> {
        let mut values = Vec::new();
        for member in self.model.set(fold.set).by_name.clone() {
            let mut inner = bound.to_vec();
            inner.truncate(fold.variable);
            inner.push(member);
            let counts = match &fold.filter {
                Some(filter) => self.value(filter, &inner)? != 0.0,
                None => true,
            };
            if counts {
                values.push((member, self.value(&fold.body, &inner)?));
            }
        }
        let many = values.len() as f64;
        let all = || values.iter().map(|(_, value)| *value);
        Some(match fold.operation {
            FoldOperation::Sum => all().sum(),
            FoldOperation::Mean => {
                if values.is_empty() {
                    0.0
                } else {
                    all().sum::<f64>() / many
                }
            }
            FoldOperation::Min => all().reduce(f64::min).unwrap_or(0.0),
            FoldOperation::Max => all().reduce(f64::max).unwrap_or(0.0),
            FoldOperation::Any => truth(all().any(|value| value != 0.0)),
            FoldOperation::All => truth(all().all(|value| value != 0.0)),
            FoldOperation::Count => all().filter(|value| *value != 0.0).count() as f64,
            FoldOperation::ArgMax => {
                let mut best: Option<(MemberIndex, f64)> = None;
                for (member, value) in &values {
                    if best.is_none_or(|(_, most)| *value > most) {
                        best = Some((*member, *value));
                    }
                }
                best.map_or(NONE, |(member, _)| member as f64)
            }
        })
    }
}

fn call(function: Function, of: &[f64]) -> Option<f64> {
    Some(match (function, of) {
        (Function::Clamp, [x, low, high]) => x.max(*low).min(*high),
        (Function::Logistic, [x]) => logistic(*x),
        (Function::Exp, [x]) => exp(*x),
        (Function::Ln, [x]) => ln(*x),
        (Function::Sqrt, [x]) => x.sqrt(),
        (Function::Abs, [x]) => x.abs(),
        (Function::Floor, [x]) => x.floor(),
        (Function::Min, [x, y]) => x.min(*y),
        (Function::Max, [x, y]) => x.max(*y),
        (Function::NormalCdf, [x]) => normal_cdf(*x),
        _ => return None,
    })
}

pub(super) fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}
