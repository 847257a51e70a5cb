//! What is there and not used: elements nothing reads, sources never cited, figures nobody checked.

use detente_model::{Element, ElementId, Kind};

use crate::diagnostic::{Code, Finding};
use crate::expressions::Ledger;
use crate::place::Span;
use crate::provenance::Bibliography;

/// Warns of elements that nothing reads; `span` is the place of an element's name.
pub(crate) fn check_read(
    elements: &[Option<Element>],
    span: impl Fn(ElementId) -> Span,
    ledger: &mut Ledger,
) {
    for (number, element) in elements.iter().enumerate() {
        let Some(element) = element else { continue };
        let id = ElementId(number);
        let (what, quantity) = match element.kind {
            Kind::Parameter(_) => ("parameter", true),
            Kind::Series(_) => ("series", true),
            Kind::Trait(_) => ("trait", true),
            Kind::Noise(_) => ("noise", true),
            Kind::Stock(_) => ("stock", true),
            Kind::State(_) => ("state", true),
            Kind::Variable(_) => ("variable", true),
            _ => ("", false),
        };
        if quantity && !ledger.read.contains(&id) {
            let message = format!("nothing reads the {what} `{}`", element.name);
            let help = "use it, give it an outcome, or remove it";
            ledger.report(Code::NeverRead, span(id), message, help);
        }
    }
}

/// Warns of sources that nothing cites, and of parameters that rest on unopened ones alone.
pub(crate) fn check_sources(
    elements: &[Option<Element>],
    span: impl Fn(ElementId) -> Span,
    sources: &Bibliography,
    ledger: &mut Ledger,
) {
    for (key, entry) in sources {
        if !ledger.cited.contains(key) {
            let message = format!("nothing cites `{key}`");
            let finding = Finding::new(Code::NeverCited, entry.key.span, message);
            ledger.findings.push(finding.help("cite it where it was used, or remove it"));
        }
    }
    for (number, element) in elements.iter().enumerate() {
        let Some(element) = element else { continue };
        let given = &element.provenance;
        let unopened =
            given.sources.iter().all(|one| sources.get(&one.key).is_some_and(|e| e.unchecked));
        let rests = matches!(element.kind, Kind::Parameter(_)) && !given.sources.is_empty();
        if rests && given.judgement.is_none() && unopened {
            let message = format!("`{}` rests on a source that nobody has opened", element.name);
            let help = "open the source and take `unchecked` away, or say in `judgement` why the \
                        number is so";
            ledger.report(Code::UncheckedSource, span(ElementId(number)), message, help);
        }
    }
}
