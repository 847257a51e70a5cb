//! From a formula to nodes: indices spelt out, names turned into places, interventions woven in.

mod fold;
mod past;
mod quantity;
mod settled;

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{
    Binary, Cell, ElementId, Expr, InstanceId, Kind, MemberIndex, Model, NONE, StateValues, Target,
    Type, Unary, Week,
};

use crate::arithmetic::{One, Two};
use crate::arm::Arm;
use crate::error::CompileError;
use crate::graph::{Graph, NodeId};
use crate::layout::{Layout, Place};
use crate::setup::Doubt;

/// When a formula is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// As the world now stands.
    Now,
    /// As the week is recorded: variables as of step 2, stocks and states as of its end.
    Recorded,
}

/// Where a formula stands.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// The full name of the element, for findings.
    pub(crate) of: String,
    /// The members that index variables stand for.
    pub(crate) bound: Vec<MemberIndex>,
    /// The draws of the event it belongs to.
    pub(crate) draws: Vec<NodeId>,
    /// When it is read.
    pub(crate) moment: Moment,
    /// The question it belongs to.
    pub(crate) question: Option<usize>,
}

impl Standing {
    pub(crate) fn now(of: &str, bound: &[MemberIndex]) -> Self {
        Self {
            of: of.to_owned(),
            bound: bound.to_vec(),
            draws: Vec::new(),
            moment: Moment::Now,
            question: None,
        }
    }

    /// The same place with one more index variable, numbered `variable`.
    pub(crate) fn binding(&self, variable: usize, member: MemberIndex) -> Self {
        let mut inner = self.clone();
        inner.bound.truncate(variable);
        inner.bound.push(member);
        inner
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Underway,
    Node(NodeId),
}

/// Turns formulas into nodes of one graph.
pub(crate) struct Lowerer<'a> {
    pub(crate) model: &'a Model,
    pub(crate) layout: &'a Layout,
    pub(crate) arm: &'a Arm,
    pub(crate) doubt: &'a Doubt,
    pub(crate) graph: Graph,
    instances: Vec<BTreeMap<&'a [MemberIndex], InstanceId>>,
    known: BTreeMap<Target, Known>,
    coalitions: BTreeMap<ElementId, NodeId>,
    settling: BTreeSet<ElementId>,
    /// Quantities whose weekly value is kept, and where.
    pub(crate) recorded: BTreeMap<Target, Place>,
    /// Quantities whose value of the week before is kept.
    pub(crate) lasts: BTreeSet<Target>,
    /// The next free place after those of the layout.
    pub(crate) next_place: Place,
}

type Lowered = Result<NodeId, CompileError>;

/// Nodes, tables and places of one program, at most.
const MOST_NODES: usize = 8_000_000;

impl<'a> Lowerer<'a> {
    pub(crate) fn new(
        model: &'a Model,
        layout: &'a Layout,
        arm: &'a Arm,
        doubt: &'a Doubt,
    ) -> Self {
        let instances = model
            .elements
            .iter()
            .map(|element| {
                let over = element.over.instances.iter().enumerate();
                over.map(|(number, own)| (own.members.as_slice(), number)).collect()
            })
            .collect();
        Self {
            model,
            layout,
            arm,
            doubt,
            graph: Graph::new(model.calendar.weeks as usize),
            instances,
            known: BTreeMap::new(),
            coalitions: BTreeMap::new(),
            settling: BTreeSet::new(),
            recorded: BTreeMap::new(),
            lasts: BTreeSet::new(),
            next_place: layout.size,
        }
    }

    /// A fresh place of the program's own, which does not outlast a change of program.
    pub(crate) fn fresh(&mut self, places: u32) -> Place {
        let first = self.next_place;
        self.next_place = self.next_place.saturating_add(places);
        first
    }

    pub(crate) fn constant(&mut self, x: f64) -> NodeId {
        self.graph.constant(x)
    }

    pub(crate) fn formula(&mut self, expr: &Expr, at: &Standing) -> Lowered {
        if self.graph.nodes.len() > MOST_NODES {
            return Err(CompileError::TooLarge { what: "expressions" });
        }
        match expr {
            Expr::Constant(x) => Ok(self.constant(*x)),
            Expr::Binder(number) => match at.bound.get(*number) {
                Some(member) => Ok(self.constant(*member as f64)),
                None => Err(self.fault(at, "an index variable stands for nothing")),
            },
            Expr::Attribute { set, attribute, of } => {
                let of = self.formula(of, at)?;
                self.attribute(*set, attribute.0, of)
            }
            Expr::Read(cell) => {
                let default = self.default_of(cell.element);
                self.through(cell, at, default, &mut |own, target| own.read(target, at))
            }
            Expr::Last(cell) => {
                let default = self.default_of(cell.element);
                self.through(cell, at, default, &mut |own, target| own.last(target, at))
            }
            Expr::Result(element, field) => self.result(*element, field, at),
            Expr::Draw(number) => at
                .draws
                .get(*number)
                .copied()
                .ok_or_else(|| self.fault(at, "a draw is read where there is none")),
            Expr::Week => Ok(self.by_week(f64::from)),
            Expr::Unary(operation, a) => {
                let a = self.formula(a, at)?;
                let operation = match operation {
                    Unary::Negate => One::Negate,
                    Unary::Not => One::Not,
                };
                Ok(self.graph.one(operation, a))
            }
            Expr::Binary(operation, a, b) => {
                let (a, b) = (self.formula(a, at)?, self.formula(b, at)?);
                Ok(self.graph.two(two(*operation), a, b))
            }
            Expr::If(condition, a, b) => {
                let condition = self.formula(condition, at)?;
                let (a, b) = (self.formula(a, at)?, self.formula(b, at)?);
                Ok(self.graph.select(condition, a, b))
            }
            Expr::Fold(fold) => self.fold(fold, at),
            Expr::Call(function, arguments) => self.call(*function, arguments, at),
            Expr::Happened(cell) => {
                let times = self.event_place(cell, at, 0.0, |places| places.times)?;
                let zero = self.constant(0.0);
                Ok(self.graph.two(Two::Greater, times, zero))
            }
            Expr::Times(cell) => self.event_place(cell, at, 0.0, |places| places.times),
            Expr::WeeksSince(cell) => self.weeks_since(cell, at),
            Expr::Recency(cell, fading) => {
                let weeks = self.weeks_since(cell, at)?;
                let fading = self.constant(*fading);
                let faded = self.graph.two(Two::Divide, weeks, fading);
                let exponent = self.graph.one(One::Negate, faded);
                Ok(self.graph.one(One::Exp, exponent))
            }
            Expr::Chose(cell, alternative) => self.chose(cell, alternative, at),
            Expr::Hazard(cell) => self.event_place(cell, at, 0.0, |places| places.hazard),
            Expr::Measure(measure) => self.measure(measure, at),
        }
    }

    pub(crate) fn fault(&self, at: &Standing, why: &str) -> CompileError {
        CompileError::Model { of: at.of.clone(), why: why.to_owned() }
    }

    /// A value for each week of the calendar.
    pub(crate) fn by_week(&mut self, value: impl Fn(Week) -> f64) -> NodeId {
        let values = (0..self.graph.weeks as Week).map(value).collect();
        self.graph.weekly(values)
    }

    /// What reading an element by an index outside it gives: 0 or false, and `none` where its values
    /// are members.
    fn default_of(&self, element: ElementId) -> f64 {
        match &self.model.element(element).kind {
            Kind::State(state) if matches!(state.of, StateValues::Member { .. }) => NONE,
            Kind::Variable(own) if matches!(own.equals.gives, Type::Member(_)) => NONE,
            _ => 0.0,
        }
    }

    /// What `of` gives for the instance that a cell's indices choose, or `default`.
    fn through(
        &mut self,
        cell: &Cell,
        at: &Standing,
        default: f64,
        of: &mut dyn FnMut(&mut Self, Target) -> Lowered,
    ) -> Lowered {
        let (index, targets) = self.choices(cell, at)?;
        let mut table = Vec::with_capacity(targets.len() + 1);
        for target in targets {
            table.push(match target {
                Some(target) => of(self, target)?,
                None => self.constant(default),
            });
        }
        table.push(self.constant(default));
        Ok(self.graph.gather(index, table))
    }

    /// The instances that a cell's indices may choose, and the index that chooses among them. A cell
    /// whose indices are all known has one, and the index 0.
    pub(crate) fn choices(
        &mut self,
        cell: &Cell,
        at: &Standing,
    ) -> Result<(NodeId, Vec<Option<Target>>), CompileError> {
        let binders = &self.model.element(cell.element).over.binders;
        if binders.len() != cell.index.len() {
            return Err(self.fault(at, "an element is read with too few or too many indices"));
        }
        let mut chosen: Vec<Vec<Option<MemberIndex>>> = vec![Vec::new()];
        let mut index = None;
        for (binder, expr) in binders.iter().zip(&cell.index) {
            let node = self.formula(expr, at)?;
            if let Some(member) = self.graph.value(node) {
                let member = (member >= 0.0).then_some(member as MemberIndex);
                chosen.iter_mut().for_each(|own| own.push(member));
                continue;
            }
            let width = self.model.set(self.model.set(binder.set).root).roll.len();
            chosen = chosen
                .into_iter()
                .flat_map(|own| {
                    (0..width).map(move |member| {
                        let mut longer = own.clone();
                        longer.push(Some(member));
                        longer
                    })
                })
                .collect();
            if chosen.len() > MOST_CHOICES {
                return Err(CompileError::TooLarge { what: "members for indices that vary" });
            }
            index = Some(match index {
                None => node,
                Some(first) => self.graph.joined(first, node, width),
            });
        }
        let targets = chosen
            .into_iter()
            .map(|members| {
                let members: Option<Vec<MemberIndex>> = members.into_iter().collect();
                let instance = *self.instances[cell.element.0].get(members?.as_slice())?;
                Some(Target { element: cell.element, instance })
            })
            .collect();
        let index = match index {
            Some(index) => index,
            None => self.constant(0.0),
        };
        Ok((index, targets))
    }
}

/// Combinations of members that indices which vary may choose among.
const MOST_CHOICES: usize = 65_536;

fn two(operation: Binary) -> Two {
    match operation {
        Binary::Add => Two::Add,
        Binary::Subtract => Two::Subtract,
        Binary::Multiply => Two::Multiply,
        Binary::Divide => Two::Divide,
        Binary::Power => Two::Power,
        Binary::Equal => Two::Equal,
        Binary::NotEqual => Two::NotEqual,
        Binary::Less => Two::Less,
        Binary::LessOrEqual => Two::LessOrEqual,
        Binary::Greater => Two::Greater,
        Binary::GreaterOrEqual => Two::GreaterOrEqual,
        Binary::And => Two::And,
        Binary::Or => Two::Or,
    }
}
