//! The record: what happened, what of it is covered, and what was measured.

use std::collections::BTreeMap;

use detente_model::{
    Coverage, Kind, Level, Record, RecordEntry, Recurrence, Target, Targets, Tie, Type, Unit, Week,
};

use crate::diagnostic::{Code, Finding};
use crate::document::{Fields, Table, Value, ValueKind};
use crate::elements::{World, place, targets_of, written};
use crate::expressions::{Allows, Bounds, Ledger, Reader, Ty, Wanted, week_of};
use crate::interventions::Elements;
use crate::names::Sort;
use crate::place::{Span, Text};
use crate::provenance::citations;
use crate::spelling::suggest;
use crate::syntax::{parse_reference, parse_tie, print};

/// A reader of the record and its parts.
pub(crate) struct Records<'r, 'e, 'a, 'n> {
    pub(crate) world: &'r World<'a, 'n>,
    pub(crate) elements: Elements<'e>,
    /// The names of the subsystems.
    pub(crate) subsystems: &'r [&'r str],
}

/// An entry's tie with the places that findings about it need.
struct Tied {
    target: Target,
    week: Week,
    span: Span,
}

impl Records<'_, '_, '_, '_> {
    /// Reads the whole record.
    pub(crate) fn read(&self, table: &Table, ledger: &mut Ledger) -> Record {
        let mut fields = Fields::new(table, "the record");
        let mut coverage = Vec::new();
        let mut places = Vec::new();
        for own in fields.tables("coverage", &mut ledger.findings) {
            if let Some(covered) = self.coverage(own, ledger) {
                coverage.push(covered);
                places.push(own.span);
            }
        }
        let mut ids: BTreeMap<String, Span> = BTreeMap::new();
        let mut entries = Vec::new();
        let mut ties = Vec::new();
        for own in fields.tables("event", &mut ledger.findings) {
            check_id(own, &mut ids, ledger);
            let read = self.entry(own, ledger);
            if let Some((entry, tied)) = read {
                entries.push(entry);
                ties.extend(tied);
            }
        }
        let mut levels = Vec::new();
        for own in fields.tables("level", &mut ledger.findings) {
            check_id(own, &mut ids, ledger);
            levels.extend(self.level(own, ledger));
        }
        for key in ["about", "title"] {
            fields.has(key);
        }
        fields.finish(&mut ledger.findings);
        self.check_coverage(&coverage, &places, &ties, ledger);
        self.check_once(&ties, ledger);
        entries.sort_by_key(|entry| entry.date);
        Record { coverage, entries, levels }
    }

    fn coverage(&self, table: &Table, ledger: &mut Ledger) -> Option<Coverage> {
        let mut fields = Fields::new(table, "this coverage");
        let help = "write { of = \"uprising[*]\", from = 1953-01-05, until = 1955-01-03 }";
        let there = ["of", "from", "until"].map(|key| fields.need(key, help, &mut ledger.findings));
        let of = fields.text("of", &mut ledger.findings);
        let from = fields.date("from", &mut ledger.findings);
        let until = fields.date("until", &mut ledger.findings);
        fields.finish(&mut ledger.findings);
        if there.contains(&false) {
            return None;
        }
        let (of, (from, from_span), (until, until_span)) = (of?, from?, until?);
        let names = self.world.names;
        let reference = parse_reference(of, &mut ledger.findings)?;
        let targets = targets_of(names, &reference, |_| None, ledger)?;
        let element = targets.first()?.element;
        let sort = names.element(element).sort;
        if !matches!(sort, Sort::Event | Sort::Decision) {
            let message = format!("`{}` is {}", of.value, sort.with_article());
            let help = "the record covers events and decisions; what is measured is a [[level]]";
            ledger.report(Code::BadCoverage, of.span, message, help);
            return None;
        }
        if let Some(Kind::Decision(decision)) = (self.elements)(element).map(|own| &own.kind)
            && decision.otherwise.is_none()
        {
            let message = format!("`{}` is covered, and has no `otherwise`", of.value);
            let help =
                "name in the decision the answer that leaves no trace: `otherwise = \"wait\"`";
            ledger.report(Code::CoveredWithoutOtherwise, of.span, message, help);
        }
        let findings = &mut ledger.findings;
        let from = week_of(&names.calendar, from, from_span, Bounds::Within, findings);
        let until = week_of(&names.calendar, until, until_span, Bounds::End, findings);
        let (from, until) = (from?, until?);
        if until <= from {
            let message = "this coverage holds no week";
            let help = "`until` names the first week that is no longer covered";
            ledger.report(Code::BadCoverage, table.span, message, help);
            return None;
        }
        let instances = targets.iter().map(|target| target.instance).collect();
        Some(Coverage { of: Targets { element, instances }, from, until })
    }

    fn entry(&self, table: &Table, ledger: &mut Ledger) -> Option<(RecordEntry, Option<Tied>)> {
        let mut fields = Fields::new(table, "this entry");
        let help = "an entry has id, subsystem, date, title and source";
        let there = ["id", "subsystem", "date", "title", "source"]
            .map(|key| fields.need(key, help, &mut ledger.findings));
        let id = fields.text("id", &mut ledger.findings);
        let subsystem = self.subsystem(&mut fields, ledger);
        let date = fields.date("date", &mut ledger.findings);
        let decided = fields.date("decided", &mut ledger.findings);
        let title = fields.text("title", &mut ledger.findings);
        fields.text("note", &mut ledger.findings);
        let cited = fields.citations("source", &mut ledger.findings);
        let sources = citations(&cited, self.world.sources, ledger);
        let is = fields.text("is", &mut ledger.findings);
        let window = self.window(&mut fields, ledger);
        fields.finish(&mut ledger.findings);
        let (date, date_span) = date?;
        let calendar = &self.world.names.calendar;
        let week = week_of(calendar, date, date_span, Bounds::Within, &mut ledger.findings);
        let mut decided_week = week;
        if let Some((day, span)) = decided {
            decided_week = week_of(calendar, day, span, Bounds::Within, &mut ledger.findings);
            if day > date {
                let message = "it was decided after it happened";
                let help = "`decided` comes before `date`, or is left out";
                ledger.report(Code::BadTie, span, message, help);
            }
        }
        let tie = match is {
            None => None,
            Some(text) => Some((self.tie(text, ledger)?, text.span)),
        };
        if there.contains(&false) {
            return None;
        }
        let tied = tie.as_ref().and_then(|(tie, span)| {
            let (target, week) = match tie {
                Tie::Event(target) => (*target, week?),
                Tie::Choice(target, _) => (*target, decided_week?),
            };
            Some(Tied { target, week, span: *span })
        });
        let entry = RecordEntry {
            id: id?.value.clone(),
            subsystem: subsystem?,
            date,
            decided: decided.map(|decided| decided.0),
            title: title?.value.trim().to_owned(),
            sources,
            tie: tie.map(|tie| tie.0),
            window: window?,
            place: place(self.world.files, table.span),
        };
        Some((entry, tied))
    }

    fn subsystem(&self, fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<String> {
        subsystem(fields, self.subsystems, ledger)
    }

    fn window(&self, fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<u32> {
        if !fields.has("within") {
            return Some(1);
        }
        let duration = fields.duration("within", &mut ledger.findings)?;
        let weeks = duration.weeks();
        let odd = (1..=521).step_by(2).find(|&odd| f64::from(odd) == weeks);
        if odd.is_none() {
            let message = "a window is an odd number of weeks, centred on the week of the entry";
            let help = "write \"3 weeks\" or \"5 weeks\"";
            ledger.report(Code::BadTie, duration.span, message, help);
        }
        odd
    }

    fn tie(&self, text: &Text, ledger: &mut Ledger) -> Option<Tie> {
        let tie = parse_tie(text, &mut ledger.findings)?;
        let names = self.world.names;
        let targets = targets_of(names, &tie.element, |_| None, ledger)?;
        let [target] = targets.as_slice() else {
            let help = "one entry is tied to one member: name it";
            ledger.report(Code::BadTie, text.span, "this names several at once", help);
            return None;
        };
        let element = names.element(target.element);
        match (element.sort, &tie.option) {
            (Sort::Event, None) => Some(Tie::Event(*target)),
            (Sort::Decision, Some(option)) => {
                let Kind::Decision(decision) = &(self.elements)(target.element)?.kind else {
                    return None;
                };
                let words = print::reference(option);
                let named = |one: &detente_model::Alternative| one.name.to_string() == words;
                let found = decision.alternatives.iter().position(named);
                if found.is_none() {
                    let all = element.options.iter().map(|option| option.0.as_str());
                    let message = format!("`{}` has no option `{words}`", element.name);
                    let help = suggest(&option.name.text, all, "");
                    ledger.report(Code::UnknownOption, option.span, message, help);
                }
                Some(Tie::Choice(*target, found?))
            }
            (sort, option) => {
                let message = match option {
                    Some(_) => {
                        format!("`{}` is {}, and has no options", element.name, sort.with_article())
                    }
                    None if sort == Sort::Decision => "which option was taken?".to_owned(),
                    None => format!("`{}` is {}", element.name, sort.with_article()),
                };
                let help = "an entry is an event, `is = \"uprising[gdr]\"`, or a choice, \
                            `is = \"answer[gdr] = wait\"`";
                ledger.report(Code::BadTie, text.span, message, help);
                None
            }
        }
    }

    fn level(&self, table: &Table, ledger: &mut Ledger) -> Option<Level> {
        let mut fields = Fields::new(table, "this level");
        let help = "a level has id, subsystem, is, value, error, unit and source";
        let there = ["id", "subsystem", "is", "value", "error", "source"]
            .map(|key| fields.need(key, help, &mut ledger.findings));
        let id = fields.text("id", &mut ledger.findings);
        let subsystem = self.subsystem(&mut fields, ledger);
        let title = fields.text("title", &mut ledger.findings);
        fields.text("note", &mut ledger.findings);
        let value = fields.number("value", &mut ledger.findings);
        let error = fields.number("error", &mut ledger.findings);
        let unit = fields.unit("unit", &mut ledger.findings);
        let cited = fields.citations("source", &mut ledger.findings);
        let sources = citations(&cited, self.world.sources, ledger);
        let is = fields.entry("is");
        let units = &self.world.names.unit_names;
        let tree = fields.expression("is", units, &mut ledger.findings);
        fields.finish(&mut ledger.findings);
        if there.contains(&false) {
            return None;
        }
        let unit = match unit {
            Some(unit) => self.world.names.units.resolve(&unit, &mut ledger.findings)?,
            None => Unit::one(),
        };
        let (tree, (error, error_span)) = (tree?, error?);
        if error <= 0.0 {
            let message = "an error is positive: one standard error";
            ledger.report(Code::BadTie, error_span, message, "how sure is the figure?");
            return None;
        }
        let mut reader = Reader::new(self.world.names, ledger, Allows::Outcome);
        let formula = reader.formula(&tree, &written(is?))?;
        let fits = match &formula.gives {
            Type::Truth | Type::Date => unit.dimension.is_none(),
            _ => {
                let typed = crate::expressions::Typed {
                    expr: formula.expr.clone(),
                    ty: Ty::from(&formula.gives),
                };
                let ty = Ty::Number(unit.dimension.clone());
                reader.fits(&typed, tree.span, &Wanted::new(ty, "what is measured"))
            }
        };
        let id = id?.value.clone();
        fits.then_some(())?;
        Some(Level {
            title: title.map_or_else(|| id.clone(), |title| title.value.trim().to_owned()),
            id,
            subsystem: subsystem?,
            is: formula,
            value: unit.held(value?.0),
            error: unit.held(error),
            unit,
            sources,
            place: place(self.world.files, table.span),
        })
    }

    /// Reports spans of one element that overlap, and entries of covered elements outside them.
    fn check_coverage(
        &self,
        coverage: &[Coverage],
        places: &[Span],
        ties: &[Tied],
        ledger: &mut Ledger,
    ) {
        let mut by_target: BTreeMap<Target, Vec<usize>> = BTreeMap::new();
        for (number, own) in coverage.iter().enumerate() {
            for &instance in &own.of.instances {
                let target = Target { element: own.of.element, instance };
                let others = by_target.entry(target).or_default();
                let twice = others.iter().find(|&&other| {
                    let other = &coverage[other];
                    own.from < other.until && other.from < own.until
                });
                if let Some(&other) = twice {
                    let message = "two spans of one element overlap";
                    let finding = Finding::new(Code::BadCoverage, places[number], message)
                        .help("join them into one")
                        .related(places[other], "the other is here");
                    ledger.findings.push(finding);
                }
                others.push(number);
            }
        }
        for tied in ties {
            let Some(covered) = by_target.get(&tied.target) else { continue };
            let holds = |&&number: &&usize| {
                let own = &coverage[number];
                own.from <= tied.week && tied.week < own.until
            };
            if covered.iter().find(holds).is_none() {
                let message = "this entry lies outside what the record covers of its element";
                let help = "let the coverage reach it, or leave the entry as context, without `is`";
                let finding = Finding::new(Code::BadCoverage, tied.span, message).help(help);
                let first = places[covered[0]];
                ledger.findings.push(finding.related(first, "covered here"));
            }
        }
    }

    /// Reports an event that happens once and is tied twice.
    fn check_once(&self, ties: &[Tied], ledger: &mut Ledger) {
        let mut first: BTreeMap<Target, Span> = BTreeMap::new();
        for tied in ties {
            let kind = (self.elements)(tied.target.element).map(|element| &element.kind);
            let once = matches!(kind, Some(Kind::Event(e)) if e.recurrence == Recurrence::Once);
            if let (true, Some(earlier)) = (once, first.insert(tied.target, tied.span)) {
                let message = "this happens once, and another entry says that it did";
                let finding = Finding::new(Code::BadTie, tied.span, message)
                    .help("tie one of them to something else, or to nothing")
                    .related(earlier, "the other entry");
                ledger.findings.push(finding);
            }
        }
    }
}

/// The key `subsystem`: the name of a file in `model/`.
pub(crate) fn subsystem(
    fields: &mut Fields<'_>,
    known: &[&str],
    ledger: &mut Ledger,
) -> Option<String> {
    let text = fields.text("subsystem", &mut ledger.findings)?;
    if known.contains(&text.value.as_str()) {
        return Some(text.value.clone());
    }
    let message = format!("there is no subsystem `{}`", text.value);
    let listed = match known {
        [] => "a subsystem is a file of model/, and there is none".to_owned(),
        _ => format!("the files of model/ are {}", known.join(", ")),
    };
    let help = suggest(&text.value, known.iter().copied(), &listed);
    ledger.report(Code::UnknownName, text.span, message, help);
    None
}

/// Reports an `id` given twice.
fn check_id(table: &Table, ids: &mut BTreeMap<String, Span>, ledger: &mut Ledger) {
    let Some(Value { kind: ValueKind::Text(id), .. }) = table.get("id") else { return };
    if let Some(first) = ids.insert(id.value.clone(), id.span) {
        let message = format!("there are two entries `{}`", id.value);
        let finding = Finding::new(Code::DuplicateName, id.span, message)
            .help("give one of them another id")
            .related(first, "the first is here");
        ledger.findings.push(finding);
    }
}
