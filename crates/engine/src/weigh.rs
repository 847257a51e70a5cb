//! What chance makes of an event at risk.
//!
//! An event happens if its uniform lies below 1 − e⁻ʰ. In most histories it does not, by far: a bound
//! on the hazard h that takes no exponential tells so, and hazards are computed only where it does not.

use detente_chance::{Address, ln, uniform};
use detente_model::Coupling;

use crate::acted::{Lanes, each_lane};
use crate::arithmetic::LARGEST_SUM;
use crate::block::Block;
use crate::error::EngineError;
use crate::few::{FEW, few_of};
use crate::guide::EventAsked;
use crate::program::{BodyPlan, EventPlan, Program};
use crate::step::Company;
use crate::witness::EventSeen;

/// The slot "" of an element's own draw.
pub(crate) const PLAIN_SLOT: u32 = 0x42C4_B0E3;

impl Block {
    /// An event by hazard.
    pub(crate) fn weigh(
        &mut self,
        program: &Program,
        plan: &EventPlan,
        number: usize,
        body: &BodyPlan,
        at_risk: Lanes,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let guided = company.guide.as_deref();
        let left = guided.is_none_or(|guide| guide.leaves(plan.target, self.week));
        let alone = left && company.witness.is_none();
        let seen = !alone || plan.records_hazard || program.coupling == Coupling::Threshold;
        if seen || body.keeps {
            self.hazards_of(program, body);
        } else {
            self.run(program, body.scope);
        }
        if self.engine.doubtful(self.lanes(body.sum), self.lanes(body.rate)) {
            self.doubt_event(program, plan, body, at_risk)?;
        }
        if !seen {
            let happened = self.dice_alone(plan, body, at_risk);
            return self.happen(program, number, happened, 0, company);
        }
        if plan.records_hazard {
            for lane in each_lane(at_risk) {
                let hazard = self.lanes(body.hazard)[lane];
                self.lanes_mut(plan.places.hazard)[lane] = hazard;
            }
        }
        let guided = company.guide.as_mut().and_then(|guide| {
            guide.event(&EventAsked {
                target: plan.target,
                week: self.week,
                at_risk,
                hazard: self.lanes(body.hazard),
                probability: self.lanes(body.probability),
                address: plan.address,
                slot: PLAIN_SLOT,
            })
        });
        let happened = match guided {
            Some(lanes) => {
                if company.witness.is_some() {
                    self.draw_event(plan);
                }
                lanes & at_risk
            }
            None => self.dice(program, plan, body, at_risk, company),
        };
        if let Some(witness) = company.witness.as_deref_mut() {
            let seen =
                EventSeen { at_risk, happened, forced: 0, weighed: true, uniform: &self.chance };
            witness.event(self, plan, &seen);
        }
        self.happen(program, number, happened, 0, company)
    }

    /// The sum of an event's reasons, its hazard and the chance of it, in all histories.
    pub(crate) fn hazards_of(&mut self, program: &Program, body: &BodyPlan) {
        if body.keeps && self.is_valid(body.scope) {
            return;
        }
        if body.keeps {
            self.ensure(program, body.scope);
        } else {
            self.run(program, body.scope);
        }
        self.work.functions += 2;
        let width = self.engine.width;
        let first = body.sum as usize * width;
        let (weighed, found) = self.memory[first..][..4 * width].split_at_mut(2 * width);
        let ((sums, rates), (hazards, chances)) =
            (weighed.split_at(width), found.split_at_mut(width));
        self.engine.hazards(sums, rates, hazards, chances);
    }

    /// Counts sums held at ±30; stops at a hazard that is not a number.
    fn doubt_event(
        &mut self,
        program: &Program,
        plan: &EventPlan,
        body: &BodyPlan,
        at_risk: Lanes,
    ) -> Result<(), EngineError> {
        for lane in each_lane(at_risk) {
            if self.lanes(body.rate)[lane].is_nan() || self.lanes(body.sum)[lane].is_nan() {
                let name = format!("{}: hazard", program.name(plan.target));
                return Err(self.not_a_number(&name, lane));
            }
            if self.lanes(body.sum)[lane].abs() > LARGEST_SUM {
                *self.tally.sums_held.entry(plan.target).or_default() += 1;
            }
        }
        Ok(())
    }

    /// Draws an event's uniform in all histories.
    fn draw_event(&mut self, plan: &EventPlan) {
        let address = Address { name: plan.address, time: self.week, slot: PLAIN_SLOT };
        self.work.draws += 1;
        self.engine.kernels.fill_uniform(&self.keys, address, &mut self.chance);
    }

    /// The lanes in which an event happens by its dice, where all its chances are known.
    fn dice(
        &mut self,
        program: &Program,
        plan: &EventPlan,
        body: &BodyPlan,
        at_risk: Lanes,
        company: &mut Company<'_>,
    ) -> Lanes {
        if program.coupling == Coupling::Threshold {
            return self.threshold(program, plan, body, at_risk);
        }
        let risk = at_risk & self.engine.nonzero(self.lanes(body.probability));
        if risk == 0 && company.witness.is_none() {
            return 0;
        }
        self.draw_event(plan);
        if let Some(guide) = company.guide.as_deref_mut() {
            guide.chances(plan.target, self.week, &mut self.chance);
        }
        at_risk & self.engine.below(&self.chance, self.lanes(body.probability))
    }

    /// The same where nobody wants to know them: they are found out where it may happen.
    fn dice_alone(&mut self, plan: &EventPlan, body: &BodyPlan, at_risk: Lanes) -> Lanes {
        if body.keeps && at_risk & self.engine.nonzero(self.lanes(body.probability)) == 0 {
            return 0;
        }
        if self.engine.width > FEW && at_risk.count_ones() as usize <= FEW {
            self.draw_few(plan, at_risk);
        } else {
            self.draw_event(plan);
        }
        if body.keeps {
            return at_risk & self.engine.below(&self.chance, self.lanes(body.probability));
        }
        let (sums, rates) = (self.lanes(body.sum), self.lanes(body.rate));
        let likely = at_risk & self.engine.likely(&self.chance, sums, rates);
        self.engine.happens(likely, &self.chance, sums, rates)
    }

    /// Draws an event's uniform in a few histories, side by side.
    fn draw_few(&mut self, plan: &EventPlan, lanes: Lanes) {
        let address = Address { name: plan.address, time: self.week, slot: PLAIN_SLOT };
        self.work.draws += 1;
        self.few_keys.become_those_of(&self.keys, &few_of(lanes));
        let mut uniforms = [0.0; FEW];
        self.engine.kernels.fill_uniform(&self.few_keys, address, &mut uniforms);
        each_lane(lanes).zip(uniforms).for_each(|(lane, own)| self.chance[lane] = own);
    }

    /// The second coupling: an event happens once the hazard spent since the last time reaches a
    /// standard exponential, drawn at the number of times it has happened.
    fn threshold(
        &mut self,
        program: &Program,
        plan: &EventPlan,
        body: &BodyPlan,
        at_risk: Lanes,
    ) -> Lanes {
        let mut happened = 0;
        for lane in each_lane(at_risk) {
            let hazard = self.lanes(body.hazard)[lane];
            self.lanes_mut(plan.places.spent)[lane] += hazard;
            let times = self.lanes(plan.places.times)[lane] as u32;
            let address = Address { name: plan.address, time: times, slot: program.threshold_slot };
            let Some(key) = self.keys.get(lane) else { continue };
            self.chance[lane] = uniform(key, address);
            if self.lanes(plan.places.spent)[lane] >= -ln(self.chance[lane]) {
                happened |= 1 << lane;
            }
        }
        happened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_slot_is_that_of_no_name() {
        assert_eq!(PLAIN_SLOT, detente_chance::hash_slot(""));
    }
}
