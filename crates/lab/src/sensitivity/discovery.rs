//! Scenario discovery on a model: histories that draw their own parameters, and the corners of the
//! prior in which an outcome comes about more often.

use super::boxes::{Drawn, Found, discover};
use super::factors::{Draw, Factor, FactorSaid};
use super::worlds::{Lane, Worlds};
use crate::LabError;
use crate::statistics::Proportion;

/// The most histories that are used; peeling holds a number for each factor of each.
pub(crate) const MOST: u64 = 20_000;
/// Histories in one part.
const EACH: u64 = 512;

/// Which histories are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cases {
    /// Where the outcome holds; for a number, its upper fifth.
    #[default]
    Most,
    /// Where it does not; for a number, its lower fifth.
    Least,
}

/// How many histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct DiscoveryPlan {
    /// Histories, each with parameters of its own.
    pub histories: u64,
}

impl DiscoveryPlan {
    pub(crate) fn of(histories: u64) -> Self {
        Self { histories: histories.clamp(40, MOST) }
    }

    pub(crate) fn parts(&self) -> u64 {
        self.histories.div_ceil(EACH)
    }
}

/// Runs one part: for each outcome, its value in each history, as numbers in one row; `None` if it was
/// stopped on the way.
pub(crate) fn part(
    worlds: &Worlds,
    factors: &[Factor],
    plan: DiscoveryPlan,
    seed: u64,
    first: u64,
    number: u64,
) -> Result<Option<Vec<f64>>, LabError> {
    let histories = number * EACH..((number + 1) * EACH).min(plan.histories);
    let row = |history: u64| -> Vec<f64> {
        factors.iter().map(|factor| factor.drawn(seed, first + history, Draw::Own)).collect()
    };
    let rows: Vec<Vec<f64>> = histories.clone().map(row).collect();
    let lanes: Vec<Lane<'_>> =
        histories.zip(&rows).map(|(history, row)| (first + history, row.as_slice())).collect();
    Ok(worlds.run(&lanes)?.map(|found| found.concat()))
}

/// What discovery says of one outcome.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Discovery {
    /// Which histories were looked for, in words: `it holds`, `it is above 71.2`.
    pub cases: String,
    /// Their share of all, among the histories held back.
    pub everywhere: f64,
    /// Histories held back, from which every share is told.
    pub held_back: u64,
    /// Boxes, the largest first; none where no limit stood the test.
    pub boxes: Vec<BoxSaid>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BoxSaid {
    /// Its limits, by factor's name.
    pub limits: Vec<LimitSaid>,
    /// The share of all draws that lie in it.
    pub support: f64,
    /// The share of its histories that are cases.
    pub density: f64,
    /// The 95 % interval of `density`.
    pub density_interval: [f64; 2],
    /// The share of all cases that lie in it.
    pub coverage: f64,
}

/// One limit of a box.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LimitSaid {
    /// The factor.
    #[serde(flatten)]
    pub factor: FactorSaid,
    /// It lies above this, in its unit.
    pub above: Option<f64>,
    /// And at or below this.
    pub below: Option<f64>,
    /// Between which shares of its prior that is.
    pub of_prior: [f64; 2],
    /// How probable so many cases were, were this limit without effect.
    pub quasi_p: f64,
}

/// Of which outcome discovery is asked, and of which draws.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// How many outcomes a part holds.
    pub(crate) outcomes: usize,
    /// The number of the outcome among them.
    pub(crate) outcome: usize,
    /// Whether it holds or does not; anything else is told by a fifth of its values.
    pub(crate) truth: bool,
    /// Which histories are looked for.
    pub(crate) cases: Cases,
    /// The seed.
    pub(crate) seed: u64,
    /// The first history.
    pub(crate) first: u64,
}

/// Discovery for one outcome, from the rows of all parts.
pub(crate) fn discovery(factors: &[Factor], parts: &[Vec<f64>], asked: Asked) -> Discovery {
    let Asked { outcomes, outcome, seed, first, .. } = asked;
    let own = |part: &Vec<f64>| {
        let each = part.len() / outcomes;
        part[outcome * each..][..each].to_vec()
    };
    let values: Vec<f64> = parts.iter().flat_map(own).collect();
    let (words, found) = cases_among(&values, asked.truth, asked.cases);
    let column = |factor: &Factor| -> Vec<f64> {
        (0..values.len() as u64).map(|row| factor.drawn(seed, first + row, Draw::Own)).collect()
    };
    let columns: Vec<Vec<f64>> = factors.iter().map(column).collect();
    let boxes = discover(Drawn { columns: &columns, cases: &found });
    let mut everywhere = Proportion::default();
    found.iter().skip(3).step_by(4).for_each(|case| everywhere.add(*case));
    Discovery {
        cases: words,
        everywhere: everywhere.share(),
        held_back: everywhere.of,
        boxes: boxes.iter().map(|own| said(factors, own)).collect(),
    }
}

/// Which histories are cases, and in which words.
fn cases_among(values: &[f64], truth: bool, cases: Cases) -> (String, Vec<bool>) {
    if truth {
        let wanted = cases == Cases::Most;
        let words = if wanted { "it holds" } else { "it does not hold" };
        return (words.to_owned(), values.iter().map(|x| (*x != 0.0) == wanted).collect());
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied();
    let (edge, way) = match cases {
        Cases::Most => (at(0.8), "above"),
        Cases::Least => (at(0.2), "below"),
    };
    let edge = edge.unwrap_or(0.0);
    let case = |x: &f64| if cases == Cases::Most { *x > edge } else { *x < edge };
    let words = format!("it is {way} {}", crate::report::words::number(edge));
    (words, values.iter().map(case).collect())
}

fn said(factors: &[Factor], found: &Found) -> BoxSaid {
    let limit = |((factor, [low, high]), quasi_p): ((&usize, &[f64; 2]), &f64)| {
        let own = &factors[*factor];
        let shown = |end: &f64| end.is_finite().then(|| own.unit.shown(*end));
        LimitSaid {
            factor: own.said(),
            above: shown(low),
            below: shown(high),
            of_prior: [low, high].map(|end| match *end {
                f64::NEG_INFINITY => 0.0,
                f64::INFINITY => 1.0,
                end => own.share_below(end),
            }),
            quasi_p: *quasi_p,
        }
    };
    BoxSaid {
        limits: found.limits.iter().zip(&found.quasi_p).map(limit).collect(),
        support: found.support.share(),
        density: found.density.share(),
        density_interval: found.density.interval(),
        coverage: found.coverage.share(),
    }
}
