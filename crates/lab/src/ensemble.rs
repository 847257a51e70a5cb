//! An ensemble: what happens, how often and when, over many histories that stream.

use std::sync::Arc;

use detente_engine::{Doubt, Machine, Posterior, Question as AskedOf, Setup, compile};
use detente_model::{Intervention, Kind, Model, Target};

use crate::LabError;
use crate::answer::{
    Asked, Ensemble, choice_answer, event_answer, met_answers, outcome_answer, series_answer,
};
use crate::bundle::{Bundle, Keeping, Kept};
use crate::guided::{self, Given};
use crate::in_order::in_order;
use crate::question::{Followed, Parameters, Progress, Question, Watch};
use crate::sheaf::{Arm, Spare};
use crate::tally::{Tally, instances};
use crate::telling::telling;

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
    let arm = layout.arm(model, question)?;
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

/// Which outcomes and quantities a question is answered in.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Outcomes, in order of name, then of declaration.
    pub(crate) outcomes: Vec<Target>,
    /// Quantities followed by week.
    pub(crate) followed: Vec<Target>,
}

impl Layout {
    pub(crate) fn of(model: &Model, question: &Question) -> Self {
        let followed = match &question.series {
            Followed::Telling => telling(model),
            Followed::These(targets) => targets.clone(),
        };
        Self { outcomes: instances(model, |kind| matches!(kind, Kind::Outcome(_))), followed }
    }

    /// Compiles the arm in which the question's changes hold, beside its assumptions.
    pub(crate) fn arm(&self, model: &Model, question: &Question) -> Result<Arm, LabError> {
        self.arm_with(model, &question.holding(model), doubt_of(model, question.parameters)?)
    }

    /// Compiles one arm with its parameters taken so.
    pub(crate) fn arm_with(
        &self,
        model: &Model,
        interventions: &[Intervention],
        doubt: Doubt,
    ) -> Result<Arm, LabError> {
        let setup = Setup {
            interventions: interventions.to_vec(),
            doubt,
            references: crate::references::references_for(model, interventions)?,
            record: self.followed.clone(),
            ..Setup::default()
        };
        let program = compile(model, &setup)?;
        let slots = self.followed.iter().filter_map(|target| program.slot(*target)).collect();
        let questions = program.questions();
        let place =
            |outcome: &Target| questions.iter().position(|one| *one == AskedOf::Outcome(*outcome));
        let places = self.outcomes.iter().map(|outcome| place(outcome).unwrap_or(usize::MAX));
        let places = places.collect();
        Ok(Arm { program, slots, places, spare: Spare::default() })
    }
}

/// How the engine takes parameters that stand so.
///
/// # Errors
/// The posterior is wanted, and the model carries none.
pub(crate) fn doubt_of(model: &Model, parameters: Parameters) -> Result<Doubt, LabError> {
    Ok(match parameters {
        Parameters::AsWritten => Doubt::AtValues,
        Parameters::Uncertain => Doubt::Prior,
        Parameters::Posterior => Doubt::Posterior(Arc::new(posterior_rows(model)?)),
    })
}

/// The rows of the posterior that the model carries.
///
/// # Errors
/// It carries none.
pub(crate) fn posterior_rows(model: &Model) -> Result<Posterior, LabError> {
    let Some(posterior) = &model.posterior else {
        return Err(LabError::Question(format!(
            "{} carries no posterior that fits it; make one with `detente fit`, or draw from the \
             priors",
            model.name
        )));
    };
    Ok(Posterior { columns: posterior.columns.clone(), rows: posterior.rows.clone() })
}

/// How an ensemble is cut into blocks of histories that run abreast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pieces {
    first: u64,
    end: u64,
    width: u64,
    /// How many blocks.
    pub(crate) count: u64,
}

impl Pieces {
    pub(crate) fn of(question: &Question, machine: Machine) -> Self {
        let width = machine.width.lanes() as u64;
        let end = question.first + question.histories;
        Self { first: question.first, end, width, count: question.histories.div_ceil(width) }
    }

    /// The numbers of a block's histories.
    pub(crate) fn ids(&self, piece: u64) -> Vec<u64> {
        let from = self.first + piece * self.width;
        (from..(from + self.width).min(self.end)).collect()
    }
}
