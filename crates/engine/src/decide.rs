//! Decisions: who is asked, and what is answered.

use detente_chance::{Address, gumbel, mood, uniform};

use crate::acted::{Acted, Lanes, each_lane};
use crate::arithmetic::LARGEST_SUM;
use crate::block::Block;
use crate::error::EngineError;
use crate::guide::{DecisionAsked, MoodBegun};
use crate::program::{Actor, DecisionPlan, Program};
use crate::step::Company;

/// Up to so many lanes, a mood's Gumbels are drawn one by one.
const FEW_STALE: u32 = 1;
/// The epoch of a mood that was never asked.
pub(crate) const NO_EPOCH: f64 = -1.0;
/// Histories that are drawn abreast.
const ABREAST: usize = 16;

impl Block {
    pub(crate) fn decision(
        &mut self,
        program: &Program,
        number: usize,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let plan = &program.decisions[number];
        let asked = self.asked(program, plan, number);
        if let Some(witness) = company.witness.as_deref_mut().filter(|own| own.sees_all()) {
            self.run(program, plan.body);
            witness.weights_of_decision(self, plan, asked);
        }
        if asked == 0 {
            return Ok(());
        }
        let week = f64::from(self.week);
        let last = self.lanes_mut(plan.places.asked);
        each_lane(asked).for_each(|lane| last[lane] = week);
        self.run(program, plan.body);
        self.doubt_decision(program, plan, asked)?;
        self.refresh_mood(plan, asked, company);
        self.choose(plan, asked);
        let forced = self.answer_as_wanted(plan, asked);
        if let Some(guide) = company.guide.as_mut() {
            let width = self.engine.width;
            let block = |place: u32, many: usize| {
                &self.memory[place as usize * width..(place as usize + many) * width]
            };
            let many = plan.by_name.len();
            let question = DecisionAsked {
                target: plan.target,
                week: self.week,
                asked,
                forced,
                by_name: &plan.by_name,
                logits: block(plan.logits, many),
                gumbels: block(plan.places.gumbels, many),
                epochs: &self.epochs,
                mood: plan.mood,
                offsets: block(plan.places.offset, 1),
                otherwise: plan.otherwise,
                address: plan.address,
                slots: &plan.slots,
            };
            guide.decision(&question, &mut self.chosen);
        }
        if let Some(witness) = company.witness.as_deref_mut() {
            witness.decision(self, plan, asked, forced);
        }
        self.answer(program, number, asked, forced)
    }

    /// In which lanes the question is put.
    fn asked(&mut self, program: &Program, plan: &DecisionPlan, number: usize) -> Lanes {
        let now = match plan.when {
            Some(guard) => self.live & self.mask(program, guard),
            None => self.live,
        };
        let before = std::mem::replace(&mut self.held[number], now);
        let Some(again) = plan.again else { return now & !before };
        if now == 0 {
            return 0;
        }
        let ready_since = f64::from(self.week) - f64::from(again);
        now & !self.engine.above(self.lanes(plan.places.asked), ready_since)
    }

    /// Counts sums held at ±30; stops at a weight that is not a number.
    fn doubt_decision(
        &mut self,
        program: &Program,
        plan: &DecisionPlan,
        asked: Lanes,
    ) -> Result<(), EngineError> {
        for (order, number) in plan.by_name.iter().enumerate() {
            let (logit, sum) = (plan.logits + order as u32, plan.sums + order as u32);
            if !self.engine.doubtful(self.lanes(sum), self.lanes(logit)) {
                continue;
            }
            for lane in each_lane(asked) {
                if self.lanes(logit)[lane].is_nan() {
                    let option = &plan.alternatives[*number].name;
                    let name = format!("{}: {option}", program.name(plan.target));
                    return Err(self.not_a_number(&name, lane));
                }
                let open = self.lanes(logit)[lane] > f64::NEG_INFINITY;
                if open && self.lanes(sum)[lane].abs() > LARGEST_SUM {
                    *self.tally.sums_held.entry(plan.target).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    /// Sees to it that the Gumbels of this epoch are at hand in the lanes asked.
    fn refresh_mood(&mut self, plan: &DecisionPlan, asked: Lanes, company: &mut Company<'_>) {
        let width = self.engine.width;
        let offsets = &self.memory[plan.places.offset as usize * width..][..width];
        let known = &self.memory[plan.places.epoch as usize * width..][..width];
        let mut stale: Lanes = 0;
        for lane in each_lane(asked) {
            let epoch = f64::from(mood::mood_epoch(self.week, offsets[lane] as u32, plan.mood));
            self.epochs[lane] = epoch;
            stale |= u64::from(known[lane] != epoch) << lane;
        }
        if stale == 0 {
            return;
        }
        if self.lineages.is_empty() && stale.count_ones() > FEW_STALE {
            self.refresh_together(plan, stale);
        } else {
            for lane in each_lane(stale) {
                self.refresh_lane(plan, lane);
            }
        }
        if let Some(guide) = company.guide.as_deref_mut() {
            let gumbels = plan.places.gumbels as usize * width;
            let mood = MoodBegun {
                target: plan.target,
                lanes: stale,
                by_name: &plan.by_name,
                epochs: &self.epochs,
            };
            guide.gumbels(&mood, &mut self.memory[gumbels..][..plan.by_name.len() * width]);
        }
        let known = &mut self.memory[plan.places.epoch as usize * width..][..width];
        each_lane(stale).for_each(|lane| known[lane] = self.epochs[lane]);
    }

    /// Lets every mood be drawn anew when it is next asked, as where another guide takes over.
    pub fn forget_moods(&mut self, program: &Program) {
        for plan in &program.decisions {
            self.lanes_mut(plan.places.epoch).fill(NO_EPOCH);
        }
    }

    /// Draws the stale lanes' Gumbels side by side: as many histories as are drawn abreast, and no
    /// more, since in most weeks few are stale.
    fn refresh_together(&mut self, plan: &DecisionPlan, stale: Lanes) {
        let many = (stale.count_ones() as usize).next_multiple_of(ABREAST).min(self.engine.width);
        let last = 63 - stale.leading_zeros() as usize;
        let lanes = || each_lane(stale).chain(std::iter::repeat(last)).take(many);
        self.stale_keys.become_those_of(&self.keys, lanes());
        self.stale_times.clear();
        self.stale_times.extend(lanes().map(|lane| self.epochs[lane] as u32));
        let kernels = self.engine.kernels;
        for (order, slot) in plan.slots.iter().enumerate() {
            self.work.draws += 1;
            self.work.functions += 1;
            let uniforms = &mut self.chance[..many];
            let (keys, times) = (&self.stale_keys, &self.stale_times);
            kernels.fill_uniform_at(keys, plan.address, *slot, times, uniforms);
            // What is chosen is not yet known.
            let drawn = &mut self.chosen[..many];
            kernels.gumbel(uniforms, drawn);
            let width = self.engine.width;
            let place = (plan.places.gumbels + order as u32) as usize * width;
            let own = &mut self.memory[place..][..width];
            each_lane(stale).zip(drawn).for_each(|(lane, drawn)| own[lane] = *drawn);
        }
    }

    fn refresh_lane(&mut self, plan: &DecisionPlan, lane: usize) {
        let epoch = self.epochs[lane] as u32;
        let offset = self.lanes(plan.places.offset)[lane] as u32;
        let began = epoch.saturating_mul(plan.mood).saturating_sub(offset);
        let Some(key) = self.key_in(lane, began) else { return };
        for (order, slot) in plan.slots.iter().enumerate() {
            let address = Address { name: plan.address, time: epoch, slot: *slot };
            let own = gumbel(uniform(key, address));
            self.lanes_mut(plan.places.gumbels + order as u32)[lane] = own;
        }
    }

    /// The free answers where it is asked, as numbers of alternatives.
    fn choose(&mut self, plan: &DecisionPlan, asked: Lanes) {
        let width = self.engine.width;
        let many = plan.by_name.len() * width;
        let logits = &self.memory[plan.logits as usize * width..][..many];
        let gumbels = &self.memory[plan.places.gumbels as usize * width..][..many];
        self.engine.choose(logits, gumbels, &mut self.chosen);
        for lane in each_lane(asked) {
            let chosen = &mut self.chosen[lane];
            if *chosen >= 0.0 {
                *chosen = plan.by_name[*chosen as usize] as f64;
            }
        }
    }

    /// Puts in the answers that interventions want, where they are open; gives those lanes.
    fn answer_as_wanted(&mut self, plan: &DecisionPlan, asked: Lanes) -> Lanes {
        let wanted = plan.answers.iter().find(|(span, _)| span.holds(self.week));
        let Some((_, wanted)) = wanted else { return 0 };
        *self.tally.put.entry(plan.target).or_default() |= asked;
        let order = plan.by_name.iter().position(|own| own == wanted).unwrap_or(0);
        let logits = self.lanes(plan.logits + order as u32);
        let open = each_lane(asked).filter(|lane| logits[*lane] > f64::NEG_INFINITY);
        let forced: Lanes = open.fold(0, |lanes, lane| lanes | 1 << lane);
        let closed = u64::from((asked & !forced).count_ones());
        if closed > 0 {
            *self.tally.answers_not_open.entry(plan.target).or_default() += closed;
        }
        each_lane(forced).for_each(|lane| self.chosen[lane] = *wanted as f64);
        forced
    }

    /// Answers are given: their effects wait for the end of the round.
    fn answer(
        &mut self,
        program: &Program,
        number: usize,
        asked: Lanes,
        forced: Lanes,
    ) -> Result<(), EngineError> {
        let plan = &program.decisions[number];
        for (alternative, own) in plan.alternatives.iter().enumerate() {
            let chosen = each_lane(asked).filter(|lane| self.chosen[*lane] == alternative as f64);
            let lanes: Lanes = chosen.fold(0, |lanes, lane| lanes | 1 << lane);
            if lanes == 0 {
                continue;
            }
            match plan.by_name.iter().position(|own| *own == alternative) {
                Some(order) => self.keep_total(plan.sums + order as u32),
                None => self.keep_no_total(),
            }
            self.acts.push(Acted {
                target: plan.target,
                alternative: Some(alternative),
                lanes,
                forced: lanes & forced,
            });
            self.actors.push((Actor::Decision(number as u32), lanes));
            if let Some(scope) = own.effects.scope {
                self.run(program, scope);
            }
            self.collect(program, number as u32, Some(alternative as u32), lanes)?;
        }
        Ok(())
    }
}
