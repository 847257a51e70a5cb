//! The causal graph: what moves what, as text for Graphviz or Mermaid.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use detente_model::{ElementId, Kind, Model};

use super::reading::{reads, writes};

/// The language a graph is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// Graphviz's DOT, which lays out graphs of any size.
    Dot,
    /// Mermaid's flowchart, which many viewers of Markdown draw.
    Mermaid,
}

/// The whole model as a graph of causes: an arrow from what is read to what reads it, and from an
/// event or decision to what it changes. Parameters, which nothing moves, and outcomes, which move
/// nothing, are left out. Elements are grouped by subsystem.
pub fn causal_graph(model: &Model, notation: Notation) -> String {
    let shown: BTreeSet<ElementId> = (0..model.elements.len())
        .map(ElementId)
        .filter(|id| is_cause(&model.element(*id).kind))
        .collect();
    let arrows: BTreeSet<(ElementId, ElementId)> = arrows(model)
        .into_iter()
        .filter(|(from, to)| shown.contains(from) && shown.contains(to))
        .collect();
    let mut groups: BTreeMap<Option<usize>, Vec<ElementId>> = BTreeMap::new();
    for id in &shown {
        groups.entry(model.element(*id).subsystem).or_default().push(*id);
    }
    match notation {
        Notation::Dot => dot(model, &groups, &arrows),
        Notation::Mermaid => mermaid(model, &groups, &arrows),
    }
}

/// The arrows between subsystems, with how many arrows between their elements each stands for.
pub(super) fn between_subsystems(model: &Model) -> BTreeMap<(usize, usize), usize> {
    let mut counts = BTreeMap::new();
    for (from, to) in arrows(model) {
        let (from, to) = (model.element(from), model.element(to));
        if !is_cause(&from.kind) || !is_cause(&to.kind) {
            continue;
        }
        if let (Some(a), Some(b)) = (from.subsystem, to.subsystem)
            && a != b
        {
            *counts.entry((a, b)).or_insert(0) += 1;
        }
    }
    counts
}

/// A Mermaid chart of how the subsystems hang together.
pub(super) fn subsystem_chart(model: &Model) -> String {
    let mut out = String::from("flowchart LR\n");
    for (index, subsystem) in model.subsystems.iter().enumerate() {
        let _ = writeln!(out, "  s{index}[\"{}\"]", super::words::heading(&subsystem.name));
    }
    for ((from, to), count) in between_subsystems(model) {
        let _ = writeln!(out, "  s{from} -->|{count}| s{to}");
    }
    out
}

/// Every arrow of causation, self-loops left out.
fn arrows(model: &Model) -> BTreeSet<(ElementId, ElementId)> {
    let mut arrows = BTreeSet::new();
    for (index, element) in model.elements.iter().enumerate() {
        let id = ElementId(index);
        arrows.extend(reads(element).into_iter().map(|from| (from, id)));
        arrows.extend(writes(element).into_iter().map(|to| (id, to)));
    }
    arrows.retain(|(from, to)| from != to);
    arrows
}

/// Everything that lies upstream of an element: what it reads, what that reads or is changed by, and
/// so on. Parameters are among it, the element itself is not, unless it lies on a circle.
pub(crate) fn causes(model: &Model, of: ElementId) -> BTreeSet<ElementId> {
    let mut before: BTreeMap<ElementId, Vec<ElementId>> = BTreeMap::new();
    for (from, to) in arrows(model) {
        before.entry(to).or_default().push(from);
    }
    let mut found = BTreeSet::new();
    let mut open = vec![of];
    while let Some(next) = open.pop() {
        for from in before.get(&next).into_iter().flatten() {
            if found.insert(*from) {
                open.push(*from);
            }
        }
    }
    found
}

fn is_cause(kind: &Kind) -> bool {
    !matches!(kind, Kind::Parameter(_) | Kind::Outcome(_))
}

fn dot(
    model: &Model,
    groups: &BTreeMap<Option<usize>, Vec<ElementId>>,
    arrows: &BTreeSet<(ElementId, ElementId)>,
) -> String {
    let mut out =
        String::from("digraph causes {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for (subsystem, ids) in groups {
        if let Some(subsystem) = subsystem {
            let name = &model.subsystems[*subsystem].name;
            let title = super::words::heading(name);
            let _ = writeln!(out, "  subgraph cluster_{subsystem} {{\n    label=\"{title}\";");
        }
        for id in ids {
            let element = model.element(*id);
            let shape = match element.kind {
                Kind::Event(_) => "diamond",
                Kind::Decision(_) => "hexagon",
                Kind::Stock(_) => "box",
                Kind::State(_) => "box, style=rounded",
                Kind::Series(_) | Kind::Trait(_) | Kind::Noise(_) => "plaintext",
                _ => "ellipse",
            };
            let _ = writeln!(out, "    \"{}\" [shape={shape}];", element.name);
        }
        if subsystem.is_some() {
            out.push_str("  }\n");
        }
    }
    for (from, to) in arrows {
        let (from, to) = (model.element(*from), model.element(*to));
        let _ = writeln!(out, "  \"{}\" -> \"{}\";", from.name, to.name);
    }
    out.push_str("}\n");
    out
}

fn mermaid(
    model: &Model,
    groups: &BTreeMap<Option<usize>, Vec<ElementId>>,
    arrows: &BTreeSet<(ElementId, ElementId)>,
) -> String {
    let mut out = String::from("flowchart LR\n");
    for (subsystem, ids) in groups {
        if let Some(subsystem) = subsystem {
            let title = super::words::heading(&model.subsystems[*subsystem].name);
            let _ = writeln!(out, "  subgraph g{subsystem}[\"{title}\"]");
        }
        for id in ids {
            let element = model.element(*id);
            let name = &element.name;
            // Names of elements may be words that Mermaid keeps for itself, such as `end`.
            let node = match element.kind {
                Kind::Event(_) => format!("e{}{{\"{name}\"}}", id.0),
                Kind::Decision(_) => format!("e{}{{{{\"{name}\"}}}}", id.0),
                Kind::Stock(_) => format!("e{}[\"{name}\"]", id.0),
                _ => format!("e{}(\"{name}\")", id.0),
            };
            let _ = writeln!(out, "    {node}");
        }
        if subsystem.is_some() {
            out.push_str("  end\n");
        }
    }
    for (from, to) in arrows {
        let _ = writeln!(out, "  e{} --> e{}", from.0, to.0);
    }
    out
}
