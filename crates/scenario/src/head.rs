//! What a scenario says of itself: title, calendar, purpose; and what each file of it is about.

use std::collections::BTreeMap;

use detente_model::{Calendar, CasebookPage, Subsystem};
use jiff::civil::Weekday;

use crate::diagnostic::Code;
use crate::document::Fields;
use crate::expressions::{Ledger, day};
use crate::folder::{FileKind, Files};
use crate::gather::Gathered;
use crate::place::FileId;
use crate::provenance::{Bibliography, citations};

/// The most weeks of a calendar: a hundred years.
const MOST_WEEKS: i64 = 5_200;

/// What `scenario.toml` says beside its elements.
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) thesis: String,
    pub(crate) leaves_out: String,
    pub(crate) authors: Vec<String>,
    /// `None` if it cannot be used; that is reported.
    pub(crate) calendar: Option<Calendar>,
}

/// Reads the head of the scenario.
pub(crate) fn read_head(gathered: &Gathered, sources: &Bibliography, ledger: &mut Ledger) -> Head {
    let mut fields = Fields::new(&gathered.scenario, "scenario.toml");
    for key in ["format", "extends"] {
        fields.has(key);
    }
    fields.need("title", "say what a reader sees: `title = \"…\"`", &mut ledger.findings);
    let mut sentence = |key: &'static str| {
        let text = fields.text(key, &mut ledger.findings);
        text.map_or(String::new(), |text| text.value.trim().to_owned())
    };
    let title = sentence("title");
    let (about, thesis, leaves_out) =
        (sentence("about"), sentence("thesis"), sentence("leaves_out"));
    sentence("judgement");
    let authors = fields.texts("authors", &mut ledger.findings);
    let authors = authors.into_iter().map(|text| text.value.trim().to_owned()).collect();
    let cited = fields.citations("source", &mut ledger.findings);
    citations(&cited, sources, ledger);
    let calendar = calendar(&mut fields, ledger);
    fields.finish(&mut ledger.findings);
    Head { title, about, thesis, leaves_out, authors, calendar }
}

fn calendar(fields: &mut Fields<'_>, ledger: &mut Ledger) -> Option<Calendar> {
    let help = "the first day, a Monday: `start = 1952-12-01`";
    let start_there = fields.need("start", help, &mut ledger.findings);
    let help = "how many weeks there are: `weeks = 214`";
    let weeks_there = fields.need("weeks", help, &mut ledger.findings);
    if !start_there || !weeks_there {
        return None;
    }
    let start = fields.date("start", &mut ledger.findings);
    let weeks = fields.whole("weeks", (1, MOST_WEEKS), &mut ledger.findings);
    let ((start, span), (weeks, weeks_span)) = (start?, weeks?);
    if start.weekday() != Weekday::Monday {
        let back = i32::from(start.weekday().since(Weekday::Monday));
        let monday = start.saturating_sub(jiff::Span::new().days(back));
        let message = format!("{} is not a Monday", day(start));
        let help = format!("a week begins on Monday: {monday} is one");
        ledger.report(Code::BadCalendar, span, message, help);
        return None;
    }
    if start.checked_add(jiff::Span::new().days(weeks * 7)).is_err() {
        let message = "this period goes beyond all calendars";
        ledger.report(Code::BadCalendar, weeks_span, message, "make it shorter");
        return None;
    }
    Some(Calendar { start, weeks: weeks as u32 })
}

/// The name of a file without folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |parts| parts.0)
}

/// The subsystems, in order of file name, and which file is which.
pub(crate) fn read_subsystems(
    gathered: &Gathered,
    files: &Files,
    sources: &Bibliography,
    ledger: &mut Ledger,
) -> (Vec<Subsystem>, BTreeMap<FileId, usize>) {
    let mut read: BTreeMap<String, (Subsystem, Vec<FileId>)> = BTreeMap::new();
    for chapter in &gathered.chapters {
        let Some(file) = files.get(chapter.file) else { continue };
        let mut fields = Fields::new(&chapter.table, "this file");
        let mut sentence = |key: &'static str| {
            let text = fields.text(key, &mut ledger.findings);
            text.map_or(String::new(), |text| text.value.trim().to_owned())
        };
        let about = sentence("about");
        let (thesis, leaves_out) = (sentence("thesis"), sentence("leaves_out"));
        let cited = fields.citations("source", &mut ledger.findings);
        let cited = citations(&cited, sources, ledger);
        if file.kind != FileKind::Model {
            continue;
        }
        let name = stem(&file.path).to_owned();
        let own = Subsystem { name: name.clone(), about, thesis, leaves_out, sources: cited };
        // A file of the same name in a scenario that extends speaks for the subsystem.
        let entry = read.entry(name).or_insert_with(|| (own.clone(), Vec::new()));
        if !own.about.is_empty() {
            entry.0 = own;
        }
        entry.1.push(chapter.file);
    }
    let mut places = BTreeMap::new();
    let mut subsystems = Vec::new();
    for (number, (_, (subsystem, own))) in read.into_iter().enumerate() {
        subsystems.push(subsystem);
        places.extend(own.into_iter().map(|file| (file, number)));
    }
    (subsystems, places)
}

/// The pages of the briefing.
pub(crate) fn casebook(gathered: &Gathered, files: &Files) -> Vec<CasebookPage> {
    let page = |id: &FileId| {
        let file = files.get(*id)?;
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        Some(CasebookPage { file: name.to_owned(), text: file.text.clone() })
    };
    gathered.casebook.iter().filter_map(page).collect()
}
