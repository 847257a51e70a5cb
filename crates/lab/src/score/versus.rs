//! Two versions of a scenario held against each other, question by question, under the same dice.

use serde::Serialize;

use super::answer::Rule;
use super::parts::Part;
use super::resample::{Resampling, mean};
use super::scorer::Scores;
use super::settled::Sort;
use super::{Graded, Settled, Version};
use crate::answer::Asked;

/// One version less the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Versus {
    /// The other version.
    pub other: Asked,
    /// Differences of mean scores.
    pub rules: Vec<RuleVersus>,
    /// Each question that both settle alike.
    pub entries: Vec<EntryVersus>,
    /// Questions that only one of them settles, or that they settle differently.
    pub apart: u64,
}

/// A difference of mean scores, this version less the other: below 0, this one is better.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleVersus {
    /// Of which part.
    pub part: Part,
    /// Of which sort of question.
    pub sort: Sort,
    /// By which rule.
    pub rule: Rule,
    /// Over how many questions.
    pub questions: u64,
    /// This version's mean.
    pub this: f64,
    /// The other's.
    pub other: f64,
    /// This less the other.
    pub difference: f64,
    /// Its 95 % interval, from drawing the elements and quantities again.
    pub interval: Option<[f64; 2]>,
    /// Questions in which this version is better.
    pub better: u64,
    /// Questions in which the other is.
    pub worse: u64,
}

/// One question in both versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryVersus {
    /// Of which part.
    pub part: Part,
    /// The entry, level, outcome or element.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// The sort of question.
    pub sort: Sort,
    /// What happened.
    pub recorded: String,
    /// This version's scores.
    pub this: Scores,
    /// The other's.
    pub other: Scores,
}

/// One question with both versions' scores.
struct Pair<'a> {
    part: Part,
    settled: &'a Settled,
    this: Scores,
    other: Scores,
}

pub(super) fn versus(other: &Version<'_>, own: &[Graded], rival: &[Graded]) -> Versus {
    let (pairs, apart) = pairs(own, rival);
    let histories = rival.first().map_or(0, |part| part.forecasts.histories);
    let mut rules = Vec::new();
    for part in [Part::Fit, Part::HeldOut] {
        for sort in [Sort::When, Sort::Which, Sort::Whether, Sort::HowMuch] {
            let of = |pair: &&Pair<'_>| pair.part == part && pair.settled.asks.sort() == sort;
            let own: Vec<&Pair<'_>> = pairs.iter().filter(of).collect();
            rules.extend(Rule::ALL.iter().filter_map(|rule| rule_versus(part, sort, *rule, &own)));
        }
    }
    Versus {
        other: Asked::new(other.model, other.question, histories),
        rules,
        entries: pairs.iter().map(entry_versus).collect(),
        apart,
    }
}

fn pairs<'a>(own: &'a [Graded], rival: &[Graded]) -> (Vec<Pair<'a>>, u64) {
    let (mut pairs, mut all) = (Vec::new(), 0);
    for (one, other) in own.iter().zip(rival) {
        let (ours, theirs) = (one.scores(), other.scores());
        all += one.settled.len() + other.settled.len();
        for (settled, this) in one.settled.iter().zip(ours) {
            let same = |rival: &Settled| {
                (&rival.id, &rival.recorded, rival.asks.sort())
                    == (&settled.id, &settled.recorded, settled.asks.sort())
            };
            if let Some(number) = other.settled.iter().position(same) {
                pairs.push(Pair { part: one.part, settled, this, other: theirs[number] });
            }
        }
    }
    let apart = all - 2 * pairs.len();
    (pairs, apart as u64)
}

fn rule_versus(part: Part, sort: Sort, rule: Rule, pairs: &[&Pair<'_>]) -> Option<RuleVersus> {
    let mut groups = Vec::new();
    let (mut this, mut other) = (Vec::new(), Vec::new());
    for pair in pairs {
        if let (Some(own), Some(rival)) = (rule.of(&pair.this), rule.of(&pair.other)) {
            groups.push(pair.settled.group.as_str());
            this.push(own);
            other.push(rival);
        }
    }
    let even = vec![1.0; this.len()];
    let differences: Vec<f64> = this.iter().zip(&other).map(|(own, rival)| own - rival).collect();
    let groups = Resampling::new(groups);
    Some(RuleVersus {
        part,
        sort,
        rule,
        questions: this.len() as u64,
        this: mean(&this, &even)?,
        other: mean(&other, &even)?,
        difference: mean(&differences, &even)?,
        interval: groups.interval(|weights| mean(&differences, weights)),
        better: differences.iter().filter(|one| **one < 0.0).count() as u64,
        worse: differences.iter().filter(|one| **one > 0.0).count() as u64,
    })
}

fn entry_versus(pair: &Pair<'_>) -> EntryVersus {
    EntryVersus {
        part: pair.part,
        id: pair.settled.id.clone(),
        title: pair.settled.title.clone(),
        sort: pair.settled.asks.sort(),
        recorded: pair.settled.recorded.clone(),
        this: pair.this,
        other: pair.other,
    }
}
