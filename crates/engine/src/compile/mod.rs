//! From a model and a setup to a program.

mod actors;
mod dependence;
mod effects;
mod finish;
mod quantities;
mod questions;
mod settlements;

use std::collections::BTreeSet;
use std::sync::Arc;

use detente_model::{Formula, Kind, Model, Target, Week};

use crate::arm::Arm;
use crate::emit::Root;
use crate::error::CompileError;
use crate::graph::NodeId;
use crate::layout::{Layout, Place};
use crate::lower::{Lowerer, Standing};
use crate::op::Operand;
use crate::program::{
    Actor, AlignmentPlan, AnswerPlan, BargainPlan, DecisionPlan, DrawPlan, EventPlan, Guard,
    MeasurePlan, MovePlan, ParameterPlan, Program, StartPlan,
};
use crate::setup::{Gates, Reasons, Setup};
use dependence::Dependences;

/// Compiles an arm of a model.
///
/// # Errors
/// See [`CompileError`]. A model made by the `scenario` crate gives only those that the setup is to
/// blame for.
pub fn compile(model: &Model, setup: &Setup) -> Result<Program, CompileError> {
    let layout = Arc::new(Layout::of(model));
    if layout.size > MOST_PLACES {
        return Err(CompileError::TooLarge { what: "quantities" });
    }
    let arm = Arm::of(model, &setup.interventions)?;
    let mut compiler = Compiler::new(model, setup, &layout, &arm);
    compiler.quantities()?;
    compiler.actors()?;
    compiler.settlements()?;
    compiler.questions()?;
    compiler.finish(Arc::clone(&layout))
}

/// Lanes of a block's memory, at most.
const MOST_PLACES: u32 = 1 << 24;

/// A scope before it is emitted.
#[derive(Debug, Clone, Default)]
struct Draft {
    roots: Vec<Root>,
}

/// What is compiled so far.
struct Compiler<'a> {
    model: &'a Model,
    setup: &'a Setup,
    arm: &'a Arm,
    lowerer: Lowerer<'a>,
    dependences: Dependences,
    drafts: Vec<Draft>,
    /// Places where what is used at once is put, shared by all scopes that do so.
    staging: Place,
    staged: u32,
    stock_draft: Vec<Root>,
    events: Vec<EventPlan>,
    decisions: Vec<DecisionPlan>,
    rounds: [Vec<Actor>; 5],
    parameters: Vec<ParameterPlan>,
    traits: Vec<DrawPlan>,
    yearly: Vec<DrawPlan>,
    starts: Vec<StartPlan>,
    moves: Vec<MovePlan>,
    still: std::collections::BTreeMap<Place, crate::program::StillPlan>,
    bargains: Vec<BargainPlan>,
    alignments: Vec<AlignmentPlan>,
    measures: Vec<MeasurePlan>,
    /// Where each event's, decision's or settlement's doings are written, until clobbers are known.
    event_writes: Vec<BTreeSet<Place>>,
    decision_writes: Vec<(BTreeSet<Place>, Vec<BTreeSet<Place>>)>,
    yearly_writes: Vec<BTreeSet<Place>>,
    bargain_writes: Vec<BTreeSet<Place>>,
    alignment_writes: Vec<BTreeSet<Place>>,
    question_roots: Vec<Root>,
    question_answers: Vec<AnswerPlan>,
    /// Recorded targets and the weeks they are wanted in.
    windows: std::collections::BTreeMap<Target, (Week, Week)>,
}

impl<'a> Compiler<'a> {
    fn new(model: &'a Model, setup: &'a Setup, layout: &'a Layout, arm: &'a Arm) -> Self {
        let mut lowerer = Lowerer::new(model, layout, arm, &setup.doubt);
        let staged = staging_needed(model);
        let staging = lowerer.fresh(staged);
        Self {
            model,
            setup,
            arm,
            lowerer,
            dependences: Dependences::of(model, layout),
            drafts: Vec::new(),
            staging,
            staged,
            stock_draft: Vec::new(),
            events: Vec::new(),
            decisions: Vec::new(),
            rounds: Default::default(),
            parameters: Vec::new(),
            traits: Vec::new(),
            yearly: Vec::new(),
            starts: Vec::new(),
            moves: Vec::new(),
            still: std::collections::BTreeMap::new(),
            bargains: Vec::new(),
            alignments: Vec::new(),
            measures: Vec::new(),
            event_writes: Vec::new(),
            decision_writes: Vec::new(),
            yearly_writes: Vec::new(),
            bargain_writes: Vec::new(),
            alignment_writes: Vec::new(),
            question_roots: Vec::new(),
            question_answers: Vec::new(),
            windows: std::collections::BTreeMap::new(),
        }
    }

    fn draft(&mut self, roots: Vec<Root>) -> u32 {
        self.drafts.push(Draft { roots });
        self.drafts.len() as u32 - 1
    }

    /// The place for the next thing that is used at once; `count` numbers those of one scope.
    fn stage(&self, count: &mut u32) -> Result<Place, CompileError> {
        let place = self.staging + *count;
        *count += 1;
        if *count > self.staged {
            return Err(CompileError::TooLarge { what: "effects of one event or option" });
        }
        Ok(place)
    }

    /// Where a value is to be read once its scope was run: put in a staging place, if it is not the
    /// same in all histories.
    fn staged(
        &mut self,
        node: NodeId,
        roots: &mut Vec<Root>,
        count: &mut u32,
    ) -> Result<Staged, CompileError> {
        use crate::graph::Node;
        if matches!(self.lowerer.graph.node(node), Node::Constant(_) | Node::Weekly(_)) {
            return Ok(Staged::Scalar(node));
        }
        let place = self.stage(count)?;
        roots.push(Root { node, place });
        Ok(Staged::Lanes(place))
    }

    /// A scope that says where a truth holds; none where it always does.
    fn guard(
        &mut self,
        formula: Option<&Formula>,
        at: &Standing,
    ) -> Result<Option<Guard>, CompileError> {
        let Some(formula) = formula else { return Ok(None) };
        let node = self.lowerer.formula(&formula.expr, at)?;
        Ok(self.guard_of(node))
    }

    /// A guard that is there even where it always holds.
    fn always_guarded(&mut self, formula: &Formula, at: &Standing) -> Result<Guard, CompileError> {
        let node = self.lowerer.formula(&formula.expr, at)?;
        let place = self.staging;
        Ok(Guard { scope: self.draft(vec![Root { node, place }]), place })
    }

    fn guard_of(&mut self, node: NodeId) -> Option<Guard> {
        if self.lowerer.graph.value(node).is_some_and(|x| x != 0.0) {
            return None;
        }
        let place = self.staging;
        Some(Guard { scope: self.draft(vec![Root { node, place }]), place })
    }

    fn keeps_reasons(&self) -> bool {
        self.setup.reasons == Reasons::Kept
    }

    fn watches_gates(&self) -> bool {
        self.setup.gates == Gates::Counted
    }
}

/// A value of each history in a staging place, or a node that all share.
#[derive(Debug, Clone, Copy)]
enum Staged {
    Lanes(Place),
    Scalar(NodeId),
}

/// The most places that one scope's results may need.
fn staging_needed(model: &Model) -> u32 {
    let spread = |effect: &detente_model::Effect| -> usize {
        effect.spread.iter().map(|binder| model.set(binder.set).members.len()).product()
    };
    let effects = |does: &[detente_model::Effect]| -> usize {
        does.iter().map(|effect| 3 * spread(effect)).sum()
    };
    let most = model.elements.iter().map(|element| match &element.kind {
        Kind::Event(event) => {
            let parts = match &event.happening {
                detente_model::Happening::Rate(parts) => parts.len(),
                detente_model::Happening::On(_) => 0,
            };
            parts + event.because.len() + event.draws.len() + effects(&event.does)
        }
        Kind::Decision(decision) => {
            let each = decision.alternatives.iter().map(|own| 2 + own.because.len());
            let most = decision.alternatives.iter().map(|own| effects(&own.does)).max();
            each.sum::<usize>() + most.unwrap_or(0)
        }
        Kind::Bargain(bargain) => {
            bargain.dimensions.len() + bargain.players.len() * (1 + 2 * bargain.dimensions.len())
        }
        Kind::Alignment(alignment) => {
            let members = model.set(alignment.set).members.len();
            members * (members + 2)
        }
        _ => 0,
    });
    // Beside these, an event's sum, rate, hazard and probability, and what a measure adds up.
    u32::try_from(most.max().unwrap_or(0).saturating_add(8)).unwrap_or(u32::MAX).min(MOST_PLACES)
}

impl Staged {
    /// As an operand of the finished program.
    fn operand(self, scalar: impl Fn(NodeId) -> u32) -> Operand {
        match self {
            Self::Lanes(place) => Operand::Lanes(place),
            Self::Scalar(node) => Operand::Scalar(scalar(node)),
        }
    }
}
