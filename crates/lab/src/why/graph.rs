//! `why` as a small graph: from the deeds before, through what they moved and the reasons, to what is
//! explained.

use std::fmt::Write as _;

use super::answer::{Deed, Origin, Why, Without};
use super::telling::telling;
use crate::describe::Notation;
use crate::report::words::{date_of_text, signed};

/// How many reasons are drawn.
const REASONS: usize = 5;
/// How many deeds are drawn.
const DEEDS: usize = 10;

/// What a node stands for, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// A deed before.
    Deed,
    /// A quantity that deeds moved.
    Quantity,
    /// A reason.
    Reason,
    /// What is explained.
    Subject,
}

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) layer: Layer,
    pub(crate) label: String,
    /// Whether without it what is explained never comes.
    pub(crate) needed: bool,
}

/// The graph: nodes, and arrows between them by number.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) arrows: Vec<(usize, usize)>,
}

impl Graph {
    pub(crate) fn of(why: &Why) -> Self {
        let mut graph = Self::default();
        let head = format!("{} · {}", bare(&why.what.says), date_of_text(&why.what.date));
        let subject = graph.node(Layer::Subject, head, false);
        for own in telling(why).into_iter().take(REASONS) {
            let label = format!("{} {}", own.reason, signed(own.contrast, 2));
            let reason = graph.node(Layer::Reason, label, false);
            graph.arrow(reason, subject);
            for origin in &own.origins {
                graph.origin(why, origin, reason);
            }
        }
        for condition in &why.conditions {
            let label =
                format!("had to hold: {}", condition.says.as_ref().unwrap_or(&condition.needs));
            let movers = condition.origins.iter().any(|own| !own.moved_by.is_empty());
            if movers {
                let holds = graph.node(Layer::Reason, label, false);
                graph.arrow(holds, subject);
                for origin in &condition.origins {
                    graph.origin(why, origin, holds);
                }
            }
        }
        for cause in why.causes.iter().filter(|own| own.without == Without::Never && !own.omission)
        {
            if graph.deeds() < DEEDS {
                let known = graph.nodes.len();
                let node = graph.deed(why, &cause.deed);
                if node == known {
                    graph.arrow(node, subject);
                }
            }
        }
        graph
    }

    fn deeds(&self) -> usize {
        self.nodes.iter().filter(|own| own.layer == Layer::Deed).count()
    }

    fn node(&mut self, layer: Layer, label: String, needed: bool) -> usize {
        let known = self.nodes.iter().position(|own| own.layer == layer && own.label == label);
        known.unwrap_or_else(|| {
            self.nodes.push(Node { layer, label, needed });
            self.nodes.len() - 1
        })
    }

    fn arrow(&mut self, from: usize, to: usize) {
        if from != to && !self.arrows.contains(&(from, to)) {
            self.arrows.push((from, to));
        }
    }

    fn deed(&mut self, why: &Why, deed: &Deed) -> usize {
        let same =
            |own: &&super::answer::Cause| own.deed.id == deed.id && own.deed.option == deed.option;
        let cause = why.causes.iter().find(same);
        let needed = cause.is_some_and(|own| own.without == Without::Never);
        let label = format!("{} · {}", bare(&deed.says), date_of_text(&deed.date));
        self.node(Layer::Deed, label, needed)
    }

    /// A quantity with the deeds that moved it; what nothing moved is left out.
    fn origin(&mut self, why: &Why, origin: &Origin, to: usize) {
        let by_deed = matches!(origin.kind.as_str(), "event" | "choice");
        let into = if by_deed || origin.moved_by.is_empty() {
            to
        } else {
            let label = format!("{}: {}", origin.title, origin.was);
            let node = self.node(Layer::Quantity, label, false);
            self.arrow(node, to);
            node
        };
        for mover in &origin.moved_by {
            if self.deeds() < DEEDS {
                let deed = self.deed(why, &mover.deed);
                self.arrow(deed, into);
            }
        }
        for inner in &origin.made_of {
            self.origin(why, inner, to);
        }
    }
}

fn bare(says: &str) -> &str {
    says.trim_end_matches('.')
}

/// The graph as text for Graphviz or Mermaid.
pub fn why_graph(why: &Why, notation: Notation) -> String {
    let graph = Graph::of(why);
    let plain = |label: &str| label.replace('"', "'");
    let mut out = match notation {
        Notation::Dot => {
            "digraph why {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n".to_owned()
        }
        Notation::Mermaid => "flowchart LR\n".to_owned(),
    };
    for (number, node) in graph.nodes.iter().enumerate() {
        let label = plain(&node.label);
        let _ = match (notation, node.layer) {
            (Notation::Dot, layer) => {
                let shape = match layer {
                    Layer::Deed if node.needed => "box, penwidth=2",
                    Layer::Deed => "box",
                    Layer::Quantity => "box, style=rounded",
                    Layer::Reason => "ellipse",
                    Layer::Subject => "box, style=bold",
                };
                writeln!(out, "  n{number} [label=\"{label}\", shape={shape}];")
            }
            (Notation::Mermaid, Layer::Reason) => writeln!(out, "  n{number}([\"{label}\"])"),
            (Notation::Mermaid, Layer::Quantity) => writeln!(out, "  n{number}(\"{label}\")"),
            (Notation::Mermaid, _) => writeln!(out, "  n{number}[\"{label}\"]"),
        };
    }
    for (from, to) in &graph.arrows {
        let _ = match notation {
            Notation::Dot => writeln!(out, "  n{from} -> n{to};"),
            Notation::Mermaid => writeln!(out, "  n{from} --> n{to}"),
        };
    }
    if notation == Notation::Dot {
        out.push_str("}\n");
    }
    out
}
