//! What stands in the way over many histories: how often each obstacle is never out of the way, and how
//! often chance or another answer is all that is left.

use detente_chance::{exp, exp_m1};
use detente_engine::{
    Block, DecisionAsked, EventAsked, Guide, Lanes, Machine, MoodBegun, OnChances, Part, Program,
    Setup, SlotId, compile, each_lane,
};
use detente_model::{
    Element, ElementId, Formula, Kind, MemberIndex, Model, Target, Type, Unit, Variable, Week,
};
use serde::Serialize;

use super::histories::{Histories, open_from};
use super::lack;
use super::subject::Subject;
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
    /// What had to hold, in the author's order: of those without it.
    pub parts: Vec<PartOverMany>,
}

/// Something that had to hold, over the histories without what is asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartOverMany {
    /// As written.
    pub needs: String,
    /// What is lacking, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The share of histories in which it never held.
    pub never_held: f64,
    /// The share in which, of all that had to hold, it was lacking in most weeks.
    pub most_lacking: f64,
    /// The share of weeks in which it was lacking.
    pub weeks: f64,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Default)]
struct Counts {
    histories: u64,
    without: u64,
    never_open: u64,
    chance: f64,
    never_held: Vec<u64>,
    most: Vec<u64>,
    weeks: Vec<u64>,
    /// Whether it never comes, by families.
    families: Families,
}

/// What stands in the way of something over a question's histories, and how much they can tell.
pub(super) fn over_many(
    model: &Model,
    question: &Question,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
    watch: &Watch<'_>,
) -> Result<(OverMany, Option<Conditioning>), LabError> {
    let (seen, targets) = with_parts(model, subject, parts);
    let histories = Histories::of(model, question, watch)?;
    let from = open_from(question.given, &model.calendar);
    let holding = question.holding_given(model)?;
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: doubt_of(model, question.parameters)?,
        record: targets.iter().flatten().copied().collect(),
        ..Setup::default()
    };
    let program = compile(&seen, &setup)?;
    let slots: Vec<Option<SlotId>> = targets.iter().map(|own| program.slot((*own)?)).collect();
    let mut all = Counts::default();
    in_order(
        histories.blocks(),
        question.threads(),
        &watch.stop,
        |number| {
            let block = histories.block(number)?;
            count(&program, question.seed, block, (subject, from), &slots)
        },
        |more| {
            add(&mut all, &more);
            Ok(())
        },
    )?;
    let conditioning = histories.conditioning(all.families.count());
    Ok((told(model, parts, &all, u64::from(program.weeks() - from)), conditioning))
}

/// The model with a variable for each part, so that the engine itself says where it holds. A part that
/// turns on a member the answer stands for has none.
fn with_parts(
    model: &Model,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
) -> (Model, Vec<Option<Target>>) {
    let mut seen = model.clone();
    let own = model.element(subject.target.element);
    let members = own.over.instances[subject.target.instance].members.len();
    let mut targets = Vec::with_capacity(parts.len());
    for (number, (part, bound)) in parts.iter().enumerate() {
        if bound.len() != members {
            targets.push(None);
            continue;
        }
        // After every name there can be, so that no other element's number changes.
        let name = format!("~{number:03}");
        let mut over = own.over.clone();
        for instance in &mut over.instances {
            instance.full_name = format!("{name} of {}", instance.full_name);
            instance.address.clone_from(&instance.full_name);
        }
        targets.push(Some(Target {
            element: ElementId(seen.elements.len()),
            instance: subject.target.instance,
        }));
        let equals =
            Formula { text: part.text.clone(), expr: part.holds.clone(), gives: Type::Truth };
        seen.elements.push(Element {
            name,
            over,
            neutral: None,
            kind: Kind::Variable(Variable { unit: Unit::one(), equals }),
            ..own.clone()
        });
    }
    (seen, targets)
}

/// Watches one event or answer, lane by lane.
struct Watcher<'a> {
    on: OnChances<'a>,
    subject: Subject,
    /// The first week that counts.
    from: Week,
    /// The lanes in which it could have come this week.
    open: Lanes,
    hazard: [f64; 64],
    best: [f64; 64],
}

impl Guide for Watcher<'_> {
    fn event(&mut self, asked: &EventAsked<'_>) -> Option<Lanes> {
        if asked.target == self.subject.target && asked.week >= self.from {
            self.open |= asked.at_risk;
            for lane in each_lane(asked.at_risk) {
                self.hazard[lane] += asked.hazard[lane];
            }
        }
        None
    }

    fn decision(&mut self, asked: &DecisionAsked<'_>, _: &mut [f64]) {
        let due = asked.target == self.subject.target && asked.week >= self.from;
        let Some(answer) = self.subject.answer.filter(|_| due) else { return };
        let width = asked.logits.len() / asked.by_name.len().max(1);
        let Some(own) = asked.by_name.iter().position(|one| *one == answer) else { return };
        for lane in each_lane(asked.asked) {
            let logit = asked.logits[own * width + lane];
            if logit == f64::NEG_INFINITY {
                continue;
            }
            self.open |= 1 << lane;
            let odds =
                (0..asked.by_name.len()).map(|one| exp(asked.logits[one * width + lane] - logit));
            self.best[lane] = self.best[lane].max(1.0 / odds.sum::<f64>());
        }
    }

    fn chances(&mut self, event: Target, week: Week, chances: &mut [f64]) {
        self.on.chances(event, week, chances);
    }

    fn gumbels(&mut self, mood: &MoodBegun<'_>, gumbels: &mut [f64]) {
        self.on.gumbels(mood, gumbels);
    }
}

fn count(
    program: &Program,
    seed: u64,
    histories: Abreast,
    (subject, from): (Subject, Week),
    slots: &[Option<SlotId>],
) -> Result<Counts, LabError> {
    let Abreast { chances, times } = histories;
    let mut block = Block::begin_along(program, seed, &chances.lineages, Machine::best())?;
    let on = OnChances::new(&chances);
    let mut watcher = Watcher { on, subject, from, open: 0, hazard: [0.0; 64], best: [0.0; 64] };
    let (mut came, mut ever_open): (Lanes, Lanes) = (0, 0);
    let mut lacking = vec![[0_u64; 64]; slots.len()];
    while block.week() < program.weeks() {
        watcher.open = 0;
        let week = block.week();
        block.step_guided(program, &mut watcher)?;
        if week < from {
            continue;
        }
        ever_open |= watcher.open;
        for act in block.acts() {
            if act.target == subject.target && act.alternative == subject.answer {
                came |= act.lanes;
            }
        }
        for (lacking, slot) in lacking.iter_mut().zip(slots) {
            let Some(slot) = slot else { continue };
            for (lane, held) in block.values(*slot).iter().enumerate() {
                // What is open has all that it needs, though a later round of the week brought it.
                let open = watcher.open >> lane & 1 == 1;
                lacking[lane] += u64::from(*held == 0.0 && !open);
            }
        }
    }
    let mut counts = Counts {
        histories: times.iter().sum(),
        never_held: vec![0; slots.len()],
        most: vec![0; slots.len()],
        weeks: vec![0; slots.len()],
        ..Counts::default()
    };
    let weeks = u64::from(program.weeks() - from);
    for (lane, &times) in times.iter().enumerate() {
        let without = came >> lane & 1 == 0;
        let founder = chances.lineages[lane].first();
        counts.families.add(founder, times as f64, &[f64::from(u8::from(without))]);
        if !without {
            continue;
        }
        counts.without += times;
        counts.never_open += if ever_open >> lane & 1 == 0 { times } else { 0 };
        counts.chance += times as f64
            * match subject.answer {
                None => -exp_m1(-watcher.hazard[lane]),
                Some(_) => watcher.best[lane],
            };
        let most = lacking.iter().map(|own| own[lane]).max().unwrap_or(0);
        for (number, own) in lacking.iter().enumerate() {
            let many = |holds: bool| if holds { times } else { 0 };
            counts.weeks[number] += times * own[lane];
            counts.never_held[number] += many(own[lane] == weeks);
            counts.most[number] += many(own[lane] == most && most > 0);
        }
    }
    Ok(counts)
}

fn add(all: &mut Counts, more: &Counts) {
    all.histories += more.histories;
    all.without += more.without;
    all.never_open += more.never_open;
    all.chance += more.chance;
    all.families.take(&more.families);
    for (own, more) in [
        (&mut all.never_held, &more.never_held),
        (&mut all.most, &more.most),
        (&mut all.weeks, &more.weeks),
    ] {
        own.resize(more.len(), 0);
        own.iter_mut().zip(more).for_each(|(own, more)| *own += more);
    }
}

fn told(
    model: &Model,
    parts: &[(Part, Vec<MemberIndex>)],
    counts: &Counts,
    weeks: u64,
) -> OverMany {
    let of = counts.without.max(1) as f64;
    let open = (counts.without - counts.never_open).max(1) as f64;
    let part = |(number, (part, bound)): (usize, &(Part, Vec<MemberIndex>))| PartOverMany {
        needs: part.text.clone(),
        says: lack::in_words(&lack::Seen::nowhere(model), &part.holds, bound),
        never_held: counts.never_held.get(number).map_or(0.0, |own| *own as f64 / of),
        most_lacking: counts.most.get(number).map_or(0.0, |own| *own as f64 / of),
        weeks: counts.weeks.get(number).map_or(0.0, |own| *own as f64 / of / weeks as f64),
    };
    OverMany {
        histories: counts.histories,
        never: counts.families.estimate(0).value,
        interval: counts.families.share_interval(0),
        never_open: counts.never_open as f64 / of,
        chance: counts.chance / open,
        parts: parts.iter().enumerate().map(part).collect(),
    }
}
