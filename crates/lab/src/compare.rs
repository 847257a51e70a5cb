//! A comparison: the same histories twice, with the same dice, once as they are and once changed.

use std::collections::BTreeMap;

use detente_engine::{Block, Machine};
use detente_model::{Change, Intervention, Model, Target, Type, Week};

use crate::LabError;
use crate::answer::{OutcomeAnswer, outcome_answer};
use crate::bundle::{Bundle, Keeping, Kept};
pub(crate) use crate::change::{Comparison, Divergence, OutcomeChange};
use crate::change::{choice_change, event_change, series_change};
use crate::ensemble::{answer_of, tell};
use crate::guided::{self, Given};
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Question, Watch};
use crate::sheaf::{Arm, Sheaf};
use crate::statistics::{Paired, PairedTruth};
use crate::tally::{OutcomeTally, Tally, scale_of, week_of_value};

/// Runs every history twice under common chance, up to the first week of the change only once.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn compare(
    model: &Model,
    question: &Question,
    keep: Option<&Bundle>,
    watch: &Watch<'_>,
) -> Result<(Comparison, Option<Kept>), LabError> {
    question.check()?;
    if question.given != Given::FromTheStart {
        return guided::compare(model, question, keep, watch);
    }
    let layout = Layout::of(model, question);
    let arms = Arms {
        baseline: layout.arm(model, &question.unchanged())?,
        what_if: layout.arm(model, question)?,
        parts: first_week(&question.interventions),
    };
    let begun = |bundle| Keeping::begin(bundle, model, question, &layout);
    let mut keeping = keep.map(begun).transpose()?;
    let mut pairs = Pairs::new(model, &layout);
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| arms.run(question.seed, &pieces.ids(piece), machine),
        |(baseline, what_if)| {
            pairs.add(model, &baseline, &what_if);
            if let Some(keeping) = &mut keeping {
                keeping.add(model, &baseline, Some(&what_if))?;
            }
            tell(watch, pairs.baseline.histories, question);
            arms.baseline.take_back(baseline.series);
            arms.what_if.take_back(what_if.series);
            Ok(())
        },
    )?;
    let answered = question.of_the_first(pairs.baseline.histories);
    let mut answer = pairs.answer(model, &answered, &layout);
    let kept =
        keeping.map(|keeping| keeping.end_comparison(model, &answered, &answer)).transpose()?;
    answer.asked.histories_asked = question.histories;
    Ok((answer, kept.flatten()))
}

/// The first week in which interventions may change anything.
pub(crate) fn first_week(interventions: &[Intervention]) -> Week {
    let from = |one: &Intervention| match one.change {
        Change::Initial(_) | Change::On(_) => 0,
        _ => one.span.from,
    };
    interventions.iter().map(from).min().unwrap_or(Week::MAX)
}

/// The two arms of a comparison, and the week before which they are one.
struct Arms {
    baseline: Arm,
    what_if: Arm,
    parts: Week,
}

impl Arms {
    fn run(&self, seed: u64, ids: &[u64], machine: Machine) -> Result<(Sheaf, Sheaf), LabError> {
        if self.parts == 0 {
            let what_if = self.what_if.run(seed, ids, machine)?;
            return Ok((self.baseline.run(seed, ids, machine)?, what_if));
        }
        let mut block = Block::begin(&self.baseline.program, seed, ids, machine)?;
        let mut baseline = self.baseline.blank(ids);
        let until = self.parts.min(self.baseline.program.weeks());
        self.baseline.run_until(until, &mut block, &mut baseline)?;
        let (mut other, mut what_if) = (block.clone(), self.what_if.blank(ids));
        what_if.deeds.clone_from(&baseline.deeds);
        what_if.series.clone_from(&baseline.series);
        self.baseline.finish(&mut block, &mut baseline)?;
        self.what_if.finish(&mut other, &mut what_if)?;
        Ok((baseline, what_if))
    }
}

/// An outcome in two arms, from what was counted of each and of their pairs.
pub(crate) fn change_of(
    model: &Model,
    target: Target,
    tallies: &[OutcomeTally; 2],
    pairs: &PairTally,
) -> OutcomeChange {
    let [one, other] = tallies.each_ref().map(|tally| outcome_answer(model, target, tally));
    outcome_change(&one, &other, pairs)
}

fn outcome_change(one: &OutcomeAnswer, other: &OutcomeAnswer, pairs: &PairTally) -> OutcomeChange {
    let mut change = OutcomeChange {
        id: one.id.clone(),
        title: one.title.clone(),
        kind: one.kind.clone(),
        unit: one.unit.clone(),
        baseline: one.value,
        baseline_interval: one.interval,
        what_if: other.value,
        what_if_interval: other.interval,
        difference: other.value - one.value,
        error: 0.0,
        interval: [0.0; 2],
        variance_saved: None,
        weeks_later: None,
        moved: 0,
        recorded: one.recorded.clone(),
    };
    pairs.fill(&mut change);
    change
}

/// Where one history parts: the week and, if it was a deed, the element.
type Parting = (Week, Target);

/// Everything counted over pairs.
pub(crate) struct Pairs {
    pub(crate) baseline: Tally,
    what_if: Tally,
    outcomes: Vec<PairTally>,
    scales: Vec<f64>,
    followed: Vec<Target>,
    outcome_targets: Vec<Target>,
    moved: u64,
    partings: crate::statistics::WeekHistogram,
    first: BTreeMap<Parting, u64>,
}

/// One outcome over pairs.
pub(crate) enum PairTally {
    Truth(PairedTruth),
    Number(Paired),
    Date { has: PairedTruth, both: Paired, moved: u64 },
    Member { moved: u64, of: u64 },
}

impl PairTally {
    pub(crate) fn new(model: &Model, target: Target) -> Self {
        let gives = match &model.element(target.element).kind {
            detente_model::Kind::Outcome(outcome) => &outcome.is.gives,
            _ => return Self::Number(Paired::default()),
        };
        match gives {
            Type::Truth => Self::Truth(PairedTruth::default()),
            Type::Number(_) => Self::Number(Paired::default()),
            Type::Date => {
                let (has, both) = (PairedTruth::default(), Paired::default());
                Self::Date { has, both, moved: 0 }
            }
            Type::Member(_) => Self::Member { moved: 0, of: 0 },
        }
    }

    pub(crate) fn add(&mut self, baseline: f64, what_if: f64) {
        match self {
            Self::Truth(pairs) => pairs.add(baseline != 0.0, what_if != 0.0),
            Self::Number(pairs) => pairs.add(baseline, what_if),
            Self::Date { has, both, moved } => {
                let (one, other) = (week_of_value(baseline), week_of_value(what_if));
                has.add(one.is_some(), other.is_some());
                *moved += u64::from(one != other);
                if let (Some(one), Some(other)) = (one, other) {
                    both.add(f64::from(one), f64::from(other));
                }
            }
            Self::Member { moved, of } => {
                *of += 1;
                *moved += u64::from(baseline != what_if);
            }
        }
    }
}

impl Pairs {
    pub(crate) fn new(model: &Model, layout: &Layout) -> Self {
        let tally = Tally::new(model, &layout.outcomes, &layout.followed);
        Self {
            baseline: tally.clone(),
            what_if: tally,
            outcomes: layout.outcomes.iter().map(|one| PairTally::new(model, *one)).collect(),
            scales: layout.outcomes.iter().map(|one| scale_of(model, *one)).collect(),
            followed: layout.followed.clone(),
            outcome_targets: layout.outcomes.clone(),
            moved: 0,
            partings: crate::statistics::WeekHistogram::new(model.calendar.weeks),
            first: BTreeMap::new(),
        }
    }

    pub(crate) fn add(&mut self, model: &Model, baseline: &Sheaf, what_if: &Sheaf) {
        self.baseline.add(model, baseline);
        self.what_if.add(model, what_if);
        for (number, pairs) in self.outcomes.iter_mut().enumerate() {
            let scale = self.scales[number];
            let values = baseline.outcomes[number].iter().zip(&what_if.outcomes[number]);
            values.for_each(|(one, other)| pairs.add(one / scale, other / scale));
        }
        for history in 0..baseline.size {
            if let Some((week, target)) = self.parting(model, baseline, what_if, history) {
                self.moved += 1;
                self.partings.add(Some(week));
                *self.first.entry((week, target)).or_default() += 1;
            }
        }
    }

    /// Where a history's two runs first differ: in what happens, in a quantity followed, or else in
    /// an outcome. In one week the quantity is named only if no deed differs.
    fn parting(
        &self,
        model: &Model,
        baseline: &Sheaf,
        what_if: &Sheaf,
        history: usize,
    ) -> Option<Parting> {
        let deed = first_different_deed(&baseline.deeds[history], &what_if.deeds[history]);
        let value = self.first_different_value(baseline, what_if, history);
        let earlier = match (deed, value) {
            (Some(deed), Some(value)) => Some(if value.0 < deed.0 { value } else { deed }),
            (deed, value) => deed.or(value),
        };
        earlier.or_else(|| {
            let differs = |number: &usize| {
                let (one, other) = (&baseline.outcomes[*number], &what_if.outcomes[*number]);
                one[history].to_bits() != other[history].to_bits()
            };
            let number = (0..self.outcome_targets.len()).find(differs)?;
            Some((model.calendar.weeks.saturating_sub(1), self.outcome_targets[number]))
        })
    }

    fn first_different_value(
        &self,
        baseline: &Sheaf,
        what_if: &Sheaf,
        history: usize,
    ) -> Option<Parting> {
        let pairs = baseline.series.iter().zip(&what_if.series);
        let week_of = |(one, other): (&Vec<f64>, &Vec<f64>)| {
            let own =
                |values: &[f64], week: usize| values[week * baseline.size + history].to_bits();
            (0..one.len() / baseline.size.max(1)).find(|week| own(one, *week) != own(other, *week))
        };
        pairs
            .zip(&self.followed)
            .filter_map(|(pair, target)| Some((week_of(pair)? as Week, *target)))
            .min()
    }

    pub(crate) fn answer(self, model: &Model, question: &Question, layout: &Layout) -> Comparison {
        let baseline_question = question.unchanged();
        let baseline = answer_of(model, &baseline_question, layout, &self.baseline);
        let what_if = answer_of(model, question, layout, &self.what_if);
        let arms = baseline.outcomes.iter().zip(&what_if.outcomes).zip(&self.outcomes);
        let outcomes = arms.map(|((one, other), pairs)| outcome_change(one, other, pairs));
        let outcomes = outcomes.collect();
        let first = self
            .first
            .iter()
            .min_by_key(|((week, target), count)| (*week, std::cmp::Reverse(**count), *target));
        let first_divergence = first.map(|((week, target), _)| Divergence {
            week: *week,
            date: model.calendar.monday(*week).to_string(),
            element: model.full_name(*target).to_owned(),
        });
        Comparison {
            asked: what_if.asked.clone(),
            outcomes,
            events: baseline.events.iter().zip(&what_if.events).map(event_change).collect(),
            choices: baseline.choices.iter().zip(&what_if.choices).map(choice_change).collect(),
            series: baseline.series.iter().zip(&what_if.series).map(series_change).collect(),
            moved: self.moved,
            equal: self.moved == 0,
            first_divergence,
            parting_weeks: crate::answer::week_quantiles(&self.partings),
            met: what_if.met.clone(),
            baseline,
            what_if,
        }
    }
}

impl PairTally {
    fn fill(&self, change: &mut OutcomeChange) {
        let truth = |pairs: &PairedTruth, change: &mut OutcomeChange| {
            change.difference = pairs.change();
            change.interval = if pairs.won + pairs.lost == 0 { [0.0; 2] } else { pairs.interval() };
            change.error = pairs.error();
            change.variance_saved = pairs.variance_saved();
            change.moved = pairs.won + pairs.lost;
        };
        match self {
            Self::Truth(pairs) => truth(pairs, change),
            Self::Number(pairs) => {
                change.difference = pairs.change();
                change.interval = pairs.interval();
                change.error = pairs.difference.error();
                change.variance_saved = pairs.variance_saved();
                change.moved = pairs.moved;
            }
            Self::Date { has, both, moved } => {
                truth(has, change);
                change.weeks_later = (both.difference.count > 0).then(|| both.change());
                change.moved = *moved;
            }
            Self::Member { moved, of } => {
                let share = crate::statistics::Proportion { hits: *moved, of: *of };
                change.difference = share.share();
                change.interval = share.interval();
                change.error = share.error();
                change.moved = *moved;
            }
        }
    }
}

fn first_different_deed(
    one: &[crate::sheaf::Deed],
    other: &[crate::sheaf::Deed],
) -> Option<Parting> {
    let place = |deed: &crate::sheaf::Deed| (deed.week, deed.target);
    let same = |(a, b): &(&crate::sheaf::Deed, &crate::sheaf::Deed)| {
        (a.week, a.target, a.answer) == (b.week, b.target, b.answer)
    };
    let shared = one.iter().zip(other).take_while(same).count();
    match (one.get(shared), other.get(shared)) {
        (Some(a), Some(b)) if a.week == b.week => Some(place(a)),
        (Some(a), Some(b)) => Some(if a.week < b.week { place(a) } else { place(b) }),
        (a, b) => a.or(b).map(place),
    }
}
