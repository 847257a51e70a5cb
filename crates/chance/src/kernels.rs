//! The lane functions compiled once for each instruction set, in tables chosen at start.

use crate::lanes::{self, LaneKeys};
use crate::philox::Address;

/// An instruction set for which lane functions are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// What every machine of the target has: SSE2 on x86-64.
    Baseline,
    /// AVX2: four `f64` abreast.
    Avx2,
    /// AVX-512 (F, BW, DQ, VL): eight `f64` abreast.
    Avx512,
}

impl InstructionSet {
    /// From the plainest to the widest.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// Whether this machine has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// Those that this machine has, from the plainest to the widest.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|set| set.is_available())
    }

    /// The widest that this machine has.
    #[must_use]
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self::Baseline)
    }

    /// Its name as it stands in a manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

type Map = unsafe fn(&[f64], &mut [f64]);

/// The lane functions in one instruction set. All tables give the same bits; they differ in speed.
#[derive(Debug, Clone, Copy)]
pub struct Kernels {
    set: InstructionSet,
    fill_uniform: unsafe fn(&LaneKeys, Address, &mut [f64]),
    fill_uniform_at: unsafe fn(&LaneKeys, u64, &[u32], &[u32], &mut [f64]),
    exp: Map,
    ln: Map,
    logistic: Map,
    normal_cdf: Map,
    inverse_normal: Map,
    gumbel: Map,
    pow: unsafe fn(&[f64], &[f64], &mut [f64]),
}

macro_rules! table {
    ($module:ident, $set:expr $(, $features:literal)?) => {
        mod $module {
            use super::{Address, InstructionSet, Kernels, LaneKeys, lanes};

            $(#[target_feature(enable = $features)])?
            fn fill_uniform(keys: &LaneKeys, address: Address, out: &mut [f64]) {
                lanes::fill_uniform(keys, address, out);
            }
            $(#[target_feature(enable = $features)])?
            fn fill_uniform_at(k: &LaneKeys, name: u64, s: &[u32], t: &[u32], out: &mut [f64]) {
                lanes::fill_uniform_at(k, name, s, t, out);
            }
            $(#[target_feature(enable = $features)])?
            fn exp(x: &[f64], out: &mut [f64]) {
                lanes::exp_lanes(x, out);
            }
            $(#[target_feature(enable = $features)])?
            fn ln(x: &[f64], out: &mut [f64]) {
                lanes::ln_lanes(x, out);
            }
            $(#[target_feature(enable = $features)])?
            fn logistic(x: &[f64], out: &mut [f64]) {
                lanes::logistic_lanes(x, out);
            }
            $(#[target_feature(enable = $features)])?
            fn normal_cdf(x: &[f64], out: &mut [f64]) {
                lanes::normal_cdf_lanes(x, out);
            }
            $(#[target_feature(enable = $features)])?
            fn inverse_normal(p: &[f64], out: &mut [f64]) {
                lanes::inverse_normal_lanes(p, out);
            }
            $(#[target_feature(enable = $features)])?
            fn gumbel(u: &[f64], out: &mut [f64]) {
                lanes::gumbel_lanes(u, out);
            }
            $(#[target_feature(enable = $features)])?
            fn pow(x: &[f64], y: &[f64], out: &mut [f64]) {
                lanes::pow_lanes(x, y, out);
            }

            pub(super) const TABLE: Kernels = Kernels {
                set: $set,
                fill_uniform,
                fill_uniform_at,
                exp,
                ln,
                logistic,
                normal_cdf,
                inverse_normal,
                gumbel,
                pow,
            };
        }
    };
}

table!(baseline, InstructionSet::Baseline);
#[cfg(target_arch = "x86_64")]
table!(avx2, InstructionSet::Avx2, "avx2");
#[cfg(target_arch = "x86_64")]
table!(avx512, InstructionSet::Avx512, "avx512f,avx512bw,avx512dq,avx512vl");

impl Kernels {
    /// The table of an instruction set, if this machine has it.
    #[must_use]
    pub fn of(set: InstructionSet) -> Option<Self> {
        let table = match set {
            InstructionSet::Baseline => baseline::TABLE,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => avx2::TABLE,
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => avx512::TABLE,
            #[cfg(not(target_arch = "x86_64"))]
            InstructionSet::Avx2 | InstructionSet::Avx512 => return None,
        };
        set.is_available().then_some(table)
    }

    /// The instruction set for which the table was compiled.
    #[must_use]
    pub fn instruction_set(&self) -> InstructionSet {
        self.set
    }

    /// [`lanes::fill_uniform`].
    pub fn fill_uniform(&self, keys: &LaneKeys, address: Address, out: &mut [f64]) {
        // SAFETY: a table is handed out by `of` alone, and only where its instruction set was
        // detected; beyond that the function is safe code. The same holds for those below.
        unsafe { (self.fill_uniform)(keys, address, out) }
    }

    /// [`lanes::fill_uniform_at`].
    pub fn fill_uniform_at(
        &self,
        keys: &LaneKeys,
        name: u64,
        slots: &[u32],
        times: &[u32],
        out: &mut [f64],
    ) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.fill_uniform_at)(keys, name, slots, times, out) }
    }

    /// [`lanes::exp_lanes`].
    pub fn exp(&self, x: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.exp)(x, out) }
    }

    /// [`lanes::ln_lanes`].
    pub fn ln(&self, x: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.ln)(x, out) }
    }

    /// [`lanes::logistic_lanes`].
    pub fn logistic(&self, x: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.logistic)(x, out) }
    }

    /// [`lanes::normal_cdf_lanes`].
    pub fn normal_cdf(&self, x: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.normal_cdf)(x, out) }
    }

    /// [`lanes::inverse_normal_lanes`].
    pub fn inverse_normal(&self, p: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.inverse_normal)(p, out) }
    }

    /// [`lanes::gumbel_lanes`].
    pub fn gumbel(&self, u: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.gumbel)(u, out) }
    }

    /// [`lanes::pow_lanes`].
    pub fn pow(&self, x: &[f64], y: &[f64], out: &mut [f64]) {
        // SAFETY: as for `fill_uniform`.
        unsafe { (self.pow)(x, y, out) }
    }
}
