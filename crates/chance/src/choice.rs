//! A choice by the largest logit + Gumbel, and the Gumbels behind a choice that is known.
//!
//! With one Gumbel for each *named* option, the option of the largest sum is chosen with its logit's
//! share (McFadden), and a change that only lowers an option's rivals never turns a choice away from
//! it. Source: Oberst and Sontag, "Counterfactual off-policy evaluation with Gumbel-max structural
//! causal models", ICML 2019, PMLR 97.
//!
//! Written as a race, with e⁻ᴳ for each Gumbel G: standard exponential clocks, of which the option i with
//! the smallest clock · e⁻ˡᵒᵍⁱᵗ wins. An option that was not to be had in an asking has a logit of −∞
//! there. Slices have one number an option, in one order.

use crate::{exp, gumbel, ln};

/// The option of the largest logit + Gumbel; a tie goes to the first. `None` without options.
#[must_use]
pub fn choose(logits: &[f64], gumbels: &[f64]) -> Option<usize> {
    let sums = logits.iter().zip(gumbels).map(|(logit, gumbel)| logit + gumbel);
    let first_largest = |best: Option<(usize, f64)>, (option, sum): (usize, f64)| match best {
        Some((_, largest)) if largest >= sum => best,
        _ => Some((option, sum)),
    };
    sums.enumerate().fold(None, first_largest).map(|(option, _)| option)
}

/// Raises each rival's lead over `taken` to what it is in this asking, if that is larger: leads are
/// logit less logit of `taken`, and that of `taken` itself stays −∞.
///
/// `leads` begins at −∞ throughout. After several askings with one answer it holds all that they say
/// about the Gumbels. Gives whether any was raised.
pub fn raise_leads(leads: &mut [f64], logits: &[f64], taken: usize) -> bool {
    let Some(&own) = logits.get(taken) else { return false };
    let mut raised = false;
    for (option, (lead, &logit)) in leads.iter_mut().zip(logits).enumerate() {
        // A rival that was not to be had says nothing, even where `taken` was not either.
        let now = if logit == f64::NEG_INFINITY { logit } else { logit - own };
        if option != taken && now > *lead {
            *lead = now;
            raised = true;
        }
    }
    raised
}

/// The probability that one option was kept through every asking so far: 1/(1 + Σⱼ exp mⱼ) over its
/// rivals' largest leads mⱼ. For one asking, its logit's share.
#[must_use]
pub fn keep_probability(leads: &[f64]) -> f64 {
    1.0 / keep_rate(leads)
}

/// 1 + Σⱼ exp mⱼ: the rate of the winner's clock, given that it won.
pub(crate) fn keep_rate(leads: &[f64]) -> f64 {
    let open = leads.iter().filter(|lead| **lead > f64::NEG_INFINITY);
    open.fold(1.0, |sum, &lead| sum + exp(lead))
}

/// The Gumbels of all options given that `taken` won with these rivals' `leads`, into `gumbels`: the
/// winner's is as large as the largest of that field must be, each rival's is cut off at the winner's
/// less its lead. `uniforms` are the options' own addressed uniforms, each of which moves its own
/// Gumbel upwards.
pub fn gumbels_given_choice(leads: &[f64], taken: usize, uniforms: &[f64], gumbels: &mut [f64]) {
    let Some(&own) = uniforms.get(taken) else { return };
    let winner = gumbel(own) + ln(keep_rate(leads));
    for (option, ((out, &lead), &u)) in gumbels.iter_mut().zip(leads).zip(uniforms).enumerate() {
        *out = if option == taken { winner } else { gumbel_below(winner - lead, u) };
    }
}

/// A Gumbel given that it lies below `bound`, by the inverse of its cut cumulative function.
#[must_use]
pub fn gumbel_below(bound: f64, uniform: f64) -> f64 {
    -ln(exp(-bound) - ln(uniform))
}
