//! Shares of variance: Sobol' indices of every outcome over the factors that screening picked, with
//! all others as one group.

use super::factors::{Draw, Factor, FactorSaid};
use super::variance::{Estimate, FactorSums, Sums, indices};
use super::worlds::{Lane, Worlds};
use crate::LabError;

/// Histories at each row. Product estimators over R histories a row have, at a fixed number of
/// runs, an error of about (doubt + chance/R)²·R, least where R is the ratio of chance to doubt;
/// outcomes of the flagship lie between one and ten.
const REPETITIONS: u64 = 4;
/// Numbers that a part holds of an outcome as a whole, and of each factor.
const WHOLE: usize = 7;
const EACH: usize = 5;
/// Parts into which the rows are cut, for resampling and for going on after a stop.
const PARTS: u64 = 64;

/// How large the designs are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SharesPlan {
    /// Rows of each design.
    pub rows: u64,
    /// Histories at each row, the same in all designs.
    pub repetitions: u64,
    /// Parts of equally many rows.
    pub parts: u64,
    /// Which columns are exchanged together: the numbers of their factors.
    #[serde(skip)]
    pub(crate) exchanged: Vec<Vec<usize>>,
}

impl SharesPlan {
    /// The plan for these factors by themselves, all others of `count` together, and about so many
    /// histories.
    pub(crate) fn of(mut picked: Vec<usize>, count: usize, histories: u64) -> Self {
        picked.sort_unstable();
        let others: Vec<usize> = (0..count).filter(|one| !picked.contains(one)).collect();
        let mut exchanged: Vec<Vec<usize>> = picked.into_iter().map(|one| vec![one]).collect();
        if !others.is_empty() {
            exchanged.push(others);
        }
        let designs = exchanged.len() as u64 + 2;
        let rows = (histories / (designs * REPETITIONS)).max(16);
        let parts = PARTS.min(rows);
        Self { rows: rows / parts * parts, repetitions: REPETITIONS, parts, exchanged }
    }

    /// Histories in all.
    pub(crate) fn histories(&self) -> u64 {
        self.rows * self.repetitions * (self.exchanged.len() as u64 + 2)
    }

    /// What decides the designs, as text.
    pub(crate) fn words(&self) -> String {
        format!("{} {} {} {:?}", self.rows, self.repetitions, self.parts, self.exchanged)
    }

    fn rows_of(&self, part: u64) -> std::ops::Range<u64> {
        let each = self.rows / self.parts;
        part * each..(part + 1) * each
    }
}

/// Runs one part of the designs: for each outcome, its sums, as numbers in one row; `None` if it was
/// stopped on the way.
pub(crate) fn part(
    worlds: &Worlds,
    factors: &[Factor],
    plan: &SharesPlan,
    seed: u64,
    first: u64,
    number: u64,
) -> Result<Option<Vec<f64>>, LabError> {
    let mut sums = vec![Sums::of_factors(plan.exchanged.len()); worlds.outcomes.len()];
    for row in plan.rows_of(number) {
        let row = first + row;
        let draw = |draw: Draw| -> Vec<f64> {
            factors.iter().map(|factor| factor.drawn(seed, row, draw)).collect()
        };
        let (a, b) = (draw(Draw::Own), draw(Draw::Other));
        let mixed = plan.exchanged.iter().map(|columns| {
            let mut own = a.clone();
            columns.iter().for_each(|column| own[*column] = b[*column]);
            own
        });
        let mixed: Vec<Vec<f64>> = mixed.collect();
        let histories = row * plan.repetitions..(row + 1) * plan.repetitions;
        let designs = [&a, &b].into_iter().chain(&mixed);
        let lanes: Vec<Lane<'_>> =
            designs.flat_map(|row| histories.clone().map(move |id| (id, row.as_slice()))).collect();
        let Some(found) = worlds.run(&lanes)? else { return Ok(None) };
        for (sums, values) in sums.iter_mut().zip(found) {
            let each: Vec<&[f64]> = values.chunks(plan.repetitions as usize).collect();
            sums.add(each[0], each[1], &each[2..]);
        }
    }
    Ok(Some(sums.iter().flat_map(numbers).collect()))
}

fn numbers(sums: &Sums) -> Vec<f64> {
    let of = |factor: &FactorSums| {
        [factor.first, factor.moves, factor.total, factor.flips, factor.moved]
    };
    let whole =
        [sums.rows, sums.histories, sums.a, sums.b, sums.squares, sums.conditional, sums.apart];
    whole.into_iter().chain(sums.factors.iter().flat_map(of)).collect()
}

fn sums(numbers: &[f64]) -> Sums {
    let of = |own: &[f64]| FactorSums {
        first: own[0],
        moves: own[1],
        total: own[2],
        flips: own[3],
        moved: own[4],
    };
    Sums {
        rows: numbers[0],
        histories: numbers[1],
        a: numbers[2],
        b: numbers[3],
        squares: numbers[4],
        conditional: numbers[5],
        apart: numbers[6],
        factors: numbers[WHOLE..].chunks(EACH).map(of).collect(),
    }
}

/// What the designs say of one outcome.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Shares {
    /// The standard deviation of the outcome over doubt and chance, in its unit.
    pub spread: f64,
    /// The share of its variance that doubt of the parameters accounts for; the rest is chance.
    pub doubt: Option<Estimate>,
    /// Each factor, the largest total index first; last, all others together.
    pub factors: Vec<Share>,
}

/// What the designs say of one factor, or of all others together.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Share {
    /// The factor.
    #[serde(flatten)]
    pub factor: FactorSaid,
    /// How many factors these are; 1, but for the others.
    pub of: usize,
    /// Its indices.
    #[serde(flatten)]
    pub indices: super::variance::FactorIndices,
}

/// The indices of one outcome, from the rows of all parts.
pub(crate) fn shares(
    factors: &[Factor],
    plan: &SharesPlan,
    parts: &[Vec<f64>],
    outcome: usize,
    seed: u64,
) -> Shares {
    let long = WHOLE + EACH * plan.exchanged.len();
    let own = |part: &Vec<f64>| sums(&part[outcome * long..][..long]);
    let found = indices(&parts.iter().map(own).collect::<Vec<_>>(), seed);
    let named = plan.exchanged.iter().zip(found.factors);
    let mut all: Vec<Share> = named
        .map(|(columns, indices)| Share {
            factor: match columns.as_slice() {
                [one] => factors[*one].said(),
                many => FactorSaid {
                    id: "others".to_owned(),
                    about: format!("All {} others together", many.len()),
                    unit: String::new(),
                    prior: String::new(),
                },
            },
            of: columns.len(),
            indices,
        })
        .collect();
    all.sort_by(|a, b| {
        let total = |own: &Share| own.indices.total.map_or(f64::NEG_INFINITY, |one| one.value);
        let last = |own: &Share| own.of > 1;
        last(a)
            .cmp(&last(b))
            .then_with(|| total(b).total_cmp(&total(a)))
            .then_with(|| a.factor.id.cmp(&b.factor.id))
    });
    Shares { spread: found.variance.max(0.0).sqrt(), doubt: found.doubt, factors: all }
}
