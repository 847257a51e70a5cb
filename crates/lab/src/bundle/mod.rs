//! What a run leaves: a folder with tables, a summary, a report, and a manifest from which it can be
//! run again to the byte.

mod columns;
mod events;
mod folder;
mod histories;
mod lineages;
mod manifest;
mod outcomes;
mod outcomes_parquet;
mod series;

use std::path::{Path, PathBuf};

use detente_engine::Lineage;
use detente_model::{Date, Model, Target};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use folder::{Overwrite, write_whole};
pub use manifest::{MANIFEST, Manifest, Verb, read_manifest};
pub(crate) use manifest::{command, hash_of, hex};
pub use outcomes::{comparison_csv, ensemble_csv};
pub use outcomes_parquet::{comparison_parquet, ensemble_parquet};

use crate::LabError;
use crate::answer::{Asked, Ensemble};
use crate::compare::Comparison;
use crate::ensemble::Layout;
use crate::guided::Given;
use crate::question::{Parameters, Question};
use crate::sheaf::{Deed, Sheaf};
use events::Events;
use folder::Draft;
use histories::Histories;
use lineages::Lineages;
use series::WholeSeries;

/// Where a run is kept, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The folder. It is whole or absent.
    pub folder: PathBuf,
    /// What to do if something lies there.
    pub overwrite: Overwrite,
    /// Histories whose events are kept.
    pub events_of: u64,
    /// Histories whose quantities are kept week by week.
    pub whole_series_of: u64,
    /// The day written into the RO-Crate metadata, and nowhere else.
    pub date: Option<Date>,
    /// The question.
    pub verb: Verb,
}

/// Where a run was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The folder.
    pub folder: PathBuf,
    /// Whether it was written now, or a whole one lay there and was kept.
    pub written: bool,
    /// Rows of each table written.
    pub rows: std::collections::BTreeMap<String, u64>,
}

/// One of the two runs of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArmName {
    /// Nothing changed.
    Baseline,
    /// The change made.
    WhatIf,
}

impl ArmName {
    fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::WhatIf => "what_if",
        }
    }
}

impl Bundle {
    /// The folder a question goes to unless another is named:
    /// `detente-out/<scenario>-<digest>-<question>`, with a whole run already there kept as it is.
    pub fn by_default(model: &Model, question: &Question, verb: Verb) -> Self {
        let short: String = model.digest.chars().take(8).collect();
        let name = format!("{}-{short}-{}", model.name, question_name(model, question, verb));
        Self {
            folder: Path::new("detente-out").join(name),
            overwrite: Overwrite::KeepWhole,
            events_of: 10_000,
            whole_series_of: 0,
            date: None,
            verb,
        }
    }
}

/// A short name for a question: its verb, its first change, and six digits that tell it from others.
fn question_name(model: &Model, question: &Question, verb: Verb) -> String {
    let posterior = model.posterior.as_ref().map_or("", |posterior| &posterior.digest);
    let texts: Vec<&str> = question.interventions.iter().map(|one| one.text.as_str()).collect();
    let assumed: Vec<&str> = question.assumptions.iter().map(|one| one.text.as_str()).collect();
    let parameters = match question.parameters {
        Parameters::AsWritten => "as_written",
        Parameters::Uncertain => "uncertain",
        Parameters::Posterior => posterior,
    };
    let whole = format!(
        "{verb:?} {} {} {} {parameters} {:?} {assumed:?} {texts:?}",
        question.seed, question.first, question.histories, question.series
    );
    let whole = match question.given {
        Given::FromTheStart => whole,
        given => format!("{whole} {given:?}"),
    };
    let digits: String = manifest::hex(&Sha256::digest(whole.as_bytes())).chars().take(6).collect();
    let mut words = match verb {
        Verb::Ensemble => "ensemble".to_owned(),
        Verb::Compare => "compare".to_owned(),
    };
    if question.given != Given::FromTheStart {
        words = format!("{words}-{}", question.given.word());
    }
    let change: String = texts
        .first()
        .map(|text| text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect())
        .unwrap_or_default();
    for word in change.split_whitespace().take(5) {
        words = format!("{words}-{word}");
    }
    let words: String = words.chars().take(48).collect();
    format!("{words}-{digits}")
}

/// How many rows a run would write, and about how many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Rows of `histories.parquet`.
    pub histories: u64,
    /// Rows of `events.parquet`, from a few pilot histories.
    pub events: u64,
    /// Rows of `series.parquet`.
    pub series: u64,
    /// Bytes of all, roughly.
    pub bytes: u64,
}

/// What keeping a run would write, from 32 pilot histories.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn dry_run(model: &Model, question: &Question, bundle: &Bundle) -> Result<Estimate, LabError> {
    question.check()?;
    let layout = Layout::of(model, question);
    let arm = layout.arm(model, question)?;
    let pilot: Vec<u64> = (question.first..question.first + question.histories.min(32)).collect();
    let sheaf = arm.run(question.seed, &pilot, detente_engine::Machine::best())?;
    let deeds = sheaf.deeds.iter().map(|deeds| deeds.len() as u64).sum::<u64>();
    let arms = if bundle.verb == Verb::Compare { 2 } else { 1 };
    let kept = question.histories.min(bundle.events_of);
    let points = layout.followed.len() as u64 * u64::from(model.calendar.weeks) * arms;
    let histories = question.histories * arms;
    let events = deeds * kept / pilot.len().max(1) as u64 * arms;
    let series = points * 5 + points * bundle.whole_series_of.min(question.histories);
    // A report is about 300 kB; a row of outcomes 5 bytes each, an event 6, a point 9.
    let bytes =
        300_000 + histories * 5 * (layout.outcomes.len() as u64 + 1) + events * 6 + series * 9;
    Ok(Estimate { histories, events, series, bytes })
}

/// A bundle being written while the run goes on.
pub(crate) struct Keeping {
    bundle: Bundle,
    layout: Layout,
    writing: Option<Writing>,
    told: Told,
}

/// What the first history holds, in each arm: the chronicle of the report.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) one: Option<Vec<Deed>>,
    pub(crate) changed: Option<Vec<Deed>>,
}

struct Writing {
    draft: Draft,
    histories: Histories,
    events: Events,
    whole: Option<WholeSeries>,
    /// Where histories follow the record.
    lineages: Option<Lineages>,
}

impl Keeping {
    pub(crate) fn begin(bundle: &Bundle, model: &Model, layout: &Layout) -> Result<Self, LabError> {
        let whole_already = bundle.overwrite == Overwrite::KeepWhole
            && read_manifest(&bundle.folder).is_ok_and(|manifest| manifest.digest == model.digest);
        let (bundle_kept, told) = (bundle.clone(), Told::default());
        let mut keeping = Self { bundle: bundle_kept, layout: layout.clone(), writing: None, told };
        if whole_already {
            return Ok(keeping);
        }
        let draft = Draft::begin(&bundle.folder, bundle.overwrite)?;
        let arms = bundle.verb == Verb::Compare;
        let whole = (bundle.whole_series_of > 0).then_some(bundle.whole_series_of);
        keeping.writing = Some(Writing {
            histories: Histories::begin(&draft, model, &layout.outcomes, arms)?,
            events: Events::begin(&draft, bundle.events_of, arms)?,
            whole: whole
                .map(|of| WholeSeries::begin(&draft, model, &layout.followed, of, arms))
                .transpose()?,
            lineages: None,
            draft,
        });
        Ok(keeping)
    }

    /// Takes a sheaf, or the two of a comparison.
    pub(crate) fn add(
        &mut self,
        model: &Model,
        sheaf: &Sheaf,
        what_if: Option<&Sheaf>,
    ) -> Result<(), LabError> {
        let Some(writing) = &mut self.writing else { return Ok(()) };
        if self.told.one.is_none() {
            self.told.one = sheaf.deeds.first().cloned();
            self.told.changed = what_if.and_then(|own| own.deeds.first().cloned());
        }
        writing.histories.add(model, ArmName::Baseline, sheaf)?;
        if let Some(what_if) = what_if {
            writing.histories.add(model, ArmName::WhatIf, what_if)?;
        }
        writing.events.add(model, sheaf, what_if)?;
        match &mut writing.whole {
            Some(whole) => whole.add(model, sheaf, what_if),
            None => Ok(()),
        }
    }

    /// Takes the lineages of histories that follow the record, as [`Keeping::add`] took their sheaf.
    pub(crate) fn add_lineages(&mut self, first: u64, own: &[Lineage]) -> Result<(), LabError> {
        let Some(writing) = &mut self.writing else { return Ok(()) };
        let lineages = match writing.lineages.take() {
            Some(begun) => begun,
            None => Lineages::begin(&writing.draft)?,
        };
        writing.lineages.insert(lineages).add(first, own)
    }

    pub(crate) fn end_ensemble(
        self,
        model: &Model,
        question: &Question,
        answer: &Ensemble,
    ) -> Result<Kept, LabError> {
        let arms = [(ArmName::Baseline, answer.series.as_slice())];
        let report = crate::report::ensemble_report(model, question, answer, &self.told);
        let csv = ensemble_csv(answer)?;
        self.end(model, &answer.asked, &arms, answer, &csv, &report)
    }

    pub(crate) fn end_comparison(
        self,
        model: &Model,
        question: &Question,
        answer: &Comparison,
    ) -> Result<Kept, LabError> {
        let arms = [
            (ArmName::Baseline, answer.baseline.series.as_slice()),
            (ArmName::WhatIf, answer.what_if.series.as_slice()),
        ];
        let report = crate::report::comparison_report(model, question, answer, &self.told);
        let csv = comparison_csv(answer)?;
        self.end(model, &answer.asked, &arms, answer, &csv, &report)
    }

    fn end(
        self,
        model: &Model,
        asked: &Asked,
        arms: &[(ArmName, &[crate::SeriesAnswer])],
        summary: &impl Serialize,
        csv: &[u8],
        report: &str,
    ) -> Result<Kept, LabError> {
        let Some(writing) = self.writing else {
            let rows = std::collections::BTreeMap::new();
            return Ok(Kept { folder: self.bundle.folder, written: false, rows });
        };
        let Writing { draft, histories, events, whole, lineages } = writing;
        let full_name = |target: &Target| model.full_name(*target).to_owned();
        let followed = self.layout.followed.iter().map(full_name).collect();
        let mut manifest = Manifest::new(model, self.bundle.verb, asked, followed, &self.bundle);
        let mut rows = |name: &str, count: u64| manifest.rows.insert(name.to_owned(), count);
        rows("histories.parquet", histories.end()?);
        rows("events.parquet", events.end()?);
        rows("series.parquet", series::write_quantiles(&draft, model, arms)?);
        if let Some(whole) = whole {
            rows("whole_series.parquet", whole.end()?);
        }
        if let Some(lineages) = lineages {
            rows("lineages.parquet", lineages.end()?);
        }
        draft.write("outcomes.csv", csv)?;
        draft.write("summary.json", json_text(summary)?.as_bytes())?;
        draft.write("report.html", report.as_bytes())?;
        let tables: Vec<String> = manifest.rows.keys().cloned().collect();
        let texts = ["outcomes.csv", "summary.json", "report.html"].map(str::to_owned);
        for name in tables.into_iter().chain(texts) {
            let hash = hash_of(&draft.path.join(&name))?;
            manifest.files.insert(name, hash);
        }
        draft.write(MANIFEST, json_text(&manifest)?.as_bytes())?;
        let metadata = manifest::ro_crate(&manifest, model, self.bundle.date);
        draft.write("ro-crate-metadata.json", json_text(&metadata)?.as_bytes())?;
        Ok(Kept { folder: draft.finish()?, written: true, rows: manifest.rows })
    }
}

/// Indented JSON with a line's end.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, LabError> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| LabError::Unwritable("summary.json".into(), error.to_string()))
}
