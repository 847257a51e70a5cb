//! Claims: historians' sentences, run. Which way the model falls on each, how firmly, and on which
//! assumptions that hangs.
//!
//! The rules are those of the protocol (`docs/book/src/claims.md`). All claims share their runs: the
//! baseline is run once for each assumption set, and each distinct set of changes once, from the week
//! in which it parts from the baseline, under the same dice.

mod answer;
mod asked;
mod built_in;
mod effect;
mod families;
mod firmness;
mod given;
mod hinges;
mod kept;
mod plan;
mod rivals;
mod run;
mod saying;
mod sets;
mod sums;
mod table;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use detente_model::{Claim, Date, Model};
use detente_scenario::reading::Source;
use detente_scenario::spelling::suggest;

pub use crate::report::claims_report as report;
pub use answer::{
    Base, ClaimAnswer, Claims, Falls, Finding, Firmness, Hinge, HingeKind, NotAskable, RivalPair,
    SetAnswer, SetAsked,
};
pub use effect::Effect;
pub use table::claims_csv;
pub use verdict::Verdict;

use crate::LabError;
use crate::guided::Given;
use crate::openings::{Openings, open_seal, write_found};
use crate::parts::{Parts, key_of};
use crate::question::{Question, Watch};
use asked::{asked_sets, schools};
use hinges::{KeptHinge, Screened};
use plan::{Plan, not_askable};
use run::{Found, Walk};
use sets::{Running, Set, numbers};

/// The file of finished parts in an answer's folder.
const PARTS: &str = "parts.jsonl";

/// Pairs of histories at the author's values, unless others are asked for.
pub const AUTHORS_PAIRS: u64 = 2_000;

/// Which claims are asked about, and under what.
pub struct Inquiry<'a> {
    /// Where the scenario lies; openings are written into its folder.
    pub source: &'a Source,
    /// The scenario, loaded without a school.
    pub model: &'a Model,
    /// Gives the scenario loaded with a school, or says why it cannot.
    pub with_school: &'a dyn Fn(&str) -> Result<Model, LabError>,
    /// The claims, by name; all, if none is named.
    pub names: Vec<String>,
    /// Whether sealed claims may be run.
    pub seals: Seals,
    /// Under what.
    pub under: Under,
    /// How far histories follow the record; further than the start only at the author's values.
    pub given: Given,
    /// The seed of all chance.
    pub seed: u64,
    /// Pairs of histories at the author's values.
    pub pairs: u64,
    /// How many threads; as many as the machine has, if `None`. The answer does not depend on it.
    pub jobs: Option<NonZeroUsize>,
    /// The folder in which finished parts are kept and found again; none are, if `None`.
    pub folder: Option<PathBuf>,
}

/// What is done with sealed claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seals {
    /// They are left out.
    Kept,
    /// They are run, and each opening is written down under this date.
    Opened(Date),
}

/// Under which assumption sets claims are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Under {
    /// At the author's values.
    Author,
    /// Under each school, at the author's values.
    Schools,
    /// Under draws from the prior, without a school and with each.
    Prior,
    /// Under draws from the posterior, without a school and with each.
    Posterior,
    /// All of these but schools at the author's values, and what each verdict hangs on.
    All,
}

/// Runs claims.
///
/// When the watch stops the run, the answer holds the sets that are finished, and the parts that are
/// finished lie in the folder, from which the same question goes on.
///
/// # Errors
/// A claim that is not there, is sealed, or cannot be measured; a school that cannot be loaded; a run
/// that stops; a folder or a log that cannot be read or written.
pub fn claims(inquiry: &Inquiry<'_>, watch: &Watch<'_>) -> Result<Claims, LabError> {
    let model = inquiry.model;
    let (chosen, cannot_be) = askable(inquiry, chosen(inquiry)?);
    let names: Vec<&str> = chosen.iter().map(|claim| claim.id.as_str()).collect();
    let log = Openings::read(inquiry.source)?;
    let mut notes = Vec::new();
    let schools = schools(inquiry)?;
    let mut sets = asked_sets(inquiry, &schools, &mut notes)?;
    if chosen.is_empty() {
        sets.clear();
    }
    let plan = Plan::of(model, &numbers(model, &names)?, inquiry.given)?;
    let opened = open_seals(inquiry, &chosen)?;
    let cost = sets.iter().map(|set| set.cost(&plan)).sum();
    let mut walk = Walk::new(watch, cost);
    let file = inquiry.folder.as_ref().map(|folder| folder.join(PARTS));
    let parts = Parts::open(file.as_deref())?;
    let threads = Question { jobs: inquiry.jobs, ..Question::default() }.threads();
    let seed = inquiry.seed;
    let mut running = Running { seed, threads, parts, walk: &mut walk };
    let mut finished = Vec::new();
    for set in &sets {
        match set.run(&mut running, &names)? {
            Some((plan, found)) => finished.push((set, plan, found)),
            None => break,
        }
    }
    let mut told = saying::told(model, &names, &finished);
    let mut stopped = finished.len() < sets.len();
    if inquiry.under == Under::All && !stopped {
        stopped = !find_hinges(model, &names, &mut told, &mut running)?;
    }
    if inquiry.under == Under::All && stopped {
        notes.push("what the verdicts hang on was not finished".to_owned());
    }
    let mut answer = gathered(inquiry, told, &sets, finished.len(), log, notes);
    answer.finished = !stopped;
    answer.not_askable = cannot_be;
    let stands_on = finished.first().and_then(|(_, _, found)| found.stands_on.as_ref());
    answer.asked.conditioning = stands_on.map(|on| on.conditioning.clone());
    close_seals(inquiry, &opened, &answer)?;
    Ok(answer)
}

/// The folder an answer is kept in unless another is named:
/// `detente-out/<scenario>-<digest>-claims-<question>`.
pub fn default_folder(inquiry: &Inquiry<'_>) -> PathBuf {
    let model = inquiry.model;
    let whole = format!(
        "{:?} {:?} {:?} {:?} {} {}",
        inquiry.names, inquiry.seals, inquiry.under, inquiry.given, inquiry.seed, inquiry.pairs
    );
    let short: String = model.digest.chars().take(8).collect();
    let digits: String = key_of(&[&whole]).chars().take(6).collect();
    PathBuf::from("detente-out").join(format!("{}-{short}-claims-{digits}", model.name))
}

/// Whether finished parts lie in an answer's folder.
pub fn parts_lie_in(folder: &Path) -> bool {
    folder.join(PARTS).metadata().is_ok_and(|file| file.len() > 0)
}

/// The claims that are asked about, in order of name.
fn chosen<'a>(inquiry: &Inquiry<'a>) -> Result<Vec<&'a Claim>, LabError> {
    let model = inquiry.model;
    if model.claims.is_empty() {
        let what = format!("{} has no claims; they stand in claims/*.toml", model.name);
        return Err(LabError::Question(what));
    }
    let mut chosen = Vec::new();
    for name in &inquiry.names {
        let Some(claim) = model.claims.iter().find(|claim| claim.id == *name) else {
            let all = model.claims.iter().map(|claim| claim.id.as_str());
            let listed = format!("there are {}", all.clone().collect::<Vec<_>>().join(", "));
            let help = suggest(name, all, &listed);
            return Err(LabError::Question(format!("there is no claim \"{name}\"; {help}")));
        };
        if is_sealed(model, claim) && inquiry.seals == Seals::Kept {
            return Err(LabError::Question(format!(
                "{name} is sealed: it is kept for the end, when nothing is tuned any more. --open runs \
                 it, and writes that into openings.log"
            )));
        }
        chosen.push(claim);
    }
    if inquiry.names.is_empty() {
        let kept = |claim: &&Claim| inquiry.seals != Seals::Kept || !is_sealed(model, claim);
        chosen.extend(model.claims.iter().filter(kept));
    }
    chosen.sort_by(|a, b| a.id.cmp(&b.id));
    chosen.dedup_by(|a, b| a.id == b.id);
    if chosen.is_empty() {
        let what =
            "every claim here is sealed; --open runs them, and writes that into openings.log";
        return Err(LabError::Question(what.to_owned()));
    }
    Ok(chosen)
}

/// Of these claims, those that can be asked as the inquiry does, and why the others cannot.
fn askable<'a>(inquiry: &Inquiry<'_>, chosen: Vec<&'a Claim>) -> (Vec<&'a Claim>, Vec<NotAskable>) {
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    for claim in chosen {
        match not_askable(inquiry.model, claim, inquiry.given) {
            None => can.push(claim),
            Some(why) => {
                cannot.push(NotAskable { id: claim.id.clone(), says: claim.says.clone(), why });
            }
        }
    }
    (can, cannot)
}

/// The part a claim was dealt to, in a scenario with a split.
pub(crate) fn part_of<'a>(model: &'a Model, claim: &Claim) -> Option<&'a str> {
    model.split.as_ref()?.claims.get(&claim.id).map(String::as_str)
}

fn is_sealed(model: &Model, claim: &Claim) -> bool {
    part_of(model, claim) == Some("sealed")
}

/// Writes down each sealed claim that is about to be run; gives their names and the date.
fn open_seals(inquiry: &Inquiry<'_>, chosen: &[&Claim]) -> Result<Vec<(String, Date)>, LabError> {
    let Seals::Opened(date) = inquiry.seals else { return Ok(Vec::new()) };
    let sealed = chosen.iter().filter(|claim| is_sealed(inquiry.model, claim));
    let mut opened = Vec::new();
    for claim in sealed {
        let what = format!("claim {}", claim.id);
        open_seal(inquiry.source, date, &inquiry.model.digest, &what)?;
        opened.push((claim.id.clone(), date));
    }
    Ok(opened)
}

/// Writes down what came of each opening.
fn close_seals(
    inquiry: &Inquiry<'_>,
    opened: &[(String, Date)],
    answer: &Claims,
) -> Result<(), LabError> {
    for (id, date) in opened {
        let claim = answer.claims.iter().find(|claim| claim.id == *id);
        let result = claim.map_or("not finished".to_owned(), saying::in_a_line);
        let what = format!("claim {id}");
        write_found(inquiry.source, *date, &inquiry.model.digest, &what, &result)?;
    }
    Ok(())
}

/// Finds what the claims that do not stand firm hang on; whether it was finished.
fn find_hinges(
    model: &Model,
    names: &[&str],
    told: &mut [ClaimAnswer],
    running: &mut Running<'_, '_>,
) -> Result<bool, LabError> {
    let plan = Plan::of(model, &numbers(model, names)?, Given::FromTheStart)?;
    let seed = running.seed.to_string();
    let mut key = vec![crate::RELEASE, "screen", &model.digest, &seed];
    key.extend(names);
    let key = key_of(&key);
    let screened = match running.parts.get::<Screened>(&key) {
        Some(kept) => kept,
        None => {
            let (seed, threads) = (running.seed, running.threads);
            running.walk.of += hinges::SCREENED * (1 + plan.arms.len() as u64);
            let found = hinges::screen(model, &plan, seed, threads, running.walk)?;
            let Some(found) = found else { return Ok(false) };
            running.parts.put(&key, &found)?;
            found
        }
    };
    for (number, candidates) in screened {
        let claim = &model.claims[number];
        let Some(own) = told.iter_mut().find(|one| one.id == claim.id) else { continue };
        if own.firmness == Some(Firmness::Firm) {
            continue;
        }
        let key = key_of(&[crate::RELEASE, "hinges", &model.digest, &seed, &claim.id]);
        let hinges = match running.parts.get::<Vec<KeptHinge>>(&key) {
            Some(kept) => kept,
            None => {
                let (seed, threads) = (running.seed, running.threads);
                running.walk.of += hinges::TRIED * 2 * (1 + 2 * candidates.len() as u64);
                let walk = &mut *running.walk;
                let found = hinges::hinges(model, number, &candidates, seed, threads, walk)?;
                let Some(found) = found else { return Ok(false) };
                running.parts.put(&key, &found)?;
                found
            }
        };
        let told = hinges.into_iter().filter_map(|hinge| hinge.told(model));
        own.hangs_on.splice(0..0, told);
        saying::say_firmness(own);
    }
    Ok(true)
}

/// Puts the answer together.
fn gathered(
    inquiry: &Inquiry<'_>,
    told: Vec<ClaimAnswer>,
    sets: &[Set<'_>],
    finished: usize,
    log: Openings,
    notes: Vec<String>,
) -> Claims {
    let model = inquiry.model;
    let rivals = rivals::pairs(&told);
    let question = Question {
        seed: inquiry.seed,
        histories: inquiry.pairs,
        given: inquiry.given,
        ..Question::default()
    };
    let histories = if finished == 0 { 0 } else { inquiry.pairs };
    let (done, open) = sets.split_at(finished);
    let asked = |sets: &[Set<'_>]| sets.iter().map(|set| set.asked.clone()).collect();
    let left_out = match inquiry.seals {
        Seals::Kept if inquiry.names.is_empty() => {
            model.claims.iter().filter(|claim| is_sealed(model, claim)).count()
        }
        _ => 0,
    };
    Claims {
        asked: crate::answer::Asked::new(model, &question, histories),
        sets: asked(done),
        unfinished: asked(open),
        finished: open.is_empty(),
        claims: told,
        not_askable: Vec::new(),
        pairs_decided: rivals.iter().filter(|pair| pair.decided).count(),
        rivals,
        sealed_left_out: left_out,
        openings_before: log.count(),
        openings_seal: log.seal,
        notes,
    }
}

/// A set that was run, its plan, and what was found.
pub(crate) type Finished<'s, 'a> = (&'s Set<'a>, Plan, Found);
