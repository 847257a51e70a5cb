//! From sums of reasons and rates to hazards and happenings.

use std::f64::consts::LOG2_E;

use detente_chance::{exp, week_probability};

use super::body::bits;
use crate::acted::Lanes;
use crate::arithmetic::{greater, hold};

/// Happenings that are worked out together.
const TOGETHER: usize = 8;

/// h = rate × exp(sum), the sum held; a rate below 0 is no risk. What is not a number stays so.
#[inline(always)]
fn hazard(sum: f64, rate: f64) -> f64 {
    greater(0.0, rate * exp(hold(sum)))
}

/// At least [`hazard`], and at most 1.07 times as much: 2ᵗ is at most (1 + the fraction of t) × 2 to
/// its whole part, which is what the bits of a number say whose exponent and leading digits are t.
#[inline(always)]
fn most_hazard(sum: f64, rate: f64) -> f64 {
    /// 1.5·2³² leaves twenty binary digits after the point; 1023 is an exponent's zero; the rest
    /// makes up for what is rounded.
    const SHIFT: f64 = 1.5 * 4_294_967_296.0 + 1023.0 + 1.0 / 262_144.0;
    rate * f64::from_bits((hold(sum) * LOG2_E + SHIFT).to_bits() << 32)
}

#[inline(always)]
pub(super) fn hazards_body<const W: usize>(
    sums: &[f64],
    rates: &[f64],
    hazards: &mut [f64],
    probabilities: &mut [f64],
) {
    let (sums, rates) = (&sums[..W], &rates[..W]);
    let (hazards, probabilities) = (&mut hazards[..W], &mut probabilities[..W]);
    for lane in 0..W {
        hazards[lane] = hazard(sums[lane], rates[lane]);
    }
    for lane in 0..W {
        probabilities[lane] = week_probability(hazards[lane]);
    }
}

/// The lanes in which the uniform is below what the hazard is at most, and so those in which it is
/// below 1 − e⁻ʰ ≤ h.
#[inline(always)]
pub(super) fn likely_body<const W: usize>(uniforms: &[f64], sums: &[f64], rates: &[f64]) -> Lanes {
    let (uniforms, sums, rates) = (&uniforms[..W], &sums[..W], &rates[..W]);
    bits::<W>(|lane| uniforms[lane] < most_hazard(sums[lane], rates[lane]))
}

/// Those of these lanes in which the uniform is below 1 − e⁻ʰ.
#[inline(always)]
pub(super) fn happens_body<const W: usize>(
    lanes: Lanes,
    uniforms: &[f64],
    sums: &[f64],
    rates: &[f64],
) -> Lanes {
    let (uniforms, sums, rates) = (&uniforms[..W], &sums[..W], &rates[..W]);
    let (mut left, mut happened) = (lanes, 0);
    while left != 0 {
        let (mut own, mut many) = ([0; TOGETHER], 0);
        let (mut sum, mut rate) = ([0.0; TOGETHER], [0.0; TOGETHER]);
        while left != 0 && many < TOGETHER {
            let lane = left.trailing_zeros() as usize % W;
            (own[many], sum[many], rate[many]) = (lane, sums[lane], rates[lane]);
            left &= left - 1;
            many += 1;
        }
        let mut probability = [0.0; TOGETHER];
        for order in 0..TOGETHER {
            probability[order] = week_probability(hazard(sum[order], rate[order]));
        }
        for (lane, probability) in own.into_iter().zip(probability).take(many) {
            happened |= Lanes::from(uniforms[lane] < probability) << lane;
        }
    }
    happened
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// No happening is missed, and little is looked at in vain.
        #[test]
        fn the_bound_is_one_and_a_close_one(
            sum in prop_oneof![-31.0..31.0f64, -1.0..1.0f64, (-43..43).prop_map(|k| f64::from(k) / LOG2_E)],
            rate in prop_oneof![0.0..1.0f64, 1e-250..1e-3f64, 0.0..1e6f64],
        ) {
            let (least, most) = (hazard(sum, rate), most_hazard(sum, rate));
            prop_assert!(least <= most, "{} {}", least, most);
            prop_assert!(week_probability(least) <= most);
            prop_assert!(most <= 1.07 * least);
        }

        /// Few at a time, as all at once.
        #[test]
        fn the_happenings_are_those_of_the_dense_way(
            own in prop::collection::vec((0.0..1.0f64, -3.0..1.0f64, 0.0..0.2f64), 64),
            lanes: u64,
        ) {
            let take = |of: fn(&(f64, f64, f64)) -> f64| own.iter().map(of).collect::<Vec<_>>();
            let (u, sums, rates) = (take(|x| x.0), take(|x| x.1), take(|x| x.2));
            let (mut hazards, mut chances) = (vec![0.0; 64], vec![0.0; 64]);
            hazards_body::<64>(&sums, &rates, &mut hazards, &mut chances);
            let dense = lanes & super::super::body::below_body::<64>(&u, &chances);
            let likely = lanes & likely_body::<64>(&u, &sums, &rates);
            prop_assert_eq!(happens_body::<64>(likely, &u, &sums, &rates), dense);
        }
    }

    #[test]
    fn a_rate_below_none_is_no_risk() {
        let own = [[1e-300; 8], [1.0; 8], [-0.5; 8]];
        assert_eq!(likely_body::<8>(&own[0], &own[1], &own[2]), 0);
        assert_eq!(happens_body::<8>(255, &own[0], &own[1], &own[2]), 0);
    }
}
