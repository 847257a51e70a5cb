//! Findings as a person meets them: each snapshot is meant to be read.

use std::fmt::Write as _;

use detente_scenario::bibliography::read_bibliographies;
use detente_scenario::diagnostic::Finding;
use detente_scenario::document::Fields;
use detente_scenario::gather::override_elements;
use detente_scenario::place::{FileId, Text};
use detente_scenario::reading::{Source, read};
use detente_scenario::render::{Colour, render};
use detente_scenario::syntax::{
    UnitNames, parse_citation, parse_duration, parse_intervention, parse_template, parse_tie,
    parse_unit,
};
use detente_scenario::table::read_table;

/// Everything that the lower half finds in `files`, as shown in a terminal.
fn findings_in(files: &[(&str, &str)]) -> String {
    let files = files.iter().map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())).collect();
    let source = Source::Memory { name: "little".to_owned(), files };
    let mut findings = Vec::new();
    let mut reading = read(&source, |_| None, &mut findings);
    for &id in &reading.gathered.tables {
        read_table(id, reading.files.text(id), &mut findings);
    }
    read_bibliographies(&reading.files, &reading.gathered.bibliographies, &mut findings);
    let units = UnitNames::with(["person"]);
    for element in &reading.gathered.elements {
        let mut fields =
            Fields::new(&element.table, format!("{} `{}`", element.kind, element.name.text));
        read_fields(&mut fields, &units, &mut findings);
        fields.finish(&mut findings);
    }
    for school in &reading.gathered.schools {
        let mut fields = Fields::new(&school.table, "school");
        if let Some(overrides) = fields.sub("override", &mut findings) {
            override_elements(&mut reading.gathered.elements, overrides, &mut findings);
        }
    }
    shown(&reading.files, &findings)
}

fn shown(files: &detente_scenario::folder::Files, findings: &[Finding]) -> String {
    let mut out = String::new();
    for diagnostic in files.diagnostics(findings) {
        let _ = writeln!(out, "{}\n", render(&diagnostic, files, Colour::Never));
    }
    out
}

/// The keys of an element that these tests use, of whatever kind.
fn read_fields(fields: &mut Fields<'_>, units: &UnitNames, findings: &mut Vec<Finding>) {
    fields.text("about", findings);
    fields.text("of", findings);
    fields.over("over", units, findings);
    fields.expression("needs", units, findings);
    fields.expression("rate", units, findings);
    fields.expression("equals", units, findings);
    fields.distribution("prior", units, findings);
    fields.duration("mood", findings);
    fields.effects("does", units, findings);
    fields.unit("unit", findings);
    fields.truth("once", findings);
    fields.whole("round", (1, 5), findings);
    fields.number("value", findings);
    fields.date("on", findings);
    fields.one_of("method", &["compromise", "condorcet", "challenge"], findings);
    fields.list("range", findings);
    fields.citations("source", findings);
    fields.template("says", findings);
    fields.interventions("changes", units, findings);
}

/// What is found in one element with these lines.
fn findings_in_element(lines: &str) -> String {
    findings_in(&[
        ("scenario.toml", "format = 1\n"),
        ("model/satellites.toml", &format!("[event.strike_wave]\n{lines}\n")),
    ])
}

/// What is found in a text typed on a command line.
fn findings_in_typed<T>(
    text: &str,
    parse: impl Fn(&Text, &mut Vec<Finding>) -> Option<T>,
) -> String {
    let mut files = detente_scenario::folder::Files::default();
    let id = files.add_typed("--do", text);
    let mut findings = Vec::new();
    parse(&Text::verbatim(id, 0, text), &mut findings);
    shown(&files, &findings)
}

macro_rules! element {
    ($($name:ident: $lines:expr;)+) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(findings_in_element($lines));
        }
    )+};
}

element! {
    expression_without_operand: "needs = \"not curfew[s] and\"";
    expression_with_habits: "needs = \"revolt[s] && !curfew[s] || x ≥ 3\"";
    expression_sets_instead_of_comparing: "needs = \"phase = 2\"";
    expression_chains_comparisons: "needs = \"0 < tension < 50\"";
    expression_not_closed: "rate = \"strike_base * (1 + hope[s]\"";
    expression_with_several_faults: "rate = \"sum(s in satellite x[s]) + clamp(a +, 1 2)\"";
    expression_with_an_if_inside: "rate = \"strike_base * if hope[s] > 2 then 2 else 1\"";
    expression_with_two_brackets: "rate = \"link[s][t]\"";
    expression_over_everything: "rate = \"sum(protest[*])\"";
    expression_behind_escapes: "needs = \"recency(e, \\\"4 weeks\\\") > 0 0\"";
    expression_in_many_lines: "rate = \"\"\"\n  strike_base\n  + hope[s] *\n  - )\n\"\"\"";
    date_that_does_not_exist: "needs = \"by(e, 1953-02-29)\"\non = 1954-04-31";
    effect_takes_away: "does = [\"fear[s] -= 2\", \"premier[s] == nagy\", \"fear\"]";
    effect_spread_over_nothing: "does = \"pull[t] += 1 for t\"";
    over_without_set: "over = \"satellite\"";
    distribution_misspelt: "prior = \"norml(0, 1)\"";
    distribution_with_one_argument: "prior = \"normal(0)\"";
    duration_in_days: "mood = \"13 days\"";
    unit_with_a_number: "unit = \"1000 person / week\"";
    key_misspelt: "abuot = \"Workers down tools.\"";
    key_of_no_meaning: "colour = \"red\"";
    values_of_wrong_kind: "once = \"true\"\nvalue = \"1.5\"\nabout = 3\nround = 7\nrange = 3\nneeds = [1]";
    word_not_allowed: "method = \"compromize\"";
    no_number_at_all: "value = nan\nround = 99999999999999999999";
    texts_of_every_sort: "source = [\"pernes2008, 101\", \"no key\"]\nsays = \"In {s\"\nchanges = \"x nver\"";
    time_of_day: "on = 1953-06-17T10:00:00";
}

#[test]
fn toml_with_faults() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\ntitle = 'The Little Détente\nweeks = \n"),
        ("model/a.toml", "[state.x]\nof = truth\nof = \"truth\"\n[state.x]\nabout = \"a\" \"b\"\n"),
    ]));
}

#[test]
fn toml_of_tomorrow() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\n"),
        (
            "model/a.toml",
            "[parameter.x]\nvalue = { gdr = 1,\n  poland = 2, }\nabout = \"\\e[31m\"\n"
        ),
    ]));
}

#[test]
fn tables_at_the_wrong_place() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\n"),
        ("model/a.toml", "[evnt.x]\n[event]\nabout = \"Something.\"\n[state.Hope]\n[state.in]\n"),
        ("model/b.toml", "[stock.fear]\n"),
        ("model/c.toml", "[stock.fear]\n"),
        ("claims/a.toml", "[what_if.x]\n"),
        ("notes.doc", ""),
    ]));
}

#[test]
fn no_scenario() {
    insta::assert_snapshot!(findings_in(&[("model/a.toml", "")]));
}

#[test]
fn unknown_format_and_base() {
    insta::assert_snapshot!(findings_in(&[(
        "scenario.toml",
        "format = 2\nextends = \"../elsewhere\"\n"
    )]));
}

#[test]
fn overrides_of_nothing() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\n"),
        ("model/a.toml", "[decision.end_the_war]\nmood = \"13 weeks\"\n"),
        ("schools/china.toml", "[school.china]\noverride.decision.end_war.mood = \"52 weeks\"\n"),
    ]));
}

#[test]
fn table_with_faults() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\n"),
        (
            "data/flight.csv",
            "date,flight,source\n1953-01-01,331,ghdi\n1952-01-01,1,\n1954-01-01,1\nJune,2,x\n"
        ),
        ("data/pay.csv", "week,pay\n1,2\n"),
    ]));
}

#[test]
fn bibliography_with_faults() {
    insta::assert_snapshot!(findings_in(&[
        ("scenario.toml", "format = 1\n"),
        (
            "sources.bib",
            "@book{a, title = {A}\n@book{b, title {B}}\n@book{c, title = {C}}\n@book{c, title = {D}}\n"
        ),
    ]));
}

#[test]
fn interventions_that_cannot_be_read() {
    let units = UnitNames::default();
    let mut all = String::new();
    for text in [
        "stalin_dies",
        "stalin_dies nevr",
        "uprising[gdr] not before summer",
        "geneva_summit on 1953-10-05 until 1954-01-01",
        "western_aid = 0.4 from 1954-01-01 until 1953-01-01",
        "cut strike_wave hope",
        "initial fear += 3",
    ] {
        all += &findings_in_typed(text, |t, f| parse_intervention(t, &units, f));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn other_texts_that_cannot_be_read() {
    let mut all = String::new();
    all += &findings_in_typed("uprising(gdr)", parse_tie);
    all += &findings_in_typed("Strikes in {s and {t}.", parse_template);
    all += &findings_in_typed("Taubman 2003, 12", parse_citation);
    all += &findings_in_typed("week", parse_duration);
    all += &findings_in_typed("person per week", parse_unit);
    all += &findings_in_typed("person / / week", parse_unit);
    insta::assert_snapshot!(all);
}

/// Escapes in a file must not reach the terminal.
#[test]
fn nothing_in_a_file_commands_the_terminal() {
    let out = findings_in_element("\"\\u001b[2J\" = 1");
    let raw = findings_in_element("about\u{1b}[2J = 3\nneeds = 'a \u{1b}[31m \u{7} b'");
    assert!(raw.contains("S010") && !raw.contains('\u{1b}') && !raw.contains('\u{7}'), "{raw}");
    assert!(out.contains("S012") && !out.contains('\u{1b}') && !out.contains('\u{7}'), "{out}");
}

#[test]
fn colour_is_only_colour() {
    let mut files = detente_scenario::folder::Files::default();
    let id = files.add_typed("--do", "x nevr");
    let mut findings = Vec::new();
    parse_intervention(&Text::verbatim(id, 0, "x nevr"), &UnitNames::default(), &mut findings);
    let diagnostic = files.diagnostic(&findings[0]);
    let plain = render(&diagnostic, &files, Colour::Never);
    let coloured = render(&diagnostic, &files, Colour::Always);
    assert!(coloured.contains("\u{1b}["));
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        stripped.push_str(&rest[..at]);
        rest = rest[at..].find('m').map_or("", |end| &rest[at + end + 1..]);
    }
    stripped.push_str(rest);
    assert_eq!(stripped, plain);
    assert_eq!(diagnostic.span, 2..6);
    assert_eq!((diagnostic.line, diagnostic.column), (1, 3));
    assert_eq!(files.get(FileId(0)).map(|file| file.shown.as_str()), Some("--do"));
}
