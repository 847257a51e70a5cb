//! Bargains and alignments settle, history by history.

use detente_chance::{Address, gumbel, uniform};
use detente_theory::alignment::Landscape;
use detente_theory::bargain::{Method, Settlement, Terms, settle};
use detente_theory::{MAX_DIMENSIONS, MAX_PLAYERS, Table};

use crate::acted::each_lane;
use crate::arithmetic::ARITHMETIC;
use crate::block::Block;
use crate::error::EngineError;
use crate::layout::Place;
use crate::program::{AlignmentPlan, BargainPlan, Program};

/// Scales run from 0 to 100, saliences too.
const WIDTH: f64 = 100.0;

/// Where an alignment is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    AtStart,
    AtMinimum,
}

impl Block {
    /// Settles what convened: bargains, then alignments, in order of name, each from the world as it
    /// then stands.
    pub(crate) fn settle(&mut self, program: &Program) -> Result<(), EngineError> {
        for plan in &program.bargains {
            let lanes = self.live & self.mask(program, plan.convenes);
            if lanes != 0 {
                self.run(program, plan.inputs);
                each_lane(lanes).try_for_each(|lane| self.bargain(program, plan, lane))?;
                self.invalidate(&plan.clobbers);
            }
        }
        for plan in &program.alignments {
            let lanes = self.live & self.mask(program, plan.convenes);
            if lanes != 0 {
                self.run(program, plan.inputs);
                each_lane(lanes)
                    .try_for_each(|lane| self.align(program, plan, lane, Rest::AtMinimum))?;
                self.invalidate(&plan.clobbers);
            }
        }
        Ok(())
    }

    /// Before any turn a text is its reversion, and members are on the sides they start from.
    pub(crate) fn begin_settlements(&mut self, program: &Program) -> Result<(), EngineError> {
        for plan in &program.bargains {
            self.run(program, plan.inputs);
            for lane in 0..self.engine.width {
                for (dimension, reversion) in plan.reversion.iter().enumerate() {
                    let value = self.operand(*reversion, lane);
                    let text = plan.results + dimension as Place;
                    self.lanes_mut(text)[lane] = value;
                    self.lanes_mut(text + plan.dimensions as Place)[lane] = value;
                }
            }
        }
        for plan in &program.alignments {
            self.run(program, plan.inputs);
            for lane in 0..self.engine.width {
                self.align(program, plan, lane, Rest::AtStart)?;
            }
        }
        self.invalidate_all();
        Ok(())
    }

    fn bargain(
        &mut self,
        program: &Program,
        plan: &BargainPlan,
        lane: usize,
    ) -> Result<(), EngineError> {
        let numbers = plan.players * plan.dimensions;
        let (mut positions, mut saliences) = ([0.0; MOST], [0.0; MOST]);
        let (mut powers, mut gumbels) = ([0.0; MAX_PLAYERS], [0.0; MAX_PLAYERS]);
        let mut reversion = [0.0; MAX_DIMENSIONS];
        for (to, from) in positions.iter_mut().zip(&plan.position) {
            *to = self.operand(*from, lane);
        }
        for (to, from) in saliences.iter_mut().zip(&plan.salience) {
            *to = self.operand(*from, lane) / WIDTH;
        }
        for (to, from) in powers.iter_mut().zip(&plan.power) {
            *to = self.operand(*from, lane);
        }
        for (to, from) in reversion.iter_mut().zip(&plan.reversion) {
            *to = self.operand(*from, lane);
        }
        if let (Method::Condorcet(_), Some(key)) = (plan.method, self.keys.get(lane)) {
            for (to, slot) in gumbels.iter_mut().zip(&plan.slots) {
                let address = Address { name: plan.address, time: self.week, slot: *slot };
                *to = gumbel(uniform(key, address));
            }
        }
        let widths = [WIDTH; MAX_DIMENSIONS];
        let table = Table::new(
            &positions[..numbers],
            &saliences[..numbers],
            &powers[..plan.players],
            &widths[..plan.dimensions],
        );
        let table = table.map_err(|fault| self.unsettled(program, plan.target, &fault, lane))?;
        let terms = Terms { reversion: &reversion[..plan.dimensions], veto: &plan.veto };
        let settled = settle(&table, plan.method, &terms, &gumbels[..plan.players], &ARITHMETIC);
        self.keep_settlement(plan, &settled, lane);
        Ok(())
    }

    fn keep_settlement(&mut self, plan: &BargainPlan, settled: &Settlement, lane: usize) {
        let text = settled.text[..plan.dimensions].iter();
        let compromise = settled.compromise[..plan.dimensions].iter();
        let support = settled.support[..plan.players].iter();
        let all = text.chain(compromise).chain(support).chain([&settled.spread]);
        for (offset, value) in all.enumerate() {
            self.lanes_mut(plan.results + offset as Place)[lane] = *value;
        }
    }

    fn align(
        &mut self,
        program: &Program,
        plan: &AlignmentPlan,
        lane: usize,
        rest: Rest,
    ) -> Result<(), EngineError> {
        let now = |operands: &[crate::op::Operand]| -> Vec<f64> {
            operands.iter().map(|own| self.operand(*own, lane)).collect()
        };
        let (sizes, propensities) = (now(&plan.size), now(&plan.propensity));
        let mut sides: Vec<u8> =
            now(&plan.start).into_iter().map(|x| side_of(x, plan.sides)).collect();
        let landscape = Landscape::new(&sizes, &propensities, plan.sides)
            .map_err(|fault| self.unsettled(program, plan.target, &fault, lane))?;
        let minima = landscape.count_minima(&sides) as f64;
        if rest == Rest::AtMinimum {
            landscape.settle(&mut sides);
        }
        let energy = landscape.energy(&sides);
        let results = sides.iter().map(|side| f64::from(*side)).chain([energy, minima]);
        for (offset, value) in results.enumerate() {
            self.lanes_mut(plan.results + offset as Place)[lane] = value;
        }
        Ok(())
    }

    fn unsettled(
        &self,
        program: &Program,
        of: detente_model::Target,
        fault: &impl std::fmt::Debug,
        lane: usize,
    ) -> EngineError {
        EngineError::Settlement {
            element: program.name(of).to_owned(),
            why: format!("{fault:?}"),
            week: self.week,
            history: self.ids.get(lane).copied().unwrap_or_default(),
            seed: self.seed,
        }
    }
}

/// Positions or saliences, at most.
const MOST: usize = MAX_PLAYERS * MAX_DIMENSIONS;

/// A side from its number; what is no number is the first.
fn side_of(x: f64, sides: u8) -> u8 {
    (x.max(0.0) as u8).min(sides.saturating_sub(1))
}
