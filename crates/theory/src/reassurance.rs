//! Reassurance: how costly a deed must be for a mistrustful rival to believe it.
//!
//! Kydd, "Trust, Reassurance, and Cooperation", *International Organization* 54 (2000) 325–357. A rival
//! is either trustworthy (would rather keep an agreement) or not; a first step on part of the stakes
//! separates them if it is too dear for the one to feign and not too dangerous for the other to
//! take. The payoffs are normalised here: 1 if both keep it, 0 if neither does, −b for the one who
//! keeps it alone, a for the one who alone breaks it.

/// What the two have to win and to lose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stakes {
    /// What a sucker loses: b, above 0.
    pub sucker_loss: f64,
    /// What breaking faith brings the trustworthy, below 1.
    pub trustworthy_gain: f64,
    /// What it brings the untrustworthy, above 1.
    pub untrustworthy_gain: f64,
}

impl Stakes {
    /// The least trust with which keeping an agreement outright is worth it: m = b / (b + 1 − a_T).
    #[must_use]
    pub fn trust_to_keep(&self) -> f64 {
        self.sucker_loss / (self.sucker_loss + 1.0 - self.trustworthy_gain)
    }

    /// The least trust with which some first step reassures; below the trust to keep.
    ///
    /// t = b (a_U − 1) / (b (a_U − 1) + 2 a_U − 1 − a_U a_T).
    #[must_use]
    pub fn trust_to_begin(&self) -> f64 {
        let excess = self.sucker_loss * (self.untrustworthy_gain - 1.0);
        excess
            / (excess + 2.0 * self.untrustworthy_gain
                - 1.0
                - self.untrustworthy_gain * self.trustworthy_gain)
    }

    /// The first steps that reassure, from the smallest to the largest share of the stakes, given the
    /// probability that the other is trustworthy; none if trust is too low.
    ///
    /// A smaller step is cheap talk, a larger one too dangerous to take:
    /// t a_U / (2 t a_U − t + (1 − t) b) to t / (b (1 − t) + t a_T), the latter held at 1.
    #[must_use]
    pub fn window(&self, trust: f64) -> Option<(f64, f64)> {
        let t = trust.clamp(0.0, 1.0);
        let (b, a_t, a_u) = (self.sucker_loss, self.trustworthy_gain, self.untrustworthy_gain);
        let least = t * a_u / (2.0 * t * a_u - t + (1.0 - t) * b);
        let most = (t / (b * (1.0 - t) + t * a_t)).min(1.0);
        (least > 0.0 && least <= most).then_some((least, most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Derived, and confirmed there by checking every deviation.
    const STAKES: Stakes =
        Stakes { sucker_loss: 1.0, trustworthy_gain: 0.5, untrustworthy_gain: 1.5 };

    #[test]
    fn the_window_opens_below_the_trust_that_blind_faith_needs() {
        assert!((STAKES.trust_to_keep() - 0.666_667).abs() < 5e-7);
        assert!((STAKES.trust_to_begin() - 0.285_714).abs() < 5e-7);
        assert!(STAKES.window(0.2857).is_none());
        assert!(STAKES.window(0.2858).is_some());
    }

    #[test]
    fn its_edges_widen_with_trust() {
        for (trust, least, most) in
            [(0.4, 0.428_571, 0.5), (0.5, 0.5, 0.666_667), (0.7, 0.617_647, 1.0)]
        {
            let (low, high) = STAKES.window(trust).unwrap();
            assert!((low - least).abs() < 5e-7 && (high - most).abs() < 5e-7, "{low} to {high}");
        }
    }

    #[test]
    fn neither_type_would_do_otherwise_at_the_edges() {
        // In expectation over the other's type, with a share α now and 1 − α later: the trustworthy
        // are just willing to begin at the upper edge, the untrustworthy just unwilling to feign at
        // the lower.
        let (t, b) = (0.5, STAKES.sucker_loss);
        let (low, high) = STAKES.window(t).unwrap();
        let begin = |alpha: f64| t * (alpha + 1.0 - alpha) - (1.0 - t) * b * alpha;
        let decline = |alpha: f64, gain: f64| t * gain * alpha;
        let feign = |alpha: f64| {
            t * (alpha + (1.0 - alpha) * STAKES.untrustworthy_gain) - (1.0 - t) * b * alpha
        };
        assert!((begin(high) - decline(high, STAKES.trustworthy_gain)).abs() < 1e-12);
        assert!((feign(low) - decline(low, STAKES.untrustworthy_gain)).abs() < 1e-12);
    }

    #[test]
    fn without_trust_or_sense_there_is_no_window() {
        assert!(STAKES.window(0.0).is_none());
        assert!(STAKES.window(f64::NAN).is_none());
        assert!(STAKES.window(2.0).is_some());
    }
}
