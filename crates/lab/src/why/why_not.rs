//! Why not: what did not happen in one history, how near it came, what stood in its way week by week,
//! and the smallest single change that turns it.

use detente_engine::Part;
use detente_model::{MemberIndex, Model};

use super::answer_not::WhyNot;
use super::behind::behind;
use super::histories::{among_in_words, open_from};
use super::many::OverMany;
use super::reasons::parts_of;
use super::replay::{Again, Course};
use super::standing::{Status, chance_of, nearest, obstacles, open_weeks, status};
use super::subject::{Subject, option_name};
use super::turn::turns;
use super::world::Watched;
use super::{Asking, histories, many, plain_program};
use crate::answer::Asked;
use crate::question::{Question, Watch};
use crate::recorded::dates_of;
use crate::{Conditioning, LabError};

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
    let subject = asking.subject;
    let from = open_from(question.given, &model.calendar);
    let plain = plain_program(model, question)?;
    let is_without = |own: &Course| own.first(subject).is_none();
    let Some((history, chances)) =
        histories::meant(model, question, &plain, asking, is_without, watch)?
    else {
        return Err(LabError::Question(everywhere(model, question, subject)));
    };
    let watched = Watched::of(model, question)?;
    let past = watched.run(question.seed, &chances, plain.weeks())?;
    let meant = |deed: &&crate::sheaf::Deed| {
        deed.target == subject.target && deed.answer == subject.answer && deed.week >= from
    };
    if let Some(first) = past.deeds.iter().find(meant) {
        return Err(LabError::Question(format!(
            "\"{name}\" {} in history {history}, first in the week of {}: ask `detente why \"{name}\"{} \
             --history {history}`, or leave out --history for the first history without it",
            super::comes(subject, "is given", "happens"),
            crate::report::words::date(model.calendar.monday(first.week)),
            question.given.typed(&model.calendar),
            name = subject.name(model),
        )));
    }
    let parts = parts_of(model, subject);
    let statuses: Vec<Status> =
        (from..plain.weeks()).map(|week| status(model, &past, subject, &parts, week)).collect();
    let again = Again {
        program: &plain,
        seed: question.seed,
        chances: &chances,
        subject,
        week: plain.weeks(),
        from,
        deeds: &past.deeds,
        threads: question.threads(),
    };
    let (turns, tried) = turns(model, question, &again, &past, watch)?;
    let (over_many, conditioning) = over_many(model, question, asking, &parts, watch)?;
    Ok(WhyNot {
        asked: Asked { conditioning, ..Asked::new(model, question, 1) },
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
        nearest: nearest(model, (from, &statuses)),
        open_weeks: open_weeks(model, (from, &statuses)),
        obstacles: obstacles(model, &past, subject, &parts, (from, &statuses)),
        behind: behind(model, &past, subject, (from, &statuses)),
        turns,
        tried,
        over_many,
    })
}

/// The same over many histories, and how much they can tell.
fn over_many(
    model: &Model,
    question: &Question,
    asking: &Asking,
    parts: &[(Part, Vec<MemberIndex>)],
    watch: &Watch<'_>,
) -> Result<(Option<OverMany>, Option<Conditioning>), LabError> {
    let Some(asked) = super::over_many(question, asking)? else { return Ok((None, None)) };
    let (told, conditioning) = many::over_many(model, &asked, asking.subject, parts, watch)?;
    Ok((Some(told), conditioning))
}

fn everywhere(model: &Model, question: &Question, subject: Subject) -> String {
    format!(
        "\"{name}\" {} in every one {}: ask `detente why \"{name}\"{}`",
        super::comes(subject, "is given", "happens"),
        among_in_words(question),
        question.given.typed(&model.calendar),
        name = subject.name(model),
    )
}
