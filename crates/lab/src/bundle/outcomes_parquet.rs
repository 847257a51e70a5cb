//! The outcomes as one Parquet table, for a pipe: the rows and columns of `outcomes.csv`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;

use super::outcomes::{comparison_csv, ensemble_csv};
use crate::LabError;
use crate::answer::Ensemble;
use crate::compare::Comparison;

/// The columns that are words; the others are numbers, null where there is none.
const WORDS: [&str; 5] = ["id", "title", "kind", "unit", "recorded"];

/// The outcomes of an ensemble as Parquet.
///
/// # Errors
/// None in practice: memory is written to.
pub fn ensemble_parquet(answer: &Ensemble) -> Result<Vec<u8>, LabError> {
    parquet_of(&ensemble_csv(answer)?)
}

/// The outcomes of a comparison as Parquet.
///
/// # Errors
/// None in practice: memory is written to.
pub fn comparison_parquet(answer: &Comparison) -> Result<Vec<u8>, LabError> {
    parquet_of(&comparison_csv(answer)?)
}

fn parquet_of(table: &[u8]) -> Result<Vec<u8>, LabError> {
    fn failed(error: impl std::fmt::Display) -> LabError {
        LabError::Unwritable("outcomes.parquet".into(), error.to_string())
    }
    let mut reader = csv::Reader::from_reader(table);
    let heads = reader.headers().map_err(failed)?.clone();
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(failed)?;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (number, head) in heads.iter().enumerate() {
        let cells = rows.iter().map(|row| row.get(number).filter(|cell| !cell.is_empty()));
        if WORDS.contains(&head) {
            fields.push(Field::new(head, DataType::Utf8, true));
            columns.push(Arc::new(cells.collect::<StringArray>()));
        } else {
            fields.push(Field::new(head, DataType::Float64, true));
            let values = cells.map(|cell| cell.and_then(|cell| cell.parse::<f64>().ok()));
            columns.push(Arc::new(values.collect::<Float64Array>()));
        }
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(failed)?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, None).map_err(failed)?;
    writer.write(&batch).map_err(failed)?;
    writer.into_inner().map_err(failed)
}
