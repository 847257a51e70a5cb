//! Claims that can be run, named what-ifs, and schools of thought.

use crate::{Citation, ElementId, Formula, Intervention, Place};

/// A historian's claim in a form that can be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its name.
    pub id: String,
    /// The claim in a sentence.
    pub says: String,
    /// Who makes it.
    pub by: Vec<Citation>,
    /// The subsystem it belongs to.
    pub subsystem: String,
    /// How the field stands to it.
    pub standing: Standing,
    /// Whether it is one of the lesser ones.
    pub secondary: bool,
    /// Claims that cannot hold at full strength together with this one.
    pub rivals: Vec<String>,
    /// What is changed.
    pub grouping: Grouping,
    /// Only histories in which this holds in the baseline, if given.
    pub among: Option<Formula>,
    /// What is expected.
    pub expects: Vec<Expectation>,
    /// Where it stands.
    pub place: Place,
}

/// How the field stands to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the field's own")]
pub enum Standing {
    Consensus,
    Contested,
    Minority,
    Refuted,
}

/// What a claim changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Grouping {
    /// Nothing: it is about the baseline.
    Nothing,
    /// One set of interventions.
    Given(Vec<Intervention>),
    /// Several named sets.
    Arms(Vec<Arm>),
    /// Each of a family of what-ifs.
    ForEach(ForEach),
}

/// A named set of interventions.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// What it changes.
    pub given: Vec<Intervention>,
}

/// A family of what-ifs, by the path of their files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForEach {
    /// As written: `what-ifs/single/*`.
    pub pattern: String,
    /// The what-ifs it names, in order.
    pub what_ifs: Vec<String>,
}

/// What a claim expects of one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The outcome.
    pub outcome: ElementId,
    /// The arm it is about, if the claim has several.
    pub arm: Option<String>,
    /// The expected change, least and greatest; on the scale of `scale`. For "unchanged", minus and
    /// plus `within`.
    pub change: (f64, f64),
    /// What the numbers are.
    pub scale: ExpectationScale,
    /// Whether the claim is that nothing changes beyond the band.
    pub unchanged: bool,
}

/// The scale of an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectationScale {
    /// A difference in the outcome's own unit.
    Points,
    /// A ratio of the what-if to the baseline.
    Ratio,
    /// The level itself.
    Level,
    /// A difference of dates in weeks.
    Weeks,
}

/// A named set of interventions, ready to use.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// Its name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// A paragraph for readers.
    pub about: String,
    /// What it changes.
    pub does: Vec<Intervention>,
    /// Where it stands: files in `what-ifs/single/` change one leader or one speech.
    pub place: Place,
}

/// A school of thought: a set of assumptions. Its overriding tables are applied when the scenario is
/// loaded with it.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Its name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// A paragraph for readers.
    pub about: String,
    /// Who holds it.
    pub sources: Vec<Citation>,
    /// What it changes by intervention.
    pub changes: Vec<Intervention>,
    /// Whether it also overrides parts of the model, and so has to be loaded with it.
    pub overrides: bool,
    /// Where it stands.
    pub place: Place,
}
