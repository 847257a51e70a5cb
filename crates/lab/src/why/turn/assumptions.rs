//! Single assumptions that turn it, moved within what is thought likely of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use detente_engine::{Block, Doubt, Lineage, Machine, Posterior, Setup, compile};
use detente_model::{ElementId, Kind, Model, Target, Targets, Week};

use super::moves::{Move, Moving, smallest};
use super::{Changed, Turn};
use crate::LabError;
use crate::in_order::in_order;
use crate::layout::doubt_of;
use crate::question::{Question, Watch};
use crate::references::references_for;
use crate::why::origins::short_title;
use crate::why::replay::{Again, on_rows};

/// Draws from which a prior's standard deviation is taken.
const DRAWS: u64 = 1_024;

/// Assumptions with a prior, where they stand in this history, and how doubtful each is.
struct Doubted {
    columns: Vec<Target>,
    numbers: Vec<Moving>,
}

impl Doubted {
    fn of(model: &Model, question: &Question, again: &Again<'_>) -> Result<Self, LabError> {
        let mut columns = Vec::new();
        let mut units = Vec::new();
        for (number, element) in model.elements.iter().enumerate() {
            let Kind::Parameter(own) = &element.kind else { continue };
            for (instance, _) in own.priors.iter().enumerate().filter(|(_, own)| own.is_some()) {
                columns.push(Target { element: ElementId(number), instance });
                units.push((&own.unit, own.range));
            }
        }
        let ids: Vec<u64> = (0..DRAWS).collect();
        let draws = values(model, Doubt::Prior, question.seed, &ids, &columns)?;
        let doubt = doubt_of(model, question.parameters)?;
        // The row of parameters belongs to the number that a history began with.
        let began = again.chances.lineages.first().map_or(0, Lineage::first);
        let here = values(model, doubt, question.seed, &[began], &columns)?;
        let taken: BTreeSet<Target> =
            question.holding(model).iter().flat_map(|own| touched(&own.targets)).collect();
        let mut numbers = Vec::with_capacity(columns.len());
        for (column, (unit, range)) in units.into_iter().enumerate() {
            let own = &draws[column];
            let n = own.len() as f64;
            let mean = own.iter().sum::<f64>() / n;
            let variance = own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            // What is changed already is not changed again.
            let fixed = taken.contains(&columns[column]);
            numbers.push(Moving {
                here: here[column][0],
                deviation: if fixed { 0.0 } else { variance.sqrt() },
                low: own.iter().copied().fold(f64::INFINITY, f64::min).max(range.low),
                high: own.iter().copied().fold(f64::NEG_INFINITY, f64::max).min(range.high),
                unit: unit.clone(),
            });
        }
        Ok(Self { columns, numbers })
    }
}

/// The instances that an intervention touches.
fn touched(targets: &Targets) -> impl Iterator<Item = Target> + '_ {
    let element = targets.element;
    targets.instances.iter().map(move |instance| Target { element, instance: *instance })
}

/// The values of parameters, one a history, where nothing is changed.
fn values(
    model: &Model,
    doubt: Doubt,
    seed: u64,
    ids: &[u64],
    columns: &[Target],
) -> Result<Vec<Vec<f64>>, LabError> {
    let setup = Setup { doubt, record: columns.to_vec(), ..Setup::default() };
    let program = compile(model, &setup)?;
    let mut values: Vec<Vec<f64>> = vec![Vec::with_capacity(ids.len()); columns.len()];
    let machine = Machine::best();
    for ids in ids.chunks(machine.width.lanes()) {
        let mut block = Block::begin(&program, seed, ids, machine)?;
        // What is recorded is recorded as a week goes by.
        block.step(&program)?;
        for (own, target) in values.iter_mut().zip(columns) {
            if let Some(slot) = program.slot(*target) {
                own.extend_from_slice(block.values(slot));
            }
        }
    }
    Ok(values)
}

/// The assumptions that turn it, the smallest move first, and how many moves were tried.
pub(super) fn by_assumptions(
    model: &Model,
    question: &Question,
    again: &Again<'_>,
    watch: &Watch<'_>,
) -> Result<(Vec<Turn>, usize), LabError> {
    let doubted = Doubted::of(model, question, again)?;
    let (turned, tried) = smallest(&doubted.numbers, |moves| {
        replayed(model, question, &doubted, moves, again, watch)
    })?;
    let told = |(own, week): (Move, Week)| told(model, &doubted, own, week);
    Ok((turned.into_iter().map(told).collect(), tried))
}

/// When it comes under each of these moves, if it does.
fn replayed(
    model: &Model,
    question: &Question,
    doubted: &Doubted,
    moves: &[Move],
    again: &Again<'_>,
    watch: &Watch<'_>,
) -> Result<Vec<Option<Week>>, LabError> {
    let here: Vec<f64> = doubted.numbers.iter().map(|own| own.here).collect();
    let row = |own: &Move| {
        let mut row = here.clone();
        row[own.what] = own.to;
        row
    };
    let rows: Vec<Vec<f64>> = moves.iter().map(row).collect();
    let posterior = Posterior { columns: doubted.columns.clone(), rows: vec![here.clone()] };
    let holding = question.holding_given(model)?;
    let setup = Setup {
        references: references_for(model, &holding)?,
        interventions: holding,
        doubt: Doubt::Posterior(Arc::new(posterior)),
        ..Setup::default()
    };
    let program = compile(model, &setup)?;
    let pieces: Vec<&[Vec<f64>]> = rows.chunks(Machine::best().width.lanes()).collect();
    let mut weeks = Vec::with_capacity(moves.len());
    in_order(
        pieces.len() as u64,
        question.threads(),
        &watch.stop,
        |piece| {
            let rows: Vec<&[f64]> = pieces[piece as usize].iter().map(Vec::as_slice).collect();
            on_rows(again, &program, &here, &rows)
        },
        |courses| {
            weeks.extend(courses.iter().map(|own| own.first(again.subject)));
            Ok::<_, LabError>(())
        },
    )?;
    Ok(weeks)
}

fn told(model: &Model, doubted: &Doubted, own: Move, week: Week) -> Turn {
    let (target, number) = (doubted.columns[own.what], &doubted.numbers[own.what]);
    let id = model.full_name(target).to_owned();
    Turn {
        size: Some(own.deviations.abs()),
        command: format!("{id} = {}", own.typed),
        change: Changed::Assumption {
            title: short_title(model, target),
            from: number.unit.shown(number.here),
            to: own.typed,
            unit: number.unit.text.clone(),
            id,
        },
        week,
        date: model.calendar.monday(week).to_string(),
    }
}
