//! Events: who is at risk, and what chance makes of it.

use crate::acted::{Acted, Lanes};
use crate::block::Block;
use crate::error::EngineError;
use crate::few::Found;
use crate::program::{Course, EventPlan, Program};
use crate::step::Company;
use crate::witness::EventSeen;

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
        let Some(witness) =
            company.witness.as_deref_mut().filter(|own| own.sees_all_of(plan.target))
        else {
            return;
        };
        if let Course::Hazard(body) = &plan.course {
            let needs = plan.needs.map_or(self.live, |guard| self.mask(program, guard));
            let at_risk = self.open(plan, number) & needs;
            self.hazards_of(program, body);
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

    /// An event happens: its effects wait for the end of the round.
    pub(crate) fn happen(
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
            Course::Hazard(body) if forced == 0 => self.keep_total(body.sum, lanes),
            _ => self.keep_no_total(lanes),
        }
        self.acts.push(Acted { target: plan.target, alternative: None, lanes, forced });
        self.actors.push((crate::program::Actor::Event(number as u32), lanes));
        let found = plan.effects.scope.map_or(Found::Everywhere, |scope| {
            self.run_where(program, scope, lanes, company.witness.is_some())
        });
        if let Some(witness) = company.witness.as_deref_mut() {
            witness.draws(self, plan, lanes);
        }
        self.collect(program, number as u32, None, lanes, found)
    }
}
