//! The instructions at work, once for each width and instruction set.
//!
//! One body is compiled for every pair; a lane's result depends on that lane alone, and no addition is
//! fused or reordered, so neither can change a bit.

mod body;
mod verified;

use detente_chance::{InstructionSet, Kernels, LaneKeys};

use crate::acted::Lanes;
use crate::machine::{Machine, Width};
use crate::op::Instruction;
pub(crate) use body::NOT_A_NUMBER;
use body::{
    above_body, below_body, choose_body, doubtful_body, nonzero_body, run_body, shift_body,
};
pub(crate) use verified::verified;

/// What instructions read beside a history's memory.
pub(crate) struct Surroundings<'a> {
    /// Values that all histories share.
    pub(crate) scalars: &'a [f64],
    pub(crate) tables: &'a [u32],
    pub(crate) addresses: &'a [(u64, u32)],
    pub(crate) keys: &'a LaneKeys,
    pub(crate) week: u32,
    pub(crate) kernels: &'a Kernels,
}

type Run = unsafe fn(&[Instruction], &mut [f64], &Surroundings<'_>);
type Below = unsafe fn(&[f64], &[f64]) -> Lanes;
type Above = unsafe fn(&[f64], f64) -> Lanes;
type Nonzero = unsafe fn(&[f64]) -> Lanes;
type Doubtful = unsafe fn(&[f64], &[f64]) -> bool;
type Move = unsafe fn(&[f64], &mut [f64], f64, f64) -> u8;
type Choose = unsafe fn(&[f64], &[f64], &mut [f64]);

/// The functions of one width and instruction set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Engine {
    pub(crate) width: usize,
    pub(crate) kernels: Kernels,
    run: Run,
    below: Below,
    above: Above,
    nonzero: Nonzero,
    doubtful: Doubtful,
    shift: Move,
    choose: Choose,
}

macro_rules! engines {
    ($module:ident $(, $features:literal)?) => {
        mod $module {
            use super::*;

            $(#[target_feature(enable = $features)])?
            fn run<const W: usize>(c: &[Instruction], m: &mut [f64], s: &Surroundings<'_>) {
                run_body::<W>(c, m, s);
            }
            $(#[target_feature(enable = $features)])?
            fn below<const W: usize>(a: &[f64], b: &[f64]) -> Lanes {
                below_body::<W>(a, b)
            }
            $(#[target_feature(enable = $features)])?
            fn above<const W: usize>(a: &[f64], limit: f64) -> Lanes {
                above_body::<W>(a, limit)
            }
            $(#[target_feature(enable = $features)])?
            fn nonzero<const W: usize>(a: &[f64]) -> Lanes {
                nonzero_body::<W>(a)
            }
            $(#[target_feature(enable = $features)])?
            fn doubtful<const W: usize>(a: &[f64], b: &[f64]) -> bool {
                doubtful_body::<W>(a, b)
            }
            $(#[target_feature(enable = $features)])?
            fn shift<const W: usize>(a: &[f64], d: &mut [f64], low: f64, high: f64) -> u8 {
                shift_body::<W>(a, d, low, high)
            }
            $(#[target_feature(enable = $features)])?
            fn choose<const W: usize>(a: &[f64], b: &[f64], d: &mut [f64]) {
                choose_body::<W>(a, b, d);
            }

            pub(super) fn engine<const W: usize>(kernels: Kernels) -> Engine {
                Engine {
                    width: W,
                    kernels,
                    run: run::<W>,
                    below: below::<W>,
                    above: above::<W>,
                    nonzero: nonzero::<W>,
                    doubtful: doubtful::<W>,
                    shift: shift::<W>,
                    choose: choose::<W>,
                }
            }
        }
    };
}

engines!(baseline);
#[cfg(target_arch = "x86_64")]
engines!(avx2, "avx2");
#[cfg(target_arch = "x86_64")]
engines!(avx512, "avx512f,avx512bw,avx512dq,avx512vl");

macro_rules! of_width {
    ($module:ident, $width:expr, $kernels:expr) => {
        match $width {
            Width::One => $module::engine::<1>($kernels),
            Width::Eight => $module::engine::<8>($kernels),
            Width::ThirtyTwo => $module::engine::<32>($kernels),
            Width::SixtyFour => $module::engine::<64>($kernels),
        }
    };
}

impl Engine {
    /// The functions for a machine; the plain ones where it lacks the instructions asked for.
    pub(crate) fn of(machine: Machine) -> Self {
        let wanted =
            Kernels::of(machine.instructions).map(|kernels| (machine.instructions, kernels));
        match wanted {
            #[cfg(target_arch = "x86_64")]
            Some((InstructionSet::Avx512, kernels)) => of_width!(avx512, machine.width, kernels),
            #[cfg(target_arch = "x86_64")]
            Some((InstructionSet::Avx2, kernels)) => of_width!(avx2, machine.width, kernels),
            Some((_, kernels)) => of_width!(baseline, machine.width, kernels),
            None => {
                let best = InstructionSet::best();
                Self::of(Machine { instructions: best, ..machine })
            }
        }
    }

    /// Runs instructions over a block's memory.
    pub(crate) fn run(&self, code: &[Instruction], memory: &mut [f64], around: &Surroundings<'_>) {
        // SAFETY: the table is made by `of` alone, and only for instructions that this machine was
        // found to have; beyond that the function is safe code. The same holds for those below.
        unsafe { (self.run)(code, memory, around) }
    }

    /// The lanes in which the first is below the second.
    pub(crate) fn below(&self, a: &[f64], b: &[f64]) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.below)(a, b) }
    }

    /// The lanes that are above a number.
    pub(crate) fn above(&self, a: &[f64], limit: f64) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.above)(a, limit) }
    }

    /// The lanes that are not 0.
    pub(crate) fn nonzero(&self, a: &[f64]) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.nonzero)(a) }
    }

    /// Whether some sum passes ±30 or some hazard is not a number.
    pub(crate) fn doubtful(&self, sums: &[f64], hazards: &[f64]) -> bool {
        // SAFETY: as for `run`.
        unsafe { (self.doubtful)(sums, hazards) }
    }

    /// Moves a stock to its next value, held in its range; says what it met.
    pub(crate) fn shift(&self, next: &[f64], stock: &mut [f64], low: f64, high: f64) -> u8 {
        // SAFETY: as for `run`.
        unsafe { (self.shift)(next, stock, low, high) }
    }

    /// The alternative of the largest logit + Gumbel in each lane.
    pub(crate) fn choose(&self, logits: &[f64], gumbels: &[f64], chosen: &mut [f64]) {
        // SAFETY: as for `run`.
        unsafe { (self.choose)(logits, gumbels, chosen) }
    }
}
