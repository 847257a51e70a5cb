//! Where numbers come from: every number, duration and date has a source or a judgement.

use std::collections::BTreeMap;

use detente_model::{Citation, Provenance};

use crate::bibliography::BibliographyEntry;
use crate::diagnostic::Code;
use crate::document::Fields;
use crate::expressions::Ledger;
use crate::place::Span;
use crate::spelling::suggest;
use crate::syntax::ast;

/// The bibliography by key.
pub(crate) type Bibliography = BTreeMap<String, BibliographyEntry>;

/// The keys `source` and `judgement` of a table.
pub(crate) fn provenance(
    fields: &mut Fields<'_>,
    sources: &Bibliography,
    ledger: &mut Ledger,
) -> Provenance {
    let cited = fields.citations("source", &mut ledger.findings);
    let judgement = fields.text("judgement", &mut ledger.findings);
    let judgement = judgement.map(|text| text.value.trim().to_owned());
    Provenance {
        sources: citations(&cited, sources, ledger),
        judgement: judgement.filter(|text| !text.is_empty()),
    }
}

/// Citations checked against the bibliography; those of an unknown key are reported and left out.
pub(crate) fn citations(
    cited: &[ast::Citation],
    sources: &Bibliography,
    ledger: &mut Ledger,
) -> Vec<Citation> {
    let mut known = Vec::new();
    for citation in cited {
        let key = &citation.key.text;
        if sources.contains_key(key) {
            ledger.cited.insert(key.clone());
            known.push(Citation { key: key.clone(), locator: citation.place.clone() });
        } else {
            let message = format!("`{key}` is not in sources.bib");
            let all = sources.keys().map(String::as_str);
            let help =
                suggest(key, all, "add the entry, or say in `judgement` why the number is so");
            ledger.report(Code::UnknownSource, citation.key.span, message, help);
        }
    }
    known
}

/// Reports the first number noted if none of these says where it comes from.
pub(crate) fn check(ledger: &mut Ledger, what: &str, given: &[&Provenance]) {
    let Some(span) = ledger.number.take() else { return };
    let sourced = |one: &&Provenance| !one.sources.is_empty() || one.judgement.is_some();
    if !given.iter().any(sourced) {
        unsourced(ledger, span, what);
    }
}

fn unsourced(ledger: &mut Ledger, span: Span, what: &str) {
    let message = format!("{what} has a number here, and neither source nor judgement");
    let help = "add `source = \"key, page\"`, or an honest sentence as `judgement`";
    ledger.report(Code::Unsourced, span, message, help);
}
