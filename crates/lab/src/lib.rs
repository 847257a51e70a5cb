//! The questions: what happens, what a change does, what one history holds, what the model says as a
//! document, and what is left of a run for others to check.
//!
//! This is the one public API above the engine: plain data in a historian's words. It takes a
//! [`detente_model::Model`] and a [`Question`], runs histories on threads, folds them in order, and
//! gives answers that serialise to the shapes in `docs/book/src/json.md`. It knows nothing of
//! terminals, HTTP or Python.

mod answer;
pub mod bundle;
mod change;
mod chronicle;
pub mod claims;
mod compare;
mod counted;
mod cross;
pub mod describe;
mod diff;
mod doubt;
mod ensemble;
mod error;
mod facets;
mod fit;
mod free_run;
mod guided;
mod history;
mod in_order;
mod instances;
mod layout;
pub mod openings;
mod parts;
mod pieces;
mod question;
mod recorded;
mod references;
mod report;
pub mod scenario;
pub mod score;
pub mod sensitivity;
mod settled;
mod sheaf;
pub mod statistics;
mod tally;
mod telling;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod toy;
mod turning;
mod verify;
mod why;
pub mod words;

pub use answer::{
    Asked, ChoiceAnswer, Ensemble, EventAnswer, MetAnswer, OptionAnswer, OutcomeAnswer,
    PosteriorUsed, Quantiles, SeriesAnswer,
};
pub use change::{
    ChoiceChange, Comparison, Divergence, EventChange, OutcomeChange, SeriesChange, Timing,
};
pub use chronicle::chronicle;
pub use compare::compare;
pub use cross::{
    CellValue, Cross, Crossed, CrossedOutcome, PairedChange, Side, cross, cross_command, cross_csv,
    cross_place, keep_cross,
};
pub use detente_model::{Calendar, Date, Intervention, Model};
pub use diff::{Difference, ElementChange, PartChange, diff, in_words};
pub use ensemble::ensemble;
pub use error::LabError;
pub use fit::{
    Calibration, Concern, Fit, FitAsked, FitQuestion, Influence, Learnt, POSTERIOR,
    POSTERIOR_MANIFEST, Plan, PredictedEntry, PredictedLevel, Predictive, Ranks, Run, Step,
    Uniformity, calibrate, fit, keep_fit, write_posterior,
};
pub use free_run::{FREE_HISTORIES, FreeEvent, FreeRun, Hindrance, check_free_run};
pub use guided::{
    Conditioning, Finding, Given, Obstacle, Possible, of_families, record_is_possible,
};
pub use history::{AddsTo, Entry, History, ReasonWeight, history, history_with_reasons};
pub use question::{Followed, Parameters, Progress, Question, Stop, Watch, changes_of_schools};
pub use recorded::Recorded;
pub use report::{why_not_page, why_page};
pub use sheaf::Met;
pub use telling::followed;
pub use turning::{TurningPoint, turning_points};
pub use verify::{FileCheck, Verification, verify};
pub use why::{
    Against, Asking, Assumption, Behind, Came, Cause, Changed, Condition, Contrast, Deed,
    EntryHeld, HistoryStop, Hurdle, HurdleOverMany, InMany, Input, Lack, LeftOut, MOST_WEEKS,
    MadeOf, Mover, Nearest, NearestToRecord, Necessity, OpenAnswer, OpenWeek, Origin, OverMany,
    Role, Share, Standing, Stopped, Stretch, Subject, Through, Together, Turn, Usually, Which, Why,
    WhyNot, Without, history_to_its_stop, nearest_in_words, nearest_to_record, stop_in_words, why,
    why_graph, why_in_words, why_not, why_not_in_words,
};

/// The release that answers.
pub const RELEASE: &str = env!("CARGO_PKG_VERSION");
