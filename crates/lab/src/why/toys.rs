//! Toy worlds for the tests of this room, written where they are used.

use detente_model::Model;
use detente_scenario::reading::Source;

/// A world of two hundred weeks from 5 January 1953 with these elements.
pub(super) fn world(elements: &str) -> Model {
    let head = "format = 1\ntitle = \"A toy\"\nabout = \"A toy.\"\nleaves_out = \"Everything.\"\n\
                start = 1953-01-05\nweeks = 200\n\n[seat.somebody]\ntitle = \"Somebody\"\n\n\
                [set.side]\nmembers = { east = { title = \"the East\" }, west = { title = \"the West\" } }\n";
    let elements = format!("about = \"A toy.\"\nleaves_out = \"Everything.\"\n{elements}");
    let files = [("scenario.toml", head), ("model/toy.toml", elements.as_str())];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).to_vec();
    let source = Source::Memory { name: "toy".to_owned(), files };
    let opened = crate::scenario::open(&source, &[], |_| None);
    opened.model.unwrap_or_else(|| panic!("{:?}", opened.findings))
}
