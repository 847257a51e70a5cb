//! Two versions of a scenario: what changed in the model, and what changed in its answers under the
//! same dice.

use std::collections::BTreeSet;

use detente_engine::Machine;
use detente_model::{Intervention, Model, Target};
use serde::Serialize;

use crate::LabError;
use crate::compare::{OutcomeChange, PairTally, change_of};
use crate::ensemble::tell;
use crate::facets::facets;
use crate::in_order::in_order;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Followed, Question, Watch};
use crate::tally::{OutcomeTally, scale_of};

/// What changed between two versions of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// SHA-256 of the old version.
    pub old_digest: String,
    /// SHA-256 of the new version.
    pub new_digest: String,
    /// Names of elements that the new version adds.
    pub added: Vec<String>,
    /// Names of elements that it no longer has.
    pub removed: Vec<String>,
    /// Elements that are not the same, in order of name.
    pub changed: Vec<ElementChange>,
    /// The schools that both were loaded with.
    pub loaded_with: Vec<String>,
    /// What was assumed in both.
    pub assumptions: Vec<String>,
    /// What was changed in both.
    pub interventions: Vec<String>,
    /// The seed of both.
    pub seed: u64,
    /// How many pairs of histories the answers hold; 0 if none were run.
    pub histories: u64,
    /// Outcomes that both versions have, in order of name.
    pub outcomes: Vec<OutcomeChange>,
}

/// One element in both versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementChange {
    /// Its name.
    pub id: String,
    /// What is not the same.
    pub parts: Vec<PartChange>,
}

/// One part of an element in both versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartChange {
    /// Which: `value[gdr]`, `because "hope of change"`.
    pub part: String,
    /// In the old version; `None` if it had none.
    pub old: Option<String>,
    /// In the new version; `None` if it has none.
    pub new: Option<String>,
}

/// Compares two versions, the old one first, each with the question as it is put to it: the two say
/// the same, but point at their own model's elements. Answers are compared over the new one's
/// histories, with the same seed and so the same draws wherever both versions have the element; two
/// versions with one digest are not run.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn diff(
    [(old, before_asked), (new, question)]: [(&Model, &Question); 2],
    watch: &Watch<'_>,
) -> Result<Difference, LabError> {
    before_asked.check()?;
    question.check()?;
    let names = |model: &Model| -> BTreeSet<String> {
        model.elements.iter().map(|element| element.name.clone()).collect()
    };
    let (before, after) = (names(old), names(new));
    let both = before.intersection(&after);
    let changed: Vec<ElementChange> =
        both.filter_map(|name| element_change(old, new, name)).collect();
    let same = old.digest == new.digest && changed.is_empty();
    let (histories, outcomes) = match same {
        true => (0, Vec::new()),
        false => answers([(old, before_asked), (new, question)], watch)?,
    };
    let texts = |all: &[Intervention]| all.iter().map(|one| one.text.clone()).collect();
    Ok(Difference {
        old_digest: old.digest.clone(),
        new_digest: new.digest.clone(),
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
        changed,
        loaded_with: new.loaded_with.clone(),
        assumptions: texts(&question.assumptions),
        interventions: texts(&question.interventions),
        seed: question.seed,
        histories,
        outcomes,
    })
}

fn element_change(old: &Model, new: &Model, name: &str) -> Option<ElementChange> {
    let (one, other) = (old.find_element(name)?, new.find_element(name)?);
    let (before, after) = (facets(old, old.element(one)), facets(new, new.element(other)));
    let labels: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let part = |label: &&String| {
        let (old, new) = (before.get(*label), after.get(*label));
        (old != new).then(|| PartChange {
            part: (*label).clone(),
            old: old.cloned(),
            new: new.cloned(),
        })
    };
    let parts: Vec<PartChange> = labels.iter().filter_map(part).collect();
    (!parts.is_empty()).then(|| ElementChange { id: name.to_owned(), parts })
}

/// An outcome of both versions: where each has it among its own, and what is counted of it.
struct Shared {
    places: [usize; 2],
    scales: [f64; 2],
    target: Target,
    tallies: [OutcomeTally; 2],
    pairs: PairTally,
}

fn answers(
    [(old, before_asked), (new, question)]: [(&Model, &Question); 2],
    watch: &Watch<'_>,
) -> Result<(u64, Vec<OutcomeChange>), LabError> {
    let bare = |asked: &Question| Question {
        series: Followed::These(Vec::new()),
        seed: question.seed,
        histories: question.histories,
        ..asked.clone()
    };
    let (one, other) = (bare(before_asked), bare(question));
    let layouts = [Layout::of(old, &one), Layout::of(new, &other)];
    let arms = [layouts[0].arm(old, &one)?, layouts[1].arm(new, &other)?];
    let mut shared = shared_outcomes(old, new, &layouts);
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    let mut finished = 0;
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| {
            let ids = pieces.ids(piece);
            Ok((
                arms[0].run(question.seed, &ids, machine)?,
                arms[1].run(question.seed, &ids, machine)?,
            ))
        },
        |(before, after)| {
            finished += before.size as u64;
            for one in &mut shared {
                let values = [&before.outcomes[one.places[0]], &after.outcomes[one.places[1]]];
                for (old, new) in values[0].iter().zip(values[1]) {
                    let (old, new) = (old / one.scales[0], new / one.scales[1]);
                    one.tallies[0].add(old);
                    one.tallies[1].add(new);
                    one.pairs.add(old, new);
                }
            }
            tell(watch, finished, question);
            Ok::<(), LabError>(())
        },
    )?;
    let changes = shared.iter().map(|one| change_of(new, one.target, &one.tallies, &one.pairs));
    Ok((finished, changes.collect()))
}

fn shared_outcomes(old: &Model, new: &Model, layouts: &[Layout; 2]) -> Vec<Shared> {
    let outcomes = layouts[1].outcomes.iter().enumerate();
    let shared = outcomes.filter_map(|(after, target)| {
        let name = new.full_name(*target);
        let before = layouts[0].outcomes.iter().position(|one| old.full_name(*one) == name)?;
        let old_target = layouts[0].outcomes[before];
        let tallies = [OutcomeTally::new(old, old_target), OutcomeTally::new(new, *target)];
        let same = std::mem::discriminant(&tallies[0]) == std::mem::discriminant(&tallies[1]);
        same.then(|| Shared {
            places: [before, after],
            scales: [scale_of(old, old_target), scale_of(new, *target)],
            target: *target,
            tallies,
            pairs: PairTally::new(new, *target),
        })
    });
    shared.collect()
}

/// The change in the model in words, a line for each part that is not the same.
pub fn in_words(difference: &Difference) -> String {
    let mut text = String::new();
    for name in &difference.added {
        text += &format!("added    {name}\n");
    }
    for name in &difference.removed {
        text += &format!("removed  {name}\n");
    }
    for element in &difference.changed {
        text += &format!("changed  {}\n", element.id);
        for part in &element.parts {
            text += &match (&part.old, &part.new) {
                (Some(old), Some(new)) => format!("           {}: {old} → {new}\n", part.part),
                (None, Some(new)) => format!("           {}: now {new}\n", part.part),
                (Some(old), None) => format!("           {}: no longer {old}\n", part.part),
                (None, None) => String::new(),
            };
        }
    }
    if text.is_empty() {
        text += "The two versions say the same.\n";
    }
    text
}
