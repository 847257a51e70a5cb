//! Elements: the named things a scenario is made of, and the members they range over.

use crate::{
    Alignment, Bargain, Coalition, Decision, Event, MemberIndex, Noise, Outcome, Parameter, Place,
    Provenance, Series, SetId, State, Stock, Trait, Variable,
};

/// The number of an element in [`crate::Model::elements`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ElementId(pub usize);

/// The number of an instance in its element's [`Over::instances`].
pub type InstanceId = usize;

/// A named element: what it is about, where it stands, why, over what it ranges, and its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// Its name: `strike_wave`.
    pub name: String,
    /// A sentence for readers; for an outcome its title, for a decision what it asks.
    pub about: String,
    /// The subsystem whose file defines it, as a number in [`crate::Model::subsystems`].
    pub subsystem: Option<usize>,
    /// Sources or judgement of the element's own numbers.
    pub provenance: Provenance,
    /// The members it ranges over; one instance without members if it does not.
    pub over: Over,
    /// What `without` this element means, if it may be taken away.
    pub neutral: Option<Neutral>,
    /// Where it is defined.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// What an element is. The order of kinds is that of the language's document.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type of its name")]
pub enum Kind {
    Parameter(Parameter),
    Series(Series),
    Trait(Trait),
    Noise(Noise),
    Stock(Stock),
    State(State),
    Variable(Variable),
    Event(Event),
    Decision(Decision),
    Bargain(Bargain),
    Coalition(Coalition),
    Alignment(Alignment),
    Outcome(Outcome),
}

/// What an element ranges over: `over = "a in power, b in power where a != b"`.
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// The index variables; none for an element that is not indexed.
    pub binders: Vec<Binder>,
    /// Every combination that `where` lets through, in declaration order, the last index fastest.
    pub instances: Vec<Instance>,
}

impl Over {
    /// The instance with these members, if there is one.
    pub fn find(&self, members: &[MemberIndex]) -> Option<InstanceId> {
        self.instances.iter().position(|instance| instance.members == members)
    }
}

/// An index variable and the set it runs through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binder {
    /// Its name: `s`.
    pub name: String,
    /// The set it runs through.
    pub set: SetId,
}

/// One member, or one combination of members, of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// One member of each binder's root set.
    pub members: Vec<MemberIndex>,
    /// The full name: `uprising[gdr]`, `link[gdr, poland]`, `stalin_dies`.
    pub full_name: String,
    /// The name its draws are addressed by: the full name, or the one before a renaming (`was`).
    pub address: String,
}

/// What `without` an element means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Neutral {
    /// A quantity keeps this value, in base units, from the first week of the span.
    Value(f64),
    /// A decision goes this way: a number in [`Decision::alternatives`].
    Alternative(usize),
    /// An event never happens.
    Never,
}
