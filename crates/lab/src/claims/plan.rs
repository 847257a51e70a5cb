//! What has to be run for some claims of a model: each distinct set of changes once, and what is
//! measured on it.

use detente_engine::{Doubt, Program, Question as AskedOf, Setup, compile};
use detente_model::{
    Change, Claim, ExpectationScale, Grouping, Intervention, Kind, Model, Target, Type, Week,
};

use super::effect::{Sort, scale_of};
use super::sums::Pair;
use crate::LabError;
use crate::compare::first_week;
use crate::guided::Given;
use crate::question::changes_of_schools;
use crate::references::references_for;
use crate::tally::{scale_of as unit_scale_of, week_of_value};

/// One thing a claim expects, of one of its arms, of one instance of the outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    /// The claim, by its number in the model.
    pub(crate) claim: usize,
    /// The expectation, by its number in the claim.
    pub(crate) expectation: usize,
    /// The set of changes, by its number in the plan; none where nothing is changed.
    pub(crate) arm: Option<usize>,
    /// The name of the arm or of the what-if, if the claim has several.
    pub(crate) arm_name: Option<String>,
    /// The outcome.
    pub(crate) outcome: Target,
    /// What sort of value is paired.
    pub(crate) sort: Sort,
}

/// A set of changes, and the first week in which they may change anything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlannedArm {
    pub(crate) given: Vec<Intervention>,
    pub(crate) parts: Week,
}

/// What is run and measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) arms: Vec<PlannedArm>,
    pub(crate) measured: Vec<Measured>,
}

impl Plan {
    /// The plan for these claims, by their numbers, asked so.
    ///
    /// # Errors
    /// A claim whose outcome cannot be compared, that names an arm it does not have, or that cannot be
    /// asked so.
    pub(crate) fn of(model: &Model, claims: &[usize], asked: Given) -> Result<Self, LabError> {
        let mut plan = Self { arms: Vec::new(), measured: Vec::new() };
        for number in claims {
            plan.take(model, *number, &model.claims[*number], asked)?;
        }
        Ok(plan)
    }

    fn take(
        &mut self,
        model: &Model,
        number: usize,
        claim: &Claim,
        asked: Given,
    ) -> Result<(), LabError> {
        let mut arms: Vec<(Option<String>, Option<usize>)> = Vec::new();
        for (name, given) in arms_of(model, claim) {
            arms.push((name, given.map(|given| self.arm(asked, given)).transpose()?));
        }
        for (place, expected) in claim.expects.iter().enumerate() {
            let sort = sort_of(model, claim, place)?;
            let own =
                arms.iter().filter(|(name, _)| expected.arm.is_none() || *name == expected.arm);
            let before = self.measured.len();
            for (arm_name, arm) in own {
                let instances = model.element(expected.outcome).over.instances.len();
                self.measured.extend((0..instances).map(|instance| Measured {
                    claim: number,
                    expectation: place,
                    arm: *arm,
                    arm_name: arm_name.clone(),
                    outcome: Target { element: expected.outcome, instance },
                    sort,
                }));
            }
            if self.measured.len() == before {
                let arm = expected.arm.as_deref().unwrap_or_default();
                let what = format!(
                    "the claim {} expects something of an arm `{arm}`, and has none of that name",
                    claim.id
                );
                return Err(LabError::Question(what));
            }
        }
        Ok(())
    }

    /// The number of a set of changes, which is taken in if it is new.
    fn arm(&mut self, asked: Given, given: &[Intervention]) -> Result<usize, LabError> {
        let given = asked.interventions(given)?;
        let known = self.arms.iter().position(|arm| arm.given == given);
        Ok(known.unwrap_or_else(|| {
            let parts = first_week(&given);
            self.arms.push(PlannedArm { given, parts });
            self.arms.len() - 1
        }))
    }
}

/// The sets of changes of a claim, with the names of its arms or what-ifs if it has several.
fn arms_of<'a>(
    model: &'a Model,
    claim: &'a Claim,
) -> Vec<(Option<String>, Option<&'a [Intervention]>)> {
    match &claim.grouping {
        Grouping::Nothing => vec![(None, None)],
        Grouping::Given(given) => vec![(None, Some(given))],
        Grouping::Arms(arms) => {
            let of = |arm: &'a detente_model::Arm| (Some(arm.name.clone()), Some(&arm.given[..]));
            arms.iter().map(of).collect()
        }
        Grouping::ForEach(family) => {
            let what_if = |id: &String| model.what_ifs.iter().find(|what_if| what_if.id == *id);
            let named = family.what_ifs.iter().filter_map(what_if);
            named.map(|what_if| (Some(what_if.id.clone()), Some(&what_if.does[..]))).collect()
        }
    }
}

/// Why a claim cannot be asked so; `None` if it can.
pub(crate) fn not_askable(model: &Model, claim: &Claim, asked: Given) -> Option<String> {
    let given = arms_of(model, claim).into_iter().filter_map(|(_, given)| given);
    given.filter_map(|given| asked.interventions(given).err()).next().map(|error| error.to_string())
}

/// What sort of value a claim's expectation pairs.
fn sort_of(model: &Model, claim: &Claim, expectation: usize) -> Result<Sort, LabError> {
    let expected = &claim.expects[expectation];
    let element = model.element(expected.outcome);
    let Kind::Outcome(outcome) = &element.kind else { return Ok(Sort::Number) };
    let weeks = scale_of(expected) == ExpectationScale::Weeks;
    match (&outcome.is.gives, weeks) {
        (Type::Truth, false) => Ok(Sort::Truth),
        (Type::Number(_), false) => Ok(Sort::Number),
        (Type::Date, true) => Ok(Sort::Number),
        (Type::Date, false) => Ok(Sort::Truth),
        (Type::Member(_), _) => Err(LabError::Question(format!(
            "the claim {} expects a change of {}, which gives a member and has no size; make it an \
             outcome that is true or a number",
            claim.id, element.name
        ))),
        (_, true) => Err(LabError::Question(format!(
            "the claim {} expects weeks of {}, which gives no date; write as = \"points\", or let the \
             outcome be a date_of(...)",
            claim.id, element.name
        ))),
    }
}

/// A plan compiled for one way of taking the parameters.
pub(crate) struct Compiled {
    pub(crate) baseline: Program,
    pub(crate) arms: Vec<(Program, Week)>,
    /// For each thing measured, the column of its outcome in a block's answers, how many base units
    /// its own unit holds, and the column of what it is asked among.
    pub(crate) columns: Vec<Column>,
    /// All outcomes, by their columns.
    pub(crate) outcomes: Vec<usize>,
    /// The weeks of the calendar.
    pub(crate) weeks: Week,
}

/// Where something measured is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    outcome: usize,
    scale: f64,
    among: Option<usize>,
    weeks: bool,
    date: bool,
}

impl Compiled {
    /// Compiles every arm, with the changes of the model's schools and these assumptions in all of
    /// them. Where a change is on what a school or assumption sets, the change holds in its arm.
    pub(crate) fn of(
        model: &Model,
        plan: &Plan,
        assumptions: &[Intervention],
        doubt: &Doubt,
    ) -> Result<Self, LabError> {
        let schools: Vec<Intervention> = changes_of_schools(model).cloned().collect();
        let holding = laid_over(&schools, assumptions);
        let program = |given: &[Intervention]| -> Result<Program, LabError> {
            let interventions = laid_over(&holding, given);
            let references = references_for(model, &interventions)?;
            let doubt = doubt.clone();
            Ok(compile(model, &Setup { interventions, doubt, references, ..Setup::default() })?)
        };
        let baseline = program(&[])?;
        let arms = plan.arms.iter().map(|arm| Ok((program(&arm.given)?, arm.parts)));
        let arms = arms.collect::<Result<Vec<_>, LabError>>()?;
        let questions = baseline.questions();
        let place = |wanted: AskedOf| questions.iter().position(|one| *one == wanted);
        let columns = plan.measured.iter().map(|measured| {
            let expected = &model.claims[measured.claim].expects[measured.expectation];
            let among = model.claims[measured.claim].among.is_some();
            Column {
                outcome: place(AskedOf::Outcome(measured.outcome)).unwrap_or(usize::MAX),
                scale: unit_scale_of(model, measured.outcome),
                among: among.then(|| place(AskedOf::Among(measured.claim))).flatten(),
                weeks: scale_of(expected) == ExpectationScale::Weeks,
                date: is_date(model, measured.outcome),
            }
        });
        let columns = columns.collect();
        let is_outcome = |one: &AskedOf| matches!(one, AskedOf::Outcome(_));
        let outcomes =
            (0..questions.len()).filter(|place| is_outcome(&questions[*place])).collect();
        Ok(Self { columns, outcomes, arms, baseline, weeks: model.calendar.weeks })
    }
}

fn is_date(model: &Model, outcome: Target) -> bool {
    match &model.element(outcome.element).kind {
        Kind::Outcome(outcome) => outcome.is.gives == Type::Date,
        _ => false,
    }
}

impl Column {
    /// A history in two arms, if it counts. A difference of dates is taken over pairs in which at
    /// least one of the two has the date; where the other never has it, it is counted as at the end
    /// of the calendar.
    pub(crate) fn pair(
        self,
        baseline: &[Vec<f64>],
        what_if: &[Vec<f64>],
        history: usize,
        weeks: Week,
    ) -> Option<Pair> {
        let value = |answers: &[Vec<f64>], column: usize| {
            answers.get(column).and_then(|values| values.get(history)).copied()
        };
        if self.among.is_some_and(|among| value(baseline, among).is_none_or(|x| x == 0.0)) {
            return None;
        }
        let (one, other) = (value(baseline, self.outcome)?, value(what_if, self.outcome)?);
        let plain = |baseline, what_if| Some(Pair { baseline, what_if, never: [false; 2] });
        if !self.date {
            return plain(one / self.scale, other / self.scale);
        }
        let (one, other) = (week_of_value(one), week_of_value(other));
        if !self.weeks {
            let has = |week: Option<u32>| f64::from(u8::from(week.is_some()));
            return plain(has(one), has(other));
        }
        let counted = |week: Option<u32>| f64::from(week.unwrap_or(weeks));
        let never = [one.is_none(), other.is_none()];
        (never != [true; 2]).then(|| Pair {
            baseline: counted(one),
            what_if: counted(other),
            never,
        })
    }
}

/// What is assumed and what is given on top: an assumption gives way on the instances, and in the
/// weeks, that something given touches in the same respect.
pub(crate) fn laid_over(assumed: &[Intervention], given: &[Intervention]) -> Vec<Intervention> {
    let mut all = Vec::new();
    for one in assumed {
        let mut one = one.clone();
        one.targets.instances.retain(|instance| {
            !given.iter().any(|other| {
                other.targets.element == one.targets.element
                    && other.targets.instances.contains(instance)
                    && one.span.from < other.span.until
                    && other.span.from < one.span.until
                    && same_respect(&one.change, &other.change)
            })
        });
        if !one.targets.instances.is_empty() {
            all.push(one);
        }
    }
    all.extend(given.iter().cloned());
    all
}

/// Whether two changes of one instance are about the same thing: its start, one of its reasons, or
/// its course.
fn same_respect(one: &Change, other: &Change) -> bool {
    match (one, other) {
        (Change::Initial(_), Change::Initial(_)) => true,
        (Change::Initial(_), _) | (_, Change::Initial(_)) => false,
        (
            Change::Cut { alternative, reason },
            Change::Cut { alternative: other_alternative, reason: other_reason },
        ) => {
            reason == other_reason
                && (alternative == other_alternative
                    || alternative.is_none()
                    || other_alternative.is_none())
        }
        (Change::Cut { .. }, _) | (_, Change::Cut { .. }) => false,
        _ => true,
    }
}
