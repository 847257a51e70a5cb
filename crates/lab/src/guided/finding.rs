//! Is the record possible under the model? If not: which entry, when, and what stood in the way.

use std::collections::BTreeMap;
use std::fmt;

use detente_engine::{Doubt, Failure, Guidance, Impossible, Machine, Program, Setup, compile};
use detente_model::{Coupling, Intervention, Kind, Model, Target, Week};
use serde::Serialize;

use super::islands::{Following, ISLAND, Island};
use super::probe::{BEYOND, Probe, Probed};
use crate::LabError;
use crate::layout::Layout;
use crate::question::Question;
use crate::references::references_for;

/// Where no history could follow the record any further.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The entry of the record; `None` where something that is not recorded was certain.
    pub entry: Option<String>,
    /// What a reader sees of it.
    pub title: Option<String>,
    /// Whether the split holds the entry out: then nothing is said but that it is impossible.
    pub held_out: bool,
    /// The full name of the event or decision; of a level, what was measured.
    pub element: String,
    /// The week.
    pub week: u32,
    /// The Monday of that week.
    pub date: String,
    /// What was the matter, as the end of a sentence that begins with the element.
    pub why: String,
    /// What stood in the way, the commonest first.
    pub obstacles: Vec<Obstacle>,
    /// In how many of the histories that came so far it was the matter; `None` of an entry held out.
    pub histories: Option<u64>,
    /// What can be done about it.
    pub help: String,
}

/// Something that stood in the way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Obstacle {
    /// The part of what must hold that did not, as written; or a few words.
    pub what: String,
    /// In what share of the histories.
    pub share: f64,
    /// In the history that came nearest, how far it was from holding; `None` for what holds or not.
    pub short_by: Option<f64>,
    /// The unit of that.
    pub unit: String,
}

/// Whether the record is possible under the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Possible {
    /// Histories that tried.
    pub histories: u64,
    /// Why none could follow it to its end; `None` if some did.
    pub finding: Option<Finding>,
}

/// Lets one island of histories follow the whole record: the run that `detente check` makes. `None` if
/// there is nothing to follow, or the model's coupling cannot follow it.
///
/// # Errors
/// A model that does not compile, or a run that stops.
pub fn record_is_possible(model: &Model, seed: u64) -> Result<Option<Possible>, LabError> {
    let guidance = Guidance::of(model, None);
    let nothing = guidance.events.is_empty() && guidance.decisions.is_empty();
    if model.coupling == Coupling::Threshold || (nothing && guidance.levels.is_empty()) {
        return Ok(None);
    }
    let holding = Question::default().holding(model);
    let arm = Layout { outcomes: Vec::new(), followed: Vec::new() };
    let program = arm.arm_with(model, &holding, Doubt::AtValues)?.program;
    let machine = Machine::best();
    let following = Following {
        program: &program,
        doubt: Doubt::AtValues,
        row: None,
        guidance: &guidance,
        seed,
        first: 0,
        histories: ISLAND,
        machine,
    };
    let island = following.island(0)?;
    let finding = match island.log_evidence == f64::NEG_INFINITY {
        true => Some(of_islands(model, &following, &holding, &[island])?),
        false => None,
    };
    Ok(Some(Possible { histories: ISLAND, finding }))
}

/// Why islands of which none could follow the record could not.
///
/// The island that came furthest is run again with probes, so that the finding can say which part of
/// what must hold did not, and how far it was from holding.
pub(super) fn of_islands(
    model: &Model,
    following: &Following<'_>,
    holding: &[Intervention],
    islands: &[Island],
) -> Result<Finding, LabError> {
    let last_week = |island: &Island| island.failures.iter().map(|(_, one)| one.week).max();
    let furthest = (0..islands.len()).rev().max_by_key(|&number| last_week(&islands[number]));
    let furthest = furthest.unwrap_or(0);
    let failures = islands.get(furthest).map_or(&[][..], |island| &island.failures);
    let last = islands.iter().filter_map(last_week).max();
    if let Some(finding) = out_of_reach(model, following, last)? {
        return Ok(finding);
    }
    let Some((failure, slots)) = commonest(failures) else {
        let what = "no history follows the record, and no entry of it says why";
        return Err(LabError::Engine(what.to_owned()));
    };
    let mut finding = Finding::of(model, failure, slots.len() as u64);
    if finding.held_out {
        return Ok(finding);
    }
    if matches!(failure.how, Impossible::NotAtRisk | Impossible::NotAsked) {
        let probed = Probed::of(model, failure.target);
        let program = probed.program(following, holding)?;
        let again = Following { program: &program, doubt: following.doubt.clone(), ..*following };
        finding.obstacles = obstacles(&probed, &again, furthest as u64, failure.week, &slots)?;
    }
    Ok(finding)
}

/// Why histories that came further than all that failed weigh nothing: a level is measured so exactly
/// that its density is nought in every one of them. `None` if that is not why.
fn out_of_reach(
    model: &Model,
    following: &Following<'_>,
    failed: Option<Week>,
) -> Result<Option<Finding>, LabError> {
    let weighed = || following.guidance.levels.iter().filter(|own| !own.unweighed);
    if weighed().next().is_none() {
        return Ok(None);
    }
    let weeks = following.log_evidence_by_week()?;
    let dead = weeks.iter().position(|week| *week == f64::NEG_INFINITY).map(|week| week as Week);
    let dead = dead.filter(|dead| failed.is_none_or(|failed| failed < *dead));
    let Some(due) = dead.and_then(|dead| weighed().find(|own| own.week == dead)) else {
        return Ok(None);
    };
    let level = &model.record.levels[due.level];
    let held_out = is_held_out(model, &level.id);
    let why = match held_out {
        true => "could not be followed",
        false => "came so far from what was measured, in every history, that its error excludes it",
    };
    Ok(Some(Finding {
        entry: Some(level.id.clone()),
        title: Some(level.title.clone()),
        held_out,
        element: level.is.text.clone(),
        week: due.week,
        date: model.calendar.monday(due.week).to_string(),
        why: why.to_owned(),
        obstacles: Vec::new(),
        histories: (!held_out).then_some(following.histories.min(ISLAND)),
        help: "give the level the error that its source supports, or leave it out".to_owned(),
    }))
}

/// What most of the histories that came furthest failed in, and which they were.
fn commonest(failures: &[(usize, Failure)]) -> Option<(Failure, Vec<usize>)> {
    let last = failures.iter().map(|(_, failure)| failure.week).max()?;
    let mut by_failure: BTreeMap<Failure, Vec<usize>> = BTreeMap::new();
    for (slot, failure) in failures.iter().filter(|(_, failure)| failure.week == last) {
        by_failure.entry(*failure).or_default().push(*slot);
    }
    by_failure.into_iter().max_by_key(|(_, slots)| slots.len())
}

fn obstacles(
    probed: &Probed,
    again: &Following<'_>,
    island: u64,
    week: Week,
    slots: &[usize],
) -> Result<Vec<Obstacle>, LabError> {
    let values = |target: Target| again.program.slot(target);
    let mut all = Vec::new();
    let watched = again.seen_in(island, week, |block| {
        let of = |part: &Probe| {
            let short = part.short_by.and_then(values).map(|slot| block.values(slot).to_vec());
            (values(part.holds).map(|slot| block.values(slot).to_vec()), short)
        };
        probed.parts.iter().map(of).collect::<Vec<_>>()
    })?;
    for (number, part) in probed.parts.iter().enumerate() {
        let (mut failed, mut nearest) = (0usize, None::<f64>);
        for &slot in slots {
            let (block, lane) = (slot / again.width(), slot % again.width());
            let (holds, short) = &watched[block][number];
            if holds.as_ref().is_some_and(|holds| holds[lane] != 0.0) {
                continue;
            }
            failed += 1;
            let short = short.as_ref().map(|short| short[lane]).filter(|short| *short < BEYOND);
            nearest = match (nearest, short) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        if failed > 0 {
            all.push(Obstacle {
                what: part.what.clone(),
                share: failed as f64 / slots.len() as f64,
                short_by: nearest
                    .map(|base| part.unit.as_ref().map_or(base, |unit| unit.shown(base))),
                unit: part.unit.as_ref().map_or_else(|| "1".to_owned(), |unit| unit.text.clone()),
            });
        }
    }
    all.sort_by(|one, other| other.share.total_cmp(&one.share));
    Ok(all)
}

impl Probed {
    /// The same program as that of the histories that failed, with the probes read.
    fn program(
        &self,
        following: &Following<'_>,
        holding: &[Intervention],
    ) -> Result<Program, LabError> {
        let of = |part: &Probe| [Some(part.holds), part.short_by];
        let setup = Setup {
            interventions: holding.to_vec(),
            references: references_for(&self.model, holding)?,
            doubt: following.doubt.clone(),
            record: self.parts.iter().flat_map(of).flatten().collect(),
            ..Setup::default()
        };
        Ok(compile(&self.model, &setup)?)
    }
}

impl Finding {
    fn of(model: &Model, failure: Failure, histories: u64) -> Self {
        let entry = failure.entry.map(|number| &model.record.entries[number]);
        let held_out = entry.is_some_and(|entry| is_held_out(model, &entry.id));
        Self {
            held_out,
            entry: entry.map(|entry| entry.id.clone()),
            title: entry.map(|entry| entry.title.clone()),
            element: model.full_name(failure.target).to_owned(),
            week: failure.week,
            date: model.calendar.monday(failure.week).to_string(),
            why: match held_out {
                true => "could not be followed".to_owned(),
                false => why(model, failure),
            },
            obstacles: Vec::new(),
            histories: (!held_out).then_some(histories),
            help: match entry {
                Some(_) => {
                    "loosen what stood in the way, widen the entry's window, or leave it untied"
                }
                None => "tie what happened to an entry, or take it out of the coverage",
            }
            .to_owned(),
        }
    }
}

/// Whether the split holds an entry or a level of the record out.
pub(crate) fn is_held_out(model: &Model, name: &str) -> bool {
    let part = model.split.as_ref().and_then(|split| split.record.get(name));
    part.is_some_and(|part| part == "held_out")
}

fn why(model: &Model, failure: Failure) -> String {
    let named = |answer: usize| match &model.element(failure.target.element).kind {
        Kind::Decision(decision) => {
            decision.alternatives.get(answer).map_or(String::new(), |own| own.name.to_string())
        }
        _ => String::new(),
    };
    match failure.how {
        Impossible::NotAtRisk => "was not at risk when its window closed".to_owned(),
        Impossible::Certain => {
            "was certain to happen, and the record covers it without it".to_owned()
        }
        Impossible::NotAsked => "was not put in its window".to_owned(),
        Impossible::NotOpen(answer) => format!("could not be answered by {}", named(answer)),
        Impossible::OutOfMood(answer) => {
            format!("could not turn to {} in the mood of the answers before", named(answer))
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.entry {
            Some(entry) => write!(f, "the record's \"{entry}\" is impossible: ")?,
            None => write!(f, "the record is impossible: ")?,
        }
        write!(f, "{} {} (week {}, {})", self.element, self.why, self.week, self.date)?;
        for obstacle in &self.obstacles {
            write!(f, "; {} in {:.0} of 100", obstacle.what, 100.0 * obstacle.share)?;
            match obstacle.short_by {
                Some(short) if obstacle.unit == "1" => write!(f, ", nearest short by {short:.3}")?,
                Some(short) => write!(f, ", nearest short by {short:.3} {}", obstacle.unit)?,
                None => {}
            }
        }
        Ok(())
    }
}
