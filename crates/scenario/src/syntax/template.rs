//! Sentences with holes, and citations: text that is mostly prose.

use super::ast::{Citation, Ident, Template, TemplatePiece};
use super::parser::{LONGEST_TEXT, UnitNames, parse_range};
use crate::diagnostic::{Code, Finding};
use crate::place::Text;

/// Reads a sentence with holes: `"Strikes spread in {s}."`. The result is `None` exactly if
/// something was reported.
pub fn parse_template(text: &Text, findings: &mut Vec<Finding>) -> Option<Template> {
    let before = findings.len();
    let mut pieces = Vec::new();
    let mut plain = Plain { value: String::new(), start: 0 };
    let bytes = text.value.as_bytes();
    if bytes.len() > LONGEST_TEXT {
        let message =
            format!("this text has {} bytes; at most {LONGEST_TEXT} are read", bytes.len());
        findings.push(Finding::new(Code::TextTooLong, text.span, message).help("shorten it"));
        return None;
    }
    let mut at = 0;
    while let Some(found) = text.value[at..].find(['{', '}']) {
        let brace = at + found;
        plain.value.push_str(&text.value[at..brace]);
        let sign = bytes[brace];
        if bytes.get(brace + 1) == Some(&sign) {
            plain.value.push(char::from(sign));
            at = brace + 2;
            continue;
        }
        let end = text.value[brace + 1..].find(['{', '}']).map(|i| brace + 1 + i);
        let end = end.filter(|&end| bytes[end] == b'}');
        let (b'{', Some(end)) = (sign, end) else {
            let span = text.span_of(brace, brace + 1);
            let what = if sign == b'{' { "is not closed" } else { "closes nothing" };
            let message = format!("this `{}` {what}", char::from(sign));
            let help = "a brace that is meant to be read is written twice";
            findings.push(Finding::new(Code::ExpressionSyntax, span, message).help(help));
            return None;
        };
        plain.flush(text, brace, &mut pieces);
        let units = UnitNames::default();
        let range = (brace + 1, end);
        let hole =
            parse_range(text, range, &units, Code::ExpressionSyntax, findings, |p| p.expression());
        pieces.extend(hole.map(TemplatePiece::Hole));
        at = end + 1;
        plain.start = at;
    }
    plain.value.push_str(&text.value[at..]);
    plain.flush(text, text.value.len(), &mut pieces);
    (findings.len() == before).then_some(Template { pieces, span: text.span })
}

/// Text since the last hole, and where it begins.
struct Plain {
    value: String,
    start: usize,
}

impl Plain {
    fn flush(&mut self, text: &Text, end: usize, pieces: &mut Vec<TemplatePiece>) {
        if !self.value.is_empty() {
            let value = std::mem::take(&mut self.value);
            pieces.push(TemplatePiece::Text(value, text.span_of(self.start, end)));
        }
    }
}

/// Reads a citation: `"pernes2008, 101"`, `"ghdi-flight"`. Whether the key is in the bibliography
/// is not asked. The result is `None` exactly if something was reported.
pub fn parse_citation(text: &Text, findings: &mut Vec<Finding>) -> Option<Citation> {
    let (key, place) = match text.value.split_once(',') {
        Some((key, place)) => (key, Some(place.trim())),
        None => (text.value.as_str(), None),
    };
    let start = key.len() - key.trim_start().len();
    let key = key.trim();
    let span = text.span_of(start, start + key.len());
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_:.+/".contains(&b);
    let help = "a citation is a key of sources.bib, and after a comma the pages: \
                \"pernes2008, 101\"";
    if key.is_empty() || !key.bytes().all(legal) {
        let message = if key.is_empty() {
            "the key of a source is missing".to_owned()
        } else {
            format!("`{key}` is not the key of a source")
        };
        let span = if key.is_empty() { text.span } else { span };
        findings.push(Finding::new(Code::UnknownSource, span, message).help(help));
        return None;
    }
    if place == Some("") {
        let message = "nothing follows the comma";
        findings.push(Finding::new(Code::UnknownSource, text.span, message).help(help));
        return None;
    }
    Some(Citation { key: Ident { text: key.to_owned(), span }, place: place.map(str::to_owned) })
}
