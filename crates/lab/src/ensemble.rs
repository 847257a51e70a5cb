//! An ensemble: what happens, how often and when, over many histories that stream.

use detente_engine::Machine;
use detente_model::Model;

use crate::LabError;
use crate::answer::{
    Asked, Ensemble, choice_answer, event_answer, met_answers, outcome_answer, series_answer,
};
use crate::bundle::{Bundle, Keeping, Kept};
use crate::counted::Places;
use crate::guided::{self, Given};
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Parameters, Progress, Question, Watch};
use crate::sheaf::{Arm, Noting};
use crate::tally::Tally;

/// Runs an ensemble. Memory does not grow with the number of histories, and the answer is the same
/// for any number of threads.
///
/// With `keep`, tables and report are written beside it. When the watch stops the run, the answer
/// holds what is finished, and is kept as the answer for that many histories; nothing is kept if
/// none is finished.
///
/// # Errors
/// A question that cannot be asked, a run that stops, a folder that cannot be written. Then nothing
/// lies under the final name. Given the record: [`LabError::Impossible`] if no history can follow it.
pub fn ensemble(
    model: &Model,
    question: &Question,
    keep: Option<&Bundle>,
    watch: &Watch<'_>,
) -> Result<(Ensemble, Option<Kept>), LabError> {
    question.check()?;
    if question.given != Given::FromTheStart {
        return guided::ensemble(model, question, keep, watch);
    }
    let layout = Layout::of(model, question);
    let noting = match keep {
        Some(_) => Noting::Deeds,
        None => Noting::Counts(Places::of(model)),
    };
    let arm = Arm { noting, ..layout.arm(model, question)? };
    let begun = |bundle| Keeping::begin(bundle, model, question, &layout);
    let mut keeping = keep.map(begun).transpose()?;
    let mut tally = Tally::new(model, &layout.outcomes, &layout.followed);
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| arm.run(question.seed, &pieces.ids(piece), machine),
        |sheaf| {
            if let Some(keeping) = &mut keeping {
                keeping.add(model, &sheaf, None)?;
            }
            arm.take_back(tally.take(model, sheaf));
            tell(watch, tally.histories, question);
            Ok(())
        },
    )?;
    tally.settle();
    let answered = question.of_the_first(tally.histories);
    let mut answer = answer_of(model, &answered, &layout, &tally);
    if question.parameters != Parameters::AsWritten {
        let spreads = crate::doubt::spreads(model, question, &layout)?;
        for (outcome, spread) in answer.outcomes.iter_mut().zip(spreads) {
            outcome.spread = spread;
        }
    }
    let kept =
        keeping.map(|keeping| keeping.end_ensemble(model, &answered, &answer)).transpose()?;
    answer.asked.histories_asked = question.histories;
    Ok((answer, kept.flatten()))
}

/// The answer a tally gives.
pub(crate) fn answer_of(
    model: &Model,
    question: &Question,
    layout: &Layout,
    tally: &Tally,
) -> Ensemble {
    let outcomes = layout.outcomes.iter().zip(&tally.outcomes);
    Ensemble {
        asked: Asked::new(model, question, tally.histories),
        outcomes: outcomes.map(|(target, one)| outcome_answer(model, *target, one)).collect(),
        events: tally.events.iter().map(|one| event_answer(model, one)).collect(),
        choices: tally.choices.iter().map(|one| choice_answer(model, one)).collect(),
        series: tally.series.iter().map(|one| series_answer(model, one)).collect(),
        met: met_answers(model, tally),
    }
}

/// Tells the watcher how far the run has come.
pub(crate) fn tell(watch: &Watch<'_>, finished: u64, question: &Question) {
    if let Some(progress) = watch.progress {
        progress(Progress { finished, of: question.histories });
    }
}
