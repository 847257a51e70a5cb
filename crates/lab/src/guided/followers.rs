//! Histories that follow the record, each as the chances behind it: run again on them, told nothing, it
//! is the same history, and what is changed in it meets the same chance.

use detente_engine::{Chances, Lineage};
use detente_model::Model;

use super::Conditioning;
use super::conditioned::Conditioned;
use super::selection::Selection;
use crate::LabError;
use crate::question::{Question, Watch};
use crate::sheaf::Deed;

/// The histories of a question that follow the record.
pub(crate) struct Followers<'a> {
    conditioned: Conditioned<'a>,
    chosen: Selection,
    blocks: Vec<Vec<(Lineage, usize)>>,
}

/// Some of them, which go abreast.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Abreast {
    /// The chances behind them.
    pub(crate) chances: Chances,
    /// For how many of the histories asked for each stands.
    pub(crate) times: Vec<u64>,
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
        let blocks = conditioned.blocks(&chosen);
        Ok(Self { conditioned, chosen, blocks })
    }

    /// How many blocks of them go abreast.
    pub(crate) fn blocks(&self) -> u64 {
        self.blocks.len() as u64
    }

    /// The histories of a block, in order of place.
    pub(crate) fn block(&self, number: u64) -> Result<Abreast, LabError> {
        let block = &self.blocks[number as usize];
        let lineages: Vec<Lineage> = block.iter().map(|(one, _)| one.clone()).collect();
        let chances = self.conditioned.chances(&lineages)?;
        Ok(Abreast { chances, times: block.iter().map(|(_, times)| *times as u64).collect() })
    }

    /// The place of a block's first history.
    pub(crate) fn place(&self, number: u64) -> u64 {
        let before = self.blocks[..number as usize].iter().flatten();
        before.map(|(_, times)| *times as u64).sum()
    }

    /// The chances behind the history in this place.
    ///
    /// # Errors
    /// A place beyond the last.
    pub(crate) fn one(&self, place: u64) -> Result<Chances, LabError> {
        self.conditioned.chances(std::slice::from_ref(self.lineage(place)?))
    }

    /// What happens in the history in this place.
    ///
    /// # Errors
    /// A place beyond the last.
    pub(crate) fn deeds(&self, place: u64) -> Result<Vec<Deed>, LabError> {
        let lineage = self.lineage(place)?;
        let mut sheaf = self.conditioned.again(std::slice::from_ref(lineage))?;
        Ok(sheaf.deeds.pop().unwrap_or_default())
    }

    fn lineage(&self, place: u64) -> Result<&Lineage, LabError> {
        self.chosen.lineages.get(place as usize).ok_or_else(|| {
            let last = self.chosen.lineages.len().saturating_sub(1);
            let what = format!("histories that follow the record are numbered 0 to {last} here");
            LabError::Question(what)
        })
    }

    /// How much they can tell, so many families of them being left.
    pub(crate) fn conditioning(&self, families: usize) -> Conditioning {
        let (islands, histories) = (self.chosen.islands, self.conditioned.question.histories);
        Conditioning::of(&self.chosen, families, islands, histories)
    }
}
