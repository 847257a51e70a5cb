//! How something stood week by week that did not happen, and what stood in its way.

use std::collections::BTreeMap;

use detente_engine::Part;
use detente_model::{Happening, Kind, MemberIndex, Model, On, Week};

use super::answer_not::{Lack, Nearest, OpenWeek, Standing, Stretch};
use super::formula::Reading;
use super::lack;
use super::reasons::{decision_in, event_in};
use super::subject::{Subject, option_name};
use super::world::{Moment, Past};

/// How something stood in a week.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Status {
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
    pub(super) fn is_open(&self) -> bool {
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

pub(super) fn status(
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
pub(super) fn chance_of(statuses: &[Status]) -> f64 {
    let hazard = |own: &Status| if let Status::AtRisk(hazard) = own { *hazard } else { 0.0 };
    -detente_chance::exp_m1(-statuses.iter().map(hazard).sum::<f64>())
}

/// The week in which it came nearest, of those from `since` on.
pub(super) fn nearest(model: &Model, (since, statuses): (Week, &[Status])) -> Option<Nearest> {
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
    let week = since + week as Week;
    let date = model.calendar.monday(week).to_string();
    Some(Nearest { week, date, probability, behind })
}

/// Its chance in each week in which it could have come.
pub(super) fn open_weeks(model: &Model, (since, statuses): (Week, &[Status])) -> Vec<OpenWeek> {
    let open = statuses.iter().enumerate().filter_map(|(week, own)| {
        let probability = match own {
            Status::AtRisk(hazard) => -detente_chance::exp_m1(-hazard),
            Status::Outweighed { chance, .. } => *chance,
            _ => return None,
        };
        let date = model.calendar.monday(since + week as Week).to_string();
        Some(OpenWeek { date, probability })
    });
    open.collect()
}

/// What stood in the way in the weeks from `since` on.
pub(super) fn obstacles(
    model: &Model,
    past: &Past,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
    (since, statuses): (Week, &[Status]),
) -> Vec<Stretch> {
    let mut all = Vec::new();
    let mut from = 0;
    while from < statuses.len() {
        let first = &statuses[from];
        let same = statuses[from..].iter().take_while(|own| first.same(own)).count().max(1);
        let span = &statuses[from..from + same];
        let monday = |week: usize| model.calendar.monday(since + week as Week).to_string();
        let weeks = since + from as Week..since + (from + same) as Week;
        let what = match first {
            Status::Lacking(lacks) => Standing::Lacking {
                parts: lacks
                    .iter()
                    .map(|number| lack_of(model, past, subject, &parts[*number], weeks.clone()))
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
    weeks: std::ops::Range<Week>,
) -> Lack {
    let nothing = BTreeMap::new();
    let round = subject.round(model);
    let at = |week: Week| Moment { week, round };
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
