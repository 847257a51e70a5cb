//! What a fit answers: what was learnt, how far runs agree, and what is to be distrusted.

use detente_model::{Kind, Model, Target};
use serde::Serialize;

use super::diagnostics::{Learnt, contraction, quantiles, split_r_hat};
use super::influence::{Influence, influences};
use super::likelihood::Likelihood;
use super::part::Part;
use super::predictive::Predictive;
use super::sampler::{Population, Step};
use super::{FitQuestion, Pilot};

/// R̂ above which runs do not agree (Vehtari and others 2021).
const R_HAT: f64 = 1.05;
/// Scatter of the estimate above which the sampler hardly moves.
const SCATTER: f64 = 2.0;
/// The least share of last moves taken.
const TAKEN: f64 = 0.02;
/// Families under which a population is too few draws.
const FAMILIES: usize = 16;
/// Draws of the prior that give its quantiles.
const PRIOR_QUANTILES: [f64; 5] = crate::statistics::QUANTILES;

/// A fitted posterior with everything needed to judge it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// The question.
    #[serde(flatten)]
    pub asked: FitAsked,
    /// Whether nothing speaks against using it.
    pub good: bool,
    /// What speaks against using it.
    pub concerns: Vec<Concern>,
    /// Runs of the sampler.
    pub runs: Vec<Run>,
    /// Every doubted assumption, those of which most was learnt first.
    pub learnt: Vec<Learnt>,
    /// Free histories of prior and posterior against the fitting part.
    pub predictive: Predictive,
    /// What each week of evidence does.
    pub influence: Vec<Influence>,
    /// Full names of the columns of `rows`.
    #[serde(skip)]
    pub columns: Vec<String>,
    /// Draws of the posterior, in the parameters' own units.
    #[serde(skip)]
    pub rows: Vec<Vec<f64>>,
}

/// What a fit says of its question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FitAsked {
    /// The scenario's name.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of it, without a posterior.
    pub digest: String,
    /// SHA-256 of what histories rest on in it, without words: what the posterior is fitted to.
    pub substance: String,
    /// The schools it was loaded with.
    pub loaded_with: Vec<String>,
    /// SHA-256 of what may be fitted to.
    pub split_digest: Option<String>,
    /// The release that fitted.
    pub release: String,
    /// The seed.
    pub seed: u64,
    /// Runs.
    pub runs_asked: usize,
    /// Draws of each run.
    pub draws: usize,
    /// Histories for each draw's likelihood.
    pub each: usize,
    /// The same as asked for; `None` if it was chosen.
    pub each_asked: Option<usize>,
    /// The most rounds of moves after a step.
    pub most_rounds: u32,
    /// Entries fitted to.
    pub entries: usize,
    /// Levels fitted to.
    pub levels: usize,
    /// The first day of which the fitting part says nothing.
    pub until: String,
    /// Standard deviation of an estimate of ln likelihood near the best draws of the pilot.
    pub scatter: f64,
    /// The share of the pilot's draws of the prior that could follow the record.
    pub following: f64,
    /// What an assumption explains that explains nothing, on average.
    pub explained_by_chance: f64,
}

/// One run of the sampler.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// ln of the estimated probability of the fitting part.
    pub log_evidence: f64,
    /// Estimates of the likelihood made.
    pub estimates: u64,
    /// Draws of the prior from which the posterior's draws descend.
    pub families: usize,
    /// Different draws at the end.
    pub different: usize,
    /// Steps of temperature.
    pub steps: Vec<Step>,
}

/// Something that speaks against using a posterior.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Concern {
    /// What was found.
    pub what: String,
    /// What would help.
    pub help: String,
}

/// The answer of a fit whose runs are done.
pub(crate) fn answer(
    model: &Model,
    part: &Part,
    question: &FitQuestion,
    pilot: &Pilot,
    likelihood: &Likelihood<'_>,
    runs: &[Population],
    predictive: Predictive,
) -> Fit {
    let columns = likelihood.columns();
    let names: Vec<String> =
        columns.iter().map(|target| model.full_name(*target).to_owned()).collect();
    let all: Vec<&[f64]> = runs.iter().flat_map(|run| &run.scores).map(Vec::as_slice).collect();
    let weeks: Vec<&[f64]> =
        runs.iter().flat_map(|run| &run.weighed).map(|one| one.weeks.as_slice()).collect();
    let mut learnt: Vec<Learnt> = (0..columns.len())
        .map(|place| learnt_of(model, columns[place], place, pilot, likelihood, runs))
        .collect();
    let told: Vec<Run> = runs.iter().map(run_of).collect();
    let concerns = concerns(&told, &learnt, pilot);
    learnt.sort_by(|a, b| {
        let told = |one: &Learnt| one.contraction.max(one.shift.abs().min(1.0) * 0.5);
        told(b).total_cmp(&told(a)).then_with(|| a.id.cmp(&b.id))
    });
    let calendar = model.calendar;
    Fit {
        asked: FitAsked {
            scenario: model.name.clone(),
            title: model.title.clone(),
            digest: model.digest.clone(),
            substance: model.substance.clone(),
            loaded_with: model.loaded_with.clone(),
            split_digest: model.split.as_ref().map(|split| split.digest.clone()),
            release: crate::RELEASE.to_owned(),
            seed: question.seed,
            runs_asked: question.runs,
            draws: question.plan.draws,
            each: pilot.each,
            each_asked: question.each,
            most_rounds: question.plan.most_rounds,
            entries: part.entries().count(),
            levels: part.levels().count(),
            until: calendar.monday(part.until().min(calendar.weeks)).to_string(),
            scatter: pilot.scatter,
            following: pilot.following,
            explained_by_chance: pilot.explained_by_chance,
        },
        good: concerns.is_empty(),
        concerns,
        runs: told,
        learnt,
        predictive,
        influence: influences(part, &all, &weeks, &names),
        rows: rows(model, &columns, likelihood, &all, question.rows),
        columns: names,
    }
}

/// The unit of a parameter, and a value in it.
fn shown(model: &Model, target: Target, value: f64) -> f64 {
    match &model.element(target.element).kind {
        Kind::Parameter(parameter) => parameter.unit.shown(value),
        _ => value,
    }
}

fn learnt_of(
    model: &Model,
    target: Target,
    place: usize,
    pilot: &Pilot,
    likelihood: &Likelihood<'_>,
    runs: &[Population],
) -> Learnt {
    let scores = |run: &Population| run.scores.iter().map(|row| row[place]).collect::<Vec<f64>>();
    let by_run: Vec<Vec<f64>> = runs.iter().map(scores).collect();
    let (contraction, shift) = contraction(by_run.iter().flatten().copied());
    let value = |score: f64| shown(model, target, likelihood.value(place, score));
    let values: Vec<f64> = by_run.iter().flatten().map(|score| value(*score)).collect();
    let (unit, written) = match &model.element(target.element).kind {
        Kind::Parameter(parameter) => {
            let written = parameter.values.get(target.instance).copied().unwrap_or(f64::NAN);
            (parameter.unit.text.clone(), parameter.unit.shown(written))
        }
        _ => (String::new(), f64::NAN),
    };
    // A variance of n draws has a relative error of √(2/n), a mean one of √(variance/n).
    let draws = values.len().max(1) as f64;
    let error = (1.0 - contraction) * (2.0 / draws).sqrt();
    let shift_error = ((1.0 - contraction).max(0.0) / draws).sqrt();
    Learnt {
        id: model.full_name(target).to_owned(),
        unit,
        written,
        prior: PRIOR_QUANTILES.map(|share| value(detente_chance::inverse_normal_cdf(share))),
        posterior: quantiles(&values),
        contraction,
        error,
        clear: contraction > 3.0 * error || shift.abs() > 3.0 * shift_error,
        shift,
        explained: pilot.explained.get(place).copied().unwrap_or(0.0),
        active: pilot.active.contains(&place),
        r_hat: split_r_hat(&by_run),
    }
}

fn run_of(run: &Population) -> Run {
    let count = |mut numbers: Vec<u64>| {
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    };
    Run {
        log_evidence: run.log_evidence,
        estimates: u64::from(run.calls) * run.scores.len() as u64,
        families: count(run.origins.iter().map(|&origin| origin as u64).collect()),
        different: count(run.weighed.iter().map(|one| one.log.to_bits()).collect()),
        steps: run.steps.clone(),
    }
}

/// What speaks against using it.
fn concerns(runs: &[Run], learnt: &[Learnt], pilot: &Pilot) -> Vec<Concern> {
    let mut found = Vec::new();
    let mut tell = |what: String, help: &str| {
        found.push(Concern { what, help: help.to_owned() });
    };
    if runs.len() < 2 {
        tell("there is one run, which nothing can be compared with".to_owned(), "ask for two");
    }
    let apart: Vec<&Learnt> =
        learnt.iter().filter(|one| one.r_hat.is_some_and(|r_hat| r_hat > R_HAT)).collect();
    // Of many assumptions some differ by chance: one in fifty is let pass.
    if apart.len() * 50 > learnt.len() {
        let names: Vec<&str> = apart.iter().take(5).map(|one| one.id.as_str()).collect();
        let what = format!(
            "the runs do not agree on {} of {} assumptions (R̂ above {R_HAT}): {}{}",
            apart.len(),
            learnt.len(),
            names.join(", "),
            if apart.len() > 5 { ", …" } else { "" }
        );
        tell(what, "more draws, or more moves after each step");
    }
    let evidence: Vec<f64> = runs.iter().map(|run| run.log_evidence).collect();
    let (low, high) = evidence
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    if high - low > 3.0 {
        tell(
            format!("the runs differ by {:.1} in ln of the record's probability", high - low),
            "more draws",
        );
    }
    if pilot.scatter > SCATTER {
        let what = format!("the estimate of ln likelihood scatters by {:.1}", pilot.scatter);
        tell(what, "more histories for each draw");
    }
    for (number, run) in runs.iter().enumerate() {
        let last = run.steps.last().map_or(0.0, |step| step.taken_active);
        if last < TAKEN {
            let what = format!("run {} took {:.1} % of its last moves", number + 1, 100.0 * last);
            tell(what, "more histories for each draw, or more moves after each step");
        }
        if run.families < FAMILIES {
            let what =
                format!("run {} descends from {} draws of the prior", number + 1, run.families);
            tell(what, "more draws, or a larger share kept by a step");
        }
    }
    found
}

/// At most so many draws, evenly apart, in the parameters' own units and to five figures: what a file
/// holds and a reader can take in.
fn rows(
    model: &Model,
    columns: &[Target],
    likelihood: &Likelihood<'_>,
    all: &[&[f64]],
    most: usize,
) -> Vec<Vec<f64>> {
    let wanted = most.min(all.len());
    (0..wanted)
        .map(|row| {
            let values = likelihood.values(all[row * all.len() / wanted]);
            columns
                .iter()
                .zip(values)
                .map(|(target, value)| five_figures(model, *target, value))
                .collect()
        })
        .collect()
}

/// A value in its parameter's unit to five figures, or whole where rounding would leave the range.
fn five_figures(model: &Model, target: Target, value: f64) -> f64 {
    let whole = shown(model, target, value);
    let rounded = format!("{whole:.4e}").parse().unwrap_or(whole);
    match &model.element(target.element).kind {
        Kind::Parameter(parameter) if !parameter.range.holds(parameter.unit.held(rounded)) => whole,
        _ => rounded,
    }
}
