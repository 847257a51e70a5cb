//! The published schema: every shipped file is valid by it, and what it should refuse it refuses.
//!
//! The validator below knows just the keywords that the schema uses, and stops at any other, so
//! that nothing stands in the schema unchecked.

use std::fs;
use std::path::{Path, PathBuf};

use detente_scenario::document::{Table, ValueKind, parse};
use detente_scenario::gather::ELEMENT_KINDS;
use detente_scenario::place::FileId;
use detente_scenario::schema::SCHEMA;
use detente_scenario::syntax::ast::Family;
use serde_json::{Map, Value, json};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).expect("the schema is JSON")
}

fn to_json(table: &Table) -> Value {
    let entries = table.entries.iter().map(|e| (e.key.text.clone(), value_to_json(&e.value.kind)));
    Value::Object(entries.collect::<Map<String, Value>>())
}

fn value_to_json(kind: &ValueKind) -> Value {
    match kind {
        ValueKind::Text(text) => json!(text.value),
        ValueKind::Number(number) if number.fract() == 0.0 => json!(*number as i64),
        ValueKind::Number(number) => json!(number),
        ValueKind::Truth(truth) => json!(truth),
        ValueKind::Date(date) => json!(date.to_string()),
        ValueKind::List(list) => list.iter().map(|value| value_to_json(&value.kind)).collect(),
        ValueKind::Table(table) => to_json(table),
        ValueKind::Unreadable => panic!("unreadable"),
    }
}

/// The faults of a TOML text by the schema.
fn faults_in(toml: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let table = parse(FileId(0), toml, &mut findings);
    assert_eq!(findings, []);
    let root = schema();
    let mut faults = Vec::new();
    Validator { root: &root }.check(&root, &to_json(&table), "", &mut faults);
    faults
}

struct Validator<'s> {
    root: &'s Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let Value::Object(keywords) = schema else {
            if schema == &json!(false) {
                faults.push(format!("{at}: not allowed"));
            }
            return;
        };
        for (keyword, says) in keywords {
            if !self.holds(keyword, says, keywords, value, at, faults) {
                faults.push(format!("{at}: {keyword} {says}"));
            }
        }
    }

    fn sound(&self, schema: &Value, value: &Value) -> bool {
        let mut faults = Vec::new();
        self.check(schema, value, "", &mut faults);
        faults.is_empty()
    }

    fn holds(
        &self,
        keyword: &str,
        says: &Value,
        all: &Map<String, Value>,
        value: &Value,
        at: &str,
        faults: &mut Vec<String>,
    ) -> bool {
        let number = |value: &Value| value.as_f64().unwrap_or(0.0);
        let length = value.as_array().map(Vec::len);
        match keyword {
            "description" | "title" | "$schema" | "$defs" | "format" => true,
            "$ref" => {
                let pointer = says.as_str().unwrap_or("").trim_start_matches('#');
                let target = self.root.pointer(pointer).expect("a reference leads somewhere");
                self.check(target, value, at, faults);
                true
            }
            "type" => match says {
                Value::Array(types) => types.iter().any(|one| is_type(one, value)),
                one => is_type(one, value),
            },
            "const" => says == value,
            "enum" => says.as_array().is_some_and(|list| list.contains(value)),
            "anyOf" => {
                says.as_array().is_some_and(|list| list.iter().any(|one| self.sound(one, value)))
            }
            "minimum" => !value.is_number() || number(value) >= number(says),
            "maximum" => !value.is_number() || number(value) <= number(says),
            "exclusiveMinimum" => !value.is_number() || number(value) > number(says),
            "exclusiveMaximum" => !value.is_number() || number(value) < number(says),
            "minItems" => length.is_none_or(|n| n as f64 >= number(says)),
            "maxItems" => length.is_none_or(|n| n as f64 <= number(says)),
            "minProperties" => value.as_object().is_none_or(|o| o.len() as f64 >= number(says)),
            "pattern" => {
                value.as_str().is_none_or(|text| matches(says.as_str().unwrap_or(""), text))
            }
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.check(says, item, &format!("{at}/{i}"), faults);
                }
                true
            }
            "required" => says.as_array().into_iter().flatten().all(|key| {
                value.as_object().is_none_or(|o| o.contains_key(key.as_str().unwrap_or("")))
            }),
            "propertyNames" => value
                .as_object()
                .into_iter()
                .flatten()
                .all(|(key, _)| self.sound(says, &json!(key))),
            "properties" | "additionalProperties" => {
                let named = all.get("properties").and_then(Value::as_object);
                for (key, value) in value.as_object().into_iter().flatten() {
                    let own = named.and_then(|named| named.get(key));
                    let schema = if keyword == "properties" {
                        own
                    } else {
                        Some(says).filter(|_| own.is_none())
                    };
                    if let Some(schema) = schema {
                        self.check(schema, value, &format!("{at}/{key}"), faults);
                    }
                }
                true
            }
            other => panic!("the schema uses `{other}`, which is not checked"),
        }
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        other => panic!("a type {other:?}"),
    }
}

/// The patterns of the schema, each written out by hand.
fn matches(pattern: &str, text: &str) -> bool {
    let is_name = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    match pattern {
        "^[a-z][a-z0-9_]*$" => is_name(text),
        "^[a-z0-9-]+$" => {
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        }
        "^[0-9]{2,3}$" => (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
        "^[0-9]+(\\.[0-9]+)? (weeks?|months?|years?)$" => {
            text.split_once(' ').is_some_and(|(amount, unit)| {
                amount.parse::<f64>().is_ok()
                    && ["week", "weeks", "month", "months", "year", "years"].contains(&unit)
            })
        }
        "^ *(normal|lognormal|uniform|loguniform|exponential|triangular|bernoulli|half_normal) *\\(" => {
            text.split_once('(').is_some_and(|(name, _)| {
                Family::ALL.iter().any(|(_, family, _)| *family == name.trim())
            })
        }
        other => panic!("the schema has a pattern that is not checked: {other}"),
    }
}

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn every_shipped_file_is_valid() {
    let mut files = Vec::new();
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    toml_files(&scenarios, &mut files);
    files.sort();
    assert!(files.len() > 10);
    for path in files {
        let text = fs::read_to_string(&path).expect("a text");
        assert_eq!(faults_in(&text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn every_kind_of_element_is_described() {
    let schema = schema();
    for kind in ELEMENT_KINDS.iter().chain(&["claim", "what_if", "school"]) {
        assert!(schema["properties"][kind].is_object(), "{kind}");
        assert!(schema["$defs"][kind]["description"].is_string(), "{kind}");
    }
}

/// Each key that an editor offers says what it is for.
#[test]
fn every_key_is_described() {
    fn walk(schema: &Value, root: &Value, at: &str) {
        for (key, own) in schema["properties"].as_object().into_iter().flatten() {
            let target = own["$ref"].as_str().map(|r| root.pointer(&r[1..]).expect("a target"));
            let described = own["description"].is_string()
                || target.is_some_and(|target| target["description"].is_string());
            // The parts of split.toml's tables say it themselves.
            assert!(described || own["type"] == "array" || at.contains("later"), "{at}/{key}");
        }
        for (key, inner) in schema.as_object().into_iter().flatten() {
            if inner.is_object() {
                walk(inner, root, &format!("{at}/{key}"));
            }
        }
    }
    let schema = schema();
    walk(&schema, &schema, "");
}

#[test]
fn what_is_wrong_is_refused() {
    let event = "[event.a]\nabout = 'A'\nrate = 1\n";
    assert_eq!(faults_in(event), Vec::<String>::new());
    for toml in [
        "format = 2",
        "fromat = 1",
        "[evnt.a]",
        "[event.A]",
        "[event.a]\nabuot = 'A'",
        "[event.a]\nround = 6",
        "[event.a]\nonce = 'yes'",
        "[event.a]\ncooldown = 'four weeks'",
        "[event.a.draws]\nsize = 'norml(0, 1)'",
        "[event.a]\nact = { from = 'ussr' }",
        "[decision.d]\nseat = 'kremlin'\nmood = '1 week'\n[decision.d.option.only]",
        "[stock.x]\nunit = '1'",
        "[parameter.x]\nrange = [1]",
        "[[event]]\nid = 'a'",
        "[bargain.b]\nmethod = 'voting'",
        "[coalition.c]\nmembers = 'l in leader'\npower = 'p[l]'\nmajority = 0.4",
    ] {
        assert_ne!(faults_in(toml), Vec::<String>::new(), "{toml}");
    }
}
