//! What stands in the way over many histories: which obstacles, in which order of time and for how
//! long, and which reasons usually weigh against it.

use std::collections::BTreeSet;

use detente_engine::{Part, Setup};
use detente_model::{Happening, Kind, MemberIndex, Model, Week};
use serde::Serialize;

use super::histories::{Histories, open_from};
use super::lack;
use super::observed::{Observed, Stood, Watching};
use super::subject::{Subject, option_name};
use crate::guided::{Abreast, Families};
use crate::in_order::in_order;
use crate::layout::doubt_of;
use crate::question::{Question, Watch};
use crate::references::references_for;
use crate::{Conditioning, LabError};

/// Why something does not come, over many histories.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverMany {
    /// Histories run.
    pub histories: u64,
    /// The share in which it never comes, and its 95 % interval.
    pub never: f64,
    /// See `never`.
    pub interval: [f64; 2],
    /// Of those without it, the share in which it could never have come.
    pub never_open: f64,
    /// Of those without it in which it could have come: the mean of the chance that it did, given all
    /// else that happened; for an answer, the mean of its best chance by the reasons alone.
    pub chance: f64,
    /// What stood in its way in those without it, in the usual order of time: by the median of the
    /// first week in which it stood, then of the last.
    pub obstacles: Vec<HurdleOverMany>,
    /// Of those without it, the share in which all obstacles that stood did so in that order.
    pub in_this_order: f64,
    /// The reasons that usually weighed against it in those without it, the heaviest first.
    pub against: Vec<Against>,
}

/// An obstacle, over the histories without what is asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HurdleOverMany {
    /// What it is.
    #[serde(flatten)]
    pub what: Hurdle,
    /// The share of histories in which it stood in some week.
    pub stood: f64,
    /// The share in which it stood for longest of all obstacles.
    pub longest: f64,
    /// The share in which it stood in every week.
    pub throughout: f64,
    /// Where it stood: the median number of weeks, and the quarters.
    pub weeks: Week,
    /// See `weeks`.
    pub quarters: [Week; 2],
    /// Where it stood: the Mondays of the median of its first week and of its last.
    pub from: String,
    /// See `from`.
    pub to: String,
}

/// What an obstacle is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "obstacle", rename_all = "snake_case")]
pub enum Hurdle {
    /// Something had to hold and did not.
    Lacking {
        /// As written.
        needs: String,
        /// What is lacking, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        says: Option<String>,
    },
    /// Nothing but chance.
    Chance,
    /// Another answer was given.
    Outweighed {
        /// Which.
        by: String,
        /// What a reader sees.
        says: String,
    },
}

/// A reason that usually weighs against it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Against {
    /// The words readers see.
    pub reason: String,
    /// The answer it speaks for, if it is one of a decision's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// Its mean weight where it weighed: a log hazard ratio, or logits. Below nought for a reason of
    /// its own; above for one of the answer that was given instead.
    pub weight: f64,
    /// The share of histories in which it weighed in some week.
    pub weighed: f64,
}

/// What stands in the way of something over a question's histories, and how much they can tell.
pub(super) fn over_many(
    model: &Model,
    question: &Question,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
    watch: &Watch<'_>,
) -> Result<(OverMany, Option<Conditioning>), LabError> {
    let watching = watching(model, question, subject, parts)?;
    let (all, conditioning) = observe(model, &watching, question, watch)?;
    let without: Vec<&Observed> = all.iter().filter(|own| own.came.is_none()).collect();
    let never = share(&all, |own| own.came.is_none());
    let of = without.len().max(1) as f64;
    let open: Vec<&&Observed> = without.iter().filter(|own| own.open > 0).collect();
    let chance: f64 = open.iter().map(|own| own.likelihood(subject)).sum();
    let mut obstacles = obstacles(&without);
    obstacles.sort_by_key(|own| (own.first, own.last, own.number));
    let order: Vec<usize> = obstacles.iter().map(|own| own.number).collect();
    let ordered = without.iter().filter(|own| in_order_of(own, &order)).count();
    let told = OverMany {
        histories: all.len() as u64,
        never: never.0,
        interval: never.1,
        never_open: (without.len() - open.len()) as f64 / of,
        chance: chance / open.len().max(1) as f64,
        obstacles: obstacles
            .iter()
            .map(|own| own.told(model, &watching, parts, &without))
            .collect(),
        in_this_order: ordered as f64 / of,
        against: against(model, subject, &watching, &without),
    };
    Ok((told, conditioning))
}

/// The share of histories of a kind, with its 95 % interval.
pub(super) fn share(all: &[Observed], of: impl Fn(&Observed) -> bool) -> (f64, [f64; 2]) {
    let mut families = Families::default();
    for own in all {
        families.add(own.founder, 1.0, &[f64::from(u8::from(of(own)))]);
    }
    (families.estimate(0).value, families.share_interval(0))
}

/// The program through which something is watched over a question's histories.
pub(super) fn watching(
    model: &Model,
    question: &Question,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
) -> Result<Watching, LabError> {
    let holding = question.holding_given(model)?;
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: doubt_of(model, question.parameters)?,
        ..Setup::default()
    };
    let from = open_from(question.given, &model.calendar);
    Watching::of(model, setup, (subject, from), parts)
}

/// Every history of a question, watched, and how much they can tell.
pub(super) fn observe(
    model: &Model,
    watching: &Watching,
    question: &Question,
    watch: &Watch<'_>,
) -> Result<(Vec<Observed>, Option<Conditioning>), LabError> {
    let histories = Histories::of(model, question, watch)?;
    let mut all = Vec::with_capacity(question.histories as usize);
    in_order(
        histories.blocks(),
        question.threads(),
        &watch.stop,
        |number| {
            let Abreast { chances, times } = histories.block(number)?;
            let seen = watching.block(question.seed, &chances)?;
            // One that was chosen more than once counts as often.
            let each = seen.into_iter().zip(times);
            Ok(each
                .flat_map(|(own, times)| std::iter::repeat_n(own, times as usize))
                .collect::<Vec<_>>())
        },
        |more| {
            all.extend(more);
            Ok::<_, LabError>(())
        },
    )?;
    let founders: BTreeSet<u64> = all.iter().map(|own: &Observed| own.founder).collect();
    Ok((all, histories.conditioning(founders.len())))
}

/// One obstacle over the histories in which it stood.
struct Gathered {
    number: usize,
    first: Week,
    last: Week,
    weeks: Vec<Week>,
}

fn obstacles(without: &[&Observed]) -> Vec<Gathered> {
    let many = without.iter().map(|own| own.stood.len()).max().unwrap_or(0);
    let gather = |number: usize| {
        let stood: Vec<Stood> =
            without.iter().filter_map(|own| own.stood.get(number).copied().flatten()).collect();
        let sorted = |of: fn(&Stood) -> Week| {
            let mut all: Vec<Week> = stood.iter().map(of).collect();
            all.sort_unstable();
            all
        };
        let own = Gathered {
            number,
            first: quantile(&sorted(|own| own.first), 0.5),
            last: quantile(&sorted(|own| own.last), 0.5),
            weeks: sorted(|own| own.weeks as Week),
        };
        (!own.weeks.is_empty()).then_some(own)
    };
    (0..many).filter_map(gather).collect()
}

/// The value below which this share of sorted values lies.
fn quantile(sorted: &[Week], share: f64) -> Week {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0)
}

impl Gathered {
    fn told(
        &self,
        model: &Model,
        watching: &Watching,
        parts: &[(Part, Vec<MemberIndex>)],
        without: &[&Observed],
    ) -> HurdleOverMany {
        let of = without.len().max(1) as f64;
        let weeks = |own: &Observed, number: usize| {
            own.stood.get(number).copied().flatten().map_or(0, |own| own.weeks)
        };
        let longest = without.iter().filter(|own| {
            let most = (0..own.stood.len()).map(|number| weeks(own, number)).max();
            let here = weeks(own, self.number);
            here > 0 && most == Some(here)
        });
        let every = u64::from(model.calendar.weeks - watching.from);
        let throughout = without.iter().filter(|own| weeks(own, self.number) == every);
        let monday = |week: Week| model.calendar.monday(week).to_string();
        HurdleOverMany {
            what: self.what(model, watching.subject, parts),
            stood: self.weeks.len() as f64 / of,
            longest: longest.count() as f64 / of,
            throughout: throughout.count() as f64 / of,
            weeks: quantile(&self.weeks, 0.5),
            quarters: [quantile(&self.weeks, 0.25), quantile(&self.weeks, 0.75)],
            from: monday(self.first),
            to: monday(self.last),
        }
    }

    fn what(&self, model: &Model, subject: Subject, parts: &[(Part, Vec<MemberIndex>)]) -> Hurdle {
        match (parts.get(self.number), subject.answer) {
            (Some((part, bound)), _) => Hurdle::Lacking {
                needs: part.text.clone(),
                says: lack::in_words(&lack::Seen::nowhere(model), &part.holds, bound),
            },
            (None, None) => Hurdle::Chance,
            (None, Some(_)) => {
                let answer = Some(self.number - parts.len());
                let by = Subject { target: subject.target, answer };
                Hurdle::Outweighed {
                    by: option_name(model, by).unwrap_or_default(),
                    says: by.says(model),
                }
            }
        }
    }
}

/// Whether the obstacles of one history stood in this order: none of them first and last before one that
/// comes sooner in the list.
fn in_order_of(own: &Observed, order: &[usize]) -> bool {
    let stood = order.iter().filter_map(|number| own.stood.get(*number).copied().flatten());
    stood.map(|own| (own.first, own.last)).is_sorted()
}

/// A reason lighter than this does not weigh against anything.
const WEIGHS: f64 = 0.05;

fn against(
    model: &Model,
    subject: Subject,
    watching: &Watching,
    without: &[&Observed],
) -> Vec<Against> {
    let parts = rate_parts(model, subject);
    let mut all = Vec::new();
    for (number, (answer, reason)) in watching.reasons.iter().enumerate().skip(parts) {
        let weights = without.iter().map(|own| own.weights[number]);
        let (sum, weeks) = weights.clone().fold((0.0, 0), |(a, b), (sum, n)| (a + sum, b + n));
        let histories = weights.filter(|(_, weeks)| *weeks > 0).count();
        let weight = sum / weeks.max(1) as f64;
        let speaks_against = if *answer == subject.answer { -weight } else { weight };
        if weeks > 0 && speaks_against >= WEIGHS {
            all.push(Against {
                reason: reason.clone(),
                option: option_name(model, Subject { answer: *answer, ..subject }),
                weight,
                weighed: histories as f64 / without.len().max(1) as f64,
            });
        }
    }
    // What weighs heavily in few histories comes after what weighs in most.
    let usual = |own: &Against| own.weight.abs() * own.weighed;
    all.sort_by(|a, b| usual(b).total_cmp(&usual(a)));
    all
}

/// How many of an event's weights are parts of its rate, which come first.
pub(super) fn rate_parts(model: &Model, subject: Subject) -> usize {
    match &model.element(subject.target.element).kind {
        Kind::Event(event) => match &event.happening {
            Happening::Rate(parts) => parts.len(),
            Happening::On(_) => 0,
        },
        _ => 0,
    }
}
