//! What the names of a scenario stand for: elements with their signatures, members, sets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use detente_model::{
    Calendar, ElementId, InstanceId, Kind, MemberIndex, Model, Over, Set, SetId, StateValues, Unit,
};

use crate::diagnostic::{Code, Finding};
use crate::expressions::Ty;
use crate::spelling::suggest;
use crate::syntax::UnitNames;
use crate::syntax::ast::Ident;
use crate::units::UnitTable;

/// What kind of element a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Parameter,
    Series,
    Trait,
    Noise,
    Stock,
    State,
    Variable,
    Event,
    Decision,
    Bargain,
    Coalition,
    Alignment,
    Outcome,
}

impl Sort {
    const NAMES: &'static [(Sort, &'static str)] = &[
        (Sort::Parameter, "parameter"),
        (Sort::Series, "series"),
        (Sort::Trait, "trait"),
        (Sort::Noise, "noise"),
        (Sort::Stock, "stock"),
        (Sort::State, "state"),
        (Sort::Variable, "variable"),
        (Sort::Event, "event"),
        (Sort::Decision, "decision"),
        (Sort::Bargain, "bargain"),
        (Sort::Coalition, "coalition"),
        (Sort::Alignment, "alignment"),
        (Sort::Outcome, "outcome"),
    ];

    /// The sort of this name; none for `unit`, `set`, `seat`.
    pub(crate) fn named(kind: &str) -> Option<Sort> {
        Sort::NAMES.iter().find(|entry| entry.1 == kind).map(|entry| entry.0)
    }

    /// The kind's name in the language.
    pub(crate) fn name(self) -> &'static str {
        Sort::NAMES.iter().find(|entry| entry.0 == self).map_or("", |entry| entry.1)
    }

    /// With its article: "an event".
    pub(crate) fn with_article(self) -> String {
        let name = self.name();
        let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
        format!("{} {name}", if vowel { "an" } else { "a" })
    }
}

/// What is known of an element before its formulas are read: enough to read formulas that name it.
#[derive(Debug, Clone)]
pub(crate) struct Signature<'n> {
    pub(crate) name: String,
    pub(crate) sort: Sort,
    pub(crate) over: Cow<'n, Over>,
    /// The type of its value; none if it has no value, or it could not be found out.
    pub(crate) ty: Option<Ty>,
    pub(crate) unit: Unit,
    /// Whether it is a state that may be `none`.
    pub(crate) may_be_none: bool,
    /// A decision's options: name, and the set it ranges over.
    pub(crate) options: Vec<(String, Option<SetId>)>,
    /// A bargain's dimensions.
    pub(crate) dimensions: Vec<String>,
    /// The set of a bargain's players, a coalition's or an alignment's members, and a state's values.
    pub(crate) set: Option<SetId>,
    /// Whether it is an event with a fixed date.
    pub(crate) dated: bool,
}

/// What a plain name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Element(ElementId),
    Member(SetId, MemberIndex),
    Set(SetId),
}

/// Every name of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Names<'n> {
    pub(crate) calendar: Calendar,
    pub(crate) units: UnitTable,
    pub(crate) unit_names: UnitNames,
    pub(crate) sets: Cow<'n, [Set]>,
    /// In order of name: an element's number is its place.
    pub(crate) elements: Vec<Signature<'n>>,
    pub(crate) meanings: BTreeMap<String, Meaning>,
    /// What seats are called: they stand in no formula, and are known so as to be told from nothing.
    pub(crate) seats: Vec<String>,
}

impl<'n> Names<'n> {
    /// The names of a model already loaded, for what is typed later.
    pub(crate) fn of(model: &'n Model) -> Names<'n> {
        let units = UnitTable::with(model.units.iter().map(|unit| unit.text.as_str()));
        let mut names = Names {
            calendar: model.calendar,
            unit_names: units.names(),
            units,
            sets: Cow::Borrowed(&model.sets),
            elements: model.elements.iter().map(signature).collect(),
            meanings: BTreeMap::new(),
            seats: model.seats.iter().map(|seat| seat.name.clone()).collect(),
        };
        for element in &mut names.elements {
            if let (Sort::State, Some(set)) = (element.sort, element.set) {
                element.ty = Some(Ty::Member(names.sets[set.0].root));
            }
        }
        names.meanings = names.find_meanings();
        names
    }

    /// What every set, member and element is called.
    pub(crate) fn find_meanings(&self) -> BTreeMap<String, Meaning> {
        let mut meanings = BTreeMap::new();
        // An element that takes a member's name is reported; the others mean the member.
        for (element, id) in self.elements.iter().zip(0..) {
            meanings.insert(element.name.clone(), Meaning::Element(ElementId(id)));
        }
        for (set, id) in self.sets.iter().zip(0..) {
            meanings.insert(set.name.clone(), Meaning::Set(SetId(id)));
            for (member, index) in set.roll.iter().zip(0..) {
                meanings.insert(member.name.clone(), Meaning::Member(SetId(id), index));
            }
        }
        meanings
    }

    pub(crate) fn meaning(&self, name: &str) -> Option<Meaning> {
        self.meanings.get(name).copied()
    }

    pub(crate) fn element(&self, id: ElementId) -> &Signature<'n> {
        &self.elements[id.0]
    }

    pub(crate) fn set(&self, id: SetId) -> &Set {
        &self.sets[id.0]
    }

    /// The element called `name`; reports what is none.
    pub(crate) fn find_element(
        &self,
        name: &Ident,
        findings: &mut Vec<Finding>,
    ) -> Option<ElementId> {
        match self.meaning(&name.text) {
            Some(Meaning::Element(id)) => Some(id),
            Some(_) => {
                let message = format!("`{}` is not an element of the model", name.text);
                findings.push(Finding::new(Code::WrongSort, name.span, message));
                None
            }
            None if self.seats.contains(&name.text) => {
                let message = format!("`{}` is a seat, and has no value", name.text);
                let help = "change who holds it, or what is decided in it";
                findings.push(Finding::new(Code::WrongSort, name.span, message).help(help));
                None
            }
            None => {
                let message = format!("nothing is called `{}`", name.text);
                let all = self.elements.iter().map(|element| element.name.as_str());
                let help = suggest(&name.text, all, "");
                findings.push(Finding::new(Code::UnknownName, name.span, message).help(help));
                None
            }
        }
    }

    /// The set called `name`; reports what is none.
    pub(crate) fn find_set(&self, name: &Ident, findings: &mut Vec<Finding>) -> Option<SetId> {
        if let Some(Meaning::Set(id)) = self.meaning(&name.text) {
            return Some(id);
        }
        let all = self.sets.iter().map(|set| set.name.as_str());
        let message = format!("there is no set `{}`", name.text);
        let help = suggest(&name.text, all, "sets are declared in scenario.toml: [set.name]");
        findings.push(Finding::new(Code::UnknownName, name.span, message).help(help));
        None
    }

    /// The member of the root set of `set` called `name`; reports what is none.
    pub(crate) fn find_member(
        &self,
        set: SetId,
        name: &Ident,
        findings: &mut Vec<Finding>,
    ) -> Option<MemberIndex> {
        let root = self.set(set).root;
        match self.meaning(&name.text) {
            Some(Meaning::Member(own, member))
                if own == root && self.set(set).members.contains(&member) =>
            {
                Some(member)
            }
            _ => {
                let message =
                    format!("`{}` is not a member of `{}`", name.text, self.set(set).name);
                let help = suggest(&name.text, self.member_names(set), &self.list_members(set));
                findings.push(Finding::new(Code::UnknownName, name.span, message).help(help));
                None
            }
        }
    }

    /// The names of a set's members.
    pub(crate) fn member_names(&self, set: SetId) -> impl Iterator<Item = &str> {
        let roll = &self.set(self.set(set).root).roll;
        self.set(set).members.iter().map(|member| roll[*member].name.as_str())
    }

    fn list_members(&self, set: SetId) -> String {
        let names: Vec<&str> = self.member_names(set).take(12).collect();
        format!("its members are {}", names.join(", "))
    }

    /// The instance of an element with these members.
    pub(crate) fn instance(&self, over: &Over, members: &[MemberIndex]) -> Option<InstanceId> {
        let sizes = over.binders.iter().map(|binder| self.set(binder.set).members.len());
        if sizes.product::<usize>() != over.instances.len() {
            return over.find(members);
        }
        // Nothing was filtered out, so that an instance's number is its members' places.
        let mut place = 0;
        for (binder, member) in over.binders.iter().zip(members) {
            let set = self.set(binder.set);
            place = place * set.members.len() + set.position(*member)?;
        }
        Some(place)
    }

    /// A member's name.
    pub(crate) fn member_name(&self, root: SetId, member: MemberIndex) -> &str {
        self.set(root).roll.get(member).map_or("none", |member| member.name.as_str())
    }
}

fn signature(element: &detente_model::Element) -> Signature<'_> {
    let mut signature = Signature {
        name: element.name.clone(),
        sort: Sort::Outcome,
        over: Cow::Borrowed(&element.over),
        ty: None,
        unit: Unit::one(),
        may_be_none: false,
        options: Vec::new(),
        dimensions: Vec::new(),
        set: None,
        dated: false,
    };
    let number = |signature: &mut Signature<'_>, sort: Sort, unit: &Unit| {
        signature.sort = sort;
        signature.ty = Some(Ty::Number(unit.dimension.clone()));
        signature.unit = unit.clone();
    };
    match &element.kind {
        Kind::Parameter(own) => number(&mut signature, Sort::Parameter, &own.unit),
        Kind::Series(own) => number(&mut signature, Sort::Series, &own.unit),
        Kind::Stock(own) => number(&mut signature, Sort::Stock, &own.unit),
        Kind::Trait(own) => {
            number(&mut signature, Sort::Trait, &own.unit);
            signature.ty = Some(Ty::drawn(own.draw.family, &own.unit));
        }
        Kind::Noise(own) => {
            number(&mut signature, Sort::Noise, &own.unit);
            signature.ty = Some(Ty::drawn(own.draw.family, &own.unit));
        }
        Kind::State(own) => {
            signature.sort = Sort::State;
            signature.ty = Some(Ty::Truth);
            if let StateValues::Member { set, may_be_vacant } = own.of {
                signature.set = Some(set);
                signature.may_be_none = may_be_vacant;
            }
        }
        Kind::Variable(own) => {
            number(&mut signature, Sort::Variable, &own.unit);
            signature.ty = Some(Ty::from(&own.equals.gives));
        }
        Kind::Event(own) => {
            signature.sort = Sort::Event;
            signature.dated =
                matches!(own.happening, detente_model::Happening::On(detente_model::On::Week(..)));
        }
        Kind::Decision(own) => {
            signature.sort = Sort::Decision;
            for alternative in &own.alternatives {
                let set = alternative.binder.as_ref().map(|binder| binder.set);
                let option = (alternative.name.option.clone(), set);
                if !signature.options.contains(&option) {
                    signature.options.push(option);
                }
            }
        }
        Kind::Bargain(own) => {
            signature.sort = Sort::Bargain;
            signature.set = Some(own.set);
            signature.dimensions = own.dimensions.iter().map(|one| one.name.clone()).collect();
        }
        Kind::Coalition(own) => {
            signature.sort = Sort::Coalition;
            signature.set = Some(own.set);
        }
        Kind::Alignment(own) => {
            signature.sort = Sort::Alignment;
            signature.set = Some(own.set);
        }
        Kind::Outcome(own) => {
            signature.unit = own.unit.clone();
            signature.ty = Some(Ty::from(&own.is.gives));
        }
    }
    signature
}
