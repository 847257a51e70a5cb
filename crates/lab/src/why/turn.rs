//! Single changes that turn what did not happen: one deed the other way, or one assumption moved, each
//! tried by replay with the same chance.

use std::sync::Arc;

use detente_chance::exp;
use detente_engine::{Block, Doubt, Machine, Posterior, Program, Setup, compile};
use detente_model::{ElementId, Kind, Model, Target, Week};
use serde::Serialize;

use super::answer::Deed;
use super::causes::{candidates, is_omission};
use super::origins::{deed_of, short_title};
use super::replay::{Again, Twist, on_rows};
use super::subject::Subject;
use super::world::{Moment, Past};
use crate::LabError;
use crate::in_order::in_order;
use crate::question::{Question, Watch};
use crate::references::references_for;

/// Moves of an assumption that are tried, in standard deviations of its prior.
const MOVES: [f64; 6] = [0.5, -0.5, 1.0, -1.0, 2.0, -2.0];
/// Draws from which a prior's standard deviation is taken.
const DRAWS: u64 = 1_024;
/// How many changes of each kind are told.
const TOLD: usize = 5;

/// A single change that turns it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Turn {
    /// What is changed.
    #[serde(flatten)]
    pub change: Changed,
    /// The intervention, as typed.
    pub command: String,
    /// The week in which it comes then.
    pub week: Week,
    /// The Monday of that week.
    pub date: String,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Changed {
    /// A deed that was done is not.
    Without {
        /// The deed.
        deed: Deed,
        /// The chance that the model gave to its not being done.
        likelihood: f64,
    },
    /// A deed that was not done is.
    With {
        /// The deed, in the week in which it is put in.
        deed: Deed,
        /// The chance that the model gave to it.
        likelihood: f64,
    },
    /// An assumption is moved.
    Assumption {
        /// The parameter's full name.
        id: String,
        /// What a reader sees.
        title: String,
        /// Its value here, in its unit.
        from: f64,
        /// The value that turns it.
        to: f64,
        /// Its unit.
        unit: String,
        /// How far that is, in standard deviations of its prior.
        deviations: f64,
    },
}

/// The changes that turn it, and how many were tried.
pub(super) fn turns(
    model: &Model,
    question: &Question,
    program: &Program,
    past: &Past,
    (history, subject): (u64, Subject),
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let again = Again {
        program,
        seed: question.seed,
        history,
        subject,
        week: program.weeks(),
        deeds: &past.deeds,
        threads: question.threads(),
    };
    let (mut turns, deeds) = by_deeds(model, &again, past, watch)?;
    let (moved, assumptions) = by_assumptions(model, question, past, (history, subject), watch)?;
    turns.extend(moved);
    Ok((turns, deeds + assumptions))
}

/// A deed to take away or put in, with the chance that the model gave to that.
struct Other {
    subject: Subject,
    week: Week,
    likelihood: f64,
    twist: Twist,
}

fn by_deeds(
    model: &Model,
    again: &Again<'_>,
    past: &Past,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let mut others = done(model, again, past);
    others.extend(not_done(model, again.subject, past));
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
            (false, Some(_)) => super::causes::other_way(model, past, own.subject, own.week),
        };
        let likelihood = own.likelihood;
        let change = if put_in {
            Changed::With { deed, likelihood }
        } else {
            Changed::Without { deed, likelihood }
        };
        Turn { change, command, week, date: model.calendar.monday(week).to_string() }
    });
    Ok((turns.collect(), tried))
}

/// Deeds that were done, to be taken away.
fn done(model: &Model, again: &Again<'_>, past: &Past) -> Vec<Other> {
    let end = Moment { week: again.week, round: 1 };
    candidates(model, &past.deeds, again.subject, end)
        .into_iter()
        .filter(|own| !is_omission(model, own.subject))
        .map(|own| Other {
            subject: own.subject,
            week: own.week,
            likelihood: not_so(past, own.subject, own.week),
            twist: Twist { without: vec![own.subject], ..Twist::default() },
        })
        .collect()
}

/// The chance that a deed had not been done by the week in which it was: of an event, that it had not
/// happened in all weeks up to then; of an answer, that another was given.
fn not_so(past: &Past, subject: Subject, week: Week) -> f64 {
    match subject.answer {
        None => {
            let weeks = past.weeks.iter().take(week as usize + 1);
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
        Some(answer) => 1.0 - share_in(past, subject, week).map_or(1.0, |shares| shares[answer]),
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
fn not_done(model: &Model, subject: Subject, past: &Past) -> Vec<Other> {
    let happened = |of: Subject| {
        past.deeds.iter().any(|deed| deed.target == of.target && deed.answer == of.answer)
    };
    let mut best: std::collections::BTreeMap<Subject, (f64, Week)> = Default::default();
    let mut offer = |of: Subject, chance: f64, week: Week| {
        let own = best.entry(of).or_insert((chance, week));
        if chance > own.0 {
            *own = (chance, week);
        }
    };
    for week in &past.weeks {
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

/// A move of one assumption.
struct Move {
    column: usize,
    deviations: f64,
    /// In base units.
    to: f64,
}

/// Assumptions with a prior, where they stand in this history, and how doubtful each is.
struct Doubted {
    columns: Vec<Target>,
    here: Vec<f64>,
    deviation: Vec<f64>,
    range: Vec<(f64, f64)>,
}

impl Doubted {
    fn of(model: &Model, question: &Question, past: &Past) -> Result<Self, LabError> {
        let mut columns = Vec::new();
        for (number, element) in model.elements.iter().enumerate() {
            if let Kind::Parameter(own) = &element.kind {
                let doubted = own.priors.iter().enumerate().filter(|(_, prior)| prior.is_some());
                let target = |(instance, _)| Target { element: ElementId(number), instance };
                columns.extend(doubted.map(target));
            }
        }
        let setup = Setup { doubt: Doubt::Prior, record: columns.clone(), ..Setup::default() };
        let program = compile(model, &setup)?;
        let mut draws: Vec<Vec<f64>> = vec![Vec::new(); columns.len()];
        let machine = Machine::best();
        let wide = machine.width.lanes() as u64;
        for first in (0..DRAWS).step_by(wide as usize) {
            let ids: Vec<u64> = (first..first + wide).collect();
            let mut block = Block::begin(&program, question.seed, &ids, machine)?;
            // What is recorded is recorded as a week goes by.
            block.step(&program)?;
            for (own, target) in draws.iter_mut().zip(&columns) {
                if let Some(slot) = program.slot(*target) {
                    own.extend_from_slice(block.values(slot));
                }
            }
        }
        let spread = |own: &Vec<f64>| {
            let n = own.len().max(1) as f64;
            let mean = own.iter().sum::<f64>() / n;
            (own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt()
        };
        let ends = |own: &Vec<f64>| {
            let low = own.iter().copied().fold(f64::INFINITY, f64::min);
            (low, own.iter().copied().fold(f64::NEG_INFINITY, f64::max))
        };
        let start = Moment { week: 0, round: 1 };
        let here = columns.iter().map(|own| past.value(model, *own, start).unwrap_or(0.0));
        Ok(Self {
            here: here.collect(),
            deviation: draws.iter().map(spread).collect(),
            range: draws.iter().map(ends).collect(),
            columns,
        })
    }

    /// A move by so many deviations, within what the prior gives; to three figures in its unit, so
    /// that it can be typed.
    fn move_of(&self, model: &Model, column: usize, deviations: f64) -> Option<Move> {
        let (here, deviation) = (self.here[column], self.deviation[column]);
        let (low, high) = self.range[column];
        let to = here + deviations * deviation;
        if deviation == 0.0 || to < low || to > high {
            return None;
        }
        let target = self.columns[column];
        let Kind::Parameter(own) = &model.element(target.element).kind else { return None };
        let typed: f64 = format!("{:.2e}", own.unit.shown(to)).parse().ok()?;
        let to = own.unit.held(typed);
        (to != here && own.range.holds(to)).then_some(Move {
            column,
            deviations: (to - here) / deviation,
            to,
        })
    }
}

fn by_assumptions(
    model: &Model,
    question: &Question,
    past: &Past,
    (history, subject): (u64, Subject),
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let doubted = Doubted::of(model, question, past)?;
    let each = |column: usize| MOVES.iter().map(move |by| (column, *by));
    let moves: Vec<Move> = (0..doubted.columns.len())
        .flat_map(each)
        .filter_map(|(column, by)| doubted.move_of(model, column, by))
        .collect();
    let mut tried = moves.len();
    let mut turned = replayed(model, question, &doubted, &moves, (history, subject), watch)?;
    nearest_first(&mut turned, &moves);
    // Between the move that turns it and none, smaller ones may do.
    let smaller: Vec<Move> = turned
        .iter()
        .take(TOLD)
        .flat_map(|(number, _)| {
            let own = &moves[*number];
            [0.2, 0.4, 0.6, 0.8].map(|part| (own.column, own.deviations * part))
        })
        .filter_map(|(column, by)| doubted.move_of(model, column, by))
        .collect();
    tried += smaller.len();
    let mut finer = replayed(model, question, &doubted, &smaller, (history, subject), watch)?;
    nearest_first(&mut finer, &smaller);
    let mut all: Vec<(&Move, Week)> = finer.iter().map(|(n, week)| (&smaller[*n], *week)).collect();
    for (number, week) in &turned {
        if !all.iter().any(|(own, _)| own.column == moves[*number].column) {
            all.push((&moves[*number], *week));
        }
    }
    all.sort_by(|(a, _), (b, _)| a.deviations.abs().total_cmp(&b.deviations.abs()));
    let turns = all.into_iter().take(TOLD).map(|(own, week)| told(model, &doubted, own, week));
    Ok((turns.collect(), tried))
}

/// Keeps the smallest move of each assumption, the smallest of all first.
fn nearest_first(turned: &mut Vec<(usize, Week)>, moves: &[Move]) {
    turned.sort_by(|(a, _), (b, _)| {
        moves[*a].deviations.abs().total_cmp(&moves[*b].deviations.abs())
    });
    let mut seen = std::collections::BTreeSet::new();
    turned.retain(|(number, _)| seen.insert(moves[*number].column));
}

/// The moves under which it comes, each with the week.
fn replayed(
    model: &Model,
    question: &Question,
    doubted: &Doubted,
    moves: &[Move],
    (history, subject): (u64, Subject),
    watch: &Watch<'_>,
) -> Result<Vec<(usize, Week)>, LabError> {
    if moves.is_empty() {
        return Ok(Vec::new());
    }
    let row = |own: &Move| {
        let mut row = doubted.here.clone();
        row[own.column] = own.to;
        row
    };
    let rows: Vec<Vec<f64>> = moves.iter().map(row).collect();
    let posterior =
        Posterior { columns: doubted.columns.clone(), rows: vec![doubted.here.clone()] };
    let holding = question.holding(model);
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: Doubt::Posterior(Arc::new(posterior)),
        ..Setup::default()
    };
    let program = compile(model, &setup)?;
    let pieces: Vec<&[Vec<f64>]> = rows.chunks(Machine::best().width.lanes()).collect();
    let mut turned = Vec::new();
    in_order(
        pieces.len() as u64,
        question.threads(),
        &watch.stop,
        |piece| {
            let rows: Vec<&[f64]> = pieces[piece as usize].iter().map(Vec::as_slice).collect();
            on_rows(&program, question.seed, history, &rows, subject)
        },
        |courses| {
            turned.extend(courses.iter().map(|own| own.first(subject)));
            Ok::<_, LabError>(())
        },
    )?;
    let came = turned.into_iter().enumerate();
    let turned = came.filter_map(|(number, week)| Some((number, week?))).collect();
    Ok(turned)
}

fn told(model: &Model, doubted: &Doubted, own: &Move, week: Week) -> Turn {
    let target = doubted.columns[own.column];
    let unit = match &model.element(target.element).kind {
        Kind::Parameter(parameter) => parameter.unit.clone(),
        _ => detente_model::Unit::one(),
    };
    let id = model.full_name(target).to_owned();
    let (from, to) = (unit.shown(doubted.here[own.column]), unit.shown(own.to));
    let to: f64 = format!("{to:.2e}").parse().unwrap_or(to);
    Turn {
        command: format!("{id} = {to}"),
        change: Changed::Assumption {
            id,
            title: short_title(model, target),
            from,
            to,
            unit: unit.text.clone(),
            deviations: own.deviations,
        },
        week,
        date: model.calendar.monday(week).to_string(),
    }
}
