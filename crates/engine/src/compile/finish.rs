//! The last steps: which shared values get a scope of their own, instructions, and what is out of date
//! after what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use detente_chance::{hash_name, hash_slot};
use detente_model::{Kind, Model, Target};

use super::Compiler;
use crate::arithmetic::{One, Two};
use crate::emit::{Emitter, Root, Scope, SharedPlaces, WEEKLY_VALUE};
use crate::error::CompileError;
use crate::graph::{Graph, Node, NodeId};
use crate::kernel::verified;
use crate::layout::{Layout, Place};
use crate::lower::{Moment, Standing};
use crate::op::{Field, Operand, SHARED_VALUE};
use crate::program::{EffectsPlan, LastPlan, Program, RecordPlan};

/// Instructions and entries of tables, at most.
const MOST_INSTRUCTIONS: usize = 1 << 24;

impl Compiler<'_> {
    pub(super) fn finish(mut self, layout: Arc<Layout>) -> Result<Program, CompileError> {
        let recorded = self.recorded_scopes()?;
        let stock_roots = std::mem::take(&mut self.stock_draft);
        let stock_scope = self.draft(stock_roots);
        let question_roots = std::mem::take(&mut self.question_roots);
        let question_scope = self.draft(question_roots);
        let (shared, order) = self.share();
        let mut emitter = Emitter::default();
        let mut scopes: Vec<Scope> = Vec::new();
        let mut depends = Vec::new();
        for draft in &self.drafts {
            let graph = &self.lowerer.graph;
            scopes.push(emitter.scope(graph, &shared, self.lowerer.next_place, &draft.roots));
            let nodes: Vec<NodeId> = draft.roots.iter().map(|root| root.node).collect();
            depends.push(self.dependences.of_nodes(graph, &nodes));
        }
        for number in order {
            let graph = &self.lowerer.graph;
            let node = graph.shared[number as usize];
            let roots = [Root { node, place: shared[&number].0 }];
            scopes.push(emitter.scope(graph, &shared, self.lowerer.next_place, &roots));
            depends.push(self.dependences.of_nodes(graph, &[node]));
        }
        if emitter.code.len().max(emitter.tables.len()) > MOST_INSTRUCTIONS {
            return Err(CompileError::TooLarge { what: "instructions" });
        }
        self.resolve(&mut emitter);
        let words = scopes.len().div_ceil(64);
        let mut readers: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
        let mut weekly = vec![0u64; words];
        for (scope, own) in depends.iter().enumerate() {
            for place in &own.places {
                readers.entry(*place).or_default().push(scope);
            }
            if own.weekly {
                weekly[scope / 64] |= 1 << (scope % 64);
            }
        }
        self.clobbers(&readers, words);
        let program =
            self.assemble(layout, emitter, scopes, weekly, recorded, stock_scope, question_scope);
        let scalars = (program.constants.len() + program.rows.first().map_or(0, Vec::len)) as u32;
        let addresses = program.addresses.len() as u32;
        let sound = verified(&program.code, &program.tables, program.places, scalars, addresses);
        assert!(sound, "instructions stay within their block's memory");
        Ok(program)
    }

    /// A scope for each quantity whose weekly value is kept.
    fn recorded_scopes(&mut self) -> Result<Vec<RecordPlan>, CompileError> {
        let weeks = self.model.calendar.weeks;
        let mut done: BTreeMap<Target, RecordPlan> = BTreeMap::new();
        // To lower one may make another be kept.
        while let Some((target, place)) = self
            .lowerer
            .recorded
            .iter()
            .map(|(target, place)| (*target, *place))
            .find(|(target, _)| !done.contains_key(target))
        {
            let at = Standing { moment: Moment::Now, ..Standing::now("", &[]) };
            let node = self.lowerer.read(target, &at)?;
            let scope = self.draft(vec![Root { node, place }]);
            done.insert(target, RecordPlan { target, place, scope, from: 0, until: weeks });
        }
        for plan in done.values_mut() {
            let window = self.windows.get(&plan.target).copied().unwrap_or((0, 0));
            if !self.lowerer.lasts.contains(&plan.target) {
                (plan.from, plan.until) = window;
            }
        }
        Ok(done.into_values().collect())
    }

    /// Which shared values get a scope of their own, and in what order. One that a single scope reads
    /// is computed there, unless that would compute it more often; one operation is not worth sharing.
    fn share(&mut self) -> (SharedPlaces, Vec<u32>) {
        let graph = &self.lowerer.graph;
        let mut readers: BTreeMap<u32, u32> = BTreeMap::new();
        let mut waiting: Vec<u32> = Vec::new();
        for draft in &self.drafts {
            let nodes: Vec<NodeId> = draft.roots.iter().map(|root| root.node).collect();
            waiting.extend(shared_in(graph, &nodes));
        }
        let mut met = BTreeSet::new();
        while let Some(number) = waiting.pop() {
            *readers.entry(number).or_default() += 1;
            if met.insert(number) {
                waiting.extend(shared_in(graph, &[graph.shared[number as usize]]));
            }
        }
        let mut places = SharedPlaces::new();
        let mut order = Vec::new();
        for (number, count) in readers {
            let node = self.lowerer.graph.shared[number as usize];
            let weekly = self.dependences.of_nodes(&self.lowerer.graph, &[node]).weekly;
            if is_trivial(&self.lowerer.graph, node) || (count == 1 && weekly) {
                continue;
            }
            let place = self.lowerer.fresh(1);
            places.insert(number, (place, (self.drafts.len() + order.len()) as u32));
            order.push(number);
        }
        (places, order)
    }

    /// Turns marked shared values into their numbers, in instructions, tables and plans.
    fn resolve(&mut self, emitter: &mut Emitter) {
        // Plans first: they may ask for constants that no instruction has.
        let graph = std::mem::take(&mut self.lowerer.graph);
        self.each_operand(&mut |operand| {
            if let Operand::Scalar(node) = operand {
                *operand = emitter.scalar(&graph, NodeId(*node));
            }
        });
        self.lowerer.graph = graph;
        let constants = emitter.constants.len() as u32;
        let number = |own: u32| {
            if own & WEEKLY_VALUE == 0 { own } else { constants + (own & !WEEKLY_VALUE) }
        };
        self.each_operand(&mut |operand| {
            if let Operand::Scalar(own) = operand {
                *own = number(*own);
            }
        });
        for op in &mut emitter.code {
            let fields = op.code.fields();
            for (own, field) in [&mut op.a, &mut op.b, &mut op.c].into_iter().zip(fields) {
                if field == Field::Scalar {
                    *own = number(*own);
                }
            }
            let Some((from, count)) = op.code.table(op) else { continue };
            for entry in &mut emitter.tables[from as usize..][..count as usize] {
                if *entry & SHARED_VALUE != 0 {
                    *entry = number(*entry & !SHARED_VALUE) | SHARED_VALUE;
                }
            }
        }
    }

    fn each_operand(&mut self, fix: &mut dyn FnMut(&mut Operand)) {
        for event in &mut self.events {
            effects(&mut event.effects, fix);
            let reasons = event.rate_parts.iter_mut().chain(&mut event.because);
            reasons.chain(&mut event.draws).for_each(|own| fix(&mut own.weight));
        }
        for own in self.decisions.iter_mut().flat_map(|decision| &mut decision.alternatives) {
            effects(&mut own.effects, fix);
            own.because.iter_mut().for_each(|own| fix(&mut own.weight));
        }
        for own in &mut self.bargains {
            let inputs = own.reversion.iter_mut().chain(&mut own.power);
            inputs.chain(&mut own.position).chain(&mut own.salience).for_each(&mut *fix);
        }
        for own in &mut self.alignments {
            let inputs = own.size.iter_mut().chain(&mut own.propensity);
            inputs.chain(&mut own.start).for_each(&mut *fix);
        }
    }

    fn clobbers(&mut self, readers: &BTreeMap<Place, Vec<usize>>, words: usize) {
        let of = |writes: &BTreeSet<Place>| {
            let mut set = vec![0u64; words];
            for scope in writes.iter().filter_map(|place| readers.get(place)).flatten() {
                set[scope / 64] |= 1 << (scope % 64);
            }
            set
        };
        for (plan, writes) in self.events.iter_mut().zip(&self.event_writes) {
            plan.effects.clobbers = of(writes);
        }
        for (plan, (answer, each)) in self.decisions.iter_mut().zip(&self.decision_writes) {
            plan.clobbers = of(answer);
            for (own, writes) in plan.alternatives.iter_mut().zip(each) {
                own.effects.clobbers = of(writes);
            }
        }
        for (plan, writes) in self.yearly.iter_mut().zip(&self.yearly_writes) {
            plan.clobbers = of(writes);
        }
        for (plan, writes) in self.bargains.iter_mut().zip(&self.bargain_writes) {
            plan.clobbers = of(writes);
        }
        for (plan, writes) in self.alignments.iter_mut().zip(&self.alignment_writes) {
            plan.clobbers = of(writes);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts that the last step puts together")]
    fn assemble(
        self,
        layout: Arc<Layout>,
        emitter: Emitter,
        scopes: Vec<Scope>,
        weekly: Vec<u64>,
        recorded: Vec<RecordPlan>,
        stock_scope: u32,
        question_scope: u32,
    ) -> Program {
        let (model, setup) = (self.model, self.setup);
        let weeks = model.calendar.weeks;
        let paths = &self.lowerer.graph.weekly;
        let rows = (0..weeks as usize)
            .map(|week| emitter.weekly.iter().map(|path| paths[*path as usize][week]).collect())
            .collect();
        let mondays = (0..weeks).map(|week| model.calendar.monday(week));
        let dates: Vec<(u32, u32)> = mondays
            .map(|day| (day.year().unsigned_abs().into(), day.month().unsigned_abs().into()))
            .collect();
        let mut slots: BTreeMap<Target, Place> =
            recorded.iter().map(|own| (own.target, own.place)).collect();
        for (id, first) in &layout.quantities {
            if matches!(model.element(*id).kind, Kind::Stock(_) | Kind::State(_)) {
                for instance in 0..model.element(*id).over.instances.len() {
                    slots.insert(Target { element: *id, instance }, first + instance as Place);
                }
            }
        }
        let place_of =
            |target: Target| layout.quantities[&target.element] + target.instance as Place;
        let pushes = self.arm.pushes.iter().map(|push| (*push, place_of(push.target))).collect();
        let holds = self.arm.holds.iter().map(|(own, spans)| (place_of(*own), spans.clone()));
        let holds = holds.collect();
        let lasts = self
            .lowerer
            .lasts
            .iter()
            .map(|target| LastPlan {
                from: slots[target],
                to: layout.lasts[&target.element] + target.instance as Place,
                computed: matches!(
                    model.element(target.element).kind,
                    Kind::Variable(_) | Kind::Noise(_)
                ),
            })
            .collect();
        // What is kept for a measure or for the week after is not kept for the whole run.
        let wanted: BTreeSet<Target> = setup.record.iter().copied().collect();
        let lasts_long =
            |of: &Target| matches!(model.element(of.element).kind, Kind::Stock(_) | Kind::State(_));
        slots.retain(|of, _| wanted.contains(of) || lasts_long(of));
        Program {
            stamp: stamp(model, setup),
            weeks,
            coupling: model.coupling,
            threshold_slot: hash_slot("threshold of hazard"),
            doubt: setup.doubt.clone(),
            reasons: setup.reasons,
            places: self.lowerer.next_place + emitter.registers,
            constants: emitter.constants,
            rows,
            code: emitter.code,
            tables: emitter.tables,
            addresses: emitter.addresses,
            scopes,
            events: self.events,
            decisions: self.decisions,
            rounds: self.rounds,
            parameters: self.parameters,
            traits: self.traits,
            yearly: self.yearly,
            starts: self.starts,
            pushes,
            holds,
            recorded,
            lasts,
            stock_scope,
            moves: self.moves,
            still: self.still,
            bargains: self.bargains,
            alignments: self.alignments,
            measures: self.measures,
            question_scope,
            question_answers: self.question_answers,
            weekly,
            names: names(model),
            slots,
            years: dates.iter().map(|(year, _)| *year).collect(),
            months: dates.iter().map(|(year, month)| year * 12 + month - 1).collect(),
            layout,
        }
    }
}

fn effects(plan: &mut EffectsPlan, fix: &mut dyn FnMut(&mut Operand)) {
    for effect in &mut plan.effects {
        fix(&mut effect.value);
        effect.index.iter_mut().chain(&mut effect.guard).for_each(&mut *fix);
    }
}

/// The shared values that these nodes read, not through other shared values.
fn shared_in(graph: &Graph, roots: &[NodeId]) -> BTreeSet<u32> {
    let (mut found, mut met) = (BTreeSet::new(), BTreeSet::new());
    let mut stack = roots.to_vec();
    while let Some(node) = stack.pop() {
        if met.insert(node) {
            match graph.node(node) {
                Node::Shared(number) => {
                    found.insert(*number);
                }
                _ => stack.extend(graph.parts(node)),
            }
        }
    }
    found
}

/// One cheap operation on what is ready.
fn is_trivial(graph: &Graph, node: NodeId) -> bool {
    let cheap = match graph.node(node) {
        Node::One(operation, _) => matches!(operation, One::Negate | One::Not | One::Abs),
        Node::Two(operation, ..) => !matches!(operation, Two::Power | Two::Divide),
        _ => false,
    };
    let ready = |part: &NodeId| {
        matches!(graph.node(*part), Node::Constant(_) | Node::Weekly(_) | Node::Place(_))
    };
    cheap && graph.parts(node).iter().all(ready)
}

fn names(model: &Model) -> BTreeMap<Target, String> {
    let mut names = BTreeMap::new();
    for (number, element) in model.elements.iter().enumerate() {
        for (instance, own) in element.over.instances.iter().enumerate() {
            let target = Target { element: detente_model::ElementId(number), instance };
            names.insert(target, own.full_name.clone());
        }
    }
    names
}

fn stamp(model: &Model, setup: &crate::setup::Setup) -> u64 {
    let references = match setup.references.as_ref() {
        Some(references) if !setup.interventions.is_empty() => format!("{references:?}"),
        _ => String::new(),
    };
    hash_name(&format!(
        "{} {:?} {:?} {:?} {:?} {references}",
        model.digest, setup.interventions, setup.record, setup.reasons, setup.gates
    ))
}
