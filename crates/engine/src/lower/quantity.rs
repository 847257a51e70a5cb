//! Quantities: as they are read, and as they are defined, with interventions woven in.

use detente_chance::{hash_name, hash_slot};
use detente_model::{Distribution, Every, Kind, Operation, Span, Target, Week};

use super::{Known, Lowered, Lowerer, Moment, Standing};
use crate::arithmetic::{Two, truth};
use crate::error::CompileError;
use crate::graph::{Node, NodeId};
use crate::layout::Place;
use crate::setup::Doubt;

impl Lowerer<'_> {
    /// A quantity as an instance's formulas read it.
    pub(crate) fn read(&mut self, target: Target, at: &Standing) -> Lowered {
        let node = self.now(target, at)?;
        let varies = !matches!(self.graph.node(node), Node::Constant(_) | Node::Weekly(_));
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

    pub(super) fn now(&mut self, target: Target, at: &Standing) -> Lowered {
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
    pub(super) fn define(&mut self, target: Target) -> Lowered {
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
    pub(super) fn bent(&mut self, target: Target, node: NodeId) -> NodeId {
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
        let inside = self.by_week(|week| truth(spans.iter().any(|span| span.holds(week))));
        self.graph.select(inside, first, second)
    }

    /// A value that several formulas may read: it gets a number of its own, unless there is nothing
    /// to compute.
    pub(crate) fn shared(&mut self, node: NodeId) -> NodeId {
        if self.graph.parts(node).is_empty() && !matches!(self.graph.node(node), Node::Uniform(..))
        {
            return node;
        }
        let number = self.graph.shared.len() as u32;
        self.graph.shared.push(node);
        self.graph.shared(number)
    }

    pub(super) fn last(&mut self, target: Target, at: &Standing) -> Lowered {
        let model = self.model;
        let kind = &model.element(target.element).kind;
        if matches!(kind, Kind::Parameter(_) | Kind::Trait(_)) {
            return self.read(target, at);
        }
        if !matches!(self.known.get(&target), Some(Known::Underway)) {
            let node = self.now(target, at)?;
            match self.graph.node(node) {
                Node::Constant(_) => return Ok(node),
                Node::Weekly(number) => {
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
}
