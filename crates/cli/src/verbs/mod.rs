//! The verbs, one file each.

pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod cross;
pub(crate) mod describe;
pub(crate) mod diff;
pub(crate) mod ensemble;
pub(crate) mod fit;
pub(crate) mod main_job;
pub(crate) mod man;
pub(crate) mod new;
pub(crate) mod run;
pub(crate) mod score;
pub(crate) mod sensitivity;
pub(crate) mod verify;
pub(crate) mod why;
pub(crate) mod why_not;
