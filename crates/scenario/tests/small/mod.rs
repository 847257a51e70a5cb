//! A small scenario in memory, and what is found in it, shared by the tests of the upper half.
#![allow(dead_code, reason = "each test uses a part")]

use detente_model::Model;
use detente_scenario::reading::Source;
use detente_scenario::{Loaded, load_with};

/// Files: path and text.
pub(crate) type Files = Vec<(String, String)>;

const SCENARIO: &str = "format = 1
title = 'Small'
start = 1953-01-05
weeks = 104

[unit.person]
about = 'One human being.'

[unit.dollar]
about = 'A dollar.'

[set.satellite]
title = 'Satellites'
members = { poland = { title = 'Poland', cow = 290 }, gdr = { title = 'East Germany', cow = 265 } }

[set.leader]
title = 'Leaders'
members = { malenkov = { title = 'Malenkov', home = 'gdr' }, beria = { title = 'Beria', home = 'poland' } }

[seat.kremlin]
title = 'The Kremlin'
held_by = 'premier'
sees = ['tension', 'people[*]', 'revolt[gdr]', 'pace']
";

const BASE: &str = "about = 'A base.'

[parameter.pace]
about = 'Pace.'
value = 0.5
unit = '1 / year'
prior = 'normal(0.5, 0.1)'
range = [0, 2]
judgement = 'A guess.'

[stock.tension]
about = 'Tension.'
initial = 60
unit = '1'
range = [0, 100]
judgement = 'A scale.'

[stock.people]
over = 's in satellite'
about = 'People of {s}.'
initial = { gdr = 18, poland = 27 }
unit = 'million person'
judgement = 'Rounded.'

[state.revolt]
over = 's in satellite'
about = 'Revolt in {s}.'
of = 'truth'
initial = false

[state.premier]
about = 'Premier.'
of = 'leader'
initial = 'malenkov'

[event.truce]
about = 'A truce.'
rate = 'pace'
once = true
does = 'tension *= 1 / 2'

[event.rising]
over = 's in satellite'
about = 'A rising in {s}.'
needs = 'not revolt[s]'
rate = { 'of itself' = 'pace', 'next door' = 'pace * count(t in satellite where t != s and revolt[t])' }
because = { 'tension' = 'tension / 100' }
does = ['revolt[s] = true', 'people[t] *= 2 for t in satellite where t != s']
neutral = 'never'

[event.birthday]
about = 'A birthday.'
on = 1953-02-02
judgement = 'A day.'

[decision.answer]
over = 's in satellite'
seat = 'kremlin'
asks = 'What of {s}?'
when = 'revolt[s]'
mood = '13 weeks'
judgement = 'A season.'
otherwise = 'wait'

[decision.answer.option.wait]

[decision.answer.option.go]
because = { 'a hard man' = 'if premier == beria then 1 else 0' }
does = 'revolt[s] = false'

[decision.succession]
seat = 'chance'
asks = 'Who follows?'
when = 'happened(truce)'
mood = '1 week'
judgement = 'Once.'

[decision.succession.option.name]
over = 'l in leader'
needs = 'l != premier'
does = 'premier = l'

[outcome.quiet]
title = 'Quiet'
is = 'not by(rising[gdr], 1953-12-31)'

[outcome.people_at_last]
title = 'People'
is = 'at(people[gdr], 1954-12-31)'
";

/// The small scenario.
pub(crate) fn small() -> Files {
    vec![
        ("scenario.toml".to_owned(), SCENARIO.to_owned()),
        ("model/base.toml".to_owned(), BASE.to_owned()),
    ]
}

/// The small scenario with another file of elements.
pub(crate) fn small_with(toml: &str) -> Files {
    let mut files = small();
    files.push(("model/more.toml".to_owned(), toml.to_owned()));
    files
}

/// Loads files from memory.
pub(crate) fn loaded(files: &Files) -> Loaded {
    let files = files.iter().map(|(path, text)| (path.clone(), text.as_bytes().to_vec())).collect();
    load_with(&Source::Memory { name: "small".to_owned(), files }, &[])
}

/// The model of the small scenario.
pub(crate) fn model() -> Model {
    loaded(&small()).model.expect("a sound scenario")
}

fn marked_text(loaded: &Loaded, file: &str, span: std::ops::Range<usize>) -> String {
    let text = loaded.files.shown_as(file).map_or("", |file| file.text.as_str());
    text[span].to_owned()
}

/// What is found: code, the text underlined, and the message.
pub(crate) fn findings(files: &Files) -> Vec<String> {
    let loaded = loaded(files);
    let shown = loaded.findings.iter().map(|one| {
        let marked = marked_text(&loaded, &one.file, one.span.clone());
        format!("{} {marked}: {}", one.code, one.message)
    });
    shown.collect()
}

/// What is found in elements laid beside the small scenario: code and the text underlined.
pub(crate) fn marked(toml: &str) -> Vec<String> {
    let loaded = loaded(&small_with(toml));
    let shown = loaded.findings.iter().map(|one| {
        let marked = marked_text(&loaded, &one.file, one.span.clone());
        format!("{} {}", one.code, marked.lines().next().unwrap_or(""))
    });
    shown.collect()
}
