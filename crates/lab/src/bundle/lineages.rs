//! `lineages.parquet`: the numbers under which each history that follows the record was drawn.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Builder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Schema};
use detente_engine::Lineage;

use super::columns::{BATCH, Table};
use super::folder::Draft;
use crate::LabError;

/// The table being written: a row for each number that a history has had.
pub(super) struct Lineages {
    table: Table,
    histories: UInt64Builder,
    from_weeks: UInt32Builder,
    numbers: UInt64Builder,
    rows: usize,
}

impl Lineages {
    pub(super) fn begin(draft: &Draft) -> Result<Self, LabError> {
        let fields = vec![
            Field::new("history", DataType::UInt64, false),
            Field::new("from_week", DataType::UInt32, false),
            Field::new("number", DataType::UInt64, false),
        ];
        Ok(Self {
            table: Table::begin(draft, "lineages.parquet", Schema::new(fields))?,
            histories: UInt64Builder::new(),
            from_weeks: UInt32Builder::new(),
            numbers: UInt64Builder::new(),
            rows: 0,
        })
    }

    /// Takes the lineages of histories `first` and on.
    pub(super) fn add(&mut self, first: u64, lineages: &[Lineage]) -> Result<(), LabError> {
        for (history, lineage) in (first..).zip(lineages) {
            for &(from, number) in [(0, lineage.first())].iter().chain(lineage.later()) {
                self.histories.append_value(history);
                self.from_weeks.append_value(from);
                self.numbers.append_value(number);
                self.rows += 1;
            }
        }
        if self.rows >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LabError> {
        self.rows = 0;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.histories.finish()),
            Arc::new(self.from_weeks.finish()),
            Arc::new(self.numbers.finish()),
        ];
        self.table.write(columns)
    }

    pub(super) fn end(mut self) -> Result<u64, LabError> {
        self.flush()?;
        self.table.end()
    }
}
