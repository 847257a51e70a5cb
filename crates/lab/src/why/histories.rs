//! Of which histories it is asked: free ones by their number, or those that follow the record by their
//! place among them. Each is the chances behind it, so that all are run again in one way.

use detente_engine::{Chances, Lineage, Machine, Program};
use detente_model::{Calendar, Model, Week};

use super::replay::{Course, abreast};
use super::subject::Subject;
use super::{Asking, Which};
use crate::guided::{Abreast, Followers, Given, ISLAND};
use crate::in_order::in_order;
use crate::pieces::Pieces;
use crate::question::{Followed, Question, Stop, Watch};
use crate::report::words::count;
use crate::{Conditioning, LabError};

/// How many free histories are searched for the first in which something happens.
const SEARCHED: u64 = 10_000;

/// The histories of a question.
pub(super) enum Histories<'a> {
    Free(Pieces),
    Following(Box<Followers<'a>>),
}

/// The history that is asked about: its number, and the chances behind it. `None` if the first one of a
/// kind is meant and there is none.
pub(super) fn meant(
    model: &Model,
    question: &Question,
    program: &Program,
    asking: &Asking,
    wanted: impl Fn(&Course) -> bool + Sync,
    watch: &Watch<'_>,
) -> Result<Option<(u64, Chances)>, LabError> {
    let among = among(question);
    let all = Histories::of(model, &among, watch)?;
    let of = (asking.subject, open_from(question.given, &model.calendar));
    let number = match asking.which {
        Which::Number(number) => Some(number),
        Which::First => all.first(program, question, of, wanted)?,
    };
    number.map(|number| Ok((number, all.one(number)?))).transpose()
}

/// The histories among which the first of a kind is looked for, in words.
pub(super) fn among_in_words(question: &Question) -> String {
    let many = count(among(question).histories);
    match question.given {
        Given::FromTheStart => format!("of the first {many} histories of seed {}", question.seed),
        _ => format!("of {many} histories of seed {} that follow the record", question.seed),
    }
}

/// The question of the histories among which one is asked about.
fn among(question: &Question) -> Question {
    let histories = if question.given == Given::FromTheStart { SEARCHED } else { ISLAND };
    let series = Followed::These(Vec::new());
    Question { first: 0, histories, series, ..question.clone() }
}

/// The first week in which something may be taken away or put in: what came before the day is the
/// record's, unless it is asked in hindsight.
pub(super) fn open_from(given: Given, calendar: &Calendar) -> Week {
    match given {
        Given::FromTheStart | Given::Hindsight => 0,
        Given::After(_) => given.day(calendar),
    }
}

impl<'a> Histories<'a> {
    pub(super) fn of(
        model: &'a Model,
        question: &'a Question,
        watch: &Watch<'_>,
    ) -> Result<Self, LabError> {
        Ok(match question.given {
            Given::FromTheStart => Self::Free(Pieces::of(question, Machine::best())),
            _ => Self::Following(Box::new(Followers::choose(model, question, watch)?)),
        })
    }

    /// How many blocks of them go abreast.
    pub(super) fn blocks(&self) -> u64 {
        match self {
            Self::Free(pieces) => pieces.count,
            Self::Following(followers) => followers.blocks(),
        }
    }

    /// Those of a block, in order.
    pub(super) fn block(&self, number: u64) -> Result<Abreast, LabError> {
        match self {
            Self::Free(pieces) => Ok(free(pieces.ids(number))),
            Self::Following(followers) => followers.block(number),
        }
    }

    /// The chances behind one of them.
    ///
    /// # Errors
    /// A place beyond the last of those that follow the record.
    pub(super) fn one(&self, number: u64) -> Result<Chances, LabError> {
        match self {
            Self::Free(_) => Ok(free(vec![number]).chances),
            Self::Following(followers) => followers.one(number),
        }
    }

    /// How much they can tell, where they follow the record.
    pub(super) fn conditioning(&self, families: usize) -> Option<Conditioning> {
        match self {
            Self::Free(_) => None,
            Self::Following(followers) => Some(followers.conditioning(families)),
        }
    }

    /// The number of the first of them that is of a kind.
    pub(super) fn first(
        &self,
        program: &Program,
        question: &Question,
        (subject, from): (Subject, Week),
        wanted: impl Fn(&Course) -> bool + Sync,
    ) -> Result<Option<u64>, LabError> {
        let mut found = None;
        let stop = Stop::default();
        in_order(
            self.blocks(),
            question.threads(),
            &stop,
            |number| {
                let Abreast { chances, times } = self.block(number)?;
                let twist = Default::default();
                let courses = abreast(program, question.seed, &chances, (subject, from), &twist)?;
                let first = courses.iter().position(&wanted);
                let place = |lane: usize| self.number(number) + times[..lane].iter().sum::<u64>();
                Ok::<_, LabError>(first.map(place))
            },
            |first| {
                if let (None, Some(number)) = (found, first) {
                    found = Some(number);
                    stop.now();
                }
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// The number of a block's first history.
    fn number(&self, block: u64) -> u64 {
        match self {
            Self::Free(pieces) => pieces.ids(block).first().copied().unwrap_or_default(),
            Self::Following(followers) => followers.place(block),
        }
    }
}

fn free(numbers: Vec<u64>) -> Abreast {
    let times = vec![1; numbers.len()];
    let lineages: Vec<Lineage> = numbers.into_iter().map(Lineage::new).collect();
    Abreast { chances: Chances::of(&lineages), times }
}
