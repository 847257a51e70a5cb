//! The same history again, and again, with the same chance and something else in it: many abreast, each
//! in a lane of its own.

use std::collections::{BTreeMap, BTreeSet};

use detente_chance::InstructionSet;
use detente_engine::{
    Block, Chances, DecisionAsked, EventAsked, Guide, Lanes, Lineage, Machine, MoodBegun,
    OnChances, Program, Start, Width, each_lane,
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
    /// What happened and was answered from the first week on in which something may differ, in order.
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
    pub(super) chances: &'a Chances,
    /// What is asked about, and the week in which it is watched.
    pub(super) subject: Subject,
    pub(super) week: Week,
    /// The first week in which something may be taken away or put in.
    pub(super) from: Week,
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
        let guide = Lanewise::of(self, twists);
        led(self.program, self.seed, self.chances, Beginning::AtHome, guide)
    }
}

/// Runs histories with these chances abreast, all with the same twist; what may differ may from a week
/// on.
pub(super) fn abreast(
    program: &Program,
    seed: u64,
    chances: &Chances,
    (subject, from): (Subject, Week),
    twist: &Twist,
) -> Result<Vec<Course>, LabError> {
    let of = Again { program, seed, chances, subject, week: 0, from, deeds: &[], threads: 1 };
    let guide = Lanewise::of(&of, &vec![twist.clone(); chances.lineages.len()]);
    led(program, seed, chances, Beginning::AtHome, guide)
}

/// Runs a history abreast under several rows of parameters of another program, which stand at the row
/// `here` and are moved from the first week on in which something may differ.
pub(super) fn on_rows(
    again: &Again<'_>,
    program: &Program,
    here: &[f64],
    moved: &[&[f64]],
) -> Result<Vec<Course>, LabError> {
    let guide = Lanewise::of(again, &vec![Twist::default(); moved.len()]);
    led(program, again.seed, again.chances, Beginning::AtRows { here, moved }, guide)
}

/// Runs one history abreast, each time with one stock or state that starts elsewhere.
pub(super) fn from_starts(
    again: &Again<'_>,
    starts: &[(Target, f64)],
) -> Result<Vec<Course>, LabError> {
    let start = |(lane, (target, value)): (usize, &(Target, f64))| {
        Some(Start { lane, of: again.program.slot(*target)?, value: *value })
    };
    let guide = Lanewise::of(again, &vec![Twist::default(); starts.len()]);
    let starts: Vec<Start> = starts.iter().enumerate().filter_map(start).collect();
    led(again.program, again.seed, again.chances, Beginning::Elsewhere(&starts), guide)
}

/// Where histories begin.
#[derive(Clone, Copy)]
enum Beginning<'a> {
    /// Where each always does.
    AtHome,
    /// At one row of parameters, which are moved from the first week on in which something may differ.
    AtRows { here: &'a [f64], moved: &'a [&'a [f64]] },
    /// With stocks or states that start elsewhere.
    Elsewhere(&'a [Start]),
}

/// Runs histories with these chances; those of one history are those of every lane.
fn led(
    program: &Program,
    seed: u64,
    chances: &Chances,
    beginning: Beginning<'_>,
    mut guide: Lanewise<'_>,
) -> Result<Vec<Course>, LabError> {
    let lanes = guide.courses.len();
    let wide = Width::ALL.into_iter().find(|own| own.lanes() >= lanes);
    let machine =
        Machine { width: wide.unwrap_or(Width::SixtyFour), instructions: InstructionSet::best() };
    let lineages: Vec<Lineage> = chances.lineages.iter().cloned().cycle().take(lanes).collect();
    let mut block = match beginning {
        Beginning::AtHome => Block::begin_along(program, seed, &lineages, machine)?,
        Beginning::AtRows { moved, .. } if guide.from == 0 => {
            Block::begin_along_at(program, seed, &lineages, moved, machine)?
        }
        Beginning::AtRows { here, .. } => {
            Block::begin_along_at(program, seed, &lineages, &vec![here; lanes], machine)?
        }
        Beginning::Elsewhere(starts) => {
            Block::begin_elsewhere(program, seed, &lineages, starts, machine)?
        }
    };
    while block.week() < program.weeks() {
        let week = block.week();
        if let Beginning::AtRows { moved, .. } = beginning
            && week > 0
            && week == guide.from
        {
            block.take_parameters(program, moved);
        }
        block.step_guided(program, &mut guide)?;
        if week < guide.from {
            continue;
        }
        for act in block.acts() {
            for lane in each_lane(act.lanes).take_while(|lane| *lane < lanes) {
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
pub(super) struct Lanewise<'a> {
    on: OnChances<'a>,
    subject: Subject,
    week: Week,
    from: Week,
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

impl<'a> Lanewise<'a> {
    fn of(again: &Again<'a>, twists: &[Twist]) -> Self {
        let mut guide = Self {
            on: OnChances::new(again.chances),
            subject: again.subject,
            week: again.week,
            from: again.from,
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
    pub(super) fn alone(again: &Again<'a>, twist: &Twist) -> Self {
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

impl Guide for Lanewise<'_> {
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
            let closed = asked.week < self.from || chosen[lane] < 0.0;
            if closed || asked.forced >> lane & 1 == 1 {
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

    fn bars(&mut self, event: Target, week: Week) -> Lanes {
        if week < self.from {
            return 0;
        }
        let own = Subject { target: event, answer: None };
        let elsewhere = event != self.subject.target && !self.came.contains(&own);
        self.without.get(&own).copied().unwrap_or(0) | if elsewhere { self.as_it_was } else { 0 }
    }

    fn makes(&mut self, event: Target, week: Week) -> Lanes {
        self.made.get(&(event, week)).copied().unwrap_or(0)
    }

    fn chances(&mut self, event: Target, week: Week, chances: &mut [f64]) {
        self.on.chances(event, week, chances);
    }

    fn gumbels(&mut self, mood: &MoodBegun<'_>, gumbels: &mut [f64]) {
        self.on.gumbels(mood, gumbels);
    }
}
