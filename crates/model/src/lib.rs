//! The nouns of Détente: what a scenario says, typed, resolved and unit-checked.
//!
//! A [`Model`] is made by the `scenario` crate and is not changed afterwards. Everything in it is
//! plain data with public fields. It knows nothing of files, of chance, or of how it is run.
//!
//! Numbers are in coherent base units with time in weeks: a stock declared in `thousand person`
//! is held in persons, a rate declared per year is held per week. [`Unit::shown`] turns a value
//! back into the unit its author wrote. Truth is 0 or 1, a member of a set is its number in its
//! root set, a vacant post is [`NONE`], a date is the number of its week.

mod bargain;
mod calendar;
mod claim;
mod decision;
mod element;
mod event;
mod formula;
mod intervention;
mod model;
mod posterior;
mod quantity;
mod record;
mod set;
mod source;
mod unit;

pub use bargain::{Alignment, Bargain, BargainDimension, BargainMethod, Coalition, Player};
pub use calendar::{Calendar, Date, Week};
pub use claim::{
    Arm, Claim, Expectation, ExpectationScale, ForEach, Grouping, School, Standing, WhatIf,
};
pub use decision::{Alternative, AlternativeName, Decision, Mood, SeatRef};
pub use element::{Binder, Element, ElementId, Instance, InstanceId, Kind, Neutral, Over};
pub use event::{Act, Draw, Effect, Event, Happening, On, Operation, Reason, Recurrence};
pub use formula::{
    AlternativeRef, Binary, Cell, Expr, Fold, FoldOperation, Formula, Function, Measure,
    ResultField, Type, Unary,
};
pub use intervention::{Change, Intervention, Span, Targets};
pub use model::{CasebookPage, Coupling, Model, Seat, SeatHolder, Subsystem};
pub use posterior::Posterior;
pub use quantity::{
    Distribution, DistributionFamily, Every, Initial, Noise, Outcome, Parameter, Range, Series,
    State, StateValues, Stock, Trait, Variable,
};
pub use record::{Coverage, Level, Record, RecordEntry, Split, Target, Tie};
pub use set::{Attribute, AttributeId, AttributeValue, Member, MemberIndex, NONE, Set, SetId};
pub use source::{Citation, Place, Provenance, Source};
pub use unit::{Dimension, Unit};
