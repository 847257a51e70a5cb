//! An arm: what a set of interventions comes to, instance by instance.

use std::collections::BTreeMap;

use detente_model::{
    Change, Happening, Intervention, Kind, Model, Neutral, On, Operation, Span, Target, Week,
};

use crate::error::CompileError;
use crate::setup::ReasonKey;

/// What interventions say of one event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct EventArm {
    /// When it cannot happen.
    pub(crate) barred: Vec<Span>,
    /// When it happens whatever else.
    pub(crate) forced: Vec<Week>,
}

/// What a quantity is changed by, while a span lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bend {
    pub(crate) span: Span,
    pub(crate) operation: Operation,
    pub(crate) value: f64,
}

/// What a stock or state is changed by, as a week begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Push {
    pub(crate) week: Week,
    pub(crate) target: Target,
    pub(crate) operation: Operation,
    pub(crate) value: f64,
}

/// Everything that a set of interventions changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Arm {
    pub(crate) events: BTreeMap<Target, EventArm>,
    /// Answers forced, by decision: when, and which.
    pub(crate) answers: BTreeMap<Target, Vec<(Span, usize)>>,
    /// Variables, series, parameters, traits and noises.
    pub(crate) bends: BTreeMap<Target, Vec<Bend>>,
    /// Stocks and states changed once.
    pub(crate) pushes: Vec<Push>,
    /// Stocks and states held where they are.
    pub(crate) holds: BTreeMap<Target, Vec<Span>>,
    /// Where stocks and states start.
    pub(crate) initials: BTreeMap<Target, f64>,
    /// When a reason is held at its reference.
    pub(crate) cuts: BTreeMap<ReasonKey, Vec<Span>>,
}

impl Arm {
    pub(crate) fn of(model: &Model, interventions: &[Intervention]) -> Result<Self, CompileError> {
        let mut arm = Self::default();
        let mut seen: Vec<(Target, Aspect, Span, &str)> = Vec::new();
        for intervention in interventions {
            for instance in &intervention.targets.instances {
                let target = Target { element: intervention.targets.element, instance: *instance };
                let (aspect, span) = arm.take(model, intervention, target)?;
                let clash = seen.iter().find(|(of, what, when, _)| {
                    *of == target
                        && *what == aspect
                        && when.from < span.until
                        && span.from < when.until
                });
                if let Some((_, _, _, first)) = clash {
                    return Err(CompileError::Overlap {
                        first: (*first).to_owned(),
                        second: intervention.text.clone(),
                        of: model.full_name(target).to_owned(),
                    });
                }
                seen.push((target, aspect, span, &intervention.text));
            }
        }
        Ok(arm)
    }

    /// Takes in one intervention on one instance; gives what it touches, and when.
    fn take(
        &mut self,
        model: &Model,
        intervention: &Intervention,
        target: Target,
    ) -> Result<(Aspect, Span), CompileError> {
        let unfit = |why: &str| CompileError::Unfit {
            intervention: intervention.text.clone(),
            why: why.to_owned(),
        };
        let weeks = model.calendar.weeks;
        let element = model.element(target.element);
        let whole = Span { from: 0, until: weeks };
        let span = intervention.span;
        if target.instance >= element.over.instances.len() {
            return Err(unfit("there is no such instance"));
        }
        match (&intervention.change, &element.kind) {
            (Change::Never, Kind::Event(_)) => {
                self.events.entry(target).or_default().barred.push(span);
                Ok((Aspect::Course, span))
            }
            (Change::On(week), Kind::Event(_)) => {
                let event = self.events.entry(target).or_default();
                event.barred.push(Span { from: 0, until: *week });
                event.forced.push(*week);
                Ok((Aspect::Course, Span { from: 0, until: week.saturating_add(1) }))
            }
            (Change::Happens(week), Kind::Event(_)) => {
                self.events.entry(target).or_default().forced.push(*week);
                Ok((Aspect::Course, Span { from: *week, until: week.saturating_add(1) }))
            }
            (Change::Never | Change::On(_) | Change::Happens(_), _) => {
                Err(unfit("only an event happens"))
            }
            (Change::Answer(answer), Kind::Decision(decision)) => {
                if *answer >= decision.alternatives.len() {
                    return Err(unfit("there is no such alternative"));
                }
                self.answers.entry(target).or_default().push((span, *answer));
                Ok((Aspect::Course, span))
            }
            (Change::Answer(_), _) => Err(unfit("only a decision is answered")),
            (Change::Quantity(operation, value), kind) => self
                .quantity(kind, target, *operation, *value, span, weeks)
                .map(|touched| (Aspect::Course, touched))
                .ok_or_else(|| unfit("it has no value to change")),
            (Change::Initial(value), Kind::Stock(_) | Kind::State(_)) => {
                self.initials.insert(target, *value);
                Ok((Aspect::Start, whole))
            }
            (Change::Initial(_), _) => Err(unfit("only a stock or a state starts anywhere")),
            (Change::Cut { alternative, reason }, kind) => self
                .cut(kind, target, *alternative, reason, span)
                .then_some((Aspect::Reason(*alternative, reason.clone()), span))
                .ok_or_else(|| unfit("it has no such reason")),
            (Change::Without, kind) => match (element.neutral, kind) {
                (Some(Neutral::Value(value)), kind) => self
                    .neutral(kind, target, value, span)
                    .then_some((Aspect::Course, span))
                    .ok_or_else(|| unfit("it has no value to hold")),
                (Some(Neutral::Alternative(answer)), Kind::Decision(_)) => {
                    self.answers.entry(target).or_default().push((span, answer));
                    Ok((Aspect::Course, span))
                }
                (Some(Neutral::Never), Kind::Event(_)) => {
                    self.events.entry(target).or_default().barred.push(span);
                    Ok((Aspect::Course, span))
                }
                _ => Err(unfit("it does not say what its neutral value is")),
            },
        }
    }

    /// Changes a quantity; gives the weeks it touches, or nothing if the element has no value.
    fn quantity(
        &mut self,
        kind: &Kind,
        target: Target,
        operation: Operation,
        value: f64,
        span: Span,
        weeks: Week,
    ) -> Option<Span> {
        match kind {
            Kind::Parameter(_)
            | Kind::Series(_)
            | Kind::Trait(_)
            | Kind::Noise(_)
            | Kind::Variable(_) => {
                self.bends.entry(target).or_default().push(Bend { span, operation, value });
                Some(span)
            }
            Kind::Stock(_) | Kind::State(_) => {
                self.pushes.push(Push { week: span.from, target, operation, value });
                if operation == Operation::Set && span.until < weeks {
                    self.holds.entry(target).or_default().push(span);
                    return Some(span);
                }
                Some(Span { from: span.from, until: span.from.saturating_add(1) })
            }
            _ => None,
        }
    }

    /// Holds a quantity at its neutral value.
    fn neutral(&mut self, kind: &Kind, target: Target, value: f64, span: Span) -> bool {
        if matches!(kind, Kind::Stock(_) | Kind::State(_)) {
            self.holds.entry(target).or_default().push(span);
        }
        self.quantity(kind, target, Operation::Set, value, span, span.until).is_some()
    }

    fn cut(
        &mut self,
        kind: &Kind,
        target: Target,
        alternative: Option<usize>,
        reason: &str,
        span: Span,
    ) -> bool {
        let mut keys = Vec::new();
        match kind {
            Kind::Event(event) => {
                let parts = match &event.happening {
                    Happening::Rate(parts) => parts.as_slice(),
                    Happening::On(On::Week(..) | On::When(_)) => &[],
                };
                if parts.iter().chain(&event.because).any(|own| own.name == reason) {
                    keys.push(None);
                }
            }
            Kind::Decision(decision) => {
                for (number, own) in decision.alternatives.iter().enumerate() {
                    let meant = alternative.is_none_or(|wanted| wanted == number);
                    if meant && own.because.iter().any(|one| one.name == reason) {
                        keys.push(Some(number));
                    }
                }
            }
            _ => {}
        }
        for alternative in &keys {
            let key = ReasonKey { target, alternative: *alternative, reason: reason.to_owned() };
            self.cuts.entry(key).or_default().push(span);
        }
        !keys.is_empty()
    }
}

/// What of an instance an intervention touches: two that touch the same may not overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Aspect {
    Course,
    Start,
    Reason(Option<usize>, String),
}
