//! The record as a plan: what each week owes each event and each decision.

mod worlds;

use detente_engine::{AnswerDue, EventDue, Guidance};
use detente_model::{Expr, Level, Measure, Model, Place, Unit, Week};
use worlds::*;

const NONE_MET: fn(usize) -> bool = |_| false;
const ALL_MET: fn(usize) -> bool = |_| true;

fn model() -> Model {
    let options = [("no", 0.0), ("yes", 0.0), ("perhaps", 0.0)];
    let mut model = world(
        30,
        vec![
            event("covered", 0.1),
            event("free", 0.1),
            event("named", 0.1),
            decision("asked", 13, &options),
            decision("unasked", 13, &options),
        ],
    );
    cover(&mut model, "covered", 2, 25);
    cover(&mut model, "asked", 0, 20);
    happened(&mut model, "covered", 10, 5);
    happened(&mut model, "named", 12, 1);
    answered(&mut model, "asked", 1, 15, 3);
    model
}

fn event_dues(guidance: &Guidance, plan: usize, met: fn(usize) -> bool) -> Vec<EventDue> {
    (0..30).map(|week| guidance.event_due(&guidance.events[plan], week, met)).collect()
}

#[test]
fn a_window_is_the_events_own_until_its_last_week() {
    let guidance = Guidance::of(&model(), None);
    assert_eq!(guidance.events.len(), 2, "what is neither covered nor named has no plan");
    let unmet = event_dues(&guidance, 0, NONE_MET);
    for (week, due) in unmet.into_iter().enumerate() {
        let expected = match week {
            0 | 1 | 25.. => EventDue::Free,
            8..=11 => EventDue::OwnDice(0),
            12 => EventDue::Must(0),
            _ => EventDue::Absent,
        };
        assert_eq!(due, expected, "week {week}");
    }
    let met = event_dues(&guidance, 0, ALL_MET);
    assert!(
        met[8..=12].iter().all(|due| *due == EventDue::Absent),
        "once met, the rest is absence"
    );
}

#[test]
fn an_entry_without_coverage_says_nothing_of_other_weeks() {
    let guidance = Guidance::of(&model(), None);
    let dues = event_dues(&guidance, 1, NONE_MET);
    assert_eq!(dues.iter().filter(|due| **due != EventDue::Free).count(), 1);
    assert_eq!(dues[12], EventDue::Must(1));
    assert_eq!(guidance.expected[1].opens, 12);
}

#[test]
fn the_first_asking_in_a_window_is_answered_as_recorded_and_no_other() {
    let guidance = Guidance::of(&model(), None);
    let plan = &guidance.decisions[0];
    let due = |week: Week, met| guidance.answer_due(plan, week, met);
    assert_eq!(due(13, NONE_MET), AnswerDue::Otherwise(0));
    for week in 14..=16 {
        assert_eq!(due(week, NONE_MET), AnswerDue::Take { expected: 2, answer: 1 });
        assert_eq!(due(week, ALL_MET), AnswerDue::Otherwise(0));
    }
    assert_eq!(due(20, NONE_MET), AnswerDue::Free);
    assert_eq!(guidance.closing_in(16), 2..3);
    assert!(guidance.closing_in(15).is_empty());
}

#[test]
fn a_choice_is_held_against_the_day_it_was_decided() {
    let mut model = model();
    for entry in &mut model.record.entries {
        entry.decided = Some(monday(5));
    }
    let guidance = Guidance::of(&model, None);
    let weeks: Vec<Week> = guidance.expected.iter().map(|one| one.closes).collect();
    assert_eq!(weeks, [6, 12, 12], "events by date, the choice by decision");
}

#[test]
fn overlapping_windows_are_met_in_the_order_in_which_they_close() {
    let mut model = world(30, vec![event("strike", 0.1)]);
    happened(&mut model, "strike", 10, 9);
    happened(&mut model, "strike", 11, 1);
    let guidance = Guidance::of(&model, None);
    let due =
        |week, met: &[usize]| guidance.event_due(&guidance.events[0], week, |n| met.contains(&n));
    assert_eq!(due(6, &[]), EventDue::OwnDice(1), "the wide window opens first");
    assert_eq!(due(11, &[]), EventDue::Must(0));
    assert_eq!(due(11, &[1]), EventDue::Must(0));
    assert_eq!(due(13, &[0]), EventDue::OwnDice(1));
    assert_eq!(due(14, &[0]), EventDue::Must(1));
    assert_eq!(due(14, &[0, 1]), EventDue::Free);
}

#[test]
fn what_comes_after_the_day_is_not_told() {
    let told = |until| Guidance::of(&model(), Some(until));
    assert_eq!(told(10).expected.len(), 0, "the entry's own week is not before the day");
    let dues = event_dues(&told(10), 0, NONE_MET);
    assert!(dues[2..10].iter().all(|due| *due == EventDue::Absent));
    assert!(dues[10..].iter().all(|due| *due == EventDue::Free));
    let dues = event_dues(&told(11), 0, NONE_MET);
    assert_eq!(dues[9..12], [EventDue::OwnDice(0), EventDue::Must(0), EventDue::Free]);
    assert_eq!(told(99), Guidance::of(&model(), None));
}

#[test]
fn a_level_is_due_when_all_of_it_is_past() {
    let mut model = model();
    let level = |expr| Level {
        id: String::new(),
        subsystem: String::new(),
        title: String::new(),
        is: number(expr),
        value: 1.0,
        error: 1.0,
        unit: Unit::one(),
        sources: Vec::new(),
        place: Place::default(),
    };
    let read = || Expr::Constant(1.0);
    let measures = [
        Measure::SumOver(read(), 3, 9),
        Measure::At(read(), 9),
        Measure::Correlation(read(), read()),
        Measure::MaxOver(read(), 0, 400),
    ];
    model.record.levels =
        measures.into_iter().map(|measure| level(Expr::Measure(Box::new(measure)))).collect();
    let weeks = |guidance: &Guidance| -> Vec<(Week, usize)> {
        guidance.levels.iter().map(|due| (due.week, due.level)).collect()
    };
    assert_eq!(weeks(&Guidance::of(&model, None)), [(8, 0), (9, 1), (29, 2), (29, 3)]);
    assert_eq!(weeks(&Guidance::of(&model, Some(9))), [(8, 0)]);
}
