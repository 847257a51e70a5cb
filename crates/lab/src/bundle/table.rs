//! An answer as one table: CSV for a spreadsheet and Parquet for a program, of the same rows and
//! columns.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;

use crate::LabError;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// Words.
    Words,
    /// Numbers, written so that reading them gives the same bits.
    Numbers,
}

/// An answer as rows. An empty cell says that there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The columns' names, and what they hold.
    pub columns: Vec<(String, Cells)>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<String>>,
}

impl Rows {
    /// No rows yet, of these columns.
    pub fn of(columns: &[(&str, Cells)]) -> Self {
        let columns = columns.iter().map(|(name, cells)| ((*name).to_owned(), *cells));
        Self { columns: columns.collect(), rows: Vec::new() }
    }
}

/// An answer that can be given as one table.
pub trait Tabular {
    /// The table.
    fn rows(&self) -> Rows;
}

/// An answer as CSV (RFC 4180), a header first.
///
/// # Errors
/// None in practice: memory is written to.
pub fn as_csv(answer: &impl Tabular) -> Result<Vec<u8>, LabError> {
    let failed = |error: &dyn std::fmt::Display| {
        LabError::Unwritable("outcomes.csv".into(), error.to_string())
    };
    let table = answer.rows();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = table.columns.iter().map(|(name, _)| name.as_str());
    writer.write_record(heads).map_err(|error| failed(&error))?;
    for row in &table.rows {
        writer.write_record(row).map_err(|error| failed(&error))?;
    }
    writer.into_inner().map_err(|error| failed(&error))
}

/// An answer as Parquet, for a pipe or a file; what is empty is null.
///
/// # Errors
/// None in practice: memory is written to.
pub fn as_parquet(answer: &impl Tabular) -> Result<Vec<u8>, LabError> {
    fn failed(error: impl std::fmt::Display) -> LabError {
        LabError::Unwritable("outcomes.parquet".into(), error.to_string())
    }
    let table = answer.rows();
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (number, (name, kind)) in table.columns.iter().enumerate() {
        let cells = table
            .rows
            .iter()
            .map(|row| row.get(number).map(String::as_str).filter(|cell| !cell.is_empty()));
        match kind {
            Cells::Words => {
                fields.push(Field::new(name, DataType::Utf8, true));
                columns.push(Arc::new(cells.collect::<StringArray>()));
            }
            Cells::Numbers => {
                fields.push(Field::new(name, DataType::Float64, true));
                let values = cells.map(|cell| cell.and_then(|cell| cell.parse::<f64>().ok()));
                columns.push(Arc::new(values.collect::<Float64Array>()));
            }
        }
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(failed)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).map_err(failed)?;
    writer.write(&batch).map_err(failed)?;
    writer.into_inner().map_err(failed)
}
