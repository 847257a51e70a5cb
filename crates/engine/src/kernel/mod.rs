//! The instructions at work, once for each width and instruction set.
//!
//! One body is compiled for every pair; a lane's result depends on that lane alone, and no addition is
//! fused or reordered, so neither can change a bit.

mod body;
mod hazard;
mod verified;

use detente_chance::{InstructionSet, Kernels, LaneKeys};

use crate::acted::Lanes;
use crate::few::FEW;
use crate::machine::{Machine, Width};
use crate::op::Instruction;
pub(crate) use body::NOT_A_NUMBER;
use body::{
    above_body, below_body, choose_body, doubtful_body, epochs_body, equal_body, nonzero_body,
    outside_body, run_body, shift_body,
};
use hazard::{happens_body, hazards_body, likely_body};
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
type Outside = unsafe fn(&[f64], f64, f64) -> Lanes;
type Nonzero = unsafe fn(&[f64]) -> Lanes;
type Doubtful = unsafe fn(&[f64], &[f64]) -> bool;
type Move = unsafe fn(&[f64], &mut [f64], f64, f64) -> u8;
type Choose = unsafe fn(&[f64], &[f64], &[usize], &mut [f64]);
type Epochs = unsafe fn([f64; 2], &[f64], &[f64], &mut [f64]) -> Lanes;
type Hazards = unsafe fn(&[f64], &[f64], &mut [f64], &mut [f64]);
type Likely = unsafe fn(&[f64], &[f64], &[f64]) -> Lanes;
type Happens = unsafe fn(Lanes, &[f64], &[f64], &[f64]) -> Lanes;

/// The functions of one width and instruction set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Engine {
    pub(crate) width: usize,
    pub(crate) kernels: Kernels,
    run: Run,
    run_few: Run,
    hazards: Hazards,
    likely: Likely,
    happens: Happens,
    below: Below,
    above: Above,
    nonzero: Nonzero,
    doubtful: Doubtful,
    shift: Move,
    choose: Choose,
    equal: Above,
    outside: Outside,
    epochs: Epochs,
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
            fn choose<const W: usize>(a: &[f64], b: &[f64], n: &[usize], d: &mut [f64]) {
                choose_body::<W>(a, b, n, d);
            }
            $(#[target_feature(enable = $features)])?
            fn equal<const W: usize>(a: &[f64], b: f64) -> Lanes {
                equal_body::<W>(a, b)
            }
            $(#[target_feature(enable = $features)])?
            fn outside<const W: usize>(a: &[f64], low: f64, high: f64) -> Lanes {
                outside_body::<W>(a, low, high)
            }
            $(#[target_feature(enable = $features)])?
            fn epochs<const W: usize>(t: [f64; 2], o: &[f64], k: &[f64], d: &mut [f64]) -> Lanes {
                epochs_body::<W>(t, o, k, d)
            }

            $(#[target_feature(enable = $features)])?
            fn hazards<const W: usize>(s: &[f64], r: &[f64], h: &mut [f64], p: &mut [f64]) {
                hazards_body::<W>(s, r, h, p);
            }
            $(#[target_feature(enable = $features)])?
            fn likely<const W: usize>(u: &[f64], s: &[f64], r: &[f64]) -> Lanes {
                likely_body::<W>(u, s, r)
            }
            $(#[target_feature(enable = $features)])?
            fn happens<const W: usize>(l: Lanes, u: &[f64], s: &[f64], r: &[f64]) -> Lanes {
                happens_body::<W>(l, u, s, r)
            }

            pub(super) fn engine<const W: usize>(kernels: Kernels) -> Engine {
                Engine {
                    width: W,
                    kernels,
                    run: run::<W>,
                    run_few: run::<FEW>,
                    hazards: hazards::<W>,
                    likely: likely::<W>,
                    happens: happens::<W>,
                    below: below::<W>,
                    above: above::<W>,
                    nonzero: nonzero::<W>,
                    doubtful: doubtful::<W>,
                    shift: shift::<W>,
                    choose: choose::<W>,
                    equal: equal::<W>,
                    outside: outside::<W>,
                    epochs: epochs::<W>,
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

    /// The same over the memory of few.
    pub(crate) fn run_few(
        &self,
        code: &[Instruction],
        memory: &mut [f64],
        around: &Surroundings<'_>,
    ) {
        // SAFETY: as for `run`.
        unsafe { (self.run_few)(code, memory, around) }
    }

    /// Hazards and weekly chances of sums of reasons and rates.
    pub(crate) fn hazards(&self, s: &[f64], r: &[f64], h: &mut [f64], p: &mut [f64]) {
        // SAFETY: as for `run`.
        unsafe { (self.hazards)(s, r, h, p) }
    }

    /// The lanes in which an event of these uniforms, sums of reasons and rates may happen: all in
    /// which it does, and few more. Of sums and rates that are numbers.
    pub(crate) fn likely(&self, uniforms: &[f64], sums: &[f64], rates: &[f64]) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.likely)(uniforms, sums, rates) }
    }

    /// Those of these lanes in which it happens.
    pub(crate) fn happens(&self, lanes: Lanes, u: &[f64], sums: &[f64], rates: &[f64]) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.happens)(lanes, u, sums, rates) }
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

    /// The alternative of the largest logit + Gumbel in each lane, by its number.
    pub(crate) fn choose(&self, logits: &[f64], gumbels: &[f64], of: &[usize], d: &mut [f64]) {
        // SAFETY: as for `run`.
        unsafe { (self.choose)(logits, gumbels, of, d) }
    }

    /// The lanes that equal a number.
    pub(crate) fn equal(&self, a: &[f64], number: f64) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.equal)(a, number) }
    }

    /// The lanes that lie outside a range, or are no finite numbers.
    pub(crate) fn outside(&self, a: &[f64], low: f64, high: f64) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.outside)(a, low, high) }
    }

    /// The epochs of a mood in this week, of so many weeks, and the lanes whose epoch is not the one
    /// known.
    pub(crate) fn epochs(
        &self,
        [week, mood]: [f64; 2],
        offsets: &[f64],
        known: &[f64],
        epochs: &mut [f64],
    ) -> Lanes {
        // SAFETY: as for `run`.
        unsafe { (self.epochs)([week, mood], offsets, known, epochs) }
    }
}
