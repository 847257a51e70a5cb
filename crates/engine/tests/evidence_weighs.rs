//! The weights along the record against their closed forms, and the chances behind what was told.

mod worlds;

use detente_chance::choice::choose;
use detente_chance::mood::mood_epoch;
use detente_chance::{Address, HistoryKey, exp, gumbel, ln, uniform, week_probability};
use detente_engine::{Asking, AtStake, Evidence, Guidance, Impossible, LevelDue, Lineage};
use detente_model::{Model, Week};
use proptest::prelude::*;
use worlds::*;

const WEEKS: u32 = 20;

/// Runs one event at this hazard (`None`: not at risk) along a guidance, and says when it happened.
fn run_event(
    guidance: &Guidance,
    evidence: &mut Evidence,
    lane: usize,
    hazard: impl Fn(Week) -> Option<f64>,
) -> Vec<Week> {
    let key = HistoryKey::new(3, lane as u64);
    let mut weeks = Vec::new();
    for week in 0..WEEKS {
        let u = uniform(key, Address { name: 1, time: week, slot: 1 });
        let at = AtStake { plan: 0, lane, week, hazard: hazard(week) };
        let chance = evidence.event_chance(guidance, at, u);
        if chance < week_probability(hazard(week).unwrap_or(0.0)) {
            weeks.push(week);
        }
    }
    weeks
}

fn covered_event(week: Week, window: u32) -> Model {
    let mut model = world(WEEKS, vec![event("rising", 0.1)]);
    cover(&mut model, "rising", 0, WEEKS);
    happened(&mut model, "rising", week, window);
    model
}

#[test]
fn an_event_in_its_week_and_its_absence_elsewhere() {
    let guidance = Guidance::of(&covered_event(10, 1), None);
    let mut evidence = Evidence::new(&guidance, 8);
    for lane in 0..8 {
        assert_eq!(run_event(&guidance, &mut evidence, lane, |_| Some(0.3)), [10]);
        let expected = -0.3 * 19.0 + ln(1.0 - exp(-0.3));
        assert!((evidence.log_weights()[lane] - expected).abs() < 1e-12);
    }
    for week in 0..WEEKS {
        evidence.close_week(&guidance, week, 0..8);
    }
    assert!(evidence.failures().iter().all(Option::is_none));
}

/// The mean weight is the probability of what was recorded: one rising in the five weeks, none else.
#[test]
fn a_window_weighs_what_it_should_on_the_mean() {
    const LANES: usize = 60_000;
    let (h, p) = (0.1, week_probability(0.1));
    let guidance = Guidance::of(&covered_event(10, 5), None);
    let mut evidence = Evidence::new(&guidance, LANES);
    let mut in_week = [0.0; WEEKS as usize];
    for lane in 0..LANES {
        let weeks = run_event(&guidance, &mut evidence, lane, |_| Some(h));
        assert_eq!(weeks.len(), 1);
        in_week[weeks[0] as usize] += exp(evidence.log_weights()[lane]);
    }
    let each = p * exp(-h * 19.0);
    for (week, sum) in in_week.iter().enumerate().skip(8).take(5) {
        let share = sum / LANES as f64;
        // In the last week every history that comes so far is made to follow.
        assert!((share / each - 1.0).abs() < 0.07, "week {week}: {share}, not {each}");
    }
    let total: f64 = in_week.iter().sum::<f64>() / LANES as f64;
    assert!((total / (5.0 * each) - 1.0).abs() < 0.02, "{total}");
}

#[test]
fn a_history_that_cannot_follow_weighs_nothing_and_says_why() {
    let guidance = Guidance::of(&covered_event(10, 3), None);
    let mut evidence = Evidence::new(&guidance, 3);
    run_event(&guidance, &mut evidence, 0, |_| None);
    run_event(&guidance, &mut evidence, 1, |week| Some(if week == 4 { 31.0 } else { 0.1 }));
    run_event(&guidance, &mut evidence, 2, |_| Some(0.1));
    assert_eq!(evidence.log_weights()[..2], [f64::NEG_INFINITY; 2]);
    let [not_at_risk, certain] = [0, 1].map(|lane| evidence.failures()[lane].expect("a failure"));
    assert_eq!((not_at_risk.week, not_at_risk.entry), (11, Some(0)));
    assert_eq!(not_at_risk.how, Impossible::NotAtRisk);
    assert_eq!((certain.week, certain.entry, certain.how), (4, None, Impossible::Certain));
    assert_eq!(evidence.failures()[2], None);
}

#[test]
fn what_is_never_brought_before_it_fails_at_the_end_of_its_window() {
    let mut model = covered_event(10, 3);
    let ask = decision("asked", 13, &[("no", 0.0), ("yes", 0.0)]);
    model.elements.insert(0, ask);
    model.record.entries.clear();
    model.record.coverage.clear();
    answered(&mut model, "asked", 1, 7, 3);
    let guidance = Guidance::of(&model, None);
    let mut evidence = Evidence::new(&guidance, 2);
    for week in 0..8 {
        evidence.close_week(&guidance, week, 0..2);
        assert_eq!(evidence.failures(), [None, None]);
    }
    let (logits, uniforms) = ([0.0, 0.0], [0.9, 0.5]);
    let order = [0, 1];
    let asking = Asking { plan: 0, lane: 1, week: 8, epoch: 0, order: &order, logits: &logits };
    assert_eq!(evidence.answer(&guidance, asking, || uniforms.to_vec()), 1);
    evidence.close_week(&guidance, 8, 0..2);
    assert_eq!(evidence.failures()[0].map(|failure| failure.how), Some(Impossible::NotAsked));
    assert_eq!(evidence.failures()[1], None);
    assert!((evidence.log_weights()[1] - ln(0.5)).abs() < 1e-15);
}

#[test]
fn a_level_weighs_its_normal_density() {
    let guidance = Guidance::of(&covered_event(10, 3), None);
    let mut evidence = Evidence::new(&guidance, 1);
    let level = LevelDue { week: 3, level: 0, value: 331.0, error: 5.0, unweighed: false };
    evidence.level(&level, 0, 341.0);
    let density = exp(-2.0) / (5.0 * std::f64::consts::TAU.sqrt());
    assert!((evidence.log_weights()[0] - ln(density)).abs() < 1e-12);
}

#[test]
fn a_copy_goes_on_from_where_its_parent_is() {
    let guidance = Guidance::of(&covered_event(10, 3), None);
    let mut evidence = Evidence::new(&guidance, 3);
    run_event(&guidance, &mut evidence, 0, |_| None);
    run_event(&guidance, &mut evidence, 2, |_| Some(0.1));
    evidence.gather(&[2, 1, 2]);
    assert_eq!(evidence.log_weights(), [0.0; 3]);
    assert!(evidence.failures().iter().all(Option::is_none));
    for week in 0..WEEKS {
        evidence.close_week(&guidance, week, 0..3);
    }
    let followed: Vec<bool> = evidence.failures().iter().map(Option::is_none).collect();
    assert_eq!(followed, [true, false, true], "the parent's entry is met, the other's is not");
}

fn logits() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let weight = prop_oneof![6 => -3.0..3.0f64, 2 => -60.0..60.0f64, 1 => Just(f64::NEG_INFINITY)];
    prop::collection::vec(prop::collection::vec(weight, 3), WEEKS as usize)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever is told of a decision with moods, and wherever it runs free between, the chances kept
    /// give the same answers.
    #[test]
    fn the_chances_behind_answers_answer_again(
        asked in logits(),
        told in prop::collection::vec((0u32..WEEKS, 0usize..3), 0..4),
        covered in (0u32..WEEKS, 0u32..WEEKS),
        mood in 1u32..14,
        history: u64,
    ) {
        let options = [("no", 0.0), ("perhaps", 0.0), ("yes", 0.0)];
        let mut model = world(WEEKS, vec![decision("asked", mood, &options)]);
        cover(&mut model, "asked", covered.0.min(covered.1), covered.0.max(covered.1) + 1);
        for (week, answer) in told {
            answered(&mut model, "asked", answer, week, 3);
        }
        let guidance = Guidance::of(&model, None);
        let mut evidence = Evidence::keeping(&guidance, &[Lineage::new(history)]);
        let key = HistoryKey::new(11, history);
        // Author's order and the order of name differ.
        let order = [2, 0, 1];
        let uniforms_of = |epoch| [0, 1, 2].map(|slot| {
            uniform(key, Address { name: 5, time: epoch, slot })
        });
        let mut answers = Vec::new();
        for (week, logits) in (0..).zip(&asked) {
            if logits.iter().all(|logit| *logit == f64::NEG_INFINITY) {
                answers.push(None);
                continue;
            }
            let epoch = mood_epoch(week, 2, mood);
            let asking = Asking {
                plan: 0, lane: 0, week, epoch, order: &order, logits,
            };
            answers.push(Some(evidence.answer(&guidance, asking, || uniforms_of(epoch).to_vec())));
            evidence.close_week(&guidance, week, 0..1);
        }
        let chances = evidence.clone().into_chances().expect("kept");
        for (week, (logits, answer)) in (0..).zip(asked.iter().zip(answers)) {
            let Some(answer) = answer else { continue };
            let epoch = mood_epoch(week, 2, mood);
            let addressed = uniforms_of(epoch).map(gumbel);
            let gumbels = match chances.mood(target(&model, "asked"), epoch, 0) {
                Some(kept) => order.map(|alternative| kept[alternative]),
                None => addressed,
            };
            prop_assert_eq!(choose(logits, &gumbels), Some(answer), "week {}", week);
        }
    }

    #[test]
    fn the_chances_behind_events_bring_them_again(
        hazards in prop::collection::vec(
            prop_oneof![5 => (0.0..1.0f64).prop_map(Some), 1 => Just(Some(31.0)), 2 => Just(None)],
            WEEKS as usize,
        ),
        told in prop::collection::vec((0u32..WEEKS, 0u32..4), 0..4),
        covered in (0u32..WEEKS, 0u32..WEEKS),
    ) {
        let mut model = world(WEEKS, vec![event("rising", 0.1)]);
        cover(&mut model, "rising", covered.0.min(covered.1), covered.0.max(covered.1) + 1);
        for (week, half) in told {
            happened(&mut model, "rising", week, 2 * half + 1);
        }
        let guidance = Guidance::of(&model, None);
        let mut evidence = Evidence::keeping(&guidance, &[Lineage::new(0)]);
        let weeks = run_event(&guidance, &mut evidence, 0, |week| hazards[week as usize]);
        let chances = evidence.into_chances().expect("kept");
        let rising = target(&model, "rising");
        let key = HistoryKey::new(3, 0);
        for week in 0..WEEKS {
            let u = uniform(key, Address { name: 1, time: week, slot: 1 });
            let p = week_probability(hazards[week as usize].unwrap_or(0.0));
            let again = chances.event(rising, week, 0).chance(u) < p;
            prop_assert_eq!(again, weeks.contains(&week), "week {}", week);
        }
    }
}
