//! Events: what may happen in a week, why, and what it does.

use detente_model::{
    Dimension, Draw, Event, Expr, Formula, Happening, On, Reason, Recurrence, Type,
};

use super::effects::read_effects;
use super::{Builder, acts, distributions, weeks, written};
use crate::diagnostic::Code;
use crate::document::{Entry, Fields, Value, ValueKind, expression_of};
use crate::expressions::{Allows, Bare, Bounds, Ledger, Reader, Scope, Ty, Wanted};
use crate::place::Text;
use crate::syntax::ast::{ExprKind, TemplatePiece};
use crate::syntax::parse_template;

impl<'d> Builder<'_, '_, '_, 'd> {
    pub(super) fn event(&mut self) -> Option<Event> {
        let mut scope = self.scope();
        let needs = self.optional("needs", Allows::Week, &Wanted::truth("what an event needs"));
        self.know_somebody("needs", &mut scope);
        let happening = self.happening(&scope);
        let fixed = matches!(happening, Some(Happening::On(_)));
        let because = self.reasons("because", &scope, Weighs::Reason);
        if fixed && let Some(value) = self.fields.value("because") {
            let message = "an event with a fixed time has no reasons";
            self.report(Code::EventWithoutChance, value.span, message, "leave `because` out");
        }
        let draws = self.draws(&mut scope);
        let texts = self.fields.texts("does", &mut self.ledger.findings);
        let mut reader = Reader::new(self.world.names, self.ledger, Allows::Week);
        let does = read_effects(&mut reader, &texts, &scope);
        let recurrence = self.recurrence(fixed);
        let round = round(self.fields, self.ledger);
        let says = says(self.fields, &scope, self.ledger);
        let act = self.act();
        Some(Event {
            needs: needs?,
            happening: happening?,
            because: because?,
            draws: draws?,
            does: does?,
            recurrence: recurrence?,
            round: round?,
            says: says?,
            act: act?,
        })
    }

    /// Takes note of what the condition under `key` says is not `none`.
    pub(super) fn know_somebody(&mut self, key: &'static str, scope: &mut Scope) {
        let Some(entry) = self.fields.entry(key) else { return };
        let names = self.world.names;
        let Some(tree) = expression_of(entry, &names.unit_names, &mut Vec::new()) else { return };
        let mut aside = Ledger::default();
        let mut reader = Reader::new(names, &mut aside, Allows::Week);
        reader.exclude_none(&tree);
        scope.somebody.append(&mut reader.scope.somebody);
    }

    fn happening(&mut self, scope: &Scope) -> Option<Happening> {
        let (rate, on) = (self.fields.entry("rate"), self.fields.entry("on"));
        match (rate, on) {
            (Some(rate), None) => self.rate(rate, scope).map(Happening::Rate),
            (None, Some(on)) => self.on(on).map(Happening::On),
            (rate, _) => {
                let (message, help) = match rate {
                    Some(_) => ("both `rate` and `on`", "leave one of them out"),
                    None => (
                        "neither `rate` nor `on`",
                        "write `rate = \"0.01 / week\"` for chance, `on = 1953-06-17` for a date",
                    ),
                };
                let message = format!("{} has {message}", self.fields.what());
                self.report(Code::EventWithoutChance, self.fields.table().span, message, help);
                None
            }
        }
    }

    /// The parts of a rate; a plain expression is one part "of itself".
    fn rate(&mut self, entry: &'d Entry, scope: &Scope) -> Option<Vec<Reason>> {
        if let ValueKind::Table(_) = entry.value.kind {
            return self.reasons("rate", scope, Weighs::Rate);
        }
        let weight = self.weight(entry, scope, Weighs::Rate)?;
        Some(vec![Reason { name: "of itself".to_owned(), weight }])
    }

    fn on(&mut self, entry: &'d Entry) -> Option<On> {
        if let ValueKind::Date(date) = entry.value.kind {
            let span = entry.value.span;
            self.ledger.note_number(span);
            let week = self.reader(Allows::Fixed).week_of(date, span, Bounds::Within)?;
            return Some(On::Week(week, date.to_string()));
        }
        let names = self.world.names;
        let tree = expression_of(entry, &names.unit_names, &mut self.ledger.findings)?;
        if let ExprKind::Date(date) = tree.kind {
            self.ledger.note_number(tree.span);
            let week = self.reader(Allows::Fixed).week_of(date, tree.span, Bounds::Within)?;
            return Some(On::Week(week, date.to_string()));
        }
        let wanted = Wanted::truth("what an event waits for");
        let formula = self.reader(Allows::Week).formula_of(&tree, &written(entry), &wanted)?;
        if formula.expr == Expr::Constant(0.0) {
            let message = "no week can satisfy this";
            self.report(Code::NeverHappens, tree.span, message, "remove the event, or mend `on`");
            return None;
        }
        Some(On::When(formula))
    }

    /// Named reasons under `key`, in the author's order.
    pub(super) fn reasons(
        &mut self,
        key: &'static str,
        scope: &Scope,
        weighs: Weighs,
    ) -> Option<Vec<Reason>> {
        if !self.fields.has(key) {
            return Some(Vec::new());
        }
        let table = self.fields.sub(key, &mut self.ledger.findings)?;
        let read: Vec<Option<Reason>> = table
            .entries
            .iter()
            .map(|entry| {
                let weight = self.weight(entry, scope, weighs)?;
                Some(Reason { name: entry.key.text.clone(), weight })
            })
            .collect();
        read.into_iter().collect()
    }

    fn weight(&mut self, entry: &Entry, scope: &Scope, weighs: Weighs) -> Option<Formula> {
        let names = self.world.names;
        let per_week = Ty::Number(Dimension::none().times(&Dimension::base("week"), -1));
        if let (Weighs::Rate, ValueKind::Number(rate)) = (weighs, &entry.value.kind) {
            // A bare number is per week.
            self.ledger.note_number(entry.value.span);
            let gives = Type::Number(Dimension::none().times(&Dimension::base("week"), -1));
            return Some(Formula { text: rate.to_string(), expr: Expr::Constant(*rate), gives });
        }
        let tree = expression_of(entry, &names.unit_names, &mut self.ledger.findings)?;
        let mut reader = Reader::new(names, self.ledger, Allows::Week).within(scope.clone());
        let wanted = match weighs {
            Weighs::Rate => Wanted { ty: per_week, code: Code::RateNotPerWeek, what: "a rate" },
            Weighs::Reason => {
                reader.bare = Bare::Plain;
                Wanted { ty: Ty::pure(), code: Code::ReasonNotDimensionless, what: "a reason" }
            }
        };
        reader.formula_of(&tree, &written(entry), &wanted)
    }

    fn draws(&mut self, scope: &mut Scope) -> Option<Vec<Draw>> {
        if !self.fields.has("draws") {
            return Some(Vec::new());
        }
        let table = self.fields.sub("draws", &mut self.ledger.findings)?;
        let mut draws = Vec::new();
        for entry in &table.entries {
            let name = &entry.key;
            let taken = self.world.names.meaning(&name.text).is_some()
                || scope.binders.iter().any(|bound| bound.name == name.text);
            if taken || crate::syntax::fault_of_name(&name.text).is_some() {
                let message = format!("`{}` cannot name a draw", name.text);
                let help = "it is taken, or no name: choose another";
                self.report(Code::DuplicateName, name.span, message, help);
                return None;
            }
            let Value { kind: ValueKind::Text(text), .. } = &entry.value else {
                let help = "write `draws = { size = \"lognormal(0, spread)\" }`";
                self.report(Code::WrongKind, entry.value.span, "a draw is a distribution", help);
                return None;
            };
            let mut reader = self.reader(Allows::Start);
            let (from, unit) = distributions::distribution(&mut reader, text, None)?;
            scope.draws.push((name.text.clone(), Ty::drawn(from.family, &unit)));
            draws.push(Draw { name: name.text.clone(), from });
        }
        Some(draws)
    }

    fn recurrence(&mut self, fixed: bool) -> Option<Recurrence> {
        let once = self.fields.truth("once", &mut self.ledger.findings);
        let cooldown = weeks(self.fields, "cooldown", self.ledger)?;
        let once = fixed || once.is_some_and(|once| once.0);
        if let (true, Some(value)) = (once, self.fields.value("cooldown")) {
            let message = "what happens once needs no cooldown";
            self.report(Code::NotAllowed, value.span, message, "leave one of them out");
            return None;
        }
        Some(if once { Recurrence::Once } else { Recurrence::Cooldown(cooldown.unwrap_or(1)) })
    }

    /// `act`; the outer `None` says that something was reported.
    fn act(&mut self) -> Option<Option<detente_model::Act>> {
        let scope = self.scope();
        acts::act(self.fields, self.world, &scope, &self.provenance, self.ledger)
    }
}

/// What a named expression weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weighs {
    /// A part of a rate: per week.
    Rate,
    /// A reason: a pure number.
    Reason,
}

/// `round`, 1 to 5.
pub(super) fn round(fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<u8> {
    if !fields.has("round") {
        return Some(1);
    }
    fields.whole("round", (1, 5), &mut ledger.findings).map(|(round, _)| round as u8)
}

/// `says`: a sentence with holes for index variables.
pub(super) fn says(
    fields: &mut Fields<'_>,
    scope: &Scope,
    ledger: &mut Ledger,
) -> Option<Option<String>> {
    if !fields.has("says") {
        return Some(None);
    }
    let text = fields.text("says", &mut ledger.findings)?;
    check_holes(text, scope, ledger).then(|| Some(text.value.trim().to_owned()))
}

/// Reports holes of a sentence that are not index variables.
pub(super) fn check_holes(text: &Text, scope: &Scope, ledger: &mut Ledger) -> bool {
    let Some(template) = parse_template(text, &mut ledger.findings) else { return false };
    let mut sound = true;
    for piece in &template.pieces {
        let TemplatePiece::Hole(hole) = piece else { continue };
        let bound = matches!(&hole.kind, ExprKind::Name(name)
            if scope.binders.iter().any(|bound| &bound.name == name));
        if !bound {
            let message = "only an index variable can be shown in a sentence";
            let names: Vec<String> =
                scope.binders.iter().map(|bound| format!("{{{}}}", bound.name)).collect();
            let help = if names.is_empty() {
                "a brace that is meant to be read is written twice".to_owned()
            } else {
                format!("here that is {}", names.join(" or "))
            };
            ledger.report(Code::NotAllowedHere, hole.span, message, help);
            sound = false;
        }
    }
    sound
}
