//! Which of the three questions a report answers, and what its answer stands on.

use detente_model::Model;

use super::words::{count, date, date_of_text};
use crate::answer::Asked;

/// The sentence that says what was asked.
pub(super) fn asked(model: &Model, asked: &Asked) -> String {
    let to = asked.given_record_to.as_deref().map_or_else(String::new, date_of_text);
    match asked.asked.as_str() {
        "after" => format!(
            "Asked of histories that follow the record to {to} and go on from there with chances of \
             their own: what was to be expected then?"
        ),
        "hindsight" => format!(
            "Asked in hindsight, of histories that follow the whole record, to {to}, with the chances \
             behind it kept: given all that happened, what would have been different?"
        ),
        _ => {
            format!("Asked of the world as it might have been from {}.", date(model.calendar.start))
        }
    }
}

/// How much the histories can tell, where they follow the record.
pub(crate) fn stands_on(asked: &Asked) -> Vec<String> {
    let Some(conditioning) = &asked.conditioning else { return Vec::new() };
    let spread = conditioning.evidence_spread.map_or_else(String::new, |spread| {
        format!(" Between islands of 1,024, ln of the record's probability differs by {spread:.2}.")
    });
    let stands = format!(
        "Behind the answer stand {} effective histories of {} families; {} of {} islands could follow \
         the record.{spread}",
        count(conditioning.effective.round() as u64),
        count(conditioning.families as u64),
        conditioning.islands_following,
        conditioning.islands,
    );
    std::iter::once(stands).chain(conditioning.warning.clone()).collect()
}
