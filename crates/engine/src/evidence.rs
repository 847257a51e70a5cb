//! Evidence along the record: how probable a history makes what happened, week by week, and the
//! chances that make it happen there.
//!
//! The weight of a history is the probability, given its own past, of everything the record decided
//! for it. An event's chance and a decision's answer pass through here on their way to the world; a
//! history that cannot follow the record weighs nothing from then on, and it is noted why.

use detente_chance::choice::choose;
use detente_chance::mood::MoodEvidence;
use detente_chance::{chance_behind_absence, chance_behind_event, ln, week_probability};
use detente_model::{Target, Tie, Week};

use crate::acted::{Lanes, each_lane};
use crate::guidance::{AnswerDue, EventDue, LevelDue, Plan};
use crate::guide::EventAsked;
use crate::kept::{Askings, Kept};
use crate::{Behind, Chances, Guidance, Lineage};

/// ½ ln 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// A mood that turns with less than this chance does not: a rival that has not gained on the answer
/// before seems to, by a rounding.
const LEAST_TURN: f64 = 1e-14;

/// What a guided run knows of its histories beside their worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    lanes: usize,
    /// ln of each history's weight since the histories last weighed alike.
    log_weights: Vec<f64>,
    /// Whether each entry was met: entry by entry, within it history by history.
    met: Vec<bool>,
    /// What each decision's present mood has answered: plan by plan, within it history by history.
    moods: Vec<Mood>,
    /// Why each history that weighs nothing does.
    failures: Vec<Option<Failure>>,
    /// The chances behind each history, where they are asked for.
    kept: Option<Kept>,
}

/// Why a history cannot follow the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// In which week.
    pub week: Week,
    /// Which event or decision.
    pub target: Target,
    /// The entry, a number in [`detente_model::Record::entries`]; `None` where absence was the matter.
    pub entry: Option<usize>,
    /// How.
    pub how: Impossible,
}

/// How a history contradicts the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impossible {
    /// The event was not at risk, or had no hazard, when the entry's window closed.
    NotAtRisk,
    /// The event was certain to happen, and is covered without an entry.
    Certain,
    /// The decision was not put in the entry's window.
    NotAsked,
    /// The alternative, by its number in the decision's alternatives, was not open.
    NotOpen(usize),
    /// The mood that gave the answers before cannot give this alternative.
    OutOfMood(usize),
}

/// A decision's mood in one history.
#[derive(Debug, Clone, PartialEq, Default)]
struct Mood {
    epoch: u32,
    said: MoodEvidence,
    /// Whether it answered by itself before the record told it anything.
    free: bool,
    /// What bounds the Gumbels behind its answers, where chances are kept.
    askings: Askings,
}

/// An event in one history and week.
#[derive(Debug, Clone, Copy)]
pub struct AtStake {
    /// The event, a number in [`Guidance::events`].
    pub plan: usize,
    /// The history's place in the block.
    pub lane: usize,
    /// The week.
    pub week: Week,
    /// Its hazard a week; `None` where it is not at risk. A fixed event whose time has come has an
    /// infinite one.
    pub hazard: Option<f64>,
}

/// An asking of a decision in one history. Slices hold one number an alternative.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The decision, a number in [`Guidance::decisions`].
    pub plan: usize,
    /// The history's place in the block.
    pub lane: usize,
    /// The week.
    pub week: Week,
    /// The epoch of the mood.
    pub epoch: u32,
    /// The alternatives in order of name, as numbers in the decision's alternatives: the order of
    /// the slices, in which a tie goes to the first.
    pub order: &'a [usize],
    /// The sums of reasons; −∞ for an alternative that is not open.
    pub logits: &'a [f64],
}

impl Evidence {
    /// Evidence along `guidance` for histories that have seen nothing yet.
    pub fn new(guidance: &Guidance, lanes: usize) -> Self {
        Self {
            lanes,
            log_weights: vec![0.0; lanes],
            met: vec![false; guidance.expected.len() * lanes],
            moods: vec![Mood::default(); guidance.decisions.len() * lanes],
            failures: vec![None; lanes],
            kept: None,
        }
    }

    /// The same, with the chances behind the histories of these lineages kept: at most as many as a
    /// block holds.
    pub fn keeping(guidance: &Guidance, lineages: &[Lineage]) -> Self {
        let kept = Kept::new(guidance, lineages);
        Self { kept: Some(kept), ..Self::new(guidance, lineages.len()) }
    }

    /// ln of each history's weight since the beginning, or since [`Evidence::gather`].
    pub fn log_weights(&self) -> &[f64] {
        &self.log_weights
    }

    /// Why each history that weighs nothing does.
    pub fn failures(&self) -> &[Option<Failure>] {
        &self.failures
    }

    /// The chances behind the histories, if they were kept.
    pub fn into_chances(self) -> Option<Chances> {
        let mut kept = self.kept?;
        for (number, mood) in self.moods.iter().enumerate() {
            let (plan, lane) = (number / self.lanes, number % self.lanes);
            kept.close_mood(plan, lane, mood.epoch, &mood.said, &mood.askings);
        }
        Some(kept.chances)
    }

    /// Lets each history go on from where the history `parents[lane]` is, all of one weight. A parent
    /// keeps its own place.
    pub fn gather(&mut self, parents: &[usize]) {
        debug_assert!(self.kept.is_none(), "chances are kept of lineages that are settled");
        self.log_weights.fill(0.0);
        gather(&mut self.failures, parents);
        self.met.chunks_mut(self.lanes).for_each(|row| gather(row, parents));
        self.moods.chunks_mut(self.lanes).for_each(|row| gather(row, parents));
    }

    /// The chance with which to ask whether an event happens, from its addressed `uniform`: it happens
    /// if this is less than its week's probability.
    pub fn event_chance(&mut self, guidance: &Guidance, at: AtStake, uniform: f64) -> f64 {
        let plan = &guidance.events[at.plan];
        let due = guidance.event_due(plan, at.week, |number| self.is_met(number, at.lane));
        if due == EventDue::Free || !self.follows(at.lane) {
            return uniform;
        }
        let hazard = at.hazard.unwrap_or(0.0);
        let probability = week_probability(hazard);
        let (chance, log_weight, met) = match due {
            EventDue::Free => return uniform,
            EventDue::OwnDice(number) => (uniform, 0.0, (uniform < probability).then_some(number)),
            EventDue::Absent if probability == 0.0 => return uniform,
            EventDue::Absent if probability == 1.0 => {
                let (week, target, how) = (at.week, plan.target, Impossible::Certain);
                self.fail(at.lane, Failure { week, target, entry: None, how });
                return uniform;
            }
            EventDue::Absent => (chance_behind_absence(uniform, probability), -hazard, None),
            EventDue::Must(number) if probability == 0.0 => {
                self.miss(guidance, number, at.lane, unmet(guidance, number, at.week));
                return uniform;
            }
            EventDue::Must(number) => {
                (chance_behind_event(uniform, probability), ln(probability), Some(number))
            }
        };
        self.weigh(guidance, met, at.lane, log_weight);
        if let Some(number) = met {
            self.met[number * self.lanes + at.lane] = true;
        }
        if let (Some(kept), false) = (&mut self.kept, chance == uniform) {
            let behind = match due {
                EventDue::Absent => Behind::Absence(probability),
                _ => Behind::Event(probability),
            };
            kept.chances.note_event(plan.target, at.week, at.lane, behind);
        }
        chance
    }

    /// What it weighs that an event at risk is absent in a week, in the histories of a block whose first
    /// is number `first` here; it needs no draw.
    pub fn absent(&mut self, plan: &Plan, first: usize, asked: &EventAsked<'_>) {
        let week = asked.week;
        let many = asked.probability.len().min(self.lanes - first);
        let (at_risk, probability) = (asked.at_risk, &asked.probability[..many]);
        let weights = self.log_weights[first..][..many].iter_mut();
        let (mut absent, mut certain): (Lanes, Lanes) = (0, 0);
        // What cannot follow any more weighs nothing whatever is taken off it.
        for (lane, (weight, (p, hazard))) in
            weights.zip(probability.iter().zip(asked.hazard)).enumerate()
        {
            let at_risk = at_risk >> lane & 1 == 1;
            let told = at_risk & (*p > 0.0) & (*p < 1.0);
            *weight -= if told { *hazard } else { 0.0 };
            absent |= Lanes::from(told) << lane;
            certain |= Lanes::from(at_risk & (*p >= 1.0)) << lane;
        }
        for lane in each_lane(certain) {
            if self.follows(first + lane) {
                let (target, how) = (plan.target, Impossible::Certain);
                self.fail(first + lane, Failure { week, target, entry: None, how });
            }
        }
        if self.kept.is_some() {
            let follow = each_lane(absent).filter(|lane| self.follows(first + lane));
            let absent = follow.fold(0, |lanes: Lanes, lane| lanes | 1 << lane);
            if let (Some(kept), true) = (&mut self.kept, absent != 0) {
                kept.chances.note_absence(plan.target, week, absent, asked.probability);
            }
        }
    }

    /// Whether a decision answers by itself in this mood of a history, of which the record has told
    /// nothing and now tells nothing: then it needs no draw.
    pub fn answers_freely(&mut self, plan: usize, lane: usize, epoch: u32) -> bool {
        let mood = self.mood(plan, lane, epoch);
        mood.free |= mood.said == MoodEvidence::new();
        mood.free
    }

    /// The answer to an asking, as a place in its slices. The asking has an alternative that is open;
    /// without one, the first place is given. `uniforms` gives the addressed uniforms of the epoch, in
    /// (0, 1) and in the order of the slices; most askings need none.
    pub fn answer(
        &mut self,
        guidance: &Guidance,
        asking: Asking<'_>,
        uniforms: impl Fn() -> Vec<f64>,
    ) -> usize {
        let plan = &guidance.decisions[asking.plan];
        let due = guidance.answer_due(plan, asking.week, |number| self.is_met(number, asking.lane));
        let (number, told) = match due {
            AnswerDue::Take { expected, answer } => (Some(expected), Some(answer)),
            AnswerDue::Otherwise(answer) => (None, Some(answer)),
            AnswerDue::Free => (None, None),
        };
        let place = told.and_then(|told| asking.order.iter().position(|&one| one == told));
        match (told, place) {
            (Some(told), Some(place)) if self.follows(asking.lane) => {
                if let Some(how) = self.tell(guidance, &asking, &uniforms, place, number) {
                    let entry = number.map(|number| guidance.expected[number].entry);
                    let (week, target, how) = (asking.week, plan.target, how(told));
                    let failure = Failure { week, target, entry, how };
                    match number {
                        Some(number) => self.miss(guidance, number, asking.lane, failure),
                        None => self.fail(asking.lane, failure),
                    }
                    return self.free_answer(&asking, &uniforms);
                }
                if let Some(number) = number {
                    self.met[number * self.lanes + asking.lane] = true;
                }
                place
            }
            _ => self.free_answer(&asking, &uniforms),
        }
    }

    /// Notes that an asking is answered by the alternative at `place`, for an entry if it is one's, or
    /// says why it cannot be.
    fn tell(
        &mut self,
        guidance: &Guidance,
        asking: &Asking<'_>,
        uniforms: &impl Fn() -> Vec<f64>,
        place: usize,
        entry: Option<usize>,
    ) -> Option<fn(usize) -> Impossible> {
        if asking.logits[place] == f64::NEG_INFINITY {
            return Some(Impossible::NotOpen);
        }
        let keeping = self.kept.is_some();
        let mood = self.mood_told(asking, uniforms);
        let first = mood.said == MoodEvidence::new();
        let weight = mood.said.answer(asking.logits, place, uniforms);
        if weight == 0.0 || (!first && weight < LEAST_TURN) {
            return Some(Impossible::OutOfMood);
        }
        if keeping {
            mood.askings.push(uniforms, asking.logits, place);
        }
        if let Some(kept) = &mut self.kept {
            kept.remember(asking.plan, asking.order);
        }
        if weight != 1.0 {
            self.weigh(guidance, entry, asking.lane, ln(weight));
        }
        None
    }

    /// What the mood answers by itself, given what it was told before.
    fn free_answer(&mut self, asking: &Asking<'_>, uniforms: &impl Fn() -> Vec<f64>) -> usize {
        let mood = self.mood_told(asking, uniforms);
        let gumbels = mood.said.gumbels(uniforms);
        let place = choose(asking.logits, &gumbels).unwrap_or(0);
        mood.said = MoodEvidence::with_gumbels(gumbels);
        if !mood.askings.is_empty() {
            mood.askings.push(uniforms, asking.logits, place);
        }
        place
    }

    /// The mood that an asking falls in, which knows its Gumbels if it answered by itself before.
    fn mood_told(&mut self, asking: &Asking<'_>, uniforms: &impl Fn() -> Vec<f64>) -> &mut Mood {
        let mood = self.mood(asking.plan, asking.lane, asking.epoch);
        if std::mem::take(&mut mood.free) {
            mood.said = MoodEvidence::with_gumbels(mood.said.gumbels(uniforms));
        }
        mood
    }

    /// A decision's mood in an epoch, begun anew if the epoch is.
    fn mood(&mut self, plan: usize, lane: usize, epoch: u32) -> &mut Mood {
        let mood = &mut self.moods[plan * self.lanes + lane];
        if mood.epoch != epoch {
            if let Some(kept) = &mut self.kept {
                kept.close_mood(plan, lane, mood.epoch, &mood.said, &mood.askings);
            }
            *mood = Mood { epoch, ..Mood::default() };
        }
        mood
    }

    /// Weighs a measured level: its normal density.
    pub fn level(&mut self, level: &LevelDue, lane: usize, measured: f64) {
        if !level.unweighed {
            self.log_weights[lane] += log_density(level, measured);
        }
    }

    /// What happened for certain, by a fixed time or an intervention, without a chance to pass through
    /// here: it may meet an entry, and weighs nothing.
    ///
    /// A fixed event that the record covers without an entry could not have been absent.
    pub fn certain(&mut self, guidance: &Guidance, plan: &Plan, lane: usize, week: Week) {
        match guidance.event_due(plan, week, |number| self.is_met(number, lane)) {
            EventDue::OwnDice(number) | EventDue::Must(number) => {
                self.met[number * self.lanes + lane] = true;
            }
            EventDue::Absent if plan.fixed && self.follows(lane) => {
                let (target, how) = (plan.target, Impossible::Certain);
                self.fail(lane, Failure { week, target, entry: None, how });
            }
            EventDue::Absent | EventDue::Free => {}
        }
    }

    /// An answer that an intervention made: it may be the one recorded, and weighs nothing.
    pub fn answered(
        &mut self,
        guidance: &Guidance,
        plan: &Plan,
        lane: usize,
        week: Week,
        given: usize,
    ) {
        let due = guidance.answer_due(plan, week, |number| self.is_met(number, lane));
        if let AnswerDue::Take { expected, answer } = due
            && answer == given
        {
            self.met[expected * self.lanes + lane] = true;
        }
    }

    /// Ends a week for some histories: one that has not met an entry whose window closes cannot follow
    /// the record.
    pub fn close_week(&mut self, guidance: &Guidance, week: Week, lanes: std::ops::Range<usize>) {
        for number in guidance.closing_in(week) {
            for lane in lanes.clone() {
                if self.follows(lane) && !self.is_met(number, lane) {
                    self.miss(guidance, number, lane, unmet(guidance, number, week));
                }
            }
        }
    }

    /// Adds to a history's weight what an entry, or an absence, weighs.
    fn weigh(&mut self, guidance: &Guidance, entry: Option<usize>, lane: usize, log_weight: f64) {
        if !entry.is_some_and(|number| guidance.expected[number].unweighed) {
            self.log_weights[lane] += log_weight;
        }
    }

    /// A history cannot be led along an entry: it ends there, unless the entry is not weighed.
    fn miss(&mut self, guidance: &Guidance, number: usize, lane: usize, failure: Failure) {
        if !guidance.expected[number].unweighed {
            self.fail(lane, failure);
        }
    }

    fn fail(&mut self, lane: usize, failure: Failure) {
        self.log_weights[lane] = f64::NEG_INFINITY;
        self.failures[lane] = Some(failure);
    }

    fn follows(&self, lane: usize) -> bool {
        self.failures[lane].is_none()
    }

    fn is_met(&self, number: usize, lane: usize) -> bool {
        self.met[number * self.lanes + lane]
    }
}

/// An entry that was not met when its window closed.
fn unmet(guidance: &Guidance, number: usize, week: Week) -> Failure {
    let expected = &guidance.expected[number];
    let (target, how) = match expected.what {
        Tie::Event(target) => (target, Impossible::NotAtRisk),
        Tie::Choice(target, _) => (target, Impossible::NotAsked),
    };
    Failure { week, target, entry: Some(expected.entry), how }
}

/// ln of the normal density of a level's measurement.
fn log_density(level: &LevelDue, measured: f64) -> f64 {
    let off = (measured - level.value) / level.error;
    -0.5 * off * off - ln(level.error) - HALF_LN_TWO_PI
}

/// Lets each place go on with what stands at its parent's, which keeps its own place.
fn gather<T: Clone>(row: &mut [T], parents: &[usize]) {
    for (lane, &parent) in parents.iter().enumerate().filter(|(lane, parent)| lane != *parent) {
        row[lane] = row[parent].clone();
    }
}
