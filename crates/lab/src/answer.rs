//! Answers as plain data: what an ensemble says, in the shapes that `--format json` keeps.

use std::collections::BTreeMap;

use detente_model::{Kind, Model, Target, Type};
use serde::Serialize;

use crate::question::{Followed, Parameters, Question};
use crate::recorded::{Recorded, dates_of, recorded};
use crate::sheaf::Met;
use crate::statistics::{FineHistogram, QUANTILES, Spread, WeekHistogram};
use crate::tally::{ChoiceTally, EventTally, OutcomeTally, SeriesTally, Tally};
use crate::telling::{telling, unit_of};

/// Quantiles by their share, as `"0.05"`.
pub type Quantiles<T> = BTreeMap<String, T>;

/// What every answer says of the question it answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    /// The scenario's name.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// SHA-256 of the scenario.
    pub digest: String,
    /// The schools it was loaded with.
    pub loaded_with: Vec<String>,
    /// The release that answered.
    pub release: String,
    /// The seed.
    pub seed: u64,
    /// The number of the first history.
    pub first_history: u64,
    /// Histories that the answer holds.
    pub histories: u64,
    /// Histories that were asked for; more than it holds if the run was stopped.
    pub histories_asked: u64,
    /// What was assumed whatever else was asked, as typed, beside what the schools change.
    pub assumptions: Vec<String>,
    /// What was changed, as typed.
    pub interventions: Vec<String>,
    /// Where the parameters stood.
    pub parameters: Parameters,
    /// The posterior they were drawn from, if they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posterior: Option<PosteriorUsed>,
    /// The last day on which histories follow the record; `None`: they do not.
    pub given_record_to: Option<String>,
    /// `from_the_start`, `after` or `hindsight`.
    pub asked: String,
    /// Full names of the quantities followed by week, if they are not those that tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series_chosen: Option<Vec<String>>,
    /// How much the histories can tell, where they follow the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditioning: Option<crate::Conditioning>,
}

impl Asked {
    pub(crate) fn new(model: &Model, question: &Question, histories: u64) -> Self {
        Self {
            scenario: model.name.clone(),
            title: model.title.clone(),
            digest: model.digest.clone(),
            loaded_with: model.loaded_with.clone(),
            release: crate::RELEASE.to_owned(),
            seed: question.seed,
            first_history: question.first,
            histories,
            histories_asked: question.histories,
            assumptions: question.assumptions.iter().map(|one| one.text.clone()).collect(),
            interventions: question.interventions.iter().map(|one| one.text.clone()).collect(),
            parameters: question.parameters,
            posterior: PosteriorUsed::by(model, question),
            given_record_to: question.given.record_to(&model.calendar).map(|day| day.to_string()),
            asked: question.given.word().to_owned(),
            series_chosen: match &question.series {
                Followed::These(targets) if *targets != telling(model) => {
                    Some(targets.iter().map(|target| model.full_name(*target).to_owned()).collect())
                }
                _ => None,
            },
            conditioning: None,
        }
    }
}

/// A posterior as answers name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PosteriorUsed {
    /// SHA-256 of its draws.
    pub digest: String,
    /// How many draws it has.
    pub rows: usize,
    /// Whether the scenario has changed since it was fitted.
    pub stale: bool,
}

impl PosteriorUsed {
    /// The posterior that answers a question, if one does.
    fn by(model: &Model, question: &Question) -> Option<Self> {
        let posterior = model.posterior.as_ref()?;
        (question.parameters == Parameters::Posterior).then(|| Self {
            digest: posterior.digest.clone(),
            rows: posterior.rows.len(),
            stale: posterior.fitted_to != model.substance,
        })
    }
}

/// What happens, how often, and when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ensemble {
    /// The question.
    #[serde(flatten)]
    pub asked: Asked,
    /// Outcomes, in order of name.
    pub outcomes: Vec<OutcomeAnswer>,
    /// Events, in order of name.
    pub events: Vec<EventAnswer>,
    /// Decisions, in order of name.
    pub choices: Vec<ChoiceAnswer>,
    /// Quantities by week.
    pub series: Vec<SeriesAnswer>,
    /// What the run met with: bites of ranges, sums held, and so on.
    pub met: Vec<MetAnswer>,
}

/// One outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeAnswer {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// `probability`, `number`, `date` or `member`.
    pub kind: String,
    /// The unit of `value`; `1` for a share.
    pub unit: String,
    /// The share of histories, or the mean. For a date, the share in which there is one; for a
    /// member, the share of the commonest.
    pub value: f64,
    /// One standard error of `value`.
    pub error: f64,
    /// The 95 % interval of `value`.
    pub interval: [f64; 2],
    /// Quantiles over histories, for a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles<f64>>,
    /// Quantiles of the week, for a date, among histories in which there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<Quantiles<u32>>,
    /// Shares by member, for a member; `none` if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<BTreeMap<String, f64>>,
    /// Spread in chance and doubt, where the parameters were drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// What the record says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// Histories by week, for a date.
    #[serde(skip)]
    pub by_week: Option<WeekHistogram>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventAnswer {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// In what share of histories it happens.
    pub share: f64,
    /// One standard error of the share.
    pub error: f64,
    /// The 95 % interval of the share.
    pub interval: [f64; 2],
    /// Times it happens, in the mean of all histories.
    pub times: f64,
    /// Quantiles of its first week, among histories in which it happens.
    pub weeks: Quantiles<u32>,
    /// The dates the record has it on.
    pub recorded: Vec<String>,
    /// Histories by its first week.
    #[serde(skip)]
    pub first_weeks: WeekHistogram,
    /// What it is in the model.
    #[serde(skip)]
    pub target: Target,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceAnswer {
    /// Its full name.
    pub id: String,
    /// The question.
    pub asks: String,
    /// In what share of histories it is put.
    pub put: f64,
    /// Its answers.
    pub options: Vec<OptionAnswer>,
    /// What it is in the model.
    #[serde(skip)]
    pub target: Target,
}

/// One answer to a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionAnswer {
    /// Its name.
    pub option: String,
    /// What a reader sees.
    pub title: String,
    /// In what share of all histories it is ever given.
    pub share: f64,
    /// The 95 % interval of the share.
    pub interval: [f64; 2],
    /// Times it is given, in the mean of all histories.
    pub times: f64,
    /// Quantiles of the week in which it is first given.
    pub weeks: Quantiles<u32>,
    /// The dates the record has it on.
    pub recorded: Vec<String>,
    /// Histories by the week in which it is first given.
    #[serde(skip)]
    pub first_weeks: WeekHistogram,
}

/// One quantity by week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesAnswer {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// Quantiles over histories, one value a week.
    pub quantiles: Quantiles<Vec<f64>>,
    /// What it is in the model.
    #[serde(skip)]
    pub target: Target,
}

/// Something a run met with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetAnswer {
    /// What.
    pub what: Met,
    /// The full name of the element.
    pub id: String,
    /// How often over all histories.
    pub times: u64,
    /// How often in the mean of all histories.
    pub a_history: f64,
}

/// The key of a quantile: `"0.05"`.
pub(crate) fn quantile_key(q: f64) -> String {
    format!("{q}")
}

pub(crate) fn week_quantiles(weeks: &WeekHistogram) -> Quantiles<u32> {
    QUANTILES.iter().filter_map(|q| Some((quantile_key(*q), weeks.quantile(*q)?))).collect()
}

fn number_quantiles(values: &FineHistogram) -> Quantiles<f64> {
    QUANTILES.iter().filter_map(|q| Some((quantile_key(*q), values.quantile(*q)?))).collect()
}

/// The words readers see for an element's instance.
pub(crate) fn title_of(model: &Model, target: Target) -> String {
    let element = model.element(target.element);
    let members = &element.over.instances[target.instance].members;
    let about = model.fill(&element.about, &element.over, members);
    let about = about.trim().trim_end_matches('.').to_owned();
    let titles: Vec<&str> = element
        .over
        .binders
        .iter()
        .zip(members)
        .map(|(binder, member)| model.member_title(model.set(binder.set).root, *member))
        .collect();
    match (about.is_empty(), titles.is_empty()) {
        (true, _) => model.full_name(target).to_owned(),
        (false, true) => about,
        (false, false) if titles.iter().all(|title| about.contains(title)) => about,
        (false, false) => format!("{about}: {}", titles.join(", ")),
    }
}

pub(crate) fn outcome_answer(model: &Model, target: Target, tally: &OutcomeTally) -> OutcomeAnswer {
    let element = model.element(target.element);
    let unit = match &element.kind {
        Kind::Outcome(outcome) if matches!(outcome.is.gives, Type::Number(_)) => {
            outcome.unit.text.clone()
        }
        _ => "1".to_owned(),
    };
    let mut answer = OutcomeAnswer {
        id: model.full_name(target).to_owned(),
        title: title_of(model, target),
        kind: String::new(),
        unit,
        value: 0.0,
        error: 0.0,
        interval: [0.0; 2],
        quantiles: None,
        weeks: None,
        members: None,
        spread: None,
        recorded: recorded(model, target),
        by_week: None,
    };
    let share = |answer: &mut OutcomeAnswer, hits: u64, of: u64| {
        let share = crate::statistics::Proportion { hits, of };
        (answer.value, answer.error, answer.interval) =
            (share.share(), share.error(), share.interval());
    };
    match tally {
        OutcomeTally::Truth(proportion) => {
            answer.kind = "probability".to_owned();
            share(&mut answer, proportion.hits, proportion.of);
        }
        OutcomeTally::Number(moments, histogram) => {
            answer.kind = "number".to_owned();
            answer.value = moments.mean;
            answer.error = moments.error();
            answer.interval = moments.interval();
            answer.quantiles = Some(number_quantiles(histogram));
        }
        OutcomeTally::Date(weeks) => {
            answer.kind = "date".to_owned();
            share(&mut answer, weeks.happened(), weeks.happened() + weeks.never);
            answer.weeks = Some(week_quantiles(weeks));
            answer.by_week = Some(weeks.clone());
        }
        OutcomeTally::Member(counts, none) => {
            answer.kind = "member".to_owned();
            let of = counts.iter().sum::<u64>() + none;
            let most = counts.iter().copied().max().unwrap_or(0);
            share(&mut answer, most, of);
            answer.members = Some(member_shares(model, target, counts, *none));
        }
    }
    answer
}

fn member_shares(
    model: &Model,
    target: Target,
    counts: &[u64],
    none: u64,
) -> BTreeMap<String, f64> {
    let of = (counts.iter().sum::<u64>() + none).max(1) as f64;
    let Kind::Outcome(outcome) = &model.element(target.element).kind else {
        return BTreeMap::new();
    };
    let Type::Member(root) = &outcome.is.gives else { return BTreeMap::new() };
    let named = model.set(*root).roll.iter().zip(counts);
    named
        .map(|(member, count)| (member.name.clone(), *count as f64 / of))
        .chain((none > 0).then(|| ("none".to_owned(), none as f64 / of)))
        .filter(|(_, share)| *share > 0.0)
        .collect()
}

pub(crate) fn event_answer(model: &Model, tally: &EventTally) -> EventAnswer {
    let (hits, of) = (tally.first.happened(), tally.first.happened() + tally.first.never);
    let share = crate::statistics::Proportion { hits, of };
    EventAnswer {
        id: model.full_name(tally.target).to_owned(),
        title: title_of(model, tally.target),
        share: share.share(),
        error: share.error(),
        interval: share.interval(),
        times: tally.times as f64 / of.max(1) as f64,
        weeks: week_quantiles(&tally.first),
        recorded: dates_of(model, tally.target, None).iter().map(ToString::to_string).collect(),
        first_weeks: tally.first.clone(),
        target: tally.target,
    }
}

pub(crate) fn choice_answer(model: &Model, tally: &ChoiceTally) -> ChoiceAnswer {
    let element = model.element(tally.target.element);
    let alternatives = match &element.kind {
        Kind::Decision(decision) => decision.alternatives.as_slice(),
        _ => &[],
    };
    let of = tally.put.of;
    let options = alternatives.iter().zip(&tally.alternatives).zip(&tally.times).enumerate().map(
        |(number, ((alternative, first), times))| {
            let share = crate::statistics::Proportion { hits: first.happened(), of };
            let words = alternative.says.as_deref().unwrap_or(&alternative.about);
            let members = &element.over.instances[tally.target.instance].members;
            OptionAnswer {
                option: alternative.name.to_string(),
                title: model.fill(words, &element.over, members),
                share: share.share(),
                interval: share.interval(),
                times: *times as f64 / of.max(1) as f64,
                weeks: week_quantiles(first),
                recorded: dates_of(model, tally.target, Some(number))
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                first_weeks: first.clone(),
            }
        },
    );
    ChoiceAnswer {
        id: model.full_name(tally.target).to_owned(),
        asks: title_of(model, tally.target),
        put: tally.put.share(),
        options: options.collect(),
        target: tally.target,
    }
}

pub(crate) fn series_answer(model: &Model, tally: &SeriesTally) -> SeriesAnswer {
    let at = |q: f64| tally.by_week.iter().map(|week| week.quantile(q).unwrap_or(0.0)).collect();
    let unit = unit_of(model, tally.target);
    SeriesAnswer {
        id: model.full_name(tally.target).to_owned(),
        title: title_of(model, tally.target),
        unit: unit.map_or_else(|| "1".to_owned(), |unit| unit.text),
        quantiles: QUANTILES.iter().map(|q| (quantile_key(*q), at(*q))).collect(),
        target: tally.target,
    }
}

pub(crate) fn met_answers(model: &Model, tally: &Tally) -> Vec<MetAnswer> {
    tally
        .met
        .iter()
        .map(|((what, target), times)| MetAnswer {
            what: *what,
            id: model.full_name(*target).to_owned(),
            times: *times,
            a_history: *times as f64 / tally.run.max(1) as f64,
        })
        .collect()
}
