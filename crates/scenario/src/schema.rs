//! The published JSON Schema, for editors that complete and check scenarios as they are written.
//!
//! It knows keys, kinds of values and closed lists, with a description of each. What a name means,
//! and whether units fit, only loading tells.

/// The schema (JSON Schema 2020-12): one for all TOML files of a scenario's folder. Dates are
/// strings in it, as editors for TOML take them.
pub const SCHEMA: &str = include_str!("../../../docs/scenario.schema.json");
