//! Interventions: what is changed and when, checked against what it names.

use std::collections::BTreeMap;

use detente_model::{
    Change, Element, ElementId, InstanceId, Intervention, Kind, Operation, Range, Span as Weeks,
    Targets, Unit,
};

use crate::diagnostic::{Code, Finding};
use crate::elements::{constant, operation, targets_of};
use crate::expressions::{Allows, Bounds, Ledger, Reader, Ty, week_of};
use crate::names::{Meaning, Names, Sort};
use crate::place::{Span, Text};
use crate::spelling::suggest_or_list;
use crate::syntax::ast::{
    self, Action, EffectOp, ExprKind, Ident, Reference, ReferenceIndex, SpannedDate,
};
use crate::syntax::parse_intervention;

/// The elements read so far, by number; `None` for one in which something was reported.
pub(crate) type Elements<'e> = &'e dyn Fn(ElementId) -> Option<&'e Element>;

/// A reader of interventions.
pub(crate) struct Interventions<'i, 'e, 'n> {
    pub(crate) names: &'i Names<'n>,
    pub(crate) elements: Elements<'e>,
}

impl<'e> Interventions<'_, 'e, '_> {
    /// Reads several interventions that hold together; reports what is wrong with each, and
    /// conflicts between them. Those in which something was reported are left out.
    pub(crate) fn read_all(&self, texts: &[&Text], ledger: &mut Ledger) -> Vec<Intervention> {
        let mut read = Vec::new();
        let mut spans = Vec::new();
        for text in texts {
            if let Some(intervention) = self.read(text, ledger) {
                read.push(intervention);
                spans.push(text.span);
            }
        }
        for (first, second) in conflicts(&read.iter().collect::<Vec<_>>(), self.elements) {
            let message = format!("this and `{}` change one thing at one time", read[first].text);
            let finding = Finding::new(Code::OverlappingInterventions, spans[second], message)
                .help("take one away, or let one end (`until`) before the other begins (`from`)")
                .related(spans[first], "the other is here");
            ledger.findings.push(finding);
        }
        read
    }

    /// Reads one intervention.
    pub(crate) fn read(&self, text: &Text, ledger: &mut Ledger) -> Option<Intervention> {
        let tree = parse_intervention(text, &self.names.unit_names, &mut ledger.findings)?;
        let (change, targets, span) = self.action(&tree, ledger)?;
        let words = text.value.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Intervention { text: words, targets, change, span })
    }

    fn action(
        &self,
        tree: &ast::Intervention,
        ledger: &mut Ledger,
    ) -> Option<(Change, Targets, Weeks)> {
        let end = self.names.calendar.weeks;
        match &tree.action {
            Action::Never { element } => {
                let targets = self.of_sort(element, &[Sort::Event], "can be `never`", ledger)?;
                Some((Change::Never, targets, self.span(tree, ledger)?))
            }
            Action::NotBefore { element, date } => {
                let targets = self.of_sort(element, &[Sort::Event], "can be barred", ledger)?;
                if self.names.element(targets.element).dated {
                    let name = &element.name.text;
                    let message =
                        format!("`{name}` has a fixed date: it cannot come later by itself");
                    let help = format!("write `{name} on {}`, or `{name} never`", date.date);
                    ledger.report(Code::InterventionMisfit, tree.span, message, help);
                    return None;
                }
                let until = self.week(*date, ledger)?;
                Some((Change::Never, targets, Weeks { from: 0, until }))
            }
            Action::On { element, date } => {
                let targets =
                    self.of_sort(element, &[Sort::Event], "can be set `on` a date", ledger)?;
                let week = self.week(*date, ledger)?;
                Some((Change::On(week), targets, Weeks { from: 0, until: week + 1 }))
            }
            Action::Happens { element, date } => {
                let targets =
                    self.of_sort(element, &[Sort::Event], "can be made to happen", ledger)?;
                let week = self.week(*date, ledger)?;
                Some((Change::Happens(week), targets, Weeks { from: week, until: week + 1 }))
            }
            Action::Change { element, op, value } => {
                let targets = self.targets(element, ledger)?;
                let change = self.change(&targets, element, *op, value, ledger)?;
                Some((change, targets, self.span(tree, ledger)?))
            }
            Action::Initial { element, value } => {
                let sorts = [Sort::Stock, Sort::State];
                let targets = self.of_sort(element, &sorts, "have a start", ledger)?;
                let value = self.value(targets.element, EffectOp::Set, value, ledger)?;
                Some((Change::Initial(value), targets, Weeks { from: 0, until: end }))
            }
            Action::Cut { element, option, reason } => {
                let sorts = [Sort::Event, Sort::Decision];
                let element = self.whole(element);
                let targets = self.of_sort(&element, &sorts, "have reasons", ledger)?;
                let change = self.cut(targets.element, option.as_ref(), reason, ledger)?;
                Some((change, targets, self.span(tree, ledger)?))
            }
            Action::Without { element } => {
                let targets = self.targets(&self.whole(element), ledger)?;
                let own = (self.elements)(targets.element)?;
                if own.neutral.is_none() {
                    let message = format!("`{}` does not say what it is without it", own.name);
                    let help = "give the element a `neutral`: a value, an option, or \"never\"";
                    ledger.report(Code::NoNeutral, element.span, message, help);
                    return None;
                }
                Some((Change::Without, targets, self.span(tree, ledger)?))
            }
        }
    }

    /// A name without indices means every member where something is taken from a whole element.
    fn whole(&self, reference: &Reference) -> Reference {
        let mut whole = reference.clone();
        if let (true, Some(Meaning::Element(id))) =
            (reference.indices.is_empty(), self.names.meaning(&reference.name.text))
        {
            let binders = self.names.element(id).over.binders.len();
            whole.indices = vec![ReferenceIndex::Every(reference.span); binders];
        }
        whole
    }

    fn targets(&self, reference: &Reference, ledger: &mut Ledger) -> Option<Targets> {
        let targets = targets_of(self.names, reference, |_| None, ledger)?;
        let element = targets.first()?.element;
        let mut instances: Vec<InstanceId> = targets.iter().map(|one| one.instance).collect();
        instances.sort_unstable();
        Some(Targets { element, instances })
    }

    fn of_sort(
        &self,
        reference: &Reference,
        sorts: &[Sort],
        what: &str,
        ledger: &mut Ledger,
    ) -> Option<Targets> {
        let targets = self.targets(reference, ledger)?;
        let element = self.names.element(targets.element);
        if sorts.contains(&element.sort) {
            return Some(targets);
        }
        let wanted: Vec<String> = sorts.iter().map(|sort| format!("{}s", sort.name())).collect();
        let message = format!("`{}` is {}", element.name, element.sort.with_article());
        let help = format!("only {} {what}", wanted.join(" and "));
        ledger.report(Code::InterventionMisfit, reference.span, message, help);
        None
    }

    fn week(&self, date: SpannedDate, ledger: &mut Ledger) -> Option<u32> {
        let calendar = &self.names.calendar;
        week_of(calendar, date.date, date.span, Bounds::Within, &mut ledger.findings)
    }

    fn span(&self, tree: &ast::Intervention, ledger: &mut Ledger) -> Option<Weeks> {
        let calendar = &self.names.calendar;
        let from = match tree.from {
            Some(date) => self.week(date, ledger)?,
            None => 0,
        };
        let until = match tree.until {
            Some(date) => {
                week_of(calendar, date.date, date.span, Bounds::End, &mut ledger.findings)?
            }
            None => calendar.weeks,
        };
        if until <= from {
            let message = "this span holds no week";
            let help = "`until` names the first week that is no longer in it";
            ledger.report(Code::InterventionMisfit, tree.span, message, help);
            return None;
        }
        Some(Weeks { from, until })
    }

    fn change(
        &self,
        targets: &Targets,
        reference: &Reference,
        op: EffectOp,
        value: &ast::Expr,
        ledger: &mut Ledger,
    ) -> Option<Change> {
        let element = self.names.element(targets.element);
        match element.sort {
            Sort::Decision if op == EffectOp::Set => {
                self.answer(targets.element, value, ledger).map(Change::Answer)
            }
            Sort::Parameter | Sort::Series | Sort::Stock | Sort::State | Sort::Variable => {
                let own = self.value(targets.element, op, value, ledger)?;
                Some(Change::Quantity(operation(op), own))
            }
            sort => {
                let message =
                    format!("`{}` is {}, and takes no value", element.name, sort.with_article());
                let help = match sort {
                    Sort::Event => format!("write `{0} never`, or `{0} on` a date", element.name),
                    Sort::Decision => format!("write `{} = option`", element.name),
                    _ => "change what it is made of".to_owned(),
                };
                ledger.report(Code::InterventionMisfit, reference.span, message, help);
                None
            }
        }
    }

    /// The number of the alternative that `value` names.
    fn answer(&self, id: ElementId, value: &ast::Expr, ledger: &mut Ledger) -> Option<usize> {
        let Kind::Decision(decision) = &(self.elements)(id)?.kind else { return None };
        let words = match &value.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::Index { of, indices } => match (&of.kind, indices.as_slice()) {
                (ExprKind::Name(name), [ast::Expr { kind: ExprKind::Name(member), .. }]) => {
                    format!("{name}[{member}]")
                }
                _ => String::new(),
            },
            _ => String::new(),
        };
        let found = decision.alternatives.iter().position(|one| one.name.to_string() == words);
        if found.is_none() {
            let all: Vec<String> =
                decision.alternatives.iter().map(|one| one.name.to_string()).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            let name = &self.names.element(id).name;
            let message = if words.is_empty() {
                format!("`{name}` is answered by one of its options")
            } else {
                format!("`{name}` has no option `{words}`")
            };
            let help = suggest_or_list(&words, &all, "options");
            ledger.report(Code::UnknownOption, value.span, message, help);
        }
        found
    }

    /// The value a quantity is given, in base units.
    fn value(
        &self,
        id: ElementId,
        op: EffectOp,
        value: &ast::Expr,
        ledger: &mut Ledger,
    ) -> Option<f64> {
        let element = self.names.element(id);
        let ty = element.ty.clone()?;
        let number = matches!(ty, Ty::Number(_));
        if !number && op != EffectOp::Set {
            let message = format!("`{}` is not a number", element.name);
            ledger.report(
                Code::InterventionMisfit,
                value.span,
                message,
                "a state is set: `x = true`",
            );
            return None;
        }
        if value.kind == ExprKind::None && !element.may_be_none {
            let message = format!("`{}` is never none", element.name);
            ledger.report(Code::InterventionMisfit, value.span, message, "name a member");
            return None;
        }
        if let (Some(set), Ty::Member(_), ExprKind::Name(name)) = (element.set, &ty, &value.kind) {
            let name = Ident { text: name.clone(), span: value.span };
            return self.names.find_member(set, &name, &mut ledger.findings).map(|m| m as f64);
        }
        let (ty, unit) = match op {
            EffectOp::Multiply => (Ty::pure(), Unit::one()),
            _ => (ty, element.unit.clone()),
        };
        let mut reader = Reader::new(self.names, ledger, Allows::Fixed);
        let own = constant(&mut reader, value, &ty, &unit)?;
        let range = match &(self.elements)(id)?.kind {
            Kind::Parameter(parameter) => parameter.range,
            Kind::Stock(stock) => stock.range,
            _ => Range::ALL,
        };
        if op == EffectOp::Set && !range.holds(own) {
            let message =
                format!("{} lies outside the range of `{}`", unit.shown(own), element.name);
            let help =
                format!("it goes from {} to {}", unit.shown(range.low), unit.shown(range.high));
            ledger.report(Code::OutsideRange, value.span, message, help);
            return None;
        }
        Some(own)
    }

    fn cut(
        &self,
        id: ElementId,
        option: Option<&Ident>,
        (reason, span): &(String, Span),
        ledger: &mut Ledger,
    ) -> Option<Change> {
        let own = (self.elements)(id)?;
        let mut alternative = None;
        let names: Vec<&str> = match (&own.kind, option) {
            (Kind::Event(event), None) => {
                let rate = match &event.happening {
                    detente_model::Happening::Rate(parts) => parts.as_slice(),
                    detente_model::Happening::On(_) => &[],
                };
                event.because.iter().chain(rate).map(|one| one.name.as_str()).collect()
            }
            (Kind::Event(_), Some(option)) => {
                let message = format!("`{}` is an event, and has no options", own.name);
                ledger.report(Code::InterventionMisfit, option.span, message, "leave it out");
                return None;
            }
            (Kind::Decision(decision), option) => {
                let of = |one: &&detente_model::Alternative| {
                    option.is_none_or(|option| one.name.option == option.text)
                };
                if let Some(option) = option {
                    let mut own = decision.alternatives.iter().zip(0..).filter(|one| of(&one.0));
                    let first = own.next().map(|one| one.1);
                    if first.is_none() {
                        let message = format!("there is no option `{}`", option.text);
                        let all: Vec<&str> = decision
                            .alternatives
                            .iter()
                            .map(|one| one.name.option.as_str())
                            .collect();
                        let help = suggest_or_list(&option.text, &all, "options");
                        ledger.report(Code::UnknownOption, option.span, message, help);
                        return None;
                    }
                    // An option over a set is many alternatives, which share the reason's name.
                    alternative = first.filter(|_| own.next().is_none());
                }
                let alternatives = decision.alternatives.iter().filter(of);
                alternatives.flat_map(|one| &one.because).map(|one| one.name.as_str()).collect()
            }
            _ => return None,
        };
        if !names.contains(&reason.as_str()) {
            let message = format!("`{}` has no reason \"{reason}\"", own.name);
            let mut names = names;
            names.sort_unstable();
            names.dedup();
            let help = suggest_or_list(reason, &names, "reasons");
            ledger.report(Code::UnknownReason, *span, message, help);
            return None;
        }
        Some(Change::Cut { alternative, reason: reason.clone() })
    }
}

/// Pairs of interventions, by their places, that change one thing at one time.
pub(crate) fn conflicts(given: &[&Intervention], elements: Elements<'_>) -> Vec<(usize, usize)> {
    let mut by_target: BTreeMap<(ElementId, InstanceId), Vec<usize>> = BTreeMap::new();
    for (number, intervention) in given.iter().enumerate() {
        for instance in &intervention.targets.instances {
            let target = (intervention.targets.element, *instance);
            by_target.entry(target).or_default().push(number);
        }
    }
    let mut pairs = Vec::new();
    for own in by_target.values() {
        for (place, &first) in own.iter().enumerate() {
            for &second in &own[place + 1..] {
                let (one, other) = (given[first], given[second]);
                let (a, b) = (held(one, elements), held(other, elements));
                let overlap = a.from < b.until && b.from < a.until;
                if overlap && same_thing(&one.change, &other.change) {
                    pairs.push((first, second));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The weeks in which an intervention does something.
fn held(given: &Intervention, elements: Elements<'_>) -> Weeks {
    let Change::Quantity(operation, _) = given.change else { return given.span };
    let element = elements(given.targets.element).map(|element| &element.kind);
    let remembers = matches!(element, Some(Kind::Stock(_) | Kind::State(_)));
    let once = remembers && operation != Operation::Set;
    // A stock is changed once, in the first week.
    if once { Weeks { until: given.span.from + 1, ..given.span } } else { given.span }
}

fn same_thing(one: &Change, other: &Change) -> bool {
    match (one, other) {
        (Change::Initial(_), Change::Initial(_)) => true,
        (Change::Initial(_), _) | (_, Change::Initial(_)) => false,
        (
            Change::Cut { alternative, reason },
            Change::Cut { alternative: other_alternative, reason: other_reason },
        ) => reason == other_reason && alternative == other_alternative,
        (Change::Cut { .. }, _) | (_, Change::Cut { .. }) => false,
        _ => true,
    }
}
