//! Questions given the record: of histories like ours, up to a day or to the end.
//!
//! Histories first follow the record, island by island. Those chosen by their weight are run again
//! along their lineages and handed to the same tallies as free ones.

mod again;
mod answer;
mod conditioned;
mod conditioning;
mod families;
mod finding;
mod followers;
mod given;
mod islands;
mod probe;
mod ready;
mod resampling;
mod selection;

pub(crate) use again::{Wanted, WhatIf};
pub(crate) use answer::{compare, ensemble, history};
pub(crate) use conditioning::ENOUGH;
pub use conditioning::{Conditioning, of_families};
pub(crate) use families::Families;
pub(crate) use finding::is_held_out;
pub use finding::{Finding, Obstacle, Possible, record_is_possible};
pub(crate) use followers::{Abreast, Followers};
pub use given::Given;
pub(crate) use islands::{Following, ISLAND};
pub(crate) use ready::{Ready, followed_to};
pub(crate) use resampling::Weights;
