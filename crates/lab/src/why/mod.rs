//! Why and why not: the reasons of what happened in one history, where they came from and what it hung
//! on; what stood in the way of what did not; and the history nearest to the record.

mod answer;
mod answer_not;
mod behind;
mod causes;
mod formula;
mod graph;
mod lack;
mod many;
mod nearest;
mod necessity;
mod origins;
mod reasons;
mod replay;
mod standing;
mod subject;
mod telling;
mod telling_causes;
mod telling_not;
mod telling_origins;
#[cfg(test)]
mod tests;
mod together;
#[cfg(test)]
mod toys;
mod turn;
mod usual;
mod why_not;
mod world;

use detente_engine::{Machine, Program, Setup, compile};
use detente_model::{Kind, Model};

pub use answer::{
    Assumption, Came, Cause, Condition, Contrast, Deed, Mover, Necessity, OpenAnswer, Origin, Role,
    Share, Through, Together, Why, Without,
};
pub use answer_not::{Behind, Lack, Nearest, Standing, Stretch, WhyNot};
pub use graph::why_graph;
pub(crate) use graph::{Graph, Layer, Node};
pub use many::{OverMany, PartOverMany};
pub use nearest::{EntryHeld, MOST_WEEKS, NearestToRecord, nearest_in_words, nearest_to_record};
pub use subject::Subject;
pub(crate) use telling::telling;
pub use telling::why_in_words;
pub use telling_not::why_not_in_words;
pub use turn::{Changed, Turn};
pub use why_not::why_not;

use crate::LabError;
use crate::answer::Asked;
use crate::ensemble::{Pieces, doubt_of};
use crate::in_order::in_order;
use crate::question::{Question, Stop, Watch};
use crate::recorded::dates_of;
use crate::references::references_for;
use causes::Tried;
use origins::{Tracing, quantities_behind};
use replay::Again;
use usual::UsualThen;
use world::{Moment, Past, Watched};

/// How many histories are searched for the first in which something happens.
const SEARCHED: u64 = 10_000;
/// For how many causes necessity and sufficiency are asked.
const WEIGHED: usize = 3;

/// Which history is meant.
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
    from_the_start(question)?;
    let subject = asking.subject;
    let plain = plain_program(model, question)?;
    let history = match asking.which {
        Which::Number(number) => number,
        Which::First => first_with(model, question, &plain, subject)?,
    };
    let watched = Watched::of(model, question)?;
    let whole = watched.run(question.seed, history, plain.weeks(), None)?;
    let meant =
        |deed: &&crate::sheaf::Deed| deed.target == subject.target && deed.answer == subject.answer;
    let Some(first) = whole.deeds.iter().find(meant) else {
        return Err(LabError::Question(never_there(model, subject, history)));
    };
    let at = Moment { week: first.week, round: subject.round(model) };
    let again = Again {
        program: &plain,
        seed: question.seed,
        history,
        subject,
        week: first.week,
        deeds: &whole.deeds,
        threads: question.threads(),
    };
    let candidates = causes::candidates(model, &whole.deeds, subject, at);
    let tried = causes::try_each(model, &again, &candidates, &watch.stop)?;
    let causes = causes::causes(model, &again, &watched, &whole, &tried)?;
    let together = together::together(model, &again, &tried, &watch.stop)?;
    let usual = usual_behind(model, question, &whole, subject, at)?;
    let tracing = Tracing { model, past: &whole, at, usual: &usual };
    let (came, reasons) = reasons_of(&tracing, subject);
    let necessity = weighed(model, &plain, question, asking, &tried, watch)?;
    Ok(Why {
        asked: Asked::new(model, question, 1),
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
        necessity,
    })
}

/// Refuses histories that follow the record.
fn from_the_start(question: &Question) -> Result<(), LabError> {
    if question.given == crate::Given::FromTheStart {
        return Ok(());
    }
    let what = "reasons are told of histories from the start, not of those that follow the record; \
                leave out --after and --hindsight";
    Err(LabError::Question(what.to_owned()))
}

/// The question's program, which keeps nothing but outcomes.
fn plain_program(model: &Model, question: &Question) -> Result<Program, LabError> {
    let holding = question.holding(model);
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: doubt_of(model, question.parameters)?,
        ..Setup::default()
    };
    Ok(compile(model, &setup)?)
}

/// The first history of the question's seed in which something comes.
fn first_with(
    model: &Model,
    question: &Question,
    program: &Program,
    subject: Subject,
) -> Result<u64, LabError> {
    let asked = Question { histories: SEARCHED, ..question.clone() };
    let pieces = Pieces::of(&asked, Machine::best());
    let mut found = None;
    let stop = Stop::default();
    in_order(
        pieces.count,
        question.threads(),
        &stop,
        |piece| {
            let ids = pieces.ids(piece);
            let courses =
                replay::abreast(program, question.seed, &ids, subject, &Default::default())?;
            let first = courses.iter().position(|own| own.first(subject).is_some());
            Ok::<_, LabError>(first.map(|lane| ids[lane]))
        },
        |first| {
            if let (None, Some(number)) = (found, first) {
                found = Some(number);
                stop.now();
            }
            Ok(())
        },
    )?;
    found.ok_or_else(|| {
        LabError::Question(format!(
            "{} in none of the first {} histories of seed {}: ask `detente why-not \"{}\"`",
            comes(subject, "is never the answer", "never happens"),
            crate::report::words::count(SEARCHED),
            question.seed,
            subject.name(model)
        ))
    })
}

fn never_there(model: &Model, subject: Subject, history: u64) -> String {
    format!(
        "{} {} in history {history}: ask `detente why-not \"{}\" --history {history}`, or leave out \
         --history for the first history in which it {}",
        subject.name(model),
        comes(subject, "is never the answer", "never happens"),
        subject.name(model),
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
    subject: Subject,
    at: Moment,
) -> Result<UsualThen, LabError> {
    let seen = reasons::decision_in(past, at, subject.target);
    let runner_up = seen.and_then(|own| own.runner_up);
    let formulas = reasons::formulas_of(model, subject, runner_up);
    let quantities = quantities_behind(model, past, at, &formulas);
    UsualThen::of(model, at.week, &quantities, question.threads())
}

fn reasons_of(tracing: &Tracing<'_>, subject: Subject) -> (Came, Vec<Contrast>) {
    match &tracing.model.element(subject.target.element).kind {
        Kind::Event(event) => tracing.event(event, subject),
        Kind::Decision(decision) => tracing.choice(decision, subject),
        _ => (Came::MadeSo, Vec::new()),
    }
}

/// Necessity and sufficiency of the deeds without which it never came.
fn weighed(
    model: &Model,
    program: &Program,
    question: &Question,
    asking: &Asking,
    tried: &[Tried],
    watch: &Watch<'_>,
) -> Result<Vec<Necessity>, LabError> {
    if asking.histories == 0 {
        return Ok(Vec::new());
    }
    let asked = Question { histories: asking.histories, ..question.clone() };
    asked.check()?;
    let needed = tried.iter().filter(|own| {
        own.without == Some(Without::Never) && !causes::is_omission(model, own.candidate.subject)
    });
    let weigh = |own: &Tried| {
        let cause = (own.candidate.subject, own.candidate.week);
        necessity::necessity(model, program, &asked, asking.subject, cause, watch)
    };
    needed.take(WEIGHED).map(weigh).collect()
}
