//! A sheaf: what some histories, run abreast, leave behind for the questions.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use detente_engine::{Block, Count, Counters, Machine, Program, SlotId, each_lane};
use detente_model::{Target, Week};

use crate::LabError;
use crate::counted::{Counted, Places};

/// The results of histories `first` … `first + size − 1`, in order of history.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Sheaf {
    /// The number of the first history.
    pub(crate) first: u64,
    /// How many histories.
    pub(crate) size: usize,
    /// How many of them were run: fewer, where some stand for several.
    pub(crate) run: usize,
    /// For each outcome, its value in each history, in base units.
    pub(crate) outcomes: Vec<Vec<f64>>,
    /// For each history, what happened and was answered, in order of week and round; no history, if
    /// that was only counted.
    pub(crate) deeds: Vec<Vec<Deed>>,
    /// The same counted, if it was only that.
    pub(crate) counted: Option<Counted>,
    /// For each quantity followed, week by week, its value in each history:
    /// `series[quantity][week * size + history]`, in base units.
    pub(crate) series: Vec<Vec<f64>>,
    /// What was met with on the way.
    pub(crate) met: BTreeMap<(Met, Target), u64>,
}

/// One event that happened, or one answer that was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Deed {
    /// In which week.
    pub(crate) week: Week,
    /// What happened, or what was asked.
    pub(crate) target: Target,
    /// The answer, as a number in the decision's alternatives; `None` for an event.
    pub(crate) answer: Option<usize>,
    /// Whether an intervention made it so.
    pub(crate) forced: bool,
    /// What its reasons came to: log hazard ratios, or the logits of the answer; `None` if it was not
    /// weighed.
    pub(crate) total: Option<f64>,
}

/// What a run meets with that a reader should know.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// Weeks in which a stock was held in its range.
    RangeBites,
    /// Sums of reasons held at ±30.
    SumsHeld,
    /// Events forced while `needs` was false.
    NeedsUnmet,
    /// Events due in a week in which `needs` was false: they did not happen.
    DueInVain,
    /// Events that should have been made to happen, and had for good already.
    HappenedAlready,
    /// Answers that were wanted while their own `needs` was false.
    AnswersNotOpen,
    /// Histories in which an answer was to be forced and the question was never put.
    NeverPut,
    /// Effects by `=` that another effect by `=` overruled.
    Conflicts,
}

/// How what happens is taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Noting {
    /// History by history, with what its reasons came to.
    Deeds,
    /// Counted in the histories of a sheaf together, which is much faster.
    Counts(Places),
}

/// A program with the quantities to follow, ready to run sheaves.
pub(crate) struct Arm {
    pub(crate) program: Program,
    pub(crate) slots: Vec<SlotId>,
    /// Where each outcome stands among what the engine answers.
    pub(crate) places: Vec<usize>,
    pub(crate) noting: Noting,
    pub(crate) spare: Spare,
}

/// Room of sheaves that were counted, for those to come: the system hands out fresh memory page by
/// page and cleared, which takes as long as filling it.
#[derive(Debug, Default)]
pub(crate) struct Spare(Mutex<Vec<Vec<f64>>>);

impl Spare {
    fn take(&self) -> Vec<f64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn keep(&self, room: impl IntoIterator<Item = Vec<f64>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(room);
    }
}

impl Arm {
    /// An arm in which nothing is followed by week, and whose outcomes are all that the program is
    /// asked.
    pub(crate) fn answering(program: Program) -> Self {
        let places = (0..program.questions().len()).collect();
        Self { program, slots: Vec::new(), places, noting: Noting::Deeds, spare: Spare::default() }
    }

    /// Runs histories to the end.
    pub(crate) fn run(&self, seed: u64, ids: &[u64], machine: Machine) -> Result<Sheaf, LabError> {
        let mut block = Block::begin(&self.program, seed, ids, machine)?;
        let mut sheaf = self.blank(ids);
        self.finish(&mut block, &mut sheaf)?;
        Ok(sheaf)
    }

    /// An empty sheaf for these histories.
    pub(crate) fn blank(&self, ids: &[u64]) -> Sheaf {
        Sheaf {
            first: ids.first().copied().unwrap_or(0),
            size: ids.len(),
            run: ids.len(),
            deeds: match self.noting {
                Noting::Deeds => vec![Vec::new(); ids.len()],
                Noting::Counts(_) => Vec::new(),
            },
            counted: match &self.noting {
                Noting::Deeds => None,
                Noting::Counts(places) => Some(Counted::none(places, ids.len())),
            },
            series: self.slots.iter().map(|_| self.room(ids.len())).collect(),
            ..Sheaf::default()
        }
    }

    /// Takes back room of sheaves that were counted.
    pub(crate) fn take_back(&self, room: Vec<Vec<f64>>) {
        self.spare.keep(room);
    }

    /// Room for one quantity week by week in so many histories.
    fn room(&self, histories: usize) -> Vec<f64> {
        let mut room = self.spare.take();
        room.clear();
        room.reserve(histories * self.program.weeks() as usize);
        room
    }

    /// Runs weeks until the block stands before `until`.
    pub(crate) fn run_until(
        &self,
        until: Week,
        block: &mut Block,
        sheaf: &mut Sheaf,
    ) -> Result<(), LabError> {
        while block.week() < until {
            block.step(&self.program)?;
            self.note(block, sheaf);
        }
        Ok(())
    }

    /// Takes down the week just run.
    pub(crate) fn note(&self, block: &Block, sheaf: &mut Sheaf) {
        let week = block.week() - 1;
        match (&self.noting, &mut sheaf.counted) {
            (Noting::Counts(places), Some(counted)) => counted.note(places, week, block.acts()),
            _ => note_deeds(block, week, sheaf),
        }
        for (slot, series) in self.slots.iter().zip(&mut sheaf.series) {
            series.extend_from_slice(&block.values(*slot)[..sheaf.size]);
        }
    }

    /// Runs to the last week and takes outcomes and counters.
    pub(crate) fn finish(&self, block: &mut Block, sheaf: &mut Sheaf) -> Result<(), LabError> {
        self.run_until(self.program.weeks(), block, sheaf)?;
        let mut answers = block.answers(&self.program)?;
        let taken = |place: &usize| answers.get_mut(*place).map(std::mem::take).unwrap_or_default();
        sheaf.outcomes = self.places.iter().map(taken).collect();
        sheaf.met = met(&block.counters(&self.program));
        Ok(())
    }
}

/// Takes down what happened in a week, history by history.
fn note_deeds(block: &Block, week: Week, sheaf: &mut Sheaf) {
    for (act, acted) in block.acts().iter().enumerate() {
        for lane in each_lane(acted.lanes).take_while(|lane| *lane < sheaf.size) {
            sheaf.deeds[lane].push(Deed {
                week,
                target: acted.target,
                answer: acted.alternative,
                forced: acted.forced >> lane & 1 == 1,
                total: block.total(act, lane),
            });
        }
    }
}

impl Sheaf {
    /// Histories of this sheaf, some of them several times, as those from `first` on.
    pub(crate) fn gathered(self, lanes: &[usize], first: u64) -> Self {
        if lanes.iter().copied().eq(0..self.size) {
            return Self { first, ..self };
        }
        let of = |values: &Vec<f64>| lanes.iter().map(|&lane| values[lane]).collect();
        let by_week = |values: &Vec<f64>| {
            let weeks = values.chunks(self.size.max(1));
            weeks.flat_map(|week| lanes.iter().map(|&lane| week[lane])).collect()
        };
        Self {
            first,
            size: lanes.len(),
            run: self.run,
            outcomes: self.outcomes.iter().map(of).collect(),
            deeds: lanes.iter().map(|&lane| self.deeds[lane].clone()).collect(),
            series: self.series.iter().map(by_week).collect(),
            met: self.met.clone(),
            counted: None,
        }
    }
}

/// What the counters of a run come to.
pub(crate) fn met(counters: &Counters) -> BTreeMap<(Met, Target), u64> {
    let each = |kind: Met, counts: &[Count]| {
        counts.iter().map(|count| ((kind, count.of), count.times)).collect::<Vec<_>>()
    };
    [
        each(Met::RangeBites, &counters.range_bites),
        each(Met::SumsHeld, &counters.sums_held),
        each(Met::NeedsUnmet, &counters.needs_unmet),
        each(Met::DueInVain, &counters.due_in_vain),
        each(Met::HappenedAlready, &counters.happened_already),
        each(Met::AnswersNotOpen, &counters.answers_not_open),
        each(Met::NeverPut, &counters.never_put),
        each(Met::Conflicts, &counters.conflicts),
    ]
    .into_iter()
    .flatten()
    .collect()
}
