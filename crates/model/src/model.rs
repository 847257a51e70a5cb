//! The model: everything a scenario says.

use crate::{
    Calendar, Citation, Claim, Dimension, Element, ElementId, Expr, MemberIndex, Over, Posterior,
    Record, School, Set, SetId, Source, Split, Target, Unit, WhatIf,
};

/// A scenario, checked and resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The folder's name: `little-detente`.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// What the model is for.
    pub about: String,
    /// What it claims.
    pub thesis: String,
    /// What it leaves out.
    pub leaves_out: String,
    /// Who wrote it, as they wish to be named.
    pub authors: Vec<String>,
    /// SHA-256 of everything the scenario was loaded from but its posterior, in hexadecimal.
    pub digest: String,
    /// SHA-256 of what histories that follow the record rest on, in hexadecimal: of the head, the
    /// elements but outcomes, the record, how it is split, and the data, without words for readers.
    pub substance: String,
    /// The schools it was loaded with, in order.
    pub loaded_with: Vec<String>,
    /// Weeks and dates.
    pub calendar: Calendar,
    /// How hazards meet chance.
    pub coupling: Coupling,
    /// The units the scenario declares, in order of name.
    pub units: Vec<Unit>,
    /// Sets and subsets.
    pub sets: Vec<Set>,
    /// Who decides.
    pub seats: Vec<Seat>,
    /// The parts of the model, one a file, in order of file name.
    pub subsystems: Vec<Subsystem>,
    /// Every element, in order of name.
    pub elements: Vec<Element>,
    /// What happened.
    pub record: Record,
    /// Claims, in order of name.
    pub claims: Vec<Claim>,
    /// Named interventions, in order of name.
    pub what_ifs: Vec<WhatIf>,
    /// Schools, in order of name.
    pub schools: Vec<School>,
    /// What may be fitted to.
    pub split: Option<Split>,
    /// The posterior fitted to it, if it carries one that fits. Parameters that a school it was
    /// loaded with overrides have no column.
    pub posterior: Option<Posterior>,
    /// The bibliography, in order of key.
    pub sources: Vec<Source>,
    /// The briefing, in order of file name.
    pub casebook: Vec<CasebookPage>,
}

/// How hazards meet chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coupling {
    /// A uniform of its own for each week (the rule).
    #[default]
    Weekly,
    /// One exponential threshold an occurrence (a school's second opinion).
    Threshold,
}

/// A part of the model: one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subsystem {
    /// The file's name without its ending: `austria`.
    pub name: String,
    /// A sentence for readers.
    pub about: String,
    /// What it claims.
    pub thesis: String,
    /// What it leaves out.
    pub leaves_out: String,
    /// What it is built on.
    pub sources: Vec<Citation>,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Its name: `kremlin`.
    pub name: String,
    /// What a reader sees.
    pub title: String,
    /// The members it ranges over, if it is indexed.
    pub over: Over,
    /// Who sits in it.
    pub held_by: Option<SeatHolder>,
    /// What it sees, for each instance of `over`.
    pub sees: Vec<Vec<Target>>,
}

/// Who sits in a seat: a state, with an index for an indexed seat.
#[derive(Debug, Clone, PartialEq)]
pub struct SeatHolder {
    /// The state.
    pub state: ElementId,
    /// Its indices.
    pub index: Vec<Expr>,
}

/// A page of the briefing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasebookPage {
    /// The file's name.
    pub file: String,
    /// Its text, in Markdown.
    pub text: String,
}

impl Model {
    /// An element by its number.
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.0]
    }

    /// An element's number by its name.
    pub fn find_element(&self, name: &str) -> Option<ElementId> {
        self.elements
            .binary_search_by(|element| element.name.as_str().cmp(name))
            .ok()
            .map(ElementId)
    }

    /// One instance by its full name: `uprising[gdr]`.
    pub fn find(&self, full_name: &str) -> Option<Target> {
        let name = full_name.split('[').next().unwrap_or_default().trim();
        let element = self.find_element(name)?;
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let wanted = squeezed(full_name);
        let instances = &self.element(element).over.instances;
        let instance = instances.iter().position(|one| squeezed(&one.full_name) == wanted)?;
        Some(Target { element, instance })
    }

    /// The full name of one instance.
    pub fn full_name(&self, target: Target) -> &str {
        &self.element(target.element).over.instances[target.instance].full_name
    }

    /// A set by its number.
    pub fn set(&self, id: SetId) -> &Set {
        &self.sets[id.0]
    }

    /// The title of a member of a root set.
    pub fn member_title(&self, root: SetId, member: MemberIndex) -> &str {
        &self.set(root).roll[member].title
    }

    /// A sentence with `{s}` replaced by the title of the member that the index variable stands for.
    pub fn fill(&self, sentence: &str, over: &Over, members: &[MemberIndex]) -> String {
        over.binders.iter().zip(members).fold(sentence.to_owned(), |text, (binder, member)| {
            let root = self.set(binder.set).root;
            text.replace(&format!("{{{}}}", binder.name), self.member_title(root, *member))
        })
    }

    /// The dimension of time.
    pub fn time() -> Dimension {
        Dimension::base("week")
    }
}
