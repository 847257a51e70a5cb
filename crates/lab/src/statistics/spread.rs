//! Spread in two parts: chance (within one set of parameters) and doubt (between sets).

use super::Moments;

/// The spread of an outcome over histories and over draws of the parameters. All are standard
/// deviations in the outcome's unit; `chance² + doubt² = total²`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Spread {
    /// Within one draw of the parameters.
    pub chance: f64,
    /// Between draws of the parameters.
    pub doubt: f64,
    /// Both.
    pub total: f64,
}

/// Splits the spread of a nested design, a group of histories for each draw of the parameters.
///
/// The estimator is that of one-way random effects (Searle, Casella and McCulloch 1992, chapter 3):
/// chance² is the pooled variance within groups, doubt² = (mean square between − mean square
/// within)/n₀ with n₀ = (N − Σnᵢ²/N)/(a − 1), held at 0 from below. `None` for fewer than two groups
/// or fewer than two histories in any of them.
pub fn split_spread(groups: &[Moments]) -> Option<Spread> {
    if groups.len() < 2 || groups.iter().any(|group| group.count < 2) {
        return None;
    }
    let count = |group: &Moments| group.count as f64;
    let all: f64 = groups.iter().map(count).sum();
    let mean = groups.iter().map(|group| count(group) * group.mean).sum::<f64>() / all;
    let deviation = |group: &Moments| group.mean - mean;
    let between = groups.iter().map(|g| count(g) * deviation(g) * deviation(g)).sum::<f64>()
        / (groups.len() - 1) as f64;
    let within =
        groups.iter().map(|group| group.squares).sum::<f64>() / (all - groups.len() as f64);
    let squares = groups.iter().map(|group| count(group) * count(group)).sum::<f64>();
    let typical = (all - squares / all) / (groups.len() - 1) as f64;
    let doubt = ((between - within) / typical).max(0.0);
    Some(Spread { chance: within.sqrt(), doubt: doubt.sqrt(), total: (within + doubt).sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        values.iter().for_each(|value| moments.add(*value));
        moments
    }

    /// Two groups by hand: within 1, between 3·2·1.5² = 13.5, doubt² = 12.5/3.
    #[test]
    fn by_hand() {
        let spread = split_spread(&[group(&[1.0, 2.0, 3.0]), group(&[4.0, 5.0, 6.0])]).unwrap();
        assert!((spread.chance - 1.0).abs() < 1e-12);
        assert!((spread.doubt * spread.doubt - 12.5 / 3.0).abs() < 1e-12);
        assert!((spread.total * spread.total - 1.0 - 12.5 / 3.0).abs() < 1e-12);
    }

    /// Unequal groups by hand: N = 5, n₀ = 5 − 13/5 = 2.4; within (0.5 + 2)/3, between 2·3/5·3.5².
    #[test]
    fn unequal_groups() {
        let spread = split_spread(&[group(&[1.0, 2.0]), group(&[4.0, 5.0, 6.0])]).unwrap();
        let (within, between) = (2.5 / 3.0, 1.2 * 3.5 * 3.5);
        assert!((spread.doubt * spread.doubt - (between - within) / 2.4).abs() < 1e-12);
    }

    /// Parameters that do not matter leave no doubt; a single draw says nothing.
    #[test]
    fn no_doubt() {
        let same = group(&[0.0, 1.0, 0.0, 1.0]);
        assert_eq!(split_spread(&[same, same, same]).unwrap().doubt, 0.0);
        assert_eq!(split_spread(&[same]), None);
    }
}
