//! What those with a veto will let pass: a text no one of them likes less than no text at all.
//!
//! On one dimension a player with ideal x prefers y to the reversion q where |y − x| ≤ |q − x|: between
//! q and its reflection about x. What all veto players accept is the overlap, which is the reversion
//! alone when it lies among their ideals (Tsebelis, *Veto Players*, 2002; Romer and Rosenthal 1978 for
//! the bound of a setter of the agenda). With several dimensions each is taken by itself.

/// The texts that every player with a veto weakly prefers to the reversion: lowest and highest.
///
/// `ideals` are those of the players with a veto. With none, everything passes.
#[must_use]
pub fn winset(reversion: f64, ideals: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for ideal in ideals {
        let reflection = ideal + (ideal - reversion);
        low = low.max(reversion.min(reflection));
        high = high.min(reversion.max(reflection));
    }
    (low, high)
}

/// The text nearest to `text` that every player with a veto lets pass.
#[must_use]
pub fn held(text: f64, reversion: f64, ideals: impl IntoIterator<Item = f64>) -> f64 {
    let (low, high) = winset(reversion, ideals);
    // A reversion that is not a number bounds nothing.
    if low <= high { text.clamp(low, high) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_vetoes_on_one_side_let_pass_up_to_the_nearest_ones_reflection() {
        // Derived: ideals 2, 6, 10 with the status quo at 0 leave (0, 4].
        assert_eq!(winset(0.0, [2.0, 6.0, 10.0]), (0.0, 4.0));
        assert_eq!(held(9.0, 0.0, [2.0, 6.0, 10.0]), 4.0);
        assert_eq!(held(3.0, 0.0, [2.0, 6.0, 10.0]), 3.0);
    }

    #[test]
    fn a_reversion_among_the_ideals_cannot_be_moved() {
        assert_eq!(winset(5.0, [2.0, 9.0]), (5.0, 5.0));
        assert_eq!(held(7.0, 5.0, [2.0, 9.0]), 5.0);
    }

    #[test]
    fn without_a_veto_everything_passes() {
        assert_eq!(held(7.0, 5.0, []), 7.0);
        assert_eq!(held(7.0, f64::NAN, [1.0]), 7.0);
    }
}
