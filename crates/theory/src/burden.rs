//! Burden sharing: what each ally spends on a defence that guards all of them.
//!
//! Olson and Zeckhauser, "An Economic Theory of Alliances", *Review of Economics and Statistics* 48
//! (1966) 266–279: since all enjoy what each provides, the large provide more than their share and the
//! small may provide nothing. Here with utilities ln(income − own spending) + β ln(all spending).

/// The most allies there are.
pub const MAX_ALLIES: usize = 32;

/// What each ally spends, written to `spending` in the unit of `incomes`; the sum is returned.
///
/// Those in K who spend anything spend Yᵢ − D / β, where D = Σ_K Y / (1 + |K| / β); who would spend
/// less than nothing drops out, and it is worked out again. `taste` is β, the weight of defence in
/// utility. With a taste of 0 or less nobody spends. Incomes below 0 or not finite spend nothing; of
/// more than [`MAX_ALLIES`] the rest spend nothing.
pub fn contributions(incomes: &[f64], taste: f64, spending: &mut [f64]) -> f64 {
    spending.fill(0.0);
    let allies = incomes.len().min(spending.len()).min(MAX_ALLIES);
    if !(taste > 0.0 && taste.is_finite()) {
        return 0.0;
    }
    let mut pays = [false; MAX_ALLIES];
    for (pays, income) in pays.iter_mut().zip(&incomes[..allies]) {
        *pays = *income > 0.0 && income.is_finite();
    }
    loop {
        let (mut income_of_payers, mut payers) = (0.0, 0.0);
        for (income, _) in incomes.iter().zip(pays).filter(|(_, pays)| *pays) {
            income_of_payers += income;
            payers += 1.0;
        }
        let total = income_of_payers / (1.0 + payers / taste);
        let mut dropped = false;
        for (ally, pays) in pays.iter_mut().enumerate().take(allies) {
            let own = if *pays { incomes[ally] - total / taste } else { 0.0 };
            spending[ally] = own.max(0.0);
            if own < 0.0 {
                *pays = false;
                dropped = true;
            }
        }
        if !dropped {
            return total;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        for (f, e) in found.iter().zip(expected) {
            assert!((f - e).abs() < 5e-7, "{found:?} for {expected:?}");
        }
    }

    #[test]
    fn the_small_ally_rides_free() {
        // Derived.
        let mut spending = [0.0; 2];
        assert!((contributions(&[100.0, 50.0], 0.25, &mut spending) - 20.0).abs() < 1e-12);
        near(&spending, &[20.0, 0.0]);
    }

    #[test]
    fn among_near_equals_the_larger_pays_a_larger_share() {
        // Derived.
        let mut spending = [0.0; 3];
        let total = contributions(&[100.0, 90.0, 80.0], 0.5, &mut spending);
        assert!((total - 38.571_429).abs() < 5e-7);
        near(&spending, &[22.857_143, 12.857_143, 2.857_143]);
    }

    #[test]
    fn each_does_the_best_it_can_given_the_others() {
        let incomes = [569.0, 89.0, 79.0, 300.0, 0.0];
        let taste = 0.4;
        let mut d = [0.0; 5];
        let total = contributions(&incomes, taste, &mut d);
        for (y, own) in incomes.iter().zip(d).filter(|(y, _)| **y > 0.0) {
            // Marginal utility of spending, at most that of keeping; equal for those who spend.
            let (gain, cost) = (taste / total, 1.0 / (y - own));
            assert!(gain <= cost + 1e-12);
            if own > 0.0 {
                assert!((gain - cost).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn nobody_spends_what_nobody_has_or_wants() {
        let mut spending = [9.0; 3];
        assert_eq!(contributions(&[0.0, -1.0, f64::NAN], 0.5, &mut spending), 0.0);
        assert_eq!(spending, [0.0; 3]);
        assert_eq!(contributions(&[1.0; 3], 0.0, &mut spending), 0.0);
        assert_eq!(contributions(&[], 1.0, &mut []), 0.0);
    }
}
