//! From a folder of text to a model, or to every finding in it.
//!
//! The lower half reads: [`place`], [`diagnostic`] and [`syntax`] know files, bytes and grammar,
//! and nothing of what a name means. The upper half resolves names, checks types, units and where
//! numbers come from, and builds the [`detente_model::Model`]: [`load`], [`load_with`].

pub mod bibliography;
mod circles;
mod claims;
pub mod code;
pub mod diagnostic;
mod dice;
pub mod digest;
pub mod document;
mod elements;
mod expressions;
mod fixed;
pub mod folder;
pub mod gather;
mod head;
mod hidden_rate;
mod interventions;
mod limits;
mod load;
mod names;
pub mod place;
mod posterior;
mod provenance;
mod rates;
pub mod reading;
mod record;
pub mod render;
pub mod schema;
pub mod spelling;
mod split;
mod substance;
pub mod syntax;
pub mod table;
mod typed;
mod units;
mod usage;

pub use elements::acts::goldstein_weight;
pub use hidden_rate::{HiddenRate, OVER_WEEKS, SMALL_CHANCE, hidden_rate, hidden_rates};
pub use limits::{MOST_ELEMENTS, MOST_NODES, nodes_a_week};
pub use load::{Loaded, load, load_from, load_with};
pub use typed::{check_interventions, parse_intervention, parse_intervention_of, parse_outcome};
