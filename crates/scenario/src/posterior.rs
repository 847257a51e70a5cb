//! `posterior.csv` and `posterior.toml`: draws of the parameters that a fit left in the scenario.
//!
//! A posterior that does not fit the scenario any more is left out with a warning: it is made from the
//! scenario, and an author who renames a parameter has not broken anything.

use std::collections::BTreeSet;

use detente_model::{Kind, Model, Posterior, Target};

use crate::diagnostic::{Code, Finding};
use crate::digest::digest_of_text;
use crate::document::{Entry, Table, ValueKind};
use crate::folder::Files;
use crate::gather::Gathered;
use crate::place::{FileId, Span};

/// What to do about a posterior that cannot be used.
const AGAIN: &str = "make it again with `detente fit`, or remove posterior.csv and posterior.toml";

/// The posterior that the scenario carries, if it fits the model, whose digest and schools are known.
pub(crate) fn read_posterior(
    gathered: &Gathered,
    files: &Files,
    model: &Model,
    findings: &mut Vec<Finding>,
) -> Option<Posterior> {
    let manifest = gathered.posterior_manifest.as_ref();
    let Some(file) = gathered.posterior else {
        if let Some(table) = manifest {
            let message = "there is a posterior.toml and no posterior.csv";
            findings.push(Finding::new(Code::UnfitPosterior, table.span, message).help(AGAIN));
        }
        return None;
    };
    let Some(fitted_to) = manifest.and_then(fitted_to) else {
        let message = "nothing says to which version of the scenario this posterior was fitted";
        let help = "posterior.toml has the key `fitted_to` in its table [posterior]";
        findings.push(Finding::new(Code::UnfitPosterior, start_of(file), message).help(help));
        return None;
    };
    let text = files.text(file);
    let mut posterior = match draws(model, text) {
        Ok((columns, rows)) => Posterior { columns, rows, digest: digest_of_text(text), fitted_to },
        Err((at, message)) => {
            let span = Span::new(file, at, at);
            findings.push(Finding::new(Code::UnfitPosterior, span, message).help(AGAIN));
            return None;
        }
    };
    if posterior.fitted_to != model.substance {
        let message =
            "numbers, formulas or the record have changed since this posterior was fitted";
        let help = "fit it again with `detente fit`; until then answers that use it say that it is \
                    stale";
        findings.push(Finding::new(Code::StalePosterior, start_of(file), message).help(help));
    }
    leave_to_schools(&mut posterior, gathered, model);
    Some(posterior)
}

fn start_of(file: FileId) -> Span {
    Span::new(file, 0, 0)
}

fn fitted_to(manifest: &Table) -> Option<String> {
    let ValueKind::Table(posterior) = &manifest.get("posterior")?.kind else { return None };
    let ValueKind::Text(text) = &posterior.get("fitted_to")?.kind else { return None };
    Some(text.value.clone())
}

/// Columns and rows, in base units; or where the file does not fit the model, and how.
#[allow(clippy::type_complexity, reason = "two lists and a fault, named in the sentence above")]
fn draws(model: &Model, text: &str) -> Result<(Vec<Target>, Vec<Vec<f64>>), (usize, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| {
        let at = error.position().map_or(0, |position| position.byte() as usize);
        (at.min(text.len()), format!("this file cannot be read: {error}"))
    };
    let mut columns: Vec<Target> = Vec::new();
    for name in reader.headers().map_err(unreadable)? {
        let target = model
            .find(name)
            .filter(|target| matches!(model.element(target.element).kind, Kind::Parameter(_)))
            .ok_or_else(|| (0, format!("there is no parameter `{name}`")))?;
        if columns.contains(&target) {
            return Err((0, format!("`{name}` has two columns")));
        }
        columns.push(target);
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let at = record.position().map_or(0, |position| position.byte() as usize);
        let row = record
            .iter()
            .zip(&columns)
            .map(|(cell, target)| value(model, *target, cell).map_err(|fault| (at, fault)))
            .collect::<Result<Vec<f64>, _>>()?;
        rows.push(row);
    }
    if columns.is_empty() || rows.is_empty() {
        return Err((0, "this posterior holds no draws".to_owned()));
    }
    Ok((columns, rows))
}

/// One draw of one parameter, in base units.
fn value(model: &Model, target: Target, cell: &str) -> Result<f64, String> {
    let Kind::Parameter(parameter) = &model.element(target.element).kind else {
        return Err(format!("`{}` is no parameter", model.full_name(target)));
    };
    if parameter.priors.get(target.instance).is_none_or(Option::is_none) {
        return Err(format!("`{}` has no prior, and so no posterior", model.full_name(target)));
    }
    let value = cell.parse::<f64>().ok().filter(|number| number.is_finite());
    let value = value.ok_or_else(|| format!("`{cell}` is not a number"))?;
    let held = parameter.unit.held(value);
    if !parameter.range.holds(held) {
        let name = model.full_name(target);
        return Err(format!("{cell} lies outside the range of `{name}`"));
    }
    Ok(held)
}

/// Takes away the columns of parameters that a school overrides: there its assumption holds.
fn leave_to_schools(posterior: &mut Posterior, gathered: &Gathered, model: &Model) {
    let mut overridden = BTreeSet::new();
    for school in &gathered.schools {
        if model.loaded_with.contains(&school.name.text)
            && let Some(ValueKind::Table(over)) = school.table.get("override").map(|own| &own.kind)
            && let Some(ValueKind::Table(own)) = over.get("parameter").map(|own| &own.kind)
        {
            overridden.extend(own.entries.iter().map(|Entry { key, .. }| key.text.clone()));
        }
    }
    if overridden.is_empty() {
        return;
    }
    let stays = |target: &Target| !overridden.contains(&model.element(target.element).name);
    let kept: Vec<bool> = posterior.columns.iter().map(stays).collect();
    let keep = |values: &mut Vec<f64>| {
        let mut kept = kept.iter();
        values.retain(|_| kept.next().copied().unwrap_or(true));
    };
    posterior.rows.iter_mut().for_each(keep);
    posterior.columns.retain(stays);
}
