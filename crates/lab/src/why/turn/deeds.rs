//! Single deeds that turn it: one that was done is not, or one that was not done is.

use std::collections::BTreeMap;
use std::ops::Range;

use detente_chance::exp;
use detente_model::{Model, Week};

use super::{Changed, TOLD, Turn, deviations_as_rare};
use crate::LabError;
use crate::question::Watch;
use crate::why::causes::{candidates, is_omission, other_way};
use crate::why::origins::deed_of;
use crate::why::replay::{Again, Twist};
use crate::why::subject::Subject;
use crate::why::world::{Moment, Past};

/// A deed to take away or put in, with the chance that the model gave to that.
struct Other {
    subject: Subject,
    week: Week,
    likelihood: f64,
    twist: Twist,
}

pub(super) fn by_deeds(
    model: &Model,
    again: &Again<'_>,
    past: &Past,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let mut others = done(model, again, past);
    others.extend(not_done(model, again, past));
    let twists: Vec<Twist> = others.iter().map(|own| own.twist.clone()).collect();
    let tried = twists.len();
    let courses = if twists.is_empty() { Vec::new() } else { again.run(&twists, &watch.stop)? };
    let mut turned: Vec<(Other, Week)> = others
        .into_iter()
        .zip(courses)
        .filter_map(|(own, course)| Some((own, course.first(again.subject)?)))
        .collect();
    turned.sort_by(|(a, _), (b, _)| b.likelihood.total_cmp(&a.likelihood));
    turned.truncate(TOLD);
    let turns = turned.into_iter().map(|(own, week)| {
        let deed = deed_of(model, own.subject, own.week);
        let monday = model.calendar.monday(own.week);
        let put_in = !own.twist.with.is_empty();
        let command = match (put_in, &deed.option) {
            (true, None) => format!("{} happens {monday}", deed.id),
            (true, Some(option)) => format!("{} = {option} from {monday}", deed.id),
            (false, None) => format!("{} never", deed.id),
            (false, Some(_)) => other_way(model, past, own.subject, own.week),
        };
        let likelihood = own.likelihood;
        let change = if put_in {
            Changed::With { deed, likelihood }
        } else {
            Changed::Without { deed, likelihood }
        };
        Turn {
            change,
            size: deviations_as_rare(likelihood),
            command,
            week,
            date: model.calendar.monday(week).to_string(),
        }
    });
    Ok((turns.collect(), tried))
}

/// Deeds that were done, to be taken away.
fn done(model: &Model, again: &Again<'_>, past: &Past) -> Vec<Other> {
    let end = Moment { week: again.week, round: 1 };
    candidates(model, &past.deeds, (again.subject, again.from), end)
        .into_iter()
        .filter(|own| !is_omission(model, own.subject))
        .map(|own| Other {
            subject: own.subject,
            week: own.week,
            likelihood: not_so(past, own.subject, again.from..own.week + 1),
            twist: Twist { without: vec![own.subject], ..Twist::default() },
        })
        .collect()
}

/// The chance that a deed had not been done in these weeks, in the last of which it was: of an event,
/// that it had not happened in all of them; of an answer, that another was given.
fn not_so(past: &Past, subject: Subject, weeks: Range<Week>) -> f64 {
    match subject.answer {
        None => {
            let weeks = past.weeks.iter().filter(|own| weeks.contains(&own.week));
            let seen =
                weeks.flat_map(|own| own.events.iter().filter(|e| e.target == subject.target));
            let hazards: Vec<Option<f64>> =
                seen.map(|own| own.weighing.as_ref().map(|own| own.hazard)).collect();
            // What is given has no chance of not being.
            if hazards.iter().any(Option::is_none) {
                return 0.0;
            }
            exp(-hazards.into_iter().flatten().sum::<f64>())
        }
        Some(answer) => {
            let shares = share_in(past, subject, weeks.end - 1);
            1.0 - shares.map_or(1.0, |shares| shares[answer])
        }
    }
}

/// The chance of each answer by the reasons alone, as it was asked in a week.
fn share_in(past: &Past, subject: Subject, week: Week) -> Option<Vec<f64>> {
    let decisions = &past.weeks.get(week as usize)?.decisions;
    Some(shares(decisions.iter().find(|own| own.target == subject.target)?))
}

fn shares(asked: &detente_engine::DecisionTrace) -> Vec<f64> {
    let open = asked.alternatives.iter().filter(|own| own.open);
    let most = open.clone().map(|own| own.sum).fold(f64::NEG_INFINITY, f64::max);
    let all: f64 = open.map(|own| exp(own.sum - most)).sum();
    let share = |own: &detente_engine::AlternativeTrace| {
        if own.open { exp(own.sum - most) / all } else { 0.0 }
    };
    asked.alternatives.iter().map(share).collect()
}

/// Deeds that were not done though they could have been, each in the week in which it was likeliest.
fn not_done(model: &Model, again: &Again<'_>, past: &Past) -> Vec<Other> {
    let subject = again.subject;
    let happened = |of: Subject| {
        past.deeds.iter().any(|deed| deed.target == of.target && deed.answer == of.answer)
    };
    let mut best: BTreeMap<Subject, (f64, Week)> = BTreeMap::new();
    let mut offer = |of: Subject, chance: f64, week: Week| {
        let own = best.entry(of).or_insert((chance, week));
        if chance > own.0 {
            *own = (chance, week);
        }
    };
    for week in past.weeks.iter().filter(|own| own.week >= again.from) {
        for event in week.events.iter().filter(|own| own.target != subject.target) {
            if let Some(weighing) = &event.weighing {
                let of = Subject { target: event.target, answer: None };
                offer(of, weighing.probability, week.week);
            }
        }
        for asked in week.decisions.iter().filter(|own| own.target != subject.target) {
            for (answer, share) in shares(asked).into_iter().enumerate() {
                if asked.alternatives[answer].open {
                    let of = Subject { target: asked.target, answer: Some(answer) };
                    offer(of, share, week.week);
                }
            }
        }
    }
    let left = best.into_iter().filter(|(of, _)| !happened(*of) && !is_omission(model, *of));
    left.map(|(of, (likelihood, week))| Other {
        subject: of,
        week,
        likelihood,
        twist: Twist { with: vec![(of, week)], ..Twist::default() },
    })
    .collect()
}
