//! Why not: what did not happen in one history, how near it came, what stood in its way week by week,
//! and the smallest single change that turns it.

use detente_model::Model;

use super::answer_not::WhyNot;
use super::behind::behind;
use super::reasons::parts_of;
use super::standing::{Status, chance_of, nearest, obstacles, status};
use super::subject::{Subject, option_name};
use super::turn::turns;
use super::world::Watched;
use super::{Asking, Which, many, plain_program, replay};
use crate::LabError;
use crate::answer::Asked;
use crate::ensemble::Pieces;
use crate::question::{Question, Watch};
use crate::recorded::dates_of;

/// Why something did not happen in one history of a question.
///
/// # Errors
/// What did happen there; a question that cannot be asked; a run that stops.
pub fn why_not(
    model: &Model,
    question: &Question,
    asking: &Asking,
    watch: &Watch<'_>,
) -> Result<WhyNot, LabError> {
    question.check()?;
    super::from_the_start(question)?;
    let subject = asking.subject;
    let plain = plain_program(model, question)?;
    let history = match asking.which {
        Which::Number(number) => number,
        Which::First => first_without(model, question, &plain, subject)?,
    };
    let watched = Watched::of(model, question)?;
    let past = watched.run(question.seed, history, plain.weeks(), None)?;
    let meant =
        |deed: &&crate::sheaf::Deed| deed.target == subject.target && deed.answer == subject.answer;
    if let Some(first) = past.deeds.iter().find(meant) {
        return Err(LabError::Question(format!(
            "{} in history {history}, first in the week of {}: ask `detente why \"{}\" --history \
             {history}`, or leave out --history for the first history without it",
            super::comes(subject, "is given", "happens"),
            crate::report::words::date(model.calendar.monday(first.week)),
            subject.name(model)
        )));
    }
    let parts = parts_of(model, subject);
    let statuses: Vec<Status> =
        (0..plain.weeks()).map(|week| status(model, &past, subject, &parts, week)).collect();
    let (turns, tried) = turns(model, question, &plain, &past, (history, subject), watch)?;
    Ok(WhyNot {
        asked: Asked::new(model, question, 1),
        history,
        id: model.full_name(subject.target).to_owned(),
        option: option_name(model, subject),
        says: subject.says(model),
        recorded: dates_of(model, subject.target, subject.answer)
            .iter()
            .map(ToString::to_string)
            .collect(),
        weeks_open: statuses.iter().filter(|own| own.is_open()).count(),
        chance: subject.answer.is_none().then(|| chance_of(&statuses)),
        nearest: nearest(model, &statuses),
        obstacles: obstacles(model, &past, subject, &parts, &statuses),
        behind: behind(model, &past, subject, &statuses),
        turns,
        tried,
        over_many: match asking.histories {
            0 => None,
            histories => {
                let asked = Question { histories, ..question.clone() };
                asked.check()?;
                Some(many::over_many(model, &asked, subject, &parts, watch)?)
            }
        },
    })
}

/// The first history of the question's seed in which something never comes.
fn first_without(
    model: &Model,
    question: &Question,
    program: &detente_engine::Program,
    subject: Subject,
) -> Result<u64, LabError> {
    let asked = Question { histories: super::SEARCHED, ..question.clone() };
    let pieces = Pieces::of(&asked, detente_engine::Machine::best());
    for piece in 0..pieces.count {
        let ids = pieces.ids(piece);
        let courses = replay::abreast(program, question.seed, &ids, subject, &Default::default())?;
        if let Some(lane) = courses.iter().position(|own| own.first(subject).is_none()) {
            return Ok(ids[lane]);
        }
    }
    Err(LabError::Question(format!(
        "{} in every one of the first {} histories of seed {}: ask `detente why \"{}\"`",
        super::comes(subject, "it is given", "it happens"),
        crate::report::words::count(super::SEARCHED),
        question.seed,
        subject.name(model)
    )))
}
