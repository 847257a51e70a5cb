//! What a run leaves: a folder with tables, a summary, a report, and a manifest from which it can be
//! run again to the byte.

mod columns;
mod events;
mod folder;
mod histories;
mod lineages;
mod manifest;
mod outcomes;
mod plain;
mod series;
mod table;

use std::path::{Path, PathBuf};

use detente_engine::Lineage;
use detente_model::{Date, Model, Target};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(crate) use folder::Draft;
pub use folder::{Overwrite, may_be_kept_in, write_whole};
pub use manifest::{MANIFEST, Manifest, Verb, read_manifest};
pub(crate) use manifest::{command, hash_of, hex, is_plain};
pub use plain::Place;
pub(crate) use plain::keep_texts;
pub use table::{Cells, Rows, Tabular, as_csv, as_parquet};

use crate::LabError;
use crate::answer::{Asked, Ensemble};
use crate::compare::Comparison;
use crate::layout::Layout;
use crate::question::Question;
use crate::sheaf::{Deed, Sheaf};
use events::Events;
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
        let mut bundle = Self {
            folder: PathBuf::new(),
            overwrite: Overwrite::KeepWhole,
            events_of: 10_000,
            whole_series_of: 0,
            date: None,
            verb,
        };
        let short: String = model.digest.chars().take(8).collect();
        let asked = Asked::new(model, question, question.histories);
        let manifest = bundle.manifest(model, &Layout::of(model, question), &asked);
        let name = format!("{}-{short}-{}", model.name, question_name(&manifest));
        bundle.folder = Path::new("detente-out").join(name);
        bundle
    }

    /// What the bundle will say of itself, before its files are known.
    fn manifest(&self, model: &Model, layout: &Layout, asked: &Asked) -> Manifest {
        let full_name = |target: &Target| model.full_name(*target).to_owned();
        let followed = layout.followed.iter().map(full_name).collect();
        Manifest::new(model, self.verb, asked, followed, self)
    }
}

/// A short name for a question: its verb, what it takes as given, its school, what is assumed and what
/// is changed, and six digits that tell it from all others.
fn question_name(manifest: &Manifest) -> String {
    let whole = format!("{manifest:?}");
    let digits: String = manifest::hex(&Sha256::digest(whole.as_bytes())).chars().take(6).collect();
    let first = |texts: &[String]| texts.first().cloned().unwrap_or_default();
    let given = if manifest.given_record_to.is_some() { &manifest.asked } else { "" };
    let said = format!(
        "{} {given} {} {} {}",
        manifest.question.word(),
        first(&manifest.loaded_with),
        first(&manifest.assumptions),
        first(&manifest.interventions)
    );
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { ' ' };
    let plain: String = said.chars().map(plain).collect();
    let words: Vec<&str> = plain.split_whitespace().take(7).collect();
    let words: String = words.join("-").chars().take(48).collect();
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
    /// Histories that were asked for; a stopped run ends with fewer.
    histories_asked: u64,
    writing: Option<Writing>,
    told: Told,
}

/// What the first history holds, in each arm: the chronicle of the report.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) one: Option<Vec<Deed>>,
    pub(crate) changed: Option<Vec<Deed>>,
}

/// The tables being written; the draft comes last, so that they are closed before it is taken away.
struct Writing {
    histories: Histories,
    events: Events,
    whole: Option<WholeSeries>,
    /// Where histories follow the record.
    lineages: Option<Lineages>,
    draft: Draft,
}

impl Keeping {
    /// Begins to keep the answer to a question; where a whole answer to the same question may stay
    /// and lies there, nothing is written.
    pub(crate) fn begin(
        bundle: &Bundle,
        model: &Model,
        question: &Question,
        layout: &Layout,
    ) -> Result<Self, LabError> {
        let mut keeping = Self {
            bundle: bundle.clone(),
            layout: layout.clone(),
            histories_asked: question.histories,
            writing: None,
            told: Told::default(),
        };
        let asked = Asked::new(model, question, question.histories);
        let wanted = bundle.manifest(model, layout, &asked);
        if bundle.overwrite == Overwrite::KeepWhole && wanted.lies_whole_in(&bundle.folder) {
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

    /// Ends the tables and writes the rest beside them. `question` is the one that was answered: a
    /// stopped run answers for its first histories alone, and is kept as the answer to that.
    pub(crate) fn end_ensemble(
        self,
        model: &Model,
        question: &Question,
        answer: &Ensemble,
    ) -> Result<Option<Kept>, LabError> {
        let arms = [(ArmName::Baseline, answer.series.as_slice())];
        let report = crate::report::ensemble_report(model, question, answer, &self.told);
        let texts = texts(answer, report)?;
        self.end(model, question, &arms, &answer.asked, texts)
    }

    /// As [`Keeping::end_ensemble`].
    pub(crate) fn end_comparison(
        self,
        model: &Model,
        question: &Question,
        answer: &Comparison,
    ) -> Result<Option<Kept>, LabError> {
        let arms = [
            (ArmName::Baseline, answer.baseline.series.as_slice()),
            (ArmName::WhatIf, answer.what_if.series.as_slice()),
        ];
        let report = crate::report::comparison_report(model, question, answer, &self.told);
        let texts = texts(answer, report)?;
        self.end(model, question, &arms, &answer.asked, texts)
    }

    fn end(
        mut self,
        model: &Model,
        question: &Question,
        arms: &[(ArmName, &[crate::SeriesAnswer])],
        asked: &Asked,
        texts: [(&str, Vec<u8>); 3],
    ) -> Result<Option<Kept>, LabError> {
        if asked.histories == 0 {
            return Ok(None);
        }
        let rows = std::collections::BTreeMap::new();
        let Some(mut writing) = self.writing.take() else {
            return Ok(Some(Kept { folder: self.bundle.folder, written: false, rows }));
        };
        let mut manifest = self.bundle.manifest(model, &self.layout, asked);
        // A stopped run takes nobody's place.
        let beside = self.bundle.overwrite == Overwrite::KeepWhole || self.bundle.folder.exists();
        if asked.histories < self.histories_asked && beside {
            let folder = self.folder_of(model, question);
            if manifest.lies_whole_in(&folder) {
                return Ok(Some(Kept { folder, written: false, rows }));
            }
            writing.draft.rename(folder);
        }
        let Writing { histories, events, whole, lineages, draft } = writing;
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
        for (name, text) in &texts {
            draft.write(name, text)?;
        }
        let tables: Vec<String> = manifest.rows.keys().cloned().collect();
        for name in tables.into_iter().chain(texts.map(|(name, _)| name.to_owned())) {
            let hash = hash_of(&draft.place(&name))?;
            manifest.files.insert(name, hash);
        }
        draft.write(MANIFEST, json_text(&manifest)?.as_bytes())?;
        let metadata = manifest::ro_crate(&manifest, model, self.bundle.date);
        draft.write("ro-crate-metadata.json", json_text(&metadata)?.as_bytes())?;
        Ok(Some(Kept { folder: draft.finish()?, written: true, rows: manifest.rows }))
    }

    /// Where a run that was stopped belongs: beside the whole one, under the name of the question
    /// that it answers.
    fn folder_of(&self, model: &Model, answered: &Question) -> PathBuf {
        let own = Bundle::by_default(model, answered, self.bundle.verb).folder;
        own.file_name().map_or(own.clone(), |name| self.bundle.folder.with_file_name(name))
    }
}

/// The files of a bundle that are text, with their names.
fn texts(
    answer: &(impl Serialize + Tabular),
    report: String,
) -> Result<[(&'static str, Vec<u8>); 3], LabError> {
    Ok([
        ("outcomes.csv", as_csv(answer)?),
        ("summary.json", json_text(answer)?.into_bytes()),
        ("report.html", report.into_bytes()),
    ])
}

/// Indented JSON with a line's end.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, LabError> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| LabError::Unwritable("summary.json".into(), error.to_string()))
}
