//! The same functions over lanes: one lane a history, many histories abreast.
//!
//! Every body is generic over the instruction set by being inlined: called inside a function with
//! `#[target_feature(enable = "avx2")]`, it is compiled for AVX2 there. A lane's result depends on
//! that lane alone, so neither width nor instruction set can change a bit.
//!
//! Slices of one call have one length; a longer output keeps what it held beyond the shortest.

use crate::normal::{central_quantile, is_central, outer_quantile};
use crate::philox::{Address, HistoryKey, uniform, uniform_block};
use crate::{exp, gumbel, inverse_normal_cdf, ln, logistic, normal_cdf, pow};

/// Lanes drawn together, then those of the rest; what is still left is drawn one by one.
const BLOCK: usize = 16;
const SMALL_BLOCK: usize = 8;

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

    /// Becomes the keys of some lanes of others, in their order; a lane that is not there has the
    /// last one's. Of none it stays what it was.
    pub fn become_those_of(&mut self, all: &Self, lanes: &[usize]) {
        let Some(last) = all.len().checked_sub(1) else { return };
        self.lo.clear();
        self.lo.extend(lanes.iter().map(|lane| all.lo[(*lane).min(last)]));
        self.hi.clear();
        self.hi.extend(lanes.iter().map(|lane| all.hi[(*lane).min(last)]));
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
    let (lo, hi) = (&keys.lo[..lanes], &keys.hi[..lanes]);
    let drawn = fill_blocks::<BLOCK>(lo, hi, address, &mut out[..lanes]);
    let rest = (&lo[drawn..], &hi[drawn..]);
    let drawn = drawn + fill_blocks::<SMALL_BLOCK>(rest.0, rest.1, address, &mut out[drawn..lanes]);
    for lane in drawn..lanes {
        out[lane] = uniform(HistoryKey { lo: lo[lane], hi: hi[lane] }, address);
    }
}

/// As many whole blocks as there are; gives how many lanes that is.
#[inline(always)]
fn fill_blocks<const N: usize>(lo: &[u32], hi: &[u32], at: Address, out: &mut [f64]) -> usize {
    let (los, his) = (lo.as_chunks::<N>().0, hi.as_chunks::<N>().0);
    for ((lo, hi), out) in los.iter().zip(his).zip(out.as_chunks_mut::<N>().0) {
        uniform_block(lo, hi, at.name, |_| at.slot, |_| at.time, out);
    }
    los.len() * N
}

/// The uniform of one name at each lane's own slot and time: the options of a choice, and the epochs
/// of a mood, whose offsets differ by history.
#[inline(always)]
pub fn fill_uniform_at(keys: &LaneKeys, name: u64, slots: &[u32], times: &[u32], out: &mut [f64]) {
    let lanes = out.len().min(keys.len()).min(times.len()).min(slots.len());
    let (los, lo_rest) = keys.lo[..lanes].as_chunks::<SMALL_BLOCK>();
    let (his, hi_rest) = keys.hi[..lanes].as_chunks::<SMALL_BLOCK>();
    let (slots, slot_rest) = slots[..lanes].as_chunks::<SMALL_BLOCK>();
    let (times, time_rest) = times[..lanes].as_chunks::<SMALL_BLOCK>();
    let (outs, out_rest) = out[..lanes].as_chunks_mut::<SMALL_BLOCK>();
    for ((((lo, hi), slots), times), out) in los.iter().zip(his).zip(slots).zip(times).zip(outs) {
        uniform_block(lo, hi, name, |lane| slots[lane], |lane| times[lane], out);
    }
    for (lane, out) in out_rest.iter_mut().enumerate() {
        let key = HistoryKey { lo: lo_rest[lane], hi: hi_rest[lane] };
        *out = uniform(key, Address { name, time: time_rest[lane], slot: slot_rest[lane] });
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
    /// [`gumbel`] of every lane's uniform.
    gumbel_lanes = gumbel;
}

/// [`inverse_normal_cdf`] of every lane.
#[inline(always)]
pub fn inverse_normal_lanes(p: &[f64], out: &mut [f64]) {
    let lanes = p.len().min(out.len());
    let (many, rest) = p[..lanes].as_chunks::<64>();
    let (many_out, rest_out) = out[..lanes].as_chunks_mut::<64>();
    many.iter().zip(many_out).for_each(|(p, out)| inverse_normal_block::<64, 16>(p, out));
    let (some, rest) = rest.as_chunks::<8>();
    let (some_out, rest_out) = rest_out.as_chunks_mut::<8>();
    some.iter().zip(some_out).for_each(|(p, out)| inverse_normal_block::<8, 8>(p, out));
    rest.iter().zip(rest_out).for_each(|(p, out)| *out = inverse_normal_cdf(*p));
}

/// All lanes as in the central region, where 85 of 100 uniforms lie; then, side by side, those that
/// lie in the tails, `TAILS` at a time.
#[inline(always)]
fn inverse_normal_block<const LANES: usize, const TAILS: usize>(
    p: &[f64; LANES],
    out: &mut [f64; LANES],
) {
    for lane in 0..LANES {
        out[lane] = central_quantile(p[lane]);
    }
    let mut outside = (0..LANES).fold(0, |own, lane| own | u64::from(!is_central(p[lane])) << lane);
    while outside != 0 {
        let (mut tails, mut lanes) = ([0.25; TAILS], [0; TAILS]);
        let mut many = 0;
        while outside != 0 && many < TAILS {
            lanes[many] = outside.trailing_zeros() as usize % LANES;
            tails[many] = p[lanes[many]];
            outside &= outside - 1;
            many += 1;
        }
        for tail in &mut tails {
            *tail = outer_quantile(*tail);
        }
        lanes.iter().zip(&tails).take(many).for_each(|(lane, tail)| out[*lane] = *tail);
    }
}

/// [`pow`] of every lane's base and exponent.
#[inline(always)]
pub fn pow_lanes(x: &[f64], y: &[f64], out: &mut [f64]) {
    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
        *out = pow(x, y);
    }
}
