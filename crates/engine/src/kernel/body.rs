//! What each instruction does to its lanes: one body for every width and instruction set.

use detente_chance::{Address, distribution};

use super::Surroundings;
use crate::acted::Lanes;
use crate::arithmetic::{
    LARGEST_SUM, cascade, coalition, greater, hold, hold_in, joined, lesser, truth,
};
use crate::graph::inside;
use crate::op::{Code, Instruction, SHARED_VALUE};

/// A stock met its range.
pub(crate) const BITES: u8 = 1;
/// A stock is not a number.
pub(crate) const NOT_A_NUMBER: u8 = 2;

/// Lanes from a block's memory.
#[inline(always)]
fn lanes<const W: usize>(memory: &[[f64; W]], place: u32) -> &[f64; W] {
    &memory[place as usize]
}

#[inline(always)]
fn entry<const W: usize>(memory: &[[f64; W]], scalars: &[f64], entry: u32, lane: usize) -> f64 {
    if entry & SHARED_VALUE == 0 {
        memory[entry as usize][lane]
    } else {
        scalars[(entry & !SHARED_VALUE) as usize]
    }
}

macro_rules! map {
    ($memory:ident, $op:ident, $x:ident => $e:expr) => {{
        let (a, d) = pair($memory, $op.a, $op.d);
        for lane in 0..W {
            let $x = a[lane];
            d[lane] = $e;
        }
    }};
}

macro_rules! vv {
    ($memory:ident, $op:ident, $x:ident, $y:ident => $e:expr) => {{
        let (a, b, d) = triple($memory, $op.a, $op.b, $op.d);
        for lane in 0..W {
            let ($x, $y) = (a[lane], b[lane]);
            d[lane] = $e;
        }
    }};
}

macro_rules! vs {
    ($memory:ident, $around:ident, $op:ident, $x:ident, $y:ident => $e:expr) => {{
        let $y = $around.scalars[$op.b as usize];
        let (a, d) = pair($memory, $op.a, $op.d);
        for lane in 0..W {
            let $x = a[lane];
            d[lane] = $e;
        }
    }};
}

macro_rules! sv {
    ($memory:ident, $around:ident, $op:ident, $x:ident, $y:ident => $e:expr) => {{
        let $x = $around.scalars[$op.a as usize];
        let (b, d) = pair($memory, $op.b, $op.d);
        for lane in 0..W {
            let $y = b[lane];
            d[lane] = $e;
        }
    }};
}

/// Two operands and a result, which [`verified`] keeps apart.
#[inline(always)]
fn triple<const W: usize>(
    memory: &mut [[f64; W]],
    a: u32,
    b: u32,
    d: u32,
) -> (&[f64; W], &[f64; W], &mut [f64; W]) {
    let (a, b, d) = (a as usize, b as usize, d as usize);
    assert!(a < memory.len() && b < memory.len() && d < memory.len() && a != d && b != d);
    let first = memory.as_mut_ptr();
    // SAFETY: all three lie within the slice, whose mutable borrow the results keep, and the one that
    // is written is neither of those that are read: both were just asserted.
    unsafe { (&*first.add(a), &*first.add(b), &mut *first.add(d)) }
}

/// The three operands of an instruction and its result.
#[inline(always)]
fn quadruple<'a, const W: usize>(
    memory: &'a mut [[f64; W]],
    op: &Instruction,
) -> (&'a [f64; W], &'a [f64; W], &'a [f64; W], &'a mut [f64; W]) {
    let [a, b, c, d] = [op.a, op.b, op.c, op.d].map(|place| place as usize);
    let most = a.max(b).max(c).max(d);
    assert!(most < memory.len() && a != d && b != d && c != d);
    let first = memory.as_mut_ptr();
    // SAFETY: as in `triple`: all four lie within the slice, whose mutable borrow the results keep, and
    // the one that is written is none of those that are read: both were just asserted.
    unsafe { (&*first.add(a), &*first.add(b), &*first.add(c), &mut *first.add(d)) }
}

#[inline(always)]
fn pair<const W: usize>(memory: &mut [[f64; W]], a: u32, d: u32) -> (&[f64; W], &mut [f64; W]) {
    let (a, _, d) = triple(memory, a, a, d);
    (a, d)
}

#[inline(always)]
pub(super) fn run_body<const W: usize>(
    code: &[Instruction],
    flat: &mut [f64],
    around: &Surroundings<'_>,
) {
    let (memory, _) = flat.as_chunks_mut::<W>();
    let kernels = around.kernels;
    for op in code {
        match op.code {
            Code::Copy => map!(memory, op, x => x),
            Code::Spread => memory[op.d as usize] = [around.scalars[op.a as usize]; W],
            Code::AddVV => vv!(memory, op, x, y => x + y),
            Code::AddVS => vs!(memory, around, op, x, y => x + y),
            Code::SubtractVV => vv!(memory, op, x, y => x - y),
            Code::SubtractVS => vs!(memory, around, op, x, y => x - y),
            Code::SubtractSV => sv!(memory, around, op, x, y => x - y),
            Code::MultiplyVV => vv!(memory, op, x, y => x * y),
            Code::MultiplyVS => vs!(memory, around, op, x, y => x * y),
            Code::DivideVV => vv!(memory, op, x, y => x / y),
            Code::DivideVS => vs!(memory, around, op, x, y => x / y),
            Code::DivideSV => sv!(memory, around, op, x, y => x / y),
            Code::MinVV => vv!(memory, op, x, y => lesser(x, y)),
            Code::MinVS => vs!(memory, around, op, x, y => lesser(x, y)),
            Code::MinSV => sv!(memory, around, op, x, y => lesser(x, y)),
            Code::MaxVV => vv!(memory, op, x, y => greater(x, y)),
            Code::MaxVS => vs!(memory, around, op, x, y => greater(x, y)),
            Code::MaxSV => sv!(memory, around, op, x, y => greater(x, y)),
            Code::EqualVV => vv!(memory, op, x, y => truth(x == y)),
            Code::EqualVS => vs!(memory, around, op, x, y => truth(x == y)),
            Code::NotEqualVV => vv!(memory, op, x, y => truth(x != y)),
            Code::NotEqualVS => vs!(memory, around, op, x, y => truth(x != y)),
            Code::LessVV => vv!(memory, op, x, y => truth(x < y)),
            Code::LessVS => vs!(memory, around, op, x, y => truth(x < y)),
            Code::LessSV => sv!(memory, around, op, x, y => truth(x < y)),
            Code::LessOrEqualVV => vv!(memory, op, x, y => truth(x <= y)),
            Code::LessOrEqualVS => vs!(memory, around, op, x, y => truth(x <= y)),
            Code::LessOrEqualSV => sv!(memory, around, op, x, y => truth(x <= y)),
            Code::AndVV => vv!(memory, op, x, y => truth((x != 0.0) & (y != 0.0))),
            Code::AndVS => vs!(memory, around, op, x, y => truth((x != 0.0) & (y != 0.0))),
            Code::OrVV => vv!(memory, op, x, y => truth((x != 0.0) | (y != 0.0))),
            Code::OrVS => vs!(memory, around, op, x, y => truth((x != 0.0) | (y != 0.0))),
            Code::Negate => map!(memory, op, x => -x),
            Code::Not => map!(memory, op, x => truth(x == 0.0)),
            Code::Abs => map!(memory, op, x => x.abs()),
            Code::Sqrt => map!(memory, op, x => x.sqrt()),
            Code::Floor => map!(memory, op, x => x.floor()),
            Code::Hold => map!(memory, op, x => hold(x)),
            Code::Exp => apply(memory, op, |a, d| kernels.exp(a, d)),
            Code::Ln => apply(memory, op, |a, d| kernels.ln(a, d)),
            Code::Logistic => apply(memory, op, |a, d| kernels.logistic(a, d)),
            Code::NormalCdf => apply(memory, op, |a, d| kernels.normal_cdf(a, d)),
            Code::InverseNormal => apply(memory, op, |a, d| kernels.inverse_normal(a, d)),
            Code::PowerVV => {
                let (a, b, d) = triple(memory, op.a, op.b, op.d);
                kernels.pow(a, b, d);
            }
            Code::Uniform => {
                let (name, slot) = around.addresses[op.a as usize];
                let address = Address { name, time: around.week, slot };
                kernels.fill_uniform(around.keys, address, &mut memory[op.d as usize]);
            }
            Code::MultiplyAddVV
            | Code::MultiplyAddVS
            | Code::MultiplyLessVV
            | Code::MultiplyLessVS
            | Code::SelectVV
            | Code::SelectVS
            | Code::SelectSV
            | Code::SelectSS => of_three(memory, op, around.scalars),
            _ => seldom(memory, op, around),
        }
    }
}

#[inline(always)]
fn apply<const W: usize>(
    memory: &mut [[f64; W]],
    op: &Instruction,
    function: impl Fn(&[f64], &mut [f64]),
) {
    let (a, d) = pair(memory, op.a, op.d);
    function(a, d);
}

/// Instructions that read three values.
#[inline(always)]
fn of_three<const W: usize>(memory: &mut [[f64; W]], op: &Instruction, scalars: &[f64]) {
    match op.code {
        Code::MultiplyAddVV | Code::MultiplyLessVV | Code::SelectVV => {
            let (a, b, c, d) = quadruple(memory, op);
            match op.code {
                Code::MultiplyAddVV => (0..W).for_each(|i| d[i] = c[i] + a[i] * b[i]),
                Code::MultiplyLessVV => (0..W).for_each(|i| d[i] = c[i] - a[i] * b[i]),
                _ => (0..W).for_each(|i| d[i] = if a[i] != 0.0 { b[i] } else { c[i] }),
            }
        }
        Code::MultiplyAddVS | Code::MultiplyLessVS | Code::SelectSV => {
            let b = scalars[op.b as usize];
            let (a, c, d) = triple(memory, op.a, op.c, op.d);
            match op.code {
                Code::MultiplyAddVS => (0..W).for_each(|i| d[i] = c[i] + a[i] * b),
                Code::MultiplyLessVS => (0..W).for_each(|i| d[i] = c[i] - a[i] * b),
                _ => (0..W).for_each(|i| d[i] = if a[i] != 0.0 { b } else { c[i] }),
            }
        }
        Code::SelectVS => {
            let c = scalars[op.c as usize];
            let (a, b, d) = triple(memory, op.a, op.b, op.d);
            (0..W).for_each(|i| d[i] = if a[i] != 0.0 { b[i] } else { c });
        }
        _ => {
            let (b, c) = (scalars[op.b as usize], scalars[op.c as usize]);
            let (a, d) = pair(memory, op.a, op.d);
            (0..W).for_each(|i| d[i] = if a[i] != 0.0 { b } else { c });
        }
    }
}

/// Instructions that go lane by lane, or are seldom met.
fn seldom<const W: usize>(memory: &mut [[f64; W]], op: &Instruction, around: &Surroundings<'_>) {
    match op.code {
        Code::Gather => {
            let entries = op.c as usize;
            let table = &around.tables[op.b as usize..][..=entries];
            for lane in 0..W {
                let chosen = table[inside(lanes(memory, op.a)[lane], entries)];
                memory[op.d as usize][lane] = entry(memory, around.scalars, chosen, lane);
            }
        }
        Code::Joined => {
            let width = f64::from(op.c);
            let (a, b, d) = triple(memory, op.a, op.b, op.d);
            (0..W).for_each(|i| d[i] = joined(a[i], b[i], width));
        }
        Code::Cascade => {
            let c = *lanes(memory, op.c);
            let (a, b, d) = triple(memory, op.a, op.b, op.d);
            (0..W).for_each(|i| d[i] = cascade(a[i], b[i], c[i]));
        }
        Code::Coalition => {
            let members = &around.tables[op.a as usize..][..op.b as usize];
            let share = (around.tables[op.c as usize], around.tables[op.c as usize + 1]);
            for lane in 0..W {
                let now: Vec<f64> = members
                    .iter()
                    .map(|member| entry(memory, around.scalars, *member, lane))
                    .collect();
                memory[op.d as usize][lane] = coalition(&now, share);
            }
        }
        _ => draw(memory, op, around),
    }
}

/// Draws whose arguments vary.
fn draw<const W: usize>(memory: &mut [[f64; W]], op: &Instruction, around: &Surroundings<'_>) {
    let [a, b, c] = [0, 1, 2].map(|number| *lanes(memory, around.tables[op.b as usize + number]));
    let (u, d) = pair(memory, op.a, op.d);
    for i in 0..W {
        d[i] = match op.code {
            Code::Lognormal => distribution::lognormal(u[i], a[i], b[i]),
            Code::UniformDraw => distribution::uniform(u[i], a[i], b[i]),
            Code::Loguniform => distribution::loguniform(u[i], a[i], b[i]),
            Code::Exponential => distribution::exponential(u[i], a[i]),
            Code::Triangular => distribution::triangular(u[i], a[i], b[i], c[i]),
            Code::Bernoulli => distribution::bernoulli(u[i], a[i]),
            Code::HalfNormal => distribution::half_normal(u[i], a[i]),
            _ => distribution::normal(u[i], a[i], b[i]),
        };
    }
}

#[inline(always)]
pub(super) fn bits<const W: usize>(holds: impl Fn(usize) -> bool) -> Lanes {
    (0..W).fold(0, |lanes, lane| lanes | u64::from(holds(lane)) << lane)
}

#[inline(always)]
pub(super) fn below_body<const W: usize>(a: &[f64], b: &[f64]) -> Lanes {
    let (a, b) = (&a[..W], &b[..W]);
    bits::<W>(|lane| a[lane] < b[lane])
}

/// The lanes that are above a number.
#[inline(always)]
pub(super) fn above_body<const W: usize>(a: &[f64], limit: f64) -> Lanes {
    let a = &a[..W];
    bits::<W>(|lane| a[lane] > limit)
}

#[inline(always)]
pub(super) fn nonzero_body<const W: usize>(a: &[f64]) -> Lanes {
    let a = &a[..W];
    bits::<W>(|lane| a[lane] != 0.0)
}

/// Whether some sum of reasons passes ±30 or some hazard is not a number.
#[inline(always)]
pub(super) fn doubtful_body<const W: usize>(sums: &[f64], hazards: &[f64]) -> bool {
    let (sums, hazards) = (&sums[..W], &hazards[..W]);
    (0..W).fold(false, |found, i| {
        found | (sums[i].abs() > LARGEST_SUM) | sums[i].is_nan() | hazards[i].is_nan()
    })
}

/// Moves a stock to its next value, held in its range.
#[inline(always)]
pub(super) fn shift_body<const W: usize>(
    next: &[f64],
    stock: &mut [f64],
    low: f64,
    high: f64,
) -> u8 {
    let (next, stock) = (&next[..W], &mut stock[..W]);
    let (mut bites, mut lost) = (false, false);
    for lane in 0..W {
        let x = next[lane];
        bites |= (x < low) | (x > high);
        stock[lane] = hold_in(x, low, high);
        lost |= !stock[lane].is_finite();
    }
    u8::from(bites) * BITES + u8::from(lost) * NOT_A_NUMBER
}

/// The lanes that equal a number.
#[inline(always)]
pub(super) fn equal_body<const W: usize>(a: &[f64], number: f64) -> Lanes {
    let a = &a[..W];
    bits::<W>(|lane| a[lane] == number)
}

/// The lanes that lie outside a range, or are no finite numbers.
#[inline(always)]
pub(super) fn outside_body<const W: usize>(a: &[f64], low: f64, high: f64) -> Lanes {
    let a = &a[..W];
    bits::<W>(|lane| !((a[lane] >= low) & (a[lane] <= high) & a[lane].is_finite()))
}

/// The epochs of a mood of so many weeks, as [`detente_chance::mood::mood_epoch`] has them: in whole
/// numbers below 2⁵³ the quotient is never rounded up to the next; and the lanes in which they are new.
#[inline(always)]
pub(super) fn epochs_body<const W: usize>(
    [week, mood]: [f64; 2],
    offsets: &[f64],
    known: &[f64],
    epochs: &mut [f64],
) -> Lanes {
    let (offsets, known, epochs) = (&offsets[..W], &known[..W], &mut epochs[..W]);
    for lane in 0..W {
        epochs[lane] = week + offsets[lane];
    }
    if mood > 1.0 {
        epochs.iter_mut().for_each(|own| *own = (*own / mood).floor());
    }
    bits::<W>(|lane| known[lane] != epochs[lane])
}

/// The alternative of the largest logit + Gumbel in each lane, −1 if none is open; a tie goes to the
/// first. Alternatives lie one after another, and have these numbers.
#[inline(always)]
pub(super) fn choose_body<const W: usize>(
    logits: &[f64],
    gumbels: &[f64],
    numbers: &[usize],
    chosen: &mut [f64],
) {
    let ((logits, _), (gumbels, _)) = (logits.as_chunks::<W>(), gumbels.as_chunks::<W>());
    let mut best = [f64::NEG_INFINITY; W];
    let mut which = [-1.0; W];
    for ((logit, gumbel), number) in logits.iter().zip(gumbels).zip(numbers) {
        for lane in 0..W {
            let score = logit[lane] + gumbel[lane];
            let leads = score > best[lane];
            best[lane] = if leads { score } else { best[lane] };
            which[lane] = if leads { *number as f64 } else { which[lane] };
        }
    }
    chosen[..W].copy_from_slice(&which);
}
