//! What a sensitivity analysis leaves: a folder with the answer, its tables for every outcome, a
//! report, and a manifest with the command that repeats it.

use std::path::Path;

use detente_model::Model;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Cases, Method, Of, Sensitivity, Study, words_of};
use crate::LabError;
use crate::answer::Asked;
use crate::bundle::{Overwrite, Place, hex, json_text, keep_texts};
use crate::question::Question;

/// The folder an analysis goes to unless another is named, with a whole one already there kept.
pub fn place_by_default(model: &Model, question: &Question, study: &Study) -> Place {
    let digits = hex(&Sha256::digest(words_of(model, question, study).as_bytes()));
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let outcome: String = model.full_name(study.outcome).chars().map(plain).take(40).collect();
    let (digest, digits) = (&model.digest[..model.digest.len().min(8)], &digits[..6]);
    let name = format!("{}-{digest}-sensitivity-{outcome}-{digits}", model.name);
    Place { folder: Path::new("detente-out").join(name), overwrite: Overwrite::KeepWhole }
}

#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    question: &'static str,
    #[serde(flatten)]
    asked: &'a Asked,
    split_digest: Option<&'a str>,
    outcome: &'a str,
    method: Method,
    of: Of,
    named: usize,
    cases: Cases,
    command: String,
}

/// The command that repeats an analysis.
pub fn command(question: &Question, study: &Study, answer: &Sensitivity) -> String {
    let asked = &answer.asked;
    let quoted = |text: &String| format!("'{}'", text.replace('\'', "'\\''"));
    let mut words = vec![
        "detente sensitivity".to_owned(),
        match answer.outcome.id.contains(['[', ' ']) {
            true => quoted(&answer.outcome.id),
            false => answer.outcome.id.clone(),
        },
        asked.scenario.clone(),
    ];
    let mut add = |key: &str, value: String| words.push(format!("--{key} {value}"));
    asked.loaded_with.iter().for_each(|school| add("school", school.clone()));
    asked.assumptions.iter().for_each(|text| add("assume", quoted(text)));
    asked.interventions.iter().for_each(|text| add("do", quoted(text)));
    add("seed", question.seed.to_string());
    add("histories", question.histories.to_string());
    let usual = Study::of(study.outcome);
    if study.method != usual.method {
        add("method", format!("{:?}", study.method).to_lowercase());
    }
    if study.of != usual.of {
        add("of", format!("{:?}", study.of).to_lowercase());
    }
    if study.named != usual.named {
        add("named", study.named.to_string());
    }
    if study.cases != usual.cases {
        add("cases", format!("{:?}", study.cases).to_lowercase());
    }
    words.join(" ")
}

/// Writes the folder. `false`, with nothing written, where one lies there that may stay.
///
/// # Errors
/// As [`crate::bundle::write_whole`].
pub fn keep(
    model: &Model,
    question: &Question,
    study: &Study,
    answer: &Sensitivity,
    place: &Place,
) -> Result<bool, LabError> {
    let command = command(question, study, answer);
    let texts = [
        ("summary.json", json_text(answer)?.into_bytes()),
        ("effects.csv", super::table::effects(answer)?),
        ("shares.csv", super::table::shares(answer)?),
        ("report.html", crate::report::sensitivity_report(model, answer, &command).into_bytes()),
    ];
    let manifest = Manifest {
        format: 1,
        question: "sensitivity",
        asked: &answer.asked,
        split_digest: model.split.as_ref().map(|split| split.digest.as_str()),
        outcome: &answer.outcome.id,
        method: study.method,
        of: study.of,
        named: study.named,
        cases: study.cases,
        command,
    };
    match serde_json::to_value(&manifest) {
        Ok(serde_json::Value::Object(manifest)) => keep_texts(place, manifest, &texts),
        // A plain struct with named fields is an object.
        _ => Err(LabError::Unwritable(place.folder.clone(), "the manifest is no JSON".to_owned())),
    }
}
