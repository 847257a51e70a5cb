//! Chance and doubt told apart: a nested ensemble, many histories for each draw of the parameters.

use std::sync::Arc;

use detente_engine::{Block, Doubt, Machine, Posterior, Setup, compile};
use detente_model::{Kind, Model, Target};

use crate::LabError;
use crate::in_order::in_order;
use crate::instances::instances;
use crate::layout::{Layout, posterior_rows};
use crate::question::{Parameters, Question, Stop};
use crate::statistics::{Moments, Spread, split_spread};
use crate::tally::scale_of;

/// Draws of the parameters in the nested design.
const DRAWS: u64 = 40;
/// Histories for each draw.
const EACH: u64 = 32;

/// For each outcome of the layout, its spread in chance and doubt: 40 draws of the parameters from
/// their priors or from the posterior, 32 histories each. `None` for dates and members, or where
/// nothing is doubted. It is too short to be stopped half-way, and half a design would tell chance from
/// doubt wrongly.
pub(crate) fn spreads(
    model: &Model,
    question: &Question,
    layout: &Layout,
) -> Result<Vec<Option<Spread>>, LabError> {
    let posterior = match question.parameters {
        Parameters::Posterior => spaced(posterior_rows(model)?, DRAWS),
        Parameters::Uncertain | Parameters::AsWritten => {
            draws_from_the_prior(model, question.seed, DRAWS)?
        }
    };
    if posterior.columns.is_empty() {
        return Ok(vec![None; layout.outcomes.len()]);
    }
    let doubt = Doubt::Posterior(Arc::new(posterior));
    let bare = Layout { outcomes: layout.outcomes.clone(), followed: Vec::new() };
    let arm = bare.arm_with(model, &question.holding(model), doubt)?;
    let mut groups = vec![vec![Moments::default(); DRAWS as usize]; layout.outcomes.len()];
    let machine = Machine::best();
    let width = machine.width.lanes() as u64;
    let all = DRAWS * EACH;
    let ids = |piece: u64| (piece * width..((piece + 1) * width).min(all)).collect::<Vec<_>>();
    in_order(
        all.div_ceil(width),
        question.threads(),
        &Stop::default(),
        |piece| arm.run(question.seed, &ids(piece), machine),
        |sheaf| {
            for (groups, values) in groups.iter_mut().zip(&sheaf.outcomes) {
                for (number, value) in values.iter().enumerate() {
                    let draw = (sheaf.first + number as u64) % DRAWS;
                    groups[draw as usize].add(*value);
                }
            }
            Ok(())
        },
    )?;
    let outcomes = layout.outcomes.iter().zip(&groups);
    Ok(outcomes.map(|(target, groups)| spread_of(model, *target, groups)).collect())
}

fn spread_of(model: &Model, target: Target, groups: &[Moments]) -> Option<Spread> {
    let Kind::Outcome(outcome) = &model.element(target.element).kind else { return None };
    let numeric =
        matches!(outcome.is.gives, detente_model::Type::Number(_) | detente_model::Type::Truth);
    let scale = scale_of(model, target);
    let spread = numeric.then(|| split_spread(groups)).flatten()?;
    let shown = |value: f64| value / scale;
    Some(Spread {
        chance: shown(spread.chance),
        doubt: shown(spread.doubt),
        total: shown(spread.total),
    })
}

/// So many rows of a posterior, evenly apart; some of them twice, if there are fewer.
pub(crate) fn spaced(posterior: Posterior, draws: u64) -> Posterior {
    let of = posterior.rows.len() as u64;
    let row = |draw: u64| posterior.rows[(draw * of / draws) as usize].clone();
    Posterior { rows: (0..draws).map(row).collect(), columns: posterior.columns }
}

/// Rows of parameters as histories 0 … `draws` − 1 draw them from their priors; a column for each
/// parameter that is doubted.
pub(crate) fn draws_from_the_prior(
    model: &Model,
    seed: u64,
    draws: u64,
) -> Result<Posterior, LabError> {
    let doubted = |target: &Target| match &model.element(target.element).kind {
        Kind::Parameter(parameter) => {
            parameter.priors.get(target.instance).is_some_and(Option::is_some)
        }
        _ => false,
    };
    let mut columns = instances(model, |kind| matches!(kind, Kind::Parameter(_)));
    columns.retain(doubted);
    let setup = Setup { doubt: Doubt::Prior, record: columns.clone(), ..Setup::default() };
    let program = compile(model, &setup)?;
    let machine = Machine::best();
    let mut rows = Vec::new();
    let ids: Vec<u64> = (0..draws).collect();
    for ids in ids.chunks(machine.width.lanes()) {
        let mut block = Block::begin(&program, seed, ids, machine)?;
        block.step(&program)?;
        let drawn: Vec<&[f64]> = columns
            .iter()
            .filter_map(|column| program.slot(*column))
            .map(|slot| block.values(slot))
            .collect();
        rows.extend((0..ids.len()).map(|lane| drawn.iter().map(|values| values[lane]).collect()));
    }
    Ok(Posterior { columns, rows })
}
