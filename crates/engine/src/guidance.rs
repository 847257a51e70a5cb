//! The record as a plan: what a guided run owes each event and each decision, week by week.
//!
//! A [`Guidance`] is data. It says nothing of how likely the record is under the model; the evidence
//! gathered along a run does.

use detente_model::{
    Expr, Happening, Kind, Level, Measure, Model, RecordEntry, Span, Target, Tie, Week,
};

/// The record up to a week, as what it asks of each element.
#[derive(Debug, Clone, PartialEq)]
pub struct Guidance {
    /// The first week that runs free.
    pub until: Week,
    /// Every entry that is tied to the model and lies before `until`, in order of its closing.
    pub expected: Vec<Expected>,
    /// The events that the record covers or names, in order of target.
    pub events: Vec<Plan>,
    /// The decisions that the record covers or names, in order of target.
    pub decisions: Vec<Plan>,
    /// The measured quantities known before `until`, in order of the week.
    pub levels: Vec<LevelDue>,
}

/// An entry of the record, with the weeks in which it may be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its number in [`detente_model::Record::entries`].
    pub entry: usize,
    /// What is to happen.
    pub what: Tie,
    /// The first week of its window.
    pub opens: Week,
    /// The last week of its window.
    pub closes: Week,
    /// Whether histories neither gain nor lose weight by it (see [`Guidance::unweighed`]).
    pub unweighed: bool,
}

/// What the record says of one event or one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Which.
    pub target: Target,
    /// The weeks in which absence is data.
    pub covered: Vec<Span>,
    /// Its entries, as numbers in [`Guidance::expected`], in order of their closing.
    pub expected: Vec<usize>,
    /// A decision's answer that is no answer.
    pub otherwise: Option<usize>,
    /// Whether it is an event whose time is fixed, so that chance has no part in it.
    pub fixed: bool,
}

/// A measured quantity, and the week at whose end it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelDue {
    /// The last week that its measure takes in.
    pub week: Week,
    /// Its number in [`detente_model::Record::levels`].
    pub level: usize,
    /// Its value, in base units.
    pub value: f64,
    /// One standard error, in base units.
    pub error: f64,
    /// Whether histories neither gain nor lose weight by it (see [`Guidance::unweighed`]).
    pub unweighed: bool,
}

/// What a guided run owes an event in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventDue {
    /// Nothing: it runs free and weighs nothing.
    Free,
    /// It may not happen, and that is data.
    Absent,
    /// An entry's window is open: its own dice decide and weigh nothing; if it happens the entry (a
    /// number in [`Guidance::expected`]) is met.
    OwnDice(usize),
    /// The window of an entry that was not met closes: it must happen, and that is data.
    Must(usize),
}

/// What a guided run owes a decision that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerDue {
    /// Nothing: it is answered freely and weighs nothing.
    Free,
    /// The answer that is no answer, a number in the decision's alternatives.
    Otherwise(usize),
    /// An entry's answer.
    Take {
        /// The entry, a number in [`Guidance::expected`].
        expected: usize,
        /// The answer, a number in the decision's alternatives.
        answer: usize,
    },
}

impl Guidance {
    /// The record of `model` up to the week `until` (excluded), or the whole of it.
    ///
    /// An entry counts if its own week comes before `until`; its window is cut off there, since by
    /// then it had happened. A level counts if all that it measures comes before.
    pub fn of(model: &Model, until: Option<Week>) -> Self {
        let weeks = model.calendar.weeks;
        let until = until.map_or(weeks, |week| week.min(weeks));
        let of_entry = |(entry, said)| Expected::of(model, entry, said, until);
        let mut expected: Vec<Expected> =
            model.record.entries.iter().enumerate().filter_map(of_entry).collect();
        expected.sort_by_key(|one| (one.closes, one.opens, one.entry));

        let mut targets: Vec<Target> = expected.iter().map(|one| target_of(&one.what)).collect();
        for coverage in &model.record.coverage {
            let element = coverage.of.element;
            let one = |&instance: &usize| Target { element, instance };
            targets.extend(coverage.of.instances.iter().map(one));
        }
        targets.sort_unstable();
        targets.dedup();
        let plans_for = |wanted: fn(&Kind) -> bool| {
            let of_kind = |target: &&Target| wanted(&model.element(target.element).kind);
            let plan = |&target: &Target| Plan::of(model, target, &expected, until);
            targets.iter().filter(of_kind).map(plan).collect()
        };
        let events = plans_for(|kind| matches!(kind, Kind::Event(_)));
        let decisions = plans_for(|kind| matches!(kind, Kind::Decision(_)));

        let due = |(level, said): (usize, &Level)| {
            let (week, value, error) = (last_week(said, weeks), said.value, said.error);
            LevelDue { week, level, value, error, unweighed: false }
        };
        let mut levels: Vec<LevelDue> = model.record.levels.iter().enumerate().map(due).collect();
        levels.retain(|one| one.week < until);
        levels.sort_by_key(|one| (one.week, one.level));
        Self { until, expected, events, decisions, levels }
    }

    /// Leaves entries (numbers in [`detente_model::Record::entries`]) and levels unweighed.
    ///
    /// Histories are still led along such an entry where they can be, as if somebody intervened, and
    /// go on as they are where they cannot; either way their weight stays as it was. So what they weigh
    /// is the probability of the rest of the record where these entries are given.
    #[must_use]
    pub fn unweighed(
        mut self,
        entries: impl Fn(usize) -> bool,
        levels: impl Fn(usize) -> bool,
    ) -> Self {
        self.expected.iter_mut().for_each(|one| one.unweighed = entries(one.entry));
        self.levels.iter_mut().for_each(|one| one.unweighed = levels(one.level));
        self
    }

    /// What the record asks of an event in a week; `met` says which of [`Guidance::expected`] were met in
    /// weeks before.
    pub fn event_due(&self, plan: &Plan, week: Week, met: impl Fn(usize) -> bool) -> EventDue {
        if week >= self.until {
            return EventDue::Free;
        }
        match self.open_in(plan, week).find(|&number| !met(number)) {
            Some(number) if self.expected[number].closes == week => EventDue::Must(number),
            Some(number) => EventDue::OwnDice(number),
            None if plan.covers(week) => EventDue::Absent,
            None => EventDue::Free,
        }
    }

    /// What the record asks of an event in a week, where that is the same in all histories: outside its
    /// windows.
    pub fn event_due_in_all(&self, plan: &Plan, week: Week) -> Option<EventDue> {
        if week >= self.until {
            return Some(EventDue::Free);
        }
        let outside = self.open_in(plan, week).next().is_none();
        outside.then(|| if plan.covers(week) { EventDue::Absent } else { EventDue::Free })
    }

    /// What the record asks of a decision that is put in a week; `met` as in [`Guidance::event_due`].
    ///
    /// The first asking in a window takes the entry's answer. Later ones there, and those that are
    /// covered without an entry, are answered by `otherwise`, where the decision has one.
    pub fn answer_due(&self, plan: &Plan, week: Week, met: impl Fn(usize) -> bool) -> AnswerDue {
        if week >= self.until {
            return AnswerDue::Free;
        }
        let mut in_window = false;
        for number in self.open_in(plan, week) {
            in_window = true;
            if let (false, Tie::Choice(_, answer)) = (met(number), &self.expected[number].what) {
                return AnswerDue::Take { expected: number, answer: *answer };
            }
        }
        match plan.otherwise {
            Some(answer) if in_window || plan.covers(week) => AnswerDue::Otherwise(answer),
            _ => AnswerDue::Free,
        }
    }

    /// Whether the record asks nothing of a decision in a week, in any history.
    pub fn answers_freely(&self, plan: &Plan, week: Week) -> bool {
        let told = plan.otherwise.is_some() && plan.covers(week);
        week >= self.until || !told && self.open_in(plan, week).next().is_none()
    }

    /// A plan's entries whose windows hold a week, in order of their closing.
    fn open_in(&self, plan: &Plan, week: Week) -> impl Iterator<Item = usize> {
        let open = move |one: &Expected| one.opens <= week && week <= one.closes;
        plan.expected.iter().copied().filter(move |&number| open(&self.expected[number]))
    }

    /// The number in [`Guidance::events`] of an event's plan, if the record has one.
    pub fn event_plan(&self, event: Target) -> Option<usize> {
        self.events.binary_search_by_key(&event, |plan| plan.target).ok()
    }

    /// The number in [`Guidance::decisions`] of a decision's plan, if the record has one.
    pub fn decision_plan(&self, decision: Target) -> Option<usize> {
        self.decisions.binary_search_by_key(&decision, |plan| plan.target).ok()
    }

    /// The entries whose windows close in a week, as numbers in [`Guidance::expected`].
    pub fn closing_in(&self, week: Week) -> std::ops::Range<usize> {
        let from = self.expected.partition_point(|one| one.closes < week);
        from..self.expected.partition_point(|one| one.closes <= week)
    }
}

impl Expected {
    /// What an entry asks, if it is tied, inside the calendar and before `until`.
    fn of(model: &Model, entry: usize, said: &RecordEntry, until: Week) -> Option<Self> {
        let what = said.tie.clone()?;
        let date = match what {
            Tie::Choice(..) => said.decided.unwrap_or(said.date),
            Tie::Event(_) => said.date,
        };
        let week = model.calendar.week_of(date).filter(|&week| week < until)?;
        let half = said.window.saturating_sub(1) / 2;
        let closes = week.saturating_add(half).min(until - 1);
        Some(Self { entry, what, opens: week.saturating_sub(half), closes, unweighed: false })
    }
}

impl Plan {
    fn of(model: &Model, target: Target, expected: &[Expected], until: Week) -> Self {
        let clip = |span: Span| Span { from: span.from, until: span.until.min(until) };
        let covers = |coverage: &&detente_model::Coverage| {
            coverage.of.element == target.element
                && coverage.of.instances.contains(&target.instance)
        };
        let coverage = model.record.coverage.iter().filter(covers);
        let spans = coverage.map(|one| clip(Span { from: one.from, until: one.until }));
        let own = |(_, one): &(usize, &Expected)| target_of(&one.what) == target;
        Self {
            target,
            covered: spans.filter(|span| span.from < span.until).collect(),
            expected: expected.iter().enumerate().filter(own).map(|(number, _)| number).collect(),
            otherwise: match &model.element(target.element).kind {
                Kind::Decision(decision) => decision.otherwise,
                _ => None,
            },
            fixed: match &model.element(target.element).kind {
                Kind::Event(event) => matches!(event.happening, Happening::On(_)),
                _ => false,
            },
        }
    }

    /// Whether absence is data in a week.
    pub fn covers(&self, week: Week) -> bool {
        self.covered.iter().any(|span| span.holds(week))
    }
}

/// The instance that an entry is about.
pub(crate) fn target_of(what: &Tie) -> Target {
    match what {
        Tie::Event(target) | Tie::Choice(target, _) => *target,
    }
}

/// The last week that a level's measure takes in; what is read outside a measure is read at the end.
fn last_week(level: &Level, weeks: u32) -> Week {
    last_week_read(&level.is.expr, weeks).unwrap_or(0).min(weeks.saturating_sub(1))
}

/// `None` for what no week decides.
fn last_week_read(expr: &Expr, weeks: u32) -> Option<Week> {
    let among = |parts: &[&Expr]| parts.iter().filter_map(|one| last_week_read(one, weeks)).max();
    match expr {
        Expr::Constant(_) | Expr::Binder(_) => None,
        Expr::Unary(_, inner) => among(&[inner]),
        Expr::Attribute { of, .. } => among(&[of]),
        Expr::Binary(_, left, right) => among(&[left, right]),
        Expr::If(condition, first, second) => among(&[condition, first, second]),
        Expr::Fold(fold) => {
            let filter = fold.filter.as_ref().and_then(|filter| last_week_read(filter, weeks));
            filter.max(last_week_read(&fold.body, weeks))
        }
        Expr::Call(_, arguments) => {
            arguments.iter().filter_map(|one| last_week_read(one, weeks)).max()
        }
        Expr::Measure(measure) => Some(match measure.as_ref() {
            Measure::By(_, week) | Measure::At(_, week) => *week,
            Measure::MeanOver(_, _, end)
            | Measure::SumOver(_, _, end)
            | Measure::MaxOver(_, _, end)
            | Measure::DateOfMax(_, _, end) => end.saturating_sub(1),
            Measure::DateOf(_) | Measure::Correlation(..) => weeks,
        }),
        Expr::Read(_)
        | Expr::Last(_)
        | Expr::Result(..)
        | Expr::Draw(_)
        | Expr::Week
        | Expr::Happened(_)
        | Expr::Times(_)
        | Expr::WeeksSince(_)
        | Expr::Recency(..)
        | Expr::Chose(..)
        | Expr::Hazard(_) => Some(weeks),
    }
}
