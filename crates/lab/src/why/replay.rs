//! The same history again, and again, with the same chance and something else in it: many abreast, each
//! in a lane of its own.

use std::collections::{BTreeMap, BTreeSet};

use detente_chance::InstructionSet;
use detente_engine::{
    Block, DecisionAsked, EventAsked, Guide, Lanes, Machine, Program, Start, Width, each_lane,
};
use detente_model::{Target, Week};

use super::subject::Subject;
use crate::LabError;
use crate::in_order::in_order;
use crate::question::Stop;
use crate::sheaf::Deed;

/// What is different in a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Twist {
    /// Events that never happen, and answers that are never given: the next best is.
    pub(super) without: Vec<Subject>,
    /// Events that are made to happen, and answers that are taken wherever they are open, from a week
    /// on.
    pub(super) with: Vec<(Subject, Week)>,
    /// What becomes of everything that did not come at all in the history itself up to then.
    pub(super) rest: Rest,
}

/// What becomes of everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Rest {
    /// It takes its course.
    #[default]
    Free,
    /// It does not come here either, save what is asked about.
    AsItWas,
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Course {
    /// What happened and was answered, in order.
    pub(super) deeds: Vec<Deed>,
    /// In the week that is watched: the chance of the event that is asked about, or by how much the
    /// answer's score leads that of the best other; `None` where it was not at stake.
    pub(super) stake: Option<f64>,
}

impl Course {
    /// The week in which something first happened or was first answered.
    pub(super) fn first(&self, of: Subject) -> Option<Week> {
        let meant = |deed: &&Deed| deed.target == of.target && deed.answer == of.answer;
        self.deeds.iter().find(meant).map(|deed| deed.week)
    }
}

/// A history to be run again.
pub(super) struct Again<'a> {
    pub(super) program: &'a Program,
    pub(super) seed: u64,
    pub(super) history: u64,
    /// What is asked about, and the week in which it is watched.
    pub(super) subject: Subject,
    pub(super) week: Week,
    /// What happened in the history itself.
    pub(super) deeds: &'a [Deed],
    pub(super) threads: usize,
}

impl Again<'_> {
    /// Runs the history once for each twist.
    pub(super) fn run(&self, twists: &[Twist], stop: &Stop) -> Result<Vec<Course>, LabError> {
        let pieces: Vec<&[Twist]> = twists.chunks(Width::SixtyFour.lanes()).collect();
        let mut courses = Vec::with_capacity(twists.len());
        in_order(
            pieces.len() as u64,
            self.threads,
            stop,
            |piece| self.piece(pieces[piece as usize]),
            |own| {
                courses.extend(own);
                Ok(())
            },
        )?;
        Ok(courses)
    }

    fn piece(&self, twists: &[Twist]) -> Result<Vec<Course>, LabError> {
        let ids = vec![self.history; twists.len()];
        led(self.program, self.seed, &ids, Beginning::AtHome, Lanewise::of(self, twists))
    }
}

/// Runs histories of these numbers abreast, all with the same twist.
pub(super) fn abreast(
    program: &Program,
    seed: u64,
    ids: &[u64],
    subject: Subject,
    twist: &Twist,
) -> Result<Vec<Course>, LabError> {
    let of = Again { program, seed, history: 0, subject, week: 0, deeds: &[], threads: 1 };
    let guide = Lanewise::of(&of, &vec![twist.clone(); ids.len()]);
    led(program, seed, ids, Beginning::AtHome, guide)
}

/// Runs one history abreast under several rows of parameters.
pub(super) fn on_rows(
    program: &Program,
    seed: u64,
    history: u64,
    rows: &[&[f64]],
    subject: Subject,
) -> Result<Vec<Course>, LabError> {
    let of = Again { program, seed, history, subject, week: 0, deeds: &[], threads: 1 };
    let guide = Lanewise::of(&of, &vec![Twist::default(); rows.len()]);
    led(program, seed, &vec![history; rows.len()], Beginning::AtRows(rows), guide)
}

/// Runs one history abreast, each time with one stock or state that starts elsewhere.
pub(super) fn from_starts(
    again: &Again<'_>,
    starts: &[(Target, f64)],
) -> Result<Vec<Course>, LabError> {
    let start = |(lane, (target, value)): (usize, &(Target, f64))| {
        Some(Start { lane, of: again.program.slot(*target)?, value: *value })
    };
    let ids = vec![again.history; starts.len()];
    let starts: Vec<Start> = starts.iter().enumerate().filter_map(start).collect();
    let guide = Lanewise::of(again, &vec![Twist::default(); ids.len()]);
    led(again.program, again.seed, &ids, Beginning::Elsewhere(&starts), guide)
}

/// Where histories begin.
enum Beginning<'a> {
    /// Where each always does.
    AtHome,
    /// At rows of parameters.
    AtRows(&'a [&'a [f64]]),
    /// With stocks or states that start elsewhere.
    Elsewhere(&'a [Start]),
}

fn led(
    program: &Program,
    seed: u64,
    ids: &[u64],
    beginning: Beginning<'_>,
    mut guide: Lanewise,
) -> Result<Vec<Course>, LabError> {
    let wide = Width::ALL.into_iter().find(|own| own.lanes() >= ids.len());
    let machine =
        Machine { width: wide.unwrap_or(Width::SixtyFour), instructions: InstructionSet::best() };
    let mut block = match beginning {
        Beginning::AtHome => Block::begin(program, seed, ids, machine)?,
        Beginning::AtRows(rows) => Block::begin_at(program, seed, ids, rows, machine)?,
        Beginning::Elsewhere(starts) => {
            Block::begin_elsewhere(program, seed, ids, starts, machine)?
        }
    };
    while block.week() < program.weeks() {
        let week = block.week();
        block.step_guided(program, &mut guide)?;
        for act in block.acts() {
            for lane in each_lane(act.lanes).take_while(|lane| *lane < ids.len()) {
                guide.courses[lane].deeds.push(Deed {
                    week,
                    target: act.target,
                    answer: act.alternative,
                    forced: act.forced >> lane & 1 == 1,
                    total: None,
                });
            }
        }
    }
    Ok(guide.courses)
}

/// Leads each lane its own way.
pub(super) struct Lanewise {
    subject: Subject,
    week: Week,
    /// By event or answer: the lanes that go without it.
    without: BTreeMap<Subject, Lanes>,
    /// By event and week, the lanes in which it is made to happen.
    made: BTreeMap<(Target, Week), Lanes>,
    /// By decision: the lanes in which an answer is taken, which, and from when.
    taken: BTreeMap<Target, Vec<(usize, usize, Week)>>,
    /// The lanes in which everything else is as it was.
    as_it_was: Lanes,
    /// What came in the history itself up to the week that is watched, and its answers by week.
    came: BTreeSet<Subject>,
    answers: BTreeMap<(Target, Week), usize>,
    courses: Vec<Course>,
}

impl Lanewise {
    fn of(again: &Again<'_>, twists: &[Twist]) -> Self {
        let mut guide = Self {
            subject: again.subject,
            week: again.week,
            without: BTreeMap::new(),
            made: BTreeMap::new(),
            taken: BTreeMap::new(),
            as_it_was: 0,
            came: BTreeSet::new(),
            answers: BTreeMap::new(),
            courses: vec![Course::default(); twists.len()],
        };
        for deed in again.deeds.iter().filter(|deed| deed.week <= again.week) {
            guide.came.insert(Subject { target: deed.target, answer: deed.answer });
            if let Some(answer) = deed.answer {
                guide.answers.insert((deed.target, deed.week), answer);
            }
        }
        for (lane, twist) in twists.iter().enumerate() {
            guide.take(lane, twist);
        }
        guide
    }

    /// One history without these things, told alone.
    pub(super) fn alone(again: &Again<'_>, twist: &Twist) -> Self {
        Self::of(again, std::slice::from_ref(twist))
    }

    fn take(&mut self, lane: usize, twist: &Twist) {
        for subject in &twist.without {
            *self.without.entry(*subject).or_default() |= 1 << lane;
        }
        for (subject, week) in &twist.with {
            match subject.answer {
                None => *self.made.entry((subject.target, *week)).or_default() |= 1 << lane,
                Some(answer) => {
                    self.taken.entry(subject.target).or_default().push((lane, answer, *week));
                }
            }
        }
        if twist.rest == Rest::AsItWas {
            self.as_it_was |= 1 << lane;
        }
    }

    /// The lane's answers that it goes without.
    fn barred(&self, target: Target, answer: usize, lane: usize) -> bool {
        let without = self.without.get(&Subject { target, answer: Some(answer) });
        without.is_some_and(|lanes| lanes >> lane & 1 == 1)
    }
}

/// One alternative of one lane: its score, and which it is.
fn scores<'a>(
    asked: &'a DecisionAsked<'_>,
    lane: usize,
) -> impl Iterator<Item = (usize, f64)> + 'a {
    let width = asked.logits.len() / asked.by_name.len().max(1);
    asked.by_name.iter().enumerate().map(move |(order, number)| {
        let place = order * width + lane;
        (*number, asked.logits[place] + asked.gumbels[place])
    })
}

/// The open alternative with the largest score; the first by name among equals.
fn best(scores: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    let open = scores.filter(|(_, score)| *score > f64::NEG_INFINITY);
    open.fold(None, |best, (number, score)| match best {
        Some((_, most)) if most >= score => best,
        _ => Some((number, score)),
    })
}

impl Guide for Lanewise {
    fn event(&mut self, asked: &EventAsked<'_>) -> Option<Lanes> {
        if self.subject.target == asked.target && self.week == asked.week {
            let lanes = self.courses.len();
            for lane in each_lane(asked.at_risk).take_while(|lane| *lane < lanes) {
                self.courses[lane].stake = Some(asked.probability[lane]);
            }
        }
        None
    }

    fn decision(&mut self, asked: &DecisionAsked<'_>, chosen: &mut [f64]) {
        let watched = self.subject.target == asked.target && self.week == asked.week;
        let lanes = self.courses.len();
        for lane in each_lane(asked.asked).take_while(|lane| *lane < lanes) {
            if let (true, Some(answer)) = (watched, self.subject.answer) {
                let own = scores(asked, lane).find(|(number, _)| *number == answer);
                let others = scores(asked, lane).filter(|(number, _)| *number != answer);
                self.courses[lane].stake = match (own, best(others)) {
                    (Some((_, own)), Some((_, other))) => Some(own - other),
                    (Some((_, own)), None) if own > f64::NEG_INFINITY => Some(f64::INFINITY),
                    _ => None,
                };
            }
            if asked.forced >> lane & 1 == 1 || chosen[lane] < 0.0 {
                continue;
            }
            let own = Subject { target: asked.target, answer: Some(chosen[lane] as usize) };
            if self.as_it_was >> lane & 1 == 1
                && asked.target != self.subject.target
                && !self.came.contains(&own)
            {
                let was = self.answers.get(&(asked.target, asked.week)).copied();
                let is_open =
                    |answer: usize| scores(asked, lane).any(|(n, s)| n == answer && s.is_finite());
                if let Some(answer) = was.or(asked.otherwise).filter(|own| is_open(*own)) {
                    chosen[lane] = answer as f64;
                }
            }
            if self.barred(asked.target, chosen[lane] as usize, lane) {
                let left = scores(asked, lane)
                    .filter(|(number, _)| !self.barred(asked.target, *number, lane));
                if let Some((next, _)) = best(left) {
                    chosen[lane] = next as f64;
                }
            }
            let taken = self.taken.get(&asked.target).into_iter().flatten();
            for (of, answer, from) in taken.filter(|(of, ..)| *of == lane) {
                let open = scores(asked, *of).any(|(n, s)| n == *answer && s > f64::NEG_INFINITY);
                if open && *from <= asked.week {
                    chosen[lane] = *answer as f64;
                }
            }
        }
    }

    fn bars(&mut self, event: Target, _: Week) -> Lanes {
        let own = Subject { target: event, answer: None };
        let elsewhere = event != self.subject.target && !self.came.contains(&own);
        self.without.get(&own).copied().unwrap_or(0) | if elsewhere { self.as_it_was } else { 0 }
    }

    fn makes(&mut self, event: Target, week: Week) -> Lanes {
        self.made.get(&(event, week)).copied().unwrap_or(0)
    }
}
