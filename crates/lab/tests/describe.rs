//! The document says what the model says, all of it.

use std::path::{Path, PathBuf};

use detente_lab::describe::{Notation, causal_graph, describe};
use detente_model::{Happening, Kind, Model};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name)
}

fn model(name: &str) -> Model {
    detente_scenario::load(&shipped(name)).model.expect("a shipped scenario is sound")
}

/// Every element, parameter, reason, weight and effect of every shipped scenario is in it.
#[test]
fn nothing_is_left_out() {
    for name in ["two-powers", "little-detente"] {
        let model = model(name);
        let text = describe(&model);
        let one_line = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        let holds = |part: &str| {
            let part = one_line(part);
            text.contains(&part) || text.contains(&part.replace('|', "\\|"))
        };
        for element in &model.elements {
            assert!(holds(&format!("`{}", element.name)), "{} is not in it", element.name);
            let mut parts: Vec<&str> = Vec::new();
            match &element.kind {
                Kind::Variable(variable) => parts.push(&variable.equals.text),
                Kind::Outcome(outcome) => parts.push(&outcome.is.text),
                Kind::Stock(stock) => parts.extend(stock.change.iter().map(|f| f.text.as_str())),
                Kind::Event(event) => {
                    let rate: &[_] = match &event.happening {
                        Happening::Rate(parts) => parts,
                        Happening::On(_) => &[],
                    };
                    for reason in rate.iter().chain(&event.because) {
                        parts.extend([reason.name.as_str(), &reason.weight.text]);
                    }
                    parts.extend(event.does.iter().map(|effect| effect.text.as_str()));
                }
                Kind::Decision(decision) => {
                    for alternative in &decision.alternatives {
                        for reason in &alternative.because {
                            parts.extend([reason.name.as_str(), &reason.weight.text]);
                        }
                        parts.extend(alternative.does.iter().map(|effect| effect.text.as_str()));
                    }
                }
                _ => {}
            }
            for part in parts {
                assert!(holds(part), "{}: `{part}` is not in it", element.name);
            }
        }
    }
}

/// The sections stand in the order of the protocol.
#[test]
fn the_order_is_that_of_the_protocol() {
    let text = describe(&model("little-detente"));
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(
        heads,
        [
            "## 1. Purpose and patterns",
            "## 2. Entities, state variables and scales",
            "## 3. Process overview and scheduling",
            "## 4. Design concepts",
            "## 5. Initialisation",
            "## 6. Input data",
            "## 7. Submodels",
            "## What it leaves out",
            "## Sources",
        ]
    );
}

#[test]
fn the_document_of_two_powers() {
    insta::assert_snapshot!(
        describe(&model("two-powers")).replace(&model("two-powers").digest, "DIGEST")
    );
}

#[test]
fn the_graph_of_two_powers() {
    let model = model("two-powers");
    insta::assert_snapshot!("dot", causal_graph(&model, Notation::Dot));
    insta::assert_snapshot!("mermaid", causal_graph(&model, Notation::Mermaid));
}
