//! Which earlier deeds made a difference: each is taken away in a replay with the same chance.

use std::collections::{BTreeMap, BTreeSet};

use detente_model::{Kind, Model, Week};

use super::answer::{Cause, Through, Without};
use super::formula::Reading;
use super::lack;
use super::origins::deed_of;
use super::reasons::{decision_in, event_in, parts_of};
use super::replay::{Again, Course, Lanewise, Rest, Twist};
use super::subject::{Subject, option_name, round_of};
use super::world::{Moment, Past, Watched};
use crate::LabError;
use crate::answer::title_of;
use crate::describe::reading::{reads, writes};
use crate::question::Stop;
use crate::sheaf::Deed;

/// How many causes are followed to the reasons they worked through.
const EXPLAINED: usize = 16;
/// How many deeds of another road are told.
const ROAD: usize = 3;
/// A change of a reason that is worth telling.
const TELLING: f64 = 0.05;

/// An earlier deed that is taken away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub(super) subject: Subject,
    /// When it first came.
    pub(super) week: Week,
    /// How often it came before what is explained.
    pub(super) times: usize,
}

/// Each candidate with what comes without it.
pub(super) struct Tried {
    pub(super) candidate: Candidate,
    pub(super) without: Option<Without>,
    /// By how much it moves what is asked about towards happening, in its week.
    pub(super) push: f64,
    /// Whether what is asked about reads it, or something that it changes.
    pub(super) near: bool,
}

/// What happened before, from a week on, each thing once; what an intervention made so cannot be taken
/// away.
pub(super) fn candidates(
    model: &Model,
    deeds: &[Deed],
    (subject, from): (Subject, Week),
    at: Moment,
) -> Vec<Candidate> {
    let mut found: BTreeMap<Subject, Candidate> = BTreeMap::new();
    for deed in deeds.iter().filter(|own| own.target != subject.target) {
        let own = Subject { target: deed.target, answer: deed.answer };
        let earlier = deed.week < at.week || deed.week == at.week && own.round(model) < at.round;
        if !earlier || deed.forced || deed.week < from {
            continue;
        }
        let new = Candidate { subject: own, week: deed.week, times: 0 };
        found.entry(own).or_insert(new).times += 1;
    }
    let mut all: Vec<Candidate> = found.into_values().collect();
    all.sort_by_key(|own| (own.week, own.subject.round(model), own.subject));
    all
}

/// Takes each candidate away in turn, all abreast.
pub(super) fn try_each(
    model: &Model,
    again: &Again<'_>,
    candidates: &[Candidate],
    stop: &Stop,
) -> Result<Vec<Tried>, LabError> {
    let without = |own: &Candidate| Twist { without: vec![own.subject], ..Twist::default() };
    let twists: Vec<Twist> =
        [Twist::default()].into_iter().chain(candidates.iter().map(without)).collect();
    let courses = again.run(&twists, stop)?;
    let Some((base, courses)) = courses.split_first() else { return Ok(Vec::new()) };
    let base_stake = base.stake.unwrap_or(0.0);
    let near = reads(model.element(again.subject.target.element));
    let is_near = |own: &Candidate| {
        let element = own.subject.target.element;
        near.contains(&element) || !writes(model.element(element)).is_disjoint(&near)
    };
    let mut tried: Vec<Tried> = Vec::with_capacity(candidates.len());
    for (candidate, course) in candidates.iter().zip(courses) {
        tried.push(Tried {
            candidate: *candidate,
            without: difference(again, course),
            push: course.stake.map_or(f64::INFINITY, |stake| base_stake - stake),
            near: is_near(candidate),
        });
    }
    other_roads(model, again, &mut tried, courses, stop)?;
    Ok(tried)
}

fn difference(again: &Again<'_>, course: &Course) -> Option<Without> {
    match course.first(again.subject) {
        None => Some(Without::Never),
        Some(week) if week > again.week => Some(Without::Later { weeks: week - again.week }),
        Some(week) if week < again.week => Some(Without::Earlier { weeks: again.week - week }),
        Some(_) => None,
    }
}

/// What comes without a deed may come by another road: then everything that did not come at all in fact
/// is kept from coming, and if what is asked about does not come now, the deed was a cause that got in
/// first (Halpern 2016, the modified definition; what is held is what did not come).
fn other_roads(
    model: &Model,
    again: &Again<'_>,
    tried: &mut [Tried],
    courses: &[Course],
    stop: &Stop,
) -> Result<(), LabError> {
    let in_fact: BTreeSet<Subject> = again
        .deeds
        .iter()
        .filter(|deed| deed.week <= again.week)
        .map(|deed| Subject { target: deed.target, answer: deed.answer })
        .collect();
    let mut open: Vec<(usize, Week, Vec<Deed>)> = Vec::new();
    for (number, (own, course)) in tried.iter().zip(courses).enumerate() {
        let later = matches!(own.without, None | Some(Without::Later { .. }));
        let Some(week) = course.first(again.subject).filter(|_| later) else { continue };
        let before = course.deeds.iter().take_while(|deed| {
            deed.target != again.subject.target || deed.answer != again.subject.answer
        });
        let new = |deed: &&Deed| {
            let own = Subject { target: deed.target, answer: deed.answer };
            !in_fact.contains(&own) && !is_omission(model, own)
        };
        let road: Vec<Deed> = before.filter(new).copied().collect();
        if !road.is_empty() {
            open.push((number, week, road));
        }
    }
    let closed = |(number, ..): &(usize, Week, Vec<Deed>)| Twist {
        without: vec![tried[*number].candidate.subject],
        rest: Rest::AsItWas,
        ..Twist::default()
    };
    let twists: Vec<Twist> = open.iter().map(closed).collect();
    let courses = if twists.is_empty() { Vec::new() } else { again.run(&twists, stop)? };
    let near = reads(model.element(again.subject.target.element));
    for ((number, week, mut road), course) in open.into_iter().zip(courses) {
        if course.first(again.subject).is_some() {
            continue;
        }
        // What it reads itself comes first, then what came last.
        road.sort_by_key(|deed| {
            (!near.contains(&deed.target.element), std::cmp::Reverse(deed.week))
        });
        road.truncate(ROAD);
        road.sort_by_key(|deed| deed.week);
        let road = road.iter().map(|deed| {
            deed_of(model, Subject { target: deed.target, answer: deed.answer }, deed.week)
        });
        let weeks = week - again.week;
        tried[number].without = Some(Without::AnotherRoad { weeks, road: road.collect() });
    }
    Ok(())
}

/// The causes, in order of time, each with what it worked through.
pub(super) fn causes(
    model: &Model,
    again: &Again<'_>,
    watched: &Watched,
    past: &Past,
    tried: &[Tried],
) -> Result<Vec<Cause>, LabError> {
    let at = Moment { week: again.week, round: again.subject.round(model) };
    let mut causes = Vec::new();
    let telling = tried.iter().filter_map(|own| Some((own, own.without.clone()?)));
    for (number, (own, without)) in telling.enumerate() {
        let through = if number < EXPLAINED {
            let twist = Twist { without: vec![own.candidate.subject], ..Twist::default() };
            let mut guide = Lanewise::alone(again, &twist);
            let until = at.week + 1;
            let other = watched.run_guided(again.seed, again.chances, until, &mut guide)?;
            through(model, past, &other, again.subject, at)
        } else {
            Vec::new()
        };
        let candidate = &own.candidate;
        causes.push(Cause {
            deed: deed_of(model, candidate.subject, candidate.week),
            times: candidate.times,
            omission: is_omission(model, candidate.subject),
            without,
            through,
            command: command(model, past, candidate),
        });
    }
    Ok(causes)
}

/// Whether it is an answer that leaves things as they are.
pub(super) fn is_omission(model: &Model, subject: Subject) -> bool {
    match &model.element(subject.target.element).kind {
        Kind::Decision(decision) => {
            subject.answer.is_some() && decision.otherwise == subject.answer
        }
        _ => false,
    }
}

/// What is different in another course of the same history, in the same week.
fn through(model: &Model, past: &Past, other: &Past, subject: Subject, at: Moment) -> Vec<Through> {
    let failing = || {
        let nothing = BTreeMap::new();
        let fails = |(part, bound): &(detente_engine::Part, Vec<usize>)| {
            let mut reading = Reading::new(model, other, at, &nothing);
            reading.value(&part.holds, bound) == Some(0.0)
        };
        let parts = parts_of(model, subject).into_iter().filter(fails);
        let told = |(part, bound): (detente_engine::Part, Vec<usize>)| Through::Condition {
            lacking: lack::in_words(&lack::Seen::of(model, other, at), &part.holds, &bound),
            needs: part.text,
        };
        parts.map(told).collect::<Vec<_>>()
    };
    let mut pairs: Vec<(String, f64, f64)> = Vec::new();
    if subject.answer.is_none() {
        let weighed = |past: &'_ Past| event_in(past, at, subject.target)?.weighing.clone();
        let Some(without) = weighed(other) else { return failing() };
        let Some(with) = weighed(past) else { return Vec::new() };
        let all = with.rate.iter().chain(&with.because);
        let others = without.rate.iter().chain(&without.because);
        pairs.extend(all.zip(others).map(|(a, b)| (a.name.clone(), a.weight, b.weight)));
    } else {
        let Some(without) = decision_in(other, at, subject.target) else {
            let parts = failing();
            let asks = title_of(model, subject.target);
            return if parts.is_empty() { vec![Through::NotAsked { asks }] } else { parts };
        };
        let Some(with) = decision_in(past, at, subject.target) else { return Vec::new() };
        for number in [with.chosen, with.runner_up].into_iter().flatten() {
            let all = with.alternatives[number].because.iter();
            let others = &without.alternatives[number].because;
            pairs.extend(all.zip(others).map(|(a, b)| (a.name.clone(), a.weight, b.weight)));
        }
    }
    pairs.retain(|(_, with, without)| (with - without).abs() > TELLING);
    pairs.sort_by(|a, b| (b.1 - b.2).abs().total_cmp(&(a.1 - a.2).abs()));
    pairs.truncate(3);
    let reason = |(reason, weight, without)| Through::Reason { reason, weight, without };
    pairs.into_iter().map(reason).collect()
}

/// The intervention that takes a deed away: an event never happens; a decision goes the way that came
/// nearest, from its first asking on.
fn command(model: &Model, past: &Past, candidate: &Candidate) -> String {
    match candidate.subject.answer {
        None => format!("{} never", model.full_name(candidate.subject.target)),
        Some(_) => other_way(model, past, candidate.subject, candidate.week),
    }
}

/// The intervention by which a decision goes the way that came nearest, from a week on.
pub(super) fn other_way(model: &Model, past: &Past, subject: Subject, week: Week) -> String {
    let target = subject.target;
    let at = Moment { week, round: round_of(model, target) };
    let next = decision_in(past, at, target).and_then(|own| own.runner_up).or(subject.answer);
    let option = option_name(model, Subject { target, answer: next }).unwrap_or_default();
    format!("{} = {option} from {}", model.full_name(target), model.calendar.monday(week))
}
