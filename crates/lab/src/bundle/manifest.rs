//! `manifest.json`: everything needed to run a bundle again, and the hash of each of its files; and
//! the RO-Crate metadata beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use detente_model::{Date, Model};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Bundle;
use crate::LabError;
use crate::answer::Asked;
use crate::guided::Given;
use crate::question::{Followed, Parameters, Question};

/// The name of the file.
pub const MANIFEST: &str = "manifest.json";
/// Its form.
const FORMAT: u32 = 1;

/// Which question a bundle answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// [`crate::ensemble()`]
    Ensemble,
    /// [`crate::compare()`]
    Compare,
}

impl Verb {
    /// As it is typed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ensemble => "ensemble",
            Self::Compare => "compare",
        }
    }
}

/// What a bundle says of itself. The same question gives the same manifest, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this file.
    pub format: u32,
    /// The release that wrote it.
    pub release: String,
    /// The question.
    pub question: Verb,
    /// The scenario's name.
    pub scenario: String,
    /// SHA-256 of the scenario.
    pub digest: String,
    /// The schools it was loaded with.
    pub loaded_with: Vec<String>,
    /// SHA-256 of what may be fitted to and what is sealed, if the scenario says.
    pub split_digest: Option<String>,
    /// The seed.
    pub seed: u64,
    /// The number of the first history.
    pub first_history: u64,
    /// How many histories it holds.
    pub histories: u64,
    /// `from_the_start`, `after` or `hindsight`.
    pub asked: String,
    /// The last day on which histories follow the record, if they do.
    #[serde(default)]
    pub given_record_to: Option<String>,
    /// Where the parameters stood.
    pub parameters: Parameters,
    /// SHA-256 of the posterior they were drawn from, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior_digest: Option<String>,
    /// What was assumed, as typed, beside what the schools change.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// What was changed, as typed.
    pub interventions: Vec<String>,
    /// Choices made by players.
    pub choices: Vec<String>,
    /// Full names of the quantities followed.
    pub followed: Vec<String>,
    /// Histories whose events are kept.
    pub events_of: u64,
    /// Histories whose quantities are kept week by week.
    pub whole_series_of: u64,
    /// The command that repeats it.
    pub command: String,
    /// Rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

impl Manifest {
    pub(super) fn new(
        model: &Model,
        verb: Verb,
        asked: &Asked,
        followed: Vec<String>,
        bundle: &Bundle,
    ) -> Self {
        Self {
            format: FORMAT,
            release: asked.release.clone(),
            question: verb,
            scenario: asked.scenario.clone(),
            digest: asked.digest.clone(),
            loaded_with: asked.loaded_with.clone(),
            split_digest: model.split.as_ref().map(|split| split.digest.clone()),
            seed: asked.seed,
            first_history: asked.first_history,
            histories: asked.histories,
            asked: asked.asked.clone(),
            given_record_to: asked.given_record_to.clone(),
            parameters: asked.parameters,
            posterior_digest: asked.posterior.as_ref().map(|own| own.digest.clone()),
            assumptions: asked.assumptions.clone(),
            interventions: asked.interventions.clone(),
            choices: Vec::new(),
            followed,
            events_of: bundle.events_of,
            whole_series_of: bundle.whole_series_of,
            command: command(verb, asked),
            rows: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// Whether a folder holds a run that answers the same question, with each of its files. A run
    /// that was stopped answers for fewer histories, and so is none.
    pub(crate) fn lies_whole_in(&self, folder: &Path) -> bool {
        let Ok(mut there) = read_manifest(folder) else { return false };
        let (files, _) = (std::mem::take(&mut there.files), std::mem::take(&mut there.rows));
        there == *self && files.keys().all(|name| folder.join(name).is_file())
    }

    /// The question again, for a model of the same scenario; assumptions and interventions as parsed by
    /// the caller.
    ///
    /// # Errors
    /// A quantity that the model does not have.
    pub fn question(
        &self,
        model: &Model,
        [assumptions, interventions]: [Vec<detente_model::Intervention>; 2],
    ) -> Result<Question, LabError> {
        let found = |name: &String| {
            model.find(name).ok_or_else(|| LabError::Question(format!("nothing is called {name}")))
        };
        Ok(Question {
            seed: self.seed,
            first: self.first_history,
            histories: self.histories,
            assumptions,
            interventions,
            parameters: self.parameters,
            given: Given::read(&model.calendar, &self.asked, self.given_record_to.as_deref())?,
            series: Followed::These(self.followed.iter().map(found).collect::<Result<_, _>>()?),
            jobs: None,
        })
    }
}

/// The command that repeats an answer.
pub(crate) fn command(verb: Verb, asked: &Asked) -> String {
    let mut command = format!("detente {} {}", verb.word(), asked.scenario);
    for school in &asked.loaded_with {
        command += &format!(" --school {school}");
    }
    for assumption in &asked.assumptions {
        command += &format!(" --assume '{}'", assumption.replace('\'', "'\\''"));
    }
    for intervention in &asked.interventions {
        command += &format!(" --do '{}'", intervention.replace('\'', "'\\''"));
    }
    match (asked.asked.as_str(), &asked.given_record_to) {
        ("after", Some(day)) => command += &format!(" --after {}", day_after(day)),
        ("hindsight", _) => command += " --hindsight",
        _ => {}
    }
    command += &format!(" --seed {} --histories {}", asked.seed, asked.histories);
    match asked.parameters {
        Parameters::AsWritten => {}
        Parameters::Uncertain => command += " --uncertain",
        Parameters::Posterior => command += " --posterior",
    }
    match asked.series_chosen.as_deref() {
        None => {}
        Some([]) => command += " --series none",
        Some(names) => names.iter().for_each(|name| command += &format!(" --series '{name}'")),
    }
    command
}

/// The day after one as answers write it: the first on which the record is not given.
fn day_after(day: &str) -> String {
    let next = day.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
    next.map_or_else(|| day.to_owned(), |day| day.to_string())
}

/// The largest manifest that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Reads the manifest of a bundle.
///
/// # Errors
/// There is none, it cannot be read, it is not one, or it answers a question that is not repeated.
pub fn read_manifest(folder: &Path) -> Result<Manifest, LabError> {
    let path = folder.join(MANIFEST);
    let refused = |why: String| LabError::Unreadable(path.clone(), why);
    if !is_plain(&path) {
        let what = "there is no such file; a run leaves one in its folder";
        return Err(refused(what.to_owned()));
    }
    if path.metadata().is_ok_and(|about| about.len() > LARGEST) {
        return Err(refused(format!("it has more than {LARGEST} bytes")));
    }
    let text = fs::read_to_string(&path).map_err(|error| refused(error.to_string()))?;
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| refused(format!("it is no manifest of a run ({error})")))?;
    if let Some(format) = value.get("format").filter(|format| **format != FORMAT) {
        return Err(refused(format!("it is of format {format}, and this release reads {FORMAT}")));
    }
    let question = value.get("question").and_then(Value::as_str);
    if let Some(other) = question.filter(|word| ["sensitivity", "cross"].contains(word)) {
        return Err(refused(format!(
            "it is of a run of \"{other}\", and only those of ensemble and compare are repeated; run \
             its `command` again, and compare the files"
        )));
    }
    let manifest: Manifest = serde_json::from_value(value)
        .map_err(|error| refused(format!("it is no manifest of a run ({error})")))?;
    let plain = |name: &String| !name.contains(['/', '\\']) && name != "..";
    match manifest.files.keys().find(|name| !plain(name)) {
        Some(name) => Err(refused(format!("it names {name:?}, which is no file of its folder"))),
        None => Ok(manifest),
    }
}

/// Whether a plain file lies there: no link, no pipe, no device.
pub(crate) fn is_plain(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_file())
}

/// SHA-256 of a file, in hexadecimal, read in pieces.
pub(crate) fn hash_of(path: &Path) -> Result<String, LabError> {
    let failed = |error: std::io::Error| LabError::Unreadable(path.to_owned(), error.to_string());
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(failed)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a file of a bundle is, for people and for RO-Crate.
fn file_about(name: &str) -> (&'static str, &'static str) {
    match name {
        "histories.parquet" => {
            ("One row a history: its outcomes", "application/vnd.apache.parquet")
        }
        "events.parquet" => ("What happened, history by history", "application/vnd.apache.parquet"),
        "lineages.parquet" => {
            ("The numbers under which each history was drawn", "application/vnd.apache.parquet")
        }
        "series.parquet" => ("Quantiles by week", "application/vnd.apache.parquet"),
        "whole_series.parquet" => ("Every value by week", "application/vnd.apache.parquet"),
        "outcomes.csv" => ("Outcomes with their errors", "text/csv"),
        "summary.json" => ("The answer", "application/json"),
        "report.html" => ("The answer as a page to read", "text/html"),
        _ => ("A file of the run", "application/octet-stream"),
    }
}

/// RO-Crate 1.1 metadata for a bundle.
pub(super) fn ro_crate(manifest: &Manifest, model: &Model, date: Option<Date>) -> Value {
    let mut root = json!({
        "@id": "./", "@type": "Dataset",
        "name": format!("{}: {} histories", model.title, manifest.histories),
        "description": format!("Simulated with Détente {}: {}", manifest.release, manifest.command),
        "identifier": manifest.digest,
        "hasPart": manifest.files.keys().chain([&MANIFEST.to_owned()])
            .map(|name| json!({"@id": name})).collect::<Vec<_>>(),
        "mentions": {"@id": "#run"},
    });
    if let Some(date) = date {
        root["datePublished"] = Value::from(date.to_string());
    }
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json", "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}, "about": {"@id": "./"},
        }),
        root,
        json!({
            "@id": "#detente", "@type": "SoftwareApplication", "name": "Détente",
            "version": manifest.release,
        }),
        json!({
            "@id": "#run", "@type": "CreateAction", "name": manifest.command,
            "instrument": {"@id": "#detente"},
            "result": manifest.files.keys().map(|name| json!({"@id": name})).collect::<Vec<_>>(),
        }),
    ];
    graph.extend(manifest.files.iter().map(|(name, hash)| {
        let (about, form) = file_about(name);
        json!({"@id": name, "@type": "File", "name": about, "encodingFormat": form, "sha256": hash})
    }));
    graph.push(json!({
        "@id": MANIFEST, "@type": "File", "name": "What is needed to run this again",
        "encodingFormat": "application/json",
    }));
    json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})
}
