//! A model as a document, in the order of the ODD protocol for models (Grimm and others 2020,
//! *Journal of Artificial Societies and Social Simulation* 23(2), 7): what it is for, what is in it,
//! in which order a week runs, how it is built, how it starts, what it is given, and every equation.
//!
//! Everything is read off the model, so that the document cannot say what the model does not.

mod concepts;
mod entities;
mod graph;
mod process;
pub(crate) mod reading;
mod reasoning;
mod start;
mod submodels;
pub(crate) mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use detente_model::{Citation, Kind, Model};

pub(crate) use graph::causes;
pub use graph::{Notation, causal_graph};

/// The model as a document in Markdown, with Mermaid charts.
pub fn describe(model: &Model) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", model.title);
    if !model.authors.is_empty() {
        let _ = writeln!(out, "{}\n", model.authors.join(", "));
    }
    let _ = writeln!(
        out,
        "This document is made from the files of the scenario `{}` (digest `{}`), in the order of \
         the ODD protocol (Grimm and others 2020). Every equation, number and reason in it is the \
         one the program runs.\n",
        model.name, model.digest
    );
    if !model.loaded_with.is_empty() {
        let _ = writeln!(out, "Loaded with: {}.\n", model.loaded_with.join(", "));
    }
    purpose(model, &mut out);
    entities::write(model, &mut out);
    process::write(model, &mut out);
    concepts::write(model, &mut out);
    start::write(model, &mut out);
    submodels::write(model, &mut out);
    left_out(model, &mut out);
    references(model, &mut out);
    out
}

/// Section 1: what it is for, and the patterns it is held against.
fn purpose(model: &Model, out: &mut String) {
    out.push_str("## 1. Purpose and patterns\n\n");
    let _ = writeln!(out, "{}\n", model.about.trim());
    if !model.thesis.trim().is_empty() {
        let _ = writeln!(out, "*Thesis.* {}\n", model.thesis.trim());
    }
    for subsystem in model.subsystems.iter().filter(|s| !s.thesis.trim().is_empty()) {
        let _ =
            writeln!(out, "- **{}.** {}", words::heading(&subsystem.name), subsystem.thesis.trim());
    }
    out.push_str("\nQuestions are asked of these outcomes:\n\n");
    out.push_str("| outcome | what it is | computed as |\n|---|---|---|\n");
    for element in &model.elements {
        if let Kind::Outcome(outcome) = &element.kind {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} |",
                words::indexed_name(element),
                words::cell(&words::sentence(&element.about, &element.over)),
                words::cell(&words::code(&outcome.is.text))
            );
        }
    }
    let record = &model.record;
    let tied = record.entries.iter().filter(|entry| entry.tie.is_some()).count();
    let _ = writeln!(
        out,
        "\nThe record holds {} ({tied} tied to the model, the others context) and {}, and covers {}. \
         {} and {} can be run against it.\n",
        words::counted(record.entries.len(), "dated entry", "dated entries"),
        words::counted(record.levels.len(), "measured level", "measured levels"),
        words::counted(record.coverage.len(), "stretch of an element", "stretches of elements"),
        words::counted(model.claims.len(), "claim", "claims"),
        words::counted(model.what_ifs.len(), "named what-if", "named what-ifs"),
    );
}

/// What the model does not contain, said next to what it claims.
fn left_out(model: &Model, out: &mut String) {
    out.push_str("## What it leaves out\n\n");
    if !model.leaves_out.trim().is_empty() {
        let _ = writeln!(out, "{}\n", model.leaves_out.trim());
    }
    for subsystem in model.subsystems.iter().filter(|s| !s.leaves_out.trim().is_empty()) {
        let title = words::heading(&subsystem.name);
        let _ = writeln!(out, "- **{title}**: {}", subsystem.leaves_out.trim());
    }
    out.push('\n');
}

/// The bibliography: what is cited, then what is listed without being cited.
fn references(model: &Model, out: &mut String) {
    if model.sources.is_empty() {
        return;
    }
    out.push_str("## Sources\n\n");
    let cited: BTreeSet<&str> = cited(model).into_iter().map(|c| c.key.as_str()).collect();
    for source in &model.sources {
        let notes = match (cited.contains(source.key.as_str()), source.unchecked) {
            (true, false) => "",
            (true, true) => " *Not opened for this scenario.*",
            (false, false) => " *Listed, not cited by the model.*",
            (false, true) => " *Listed, not cited by the model; not opened for this scenario.*",
        };
        let _ = writeln!(out, "- {}{notes}", source.text);
    }
    out.push('\n');
}

/// Every citation of the model's elements and subsystems.
fn cited(model: &Model) -> Vec<&Citation> {
    let mut all: Vec<&Citation> = model.subsystems.iter().flat_map(|s| &s.sources).collect();
    for element in &model.elements {
        all.extend(&element.provenance.sources);
        if let Kind::Decision(decision) = &element.kind {
            all.extend(decision.alternatives.iter().flat_map(|a| &a.provenance.sources));
        }
    }
    all.extend(model.record.entries.iter().flat_map(|entry| &entry.sources));
    all.extend(model.record.levels.iter().flat_map(|level| &level.sources));
    all.extend(model.claims.iter().flat_map(|claim| &claim.by));
    all.extend(model.schools.iter().flat_map(|school| &school.sources));
    all
}
