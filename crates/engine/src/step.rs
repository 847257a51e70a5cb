//! One week, in the order of the language's law. The list below drives the engine, and the
//! description of a model prints it.

use detente_model::Operation;

use crate::acted::Lanes;
use crate::arithmetic::hold_in;
use crate::block::Block;
use crate::error::EngineError;
use crate::guide::Guide;
use crate::layout::Place;
use crate::program::{Actor, Program};
use crate::witness::Witness;

/// A part of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Series take their values; a new year draws its noises; interventions move stocks.
    Calendar,
    /// Variables are computed from the world as the week finds it.
    Variables,
    /// Decisions and events of a round weigh the world together; then their effects are applied.
    Round(u8),
    /// Bargains and alignments that convened settle.
    Settlements,
    /// Stocks move, and are held in their ranges.
    Stocks,
}

/// The order of causation in a week.
pub const ORDER: [Stage; 9] = [
    Stage::Calendar,
    Stage::Variables,
    Stage::Round(1),
    Stage::Round(2),
    Stage::Round(3),
    Stage::Round(4),
    Stage::Round(5),
    Stage::Settlements,
    Stage::Stocks,
];

/// Who goes with a block through a week: one that replaces chance, one that writes down.
#[derive(Default)]
pub(crate) struct Company<'a> {
    pub(crate) guide: Option<&'a mut dyn Guide>,
    pub(crate) witness: Option<&'a mut dyn Witness>,
}

impl Block {
    /// Runs one week.
    ///
    /// # Errors
    /// See [`EngineError`].
    ///
    /// # Panics
    /// If the histories are over, or the program is another model's.
    pub fn step(&mut self, program: &Program) -> Result<(), EngineError> {
        self.step_with(program, &mut Company::default())
    }

    /// Runs one week in which chance passes through a guide.
    ///
    /// # Errors
    /// See [`EngineError`].
    ///
    /// # Panics
    /// If the histories are over, or the program is another model's.
    pub fn step_guided(
        &mut self,
        program: &Program,
        guide: &mut dyn Guide,
    ) -> Result<(), EngineError> {
        self.step_with(program, &mut Company { guide: Some(guide), witness: None })
    }

    pub(crate) fn step_with(
        &mut self,
        program: &Program,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        assert!(self.week < program.weeks, "a history has no week after its last");
        self.adopt(program);
        self.renumber();
        self.acts.clear();
        self.totals.clear();
        self.total_starts.clear();
        self.actors.clear();
        for stage in ORDER {
            match stage {
                Stage::Calendar => self.calendar(program)?,
                Stage::Variables => self.record_variables(program),
                Stage::Round(round) => self.round(program, round, company)?,
                Stage::Settlements => self.settle(program)?,
                Stage::Stocks => self.move_stocks(program)?,
            }
        }
        self.measure(program);
        // Outcomes are asked in the last week, and so of the week before that.
        if self.week + 1 < program.weeks {
            for plan in &program.lasts {
                self.copy(plan.from, plan.to);
            }
        }
        self.invalidate(&program.weekly);
        self.week += 1;
        self.work.weeks += 1;
        Ok(())
    }

    /// Runs every week that is left.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn run_to_end(&mut self, program: &Program) -> Result<(), EngineError> {
        while self.week < program.weeks {
            self.step(program)?;
        }
        Ok(())
    }

    fn calendar(&mut self, program: &Program) -> Result<(), EngineError> {
        let week = self.week;
        self.load_week(program, week);
        if week > 0 && program.years[week as usize] != program.years[week as usize - 1] {
            self.draw_yearly(program)?;
        }
        for (push, place) in &program.pushes {
            if push.week == week {
                self.push(program, *place, push.operation, push.value);
            }
        }
        Ok(())
    }

    /// Draws the noises of a year, at the year's address.
    pub(crate) fn draw_yearly(&mut self, program: &Program) -> Result<(), EngineError> {
        let year = program.years[self.week as usize];
        for plan in &program.yearly {
            self.run_at(program, plan.scope, year);
            self.check(program, plan.target, plan.place, self.live)?;
            self.invalidate(&plan.clobbers);
        }
        Ok(())
    }

    /// An intervention moves a stock or state as the week begins.
    fn push(&mut self, program: &Program, place: Place, operation: Operation, value: f64) {
        let (low, high) = match program.range(place) {
            Some((low, high)) => (low, high),
            None => (f64::NEG_INFINITY, f64::INFINITY),
        };
        for own in self.lanes_mut(place) {
            let moved = match operation {
                Operation::Set => value,
                Operation::Multiply => *own * value,
                Operation::Add => *own + value,
            };
            *own = hold_in(moved, low, high);
        }
        self.invalidate_all();
    }

    fn record_variables(&mut self, program: &Program) {
        for plan in &program.recorded {
            if plan.from <= self.week && self.week < plan.until {
                self.run(program, plan.scope);
            }
        }
    }

    fn round(
        &mut self,
        program: &Program,
        round: u8,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let actors = &program.rounds[usize::from(round) - 1];
        if actors.is_empty() {
            return Ok(());
        }
        let before = self.acts.len();
        for actor in actors {
            match actor {
                Actor::Event(number) => self.event(program, *number as usize, company)?,
                Actor::Decision(number) => self.decision(program, *number as usize, company)?,
            }
        }
        self.apply(program, before, company)
    }

    /// Whether an intervention holds a stock or state this week.
    pub(crate) fn is_held(&self, program: &Program, place: Place) -> bool {
        let held = program.holds.get(&place);
        held.is_some_and(|spans| spans.iter().any(|span| span.holds(self.week)))
    }

    /// Stops where a place holds what is not a finite number in one of these lanes.
    pub(crate) fn check(
        &self,
        program: &Program,
        target: detente_model::Target,
        place: Place,
        lanes: Lanes,
    ) -> Result<(), EngineError> {
        let own = self.lanes(place);
        match crate::acted::each_lane(lanes & self.live).find(|lane| !own[*lane].is_finite()) {
            None => Ok(()),
            Some(lane) => Err(self.not_a_number(program.name(target), lane)),
        }
    }

    pub(crate) fn not_a_number(&self, element: &str, lane: usize) -> EngineError {
        EngineError::NotANumber {
            element: element.to_owned(),
            week: self.week,
            history: self.ids.get(lane).copied().unwrap_or_default(),
            seed: self.seed,
        }
    }
}

impl Program {
    /// The range of a stock's place.
    fn range(&self, place: Place) -> Option<(f64, f64)> {
        let moved = self.moves.iter().find(|own| own.place == place);
        let moved = moved.map(|own| (own.low, own.high));
        moved.or_else(|| self.still.get(&place).map(|own| (own.low, own.high)))
    }
}
