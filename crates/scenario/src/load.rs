//! Loading: a model if nothing is wrong, and all findings at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use detente_model::{
    Calendar, Claim, Coupling, Element, ElementId, Model, Record, School, Seat, Set,
    Source as Reference, Split, Subsystem, WhatIf,
};

use crate::bibliography::read_bibliographies;
use crate::circles::check_circles;
use crate::claims::Runnables;
use crate::diagnostic::{Code, Diagnostic, Finding};
use crate::dice::check_dice;
use crate::document::Fields;
use crate::elements::{
    Draft, World, infer_variables, name_elements, read_element, read_seats, read_sets,
    read_signatures, seat_names,
};
use crate::expressions::Ledger;
use crate::folder::Files;
use crate::gather::{Gathered, Named, override_elements};
use crate::head::{Head, casebook, read_head, read_subsystems};
use crate::interventions::Interventions;
use crate::limits::check_limits;
use crate::names::Names;
use crate::place::Span;
use crate::posterior::read_posterior;
use crate::provenance::Bibliography;
use crate::rates::check_rates;
use crate::reading::{Source, beside, read};
use crate::record::Records;
use crate::spelling::suggest;
use crate::split::read_split;
use crate::substance::substance;
use crate::table::{DataTable, read_table};
use crate::units::UnitTable;
use crate::usage::{check_read, check_sources};

/// What loading gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The model; `None` exactly if a finding is an error.
    pub model: Option<Model>,
    /// All findings, in order of file and place.
    pub findings: Vec<Diagnostic>,
    /// The texts of the files, for [`crate::render::render`].
    pub files: Files,
}

/// Loads the scenario in the folder `path`. Scenarios that it extends lie beside it.
pub fn load(path: &Path) -> Loaded {
    load_with(&Source::Folder(path.to_owned()), &[])
}

/// Loads a scenario with schools laid over it: their `override` tables and their coupling. (What
/// they change by intervention is in [`Model::schools`].) Files in memory extend nothing.
pub fn load_with(source: &Source, schools: &[&str]) -> Loaded {
    match source {
        Source::Folder(path) => load_from(source, beside(path), schools),
        Source::Memory { .. } => load_from(source, |_| None, schools),
    }
}

/// The same, with `find` giving the source of a scenario by name for `extends`.
pub fn load_from(
    source: &Source,
    find: impl Fn(&str) -> Option<Source>,
    schools: &[&str],
) -> Loaded {
    let mut ledger = Ledger::default();
    let mut reading = read(source, find, &mut ledger.findings);
    let parts_are_missing =
        |finding: &Finding| matches!(finding.code, Code::NoScenarioFile | Code::CannotExtend);
    if ledger.findings.iter().any(parts_are_missing) {
        // What else is lacking without them is no news.
        let findings = reading.files.diagnostics(&ledger.findings);
        return Loaded { model: None, findings, files: reading.files };
    }
    let substance = substance(&reading.gathered, &reading.files).to_string();
    let coupling =
        lay_schools(&mut reading.gathered, &mut reading.files, schools, &mut ledger.findings);
    let mut model = build(&reading.gathered, &reading.files, &mut ledger);
    let sound = !ledger.findings.iter().any(Finding::is_error);
    if let Some(model) = &mut model {
        model.name = source.name();
        model.digest = reading.digest.to_string();
        model.substance = substance;
        model.coupling = coupling;
        model.loaded_with = schools.iter().map(|school| (*school).to_owned()).collect();
        model.posterior =
            read_posterior(&reading.gathered, &reading.files, model, &mut ledger.findings);
    }
    let findings = reading.files.diagnostics(&ledger.findings);
    debug_assert!(!sound || model.is_some(), "no model, and nothing was reported");
    Loaded { model: model.filter(|_| sound), findings, files: reading.files }
}

/// Lays the `override` tables of schools over the elements, in the order given.
fn lay_schools(
    gathered: &mut Gathered,
    files: &mut Files,
    schools: &[&str],
    findings: &mut Vec<Finding>,
) -> Coupling {
    let mut coupling = Coupling::Weekly;
    for wanted in schools {
        let found = gathered.schools.iter().find(|school| school.name.text == *wanted).cloned();
        let Some(school) = found else {
            let file = files.add_typed("--school", wanted);
            let all = gathered.schools.iter().map(|school| school.name.text.as_str());
            let help = suggest(wanted, all, "schools stand in schools/*.toml");
            let span = Span::new(file, 0, wanted.len());
            let message = format!("there is no school `{wanted}`");
            findings.push(Finding::new(Code::UnknownName, span, message).help(help));
            continue;
        };
        // Faults of form are reported when schools are read with the rest.
        let mut fields = Fields::new(&school.table, "school");
        if let Some(overrides) = fields.sub("override", &mut Vec::new()) {
            override_elements(&mut gathered.elements, overrides, findings);
        }
        if let Some(("threshold", _)) =
            fields.one_of("coupling", &["weekly", "threshold"], &mut Vec::new())
        {
            coupling = Coupling::Threshold;
        }
    }
    coupling
}

/// The elements of some kinds in order of name; of two with one name the first.
fn drafts<'d>(gathered: &'d Gathered, wants: impl Fn(&str) -> bool) -> Vec<Draft<'d>> {
    let mut named: Vec<&Named> = gathered.elements.iter().filter(|n| wants(n.kind)).collect();
    named.sort_by(|one, other| one.name.text.cmp(&other.name.text));
    named.dedup_by(|later, first| later.name.text == first.name.text);
    named.into_iter().map(Draft::of).collect()
}

/// From what the files say to a model, without its name, digest and schools. `None` only if
/// something was reported.
fn build(gathered: &Gathered, files: &Files, ledger: &mut Ledger) -> Option<Model> {
    let sources = read_bibliographies(files, &gathered.bibliographies, &mut ledger.findings);
    let head = read_head(gathered, &sources, ledger);
    let (subsystems, places) = read_subsystems(gathered, files, &sources, ledger);
    let tables = read_tables(gathered, files, ledger);
    let units = read_units(gathered, ledger);
    let mut set_drafts = drafts(gathered, |kind| kind == "set");
    let sets = read_sets(&mut set_drafts, ledger);
    finish(
        set_drafts,
        &["about", "title", "within", "members", "source", "judgement", "was"],
        ledger,
    );
    check_name_space(gathered, &sets, ledger);
    let calendar = head.calendar?;
    let mut element_drafts = drafts(gathered, |kind| !matches!(kind, "unit" | "set" | "seat"));
    let mut names = Names {
        calendar,
        unit_names: units.names(),
        units,
        sets: sets.into(),
        elements: Vec::new(),
        meanings: BTreeMap::new(),
        seats: Vec::new(),
    };
    names.elements = name_elements(&element_drafts);
    names.meanings = names.find_meanings();
    let signatures = read_signatures(&names, &mut element_drafts, ledger);
    names.elements = signatures;
    infer_variables(&mut names, &mut element_drafts, ledger);
    let mut seat_drafts = drafts(gathered, |kind| kind == "seat");
    let seats = seat_names(&names, &mut seat_drafts, ledger);
    names.seats = seats.iter().map(|seat| seat.name.clone()).collect();
    let world = World {
        names: &names,
        sources: &sources,
        tables: &tables,
        seats: &seats,
        files,
        subsystems: &places,
    };
    let spans: Vec<Span> = element_drafts.iter().map(|draft| draft.named.name.span).collect();
    let elements = read_elements(&world, element_drafts, ledger);
    let runnable = read_runnable(&world, &elements, &subsystems, gathered, ledger);
    let span = |id: ElementId| spans[id.0];
    check_circles(&elements, span, ledger);
    let read_seats = read_seats(&names, &mut seat_drafts, &seats, ledger);
    finish(seat_drafts, &[], ledger);
    check_read(&elements, span, ledger);
    check_sources(&elements, span, &sources, ledger);
    if read_seats.len() < seats.len() {
        return None;
    }
    let elements = elements.into_iter().collect::<Option<Vec<Element>>>()?;
    check_dice(&elements, span, ledger);
    check_rates(&elements, &names.sets, span, ledger);
    let parts = Parts { head, calendar, subsystems, seats: read_seats, elements, runnable };
    let model = parts.assemble(&world, gathered);
    let span = gathered.scenario.get("title").map_or(gathered.scenario.span, |value| value.span);
    check_limits(&model, span, ledger);
    Some(model)
}

/// What has been read when the elements are there.
struct Parts {
    head: Head,
    calendar: Calendar,
    subsystems: Vec<Subsystem>,
    seats: Vec<Seat>,
    elements: Vec<Element>,
    runnable: Runnable,
}

/// What is run against the elements, and held against them.
struct Runnable {
    record: Record,
    claims: Vec<Claim>,
    what_ifs: Vec<WhatIf>,
    schools: Vec<School>,
    split: Option<Split>,
}

fn read_runnable(
    world: &World<'_, '_>,
    elements: &[Option<Element>],
    subsystems: &[Subsystem],
    gathered: &Gathered,
    ledger: &mut Ledger,
) -> Runnable {
    let element = |id: ElementId| elements.get(id.0).and_then(Option::as_ref);
    let known: Vec<&str> = subsystems.iter().map(|own| own.name.as_str()).collect();
    let records = Records { world, elements: &element, subsystems: &known };
    let record = gathered.record.as_ref().map(|table| records.read(table, ledger));
    let record = record.unwrap_or_default();
    let split = gathered.split.as_ref().map(|table| read_split(table, world.files, ledger));
    let runnables = Runnables {
        world,
        interventions: Interventions { names: world.names, elements: &element },
        subsystems: &known,
    };
    let what_ifs = runnables.what_ifs(&gathered.what_ifs, ledger);
    let schools = runnables.schools(gathered, ledger);
    let written = gathered.claims.iter().map(|claim| claim.name.text.clone());
    let register = split.iter().flat_map(|split| split.register.iter().cloned());
    let rivals: Vec<String> = written.chain(register).collect();
    let claims = runnables.claims(&gathered.claims, &what_ifs, &rivals, ledger);
    if let Some(split) = &split {
        let written: Vec<&str> = gathered.claims.iter().map(|own| own.name.text.as_str()).collect();
        let entries = record.entries.iter().map(|entry| entry.id.as_str());
        let levels = record.levels.iter().map(|level| level.id.as_str());
        let entries: Vec<&str> = entries.chain(levels).collect();
        split.check(&written, &entries, ledger);
    }
    Runnable { record, claims, what_ifs, schools, split: split.map(|own| own.split) }
}

impl Parts {
    fn assemble(self, world: &World<'_, '_>, gathered: &Gathered) -> Model {
        Model {
            name: String::new(),
            title: self.head.title,
            about: self.head.about,
            thesis: self.head.thesis,
            leaves_out: self.head.leaves_out,
            authors: self.head.authors,
            digest: String::new(),
            substance: String::new(),
            loaded_with: Vec::new(),
            calendar: self.calendar,
            coupling: Coupling::Weekly,
            units: world.names.units.declared(),
            sets: world.names.sets.to_vec(),
            seats: self.seats,
            subsystems: self.subsystems,
            elements: self.elements,
            record: self.runnable.record,
            claims: self.runnable.claims,
            what_ifs: self.runnable.what_ifs,
            schools: self.runnable.schools,
            split: self.runnable.split,
            posterior: None,
            sources: references(world.sources),
            casebook: casebook(gathered, world.files),
        }
    }
}

fn references(sources: &Bibliography) -> Vec<Reference> {
    let reference = |(key, entry): (&String, &crate::bibliography::BibliographyEntry)| Reference {
        key: key.clone(),
        text: entry.text(),
        short: entry.short(),
        unchecked: entry.unchecked,
    };
    sources.iter().map(reference).collect()
}

fn read_elements(
    world: &World<'_, '_>,
    mut drafts: Vec<Draft<'_>>,
    ledger: &mut Ledger,
) -> Vec<Option<Element>> {
    let read: Vec<Option<Element>> = drafts
        .iter_mut()
        .enumerate()
        .map(|(number, draft)| read_element(world, draft, ElementId(number), ledger))
        .collect();
    for draft in drafts {
        draft.fields.finish(&mut ledger.findings);
    }
    read
}

/// Marks `keys` as known, and reports the others.
fn finish(drafts: Vec<Draft<'_>>, keys: &[&'static str], ledger: &mut Ledger) {
    for mut draft in drafts {
        for key in keys {
            draft.fields.has(key);
        }
        draft.fields.finish(&mut ledger.findings);
    }
}

fn read_tables(
    gathered: &Gathered,
    files: &Files,
    ledger: &mut Ledger,
) -> BTreeMap<String, DataTable> {
    let mut tables = BTreeMap::new();
    for &id in &gathered.tables {
        let path = files.get(id).map_or("", |file| file.path.as_str());
        let name = path.trim_start_matches("data/").trim_end_matches(".csv").to_owned();
        if let Some(table) = read_table(id, files.text(id), &mut ledger.findings) {
            tables.insert(name, table);
        }
    }
    tables
}

fn read_units(gathered: &Gathered, ledger: &mut Ledger) -> UnitTable {
    let drafts = drafts(gathered, |kind| kind == "unit");
    for draft in &drafts {
        let name = &draft.named.name;
        if UnitTable::is_built_in(&name.text) {
            let message = format!("the language has a unit `{}` already", name.text);
            ledger.report(Code::DuplicateName, name.span, message, "give it another name");
        }
    }
    let table = UnitTable::with(drafts.iter().map(|draft| draft.named.name.text.as_str()));
    finish(drafts, &["about", "title", "source", "judgement", "was"], ledger);
    table
}

/// Elements, sets, seats and members share one name space.
fn check_name_space(gathered: &Gathered, sets: &[Set], ledger: &mut Ledger) {
    let mut first: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    let members: BTreeSet<&str> =
        sets.iter().flat_map(|set| &set.roll).map(|member| member.name.as_str()).collect();
    for named in gathered.elements.iter().filter(|named| named.kind != "unit") {
        let (name, span) = (named.name.text.as_str(), named.name.span);
        if members.contains(name) {
            let message = format!("`{name}` is a member of a set already");
            let help = "elements and members share one name space: choose another name";
            ledger.report(Code::DuplicateName, span, message, help);
        } else if let Some((kind, earlier)) = first.get(name) {
            let message = format!("there is a {kind} `{name}` already");
            let help = "elements share one name space: give one of them another name";
            let finding = Finding::new(Code::DuplicateName, span, message).help(help);
            ledger.findings.push(finding.related(*earlier, "the other is here"));
        } else {
            first.insert(name, (named.kind, span));
        }
    }
}
