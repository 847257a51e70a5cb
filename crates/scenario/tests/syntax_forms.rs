//! Every form of the language's document is read, prints back, and is read again as the same tree.

use detente_scenario::diagnostic::Finding;
use detente_scenario::place::{FileId, Text};
use detente_scenario::syntax::{self, UnitNames, print};

fn text(value: &str) -> Text {
    Text::verbatim(FileId(0), 0, value)
}

fn units() -> UnitNames {
    UnitNames::with(["person", "dollar"])
}

/// Reads with `read`, or fails with the findings.
fn must<T>(value: &str, read: impl FnOnce(&Text, &mut Vec<Finding>) -> Option<T>) -> T {
    let mut findings = Vec::new();
    let tree = read(&text(value), &mut findings);
    assert!(findings.is_empty(), "{value}: {findings:#?}");
    tree.unwrap_or_else(|| panic!("{value}: no tree and no finding"))
}

/// Prints what was read, and asserts that it prints the same again when read again.
fn stays<T>(
    value: &str,
    read: impl Fn(&Text, &mut Vec<Finding>) -> Option<T>,
    print: impl Fn(&T) -> String,
) -> String {
    let once = print(&must(value, &read));
    let twice = print(&must(&once, &read));
    assert_eq!(once, twice, "{value}");
    once
}

fn expression(value: &str) -> String {
    let units = units();
    stays(value, |t, f| syntax::parse_expression(t, &units, f), |e| print::expression(e, &units))
}

fn effect(value: &str) -> String {
    let units = units();
    stays(value, |t, f| syntax::parse_effect(t, &units, f), |e| print::effect(e, &units))
}

fn intervention(value: &str) -> String {
    let units = units();
    stays(
        value,
        |t, f| syntax::parse_intervention(t, &units, f),
        |e| print::intervention(e, &units),
    )
}

#[test]
fn expressions_of_the_document_are_read() {
    for value in [
        "not curfew[s]",
        "strike_base",
        "example_bite * pull[s]",
        "-fear_bite * repression[s]",
        "glacis_weight * strategic_value[s]",
        "line_weight * hardness[soviet_premier]",
        "0.12 / week",
        "331 thousand person",
        "12 / year",
        "if c then a else b",
        "sum(s in satellite where t != s: x[s])",
        "recency(e, \"4 weeks\")",
        "chose(d, option)",
        "last(x)",
        "cascade(mean, spread, seed)",
        "in_ruling(c, l)",
        "by(state_treaty, 1955-12-31)",
        "sum_over(flight, 1953-01-01, 1954-01-01)",
        "weeks_since(summit_called) == 10",
        "austria_without_treaty and not austrian_offer",
        "hardness[premier[s]]",
        "korea_terms.text[line]",
        "korea_terms.support[usa]",
        "korea_terms.spread",
        "hardness[l.country]",
        "presidium.in_ruling[l]",
        "1953-06-17",
        "none",
        "premier[s] == none",
        "count(s in satellite where revolt[s])",
        "any(s in satellite: revolt[s])",
        "argmax(l in leader where l.country == s: power[l])",
        "min(a, b)",
        "max(s in satellite: x[s])",
        "happened(uprising[gdr]) and times(uprising[gdr]) > 1",
        "link[s, t]",
        "correlation(x, y, month)",
        "a ^ b ^ c",
        "x ^ 2 / week",
        "sum(a in power, b in power where a != b: link[a, b])",
    ] {
        assert_eq!(expression(value), value);
    }
}

#[test]
fn precedence_is_as_documented() {
    for (value, printed) in [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("((a))", "a"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("-x^2", "-x ^ 2"),
        ("(-x)^2", "(-x) ^ 2"),
        ("(a^b)^c", "(a ^ b) ^ c"),
        ("not a == b", "not a == b"),
        ("not (a == b)", "not a == b"),
        ("(not a) == b", "(not a) == b"),
        ("a or b and c", "a or b and c"),
        ("(a or b) and c", "(a or b) and c"),
        ("1 / (week)", "1 / (week)"),
        ("1 / week", "1 / week"),
        ("a * 1 / (week)", "a * 1 / (week)"),
        ("(0.12 / week) ^ 2", "(0.12 / week) ^ 2"),
        ("2 ^ (1 / week)", "2 ^ (1 / week)"),
        ("0.12 / pull", "0.12 / pull"),
        ("a / b / c", "a / b / c"),
        ("a / (b / c)", "a / (b / c)"),
        ("1 + (if a then b else c)", "1 + (if a then b else c)"),
        ("if a then b else if c then d else e", "if a then b else if c then d else e"),
        ("f('it \"is\" so')", "f('it \"is\" so')"),
        ("1_000", "1000"),
        ("1.5e-3 person", "0.0015 person"),
        ("3 person^2 / week", "3 person^2 / week"),
    ] {
        assert_eq!(expression(value), printed, "{value}");
    }
}

#[test]
fn effects_of_the_document_are_read() {
    for value in [
        "protest[s] += strike_size * size",
        "pull[t] += link[s, t] for t in satellite where t != s",
        "fear[s] += army_fear",
        "trust_in_soviet_aims += -army_shock",
        "premier[s] = nagy if split[s]",
        "in_presidium[victim] = false",
        "austria_without_treaty = false",
        "x *= a",
        "x = if c then a else b if g for t in satellite",
    ] {
        assert_eq!(effect(value), value);
    }
    assert_eq!(effect("x += a for t in satellite if g"), "x += a if g for t in satellite");
}

#[test]
fn interventions_of_the_document_are_read() {
    for value in [
        "stalin_dies never",
        "stalin_dies never from 1953-01-05 until 1955-01-03",
        "uprising[gdr] not before 1954-01-01",
        "geneva_summit on 1953-10-05",
        "geneva_summit happens 1953-10-05",
        "answer_to_revolt[*] = wait",
        "answer_to_revolt[*] = wait from 1953-06-01 until 1954-01-01",
        "western_aid = 0.4 from 1953-06-01 until 1954-01-01",
        "western_aid *= 0.4",
        "western_aid += 0.4 / week until 1954-01-01",
        "initial consumption[gdr] = 95",
        "hope_bite = 0",
        "cut strike_wave \"hope of change\"",
        "cut answer_to_revolt[gdr].wait \"the glacis\"",
        "without contagion",
        "peking_weight = 1",
        "initial never",
        "cut = 1",
        "without on 1953-01-05",
    ] {
        assert_eq!(intervention(value), value);
    }
}

#[test]
fn the_other_forms_are_read() {
    let units = units();
    for value in ["s in satellite", "a in power, b in power where a != b"] {
        let printed =
            stays(value, |t, f| syntax::parse_over(t, &units, f), |o| print::over(o, &units));
        assert_eq!(printed, value);
    }
    for value in ["normal(0, s)", "lognormal(0, strike_spread)", "triangular(1, 2, 3)"] {
        let read = |t: &Text, f: &mut Vec<Finding>| syntax::parse_distribution(t, &units, f);
        assert_eq!(stays(value, read, |d| print::distribution(d, &units)), value);
    }
    for value in ["person / week", "1", "1 / week", "thousand person / week", "person^2 / year^2"] {
        assert_eq!(stays(value, syntax::parse_unit, print::unit), value);
    }
    for value in ["4 weeks", "1 week", "0.5 years", "6 months"] {
        assert_eq!(stays(value, syntax::parse_duration, print::duration), value);
    }
    for value in ["uprising[*]", "tension", "link[gdr, poland]", "link[*, poland]"] {
        assert_eq!(stays(value, syntax::parse_reference, print::reference), value);
    }
    for value in ["uprising[gdr]", "answer_to_revolt[gdr] = send_the_army", "state_treaty"] {
        assert_eq!(stays(value, syntax::parse_tie, print::tie), value);
    }
}

#[test]
fn durations_count_weeks() {
    for (value, weeks) in [("4 weeks", 4.0), ("1 year", 52.0), ("6 months", 26.0)] {
        assert_eq!(must(value, syntax::parse_duration).weeks(), weeks);
    }
}

#[test]
fn sentences_have_holes() {
    use syntax::ast::TemplatePiece;
    let template = must("Strikes in {s}: {{not}} {premier[s]}.", syntax::parse_template);
    let shown: Vec<String> = template
        .pieces
        .iter()
        .map(|piece| match piece {
            TemplatePiece::Text(text, _) => text.clone(),
            TemplatePiece::Hole(expr) => format!("<{}>", print::expression(expr, &units())),
        })
        .collect();
    assert_eq!(shown, ["Strikes in ", "<s>", ": {not} ", "<premier[s]>", "."]);
}

#[test]
fn citations_have_a_key_and_a_place() {
    let citation = must("frus1952-54-vii, d480", syntax::parse_citation);
    assert_eq!(citation.key.text, "frus1952-54-vii");
    assert_eq!(citation.place.as_deref(), Some("d480"));
    assert_eq!(must("ghdi-flight", syntax::parse_citation).place, None);
}

/// Several faults in one text are found at once, each at its place.
#[test]
fn faults_do_not_hide_each_other() {
    let value = "sum(s in satellite: x[s] +) * clamp(a &&, 1 2, b ==)";
    let mut findings = Vec::new();
    assert_eq!(syntax::parse_expression(&text(value), &units(), &mut findings), None);
    let places: Vec<&str> =
        findings.iter().map(|f| &value[f.span.start as usize..f.span.end as usize]).collect();
    assert_eq!(places, [")", "&&", ",", "2", ")"], "{findings:#?}");
}

#[test]
fn what_is_too_deep_or_too_long_is_refused() {
    let nested = |n: usize| format!("{}x{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(expression(&nested(60)), "x");
    for value in [
        nested(70),
        nested(4000),
        format!("x{}", "+x".repeat(80)),
        format!("x{}", "+x".repeat(3000)),
        format!("{}x", "not ".repeat(1500)),
        format!("{}x", "-".repeat(4000)),
        format!("x{}", "^x".repeat(3000)),
        format!("{}x", "x[".repeat(3000)),
        format!("{}x", "if a then b else ".repeat(400)),
        format!("{}x", "sum(s in t: ".repeat(400)),
        format!("x{}", ".y".repeat(3000)),
        format!("{}x", "x(".repeat(3000)),
    ] {
        let mut findings = Vec::new();
        assert_eq!(syntax::parse_expression(&text(&value), &units(), &mut findings), None);
        assert_eq!(findings.len(), 1, "{}", &value[..40]);
        assert_eq!(findings[0].code.id(), "S021");
    }
    let mut findings = Vec::new();
    let long = format!("x{}", " ".repeat(9000));
    assert_eq!(syntax::parse_expression(&text(&long), &units(), &mut findings), None);
    assert_eq!(findings[0].code.id(), "S022");
}
