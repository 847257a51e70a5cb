//! A bargain as the scenario language has it: from a table, a method and vetoes to a text.
//!
//! The text changes nothing by itself: each player signs or refuses it in a decision of its own. The
//! compromise mean is always reported beside the method chosen. Who has no power is not at the table:
//! its position is no proposal and presses nobody. If nobody has any, all are.

use crate::challenge::{self, Field, Reading};
use crate::compromise::{compromise, mean};
use crate::condorcet::{self, Attitude};
use crate::{Arithmetic, MAX_DIMENSIONS, MAX_PLAYERS, Table, veto};

/// How the text is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The compromise mean.
    Compromise,
    /// A probabilistic Condorcet election among the players' positions, drawn from its chances.
    Condorcet(Attitude),
    /// So many rounds of the challenge model, each dimension by itself; the text is where the
    /// weighted median then lies.
    Challenge(Reading, u32),
}

/// What holds if there is no text, and who can see to it that there is none.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What holds on each dimension without a text; empty if nothing is named.
    pub reversion: &'a [f64],
    /// Which players have a veto, one for each player; empty if none has. A player vetoes only on
    /// dimensions that matter to it, and only against a reversion that is named.
    pub veto: &'a [bool],
}

/// What a bargain comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settlement {
    /// The text, one number for each dimension, in its unit; 0 beyond the table's dimensions.
    pub text: [f64; MAX_DIMENSIONS],
    /// How near the text is to what each player wants: 1 is all of it, 0 the far end of every scale
    /// that matters to it ([`Table::distance`]).
    pub support: [f64; MAX_PLAYERS],
    /// How far apart the players are: the standard deviation of their positions about the
    /// compromise, over all dimensions, weighed by power and salience, in widths of the scale.
    pub spread: f64,
    /// The compromise mean, before any veto, for comparison.
    pub compromise: [f64; MAX_DIMENSIONS],
    /// The probability of each player's position to be the text; all 0 but for
    /// [`Method::Condorcet`].
    pub chances: [f64; MAX_PLAYERS],
}

/// Settle a bargain.
///
/// `gumbels` are read only where the method gives chances: one standard Gumbel draw for each player,
/// so that the text is drawn by name and a change in one chance leaves the other draws alone. A
/// player beyond the slice draws 0; with an empty slice the likeliest position is the text.
#[must_use]
pub fn settle(
    table: &Table<'_>,
    method: Method,
    terms: &Terms<'_>,
    gumbels: &[f64],
    arithmetic: &Arithmetic,
) -> Settlement {
    let compromise = compromise(table);
    let mut chances = [0.0; MAX_PLAYERS];
    let mut text = match method {
        Method::Compromise => compromise,
        Method::Condorcet(attitude) => {
            let seats = Seats::new(table);
            let elected = condorcet::elect(&seats.table(table), attitude).chances;
            for (chance, player) in elected.iter().zip(&seats.who[..seats.players]) {
                chances[*player] = *chance;
            }
            let mut text = [0.0; MAX_DIMENSIONS];
            let winner = drawn(&chances[..table.players()], gumbels, arithmetic);
            text[..table.dimensions()].copy_from_slice(table.position(winner));
            text
        }
        Method::Challenge(reading, rounds) => {
            let seats = Seats::new(table);
            challenged(&seats.table(table), reading, rounds, arithmetic)
        }
    };
    hold_to_vetoes(table, terms, &mut text);
    Settlement {
        text,
        support: support(table, &text),
        spread: spread(table, &compromise),
        compromise,
        chances,
    }
}

/// Those at the table: the players with power, or all if none has any.
struct Seats {
    players: usize,
    who: [usize; MAX_PLAYERS],
    positions: [f64; MAX_PLAYERS * MAX_DIMENSIONS],
    saliences: [f64; MAX_PLAYERS * MAX_DIMENSIONS],
    powers: [f64; MAX_PLAYERS],
}

impl Seats {
    fn new(table: &Table<'_>) -> Self {
        let mut seats = Self {
            players: 0,
            who: [0; MAX_PLAYERS],
            positions: [0.0; MAX_PLAYERS * MAX_DIMENSIONS],
            saliences: [0.0; MAX_PLAYERS * MAX_DIMENSIONS],
            powers: [0.0; MAX_PLAYERS],
        };
        let dimensions = table.dimensions();
        let powerless = table.powers().iter().all(|power| *power == 0.0);
        for (player, power) in table.powers().iter().enumerate() {
            if *power > 0.0 || powerless {
                let seat = seats.players;
                seats.positions[seat * dimensions..][..dimensions]
                    .copy_from_slice(table.position(player));
                seats.saliences[seat * dimensions..][..dimensions]
                    .copy_from_slice(table.salience(player));
                (seats.powers[seat], seats.who[seat]) = (*power, player);
                seats.players += 1;
            }
        }
        seats
    }

    fn table<'a>(&'a self, of: &Table<'a>) -> Table<'a> {
        let numbers = self.players * of.dimensions();
        let (positions, saliences) = (&self.positions[..numbers], &self.saliences[..numbers]);
        Table::part_of(of, positions, saliences, &self.powers[..self.players])
    }
}

/// Which alternative wins the race of ln(chance) + Gumbel; ties go to the first.
fn drawn(chances: &[f64], gumbels: &[f64], arithmetic: &Arithmetic) -> usize {
    let (mut winner, mut best) = (0, f64::NEG_INFINITY);
    for (option, chance) in chances.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
        let score = (arithmetic.ln)(*chance) + gumbels.get(option).copied().unwrap_or(0.0);
        if score > best {
            (winner, best) = (option, score);
        }
    }
    winner
}

fn challenged(
    table: &Table<'_>,
    reading: Reading,
    rounds: u32,
    arithmetic: &Arithmetic,
) -> [f64; MAX_DIMENSIONS] {
    let players = table.players();
    let mut text = [0.0; MAX_DIMENSIONS];
    for (dimension, place) in text.iter_mut().enumerate().take(table.dimensions()) {
        let (mut positions, mut saliences) = ([0.0; MAX_PLAYERS], [0.0; MAX_PLAYERS]);
        for player in 0..players {
            positions[player] = table.position(player)[dimension];
            saliences[player] = table.salience(player)[dimension];
        }
        let (positions, saliences) = (&mut positions[..players], &saliences[..players]);
        let range = challenge::range_of(positions);
        let field = Field { powers: table.powers(), saliences, range, reading };
        *place = challenge::play_rounds(&field, positions, rounds, arithmetic);
    }
    text
}

fn hold_to_vetoes(table: &Table<'_>, terms: &Terms<'_>, text: &mut [f64]) {
    for (dimension, (place, reversion)) in
        text.iter_mut().zip(terms.reversion).enumerate().take(table.dimensions())
    {
        let ideals = (0..table.players())
            .filter(|p| terms.veto.get(*p).copied().unwrap_or(false))
            .filter(|p| table.salience(*p)[dimension] > 0.0)
            .map(|p| table.position(p)[dimension]);
        *place = veto::held(*place, *reversion, ideals);
    }
}

fn support(table: &Table<'_>, text: &[f64]) -> [f64; MAX_PLAYERS] {
    let mut support = [0.0; MAX_PLAYERS];
    for (player, place) in support.iter_mut().enumerate().take(table.players()) {
        *place = 1.0 - table.distance(player, text);
    }
    support
}

fn spread(table: &Table<'_>, centre: &[f64]) -> f64 {
    let squares = (0..table.players()).flat_map(|player| {
        (0..table.dimensions()).map(move |d| {
            let off = (table.position(player)[d] - centre[d]) / table.widths()[d];
            (off * off, table.weight(player, d))
        })
    });
    mean(squares).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::ARITHMETIC;

    const NO_TERMS: Terms<'_> = Terms { reversion: &[], veto: &[] };

    fn three<'a>(positions: &'a [f64], powers: &'a [f64]) -> Table<'a> {
        Table::new(positions, &[1.0; 3], powers, &[10.0]).unwrap()
    }

    #[test]
    fn the_middle_of_three_supports_the_text_most() {
        let table = three(&[0.0, 5.0, 10.0], &[1.0; 3]);
        let free = settle(&table, Method::Compromise, &NO_TERMS, &[], &ARITHMETIC);
        assert_eq!(free.text[0], 5.0);
        assert_eq!(free.support[..3], [0.5, 1.0, 0.5]);
        assert!((free.spread - (50.0f64 / 3.0).sqrt() / 10.0).abs() < 1e-15);
    }

    #[test]
    fn a_veto_holds_the_text_to_what_its_holder_can_bear() {
        let table = three(&[3.0, 8.0, 10.0], &[1.0, 5.0, 5.0]);
        let terms = Terms { reversion: &[0.0], veto: &[true, false, false] };
        let held = settle(&table, Method::Compromise, &terms, &[], &ARITHMETIC);
        assert_eq!(held.text[0], 6.0);
        assert!(held.compromise[0] > 8.0);
        assert!((held.support[0] - 0.7).abs() < 1e-15);
    }

    #[test]
    fn an_election_is_drawn_by_name() {
        let table = three(&[0.0, 5.0, 10.0], &[1.0, 1.0, 4.0]);
        let method = Method::Condorcet(Attitude::Neutral);
        let likeliest = settle(&table, method, &NO_TERMS, &[], &ARITHMETIC);
        assert_eq!(likeliest.text[0], 10.0);
        let lucky = settle(&table, method, &NO_TERMS, &[20.0, 0.0, 0.0], &ARITHMETIC);
        assert_eq!(lucky.text[0], 0.0);
        assert_eq!(lucky.chances, likeliest.chances);
    }

    #[test]
    fn who_has_no_power_is_not_at_the_table() {
        let with = three(&[0.0, 5.0, 10.0], &[1.0, 0.0, 4.0]);
        let without = Table::new(&[0.0, 10.0], &[1.0; 2], &[1.0, 4.0], &[10.0]).unwrap();
        let method = Method::Condorcet(Attitude::Inferred);
        let seen = settle(&with, method, &NO_TERMS, &[], &ARITHMETIC);
        let alone = settle(&without, method, &NO_TERMS, &[], &ARITHMETIC);
        assert_eq!([seen.chances[0], seen.chances[2]], [alone.chances[0], alone.chances[1]]);
        assert_eq!((seen.chances[1], seen.support[1]), (0.0, 0.5));
        let method = Method::Challenge(Reading::AsRun, 3);
        let seen = settle(&with, method, &NO_TERMS, &[], &ARITHMETIC);
        let alone = settle(&without, method, &NO_TERMS, &[], &ARITHMETIC);
        assert_eq!(seen.text, alone.text);
    }

    #[test]
    fn no_round_of_challenges_leaves_the_weighted_median() {
        let table = three(&[0.0, 4.0, 10.0], &[1.0, 1.0, 1.0]);
        let method = Method::Challenge(Reading::AsRun, 0);
        assert_eq!(settle(&table, method, &NO_TERMS, &[], &ARITHMETIC).text[0], 4.0);
    }
}
