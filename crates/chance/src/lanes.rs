//! The same functions over lanes: one lane a history, many histories abreast.
//!
//! Every body is generic over the instruction set by being inlined: called inside a function with
//! `#[target_feature(enable = "avx2")]`, it is compiled for AVX2 there. A lane's result depends on
//! that lane alone, so neither width nor instruction set can change a bit.
//!
//! Slices of one call have one length; a longer output keeps what it held beyond the shortest.

use crate::philox::{Address, HistoryKey, uniform, uniform_block};
use crate::{exp, gumbel, inverse_normal_cdf, ln, logistic, normal_cdf, pow};

/// Lanes drawn together; a shorter rest is drawn one by one.
const BLOCK: usize = 16;

/// The keys of many histories, in two arrays so that lanes load them at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneKeys {
    lo: Vec<u32>,
    hi: Vec<u32>,
}

impl LaneKeys {
    /// The keys of these histories under `seed`, in order.
    #[must_use]
    pub fn new(seed: u64, histories: impl IntoIterator<Item = u64>) -> Self {
        histories.into_iter().map(|history| HistoryKey::new(seed, history)).collect()
    }

    /// How many lanes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lo.len()
    }

    /// Whether there is no lane.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lo.is_empty()
    }

    /// The key of a lane, if there is such a lane.
    #[must_use]
    pub fn get(&self, lane: usize) -> Option<HistoryKey> {
        Some(HistoryKey { lo: *self.lo.get(lane)?, hi: *self.hi.get(lane)? })
    }

    /// Becomes the keys of some lanes of others, in their order; of a lane that is not there, none.
    pub fn become_those_of(&mut self, all: &Self, lanes: impl Iterator<Item = usize>) {
        self.lo.clear();
        self.hi.clear();
        for key in lanes.filter_map(|lane| all.get(lane)) {
            self.lo.push(key.lo);
            self.hi.push(key.hi);
        }
    }

    /// Gives a lane another history's key, as when a copy takes a new number; a lane that is not
    /// there is left alone.
    pub fn set(&mut self, lane: usize, key: HistoryKey) {
        if let (Some(lo), Some(hi)) = (self.lo.get_mut(lane), self.hi.get_mut(lane)) {
            (*lo, *hi) = (key.lo, key.hi);
        }
    }
}

impl FromIterator<HistoryKey> for LaneKeys {
    fn from_iter<I: IntoIterator<Item = HistoryKey>>(keys: I) -> Self {
        let (lo, hi) = keys.into_iter().map(|key| (key.lo, key.hi)).unzip();
        Self { lo, hi }
    }
}

/// The uniform of one address in every lane's history.
#[inline(always)]
pub fn fill_uniform(keys: &LaneKeys, address: Address, out: &mut [f64]) {
    let lanes = out.len().min(keys.len());
    let (los, lo_rest) = keys.lo[..lanes].as_chunks::<BLOCK>();
    let (his, hi_rest) = keys.hi[..lanes].as_chunks::<BLOCK>();
    let (outs, out_rest) = out[..lanes].as_chunks_mut::<BLOCK>();
    for ((lo, hi), out) in los.iter().zip(his).zip(outs) {
        uniform_block(lo, hi, address.name, address.slot, |_| address.time, out);
    }
    for ((&lo, &hi), out) in lo_rest.iter().zip(hi_rest).zip(out_rest) {
        *out = uniform(HistoryKey { lo, hi }, address);
    }
}

/// The uniform of one name and slot at each lane's own time: the epochs of a mood, whose offsets
/// differ by history.
#[inline(always)]
pub fn fill_uniform_at(keys: &LaneKeys, name: u64, slot: u32, times: &[u32], out: &mut [f64]) {
    let lanes = out.len().min(keys.len()).min(times.len());
    let (los, lo_rest) = keys.lo[..lanes].as_chunks::<BLOCK>();
    let (his, hi_rest) = keys.hi[..lanes].as_chunks::<BLOCK>();
    let (times, time_rest) = times[..lanes].as_chunks::<BLOCK>();
    let (outs, out_rest) = out[..lanes].as_chunks_mut::<BLOCK>();
    for (((lo, hi), times), out) in los.iter().zip(his).zip(times).zip(outs) {
        uniform_block(lo, hi, name, slot, |lane| times[lane], out);
    }
    for (((&lo, &hi), &time), out) in lo_rest.iter().zip(hi_rest).zip(time_rest).zip(out_rest) {
        *out = uniform(HistoryKey { lo, hi }, Address { name, time, slot });
    }
}

macro_rules! over_lanes {
    ($($(#[$doc:meta])* $lanes:ident = $function:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $lanes(x: &[f64], out: &mut [f64]) {
            for (out, &x) in out.iter_mut().zip(x) {
                *out = $function(x);
            }
        }
    )*};
}

over_lanes! {
    /// [`exp`] of every lane.
    exp_lanes = exp;
    /// [`ln`] of every lane.
    ln_lanes = ln;
    /// [`logistic`] of every lane.
    logistic_lanes = logistic;
    /// [`normal_cdf`] of every lane.
    normal_cdf_lanes = normal_cdf;
    /// [`inverse_normal_cdf`] of every lane.
    inverse_normal_lanes = inverse_normal_cdf;
    /// [`gumbel`] of every lane's uniform.
    gumbel_lanes = gumbel;
}

/// [`pow`] of every lane's base and exponent.
#[inline(always)]
pub fn pow_lanes(x: &[f64], y: &[f64], out: &mut [f64]) {
    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *out = pow(x, y);
    }
}
