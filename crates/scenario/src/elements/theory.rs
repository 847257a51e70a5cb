//! Bargains, coalitions and alignments: the inputs of published algorithms.

use detente_model::{
    Alignment, Bargain, BargainDimension, BargainMethod, Coalition, Expr, Formula, MemberIndex,
    Player, SetId, Type,
};

use super::{Builder, read_over, written};
use crate::diagnostic::Code;
use crate::document::{Entry, Fields, Table, ValueKind, expression_of};
use crate::expressions::{Allows, Reader, Scope, Ty, Wanted};
use crate::fixed::evaluate;
use crate::place::Span;
use crate::provenance;
use crate::syntax::ast;

/// The most players of a bargain.
const MOST_PLAYERS: usize = 64;
/// The most members of a coalition: every part of it is weighed.
const MOST_IN_CIRCLE: usize = 10;
/// The most members of an alignment.
const MOST_ALIGNED: usize = 32;

impl<'d> Builder<'_, '_, '_, 'd> {
    pub(super) fn bargain(&mut self) -> Option<Bargain> {
        let (binder, set, members) = self.players()?;
        let help = "say when a turn is played: `convenes = \"…\"`";
        let wanted = Wanted::truth("when a bargain convenes");
        let convenes = self.needed("convenes", Allows::Week, &wanted, help);
        let method = self.method();
        let mut players = Vec::new();
        let powers = self.for_each_player("power", &binder, set, &members);
        let vetoes = self.vetoes(&binder, set, &members);
        let dimensions = self.dimensions(&binder, set, &members);
        let (powers, vetoes, dimensions) = (powers?, vetoes?, dimensions?);
        let root = self.world.names.set(set).root;
        for (place, member) in members.iter().enumerate() {
            let roll = &self.world.names.set(root).roll;
            let own = roll.get(*member)?;
            players.push(Player {
                member: *member,
                name: own.name.clone(),
                title: own.title.clone(),
                power: powers[place].clone(),
                position: dimensions.iter().map(|one| one.positions[place].clone()).collect(),
                salience: dimensions.iter().map(|one| one.saliences[place].clone()).collect(),
                veto: vetoes[place],
            });
        }
        let dimensions = dimensions.into_iter().map(|one| one.dimension).collect();
        Some(Bargain { set, dimensions, players, convenes: convenes?, method: method? })
    }

    /// The players: the index variable, its set, and its members that `where` lets through.
    fn players(&mut self) -> Option<(String, SetId, Vec<MemberIndex>)> {
        let help = "say who bargains: `players = \"p in country\"`";
        if !self.fields.need("players", help, &mut self.ledger.findings) {
            return None;
        }
        let names = self.world.names;
        let over = self.fields.over("players", &names.unit_names, &mut self.ledger.findings)?;
        let walked = read_over(names, Some(&over), &self.signature.name, None, self.ledger)?;
        let [binder] = walked.binders.as_slice() else {
            self.incomplete(over.span, "players come from one set", help);
            return None;
        };
        let members: Vec<MemberIndex> =
            walked.instances.iter().filter_map(|one| one.members.first().copied()).collect();
        if !(2..=MOST_PLAYERS).contains(&members.len()) {
            let message =
                format!("{} players: from 2 to {MOST_PLAYERS} can bargain", members.len());
            self.incomplete(over.span, &message, "leave some out with `where`");
            return None;
        }
        Some((binder.name.clone(), binder.set, members))
    }

    fn incomplete(&mut self, span: Span, message: &str, help: &str) {
        self.report(Code::BadTheory, span, message.to_owned(), help);
    }

    fn method(&mut self) -> Option<BargainMethod> {
        let words = ["compromise", "condorcet", "challenge", "challenge_as_printed"];
        let help = "say how it is settled: `method = \"compromise\"`";
        if !self.fields.need("method", help, &mut self.ledger.findings) {
            return None;
        }
        let (word, _) = self.fields.one_of("method", &words, &mut self.ledger.findings)?;
        Some(match word {
            "condorcet" => BargainMethod::Condorcet,
            "challenge" => BargainMethod::Challenge,
            "challenge_as_printed" => BargainMethod::ChallengeAsPrinted,
            _ => BargainMethod::Compromise,
        })
    }

    /// The formula under `key` for each player, with the player in the place of the variable.
    fn for_each_player(
        &mut self,
        key: &'static str,
        binder: &str,
        set: SetId,
        members: &[MemberIndex],
    ) -> Option<Vec<Formula>> {
        if !self.fields.need(key, "one expression for all players", &mut self.ledger.findings) {
            return None;
        }
        let entry = self.fields.entry(key)?;
        self.player_formulas(entry, binder, set, members, Ty::pure())
    }

    fn player_formulas(
        &mut self,
        entry: &Entry,
        binder: &str,
        set: SetId,
        members: &[MemberIndex],
        ty: Ty,
    ) -> Option<Vec<Formula>> {
        let names = self.world.names;
        let tree = expression_of(entry, &names.unit_names, &mut self.ledger.findings)?;
        let text = written(entry);
        let what = format!("`{}`", entry.key.text);
        let mut formulas = Vec::new();
        for member in members {
            let mut scope = Scope::default();
            scope.fix(binder, set, *member);
            let mut reader = Reader::new(names, self.ledger, Allows::Week).within(scope);
            formulas.push(reader.formula_of(&tree, &text, &Wanted::new(ty.clone(), &what))?);
        }
        Some(formulas)
    }

    fn vetoes(&mut self, binder: &str, set: SetId, members: &[MemberIndex]) -> Option<Vec<bool>> {
        let Some(entry) = self.fields.entry("veto") else {
            return Some(vec![false; members.len()]);
        };
        let formulas = self.player_formulas(entry, binder, set, members, Ty::Truth)?;
        let sets = &self.world.names.sets;
        let known: Option<Vec<bool>> = formulas
            .iter()
            .map(|formula| evaluate(&formula.expr, &[], sets).map(|value| value != 0.0))
            .collect();
        if known.is_none() {
            let help = "write `veto = \"p == ussr or p == usa\"`";
            self.report(Code::NotConstant, entry.value.span, "who may veto is known at load", help);
        }
        known
    }

    fn dimensions(
        &mut self,
        binder: &str,
        set: SetId,
        members: &[MemberIndex],
    ) -> Option<Vec<Settled>> {
        let help = "write its questions as tables: [bargain.name.dimension.line]";
        if !self.fields.need("dimension", help, &mut self.ledger.findings) {
            return None;
        }
        let table = self.fields.sub("dimension", &mut self.ledger.findings)?;
        let mut read = Vec::new();
        let mut sound = true;
        for entry in &table.entries {
            let ValueKind::Table(own) = &entry.value.kind else {
                self.incomplete(entry.value.span, "a dimension is a table", help);
                sound = false;
                continue;
            };
            match self.dimension(&entry.key.text, own, binder, set, members) {
                Some(dimension) => read.push(dimension),
                None => sound = false,
            }
        }
        if sound && read.is_empty() {
            self.incomplete(table.span, "a bargain is about one question at least", help);
            return None;
        }
        // Sums over dimensions run in order of name, whatever the order of the tables.
        read.sort_by(|one, other| one.dimension.name.cmp(&other.dimension.name));
        sound.then_some(read)
    }

    fn dimension(
        &mut self,
        name: &str,
        table: &'d Table,
        binder: &str,
        set: SetId,
        members: &[MemberIndex],
    ) -> Option<Settled> {
        let mut fields = Fields::new(table, format!("dimension `{name}`"));
        let outer = self.ledger.number.take();
        let own = provenance::provenance(&mut fields, self.world.sources, self.ledger);
        let findings = &mut self.ledger.findings;
        let title = fields.text("title", findings).or_else(|| fields.text("about", findings));
        fields.has("about");
        let labels = fields.sub("scale", findings);
        let there = ["position", "salience", "reversion"]
            .map(|key| fields.need(key, "a dimension has all three", findings));
        let mut each = |key: &'static str, builder: &mut Self| {
            let entry = fields.entry(key)?;
            builder.player_formulas(entry, binder, set, members, Ty::pure())
        };
        let positions = each("position", self);
        let saliences = each("salience", self);
        let reversion = each("reversion", self).and_then(|mut all| all.pop());
        let what = fields.what().to_owned();
        provenance::check(self.ledger, &what, &[&own, &self.provenance]);
        self.ledger.number = outer;
        fields.finish(&mut self.ledger.findings);
        if there.contains(&false) {
            return None;
        }
        let (low, high) = labels.map_or_else(Default::default, ends);
        let title = title.map_or_else(|| name.replace('_', " "), |text| text.value.clone());
        let dimension =
            BargainDimension { name: name.to_owned(), title, low, high, reversion: reversion? };
        Some(Settled { dimension, positions: positions?, saliences: saliences? })
    }

    pub(super) fn coalition(&mut self) -> Option<Coalition> {
        let (binders, set) = self.members("l in presidium", 1, MOST_IN_CIRCLE)?;
        let scope = Scope::of(&binders);
        let power = self.member_formula("power", &scope, Ty::pure());
        let sits = if self.fields.has("sits") {
            self.member_formula("sits", &scope, Ty::Truth)
        } else {
            let text = "true".to_owned();
            Some(Formula { text, expr: Expr::Constant(1.0), gives: Type::Truth })
        };
        let majority = self.majority();
        let binder = binders.first()?.name.clone();
        Some(Coalition { set, binder, power: power?, sits: sits?, majority: majority? })
    }

    /// The share of power that wins, as a fraction of thousandths.
    fn majority(&mut self) -> Option<(u32, u32)> {
        if !self.fields.has("majority") {
            return Some((1, 2));
        }
        let (share, span) = self.fields.number("majority", &mut self.ledger.findings)?;
        self.ledger.note_number(span);
        if !(0.5..1.0).contains(&share) {
            let help = "write `majority = 0.5` for more than half";
            self.incomplete(span, "a majority is at least a half and less than all", help);
            return None;
        }
        let (mut above, mut below) = ((share * 1e6).round() as u32, 1_000_000);
        for divisor in [2, 5] {
            while above % divisor == 0 && below % divisor == 0 {
                (above, below) = (above / divisor, below / divisor);
            }
        }
        // Thirds are meant where they are written with four digits or more.
        let third = (share - 2.0 / 3.0).abs() < 5e-4;
        Some(if third { (2, 3) } else { (above, below) })
    }

    pub(super) fn alignment(&mut self) -> Option<Alignment> {
        let (binders, set) = self.members("a in country, b in country", 2, MOST_ALIGNED)?;
        let [first, second] = binders.as_slice() else { return None };
        let one = Scope::of(std::slice::from_ref(first));
        let both = Scope::of(&binders);
        let size = self.member_formula("size", &one, Ty::pure());
        let propensity = self.member_formula("propensity", &both, Ty::pure());
        let start = self.or_constant("start", &one, Ty::pure(), 0.0);
        let convenes = self.or_constant("convenes", &Scope::default(), Ty::Truth, 1.0);
        let sides = if self.fields.has("sides") {
            self.fields.whole("sides", (2, 3), &mut self.ledger.findings).map(|(sides, span)| {
                self.ledger.note_number(span);
                sides as u8
            })
        } else {
            Some(2)
        };
        Some(Alignment {
            set,
            binders: (first.name.clone(), second.name.clone()),
            size: size?,
            propensity: propensity?,
            sides: sides?,
            start: start?,
            convenes: convenes?,
        })
    }

    fn or_constant(
        &mut self,
        key: &'static str,
        scope: &Scope,
        ty: Ty,
        otherwise: f64,
    ) -> Option<Formula> {
        if self.fields.has(key) {
            return self.member_formula(key, scope, ty);
        }
        let gives = if ty == Ty::Truth { Type::Truth } else { Type::Number(Default::default()) };
        let text = if ty == Ty::Truth { "true".to_owned() } else { otherwise.to_string() };
        Some(Formula { text, expr: Expr::Constant(otherwise), gives })
    }

    /// The key `members`: index variables over one set.
    fn members(
        &mut self,
        example: &str,
        variables: usize,
        most: usize,
    ) -> Option<(Vec<detente_model::Binder>, SetId)> {
        let help = format!("write `members = \"{example}\"`");
        if !self.fields.need("members", &help, &mut self.ledger.findings) {
            return None;
        }
        let names = self.world.names;
        let over: ast::Over =
            self.fields.over("members", &names.unit_names, &mut self.ledger.findings)?;
        let binders = super::over::read_binders(names, &over.binders, self.ledger)?;
        let set = binders.first()?.set;
        let one_set = binders.iter().all(|binder| binder.set == set);
        if binders.len() != variables || !one_set || over.filter.is_some() {
            self.incomplete(over.span, "members come from one whole set", &help);
            return None;
        }
        let count = names.set(set).members.len();
        if !(1..=most).contains(&count) {
            let message = format!("{count} members: at most {most} can be settled");
            self.incomplete(over.span, &message, "make a smaller set with `within`");
            return None;
        }
        Some((binders, set))
    }

    fn member_formula(&mut self, key: &'static str, scope: &Scope, ty: Ty) -> Option<Formula> {
        let help = "one expression for all members";
        if !self.fields.need(key, help, &mut self.ledger.findings) {
            return None;
        }
        let (tree, text) = self.tree(key)??;
        let what = format!("`{key}`");
        let names = self.world.names;
        let mut reader = Reader::new(names, self.ledger, Allows::Week).within(scope.clone());
        reader.formula_of(&tree, &text, &Wanted::new(ty, &what))
    }
}

/// A dimension with what each player wants of it, and how much.
struct Settled {
    dimension: BargainDimension,
    positions: Vec<Formula>,
    saliences: Vec<Formula>,
}

/// The labels of the lowest and the highest point of a scale that has any.
fn ends(scale: &Table) -> (String, String) {
    let mut points: Vec<(f64, &str)> = scale
        .entries
        .iter()
        .filter_map(|entry| match entry.value.kind {
            ValueKind::Number(at) => Some((at, entry.key.text.as_str())),
            _ => None,
        })
        .collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let label = |point: Option<&(f64, &str)>| point.map_or(String::new(), |p| p.1.to_owned());
    (label(points.first()), label(points.last()))
}
