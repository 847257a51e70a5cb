//! The same bits from every instruction set, at every width of lanes, as from the scalar function.

use detente_chance::{
    Address, HistoryKey, InstructionSet, Kernels, LaneKeys, exp, gumbel, inverse_normal_cdf, ln,
    logistic, normal_cdf, pow, uniform,
};
use proptest::prelude::*;

const WIDTHS: [usize; 7] = [1, 7, 8, 16, 32, 37, 64];

type Function = fn(f64) -> f64;

fn tables() -> Vec<Kernels> {
    InstructionSet::available().filter_map(Kernels::of).collect()
}

fn assert_same(what: &str, set: InstructionSet, width: usize, wide: &[f64], scalar: &[f64]) {
    for (lane, (a, b)) in wide.iter().zip(scalar).enumerate() {
        assert_eq!(
            a.to_bits(),
            b.to_bits(),
            "{what}, {}, width {width}, lane {lane}: {a:e} and {b:e}",
            set.name()
        );
    }
}

/// Every one-argument function over `x`, by every table in lanes of every width.
fn check_functions(x: &[f64]) {
    let scalars: [(&str, Function); 6] = [
        ("exp", exp),
        ("ln", ln),
        ("logistic", logistic),
        ("normal_cdf", normal_cdf),
        ("inverse_normal", inverse_normal_cdf),
        ("gumbel", gumbel),
    ];
    for (name, function) in scalars {
        let expected: Vec<f64> = x.iter().map(|&x| function(x)).collect();
        for table in tables() {
            for width in WIDTHS {
                let mut out = vec![0.0; x.len()];
                for (out, x) in out.chunks_mut(width).zip(x.chunks(width)) {
                    match name {
                        "exp" => table.exp(x, out),
                        "ln" => table.ln(x, out),
                        "logistic" => table.logistic(x, out),
                        "normal_cdf" => table.normal_cdf(x, out),
                        "inverse_normal" => table.inverse_normal(x, out),
                        _ => table.gumbel(x, out),
                    }
                }
                assert_same(name, table.instruction_set(), width, &out, &expected);
            }
        }
    }
}

fn check_powers(x: &[f64], y: &[f64]) {
    let expected: Vec<f64> = x.iter().zip(y).map(|(&x, &y)| pow(x, y)).collect();
    for table in tables() {
        for width in WIDTHS {
            let mut out = vec![0.0; x.len()];
            for ((out, x), y) in out.chunks_mut(width).zip(x.chunks(width)).zip(y.chunks(width)) {
                table.pow(x, y, out);
            }
            assert_same("pow", table.instruction_set(), width, &out, &expected);
        }
    }
}

/// Numbers that models meet, numbers at the ends of `f64`, and any bits whatever.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => -40.0..40.0,
        3 => 0.0..1.0,
        1 => -800.0..800.0,
        1 => any::<u64>().prop_map(f64::from_bits),
        1 => prop::sample::select(vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MIN_POSITIVE,
            f64::from_bits(1),
            f64::MAX,
            0.075,
            0.5,
            0.925,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn functions_give_the_same_bits(x in prop::collection::vec(number(), 1..150)) {
        check_functions(&x);
    }

    #[test]
    fn powers_give_the_same_bits(
        pairs in prop::collection::vec((number(), prop_oneof![number(), (-40i32..40).prop_map(f64::from)]), 1..150),
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        check_powers(&x, &y);
    }

    #[test]
    fn draws_give_the_same_bits(
        seed: u64,
        histories in prop::collection::vec(any::<u64>(), 1..100),
        name: u64,
        slot: u32,
        time: u32,
        spread in 1u32..1000,
    ) {
        let address = Address { name, time, slot };
        let keys = LaneKeys::new(seed, histories.iter().copied());
        let times: Vec<u32> =
            (0..histories.len() as u32).map(|lane| time.wrapping_add(lane * spread)).collect();
        let at = |&history: &u64| uniform(HistoryKey::new(seed, history), address);
        let expected: Vec<f64> = histories.iter().map(at).collect();
        let slots: Vec<u32> = times.iter().map(|time| slot ^ (time % 3)).collect();
        let at = |((&history, &time), &slot): ((&u64, &u32), &u32)| {
            uniform(HistoryKey::new(seed, history), Address { time, slot, ..address })
        };
        let expected_at: Vec<f64> =
            histories.iter().zip(&times).zip(&slots).map(at).collect();
        for table in tables() {
            let mut out = vec![0.0; histories.len()];
            table.fill_uniform(&keys, address, &mut out);
            assert_same("draws", table.instruction_set(), out.len(), &out, &expected);
            table.fill_uniform_at(&keys, name, &slots, &times, &mut out);
            assert_same("draws at", table.instruction_set(), out.len(), &out, &expected_at);
        }
    }
}

#[test]
fn a_block_that_is_narrower_than_its_keys_takes_the_first_lanes() {
    let keys = LaneKeys::new(9, 0..64);
    let address = Address { name: 5, time: 6, slot: 7 };
    for width in [0, 1, 5, 16, 21, 48, 63] {
        let mut out = vec![0.0; width];
        Kernels::of(InstructionSet::best())
            .expect("available")
            .fill_uniform(&keys, address, &mut out);
        for (history, &u) in out.iter().enumerate() {
            assert_eq!(u, uniform(HistoryKey::new(9, history as u64), address));
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn product_and_sum_with_fma_at_hand(a: f64, b: f64, c: f64) -> f64 {
    a * b + c
}

/// The compiler may not fuse a·b + c, even where the machine could: fused, this would be −2⁻⁶⁰.
#[test]
#[cfg(target_arch = "x86_64")]
fn a_product_and_a_sum_stay_two_roundings() {
    if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")) {
        return;
    }
    let small = 1.0 / 1_073_741_824.0;
    let [a, b, c] = std::hint::black_box([1.0 + small, 1.0 - small, -1.0]);
    // SAFETY: both features were detected above.
    let result = unsafe { product_and_sum_with_fma_at_hand(a, b, c) };
    assert_eq!(result, 0.0);
}
