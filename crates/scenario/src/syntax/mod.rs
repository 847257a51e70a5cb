//! The little languages inside a scenario's strings: from text to untyped trees.

pub mod ast;
