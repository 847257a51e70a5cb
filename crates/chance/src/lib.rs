//! A number for an address, and mathematics that gives the same bits everywhere.
//!
//! Chance has addresses, not streams: [`uniform`] is a pure function of a history's key and an
//! [`Address`]. The mathematics uses IEEE additions, multiplications, divisions and square roots
//! and integer operations on bits, never a fused multiply-add nor the platform's library, so that
//! a result is the same to the bit on every machine, instruction set and width of lanes.
//!
//! Scalar functions are inlined and free of branches: a loop over a slice of them becomes vector
//! code in the caller's own instruction set. Only the inverse normal has a loop of its own, which
//! leaves what is costly to the lanes in a tail.

pub mod choice;
pub mod distribution;
mod exponential;
mod hazard;
mod kernels;
mod lanes;
mod logarithm;
pub mod mood;
mod normal;
mod philox;
mod power;
mod switch;

pub use exponential::{exp, exp_m1, logistic};
pub use hazard::{
    chance_behind_absence, chance_behind_event, ln_week_probability, week_probability,
};
pub use kernels::{InstructionSet, Kernels};
pub use lanes::{
    LaneKeys, exp_lanes, fill_uniform, fill_uniform_at, gumbel_lanes, inverse_normal_lanes,
    ln_lanes, logistic_lanes, normal_cdf_lanes, pow_lanes,
};
pub use logarithm::{gumbel, ln, ln_1p};
pub use normal::{inverse_normal_cdf, normal_cdf};
pub use philox::{
    Address, HistoryKey, draw_bits, hash_name, hash_slot, philox4x32, uniform, uniform_from_bits,
};
pub use power::pow;
