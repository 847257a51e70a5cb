//! How the document writes numbers, dates, sources, and text inside Markdown.

use detente_model::{Citation, Element, Model, Over, Provenance, Unit};

pub(super) use crate::words::{date, said as written_out};

/// An equation in a block of its own.
pub(super) fn equation(text: &str, out: &mut String) {
    out.push_str(&format!("```text\n{}\n```\n\n", text.trim()));
}

/// A number as its author would write it: twelve significant digits at most, with a true minus.
pub(super) fn number(value: f64) -> String {
    if value == f64::INFINITY {
        return "∞".to_owned();
    }
    if value == f64::NEG_INFINITY {
        return "−∞".to_owned();
    }
    // Conversion to base units and back leaves dust in the last digits.
    let clean: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    let plain = if clean != 0.0 && !(1e-6..1e15).contains(&clean.abs()) {
        format!("{clean:e}")
    } else {
        format!("{clean}")
    };
    plain.replace('-', "−")
}

/// A value held in base units, shown in `unit` with the unit's name unless it is a pure number.
pub(super) fn quantity(value: f64, unit: &Unit) -> String {
    let shown = number(unit.shown(value));
    if unit.text == "1" { shown } else { format!("{shown} {}", unit.text) }
}

/// A citation in running text: "Stourzh 2005, 335"; its key if the bibliography lacks it.
pub(super) fn citation(model: &Model, citation: &Citation) -> String {
    let source = model.sources.iter().find(|source| source.key == citation.key);
    let short = source.map_or(citation.key.as_str(), |source| source.short.as_str());
    match &citation.locator {
        Some(locator) => format!("{short}, {locator}"),
        None => short.to_owned(),
    }
}

/// Citations separated by semicolons; empty if there are none.
pub(super) fn citations(model: &Model, all: &[Citation]) -> String {
    let texts: Vec<String> = all.iter().map(|one| citation(model, one)).collect();
    texts.join("; ")
}

/// Why a number is as it is: the judgement, then the sources. Empty if neither is given.
pub(crate) fn grounds(model: &Model, provenance: &Provenance) -> String {
    let judgement = provenance.judgement.as_deref().unwrap_or_default().trim();
    let sources = citations(model, &provenance.sources);
    match (judgement.is_empty(), sources.is_empty()) {
        (true, true) => String::new(),
        (true, false) => sources,
        (false, true) => format!("Judgement: {judgement}"),
        (false, false) => format!("Judgement: {judgement} ({sources})"),
    }
}

/// A sentence with its placeholders set in italics: "Strikes spread in *s*."
pub(super) fn sentence(text: &str, over: &Over) -> String {
    over.binders.iter().fold(text.trim().to_owned(), |text, binder| {
        text.replace(&format!("{{{}}}", binder.name), &format!("*{}*", binder.name))
    })
}

/// The element's name with its index variables: `uprising[s]`.
pub(super) fn indexed_name(element: &Element) -> String {
    if element.over.binders.is_empty() {
        return element.name.clone();
    }
    let names: Vec<&str> = element.over.binders.iter().map(|b| b.name.as_str()).collect();
    format!("{}[{}]", element.name, names.join(", "))
}

/// What the index variables stand for: "For each s in satellite, 7 in all"; empty without any.
pub(super) fn ranges(model: &Model, over: &Over) -> String {
    if over.binders.is_empty() {
        return String::new();
    }
    let parts: Vec<String> = over
        .binders
        .iter()
        .map(|b| format!("*{}* in `{}`", b.name, model.set(b.set).name))
        .collect();
    format!("For each {}, {} in all", parts.join(", "), over.instances.len())
}

/// Text fit for a cell of a Markdown table.
pub(super) fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Text as code, on one line.
pub(super) fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// The name of a file or set as a heading: `soviet_economy` becomes "Soviet economy".
pub(super) fn heading(name: &str) -> String {
    crate::words::sentence(&name.replace(['_', '-'], " "))
}

/// `count` with its noun: "1 event", "3 events".
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_model::Dimension;

    #[test]
    fn numbers_come_back_as_they_were_written() {
        let per_month = Unit {
            text: "thousand person / month".to_owned(),
            dimension: Dimension::none(),
            scale: 1000.0 * 12.0 / 52.0,
        };
        assert_eq!(quantity(per_month.held(0.3), &per_month), "0.3 thousand person / month");
        assert_eq!(number(-1.5), "−1.5");
        assert_eq!(number(12000.0), "12000");
        assert_eq!(number(2.5e-9), "2.5e−9");
    }

    #[test]
    fn tables_keep_their_columns() {
        assert_eq!(cell("a |\n b"), "a \\| b");
    }
}
