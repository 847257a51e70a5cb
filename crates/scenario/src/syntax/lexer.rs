//! From the text of an expression to its words, numbers, dates, quoted texts and symbols.

use jiff::civil::Date;

use crate::diagnostic::{Code, Finding};
use crate::place::{Span, Text};

/// The words of the language, which name nothing else.
pub const RESERVED: &[&str] = &[
    "and", "or", "not", "if", "then", "else", "where", "in", "for", "from", "until", "true",
    "false", "none",
];

/// Why `name` cannot name an element, set, member, option or variable; `None` if it can.
pub fn fault_of_name(name: &str) -> Option<String> {
    let mut bytes = name.bytes();
    let first = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
    let rest = bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if RESERVED.contains(&name) {
        Some(format!("`{name}` is a word of the language"))
    } else if name.len() > 80 {
        Some("a name has at most 80 characters".to_owned())
    } else if first && rest {
        None
    } else {
        Some(
            "a name is made of small letters, digits and underscores, and begins with a letter"
                .to_owned(),
        )
    }
}

/// A token with its place in the file and in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) span: Span,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TokenKind<'t> {
    /// A name or a reserved word.
    Word(&'t str),
    /// Finite, not negative.
    Number(f64),
    /// A day that exists.
    Date(Date),
    /// What stands between quotation marks.
    Quoted(&'t str),
    /// One of [`SYMBOLS`].
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: &[&str] = &[
    "==", "!=", "<=", ">=", "+=", "*=", "-=", "/=", "(", ")", "[", "]", ",", ":", ".", "+", "-",
    "*", "/", "^", "<", ">", "=",
];

/// What people write out of habit, what it is read as, and what to write instead.
const HABITS: &[(&str, Option<TokenKind<'static>>, &str)] = &[
    ("&&", Some(TokenKind::Word("and")), "write `and`"),
    ("||", Some(TokenKind::Word("or")), "write `or`"),
    ("!", Some(TokenKind::Word("not")), "write `not`"),
    ("**", Some(TokenKind::Symbol("^")), "write `^`"),
    ("<>", Some(TokenKind::Symbol("!=")), "write `!=`"),
    ("\u{2212}", Some(TokenKind::Symbol("-")), "write the hyphen `-` for minus"),
    ("\u{2013}", Some(TokenKind::Symbol("-")), "write the hyphen `-` for minus"),
    ("\u{d7}", Some(TokenKind::Symbol("*")), "write `*`"),
    ("\u{b7}", Some(TokenKind::Symbol("*")), "write `*`"),
    ("\u{2264}", Some(TokenKind::Symbol("<=")), "write `<=`"),
    ("\u{2265}", Some(TokenKind::Symbol(">=")), "write `>=`"),
    ("\u{2260}", Some(TokenKind::Symbol("!=")), "write `!=`"),
    ("%", None, "write a share as a number: 0.12 for 12 %"),
    ("\u{201c}", None, "use straight quotation marks"),
    ("\u{201d}", None, "use straight quotation marks"),
    ("\u{2019}", None, "use straight quotation marks"),
    ("{", None, "sets of members are written `sum(s in satellite: …)`"),
    ("}", None, "sets of members are written `sum(s in satellite: …)`"),
    (";", None, "one expression stands in one string"),
    ("?", None, "write `if c then a else b`"),
];

/// Splits the bytes `start..end` of `text`. Findings get `code`; the tokens always end in
/// [`TokenKind::End`].
pub(super) fn tokens<'t>(
    text: &'t Text,
    start: usize,
    end: usize,
    code: Code,
    findings: &mut Vec<Finding>,
) -> Vec<Token<'t>> {
    let mut lexer = Lexer { text, at: start, end, code, findings };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next() {
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::End, span: text.span_of(end, end) });
    tokens
}

struct Lexer<'t, 'f> {
    text: &'t Text,
    at: usize,
    end: usize,
    code: Code,
    findings: &'f mut Vec<Finding>,
}

impl<'t> Lexer<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text.value[self.at..self.end]
    }

    fn finding(&mut self, from: usize, message: String, help: &str) {
        let span = self.text.span_of(from, self.at);
        self.findings.push(Finding::new(self.code, span, message).help(help));
    }

    /// The next token; what is none is reported and skipped.
    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            let first = rest.chars().next()?;
            let from = self.at;
            let kind = if first.is_ascii_digit() {
                self.number_or_date(rest)
            } else if first.is_ascii_alphabetic() || first == '_' {
                let word = leading(rest, |b| b.is_ascii_alphanumeric() || b == b'_');
                self.at += word.len();
                Some(TokenKind::Word(word))
            } else if first == '"' || first == '\'' {
                self.quoted(rest, first)
            } else {
                self.symbol(rest, first)
            };
            if let Some(kind) = kind {
                return Some(Token { kind, span: self.text.span_of(from, self.at) });
            }
        }
    }

    fn symbol(&mut self, rest: &'t str, first: char) -> Option<TokenKind<'t>> {
        let from = self.at;
        let habit = HABITS.iter().find(|(habit, ..)| rest.starts_with(habit));
        let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        // The longer of the two: `!=` is no `!`, and `**` no `*`.
        if let Some(symbol) = symbol
            && habit.is_none_or(|(habit, ..)| habit.len() <= symbol.len())
        {
            self.at += symbol.len();
            return Some(TokenKind::Symbol(symbol));
        }
        if let Some((habit, meant, help)) = habit {
            self.at += habit.len();
            self.finding(from, format!("`{habit}` is not a sign of the language"), help);
            return *meant;
        } else if first.is_alphabetic() {
            let word = rest.find(|c: char| !c.is_alphanumeric()).map_or(rest, |i| &rest[..i]);
            self.at += word.len();
            let help = "names are made of the letters a to z, digits and underscores";
            self.finding(from, format!("`{word}` is not a name"), help);
        } else {
            self.at += first.len_utf8();
            let shown = first.escape_debug();
            self.finding(from, format!("`{shown}` is not a sign of the language"), "remove it");
        }
        None
    }

    fn quoted(&mut self, rest: &'t str, mark: char) -> Option<TokenKind<'t>> {
        let from = self.at;
        if let Some(length) = rest[1..].find(mark) {
            self.at += length + 2;
            return Some(TokenKind::Quoted(&rest[1..=length]));
        }
        self.at = self.end;
        self.finding(from, "the quotation mark is not closed".to_owned(), "close it");
        None
    }

    fn number_or_date(&mut self, rest: &'t str) -> Option<TokenKind<'t>> {
        let from = self.at;
        if looks_like_date(rest.as_bytes()) {
            self.at += 10;
            return match rest[..10].parse::<Date>() {
                Ok(date) => Some(TokenKind::Date(date)),
                Err(_) => {
                    let span = self.text.span_of(from, self.at);
                    let message = format!("there is no day {}", &rest[..10]);
                    let help = "a date is written year-month-day, as in 1953-06-17";
                    self.findings.push(Finding::new(Code::NoSuchDate, span, message).help(help));
                    // A stand-in: the finding already keeps the tree from being used.
                    Some(TokenKind::Date(Date::ZERO))
                }
            };
        }
        let literal = number_literal(rest);
        self.at += literal.len();
        let digits: String = literal.chars().filter(|&c| c != '_').collect();
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(TokenKind::Number(value)),
            _ => {
                let help = "the largest number is about 1.8e308";
                self.finding(from, format!("`{literal}` is not a number"), help);
                Some(TokenKind::Number(0.0))
            }
        }
    }
}

/// The longest prefix of bytes for which `keep` holds; `keep` must hold for ASCII bytes only.
fn leading(rest: &str, keep: impl Fn(u8) -> bool) -> &str {
    let length = rest.bytes().take_while(|&b| keep(b)).count();
    &rest[..length]
}

/// `dddd-dd-dd`, and not a piece of a longer run of digits and hyphens.
fn looks_like_date(bytes: &[u8]) -> bool {
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
        && !bytes.get(10).is_some_and(u8::is_ascii_digit)
}

/// Digits, a fraction, an exponent: `12`, `1_000`, `0.5`, `1.5e-3`.
fn number_literal(rest: &str) -> &str {
    let digit = |b: u8| b.is_ascii_digit() || b == b'_';
    let bytes = rest.as_bytes();
    let mut length = leading(rest, digit).len();
    if bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit) {
        length += 1 + leading(&rest[length + 1..], digit).len();
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        if bytes.get(length + 1 + sign).is_some_and(u8::is_ascii_digit) {
            let exponent = leading(&rest[length + 1 + sign..], |b| b.is_ascii_digit());
            length += 1 + sign + exponent.len();
        }
    }
    &rest[..length]
}
