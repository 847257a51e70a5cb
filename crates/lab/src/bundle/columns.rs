//! A Parquet table that is written as it comes, with memory for a few thousand rows.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::folder::Draft;
use crate::LabError;

/// Rows gathered before they are handed to the writer.
pub(super) const BATCH: usize = 8_192;
/// Rows in a group of the file.
const GROUP: usize = 65_536;

/// A table being written.
pub(super) struct Table {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    shown: PathBuf,
    /// Rows written so far.
    pub(super) rows: u64,
}

impl Table {
    /// Begins a table in a draft folder.
    pub(super) fn begin(draft: &Draft, name: &str, schema: Schema) -> Result<Self, LabError> {
        let shown = draft.shown(name);
        let file =
            File::create(draft.place(name)).map_err(|error| LabError::writing(&shown, &error))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .set_created_by(format!("detente {}", crate::RELEASE))
            .build();
        let schema = Arc::new(schema);
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
            .map_err(|error| failed(&shown, error))?;
        Ok(Self { writer, schema, shown, rows: 0 })
    }

    /// Writes some rows, a column each.
    pub(super) fn write(&mut self, columns: Vec<arrow::array::ArrayRef>) -> Result<(), LabError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error: ArrowError| self.unwritable(&error.to_string()))?;
        self.rows += batch.num_rows() as u64;
        self.writer.write(&batch).map_err(|error| failed(&self.shown, error))
    }

    /// Writes the end of the table and makes it last.
    pub(super) fn end(self) -> Result<u64, LabError> {
        let shown = self.shown;
        let file = self.writer.into_inner().map_err(|error| failed(&shown, error))?;
        file.sync_all().map_err(|error| LabError::writing(&shown, &error))?;
        Ok(self.rows)
    }

    fn unwritable(&self, why: &str) -> LabError {
        LabError::Unwritable(self.shown.clone(), why.to_owned())
    }
}

/// The error of the system beneath, where there is one: a full disk is told as such.
fn failed(shown: &std::path::Path, error: ParquetError) -> LabError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return LabError::writing(shown, error);
        }
        cause = error.source();
    }
    let text = error.to_string();
    if text.contains("No space left") || text.contains("os error 28") {
        return LabError::DiskFull(shown.to_owned());
    }
    LabError::Unwritable(shown.to_owned(), text)
}

/// Days since 1970-01-01, as Arrow counts dates.
pub(super) fn days(date: detente_model::Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    date.since(epoch).map_or(0, |span| span.get_days())
}
