//! What is usual in a week: over a thousand free histories of the baseline, what each reason weighs,
//! where quantities stand, and what has happened by then.

use std::collections::BTreeMap;

use detente_engine::{
    Block, Lanes, Machine, Program, ReasonKey, Reasons, References, Setup, Usual, compile,
};
use detente_model::{Kind, Model, Target, Week};

use super::subject::Subject;
use crate::LabError;
use crate::in_order::in_order;
use crate::pieces::Pieces;
use crate::question::{Question, Stop};
use crate::references::HISTORIES;

/// What is usual in one week.
pub(super) struct UsualThen {
    week: Week,
    references: References,
    means: BTreeMap<Target, f64>,
    come: BTreeMap<Subject, u64>,
}

#[derive(Default)]
struct Gathered {
    weighed: Option<Usual>,
    sums: Vec<f64>,
    come: BTreeMap<Subject, u64>,
}

impl UsualThen {
    /// What is usual in `week`; quantities as the week begins, and the reasons of `subject` in every
    /// week before `until`, or up to `week`.
    pub(super) fn of(
        model: &Model,
        (subject, week): (Target, Week),
        until: Week,
        quantities: &[Target],
        threads: usize,
    ) -> Result<Self, LabError> {
        let setup =
            Setup { reasons: Reasons::Kept, record: quantities.to_vec(), ..Setup::default() };
        let program = compile(model, &setup)?;
        let question = Question { seed: 0, histories: HISTORIES, ..Question::default() };
        let machine = Machine::best();
        let pieces = Pieces::of(&question, machine);
        let mut all = Gathered { sums: vec![0.0; quantities.len()], ..Gathered::default() };
        in_order(
            pieces.count,
            threads,
            &Stop::default(),
            |piece| gather(model, &program, &pieces.ids(piece), (subject, week, until), quantities),
            |more: Gathered| {
                match (&mut all.weighed, more.weighed) {
                    (Some(own), Some(more)) => own.add(&more),
                    (own, more) => *own = more,
                }
                all.sums.iter_mut().zip(&more.sums).for_each(|(own, more)| *own += more);
                for (subject, many) in more.come {
                    *all.come.entry(subject).or_default() += many;
                }
                Ok(())
            },
        )?;
        let means = quantities.iter().zip(&all.sums);
        Ok(Self {
            week,
            references: all.weighed.map(|own| own.means()).unwrap_or_default(),
            means: means.map(|(target, sum)| (*target, sum / HISTORIES as f64)).collect(),
            come: all.come,
        })
    }

    /// What a reason usually weighs.
    pub(super) fn weight(&self, target: Target, alternative: Option<usize>, reason: &str) -> f64 {
        self.weight_in(self.week, target, alternative, reason)
    }

    /// The same in another week.
    pub(super) fn weight_in(
        &self,
        week: Week,
        target: Target,
        alternative: Option<usize>,
        reason: &str,
    ) -> f64 {
        let key = ReasonKey { target, alternative, reason: reason.to_owned() };
        let means = self.references.means.get(&key);
        means.and_then(|own| own.get(week as usize)).copied().unwrap_or(0.0)
    }

    /// Where a quantity usually stands.
    pub(super) fn mean(&self, target: Target) -> Option<f64> {
        self.means.get(&target).copied()
    }

    /// The share of histories in which something has come by the end of the week.
    pub(super) fn share(&self, of: Subject) -> f64 {
        self.come.get(&of).copied().unwrap_or(0) as f64 / HISTORIES as f64
    }
}

fn gather(
    model: &Model,
    program: &Program,
    ids: &[u64],
    (subject, week, until): (Target, Week, Week),
    quantities: &[Target],
) -> Result<Gathered, LabError> {
    let mut block = Block::begin(program, 0, ids, Machine::best())?;
    let mut come: BTreeMap<Subject, Lanes> = BTreeMap::new();
    let mut weighed = Usual::of_one(program, subject);
    let remembered = |target: &Target| {
        matches!(model.element(target.element).kind, Kind::Stock(_) | Kind::State(_))
    };
    let mut sums = vec![0.0; quantities.len()];
    let sum = |block: &Block, target: &Target| {
        program.slot(*target).map_or(0.0, |slot| block.values(slot).iter().sum::<f64>())
    };
    while block.week() <= week || block.week() < until {
        let now = block.week();
        if now == week {
            for (own, target) in sums.iter_mut().zip(quantities).filter(|(_, t)| remembered(t)) {
                *own = sum(&block, target);
            }
        }
        block.step_weighing(program, &mut weighed)?;
        if now == week {
            for (own, target) in sums.iter_mut().zip(quantities).filter(|(_, t)| !remembered(t)) {
                *own = sum(&block, target);
            }
        }
        if now > week {
            continue;
        }
        for act in block.acts() {
            let subject = Subject { target: act.target, answer: act.alternative };
            *come.entry(subject).or_default() |= act.lanes;
        }
    }
    let live = if ids.len() >= 64 { Lanes::MAX } else { (1 << ids.len()) - 1 };
    let come = come
        .into_iter()
        .map(|(subject, lanes)| (subject, u64::from((lanes & live).count_ones())))
        .collect();
    Ok(Gathered { weighed: Some(weighed), sums, come })
}
