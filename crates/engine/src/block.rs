//! A block: up to 64 histories that go abreast, and what they remember.

use std::sync::Arc;

use detente_chance::LaneKeys;
use detente_model::{Target, Week};

use crate::acted::{Acted, Count, Counters, Lanes, each_lane};
use crate::decide::Stale;
use crate::effects::Pending;
use crate::few::FEW;
use crate::kernel::{Engine, Surroundings};
use crate::layout::{Layout, Place};
use crate::lineage::Lineage;
use crate::memory::Memory;
use crate::program::{Program, SlotId};

/// Histories that go abreast. A clone goes its own way from the same past.
#[derive(Debug, Clone)]
pub struct Block {
    pub(crate) engine: Engine,
    pub(crate) layout: Arc<Layout>,
    pub(crate) stamp: u64,
    pub(crate) seed: u64,
    pub(crate) ids: Vec<u64>,
    /// The keys of draws, and those of what a history keeps from its start.
    pub(crate) keys: LaneKeys,
    /// The numbers that each history has had; none where all have their first.
    pub(crate) lineages: Vec<Lineage>,
    /// The lanes whose lineage is new, so that their keys are another's.
    pub(crate) renumbered: Lanes,
    pub(crate) live: Lanes,
    pub(crate) week: Week,
    pub(crate) memory: Memory,
    /// Shared values of this week: constants, then weekly ones.
    pub(crate) scalars: Vec<f64>,
    /// Which scopes are up to date.
    pub(crate) valid: Vec<u64>,
    /// Where guards hold, by scope.
    pub(crate) masks: Vec<Lanes>,
    /// Where each event has happened, and each decision's `when` last held.
    pub(crate) happened: Vec<Lanes>,
    pub(crate) held: Vec<Lanes>,
    pub(crate) acts: Vec<Acted>,
    /// What the reasons of each act came to, lane by lane of those that acted, and where each begins.
    pub(crate) totals: Vec<f64>,
    pub(crate) total_starts: Vec<u32>,
    /// Who acted, act by act.
    pub(crate) actors: Vec<(crate::program::Actor, Lanes)>,
    /// Effects that wait, by the turn in which they are applied.
    pub(crate) pending: [Vec<Pending>; 3],
    pub(crate) pending_values: Vec<f64>,
    pub(crate) touched: Vec<Place>,
    pub(crate) tally: Tally,
    pub(crate) work: Work,
    /// Scratch lanes.
    pub(crate) chance: Vec<f64>,
    pub(crate) chosen: Vec<f64>,
    pub(crate) epochs: Vec<f64>,
    pub(crate) few: Memory,
    pub(crate) few_keys: LaneKeys,
    pub(crate) stale: Stale,
}

/// What was counted, by instance.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) range_bites: std::collections::BTreeMap<Target, u64>,
    pub(crate) sums_held: std::collections::BTreeMap<Target, u64>,
    pub(crate) needs_unmet: std::collections::BTreeMap<Target, u64>,
    pub(crate) due_in_vain: std::collections::BTreeMap<Target, u64>,
    pub(crate) happened_already: std::collections::BTreeMap<Target, u64>,
    pub(crate) answers_not_open: std::collections::BTreeMap<Target, u64>,
    pub(crate) conflicts: std::collections::BTreeMap<Target, u64>,
    /// Lanes in which a decision was asked while an answer was forced.
    pub(crate) put: std::collections::BTreeMap<Target, Lanes>,
    /// By event and part of `needs`: weeks in which the part failed, all histories together.
    pub(crate) gates: Vec<Vec<u64>>,
}

/// How much was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Instructions run, each over the whole block.
    pub instructions: u64,
    /// Uniforms drawn, those of events and moods included, each for the whole block.
    pub draws: u64,
    /// Exponentials, quantiles and the like, each for the whole block.
    pub functions: u64,
    /// Weeks.
    pub weeks: u64,
}

impl Block {
    /// The week that the next step runs; the calendar's length once the histories are over.
    #[must_use]
    pub fn week(&self) -> Week {
        self.week
    }

    /// The numbers of its histories, lane by lane.
    #[must_use]
    pub fn ids(&self) -> &[u64] {
        &self.ids
    }

    /// What happened in the week just run, in order of round and name.
    #[must_use]
    pub fn acts(&self) -> &[Acted] {
        &self.acts
    }

    /// What the reasons of an act of the week just run came to in one history, before the sum is held
    /// at ±30: log hazard ratios for an event, logits for the answer given. `None` if it was not
    /// weighed: an event made to happen by an intervention or a date. `act` is its place in
    /// [`Block::acts`].
    pub fn total(&self, act: usize, lane: usize) -> Option<f64> {
        let lanes = self.acts.get(act)?.lanes;
        if lanes >> lane & 1 == 0 {
            return None;
        }
        let before = (lanes & ((1 << lane) - 1)).count_ones();
        let total = *self.totals.get((self.total_starts[act] + before) as usize)?;
        (!total.is_nan()).then_some(total)
    }

    /// Keeps the sum at `place` as the total of the act about to be noted.
    pub(crate) fn keep_total(&mut self, place: Place, lanes: Lanes) {
        self.total_starts.push(self.totals.len() as u32);
        let width = self.engine.width;
        let sums = &self.memory[place as usize * width..][..width];
        self.totals.extend(each_lane(lanes).map(|lane| sums[lane]));
    }

    /// Notes that the act about to be noted was not weighed.
    pub(crate) fn keep_no_total(&mut self, lanes: Lanes) {
        self.total_starts.push(self.totals.len() as u32);
        self.totals.resize(self.totals.len() + lanes.count_ones() as usize, f64::NAN);
    }

    /// A weekly quantity, one number a history, in base units: a variable, series, noise, trait or
    /// parameter as it was computed in the week just run, a stock or state at the end of it.
    ///
    /// # Panics
    /// If the slot is another model's.
    #[must_use]
    pub fn values(&self, slot: SlotId) -> &[f64] {
        &self.lanes(slot.0)[..self.ids.len()]
    }

    /// How much was done so far, as a measure of speed.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// What was met with so far.
    #[must_use]
    pub fn counters(&self, program: &Program) -> Counters {
        let counts = |of: &std::collections::BTreeMap<Target, u64>| {
            of.iter().map(|(of, times)| Count { of: *of, times: *times }).collect()
        };
        let never_put = program
            .decisions
            .iter()
            .filter(|plan| !plan.answers.is_empty())
            .map(|plan| {
                let put = self.tally.put.get(&plan.target).copied().unwrap_or(0);
                Count { of: plan.target, times: u64::from((self.live & !put).count_ones()) }
            })
            .filter(|count| count.times > 0)
            .collect();
        Counters {
            range_bites: counts(&self.tally.range_bites),
            sums_held: counts(&self.tally.sums_held),
            needs_unmet: counts(&self.tally.needs_unmet),
            due_in_vain: counts(&self.tally.due_in_vain),
            happened_already: counts(&self.tally.happened_already),
            answers_not_open: counts(&self.tally.answers_not_open),
            never_put,
            conflicts: counts(&self.tally.conflicts),
        }
    }

    /// For each event with watched gates: its parts of `needs` as written, and in how many
    /// history-weeks each failed while the event could otherwise have happened.
    #[must_use]
    pub fn gate_counts(&self, program: &Program) -> Vec<(Target, Vec<(String, u64)>)> {
        let watched = program.events.iter().zip(&self.tally.gates);
        watched
            .filter(|(plan, _)| !plan.gates.is_empty())
            .map(|(plan, counts)| {
                let names = plan.gates.iter().map(|(text, _)| text.clone());
                (plan.target, names.zip(counts.iter().copied()).collect())
            })
            .collect()
    }

    pub(crate) fn lanes(&self, place: Place) -> &[f64] {
        let width = self.engine.width;
        &self.memory[place as usize * width..][..width]
    }

    pub(crate) fn lanes_mut(&mut self, place: Place) -> &mut [f64] {
        let width = self.engine.width;
        &mut self.memory[place as usize * width..][..width]
    }

    /// Loads the values that all histories share in a week.
    pub(crate) fn load_week(&mut self, program: &Program, week: Week) {
        self.scalars.truncate(program.constants.len());
        self.scalars.extend_from_slice(&program.rows[week as usize]);
    }

    /// Makes the block one of this program's, if it was another's of the same model.
    pub(crate) fn adopt(&mut self, program: &Program) {
        if self.stamp == program.stamp {
            return;
        }
        assert!(
            self.layout.size == program.layout.size,
            "a block goes on only under a program of its own model"
        );
        self.stamp = program.stamp;
        self.memory.resize(program.places as usize * self.engine.width);
        if self.engine.width > FEW {
            self.few.resize(program.places as usize * FEW);
        }
        self.scalars.clone_from(&program.constants);
        self.valid = vec![0; program.weekly.len()];
        self.masks = vec![0; program.scopes.len()];
        self.tally.gates = program.events.iter().map(|own| vec![0; own.gates.len()]).collect();
    }

    pub(crate) fn is_valid(&self, scope: u32) -> bool {
        self.valid[scope as usize / 64] >> (scope % 64) & 1 == 1
    }

    pub(crate) fn invalidate(&mut self, scopes: &[u64]) {
        for (own, gone) in self.valid.iter_mut().zip(scopes) {
            *own &= !gone;
        }
    }

    pub(crate) fn invalidate_all(&mut self) {
        self.valid.fill(0);
    }

    /// Sees to it that the scopes that a scope reads are up to date.
    pub(crate) fn prepare(&mut self, program: &Program, scope: u32) {
        for before in &program.scopes[scope as usize].after {
            self.ensure(program, *before);
        }
    }

    /// Sees to it that a scope's results are up to date.
    pub(crate) fn ensure(&mut self, program: &Program, scope: u32) {
        if !self.is_valid(scope) {
            self.run(program, scope);
            self.valid[scope as usize / 64] |= 1 << (scope % 64);
        }
    }

    /// Runs a scope, after what it reads.
    pub(crate) fn run(&mut self, program: &Program, scope: u32) {
        self.run_at(program, scope, self.week);
    }

    /// Runs a scope whose draws have another time than the week.
    pub(crate) fn run_at(&mut self, program: &Program, scope: u32, time: u32) {
        self.prepare(program, scope);
        let own = &program.scopes[scope as usize];
        let code = &program.code[own.from as usize..own.until as usize];
        self.work.instructions += code.len() as u64;
        self.work.draws += u64::from(own.draws);
        self.work.functions += u64::from(own.functions);
        let around = Surroundings {
            scalars: &self.scalars,
            tables: &program.tables,
            addresses: &program.addresses,
            keys: &self.keys,
            week: time,
            kernels: &self.engine.kernels,
        };
        self.engine.run(code, &mut self.memory, &around);
    }

    /// Where a guard holds.
    pub(crate) fn mask(&mut self, program: &Program, guard: crate::program::Guard) -> Lanes {
        if !self.is_valid(guard.scope) {
            self.run(program, guard.scope);
            self.masks[guard.scope as usize] = self.engine.nonzero(self.lanes(guard.place));
            self.valid[guard.scope as usize / 64] |= 1 << (guard.scope % 64);
        }
        self.masks[guard.scope as usize]
    }

    /// A value that an operand names, in one lane.
    pub(crate) fn operand(&self, operand: crate::op::Operand, lane: usize) -> f64 {
        match operand {
            crate::op::Operand::Lanes(place) => self.lanes(place)[lane],
            crate::op::Operand::Scalar(number) => self.scalars[number as usize],
        }
    }
}
