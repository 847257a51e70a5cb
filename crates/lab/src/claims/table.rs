//! Claims as one table of comma-separated values: a row for each thing a claim expects.

use super::answer::Claims;
use crate::LabError;

/// The findings as comma-separated values.
///
/// # Errors
/// A table that cannot be written.
pub fn claims_csv(answer: &Claims) -> Result<Vec<u8>, LabError> {
    let failed = |error: String| LabError::Unwritable("claims.csv".into(), error);
    let mut table = csv::Writer::from_writer(Vec::new());
    let heads = [
        "claim",
        "standing",
        "part",
        "built_in",
        "claim_verdict",
        "firmness",
        "falls",
        "outcome",
        "arm",
        "scale",
        "unit",
        "band_low",
        "band_high",
        "effect",
        "effect_low",
        "effect_high",
        "baseline",
        "what_if",
        "share_counted",
        "verdict",
        "in_band",
    ];
    table.write_record(heads).map_err(|error| failed(error.to_string()))?;
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for claim in &answer.claims {
        for finding in &claim.findings {
            let effect = finding.effect;
            let row = [
                claim.id.clone(),
                claim.standing.to_owned(),
                claim.part.clone().unwrap_or_default(),
                claim.built_in.to_string(),
                claim.verdict.word().to_owned(),
                claim.firmness.map_or("", |firmness| firmness.word()).to_owned(),
                claim.falls.map_or("", |falls| falls.word()).to_owned(),
                finding.outcome.clone(),
                finding.arm.clone().unwrap_or_default(),
                finding.scale.to_owned(),
                finding.unit.clone(),
                finding.band[0].to_string(),
                finding.band[1].to_string(),
                number(effect.map(|effect| effect.value)),
                number(effect.map(|effect| effect.interval[0])),
                number(effect.map(|effect| effect.interval[1])),
                number(finding.baseline),
                number(finding.what_if),
                finding.share_counted.to_string(),
                finding.verdict.word().to_owned(),
                finding.in_band.to_string(),
            ];
            table.write_record(&row).map_err(|error| failed(error.to_string()))?;
        }
    }
    table.into_inner().map_err(|error| failed(error.to_string()))
}
