//! The place in the file of each byte of a TOML string, escapes and all.

use crate::place::{Span, Text};

/// The text of a string of which `raw` is the writing (quotation marks included), standing at byte
/// `start` of its file, and `value` the meaning.
pub(super) fn text(raw: &str, start: usize, value: &str, span: Span) -> Text {
    let (marks, escapes) = opening(raw);
    let mut walk = Walk { raw: raw.as_bytes(), at: marks, start, length: 0, runs: Vec::new() };
    walk.run();
    let close = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let end = raw.len().saturating_sub(close);
    if !escapes {
        let runs = vec![(0, clip(start + marks))];
        return Text::with_runs(value.to_owned(), span, runs);
    }
    while walk.at < end {
        if walk.raw[walk.at] == b'\\' {
            walk.escape();
        } else {
            walk.at += 1;
            walk.length += 1;
        }
    }
    // If the walk and the parser disagree, places are taken from the start of the string.
    let runs = if walk.length == value.len() { walk.runs } else { vec![(0, clip(start + marks))] };
    Text::with_runs(value.to_owned(), span, runs)
}

/// How many bytes open the string, and whether it may hold escapes.
fn opening(raw: &str) -> (usize, bool) {
    for (mark, escapes) in [("\"\"\"", true), ("'''", false)] {
        if let Some(rest) = raw.strip_prefix(mark) {
            // A line break right after the opening is not part of the string.
            let line =
                if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
            return (3 + line, escapes);
        }
    }
    (1, raw.starts_with('"'))
}

fn clip(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

struct Walk<'a> {
    raw: &'a [u8],
    at: usize,
    start: usize,
    length: usize,
    runs: Vec<(u32, u32)>,
}

impl Walk<'_> {
    /// From here on bytes are copied.
    fn run(&mut self) {
        self.runs.push((clip(self.length), clip(self.start + self.at)));
    }

    /// Passes the escape at the cursor.
    fn escape(&mut self) {
        let digits = match self.raw.get(self.at + 1) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            Some(b'x') => 2,
            Some(b' ' | b'\t' | b'\r' | b'\n') => {
                // A backslash at the end of a line drops white space up to the next word.
                self.at += 1;
                while self.raw.get(self.at).is_some_and(u8::is_ascii_whitespace) {
                    self.at += 1;
                }
                return self.run();
            }
            _ => 0,
        };
        let hex = self.raw.get(self.at + 2..self.at + 2 + digits).unwrap_or(&[]);
        let code = std::str::from_utf8(hex).ok().and_then(|h| u32::from_str_radix(h, 16).ok());
        let length = code.and_then(char::from_u32).map_or(1, char::len_utf8);
        self.at += 2 + digits;
        self.length += if digits == 0 { 1 } else { length };
        self.run();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ValueKind, parse};
    use crate::place::FileId;

    /// Every kind of string: the place of a word of its value is that word in the file.
    #[test]
    fn words_are_found_where_they_stand() {
        let file = concat!(
            "a = \"plain here\"\n",
            "b = 'literal \\ here'\n",
            "c = \"escaped \\\"x\\\" \\u00e9\\t here\"\n",
            "d = \"\"\"\nmany \\\n   lines here\"\"\"\n",
            "e = '''\nmany\nlines here'''\n",
            "f = \"umlaut ü here\"\n",
        );
        let mut findings = Vec::new();
        let table = parse(FileId(0), file, &mut findings);
        assert_eq!(findings, []);
        for entry in &table.entries {
            let ValueKind::Text(text) = &entry.value.kind else { panic!("not a text") };
            let at = text.value.find("here").expect("the word is in the value");
            let span = text.span_of(at, at + 4);
            let found = &file[span.start as usize..span.end as usize];
            assert_eq!(found, "here", "{}", entry.key.text);
        }
        assert_eq!(table.entries.len(), 6);
    }
}
