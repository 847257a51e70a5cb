//! One round of a week: who weighs what, what comes of it, and how effects meet.

use std::collections::BTreeMap;

use detente_chance as chance;
use detente_engine::ReasonKey;
use detente_model::{
    Alternative, Coupling, Decision, Effect, ElementId, Event, Happening, Kind, On, Operation,
    Over, Reason, Recurrence, Target,
};

use super::chances::{MOOD_OFFSET, OWN, THRESHOLD, read, uniform_of};
use super::changes::operate;
use super::evaluate::{Scene, as_values};
use super::week::Story;
use super::{Act, NotANumber, Weighed};

/// Beyond this a sum of reasons is held.
const MOST_REASON: f64 = 30.0;

/// What an effect comes to, once its right-hand side is read.
struct Collected {
    target: Target,
    operation: Operation,
    value: f64,
}

/// The instances of an element in order of their full names.
fn in_name_order(over: &Over) -> Vec<usize> {
    let mut order: Vec<usize> = (0..over.instances.len()).collect();
    order.sort_by_key(|instance| &over.instances[*instance].full_name);
    order
}

impl Story<'_> {
    /// All elements of a round weigh the world as it stands; then their effects are applied.
    pub(crate) fn round(&mut self, round: u8) -> Result<(), NotANumber> {
        let model = self.model;
        let mut collected = Vec::new();
        let before = self.world.clone();
        for (number, element) in model.elements.iter().enumerate() {
            for instance in in_name_order(&element.over) {
                let of = Target { element: ElementId(number), instance };
                match &element.kind {
                    Kind::Event(event) if event.round == round => {
                        let scene = Scene { model, world: &before, draws: &[], weeks: &[] };
                        if self.happens(event, of, scene)? {
                            self.occur(event, of, scene, &mut collected);
                        }
                    }
                    Kind::Decision(decision) if decision.round == round => {
                        let scene = Scene { model, world: &before, draws: &[], weeks: &[] };
                        if let Some(taken) = self.ask(decision, of, scene)? {
                            self.acts.push(Act {
                                week: before.week,
                                round,
                                of,
                                alternative: Some(taken),
                            });
                            let alternative = &decision.alternatives[taken];
                            let binders = self.binders_of(of, Some(alternative));
                            collect(&alternative.does, scene, &binders, &mut collected);
                        }
                    }
                    _ => {}
                }
            }
        }
        self.apply(&collected);
        Ok(())
    }

    fn binders_of(&self, of: Target, alternative: Option<&Alternative>) -> Vec<f64> {
        let over = &self.model.element(of.element).over;
        let mut binders = as_values(&over.instances[of.instance].members);
        if let Some((member, _)) = alternative.and_then(|a| a.name.member.as_ref()) {
            binders.push(*member as f64);
        }
        binders
    }

    /// The reasons or parts of a rate by name, each with what it weighs.
    fn weights(
        &self,
        reasons: &[Reason],
        of: Target,
        alternative: Option<usize>,
        scene: Scene<'_>,
        binders: &[f64],
    ) -> Vec<(String, f64)> {
        let mut by_name: Vec<&Reason> = reasons.iter().collect();
        by_name.sort_by(|a, b| a.name.cmp(&b.name));
        let weight = |reason: &Reason| {
            let week = self.world.week;
            let cut = self.changes().cut(of.element, of.instance, alternative, &reason.name, week);
            if cut {
                let key = ReasonKey { target: of, alternative, reason: reason.name.clone() };
                self.circumstances.usual.means[&key][week as usize]
            } else {
                scene.value(&reason.weight.expr, binders)
            }
        };
        by_name.into_iter().map(|reason| (reason.name.clone(), weight(reason))).collect()
    }

    /// Whether an event happens this week.
    fn happens(&mut self, event: &Event, of: Target, scene: Scene<'_>) -> Result<bool, NotANumber> {
        let week = scene.world.week;
        let past = scene.world.events[of.element.0][of.instance];
        let binders = self.binders_of(of, None);
        let fixed = matches!(event.happening, Happening::On(_));
        let only_once = fixed || event.recurrence == Recurrence::Once;
        let over_for_good = only_once && past.times > 0;
        if self.changes().forced(of, week) {
            return Ok(!over_for_good);
        }
        let rested = match (event.recurrence, past.last) {
            (Recurrence::Cooldown(weeks), Some(last)) => week - last >= weeks,
            _ => true,
        };
        let needs = event.needs.as_ref().is_none_or(|needs| scene.holds(&needs.expr, &binders));
        if !needs || over_for_good || !rested || self.changes().barred(of, week) {
            return Ok(false);
        }
        match &event.happening {
            Happening::On(_) if self.changes().redated(of) => Ok(false),
            Happening::On(On::Week(then, _)) => Ok(week == *then),
            Happening::On(On::When(truth)) => Ok(scene.holds(&truth.expr, &binders)),
            Happening::Rate(parts) => {
                let rate = self.weights(parts, of, None, scene, &binders);
                let because = self.weights(&event.because, of, None, scene, &binders);
                let reasons = total(&because).clamp(-MOST_REASON, MOST_REASON);
                let hazard = total(&rate) * chance::exp(reasons);
                if hazard.is_nan() {
                    return Err(self.not_a_number(of));
                }
                let comes_to = hazard.max(0.0);
                self.world.events[of.element.0][of.instance].hazard = comes_to;
                self.weighed.push(Weighed { week, of, alternative: None, rate, because, comes_to });
                if self.model.coupling == Coupling::Threshold {
                    return Ok(self.reaches_its_threshold(of, comes_to));
                }
                let u = uniform_of(self.key, self.address(of), week, OWN);
                Ok(u < chance::week_probability(hazard))
            }
        }
    }

    /// The second coupling: the hazard spent since an event last happened reaches an exponential
    /// that belongs to the number of times it has happened.
    fn reaches_its_threshold(&mut self, of: Target, hazard: f64) -> bool {
        let past = &mut self.world.events[of.element.0][of.instance];
        past.spent += hazard;
        let past = *past;
        let u = uniform_of(self.key, self.address(of), past.times, THRESHOLD);
        past.spent >= -chance::ln(u)
    }

    fn occur(
        &mut self,
        event: &Event,
        of: Target,
        scene: Scene<'_>,
        collected: &mut Vec<Collected>,
    ) {
        let week = scene.world.week;
        let past = &mut self.world.events[of.element.0][of.instance];
        past.times += 1;
        past.first = past.first.or(Some(week));
        past.last = Some(week);
        past.spent = 0.0;
        self.acts.push(Act { week, round: event.round, of, alternative: None });
        let binders = self.binders_of(of, None);
        let draw = |draw: &detente_model::Draw| {
            let u = uniform_of(self.key, self.address(of), week, &draw.name);
            read(&draw.from, &scene, &binders).quantile(u)
        };
        let draws: Vec<f64> = event.draws.iter().map(draw).collect();
        collect(&event.does, Scene { draws: &draws, ..scene }, &binders, collected);
    }

    /// Puts a decision, if its time has come, and gives the alternative that is taken.
    fn ask(
        &mut self,
        decision: &Decision,
        of: Target,
        scene: Scene<'_>,
    ) -> Result<Option<usize>, NotANumber> {
        let week = scene.world.week;
        let agenda = scene.world.decisions[of.element.0][of.instance];
        let binders = self.binders_of(of, None);
        let holds = decision.when.as_ref().is_none_or(|when| scene.holds(&when.expr, &binders));
        let time_has_come = match (decision.again, agenda.asked) {
            (None, _) => !agenda.held,
            (Some(_), None) => true,
            (Some(weeks), Some(asked)) => week - asked >= weeks,
        };
        let own = &mut self.world.decisions[of.element.0][of.instance];
        own.held = holds;
        if !(holds && time_has_come) {
            return Ok(None);
        }
        own.asked = Some(week);
        let taken = self.answer(decision, of, scene)?;
        if taken.is_some() {
            self.world.decisions[of.element.0][of.instance].answer = taken;
        }
        Ok(taken)
    }

    /// The alternative with the largest sum of reasons and Gumbel, among those to be had; a tie goes
    /// to the first by name.
    fn answer(
        &mut self,
        decision: &Decision,
        of: Target,
        scene: Scene<'_>,
    ) -> Result<Option<usize>, NotANumber> {
        let week = scene.world.week;
        let open = |story: &Self, alternative: &Alternative| {
            let binders = story.binders_of(of, Some(alternative));
            alternative.needs.as_ref().is_none_or(|needs| scene.holds(&needs.expr, &binders))
        };
        if let Some(wanted) = self.changes().answer(of, week)
            && open(self, &decision.alternatives[wanted])
        {
            return Ok(Some(wanted));
        }
        let address = self.address(of).to_owned();
        let offset = chance::mood::mood_offset(
            uniform_of(self.key, &address, 0, MOOD_OFFSET),
            decision.mood.weeks,
        );
        let epoch = chance::mood::mood_epoch(week, offset, decision.mood.weeks);
        let mut by_name: Vec<usize> = (0..decision.alternatives.len()).collect();
        by_name.sort_by_key(|number| decision.alternatives[*number].name.to_string());
        let mut best: Option<(usize, f64)> = None;
        for number in by_name {
            let alternative = &decision.alternatives[number];
            if !open(self, alternative) {
                continue;
            }
            let binders = self.binders_of(of, Some(alternative));
            let because = self.weights(&alternative.because, of, Some(number), scene, &binders);
            let held = total(&because).clamp(-MOST_REASON, MOST_REASON);
            let u = uniform_of(self.key, &address, epoch, &alternative.name.to_string());
            let worth = held + chance::gumbel(u);
            if worth.is_nan() {
                return Err(self.not_a_number(of));
            }
            self.weighed.push(Weighed {
                week,
                of,
                alternative: Some(number),
                rate: Vec::new(),
                because,
                comes_to: worth,
            });
            if best.is_none_or(|(_, most)| worth > most) {
                best = Some((number, worth));
            }
        }
        Ok(best.map(|(number, _)| number))
    }

    /// For each quantity: the last `=` wins, then all `*=`, then all `+=`.
    fn apply(&mut self, collected: &[Collected]) {
        let mut by_target: BTreeMap<Target, Vec<&Collected>> = BTreeMap::new();
        for one in collected {
            by_target.entry(one.target).or_default().push(one);
        }
        for (target, effects) in by_target {
            let value = &mut self.world.now[target.element.0][target.instance];
            let of = |operation| effects.iter().filter(move |one| one.operation == operation);
            if let Some(last) = of(Operation::Set).next_back() {
                *value = last.value;
            }
            for one in of(Operation::Multiply).chain(of(Operation::Add)) {
                *value = operate(one.operation, *value, one.value);
            }
        }
        self.hold();
    }
}

/// A sum in the order in which it stands.
fn total(weights: &[(String, f64)]) -> f64 {
    weights.iter().fold(0.0, |sum, (_, weight)| sum + weight)
}

/// Reads effects from the world before the round.
fn collect(effects: &[Effect], scene: Scene<'_>, binders: &[f64], collected: &mut Vec<Collected>) {
    for effect in effects {
        let mut spread = vec![binders.to_vec()];
        for binder in &effect.spread {
            let members = &scene.model.set(binder.set).by_name;
            spread = spread
                .iter()
                .flat_map(|so_far| {
                    members.iter().map(move |member| {
                        let mut longer = so_far.clone();
                        longer.push(*member as f64);
                        longer
                    })
                })
                .collect();
        }
        for binders in spread {
            let counts = effect.among.as_ref().is_none_or(|among| scene.holds(among, &binders));
            let goes = effect.guard.as_ref().is_none_or(|guard| scene.holds(guard, &binders));
            let instance = scene.instance(&effect.target, &binders);
            if let (true, true, Some(instance)) = (counts, goes, instance) {
                collected.push(Collected {
                    target: Target { element: effect.target.element, instance },
                    operation: effect.operation,
                    value: scene.value(&effect.value, &binders),
                });
            }
        }
    }
}
