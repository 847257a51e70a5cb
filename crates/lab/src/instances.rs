//! The instances of a model's elements, kind by kind.

use detente_model::{ElementId, Kind, Model, Target};

/// Every instance of every element of a kind, in order of name, then of declaration.
pub(crate) fn instances(model: &Model, of: impl Fn(&Kind) -> bool) -> Vec<Target> {
    let elements = model.elements.iter().enumerate().filter(|(_, element)| of(&element.kind));
    elements
        .flat_map(|(number, element)| {
            let element_id = ElementId(number);
            (0..element.over.instances.len())
                .map(move |instance| Target { element: element_id, instance })
        })
        .collect()
}

/// How many alternatives a decision has.
pub(crate) fn alternatives(model: &Model, element: ElementId) -> usize {
    match &model.element(element).kind {
        Kind::Decision(decision) => decision.alternatives.len(),
        _ => 0,
    }
}
