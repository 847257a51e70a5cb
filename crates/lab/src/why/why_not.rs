//! Why not: what did not happen in one history, how near it came, what stood in its way week by week,
//! and the smallest single change that turns it.

use std::collections::BTreeMap;

use super::answer_not::{Behind, Lack, Nearest, Standing, Stretch, WhyNot};
use super::formula::Reading;
use super::lack;
use super::reasons::{decision_in, event_in, parts_of};
use super::subject::{Subject, option_name};
use super::turn::turns;
use super::world::{Moment, Past, Watched};
use super::{Asking, Which, many, plain_program, replay};
use crate::LabError;
use crate::answer::Asked;
use crate::ensemble::Pieces;
use crate::question::{Question, Watch};
use crate::recorded::dates_of;
use crate::telling::fixed_instance;
use detente_engine::Part;
use detente_model::{
    Alternative, Cell, Effect, ElementId, Expr, Happening, Kind, MemberIndex, Model, On, Target,
    Week,
};

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

/// How something stood in a week.
#[derive(Debug, Clone, PartialEq)]
enum Status {
    /// These parts did not hold.
    Lacking(Vec<usize>),
    /// At risk, with this hazard.
    AtRisk(f64),
    /// Asked and open: the answer given, the chance of this one, and by how much it was behind.
    Outweighed {
        by: usize,
        chance: f64,
        behind: f64,
    },
    NotPut,
    NotDue,
}

impl Status {
    fn is_open(&self) -> bool {
        matches!(self, Self::AtRisk(_) | Self::Outweighed { .. })
    }

    /// Whether two weeks tell of one obstacle.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AtRisk(_), Self::AtRisk(_)) => true,
            (Self::Outweighed { by, .. }, Self::Outweighed { by: other, .. }) => by == other,
            // Between two askings what the last one came to still holds.
            (Self::Outweighed { .. } | Self::NotPut, Self::NotPut) => true,
            _ => self == other,
        }
    }
}

fn status(
    model: &Model,
    past: &Past,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
    week: Week,
) -> Status {
    let at = Moment { week, round: subject.round(model) };
    let lacking = || {
        let nothing = BTreeMap::new();
        let fails = |number: &usize| {
            let (part, bound) = &parts[*number];
            Reading::new(model, past, at, &nothing).value(&part.holds, bound) == Some(0.0)
        };
        (0..parts.len()).filter(fails).collect::<Vec<usize>>()
    };
    let Some(wanted) = subject.answer else {
        if let Some(hazard) =
            event_in(past, at, subject.target).and_then(|own| Some(own.weighing.as_ref()?.hazard))
        {
            return Status::AtRisk(hazard);
        }
        let lacks = lacking();
        let Kind::Event(event) = &model.element(subject.target.element).kind else {
            return Status::NotDue;
        };
        let due = !matches!(event.happening, Happening::On(On::Week(on, _)) if on != week);
        return if lacks.is_empty() || !due { Status::NotDue } else { Status::Lacking(lacks) };
    };
    let Some(seen) = decision_in(past, at, subject.target) else {
        let lacks = lacking();
        return if lacks.is_empty() { Status::NotPut } else { Status::Lacking(lacks) };
    };
    let own = &seen.alternatives[wanted];
    match seen.chosen {
        Some(by) if own.open => {
            let open = seen.alternatives.iter().filter(|one| one.open);
            let odds = open.map(|one| detente_chance::exp(one.sum - own.sum)).sum::<f64>();
            let behind = seen.alternatives[by].score - own.score;
            Status::Outweighed { by, chance: 1.0 / odds, behind }
        }
        _ => Status::Lacking(lacking()),
    }
}

/// The chance that it came in one of these weeks.
fn chance_of(statuses: &[Status]) -> f64 {
    let hazard = |own: &Status| if let Status::AtRisk(hazard) = own { *hazard } else { 0.0 };
    -detente_chance::exp_m1(-statuses.iter().map(hazard).sum::<f64>())
}

/// How many steps back what was lacking is followed.
const STEPS: usize = 4;

/// Follows what was lacking longest back to what could have come and did not.
fn behind(model: &Model, past: &Past, subject: Subject, statuses: &[Status]) -> Vec<Behind> {
    let mut chain: Vec<Behind> = Vec::new();
    let mut seen = vec![subject];
    let (mut own, mut statuses) = (subject, statuses.to_vec());
    while chain.len() < STEPS {
        let parts = parts_of(model, own);
        let Some((part, bound)) = longest(&statuses).and_then(|number| parts.get(number)) else {
            break;
        };
        let would = bringers(model, &part.holds, bound);
        let Some(next) = would.into_iter().find(|one| !seen.contains(one)) else { break };
        let start = Moment { week: 0, round: own.round(model) };
        let lacking = lack::in_words(&lack::Seen::of(model, past, start), &part.holds, bound);
        let lacking = lacking.unwrap_or_else(|| part.text.clone());
        let parts = parts_of(model, next);
        statuses = (0..statuses.len() as Week)
            .map(|week| status(model, past, next, &parts, week))
            .collect();
        let best = statuses.iter().map(|one| match one {
            Status::AtRisk(hazard) => -detente_chance::exp_m1(-hazard),
            Status::Outweighed { chance, .. } => *chance,
            _ => 0.0,
        });
        chain.push(Behind {
            lacking,
            id: model.full_name(next.target).to_owned(),
            option: option_name(model, next),
            says: next.says(model),
            weeks_open: statuses.iter().filter(|one| one.is_open()).count(),
            best_chance: best.fold(0.0, f64::max),
        });
        seen.push(next);
        own = next;
        if chain.last().is_some_and(|one| one.weeks_open > 0) {
            break;
        }
    }
    chain
}

/// The part that was lacking in most weeks.
fn longest(statuses: &[Status]) -> Option<usize> {
    let mut weeks: BTreeMap<usize, usize> = BTreeMap::new();
    for own in statuses {
        if let Status::Lacking(parts) = own {
            parts.iter().for_each(|part| *weeks.entry(*part).or_default() += 1);
        }
    }
    let most = weeks.values().copied().max()?;
    weeks.into_iter().find(|(_, many)| *many == most).map(|(part, _)| part)
}

/// What would make a truth hold: the event or answer it asks for, or those that set the state it reads.
fn bringers(model: &Model, truth: &Expr, bound: &[MemberIndex]) -> Vec<Subject> {
    let target = |cell: &Cell| {
        let over = &model.element(cell.element).over;
        let instance = fixed_instance(over, &cell.index, bound)?;
        Some(Target { element: cell.element, instance })
    };
    match truth {
        Expr::Happened(cell) => {
            target(cell).map(|target| Subject { target, answer: None }).into_iter().collect()
        }
        Expr::Binary(_, left, _) => match &**left {
            Expr::WeeksSince(cell) => {
                target(cell).map(|target| Subject { target, answer: None }).into_iter().collect()
            }
            _ => Vec::new(),
        },
        Expr::Chose(cell, alternative) => target(cell)
            .and_then(|target| {
                let Kind::Decision(own) = &model.element(target.element).kind else { return None };
                let named = |one: &Alternative| one.name.option == alternative.option;
                Some(Subject { target, answer: Some(own.alternatives.iter().position(named)?) })
            })
            .into_iter()
            .collect(),
        Expr::Read(cell) => target(cell).map_or_else(Vec::new, |state| setters(model, state)),
        _ => Vec::new(),
    }
}

/// The events and answers that make a state true.
fn setters(model: &Model, state: Target) -> Vec<Subject> {
    let mut found = Vec::new();
    for (number, element) in model.elements.iter().enumerate() {
        for (instance, own) in element.over.instances.iter().enumerate() {
            let makes = |effect: &Effect| {
                let over = &model.element(effect.target.element).over;
                effect.target.element == state.element
                    && effect.value == Expr::Constant(1.0)
                    && fixed_instance(over, &effect.target.index, &own.members)
                        == Some(state.instance)
            };
            let target = Target { element: ElementId(number), instance };
            match &element.kind {
                Kind::Event(event) if event.does.iter().any(makes) => {
                    found.push(Subject { target, answer: None });
                }
                Kind::Decision(decision) => {
                    let each = decision.alternatives.iter().enumerate();
                    let those = each.filter(|(_, one)| one.does.iter().any(makes));
                    found.extend(those.map(|(answer, _)| Subject { target, answer: Some(answer) }));
                }
                _ => {}
            }
        }
    }
    found
}

fn nearest(model: &Model, statuses: &[Status]) -> Option<Nearest> {
    let near = |own: &Status| match own {
        Status::AtRisk(hazard) => Some(-detente_chance::exp_m1(-hazard)),
        Status::Outweighed { behind, .. } => Some(-behind),
        _ => None,
    };
    let mut best: Option<(usize, f64)> = None;
    for (week, own) in statuses.iter().enumerate() {
        if let Some(own) = near(own)
            && best.is_none_or(|(_, most)| own > most)
        {
            best = Some((week, own));
        }
    }
    let (week, near) = best?;
    let (probability, behind) = match &statuses[week] {
        Status::Outweighed { chance, behind, .. } => (*chance, Some(*behind)),
        _ => (near, None),
    };
    let week = week as Week;
    let date = model.calendar.monday(week).to_string();
    Some(Nearest { week, date, probability, behind })
}

fn obstacles(
    model: &Model,
    past: &Past,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
    statuses: &[Status],
) -> Vec<Stretch> {
    let mut all = Vec::new();
    let mut from = 0;
    while from < statuses.len() {
        let first = &statuses[from];
        let same = statuses[from..].iter().take_while(|own| first.same(own)).count().max(1);
        let span = &statuses[from..from + same];
        let monday = |week: usize| model.calendar.monday(week as Week).to_string();
        let what = match first {
            Status::Lacking(lacks) => Standing::Lacking {
                parts: lacks
                    .iter()
                    .map(|number| lack_of(model, past, subject, &parts[*number], from..from + same))
                    .collect(),
            },
            Status::AtRisk(_) => Standing::Chance { chance: chance_of(span) },
            Status::Outweighed { by, .. } => {
                let of = Subject { target: subject.target, answer: Some(*by) };
                let chances = span.iter().map(|own| match own {
                    Status::Outweighed { chance, .. } => *chance,
                    _ => 0.0,
                });
                Standing::Outweighed {
                    by: option_name(model, of).unwrap_or_default(),
                    says: of.says(model),
                    chance: chances.fold(0.0, f64::max),
                }
            }
            Status::NotPut => Standing::NotPut,
            Status::NotDue => Standing::NotDue,
        };
        all.push(Stretch {
            from: monday(from),
            to: monday(from + same - 1),
            weeks: same as Week,
            what,
        });
        from += same;
    }
    all
}

/// A part that does not hold over some weeks, and how far it was from holding at its nearest.
fn lack_of(
    model: &Model,
    past: &Past,
    subject: Subject,
    (part, bound): &(Part, Vec<MemberIndex>),
    weeks: std::ops::Range<usize>,
) -> Lack {
    let nothing = BTreeMap::new();
    let round = subject.round(model);
    let at = |week: usize| Moment { week: week as Week, round };
    let says = lack::in_words(&lack::Seen::of(model, past, at(weeks.start)), &part.holds, bound);
    // What is said in words needs no number.
    let compared = part.short_by.as_ref().zip(part.unit.as_ref()).filter(|_| says.is_none());
    let short = compared.and_then(|(short, unit)| {
        let each = weeks.filter_map(|week| {
            let by = Reading::new(model, past, at(week), &nothing).value(short, bound)?;
            by.is_finite().then_some(by / unit.scale)
        });
        each.reduce(f64::min)
    });
    let unit = part.unit.as_ref().filter(|_| short.is_some());
    Lack {
        needs: part.text.clone(),
        says,
        short_by: short,
        unit: unit.map(|own| own.text.clone()).filter(|text| text != "1"),
    }
}
