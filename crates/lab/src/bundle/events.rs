//! `events.parquet`: what happened and was answered, history by history, with what it is as an act
//! between states.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int32Builder,
    StringBuilder, UInt32Builder, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema};
use detente_model::{Act, Kind, Model, Target};

use super::ArmName;
use super::columns::{BATCH, Table, days};
use super::folder::Draft;
use crate::LabError;
use crate::sheaf::{Deed, Sheaf};

/// The table being written, for histories numbered under a limit.
pub(super) struct Events {
    table: Table,
    /// Histories still to be taken.
    left: u64,
    history: UInt64Builder,
    arms: Option<StringBuilder>,
    week: UInt32Builder,
    date: Date32Builder,
    element: StringBuilder,
    subject: StringBuilder,
    option: StringBuilder,
    forced: BooleanBuilder,
    total: Float64Builder,
    weis: StringBuilder,
    goldstein: Float64Builder,
    ends: [End; 2],
}

/// One end of an act: who acts, or on whom.
#[derive(Default)]
struct End {
    name: StringBuilder,
    cow: Int32Builder,
    gw: Int32Builder,
}

/// Whom an act is of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Party {
    pub(super) name: String,
    /// Number in the Correlates of War list of states.
    pub(super) cow: Option<i32>,
    /// Number in the list of Gleditsch and Ward (1999).
    pub(super) gw: Option<i32>,
}

impl Events {
    pub(super) fn begin(draft: &Draft, left: u64, arms: bool) -> Result<Self, LabError> {
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
        let mut fields = vec![Field::new("history", DataType::UInt64, false)];
        if arms {
            fields.push(text("arm", false));
        }
        fields.extend([
            Field::new("week", DataType::UInt32, false),
            Field::new("date", DataType::Date32, false),
            text("element", false),
            text("subject", true),
            text("option", true),
            Field::new("forced", DataType::Boolean, false),
            Field::new("reasons_total", DataType::Float64, true),
            text("weis", true),
            Field::new("goldstein", DataType::Float64, true),
        ]);
        for end in ["from", "to"] {
            fields.push(text(end, true));
            fields.push(Field::new(format!("{end}_cow"), DataType::Int32, true));
            fields.push(Field::new(format!("{end}_gw"), DataType::Int32, true));
        }
        Ok(Self {
            table: Table::begin(draft, "events.parquet", Schema::new(fields))?,
            left,
            history: UInt64Builder::new(),
            arms: arms.then(StringBuilder::new),
            week: UInt32Builder::new(),
            date: Date32Builder::new(),
            element: StringBuilder::new(),
            subject: StringBuilder::new(),
            option: StringBuilder::new(),
            forced: BooleanBuilder::new(),
            total: Float64Builder::new(),
            weis: StringBuilder::new(),
            goldstein: Float64Builder::new(),
            ends: [End::default(), End::default()],
        })
    }

    /// Adds the deeds of a pair of sheaves, or of one, until enough histories are in.
    pub(super) fn add(
        &mut self,
        model: &Model,
        sheaf: &Sheaf,
        what_if: Option<&Sheaf>,
    ) -> Result<(), LabError> {
        let taken = self.left.min(sheaf.size as u64);
        self.left -= taken;
        for history in 0..taken as usize {
            let number = sheaf.first + history as u64;
            self.add_history(model, number, ArmName::Baseline, &sheaf.deeds[history]);
            if let Some(what_if) = what_if {
                self.add_history(model, number, ArmName::WhatIf, &what_if.deeds[history]);
            }
            if ArrayBuilder::len(&self.week) >= BATCH {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn add_history(&mut self, model: &Model, number: u64, arm: ArmName, deeds: &[Deed]) {
        for deed in deeds {
            let element = model.element(deed.target.element);
            self.history.append_value(number);
            if let Some(arms) = &mut self.arms {
                arms.append_value(arm.word());
            }
            self.week.append_value(deed.week);
            self.date.append_value(days(model.calendar.monday(deed.week)));
            self.element.append_value(&element.name);
            self.subject.append_option(subject_of(model, deed.target));
            let (option, act) = option_and_act(model, deed);
            self.option.append_option(option);
            self.forced.append_value(deed.forced);
            self.total.append_option(deed.total);
            self.weis.append_option(act.map(|act| act.weis.as_str()));
            self.goldstein.append_option(act.map(|act| act.goldstein));
            let parties = act.map(|act| [&act.from, &act.to].map(|name| party(model, deed, name)));
            for (number, end) in self.ends.iter_mut().enumerate() {
                let party = parties.as_ref().map(|parties| &parties[number]);
                end.name.append_option(party.map(|party| party.name.as_str()));
                end.cow.append_option(party.and_then(|party| party.cow));
                end.gw.append_option(party.and_then(|party| party.gw));
            }
        }
    }

    fn flush(&mut self) -> Result<(), LabError> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.history.finish())];
        if let Some(arms) = &mut self.arms {
            arrays.push(Arc::new(arms.finish()));
        }
        arrays.extend([
            Arc::new(self.week.finish()) as ArrayRef,
            Arc::new(self.date.finish()),
            Arc::new(self.element.finish()),
            Arc::new(self.subject.finish()),
            Arc::new(self.option.finish()),
            Arc::new(self.forced.finish()),
            Arc::new(self.total.finish()),
            Arc::new(self.weis.finish()),
            Arc::new(self.goldstein.finish()),
        ]);
        for end in &mut self.ends {
            arrays.push(Arc::new(end.name.finish()));
            arrays.push(Arc::new(end.cow.finish()));
            arrays.push(Arc::new(end.gw.finish()));
        }
        self.table.write(arrays)
    }

    pub(super) fn end(mut self) -> Result<u64, LabError> {
        self.flush()?;
        self.table.end()
    }
}

/// The members an instance stands for, by name: `gdr`, `gdr, poland`; `None` without an index.
pub(super) fn subject_of(model: &Model, target: Target) -> Option<&str> {
    let full = model.full_name(target);
    let (_, rest) = full.split_once('[')?;
    rest.strip_suffix(']')
}

fn option_and_act<'m>(model: &'m Model, deed: &Deed) -> (Option<String>, Option<&'m Act>) {
    match (&model.element(deed.target.element).kind, deed.answer) {
        (Kind::Event(event), _) => (None, event.act.as_ref()),
        (Kind::Decision(decision), Some(answer)) => match decision.alternatives.get(answer) {
            Some(one) => (Some(one.name.to_string()), one.act.as_ref()),
            None => (None, None),
        },
        _ => (None, None),
    }
}

/// Who stands behind a name in an act: an index variable's member, or a member by name.
pub(super) fn party(model: &Model, deed: &Deed, name: &str) -> Party {
    let element = model.element(deed.target.element);
    let members = &element.over.instances[deed.target.instance].members;
    let bound = element.over.binders.iter().zip(members).find(|(binder, _)| binder.name == name);
    let chosen = || {
        let Kind::Decision(decision) = &element.kind else { return None };
        let alternative = decision.alternatives.get(deed.answer?)?;
        let binder = alternative.binder.as_ref().filter(|binder| binder.name == name)?;
        Some((model.set(binder.set).root, alternative.name.member.as_ref()?.0))
    };
    let named = || {
        model.sets.iter().enumerate().find_map(|(number, set)| {
            let member = set.roll.iter().position(|member| member.name == name)?;
            Some((detente_model::SetId(number), member))
        })
    };
    let found = bound
        .map(|(binder, member)| (model.set(binder.set).root, *member))
        .or_else(chosen)
        .or_else(named);
    let Some((root, member)) = found else {
        return Party { name: name.to_owned(), cow: None, gw: None };
    };
    let set = model.set(root);
    let number = |attribute: &str| {
        let place = set.attributes.iter().position(|one| one.name == attribute)?;
        match set.roll[member].attributes.get(place)? {
            Some(detente_model::AttributeValue::Number(value)) => Some(*value as i32),
            _ => None,
        }
    };
    Party { name: set.roll[member].name.clone(), cow: number("cow"), gw: number("gw") }
}
