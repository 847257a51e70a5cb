//! What an ensemble adds up to: outcomes, events, choices, series and counters, one history after
//! the other.

use std::collections::BTreeMap;

use detente_model::{Kind, Model, Target, Type};

use crate::counted::{Counted, many};
use crate::instances::{alternatives, instances};
use crate::sheaf::{Deed, Met, Sheaf};
use crate::statistics::{FineHistogram, Moments, Proportion, WeekHistogram};
use crate::telling::unit_of;

/// Everything counted over one arm of a question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tally {
    pub(crate) histories: u64,
    /// Histories that were run, which what is met is counted over.
    pub(crate) run: u64,
    pub(crate) outcomes: Vec<OutcomeTally>,
    pub(crate) events: Vec<EventTally>,
    pub(crate) choices: Vec<ChoiceTally>,
    pub(crate) series: Vec<SeriesTally>,
    pub(crate) met: BTreeMap<(Met, Target), u64>,
    scales: Vec<f64>,
    slots: Vec<Vec<Slot>>,
    /// Room for one history's first weeks, by event and by decision and alternative.
    first_weeks: Vec<Option<u32>>,
    first_answers: Vec<Vec<Option<u32>>>,
    /// Series that wait to be counted: how many histories, and by quantity.
    waiting: Vec<(usize, Vec<Vec<f64>>)>,
}

/// Sheaves whose series are counted together. The histograms of all weeks are far larger than any
/// cache, and so each is filled with as much as can be had before the next is turned to.
const TOGETHER: usize = 8;

/// One outcome over all histories. Numbers are in the outcome's own unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum OutcomeTally {
    Truth(Proportion),
    Number(Moments, FineHistogram),
    Date(WeekHistogram),
    /// Histories by member, and those with none.
    Member(Vec<u64>, u64),
}

/// One event: its first week, and how often it happened in all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventTally {
    pub(crate) target: Target,
    pub(crate) first: WeekHistogram,
    pub(crate) times: u64,
}

/// One decision: in how many histories it was put, and each alternative's first week.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChoiceTally {
    pub(crate) target: Target,
    pub(crate) put: Proportion,
    pub(crate) alternatives: Vec<WeekHistogram>,
    pub(crate) times: Vec<u64>,
}

/// One quantity by week, in its own unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SeriesTally {
    pub(crate) target: Target,
    pub(crate) by_week: Vec<FineHistogram>,
    scale: f64,
}

/// Where an element's deeds are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Event(usize),
    Choice(usize),
    Neither,
}

impl Tally {
    /// An empty one for these outcomes and quantities.
    pub(crate) fn new(model: &Model, outcomes: &[Target], followed: &[Target]) -> Self {
        let weeks = model.calendar.weeks;
        let mut slots: Vec<Vec<Slot>> = model
            .elements
            .iter()
            .map(|element| vec![Slot::Neither; element.over.instances.len()])
            .collect();
        let events: Vec<EventTally> = instances(model, |kind| matches!(kind, Kind::Event(_)))
            .into_iter()
            .map(|target| EventTally { target, first: WeekHistogram::new(weeks), times: 0 })
            .collect();
        let choices: Vec<ChoiceTally> = instances(model, |kind| matches!(kind, Kind::Decision(_)))
            .into_iter()
            .map(|target| ChoiceTally::new(model, target))
            .collect();
        for (number, event) in events.iter().enumerate() {
            slots[event.target.element.0][event.target.instance] = Slot::Event(number);
        }
        for (number, choice) in choices.iter().enumerate() {
            slots[choice.target.element.0][choice.target.instance] = Slot::Choice(number);
        }
        Self {
            histories: 0,
            run: 0,
            outcomes: outcomes.iter().map(|target| OutcomeTally::new(model, *target)).collect(),
            scales: outcomes.iter().map(|target| scale_of(model, *target)).collect(),
            events,
            choices,
            series: followed.iter().map(|target| SeriesTally::new(model, *target)).collect(),
            met: BTreeMap::new(),
            slots,
            first_weeks: Vec::new(),
            first_answers: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Adds a sheaf. Sheaves come in order of history.
    pub(crate) fn add(&mut self, model: &Model, sheaf: &Sheaf) {
        self.add_all_but_series(model, sheaf);
        for (tally, values) in self.series.iter_mut().zip(&sheaf.series) {
            tally.add(values, sheaf.size);
        }
    }

    /// The same of a sheaf that is wanted no more. Its series are counted by and by, at the latest by
    /// [`Tally::settle`]; gives the room of those that were.
    pub(crate) fn take(&mut self, model: &Model, sheaf: Sheaf) -> Vec<Vec<f64>> {
        self.add_all_but_series(model, &sheaf);
        self.waiting.push((sheaf.size, sheaf.series));
        if self.waiting.len() < TOGETHER { Vec::new() } else { self.settle() }
    }

    /// Counts the series that wait, and gives their room.
    pub(crate) fn settle(&mut self) -> Vec<Vec<f64>> {
        let waiting = std::mem::take(&mut self.waiting);
        for (number, tally) in self.series.iter_mut().enumerate() {
            for (week, histogram) in tally.by_week.iter_mut().enumerate() {
                for (size, series) in &waiting {
                    let values = series[number].get(week * size..(week + 1) * size);
                    histogram.add_all(values.unwrap_or_default(), tally.scale);
                }
            }
        }
        waiting.into_iter().flat_map(|(_, series)| series).collect()
    }

    fn add_all_but_series(&mut self, model: &Model, sheaf: &Sheaf) {
        self.histories += sheaf.size as u64;
        self.run += sheaf.run as u64;
        for ((tally, scale), values) in
            self.outcomes.iter_mut().zip(&self.scales).zip(&sheaf.outcomes)
        {
            values.iter().for_each(|value| tally.add(value / scale));
        }
        for deeds in &sheaf.deeds {
            self.add_deeds(model, deeds);
        }
        if let Some(counted) = &sheaf.counted {
            self.add_counted(counted);
        }
        for (what, times) in &sheaf.met {
            *self.met.entry(*what).or_default() += times;
        }
    }

    fn add_deeds(&mut self, model: &Model, deeds: &[Deed]) {
        let mut events = std::mem::take(&mut self.first_weeks);
        let mut choices = std::mem::take(&mut self.first_answers);
        events.clear();
        events.resize(self.events.len(), None);
        choices.iter_mut().for_each(Vec::clear);
        choices.resize(self.choices.len(), Vec::new());
        for deed in deeds {
            match (self.slots[deed.target.element.0][deed.target.instance], deed.answer) {
                (Slot::Event(number), _) => {
                    self.events[number].times += 1;
                    events[number].get_or_insert(deed.week);
                }
                (Slot::Choice(number), Some(answer)) => {
                    let choice = &mut self.choices[number];
                    choices[number].resize(choice.alternatives.len(), None);
                    if let (Some(first), Some(times)) =
                        (choices[number].get_mut(answer), choice.times.get_mut(answer))
                    {
                        first.get_or_insert(deed.week);
                        *times += 1;
                    }
                }
                _ => debug_assert!(false, "{} does nothing", model.full_name(deed.target)),
            }
        }
        for (tally, week) in self.events.iter_mut().zip(&events) {
            tally.first.add(*week);
        }
        for (tally, weeks) in self.choices.iter_mut().zip(&choices) {
            tally.put.add(!weeks.is_empty());
            for (number, first) in tally.alternatives.iter_mut().enumerate() {
                first.add(weeks.get(number).copied().flatten());
            }
        }
        (self.first_weeks, self.first_answers) = (events, choices);
    }

    /// The same of deeds that were counted as they were done.
    fn add_counted(&mut self, counted: &Counted) {
        let Counted { times, done, first, all } = counted;
        let of_choices = self.choices.iter_mut().flat_map(|one| &mut one.times);
        let each = self.events.iter_mut().map(|one| &mut one.times).chain(of_choices);
        each.zip(times).for_each(|(sum, times)| *sum += times);
        let mut answers = done[self.events.len()..].iter();
        for tally in &mut self.choices {
            let own = answers.by_ref().take(tally.alternatives.len());
            let put = own.fold(0, |put, lanes| put | lanes);
            tally.put.add_many(many(put), many(*all));
        }
        let of_choices = self.choices.iter_mut().flat_map(|one| &mut one.alternatives);
        let mut weeks: Vec<&mut WeekHistogram> =
            self.events.iter_mut().map(|one| &mut one.first).chain(of_choices).collect();
        for (own, done) in weeks.iter_mut().zip(done) {
            own.add_many(None, many(all & !done));
        }
        for (place, week, histories) in first {
            weeks[*place].add_many(Some(*week), *histories);
        }
    }
}

impl OutcomeTally {
    /// An empty one for an outcome.
    pub(crate) fn new(model: &Model, target: Target) -> Self {
        let Kind::Outcome(outcome) = &model.element(target.element).kind else {
            return Self::Number(Moments::default(), FineHistogram::default());
        };
        match &outcome.is.gives {
            Type::Truth => Self::Truth(Proportion::default()),
            Type::Date => Self::Date(WeekHistogram::new(model.calendar.weeks)),
            Type::Member(root) => Self::Member(vec![0; model.set(*root).roll.len()], 0),
            Type::Number(_) => Self::Number(Moments::default(), FineHistogram::default()),
        }
    }

    /// Counts one history's value, already in the outcome's unit.
    pub(crate) fn add(&mut self, value: f64) {
        match self {
            Self::Truth(proportion) => proportion.add(value != 0.0),
            Self::Number(moments, histogram) => {
                moments.add(value);
                histogram.add(value);
            }
            Self::Date(weeks) => weeks.add(week_of_value(value)),
            Self::Member(members, none) => match members.get_mut(value as usize) {
                Some(count) if value >= 0.0 => *count += 1,
                _ => *none += 1,
            },
        }
    }
}

/// How many base units an outcome's own unit holds; 1 for a truth, a date or a member.
pub(crate) fn scale_of(model: &Model, outcome: Target) -> f64 {
    match &model.element(outcome.element).kind {
        Kind::Outcome(outcome) if matches!(outcome.is.gives, Type::Number(_)) => outcome.unit.scale,
        _ => 1.0,
    }
}

/// A week from the number it is held as; never is infinity.
pub(crate) fn week_of_value(value: f64) -> Option<u32> {
    (0.0..1e9).contains(&value).then_some(value as u32)
}

impl ChoiceTally {
    fn new(model: &Model, target: Target) -> Self {
        let count = alternatives(model, target.element);
        Self {
            target,
            put: Proportion::default(),
            alternatives: vec![WeekHistogram::new(model.calendar.weeks); count],
            times: vec![0; count],
        }
    }
}

impl SeriesTally {
    fn new(model: &Model, target: Target) -> Self {
        let scale = unit_of(model, target).map_or(1.0, |unit| unit.scale);
        let by_week = vec![FineHistogram::default(); model.calendar.weeks as usize];
        Self { target, by_week, scale }
    }

    fn add(&mut self, values: &[f64], size: usize) {
        for (histogram, week) in self.by_week.iter_mut().zip(values.chunks(size.max(1))) {
            histogram.add_all(week, self.scale);
        }
    }
}
