//! `detente describe`: the model as a document, or its causal graph.

use detente_lab::describe::{Notation, causal_graph, describe};

use crate::failure::Failure;
use crate::options::{Describe, GraphNotation, overwrite};
use crate::{output, scenario};

/// Writes the document to standard output, or to the file named.
pub(crate) fn run(options: &Describe) -> Result<(), Failure> {
    let model = scenario::model(options.scenario.as_deref(), &options.school)?;
    let text = match options.graph {
        None => describe(&model),
        Some(GraphNotation::Dot) => causal_graph(&model, Notation::Dot),
        Some(GraphNotation::Mermaid) => causal_graph(&model, Notation::Mermaid),
    };
    output::write(options.to.out.as_deref(), text, overwrite(options.to.force))
}
