//! Where things come from: the bibliography, citations, judgements, and places in files.

/// An entry of the bibliography.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its key in `sources.bib`.
    pub key: String,
    /// Author, title, year, as a reader sees it in a list.
    pub text: String,
    /// The short form used in running text: "Stourzh 2005".
    pub short: String,
    /// Whether nobody has opened it for this scenario (`keywords = {unchecked}`).
    pub unchecked: bool,
}

/// A source with the place in it: `stourzh2005, 335`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Key in the bibliography.
    pub key: String,
    /// Page, document or section, if given.
    pub locator: Option<String>,
}

/// Why something is as it is: sources, or somebody's judgement with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// Citations, in the author's order.
    pub sources: Vec<Citation>,
    /// The reason for a number that no source gives.
    pub judgement: Option<String>,
}

/// A line in one of the scenario's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Path inside the scenario's folder, with forward slashes.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}
