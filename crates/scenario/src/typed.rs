//! What is typed after loading: interventions, and outcomes asked for on the spot.

use detente_model::{Formula, Intervention, Model};

use crate::diagnostic::{Code, Diagnostic, Finding};
use crate::expressions::{Allows, Ledger, Reader};
use crate::folder::Files;
use crate::interventions::{Interventions, conflicts};
use crate::names::Names;
use crate::place::{FileId, Span, Text};
use crate::syntax::parse_expression;

/// The name under which findings in a typed intervention stand.
const TYPED_INTERVENTION: &str = "--do";
/// The name under which findings in a typed outcome stand.
const TYPED_OUTCOME: &str = "--outcome";

/// Reads an intervention in a model: `stalin_dies never until 1954-12-31`.
///
/// # Errors
///
/// The first thing wrong with it, with what to do; its places are bytes of `text`.
#[expect(clippy::result_large_err, reason = "it is rare, and shown to a person")]
pub fn parse_intervention(model: &Model, text: &str) -> Result<Intervention, Diagnostic> {
    parse_intervention_of(model, TYPED_INTERVENTION, text)
}

/// The same where it was typed after another option than `--do`.
///
/// # Errors
///
/// As [`parse_intervention`].
#[expect(clippy::result_large_err, reason = "it is rare, and shown to a person")]
pub fn parse_intervention_of(
    model: &Model,
    option: &str,
    text: &str,
) -> Result<Intervention, Diagnostic> {
    typed(option, text, |written, ledger| {
        let names = Names::of(model);
        let elements = |id| Some(model.element(id));
        Interventions { names: &names, elements: &elements }.read(written, ledger)
    })
}

/// Reads what could be the `is` of an outcome: `mean_over(tension, 1955-01-01, 1956-01-01)`. A plain
/// quantity (`protest[gdr]`) is read too, as the formula of a series.
///
/// # Errors
///
/// The first thing wrong with it, with what to do; its places are bytes of `text`.
#[expect(clippy::result_large_err, reason = "it is rare, and shown to a person")]
pub fn parse_outcome(model: &Model, text: &str) -> Result<Formula, Diagnostic> {
    typed(TYPED_OUTCOME, text, |written, ledger| {
        let names = Names::of(model);
        let tree = parse_expression(written, &names.unit_names, &mut ledger.findings)?;
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        Reader::new(&names, ledger, Allows::Outcome).formula(&tree, &words)
    })
}

/// What is wrong with interventions taken together, each with the option that it was typed after: two on
/// one quantity whose spans overlap. Before each finding stand the numbers of the two; the text of the
/// second is underlined.
pub fn check_interventions(
    model: &Model,
    typed: &[(&str, &Intervention)],
) -> Vec<(usize, usize, Diagnostic)> {
    let elements = |id| Some(model.element(id));
    let mut files = Files::default();
    let add = |(option, one): &(&str, &Intervention)| files.add_typed(option, &one.text);
    let ids: Vec<FileId> = typed.iter().map(add).collect();
    let given: Vec<&Intervention> = typed.iter().map(|(_, one)| *one).collect();
    let whole = |number: usize| Span::new(ids[number], 0, given[number].text.len());
    conflicts(&given, &elements)
        .into_iter()
        .map(|(first, second)| {
            let message = format!(
                "`{}` and `{}` change one thing at one time",
                given[first].text, given[second].text
            );
            let finding = Finding::new(Code::OverlappingInterventions, whole(second), message)
                .help("take one away, or let one end (`until`) before the other begins (`from`)");
            (first, second, files.diagnostic(&finding))
        })
        .collect()
}

#[expect(clippy::result_large_err, reason = "it is rare, and shown to a person")]
fn typed<T>(
    name: &str,
    text: &str,
    read: impl FnOnce(&Text, &mut Ledger) -> Option<T>,
) -> Result<T, Diagnostic> {
    let mut files = Files::default();
    let file = files.add_typed(name, text);
    let mut ledger = Ledger::default();
    let value = read(&Text::verbatim(file, 0, text), &mut ledger);
    let fault = ledger.findings.iter().find(|finding| finding.is_error());
    match (value, fault) {
        (Some(value), None) => Ok(value),
        (_, Some(fault)) => Err(files.diagnostic(fault)),
        (None, None) => {
            let span = Span::new(file, 0, text.len());
            let message = "this cannot be read in this model";
            Err(files.diagnostic(&Finding::new(Code::InterventionMisfit, span, message)))
        }
    }
}
