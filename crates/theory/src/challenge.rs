//! The challenge model: each looks whom it could press and who could press it, and some give way.
//!
//! Bueno de Mesquita's group decision model, on one dimension, after Scholz, Calbert and Smith,
//! "Unravelling Bueno de Mesquita's Group Decision Model" (ICAART 2011; *Journal of Theoretical
//! Politics* 23:510–531). In a round each player judges its quarrel with every other from its own
//! side: what it may gain by pressing (E of i against j) and what the other may gain by pressing it
//! (E of j against i). Who can be pressed gives way, wholly or in part, and all move together.
//!
//! The paper's equations do not give the paper's own table; a reading of the authors' program does.
//! Both are offered. What they differ in is said at [`Reading`].

use crate::compromise::mean;
use crate::median::median;
use crate::{Arithmetic, MAX_PLAYERS};

/// Which of two readings of the model is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The paper's equations. The votes on a pair of positions are counted against the votes cast
    /// on that pair (eq. 31), distances are measured by the range of the positions as they stand,
    /// and of several compromises the one that asks the least movement is taken.
    AsPrinted,
    /// What gives the paper's Table 2. Votes are counted against all votes on all ordered pairs of
    /// players' positions, distances are measured by the range at the start, and of several
    /// compromises the one whose blend (|a| xᵢ + |b| xⱼ) / (|a| + |b|) is lowest is taken.
    AsRun,
}

/// The players at one question of one dimension; slices of one length, of which the first
/// [`MAX_PLAYERS`] play.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Capabilities, 0 or more; only proportions count.
    pub powers: &'a [f64],
    /// The probability with which each resists when pressed; held in 0 to 1.
    pub saliences: &'a [f64],
    /// The range of the positions at the start, by which [`Reading::AsRun`] measures distances.
    pub range: f64,
    /// Which reading is played.
    pub reading: Reading,
}

/// What happened to the players in a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Each player's exponent: ½ (takes risks) to 2 (shuns them); 1 for all if nothing tells them
    /// apart.
    pub exponents: [f64; MAX_PLAYERS],
    /// How many moved.
    pub moved: usize,
}

/// Play one round: `positions` are moved to where they stand after it. All move together.
///
/// With one player, with all in one place, or with a range that is not above 0, nobody moves.
pub fn play(field: &Field<'_>, positions: &mut [f64], arithmetic: &Arithmetic) -> Round {
    let players =
        positions.len().min(field.powers.len()).min(field.saliences.len()).min(MAX_PLAYERS);
    let positions = &mut positions[..players];
    let range = match field.reading {
        Reading::AsPrinted => range_of(positions),
        Reading::AsRun => field.range,
    };
    if !(range > 0.0 && range.is_finite()) {
        return Round { exponents: [1.0; MAX_PLAYERS], moved: 0 };
    }
    let mut board = Board::new(field, positions, range);
    board.count_votes(arithmetic);
    board.exponents = board.exponents_from_danger(arithmetic);
    board.count_votes(arithmetic);

    let mut next = [0.0; MAX_PLAYERS];
    next[..players].copy_from_slice(positions);
    let mut moved = 0;
    for (i, place) in next.iter_mut().enumerate().take(players) {
        if let Some(to) = board.move_of(i, arithmetic) {
            *place = to;
            moved += 1;
        }
    }
    let exponents = board.exponents;
    positions.copy_from_slice(&next[..players]);
    Round { exponents, moved }
}

/// The positions after so many rounds, and where the weighted median then lies.
pub fn play_rounds(
    field: &Field<'_>,
    positions: &mut [f64],
    rounds: u32,
    arithmetic: &Arithmetic,
) -> f64 {
    for _ in 0..rounds {
        if play(field, positions, arithmetic).moved == 0 {
            break;
        }
    }
    settled(field, positions).0
}

/// The weighted median and the weighted mean of positions: where the question would settle now.
#[must_use]
pub fn settled(field: &Field<'_>, positions: &[f64]) -> (f64, f64) {
    let mut weights = [0.0; MAX_PLAYERS];
    let players = positions.len().min(MAX_PLAYERS);
    for ((weight, c), s) in weights.iter_mut().zip(field.powers).zip(field.saliences) {
        *weight = c * s;
    }
    let (positions, weights) = (&positions[..players], &weights[..players]);
    (median(positions, weights), mean(positions.iter().copied().zip(weights.iter().copied())))
}

/// The distance from the lowest position to the highest; 0 of none.
#[must_use]
pub fn range_of(positions: &[f64]) -> f64 {
    let high = positions.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let low = positions.iter().copied().fold(f64::INFINITY, f64::min);
    if high > low { high - low } else { 0.0 }
}

/// What a rival's pressing comes to, best for the pressed one last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Conflict,
    Compromise,
    Capitulation,
}

/// An offer on the table: its kind, where it would put the player, and by what it is preferred.
#[derive(Clone, Copy)]
struct Offer {
    kind: Kind,
    to: f64,
    rank: f64,
}

/// The round as it stands, with the votes counted.
struct Board<'a> {
    field: &'a Field<'a>,
    positions: &'a [f64],
    range: f64,
    exponents: [f64; MAX_PLAYERS],
    /// How far voter k is from position i, as a share of the range, to the power of k's exponent.
    far: [[f64; MAX_PLAYERS]; MAX_PLAYERS],
    /// All votes on all ordered pairs of positions.
    all_votes: f64,
}

impl<'a> Board<'a> {
    fn new(field: &'a Field<'a>, positions: &'a [f64], range: f64) -> Self {
        Self {
            field,
            positions,
            range,
            exponents: [1.0; MAX_PLAYERS],
            far: [[0.0; MAX_PLAYERS]; MAX_PLAYERS],
            all_votes: 0.0,
        }
    }

    fn weight(&self, voter: usize) -> f64 {
        self.field.powers[voter] * self.field.saliences[voter]
    }

    /// The distance of two players' positions, as a share of the range, 0 to 1.
    fn apart(&self, i: usize, j: usize) -> f64 {
        ((self.positions[i] - self.positions[j]).abs() / self.range).min(1.0)
    }

    fn count_votes(&mut self, arithmetic: &Arithmetic) {
        let players = self.positions.len();
        self.all_votes = 0.0;
        for voter in 0..players {
            for i in 0..players {
                self.far[voter][i] = arithmetic.power(self.apart(voter, i), self.exponents[voter]);
            }
            let far = &self.far[voter][..players];
            let cast: f64 = far.iter().flat_map(|a| far.iter().map(move |b| (a - b).abs())).sum();
            self.all_votes += self.weight(voter) * cast;
        }
    }

    /// The probability that i carries the day against j.
    fn wins(&self, i: usize, j: usize) -> f64 {
        let (mut with_i, mut cast) = (0.0, 0.0);
        for voter in 0..self.positions.len() {
            let vote = self.weight(voter) * (self.far[voter][j] - self.far[voter][i]);
            with_i += vote.max(0.0);
            cast += vote.abs();
        }
        let counted_against = match self.field.reading {
            Reading::AsPrinted => cast,
            Reading::AsRun => self.all_votes,
        };
        if counted_against > 0.0 { with_i / counted_against } else { 0.5 }
    }

    /// What i may expect from pressing j, in the eyes of `viewer` (eq. 3 with Q = 1):
    /// E = sⱼ (P Us + (1 − P) Uf) + (1 − sⱼ) Us − U(½).
    fn expected(&self, viewer: usize, i: usize, j: usize, arithmetic: &Arithmetic) -> f64 {
        let apart = self.apart(i, j);
        let utility = |x: f64| 2.0 - 4.0 * arithmetic.power(x, self.exponents[viewer]);
        let (success, failure) = (utility(0.5 - 0.5 * apart), utility(0.5 + 0.5 * apart));
        let resists = self.field.saliences[j].clamp(0.0, 1.0);
        let wins = self.wins(i, j);
        resists * (wins * success + (1.0 - wins) * failure) + (1.0 - resists) * success
            - utility(0.5)
    }

    /// The exponents of the second pass: whoever is pressed hardest takes the most risks.
    fn exponents_from_danger(&self, arithmetic: &Arithmetic) -> [f64; MAX_PLAYERS] {
        let players = self.positions.len();
        let mut danger = [0.0; MAX_PLAYERS];
        for (i, sum) in danger.iter_mut().enumerate().take(players) {
            for j in (0..players).filter(|j| *j != i) {
                *sum += self.expected(i, j, i, arithmetic);
            }
        }
        let most = danger[..players].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = danger[..players].iter().copied().fold(f64::INFINITY, f64::min);
        let mut exponents = [1.0; MAX_PLAYERS];
        if most > least {
            for (exponent, s) in exponents.iter_mut().zip(&danger[..players]) {
                let risk = (2.0 * s - most - least) / (most - least);
                *exponent = (1.0 - risk / 3.0) / (1.0 + risk / 3.0);
            }
        }
        exponents
    }

    /// Where player i goes, if anybody presses it.
    fn move_of(&self, i: usize, arithmetic: &Arithmetic) -> Option<f64> {
        let mut best: Option<Offer> = None;
        for j in (0..self.positions.len()).filter(|j| self.positions[*j] != self.positions[i]) {
            let Some(offer) = self.offer(i, j, arithmetic) else { continue };
            let better = best.is_none_or(|b| (offer.kind, offer.rank) < (b.kind, b.rank));
            if better {
                best = Some(offer);
            }
        }
        best.map(|offer| offer.to)
    }

    /// What j's pressing comes to in i's eyes, if to anything.
    fn offer(&self, i: usize, j: usize, arithmetic: &Arithmetic) -> Option<Offer> {
        let (here, there) = (self.positions[i], self.positions[j]);
        let a = self.expected(i, i, j, arithmetic);
        let b = self.expected(i, j, i, arithmetic);
        let (kind, to) = if b > a && a > 0.0 {
            (Kind::Conflict, there)
        } else if a < 0.0 && b > -a {
            (Kind::Compromise, here + (there - here) * (-a / b))
        } else if a < 0.0 && b > 0.0 && b < -a {
            (Kind::Capitulation, there)
        } else {
            return None;
        };
        let rank = if kind == Kind::Compromise && self.field.reading == Reading::AsRun {
            (-a * here + b * there) / (b - a)
        } else {
            (to - here).abs()
        };
        Some(Offer { kind, to, rank })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::ARITHMETIC;

    fn field<'a>(powers: &'a [f64], saliences: &'a [f64], reading: Reading) -> Field<'a> {
        Field { powers, saliences, range: 10.0, reading }
    }

    #[test]
    fn nobody_moves_where_there_is_nothing_to_quarrel_about() {
        for reading in [Reading::AsPrinted, Reading::AsRun] {
            let mut alone = [3.0];
            assert_eq!(play(&field(&[1.0], &[1.0], reading), &mut alone, &ARITHMETIC).moved, 0);
            let mut agreed = [3.0; 3];
            let round = play(&field(&[1.0; 3], &[1.0; 3], reading), &mut agreed, &ARITHMETIC);
            assert_eq!((round.moved, agreed), (0, [3.0; 3]));
            let mut weightless = [1.0, 9.0];
            play(&field(&[0.0; 2], &[0.0; 2], reading), &mut weightless, &ARITHMETIC);
            assert!(weightless.iter().all(|x| (1.0..=9.0).contains(x)));
            assert_eq!(play(&field(&[], &[], reading), &mut [], &ARITHMETIC).moved, 0);
        }
    }

    #[test]
    fn a_mirrored_field_moves_as_its_mirror_does() {
        // Printed rules know no left and right (as run, the lowest blend is preferred).
        let (c, s) = ([0.3, 0.1, 0.2, 0.25], [0.9, 0.4, 0.6, 0.3]);
        let mut x = [0.0, 3.0, 7.0, 10.0];
        let mut mirror = x.map(|p| 10.0 - p);
        play(&field(&c, &s, Reading::AsPrinted), &mut x, &ARITHMETIC);
        play(&field(&c, &s, Reading::AsPrinted), &mut mirror, &ARITHMETIC);
        for (p, q) in x.iter().zip(mirror) {
            assert!((p - (10.0 - q)).abs() < 1e-12);
        }
    }
}
