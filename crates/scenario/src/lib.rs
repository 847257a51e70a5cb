//! From a folder of text to a model, or to every finding in it.
//!
//! The lower half reads: [`place`], [`diagnostic`] and [`syntax`] know files, bytes and grammar,
//! and nothing of what a name means. The upper half resolves names, checks types, units and where
//! numbers come from, and builds the [`detente_model::Model`]: [`load`], [`load_with`].

pub mod bibliography;
pub mod code;
pub mod diagnostic;
pub mod digest;
pub mod document;
mod elements;
mod expressions;
mod fixed;
pub mod folder;
pub mod gather;
mod head;
mod load;
mod names;
pub mod place;
mod provenance;
pub mod reading;
pub mod render;
pub mod schema;
pub mod spelling;
pub mod syntax;
pub mod table;
mod units;

pub use elements::acts::goldstein_weight;
pub use load::{Loaded, load, load_from, load_with};
