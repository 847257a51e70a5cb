//! Which of the deeds that were needed are weighed over many histories: those with the most effect.

use detente_engine::Program;
use detente_model::{Model, Week};

use super::answer::{LeftOut, Necessity, Without};
use super::causes::{Tried, is_omission};
use super::necessity::necessity;
use super::origins::deed_of;
use super::subject::Subject;
use crate::LabError;
use crate::question::{Question, Watch};

/// For how many deeds necessity and sufficiency are asked.
const WEIGHED: usize = 3;
/// Over how many histories the effect of each is looked at first.
const SCREENED: u64 = 192;

/// What was weighed, and what was not.
#[derive(Default)]
pub(super) struct Weighed {
    /// Those with the most effect, the greatest first.
    pub(super) told: Vec<Necessity>,
    /// The others, the greatest first.
    pub(super) left_out: Vec<LeftOut>,
}

/// Necessity and sufficiency of the deeds without which it never came, save answers that leave things
/// as they are. Where they are many, the effect of each is looked at over fewer histories first: the
/// share of all in which it comes with the deed and not without.
pub(super) fn weighed(
    model: &Model,
    program: &Program,
    question: Option<&Question>,
    subject: Subject,
    tried: &[Tried],
    watch: &Watch<'_>,
) -> Result<Weighed, LabError> {
    let needed = tried.iter().filter(|own| {
        own.without == Some(Without::Never) && !is_omission(model, own.candidate.subject)
    });
    let mut causes: Vec<(Subject, Week)> =
        needed.map(|own| (own.candidate.subject, own.candidate.week)).collect();
    let Some(question) = question.filter(|_| !causes.is_empty()) else {
        return Ok(Weighed::default());
    };
    let mut left_out = Vec::new();
    if causes.len() > WEIGHED {
        let histories = question.histories.min(SCREENED);
        let few = Question { histories, ..question.clone() };
        let (seen, _) = necessity(model, program, &few, subject, &causes, watch)?;
        let mut ranked: Vec<((Subject, Week), f64)> =
            causes.into_iter().zip(seen.iter().map(|own| own.both.value)).collect();
        ranked.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        for ((cause, week), both) in ranked.split_off(WEIGHED) {
            left_out.push(LeftOut { deed: deed_of(model, cause, week), both, of: histories });
        }
        causes = ranked.into_iter().map(|(cause, _)| cause).collect();
    }
    let (mut told, _) = necessity(model, program, question, subject, &causes, watch)?;
    told.sort_by(|a, b| b.both.value.total_cmp(&a.both.value));
    Ok(Weighed { told, left_out })
}
