//! Sound scenarios with random changes: loading gives a model or an error, and never a panic.

mod small;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use detente_scenario::diagnostic::Severity;
use small::{Files, loaded, small_with};

/// Elements of the kinds that the small scenario lacks.
const MORE: &str = "[trait.luck]
about = 'Luck.'
draw = 'bernoulli(1 / 2)'

[noise.weather]
about = 'Weather.'
draw = 'normal(0, 1)'
every = 'year'

[variable.ease]
over = 's in satellite'
about = 'Ease in {s}.'
unit = '1'
equals = 'clamp(if luck then tension else weather, 0, 100) + recency(rising[s], \"4 weeks\")'
judgement = 'J.'

[variable.worst]
about = 'The worst off.'
equals = 'argmax(s in satellite: ease[s])'

[bargain.terms]
about = 'Terms.'
players = 's in satellite'
convenes = 'revolt[worst]'
method = 'challenge'
power = 'ease[s] + 1'
veto = 's == gdr'
judgement = 'J.'

[bargain.terms.dimension.line]
scale = { low = 0, high = 100 }
position = 'ease[s]'
salience = 2
reversion = 50

[coalition.circle]
about = 'Circle.'
members = 'l in leader'
power = 'if premier == l then 2 else 1'

[alignment.sides]
about = 'Sides.'
members = 'a in satellite, b in satellite'
size = 'ease[a]'
propensity = 'ease[a] - ease[b]'

[outcome.o]
title = 'O'
is = 'mean_over(terms.text[line] + terms.support[gdr] + sides.side[gdr], 1953-02-02, 1954-02-01)'

[outcome.p]
title = 'P'
is = 'at(circle.self_enforcing or in_ruling(circle, beria), 1953-02-02)'
";

/// Words that are put in the place of others.
const WORDS: &[&str] = &[
    "tension",
    "people[gdr]",
    "revolt[s]",
    "premier",
    "none",
    "gdr",
    "s",
    "satellite",
    "leader",
    "1",
    "0",
    "-2",
    "1e300",
    "'4 weeks'",
    "1953-02-02",
    "1999-01-01",
    "true",
    "rising",
    "truce",
    "pace",
    "answer",
    "=",
    "==",
    "+=",
    "*=",
    "/",
    "^",
    "(",
    ")",
    "[",
    "]",
    ",",
    "sum(s in satellite: 1)",
    "last(tension)",
    "happened(truce)",
    "weeks_since(truce)",
    "chose(answer[gdr], wait)",
    "if",
    "then",
    "else",
    "and",
    "not",
    "where",
    "for t in satellite",
    "{s}",
    "week",
    "1 / week",
    "person",
    "once = true",
    "neutral = 1",
    "over = 's in satellite'",
    "of = 'truth'",
    "terms.spread",
    "circle.in_ruling[beria]",
    "premier.home",
    "at(tension, 1953-02-02)",
    "normal(0, 1)",
    "lognormal(0, 1)",
    "loguniform(-1, 1)",
];

/// One change: where (as a share), and what.
type Change = (usize, f64, usize, u8);

fn changed(mut files: Files, changes: &[Change]) -> Files {
    for &(file, place, word, what) in changes {
        let count = files.len();
        let text = &mut files[file % count].1;
        let ends = |c: char| " '[](),=.{}\n".contains(c);
        let words: Vec<(usize, &str)> = text
            .split(ends)
            .map(|part| (part.as_ptr() as usize - text.as_ptr() as usize, part))
            .filter(|(_, part)| !part.is_empty())
            .collect();
        let Some(&(at, part)) = words.get((place * words.len() as f64) as usize) else { continue };
        let range = at..at + part.len();
        match what % 4 {
            0 => text.replace_range(range, ""),
            1 => {
                let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
                let end = text[at..].find('\n').map_or(text.len(), |i| at + i + 1);
                text.replace_range(line..end, "");
            }
            _ => text.replace_range(range, WORDS[word % WORDS.len()]),
        }
    }
    files
}

#[test]
fn the_larger_scenario_is_sound() {
    assert_eq!(small::findings(&small_with(MORE)), Vec::<String>::new());
}

#[test]
fn a_changed_scenario_gives_a_model_or_an_error() {
    let config = Config { cases: 6_000, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let change = (0_usize..3, 0.0..1.0_f64, 0_usize..WORDS.len(), any::<u8>());
    let changes = proptest::collection::vec(change, 1..5);
    let result = runner.run(&changes, |changes| {
        let loaded = loaded(&changed(small_with(MORE), &changes));
        let error = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert_eq!(loaded.model.is_none(), error);
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
}
