//! The probabilistic Condorcet election: which of several options wins, and with what probability.
//!
//! Each pair of options is put to a vote of all against all; whoever has the larger coalition is the
//! likelier winner, and an option's probability goes with its winning every pair. Source: the SMP
//! model of the KTAB library (KAPSARC, 2016), with proportional voting, the conditional election and
//! the risk attitudes of its default settings. Unlike the other bargaining models it takes several
//! dimensions at once, and says how sure the outcome is.

use crate::{MAX_PLAYERS, Table};

/// What a coalition of nobody weighs, so that no option is quite impossible.
const NOBODY: f64 = 1e-8;

/// How players judge texts away from their own wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attitude {
    /// Worth falls with distance, in proportion.
    Neutral,
    /// Each player's attitude to risk is inferred from how likely its own position is to win under
    /// neutral attitudes: those who are winning already would rather not gamble.
    Inferred,
}

/// The outcome of an election among the players' own positions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Election {
    /// The probability that each player's position wins; they sum to 1 over the players seated.
    pub chances: [f64; MAX_PLAYERS],
    /// Each player's attitude to risk, −½ (surest to lose, most ready to concede) to 1 (surest to
    /// win); all 0 if the attitude was neutral.
    pub risks: [f64; MAX_PLAYERS],
}

/// Worth of every option to every voter: that of option `o` to voter `v` is at `[v][o]`.
type Worth = [[f64; MAX_PLAYERS]; MAX_PLAYERS];

/// Hold an election in which every player's position is an option, and all vote by their power.
#[must_use]
pub fn elect(table: &Table<'_>, attitude: Attitude) -> Election {
    let players = table.players();
    let mut worth: Worth = [[0.0; MAX_PLAYERS]; MAX_PLAYERS];
    for (voter, row) in worth.iter_mut().enumerate().take(players) {
        for (option, value) in row.iter_mut().enumerate().take(players) {
            *value = 1.0 - table.distance(voter, table.position(option));
        }
    }
    let neutral = chances(table.powers(), &worth, players);
    if attitude == Attitude::Neutral {
        return Election { chances: neutral, risks: [0.0; MAX_PLAYERS] };
    }
    let risks = risk_attitudes(&neutral, players);
    for (row, risk) in worth.iter_mut().zip(risks).take(players) {
        for value in row.iter_mut().take(players) {
            *value = risk_aware(*value, risk);
        }
    }
    Election { chances: chances(table.powers(), &worth, players), risks }
}

/// The probability of each of `options` options, given voters' weights and the worth of each option
/// to each voter. With no options all are 0; where nobody weighs anything all are alike.
///
/// Coalition for i against j: c(i:j) = 10⁻⁸ + Σᵥ wᵥ max(0, uᵥ(i) − uᵥ(j)); i beats j with probability
/// c(i:j) / (c(i:j) + c(j:i)); an option's probability is in proportion to the product over its
/// rivals.
#[must_use]
pub fn chances(weights: &[f64], worth: &Worth, options: usize) -> [f64; MAX_PLAYERS] {
    let options = options.min(MAX_PLAYERS);
    let mut odds = [0.0; MAX_PLAYERS];
    odds[..options].fill(1.0);
    for i in 0..options {
        for j in i + 1..options {
            let (mut with_i, mut with_j) = (NOBODY, NOBODY);
            for (weight, values) in weights.iter().zip(worth) {
                let gain = values[i] - values[j];
                with_i += weight * gain.max(0.0);
                with_j += weight * (-gain).max(0.0);
            }
            odds[i] *= with_i / (with_i + with_j);
            odds[j] *= with_j / (with_i + with_j);
        }
    }
    let total: f64 = odds[..options].iter().sum();
    for chance in &mut odds[..options] {
        *chance = if total > 0.0 { *chance / total } else { 1.0 / options as f64 };
    }
    odds
}

/// Each player's attitude to risk from the chances of its own position:
/// R = (3 P − (max P + 2 min P)) / (2 (max P − min P)); 0 for all if the chances are all the same.
#[must_use]
pub fn risk_attitudes(chances: &[f64; MAX_PLAYERS], players: usize) -> [f64; MAX_PLAYERS] {
    let players = players.min(MAX_PLAYERS);
    let seated = &chances[..players];
    let most = seated.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = seated.iter().copied().fold(f64::INFINITY, f64::min);
    let mut risks = [0.0; MAX_PLAYERS];
    if most > least {
        for (risk, chance) in risks.iter_mut().zip(seated) {
            *risk = (3.0 * chance - (most + 2.0 * least)) / (2.0 * (most - least));
        }
    }
    risks
}

/// The worth of something to a player with an attitude to risk: u = v (1 + R (1 − v)), where v is its
/// worth to a neutral one.
#[must_use]
pub fn risk_aware(value: f64, risk: f64) -> f64 {
    value * (1.0 + risk * (1.0 - value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_options_the_heavier_side_is_the_likelier_in_proportion() {
        let table = Table::new(&[0.0, 1.0], &[1.0, 1.0], &[3.0, 1.0], &[1.0]).unwrap();
        let election = elect(&table, Attitude::Neutral);
        assert!((election.chances[0] - 0.75).abs() < 1e-8);
        assert!((election.chances[1] - 0.25).abs() < 1e-8);
        assert_eq!(election.risks, [0.0; MAX_PLAYERS]);
    }

    #[test]
    fn alone_a_player_wins_for_certain() {
        let table = Table::new(&[7.0], &[1.0], &[0.0], &[10.0]).unwrap();
        for attitude in [Attitude::Neutral, Attitude::Inferred] {
            assert_eq!(elect(&table, attitude).chances[0], 1.0);
        }
    }

    #[test]
    fn where_nothing_divides_the_players_all_options_are_alike() {
        let same = [5.0; 4];
        for (salience, power) in [([1.0; 4], [1.0; 4]), ([0.0; 4], [2.0; 4]), ([1.0; 4], [0.0; 4])]
        {
            let table = Table::new(&same, &salience, &power, &[10.0]).unwrap();
            let election = elect(&table, Attitude::Inferred);
            assert_eq!(election.chances[..4], [0.25; 4]);
            assert_eq!(election.risks, [0.0; MAX_PLAYERS]);
        }
    }

    #[test]
    fn the_likeliest_winner_has_attitude_one_and_the_least_likely_minus_a_half() {
        let mut chances = [0.0; MAX_PLAYERS];
        chances[..3].copy_from_slice(&[0.2, 0.7, 0.1]);
        let risks = risk_attitudes(&chances, 3);
        assert!((risks[1] - 1.0).abs() < 1e-15);
        assert!((risks[2] + 0.5).abs() < 1e-15);
        assert!((risk_aware(0.5, 1.0) - 0.75).abs() < 1e-15);
        assert_eq!(risk_aware(1.0, -0.5), 1.0);
    }
}
