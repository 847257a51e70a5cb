//! One pass over many histories that watches one event or answer in each: when it came, what stood in
//! its way by week, how near it was, and what its reasons weighed.

use detente_chance::{exp, exp_m1};
use detente_engine::{
    Block, Chances, DecisionAsked, EventAsked, Guide, Lanes, Lineage, Machine, MoodBegun,
    OnChances, Part, Program, Reasons, Setup, SlotId, Weighed, compile, each_lane,
};
use detente_model::{
    Element, ElementId, Formula, Kind, MemberIndex, Model, Target, Type, Unit, Variable, Week,
};

use super::subject::Subject;
use crate::LabError;

/// A program through which something is watched.
pub(super) struct Watching {
    program: Program,
    /// What is watched.
    pub(super) subject: Subject,
    /// The first week that counts.
    pub(super) from: Week,
    /// Of each part of what must hold, where it is read; a part that turns on a member the answer
    /// stands for is not.
    slots: Vec<Option<SlotId>>,
    /// The reasons, as [`Weighed::reasons`] has them.
    pub(super) reasons: Vec<(Option<usize>, String)>,
}

/// What one history says of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observed {
    /// The first number of its seed: that of its family, where it follows the record.
    pub(super) founder: u64,
    /// The first week in which it came.
    pub(super) came: Option<Coming>,
    /// Weeks in which it could have come.
    pub(super) open: u64,
    /// The chance that it came in one of them; of an answer its best chance by the reasons alone.
    pub(super) chance: f64,
    /// By obstacle: the parts of what must hold; then chance, or each answer that was given instead.
    pub(super) stood: Vec<Option<Stood>>,
    /// By reason: the sum of its weights, and in how many weeks it weighed: those in which it could
    /// have come; of another answer's, those in which that answer was given instead.
    pub(super) weights: Vec<(f64, u64)>,
}

/// How something came.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coming {
    pub(super) week: Week,
    /// What each reason weighed, if it was weighed at all; and for an answer the one that came nearest.
    pub(super) weighed: Option<(Vec<f64>, Option<usize>)>,
}

/// In which weeks an obstacle stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stood {
    pub(super) first: Week,
    pub(super) last: Week,
    pub(super) weeks: u64,
}

impl Watching {
    /// Compiles a question's model so that something can be watched, from a week on.
    pub(super) fn of(
        model: &Model,
        setup: Setup,
        (subject, from): (Subject, Week),
        parts: &[(Part, Vec<MemberIndex>)],
    ) -> Result<Self, LabError> {
        let (seen, targets) = with_parts(model, subject, parts);
        let record = targets.iter().flatten().copied().collect();
        let setup = Setup { record, reasons: Reasons::Kept, ..setup };
        let program = compile(&seen, &setup)?;
        let slots = targets.iter().map(|own| program.slot((*own)?)).collect();
        let reasons = Weighed::of(&program, subject.target).reasons().to_vec();
        Ok(Self { program, subject, from, slots, reasons })
    }

    /// Watches the histories of these chances, abreast.
    pub(super) fn block(&self, seed: u64, chances: &Chances) -> Result<Vec<Observed>, LabError> {
        let lineages = &chances.lineages;
        let mut block = Block::begin_along(&self.program, seed, lineages, Machine::best())?;
        let mut weighed = Weighed::of(&self.program, self.subject.target);
        let mut eye = Eye::of(OnChances::new(chances), self.subject);
        let blank = |own: &Lineage| Observed {
            founder: own.first(),
            came: None,
            open: 0,
            chance: 0.0,
            stood: Vec::new(),
            weights: vec![(0.0, 0); self.reasons.len()],
        };
        let mut seen: Vec<Observed> = lineages.iter().map(blank).collect();
        while block.week() < self.program.weeks() {
            let week = block.week();
            eye.open = 0;
            eye.asked = 0;
            block.step_weighed(&self.program, &mut eye, &mut weighed)?;
            if week >= self.from {
                self.look(&block, week, &mut eye, &weighed, &mut seen);
            }
        }
        Ok(seen)
    }

    fn look(
        &self,
        block: &Block,
        week: Week,
        eye: &mut Eye<'_>,
        weighed: &Weighed,
        seen: &mut [Observed],
    ) {
        let mut came: Lanes = 0;
        for act in block.acts() {
            if act.target == self.subject.target && act.alternative == self.subject.answer {
                came |= act.lanes;
            }
        }
        for (lane, own) in seen.iter_mut().enumerate() {
            let is = |lanes: Lanes| lanes >> lane & 1 == 1;
            if is(came) && own.came.is_none() {
                let all = || (0..self.reasons.len()).map(|one| weighed.weights(one)[lane]);
                let weights =
                    is(weighed.at_stake()).then(|| (all().collect(), eye.runner_up[lane]));
                own.came = Some(Coming { week, weighed: weights });
            }
            if is(eye.open) {
                own.open += 1;
                own.chance = match self.subject.answer {
                    None => own.chance + eye.near[lane],
                    Some(_) => own.chance.max(eye.near[lane]),
                };
                if is(weighed.at_stake()) {
                    self.weigh(eye.given[lane], weighed, lane, own);
                }
            }
            self.obstacles(block, week, eye, lane, own);
        }
    }

    fn weigh(&self, given: Option<usize>, weighed: &Weighed, lane: usize, own: &mut Observed) {
        for (number, (of, _)) in self.reasons.iter().enumerate() {
            if *of == self.subject.answer || *of == given {
                let (sum, weeks) = &mut own.weights[number];
                *sum += weighed.weights(number)[lane];
                *weeks += 1;
            }
        }
    }

    fn obstacles(
        &self,
        block: &Block,
        week: Week,
        eye: &mut Eye<'_>,
        lane: usize,
        own: &mut Observed,
    ) {
        let is = |lanes: Lanes| lanes >> lane & 1 == 1;
        let mut lacking = false;
        for (number, slot) in self.slots.iter().enumerate() {
            // What is open has all that it needs, though a later round of the week brought it.
            let lacks = slot.is_some_and(|slot| block.values(slot)[lane] == 0.0) && !is(eye.open);
            if lacks {
                stands(own, number, week);
                lacking = true;
            }
        }
        let parts = self.slots.len();
        match self.subject.answer {
            None if is(eye.open) => stands(own, parts, week),
            None => {}
            Some(answer) => {
                // Between two askings what the last one came to still holds.
                if is(eye.asked) {
                    eye.holds[lane] = eye.given[lane].filter(|own| *own != answer && is(eye.open));
                } else if lacking {
                    eye.holds[lane] = None;
                }
                if let Some(by) = eye.holds[lane] {
                    stands(own, parts + by, week);
                }
            }
        }
    }
}

fn stands(own: &mut Observed, obstacle: usize, week: Week) {
    if own.stood.len() <= obstacle {
        own.stood.resize(obstacle + 1, None);
    }
    let stood = own.stood[obstacle].get_or_insert(Stood { first: week, last: week, weeks: 0 });
    stood.last = week;
    stood.weeks += 1;
}

impl Observed {
    /// The chance that it came in some week, of an event; the best chance of an answer.
    pub(super) fn likelihood(&self, subject: Subject) -> f64 {
        if subject.answer.is_none() { -exp_m1(-self.chance) } else { self.chance }
    }
}

/// The model with a variable for each part, so that the engine itself says where it holds.
fn with_parts(
    model: &Model,
    subject: Subject,
    parts: &[(Part, Vec<MemberIndex>)],
) -> (Model, Vec<Option<Target>>) {
    let mut seen = model.clone();
    let own = model.element(subject.target.element);
    let members = own.over.instances[subject.target.instance].members.len();
    let mut targets = Vec::with_capacity(parts.len());
    for (number, (part, bound)) in parts.iter().enumerate() {
        if bound.len() != members {
            targets.push(None);
            continue;
        }
        // After every name there can be, so that no other element's number changes.
        let name = format!("~{number:03}");
        let mut over = own.over.clone();
        for instance in &mut over.instances {
            instance.full_name = format!("{name} of {}", instance.full_name);
            instance.address.clone_from(&instance.full_name);
        }
        targets.push(Some(Target {
            element: ElementId(seen.elements.len()),
            instance: subject.target.instance,
        }));
        let equals =
            Formula { text: part.text.clone(), expr: part.holds.clone(), gives: Type::Truth };
        seen.elements.push(Element {
            name,
            over,
            neutral: None,
            kind: Kind::Variable(Variable { unit: Unit::one(), equals }),
            ..own.clone()
        });
    }
    (seen, targets)
}

/// Watches one event or decision, lane by lane, and replaces no chance but by those given.
struct Eye<'a> {
    on: OnChances<'a>,
    subject: Subject,
    /// The lanes in which it could have come this week, and those in which the question was put.
    open: Lanes,
    asked: Lanes,
    /// Where it is open: the hazard of the event, or the chance of the answer by the reasons alone.
    near: Vec<f64>,
    /// The answer given, the one that came nearest beside it, and what still holds of the last asking.
    given: Vec<Option<usize>>,
    runner_up: Vec<Option<usize>>,
    holds: Vec<Option<usize>>,
}

impl<'a> Eye<'a> {
    fn of(on: OnChances<'a>, subject: Subject) -> Self {
        let many = Lanes::BITS as usize;
        Self {
            on,
            subject,
            open: 0,
            asked: 0,
            near: vec![0.0; many],
            given: vec![None; many],
            runner_up: vec![None; many],
            holds: vec![None; many],
        }
    }
}

impl Guide for Eye<'_> {
    fn event(&mut self, asked: &EventAsked<'_>) -> Option<Lanes> {
        if asked.target == self.subject.target {
            self.open |= asked.at_risk;
            each_lane(asked.at_risk).for_each(|lane| self.near[lane] = asked.hazard[lane]);
        }
        None
    }

    fn decision(&mut self, asked: &DecisionAsked<'_>, chosen: &mut [f64]) {
        if asked.target != self.subject.target {
            return;
        }
        self.asked |= asked.asked;
        let width = asked.logits.len() / asked.by_name.len().max(1);
        for lane in each_lane(asked.asked) {
            let given = (chosen[lane] >= 0.0).then_some(chosen[lane] as usize);
            let (mut own, mut all, mut next) = (f64::NEG_INFINITY, 0.0, None::<(usize, f64)>);
            for (order, number) in asked.by_name.iter().enumerate() {
                let logit = asked.logits[order * width + lane];
                all += exp(logit);
                if Some(*number) == self.subject.answer {
                    own = logit;
                }
                let score = logit + asked.gumbels[order * width + lane];
                let nearer = next.is_none_or(|(_, most)| score > most);
                if Some(*number) != given && logit > f64::NEG_INFINITY && nearer {
                    next = Some((*number, score));
                }
            }
            self.given[lane] = given;
            self.runner_up[lane] = next.map(|(number, _)| number);
            if own > f64::NEG_INFINITY {
                self.open |= 1 << lane;
                self.near[lane] = exp(own) / all;
            }
        }
    }

    fn chances(&mut self, event: Target, week: Week, chances: &mut [f64]) {
        self.on.chances(event, week, chances);
    }

    fn gumbels(&mut self, mood: &MoodBegun<'_>, gumbels: &mut [f64]) {
        self.on.gumbels(mood, gumbels);
    }
}
