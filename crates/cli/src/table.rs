//! Tables for the terminal: no boxes, one line under the head.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table};

/// Where the words of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Words, from the left.
    Words,
    /// Numbers, to the right.
    Numbers,
}

/// An empty table with these heads, as wide as the terminal allows.
pub(crate) fn table(heads: &[(&str, Column)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING.header_separator(LineStyle::new('─', '─', '─', '─')))
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width())
        .set_header(heads.iter().map(|(head, _)| *head).collect::<Vec<_>>());
    for (column, (_, kind)) in table.column_iter_mut().zip(heads) {
        column.set_padding((0, 2));
        if *kind == Column::Numbers {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A terminal narrower than this shows a table row by row.
const NARROW: u16 = 60;

/// The table as text with a line break at its end, nothing trailing on any line; row by row, where the
/// terminal is narrow.
pub(crate) fn text(table: &Table) -> String {
    if width() < NARROW {
        return row_by_row(table);
    }
    let mut out = String::new();
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Each row as its first cell and, beneath, the others under their heads.
fn row_by_row(table: &Table) -> String {
    let heads: Vec<String> = table
        .header()
        .into_iter()
        .flat_map(|row| row.cell_iter())
        .map(|own| own.content())
        .collect();
    let mut out = String::new();
    for row in table.row_iter() {
        for (number, (cell, head)) in row.cell_iter().zip(&heads).enumerate() {
            let cell = cell.content();
            match (number, head.as_str(), cell.is_empty()) {
                (0, ..) => out.push_str(&cell),
                (.., true) => continue,
                (_, "", _) => out.push_str(&format!("  {cell}")),
                (_, head, _) => out.push_str(&format!("  {head}: {cell}")),
            }
            out.push('\n');
        }
    }
    out
}

/// The terminal's width in columns, at most 160; 110 where there is no terminal.
fn width() -> u16 {
    terminal_size::terminal_size().map_or(110, |(width, _)| width.0.min(160))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_table_is_told_row_by_row() {
        let mut own =
            table(&[("What", Column::Words), ("Of 100", Column::Numbers), ("", Column::Words)]);
        own.add_row(["A crisis", "34", "or so"]);
        own.add_row(["War", "", ""]);
        assert_eq!(row_by_row(&own), "A crisis\n  Of 100: 34\n  or so\nWar\n");
    }
}
