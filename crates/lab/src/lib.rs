//! The questions: ensembles, comparisons, and the model as a document.

pub mod describe;
