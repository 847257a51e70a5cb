//! Bargains and alignments: what their algorithms are given.

use detente_chance::{hash_name, hash_slot};
use detente_model::{Alignment, Bargain, BargainMethod, ElementId, Formula, Kind, Target};
use detente_theory::bargain::Method;
use detente_theory::challenge::Reading;
use detente_theory::condorcet::Attitude;
use detente_theory::{MAX_DIMENSIONS, MAX_PLAYERS, alignment};

use super::Compiler;
use super::effects::pending;
use crate::emit::Root;
use crate::error::CompileError;
use crate::layout::Place;
use crate::lower::Standing;
use crate::op::Operand;
use crate::program::{AlignmentPlan, BargainPlan};

impl Compiler<'_> {
    pub(super) fn settlements(&mut self) -> Result<(), CompileError> {
        let model = self.model;
        for (number, element) in model.elements.iter().enumerate() {
            let target = Target { element: ElementId(number), instance: 0 };
            match &element.kind {
                Kind::Bargain(bargain) => self.bargain(target, bargain, &element.name)?,
                Kind::Alignment(alignment) => self.alignment(target, alignment, &element.name)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn inputs<'f>(
        &mut self,
        formulas: impl IntoIterator<Item = (&'f Formula, Standing)>,
        roots: &mut Vec<Root>,
        count: &mut u32,
    ) -> Result<Vec<Operand>, CompileError> {
        let mut operands = Vec::new();
        for (formula, at) in formulas {
            let node = self.lowerer.formula(&formula.expr, &at)?;
            operands.push(pending(self.staged(node, roots, count)?));
        }
        Ok(operands)
    }

    fn bargain(&mut self, target: Target, own: &Bargain, name: &str) -> Result<(), CompileError> {
        let at = Standing::now(name, &[]);
        let (dimensions, players) = (own.dimensions.len(), own.players.len());
        if !(1..=MAX_DIMENSIONS).contains(&dimensions) || !(1..=MAX_PLAYERS).contains(&players) {
            return Err(self.lowerer.fault(&at, "it has too few or too many players or questions"));
        }
        let convenes = self.always_guarded(&own.convenes, &at)?;
        let (mut roots, mut count) = (Vec::new(), 0);
        let all = |formula| (formula, at.clone());
        let reversion = own.dimensions.iter().map(|one| &one.reversion).map(all);
        let reversion = self.inputs(reversion, &mut roots, &mut count)?;
        let power = own.players.iter().map(|one| &one.power).map(all);
        let power = self.inputs(power, &mut roots, &mut count)?;
        let position = own.players.iter().flat_map(|one| &one.position).map(all);
        let position = self.inputs(position, &mut roots, &mut count)?;
        let salience = own.players.iter().flat_map(|one| &one.salience).map(all);
        let salience = self.inputs(salience, &mut roots, &mut count)?;
        let results = self.lowerer.layout.results[&target.element];
        let many = (2 * dimensions + players + 1) as Place;
        self.bargain_writes.push((results..results + many).collect());
        let plan = BargainPlan {
            target,
            convenes,
            method: method(own.method),
            dimensions,
            players,
            veto: own.players.iter().map(|one| one.veto).collect(),
            address: hash_name(name),
            slots: own.players.iter().map(|one| hash_slot(&one.name)).collect(),
            inputs: self.draft(roots),
            reversion,
            power,
            position,
            salience,
            results,
            clobbers: Vec::new(),
        };
        self.bargains.push(plan);
        Ok(())
    }

    fn alignment(
        &mut self,
        target: Target,
        own: &Alignment,
        name: &str,
    ) -> Result<(), CompileError> {
        let at = Standing::now(name, &[]);
        let members = self.model.set(own.set).members.clone();
        if members.len() > alignment::MAX_MEMBERS
            || !(1..=alignment::MAX_SIDES).contains(&own.sides)
        {
            return Err(self.lowerer.fault(&at, "it has too many members or sides"));
        }
        let convenes = self.always_guarded(&own.convenes, &at)?;
        let (mut roots, mut count) = (Vec::new(), 0);
        let each = |formula: &'_ Formula| {
            members
                .iter()
                .map(|one| (formula.clone(), Standing::now(name, &[*one])))
                .collect::<Vec<_>>()
        };
        let (sizes, starts) = (each(&own.size), each(&own.start));
        let size = self.inputs(sizes.iter().map(borrowed), &mut roots, &mut count)?;
        let start = self.inputs(starts.iter().map(borrowed), &mut roots, &mut count)?;
        let pairs: Vec<_> = members
            .iter()
            .flat_map(|a| members.iter().map(move |b| (*a, *b)))
            .map(|(a, b)| (&own.propensity, Standing::now(name, &[a, b])))
            .collect();
        let propensity = self.inputs(pairs, &mut roots, &mut count)?;
        let results = self.lowerer.layout.results[&target.element];
        self.alignment_writes.push((results..results + members.len() as Place + 2).collect());
        let plan = AlignmentPlan {
            target,
            convenes,
            members: members.len(),
            sides: own.sides,
            inputs: self.draft(roots),
            size,
            propensity,
            start,
            results,
            clobbers: Vec::new(),
        };
        self.alignments.push(plan);
        Ok(())
    }
}

fn borrowed((formula, at): &(Formula, Standing)) -> (&Formula, Standing) {
    (formula, at.clone())
}

/// A turn of the challenge model is one round of it.
fn method(own: BargainMethod) -> Method {
    match own {
        BargainMethod::Compromise => Method::Compromise,
        BargainMethod::Condorcet => Method::Condorcet(Attitude::Inferred),
        BargainMethod::Challenge => Method::Challenge(Reading::AsRun, 1),
        BargainMethod::ChallengeAsPrinted => Method::Challenge(Reading::AsPrinted, 1),
    }
}
