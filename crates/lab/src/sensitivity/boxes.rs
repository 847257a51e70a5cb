//! Scenario discovery: the corner of what is thought likely in which something comes about more
//! often than elsewhere.
//!
//! Patient rule induction, Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics
//! and Computing 9 (1999) 123–143: from the whole, again and again a twentieth of what is left is
//! peeled off, at whichever end of whichever factor leaves most cases among the rest. What is told of
//! a box, and the test of each of its limits, follow Bryant and Lempert, "Thinking inside the box",
//! Technological Forecasting and Social Change 77 (2010) 34–49: support, density, coverage, and
//! quasi-p-values.
//!
//! With two hundred factors and chance in every answer, a peel always finds something. So the
//! histories are split: one half is peeled, a quarter says which limits stay, and the last quarter,
//! which decided nothing, gives the numbers that are told.

use std::collections::BTreeMap;

use detente_chance::{exp, ln};

use crate::statistics::Proportion;

/// The share of what is left that one peel takes off.
const PEEL: f64 = 0.05;
/// The least share of all in a box.
const LEAST: f64 = 0.05;
/// A limit stays if chance alone would do as well in at most this share of trials.
const STAYS: f64 = 0.05;
/// The most limits of one box, so that it can be said in a sentence.
const MOST_LIMITS: usize = 5;
/// Shares of all at which the peeling is looked at.
const SIZES: [f64; 3] = [0.5, 0.25, 0.1];

/// What was drawn and what came of it: `columns[factor][history]`, `cases[history]`.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// The value of each factor in each history.
    pub columns: &'a [Vec<f64>],
    /// Whether it is a case.
    pub cases: &'a [bool],
}

/// Between which values a factor lies; an end that does not bind is infinite.
pub type Limits = BTreeMap<usize, [f64; 2]>;

/// A box, with what the histories held back say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its limits, by factor.
    pub limits: Limits,
    /// For each limit, the quasi-p-value: how probable at least so many cases in the box were, were
    /// that limit without effect.
    pub quasi_p: Vec<f64>,
    /// The share of all histories that lie in it.
    pub support: Proportion,
    /// The share of its histories that are cases.
    pub density: Proportion,
    /// The share of all cases that lie in it.
    pub coverage: Proportion,
    /// The share of all histories that are cases.
    pub everywhere: Proportion,
}

/// Boxes of about a half, a quarter and a tenth of all, each once, the largest first; none where no
/// limit stands the test.
pub fn discover(drawn: Drawn<'_>) -> Vec<Found> {
    let numbers = |wanted: &[usize]| -> Vec<usize> {
        (0..drawn.cases.len()).filter(|history| wanted.contains(&(history % 4))).collect()
    };
    let (peeled, pruned, held) = (numbers(&[0, 1]), numbers(&[2]), numbers(&[3]));
    let peeling = peel(drawn, &peeled);
    let mut found: Vec<Found> = Vec::new();
    for size in SIZES {
        let wanted = (size * peeled.len() as f64) as usize;
        let Some((_, limits)) = peeling.iter().rev().find(|(left, _)| *left >= wanted) else {
            continue;
        };
        let limits = prune(drawn, &pruned, limits.clone());
        if !limits.is_empty() && found.iter().all(|own| own.limits != limits) {
            found.push(tell(drawn, &held, limits));
        }
    }
    found
}

/// Peels, and says after each peel how many histories are left and the limits so far.
fn peel(drawn: Drawn<'_>, histories: &[usize]) -> Vec<(usize, Limits)> {
    // For each factor, the histories left in order of its value.
    let mut sorted: Vec<Vec<usize>> = drawn
        .columns
        .iter()
        .map(|column| {
            let mut own = histories.to_vec();
            own.sort_by(|a, b| column[*a].total_cmp(&column[*b]).then(a.cmp(b)));
            own
        })
        .collect();
    let least = (LEAST * histories.len() as f64).ceil() as usize;
    let mut limits = Limits::new();
    let mut steps = Vec::new();
    let mut left = histories.len();
    while left > least {
        let Some(cut) = best_cut(drawn, &sorted, least) else { break };
        let [low, high] = limits.entry(cut.factor).or_insert([f64::NEG_INFINITY, f64::INFINITY]);
        if cut.below {
            *low = cut.at
        } else {
            *high = cut.at
        }
        let column = &drawn.columns[cut.factor];
        let stays = |history: &usize| (column[*history] > cut.at) == cut.below;
        sorted.iter_mut().for_each(|own| own.retain(stays));
        left = sorted[cut.factor].len();
        steps.push((left, limits.clone()));
    }
    steps
}

/// A tail to peel off: below or above a value of a factor.
struct Cut {
    factor: usize,
    below: bool,
    at: f64,
}

/// The tail whose peeling leaves the largest share of cases; the first factor's if several do.
fn best_cut(drawn: Drawn<'_>, sorted: &[Vec<usize>], least: usize) -> Option<Cut> {
    let left = sorted.first()?.len();
    let cases = sorted[0].iter().filter(|history| drawn.cases[**history]).count();
    let tail = ((PEEL * left as f64) as usize).max(1);
    let mut best: Option<(f64, Cut)> = None;
    for (factor, own) in sorted.iter().enumerate() {
        let column = &drawn.columns[factor];
        let value = |place: usize| column[own[place]];
        // Equal values go together.
        let low_end = own.partition_point(|history| column[*history] <= value(tail - 1));
        let high_begin = own.partition_point(|history| column[*history] < value(left - tail));
        for (below, range, edge) in
            [(true, 0..low_end, low_end), (false, high_begin..left, high_begin)]
        {
            let stay = left - range.len();
            if edge == 0 || edge == left || stay < least {
                continue;
            }
            let gone = own[range].iter().filter(|history| drawn.cases[**history]).count();
            let density = (cases - gone) as f64 / stay as f64;
            if best.as_ref().is_none_or(|(most, _)| density > *most) {
                let at = 0.5 * (value(edge - 1) + value(edge));
                best = Some((density, Cut { factor, below, at }));
            }
        }
    }
    best.map(|(_, cut)| cut)
}

/// Takes ends of limits away until every one left stands the test on histories that were not peeled,
/// and there are few enough factors.
fn prune(drawn: Drawn<'_>, histories: &[usize], mut limits: Limits) -> Limits {
    loop {
        let ends = limits.iter().flat_map(|(factor, ends)| {
            (0..2).filter(|end| ends[*end].is_finite()).map(|end| (*factor, end))
        });
        let inside = density(drawn, histories, &limits);
        let worst = ends
            .map(|end| {
                let wider = without_end(&limits, end);
                (at_least(inside, density(drawn, histories, &wider).share()), end)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        match worst {
            Some((p, end)) if p > STAYS || limits.len() > MOST_LIMITS => {
                limits = without_end(&limits, end);
            }
            _ => return limits,
        }
    }
}

/// The limits without one end of a factor's: 0 the lower, 1 the upper.
fn without_end(limits: &Limits, (factor, end): (usize, usize)) -> Limits {
    let mut wider = limits.clone();
    if let Some(ends) = wider.get_mut(&factor) {
        ends[end] = [f64::NEG_INFINITY, f64::INFINITY][end];
    }
    wider.retain(|_, ends| ends.iter().any(|end| end.is_finite()));
    wider
}

fn tell(drawn: Drawn<'_>, histories: &[usize], limits: Limits) -> Found {
    let density = density(drawn, histories, &limits);
    let everywhere = self::density(drawn, histories, &Limits::new());
    let quasi_p = limits.keys().map(|one| quasi_p(drawn, histories, &limits, *one)).collect();
    Found {
        quasi_p,
        support: Proportion { hits: density.of, of: everywhere.of },
        density,
        coverage: Proportion { hits: density.hits, of: everywhere.hits },
        everywhere,
        limits,
    }
}

/// Cases among the histories inside the limits.
fn density(drawn: Drawn<'_>, histories: &[usize], limits: &Limits) -> Proportion {
    let inside = |history: &&usize| {
        limits.iter().all(|(factor, [low, high])| {
            let value = drawn.columns[*factor][**history];
            *low < value && value <= *high
        })
    };
    let mut cases = Proportion::default();
    histories.iter().filter(inside).for_each(|history| cases.add(drawn.cases[*history]));
    cases
}

/// How probable at least so many cases in the box are, if they come at the share they have in the
/// box without the limits of `factor`.
fn quasi_p(drawn: Drawn<'_>, histories: &[usize], limits: &Limits, factor: usize) -> f64 {
    let inside = density(drawn, histories, limits);
    let mut without = limits.clone();
    without.remove(&factor);
    at_least(inside, density(drawn, histories, &without).share())
}

/// P(X ≥ hits) for X binomial of `of` trials with probability `p`.
fn at_least(cases: Proportion, p: f64) -> f64 {
    let Proportion { hits, of } = cases;
    if hits == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let choose: f64 = (1..=hits).map(|k| ln((of - hits + k) as f64 / k as f64)).sum();
    let mut term = exp(choose + hits as f64 * ln(p) + (of - hits) as f64 * ln(1.0 - p));
    let mut sum = 0.0;
    for k in hits..=of {
        sum += term;
        term *= (of - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use detente_chance::{Address, HistoryKey, hash_name, uniform};

    use super::*;

    fn draw(seed: u64, history: usize, factor: usize) -> f64 {
        let address = Address { name: hash_name("test"), time: factor as u32, slot: 0 };
        uniform(HistoryKey::new(seed, history as u64), address)
    }

    /// Twenty factors; cases come in 8 of 10 histories where the third is above 0.5 and the eighth
    /// below 0.5, in 2 of 10 elsewhere.
    fn planted(seed: u64, histories: usize, inside: f64) -> (Vec<Vec<f64>>, Vec<bool>) {
        let column = |factor| (0..histories).map(|history| draw(seed, history, factor)).collect();
        let columns: Vec<Vec<f64>> = (0..20).map(column).collect();
        let case = |history: usize| {
            let within = columns[2][history] > 0.5 && columns[7][history] < 0.5;
            draw(seed, history, 99) < if within { inside } else { 0.2 }
        };
        let cases = (0..histories).map(case).collect();
        (columns, cases)
    }

    /// The planted box is found under every seed, with its limits to 0.1, only its factors, and a
    /// density told without flattery.
    #[test]
    fn a_planted_box_is_found_again_and_again() {
        let mut densities = Vec::new();
        for seed in 0..8 {
            let (columns, cases) = planted(seed, 4000, 0.8);
            let found = discover(Drawn { columns: &columns, cases: &cases });
            let own = found.iter().find(|own| (own.support.share() - 0.25).abs() < 0.08);
            let own = own.unwrap_or_else(|| panic!("seed {seed}: {found:#?}"));
            assert_eq!(own.limits.keys().copied().collect::<Vec<_>>(), [2, 7], "seed {seed}");
            assert!((own.limits[&2][0] - 0.5).abs() < 0.1, "{:?}", own.limits);
            assert!((own.limits[&7][1] - 0.5).abs() < 0.1, "{:?}", own.limits);
            // The outer ends bind nothing, or hardly.
            assert!(own.limits[&2][1] > 0.9 && own.limits[&7][0] < 0.1, "{:?}", own.limits);
            assert!(own.quasi_p.iter().all(|p| *p < 1e-6));
            densities.push(own.density.share());
        }
        let mean = densities.iter().sum::<f64>() / 8.0;
        assert!((0.68..0.82).contains(&mean), "{densities:?}");
    }

    /// Where nothing is planted, hardly a box stands the test, and none looks better than it is.
    #[test]
    fn nothing_is_found_where_nothing_is() {
        let mut boxes = 0;
        for seed in 0..10 {
            let (columns, cases) = planted(seed, 2000, 0.2);
            for own in discover(Drawn { columns: &columns, cases: &cases }) {
                boxes += 1;
                let [low, high] = own.density.interval();
                assert!(low < 0.24 && high > 0.16, "seed {seed}: {own:?}");
            }
        }
        assert!(boxes <= 12, "{boxes}");
    }

    /// P(X ≥ 8) of 10 at ½ is 56/1024; the ends.
    #[test]
    fn binomial_tails() {
        let of = |hits| Proportion { hits, of: 10 };
        assert!((at_least(of(8), 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        assert_eq!(
            (at_least(of(0), 0.5), at_least(of(3), 0.0), at_least(of(10), 1.0)),
            (1.0, 0.0, 1.0)
        );
    }
}
