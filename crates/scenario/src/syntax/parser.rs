//! The cursor that the parsers share: looking ahead, expecting, reporting, and going on after a fault.

use std::collections::BTreeSet;

use super::ast::{Ident, SpannedDate};
use super::lexer::{self, RESERVED, Token, TokenKind};
use crate::diagnostic::{Code, Finding};
use crate::place::{FileId, Span, Text};

/// The longest text that is parsed, in bytes.
pub const LONGEST_TEXT: usize = 8192;

/// The deepest an expression may nest.
pub const DEEPEST: u32 = 64;

/// The names that are units: after a number, `/` and such a name belong to the number's unit.
///
/// `0.12 / week` is a number with a unit; `0.12 / pull` is a quotient. A name that follows a
/// number with no sign between (`331 thousand person`) is a unit whether it is known or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitNames(BTreeSet<String>);

impl UnitNames {
    /// The built-in units (`thousand`, `million`, `week`, `month`, `year`, and the plurals of the
    /// last three) and those declared by a scenario.
    pub fn with<'a>(declared: impl IntoIterator<Item = &'a str>) -> UnitNames {
        let built_in = ["thousand", "million", "week", "weeks", "month", "months", "year", "years"];
        UnitNames(built_in.into_iter().chain(declared).map(str::to_owned).collect())
    }

    /// Whether `name` is a unit.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl Default for UnitNames {
    fn default() -> UnitNames {
        UnitNames::with([])
    }
}

/// A fault was reported; what was being read is abandoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop;

/// The outcome of reading a piece.
pub(super) type Read<T> = Result<T, Stop>;

/// A cursor over the tokens of one text.
pub(super) struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    file: FileId,
    code: Code,
    pub(super) units: &'t UnitNames,
    pub(super) findings: Vec<Finding>,
    nesting: u32,
    /// Whether a number just read may take a unit after `/`: not in an exponent, so that
    /// `x ^ 2 / week` divides the power.
    pub(super) units_follow: bool,
}

/// Reads the whole of `text` with `read`. Faults of form get `code`. The result is `None` exactly
/// if something was reported.
pub(super) fn parse_whole<T>(
    text: &Text,
    units: &UnitNames,
    code: Code,
    findings: &mut Vec<Finding>,
    read: impl FnOnce(&mut Parser<'_>) -> Read<T>,
) -> Option<T> {
    parse_range(text, (0, text.value.len()), units, code, findings, read)
}

/// The same for the bytes `start..end` of `text`.
pub(super) fn parse_range<T>(
    text: &Text,
    (start, end): (usize, usize),
    units: &UnitNames,
    code: Code,
    findings: &mut Vec<Finding>,
    read: impl FnOnce(&mut Parser<'_>) -> Read<T>,
) -> Option<T> {
    if end - start > LONGEST_TEXT {
        let message =
            format!("this text has {} bytes; at most {LONGEST_TEXT} are read", end - start);
        let help = "give parts of it names, as variables of their own";
        findings.push(Finding::new(Code::TextTooLong, text.span, message).help(help));
        return None;
    }
    let mut own = Vec::new();
    let tokens = lexer::tokens(text, start, end, code, &mut own);
    let mut parser = Parser {
        tokens,
        at: 0,
        file: text.span.file,
        code,
        units,
        findings: own,
        nesting: 0,
        units_follow: true,
    };
    let value = if parser.tokens.len() == 1 && parser.findings.is_empty() {
        parser.report(text.span, "this text is empty", "");
        Err(Stop)
    } else {
        read(&mut parser)
    };
    if value.is_ok() {
        parser.expect_end();
    }
    let sound = parser.findings.is_empty();
    parser.findings.sort_by_key(|finding| finding.span.start);
    findings.append(&mut parser.findings);
    value.ok().filter(|_| sound)
}

impl<'t> Parser<'t> {
    /// The token at the cursor.
    pub(super) fn peek(&self) -> TokenKind<'t> {
        self.peek_at(0)
    }

    /// The token `ahead` after the cursor.
    pub(super) fn peek_at(&self, ahead: usize) -> TokenKind<'t> {
        self.tokens.get(self.at + ahead).map_or(TokenKind::End, |token| token.kind)
    }

    /// The place of the token at the cursor.
    pub(super) fn here(&self) -> Span {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .map_or(Span::new(self.file, 0, 0), |token| token.span)
    }

    /// The place of the token before the cursor.
    pub(super) fn before(&self) -> Span {
        let index = self.at.min(self.tokens.len()).saturating_sub(1);
        self.tokens.get(index).map_or(self.here(), |token| token.span)
    }

    /// Moves past the token at the cursor, never past the end.
    pub(super) fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    /// Moves past `symbol` if it stands at the cursor.
    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Symbol(found) if found == symbol);
        if found {
            self.advance();
        }
        found
    }

    /// Moves past `word` if it stands at the cursor.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), TokenKind::Word(found) if found == word);
        if found {
            self.advance();
        }
        found
    }

    /// Reports a fault of form.
    pub(super) fn report(&mut self, span: Span, message: impl Into<String>, help: &str) {
        self.findings.push(Finding::new(self.code, span, message).help(help));
    }

    /// Reports what stands at the cursor where `expected` should.
    pub(super) fn unexpected<T>(&mut self, expected: &str, help: &str) -> Read<T> {
        let message = format!("expected {expected}, found {}", self.shown());
        self.report(self.here(), message, help);
        Err(Stop)
    }

    /// The token at the cursor in words.
    pub(super) fn shown(&self) -> String {
        match self.peek() {
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Number(value) => format!("the number {value}"),
            TokenKind::Date(date) => format!("the date {date}"),
            TokenKind::Quoted(_) => "a quoted text".to_owned(),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::End => "the end of the text".to_owned(),
        }
    }

    /// Moves past `symbol`, or reports its absence.
    pub(super) fn expect(&mut self, symbol: &str, help: &str) -> Read<()> {
        if self.take(symbol) { Ok(()) } else { self.unexpected(&format!("`{symbol}`"), help) }
    }

    /// Moves past `word`, or reports its absence.
    pub(super) fn expect_word(&mut self, word: &str, help: &str) -> Read<()> {
        if self.take_word(word) { Ok(()) } else { self.unexpected(&format!("`{word}`"), help) }
    }

    /// The name at the cursor; `what` says in words what is expected.
    pub(super) fn name(&mut self, what: &str) -> Read<Ident> {
        match self.peek() {
            TokenKind::Word(word) if !RESERVED.contains(&word) => {
                let ident = Ident { text: word.to_owned(), span: self.here() };
                self.advance();
                Ok(ident)
            }
            TokenKind::Word(_) => self.unexpected(what, "this word belongs to the language"),
            _ => self.unexpected(what, ""),
        }
    }

    /// The date at the cursor.
    pub(super) fn date(&mut self) -> Read<SpannedDate> {
        match self.peek() {
            TokenKind::Date(date) => {
                let span = self.here();
                self.advance();
                Ok(SpannedDate { date, span })
            }
            _ => self.unexpected("a date", "a date is written year-month-day, as in 1953-06-17"),
        }
    }

    /// Reports whatever is left over.
    fn expect_end(&mut self) {
        let (message, help) = match self.peek() {
            TokenKind::End => return,
            TokenKind::Symbol("=") => ("`=` sets, it does not compare", "write `==`"),
            TokenKind::Symbol("==" | "!=" | "<" | "<=" | ">" | ">=") => {
                ("comparisons do not chain", "write `a < b and b < c`")
            }
            TokenKind::Symbol(")") => ("this `)` closes nothing", "remove it, or open it before"),
            TokenKind::Symbol("]") => ("this `]` closes nothing", "remove it, or open it before"),
            _ => {
                let message = format!("{} is not expected here", self.shown());
                let help = "an operator or the end should stand here";
                self.report(self.here(), message, help);
                return;
            }
        };
        self.report(self.here(), message, help);
    }

    /// One step deeper; reports and stops beyond [`DEEPEST`]. Each is paired with [`Self::leave`].
    pub(super) fn enter(&mut self) -> Read<()> {
        self.nesting += 1;
        if self.nesting > DEEPEST { self.too_deep() } else { Ok(()) }
    }

    /// One step back.
    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Reports that the text nests too deep, and gives the whole of it up.
    pub(super) fn too_deep<T>(&mut self) -> Read<T> {
        let already = self.findings.iter().any(|finding| finding.code == Code::TooDeep);
        if !already {
            let message = format!("this nests more than {DEEPEST} deep");
            let help = "give parts of it names, as variables of their own, \
                        or sum over a set";
            self.findings.push(Finding::new(Code::TooDeep, self.here(), message).help(help));
        }
        self.at = self.tokens.len() - 1;
        Err(Stop)
    }

    /// After a fault inside brackets: moves to the next `,` of this level or to the closing
    /// bracket, so that what follows is still read. Stops at the end.
    pub(super) fn skip_to_separator(&mut self) {
        let mut open = 0_u32;
        loop {
            match self.peek() {
                TokenKind::End => return,
                TokenKind::Symbol("," | ")" | "]") if open == 0 => return,
                TokenKind::Symbol("(" | "[") => open += 1,
                TokenKind::Symbol(")" | "]") => open -= 1,
                _ => {}
            }
            self.advance();
        }
    }
}
