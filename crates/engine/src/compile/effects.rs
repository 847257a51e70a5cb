//! Effects: spreads spelt out, targets found, values put where the week's end takes them from.

use std::collections::BTreeSet;

use detente_model::{Effect, Kind, MemberIndex};

use super::{Compiler, Staged};
use crate::emit::Root;
use crate::error::CompileError;
use crate::layout::Place;
use crate::lower::Standing;
use crate::op::Operand;
use crate::program::{EffectPlan, EffectsPlan};

/// Marks, in an operand that all histories share, that its number is still that of a node.
pub(super) fn pending(staged: Staged) -> Operand {
    staged.operand(|node| node.0)
}

impl Compiler<'_> {
    /// What an event or an alternative does, and where it writes. `kept` are values its scope leaves
    /// beside those of its effects.
    pub(super) fn effects(
        &mut self,
        does: &[Effect],
        at: &Standing,
        kept: &[crate::graph::NodeId],
    ) -> Result<(EffectsPlan, BTreeSet<Place>, Vec<Operand>), CompileError> {
        let (mut roots, mut count) = (Vec::new(), 0);
        let mut plan = EffectsPlan::default();
        let mut writes = BTreeSet::new();
        for effect in does {
            for members in self.spread(effect) {
                let mut inner = at.clone();
                inner.bound.extend(members);
                self.effect(effect, &inner, &mut roots, &mut count, &mut plan, &mut writes)?;
            }
        }
        let mut operands = Vec::new();
        for node in kept {
            operands.push(pending(self.staged(*node, &mut roots, &mut count)?));
        }
        if !roots.is_empty() {
            plan.scope = Some(self.draft(roots));
        }
        Ok((plan, writes, operands))
    }

    /// Every combination of members that an effect is spread over, in order of name.
    fn spread(&self, effect: &Effect) -> Vec<Vec<MemberIndex>> {
        let mut all = vec![Vec::new()];
        for binder in &effect.spread {
            let members = &self.model.set(binder.set).by_name;
            all = all
                .into_iter()
                .flat_map(|chosen: Vec<MemberIndex>| {
                    members.iter().map(move |member| {
                        let mut longer = chosen.clone();
                        longer.push(*member);
                        longer
                    })
                })
                .collect();
        }
        all
    }

    fn effect(
        &mut self,
        effect: &Effect,
        at: &Standing,
        roots: &mut Vec<Root>,
        count: &mut u32,
        plan: &mut EffectsPlan,
        writes: &mut BTreeSet<Place>,
    ) -> Result<(), CompileError> {
        let mut guard = self.lowerer.constant(1.0);
        for own in effect.among.iter().chain(&effect.guard) {
            let own = self.lowerer.formula(own, at)?;
            guard = self.lowerer.graph.two(crate::arithmetic::Two::And, guard, own);
        }
        let certain = self.lowerer.graph.value(guard);
        if certain == Some(0.0) {
            return Ok(());
        }
        let value = self.lowerer.formula(&effect.value, at)?;
        let (index, targets) = self.lowerer.choices(&effect.target, at)?;
        if !matches!(
            self.model.element(effect.target.element).kind,
            Kind::Stock(_) | Kind::State(_)
        ) {
            return Err(self.lowerer.fault(at, "an effect changes what is no stock and no state"));
        }
        let first = self.lowerer.layout.quantities[&effect.target.element];
        let targets: Vec<_> = targets
            .into_iter()
            .map(|target| target.map(|own| (first + own.instance as Place, own)))
            .collect();
        if targets.iter().all(Option::is_none) {
            return Ok(());
        }
        writes.extend(targets.iter().flatten().map(|(place, _)| *place));
        let guard = match certain {
            Some(_) => None,
            None => Some(pending(self.staged(guard, roots, count)?)),
        };
        let value = pending(self.staged(value, roots, count)?);
        let index = match self.lowerer.graph.value(index) {
            Some(_) => None,
            None => Some(pending(self.staged(index, roots, count)?)),
        };
        plan.effects.push(EffectPlan {
            operation: effect.operation,
            value,
            guard,
            index,
            targets,
            text: effect.text.clone(),
        });
        Ok(())
    }
}
