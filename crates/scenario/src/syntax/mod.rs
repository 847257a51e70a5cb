//! The little languages inside a scenario's strings: from text to untyped trees, and back.
//!
//! Each `parse_…` reads a whole [`crate::place::Text`], pushes every fault it can find, and gives a
//! tree exactly if there was none. No name is looked up here; `UnitNames` alone is asked, since
//! `0.12 / week` and `0.12 / pull` mean different things. No input makes a parser panic, hang or
//! nest without bound.

pub mod ast;
mod effect;
mod expression;
mod intervention;
mod lexer;
mod measure;
mod operand;
mod parser;
pub mod print;
mod template;

pub use effect::parse_effect;
pub use expression::{parse_expression, parse_over};
pub use intervention::{parse_intervention, parse_reference, parse_tie};
pub use lexer::{RESERVED, fault_of_name};
pub use measure::{parse_distribution, parse_duration, parse_unit};
pub use parser::{DEEPEST, LONGEST_TEXT, UnitNames};
pub use template::{parse_citation, parse_template};
