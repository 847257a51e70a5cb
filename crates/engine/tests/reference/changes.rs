//! What interventions ask of a week.

use detente_model::{
    Change, ElementId, InstanceId, Intervention, Model, Neutral, Operation, Target, Week,
};

/// The interventions of a run, asked one question at a time.
#[derive(Clone, Copy)]
pub(crate) struct Changes<'a> {
    /// The model.
    pub(crate) model: &'a Model,
    /// What is changed.
    pub(crate) list: &'a [Intervention],
}

impl<'a> Changes<'a> {
    fn on(self, of: Target) -> impl Iterator<Item = &'a Intervention> {
        self.list.iter().filter(move |one| {
            one.targets.element == of.element && one.targets.instances.contains(&of.instance)
        })
    }

    fn in_force(self, of: Target, week: Week) -> impl Iterator<Item = &'a Intervention> {
        self.on(of).filter(move |one| one.span.holds(week))
    }

    fn neutral(self, of: Target) -> Option<Neutral> {
        self.model.element(of.element).neutral
    }

    /// A parameter, series, trait, noise or variable as it is this week.
    pub(crate) fn quantity(self, of: Target, week: Week, value: f64) -> f64 {
        self.in_force(of, week).fold(value, |value, one| match (&one.change, self.neutral(of)) {
            (Change::Quantity(operation, by), _) => operate(*operation, value, *by),
            (Change::Without, Some(Neutral::Value(neutral))) => neutral,
            _ => value,
        })
    }

    /// Where a stock or state starts.
    pub(crate) fn initial(self, of: Target, value: f64) -> f64 {
        self.on(of).fold(value, |value, one| match one.change {
            Change::Initial(start) => start,
            _ => value,
        })
    }

    /// A stock or state as a week begins.
    pub(crate) fn as_week_begins(self, of: Target, week: Week, value: f64) -> f64 {
        let changed = self.on(of).fold(value, |value, one| match one.change {
            Change::Quantity(operation, by) if one.span.from == week => {
                operate(operation, value, by)
            }
            _ => value,
        });
        self.held(of, week).unwrap_or(changed)
    }

    /// What a stock or state is held at throughout a week: set with an end, or taken away.
    pub(crate) fn held(self, of: Target, week: Week) -> Option<f64> {
        self.in_force(of, week).find_map(|one| match (&one.change, self.neutral(of)) {
            (Change::Quantity(Operation::Set, value), _)
                if one.span.until < self.model.calendar.weeks =>
            {
                Some(*value)
            }
            (Change::Without, Some(Neutral::Value(neutral))) => Some(neutral),
            _ => None,
        })
    }

    /// Whether an event is kept from happening.
    pub(crate) fn barred(self, of: Target, week: Week) -> bool {
        self.on(of).any(|one| match one.change {
            Change::Never => one.span.holds(week),
            Change::On(then) => week < then,
            Change::Without => one.span.holds(week) && self.neutral(of) == Some(Neutral::Never),
            _ => false,
        })
    }

    /// Whether an event is made to happen.
    pub(crate) fn forced(self, of: Target, week: Week) -> bool {
        self.on(of).any(|one| match one.change {
            Change::On(then) | Change::Happens(then) => then == week,
            _ => false,
        })
    }

    /// Whether an event's own date is put aside for another.
    pub(crate) fn redated(self, of: Target) -> bool {
        self.on(of).any(|one| matches!(one.change, Change::On(_)))
    }

    /// How every asking of a decision goes.
    pub(crate) fn answer(self, of: Target, week: Week) -> Option<usize> {
        self.in_force(of, week).find_map(|one| match (&one.change, self.neutral(of)) {
            (Change::Answer(alternative), _) => Some(*alternative),
            (Change::Without, Some(Neutral::Alternative(alternative))) => Some(alternative),
            _ => None,
        })
    }

    /// Whether a reason is held at its usual size.
    pub(crate) fn cut(
        self,
        element: ElementId,
        instance: InstanceId,
        alternative: Option<usize>,
        reason: &str,
        week: Week,
    ) -> bool {
        self.in_force(Target { element, instance }, week).any(|one| match &one.change {
            Change::Cut { alternative: of, reason: name } => {
                name == reason && (of.is_none() || *of == alternative)
            }
            _ => false,
        })
    }
}

pub(crate) fn operate(operation: Operation, value: f64, by: f64) -> f64 {
    match operation {
        Operation::Set => by,
        Operation::Multiply => value * by,
        Operation::Add => value + by,
    }
}
