//! Answers given the record: the tallies of free histories, with errors that know how few histories
//! stand behind the copies.

use detente_engine::Chances;
use detente_model::Model;

use super::again::Wanted;
use super::conditioned::Conditioned;
use super::families::Families;
use super::followers::Followers;
use super::islands::ISLAND;
use crate::LabError;
use crate::answer::Ensemble;
use crate::bundle::{Bundle, Keeping, Kept};
use crate::compare::{Comparison, Pairs};
use crate::ensemble::answer_of;
use crate::history::{History, history_of};
use crate::question::{Followed, Question, Watch};
use crate::tally::Tally;

/// Runs an ensemble of histories that follow the record. With interventions, of those histories changed.
///
/// # Errors
/// As [`crate::ensemble()`]; [`LabError::Impossible`] if no history can follow the record.
pub(crate) fn ensemble(
    model: &Model,
    question: &Question,
    keep: Option<&Bundle>,
    watch: &Watch<'_>,
) -> Result<(Ensemble, Option<Kept>), LabError> {
    let conditioned = Conditioned::new(model, question)?;
    let layout = &conditioned.layout;
    let begun = |bundle| Keeping::begin(bundle, model, question, layout);
    let mut keeping = keep.map(begun).transpose()?;
    let chosen = conditioned.choose(watch)?;
    let mut tally = Tally::new(model, &layout.outcomes, &layout.followed);
    let mut families = Families::default();
    conditioned.run(&chosen, Wanted::Changed, watch, |lineages, sheaf, _| {
        tally.add(model, &sheaf);
        for (lane, lineage) in lineages.iter().enumerate() {
            families.add(lineage.first(), 1.0, &conditioned.told(&sheaf, lane));
        }
        if let Some(keeping) = &mut keeping {
            keeping.add(model, &sheaf, None)?;
            keeping.add_lineages(sheaf.first, lineages)?;
        }
        Ok(())
    })?;
    let mut answer = answer_of(model, question, layout, &tally);
    conditioned.put_errors(&mut answer, &families);
    conditioned.say(&mut answer.asked, &chosen, &families);
    let whole = repeatable(keeping, tally.histories, question);
    let kept = whole.map(|keeping| keeping.end_ensemble(model, question, &answer)).transpose()?;
    Ok((answer, kept.flatten()))
}

/// One of the 1,024 histories of an ensemble that follows the record, by its place among them,
/// and the chances behind it.
///
/// # Errors
/// As [`ensemble()`]; a number beyond the last.
pub(crate) fn history(
    model: &Model,
    question: &Question,
    number: u64,
) -> Result<(History, Chances), LabError> {
    let series = Followed::These(Vec::new());
    let all = Question { first: 0, histories: ISLAND, series, ..question.clone() };
    let followers = Followers::choose(model, &all, &Watch::default())?;
    let told = history_of(model, &all, &followers.deeds(number)?);
    Ok((History { history: number, ..told }, followers.one(number)?))
}

/// Compares histories that follow the record with the same ones changed.
///
/// # Errors
/// As [`ensemble`].
pub(crate) fn compare(
    model: &Model,
    question: &Question,
    keep: Option<&Bundle>,
    watch: &Watch<'_>,
) -> Result<(Comparison, Option<Kept>), LabError> {
    let conditioned = Conditioned::new(model, question)?;
    let layout = &conditioned.layout;
    let begun = |bundle| Keeping::begin(bundle, model, question, layout);
    let mut keeping = keep.map(begun).transpose()?;
    let chosen = conditioned.choose(watch)?;
    let mut pairs = Pairs::new(model, layout);
    let [mut as_it_was, mut changed, mut difference] = [const { Families::EMPTY }; 3];
    conditioned.run(&chosen, Wanted::All, watch, |lineages, baseline, what_if| {
        // Nothing to change is a change that changes nothing.
        let what_if = what_if.unwrap_or_else(|| baseline.clone());
        pairs.add(model, &baseline, &what_if);
        for (lane, lineage) in lineages.iter().enumerate() {
            let [one, other] = [&baseline, &what_if].map(|sheaf| conditioned.told(sheaf, lane));
            let apart: Vec<f64> = other.iter().zip(&one).map(|(other, one)| other - one).collect();
            as_it_was.add(lineage.first(), 1.0, &one);
            changed.add(lineage.first(), 1.0, &other);
            difference.add(lineage.first(), 1.0, &apart);
        }
        if let Some(keeping) = &mut keeping {
            keeping.add(model, &baseline, Some(&what_if))?;
            keeping.add_lineages(baseline.first, lineages)?;
        }
        Ok(())
    })?;
    let mut answer = pairs.answer(model, question, layout);
    conditioned.put_errors(&mut answer.baseline, &as_it_was);
    conditioned.put_errors(&mut answer.what_if, &changed);
    conditioned.put_differences(&mut answer, &difference);
    conditioned.say(&mut answer.asked, &chosen, &difference);
    (answer.baseline.asked.conditioning, answer.what_if.asked.conditioning) =
        (answer.asked.conditioning.clone(), answer.asked.conditioning.clone());
    let whole = repeatable(keeping, answer.asked.histories, question);
    let kept = whole.map(|keeping| keeping.end_comparison(model, question, &answer)).transpose()?;
    Ok((answer, kept.flatten()))
}

/// What is being kept, if the run is whole. Which histories are chosen hangs on how many are asked for,
/// so a run that was stopped could not be repeated from its manifest: nothing is kept of it.
fn repeatable(keeping: Option<Keeping>, finished: u64, question: &Question) -> Option<Keeping> {
    keeping.filter(|_| finished == question.histories)
}
