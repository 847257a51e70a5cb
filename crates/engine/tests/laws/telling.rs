//! What the engine tells of histories.

use std::collections::BTreeMap;

use detente_engine::{Block, EngineError, Machine, Program, Question, Setup, compile, each_lane};
use detente_model::Model;

use crate::told::{Told, alternative, quantities};

/// A program that keeps everything.
pub(crate) fn keeping_all(model: &Model, setup: &Setup) -> Program {
    let setup = Setup { record: quantities(model), ..setup.clone() };
    compile(model, &setup).unwrap_or_else(|error| panic!("{error}"))
}

/// A block being told of, week by week.
#[derive(Clone)]
pub(crate) struct Telling {
    /// The block.
    pub(crate) block: Block,
    told: Vec<Told>,
}

impl Telling {
    /// Nothing has happened yet.
    pub(crate) fn begin(
        program: &Program,
        seed: u64,
        ids: &[u64],
        machine: Machine,
    ) -> Result<Self, EngineError> {
        let block = Block::begin(program, seed, ids, machine)?;
        let told = |id: &u64| Told {
            history: *id,
            weeks: Vec::new(),
            acts: Vec::new(),
            outcomes: BTreeMap::new(),
        };
        Ok(Self { block, told: ids.iter().map(told).collect() })
    }

    /// One week more.
    pub(crate) fn step(&mut self, model: &Model, program: &Program) -> Result<(), EngineError> {
        let week = self.block.week();
        self.block.step(program)?;
        let slots: Vec<_> = quantities(model)
            .into_iter()
            .filter_map(|target| program.slot(target).map(|slot| (target, slot)))
            .collect();
        for (lane, told) in self.told.iter_mut().enumerate() {
            let values =
                slots.iter().map(|(target, slot)| (*target, self.block.values(*slot)[lane]));
            told.weeks.push(values.collect());
        }
        for acted in self.block.acts() {
            let element = model.element(acted.target.element);
            let name = model.full_name(acted.target).to_owned();
            let taken = acted.alternative.map(|number| alternative(&element.kind, number));
            for lane in each_lane(acted.lanes) {
                self.told[lane].acts.push((week, name.clone(), taken.clone()));
            }
        }
        Ok(())
    }

    /// To the end of the calendar.
    pub(crate) fn finish(
        mut self,
        model: &Model,
        program: &Program,
    ) -> Result<Vec<Told>, EngineError> {
        while self.block.week() < model.calendar.weeks {
            self.step(model, program)?;
        }
        let answers = self.block.answers(program)?;
        for (question, values) in program.questions().iter().zip(&answers) {
            let Question::Outcome(of) = question else { continue };
            for (told, value) in self.told.iter_mut().zip(values) {
                told.outcomes.insert(model.full_name(*of).to_owned(), *value);
            }
        }
        for told in &mut self.told {
            told.acts.sort();
        }
        Ok(self.told)
    }
}

/// Histories run in blocks as wide as the machine's.
pub(crate) fn tell(
    model: &Model,
    program: &Program,
    seed: u64,
    ids: &[u64],
    machine: Machine,
) -> Result<Vec<Told>, EngineError> {
    let mut all = Vec::new();
    for ids in ids.chunks(machine.width.lanes()) {
        all.extend(Telling::begin(program, seed, ids, machine)?.finish(model, program)?);
    }
    Ok(all)
}
