//! What is told of a history, in a form that can be laid side by side.

use std::collections::BTreeMap;

use detente_model::{Kind, Model, Target};

use crate::reference::Life;

/// Everything that a run tells of one history.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// Its number.
    pub(crate) history: u64,
    /// By week, the value of each quantity asked for.
    pub(crate) weeks: Vec<BTreeMap<Target, f64>>,
    /// What happened and what was answered: week, who, which alternative; in that order.
    pub(crate) acts: Vec<(u32, String, Option<String>)>,
    /// The outcomes by name.
    pub(crate) outcomes: BTreeMap<String, f64>,
}

/// Every quantity that has a value each week.
pub(crate) fn quantities(model: &Model) -> Vec<Target> {
    let instances = |(number, element): (usize, &detente_model::Element)| {
        let has_value = matches!(
            element.kind,
            Kind::Parameter(_)
                | Kind::Series(_)
                | Kind::Trait(_)
                | Kind::Noise(_)
                | Kind::Stock(_)
                | Kind::State(_)
                | Kind::Variable(_)
        );
        let count = if has_value { element.over.instances.len() } else { 0 };
        let element = detente_model::ElementId(number);
        (0..count).map(move |instance| Target { element, instance }).collect::<Vec<_>>()
    };
    model.elements.iter().enumerate().flat_map(instances).collect()
}

/// The name of a decision's alternative.
pub(crate) fn alternative(kind: &Kind, number: usize) -> String {
    let Kind::Decision(decision) = kind else { panic!("an alternative of no decision") };
    decision.alternatives[number].name.to_string()
}

/// The same of a history that the reference lived.
pub(crate) fn of_life(model: &Model, history: u64, life: &Life) -> Told {
    let quantities = quantities(model);
    let week = |world: &crate::reference::World| {
        let value = |target: &Target| (*target, world.value(target.element, target.instance));
        quantities.iter().map(value).collect()
    };
    let act = |act: &crate::reference::Act| {
        let kind = &model.element(act.of.element).kind;
        let taken = act.alternative.map(|number| alternative(kind, number));
        (act.week, model.full_name(act.of).to_owned(), taken)
    };
    let outcome = |(of, value): (&Target, &f64)| (model.full_name(*of).to_owned(), *value);
    let mut acts: Vec<_> = life.acts.iter().map(act).collect();
    acts.sort();
    Told {
        history,
        weeks: life.weeks.iter().map(week).collect(),
        acts,
        outcomes: life.outcomes.iter().map(outcome).collect(),
    }
}

/// How closely two tellings have to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// In everything.
    Everything,
    /// In what happened each week, outcomes apart.
    Weeks,
}

/// The first thing in which two tellings of one history differ, in words. Quantities that only one of
/// them kept are passed over, and so are names that only one of the models has.
pub(crate) fn difference(model: &Model, one: &Told, other: &Told, of: Of) -> Option<String> {
    let history = one.history;
    for (week, (a, b)) in one.weeks.iter().zip(&other.weeks).enumerate() {
        let happened = |told: &Told| -> Vec<_> {
            told.acts.iter().filter(|(w, ..)| *w as usize == week).cloned().collect()
        };
        for (target, value) in a {
            if let Some(against) = b.get(target)
                && value.to_bits() != against.to_bits()
            {
                let name = model.full_name(*target);
                let (a, b) = (happened(one), happened(other));
                return Some(format!(
                    "history {history}, week {week}: {name} is {value:?} and {against:?}\n{a:?}\n{b:?}"
                ));
            }
        }
        if happened(one) != happened(other) {
            let (a, b) = (happened(one), happened(other));
            return Some(format!("history {history}, week {week}:\n{a:?}\nand\n{b:?}"));
        }
    }
    if of == Of::Weeks {
        return None;
    }
    one.outcomes.iter().find_map(|(name, value)| {
        let against = other.outcomes.get(name)?;
        let same = value.to_bits() == against.to_bits();
        (!same).then(|| format!("history {history}: {name} is {value:?} and {against:?}"))
    })
}

/// The first difference of two runs over the same histories.
pub(crate) fn first_difference(
    model: &Model,
    one: &[Told],
    other: &[Told],
    of: Of,
) -> Option<String> {
    assert_eq!(one.len(), other.len(), "the same histories");
    one.iter().zip(other).find_map(|(a, b)| difference(model, a, b, of))
}

/// The same with −0 written as 0: a sum that begins with 0 and one that begins with its first part
/// differ in nothing else, and no operation of the language tells the two apart.
pub(crate) fn without_sign_of_zero(mut told: Told) -> Told {
    for value in
        told.weeks.iter_mut().flat_map(BTreeMap::values_mut).chain(told.outcomes.values_mut())
    {
        *value += 0.0;
    }
    told
}
