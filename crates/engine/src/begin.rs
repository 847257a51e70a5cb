//! How a block of histories begins: parameters, traits, starts.

use std::sync::Arc;

use detente_chance::{LaneKeys, hash_slot, mood};
use detente_model::Coupling;

use crate::acted::Lanes;
use crate::block::{Block, Tally, Work};
use crate::decide::{NO_EPOCH, Stale};
use crate::error::EngineError;
use crate::kernel::Engine;
use crate::layout::Place;
use crate::lineage::Lineage;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::program::{Gathering, MeasurePlan, ParameterPlan, Program, SlotId, StartPlan};
use crate::setup::Doubt;

/// The slot of a decision's offset in its mood; no option's name has a space.
const OFFSET_SLOT: &str = "mood offset";

/// Where a stock or state starts in one history of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// The lane of the history.
    pub lane: usize,
    /// The stock or state: [`Program::slot`] of it.
    pub of: SlotId,
    /// Its start, in base units.
    pub value: f64,
}

impl Block {
    /// Begins histories with these numbers, at most as many as the machine is wide.
    ///
    /// # Errors
    /// [`EngineError::NotANumber`] where a trait or a start comes to what is not a number.
    ///
    /// # Panics
    /// If there are more histories than lanes.
    pub fn begin(
        program: &Program,
        seed: u64,
        ids: &[u64],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        Self::begin_from(program, seed, ids, None, &[], machine)
    }

    /// Begins histories of these lineages some of whose stocks and states start elsewhere. A lineage may
    /// come more than once: the same chance from another start.
    ///
    /// # Errors
    /// As [`Block::begin`].
    ///
    /// # Panics
    /// If there are more histories than lanes, or a start is of a lane that is none of them.
    pub fn begin_elsewhere(
        program: &Program,
        seed: u64,
        lineages: &[Lineage],
        starts: &[Start],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        assert!(starts.iter().all(|own| own.lane < lineages.len()), "a start is of a history");
        let firsts: Vec<u64> = lineages.iter().map(Lineage::first).collect();
        let begun = Self::begin_from(program, seed, &firsts, None, starts, machine)?;
        Ok(begun.along(lineages))
    }

    /// Begins histories with these numbers, each at parameters of its own: a row with a value for
    /// each column of the program's posterior, whose own rows are not used. A number may come more
    /// than once: the same chance at other parameters.
    ///
    /// # Errors
    /// As [`Block::begin`].
    ///
    /// # Panics
    /// If there are more histories than lanes, or not a whole row for each history, or if the
    /// program was not compiled for [`Doubt::Posterior`].
    pub fn begin_at(
        program: &Program,
        seed: u64,
        ids: &[u64],
        rows: &[&[f64]],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        check_rows(program, rows, ids.len());
        Self::begin_from(program, seed, ids, Some(rows), &[], machine)
    }

    fn begin_from(
        program: &Program,
        seed: u64,
        ids: &[u64],
        rows: Option<&[&[f64]]>,
        starts: &[Start],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        let engine = Engine::of(machine);
        let width = engine.width;
        assert!(ids.len() <= width, "no more histories than lanes");
        let live: Lanes = (0..ids.len()).fold(0, |lanes, lane| lanes | 1 << lane);
        // Lanes without a history of their own repeat the last one's, unseen.
        let padding = ids.last().copied().unwrap_or(0);
        let padded = (0..width).map(|lane| ids.get(lane).copied().unwrap_or(padding));
        let mut block = Self {
            engine,
            layout: Arc::clone(&program.layout),
            stamp: !program.stamp,
            seed,
            ids: ids.to_vec(),
            keys: LaneKeys::new(seed, padded.clone()),
            lineages: Vec::new(),
            renumbered: 0,
            live,
            week: 0,
            memory: Memory::new(program.places as usize * width),
            scalars: Vec::new(),
            valid: Vec::new(),
            masks: Vec::new(),
            happened: vec![0; program.events.len()],
            held: vec![0; program.decisions.len()],
            acts: Vec::new(),
            totals: Vec::new(),
            total_starts: Vec::new(),
            actors: Vec::new(),
            pending: Default::default(),
            pending_values: Vec::new(),
            touched: Vec::new(),
            tally: Tally::default(),
            work: Work::default(),
            chance: vec![0.0; width],
            chosen: vec![0.0; width],
            epochs: vec![0.0; width],
            few: Memory::default(),
            few_keys: LaneKeys::default(),
            stale: Stale::default(),
        };
        block.adopt(program);
        block.load_week(program, 0);
        let padded: Vec<u64> = padded.collect();
        for plan in &program.parameters {
            block.begin_parameter(program, plan, &padded, rows);
        }
        block.begin_memory(program);
        block.begin_quantities(program)?;
        for start in starts {
            block.lanes_mut(start.of.0)[start.lane] = start.value;
        }
        block.begin_settlements(program)?;
        block.begin_lasts(program);
        block.invalidate_all();
        Ok(block)
    }

    /// From the next week on each history has parameters of its own, as in [`Block::begin_at`]. What
    /// was drawn and computed before stays as it is.
    ///
    /// # Panics
    /// As [`Block::begin_at`].
    pub fn take_parameters(&mut self, program: &Program, rows: &[&[f64]]) {
        check_rows(program, rows, self.ids.len());
        self.adopt(program);
        let ids = self.ids.clone();
        for plan in &program.parameters {
            self.begin_parameter(program, plan, &ids, Some(rows));
        }
        self.invalidate_all();
    }

    fn begin_parameter(
        &mut self,
        program: &Program,
        plan: &ParameterPlan,
        ids: &[u64],
        given: Option<&[&[f64]]>,
    ) {
        match (&program.doubt, plan.prior) {
            (Doubt::Prior, Some(prior)) => {
                let address =
                    detente_chance::Address { name: plan.address, time: 0, slot: hash_slot("") };
                let kernels = self.engine.kernels;
                kernels.fill_uniform(&self.keys, address, &mut self.chance);
                let width = self.engine.width;
                let own = &mut self.memory[plan.place as usize * width..][..width];
                for (value, u) in own.iter_mut().zip(&self.chance) {
                    *value = prior.quantile_within(*u, plan.range.low, plan.range.high);
                }
            }
            (Doubt::Posterior(posterior), _) => {
                let column = posterior.columns.iter().position(|own| *own == plan.target);
                let rows = posterior.rows.len() as u64;
                let lanes = self.lanes_mut(plan.place).iter_mut().zip(ids).enumerate();
                for (lane, (value, id)) in lanes {
                    let row = match given {
                        // A padding lane repeats the last history.
                        Some(given) => given.get(lane).or(given.last()).copied(),
                        None => Some(posterior.rows[(id % rows) as usize].as_slice()),
                    };
                    *value = row.zip(column).map_or(plan.value, |(row, column)| row[column]);
                }
            }
            _ => self.lanes_mut(plan.place).fill(plan.value),
        }
    }

    fn begin_memory(&mut self, program: &Program) {
        for plan in &program.events {
            self.lanes_mut(plan.places.last).fill(f64::NEG_INFINITY);
            self.lanes_mut(plan.places.first).fill(f64::INFINITY);
            if program.coupling == Coupling::Threshold {
                self.lanes_mut(plan.places.spent).fill(0.0);
            }
        }
        for plan in &program.decisions {
            self.lanes_mut(plan.places.answer).fill(-1.0);
            self.lanes_mut(plan.places.asked).fill(f64::NEG_INFINITY);
            self.lanes_mut(plan.places.epoch).fill(NO_EPOCH);
            let address = detente_chance::Address {
                name: plan.address,
                time: 0,
                slot: hash_slot(OFFSET_SLOT),
            };
            self.engine.kernels.fill_uniform(&self.keys, address, &mut self.chance);
            let width = self.engine.width;
            let own = &mut self.memory[plan.places.offset as usize * width..][..width];
            for (offset, u) in own.iter_mut().zip(&self.chance) {
                *offset = f64::from(mood::mood_offset(*u, plan.mood));
            }
        }
        for plan in &program.measures {
            self.begin_measure(plan);
        }
    }

    fn begin_measure(&mut self, plan: &MeasurePlan) {
        match plan.gathering {
            Gathering::At | Gathering::Sum => self.lanes_mut(plan.places).fill(0.0),
            Gathering::Max => self.lanes_mut(plan.places).fill(f64::NEG_INFINITY),
            Gathering::DateOfMax => {
                self.lanes_mut(plan.places).fill(f64::NEG_INFINITY);
                self.lanes_mut(plan.places + 1).fill(f64::INFINITY);
            }
            Gathering::Correlation => {
                for offset in 0..crate::layout::CORRELATION_PLACES {
                    self.lanes_mut(plan.places + offset).fill(0.0);
                }
                self.lanes_mut(plan.places).fill(-1.0);
            }
        }
    }

    fn begin_quantities(&mut self, program: &Program) -> Result<(), EngineError> {
        for plan in &program.traits {
            self.run_at(program, plan.scope, 0);
            self.check(program, plan.target, plan.place, self.live)?;
        }
        for start in &program.starts {
            if let StartPlan::Value(place, value) = start {
                self.lanes_mut(*place).fill(*value);
            }
        }
        for start in &program.starts {
            if let StartPlan::Computed { target, place, scope } = start {
                self.invalidate_all();
                self.run(program, *scope);
                self.check(program, *target, *place, self.live)?;
            }
        }
        self.draw_yearly(program)?;
        self.invalidate_all();
        Ok(())
    }

    /// The past of week 0: stocks and states where they start, what is computed as week 0 has it, with
    /// a past of 0.
    fn begin_lasts(&mut self, program: &Program) {
        for computed in [false, true] {
            self.invalidate_all();
            for plan in program.lasts.iter().filter(|own| own.computed && computed) {
                let recorded = program.recorded.iter().find(|own| own.place == plan.from);
                if let Some(recorded) = recorded {
                    self.run(program, recorded.scope);
                }
            }
            for plan in program.lasts.iter().filter(|own| own.computed == computed) {
                self.copy(plan.from, plan.to);
            }
        }
    }

    /// Copies one place to another.
    pub(crate) fn copy(&mut self, from: Place, to: Place) {
        let width = self.engine.width;
        let from = from as usize * width;
        self.memory.copy_within(from..from + width, to as usize * width);
    }
}

/// Panics if these are not rows for so many histories of a program.
fn check_rows(program: &Program, rows: &[&[f64]], histories: usize) {
    let Doubt::Posterior(posterior) = &program.doubt else {
        panic!("rows are given to a program that takes parameters by row");
    };
    assert_eq!(rows.len(), histories, "a row for each history");
    let whole = |row: &&[f64]| row.len() == posterior.columns.len();
    assert!(rows.iter().all(whole), "a value for each column");
}
