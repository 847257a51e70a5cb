//! The reasons of one event or answer in its week, each against what is usual, and what had to hold.

use detente_chance::{exp, exp_m1};
use detente_engine::{DecisionTrace, EventTrace, Part, Weight};
use detente_model::{Decision, Event, Formula, Happening, Kind, MemberIndex, Model, On, Target};

use super::answer::{Came, Condition, Contrast, OpenAnswer, Role};
use super::lack;
use super::origins::Tracing;
use super::subject::{Subject, option_name};
use super::world::{Moment, Past};
use crate::answer::title_of;

/// A named formula with the members its index variables stand for.
pub(super) type Bound<'m> = (&'m Formula, Vec<MemberIndex>);

/// Every formula that speaks for or against something: reasons, parts of its rate, and what must hold.
pub(super) fn formulas_of<'m>(
    model: &'m Model,
    subject: Subject,
    runner_up: Option<usize>,
) -> Vec<Bound<'m>> {
    let element = model.element(subject.target.element);
    let members = &element.over.instances[subject.target.instance].members;
    let bound = |own: &'m Formula| (own, members.clone());
    match &element.kind {
        Kind::Event(event) => {
            let parts = match &event.happening {
                Happening::Rate(parts) => parts.as_slice(),
                Happening::On(_) => &[],
            };
            let on = match &event.happening {
                Happening::On(On::When(formula)) => Some(formula),
                _ => None,
            };
            let reasons = parts.iter().chain(&event.because).map(|own| bound(&own.weight));
            reasons.chain(event.needs.iter().chain(on).map(bound)).collect()
        }
        Kind::Decision(decision) => {
            let mut all: Vec<Bound<'m>> = decision.when.iter().map(bound).collect();
            for number in [subject.answer, runner_up].into_iter().flatten() {
                if let Some(own) = decision.alternatives.get(number) {
                    let inner = members_of(members, own);
                    let reasons = own.because.iter().map(|reason| &reason.weight);
                    all.extend(reasons.chain(&own.needs).map(|formula| (formula, inner.clone())));
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

/// The members that index variables stand for in an alternative.
fn members_of(
    members: &[MemberIndex],
    alternative: &detente_model::Alternative,
) -> Vec<MemberIndex> {
    let own = alternative.name.member.as_ref().map(|(member, _)| *member);
    members.iter().copied().chain(own).collect()
}

/// The event as it was weighed in its week.
pub(super) fn event_in(past: &Past, at: Moment, target: Target) -> Option<&EventTrace> {
    past.weeks.get(at.week as usize)?.events.iter().find(|own| own.target == target)
}

/// The decision as it was weighed in its week.
pub(super) fn decision_in(past: &Past, at: Moment, target: Target) -> Option<&DecisionTrace> {
    past.weeks.get(at.week as usize)?.decisions.iter().find(|own| own.target == target)
}

impl Tracing<'_> {
    /// How an event came about, and its reasons.
    pub(super) fn event(&self, event: &Event, subject: Subject) -> (Came, Vec<Contrast>) {
        let Some(seen) = event_in(self.past, self.at, subject.target) else {
            return (Came::MadeSo, Vec::new());
        };
        if seen.forced {
            return (Came::MadeSo, Vec::new());
        }
        let (Some(weighing), Happening::Rate(parts)) = (&seen.weighing, &event.happening) else {
            let on = match &event.happening {
                Happening::On(On::Week(_, text)) => text.clone(),
                Happening::On(On::When(formula)) => formula.text.clone(),
                Happening::Rate(_) => return (Came::MadeSo, Vec::new()),
            };
            return (Came::Fixed { on }, Vec::new());
        };
        let mut contrasts = Vec::new();
        for (reason, weight) in parts.iter().zip(&weighing.rate) {
            contrasts.push(self.contrast(subject, &reason.weight, weight, Role::Part));
        }
        for (reason, weight) in event.because.iter().zip(&weighing.because) {
            contrasts.push(self.contrast(subject, &reason.weight, weight, Role::Hazard));
        }
        let sum_of = |role: Role, of: &dyn Fn(&Contrast) -> f64| -> f64 {
            contrasts.iter().filter(|own| own.role == role).map(of).sum()
        };
        let usual_sum = sum_of(Role::Hazard, &|own| own.usual).clamp(-30.0, 30.0);
        let usual_hazard = sum_of(Role::Part, &|own| own.usual) * exp(usual_sum);
        let (probability_by_then, weeks_at_risk) = self.chance_by_then(subject.target);
        let came = Came::Hazard {
            probability: weighing.probability,
            probability_by_then,
            weeks_at_risk,
            hazard: weighing.hazard,
            usual_hazard,
        };
        (came, contrasts)
    }

    /// The chance that an event came in some week up to this one, and the weeks at risk.
    fn chance_by_then(&self, target: Target) -> (f64, usize) {
        let weeks = self.past.weeks.iter().take(self.at.week as usize + 1);
        let hazards: Vec<f64> = weeks
            .flat_map(|week| week.events.iter().filter(|own| own.target == target))
            .filter_map(|own| Some(own.weighing.as_ref()?.hazard))
            .collect();
        (-exp_m1(-hazards.iter().sum::<f64>()), hazards.len())
    }

    /// How an answer came about, and the reasons of it and of the runner-up.
    pub(super) fn choice(&self, decision: &Decision, subject: Subject) -> (Came, Vec<Contrast>) {
        let seen = decision_in(self.past, self.at, subject.target);
        let (Some(seen), Some(chosen)) = (seen, subject.answer) else {
            return (Came::MadeSo, Vec::new());
        };
        if seen.forced {
            return (Came::MadeSo, Vec::new());
        }
        let mut contrasts = Vec::new();
        let both = [(Some(chosen), Role::For), (seen.runner_up, Role::Against)];
        for (number, role) in both.into_iter().filter_map(|(own, role)| Some((own?, role))) {
            let because = &decision.alternatives[number].because;
            for (reason, weight) in because.iter().zip(&seen.alternatives[number].because) {
                let of = Subject { target: subject.target, answer: Some(number) };
                contrasts.push(self.contrast(of, &reason.weight, weight, role));
            }
        }
        let open: Vec<Open> = (0..seen.alternatives.len())
            .filter(|number| seen.alternatives[*number].open)
            .map(|number| Open {
                number,
                here: seen.alternatives[number].sum,
                usual: self.usual_sum(decision, subject, number),
            })
            .collect();
        let lead =
            |of: &dyn Fn(usize) -> f64| seen.runner_up.map_or(0.0, |other| of(chosen) - of(other));
        let came = Came::Choice {
            asks: title_of(self.model, subject.target),
            runner_up: seen.runner_up.map(|other| decision.alternatives[other].name.to_string()),
            probability: share(&open, chosen, |own| own.here),
            usual_probability: share(&open, chosen, |own| own.usual),
            reasons_lead: lead(&|own| seen.alternatives[own].sum),
            mood_lead: lead(&|own| seen.alternatives[own].gumbel),
            alternatives: open
                .iter()
                .map(|own| {
                    let of = Subject { target: subject.target, answer: Some(own.number) };
                    OpenAnswer {
                        option: decision.alternatives[own.number].name.to_string(),
                        says: of.says(self.model),
                        probability: share(&open, own.number, |own| own.here),
                    }
                })
                .collect(),
        };
        (came, contrasts)
    }

    fn usual_sum(&self, decision: &Decision, subject: Subject, number: usize) -> f64 {
        let because = decision.alternatives[number].because.iter();
        because.map(|own| self.usual.weight(subject.target, Some(number), &own.name)).sum()
    }

    fn contrast(&self, of: Subject, formula: &Formula, weight: &Weight, role: Role) -> Contrast {
        let element = self.model.element(of.target.element);
        let members = &element.over.instances[of.target.instance].members;
        let bound = match (&element.kind, of.answer) {
            (Kind::Decision(decision), Some(number)) => {
                members_of(members, &decision.alternatives[number])
            }
            _ => members.clone(),
        };
        let usual = self.usual.weight(of.target, of.answer, &weight.name);
        let beyond = weight.weight - usual;
        let (origins, assumptions) = self.of(&formula.expr, &bound);
        Contrast {
            reason: weight.name.clone(),
            role,
            option: option_name(self.model, of),
            weight: weight.weight,
            usual,
            contrast: if role == Role::Against { -beyond } else { beyond },
            formula: formula.text.clone(),
            origins,
            assumptions,
        }
    }

    /// What had to hold, part by part, and what each was made of.
    pub(super) fn conditions(&self, subject: Subject) -> Vec<Condition> {
        parts_of(self.model, subject)
            .into_iter()
            .map(|(part, bound)| Condition {
                says: lack::holding(
                    &lack::Seen::of(self.model, self.past, self.at),
                    &part.holds,
                    &bound,
                ),
                needs: part.text,
                origins: self.of(&part.holds, &bound).0,
            })
            .collect()
    }
}

/// An answer that was open: the sum of its reasons, here and as usual.
struct Open {
    number: usize,
    here: f64,
    usual: f64,
}

/// The share of all chance under which an answer is given, by the reasons alone.
fn share(open: &[Open], of: usize, sum: impl Fn(&Open) -> f64) -> f64 {
    let most = open.iter().map(&sum).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = open.iter().map(|own| exp(sum(own) - most)).sum();
    let own = open.iter().find(|own| own.number == of);
    own.map_or(0.0, |own| exp(sum(own) - most) / all)
}

/// The parts of what must hold: an event's needs; when a question is put, and what its answer needs.
pub(super) fn parts_of(model: &Model, subject: Subject) -> Vec<(Part, Vec<MemberIndex>)> {
    let element = model.element(subject.target.element);
    let members = &element.over.instances[subject.target.instance].members;
    let parts = |formula: &Formula, bound: Vec<MemberIndex>| -> Vec<(Part, Vec<MemberIndex>)> {
        Part::of(model, formula).into_iter().map(|part| (part, bound.clone())).collect()
    };
    match &element.kind {
        Kind::Event(event) => {
            let on = match &event.happening {
                Happening::On(On::When(formula)) => Some(formula),
                _ => None,
            };
            let formulas = event.needs.iter().chain(on);
            formulas.flat_map(|formula| parts(formula, members.clone())).collect()
        }
        Kind::Decision(decision) => {
            let chosen = subject.answer.and_then(|number| decision.alternatives.get(number));
            let when = decision.when.iter().flat_map(|own| parts(own, members.clone()));
            let needs = chosen.iter().flat_map(|own| {
                let inner = members_of(members, own);
                own.needs
                    .iter()
                    .flat_map(|formula| parts(formula, inner.clone()))
                    .collect::<Vec<_>>()
            });
            when.chain(needs).collect()
        }
        _ => Vec::new(),
    }
}
