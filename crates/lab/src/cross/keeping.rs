//! What a two-by-two leaves: summary, table, report, and a manifest with the command that repeats it.

use std::path::Path;

use detente_model::Model;
use sha2::{Digest as _, Sha256};

use super::Cross;
use crate::LabError;
use crate::bundle::{Overwrite, Place, hex, json_text, keep_texts};
use crate::question::Parameters;

/// The command that repeats a two-by-two.
pub fn cross_command(answer: &Cross) -> String {
    let Cross { asked, crossed, .. } = answer;
    let quoted = |text: &String| format!("'{}'", text.replace('\'', "'\\''"));
    let mut command = format!("detente compare {} --cross", asked.scenario);
    let mut add = |key: &str, value: String| command += &format!(" --{key} {value}");
    crossed.schools.iter().for_each(|school| add("school", school.clone()));
    crossed.assumptions.iter().for_each(|text| add("assume", quoted(text)));
    asked.interventions.iter().for_each(|text| add("do", quoted(text)));
    add("seed", asked.seed.to_string());
    add("histories", asked.histories.to_string());
    match asked.parameters {
        Parameters::AsWritten => {}
        Parameters::Uncertain => command += " --uncertain",
        Parameters::Posterior => command += " --posterior",
    }
    command
}

/// The folder a two-by-two goes to unless another is named, with a whole one already there kept.
pub fn cross_place(model: &Model, answer: &Cross) -> Place {
    let whole = format!("{} {}", crate::RELEASE, cross_command(answer));
    let digits = hex(&Sha256::digest(whole.as_bytes()));
    let (digest, digits) = (&model.digest[..model.digest.len().min(8)], &digits[..6]);
    let name = format!("{}-{digest}-cross-{digits}", model.name);
    Place { folder: Path::new("detente-out").join(name), overwrite: Overwrite::KeepWhole }
}

/// Writes a two-by-two: summary, table, report and manifest. `false`, with nothing written, where
/// one lies there that may stay.
///
/// # Errors
/// As [`crate::bundle::write_whole`].
pub fn keep_cross(model: &Model, answer: &Cross, place: &Place) -> Result<bool, LabError> {
    let command = cross_command(answer);
    let texts = [
        ("summary.json", json_text(answer)?.into_bytes()),
        ("cross.csv", cross_csv(answer)?),
        ("report.html", crate::report::cross_report(model, answer, &command).into_bytes()),
    ];
    let head = (&answer.asked, &answer.crossed);
    let said = [serde_json::to_value(head.0), serde_json::to_value(head.1)];
    let mut manifest = serde_json::Map::new();
    manifest.insert("format".to_owned(), 1.into());
    manifest.insert("question".to_owned(), "cross".into());
    for part in said {
        match part {
            Ok(serde_json::Value::Object(part)) => manifest.extend(part),
            // Plain structs with named fields are objects.
            _ => {
                let why = "the manifest is no JSON".to_owned();
                return Err(LabError::Unwritable(place.folder.clone(), why));
            }
        }
    }
    manifest.insert("command".to_owned(), command.into());
    keep_texts(place, manifest, &texts)
}

/// The two-by-two as a table, a row for each outcome.
///
/// # Errors
/// None that a table in memory could have.
pub fn cross_csv(answer: &Cross) -> Result<Vec<u8>, LabError> {
    let failed = |error: String| LabError::Unwritable("a table".into(), error);
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut heads = ["outcome", "kind", "unit"].map(str::to_owned).to_vec();
    for cell in ["neither", "changed", "assumed", "both"] {
        heads.extend([cell.to_owned(), format!("{cell}_error")]);
    }
    for change in ["effect_without", "effect_with", "effect_of_assumption", "interaction"] {
        heads.extend(["", "_low", "_high"].map(|end| format!("{change}{end}")));
    }
    table.write_record(&heads).map_err(|error| failed(error.to_string()))?;
    for own in &answer.cross {
        let mut row = vec![own.id.clone(), own.kind.clone(), own.unit.clone()];
        for cell in [own.neither, own.changed, own.assumed, own.both] {
            row.extend([cell.value, cell.error].map(|x| x.to_string()));
        }
        let changes =
            [own.effect_without, own.effect_with, own.effect_of_assumption, own.interaction];
        for change in changes {
            let [low, high] = change.interval;
            row.extend([change.value, low, high].map(|x| x.to_string()));
        }
        table.write_record(&row).map_err(|error| failed(error.to_string()))?;
    }
    table.into_inner().map_err(|error| failed(error.to_string()))
}
