//! Assumptions × interventions: what a change does without an assumption and with it, in the same
//! histories, and how much the one alters the effect of the other.

mod keeping;

use detente_engine::Machine;
use detente_model::{Kind, Model, Target, Type};
use serde::Serialize;

pub use keeping::{cross_command, cross_csv, cross_place, keep_cross};

use crate::LabError;
use crate::answer::{Asked, title_of};
use crate::ensemble::tell;
use crate::in_order::in_order;
use crate::instances::instances;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::question::{Question, Watch};
use crate::sheaf::{Arm, Sheaf};
use crate::statistics::{Moments, NORMAL_975, PairedTruth, Proportion};
use crate::tally::{scale_of, week_of_value};

/// A question of a model: its assumptions hold in both of its arms.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The model; under a school, that of the school.
    pub model: &'a Model,
    /// The question.
    pub question: &'a Question,
}

/// The two-by-two of every outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cross {
    /// The question as it stands without the assumptions that are crossed.
    #[serde(flatten)]
    pub asked: Asked,
    /// What is crossed with the change.
    pub crossed: Crossed,
    /// Outcomes that both sides have, in order of name; members of sets, which have no mean, are left
    /// out.
    pub cross: Vec<CrossedOutcome>,
    /// Outcomes that only one side has, or has of another kind.
    pub not_shared: Vec<String>,
}

/// What is assumed on the one side and not on the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Crossed {
    /// Assumptions, as typed.
    pub assumptions: Vec<String>,
    /// Schools.
    pub schools: Vec<String>,
}

/// One outcome in four cells.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrossedOutcome {
    /// Its full name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
    /// `probability`, `number`, or `date`, of which it is told whether there is one.
    pub kind: String,
    /// The unit of the numbers; `1` for a share.
    pub unit: String,
    /// Neither assumed nor changed.
    pub neither: CellValue,
    /// Changed, not assumed.
    pub changed: CellValue,
    /// Assumed, not changed.
    pub assumed: CellValue,
    /// Both.
    pub both: CellValue,
    /// What the change does without the assumption.
    pub effect_without: PairedChange,
    /// What the change does with it.
    pub effect_with: PairedChange,
    /// What the assumption does without the change.
    pub effect_of_assumption: PairedChange,
    /// The effect with the assumption less the effect without.
    pub interaction: PairedChange,
}

/// A share or mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CellValue {
    /// The share of histories, or the mean.
    pub value: f64,
    /// One standard error.
    pub error: f64,
    /// The 95 % interval.
    pub interval: [f64; 2],
}

/// A difference taken history by history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairedChange {
    /// The mean difference.
    pub value: f64,
    /// One standard error.
    pub error: f64,
    /// The 95 % interval.
    pub interval: [f64; 2],
    /// In how many histories the difference is not nothing.
    pub moved: u64,
}

/// Runs every history four times under common chance.
///
/// The two questions have seed, histories and changes in common; `with` assumes more, or is asked of
/// a model under a school. Each of the four worlds is run once.
///
/// # Errors
/// As [`crate::ensemble()`]; and where nothing is changed, or calendars differ.
pub fn cross(without: Side<'_>, with: Side<'_>, watch: &Watch<'_>) -> Result<Cross, LabError> {
    let question = without.question;
    question.check()?;
    refuse(without, with)?;
    let shared = shared_outcomes(without.model, with.model);
    let arms = [arms_of(without, &shared, 0)?, arms_of(with, &shared, 1)?];
    let machine = Machine::best();
    let pieces = Pieces::of(question, machine);
    let mut cells = vec![Cells::default(); shared.len()];
    let mut histories = 0;
    in_order(
        pieces.count,
        question.threads(),
        &watch.stop,
        |piece| -> Result<[Sheaf; 4], LabError> {
            let ids = pieces.ids(piece);
            let run = |arm: &Arm| arm.run(question.seed, &ids, machine);
            let [[neither, changed], [assumed, both]] = &arms;
            Ok([run(neither)?, run(changed)?, run(assumed)?, run(both)?])
        },
        |sheaves| {
            for (number, (cells, outcome)) in cells.iter_mut().zip(&shared).enumerate() {
                for history in 0..sheaves[0].size {
                    let read = |sheaf: &Sheaf| outcome.number(sheaf.outcomes[number][history]);
                    cells.add(sheaves.each_ref().map(read));
                }
            }
            histories += sheaves[0].size as u64;
            tell(watch, histories, question);
            Ok(())
        },
    )?;
    let told = |(outcome, cells): (&Shared, &Cells)| cells.told(outcome);
    Ok(Cross {
        asked: Asked::new(without.model, question, histories),
        crossed: crossed(without, with),
        cross: shared.iter().zip(&cells).map(told).collect(),
        not_shared: not_shared(without.model, with.model, &shared),
    })
}

fn refuse(without: Side<'_>, with: Side<'_>) -> Result<(), LabError> {
    let refused = |what: &str| Err(LabError::Question(what.to_owned()));
    if [without, with].iter().any(|side| side.question.given != crate::Given::FromTheStart) {
        return refused("the two-by-two is asked of the world from the start, without the record");
    }
    if without.question.interventions.is_empty() {
        return refused("nothing is changed: the two-by-two wants a change beside the assumption");
    }
    if crossed(without, with).is_empty() {
        return refused("nothing is assumed: the two-by-two wants an assumption beside the change");
    }
    if without.model.calendar != with.model.calendar {
        return refused("the school has another calendar, so no history is common to both");
    }
    Ok(())
}

fn crossed(without: Side<'_>, with: Side<'_>) -> Crossed {
    let held: Vec<&str> =
        without.question.assumptions.iter().map(|one| one.text.as_str()).collect();
    let more = with.question.assumptions.iter().map(|one| one.text.clone());
    let schools = with.model.loaded_with.iter();
    Crossed {
        assumptions: more.filter(|text| !held.contains(&text.as_str())).collect(),
        schools: schools.filter(|one| !without.model.loaded_with.contains(one)).cloned().collect(),
    }
}

impl Crossed {
    fn is_empty(&self) -> bool {
        self.assumptions.is_empty() && self.schools.is_empty()
    }
}

/// The unchanged and the changed arm of a side, with outcomes in the order they are shared in.
fn arms_of(side: Side<'_>, shared: &[Shared], number: usize) -> Result<[Arm; 2], LabError> {
    let outcomes = shared.iter().map(|outcome| outcome.targets[number]).collect();
    let layout = Layout { outcomes, followed: Vec::new() };
    let unchanged = layout.arm(side.model, &side.question.unchanged())?;
    Ok([unchanged, layout.arm(side.model, side.question)?])
}

/// An outcome that both sides have.
struct Shared {
    id: String,
    title: String,
    kind: &'static str,
    unit: String,
    scale: f64,
    targets: [Target; 2],
}

impl Shared {
    fn number(&self, value: f64) -> f64 {
        match self.kind {
            "date" => f64::from(u8::from(week_of_value(value).is_some())),
            _ => value / self.scale,
        }
    }
}

/// What an outcome is a number of; `None` for a member.
fn kind_of(model: &Model, target: Target) -> Option<(&'static str, String)> {
    let Kind::Outcome(outcome) = &model.element(target.element).kind else { return None };
    match outcome.is.gives {
        Type::Truth => Some(("probability", "1".to_owned())),
        Type::Date => Some(("date", "1".to_owned())),
        Type::Number(_) => Some(("number", outcome.unit.text.clone())),
        Type::Member(_) => None,
    }
}

fn outcomes(model: &Model) -> Vec<Target> {
    instances(model, |kind| matches!(kind, Kind::Outcome(_)))
}

fn shared_outcomes(one: &Model, other: &Model) -> Vec<Shared> {
    let shared = |target: Target| {
        let (kind, unit) = kind_of(one, target)?;
        let id = one.full_name(target).to_owned();
        let twin =
            other.find(&id).filter(|twin| kind_of(other, *twin) == Some((kind, unit.clone())))?;
        Some(Shared {
            title: title_of(one, target),
            scale: scale_of(one, target),
            targets: [target, twin],
            id,
            kind,
            unit,
        })
    };
    outcomes(one).into_iter().filter_map(shared).collect()
}

fn not_shared(one: &Model, other: &Model, shared: &[Shared]) -> Vec<String> {
    let names = |model: &Model| -> Vec<String> {
        let told = outcomes(model).into_iter().filter(|target| kind_of(model, *target).is_some());
        told.map(|target| model.full_name(target).to_owned()).collect()
    };
    let mut all: Vec<String> = names(one).into_iter().chain(names(other)).collect();
    all.retain(|name| shared.iter().all(|own| own.id != *name));
    all.sort();
    all.dedup();
    all
}

/// What is added up of one outcome: four cells, and differences history by history.
#[derive(Debug, Clone, Default)]
struct Cells {
    cells: [Moments; 4],
    without: Difference,
    with: Difference,
    assumption: Difference,
    interaction: Difference,
}

#[derive(Debug, Clone, Copy, Default)]
struct Difference {
    moments: Moments,
    /// The same pairs as truths, where they are shares.
    truths: PairedTruth,
    moved: u64,
}

impl Difference {
    fn add(&mut self, value: f64) {
        self.moments.add(value);
        self.moved += u64::from(value != 0.0);
    }

    fn add_pair(&mut self, before: f64, after: f64) {
        self.add(after - before);
        self.truths.add(before != 0.0, after != 0.0);
    }

    /// The 95 % interval is normal; where nothing moves it closes at nothing.
    fn told(&self) -> PairedChange {
        let Moments { mean, .. } = self.moments;
        let error = self.moments.error();
        let half = NORMAL_975 * error;
        PairedChange { value: mean, error, interval: [mean - half, mean + half], moved: self.moved }
    }

    /// Of shares, the same interval that a comparison of the two worlds gives.
    fn told_of_shares(&self) -> PairedChange {
        let still = self.moved == 0;
        PairedChange {
            value: self.truths.change(),
            error: self.truths.error(),
            interval: if still { [0.0; 2] } else { self.truths.interval() },
            moved: self.moved,
        }
    }
}

impl Cells {
    fn add(&mut self, [neither, changed, assumed, both]: [f64; 4]) {
        for (cell, value) in self.cells.iter_mut().zip([neither, changed, assumed, both]) {
            cell.add(value);
        }
        self.without.add_pair(neither, changed);
        self.with.add_pair(assumed, both);
        self.assumption.add_pair(neither, assumed);
        self.interaction.add((both - assumed) - (changed - neither));
    }

    fn told(&self, outcome: &Shared) -> CrossedOutcome {
        let cell = |moments: &Moments| {
            if outcome.kind == "number" {
                let (value, error) = (moments.mean, moments.error());
                return CellValue { value, error, interval: moments.interval() };
            }
            let hits = (moments.mean * moments.count as f64).round() as u64;
            let share = Proportion { hits, of: moments.count };
            CellValue { value: share.share(), error: share.error(), interval: share.interval() }
        };
        let [neither, changed, assumed, both] = self.cells.each_ref().map(cell);
        let effect = |own: &Difference| match outcome.kind {
            "number" => own.told(),
            _ => own.told_of_shares(),
        };
        CrossedOutcome {
            id: outcome.id.clone(),
            title: outcome.title.clone(),
            kind: outcome.kind.to_owned(),
            unit: outcome.unit.clone(),
            neither,
            changed,
            assumed,
            both,
            effect_without: effect(&self.without),
            effect_with: effect(&self.with),
            effect_of_assumption: effect(&self.assumption),
            interaction: self.interaction.told(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Colour, Source, open, typed_intervention};

    fn world() -> Model {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../goldens/worlds/doubt");
        open(&Source::Folder(folder.into()), &[], |_| None).model.expect("a sound world")
    }

    fn typed(model: &Model, text: &str) -> detente_model::Intervention {
        typed_intervention(model, text, Colour::Never).expect("an intervention")
    }

    /// P = ¼ + ½xy at x, y of ½ or 1, and the line 3x − 2y: the interaction on the chance is
    /// ½(½)² = ⅛, that on the line nothing, in every history.
    #[test]
    fn four_cells_follow_the_closed_form() {
        let model = world();
        let interventions = vec![typed(&model, "ready = 1")];
        let plain = Question { histories: 20_000, interventions, ..Question::default() };
        let assumptions = vec![typed(&model, "willing = 1")];
        let more = Question { assumptions, ..plain.clone() };
        let sides = [&plain, &more].map(|question| Side { model: &model, question });
        let found = cross(sides[0], sides[1], &Watch::default()).expect("an answer");
        assert_eq!(found.crossed.assumptions, ["willing = 1"]);
        assert!(found.asked.assumptions.is_empty() && found.not_shared.is_empty());
        let [line, meet] = &found.cross[..] else { panic!("two outcomes") };
        let cells = [meet.neither, meet.changed, meet.assumed, meet.both];
        for (cell, expected) in cells.iter().zip([0.375, 0.5, 0.5, 0.75]) {
            assert!((cell.value - expected).abs() < 4.0 * cell.error, "{cell:?} {expected}");
        }
        let interaction = meet.interaction;
        assert!((interaction.value - 0.125).abs() < 4.0 * interaction.error, "{interaction:?}");
        let difference = meet.effect_with.value - meet.effect_without.value;
        assert!((interaction.value - difference).abs() < 1e-12);
        // Under common chance a history is moved one way only, and by both where by either.
        assert!((meet.effect_with.error - (0.25_f64 * 0.75 / 20_000.0).sqrt()).abs() < 1e-4);
        assert_eq!(line.effect_without.value, 1.5);
        assert_eq!((line.interaction.value, line.interaction.moved), (0.0, 0));
        assert_eq!(line.effect_of_assumption.interval, [-1.0, -1.0]);
    }

    /// A change is told as a comparison of the same two worlds tells it, to the bit.
    #[test]
    fn effects_are_those_of_a_comparison() {
        let model = world();
        let interventions = vec![typed(&model, "ready = 1")];
        let plain = Question { histories: 500, interventions, ..Question::default() };
        let assumptions = vec![typed(&model, "willing = 1")];
        let more = Question { assumptions, ..plain.clone() };
        let sides = [&plain, &more].map(|question| Side { model: &model, question });
        let crossed = cross(sides[0], sides[1], &Watch::default()).expect("an answer");
        for (question, effect) in [
            (&plain, (|own: &CrossedOutcome| own.effect_without) as fn(&CrossedOutcome) -> _),
            (&more, |own| own.effect_with),
        ] {
            let (compared, _) = crate::compare(&model, question, None, &Watch::default()).unwrap();
            for own in &crossed.cross {
                let other = compared.outcomes.iter().find(|other| other.id == own.id).unwrap();
                let effect: PairedChange = effect(own);
                assert_eq!((effect.value, effect.interval), (other.difference, other.interval));
            }
        }
    }

    /// What both sides assume is no part of what is crossed; without anything crossed, or changed,
    /// there is nothing to ask.
    #[test]
    fn both_ways_must_be_given() {
        let model = world();
        let interventions = vec![typed(&model, "ready = 1")];
        let plain = Question { histories: 10, interventions, ..Question::default() };
        let side = Side { model: &model, question: &plain };
        let wrong = cross(side, side, &Watch::default()).unwrap_err().to_string();
        assert!(wrong.contains("nothing is assumed"), "{wrong}");
        let unchanged = plain.unchanged();
        let side = Side { model: &model, question: &unchanged };
        let wrong = cross(side, side, &Watch::default()).unwrap_err().to_string();
        assert!(wrong.contains("nothing is changed"), "{wrong}");
    }
}
