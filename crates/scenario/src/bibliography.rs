//! The bibliography: from `sources.bib` to entries that can be cited.
//!
//! BibLaTeX is read with the `biblatex` crate, one entry at a time, so that one bad entry does not
//! hide the others. Fields that refer to other entries (`crossref`, `xdata`, `@string`) are
//! refused: they buy little here, and resolving them can go in circles.

use std::collections::BTreeMap;

use biblatex::{Chunk, ChunksExt as _, RawBibliography, RawEntry};

use crate::diagnostic::{Code, Finding};
use crate::folder::Files;
use crate::place::{FileId, Span};
use crate::syntax::ast::Ident;

/// The most entries of one file.
pub const MOST_ENTRIES: usize = 5_000;
/// The longest entry, in bytes.
const LONGEST_ENTRY: usize = 16 << 10;
/// The deepest braces of an entry.
const DEEPEST_BRACES: usize = 16;

/// An entry of the bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BibliographyEntry {
    /// What it is cited by.
    pub key: Ident,
    /// `book`, `article`, `online` and so on, in small letters.
    pub kind: String,
    /// Its fields by name (small letters), as plain text.
    pub fields: BTreeMap<String, String>,
    /// Family names of its authors; of its editors if it has no authors; an organization's name.
    pub authors: Vec<String>,
    /// The year of its `date` or `year`, as written.
    pub year: Option<String>,
    /// Whether it says of itself that nobody has opened it: `keywords = {unchecked}`.
    pub unchecked: bool,
}

impl BibliographyEntry {
    /// Who and when, for running text: "Stourzh 2005", "Bischof and Dockrill 2000".
    pub fn short(&self) -> String {
        let title = || self.fields.get("title").map_or(self.key.text.as_str(), String::as_str);
        let who = match self.authors.as_slice() {
            [] => title().to_owned(),
            [one] => one.clone(),
            [one, other] => format!("{one} and {other}"),
            [first, ..] => format!("{first} and others"),
        };
        match &self.year {
            Some(year) => format!("{who} {year}"),
            None => who,
        }
    }

    /// Author, title, where published and when: a line of a reading list.
    pub fn text(&self) -> String {
        let field = |name: &str| self.fields.get(name).filter(|value| !value.is_empty());
        let mut parts: Vec<String> = Vec::new();
        if !self.authors.is_empty() {
            parts.push(self.authors.join(", "));
        }
        let title = match (field("title"), field("subtitle")) {
            (Some(title), Some(subtitle)) => Some(format!("{title}: {subtitle}")),
            (title, _) => title.cloned(),
        };
        parts.extend(title);
        let inside = ["journaltitle", "journal", "booktitle", "maintitle"];
        let inside = inside.into_iter().find_map(field).map(|title| match field("volume") {
            Some(volume) => format!("{title} {volume}"),
            None => title.clone(),
        });
        parts.extend(inside);
        let places = ["location", "address"].into_iter().find_map(field);
        let makers = ["publisher", "institution", "school"].into_iter().find_map(field);
        match (places, makers) {
            (Some(place), Some(maker)) => parts.push(format!("{place}: {maker}")),
            (place, maker) => parts.extend(place.or(maker).cloned()),
        }
        parts.extend(self.year.clone());
        parts.join(". ")
    }
}

/// Reads the bibliographies `ids`, the scenario extended first; a later entry of the same key
/// replaces an earlier file's.
pub fn read_bibliographies(
    files: &Files,
    ids: &[FileId],
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, BibliographyEntry> {
    let mut all = BTreeMap::new();
    for &id in ids {
        all.extend(read_bibliography(id, files.text(id), findings));
    }
    all
}

/// Reads one bibliography. Entries that cannot be read are reported and left out.
pub fn read_bibliography(
    file: FileId,
    text: &str,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, BibliographyEntry> {
    let mut reader = Reader { file, findings, entries: BTreeMap::new() };
    let starts = starts_of_entries(text);
    for (i, &start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(text.len());
        if i >= MOST_ENTRIES {
            let message = format!("more than {MOST_ENTRIES} entries");
            reader.report(Code::TextTooLong, start, start + 1, message, "cite fewer works");
            break;
        }
        reader.chunk(start, &text[start..end]);
    }
    reader.entries
}

/// Where an `@` begins a line, white space aside.
fn starts_of_entries(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut line = 0;
    for piece in text.split_inclusive('\n') {
        let indent = piece.len() - piece.trim_start().len();
        if piece[indent..].starts_with('@') {
            starts.push(line + indent);
        }
        line += piece.len();
    }
    starts
}

struct Reader<'f> {
    file: FileId,
    findings: &'f mut Vec<Finding>,
    entries: BTreeMap<String, BibliographyEntry>,
}

impl Reader<'_> {
    fn report(&mut self, code: Code, start: usize, end: usize, message: String, help: &str) {
        let span = Span::new(self.file, start, end);
        self.findings.push(Finding::new(code, span, message).help(help));
    }

    /// One entry, or a comment, of which `text` begins at byte `start`.
    fn chunk(&mut self, start: usize, text: &str) {
        let head = text.lines().next().map_or(0, str::len);
        let lower = text.chars().take(10).collect::<String>().to_ascii_lowercase();
        if lower.starts_with("@comment") {
            return;
        }
        if lower.starts_with("@string") || lower.starts_with("@preamble") {
            let message = "abbreviations and preambles are not read".to_owned();
            let help = "write the words out in each entry";
            return self.report(Code::BibliographySyntax, start, start + head, message, help);
        }
        if text.trim_end().len() > LONGEST_ENTRY {
            let message = format!("an entry of more than {LONGEST_ENTRY} bytes");
            let help = "close the braces of this entry, or shorten it";
            return self.report(Code::BibliographySyntax, start, start + head, message, help);
        }
        if depth_of_braces(text) > DEEPEST_BRACES {
            let message = format!("braces nest more than {DEEPEST_BRACES} deep");
            let help = "close the braces of this entry";
            return self.report(Code::BibliographySyntax, start, start + head, message, help);
        }
        match RawBibliography::parse(text) {
            Ok(raw) => {
                for entry in raw.entries {
                    self.entry(start, entry.v);
                }
            }
            Err(error) => self.syntax_error(start, text, &error),
        }
    }

    fn syntax_error(&mut self, start: usize, text: &str, error: &biblatex::ParseError) {
        // A fault at the end of an entry is better shown at its head: the brace missing is there.
        let near_end = error.span.start >= text.trim_end().len();
        let head = text.lines().next().map_or(0, str::len);
        let (from, to) = if near_end {
            (start, start + head)
        } else {
            (start + error.span.start, start + error.span.end.max(error.span.start + 1))
        };
        let message = if near_end {
            "this entry is not closed".to_owned()
        } else {
            format!("this entry cannot be read: {}", error.kind)
        };
        let help = "an entry is written @book{key, author = {…}, title = {…}, date = {1955}}";
        self.report(Code::BibliographySyntax, from, to, message, help);
    }

    fn entry(&mut self, start: usize, raw: RawEntry<'_>) {
        let key = raw.key.v.trim().to_owned();
        let span = Span::new(self.file, start + raw.key.span.start, start + raw.key.span.end);
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-_:.+/".contains(&b);
        if key.is_empty() || !key.bytes().all(legal) {
            let message = format!("`{key}` cannot be the key of a source");
            let help = "a key has letters, digits, and the signs - _ : . + /";
            self.findings.push(Finding::new(Code::BadName, span, message).help(help));
            return;
        }
        if let Some(first) = self.entries.get(&key) {
            let message = format!("there are two sources `{key}`");
            let finding = Finding::new(Code::DuplicateName, span, message)
                .help("give one of them another key")
                .related(first.key.span, "the first is here");
            self.findings.push(finding);
            return;
        }
        let reference = raw.fields.iter().find(|pair| {
            matches!(pair.key.v.to_ascii_lowercase().as_str(), "crossref" | "xdata" | "xref")
        });
        if let Some(pair) = reference {
            let message = format!("`{}` is not read", pair.key.v);
            let help = "write the fields out in each entry";
            let (from, to) = (start + pair.key.span.start, start + pair.key.span.end);
            return self.report(Code::BibliographySyntax, from, to, message, help);
        }
        let mut alone =
            RawBibliography { preamble: String::new(), entries: vec![], abbreviations: vec![] };
        alone.entries.push(biblatex::Spanned::new(raw, 0..0));
        match biblatex::Bibliography::from_raw(alone) {
            Ok(resolved) => {
                if let Some(entry) = resolved.iter().next() {
                    let ident = Ident { text: key.clone(), span };
                    self.entries.insert(key, plain(ident, entry));
                }
            }
            Err(error) => {
                let message = format!("the source `{key}` cannot be read: {}", error.kind);
                let help = "put the value in braces: date = {1955}";
                self.findings
                    .push(Finding::new(Code::BibliographySyntax, span, message).help(help));
            }
        }
    }
}

fn depth_of_braces(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn plain(key: Ident, entry: &biblatex::Entry) -> BibliographyEntry {
    let fields: BTreeMap<String, String> = entry
        .fields
        .iter()
        .map(|(name, chunks)| {
            let words = chunks.format_verbatim();
            (name.clone(), words.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    let names = ["author", "editor", "organization", "institution"];
    let authors = names
        .into_iter()
        .find_map(|name| entry.fields.get(name))
        .map_or_else(Vec::new, |chunks| family_names(chunks));
    let dated = ["date", "year"].into_iter().find_map(|name| fields.get(name));
    let year = dated.and_then(|date| {
        let digits: String = date.chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 4).then_some(digits)
    });
    let unchecked = fields
        .get("keywords")
        .is_some_and(|words| words.split([',', ';']).any(|word| word.trim() == "unchecked"));
    let kind = entry.entry_type.to_string().to_lowercase();
    BibliographyEntry { key, kind, fields, authors, year, unchecked }
}

/// Family names from "Stourzh, Gerald and Bischof, Günter" or "Gerald Stourzh"; what stands in
/// braces is one name.
fn family_names(chunks: &[biblatex::Spanned<Chunk>]) -> Vec<String> {
    // A name in braces may hold " and ": a sign that no text holds stands for its spaces.
    const JOIN: char = '\u{0}';
    let mut text = String::new();
    for chunk in chunks {
        match &chunk.v {
            Chunk::Normal(part) => text.push_str(part),
            Chunk::Verbatim(part) | Chunk::Math(part) => {
                text.extend(part.chars().map(|c| if c.is_whitespace() { JOIN } else { c }));
            }
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split(" and ")
        .map(|name| match name.split_once(',') {
            Some((family, _)) => family.trim(),
            None => name.trim().rsplit(' ').next().unwrap_or(""),
        })
        .filter(|name| !name.is_empty())
        .map(|name| name.replace(JOIN, " ").trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (BTreeMap<String, BibliographyEntry>, Vec<String>) {
        let mut findings = Vec::new();
        let entries = read_bibliography(FileId(0), text, &mut findings);
        (entries, findings.iter().map(|f| format!("{} {}", f.code, f.message)).collect())
    }

    #[test]
    fn entries_are_read_as_people_cite_them() {
        let (entries, findings) = read(
            "% a comment with an @ in it\n\
             @book{stourzh2005, author = {Stourzh, Gerald}, title = {Um Einheit und Freiheit},\n\
             \x20 subtitle = {Staatsvertrag, Neutralit{\\\"a}t}, location = {Wien}, publisher = {B\\\"ohlau}, date = {2005}}\n\
             @article{a2, author = {G{\\\"u}nter Bischof and Dockrill, Saki}, title = \"T\", journal = {J}, volume = 3, year = 2000}\n\
             @online{ghdi, title = {Flight}, organization = {{Documents and Images}}, keywords = {x, unchecked}}\n",
        );
        assert_eq!(findings, Vec::<String>::new());
        let stourzh = &entries["stourzh2005"];
        assert_eq!(stourzh.short(), "Stourzh 2005");
        assert_eq!(
            stourzh.text(),
            "Stourzh. Um Einheit und Freiheit: Staatsvertrag, Neutralität. Wien: Böhlau. 2005"
        );
        assert_eq!(entries["a2"].short(), "Bischof and Dockrill 2000");
        assert_eq!(entries["a2"].text(), "Bischof, Dockrill. T. J 3. 2000");
        assert_eq!(entries["ghdi"].short(), "Documents and Images");
        assert!(entries["ghdi"].unchecked && !stourzh.unchecked);
    }

    #[test]
    fn one_bad_entry_does_not_hide_the_others() {
        let (entries, findings) = read(
            "@book{a, title = {A}, date = {1955}\n\
             @book{b, title = {B}}\n\
             @book{b, title = {B again}}\n\
             @book{c, title {C}}\n\
             @book{d, title = abbr}\n\
             @string{e = {E}}\n\
             @book{f, crossref = {b}}\n\
             @book{g, title = {G}}\n",
        );
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["b", "g"]);
        assert_eq!(
            findings,
            [
                "S062 this entry is not closed",
                "S031 there are two sources `b`",
                "S062 this entry cannot be read: expected equals",
                "S062 the source `d` cannot be read: unknown abbreviation \"abbr\"",
                "S062 abbreviations and preambles are not read",
                "S062 `crossref` is not read",
            ]
        );
    }

    #[test]
    fn braces_without_end_are_refused() {
        let (entries, findings) = read(&format!("@book{{a, title = {}", "{".repeat(15_000)));
        assert!(entries.is_empty());
        assert_eq!(findings, ["S062 braces nest more than 16 deep"]);
    }
}
