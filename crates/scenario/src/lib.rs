//! From a folder of text to a model, or to every finding in it.
//!
//! The lower half reads: [`place`], [`diagnostic`] and [`syntax`] know files, bytes and grammar,
//! and nothing of what a name means.

pub mod bibliography;
pub mod code;
pub mod diagnostic;
pub mod digest;
pub mod document;
pub mod folder;
pub mod gather;
pub mod place;
pub mod reading;
pub mod render;
pub mod schema;
pub mod spelling;
pub mod syntax;
pub mod table;
