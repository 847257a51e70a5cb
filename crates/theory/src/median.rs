//! The weighted median: of several wishes, the one that beats every other in a vote of two.
//!
//! Votes count by power times salience times the difference in distance (Scholz, Calbert and Smith
//! 2011, eq. 2), so that j beats k by v = Σᵢ cᵢ sᵢ (|xᵢ − xₖ| − |xᵢ − xⱼ|) / R, and the winner is the
//! position with the least weighted distance to all: the weighted median (Black 1948).

/// The margin by which the position `for_` beats the position `against`; above 0 is a win.
///
/// `range` is the length by which distances are measured; where it is not above 0 there is nothing
/// to vote on, and the margin is 0.
#[must_use]
pub fn margin(positions: &[f64], weights: &[f64], range: f64, for_: f64, against: f64) -> f64 {
    let votes: f64 = positions
        .iter()
        .zip(weights)
        .map(|(x, w)| w * ((x - against).abs() - (x - for_).abs()))
        .sum();
    if range > 0.0 { votes / range } else { 0.0 }
}

/// The position among `positions` that no other beats; of several, the lowest. 0 if there is none.
#[must_use]
pub fn median(positions: &[f64], weights: &[f64]) -> f64 {
    let mut best: Option<(f64, f64)> = None;
    for &candidate in positions {
        let cost: f64 = positions.iter().zip(weights).map(|(x, w)| w * (x - candidate).abs()).sum();
        let better = match best {
            None => true,
            Some((least, at)) => cost < least || (cost == least && candidate < at),
        };
        if better {
            best = Some((cost, candidate));
        }
    }
    best.map_or(0.0, |(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavy_side_has_the_median() {
        assert_eq!(median(&[0.0, 5.0, 9.0], &[1.0, 1.0, 1.0]), 5.0);
        assert_eq!(median(&[0.0, 5.0, 9.0], &[3.0, 1.0, 1.0]), 0.0);
    }

    #[test]
    fn an_even_split_goes_to_the_lower_position() {
        assert_eq!(median(&[9.0, 1.0], &[1.0, 1.0]), 1.0);
        assert_eq!(median(&[9.0, 1.0, 5.0], &[0.0, 0.0, 0.0]), 1.0);
        assert_eq!(median(&[], &[]), 0.0);
    }

    #[test]
    fn the_median_beats_every_other_position() {
        let (x, w) = ([4.0, 7.0, 10.0, 5.5, 6.0], [0.2, 0.3, 0.9, 0.1, 0.4]);
        let winner = median(&x, &w);
        for other in x {
            assert!(margin(&x, &w, 6.0, winner, other) >= 0.0, "{other} beats {winner}");
        }
        assert_eq!(margin(&x, &w, 0.0, 4.0, 7.0), 0.0);
    }
}
