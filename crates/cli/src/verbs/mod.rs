//! The verbs, one file each.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod describe;
pub(crate) mod man;
pub(crate) mod new;
