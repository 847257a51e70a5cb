//! Decisions: who is asked, and what is answered.

use detente_chance::{HistoryKey, LaneKeys};

use crate::acted::{Acted, Lanes, each_lane};
use crate::arithmetic::LARGEST_SUM;
use crate::block::Block;
use crate::error::EngineError;
use crate::few::Found;
use crate::guide::{DecisionAsked, MoodBegun};
use crate::program::{Actor, DecisionPlan, Program};
use crate::step::Company;

/// The epoch of a mood that was never asked.
pub(crate) const NO_EPOCH: f64 = -1.0;
/// Draws that are made abreast.
const ABREAST: usize = 8;

/// Room for the Gumbels of moods that are new.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stale {
    lanes: Vec<usize>,
    slots: Vec<u32>,
    times: Vec<u32>,
    keys: LaneKeys,
    /// Uniforms, and behind them what they come to.
    gumbels: Vec<f64>,
}

impl Block {
    pub(crate) fn decision(
        &mut self,
        program: &Program,
        number: usize,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let plan = &program.decisions[number];
        let asked = self.asked(program, plan, number);
        if let Some(witness) =
            company.witness.as_deref_mut().filter(|own| own.sees_all_of(plan.target))
        {
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
        self.choose(plan);
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
        let (week, mood) = (f64::from(self.week), f64::from(plan.mood));
        let stale = asked & self.engine.epochs([week, mood], offsets, known, &mut self.epochs);
        if stale == 0 {
            return;
        }
        self.refresh_together(plan, stale);
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

    /// Draws the stale lanes' Gumbels side by side, all options together: in most weeks few are stale.
    fn refresh_together(&mut self, plan: &DecisionPlan, stale: Lanes) {
        let mut room = std::mem::take(&mut self.stale);
        let Stale { lanes, slots, times, keys, gumbels } = &mut room;
        lanes.clear();
        slots.clear();
        times.clear();
        for slot in &plan.slots {
            lanes.extend(each_lane(stale));
            slots.resize(lanes.len(), *slot);
            times.extend(each_lane(stale).map(|lane| self.epochs[lane] as u32));
        }
        // Whole blocks: what is drawn beyond the last is not looked at.
        let many = lanes.len().next_multiple_of(ABREAST);
        lanes.resize(many, 0);
        slots.resize(many, 0);
        times.resize(many, 0);
        gumbels.resize(2 * many, 0.0);
        self.work.draws += plan.slots.len() as u64;
        self.work.functions += plan.slots.len() as u64;
        keys.become_those_of(&self.keys, lanes);
        self.keys_as_moods_began(plan, stale, keys);
        let (uniforms, gumbels) = gumbels.split_at_mut(many);
        self.engine.kernels.fill_uniform_at(keys, plan.address, slots, times, uniforms);
        self.engine.kernels.gumbel(uniforms, &mut gumbels[..many]);
        let width = self.engine.width;
        let of_each = gumbels.chunks(stale.count_ones() as usize);
        for (order, drawn) in of_each.take(plan.slots.len()).enumerate() {
            let place = (plan.places.gumbels + order as u32) as usize * width;
            let own = &mut self.memory[place..][..width];
            each_lane(stale).zip(drawn).for_each(|(lane, drawn)| own[lane] = *drawn);
        }
        self.stale = room;
    }

    /// Puts other keys in the place of the week's where a mood began under another number. Keys have
    /// the stale lanes one after another, once for each option.
    fn keys_as_moods_began(&self, plan: &DecisionPlan, stale: Lanes, keys: &mut LaneKeys) {
        let many = stale.count_ones() as usize;
        for (order, lane) in each_lane(stale).enumerate() {
            let Some(lineage) = self.lineages.get(lane) else { return };
            let offset = self.lanes(plan.places.offset)[lane] as u32;
            let began = (self.epochs[lane] as u32).saturating_mul(plan.mood).saturating_sub(offset);
            let number = lineage.at(began);
            if number != lineage.at(self.week) {
                let key = HistoryKey::new(self.seed, number);
                (0..plan.slots.len()).for_each(|option| keys.set(option * many + order, key));
            }
        }
    }

    /// The free answers, as numbers of alternatives.
    fn choose(&mut self, plan: &DecisionPlan) {
        let width = self.engine.width;
        let many = plan.by_name.len() * width;
        let logits = &self.memory[plan.logits as usize * width..][..many];
        let gumbels = &self.memory[plan.places.gumbels as usize * width..][..many];
        self.engine.choose(logits, gumbels, &plan.by_name, &mut self.chosen);
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
            let lanes = asked & self.engine.equal(&self.chosen, alternative as f64);
            if lanes == 0 {
                continue;
            }
            match plan.by_name.iter().position(|own| *own == alternative) {
                Some(order) => self.keep_total(plan.sums + order as u32, lanes),
                None => self.keep_no_total(lanes),
            }
            self.acts.push(Acted {
                target: plan.target,
                alternative: Some(alternative),
                lanes,
                forced: lanes & forced,
            });
            self.actors.push((Actor::Decision(number as u32), lanes));
            let found = own
                .effects
                .scope
                .map_or(Found::Everywhere, |scope| self.run_where(program, scope, lanes, false));
            self.collect(program, number as u32, Some(alternative as u32), lanes, found)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use detente_chance::mood::mood_epoch;

    use crate::kernel::Engine;
    use crate::machine::Machine;

    #[test]
    fn epochs_are_those_of_the_mood() {
        let engine = Engine::of(Machine::best());
        let offsets: Vec<f64> = (0..64).map(f64::from).collect();
        let (known, mut epochs) = (vec![3.0; 64], vec![0.0; 64]);
        for (week, mood) in [(0, 1), (1, 1), (7, 3), (200, 13), (211, 52), (4_000, 49)] {
            let time = [f64::from(week), f64::from(mood)];
            let new = engine.epochs(time, &offsets, &known, &mut epochs);
            for (lane, epoch) in epochs.iter().enumerate() {
                let expected = mood_epoch(week, lane as u32, mood);
                assert_eq!(*epoch, f64::from(expected), "week {week}, lane {lane} of {mood}");
                assert_eq!(new >> lane & 1 == 1, expected != 3);
            }
        }
    }
}
