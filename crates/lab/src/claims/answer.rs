//! What is said of claims, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::effect::Effect;
use super::verdict::Verdict;
use crate::answer::{Asked, Quantiles};
use crate::sheaf::Met;

/// What the model says of claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claims {
    /// The question. `histories` are pairs at the author's values.
    #[serde(flatten)]
    pub asked: Asked,
    /// The assumption sets that were run, in order.
    pub sets: Vec<SetAsked>,
    /// Sets that were asked for and not finished when the run was stopped.
    pub unfinished: Vec<SetAsked>,
    /// Whether everything asked for is there.
    pub finished: bool,
    /// The claims, in order of name.
    pub claims: Vec<ClaimAnswer>,
    /// Claims that cannot be asked of histories that follow the record so far, in order of name.
    pub not_askable: Vec<NotAskable>,
    /// Rivals side by side.
    pub rivals: Vec<RivalPair>,
    /// How many of those pairs the model decides.
    pub pairs_decided: usize,
    /// Sealed claims that were left out.
    pub sealed_left_out: usize,
    /// Openings of what is sealed that came before this run.
    pub openings_before: usize,
    /// SHA-256 of the last line of the log of openings before this run; noughts if it is empty.
    pub openings_seal: String,
    /// What a reader should know of the whole.
    pub notes: Vec<String>,
}

/// A claim that cannot be asked so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotAskable {
    /// Its name.
    pub id: String,
    /// The claim in a sentence.
    pub says: String,
    /// Why not, in a sentence.
    pub why: String,
}

/// An assumption set that claims were run under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAsked {
    /// Where the parameters stood.
    pub base: Base,
    /// The school whose assumptions held, if any.
    pub school: Option<String>,
    /// What a reader sees.
    pub title: String,
    /// Draws of the parameters: 1 at the author's values.
    pub draws: u64,
    /// Pairs of histories for each.
    pub pairs: u64,
}

/// Where the parameters stand in an assumption set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// At the author's values.
    Author,
    /// Drawn from their priors.
    Prior,
    /// Drawn from the posterior that the scenario carries.
    Posterior,
}

impl Base {
    /// Its name, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Prior => "prior",
            Self::Posterior => "posterior",
        }
    }
}

/// What the model says of one claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimAnswer {
    /// Its name.
    pub id: String,
    /// The claim in a sentence.
    pub says: String,
    /// Who makes it, as cited.
    pub by: Vec<String>,
    /// The subsystem it belongs to.
    pub subsystem: String,
    /// `consensus`, `contested`, `minority` or `refuted`.
    pub standing: &'static str,
    /// Whether it is one of the lesser ones.
    pub secondary: bool,
    /// `tune`, `check` or `sealed`; nothing in a scenario without a split.
    pub part: Option<String>,
    /// Whether a source of the claim is also one of a number or reason on a causal path to its
    /// outcome: then its verdict counts for coherence, never as support.
    pub built_in: bool,
    /// Those sources, each with the elements that cite it.
    pub built_in_by: BTreeMap<String, Vec<String>>,
    /// Claims that cannot hold at full strength together with this one.
    pub rivals: Vec<String>,
    /// The condition on the baseline under which histories count, as written.
    pub among: Option<String>,
    /// At the author's values, or in the first set that was run.
    pub verdict: Verdict,
    /// Whether every estimate there lies in its band.
    pub in_band: bool,
    /// How firmly the model falls as it does: by the posterior if there is one, else by the prior;
    /// nothing unless draws were run under every school.
    pub firmness: Option<Firmness>,
    /// Which way it falls in most of those draws.
    pub falls: Option<Falls>,
    /// Firmness by where the parameters stand: `prior`, `posterior`.
    pub under: BTreeMap<&'static str, Firmness>,
    /// What-if minus baseline of the first thing expected, in the outcome's unit.
    pub difference: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// All that is expected, in the first set that was run.
    pub findings: Vec<Finding>,
    /// The verdict under each set.
    pub sets: Vec<SetAnswer>,
    /// Assumptions whose change turns it.
    pub hangs_on: Vec<Hinge>,
    /// What a reader should know: a change that never bites, a question never put.
    pub notes: Vec<String>,
}

/// How firmly a model falls one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Firmness {
    /// The same way in at least 95 of 100 draws in every set.
    Firm,
    /// In at least 80 of 100 draws in three quarters of the sets.
    Leaning,
    /// A school or a parameter turns it.
    HangsOn,
    /// None of these.
    Silent,
}

impl Firmness {
    /// Its name, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Leaning => "leaning",
            Self::HangsOn => "hangs_on",
            Self::Silent => "silent",
        }
    }
}

impl Falls {
    /// Its name, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::For => "for",
            Self::Against => "against",
        }
    }
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Falls {
    /// As claimed.
    For,
    /// Not as claimed.
    Against,
}

/// One thing expected, and what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The outcome's full name.
    pub outcome: String,
    /// What a reader sees.
    pub title: String,
    /// The arm or what-if, if the claim has several.
    pub arm: Option<String>,
    /// What was changed, as written.
    pub given: Vec<String>,
    /// `points`, `ratio`, `level` or `weeks`: the scale of `effect` and `band`.
    pub scale: &'static str,
    /// The expected band.
    pub band: [f64; 2],
    /// Whether the claim is that nothing changes beyond the band.
    pub unchanged: bool,
    /// The outcome's unit; weeks where the scale is.
    pub unit: String,
    /// Whether the outcome's values are shares of histories.
    pub is_share: bool,
    /// Share or mean without the change, in the outcome's unit.
    pub baseline: Option<f64>,
    /// And with it.
    pub what_if: Option<f64>,
    /// The effect on the scale of the claim, with its 95 % interval; nothing if no history counts.
    pub effect: Option<Effect>,
    /// What-if minus baseline, in the outcome's unit, with its 95 % interval.
    pub difference: Option<Effect>,
    /// Pairs that count, as a share of those run.
    pub share_counted: f64,
    /// Where histories follow the record: how many independent ones stand behind it, the families that
    /// count or the effective histories if they are fewer. Under a hundred there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_on: Option<u64>,
    /// For weeks: shares of the counted pairs in which it never comes without the change, and with it.
    pub never: Option<[f64; 2]>,
    /// Which way it falls.
    pub verdict: Verdict,
    /// Whether the estimate lies in the band.
    pub in_band: bool,
}

/// A claim under one assumption set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetAnswer {
    /// The set.
    #[serde(flatten)]
    pub set: SetAsked,
    /// Which way all its pairs fall together; at the author's values only, since over draws the
    /// share says more.
    pub verdict: Option<Verdict>,
    /// Whether the estimate lies in the band, at the author's values.
    pub in_band: Option<bool>,
    /// The share of draws in which everything expected has the expected sign.
    pub as_claimed: f64,
    /// The effect on the first thing expected, on its scale: over draws, its quantiles.
    pub effect: Quantiles<f64>,
    /// The least that any of its findings stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_on: Option<u64>,
}

/// An assumption that turns a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hinge {
    /// The parameter's full name, or the school's name.
    pub assumption: String,
    /// What it is.
    pub kind: HingeKind,
    /// What a reader sees.
    pub title: String,
    /// The value at which it turns, in the parameter's unit; nothing for a school.
    pub flips_at: Option<f64>,
    /// The author's value, likewise.
    pub stands_at: Option<f64>,
    /// The unit of both.
    pub unit: Option<String>,
    /// Which way it falls beyond that value, or under that school.
    pub turns: Falls,
}

/// What can turn a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HingeKind {
    /// One parameter, within its prior.
    Parameter,
    /// A school of thought.
    School,
}

/// Two rival claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RivalPair {
    /// Their names, in order.
    pub pair: [String; 2],
    /// The verdict on each.
    pub verdicts: [Verdict; 2],
    /// Whether the model decides between them: exactly one is supported.
    pub decided: bool,
    /// The one that is supported, if exactly one is.
    pub side: Option<String>,
    /// Whether both pass at full strength, supported and in band: then the model is too loose.
    pub both_pass: bool,
}

/// What a change met with on the way, in words.
pub(crate) fn met_words(what: Met, id: &str, times: u64, of: u64) -> Option<String> {
    let share = crate::report::words::of_100(times as f64 / of.max(1) as f64);
    Some(match what {
        Met::NeverPut => format!("the question {id} was never put in {share} of 100 histories"),
        Met::NeedsUnmet => {
            format!("{id} was made to happen against its needs in {share} of 100 histories")
        }
        Met::DueInVain => {
            format!("{id} was due and could not come in {share} of 100 histories")
        }
        Met::HappenedAlready => format!("{id} had happened already in {share} of 100 histories"),
        Met::AnswersNotOpen => {
            format!("the answer wanted of {id} was not open, {times} times in {of} histories")
        }
        Met::RangeBites | Met::SumsHeld | Met::Conflicts => return None,
    })
}
