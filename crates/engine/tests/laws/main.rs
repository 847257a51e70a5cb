//! The laws of the house, held over random scenarios, over every shipped one, and over the toy worlds
//! whose answers are known.
//!
//! Each law prints how many worlds and histories it was tried on (`cargo test -- --nocapture`).
//! `PROPTEST_CASES` tries more of them.

mod abduction;
mod agreement;
mod bounds;
mod pairing;
#[path = "../random/mod.rs"]
mod random;
mod reasons;
#[path = "../reference/mod.rs"]
mod reference;
mod replay;
mod step;
mod telling;
mod told;
mod toys;
mod trial;
