//! What an expression is worth, in one world.

use detente_chance as chance;
use detente_model::{
    AlternativeRef, AttributeValue, Binary, Cell, Coalition, Expr, Fold, FoldOperation, Function,
    InstanceId, Kind, Model, NONE, ResultField, StateValues, Type, Unary,
};

use super::World;
use super::settle::rulers;

/// The functions that the published algorithms want.
pub(crate) const ARITHMETIC: detente_theory::Arithmetic =
    detente_theory::Arithmetic { exp: chance::exp, ln: chance::ln, normal_cdf: chance::normal_cdf };

/// The world that an expression is read in.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The model.
    pub(crate) model: &'a Model,
    /// The world.
    pub(crate) world: &'a World,
    /// The draws of the event whose effects are read.
    pub(crate) draws: &'a [f64],
    /// The weeks on record, for measures.
    pub(crate) weeks: &'a [World],
}

/// Members as the values of index variables.
pub(crate) fn as_values(members: &[usize]) -> Vec<f64> {
    members.iter().map(|member| *member as f64).collect()
}

/// Truth as a value.
pub(crate) fn truth(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

impl Scene<'_> {
    /// The value of an expression; `binders` are the members that index variables stand for.
    pub(crate) fn value(&self, expr: &Expr, binders: &[f64]) -> f64 {
        let number = |expr: &Expr| self.value(expr, binders);
        match expr {
            Expr::Constant(value) => *value,
            Expr::Binder(variable) => binders[*variable],
            Expr::Attribute { set, attribute, of } => {
                let member = number(of);
                let roll = &self.model.set(*set).roll;
                // What nobody has, and what was not given: 0, false, or none.
                let nothing = match self.model.set(*set).attributes[attribute.0].of {
                    Some(_) => NONE,
                    None => 0.0,
                };
                if member < 0.0 || member as usize >= roll.len() {
                    return nothing;
                }
                match &roll[member as usize].attributes[attribute.0] {
                    Some(AttributeValue::Number(number)) => *number,
                    Some(AttributeValue::Truth(is)) => truth(*is),
                    Some(AttributeValue::Member(member)) => *member as f64,
                    Some(AttributeValue::Text(_)) | None => nothing,
                }
            }
            Expr::Read(cell) => self.read(cell, binders, &self.world.now),
            Expr::Last(cell) => self.read(cell, binders, &self.world.before),
            Expr::Result(element, field) => self.result(element.0, field, binders),
            Expr::Draw(number) => self.draws[*number],
            Expr::Week => f64::from(self.world.week),
            Expr::Unary(Unary::Negate, of) => -number(of),
            Expr::Unary(Unary::Not, of) => truth(number(of) == 0.0),
            Expr::Binary(operation, left, right) => binary(*operation, number(left), number(right)),
            Expr::If(condition, first, second) => {
                if number(condition) != 0.0 {
                    number(first)
                } else {
                    number(second)
                }
            }
            Expr::Fold(fold) => self.fold(fold, binders),
            Expr::Call(function, arguments) => {
                let values: Vec<f64> = arguments.iter().map(number).collect();
                call(*function, &values)
            }
            Expr::Happened(cell) => truth(self.times(cell, binders) > 0),
            Expr::Times(cell) => f64::from(self.times(cell, binders)),
            Expr::WeeksSince(cell) => self.weeks_since(cell, binders),
            Expr::Recency(cell, weeks) => {
                let since = self.weeks_since(cell, binders);
                if since.is_finite() { chance::exp(-(since / weeks)) } else { 0.0 }
            }
            Expr::Chose(cell, alternative) => self.chose(cell, alternative, binders),
            Expr::Hazard(cell) => match self.instance(cell, binders) {
                Some(instance) => self.world.events[cell.element.0][instance].hazard,
                None => 0.0,
            },
            Expr::Measure(measure) => self.measure(measure, binders),
        }
    }

    /// Whether a truth holds.
    pub(crate) fn holds(&self, expr: &Expr, binders: &[f64]) -> bool {
        self.value(expr, binders) != 0.0
    }

    /// The instance that a cell's indices choose, if there is one.
    pub(crate) fn instance(&self, cell: &Cell, binders: &[f64]) -> Option<InstanceId> {
        let mut members = Vec::new();
        for index in &cell.index {
            let member = self.value(index, binders);
            if member < 0.0 {
                return None;
            }
            members.push(member as usize);
        }
        self.model.element(cell.element).over.find(&members)
    }

    fn read(&self, cell: &Cell, binders: &[f64], from: &[Vec<f64>]) -> f64 {
        match self.instance(cell, binders) {
            Some(instance) => from[cell.element.0][instance],
            None => self.nothing(cell),
        }
    }

    /// What reading by an index outside gives: 0, false, or none.
    fn nothing(&self, cell: &Cell) -> f64 {
        let is_member = match &self.model.element(cell.element).kind {
            Kind::State(state) => matches!(state.of, StateValues::Member { .. }),
            Kind::Variable(variable) => matches!(variable.equals.gives, Type::Member(_)),
            _ => false,
        };
        if is_member { NONE } else { 0.0 }
    }

    fn times(&self, cell: &Cell, binders: &[f64]) -> u32 {
        match self.instance(cell, binders) {
            Some(instance) => self.world.events[cell.element.0][instance].times,
            None => 0,
        }
    }

    fn weeks_since(&self, cell: &Cell, binders: &[f64]) -> f64 {
        let last = self
            .instance(cell, binders)
            .and_then(|instance| self.world.events[cell.element.0][instance].last);
        last.map_or(f64::INFINITY, |last| f64::from(self.world.week) - f64::from(last))
    }

    fn chose(&self, cell: &Cell, alternative: &AlternativeRef, binders: &[f64]) -> f64 {
        let Kind::Decision(decision) = &self.model.element(cell.element).kind else {
            panic!("`chose` of what is no decision");
        };
        let answer = self
            .instance(cell, binders)
            .and_then(|instance| self.world.decisions[cell.element.0][instance].answer);
        let Some(answer) = answer else { return 0.0 };
        let name = &decision.alternatives[answer].name;
        let same_member = match (&alternative.member, &name.member) {
            (None, None) => true,
            (Some(wanted), Some((member, _))) => self.value(wanted, binders) == *member as f64,
            _ => false,
        };
        truth(name.option == alternative.option && same_member)
    }

    fn result(&self, element: usize, field: &ResultField, binders: &[f64]) -> f64 {
        let settled = &self.world.settled[element];
        let of_member = |values: &[f64], member: &Expr, nobody: f64| {
            let member = self.value(member, binders);
            let inside = member >= 0.0 && (member as usize) < values.len();
            if inside { values[member as usize] } else { nobody }
        };
        match field {
            ResultField::Text(dimension) => settled.text[*dimension],
            ResultField::CompromiseText(dimension) => settled.compromise[*dimension],
            ResultField::Support(player) => of_member(&settled.support, player, 0.0),
            ResultField::Spread => settled.spread,
            ResultField::SelfEnforcing => rulers(self.coalition(element), *self).self_enforcing,
            ResultField::InRuling(member) => {
                of_member(&rulers(self.coalition(element), *self).in_ruling, member, 0.0)
            }
            ResultField::Side(member) => of_member(&settled.side, member, NONE),
            ResultField::Energy => settled.energy,
            ResultField::Minima => settled.minima,
        }
    }

    /// A coalition's predicates are read off the world as it stands, as a variable is.
    fn coalition(&self, element: usize) -> &Coalition {
        match &self.model.elements[element].kind {
            Kind::Coalition(coalition) => coalition,
            _ => panic!("no coalition"),
        }
    }

    fn fold(&self, fold: &Fold, binders: &[f64]) -> f64 {
        let mut counted: Vec<(usize, f64)> = Vec::new();
        for &member in &self.model.set(fold.set).by_name {
            let mut inner = binders.to_vec();
            inner.resize(inner.len().max(fold.variable + 1), f64::NAN);
            inner[fold.variable] = member as f64;
            if fold.filter.as_ref().is_none_or(|filter| self.holds(filter, &inner)) {
                counted.push((member, self.value(&fold.body, &inner)));
            }
        }
        let values = || counted.iter().map(|(_, value)| *value);
        let best = |better: fn(f64, f64) -> bool| {
            let mut best: Option<(usize, f64)> = None;
            for &(member, value) in &counted {
                if best.is_none_or(|(_, so_far)| better(value, so_far)) {
                    best = Some((member, value));
                }
            }
            best
        };
        let sum = || values().fold(0.0, |sum, value| sum + value);
        match fold.operation {
            FoldOperation::Sum => sum(),
            FoldOperation::Mean if counted.is_empty() => 0.0,
            FoldOperation::Mean => sum() / counted.len() as f64,
            FoldOperation::Min => {
                best(|value, least| value < least).map_or(0.0, |(_, value)| value)
            }
            FoldOperation::Max => best(|value, most| value > most).map_or(0.0, |(_, value)| value),
            FoldOperation::Any => truth(values().any(|value| value != 0.0)),
            FoldOperation::All => truth(values().all(|value| value != 0.0)),
            FoldOperation::Count => values().filter(|value| *value != 0.0).count() as f64,
            FoldOperation::ArgMax => {
                best(|value, most| value > most).map_or(NONE, |(member, _)| member as f64)
            }
        }
    }
}

fn binary(operation: Binary, left: f64, right: f64) -> f64 {
    match operation {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        Binary::Divide => left / right,
        Binary::Power => chance::pow(left, right),
        Binary::Equal => truth(left == right),
        Binary::NotEqual => truth(left != right),
        Binary::Less => truth(left < right),
        Binary::LessOrEqual => truth(left <= right),
        Binary::Greater => truth(left > right),
        Binary::GreaterOrEqual => truth(left >= right),
        Binary::And => truth(left != 0.0 && right != 0.0),
        Binary::Or => truth(left != 0.0 || right != 0.0),
    }
}

fn call(function: Function, x: &[f64]) -> f64 {
    match function {
        Function::Clamp => {
            let raised = if x[0] < x[1] { x[1] } else { x[0] };
            if raised > x[2] { x[2] } else { raised }
        }
        Function::Logistic => chance::logistic(x[0]),
        Function::Exp => chance::exp(x[0]),
        Function::Ln => chance::ln(x[0]),
        Function::Sqrt => x[0].sqrt(),
        Function::Abs => x[0].abs(),
        Function::Floor => x[0].floor(),
        Function::Min => {
            if x[0] < x[1] {
                x[0]
            } else {
                x[1]
            }
        }
        Function::Max => {
            if x[0] > x[1] {
                x[0]
            } else {
                x[1]
            }
        }
        Function::NormalCdf => chance::normal_cdf(x[0]),
        Function::Cascade => detente_theory::cascade::cascade(x[0], x[1], x[2], &ARITHMETIC),
    }
}
