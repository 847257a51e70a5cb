//! `series.parquet`: quantiles of the quantities followed, week by week; and on request
//! `whole_series.parquet`: every value in some histories.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, Date32Builder, Float64Builder, StringBuilder, UInt32Builder,
    UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema};
use detente_model::{Model, Target};

use super::ArmName;
use super::columns::{BATCH, Table, days};
use super::events::subject_of;
use super::folder::Draft;
use crate::LabError;
use crate::answer::SeriesAnswer;
use crate::sheaf::Sheaf;
use crate::telling::unit_of;

/// Columns that both tables have.
struct Points {
    arms: Option<StringBuilder>,
    week: UInt32Builder,
    date: Date32Builder,
    name: StringBuilder,
    index: StringBuilder,
    unit: StringBuilder,
    value: Float64Builder,
}

impl Points {
    fn new(arms: bool) -> Self {
        Self {
            arms: arms.then(StringBuilder::new),
            week: UInt32Builder::new(),
            date: Date32Builder::new(),
            name: StringBuilder::new(),
            index: StringBuilder::new(),
            unit: StringBuilder::new(),
            value: Float64Builder::new(),
        }
    }

    fn fields(arms: bool, first: Field) -> Vec<Field> {
        let mut fields = vec![first];
        if arms {
            fields.push(Field::new("arm", DataType::Utf8, false));
        }
        fields.extend([
            Field::new("week", DataType::UInt32, false),
            Field::new("date", DataType::Date32, false),
            Field::new("name", DataType::Utf8, false),
            Field::new("index", DataType::Utf8, true),
            Field::new("unit", DataType::Utf8, false),
            Field::new("value", DataType::Float64, false),
        ]);
        fields
    }

    fn add(&mut self, model: &Model, arm: ArmName, target: Target, week: u32, value: f64) {
        if let Some(arms) = &mut self.arms {
            arms.append_value(arm.word());
        }
        self.week.append_value(week);
        self.date.append_value(days(model.calendar.monday(week)));
        self.name.append_value(&model.element(target.element).name);
        self.index.append_option(subject_of(model, target));
        match unit_of(model, target) {
            Some(unit) => self.unit.append_value(unit.text),
            None => self.unit.append_value("1"),
        }
        self.value.append_value(value);
    }

    fn finish(&mut self, first: ArrayRef) -> Vec<ArrayRef> {
        let mut arrays = vec![first];
        if let Some(arms) = &mut self.arms {
            arrays.push(Arc::new(arms.finish()));
        }
        arrays.extend([
            Arc::new(self.week.finish()) as ArrayRef,
            Arc::new(self.date.finish()),
            Arc::new(self.name.finish()),
            Arc::new(self.index.finish()),
            Arc::new(self.unit.finish()),
            Arc::new(self.value.finish()),
        ]);
        arrays
    }
}

/// Writes the quantiles of each arm.
pub(super) fn write_quantiles(
    draft: &Draft,
    model: &Model,
    arms: &[(ArmName, &[SeriesAnswer])],
) -> Result<u64, LabError> {
    let several = arms.len() > 1;
    let first = Field::new("quantile", DataType::Float64, false);
    let schema = Schema::new(Points::fields(several, first));
    let mut table = Table::begin(draft, "series.parquet", schema)?;
    let mut points = Points::new(several);
    for (arm, series) in arms {
        for one in *series {
            let mut quantiles = Float64Builder::new();
            for (key, values) in &one.quantiles {
                let quantile: f64 = key.parse().unwrap_or(f64::NAN);
                for (week, value) in values.iter().enumerate() {
                    quantiles.append_value(quantile);
                    points.add(model, *arm, one.target, week as u32, *value);
                }
            }
            let columns = points.finish(Arc::new(quantiles.finish()));
            table.write(columns)?;
        }
    }
    table.end()
}

/// Every value of the quantities followed, in the first histories.
pub(super) struct WholeSeries {
    table: Table,
    left: u64,
    followed: Vec<(Target, f64)>,
    history: UInt64Builder,
    points: Points,
}

impl WholeSeries {
    pub(super) fn begin(
        draft: &Draft,
        model: &Model,
        followed: &[Target],
        left: u64,
        arms: bool,
    ) -> Result<Self, LabError> {
        let first = Field::new("history", DataType::UInt64, false);
        let schema = Schema::new(Points::fields(arms, first));
        let scale = |target: &Target| unit_of(model, *target).map_or(1.0, |unit| unit.scale);
        Ok(Self {
            table: Table::begin(draft, "whole_series.parquet", schema)?,
            left,
            followed: followed.iter().map(|target| (*target, scale(target))).collect(),
            history: UInt64Builder::new(),
            points: Points::new(arms),
        })
    }

    pub(super) fn add(
        &mut self,
        model: &Model,
        sheaf: &Sheaf,
        what_if: Option<&Sheaf>,
    ) -> Result<(), LabError> {
        let taken = self.left.min(sheaf.size as u64);
        self.left -= taken;
        let arms = [(ArmName::Baseline, Some(sheaf)), (ArmName::WhatIf, what_if)];
        for history in 0..taken as usize {
            for (arm, sheaf) in arms.iter().filter_map(|(arm, sheaf)| Some((*arm, (*sheaf)?))) {
                for ((target, scale), values) in self.followed.iter().zip(&sheaf.series) {
                    for (week, value) in values.iter().skip(history).step_by(sheaf.size).enumerate()
                    {
                        self.history.append_value(sheaf.first + history as u64);
                        self.points.add(model, arm, *target, week as u32, value / scale);
                    }
                }
            }
            if ArrayBuilder::len(&self.history) >= BATCH {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), LabError> {
        let columns = self.points.finish(Arc::new(self.history.finish()));
        self.table.write(columns)
    }

    pub(super) fn end(mut self) -> Result<u64, LabError> {
        self.flush()?;
        self.table.end()
    }
}
