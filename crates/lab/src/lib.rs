//! The questions: ensembles, comparisons, and the model as a document.

pub mod describe;
pub mod scenario;

pub use detente_model::{Calendar, Date, Intervention, Model};
