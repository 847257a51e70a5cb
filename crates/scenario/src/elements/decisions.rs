//! Decisions: what a seat is asked, and what it may answer.

use detente_model::{
    Alternative, AlternativeName, Binder, Decision, Formula, Mood, Provenance, SeatRef,
};

use super::effects::read_effects;
use super::events::{Weighs, check_holes, round, says};
use super::over::read_binders;
use super::{Builder, acts, weeks};
use crate::diagnostic::Code;
use crate::document::{Fields, Table, ValueKind};
use crate::expressions::{Allows, Reader, Scope, Wanted};
use crate::hidden_rate::{SMALL_CHANCE, hidden_rate};
use crate::place::Span;
use crate::provenance;
use crate::spelling::{suggest, suggest_or_list};
use crate::syntax::ast::{Ident, ReferenceIndex};
use crate::syntax::fault_of_name;

impl<'d> Builder<'_, '_, '_, 'd> {
    pub(super) fn decision(&mut self) -> Option<Decision> {
        let mut scope = self.scope();
        let when = self.optional("when", Allows::Week, &Wanted::truth("when a question is put"));
        self.know_somebody("when", &mut scope);
        let seat = self.seat(&scope);
        let asks = self.asks(&scope);
        let again = weeks(self.fields, "again", self.ledger);
        let mood = self.mood();
        let round = round(self.fields, self.ledger);
        let alternatives = self.alternatives(&scope);
        let otherwise = match &alternatives {
            Some(alternatives) => self.otherwise(alternatives),
            None => {
                self.fields.has("otherwise");
                None
            }
        };
        Some(Decision {
            seat: seat?,
            asks: asks?,
            when: when?,
            again: again?,
            mood: mood?,
            otherwise: otherwise?,
            round: round?,
            alternatives: alternatives?,
        })
    }

    fn asks(&mut self, scope: &Scope) -> Option<String> {
        let text = self.fields.text("asks", &mut self.ledger.findings);
        let text = text.or_else(|| self.fields.text("about", &mut Vec::new()))?;
        check_holes(text, scope, self.ledger).then(|| text.value.trim().to_owned())
    }

    fn seat(&mut self, scope: &Scope) -> Option<SeatRef> {
        let help = "name a seat of scenario.toml, or write `seat = \"chance\"`";
        if !self.fields.need("seat", help, &mut self.ledger.findings) {
            return None;
        }
        let seat = self.fields.reference("seat", &mut self.ledger.findings)?;
        if seat.name.text == "chance" && seat.indices.is_empty() {
            return Some(SeatRef::Chance);
        }
        let seats = self.world.seats;
        let Some(number) = seats.iter().position(|own| own.name == seat.name.text) else {
            let message = format!("there is no seat `{}`", seat.name.text);
            let all = seats.iter().map(|own| own.name.as_str()).chain(["chance"]);
            let help = suggest(&seat.name.text, all, "seats are declared in scenario.toml");
            self.report(Code::UnknownName, seat.name.span, message, &help);
            return None;
        };
        let binders = &seats[number].over.binders;
        if binders.len() != seat.indices.len() || binders.len() > 1 {
            let message = format!("the seat `{}` wants {} indices", seat.name.text, binders.len());
            self.report(Code::WrongIndices, seat.span, message, "");
            return None;
        }
        let index = match (binders.first(), seat.indices.first()) {
            (Some(binder), Some(ReferenceIndex::Member(name))) => {
                let tree = crate::syntax::ast::Expr {
                    kind: crate::syntax::ast::ExprKind::Name(name.text.clone()),
                    span: name.span,
                };
                let names = self.world.names;
                let mut reader =
                    Reader::new(names, self.ledger, Allows::Week).within(scope.clone());
                Some(reader.index_in(binder.set, &tree)?)
            }
            (Some(_), Some(ReferenceIndex::Every(span))) => {
                let message = "one seat decides, not all of them";
                self.report(Code::WrongIndices, *span, message, "name the index: `government[s]`");
                return None;
            }
            _ => None,
        };
        Some(SeatRef::Seat(number, index))
    }

    fn mood(&mut self) -> Option<Mood> {
        if !self.fields.has("mood") {
            let message = format!("{} has no `mood`", self.fields.what());
            let help = "say how long a mind, once made up, stays so: `mood = \"26 weeks\"`, and \
                        why, in `judgement`";
            let span = self.fields.table().span;
            self.report(Code::DecisionWithoutMood, span, message, help);
            return None;
        }
        let span = self.fields.value("mood").map(|value| value.span)?;
        let weeks = weeks(self.fields, "mood", self.ledger)??;
        let Some(judgement) = self.provenance.judgement.clone() else {
            let message = "this mood has no judgement";
            let help = "say in `judgement` why a mind stays made up for so long";
            self.report(Code::MoodWithoutJudgement, span, message, help);
            self.warn_of_hidden_rate(weeks, span);
            return None;
        };
        Some(Mood { weeks, judgement })
    }

    /// Says what an unargued mood makes of a question that is put again and again.
    fn warn_of_hidden_rate(&mut self, mood: u32, span: Span) {
        let again = self.fields.duration("again", &mut Vec::new());
        let Some(again) = again.map(|again| again.weeks().round().max(1.0) as u32) else { return };
        let chance = 100.0 * hidden_rate(again, mood);
        let small = 100.0 * SMALL_CHANCE;
        let message = format!(
            "asked every {again} weeks in moods of {mood}, an option of {small:.0} in 100 is taken in \
             {chance:.0} of 100 histories within two years"
        );
        let help = "argue the length of the mood in `judgement`";
        self.report(Code::HiddenRate, span, message, help);
    }

    fn otherwise(&mut self, alternatives: &[Alternative]) -> Option<Option<usize>> {
        if !self.fields.has("otherwise") {
            return Some(None);
        }
        let text = self.fields.text("otherwise", &mut self.ledger.findings)?;
        let words = text.value.trim();
        let found = alternatives.iter().position(|one| one.name.to_string() == words);
        if found.is_none() {
            let names: Vec<String> = alternatives.iter().map(|one| one.name.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let message = format!("there is no option `{words}`");
            let help = suggest_or_list(words, &names, "options");
            self.report(Code::UnknownOption, text.span, message, &help);
            return None;
        }
        Some(found)
    }

    fn alternatives(&mut self, scope: &Scope) -> Option<Vec<Alternative>> {
        let help = "write its options as tables: [decision.name.option.wait]";
        if !self.fields.need("option", help, &mut self.ledger.findings) {
            return None;
        }
        let table = self.fields.sub("option", &mut self.ledger.findings)?;
        let mut alternatives = Vec::new();
        let mut sound = true;
        for entry in &table.entries {
            let name = &entry.key;
            if let Some(fault) = fault_of_name(&name.text) {
                let message = format!("`{}` cannot name an option", name.text);
                self.report(Code::BadName, name.span, message, &fault);
                sound = false;
                continue;
            }
            let ValueKind::Table(own) = &entry.value.kind else {
                let help = "write its keys below [decision.name.option.its_name]";
                self.report(Code::WrongKind, entry.value.span, "an option is a table", help);
                sound = false;
                continue;
            };
            match self.option(name, own, scope) {
                Some(mut own) => alternatives.append(&mut own),
                None => sound = false,
            }
        }
        if sound && alternatives.len() < 2 {
            let message = format!("{} has fewer than two options", self.fields.what());
            let help = "a choice is between two or more; what simply happens is an event";
            self.report(Code::TooFewOptions, table.span, message, help);
            return None;
        }
        sound.then_some(alternatives)
    }

    /// One option; one alternative for each member if it ranges over a set.
    fn option(
        &mut self,
        name: &Ident,
        table: &'d Table,
        scope: &Scope,
    ) -> Option<Vec<Alternative>> {
        let mut fields = Fields::new(table, format!("option `{}`", name.text));
        for key in ["over", "needs", "because", "does", "says", "act", "about"] {
            fields.has(key);
        }
        let outer = self.ledger.number.take();
        let own = provenance::provenance(&mut fields, self.world.sources, self.ledger);
        let alternative = self.option_body(name, &mut fields, scope, own);
        let given = alternative.as_ref().map(|one| one.provenance.clone()).unwrap_or_default();
        let what = fields.what().to_owned();
        if alternative.is_some() {
            provenance::check(self.ledger, &what, &[&given, &self.provenance]);
        }
        self.ledger.number = outer;
        fields.finish(&mut self.ledger.findings);
        let alternative = alternative?;
        let Some(binder) = alternative.binder.clone() else { return Some(vec![alternative]) };
        let set = self.world.names.set(binder.set);
        let spelt_out = |member: &usize| {
            let named = self.world.names.member_name(set.root, *member).to_owned();
            let mut own = alternative.clone();
            own.name.member = Some((*member, named));
            own
        };
        Some(set.members.iter().map(spelt_out).collect())
    }

    fn option_body(
        &mut self,
        name: &Ident,
        fields: &mut Fields<'d>,
        scope: &Scope,
        own: Provenance,
    ) -> Option<Alternative> {
        let mut scope = scope.clone();
        let binder = self.option_binder(fields, &mut scope)?;
        let names = self.world.names;
        let mut sub = Builder {
            world: self.world,
            ledger: &mut *self.ledger,
            fields,
            signature: self.signature,
            provenance: own,
        };
        let needs = sub.option_needs(&scope);
        sub.know_somebody("needs", &mut scope);
        let because = sub.reasons("because", &scope, Weighs::Reason);
        let texts = sub.fields.texts("does", &mut sub.ledger.findings);
        let mut reader = Reader::new(names, sub.ledger, Allows::Week);
        let does = read_effects(&mut reader, &texts, &scope);
        let says = says(sub.fields, &scope, sub.ledger);
        let act = acts::act(sub.fields, sub.world, &scope, &sub.provenance, sub.ledger);
        let about = sub.fields.text("about", &mut sub.ledger.findings);
        let says = says?;
        let about = about.map(|text| text.value.trim().to_owned()).or_else(|| says.clone());
        Some(Alternative {
            name: AlternativeName { option: name.text.clone(), member: None },
            about: about.unwrap_or_else(|| name.text.replace('_', " ")),
            says,
            binder,
            needs: needs?,
            because: because?,
            does: does?,
            act: act?,
            provenance: sub.provenance,
        })
    }

    fn option_needs(&mut self, scope: &Scope) -> Option<Option<Formula>> {
        match self.tree("needs") {
            None => Some(None),
            Some(tree) => {
                let (tree, text) = tree?;
                let names = self.world.names;
                let mut reader =
                    Reader::new(names, self.ledger, Allows::Week).within(scope.clone());
                reader.formula_of(&tree, &text, &Wanted::truth("what an option needs")).map(Some)
            }
        }
    }

    fn option_binder(
        &mut self,
        fields: &mut Fields<'d>,
        scope: &mut Scope,
    ) -> Option<Option<Binder>> {
        if !fields.has("over") {
            return Some(None);
        }
        let names = self.world.names;
        let over = fields.over("over", &names.unit_names, &mut self.ledger.findings)?;
        let fault = |span: Span, message: &str, builder: &mut Self| {
            let help = "write `over = \"l in leader\"`; who may be chosen is said in `needs`";
            builder.report(Code::WrongArguments, span, message, help);
        };
        if over.binders.len() != 1 || over.filter.is_some() {
            fault(over.span, "an option ranges over one whole set", self);
            return None;
        }
        let binder = read_binders(names, &over.binders, self.ledger)?.pop()?;
        if scope.binders.iter().any(|bound| bound.name == binder.name) {
            fault(over.span, "this index is the decision's already", self);
            return None;
        }
        scope.bind(&binder.name, binder.set);
        Some(Some(binder))
    }
}
