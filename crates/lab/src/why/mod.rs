//! Why and why not: the reasons of what happened in one history, where they came from and what it hung
//! on; what stood in the way of what did not; and the history nearest to the record.

mod answer;
mod answer_not;
mod behind;
mod causes;
mod formula;
mod graph;
mod histories;
mod lack;
mod many;
#[cfg(test)]
mod many_tests;
mod nearest;
mod necessity;
mod observed;
mod origins;
mod reasons;
mod replay;
#[cfg(test)]
mod settlement_tests;
mod settlements;
mod standing;
mod stopped;
mod subject;
mod telling;
mod telling_causes;
mod telling_many;
mod telling_not;
mod telling_origins;
#[cfg(test)]
mod tests;
mod together;
#[cfg(test)]
mod toys;
mod turn;
mod usual;
mod usually;
mod weighing;
mod why_not;
mod world;

use detente_engine::{Program, Setup, compile};
use detente_model::{Kind, Model, Week};

pub use answer::{
    Assumption, Came, Cause, Condition, Contrast, Deed, LeftOut, Mover, Necessity, OpenAnswer,
    Origin, Role, Share, Through, Together, Why, Without,
};
pub use answer_not::{Behind, Lack, Nearest, OpenWeek, Standing, Stretch, WhyNot};
pub use graph::why_graph;
pub(crate) use graph::{Graph, Layer, Node};
pub use many::{Against, Hurdle, HurdleOverMany, OverMany};
pub use nearest::{EntryHeld, MOST_WEEKS, NearestToRecord, nearest_in_words, nearest_to_record};
pub use stopped::{HistoryStop, Input, MadeOf, Stopped, history_to_its_stop, stop_in_words};
pub use subject::Subject;
pub(crate) use telling::telling;
pub use telling::why_in_words;
pub(crate) use telling_many::hurdle_in_words;
pub use telling_not::why_not_in_words;
pub(crate) use telling_not::{lack_in_words, turn_in_words};
pub(crate) use telling_origins::bare;
pub use turn::{Changed, Turn};
pub use usually::{InMany, Usually};
pub use why_not::why_not;

use crate::LabError;
use crate::answer::Asked;
use crate::layout::doubt_of;
use crate::question::{Followed, Question, Watch};
use crate::recorded::dates_of;
use crate::references::references_for;
use histories::{among_in_words, open_from};
use origins::{Tracing, quantities_behind};
use replay::{Again, Course};
use usual::UsualThen;
use world::{Moment, Past, Watched};

/// Which history is meant, by its number; given the record, by its place among 1,024 that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The first one of the seed in which it happened, or for `why-not` did not.
    #[default]
    First,
    /// This one.
    Number(u64),
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    /// Of what.
    pub subject: Subject,
    /// In which history.
    pub which: Which,
    /// Over how many histories necessity and sufficiency are asked; 0 for none.
    pub histories: u64,
}

/// Why something happened in one history of a question.
///
/// # Errors
/// What did not happen there; a question that cannot be asked; a run that stops.
pub fn why(
    model: &Model,
    question: &Question,
    asking: &Asking,
    watch: &Watch<'_>,
) -> Result<Why, LabError> {
    question.check()?;
    let subject = asking.subject;
    let from = open_from(question.given, &model.calendar);
    let plain = plain_program(model, question)?;
    let comes = |own: &Course| own.first(subject).is_some();
    let Some((history, chances)) = histories::meant(model, question, &plain, asking, comes, watch)?
    else {
        return Err(LabError::Question(nowhere(model, question, subject)));
    };
    let watched = Watched::of(model, question)?;
    let whole = watched.run(question.seed, &chances, plain.weeks())?;
    let is_subject =
        |deed: &&crate::sheaf::Deed| deed.target == subject.target && deed.answer == subject.answer;
    let meant = |deed: &&crate::sheaf::Deed| is_subject(deed) && deed.week >= from;
    let Some(first) = whole.deeds.iter().find(meant) else {
        let before = whole.deeds.iter().find(is_subject).map(|deed| deed.week);
        return Err(LabError::Question(never_there(model, question, subject, (history, before))));
    };
    let at = Moment { week: first.week, round: subject.round(model) };
    let again = Again {
        program: &plain,
        seed: question.seed,
        chances: &chances,
        subject,
        week: first.week,
        from,
        deeds: &whole.deeds,
        threads: question.threads(),
    };
    let candidates = causes::candidates(model, &whole.deeds, (subject, from), at);
    let tried = causes::try_each(model, &again, &candidates, &watch.stop)?;
    let causes = causes::causes(model, &again, &watched, &whole, &tried)?;
    let together = together::together(model, &again, &tried, &watch.stop)?;
    let until = if asking.histories == 0 { 0 } else { plain.weeks() };
    let usual = usual_behind(model, question, &whole, (subject, until), at)?;
    let tracing = Tracing { model, past: &whole, at, usual: &usual };
    let (came, reasons) = reasons_of(&tracing, subject);
    let over = over_many(question, asking)?;
    let weighed = weighing::weighed(model, &plain, over.as_ref(), subject, &tried, watch)?;
    let (usually, conditioning) = match &over {
        Some(asked) => {
            let (told, conditioning) = usually::usually(model, asked, subject, &usual, watch)?;
            (Some(told), conditioning)
        }
        None => (None, None),
    };
    Ok(Why {
        asked: Asked { conditioning, ..Asked::new(model, question, 1) },
        history,
        what: origins::deed_of(model, subject, first.week),
        times: whole.deeds.iter().filter(meant).count(),
        recorded: dates_of(model, subject.target, subject.answer)
            .iter()
            .map(ToString::to_string)
            .collect(),
        usual_by_then: usual.share(subject),
        came,
        reasons,
        conditions: tracing.conditions(subject),
        causes,
        tried: tried.len(),
        together,
        necessity: weighed.told,
        not_weighed: weighed.left_out,
        usually,
    })
}

/// The question's program, which keeps nothing but outcomes.
fn plain_program(model: &Model, question: &Question) -> Result<Program, LabError> {
    let holding = question.holding_given(model)?;
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: doubt_of(model, question.parameters)?,
        ..Setup::default()
    };
    Ok(compile(model, &setup)?)
}

fn nowhere(model: &Model, question: &Question, subject: Subject) -> String {
    format!(
        "\"{name}\" {} in none {}: ask `detente why-not \"{name}\"{}`",
        comes(subject, "is given", "happens"),
        among_in_words(question),
        question.given.typed(&model.calendar),
        name = subject.name(model),
    )
}

/// What never came in a history, or only before the day.
fn never_there(
    model: &Model,
    question: &Question,
    subject: Subject,
    (history, before): (u64, Option<Week>),
) -> String {
    let name = subject.name(model);
    if let Some(week) = before {
        return format!(
            "\"{name}\" {} in history {history} only before the day up to which it follows the record, first \
             in the week of {}: ask in hindsight",
            comes(subject, "is given", "happens"),
            crate::report::words::date(model.calendar.monday(week)),
        );
    }
    format!(
        "\"{name}\" {} in history {history}: ask `detente why-not \"{name}\"{} --history {history}`, or leave \
         out --history for the first history in which it {}",
        comes(subject, "is never the answer", "never happens"),
        question.given.typed(&model.calendar),
        comes(subject, "is", "happens"),
    )
}

fn comes<'a>(subject: Subject, answer: &'a str, event: &'a str) -> &'a str {
    if subject.answer.is_some() { answer } else { event }
}

/// What is usual in the week, of every quantity that the reasons may be traced to.
fn usual_behind(
    model: &Model,
    question: &Question,
    past: &Past,
    (subject, until): (Subject, Week),
    at: Moment,
) -> Result<UsualThen, LabError> {
    let seen = reasons::decision_in(past, at, subject.target);
    let runner_up = seen.and_then(|own| own.runner_up);
    let formulas = reasons::formulas_of(model, subject, runner_up);
    let quantities = quantities_behind(model, past, at, &formulas);
    UsualThen::of(model, (subject.target, at.week), until, &quantities, question.threads())
}

fn reasons_of(tracing: &Tracing<'_>, subject: Subject) -> (Came, Vec<Contrast>) {
    match &tracing.model.element(subject.target.element).kind {
        Kind::Event(event) => tracing.event(event, subject),
        Kind::Decision(decision) => tracing.choice(decision, subject),
        _ => (Came::MadeSo, Vec::new()),
    }
}

/// The question over many histories, if it is asked.
fn over_many(question: &Question, asking: &Asking) -> Result<Option<Question>, LabError> {
    if asking.histories == 0 {
        return Ok(None);
    }
    let series = Followed::These(Vec::new());
    let asked = Question { histories: asking.histories, series, ..question.clone() };
    asked.check()?;
    Ok(Some(asked))
}
