//! The elements of a scenario, kind by kind: from tables of keys to the model's nouns.

pub(crate) mod acts;
mod decisions;
mod distributions;
mod effects;
mod events;
mod over;
mod quantities;
mod seats;
mod sets;
mod signatures;
mod theory;
mod values;

use std::collections::BTreeMap;

use detente_model::{Element, ElementId, Formula, Kind, Neutral, Over, Place, Provenance};

use crate::diagnostic::Code;
use crate::document::{Entry, Fields, ValueKind, expression_of};
use crate::expressions::{Allows, Ledger, Reader, Scope, Ty, Wanted};
use crate::fixed::evaluate;
use crate::folder::Files;
use crate::gather::Named;
use crate::names::{Names, Signature, Sort};
use crate::place::{FileId, Span};
use crate::provenance::{self, Bibliography};
use crate::syntax::{ast, print};
use crate::table::DataTable;

pub(crate) use effects::operation;
pub(crate) use over::read_over;
pub(crate) use seats::{SeatName, read_seats, seat_names, targets_of};
pub(crate) use sets::read_sets;
pub(crate) use signatures::{infer_variables, name_elements, read_signatures};

/// An element whose keys are being read.
pub(crate) struct Draft<'d> {
    pub(crate) named: &'d Named,
    pub(crate) fields: Fields<'d>,
}

impl<'d> Draft<'d> {
    pub(crate) fn of(named: &'d Named) -> Draft<'d> {
        let what = format!("{} `{}`", named.kind, named.name.text);
        Draft { named, fields: Fields::new(&named.table, what) }
    }
}

/// What formulas of elements are read against.
pub(crate) struct World<'a, 'n> {
    pub(crate) names: &'a Names<'n>,
    pub(crate) sources: &'a Bibliography,
    pub(crate) tables: &'a BTreeMap<String, DataTable>,
    pub(crate) seats: &'a [SeatName],
    pub(crate) files: &'a Files,
    /// The subsystem that each file of `model/` is.
    pub(crate) subsystems: &'a BTreeMap<FileId, usize>,
}

impl World<'_, '_> {
    /// The place of a name, for people.
    pub(crate) fn place(&self, span: Span) -> Place {
        place(self.files, span)
    }
}

/// A place as the model keeps it.
pub(crate) fn place(files: &Files, span: Span) -> Place {
    let file = files.get(span.file).map_or(String::new(), |file| file.shown.clone());
    let before = files.text(span.file).get(..span.start as usize).unwrap_or("");
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    Place { file, line: u32::try_from(line).unwrap_or(u32::MAX) }
}

/// One element being read.
pub(crate) struct Builder<'b, 'a, 'n, 'd> {
    pub(crate) world: &'b World<'a, 'n>,
    pub(crate) ledger: &'b mut Ledger,
    pub(crate) fields: &'b mut Fields<'d>,
    pub(crate) signature: &'a Signature<'n>,
    pub(crate) provenance: Provenance,
}

/// Reads one element whole. `None` if something in it was reported.
pub(crate) fn read_element(
    world: &World<'_, '_>,
    draft: &mut Draft<'_>,
    id: ElementId,
    ledger: &mut Ledger,
) -> Option<Element> {
    ledger.number = None;
    let signature = world.names.element(id);
    let own = provenance::provenance(&mut draft.fields, world.sources, ledger);
    let mut builder =
        Builder { world, ledger, fields: &mut draft.fields, signature, provenance: own };
    let about = builder.about();
    for key in keys(signature.sort) {
        builder.fields.has(key);
    }
    let kind = builder.kind();
    let neutral = builder.neutral(kind.as_ref());
    let Builder { provenance, .. } = builder;
    let exempt = signature.sort == Sort::Outcome;
    if exempt {
        ledger.number = None;
    }
    let what = draft.fields.what().to_owned();
    provenance::check(ledger, &what, &[&provenance]);
    let name = &draft.named.name;
    Some(Element {
        name: name.text.clone(),
        about: about?,
        subsystem: world.subsystems.get(&name.span.file).copied(),
        provenance,
        over: signature.over.clone().into_owned(),
        neutral: neutral?,
        place: world.place(name.span),
        kind: kind?,
    })
}

/// The keys of a kind, so that one that is not reached is not called unknown.
fn keys(sort: Sort) -> impl Iterator<Item = &'static str> {
    let own: &[&str] = match sort {
        Sort::Parameter => {
            &["over", "neutral", "unit", "range", "value", "prior", "table", "column"]
        }
        Sort::Series => &["over", "neutral", "unit", "table", "column", "interpolate"],
        Sort::Trait => &["over", "neutral", "unit", "draw"],
        Sort::Noise => &["over", "neutral", "unit", "draw", "every"],
        Sort::Stock => &["over", "neutral", "unit", "range", "initial", "change", "shock"],
        Sort::State => &["over", "neutral", "of", "initial", "may_be_vacant"],
        Sort::Variable => &["over", "neutral", "unit", "equals"],
        Sort::Event => &[
            "over", "neutral", "needs", "rate", "because", "does", "draws", "once", "cooldown",
            "on", "round", "says", "act",
        ],
        Sort::Decision => &[
            "over",
            "neutral",
            "seat",
            "when",
            "again",
            "mood",
            "asks",
            "otherwise",
            "option",
            "round",
        ],
        Sort::Bargain => &["players", "convenes", "method", "power", "veto", "dimension"],
        Sort::Coalition => &["members", "power", "sits", "majority"],
        Sort::Alignment => &["members", "size", "propensity", "sides", "start", "convenes"],
        Sort::Outcome => &["title", "is", "unit"],
    };
    own.iter().copied().chain(["about", "source", "judgement", "was"])
}

impl<'a, 'n, 'd> Builder<'_, 'a, 'n, 'd> {
    fn kind(&mut self) -> Option<Kind> {
        Some(match self.signature.sort {
            Sort::Parameter => Kind::Parameter(self.parameter()?),
            Sort::Series => Kind::Series(self.series()?),
            Sort::Trait => Kind::Trait(self.hidden_trait()?),
            Sort::Noise => Kind::Noise(self.noise()?),
            Sort::Stock => Kind::Stock(self.stock()?),
            Sort::State => Kind::State(self.state()?),
            Sort::Variable => Kind::Variable(self.variable()?),
            Sort::Event => Kind::Event(self.event()?),
            Sort::Decision => Kind::Decision(self.decision()?),
            Sort::Bargain => Kind::Bargain(self.bargain()?),
            Sort::Coalition => Kind::Coalition(self.coalition()?),
            Sort::Alignment => Kind::Alignment(self.alignment()?),
            Sort::Outcome => Kind::Outcome(self.outcome()?),
        })
    }

    /// The sentence for readers.
    fn about(&mut self) -> Option<String> {
        let key = match self.signature.sort {
            Sort::Outcome => "title",
            Sort::Decision => "asks",
            _ => "about",
        };
        let other = self.fields.text("about", &mut self.ledger.findings);
        let text = match key {
            "about" => other,
            key => self.fields.text(key, &mut self.ledger.findings).or(other),
        };
        match text {
            Some(text) => Some(text.value.trim().to_owned()),
            None if self.fields.has(key) => None,
            None => {
                let message = format!("{} does not say what it is", self.fields.what());
                let help = format!("add `{key}`: a sentence for readers");
                let span = self.fields.table().span;
                self.ledger.report(Code::MissingAbout, span, message, help);
                None
            }
        }
    }

    fn over(&self) -> &'a Over {
        &self.signature.over
    }

    fn scope(&self) -> Scope {
        Scope::of(&self.signature.over.binders)
    }

    fn reader<'r>(&'r mut self, allows: Allows) -> Reader<'r, 'n>
    where
        'a: 'r,
    {
        let scope = self.scope();
        Reader::new(self.world.names, self.ledger, allows).within(scope)
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.ledger.report(code, span, message, help);
    }

    /// The tree and the text of the expression under `key`; `None` if it is not there.
    fn tree(&mut self, key: &'static str) -> Option<Option<(ast::Expr, String)>> {
        let entry = self.fields.entry(key)?;
        let tree = expression_of(entry, &self.world.names.unit_names, &mut self.ledger.findings);
        Some(tree.map(|tree| (tree, written(entry))))
    }

    /// A formula under `key` that may be left out; the outer `None` says that something was reported.
    fn optional(
        &mut self,
        key: &'static str,
        allows: Allows,
        wanted: &Wanted<'_>,
    ) -> Option<Option<Formula>> {
        match self.tree(key) {
            None => Some(None),
            Some(None) => None,
            Some(Some((tree, text))) => {
                self.reader(allows).formula_of(&tree, &text, wanted).map(Some)
            }
        }
    }

    /// A formula under `key` that must be there.
    fn needed(
        &mut self,
        key: &'static str,
        allows: Allows,
        wanted: &Wanted<'_>,
        help: &str,
    ) -> Option<Formula> {
        if !self.fields.need(key, help, &mut self.ledger.findings) {
            return None;
        }
        self.optional(key, allows, wanted)?
    }

    /// `neutral`; the outer `None` says that something was reported.
    fn neutral(&mut self, kind: Option<&Kind>) -> Option<Option<Neutral>> {
        let Some(entry) = self.fields.entry("neutral") else { return Some(None) };
        let span = entry.value.span;
        let words = match &entry.value.kind {
            ValueKind::Text(text) => text.value.trim().to_owned(),
            _ => String::new(),
        };
        match (self.signature.sort, kind) {
            (Sort::Event, _) if words == "never" => Some(Some(Neutral::Never)),
            (Sort::Event, _) => {
                self.report(Code::NotAllowed, span, "an event's `neutral` is \"never\"", "");
                None
            }
            (Sort::Decision, Some(Kind::Decision(decision))) => {
                let named = |one: &detente_model::Alternative| one.name.to_string() == words;
                let found = decision.alternatives.iter().position(named);
                if found.is_none() {
                    let message = format!("there is no option `{words}`");
                    self.report(Code::UnknownOption, span, message, "name one of its options");
                }
                Some(Some(Neutral::Alternative(found?)))
            }
            (Sort::Decision, _) => None,
            (Sort::Outcome | Sort::Bargain | Sort::Coalition | Sort::Alignment, _) => {
                let message =
                    format!("{} has no neutral value", self.signature.sort.with_article());
                self.report(Code::NotAllowed, span, message, "take away what reads it");
                None
            }
            _ => {
                let ty = self.signature.ty.clone()?;
                let value = self.constant(entry, &ty)?;
                Some(Some(Neutral::Value(value)))
            }
        }
    }

    /// A value of a type that is known now, in base units; a bare number is in the element's unit.
    fn constant(&mut self, entry: &Entry, ty: &Ty) -> Option<f64> {
        let names = self.world.names;
        let tree = expression_of(entry, &names.unit_names, &mut self.ledger.findings)?;
        let unit = self.signature.unit.clone();
        let mut reader = Reader::new(names, self.ledger, Allows::Fixed);
        constant(&mut reader, &tree, ty, &unit)
    }
}

/// The value of an expression that must be known now, in base units; a pure number is in `unit`.
pub(crate) fn constant(
    reader: &mut Reader<'_, '_>,
    tree: &ast::Expr,
    ty: &Ty,
    unit: &detente_model::Unit,
) -> Option<f64> {
    let typed = reader.expr(tree)?;
    let bare = typed.ty == Ty::pure() && matches!(ty, Ty::Number(_));
    if !bare && !reader.fits(&typed, tree.span, &Wanted::new(ty.clone(), "this value")) {
        return None;
    }
    let Some(value) = evaluate(&typed.expr, &[], &reader.names.sets) else {
        let help = "write a number, with its unit if it is in another";
        reader.report(Code::NotConstant, tree.span, "this has no value yet", help);
        return None;
    };
    Some(if bare { unit.held(value) } else { value })
}

/// An expression as its author wrote it.
pub(crate) fn written(entry: &Entry) -> String {
    match &entry.value.kind {
        ValueKind::Text(text) => text.value.split_whitespace().collect::<Vec<_>>().join(" "),
        ValueKind::Number(number) => number.to_string(),
        ValueKind::Truth(truth) => truth.to_string(),
        ValueKind::Date(date) => date.to_string(),
        _ => String::new(),
    }
}

/// A duration in whole weeks, at least 1; the outer `None` says that something was reported.
pub(crate) fn weeks(
    fields: &mut Fields<'_>,
    key: &'static str,
    ledger: &mut Ledger,
) -> Option<Option<u32>> {
    if !fields.has(key) {
        return Some(None);
    }
    let duration = fields.duration(key, &mut ledger.findings)?;
    ledger.note_number(duration.span);
    let weeks = duration.weeks().round();
    if !(1.0..=520_000.0).contains(&weeks) {
        let message = format!(
            "`{}` is not between a week and ten thousand years",
            print::duration(&duration)
        );
        ledger.report(
            Code::OutsideRange,
            duration.span,
            message,
            "a week is the shortest duration",
        );
        return None;
    }
    Some(Some(weeks as u32))
}
