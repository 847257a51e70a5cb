//! The TOML parser's faults in the words of someone who has never heard of TOML.

use crate::diagnostic::Code;

/// The parser's message begins with the first; then what is wrong (`{}` is the text at fault), and
/// what to do.
const ADVICE: &[(&str, &str, &str)] = &[
    ("string values must be quoted", "`{}` is not a value", "put texts in quotation marks: \"…\""),
    ("invalid boolean", "`{}` is not a value", "put texts in quotation marks: \"…\""),
    ("invalid value", "`{}` is not a value", "put texts in quotation marks: \"…\""),
    ("invalid literal string", "this text is not closed", "close it with `'`"),
    (
        "invalid basic string",
        "this text is not closed, or holds what a text cannot",
        "close it with `\"`",
    ),
    ("invalid multi-line", "this text is not closed", "close it as it was opened"),
    (
        "unexpected key or value",
        "nothing more is expected on this line",
        "one key stands on a line: key = value",
    ),
    (
        "unexpected content",
        "nothing more is expected on this line",
        "one key stands on a line: key = value",
    ),
    ("key with no value", "a key without a value", "write key = value"),
    ("missing value", "a value is missing", "write key = value"),
    ("missing assignment", "`=` is missing between key and value", "write key = value"),
    ("extra `=`", "an `=` too many", "write key = value"),
    ("extra assignment", "an `=` too many", "write key = value"),
    (
        "unexpected `=` in array",
        "a list holds values, not keys",
        "for keys use braces: { key = value }",
    ),
    ("unclosed array table", "this header is not closed", "close it with `]]`"),
    ("unclosed array", "this list is not closed", "close it with `]`"),
    ("unclosed inline table", "these braces are not closed", "close them with `}`"),
    ("unclosed table", "this header is not closed", "close it with `]`"),
    ("missing comma", "a comma is missing before this", "divide values and keys by commas"),
    ("extra comma", "a comma too many", "remove it"),
    (
        "invalid unquoted key",
        "a key cannot be written so",
        "put a key with other signs than letters, digits, `-` and `_` in quotation marks",
    ),
    ("unquoted keys cannot be empty", "a key is missing", "write key = value"),
    ("missing key", "a key is missing", "write key = value"),
    ("invalid key-value pair", "this is no key with a value", "write key = value"),
    (
        "invalid inline table element",
        "this is no key with a value",
        "in braces stand keys: { key = value }",
    ),
    ("cannot recurse", "brackets nest too deep", "use tables of their own: [a.b]"),
    ("recursion limit", "brackets nest too deep", "use tables of their own: [a.b]"),
    (
        "cannot extend value",
        "`{}` has its value already, and cannot be given parts",
        "write it as a table of its own, or in one pair of braces",
    ),
    (
        "unexpected leading zero",
        "`{}` is not a number",
        "a number does not begin with 0, a date is written 1953-06-17",
    ),
    (
        "invalid comment character",
        "a comment holds a character that cannot be printed",
        "remove it",
    ),
    (
        "carriage return",
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
    match ADVICE.iter().find(|entry| message.starts_with(entry.0)) {
        Some((_, what, _)) if what.contains("{}") && shown.is_empty() => {
            (Code::TomlSyntax, "a value is missing".to_owned(), "write key = value")
        }
        Some((_, what, help)) => (Code::TomlSyntax, what.replace("{}", &quoted), help),
        None => (Code::TomlSyntax, message.to_owned(), ""),
    }
}
