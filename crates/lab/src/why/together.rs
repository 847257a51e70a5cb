//! Deeds of which none is needed by itself, because others would have done: the smallest number that,
//! taken away together, takes what is asked about away (Halpern 2016; responsibility as Chockler and
//! Halpern 2004).

use detente_model::Model;

use super::answer::{Together, Without};
use super::causes::{Candidate, Tried};
use super::origins::deed_of;
use super::replay::{Again, Twist};
use crate::LabError;
use crate::question::Stop;

/// Candidates that are combined: those that push most.
const MOST: usize = 12;
/// Instructions that the search may take, over all replays.
const WORK: u64 = 500_000_000;
/// Replays that the search may take however cheap they are.
const REPLAYS: u64 = 4_096;
/// Sets that are told.
const TOLD: usize = 1_000;

/// The smallest sets among what is no cause by itself; `None` if there is none, or it was not found.
pub(super) fn together(
    model: &Model,
    again: &Again<'_>,
    tried: &[Tried],
    stop: &Stop,
) -> Result<Option<Together>, LabError> {
    let by_itself =
        |own: &Tried| matches!(own.without, Some(Without::Never | Without::AnotherRoad { .. }));
    // What is certain is pushed by nothing, and still hangs on what is near to it.
    let may = |own: &&Tried| !by_itself(own) && (own.push > 0.0 || own.push == 0.0 && own.near);
    let mut pool: Vec<&Tried> = tried.iter().filter(may).collect();
    pool.sort_by(|a, b| b.push.total_cmp(&a.push).then(b.candidate.week.cmp(&a.candidate.week)));
    pool.truncate(MOST);
    let pool: Vec<Candidate> = pool.into_iter().map(|own| own.candidate).collect();
    let history = again.program.instructions().in_all.max(1) * u64::from(again.program.weeks());
    let mut left = (WORK / history).min(REPLAYS);
    for size in 2..=pool.len() {
        let many = combinations(pool.len() as u64, size as u64);
        if many > left {
            return greedily(model, again, &pool, stop);
        }
        left -= many;
        let sets = sets_of(pool.len(), size);
        let found = that_do(again, &pool, sets, stop)?;
        if !found.is_empty() {
            return Ok(Some(told(model, &pool, found, size, true)));
        }
    }
    Ok(None)
}

/// The sets without which it never comes.
fn that_do(
    again: &Again<'_>,
    pool: &[Candidate],
    sets: Vec<Vec<usize>>,
    stop: &Stop,
) -> Result<Vec<Vec<usize>>, LabError> {
    let twist = |set: &Vec<usize>| Twist {
        without: set.iter().map(|own| pool[*own].subject).collect(),
        ..Twist::default()
    };
    let twists: Vec<Twist> = sets.iter().map(twist).collect();
    let courses = again.run(&twists, stop)?;
    let never = sets.into_iter().zip(courses).filter(|(_, own)| own.first(again.subject).is_none());
    Ok(never.map(|(set, _)| set).collect())
}

/// Takes all away, then gives back what is not needed, the weakest first: a set of which no part
/// would do, though a smaller one elsewhere may.
fn greedily(
    model: &Model,
    again: &Again<'_>,
    pool: &[Candidate],
    stop: &Stop,
) -> Result<Option<Together>, LabError> {
    let mut set: Vec<usize> = (0..pool.len()).collect();
    if that_do(again, pool, vec![set.clone()], stop)?.is_empty() {
        return Ok(None);
    }
    for one in (0..pool.len()).rev() {
        let fewer: Vec<usize> = set.iter().copied().filter(|own| *own != one).collect();
        if let Some(does) = that_do(again, pool, vec![fewer], stop)?.pop() {
            set = does;
        }
    }
    let size = set.len();
    Ok(Some(told(model, pool, vec![set], size, false)))
}

fn told(
    model: &Model,
    pool: &[Candidate],
    mut found: Vec<Vec<usize>>,
    size: usize,
    least: bool,
) -> Together {
    found.truncate(TOLD);
    let deeds = |set: Vec<usize>| {
        let mut own: Vec<Candidate> = set.into_iter().map(|number| pool[number]).collect();
        own.sort_by_key(|own| (own.week, own.subject));
        own.iter().map(|own| deed_of(model, own.subject, own.week)).collect()
    };
    Together {
        size,
        least,
        sets: found.into_iter().map(deeds).collect(),
        responsibility: 1.0 / size as f64,
    }
}

/// n over k, as far as it can be counted.
fn combinations(n: u64, k: u64) -> u64 {
    (0..k).fold(1, |many: u64, step| many.saturating_mul(n - step) / (step + 1))
}

/// Every set of so many of the first `n` numbers, in order.
fn sets_of(n: usize, size: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..size {
        let longer = |set: &Vec<usize>| {
            let from = set.last().map_or(0, |last| last + 1);
            (from..n).map(|next| [set.as_slice(), &[next]].concat()).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_all_there() {
        assert_eq!(sets_of(4, 2).len() as u64, combinations(4, 2));
        assert_eq!(sets_of(11, 6).len() as u64, combinations(11, 6));
        assert_eq!(sets_of(3, 2), [[0, 1], [0, 2], [1, 2]]);
    }
}
