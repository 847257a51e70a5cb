//! Events: who is at risk, and what chance makes of it.

use detente_chance::{Address, ln, uniform};
use detente_model::Coupling;

use crate::acted::{Acted, Lanes, each_lane};
use crate::arithmetic::LARGEST_SUM;
use crate::block::Block;
use crate::error::EngineError;
use crate::guide::EventAsked;
use crate::program::{BodyPlan, Course, EventPlan, Program};
use crate::step::Company;
use crate::witness::EventSeen;

/// The slot "" of an element's own draw.
pub(crate) const PLAIN_SLOT: u32 = 0x42C4_B0E3;

impl Block {
    pub(crate) fn event(
        &mut self,
        program: &Program,
        number: usize,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let plan = &program.events[number];
        if plan.records_hazard {
            self.lanes_mut(plan.places.hazard).fill(0.0);
        }
        self.show_weights(program, number, company);
        if plan.forced.contains(&self.week) {
            return self.force(program, number, company);
        }
        if plan.barred.iter().any(|span| span.holds(self.week)) {
            return Ok(());
        }
        let mut open = self.open(plan, number);
        if let Some(guide) = company.guide.as_deref_mut() {
            let made = guide.makes(plan.target, self.week) & self.live;
            let made = if plan.once { made & open } else { made };
            open &= !(guide.bars(plan.target, self.week) | made);
            self.happen(program, number, made, made, company)?;
        }
        if open == 0 {
            return Ok(());
        }
        self.watch_gates(program, plan, number, open);
        let needs = |block: &mut Self| match plan.needs {
            Some(guard) => open & block.mask(program, guard),
            None => open,
        };
        let certain = match &plan.course {
            Course::Hazard(body) => {
                let at_risk = needs(self);
                if at_risk == 0 {
                    return Ok(());
                }
                return self.weigh(program, plan, number, body, at_risk, company);
            }
            Course::InWeek(week) if *week != self.week => return Ok(()),
            Course::InWeek(_) => {
                let certain = needs(self);
                let unmet = u64::from((open & !certain).count_ones());
                if unmet > 0 {
                    *self.tally.due_in_vain.entry(plan.target).or_default() += unmet;
                }
                certain
            }
            Course::When(guard) => {
                let due = open & self.mask(program, *guard);
                if due == 0 { 0 } else { due & needs(self) }
            }
        };
        self.happen(program, number, certain, 0, company)
    }

    /// Shows a witness that wants them the weights of an event's reasons, at risk or not.
    fn show_weights(&mut self, program: &Program, number: usize, company: &mut Company<'_>) {
        let plan = &program.events[number];
        let Some(witness) = company.witness.as_deref_mut().filter(|own| own.sees_all()) else {
            return;
        };
        if let Course::Hazard(body) = &plan.course {
            let needs = plan.needs.map_or(self.live, |guard| self.mask(program, guard));
            let at_risk = self.open(plan, number) & needs;
            self.run(program, body.scope);
            witness.weights_of_event(self, plan, at_risk);
        }
    }

    /// The lanes in which an event has not happened for good, nor too lately to happen again.
    fn open(&self, plan: &EventPlan, number: usize) -> Lanes {
        let before = self.happened[number];
        if plan.once {
            return self.live & !before;
        }
        if plan.cooldown <= 1 || before == 0 {
            return self.live;
        }
        let free_since = f64::from(self.week) - f64::from(plan.cooldown);
        self.live & !(before & self.engine.above(self.lanes(plan.places.last), free_since))
    }

    fn watch_gates(&mut self, program: &Program, plan: &EventPlan, number: usize, open: Lanes) {
        for (part, (_, guard)) in plan.gates.iter().enumerate() {
            let failed = open & !self.mask(program, *guard);
            self.tally.gates[number][part] += u64::from(failed.count_ones());
        }
    }

    /// An intervention makes an event happen, whatever its needs.
    fn force(
        &mut self,
        program: &Program,
        number: usize,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        let plan = &program.events[number];
        let mut lanes = self.live;
        if plan.once {
            let already = u64::from((lanes & self.happened[number]).count_ones());
            if already > 0 {
                *self.tally.happened_already.entry(plan.target).or_default() += already;
            }
            lanes &= !self.happened[number];
        }
        if let Some(guard) = plan.needs {
            let unmet = u64::from((lanes & !self.mask(program, guard)).count_ones());
            if unmet > 0 {
                *self.tally.needs_unmet.entry(plan.target).or_default() += unmet;
            }
        }
        self.happen(program, number, lanes, lanes, company)
    }

    /// An event by hazard.
    fn weigh(
        &mut self,
        program: &Program,
        plan: &EventPlan,
        number: usize,
        body: &BodyPlan,
        at_risk: Lanes,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        if body.keeps {
            self.ensure(program, body.scope);
        } else {
            self.run(program, body.scope);
        }
        if self.engine.doubtful(self.lanes(body.sum), self.lanes(body.hazard)) {
            self.doubt_event(program, plan, body, at_risk)?;
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
                self.show_uniform(plan, company);
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

    /// Draws an event's uniform for a witness, where a guide made it unneeded.
    fn show_uniform(&mut self, plan: &EventPlan, company: &Company<'_>) {
        if company.witness.is_some() {
            let address = Address { name: plan.address, time: self.week, slot: PLAIN_SLOT };
            self.engine.kernels.fill_uniform(&self.keys, address, &mut self.chance);
        }
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
            if self.lanes(body.hazard)[lane].is_nan() || self.lanes(body.sum)[lane].is_nan() {
                let name = format!("{}: hazard", program.name(plan.target));
                return Err(self.not_a_number(&name, lane));
            }
            if self.lanes(body.sum)[lane].abs() > LARGEST_SUM {
                *self.tally.sums_held.entry(plan.target).or_default() += 1;
            }
        }
        Ok(())
    }

    /// The lanes in which an event happens by its dice.
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
        let shown = company.witness.is_some();
        if !shown && at_risk & self.engine.nonzero(self.lanes(body.probability)) == 0 {
            return 0;
        }
        let address = Address { name: plan.address, time: self.week, slot: PLAIN_SLOT };
        self.work.draws += 1;
        self.engine.kernels.fill_uniform(&self.keys, address, &mut self.chance);
        if let Some(guide) = company.guide.as_deref_mut() {
            guide.chances(plan.target, self.week, &mut self.chance);
        }
        at_risk & self.engine.below(&self.chance, self.lanes(body.probability))
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

    /// An event happens: its effects wait for the end of the round.
    fn happen(
        &mut self,
        program: &Program,
        number: usize,
        lanes: Lanes,
        forced: Lanes,
        company: &mut Company<'_>,
    ) -> Result<(), EngineError> {
        if lanes == 0 {
            return Ok(());
        }
        let plan = &program.events[number];
        if let Some(witness) = company.witness.as_deref_mut()
            && (forced != 0 || !matches!(plan.course, Course::Hazard(_)))
        {
            let seen = EventSeen {
                at_risk: lanes,
                happened: lanes,
                forced,
                weighed: false,
                uniform: &self.chance,
            };
            witness.event(self, plan, &seen);
        }
        match &plan.course {
            Course::Hazard(body) if forced == 0 => self.keep_total(body.sum),
            _ => self.keep_no_total(),
        }
        self.acts.push(Acted { target: plan.target, alternative: None, lanes, forced });
        self.actors.push((crate::program::Actor::Event(number as u32), lanes));
        if let Some(scope) = plan.effects.scope {
            self.run(program, scope);
        }
        if let Some(witness) = company.witness.as_deref_mut() {
            witness.draws(self, plan, lanes);
        }
        self.collect(program, number as u32, None, lanes)
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
