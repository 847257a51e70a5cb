//! A question as plain data: of which histories, with what changed, under which assumptions.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use detente_model::{Intervention, Model, Target};

/// What is asked of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The seed of all chance.
    pub seed: u64,
    /// The number of the first history. Ranges of one ensemble may be run on several machines.
    pub first: u64,
    /// How many histories; at least 1.
    pub histories: u64,
    /// What holds whatever else is asked, beside the changes of the schools that the model was loaded
    /// with. In a comparison they hold in both arms.
    pub assumptions: Vec<Intervention>,
    /// What is changed.
    pub interventions: Vec<Intervention>,
    /// At which values the parameters stand.
    pub parameters: Parameters,
    /// How far histories follow the record.
    pub given: crate::Given,
    /// Which quantities are followed week by week.
    pub series: Followed,
    /// How many threads; as many as the machine has, if `None`. The answer does not depend on it.
    pub jobs: Option<NonZeroUsize>,
}

impl Default for Question {
    /// Ten thousand histories of seed 1 from the start, nothing changed, at the author's values.
    fn default() -> Self {
        Self {
            seed: 1,
            first: 0,
            histories: 10_000,
            assumptions: Vec::new(),
            interventions: Vec::new(),
            parameters: Parameters::AsWritten,
            given: crate::Given::FromTheStart,
            series: Followed::Telling,
            jobs: None,
        }
    }
}

/// At which values the parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameters {
    /// At the author's values, in every history.
    #[default]
    AsWritten,
    /// Drawn from their priors, anew for each history.
    Uncertain,
    /// At the rows of the posterior that the scenario carries: history `id` takes row `id` modulo the
    /// number of rows.
    Posterior,
}

/// Which quantities are followed week by week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Followed {
    /// Those that outcomes and the record's levels read, at most 16, in order of name.
    #[default]
    Telling,
    /// These.
    These(Vec<Target>),
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Histories finished.
    pub finished: u64,
    /// Histories asked for.
    pub of: u64,
}

/// A flag that ends a run early. What is finished by then is kept.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the run to end. May be called from a signal handler.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Who watches a run, and how it can be ended.
#[derive(Default)]
pub struct Watch<'a> {
    /// Told, on the calling thread, each time some histories are finished.
    pub progress: Option<&'a dyn Fn(Progress)>,
    /// Ends the run early.
    pub stop: Stop,
}

impl Question {
    /// The question that a run answers which was stopped after so many histories: that of its first
    /// ones alone.
    pub(crate) fn of_the_first(&self, histories: u64) -> Self {
        Self { histories, ..self.clone() }
    }

    /// How many threads to use.
    pub(crate) fn threads(&self) -> usize {
        let all = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or(all, NonZeroUsize::get).min(256)
    }

    /// Everything that holds in the changed arm: what the model's schools change, the assumptions, and
    /// then what is changed.
    pub(crate) fn holding(&self, model: &Model) -> Vec<Intervention> {
        let of_schools = changes_of_schools(model);
        of_schools.chain(&self.assumptions).chain(&self.interventions).cloned().collect()
    }

    /// The same, with what is changed as it holds given the record: after a day, from that day on.
    pub(crate) fn holding_given(
        &self,
        model: &Model,
    ) -> Result<Vec<Intervention>, crate::LabError> {
        let changed = self.given.interventions(&self.interventions)?;
        Ok([self.unchanged().holding(model), changed].concat())
    }

    /// The same question with nothing changed; its assumptions stay.
    pub(crate) fn unchanged(&self) -> Self {
        Self { interventions: Vec::new(), ..self.clone() }
    }

    /// Checks what the types do not.
    pub(crate) fn check(&self) -> Result<(), crate::LabError> {
        if self.histories == 0 {
            return Err(crate::LabError::Question("no histories are asked for".to_owned()));
        }
        if self.first.checked_add(self.histories).is_none_or(|end| end > 1 << 32) {
            let what = "histories are numbered up to 4,294,967,295; ask for fewer".to_owned();
            return Err(crate::LabError::Question(what));
        }
        Ok(())
    }
}

/// What the schools change that a model was loaded with, in order of loading. It holds in every run.
pub fn changes_of_schools(model: &Model) -> impl Iterator<Item = &Intervention> {
    let school = |name: &String| model.schools.iter().find(|school| school.id == *name);
    model.loaded_with.iter().filter_map(school).flat_map(|school| &school.changes)
}
