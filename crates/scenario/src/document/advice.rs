//! The TOML parser's faults in the words of someone who has never heard of TOML.

use crate::diagnostic::Code;

/// What to say of some of the parser's faults.
struct Advice {
    /// Its message begins with one of these.
    of: &'static [&'static str],
    /// What is wrong; `{}` is the text at fault.
    what: &'static str,
    /// What to do.
    help: &'static str,
}

const fn of(of: &'static [&'static str], what: &'static str, help: &'static str) -> Advice {
    Advice { of, what, help }
}

const ADVICE: &[Advice] = &[
    of(
        &["string values must be quoted", "invalid boolean", "invalid value"],
        "`{}` is not a value",
        "put texts in quotation marks: \"…\"",
    ),
    of(&["invalid literal string"], "this text is not closed", "close it with `'`"),
    of(
        &["invalid basic string"],
        "this text is not closed, or holds what a text cannot",
        "close it with `\"`",
    ),
    of(&["invalid multi-line"], "this text is not closed", "close it as it was opened"),
    of(
        &["unexpected key or value", "unexpected content"],
        "nothing more is expected on this line",
        "one key stands on a line: key = value",
    ),
    of(&["key with no value"], "a key without a value", "write key = value"),
    of(&["missing value"], "a value is missing", "write key = value"),
    of(&["missing assignment"], "`=` is missing between key and value", "write key = value"),
    of(&["extra `=`", "extra assignment"], "an `=` too many", "write key = value"),
    of(
        &["unexpected `=` in array"],
        "a list holds values, not keys",
        "for keys use braces: { key = value }",
    ),
    of(&["unclosed array table"], "this header is not closed", "close it with `]]`"),
    of(&["unclosed array"], "this list is not closed", "close it with `]`"),
    of(&["unclosed inline table"], "these braces are not closed", "close them with `}`"),
    of(&["unclosed table"], "this header is not closed", "close it with `]`"),
    of(&["missing comma"], "a comma is missing before this", "divide values and keys by commas"),
    of(&["extra comma"], "a comma too many", "remove it"),
    of(
        &["invalid unquoted key"],
        "a key cannot be written so",
        "put a key with other signs than letters, digits, `-` and `_` in quotation marks",
    ),
    of(&["unquoted keys cannot be empty", "missing key"], "a key is missing", "write key = value"),
    of(&["invalid key-value pair"], "this is no key with a value", "write key = value"),
    of(
        &["invalid inline table element"],
        "this is no key with a value",
        "in braces stand keys: { key = value }",
    ),
    of(
        &["cannot recurse", "recursion limit"],
        "brackets nest too deep",
        "use tables of their own: [a.b]",
    ),
    of(
        &["cannot extend value"],
        "`{}` has its value already, and cannot be given parts",
        "write it as a table of its own, or in one pair of braces",
    ),
    of(
        &["unexpected leading zero"],
        "`{}` is not a number",
        "a number does not begin with 0, a date is written 1953-06-17",
    ),
    of(
        &["invalid comment character"],
        "a comment holds a character that cannot be printed",
        "remove it",
    ),
    of(
        &["carriage return"],
        "a line ends in half a line break",
        "save the file with ordinary line breaks",
    ),
];

/// What to say of the parser's `message` about the text `shown`: code, what is wrong, what to do.
pub(super) fn advice(message: &str, shown: &str) -> (Code, String, &'static str) {
    let shown = shown.trim();
    let quoted = shown.chars().take(40).collect::<String>();
    if message.starts_with("duplicate key") {
        let help = "give one of the two another name, or remove it";
        return (Code::DuplicateName, format!("`{quoted}` is given twice"), help);
    }
    if message.starts_with("invalid date") && !shown.is_empty() {
        let help = "a date is written year-month-day, as in 1953-06-17";
        return (Code::NoSuchDate, format!("there is no day {quoted}"), help);
    }
    let told = |advice: &&Advice| advice.of.iter().any(|start| message.starts_with(start));
    match ADVICE.iter().find(told) {
        Some(advice) if advice.what.contains("{}") && shown.is_empty() => {
            (Code::TomlSyntax, "a value is missing".to_owned(), "write key = value")
        }
        Some(advice) => (Code::TomlSyntax, advice.what.replace("{}", &quoted), advice.help),
        None => (Code::TomlSyntax, message.to_owned(), ""),
    }
}
