//! From single scores to means with intervals, beside the dull models and what the model expects of
//! itself.

use detente_model::{Model, Week};

use super::Graded;
use super::answer::{Beside, EntryScore, PartScore, Rule, RuleScore, SortScore};
use super::calibration::{middle_90, places, reliability};
use super::dull::{Dull, Fitted};
use super::forecast::{Answer, Forecast};
use super::isotonic::brier_parts;
use super::parts::{Part, horizon};
use super::resample::{Resampling, mean};
use super::scorer::{Scorer, quarters};
use super::settled::{Asks, Sort};
use crate::answer::{quantile_key, week_quantiles};
use crate::statistics::QUANTILES;

/// The scores of one part.
pub(super) fn part_score(model: &Model, fitted: &Fitted<'_>, graded: &Graded) -> PartScore {
    let until = match graded.part {
        Part::Fit => horizon(model),
        Part::HeldOut => model.calendar.weeks,
    };
    let dull = |which| -> Vec<Option<Scorer>> {
        graded.settled.iter().map(|one| fitted.scorer(which, one)).collect()
    };
    let dulls = [(Dull::Constant, dull(Dull::Constant)), (Dull::Pooled, dull(Dull::Pooled))];
    let sorts = [Sort::When, Sort::Which, Sort::Whether, Sort::HowMuch];
    let scorers: Vec<&Scorer> = graded.scorers.iter().collect();
    PartScore {
        part: graded.part,
        until: model.calendar.monday(until).yesterday().unwrap_or(model.calendar.start).to_string(),
        sorts: sorts.iter().filter_map(|sort| sort_score(*sort, graded, &dulls)).collect(),
        reliability: reliability(
            &scorers,
            &graded.record,
            &graded.forecasts.own,
            &quarter_ends(model, until),
        ),
        entries: (0..graded.settled.len())
            .map(|number| entry_score(model, graded, &dulls, number))
            .collect(),
    }
}

/// The last week of each quarter before `until`.
fn quarter_ends(model: &Model, until: Week) -> Vec<Week> {
    let quarters = quarters(&model.calendar, until + 1);
    let last = |week: &Week| quarters[*week as usize] != quarters[*week as usize + 1];
    (0..until).filter(last).collect()
}

type Dulls = [(Dull, Vec<Option<Scorer>>); 2];

fn sort_score(sort: Sort, graded: &Graded, dulls: &Dulls) -> Option<SortScore> {
    let own: Vec<usize> =
        (0..graded.settled.len()).filter(|n| graded.settled[*n].asks.sort() == sort).collect();
    if own.is_empty() {
        return None;
    }
    let groups = Resampling::new(own.iter().map(|n| graded.settled[*n].group.as_str()));
    let scorers: Vec<&Scorer> = own.iter().map(|n| &graded.scorers[*n]).collect();
    let record: Vec<Answer> = own.iter().map(|n| graded.record[*n]).collect();
    let of_own: Vec<Vec<Answer>> = graded
        .forecasts
        .own
        .iter()
        .map(|answers| own.iter().map(|n| answers[*n]).collect())
        .collect();
    let truths: Vec<(f64, bool)> = scorers
        .iter()
        .zip(&record)
        .filter_map(|(scorer, answer)| match answer {
            Answer::When(week) => Some((scorer.share(Answer::When(Some(0)))?, week.is_some())),
            Answer::Whether(held) => Some((scorer.share(Answer::Whether(true))?, *held)),
            _ => None,
        })
        .collect();
    Some(SortScore {
        sort,
        questions: own.len() as u64,
        groups: groups.count() as u64,
        rules: Rule::ALL
            .iter()
            .filter_map(|rule| rule_score(*rule, graded, dulls, &own, &of_own))
            .collect(),
        brier_parts: (!truths.is_empty()).then(|| brier_parts(&truths)),
        places: places(&scorers, &record, &of_own),
    })
}

fn rule_score(
    rule: Rule,
    graded: &Graded,
    dulls: &Dulls,
    own: &[usize],
    of_own: &[Vec<Answer>],
) -> Option<RuleScore> {
    let with: Vec<(usize, f64)> = own
        .iter()
        .filter_map(|n| Some((*n, rule.of(&graded.scorers[*n].scores(graded.record[*n]))?)))
        .collect();
    let (numbers, scores): (Vec<usize>, Vec<f64>) = with.into_iter().unzip();
    let score = mean(&scores, &vec![1.0; scores.len()])?;
    let groups = Resampling::new(numbers.iter().map(|n| graded.settled[*n].group.as_str()));
    // The density of a level costs a pass over all histories: too dear to take for each of its own.
    let dear = rule == Rule::Log && matches!(graded.settled[numbers[0]].asks, Asks::HowMuch { .. });
    let mut of_itself: Vec<f64> = if dear {
        Vec::new()
    } else {
        of_own.iter().filter_map(|answers| mean_of(rule, graded, own, answers)).collect()
    };
    let as_bad = of_itself.iter().filter(|one| **one >= score).count();
    let as_bad = (!of_itself.is_empty()).then(|| as_bad as f64 / of_itself.len() as f64);
    Some(RuleScore {
        rule,
        score,
        interval: groups.interval(|weights| mean(&scores, weights)),
        own: middle_90(&mut of_itself),
        as_bad,
        beside: dulls
            .iter()
            .filter_map(|(dull, scorers)| beside(rule, *dull, scorers, graded, &numbers))
            .collect(),
    })
}

/// The mean score of a history's answers.
fn mean_of(rule: Rule, graded: &Graded, own: &[usize], answers: &[Answer]) -> Option<f64> {
    let scores: Vec<f64> = own
        .iter()
        .zip(answers)
        .filter_map(|(n, answer)| rule.of(&graded.scorers[*n].scores(*answer)))
        .collect();
    mean(&scores, &vec![1.0; scores.len()])
}

fn beside(
    rule: Rule,
    dull: Dull,
    scorers: &[Option<Scorer>],
    graded: &Graded,
    numbers: &[usize],
) -> Option<Beside> {
    let mut groups = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for n in numbers {
        let answer = graded.record[*n];
        let other = scorers[*n].as_ref().and_then(|scorer| rule.of(&scorer.scores(answer)));
        if let (Some(own), Some(other)) = (rule.of(&graded.scorers[*n].scores(answer)), other) {
            groups.push(graded.settled[*n].group.as_str());
            ours.push(own);
            theirs.push(other);
        }
    }
    let even = vec![1.0; ours.len()];
    let (model, score) = (mean(&ours, &even)?, mean(&theirs, &even)?);
    let groups = Resampling::new(groups);
    let density =
        matches!(graded.settled[numbers[0]].asks, Asks::HowMuch { .. }) && rule == Rule::Log;
    let skill = |model: f64, dull: f64| (!density && dull > 0.0).then(|| 1.0 - model / dull);
    let difference = |weights: &[f64]| Some(mean(&ours, weights)? - mean(&theirs, weights)?);
    Some(Beside {
        dull,
        questions: ours.len() as u64,
        model,
        score,
        difference: model - score,
        interval: groups.interval(difference),
        skill: skill(model, score),
        skill_interval: groups
            .interval(|weights| skill(mean(&ours, weights)?, mean(&theirs, weights)?)),
    })
}

fn entry_score(model: &Model, graded: &Graded, dulls: &Dulls, number: usize) -> EntryScore {
    let one = &graded.settled[number];
    let (scorer, answer) = (&graded.scorers[number], graded.record[number]);
    let dull = |which: usize| dulls[which].1[number].as_ref().map(|dull| dull.scores(answer));
    let mut entry = EntryScore {
        id: one.id.clone(),
        title: one.title.clone(),
        subsystem: one.subsystem.clone(),
        sort: one.asks.sort(),
        recorded: one.recorded.clone(),
        share: scorer.share(answer),
        in_window: None,
        happens: None,
        weeks: None,
        week: None,
        quantiles: None,
        value: None,
        place: scorer.place(answer),
        scores: scorer.scores(answer),
        constant: dull(0),
        pooled: dull(1),
    };
    match (&one.asks, scorer, &graded.forecasts.made[number]) {
        (Asks::When { window, happened, .. }, Scorer::When(when), Forecast::When(weeks)) => {
            let half = window / 2;
            entry.in_window =
                happened.map(|week| when.within(week.saturating_sub(half), week + half));
            entry.happens = Some(when.share());
            entry.weeks = Some(week_quantiles(weeks));
            entry.week = *happened;
        }
        (Asks::HowMuch { level }, _, Forecast::HowMuch { measured, .. }) => {
            let level = &model.record.levels[*level];
            let at = |q: &f64| Some((quantile_key(*q), level.unit.shown(measured.quantile(*q)?)));
            entry.quantiles = Some(QUANTILES.iter().filter_map(at).collect());
            entry.value = Some(level.unit.shown(level.value));
        }
        _ => {}
    }
    entry
}
