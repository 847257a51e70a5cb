//! Moving one number after another, in standard deviations, until something turns.

use std::collections::BTreeSet;

use detente_model::{Unit, Week};

use super::TOLD;
use crate::LabError;

/// Moves that are tried first.
const MOVES: [f64; 6] = [0.5, -0.5, 1.0, -1.0, 2.0, -2.0];
/// Parts of a move that turns it, which are tried after it.
const PARTS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// A number that may be moved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moving {
    /// Where it stands, and in what standard deviation it is thought of, in base units.
    pub(super) here: f64,
    pub(super) deviation: f64,
    /// The least and the greatest that is tried.
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) unit: Unit,
}

/// A move of one number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Move {
    /// Which number.
    pub(super) what: usize,
    /// How far, in its standard deviations.
    pub(super) deviations: f64,
    /// Where to: in base units, and as it is typed.
    pub(super) to: f64,
    pub(super) typed: f64,
}

impl Moving {
    /// A move by so many deviations; to three figures in the number's unit, so that it can be typed.
    fn by(&self, what: usize, deviations: f64) -> Option<Move> {
        let to = self.here + deviations * self.deviation;
        let typed: f64 = format!("{:.2e}", self.unit.shown(to)).parse().ok()?;
        let to = self.unit.held(typed);
        let within = self.low <= to && to <= self.high && to != self.here;
        (self.deviation > 0.0 && within).then(|| Move {
            what,
            deviations: (to - self.here) / self.deviation,
            to,
            typed,
        })
    }
}

/// Of each number the smallest move that was found to turn it, with the week in which it comes then;
/// the smallest of all first. And how many moves were tried.
pub(super) fn smallest(
    numbers: &[Moving],
    replay: impl Fn(&[Move]) -> Result<Vec<Option<Week>>, LabError>,
) -> Result<(Vec<(Move, Week)>, usize), LabError> {
    let come = |moves: &[Move]| -> Result<Vec<(Move, Week)>, LabError> {
        let weeks = if moves.is_empty() { Vec::new() } else { replay(moves)? };
        let pairs = moves.iter().zip(weeks);
        Ok(pairs.filter_map(|(own, week)| Some((*own, week?))).collect())
    };
    let each = |what: usize| MOVES.into_iter().filter_map(move |by| numbers[what].by(what, by));
    let moves: Vec<Move> = (0..numbers.len()).flat_map(each).collect();
    let mut turned = come(&moves)?;
    nearest_first(&mut turned);
    // Between the move that turns it and none, smaller ones may do.
    let parts = |(own, _): &(Move, Week)| {
        let Move { what, deviations, .. } = *own;
        PARTS.into_iter().filter_map(move |part| numbers[what].by(what, deviations * part))
    };
    let smaller: Vec<Move> = turned.iter().take(TOLD).flat_map(parts).collect();
    turned.extend(come(&smaller)?);
    nearest_first(&mut turned);
    turned.truncate(TOLD);
    Ok((turned, moves.len() + smaller.len()))
}

/// Keeps the smallest move of each number, the smallest of all first.
fn nearest_first(turned: &mut Vec<(Move, Week)>) {
    turned.sort_by(|(a, _), (b, _)| a.deviations.abs().total_cmp(&b.deviations.abs()));
    let mut seen = BTreeSet::new();
    turned.retain(|(own, _)| seen.insert(own.what));
}
