//! Worlds written in the scenario language, for tests of questions given the record.

use detente_lab::scenario::{Colour, Source, open, typed_intervention};
use detente_lab::{Calendar, Intervention, Model};

/// The day on which a week begins.
pub(crate) fn day(week: u32) -> String {
    let start = "1953-01-05".parse().expect("a date");
    Calendar { start, weeks: 1 }.monday(week).to_string()
}

/// A world of so many weeks with these files beside its head.
pub(crate) fn loaded(weeks: u32, files: &[(&str, &str)]) -> Model {
    let head = format!(
        "format = 1\ntitle = \"A world\"\nstart = {}\nweeks = {weeks}\nabout = \"A test.\"\n\
         leaves_out = \"Everything else.\"\n",
        day(0)
    );
    let sources = "@misc{invented, title = {Invented}, author = {{Nobody}}, year = {2026}}\n";
    let mut all = vec![("scenario.toml".to_owned(), head.into_bytes())];
    all.push(("sources.bib".to_owned(), sources.into()));
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    let opened = open(&Source::Memory { name: "world".to_owned(), files: all }, &[], |_| None);
    let told = |finding| opened.rendered(finding, Colour::Never);
    let findings: Vec<String> = opened.findings.iter().map(told).collect();
    opened.model.unwrap_or_else(|| panic!("{}", findings.join("\n")))
}

pub(crate) fn intervention(model: &Model, text: &str) -> Intervention {
    typed_intervention(model, text, Colour::Never).expect("an intervention")
}
