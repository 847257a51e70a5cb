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

/// The table as text with a line break at its end, nothing trailing on any line.
pub(crate) fn text(table: &Table) -> String {
    let mut out = String::new();
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The terminal's width in columns, at most 160, and no less than words can be broken into; 110 where
/// there is no terminal.
pub(crate) fn width() -> u16 {
    terminal_size::terminal_size().map_or(110, |(width, _)| width.0.clamp(20, 160))
}
