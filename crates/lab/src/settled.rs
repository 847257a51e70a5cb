//! What the record settles: an outcome read on nothing but the deeds that were recorded.
//!
//! A state or a stock that only deeds change is carried through the record: it stands where it began
//! until an entry changes it. That holds as far as the record covers every deed that could change it,
//! and each that was done changes it by a constant; otherwise the record is silent.

use detente_model::{
    AlternativeRef, Binary, Cell, Date, Effect, Element, Expr, Initial, Kind, Measure, MemberIndex,
    Model, Operation, RecordEntry, Target, Tie, Unary, Week,
};

use crate::telling::fixed_instance;

/// The day against which an entry is held: that of an event, or that on which a choice was made, if
/// that was before it was known.
pub(crate) fn day_of(entry: &RecordEntry) -> Date {
    match &entry.tie {
        Some(Tie::Choice(..)) => entry.decided.unwrap_or(entry.date),
        _ => entry.date,
    }
}

/// The record of a model, up to a day or whole.
#[derive(Clone, Copy)]
pub(crate) struct Settled<'m> {
    model: &'m Model,
    until: Option<Date>,
}

/// An event, or one answer to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) target: Target,
    /// The answer's number among the alternatives; `None` for an event.
    pub(crate) answer: Option<usize>,
}

/// A deed as the record has it.
#[derive(Debug, Clone, Copy)]
struct Entry {
    done: Done,
    date: Date,
    week: Week,
}

impl<'m> Settled<'m> {
    /// By the whole record.
    pub(crate) fn by_all(model: &'m Model) -> Self {
        Self { model, until: None }
    }

    /// Whether the record makes an outcome's formula true; `None` where it does not say. `members` are
    /// those that the outcome's index variables stand for.
    pub(crate) fn truth(self, expr: &Expr, members: &[MemberIndex]) -> Option<bool> {
        match expr {
            Expr::Measure(measure) => match &**measure {
                Measure::By(cell, week) => self.happened(cell, members, *week),
                Measure::At(of, week) => Some(self.value(of, members, *week)? != 0.0),
                _ => None,
            },
            Expr::Happened(cell) => self.happened(cell, members, self.last_week()),
            Expr::Chose(cell, alternative) => self.chose(cell, alternative, members),
            Expr::Unary(Unary::Not, of) => self.truth(of, members).map(|value| !value),
            Expr::Binary(Binary::And, left, right) => {
                match (self.truth(left, members), self.truth(right, members)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (left, right) => Some(left? && right?),
                }
            }
            Expr::Binary(Binary::Or, left, right) => {
                match (self.truth(left, members), self.truth(right, members)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (left, right) => Some(left? || right?),
                }
            }
            Expr::Binary(operation, left, right) => {
                let last = self.last_week();
                let sides = (self.value(left, members, last)?, self.value(right, members, last)?);
                compared(*operation, sides)
            }
            _ => None,
        }
    }

    /// The day on which the record first makes an outcome's formula true; where it never does, the day
    /// of the one deed behind it, if that was done later.
    pub(crate) fn day(self, expr: &Expr, members: &[MemberIndex]) -> Option<Date> {
        let deeds = deeds_behind(self.model, expr, members);
        let mut days: Vec<Date> = self
            .entries()
            .filter(|entry| deeds.contains(&entry.done))
            .map(|one| one.date)
            .collect();
        days.sort_unstable();
        let holds =
            |day: &Date| Self { until: Some(*day), ..self }.truth(expr, members) == Some(true);
        match self.truth(expr, members) {
            Some(true) => days.into_iter().find(holds),
            _ if deeds.len() == 1 => days.first().copied(),
            _ => None,
        }
    }

    fn last_week(self) -> Week {
        self.model.calendar.weeks.saturating_sub(1)
    }

    /// The tied entries that are known by then.
    fn entries(self) -> impl Iterator<Item = Entry> {
        self.model.record.entries.iter().filter_map(move |entry| {
            let done = match entry.tie.as_ref()? {
                Tie::Event(target) => Done { target: *target, answer: None },
                Tie::Choice(target, answer) => Done { target: *target, answer: Some(*answer) },
            };
            let date = day_of(entry);
            let week = Week::try_from(self.model.calendar.week_number(date)).unwrap_or(0);
            self.until.is_none_or(|until| date <= until).then_some(Entry { done, date, week })
        })
    }

    /// Whether the record covers an element up to a week, so that absence is data.
    fn covers(self, target: Target, until: Week) -> bool {
        self.model.record.coverage.iter().any(|coverage| {
            coverage.of.element == target.element
                && coverage.of.instances.contains(&target.instance)
                && coverage.until > until.min(self.last_week())
        })
    }

    fn happened(self, cell: &Cell, members: &[MemberIndex], by: Week) -> Option<bool> {
        let target = fixed(self.model, cell, members)?;
        let done = Done { target, answer: None };
        let seen = self.entries().any(|entry| entry.done == done && entry.week <= by);
        (seen || self.covers(target, by)).then_some(seen)
    }

    /// Whether the last answer on record is this one. A covered decision of which no answer is on
    /// record was answered by its `otherwise`, if at all.
    fn chose(
        self,
        cell: &Cell,
        alternative: &AlternativeRef,
        members: &[MemberIndex],
    ) -> Option<bool> {
        let wanted = answer_of(self.model, cell, alternative, members)?;
        let own = self.entries().filter(|entry| entry.done.target == wanted.target);
        match own.max_by_key(|entry| entry.date) {
            Some(entry) => Some(entry.done == wanted),
            None => self.covers(wanted.target, self.last_week()).then_some(false),
        }
    }

    /// The value of an expression at the end of a week.
    fn value(self, expr: &Expr, members: &[MemberIndex], week: Week) -> Option<f64> {
        match expr {
            Expr::Constant(value) => Some(*value),
            Expr::Read(cell) => self.carried(fixed(self.model, cell, members)?, week),
            Expr::Measure(measure) => match &**measure {
                Measure::At(of, week) => self.value(of, members, *week),
                _ => None,
            },
            Expr::Binary(Binary::Add, left, right) => {
                Some(self.value(left, members, week)? + self.value(right, members, week)?)
            }
            Expr::Binary(Binary::Subtract, left, right) => {
                Some(self.value(left, members, week)? - self.value(right, members, week)?)
            }
            _ => None,
        }
    }

    /// A state or stock that only deeds change, carried to the end of a week.
    fn carried(self, target: Target, week: Week) -> Option<f64> {
        let mut value = match &self.model.element(target.element).kind {
            Kind::State(state) => *state.initial.get(target.instance)?,
            Kind::Stock(stock) if stock.change.is_none() && stock.shock.is_none() => {
                match &stock.initial {
                    Initial::Values(values) => *values.get(target.instance)?,
                    Initial::Formula(_) => return None,
                }
            }
            _ => return None,
        };
        let mut changes: Vec<(Week, Operation, f64)> = Vec::new();
        for (done, effects) in writers(self.model, target) {
            let weeks: Vec<Week> = self
                .entries()
                .filter(|entry| entry.done == done && entry.week <= week)
                .map(|entry| entry.week)
                .collect();
            if weeks.is_empty() && !self.covers(done.target, week) {
                return None;
            }
            for own in weeks {
                for effect in &effects {
                    let (None, Expr::Constant(by)) = (&effect.guard, &effect.value) else {
                        return None;
                    };
                    // Who is hit when the index is no constant is not on record.
                    fixed(self.model, &effect.target, &members_of(self.model, done.target))?;
                    changes.push((own, effect.operation, *by));
                }
            }
        }
        changes.sort_by_key(|(week, operation, _)| (*week, *operation));
        for (_, operation, by) in changes {
            match operation {
                Operation::Set => value = by,
                Operation::Multiply => value *= by,
                Operation::Add => value += by,
            }
        }
        Some(value)
    }
}

/// The deeds that an outcome names.
pub(crate) fn deeds_named(model: &Model, expr: &Expr, members: &[MemberIndex]) -> Vec<Done> {
    let event =
        |cell: &Cell| fixed(model, cell, members).map(|target| Done { target, answer: None });
    let mut found: Vec<Done> = Vec::new();
    expr.each(&mut |part| match part {
        Expr::Happened(cell) | Expr::Times(cell) | Expr::WeeksSince(cell) => {
            found.extend(event(cell));
        }
        Expr::Chose(cell, alternative) => {
            found.extend(answer_of(model, cell, alternative, members));
        }
        Expr::Measure(measure) => {
            if let Measure::By(cell, _) | Measure::DateOf(cell) = &**measure {
                found.extend(event(cell));
            }
        }
        _ => {}
    });
    each_once(found)
}

/// The deeds that an outcome is about: those that it names, and those that change what it reads.
fn deeds_behind(model: &Model, expr: &Expr, members: &[MemberIndex]) -> Vec<Done> {
    let mut found = deeds_named(model, expr, members);
    expr.each(&mut |part| {
        if let Expr::Read(cell) = part
            && let Some(target) = fixed(model, cell, members)
        {
            found.extend(writers(model, target).into_iter().map(|(done, _)| done));
        }
    });
    each_once(found)
}

fn each_once(mut deeds: Vec<Done>) -> Vec<Done> {
    deeds.sort_unstable_by_key(|done| (done.target, done.answer));
    deeds.dedup();
    deeds
}

/// The deeds that may change an instance of a stock or state, each with its effects on it. An effect
/// whose index is no constant may change any.
fn writers(model: &Model, target: Target) -> Vec<(Done, Vec<&Effect>)> {
    let mut found = Vec::new();
    for (number, element) in model.elements.iter().enumerate() {
        for instance in 0..element.over.instances.len() {
            let own = Target { element: detente_model::ElementId(number), instance };
            for (answer, does) in effects_of(element) {
                let hits = |effect: &&Effect| {
                    effect.target.element == target.element
                        && fixed(model, &effect.target, &members_of(model, own))
                            .is_none_or(|hit| hit.instance == target.instance)
                };
                let hits: Vec<&Effect> = does.iter().filter(hits).collect();
                if !hits.is_empty() {
                    found.push((Done { target: own, answer }, hits));
                }
            }
        }
    }
    found
}

/// What an event does, or each of a decision's answers.
fn effects_of(element: &Element) -> Vec<(Option<usize>, &[Effect])> {
    match &element.kind {
        Kind::Event(event) => vec![(None, event.does.as_slice())],
        Kind::Decision(decision) => {
            let own = decision.alternatives.iter().enumerate();
            own.map(|(number, one)| (Some(number), one.does.as_slice())).collect()
        }
        _ => Vec::new(),
    }
}

/// The answer that `chose(decision, option)` names, if it is fixed.
fn answer_of(
    model: &Model,
    cell: &Cell,
    alternative: &AlternativeRef,
    members: &[MemberIndex],
) -> Option<Done> {
    let target = fixed(model, cell, members)?;
    let Kind::Decision(decision) = &model.element(target.element).kind else { return None };
    let member = match alternative.member.as_deref() {
        None => None,
        Some(Expr::Constant(member)) if *member >= 0.0 => Some(*member as MemberIndex),
        Some(Expr::Binder(variable)) => Some(*members.get(*variable)?),
        Some(_) => return None,
    };
    let answer = decision.alternatives.iter().position(|one| {
        one.name.option == alternative.option
            && one.name.member.as_ref().map(|(own, _)| *own) == member
    })?;
    Some(Done { target, answer: Some(answer) })
}

fn members_of(model: &Model, target: Target) -> Vec<MemberIndex> {
    model.element(target.element).over.instances[target.instance].members.clone()
}

fn fixed(model: &Model, cell: &Cell, members: &[MemberIndex]) -> Option<Target> {
    let instance = fixed_instance(&model.element(cell.element).over, &cell.index, members)?;
    Some(Target { element: cell.element, instance })
}

fn compared(operation: Binary, (left, right): (f64, f64)) -> Option<bool> {
    match operation {
        Binary::Equal => Some(left == right),
        Binary::NotEqual => Some(left != right),
        Binary::Less => Some(left < right),
        Binary::LessOrEqual => Some(left <= right),
        Binary::Greater => Some(left > right),
        Binary::GreaterOrEqual => Some(left >= right),
        _ => None,
    }
}
