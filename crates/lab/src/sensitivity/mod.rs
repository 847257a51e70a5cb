//! What matters: which of the doubted parameters an answer hangs on, by how much, and in which
//! corner of what is thought likely it comes about.
//!
//! Three methods, on common chance: Morris's screening over every doubted parameter
//! ([`elementary`]), Sobol' indices over those that screening picks ([`variance`]), and scenario
//! discovery ([`boxes`]). All three are of the author's priors, not of a posterior.

pub mod boxes;
mod discovery;
pub mod elementary;
mod factors;
mod keeping;
mod resample;
mod screening;
mod shares;
mod table;
#[cfg(test)]
mod tests;
pub mod variance;
mod words;
mod work;
mod worlds;

use std::path::Path;

use detente_model::{Kind, Model, Target};
use serde::Serialize;

pub use discovery::{BoxSaid, Cases, Discovery, DiscoveryPlan, LimitSaid};
pub use factors::FactorSaid;
pub use keeping::{command, keep, place_by_default};
pub use screening::{Screened, ScreeningPlan};
pub use shares::{Share, Shares, SharesPlan};
pub use table::{effects as effects_csv, shares as shares_csv};
pub(crate) use words::subject;
pub use words::{boxes_in_words, finding_in_words};
pub use worlds::Of;

use crate::LabError;
use crate::answer::{Asked, title_of};
use crate::parts::Parts;
use crate::question::{Parameters, Question, Watch};
use crate::scenario::suggest;
use crate::words::count;
use work::{Budget, Kept, Rows, Work};
use worlds::Worlds;

/// An outcome of a model, as [`outcome_of`] finds it.
pub type Outcome = Target;

/// Which methods are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Elementary effects of every doubted parameter.
    Morris,
    /// Sobol' indices, after screening where there are more parameters than are to be named.
    Sobol,
    /// Scenario discovery.
    Discover,
    /// All three.
    #[default]
    All,
}

/// What is to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Study {
    /// The outcome.
    pub outcome: Target,
    /// Whether it is the outcome itself, or what the question's change does to it.
    pub of: Of,
    /// By which methods.
    pub method: Method,
    /// How many parameters get indices of their own; the others are one group.
    pub named: usize,
    /// Which histories discovery looks for.
    pub cases: Cases,
}

impl Study {
    /// All methods on the outcome itself, twenty parameters named, histories in which it holds.
    pub fn of(outcome: Target) -> Self {
        Self { outcome, of: Of::Outcome, method: Method::All, named: 20, cases: Cases::Most }
    }
}

/// What matters for one outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The question; `histories` counts every history of every method.
    #[serde(flatten)]
    pub asked: Asked,
    /// By which methods.
    pub method: Method,
    /// Of what the answer is.
    pub of: Of,
    /// The outcome.
    pub outcome: OutcomeSaid,
    /// How many parameters are doubted and not held.
    pub doubted: usize,
    /// Screening.
    pub screening: Option<Screening>,
    /// Shares of variance.
    pub shares: Option<SharesFound>,
    /// Scenario discovery.
    pub discovery: Option<DiscoveryFound>,
    /// Screening and shares of every other outcome, from the same histories.
    #[serde(skip)]
    pub others: Vec<Other>,
}

/// An outcome as it is named here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeSaid {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// `probability`, `number`, or `date`, of which it is asked whether there is one.
    pub kind: String,
    /// The unit of the numbers; `1` for a share.
    pub unit: String,
}

/// Screening with its plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screening {
    /// How it was done.
    #[serde(flatten)]
    pub plan: ScreeningPlan,
    /// Each factor, the largest effect first.
    pub factors: Vec<Screened>,
}

/// Shares of variance with their plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharesFound {
    /// How it was done.
    #[serde(flatten)]
    pub plan: SharesPlan,
    /// What was found.
    #[serde(flatten)]
    pub found: Shares,
}

/// Discovery with its plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscoveryFound {
    /// How it was done.
    #[serde(flatten)]
    pub plan: DiscoveryPlan,
    /// What was found.
    #[serde(flatten)]
    pub found: Discovery,
}

/// What the same histories say of another outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// The outcome.
    pub outcome: OutcomeSaid,
    /// Each factor's effects; empty without screening.
    pub screening: Vec<Screened>,
    /// Shares of variance.
    pub shares: Option<Shares>,
}

/// The outcome of this name.
///
/// # Errors
/// There is none, with a suggestion; or it is a member of a set, which has no mean.
pub fn outcome_of(model: &Model, name: &str) -> Result<Target, LabError> {
    let all = crate::instances::instances(model, |kind| matches!(kind, Kind::Outcome(_)));
    let found = all.iter().find(|target| model.full_name(**target) == name);
    let Some(found) = found else {
        let names: Vec<&str> = all.iter().map(|target| model.full_name(*target)).collect();
        let listed = format!("there are {}", names.join(", "));
        let help = suggest(name, names.iter().copied(), &listed);
        return Err(LabError::Question(format!("no outcome is called \"{name}\": {help}")));
    };
    if said_of(model, *found).kind == "member" {
        let what = format!("{name} is a member of a set, which has no mean; ask for a truth of it");
        return Err(LabError::Question(what));
    }
    Ok(*found)
}

/// Finds out what matters. Finished parts are kept in `parts`, if given, and taken from there, so
/// that the same question goes on where it was stopped; the file is removed once all is done.
///
/// # Errors
/// A question that cannot be asked, a run that stops, a file that cannot be written; what was
/// finished is kept.
pub fn sensitivity(
    model: &Model,
    question: &Question,
    study: &Study,
    parts: Option<&Path>,
    watch: &Watch<'_>,
) -> Result<Sensitivity, LabError> {
    question.check()?;
    if question.given != crate::Given::FromTheStart {
        let what = "sensitivity is asked of the world from the start; ask it without the record";
        return Err(LabError::Question(what.to_owned()));
    }
    let holding = question.holding(model);
    let factors = factors::factors(model, &holding)?;
    let mut arms = vec![holding];
    if study.of == Of::Effect {
        if question.interventions.is_empty() {
            let what = "nothing is changed, so there is no effect to ask of";
            return Err(LabError::Question(what.to_owned()));
        }
        arms.push(question.unchanged().holding(model));
    }
    let worlds = Worlds::of(model, question.seed, &arms, &factors, &watch.stop)?;
    let budget = Budget::of(study, question.histories, factors.len());
    let kept = Kept { of: words_of(model, question, study), parts: Parts::open(parts)? };
    let planned = budget.planned(study, factors.len());
    if planned > question.histories {
        let least = Budget::of(study, 1, factors.len()).planned(study, factors.len());
        return Err(LabError::Question(format!(
            "{} histories are too few to tell {} doubted parameters apart: ask for {} at least",
            count(question.histories),
            count(factors.len() as u64),
            count(least)
        )));
    }
    let mut work = Work::begin(question, watch, &factors, &worlds, kept, planned);
    let found = work.all(study, &budget)?;
    let whole = found.whole;
    let answer = answer(model, question, study, &work, found);
    if whole {
        work.kept.parts.done();
    }
    Ok(answer)
}

/// All that decides an answer, as text.
fn words_of(model: &Model, question: &Question, study: &Study) -> String {
    let texts = |own: &[detente_model::Intervention]| -> Vec<String> {
        own.iter().map(|one| one.text.clone()).collect()
    };
    format!(
        "{} {} {} {} {} {:?} {:?} {:?} {:?} {} {:?}",
        crate::RELEASE,
        model.digest,
        question.seed,
        question.first,
        question.histories,
        texts(&question.assumptions),
        texts(&question.interventions),
        study.of,
        study.method,
        study.named,
        model.loaded_with,
    )
}

fn said_of(model: &Model, target: Target) -> OutcomeSaid {
    use detente_model::Type;
    let Kind::Outcome(outcome) = &model.element(target.element).kind else {
        return OutcomeSaid {
            id: model.full_name(target).to_owned(),
            title: String::new(),
            kind: "member".to_owned(),
            unit: "1".to_owned(),
        };
    };
    let (kind, unit) = match outcome.is.gives {
        Type::Truth => ("probability", "1"),
        Type::Date => ("date", "1"),
        Type::Member(_) => ("member", "1"),
        Type::Number(_) => ("number", outcome.unit.text.as_str()),
    };
    OutcomeSaid {
        id: model.full_name(target).to_owned(),
        title: title_of(model, target),
        kind: kind.to_owned(),
        unit: unit.to_owned(),
    }
}

fn answer(
    model: &Model,
    question: &Question,
    study: &Study,
    work: &Work<'_>,
    rows: Rows,
) -> Sensitivity {
    let drawn = Question { parameters: Parameters::Uncertain, ..question.clone() };
    let mut asked = Asked::new(model, &drawn, work.done);
    asked.histories_asked = work.planned;
    let own = work.place_of(study.outcome).unwrap_or(0);
    let (factors, seed) = (work.factors, question.seed);
    let screened = |outcome: usize| {
        let (_, walks) = rows.screening.as_ref().filter(|(_, walks)| walks.len() > 1)?;
        Some(screening::screened(factors, walks, outcome, seed))
    };
    let shared = |outcome: usize| {
        let (plan, parts) = rows.shares.as_ref().filter(|(_, parts)| parts.len() > 1)?;
        Some(shares::shares(factors, plan, parts, outcome, seed))
    };
    let outcome = said_of(model, study.outcome);
    let others = (0..work.worlds.outcomes.len()).filter(|one| *one != own).map(|one| Other {
        outcome: said_of(model, work.worlds.outcomes[one]),
        screening: screened(one).unwrap_or_default(),
        shares: shared(one),
    });
    let truth = outcome.kind != "number" && study.of == Of::Outcome;
    let discovered = rows.discovery.as_ref().map(|(plan, parts)| DiscoveryFound {
        plan: *plan,
        found: discovery::discovery(
            factors,
            parts,
            discovery::Asked {
                outcomes: work.worlds.outcomes.len(),
                outcome: own,
                truth,
                cases: study.cases,
                seed,
                first: question.first,
            },
        ),
    });
    Sensitivity {
        asked,
        method: study.method,
        of: study.of,
        outcome,
        doubted: factors.len(),
        screening: screened(own).and_then(|factors| {
            let (plan, _) = rows.screening.as_ref()?;
            Some(Screening { plan: *plan, factors })
        }),
        shares: shared(own).and_then(|found| {
            let (plan, _) = rows.shares.as_ref()?;
            Some(SharesFound { plan: plan.clone(), found })
        }),
        discovery: discovered,
        others: others.collect(),
    }
}
