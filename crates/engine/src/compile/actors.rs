//! Events and decisions.

use std::collections::BTreeSet;

use detente_chance::{hash_name, hash_slot};
use detente_model::{
    Alternative, Decision, ElementId, Event, Formula, Happening, Kind, On, Reason, Recurrence,
    Target,
};

use super::Compiler;
use super::effects::pending;
use crate::arithmetic::{One, Two};
use crate::emit::Root;
use crate::error::CompileError;
use crate::graph::NodeId;
use crate::layout::Place;
use crate::lower::Standing;
use crate::program::{
    Actor, AlternativePlan, BodyPlan, Course, DecisionPlan, EffectsPlan, EventPlan, Guard,
    ReasonPlan,
};
use crate::setup::ReasonKey;
use crate::shortfall::Part;

impl Compiler<'_> {
    pub(super) fn actors(&mut self) -> Result<(), CompileError> {
        let model = self.model;
        for (number, element) in model.elements.iter().enumerate() {
            let mut by_name: Vec<_> = element.over.instances.iter().enumerate().collect();
            by_name.sort_by_key(|(_, own)| &own.full_name);
            for (instance, own) in by_name {
                let target = Target { element: ElementId(number), instance };
                let at = Standing::now(&own.full_name, &own.members);
                match &element.kind {
                    Kind::Event(event) => {
                        let actor = Actor::Event(self.events.len() as u32);
                        self.round(event.round, &at)?.push(actor);
                        self.event(target, event, &at, &own.address)?;
                    }
                    Kind::Decision(decision) => {
                        let actor = Actor::Decision(self.decisions.len() as u32);
                        self.round(decision.round, &at)?.push(actor);
                        self.decision(target, decision, &at, &own.address)?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn round(&mut self, round: u8, at: &Standing) -> Result<&mut Vec<Actor>, CompileError> {
        let fault = self.lowerer.fault(at, "a week has rounds 1 to 5");
        self.rounds.get_mut(usize::from(round).wrapping_sub(1)).ok_or(fault)
    }

    /// The weights of reasons, with those that an intervention cuts held at their reference.
    fn weights(
        &mut self,
        reasons: &[Reason],
        target: Target,
        alternative: Option<usize>,
        at: &Standing,
    ) -> Result<Vec<NodeId>, CompileError> {
        let mut nodes = Vec::with_capacity(reasons.len());
        for reason in reasons {
            let own = self.lowerer.formula(&reason.weight.expr, at)?;
            let key = ReasonKey { target, alternative, reason: reason.name.clone() };
            nodes.push(match self.arm.cuts.get(&key) {
                None => own,
                Some(spans) => {
                    let usual = self.setup.references.as_ref().and_then(|all| all.means.get(&key));
                    let Some(usual) = usual else {
                        return Err(CompileError::NoReference {
                            of: at.of.clone(),
                            reason: key.reason,
                        });
                    };
                    let mean = self
                        .lowerer
                        .by_week(|week| usual.get(week as usize).copied().unwrap_or(0.0));
                    self.lowerer.within(spans, mean, own)
                }
            });
        }
        Ok(nodes)
    }

    /// The sum of weights, in order of the reasons' names, so that their order in a file changes nothing.
    fn sum(&mut self, reasons: &[Reason], nodes: &[NodeId]) -> NodeId {
        let zero = self.lowerer.constant(0.0);
        let mut by_name: Vec<(&str, NodeId)> =
            reasons.iter().map(|own| own.name.as_str()).zip(nodes.iter().copied()).collect();
        by_name.sort_by_key(|(name, _)| *name);
        by_name.iter().fold(zero, |sum, (_, own)| self.lowerer.graph.two(Two::Add, sum, *own))
    }

    fn kept(
        &mut self,
        reasons: &[Reason],
        nodes: &[NodeId],
        roots: &mut Vec<Root>,
        count: &mut u32,
    ) -> Result<Vec<ReasonPlan>, CompileError> {
        if !self.keeps_reasons() {
            return Ok(Vec::new());
        }
        let mut plans = Vec::with_capacity(nodes.len());
        for (reason, node) in reasons.iter().zip(nodes) {
            let weight = pending(self.staged(*node, roots, count)?);
            plans.push(ReasonPlan { name: reason.name.clone(), weight });
        }
        Ok(plans)
    }

    fn event(
        &mut self,
        target: Target,
        event: &Event,
        at: &Standing,
        address: &str,
    ) -> Result<(), CompileError> {
        let needs = self.guard(event.needs.as_ref(), at)?;
        let (mut rate_parts, mut because) = (Vec::new(), Vec::new());
        let course = match &event.happening {
            Happening::On(On::Week(week, _)) => Course::InWeek(*week),
            // Also where it always holds: the event waits for its needs.
            Happening::On(On::When(when)) => Course::When(self.always_guarded(when, at)?),
            Happening::Rate(parts) => {
                let (body, own_parts, own_because) = self.body(target, event, parts, at)?;
                (rate_parts, because) = (own_parts, own_because);
                Course::Hazard(body)
            }
        };
        let (effects, mut writes, draws) = self.doings(event, at, address)?;
        let places = self.lowerer.layout.events[&target];
        writes.extend([places.times, places.last, places.first, places.spent]);
        let arm = self.arm.events.get(&target).cloned().unwrap_or_default();
        let gates = self.gates(event.needs.as_ref(), at)?;
        let (once, cooldown) = match (&course, event.recurrence) {
            (Course::Hazard(_), Recurrence::Cooldown(weeks)) => (false, weeks.max(1)),
            _ => (true, 1),
        };
        self.event_writes.push(writes);
        self.events.push(EventPlan {
            target,
            address: hash_name(address),
            places,
            needs,
            course,
            once,
            cooldown,
            records_hazard: self.lowerer.layout.hazards.contains(&target.element),
            barred: arm.barred,
            forced: arm.forced,
            effects,
            rate_parts,
            because,
            draws,
            gates,
        });
        Ok(())
    }

    /// What h = (Σ parts of the rate) × exp(Σ reasons) is made of.
    fn body(
        &mut self,
        target: Target,
        event: &Event,
        parts: &[Reason],
        at: &Standing,
    ) -> Result<(BodyPlan, Vec<ReasonPlan>, Vec<ReasonPlan>), CompileError> {
        let rates = self.weights(parts, target, None, at)?;
        let reasons = self.weights(&event.because, target, None, at)?;
        let (rate, sum) = (self.sum(parts, &rates), self.sum(&event.because, &reasons));
        let found = self.dependences.of_nodes(&self.lowerer.graph, &[sum, rate]);
        let keeps = !found.weekly && !self.keeps_reasons();
        let (mut roots, mut count) = (Vec::new(), 0);
        let first = if keeps {
            self.lowerer.fresh(4)
        } else {
            let first = self.stage(&mut count)?;
            (1..4).try_for_each(|_| self.stage(&mut count).map(|_| ()))?;
            first
        };
        roots.push(Root { node: sum, place: first });
        roots.push(Root { node: rate, place: first + 1 });
        let rate_parts = self.kept(parts, &rates, &mut roots, &mut count)?;
        let because = self.kept(&event.because, &reasons, &mut roots, &mut count)?;
        let scope = self.draft(roots);
        let plan = BodyPlan {
            scope,
            keeps,
            sum: first,
            rate: first + 1,
            hazard: first + 2,
            probability: first + 3,
        };
        Ok((plan, rate_parts, because))
    }

    fn doings(
        &mut self,
        event: &Event,
        at: &Standing,
        address: &str,
    ) -> Result<(EffectsPlan, BTreeSet<Place>, Vec<ReasonPlan>), CompileError> {
        let mut inner = at.clone();
        for draw in &event.draws {
            let node = self.lowerer.drawn(&draw.from, address, &draw.name, at)?;
            inner.draws.push(node);
        }
        let kept = if self.keeps_reasons() { inner.draws.clone() } else { Vec::new() };
        let (plan, writes, operands) = self.effects(&event.does, &inner, &kept)?;
        let draws = event
            .draws
            .iter()
            .zip(operands)
            .map(|(draw, weight)| ReasonPlan { name: draw.name.clone(), weight })
            .collect();
        Ok((plan, writes, draws))
    }

    /// The parts of `needs` that `and` joins, each to be looked at by itself.
    fn gates(
        &mut self,
        needs: Option<&Formula>,
        at: &Standing,
    ) -> Result<Vec<(String, Guard)>, CompileError> {
        let mut gates = Vec::new();
        let Some(needs) = needs.filter(|_| self.watches_gates()) else { return Ok(gates) };
        for part in Part::of(self.model, needs) {
            let node = self.lowerer.formula(&part.holds, at)?;
            let place = self.staging;
            let scope = self.draft(vec![Root { node, place }]);
            gates.push((part.text, Guard { scope, place }));
        }
        Ok(gates)
    }

    fn decision(
        &mut self,
        target: Target,
        decision: &Decision,
        at: &Standing,
        address: &str,
    ) -> Result<(), CompileError> {
        let when = self.guard(decision.when.as_ref(), at)?;
        let mut by_name: Vec<usize> = (0..decision.alternatives.len()).collect();
        let names: Vec<String> =
            decision.alternatives.iter().map(|own| own.name.to_string()).collect();
        by_name.sort_by(|a, b| names[*a].cmp(&names[*b]));
        let (mut roots, mut count) = (Vec::new(), 0);
        let many = decision.alternatives.len() as u32;
        let logits = self.stage(&mut count)?;
        (1..2 * many).try_for_each(|_| self.stage(&mut count).map(|_| ()))?;
        let mut because = vec![Vec::new(); names.len()];
        for (order, number) in by_name.iter().enumerate() {
            let own = &decision.alternatives[*number];
            let inner = alternative_standing(at, own);
            let nodes = self.weights(&own.because, target, Some(*number), &inner)?;
            let (logit, sum) = self.logit(own, &nodes, &inner)?;
            roots.push(Root { node: logit, place: logits + order as Place });
            roots.push(Root { node: sum, place: logits + many + order as Place });
            because[*number] = self.kept(&own.because, &nodes, &mut roots, &mut count)?;
        }
        let body = self.draft(roots);
        let mut alternatives = Vec::new();
        let mut writes = Vec::new();
        for (own, because) in decision.alternatives.iter().zip(because) {
            let inner = alternative_standing(at, own);
            let (effects, own_writes, _) = self.effects(&own.does, &inner, &[])?;
            writes.push(own_writes);
            alternatives.push(AlternativePlan { name: own.name.to_string(), effects, because });
        }
        let places = self.lowerer.layout.decisions[&target];
        self.decision_writes.push(([places.answer].into(), writes));
        self.decisions.push(DecisionPlan {
            target,
            address: hash_name(address),
            slots: by_name.iter().map(|number| hash_slot(&names[*number])).collect(),
            places,
            when,
            again: decision.again,
            mood: decision.mood.weeks.max(1),
            by_name,
            body,
            logits,
            sums: logits + many,
            otherwise: decision.otherwise,
            alternatives,
            answers: self.arm.answers.get(&target).cloned().unwrap_or_default(),
            clobbers: Vec::new(),
            memory: self.decisions.len(),
        });
        Ok(())
    }

    /// The logit of an alternative, −∞ where it is not open, and the sum it is made of.
    fn logit(
        &mut self,
        own: &Alternative,
        weights: &[NodeId],
        at: &Standing,
    ) -> Result<(NodeId, NodeId), CompileError> {
        let sum = self.sum(&own.because, weights);
        let held = self.lowerer.graph.one(One::Hold, sum);
        let logit = match &own.needs {
            None => held,
            Some(needs) => {
                let open = self.lowerer.formula(&needs.expr, at)?;
                let closed = self.lowerer.constant(f64::NEG_INFINITY);
                self.lowerer.graph.select(open, held, closed)
            }
        };
        Ok((logit, sum))
    }
}

/// An alternative over a set has one more index variable.
fn alternative_standing(at: &Standing, own: &Alternative) -> Standing {
    let mut inner = at.clone();
    if let Some((member, _)) = &own.name.member {
        inner.bound.push(*member);
    }
    inner
}
