//! In what stocks and states differ over histories: the measure of how far a start is moved.

use std::collections::BTreeMap;

use detente_engine::{Block, Doubt, Machine, Program, Setup, SlotId, compile};
use detente_model::{Kind, Model, Target};

use crate::LabError;
use crate::in_order::in_order;
use crate::pieces::Pieces;
use crate::question::{Question, Watch};

/// Histories over which it is taken: free, with assumptions drawn from their priors.
const HISTORIES: u64 = 512;

/// Where one stock or state stands over histories.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spread {
    /// The standard deviation: of its start, where that is doubted; otherwise that between histories
    /// in one week, over all weeks.
    pub(super) deviation: f64,
    /// The least and the greatest that it comes to.
    pub(super) low: f64,
    /// See `low`.
    pub(super) high: f64,
    /// Of a state, by value: the same of whether it is so, which is 0 or 1.
    pub(super) of_values: BTreeMap<i64, f64>,
}

/// Sums over the histories of a piece, by stock or state and week; the first is where it starts.
struct Sums {
    histories: f64,
    weeks: usize,
    one: Vec<f64>,
    two: Vec<f64>,
    ends: Vec<(f64, f64)>,
    /// Of states, by value: in how many histories it is so, by week.
    counts: Vec<BTreeMap<i64, Vec<u64>>>,
}

impl Sums {
    fn of(many: usize, weeks: usize) -> Self {
        Self {
            histories: 0.0,
            weeks,
            one: vec![0.0; many * weeks],
            two: vec![0.0; many * weeks],
            ends: vec![(f64::INFINITY, f64::NEG_INFINITY); many],
            counts: vec![BTreeMap::new(); many],
        }
    }

    fn take(&mut self, what: usize, week: usize, values: &[f64], from: f64) {
        let place = what * self.weeks + week;
        for value in values {
            let apart = value - from;
            self.one[place] += apart;
            self.two[place] += apart * apart;
            let ends = &mut self.ends[what];
            *ends = (ends.0.min(*value), ends.1.max(*value));
        }
    }

    fn take_state(&mut self, what: usize, week: usize, values: &[f64]) {
        for value in values {
            let own = self.counts[what].entry(*value as i64).or_default();
            own.resize(self.weeks, 0);
            own[week] += 1;
        }
    }

    fn add(&mut self, more: &Self) {
        self.histories += more.histories;
        for (own, more) in [(&mut self.one, &more.one), (&mut self.two, &more.two)] {
            own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
        }
        for (own, more) in self.ends.iter_mut().zip(&more.ends) {
            *own = (own.0.min(more.0), own.1.max(more.1));
        }
        for (own, more) in self.counts.iter_mut().zip(&more.counts) {
            for (value, weeks) in more {
                let own = own.entry(*value).or_default();
                own.resize(self.weeks, 0);
                own.iter_mut().zip(weeks).for_each(|(own, more)| *own += more);
            }
        }
    }

    fn told(&self, what: usize) -> Spread {
        let variance = |place: usize| {
            let mean = self.one[place] / self.histories;
            (self.two[place] / self.histories - mean * mean).max(0.0)
        };
        let places = what * self.weeks..(what + 1) * self.weeks;
        let start = variance(places.start);
        let over_weeks = places.map(variance).sum::<f64>() / self.weeks as f64;
        let of_value = |(value, weeks): (&i64, &Vec<u64>)| {
            let shares = weeks.iter().map(|own| *own as f64 / self.histories);
            let over_weeks = shares.map(|own| own * (1.0 - own)).sum::<f64>() / self.weeks as f64;
            (*value, over_weeks.sqrt())
        };
        Spread {
            deviation: if start > 0.0 { start } else { over_weeks }.sqrt(),
            low: self.ends[what].0,
            high: self.ends[what].1,
            of_values: self.counts[what].iter().map(of_value).collect(),
        }
    }
}

/// The spread of each of these, which stand at `here` in the history that is asked about.
pub(super) fn spreads(
    model: &Model,
    question: &Question,
    targets: &[Target],
    here: &[f64],
    watch: &Watch<'_>,
) -> Result<Vec<Spread>, LabError> {
    let program = compile(model, &Setup { doubt: Doubt::Prior, ..Setup::default() })?;
    let slot = |own: &Target| {
        let state = matches!(model.element(own.element).kind, Kind::State(_));
        Some((program.slot(*own)?, state))
    };
    let slots: Vec<(SlotId, bool)> = targets.iter().filter_map(slot).collect();
    let asked = Question { histories: HISTORIES, ..question.clone() };
    let machine = Machine::best();
    let pieces = Pieces::of(&asked, machine);
    let mut all = Sums::of(slots.len(), program.weeks() as usize + 1);
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| gather(&program, question.seed, &pieces.ids(piece), &slots, here),
        |more| {
            all.add(&more);
            Ok(())
        },
    )?;
    Ok((0..slots.len()).map(|what| all.told(what)).collect())
}

fn gather(
    program: &Program,
    seed: u64,
    ids: &[u64],
    slots: &[(SlotId, bool)],
    here: &[f64],
) -> Result<Sums, LabError> {
    let mut sums = Sums::of(slots.len(), program.weeks() as usize + 1);
    sums.histories = ids.len() as f64;
    let mut block = Block::begin(program, seed, ids, Machine::best())?;
    loop {
        let week = block.week() as usize;
        for (what, (slot, state)) in slots.iter().enumerate() {
            let values = block.values(*slot);
            if *state {
                sums.take_state(what, week, values);
            } else {
                sums.take(what, week, values, here[what]);
            }
        }
        if block.week() == program.weeks() {
            return Ok(sums);
        }
        block.step(program)?;
    }
}
