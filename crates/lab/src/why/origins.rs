//! Where a reason came from: back through its formula to quantities, to the deeds that moved them, and
//! to the assumptions in it.

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{
    Expr, Formula, Kind, MemberIndex, Model, Operation, StateValues, Target, Type,
};

use super::answer::{Assumption, Deed, Mover, Origin};
use super::formula::{Leaf, Reading};
use super::subject::{Subject, option_name, round_of};
use super::usual::UsualThen;
use super::world::{Moment, Past};
use crate::describe::words::grounds;
use crate::report::words::number;
use crate::telling::unit_of;

/// How deep variables are taken apart.
const DEEP: usize = 4;
/// How many deeds are told of each quantity.
const MOVERS: usize = 3;

/// One history and what is usual, to trace things in.
#[derive(Clone, Copy)]
pub(super) struct Tracing<'a> {
    pub(super) model: &'a Model,
    pub(super) past: &'a Past,
    pub(super) at: Moment,
    pub(super) usual: &'a UsualThen,
}

/// The quantities that a formula may be made of, those behind its variables too; what is usual is
/// wanted of them.
pub(super) fn quantities_behind(
    model: &Model,
    past: &Past,
    at: Moment,
    formulas: &[(&Formula, Vec<MemberIndex>)],
) -> Vec<Target> {
    let nothing = BTreeMap::new();
    let mut found = BTreeSet::new();
    let mut left: Vec<(&Expr, Vec<MemberIndex>, usize)> =
        formulas.iter().map(|(own, bound)| (&own.expr, bound.clone(), 0)).collect();
    while let Some((expr, bound, depth)) = left.pop() {
        let mut reading = Reading::new(model, past, at, &nothing);
        reading.value(expr, &bound);
        for leaf in reading.leaves {
            let Leaf::Quantity(target) = leaf else { continue };
            let element = model.element(target.element);
            if matches!(element.kind, Kind::Parameter(_)) || !found.insert(target) {
                continue;
            }
            if let (Kind::Variable(variable), true) = (&element.kind, depth < DEEP) {
                let members = element.over.instances[target.instance].members.clone();
                left.push((&variable.equals.expr, members, depth + 1));
            }
        }
    }
    found.into_iter().collect()
}

impl Tracing<'_> {
    /// What a formula was made of, and the assumptions in it.
    pub(super) fn of(&self, expr: &Expr, bound: &[MemberIndex]) -> (Vec<Origin>, Vec<Assumption>) {
        let mut assumptions = BTreeMap::new();
        let origins = self.origins(expr, bound, 0, &mut assumptions);
        (origins, assumptions.into_values().collect())
    }

    pub(super) fn origins(
        &self,
        expr: &Expr,
        bound: &[MemberIndex],
        depth: usize,
        assumptions: &mut BTreeMap<Target, Assumption>,
    ) -> Vec<Origin> {
        let nothing = BTreeMap::new();
        let mut reading = Reading::new(self.model, self.past, self.at, &nothing);
        let whole = reading.value(expr, bound);
        let mut origins = Vec::new();
        for leaf in std::mem::take(&mut reading.leaves) {
            match leaf {
                Leaf::Quantity(target) => {
                    let element = self.model.element(target.element);
                    if let Kind::Parameter(_) = element.kind {
                        if let Some(own) = self.assumption(target) {
                            assumptions.insert(target, own);
                        }
                        continue;
                    }
                    let mut origin = self.quantity(target);
                    if let (Some(mean), Some(whole)) = (self.usual.mean(target), whole) {
                        let instead = BTreeMap::from([(target, mean)]);
                        let mut usual = Reading::new(self.model, self.past, self.at, &instead);
                        // What holds or not, or is somebody, has no mean to be put in its place.
                        if is_number(self.model, target) {
                            origin.carries =
                                usual.value(expr, bound).map(|as_usual| whole - as_usual);
                        }
                    }
                    if let (Kind::Variable(variable), true) = (&element.kind, depth < DEEP) {
                        let members = &element.over.instances[target.instance].members;
                        origin.made_of =
                            self.origins(&variable.equals.expr, members, depth + 1, assumptions);
                    }
                    origins.push(origin);
                }
                Leaf::Event(target) => origins.push(self.event_read(target)),
                Leaf::Answer(subject) => origins.push(self.answer_read(subject)),
                Leaf::Result(element, part) => {
                    origins.push(self.settlement(element, part, depth, assumptions));
                }
            }
        }
        origins
    }

    pub(super) fn blank(&self, target: Target, kind: &str, was: String) -> Origin {
        Origin {
            id: self.model.full_name(target).to_owned(),
            title: short_title(self.model, target),
            kind: kind.to_owned(),
            was,
            usual: None,
            unit: None,
            carries: None,
            grounds: None,
            moved_by: Vec::new(),
            made_of: Vec::new(),
        }
    }

    fn quantity(&self, target: Target) -> Origin {
        let value = self.past.value(self.model, target, self.at).unwrap_or(0.0);
        let mut origin = self.blank(target, kind_of(self.model, target), String::new());
        origin.was = said(self.model, target, value);
        if is_number(self.model, target) {
            let unit = unit_of(self.model, target);
            let scale = unit.as_ref().map_or(1.0, |unit| unit.scale);
            origin.usual = self.usual.mean(target).map(|mean| mean / scale);
            origin.unit = unit.map(|unit| unit.text).filter(|text| text != "1");
        } else if is_truth(self.model, target) {
            origin.usual = self.usual.mean(target);
        }
        if matches!(self.model.element(target.element).kind, Kind::Stock(_) | Kind::State(_)) {
            origin.moved_by = self.movers(target);
        }
        origin
    }

    /// The deeds that moved a stock most, or set a state last.
    fn movers(&self, target: Target) -> Vec<Mover> {
        let before = |week: u32, of: Target| {
            week < self.at.week || week == self.at.week && round_of(self.model, of) < self.at.round
        };
        let mut found: Vec<(f64, Mover)> = Vec::new();
        let scale = unit_of(self.model, target).map_or(1.0, |unit| unit.scale);
        for week in &self.past.weeks {
            let own = week.effects.iter().filter(|own| own.changed == target);
            for effect in own.filter(|own| before(week.week, own.of) && own.before != own.after) {
                let answer = self.past.deeds.iter().find(|deed| {
                    deed.week == week.week && deed.target == effect.of && deed.answer.is_some()
                });
                let subject =
                    Subject { target: effect.of, answer: answer.and_then(|deed| deed.answer) };
                let numeric = is_number(self.model, target) && effect.operation != Operation::Set;
                let by = (effect.after - effect.before) / scale;
                let deed = deed_of(self.model, subject, week.week);
                found.push((by, Mover { deed, by: numeric.then_some(by) }));
            }
        }
        if matches!(self.model.element(target.element).kind, Kind::State(_)) {
            return found.pop().map(|(_, mover)| vec![mover]).unwrap_or_default();
        }
        found.sort_by(|(a, _), (b, _)| b.abs().total_cmp(&a.abs()));
        found.truncate(MOVERS);
        found.sort_by_key(|(_, mover)| mover.deed.week);
        found.into_iter().map(|(_, mover)| mover).collect()
    }

    fn event_read(&self, target: Target) -> Origin {
        let deeds: Vec<_> = self.past.deeds_of(self.model, target, self.at).collect();
        let subject = Subject { target, answer: None };
        let was = match deeds.len() {
            0 => "never".to_owned(),
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            many => format!("{many} times"),
        };
        let mut origin = self.blank(target, "event", was);
        origin.usual = Some(self.usual.share(subject));
        origin.moved_by = deeds
            .last()
            .map(|deed| Mover { deed: deed_of(self.model, subject, deed.week), by: None })
            .into_iter()
            .collect();
        origin
    }

    fn answer_read(&self, subject: Subject) -> Origin {
        let last = self.past.deeds_of(self.model, subject.target, self.at).last();
        let given = last.is_some_and(|deed| deed.answer == subject.answer);
        let option = option_name(self.model, subject).unwrap_or_default();
        let was = if given { "so answered" } else { "not so answered" };
        let mut origin = self.blank(subject.target, "choice", was.to_owned());
        origin.id = format!("{} = {option}", origin.id);
        origin.usual = Some(self.usual.share(subject));
        origin.title = subject.says(self.model).trim_end_matches('.').to_owned();
        if let (true, Some(deed)) = (given, last) {
            origin.moved_by =
                vec![Mover { deed: deed_of(self.model, subject, deed.week), by: None }];
        }
        origin
    }

    fn assumption(&self, target: Target) -> Option<Assumption> {
        let element = self.model.element(target.element);
        let Kind::Parameter(parameter) = &element.kind else { return None };
        let value = self.past.value(self.model, target, self.at)?;
        Some(Assumption {
            id: self.model.full_name(target).to_owned(),
            title: short_title(self.model, target),
            value: parameter.unit.shown(value),
            unit: parameter.unit.text.clone(),
            grounds: grounds(self.model, &element.provenance),
        })
    }
}

/// A deed in its week.
pub(super) fn deed_of(model: &Model, subject: Subject, week: u32) -> Deed {
    Deed {
        id: model.full_name(subject.target).to_owned(),
        option: option_name(model, subject),
        says: subject.says(model),
        week,
        date: model.calendar.monday(week).to_string(),
    }
}

fn kind_of(model: &Model, target: Target) -> &'static str {
    match &model.element(target.element).kind {
        Kind::Stock(_) => "stock",
        Kind::State(_) => "state",
        Kind::Series(_) => "series",
        Kind::Trait(_) => "trait",
        Kind::Noise(_) => "noise",
        _ => "variable",
    }
}

/// Whether a quantity is a number: neither a truth nor somebody.
fn is_number(model: &Model, target: Target) -> bool {
    match &model.element(target.element).kind {
        Kind::State(_) => false,
        Kind::Variable(variable) => matches!(variable.equals.gives, Type::Number(_)),
        _ => true,
    }
}

fn is_truth(model: &Model, target: Target) -> bool {
    match &model.element(target.element).kind {
        Kind::State(state) => state.of == StateValues::Truth,
        Kind::Variable(variable) => variable.equals.gives == Type::Truth,
        _ => false,
    }
}

/// A value as words.
pub(super) fn said(model: &Model, target: Target, value: f64) -> String {
    let member = |set: detente_model::SetId| {
        if value < 0.0 {
            return "nobody".to_owned();
        }
        let root = model.set(set).root;
        model.set(root).roll.get(value as usize).map_or(String::new(), |own| own.title.clone())
    };
    let truth = || if value == 0.0 { "no".to_owned() } else { "yes".to_owned() };
    match &model.element(target.element).kind {
        Kind::State(state) => match state.of {
            StateValues::Truth => truth(),
            StateValues::Member { set, .. } => member(set),
        },
        Kind::Variable(variable) => match &variable.equals.gives {
            Type::Truth => truth(),
            Type::Member(set) => member(*set),
            _ => number(variable.unit.shown(value)),
        },
        _ => {
            let scale = unit_of(model, target).map_or(1.0, |unit| unit.scale);
            number(value / scale)
        }
    }
}

/// What an element is about, up to its first semicolon or colon, with the member it is one of.
pub(super) fn short_title(model: &Model, target: Target) -> String {
    let element = model.element(target.element);
    let members = &element.over.instances[target.instance].members;
    let about = model.fill(&element.about, &element.over, members);
    let cut = about.split([';', ':']).next().unwrap_or_default();
    let cut = cut.trim().trim_end_matches('.').to_owned();
    if cut.is_empty() {
        return model.full_name(target).to_owned();
    }
    let titles: Vec<&str> = element
        .over
        .binders
        .iter()
        .zip(members)
        .map(|(binder, member)| model.member_title(model.set(binder.set).root, *member))
        .filter(|title| !cut.contains(title))
        .collect();
    if titles.is_empty() { cut } else { format!("{cut} ({})", titles.join(", ")) }
}
