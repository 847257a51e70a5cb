//! `histories.parquet`: one row a history (two in a comparison), its number and its outcomes.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, StringBuilder, UInt64Builder,
};
use arrow::datatypes::{DataType, Field, Schema};
use detente_model::{Kind, Model, Target, Type};

use super::ArmName;
use super::columns::{BATCH, Table, days};
use super::folder::Draft;
use crate::LabError;
use crate::sheaf::Sheaf;
use crate::tally::{scale_of, week_of_value};

/// The table being written.
pub(super) struct Histories {
    table: Table,
    arms: Option<StringBuilder>,
    numbers: UInt64Builder,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    Truth(BooleanBuilder),
    Number(Float64Builder, f64),
    Date(Date32Builder),
    Member(StringBuilder, Vec<String>),
}

impl Histories {
    pub(super) fn begin(
        draft: &Draft,
        model: &Model,
        outcomes: &[Target],
        arms: bool,
    ) -> Result<Self, LabError> {
        let columns: Vec<Column> =
            outcomes.iter().map(|target| Column::of(model, *target)).collect();
        let mut fields = vec![Field::new("history", DataType::UInt64, false)];
        if arms {
            fields.push(Field::new("arm", DataType::Utf8, false));
        }
        for (target, column) in outcomes.iter().zip(&columns) {
            let nullable = matches!(column, Column::Date(_) | Column::Member(..));
            let field = Field::new(model.full_name(*target), column.data_type(), nullable);
            fields.push(
                field.with_metadata(
                    [("about".to_owned(), about(model, *target))]
                        .into_iter()
                        .collect::<arrow::datatypes::Metadata>(),
                ),
            );
        }
        Ok(Self {
            table: Table::begin(draft, "histories.parquet", Schema::new(fields))?,
            arms: arms.then(StringBuilder::new),
            numbers: UInt64Builder::new(),
            columns,
            rows: 0,
        })
    }

    pub(super) fn add(
        &mut self,
        model: &Model,
        arm: ArmName,
        sheaf: &Sheaf,
    ) -> Result<(), LabError> {
        for history in 0..sheaf.size {
            self.numbers.append_value(sheaf.first + history as u64);
            if let Some(arms) = &mut self.arms {
                arms.append_value(arm.word());
            }
            for (column, values) in self.columns.iter_mut().zip(&sheaf.outcomes) {
                column.add(model, values[history]);
            }
        }
        self.rows += sheaf.size;
        if self.rows >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LabError> {
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(self.numbers.finish())];
        if let Some(arms) = &mut self.arms {
            arrays.push(Arc::new(arms.finish()));
        }
        arrays.extend(self.columns.iter_mut().map(Column::finish));
        self.rows = 0;
        self.table.write(arrays)
    }

    pub(super) fn end(mut self) -> Result<u64, LabError> {
        self.flush()?;
        self.table.end()
    }
}

impl Column {
    fn of(model: &Model, target: Target) -> Self {
        let number = || Self::Number(Float64Builder::new(), scale_of(model, target));
        let Kind::Outcome(outcome) = &model.element(target.element).kind else { return number() };
        match &outcome.is.gives {
            Type::Truth => Self::Truth(BooleanBuilder::new()),
            Type::Number(_) => number(),
            Type::Date => Self::Date(Date32Builder::new()),
            Type::Member(root) => {
                let names = model.set(*root).roll.iter().map(|member| member.name.clone());
                Self::Member(StringBuilder::new(), names.collect())
            }
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Truth(_) => DataType::Boolean,
            Self::Number(..) => DataType::Float64,
            Self::Date(_) => DataType::Date32,
            Self::Member(..) => DataType::Utf8,
        }
    }

    fn add(&mut self, model: &Model, value: f64) {
        match self {
            Self::Truth(column) => column.append_value(value != 0.0),
            Self::Number(column, scale) => column.append_value(value / *scale),
            Self::Date(column) => {
                let monday = |week| days(model.calendar.monday(week));
                column.append_option(week_of_value(value).map(monday));
            }
            Self::Member(column, names) => {
                let name = if value < 0.0 { None } else { names.get(value as usize) };
                column.append_option(name);
            }
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Truth(column) => Arc::new(column.finish()),
            Self::Number(column, _) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Member(column, _) => Arc::new(column.finish()),
        }
    }
}

/// Title and unit of an outcome, kept with its column under one key, so that the file's bytes do not
/// hang on an order of keys.
fn about(model: &Model, target: Target) -> String {
    let title = crate::answer::title_of(model, target);
    match &model.element(target.element).kind {
        Kind::Outcome(outcome) if matches!(outcome.is.gives, Type::Number(_)) => {
            format!("{title} ({})", outcome.unit.text)
        }
        _ => title,
    }
}
