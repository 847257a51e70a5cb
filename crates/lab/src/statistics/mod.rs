//! Counting histories: what a number drawn from many of them is worth.
//!
//! Every accumulator takes one history at a time, in order of history index, so that the number of
//! threads cannot matter; histograms hold integers, so that their order does not matter either.

mod fine_histogram;
mod moments;
mod paired;
mod proportion;
mod spread;
mod week_histogram;

pub use fine_histogram::FineHistogram;
pub use moments::Moments;
pub(crate) use paired::adjusted_wald;
pub use paired::{Paired, PairedTruth};
pub use proportion::Proportion;
pub(crate) use proportion::wilson;
pub use spread::{Spread, split_spread};
pub use week_histogram::WeekHistogram;

/// Half the width of a 95 % interval in standard errors: the 0.975 quantile of the normal.
pub(crate) const NORMAL_975: f64 = 1.959_963_984_540_054;

/// The quantiles that answers carry.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
