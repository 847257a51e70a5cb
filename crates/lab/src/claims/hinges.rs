//! What a verdict hangs on: the parameters whose change turns it, and the values at which it turns.
//!
//! First a screen: two thousand pairs, each with a draw of all parameters of its own, and the
//! correlation of each pair's difference with the rank of each parameter. Then, for those that stand
//! out, the claim is run again at the author's values with that one parameter at the 5th and at the
//! 95th hundredth of its prior, under the same dice. Where the claim falls the other way at an end,
//! the value at which it turns is found by halving.

use std::sync::Arc;

use detente_engine::Doubt;
use detente_model::{Change, Intervention, Kind, Model, Operation, Span, Target, Targets};
use serde::{Deserialize, Serialize};

use super::answer::{Falls, Hinge, HingeKind};
use super::effect::{Worth, effect, scale_of};
use super::plan::{Compiled, Plan};
use super::run::{Found, Histories, Job, Walk, run};
use super::verdict::{Verdict, of_all, reading, verdict};
use crate::LabError;
use crate::answer::title_of;
use crate::doubt::draws_from_the_prior;
use crate::guided::Given;

/// Pairs of the screen, each with a draw of its own.
pub(crate) const SCREENED: u64 = 2_000;
/// Pairs at each value that is tried.
pub(crate) const TRIED: u64 = 1_000;
/// Most parameters that are tried for a claim.
const MOST_TRIED: usize = 8;
/// Most hinges that are told of a claim.
const MOST_TOLD: usize = 3;
/// How far a correlation has to stand out from nothing, in standard errors.
const STANDS_OUT: f64 = 2.5;
/// Halvings: the value is known to 1/128 of the way from the author's value to the prior's end.
const HALVINGS: u32 = 7;

/// A parameter worth trying for a claim, and the ends of its prior, in base units.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Candidate {
    element: usize,
    instance: usize,
    low: u64,
    high: u64,
}

/// For each claim, by its number, the parameters that stand out.
pub(crate) type Screened = Vec<(usize, Vec<Candidate>)>;

/// For each claim of the plan, in order of first appearance, the parameters that stand out.
pub(crate) fn screen(
    model: &Model,
    plan: &Plan,
    seed: u64,
    threads: usize,
    walk: &mut Walk<'_>,
) -> Result<Option<Screened>, LabError> {
    let rows = Arc::new(draws_from_the_prior(model, seed, SCREENED)?);
    let doubt = Doubt::Posterior(Arc::clone(&rows));
    let compiled = Compiled::of(model, plan, &[], &doubt)?;
    let histories = Histories { draws: SCREENED, from: 0, until: SCREENED, each: 1 };
    let job = Job { compiled: &compiled, plan, histories, seed, threads };
    let Some(found) = run(job, walk)? else { return Ok(None) };
    let columns: Vec<Ranked> =
        (0..rows.columns.len()).map(|column| Ranked::of(&rows.rows, column)).collect();
    let mut claims: Vec<usize> = plan.measured.iter().map(|measured| measured.claim).collect();
    claims.dedup();
    let of_claim = |claim: usize| {
        let mut out: Vec<(f64, usize)> = (0..columns.len())
            .map(|column| (standing_out(model, plan, &found, claim, &columns[column]), column))
            .filter(|(size, _)| *size >= STANDS_OUT)
            .collect();
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let candidate = |(_, column): (f64, usize)| {
            let Target { element, instance } = rows.columns[column];
            let [low, high] = columns[column].ends.map(f64::to_bits);
            Candidate { element: element.0, instance, low, high }
        };
        (claim, out.into_iter().take(MOST_TRIED).map(candidate).collect())
    };
    Ok(Some(claims.into_iter().map(of_claim).collect()))
}

/// A column of parameters as ranks, and the 5th and 95th hundredths of its values.
struct Ranked {
    ranks: Vec<f64>,
    ends: [f64; 2],
}

impl Ranked {
    fn of(rows: &[Vec<f64>], column: usize) -> Self {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|a, b| rows[*a][column].total_cmp(&rows[*b][column]).then(a.cmp(b)));
        let mut ranks = vec![0.0; rows.len()];
        for (rank, row) in order.iter().enumerate() {
            ranks[*row] = rank as f64;
        }
        let at = |share: usize| {
            let place = (rows.len() * share / 100).min(rows.len().saturating_sub(1));
            order.get(place).map_or(0.0, |row| rows[*row][column])
        };
        Self { ranks, ends: [at(5), at(95)] }
    }
}

/// The largest correlation, in standard errors, of a parameter's rank with anything that a claim
/// expects, pair by pair.
fn standing_out(model: &Model, plan: &Plan, found: &Found, claim: usize, column: &Ranked) -> f64 {
    let own = plan.measured.iter().zip(&found.sums).filter(|(one, _)| one.claim == claim);
    own.map(|(measured, by_draw)| {
        let expected = &model.claims[claim].expects[measured.expectation];
        let level = scale_of(expected) == detente_model::ExpectationScale::Level;
        let pairs = by_draw.iter().zip(&column.ranks).filter_map(|(sums, rank)| {
            let [baseline, what_if] = sums.means()?;
            Some((if level { what_if } else { what_if - baseline }, *rank))
        });
        correlation_in_errors(pairs)
    })
    .fold(0.0, f64::max)
}

/// |r|·√n of pairs; nought where either side does not vary.
fn correlation_in_errors(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (one, other) in pairs {
        n += 1.0;
        x += one;
        y += other;
        xx += one * one;
        yy += other * other;
        xy += one * other;
    }
    if n < 2.0 {
        return 0.0;
    }
    let (own, other, joint) = (xx - x * x / n, yy - y * y / n, xy - x * y / n);
    if own <= 1e-12 * xx || other <= 0.0 {
        0.0
    } else {
        (joint / (own * other).sqrt()).abs() * n.sqrt()
    }
}

/// A parameter that turns a claim, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptHinge {
    element: usize,
    instance: usize,
    /// Where it turns, in base units, by its bits.
    value: u64,
    turns: Falls,
}

impl KeptHinge {
    /// As it is told; nothing if the model has no such parameter.
    pub(crate) fn told(self, model: &Model) -> Option<Hinge> {
        let target =
            Target { element: detente_model::ElementId(self.element), instance: self.instance };
        let element = model.elements.get(self.element)?;
        let Kind::Parameter(parameter) = &element.kind else { return None };
        Some(Hinge {
            assumption: model.full_name(target).to_owned(),
            kind: HingeKind::Parameter,
            title: title_of(model, target),
            flips_at: Some(parameter.unit.shown(f64::from_bits(self.value))),
            stands_at: parameter
                .values
                .get(self.instance)
                .map(|value| parameter.unit.shown(*value)),
            unit: Some(parameter.unit.text.clone()),
            turns: self.turns,
        })
    }
}

/// The parameters that turn a claim, nearest first, at most three; `None` if it was stopped.
pub(crate) fn hinges(
    model: &Model,
    claim: usize,
    candidates: &[Candidate],
    seed: u64,
    threads: usize,
    walk: &mut Walk<'_>,
) -> Result<Option<Vec<KeptHinge>>, LabError> {
    let plan = Plan::of(model, &[claim], Given::FromTheStart)?;
    let mut trial = Trial { model, plan: &plan, claim, seed, threads, walk };
    let Some(stands) = trial.at(&[])? else { return Ok(None) };
    let mut found: Vec<(f64, KeptHinge)> = Vec::new();
    for candidate in candidates {
        let element = detente_model::ElementId(candidate.element);
        let target = Target { element, instance: candidate.instance };
        let Kind::Parameter(parameter) = &model.element(element).kind else { continue };
        let author = parameter.values[candidate.instance];
        let ends = [candidate.low, candidate.high].map(f64::from_bits);
        let mut nearest: Option<(f64, f64, Stand)> = None;
        for end in ends {
            let Some(turned) = trial.turns(target, [author, end], stands)? else {
                return Ok(None);
            };
            let Some((value, stand)) = turned else { continue };
            let far = (value - author).abs();
            if nearest.is_none_or(|(least, ..)| far < least) {
                nearest = Some((far, value, stand));
            }
        }
        if let Some((far, value, stand)) = nearest {
            let hinge = KeptHinge {
                element: candidate.element,
                instance: candidate.instance,
                value: value.to_bits(),
                turns: if stand.holds { Falls::For } else { Falls::Against },
            };
            let spread = (ends[1] - ends[0]).abs();
            found.push((if spread > 0.0 { far / spread } else { 0.0 }, hinge));
        }
    }
    found.sort_by(|a, b| {
        a.0.total_cmp(&b.0).then((a.1.element, a.1.instance).cmp(&(b.1.element, b.1.instance)))
    });
    Ok(Some(found.into_iter().take(MOST_TOLD).map(|(_, hinge)| hinge).collect()))
}

/// How a claim falls at some values of the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stand {
    /// Whether every estimate is as claimed.
    holds: bool,
    verdict: Verdict,
}

impl Stand {
    /// Whether the claim falls the other way: the estimate does, and the interval does not say that it
    /// falls as before. From a stand that was undecided, only a verdict is a turn.
    fn turned(self, before: Self) -> bool {
        if before.verdict == Verdict::Undecided {
            return self.verdict != Verdict::Undecided && self.holds != before.holds;
        }
        self.holds != before.holds && self.verdict != before.verdict
    }
}

struct Trial<'a, 'w> {
    model: &'a Model,
    plan: &'a Plan,
    claim: usize,
    seed: u64,
    threads: usize,
    walk: &'a mut Walk<'w>,
}

impl Trial<'_, '_> {
    /// How the claim falls at the author's values but for these assumptions.
    fn at(&mut self, assumptions: &[Intervention]) -> Result<Option<Stand>, LabError> {
        let compiled = Compiled::of(self.model, self.plan, assumptions, &Doubt::AtValues)?;
        let histories = Histories { draws: 1, from: 0, until: 1, each: TRIED };
        let (plan, seed, threads) = (self.plan, self.seed, self.threads);
        let job = Job { compiled: &compiled, plan, histories, seed, threads };
        let found = run(job, self.walk)?;
        Ok(found.map(|found| {
            let claim = &self.model.claims[self.claim];
            let each = self.plan.measured.iter().zip(&found.sums).map(|(measured, sums)| {
                let expected = &claim.expects[measured.expectation];
                let effect = effect(expected, measured.sort, &sums[0], Worth::of(&sums[0]));
                let holds = effect.is_some_and(|effect| reading(expected).holds(effect.value));
                (holds, verdict(expected, effect))
            });
            let each: Vec<(bool, Verdict)> = each.collect();
            Stand {
                holds: each.iter().all(|(holds, _)| *holds),
                verdict: of_all(each.iter().map(|(_, verdict)| *verdict)),
            }
        }))
    }

    fn with(&mut self, target: Target, value: f64) -> Result<Option<Stand>, LabError> {
        let assumption = Intervention {
            text: format!("{} = {value}", self.model.full_name(target)),
            targets: Targets { element: target.element, instances: vec![target.instance] },
            change: Change::Quantity(Operation::Set, value),
            span: Span { from: 0, until: self.model.calendar.weeks },
        };
        self.at(&[assumption])
    }

    /// Between a parameter's own value and an end of its prior, the value at which the claim turns,
    /// and how it falls beyond; the inner `None` if it does not turn at the end, the outer if it was
    /// stopped.
    fn turns(
        &mut self,
        target: Target,
        [author, end]: [f64; 2],
        before: Stand,
    ) -> Result<Option<Option<(f64, Stand)>>, LabError> {
        let Some(at_end) = self.with(target, end)? else { return Ok(None) };
        if author == end || !at_end.turned(before) {
            return Ok(Some(None));
        }
        let (mut near, mut far) = (author, end);
        for _ in 0..HALVINGS {
            let middle = (near + far) / 2.0;
            let Some(stand) = self.with(target, middle)? else { return Ok(None) };
            if stand.holds == before.holds {
                near = middle;
            } else {
                far = middle;
            }
        }
        Ok(Some(Some(((near + far) / 2.0, at_end))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_stands_out_by_its_size_and_number() {
        let line = (0..100).map(|k| (f64::from(k), 3.0 - 2.0 * f64::from(k)));
        assert!((correlation_in_errors(line) - 10.0).abs() < 1e-9);
        let flat = (0..100).map(|k| (1.0, f64::from(k)));
        assert_eq!(correlation_in_errors(flat), 0.0);
        let apart = (0..400).map(|k| (f64::from(k % 2), f64::from(k / 2 % 2)));
        assert!(correlation_in_errors(apart) < 1e-9);
    }

    #[test]
    fn a_turn_is_more_than_noise() {
        use Verdict::{Against, Supported, Undecided};
        let stand = |holds, verdict| Stand { holds, verdict };
        assert!(stand(false, Against).turned(stand(true, Supported)));
        assert!(stand(false, Undecided).turned(stand(true, Supported)));
        assert!(!stand(true, Undecided).turned(stand(true, Supported)));
        assert!(!stand(false, Undecided).turned(stand(true, Undecided)));
        assert!(stand(false, Against).turned(stand(true, Undecided)));
    }
}
