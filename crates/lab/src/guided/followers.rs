//! Histories that follow the record, each as the chances behind it: run again on them, told nothing, it
//! is the same history, and what is changed in it meets the same chance.

use detente_engine::{Chances, Lineage};
use detente_model::Model;

use super::again::Wanted;
use super::conditioned::Conditioned;
use super::selection::Selection;
use crate::LabError;
use crate::question::{Question, Watch};
use crate::sheaf::Deed;

/// The histories of a question that follow the record.
pub(crate) struct Followers<'a> {
    conditioned: Conditioned<'a>,
    chosen: Selection,
}

impl<'a> Followers<'a> {
    /// As many as the question asks for.
    ///
    /// # Errors
    /// As [`crate::ensemble()`].
    pub(crate) fn choose(
        model: &'a Model,
        question: &'a Question,
        watch: &Watch<'_>,
    ) -> Result<Self, LabError> {
        let conditioned = Conditioned::new(model, question)?;
        let chosen = conditioned.choose(watch)?;
        Ok(Self { conditioned, chosen })
    }

    /// The chances behind the history in this place.
    ///
    /// # Errors
    /// A place beyond the last.
    pub(crate) fn one(&self, place: u64) -> Result<Chances, LabError> {
        let lineage = self.lineage(place)?;
        let mut chances = self.conditioned.chances(std::slice::from_ref(lineage))?;
        Ok(chances.pop().unwrap_or_else(|| Chances::of(lineage.clone())))
    }

    /// What happens in the history in this place.
    ///
    /// # Errors
    /// A place beyond the last.
    pub(crate) fn deeds(&self, place: u64) -> Result<Vec<Deed>, LabError> {
        let lineage = self.lineage(place)?;
        let mut sheaf = self.conditioned.again(std::slice::from_ref(lineage), Wanted::One)?.0;
        Ok(sheaf.deeds.pop().unwrap_or_default())
    }

    fn lineage(&self, place: u64) -> Result<&Lineage, LabError> {
        self.chosen.lineages.get(place as usize).ok_or_else(|| {
            let last = self.chosen.lineages.len().saturating_sub(1);
            let what = format!("histories that follow the record are numbered 0 to {last} here");
            LabError::Question(what)
        })
    }
}
