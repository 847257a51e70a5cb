//! Any bytes: findings, never a panic, never a hang. The fuzz targets' bodies on seeded input.

mod bodies;
mod seeds;
mod small;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Runs `body` on `cases` inputs of `strategy`, the same ones on every machine.
fn seeded<S: Strategy>(cases: u32, strategy: S, body: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let run = runner.run(&strategy, |value| {
        body(value);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}

/// Pieces of the language, joined at random: far more of it is reached than by random bytes.
const PIECES: &[&str] = &[
    "x",
    "s",
    "satellite",
    "week",
    "person",
    "thousand",
    "1",
    "0.5",
    "2e3",
    "1953-06-17",
    "1953-02-30",
    "\"4 weeks\"",
    "'",
    "\"",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    ".",
    "+",
    "-",
    "*",
    "/",
    "^",
    "==",
    "!=",
    "<",
    "<=",
    "=",
    "+=",
    "*=",
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "where",
    "in",
    "for",
    "from",
    "until",
    "true",
    "none",
    "sum(",
    "count(s in satellite where",
    "min(",
    "s in satellite",
    "never",
    "not before",
    "on",
    "happens",
    "initial",
    "cut",
    "without",
    "[*]",
    "normal(0, 1)",
    "weeks",
    "{",
    "}",
    "{s}",
    "&&",
    "≥",
    "é",
    "%",
    "x[s]",
    "x.y",
    "f(",
    " ",
];

/// Pieces of files.
const LINES: &[&str] = &[
    "\u{0}",
    "\u{1}",
    "\u{3}",
    "\u{7}",
    "\u{8}",
    "format = 1\n",
    "[event.a]\n",
    "[event.a.because]\n",
    "[[event]]\n",
    "[decision.b.option.c]\n",
    "about = \"x\"\n",
    "needs = \"a and\"\n",
    "x = 1\n",
    "x = [1, 2\n",
    "x = { a = 1, }\n",
    "\"\"\"\n",
    "'''",
    "override.event.a.about = 'y'\n",
    "= \n",
    "date,x,source\n",
    "1953-01-01,1,a\n",
    "1953-01-01,,\n",
    "\"",
    "@book{a, title = {B}, ",
    "author = {C and D, E}, date = {1955}}\n",
    "@string{a = a}\n",
    "crossref = {a}",
    "{",
    "}",
    "\\\"{",
    "$",
    "\\",
    "extends = 'fuzz'\n",
    "[school.s]\n",
    "does = ['x += 1 for']\n",
    "ÿ",
    "\r",
    "#",
    "\n",
];

fn soup(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => proptest::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 1..4),
        1 => Just(vec![0xff]),
    ];
    proptest::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

fn spaced_soup(most: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..most)
        .prop_map(|pieces| pieces.join(" ").into_bytes())
}

#[test]
fn strings_of_random_bytes_only_give_findings() {
    seeded(2_000, proptest::collection::vec(any::<u8>(), 0..200), |b| bodies::strings(&b));
}

#[test]
fn strings_of_random_pieces_only_give_findings() {
    seeded(10_000, soup(PIECES, 24), |b| bodies::strings(&b));
    seeded(20_000, spaced_soup(12), |b| bodies::strings(&b));
}

#[test]
fn folders_of_random_bytes_only_give_findings() {
    seeded(1_000, proptest::collection::vec(any::<u8>(), 0..400), |b| bodies::folder(&b));
}

#[test]
fn folders_of_random_pieces_only_give_findings() {
    seeded(4_000, soup(LINES, 40), |b| bodies::folder(&b));
}

/// The shipped scenarios, whole and with pieces of files put in their places: what lies deeper than
/// random bytes get is reached.
#[test]
fn shipped_folders_cut_up_only_give_findings() {
    let seeds = seeds::seeds();
    assert!(seeds.len() > 20, "{}", seeds.len());
    seeds.iter().for_each(|(_, bytes)| bodies::folder(bytes));
    let short: Vec<&Vec<u8>> =
        seeds.iter().map(|(_, bytes)| bytes).filter(|bytes| bytes.len() < 12_000).collect();
    let cut = (0.0..1.0_f64, 0_usize..40, soup(LINES, 3));
    let cuts = proptest::collection::vec(cut, 1..6);
    seeded(1_000, (0..short.len(), cuts), |(number, cuts)| {
        let mut bytes = short[number].clone();
        for (place, long, piece) in cuts {
            let from = (place * bytes.len() as f64) as usize;
            let to = (from + long).min(bytes.len());
            bytes.splice(from..to, piece);
        }
        bodies::folder(&bytes);
    });
}

/// Interventions on the small scenario, to be cut up and joined again.
const CHANGES: &[&str] = &[
    "truce",
    "rising[*]",
    "rising[gdr]",
    "answer[*]",
    "answer[gdr]",
    "succession",
    "name[beria]",
    "tension",
    "people[gdr]",
    "people",
    "pace",
    "premier",
    "revolt[poland]",
    "birthday",
    "quiet",
    "never",
    "not before",
    "on",
    "happens",
    "initial",
    "cut",
    "without",
    "from",
    "until",
    "=",
    "*=",
    "+=",
    "wait",
    "go",
    "beria",
    "none",
    "true",
    "\"tension\"",
    "\"of itself\"",
    "'a hard man'",
    "1953-01-05",
    "1953-06-17",
    "1954-12-31",
    "1955-01-01",
    "0001-01-01",
    "9999-12-31",
    "40",
    "-1",
    "1e308 * 1e308",
    "1 / 0",
    "0.5 / year",
    "2 million person",
    "\n",
];

#[test]
fn what_is_typed_of_any_bytes_only_gives_findings() {
    let model = small::model();
    let bytes = proptest::collection::vec(any::<u8>(), 0..80);
    seeded(1_000, bytes, |b| bodies::typed(&model, &b));
    let words = proptest::collection::vec(proptest::sample::select(CHANGES), 0..9);
    seeded(20_000, words, |words| bodies::typed(&model, words.join(" ").as_bytes()));
    seeded(5_000, soup(PIECES, 12), |b| bodies::typed(&model, &b));
}

/// Inputs on which fuzzing once found a panic.
#[test]
fn what_once_failed_fails_no_more() {
    bodies::folder("\u{8}@misc{ e\u{f1e}".as_bytes());
}

/// Long runs of one piece: what is quadratic or recursive shows here.
#[test]
fn long_runs_of_one_piece_only_give_findings() {
    for piece in PIECES {
        bodies::strings(piece.repeat(2_000).as_bytes());
        bodies::strings(format!("{piece} ").repeat(900).as_bytes());
    }
    for piece in LINES {
        for path in 0..bodies::PATHS.len() as u8 {
            let mut bytes = vec![path];
            bytes.extend(piece.repeat(3_000).into_bytes());
            bodies::folder(&bytes);
        }
    }
}
