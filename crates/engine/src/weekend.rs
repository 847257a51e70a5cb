//! The end of a week: stocks move, measures add up; and after the last week, answers.

use crate::acted::each_lane;
use crate::block::Block;
use crate::error::EngineError;
use crate::kernel::NOT_A_NUMBER;
use crate::layout::{CORRELATION_PLACES, Place};
use crate::program::{Gathering, MeasurePlan, Program};

impl Block {
    /// Stocks move by change and shock, read from the world as it now stands, and are held in range.
    pub(crate) fn move_stocks(&mut self, program: &Program) -> Result<(), EngineError> {
        self.run(program, program.stock_scope);
        let width = self.engine.width;
        for plan in &program.moves {
            if !program.holds.is_empty() && self.is_held(program, plan.place) {
                continue;
            }
            let (place, next) = (plan.place as usize * width, plan.next as usize * width);
            // What comes next lies after the layout's places, a stock among them.
            let (before, after) = self.memory.split_at_mut(next);
            let stock = &mut before[place..place + width];
            let met = self.engine.shift(&after[..width], stock, plan.low, plan.high);
            if met == 0 {
                continue;
            }
            if met & NOT_A_NUMBER != 0 {
                self.check(program, plan.target, plan.place, self.live)?;
            }
            let next = self.lanes(plan.next);
            let outside = |lane: &usize| next[*lane] < plan.low || next[*lane] > plan.high;
            let bites = each_lane(self.live).filter(outside).count() as u64;
            if bites > 0 {
                *self.tally.range_bites.entry(plan.target).or_default() += bites;
            }
        }
        self.hold_touched(program)
    }

    /// Stocks that only effects move are held in range where one did.
    fn hold_touched(&mut self, program: &Program) -> Result<(), EngineError> {
        let touched = std::mem::take(&mut self.touched);
        for place in &touched {
            let Some(plan) = program.still.get(place) else { continue };
            let outside = self.live & self.engine.outside(self.lanes(*place), plan.low, plan.high);
            if outside == 0 {
                continue;
            }
            let mut bites = 0;
            for lane in each_lane(outside) {
                let own = &mut self.lanes_mut(*place)[lane];
                let held = crate::arithmetic::hold_in(*own, plan.low, plan.high);
                bites += u64::from(held != *own);
                *own = held;
            }
            self.check(program, plan.target, *place, outside)?;
            if bites > 0 {
                *self.tally.range_bites.entry(plan.target).or_default() += bites;
                // Seldom enough that nothing is gained by knowing who reads it.
                self.invalidate_all();
            }
        }
        self.touched = touched;
        self.touched.clear();
        Ok(())
    }

    /// Adds the week to the measures that cover it.
    pub(crate) fn measure(&mut self, program: &Program) {
        for plan in &program.measures {
            if plan.from <= self.week && self.week < plan.until {
                self.run(program, plan.scope);
                self.gather(program, plan);
            }
        }
    }

    fn gather(&mut self, program: &Program, plan: &MeasurePlan) {
        let (width, week) = (self.engine.width, f64::from(self.week));
        if plan.gathering == Gathering::Correlation {
            for lane in 0..width {
                let (x, y) = (self.lanes(plan.value)[lane], self.lanes(plan.value + 1)[lane]);
                self.correlate(program, plan.places, lane, x, y);
            }
            return;
        }
        // What is measured lies after the layout's places, the measures among them.
        let (before, after) = self.memory.split_at_mut(plan.value as usize * width);
        let (own, dates) = before[plan.places as usize * width..].split_at_mut(width);
        let each = own.iter_mut().zip(&after[..width]);
        match plan.gathering {
            Gathering::At => each.for_each(|(own, x)| *own = *x),
            Gathering::Sum => each.for_each(|(own, x)| *own += x),
            Gathering::Max => each.for_each(|(own, x)| *own = if *x > *own { *x } else { *own }),
            Gathering::DateOfMax => {
                for ((own, x), date) in each.zip(dates) {
                    if *x > *own {
                        (*own, *date) = (*x, week);
                    }
                }
            }
            Gathering::Correlation => {}
        }
    }

    /// Adds a week to a correlation of monthly means. The last month is counted with the last week.
    fn correlate(&mut self, program: &Program, places: Place, lane: usize, x: f64, y: f64) {
        let month = f64::from(program.months[self.week as usize]);
        let mut own = [0.0; CORRELATION_PLACES as usize];
        for (offset, value) in own.iter_mut().enumerate() {
            *value = self.lanes(places + offset as Place)[lane];
        }
        if own[0] != month {
            end_month(&mut own);
            own[0] = month;
        }
        own[1] += x;
        own[2] += y;
        own[3] += 1.0;
        if self.week + 1 == program.weeks {
            end_month(&mut own);
        }
        for (offset, value) in own.into_iter().enumerate() {
            self.lanes_mut(places + offset as Place)[lane] = value;
        }
    }

    /// What was asked of the histories, in the order of [`Program::questions`]: by question, a number
    /// for each history, in base units; a truth is 0 or 1, a date the number of its week, never (or the
    /// time to it) is infinity. To be read after the last week; before it, what the weeks so far come to.
    ///
    /// # Errors
    /// [`EngineError::NotANumber`] if an answer is none, or infinite where that does not mean never.
    pub fn answers(&mut self, program: &Program) -> Result<Vec<Vec<f64>>, EngineError> {
        self.adopt(program);
        let week = self.week;
        // Answers are read as the last week run left the world.
        self.week = week.saturating_sub(1);
        self.load_week(program, self.week);
        self.invalidate(&program.weekly);
        self.run(program, program.question_scope);
        let mut answers = Vec::with_capacity(program.question_answers.len());
        for plan in &program.question_answers {
            let own = self.lanes(plan.place)[..self.ids.len()].to_vec();
            let is_none = |x: &f64| x.is_nan() || x.is_infinite() && !plan.may_be_never;
            if week == program.weeks
                && let Some(lane) = own.iter().position(is_none)
            {
                return Err(self.not_a_number(&plan.name, lane));
            }
            answers.push(own);
        }
        self.week = week;
        self.invalidate(&program.weekly);
        Ok(answers)
    }
}

/// Takes the means of a month that is over into the sums. `own` holds the month, its two sums and its
/// weeks; the first month's two means; months, two sums, two sums of squares and one of products of
/// what lies beyond the first month's means; and last, the correlation so far.
fn end_month(own: &mut [f64; CORRELATION_PLACES as usize]) {
    if own[3] == 0.0 {
        return;
    }
    let (x, y) = (own[1] / own[3], own[2] / own[3]);
    (own[1], own[2], own[3]) = (0.0, 0.0, 0.0);
    if own[MONTHS] == 0.0 {
        (own[4], own[5]) = (x, y);
    }
    let (x, y) = (x - own[4], y - own[5]);
    own[MONTHS] += 1.0;
    own[MONTHS + 1] += x;
    own[MONTHS + 2] += y;
    own[MONTHS + 3] += x * x;
    own[MONTHS + 4] += y * y;
    own[MONTHS + 5] += x * y;
    let months = own[MONTHS];
    let spread_x = own[MONTHS + 3] - own[MONTHS + 1] * own[MONTHS + 1] / months;
    let spread_y = own[MONTHS + 4] - own[MONTHS + 2] * own[MONTHS + 2] / months;
    let joint = own[MONTHS + 5] - own[MONTHS + 1] * own[MONTHS + 2] / months;
    let scale = (spread_x * spread_y).sqrt();
    own[MONTHS + 6] = if scale > 0.0 { (joint / scale).clamp(-1.0, 1.0) } else { 0.0 };
}

/// Where the count of months stands.
const MONTHS: usize = 6;
