//! Tables in `data/`: rows by date, by member or by both, each with its source.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::diagnostic::{Code, Finding};
use crate::place::{FileId, Span, Text};
use crate::spelling::suggest;
use crate::syntax::ast::{Citation, Ident, SpannedDate};
use crate::syntax::{fault_of_name, parse_citation};

/// The most rows of a table.
pub const MOST_ROWS: usize = 20_000;
/// The most columns of a table.
pub const MOST_COLUMNS: usize = 64;

/// A table as read.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    /// The file.
    pub file: FileId,
    /// Columns of values, in order: all but `date`, `member`, `source`, `judgement`, `note`.
    pub columns: Vec<Ident>,
    /// Whether rows have dates.
    pub dated: bool,
    /// Whether rows have members.
    pub by_member: bool,
    /// The rows, in order of the file.
    pub rows: Vec<Row>,
    /// The header.
    pub header: Span,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The day from which it holds, in a table with a column `date`.
    pub date: Option<SpannedDate>,
    /// The member of which it tells, in a table with a column `member`.
    pub member: Option<Ident>,
    /// A cell for each of the table's columns.
    pub cells: Vec<Cell>,
    /// Sources, divided by semicolons in the file.
    pub sources: Vec<Citation>,
    /// The judgement, if there is one.
    pub judgement: Option<String>,
    /// The whole line.
    pub span: Span,
}

/// A cell as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text, trimmed.
    pub text: String,
    /// Its place; the whole line if the line holds quotation marks.
    pub span: Span,
}

impl DataTable {
    /// The place of the column called `name` among a row's cells; reports its absence at `asked`.
    pub fn column(&self, name: &str, asked: Span, findings: &mut Vec<Finding>) -> Option<usize> {
        let place = self.columns.iter().position(|column| column.text == name);
        if place.is_none() {
            let names: Vec<&str> = self.columns.iter().map(|column| column.text.as_str()).collect();
            let listed = format!("its columns are {}", names.join(", "));
            let help = suggest(name, names.iter().copied(), &listed);
            let message = format!("the table has no column `{name}`");
            let finding = Finding::new(Code::NoSuchTable, asked, message).help(help);
            findings.push(finding.related(self.header, "the table's columns"));
        }
        place
    }
}

impl Cell {
    /// The number it holds; reports what is none.
    pub fn number(&self, findings: &mut Vec<Finding>) -> Option<f64> {
        let plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
        let number = self.text.parse::<f64>().ok().filter(|n| n.is_finite());
        if number.is_some() && self.text.bytes().all(plain) {
            return number;
        }
        let (message, help) = if self.text.is_empty() {
            ("this cell is empty".to_owned(), "leave the row out, or give the number")
        } else {
            let help = "write digits and a point, without separators or units: 1234.5";
            (format!("`{}` is not a number", self.text), help)
        };
        findings.push(Finding::new(Code::BadCell, self.span, message).help(help));
        None
    }
}

/// Reads the table `text` of `file`. `None` if its header cannot be used; rows that cannot be read
/// are reported and left out.
pub fn read_table(file: FileId, text: &str, findings: &mut Vec<Finding>) -> Option<DataTable> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if lines.len() > MOST_ROWS => {
                let message = format!("a table of more than {MOST_ROWS} rows");
                let span = Span::new(file, start, start);
                findings.push(Finding::new(Code::TableSyntax, span, message).help("divide it"));
                break;
            }
            Ok(true) => {
                let from = record.position().map_or(start, |p| p.byte() as usize);
                let to = usize::try_from(reader.position().byte()).unwrap_or(text.len());
                lines.push(Line::new(file, text, from, to, &record));
            }
            Err(error) => {
                let span = Span::new(file, start, start);
                let message = format!("this table cannot be read: {error}");
                findings.push(Finding::new(Code::TableSyntax, span, message));
                break;
            }
        }
    }
    let mut lines = lines.into_iter();
    let Some(header) = lines.next() else {
        let message = "this table is empty";
        let help = "its first line names the columns: date,flight,source";
        let span = Span::new(file, 0, 0);
        findings.push(Finding::new(Code::TableSyntax, span, message).help(help));
        return None;
    };
    let layout = Layout::new(&header, findings)?;
    let rows = lines.filter_map(|line| layout.row(&line, findings)).collect();
    let columns = layout
        .values
        .iter()
        .map(|&i| Ident { text: header.cells[i].text.clone(), span: header.cells[i].span });
    let table = DataTable {
        file,
        columns: columns.collect(),
        dated: layout.date.is_some(),
        by_member: layout.member.is_some(),
        rows,
        header: header.span,
    };
    check_order(&table, findings);
    Some(table)
}

/// A line of the file, divided into cells.
struct Line {
    cells: Vec<Cell>,
    span: Span,
}

impl Line {
    fn new(file: FileId, text: &str, from: usize, to: usize, record: &csv::StringRecord) -> Line {
        let raw = text.get(from..to).unwrap_or("");
        let lead = raw.len() - raw.trim_start_matches(['\r', '\n']).len();
        let whole = raw.trim_matches(['\r', '\n']);
        let from = from + lead;
        let span = Span::new(file, from, from + whole.len());
        let quoted = whole.contains('"');
        let mut at = from;
        let cells = record.iter().map(|cell| {
            let trimmed = cell.trim();
            let indent = cell.len() - cell.trim_start().len();
            let own = Span::new(file, at + indent, at + indent + trimmed.len());
            at += cell.len() + 1;
            Cell { text: trimmed.to_owned(), span: if quoted { span } else { own } }
        });
        Line { cells: cells.collect(), span }
    }
}

/// Which column is what.
struct Layout {
    width: usize,
    date: Option<usize>,
    member: Option<usize>,
    source: Option<usize>,
    judgement: Option<usize>,
    values: Vec<usize>,
}

impl Layout {
    fn new(header: &Line, findings: &mut Vec<Finding>) -> Option<Layout> {
        let before = findings.len();
        let names: Vec<&str> = header.cells.iter().map(|cell| cell.text.as_str()).collect();
        let place = |name: &str| names.iter().position(|&n| n == name);
        let mut report = |span: Span, code: Code, message: String, help: &str| {
            findings.push(Finding::new(code, span, message).help(help));
        };
        if names.len() > MOST_COLUMNS {
            let message = format!("a table of more than {MOST_COLUMNS} columns");
            report(header.span, Code::TableSyntax, message, "divide it");
        }
        for (i, cell) in header.cells.iter().enumerate() {
            if let Some(fault) = fault_of_name(&cell.text) {
                let message = format!("`{}` cannot name a column", cell.text);
                report(cell.span, Code::BadName, message, &fault);
            } else if names[..i].contains(&cell.text.as_str()) {
                let message = format!("there are two columns `{}`", cell.text);
                report(cell.span, Code::DuplicateName, message, "name one of them otherwise");
            }
        }
        if !matches!(names.first(), Some(&("date" | "member"))) {
            let message = "the first column is neither `date` nor `member`".to_owned();
            let help = "a table begins with `date`, with `member`, or with both";
            report(
                header.cells.first().map_or(header.span, |c| c.span),
                Code::TableSyntax,
                message,
                help,
            );
        }
        if place("source").is_none() && place("judgement").is_none() {
            let message = "the table does not say where its numbers come from".to_owned();
            let help = "add a column `source` (keys of sources.bib) or `judgement`";
            report(header.span, Code::Unsourced, message, help);
        }
        let special = ["date", "member", "source", "judgement", "note"];
        let layout = Layout {
            width: names.len(),
            date: place("date"),
            member: place("member"),
            source: place("source"),
            judgement: place("judgement"),
            values: (0..names.len()).filter(|&i| !special.contains(&names[i])).collect(),
        };
        (findings.len() == before).then_some(layout)
    }

    fn row(&self, line: &Line, findings: &mut Vec<Finding>) -> Option<Row> {
        if line.cells.len() != self.width {
            let message =
                format!("this row has {} cells, and the header {}", line.cells.len(), self.width);
            let help = "put cells that hold commas in quotation marks";
            findings.push(Finding::new(Code::TableSyntax, line.span, message).help(help));
            return None;
        }
        let cell = |place: usize| &line.cells[place];
        let date = match self.date {
            Some(place) => Some(date_of(cell(place), findings)?),
            None => None,
        };
        let member = match self.member {
            Some(place) => Some(member_of(cell(place), findings)?),
            None => None,
        };
        let mut sources = Vec::new();
        let cited = self.source.map(cell).filter(|cell| !cell.text.is_empty());
        for part in cited.iter().flat_map(|cell| cell.text.split(';')) {
            let span = cited.map_or(line.span, |cell| cell.span);
            let text = Text::with_runs(part.trim().to_owned(), span, vec![(0, span.start)]);
            sources.extend(parse_citation(&text, findings));
        }
        let judgement = self.judgement.map(cell).map(|cell| cell.text.clone());
        let judgement = judgement.filter(|text| !text.is_empty());
        if cited.is_none() && judgement.is_none() {
            let message = "this row has neither source nor judgement";
            let help = "say where its numbers come from";
            findings.push(Finding::new(Code::Unsourced, line.span, message).help(help));
        }
        let cells = self.values.iter().map(|&place| cell(place).clone()).collect();
        Some(Row { date, member, cells, sources, judgement, span: line.span })
    }
}

fn date_of(cell: &Cell, findings: &mut Vec<Finding>) -> Option<SpannedDate> {
    let bytes = cell.text.as_bytes();
    let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let date = cell.text.parse::<Date>().ok().filter(|_| shape);
    if date.is_none() {
        let message = format!("`{}` is not a date", cell.text);
        let help = "a date is written year-month-day, as in 1953-06-17";
        findings.push(Finding::new(Code::BadCell, cell.span, message).help(help));
    }
    date.map(|date| SpannedDate { date, span: cell.span })
}

fn member_of(cell: &Cell, findings: &mut Vec<Finding>) -> Option<Ident> {
    if let Some(fault) = fault_of_name(&cell.text) {
        let message = format!("`{}` is not the name of a member", cell.text);
        findings.push(Finding::new(Code::BadCell, cell.span, message).help(fault));
        return None;
    }
    Some(Ident { text: cell.text.clone(), span: cell.span })
}

/// Dates ascend, for each member by itself; nothing is said twice.
fn check_order(table: &DataTable, findings: &mut Vec<Finding>) {
    let mut last: BTreeMap<Option<&str>, (Option<Date>, Span)> = BTreeMap::new();
    for row in &table.rows {
        let member = row.member.as_ref().map(|member| member.text.as_str());
        let date = row.date.map(|date| date.date);
        if let Some((before, span)) = last.insert(member, (date, row.span))
            && date <= before
        {
            let twice = date == before;
            let message = if twice {
                "this row says again what an earlier row says"
            } else {
                "this row is earlier than the row before it"
            };
            let help = if twice { "remove one of the two" } else { "sort the rows by date" };
            let finding = Finding::new(Code::TableOrder, row.span, message).help(help);
            findings.push(finding.related(span, "the earlier row"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<DataTable>, Vec<String>) {
        let mut findings = Vec::new();
        let table = read_table(FileId(0), text, &mut findings);
        let shown = findings.iter().map(|f| {
            let place = &text[f.span.start as usize..f.span.end as usize];
            format!("{} {} <{place}>", f.code, f.message)
        });
        (table, shown.collect())
    }

    #[test]
    fn a_table_by_date_and_member_is_read() {
        let (table, findings) = read(
            "date,member,flight,note,source\n# a comment\n1953-01-01, gdr ,12.5,x,\"ghdi-flight, 3; b\"\n\
             1953-01-01,poland,3,,b\n1953-02-01,gdr,1e3,,b\n",
        );
        assert_eq!(findings, Vec::<String>::new());
        let table = table.expect("a table");
        assert_eq!(table.columns.len(), 1);
        assert_eq!(table.rows.len(), 3);
        assert_eq!(table.rows[0].sources.len(), 2);
        assert_eq!(table.rows[0].sources[0].place.as_deref(), Some("3"));
        assert_eq!(table.rows[0].member.as_ref().map(|m| m.text.as_str()), Some("gdr"));
        assert_eq!(table.rows[2].cells[0].number(&mut Vec::new()), Some(1000.0));
    }

    #[test]
    fn faults_are_placed_in_their_cells() {
        let (table, findings) = read(
            "date,flight,source\n1953-13-01,1,a\n1953-01-01,1\n1953-02-01,x,\n1953-01-05,inf,a b\n",
        );
        assert_eq!(
            findings,
            [
                "S074 `1953-13-01` is not a date <1953-13-01>",
                "S070 this row has 2 cells, and the header 3 <1953-01-01,1>",
                "S060 this row has neither source nor judgement <1953-02-01,x,>",
                "S061 `a b` is not the key of a source <a b>",
                "S073 this row is earlier than the row before it <1953-01-05,inf,a b>",
            ]
        );
        let table = table.expect("a table");
        let mut findings = Vec::new();
        for row in &table.rows {
            assert_eq!(row.cells[0].number(&mut findings), None);
        }
        assert_eq!(findings.len(), 2);
        assert_eq!(table.column("flght", table.header, &mut findings), None);
        assert_eq!(findings[2].help, "did you mean `flight`?");
    }

    #[test]
    fn headers_are_checked() {
        for (header, codes) in [
            ("", vec!["S070"]),
            ("flight,source\n", vec!["S070"]),
            ("date,flight\n", vec!["S060"]),
            ("date,Flight,source,source\n", vec!["S016", "S031"]),
        ] {
            let (table, findings) = read(header);
            assert_eq!(table, None);
            let found: Vec<&str> = findings.iter().map(|f| &f[..4]).collect();
            assert_eq!(found, codes, "{header}");
        }
    }
}
