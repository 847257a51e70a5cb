//! A number for an address: Philox4x32-10, a function of (seed, history, name, time, slot) and of
//! nothing else.
//!
//! There is no stream and no position. A draw that is never asked for, or asked for twice, moves no
//! other draw, so two runs that differ by one intervention share every draw whose address both have.
//!
//! Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11
//! (2011), with the multipliers and Weyl constants of its Random123 library.

use sha2::{Digest, Sha256};

const MULTIPLIER_0: u64 = 0xD251_1F53;
const MULTIPLIER_1: u64 = 0xCD9E_8D57;
const WEYL_0: u32 = 0x9E37_79B9;
const WEYL_1: u32 = 0xBB67_AE85;
const ROUNDS: u32 = 10;

/// Philox4x32-10: 128 bits for a counter under a key.
///
/// Every pair of counter and key gives its own block; for one key the map is a bijection.
#[must_use]
pub const fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    let mut round = 0;
    while round < ROUNDS {
        let product_0 = MULTIPLIER_0 * c0 as u64;
        let product_1 = MULTIPLIER_1 * c2 as u64;
        (c0, c1, c2, c3) = (
            (product_1 >> 32) as u32 ^ c1 ^ k0,
            product_1 as u32,
            (product_0 >> 32) as u32 ^ c3 ^ k1,
            product_0 as u32,
        );
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
        round += 1;
    }
    [c0, c1, c2, c3]
}

/// The key under which all draws of one history are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HistoryKey {
    /// First 32 bits of the key.
    pub lo: u32,
    /// Second 32 bits of the key.
    pub hi: u32,
}

impl HistoryKey {
    /// The key of history `history` under `seed`: the first 64 bits of Philox with the history's
    /// number as counter and the seed as key.
    #[must_use]
    pub const fn new(seed: u64, history: u64) -> Self {
        let [seed_lo, seed_hi] = halves(seed);
        let [history_lo, history_hi] = halves(history);
        let [lo, hi, _, _] = philox4x32([history_lo, history_hi, 0, 0], [seed_lo, seed_hi]);
        Self { lo, hi }
    }
}

/// Where a draw lives within a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// [`hash_name`] of the element's full name with its indices, as in `uprising[gdr]`.
    pub name: u64,
    /// The week, the calendar year of a yearly noise, or the epoch of a mood; 0 for a trait.
    pub time: u32,
    /// [`hash_slot`] of the slot's name: an option, a draw of an event, a shock.
    pub slot: u32,
}

/// The number of an element's full name: the first eight bytes of its SHA-256, little-endian.
///
/// Two different names of one number must be refused when a scenario is loaded.
#[must_use]
pub fn hash_name(full_name: &str) -> u64 {
    let digest = Sha256::digest(full_name.as_bytes());
    (0..8).fold(0, |number, i| number | u64::from(digest[i]) << (8 * i))
}

/// The number of a slot's name: the first four bytes of its SHA-256, little-endian.
#[must_use]
pub fn hash_slot(slot: &str) -> u32 {
    let [lo, _] = halves(hash_name(slot));
    lo
}

/// The uniform of an address: (k + ½)·2⁻⁵², k the top 52 of the block's first 64 bits. Exact in
/// `f64`, in the open interval (0, 1), and so is one less it.
#[must_use]
pub const fn uniform(key: HistoryKey, address: Address) -> f64 {
    uniform_from_bits(draw_bits(key, address))
}

/// The 64 bits behind the uniform of an address.
#[must_use]
pub const fn draw_bits(key: HistoryKey, address: Address) -> u64 {
    let [name_lo, name_hi] = halves(address.name);
    let block = philox4x32([name_lo, name_hi, address.time, address.slot], [key.lo, key.hi]);
    block[0] as u64 | (block[1] as u64) << 32
}

/// (k + ½)·2⁻⁵² with k the top 52 of 64 bits.
///
/// Written without a conversion, so that loops over lanes need none: the bits of k under the
/// exponent of 1 are 1 + k·2⁻⁵², and the subtraction of 1 − 2⁻⁵³ is exact.
#[inline(always)]
#[must_use]
pub const fn uniform_from_bits(bits: u64) -> f64 {
    const ONE_LESS_HALF_STEP: f64 = 1.0 - f64::EPSILON / 2.0;
    f64::from_bits(bits >> 12 | 0x3FF0_0000_0000_0000) - ONE_LESS_HALF_STEP
}

const fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// The uniforms of many histories at one address each: lanes `i` of the slices belong together.
///
/// `slot(i)` is lane i's slot, `time(i)` its week or epoch. The state is held in 64-bit lanes of which only the low
/// half counts, so that a round is two 32 × 32 → 64 bit multiplications a lane.
#[inline(always)]
pub(crate) fn uniform_block<const WIDTH: usize>(
    key_lo: &[u32; WIDTH],
    key_hi: &[u32; WIDTH],
    name: u64,
    slot: impl Fn(usize) -> u32,
    time: impl Fn(usize) -> u32,
    out: &mut [f64; WIDTH],
) {
    let [name_lo, name_hi] = halves(name);
    for lane in 0..WIDTH {
        let [mut c0, mut c1, mut c2, mut c3] =
            [u64::from(name_lo), u64::from(name_hi), u64::from(time(lane)), u64::from(slot(lane))];
        let (mut k0, mut k1) = (u64::from(key_lo[lane]), u64::from(key_hi[lane]));
        for _ in 0..ROUNDS {
            let product_0 = MULTIPLIER_0 * (c0 & 0xFFFF_FFFF);
            let product_1 = MULTIPLIER_1 * (c2 & 0xFFFF_FFFF);
            (c0, c1, c2, c3) =
                ((product_1 >> 32) ^ c1 ^ k0, product_1, (product_0 >> 32) ^ c3 ^ k1, product_0);
            k0 += u64::from(WEYL_0);
            k1 += u64::from(WEYL_1);
        }
        out[lane] = uniform_from_bits((c0 & 0xFFFF_FFFF) | c1 << 32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that come with Random123 (`kat_vectors`, philox4x32 10).
    #[test]
    fn gives_the_published_vectors() {
        let ones = u32::MAX;
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([ones; 4], [ones; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, answer) in cases {
            assert_eq!(philox4x32(counter, key), answer);
        }
    }

    #[test]
    fn a_name_hashes_to_the_head_of_its_sha256() {
        // SHA-256("abc") = ba7816bf 8f01cfea ...: FIPS 180-4, example 1.
        assert_eq!(hash_name("abc"), 0xeacf_018f_bf16_78ba);
        assert_eq!(hash_slot("abc"), 0xbf16_78ba);
    }

    #[test]
    fn a_draw_follows_its_written_definition() {
        let (seed, history) = (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210);
        let key = HistoryKey::new(seed, history);
        let block = philox4x32([0x7654_3210, 0xfedc_ba98, 0, 0], [0x89ab_cdef, 0x0123_4567]);
        assert_eq!((key.lo, key.hi), (block[0], block[1]));
        let address = Address { name: 0x1111_2222_3333_4444, time: 28, slot: 7 };
        let block = philox4x32([0x3333_4444, 0x1111_2222, 28, 7], [key.lo, key.hi]);
        let k = (u64::from(block[1]) << 32 | u64::from(block[0])) >> 12;
        let by_hand = (k as f64 + 0.5) / 4_503_599_627_370_496.0;
        assert_eq!(uniform(key, address), by_hand);
    }

    #[test]
    fn a_uniform_is_never_zero_or_one_and_its_complement_is_exact() {
        assert_eq!(uniform_from_bits(0), f64::EPSILON / 2.0);
        assert_eq!(uniform_from_bits(u64::MAX), 1.0 - f64::EPSILON / 2.0);
        let half_step = f64::EPSILON / 2.0;
        for bits in [0, 1 << 12, 0xdead_beef_dead_beef, u64::MAX] {
            let u = uniform_from_bits(bits);
            assert_eq!(1.0 - u, uniform_from_bits(!bits));
            assert_eq!((u / half_step) % 2.0, 1.0, "an odd number of half steps");
        }
    }

    #[test]
    fn every_part_of_an_address_moves_the_draw() {
        let here = Address { name: hash_name("uprising[gdr]"), time: 28, slot: hash_slot("") };
        let key = HistoryKey::new(1, 1);
        let u = uniform(key, here);
        let others = [
            uniform(key, Address { name: hash_name("uprising[poland]"), ..here }),
            uniform(key, Address { time: 29, ..here }),
            uniform(key, Address { slot: hash_slot("size"), ..here }),
            uniform(HistoryKey::new(1, 2), here),
            uniform(HistoryKey::new(2, 1), here),
        ];
        assert!(others.iter().all(|&other| other != u));
    }

    /// Means, variances and neighbouring correlations of 2^16 draws along histories and along weeks,
    /// within five standard errors.
    #[test]
    fn draws_are_uniform_along_histories_and_weeks() {
        let count = 1u32 << 16;
        let name = hash_name("stalin_dies");
        let along_weeks =
            |i: u32| uniform(HistoryKey::new(3, 4), Address { name, time: i, slot: 0 });
        let along_histories =
            |i: u32| uniform(HistoryKey::new(3, u64::from(i)), Address { name, time: 13, slot: 0 });
        for draws in [
            (0..count).map(along_weeks).collect::<Vec<_>>(),
            (0..count).map(along_histories).collect(),
        ] {
            let n = f64::from(count);
            let mean = draws.iter().sum::<f64>() / n;
            let variance = draws.iter().map(|u| (u - 0.5) * (u - 0.5)).sum::<f64>() / n;
            let lagged = draws.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>() / n;
            assert!((mean - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt(), "mean {mean}");
            assert!((variance - 1.0 / 12.0).abs() < 5.0 * (1.0 / 180.0 / n).sqrt());
            assert!(lagged.abs() < 5.0 / 12.0 / n.sqrt(), "lag-1 covariance {lagged}");
        }
    }
}
