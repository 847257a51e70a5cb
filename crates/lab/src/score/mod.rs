//! Scores: how well free histories foretell what the record settles, beside models too dull to be
//! wrong in an interesting way.
//!
//! The record is split into the questions that it settles ([`settled`]), histories are asked the
//! same ([`forecast`]), and each forecast is held against the answer by proper rules ([`rules`]).
//! What is held out is scored only when it is asked for, and that it was is written down first.

mod answer;
mod calibration;
mod dull;
mod forecast;
pub mod isotonic;
mod parts;
mod resample;
pub mod rules;
mod scorer;
mod settled;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod versus;

pub use crate::report::score_report;
pub use answer::{Beside, EntryScore, PartScore, Rule, RuleScore, Score, SortScore};
pub use calibration::{Band, Coverage, Places, Reliability};
pub use dull::Dull;
pub use parts::Part;
pub use scorer::Scores;
pub use settled::Sort;
pub use versus::{EntryVersus, RuleVersus, Versus};

use detente_model::{Date, Model};
use detente_scenario::reading::Source;

use crate::LabError;
use crate::answer::Asked;
use crate::openings::{Openings, open_seal, write_found};
use crate::question::{Question, Watch};
use dull::Fitted;
use forecast::{Answer, Forecast, Forecasts, forecasts, of_the_record};
use parts::tied_in;
use scorer::Scorer;
use settled::{Asks, Settled, settled};
use summary::part_score;

/// Which parts of the record are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The fitting part only; nothing is said of what is held out but how much there is.
    Fit,
    /// Both; on this day it was opened.
    Opened(Date),
}

/// A version of a scenario, and the question asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// Where its files lie, and its log of openings.
    pub source: &'a Source,
    /// The model.
    pub model: &'a Model,
    /// Of which histories.
    pub question: &'a Question,
}

/// What is opened, in the log of openings.
const OPENED: &str = "record, held out";

/// Scores a question's histories against the record.
///
/// What is held out is scored only where that was asked for; that it was is written into the
/// scenario's log of openings before anything is run, and the scores after. When the watch stops the
/// run, the answer holds what is finished.
///
/// # Errors
/// A question that cannot be asked, a run that stops, a record that settles nothing, a log of
/// openings that cannot be read or written.
pub fn score(version: &Version<'_>, shown: Shown, watch: &Watch<'_>) -> Result<Score, LabError> {
    let openings = break_seal(version, shown)?;
    let graded = graded(version, shown, watch)?;
    let mut score = answer(version, shown, &graded);
    score.openings_before = openings;
    write_down(version, shown, &score)?;
    Ok(score)
}

/// Scores two versions of a scenario with the same dice, and holds one against the other on the
/// questions that both settle alike.
///
/// # Errors
/// As [`score`].
pub fn score_against(
    version: &Version<'_>,
    other: &Version<'_>,
    shown: Shown,
    watch: &Watch<'_>,
) -> Result<Score, LabError> {
    let openings = break_seal(version, shown)?;
    if other.source != version.source {
        break_seal(other, shown)?;
    }
    let own = graded(version, shown, watch)?;
    let rival = graded(other, shown, watch)?;
    let mut score = answer(version, shown, &own);
    score.openings_before = openings;
    score.against = Some(versus::versus(other, &own, &rival));
    write_down(version, shown, &score)?;
    if other.source != version.source {
        write_down(other, shown, &answer(other, shown, &rival))?;
    }
    Ok(score)
}

/// Writes down that the held-out record is about to be scored; gives how often it, or a claim, was
/// opened before.
fn break_seal(version: &Version<'_>, shown: Shown) -> Result<u64, LabError> {
    let model = version.model;
    match shown {
        Shown::Fit => Ok(Openings::read(version.source)?.count() as u64),
        Shown::Opened(_) if settled(model, Part::HeldOut).is_empty() => {
            let what = format!("nothing of the record of {} is held out", model.name);
            Err(LabError::Question(what))
        }
        Shown::Opened(date) => Ok(open_seal(version.source, date, &model.digest, OPENED)? as u64),
    }
}

/// Writes down what came of an opening: the mean scores of the held-out part.
fn write_down(version: &Version<'_>, shown: Shown, score: &Score) -> Result<(), LabError> {
    let Shown::Opened(date) = shown else { return Ok(()) };
    let sorts = score.parts.iter().filter(|part| part.part == Part::HeldOut);
    let rules = sorts.flat_map(|part| &part.sorts).flat_map(|sort| {
        let word = |rule: &RuleScore| {
            format!("{:?} {:?} {:.4}", sort.sort, rule.rule, rule.score).to_lowercase()
        };
        sort.rules.iter().map(word)
    });
    let found = rules.collect::<Vec<_>>().join(", ");
    write_found(version.source, date, &version.model.digest, OPENED, &found)
}

/// One part of the record with everything that is held against it.
pub(crate) struct Graded {
    pub(crate) part: Part,
    pub(crate) settled: Vec<Settled>,
    pub(crate) scorers: Vec<Scorer>,
    pub(crate) record: Vec<Answer>,
    pub(crate) forecasts: Forecasts,
}

impl Graded {
    /// The scores of each question.
    pub(crate) fn scores(&self) -> Vec<Scores> {
        self.scorers.iter().zip(&self.record).map(|(scorer, own)| scorer.scores(*own)).collect()
    }
}

fn graded(version: &Version<'_>, shown: Shown, watch: &Watch<'_>) -> Result<Vec<Graded>, LabError> {
    let model = version.model;
    let parts: &[Part] = match shown {
        Shown::Fit => &[Part::Fit],
        Shown::Opened(_) => &[Part::Fit, Part::HeldOut],
    };
    let lists: Vec<Vec<Settled>> = parts.iter().map(|part| settled(model, *part)).collect();
    let whole = lists.concat();
    if whole.is_empty() {
        let what = "the record settles nothing that can be scored: tie entries to the model with \
                    `is`, and say what the record covers";
        return Err(LabError::Question(what.to_owned()));
    }
    let Forecasts { histories, made, own } = forecasts(model, version.question, &whole, watch)?;
    let mut graded = Vec::new();
    let mut first = 0;
    for (part, list) in parts.iter().zip(lists) {
        let range = first..first + list.len();
        first = range.end;
        let made: Vec<Forecast> = made[range.clone()].to_vec();
        let scorer = |(one, forecast): (&Settled, &Forecast)| {
            let error = match one.asks {
                Asks::HowMuch { level } => model.record.levels[level].error,
                _ => 0.0,
            };
            Scorer::of(forecast, &model.calendar, error)
        };
        graded.push(Graded {
            part: *part,
            scorers: list.iter().zip(&made).map(scorer).collect(),
            record: list.iter().map(|one| of_the_record(model, one)).collect(),
            settled: list,
            forecasts: Forecasts {
                histories,
                made,
                own: own.iter().map(|answers| answers[range.clone()].to_vec()).collect(),
            },
        });
    }
    Ok(graded)
}

fn answer(version: &Version<'_>, shown: Shown, graded: &[Graded]) -> Score {
    let model = version.model;
    let fitted = Fitted::new(model);
    let histories = graded.first().map_or(0, |part| part.forecasts.histories);
    Score {
        asked: Asked::new(model, version.question, histories),
        parts: graded.iter().map(|part| part_score(model, &fitted, part)).collect(),
        sealed: match shown {
            Shown::Fit => tied_in(model, Part::HeldOut),
            Shown::Opened(_) => 0,
        },
        openings_before: 0,
        pooled_hazard: fitted.hazard_of_all(),
        against: None,
    }
}
