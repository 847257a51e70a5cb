//! From a formula to nodes: indices spelt out, names turned into places, interventions woven in.

use std::collections::{BTreeMap, BTreeSet};

use detente_chance::{hash_name, hash_slot};
use detente_model::{
    AlternativeRef, AttributeValue, Binary, Cell, Distribution, ElementId, Every, Expr, Fold,
    FoldOperation, Function, InstanceId, Kind, Measure, MemberIndex, Model, NONE, Operation,
    ResultField, SetId, Span, StateValues, Target, Type, Unary, Week,
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

    /// A quantity as an instance's formulas read it.
    pub(crate) fn read(&mut self, target: Target, at: &Standing) -> Lowered {
        let node = self.now(target, at)?;
        let varies = !matches!(
            self.graph.node(node),
            crate::graph::Node::Constant(_) | crate::graph::Node::Weekly(_)
        );
        let moves_within =
            matches!(self.model.element(target.element).kind, Kind::Variable(_) | Kind::Noise(_));
        if at.moment == Moment::Recorded && varies && moves_within {
            let place = self.record(target);
            return Ok(self.graph.place(place));
        }
        Ok(node)
    }

    /// Where a quantity's weekly value is kept.
    pub(crate) fn record(&mut self, target: Target) -> Place {
        if let Some(place) = self.recorded.get(&target) {
            return *place;
        }
        let place = self.fresh(1);
        self.recorded.insert(target, place);
        place
    }

    fn now(&mut self, target: Target, at: &Standing) -> Lowered {
        let model = self.model;
        match &model.element(target.element).kind {
            Kind::Stock(_) | Kind::State(_) => {
                let place = self.layout.quantities[&target.element] + target.instance as Place;
                Ok(self.graph.place(place))
            }
            Kind::Parameter(_)
            | Kind::Series(_)
            | Kind::Trait(_)
            | Kind::Noise(_)
            | Kind::Variable(_) => match self.known.get(&target) {
                Some(Known::Node(node)) => Ok(*node),
                Some(Known::Underway) => Err(CompileError::Model {
                    of: model.full_name(target).to_owned(),
                    why: "it is computed from itself".to_owned(),
                }),
                None => {
                    self.known.insert(target, Known::Underway);
                    let node = self.define(target)?;
                    self.known.insert(target, Known::Node(node));
                    Ok(node)
                }
            },
            _ => Err(self.fault(
                at,
                &format!("{} has no value to read", model.element(target.element).name),
            )),
        }
    }

    /// A parameter, series, trait, noise or variable, with what interventions make of it.
    fn define(&mut self, target: Target) -> Lowered {
        let model = self.model;
        let element = model.element(target.element);
        let own = &element.over.instances[target.instance];
        let at = Standing::now(&own.full_name, &own.members);
        let node = match &element.kind {
            Kind::Parameter(parameter) => match self.layout.parameters.get(&target) {
                Some(place) if !matches!(self.doubt, Doubt::AtValues) => self.graph.place(*place),
                _ => self.constant(parameter.values[target.instance]),
            },
            Kind::Series(series) => {
                let path = &series.values[target.instance];
                let value = |week: Week| path.get(week as usize).copied().unwrap_or(f64::NAN);
                self.by_week(value)
            }
            Kind::Trait(_) => {
                let place = self.layout.quantities[&target.element] + target.instance as Place;
                self.graph.place(place)
            }
            Kind::Noise(noise) => match noise.every {
                Every::Year => {
                    let place = self.layout.quantities[&target.element] + target.instance as Place;
                    self.graph.place(place)
                }
                Every::Week => self.drawn(&noise.draw, &own.address, "", &at)?,
            },
            Kind::Variable(variable) => self.formula(&variable.equals.expr, &at)?,
            _ => return Err(self.fault(&at, "it has no value to read")),
        };
        let node = self.bent(target, node);
        Ok(self.shared(node))
    }

    /// A node with what interventions make of it.
    fn bent(&mut self, target: Target, node: NodeId) -> NodeId {
        let arm = self.arm;
        let mut node = node;
        for bend in arm.bends.get(&target).into_iter().flatten() {
            let value = self.constant(bend.value);
            let other = match bend.operation {
                Operation::Set => value,
                Operation::Multiply => self.graph.two(Two::Multiply, node, value),
                Operation::Add => self.graph.two(Two::Add, node, value),
            };
            node = self.within(&[bend.span], other, node);
        }
        node
    }

    /// The first in weeks of the spans, else the second.
    pub(crate) fn within(&mut self, spans: &[Span], first: NodeId, second: NodeId) -> NodeId {
        let inside = self
            .by_week(|week| crate::arithmetic::truth(spans.iter().any(|span| span.holds(week))));
        self.graph.select(inside, first, second)
    }

    /// A value that several formulas may read: it gets a number of its own, unless there is nothing
    /// to compute.
    pub(crate) fn shared(&mut self, node: NodeId) -> NodeId {
        if self.graph.parts(node).is_empty()
            && !matches!(self.graph.node(node), crate::graph::Node::Uniform(..))
        {
            return node;
        }
        let number = self.graph.shared.len() as u32;
        self.graph.shared.push(node);
        self.graph.shared(number)
    }

    fn last(&mut self, target: Target, at: &Standing) -> Lowered {
        let model = self.model;
        let kind = &model.element(target.element).kind;
        if matches!(kind, Kind::Parameter(_) | Kind::Trait(_)) {
            return self.read(target, at);
        }
        if !matches!(self.known.get(&target), Some(Known::Underway)) {
            let node = self.now(target, at)?;
            match self.graph.node(node) {
                crate::graph::Node::Constant(_) => return Ok(node),
                crate::graph::Node::Weekly(number) => {
                    let path = self.graph.weekly[*number as usize].clone();
                    return Ok(self.by_week(|week| path[week.saturating_sub(1) as usize]));
                }
                _ => {}
            }
        }
        self.lasts.insert(target);
        if matches!(kind, Kind::Variable(_) | Kind::Noise(_)) {
            self.record(target);
        }
        match self.layout.lasts.get(&target.element) {
            Some(first) => Ok(self.graph.place(first + target.instance as Place)),
            None => Err(self.fault(at, "nothing remembers its value of the week before")),
        }
    }

    /// A draw of this week at a name and slot.
    pub(crate) fn drawn(
        &mut self,
        from: &Distribution,
        address: &str,
        slot: &str,
        at: &Standing,
    ) -> Lowered {
        let uniform = self.graph.uniform(hash_name(address), hash_slot(slot));
        let mut arguments = [self.constant(0.0); 3];
        for (own, argument) in arguments.iter_mut().zip(&from.arguments) {
            *own = self.formula(&argument.expr, at)?;
        }
        Ok(self.graph.quantile(from.family.into(), uniform, arguments))
    }

    fn attribute(&mut self, set: SetId, attribute: usize, of: NodeId) -> Lowered {
        let set = self.model.set(set);
        let default = match set.attributes.get(attribute) {
            Some(own) if own.of.is_some() => NONE,
            _ => 0.0,
        };
        let mut table: Vec<NodeId> = Vec::with_capacity(set.roll.len() + 1);
        for member in &set.roll {
            let value = match member.attributes.get(attribute) {
                Some(Some(AttributeValue::Number(x))) => *x,
                Some(Some(AttributeValue::Truth(holds))) => crate::arithmetic::truth(*holds),
                Some(Some(AttributeValue::Member(member))) => *member as f64,
                Some(Some(AttributeValue::Text(_)) | None) | None => default,
            };
            table.push(self.constant(value));
        }
        table.push(self.constant(default));
        Ok(self.graph.gather(of, table))
    }

    fn event_place(
        &mut self,
        cell: &Cell,
        at: &Standing,
        default: f64,
        which: fn(&crate::layout::EventPlaces) -> Place,
    ) -> Lowered {
        self.through(cell, at, default, &mut |own, target| match own.layout.events.get(&target) {
            Some(places) => Ok(own.graph.place(which(places))),
            None => Err(own.fault(at, "what is no event is asked whether it happened")),
        })
    }

    fn weeks_since(&mut self, cell: &Cell, at: &Standing) -> Lowered {
        let last = self.event_place(cell, at, f64::NEG_INFINITY, |places| places.last)?;
        let week = self.by_week(f64::from);
        Ok(self.graph.two(Two::Subtract, week, last))
    }

    fn chose(&mut self, cell: &Cell, alternative: &AlternativeRef, at: &Standing) -> Lowered {
        let model = self.model;
        let Kind::Decision(decision) = &model.element(cell.element).kind else {
            return Err(self.fault(at, "what is no decision is asked what it chose"));
        };
        let layout = self.layout;
        let answer = self.through(cell, at, -1.0, &mut |own, target| {
            Ok(own.graph.place(layout.decisions[&target].answer))
        })?;
        let named = |member: Option<MemberIndex>| {
            decision.alternatives.iter().position(|own| {
                own.name.option == alternative.option
                    && own.name.member.as_ref().map(|(number, _)| *number) == member
            })
        };
        // No answer is ever −2.
        let number = |found: Option<usize>| found.map_or(-2.0, |number| number as f64);
        let wanted = match &alternative.member {
            None => self.constant(number(named(None))),
            Some(member) => {
                let member = self.formula(member, at)?;
                let most = decision
                    .alternatives
                    .iter()
                    .filter_map(|own| own.name.member.as_ref().map(|(number, _)| number + 1))
                    .max()
                    .unwrap_or(0);
                let mut table = Vec::with_capacity(most + 1);
                for member in 0..most {
                    table.push(self.constant(number(named(Some(member)))));
                }
                table.push(self.constant(-2.0));
                self.graph.gather(member, table)
            }
        };
        Ok(self.graph.two(Two::Equal, answer, wanted))
    }

    fn fold(&mut self, fold: &Fold, at: &Standing) -> Lowered {
        let mut members = Vec::new();
        for member in &self.model.set(fold.set).by_name {
            let inner = at.binding(fold.variable, *member);
            let counts = match &fold.filter {
                Some(filter) => self.formula(filter, &inner)?,
                None => self.constant(1.0),
            };
            if self.graph.value(counts) == Some(0.0) {
                continue;
            }
            members.push((*member, counts, self.formula(&fold.body, &inner)?));
        }
        Ok(self.folded(fold.operation, &members))
    }

    /// A fold over (member, whether it counts, value).
    fn folded(
        &mut self,
        operation: FoldOperation,
        members: &[(MemberIndex, NodeId, NodeId)],
    ) -> NodeId {
        let (zero, one) = (self.constant(0.0), self.constant(1.0));
        let mut total = match operation {
            FoldOperation::All => one,
            FoldOperation::ArgMax => self.constant(NONE),
            _ => zero,
        };
        // Whether any member counted so far, how many did, and the largest value.
        let (mut any, mut count, mut best) = (zero, zero, zero);
        for (member, counts, value) in members {
            let (counts, value) = (*counts, *value);
            match operation {
                FoldOperation::Sum | FoldOperation::Mean => {
                    let part = self.graph.select(counts, value, zero);
                    total = self.graph.two(Two::Add, total, part);
                    count = self.graph.two(Two::Add, count, counts);
                }
                FoldOperation::Count => {
                    let part = self.graph.two(Two::And, counts, value);
                    total = self.graph.two(Two::Add, total, part);
                }
                FoldOperation::Any => {
                    let part = self.graph.two(Two::And, counts, value);
                    total = self.graph.two(Two::Or, total, part);
                }
                FoldOperation::All => {
                    let exempt = self.graph.one(One::Not, counts);
                    let part = self.graph.two(Two::Or, exempt, value);
                    total = self.graph.two(Two::And, total, part);
                }
                FoldOperation::Min | FoldOperation::Max => {
                    let pick = if operation == FoldOperation::Min { Two::Min } else { Two::Max };
                    let with = self.graph.two(pick, value, total);
                    let first = self.graph.select(any, with, value);
                    total = self.graph.select(counts, first, total);
                    any = self.graph.two(Two::Or, any, counts);
                }
                FoldOperation::ArgMax => {
                    let larger = self.graph.two(Two::Greater, value, best);
                    let none_yet = self.graph.one(One::Not, any);
                    let leads = self.graph.two(Two::Or, larger, none_yet);
                    let leads = self.graph.two(Two::And, counts, leads);
                    let own = self.constant(*member as f64);
                    total = self.graph.select(leads, own, total);
                    best = self.graph.select(leads, value, best);
                    any = self.graph.two(Two::Or, any, counts);
                }
            }
        }
        if operation == FoldOperation::Mean {
            let mean = self.graph.two(Two::Divide, total, count);
            let some = self.graph.two(Two::Greater, count, zero);
            return self.graph.select(some, mean, zero);
        }
        total
    }

    fn call(&mut self, function: Function, arguments: &[Expr], at: &Standing) -> Lowered {
        let nodes =
            arguments.iter().map(|own| self.formula(own, at)).collect::<Result<Vec<_>, _>>()?;
        let one = |operation| (operation, 1);
        let (unary, wanted) = match function {
            Function::Logistic => one(Some(One::Logistic)),
            Function::Exp => one(Some(One::Exp)),
            Function::Ln => one(Some(One::Ln)),
            Function::Sqrt => one(Some(One::Sqrt)),
            Function::Abs => one(Some(One::Abs)),
            Function::Floor => one(Some(One::Floor)),
            Function::NormalCdf => one(Some(One::NormalCdf)),
            Function::Min | Function::Max => (None, 2),
            Function::Clamp | Function::Cascade => (None, 3),
        };
        if nodes.len() != wanted {
            return Err(self.fault(at, "a function has too few or too many arguments"));
        }
        let graph = &mut self.graph;
        Ok(match (function, unary) {
            (_, Some(operation)) => graph.one(operation, nodes[0]),
            (Function::Min, _) => graph.two(Two::Min, nodes[0], nodes[1]),
            (Function::Max, _) => graph.two(Two::Max, nodes[0], nodes[1]),
            (Function::Clamp, _) => {
                // In this order what is not a number stays so.
                let above = graph.two(Two::Max, nodes[1], nodes[0]);
                graph.two(Two::Min, nodes[2], above)
            }
            _ => graph.cascade(nodes[0], nodes[1], nodes[2]),
        })
    }

    fn result(&mut self, element: ElementId, field: &ResultField, at: &Standing) -> Lowered {
        let model = self.model;
        let first = self.layout.results.get(&element).copied();
        match (&model.element(element).kind, field, first) {
            (Kind::Bargain(bargain), field, Some(first)) => {
                let dimensions = bargain.dimensions.len();
                let number = match field {
                    ResultField::Text(dimension) => *dimension,
                    ResultField::CompromiseText(dimension) => dimensions + dimension,
                    ResultField::Support(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(model.set(bargain.set).root).roll.len() {
                            let player = bargain.players.iter().position(|one| one.member == own);
                            table.push(match player {
                                Some(player) => {
                                    let place = first + (2 * dimensions + player) as Place;
                                    self.graph.place(place)
                                }
                                None => self.constant(0.0),
                            });
                        }
                        table.push(self.constant(0.0));
                        return Ok(self.graph.gather(member, table));
                    }
                    ResultField::Spread => 2 * dimensions + bargain.players.len(),
                    _ => return Err(self.fault(at, "a bargain has no such result")),
                };
                Ok(self.graph.place(first + number as Place))
            }
            (Kind::Alignment(alignment), field, Some(first)) => {
                let set = model.set(alignment.set);
                match field {
                    ResultField::Side(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(set.root).roll.len() {
                            table.push(match set.position(own) {
                                Some(place) => self.graph.place(first + place as Place),
                                None => self.constant(-1.0),
                            });
                        }
                        table.push(self.constant(-1.0));
                        Ok(self.graph.gather(member, table))
                    }
                    ResultField::Energy => Ok(self.graph.place(first + set.members.len() as Place)),
                    ResultField::Minima => {
                        Ok(self.graph.place(first + set.members.len() as Place + 1))
                    }
                    _ => Err(self.fault(at, "an alignment has no such result")),
                }
            }
            (Kind::Coalition(coalition), field, _) => {
                let leadership = self.leadership(element)?;
                let set = model.set(coalition.set);
                match field {
                    ResultField::SelfEnforcing => Ok(self.bit(leadership, 0)),
                    ResultField::InRuling(member) => {
                        let member = self.formula(member, at)?;
                        let mut table = Vec::new();
                        for own in 0..model.set(set.root).roll.len() {
                            table.push(match set.position(own) {
                                Some(place) => self.bit(leadership, place + 1),
                                None => self.constant(0.0),
                            });
                        }
                        table.push(self.constant(0.0));
                        Ok(self.graph.gather(member, table))
                    }
                    _ => Err(self.fault(at, "a coalition has no such result")),
                }
            }
            _ => Err(self.fault(at, "what settles nothing is asked for its result")),
        }
    }

    /// Who rules in a coalition as the world stands, in bits.
    fn leadership(&mut self, element: ElementId) -> Lowered {
        if let Some(known) = self.coalitions.get(&element) {
            return Ok(*known);
        }
        let model = self.model;
        let own = model.element(element);
        let Kind::Coalition(coalition) = &own.kind else {
            return Err(CompileError::Model {
                of: own.name.clone(),
                why: "it is no coalition".to_owned(),
            });
        };
        let mut members = Vec::new();
        if !self.settling.insert(element) {
            return Err(CompileError::Model {
                of: own.name.clone(),
                why: "who rules is computed from who rules".to_owned(),
            });
        }
        for member in &model.set(coalition.set).members {
            let at = Standing::now(&own.name, &[*member]);
            members.push(self.formula(&coalition.power.expr, &at)?);
            members.push(self.formula(&coalition.sits.expr, &at)?);
        }
        let bits = self.graph.coalition(members, coalition.majority);
        let shared = self.shared(bits);
        self.coalitions.insert(element, shared);
        Ok(shared)
    }

    fn bit(&mut self, bits: NodeId, number: usize) -> NodeId {
        let scale = self.constant(1.0 / (1u64 << number) as f64);
        let (half, two) = (self.constant(0.5), self.constant(2.0));
        let shifted = self.graph.two(Two::Multiply, bits, scale);
        let whole = self.graph.one(One::Floor, shifted);
        let halved = self.graph.two(Two::Multiply, whole, half);
        let halved = self.graph.one(One::Floor, halved);
        let even = self.graph.two(Two::Multiply, halved, two);
        self.graph.two(Two::Subtract, whole, even)
    }

    fn measure(&mut self, measure: &Measure, at: &Standing) -> Lowered {
        match measure {
            Measure::DateOf(cell) => {
                return self.event_place(cell, at, f64::INFINITY, |places| places.first);
            }
            Measure::By(cell, week) => {
                let first = self.event_place(cell, at, f64::INFINITY, |places| places.first)?;
                let week = self.constant(f64::from(*week));
                return Ok(self.graph.two(Two::LessOrEqual, first, week));
            }
            _ => {}
        }
        let place = at.question.and_then(|number| self.layout.measure(number, &at.bound, measure));
        let Some(place) = place else {
            return Err(self.fault(at, "a measure of a whole history stands in a weekly formula"));
        };
        let held = self.graph.place(place);
        Ok(match measure {
            Measure::MeanOver(_, from, until) => {
                let weeks = self.constant(f64::from(until.saturating_sub(*from).max(1)));
                self.graph.two(Two::Divide, held, weeks)
            }
            Measure::DateOfMax(..) => self.graph.place(place + 1),
            // The last place holds what the months so far come to.
            Measure::Correlation(..) => {
                self.graph.place(place + crate::layout::CORRELATION_PLACES - 1)
            }
            _ => held,
        })
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
