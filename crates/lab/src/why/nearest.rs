//! The simulated history nearest to the record, and where the two first part.

use detente_engine::Machine;
use detente_model::{Model, RecordEntry, Tie, Week};
use serde::Serialize;

use crate::LabError;
use crate::answer::Asked;
use crate::ensemble::tell;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Followed, Question, Watch};
use crate::report::words::{count, date_of_text, number};
use crate::sheaf::Deed;

/// What an entry counts that is missed by as much or more, or never comes: half a year.
pub const MOST_WEEKS: Week = 26;

/// The history of a question that is nearest to the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NearestToRecord {
    /// The question it belongs to.
    #[serde(flatten)]
    pub asked: Asked,
    /// Its number.
    pub history: u64,
    /// Its distance: weeks by which an entry is off, on average; one that is off by 26 weeks or more,
    /// or never comes, counts as 26. Only entries that may be fitted to are counted.
    pub distance: f64,
    /// The mean distance of all histories that were searched.
    pub usual_distance: f64,
    /// The entries that are counted, in order of date.
    pub entries: Vec<EntryHeld>,
    /// The first of them that does not come within its window: where the two part.
    pub parts_at: Option<usize>,
}

/// An entry of the record, and when it comes in the history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryHeld {
    /// The entry's name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its date.
    pub recorded: String,
    /// The Monday of the week nearest to it in which it comes; `None` if it never does.
    pub comes: Option<String>,
    /// By how many weeks it is off, beyond the entry's own window.
    pub off: Week,
}

/// A tied entry that is counted.
struct Counted<'m> {
    entry: &'m RecordEntry,
    week: Week,
    half: Week,
}

/// The history nearest to the part of the record that may be fitted to.
///
/// # Errors
/// A record with nothing to be held against; otherwise as [`crate::ensemble()`].
pub fn nearest_to_record(
    model: &Model,
    question: &Question,
    watch: &Watch<'_>,
) -> Result<NearestToRecord, LabError> {
    question.check()?;
    let counted = counted(model);
    if counted.is_empty() {
        let what = "the record has no dated entry that is tied to the model and may be fitted to, so \
                    that no history is nearer to it than another";
        return Err(LabError::Question(what.to_owned()));
    }
    let bare = Question { series: Followed::These(Vec::new()), ..question.clone() };
    let arm = Layout::of(model, &bare).arm(model, &bare)?;
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    let mut best: Option<(u64, u64, Vec<Deed>)> = None;
    let (mut sum, mut finished) = (0, 0);
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| arm.run(question.seed, &pieces.ids(piece), machine),
        |sheaf| {
            for (lane, deeds) in sheaf.deeds.into_iter().enumerate() {
                let off: u64 = counted.iter().map(|own| u64::from(own.off(deeds.iter()).1)).sum();
                sum += off;
                finished += 1;
                if best.as_ref().is_none_or(|(least, ..)| off < *least) {
                    best = Some((off, sheaf.first + lane as u64, deeds));
                }
            }
            tell(watch, finished, question);
            Ok(())
        },
    )?;
    let Some((off, history, deeds)) = best else {
        return Err(LabError::Question("no history was finished".to_owned()));
    };
    let of = counted.len() as f64;
    let entries: Vec<EntryHeld> = counted.iter().map(|own| own.held(model, &deeds)).collect();
    Ok(NearestToRecord {
        asked: Asked::new(model, question, finished),
        history,
        distance: off as f64 / of,
        usual_distance: sum as f64 / finished as f64 / of,
        parts_at: entries.iter().position(|own| own.off > 0),
        entries,
    })
}

/// The entries that are tied and may be fitted to, in order of date.
fn counted(model: &Model) -> Vec<Counted<'_>> {
    let may_be_fitted = |entry: &&RecordEntry| {
        let part = model.split.as_ref().and_then(|split| split.record.get(&entry.id));
        entry.tie.is_some() && part.is_none_or(|part| part == "fit")
    };
    let entries = model.record.entries.iter().filter(may_be_fitted);
    let mut all: Vec<Counted<'_>> = entries
        .filter_map(|entry| {
            let date = match entry.tie {
                Some(Tie::Choice(..)) => entry.decided.unwrap_or(entry.date),
                _ => entry.date,
            };
            let week = model.calendar.week_of(date)?;
            Some(Counted { entry, week, half: entry.window.saturating_sub(1) / 2 })
        })
        .collect();
    all.sort_by_key(|own| (own.week, &own.entry.id));
    all
}

impl Counted<'_> {
    /// The nearest week in which it comes, and by how many weeks that is off.
    fn off<'d>(&self, deeds: impl Iterator<Item = &'d Deed>) -> (Option<Week>, Week) {
        let meant = |deed: &&Deed| match &self.entry.tie {
            Some(Tie::Event(target)) => deed.target == *target && deed.answer.is_none(),
            Some(Tie::Choice(target, answer)) => {
                deed.target == *target && deed.answer == Some(*answer)
            }
            None => false,
        };
        let nearest = deeds.filter(meant).map(|deed| deed.week).min_by_key(|week| {
            // Of two as near the earlier comes first.
            week.abs_diff(self.week)
        });
        let off = nearest.map_or(MOST_WEEKS, |week| week.abs_diff(self.week));
        (nearest, off.saturating_sub(if nearest.is_some() { self.half } else { 0 }).min(MOST_WEEKS))
    }

    fn held(&self, model: &Model, deeds: &[Deed]) -> EntryHeld {
        let (comes, off) = self.off(deeds.iter());
        EntryHeld {
            id: self.entry.id.clone(),
            title: self.entry.title.clone(),
            recorded: self.entry.date.to_string(),
            comes: comes.map(|week| model.calendar.monday(week).to_string()),
            off,
        }
    }
}

/// The answer as text.
pub fn nearest_in_words(own: &NearestToRecord) -> String {
    let come = own.entries.iter().filter(|entry| entry.comes.is_some()).count();
    let in_time = own.entries.iter().filter(|entry| entry.off == 0).count();
    let mut out = format!(
        "The nearest to the record of {} histories is number {}.\n\nOf the {} dated entries that may be \
         fitted to (none of the sealed part is looked at), {come} come in it, {in_time} of them in their \
         weeks. An entry is off by {} weeks on average, against {} in all these histories; one that never \
         comes counts as {MOST_WEEKS}.\n",
        count(own.asked.histories),
        own.history,
        own.entries.len(),
        number(own.distance),
        number(own.usual_distance),
    );
    let told = |entry: &EntryHeld| match (&entry.comes, entry.off) {
        (None, _) => "here it never comes".to_owned(),
        (Some(_), 0) => "here in its week".to_owned(),
        (Some(comes), _) => format!("here in the week of {}", date_of_text(comes)),
    };
    match own.parts_at.and_then(|at| own.entries.get(at)) {
        Some(entry) => {
            out += &format!(
                "The two first part over: {} ({}), {}.\n\n",
                entry.title.trim_end_matches('.'),
                date_of_text(&entry.recorded),
                told(entry)
            );
        }
        None => out += "In all of these the two do not part.\n\n",
    }
    for entry in &own.entries {
        out += &format!(
            "  {:>17}  {}: {}\n",
            date_of_text(&entry.recorded),
            entry.title.trim_end_matches('.'),
            told(entry)
        );
    }
    out
}
