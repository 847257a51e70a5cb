//! Moods: the likelihood of answers against brute force, and how often an option is ever taken.

use detente_chance::choice::choose;
use detente_chance::mood::{MoodEvidence, mood_epoch, mood_offset};
use detente_chance::{Address, HistoryKey, gumbel, hash_name, hash_slot, ln, uniform};
use proptest::prelude::*;

const HISTORIES: u64 = 100_000;
const ABSENT: f64 = f64::NEG_INFINITY;

/// An asking: its logits, and the option that was taken.
type Asking = (&'static [f64], usize);

/// A story of askings within one mood.
struct Story {
    what: &'static str,
    askings: &'static [Asking],
}

const STORIES: &[Story] = &[
    Story { what: "two options, kept", askings: &[(&[0.0, 0.5], 0), (&[0.0, 0.2], 0)] },
    Story {
        what: "two options: keep, keep, switch",
        askings: &[(&[0.0, -1.0], 0), (&[0.0, -0.3], 0), (&[0.0, 0.9], 1)],
    },
    Story {
        what: "three options: keep, keep, switch",
        askings: &[(&[0.5, 0.0, 0.2], 0), (&[0.3, 0.4, -1.0], 0), (&[0.0, 1.2, 0.6], 1)],
    },
    Story {
        what: "three options: switch with a rival rising too",
        askings: &[(&[0.0, 0.0, 0.0], 2), (&[0.5, 1.0, 0.0], 0)],
    },
    Story {
        what: "three options: switch and a later asking",
        askings: &[(&[0.2, 0.0, 0.1], 0), (&[0.0, 1.0, 0.7], 1), (&[0.5, 0.6, 1.4], 1)],
    },
    Story {
        what: "four options: switch and switch back",
        askings: &[
            (&[0.2, 0.0, 0.1, -0.5], 0),
            (&[0.0, 1.0, 0.7, 0.6], 3),
            (&[0.8, 0.1, 0.3, 0.2], 0),
        ],
    },
    Story {
        what: "the kept option can no longer be had",
        askings: &[(&[0.0, 0.3, 0.2], 0), (&[ABSENT, 0.1, 0.4], 1), (&[0.0, 0.9, 0.5], 1)],
    },
    Story {
        what: "the new option could not be had before",
        askings: &[(&[0.0, ABSENT, 0.2], 0), (&[0.0, 0.5, 0.1], 1)],
    },
    Story {
        what: "a rival comes and goes",
        askings: &[(&[0.0, 0.0, 0.6], 0), (&[0.1, 0.7, ABSENT], 1), (&[0.1, 0.4, 0.0], 1)],
    },
];

fn uniforms(history: u64, options: usize) -> Vec<f64> {
    let key = HistoryKey::new(1956, history);
    (0..options as u32).map(|slot| uniform(key, Address { name: 9, time: 2, slot })).collect()
}

fn free_gumbels(history: u64, options: usize) -> Vec<f64> {
    uniforms(history, options).into_iter().map(gumbel).collect()
}

fn keeps(askings: &[Asking], gumbels: &[f64]) -> bool {
    askings.iter().all(|&(logits, taken)| choose(logits, gumbels) == Some(taken))
}

/// The product of a story's weights, and the evidence that it leaves.
fn told(askings: &[Asking], uniforms: &[f64]) -> (f64, MoodEvidence) {
    let mut evidence = MoodEvidence::new();
    let weigh = |weight, &(logits, taken): &Asking| {
        weight * evidence.answer(logits, taken, || uniforms.to_vec())
    };
    (askings.iter().fold(1.0, weigh), evidence)
}

/// The mean weight of a story is the share of free moods that answer so.
#[test]
fn the_weight_of_answers_is_how_often_they_are_given_freely() {
    for Story { what, askings } in STORIES {
        let options = askings[0].0.len();
        let (mut given, mut weights, mut squares) = (0u32, 0.0, 0.0);
        for history in 0..HISTORIES {
            given += u32::from(keeps(askings, &free_gumbels(history, options)));
            let (weight, _) = told(askings, &uniforms(history + HISTORIES, options));
            weights += weight;
            squares += weight * weight;
        }
        let n = HISTORIES as f64;
        let (share, mean) = (f64::from(given) / n, weights / n);
        let variance = share * (1.0 - share) + squares / n - mean * mean;
        assert!(share > 0.01, "{what}: too rare a story to test");
        assert!((share - mean).abs() < 5.0 * (variance / n).sqrt(), "{what}: {mean}, not {share}");
    }
}

/// Gumbels drawn behind a story answer it again, and have the means and the later answers that free
/// Gumbels have where they happen to answer so.
#[test]
fn gumbels_behind_answers_are_those_of_rejection_sampling() {
    for Story { what, askings } in STORIES {
        let options = askings[0].0.len();
        let later: Vec<f64> = (0..options).map(|option| 0.4 * (option as f64) - 0.5).collect();
        // For each option its mean Gumbel and how often it answers `later`: free, then drawn.
        let mut counts = [0.0; 2];
        let mut sums = [vec![0.0; options], vec![0.0; options]];
        let mut squares = [vec![0.0; options], vec![0.0; options]];
        let mut answers = [vec![0.0; options], vec![0.0; options]];
        for history in 0..HISTORIES {
            let free = free_gumbels(history, options);
            let u = uniforms(history + HISTORIES, options);
            let (weight, evidence) = told(askings, &u);
            let drawn = evidence.gumbels(|| u.clone());
            assert_eq!(keeps(askings, &drawn), weight > 0.0, "{what}: history {history}");
            for (way, gumbels) in [free, drawn].into_iter().enumerate() {
                if keeps(askings, &gumbels) {
                    counts[way] += 1.0;
                    answers[way][choose(&later, &gumbels).expect("options")] += 1.0;
                    for option in 0..options {
                        sums[way][option] += gumbels[option];
                        squares[way][option] += gumbels[option] * gumbels[option];
                    }
                }
            }
        }
        for option in 0..options {
            let mean = [0, 1].map(|way| sums[way][option] / counts[way]);
            let error = [0, 1].map(|way| {
                (squares[way][option] / counts[way] - mean[way] * mean[way]) / counts[way]
            });
            let off = (mean[0] - mean[1]).abs();
            assert!(off < 5.0 * (error[0] + error[1]).sqrt(), "{what}: option {option}, {mean:?}");
            let share = [0, 1].map(|way| answers[way][option] / counts[way]);
            let error = [0, 1].map(|way| (share[0] * (1.0 - share[0]) + 1e-9) / counts[way]);
            let off = (share[0] - share[1]).abs();
            assert!(off < 5.0 * (error[0] + error[1]).sqrt(), "{what}: later {option}, {share:?}");
        }
    }
}

#[test]
fn two_options_switch_by_the_difference_of_their_shares() {
    // With two options the coupling is monotone: kept at share ¾, then ¼: P(switch) = ½, given kept ⅔.
    let even = [0.5; 2];
    let mut evidence = MoodEvidence::new();
    assert!((evidence.answer(&[ln(3.0), 0.0], 0, || even.to_vec()) - 0.75).abs() < 1e-15);
    assert!((evidence.answer(&[0.0, ln(3.0)], 1, || even.to_vec()) - 2.0 / 3.0).abs() < 1e-15);
    // A rival that has not gained on the option kept cannot take its place.
    let mut evidence = MoodEvidence::new();
    let _ = evidence.answer(&[0.0, 0.5, 0.0], 0, || vec![0.5; 3]);
    let before = evidence.clone();
    assert_eq!(evidence.answer(&[0.0, 0.5, 2.0], 1, || vec![0.5; 3]), 0.0);
    assert_eq!(evidence, before, "an impossible answer is not noted");
    assert_eq!(evidence.answer(&[0.0, ABSENT, 0.0], 1, || vec![0.5; 3]), 0.0);
}

#[test]
fn an_unchanged_question_is_answered_again_for_certain() {
    let mut evidence = MoodEvidence::new();
    let logits = [0.1, 0.2, -0.4];
    let _ = evidence.answer(&logits, 2, || vec![0.3; 3]);
    for _ in 0..10 {
        assert_eq!(evidence.answer(&logits, 2, || vec![0.3; 3]), 1.0);
    }
}

#[test]
fn known_gumbels_weigh_one_or_nothing() {
    let mut evidence = MoodEvidence::with_gumbels(vec![2.0, 0.0]);
    assert_eq!(evidence.answer(&[0.0, 1.0], 0, || vec![0.5; 2]), 1.0);
    assert_eq!(evidence.answer(&[0.0, 1.0], 1, || vec![0.5; 2]), 0.0);
    assert_eq!(evidence.answer(&[0.0, 3.0], 1, || vec![0.5; 2]), 1.0);
    assert_eq!(evidence.gumbels(|| vec![0.5; 2]), [2.0, 0.0]);
}

const SHARE: f64 = 0.12;
const WEEKS: u32 = 104;

/// How often a 12 % option under a mood of 26 weeks is ever taken in 104 weeks, asked first in week 0:
/// exactly, from the epochs met by the askings, over offsets even in 0 … 25.
fn ever_taken(asked_every: u32, mood: u32) -> f64 {
    let of_offset = |offset: u32| {
        let mut epochs: Vec<u32> = (0..WEEKS)
            .step_by(asked_every as usize)
            .map(|week| mood_epoch(week, offset, mood))
            .collect();
        epochs.dedup();
        epochs.iter().fold(1.0, |never, _| never * (1.0 - SHARE))
    };
    1.0 - (0..mood).map(of_offset).sum::<f64>() / f64::from(mood)
}

#[test]
fn a_mood_bounds_how_often_an_option_is_ever_taken() {
    for (asked_every, with_mood, without) in
        [(1, 0.470, 1.000), (6, 0.467, 0.900), (13, 0.436, 0.640)]
    {
        assert!(
            (ever_taken(asked_every, 26) - with_mood).abs() < 5e-4,
            "every {asked_every} weeks"
        );
        assert!((ever_taken(asked_every, 1) - without).abs() < 5e-4, "every {asked_every} weeks");
        let askings = WEEKS.div_ceil(asked_every);
        let plain = (0..askings).fold(1.0, |never, _| never * (1.0 - SHARE));
        assert!((1.0 - plain - without).abs() < 5e-4, "asked afresh every {asked_every} weeks");
    }
}

/// The same by addressed draws: the offset from its own slot, the Gumbels from the epoch's address.
#[test]
fn addressed_moods_take_an_option_as_often_as_they_should() {
    let (name, histories) = (hash_name("answer_to_revolt[gdr]"), 40_000);
    let logits = [ln(SHARE), ln(1.0 - SHARE)];
    let slots = [hash_slot("send_the_army"), hash_slot("wait")];
    for (asked_every, expected) in [(1, 0.470), (6, 0.467), (13, 0.436)] {
        let taken_in = |history: u64| {
            let key = HistoryKey::new(26, history);
            let at = |time, slot| uniform(key, Address { name, time, slot });
            let offset = mood_offset(at(0, hash_slot("offset of mood")), 26);
            (0..WEEKS).step_by(asked_every).any(|week| {
                let epoch = mood_epoch(week, offset, 26);
                choose(&logits, &slots.map(|slot| gumbel(at(epoch, slot)))) == Some(0)
            })
        };
        let share = (0..histories).filter(|&h| taken_in(h)).count() as f64 / histories as f64;
        let error = (expected * (1.0 - expected) / histories as f64).sqrt();
        assert!((share - expected).abs() < 5.0 * error, "every {asked_every} weeks: {share}");
    }
}

#[test]
fn offsets_fall_evenly_and_inside_the_mood() {
    assert_eq!(mood_offset(f64::EPSILON / 2.0, 26), 0);
    assert_eq!(mood_offset(1.0 - f64::EPSILON / 2.0, 26), 25);
    assert_eq!(mood_offset(0.7, 1), 0);
    assert_eq!(mood_offset(0.7, 0), 0);
    assert_eq!(mood_epoch(0, 25, 26), 0);
    assert_eq!(mood_epoch(1, 25, 26), 1);
    assert_eq!(mood_epoch(u32::MAX, 3, 0), u32::MAX);
}

fn asking() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![8 => -30.0..30.0f64, 1 => Just(ABSENT)], 4)
}

proptest! {
    /// Abduction within a mood: whatever the mood freely answers, being told it weighs something,
    /// and the Gumbels behind it answer it again.
    #[test]
    fn what_is_told_is_answered_again_untold(
        askings in prop::collection::vec(asking(), 1..8),
        history: u64,
    ) {
        let free = free_gumbels(history, 4);
        let u = uniforms(!history, 4);
        let mut evidence = MoodEvidence::new();
        let mut noted: Vec<(Vec<f64>, usize)> = Vec::new();
        for logits in askings {
            let taken = choose(&logits, &free).expect("options");
            if logits[taken] == ABSENT {
                continue;
            }
            let weight = evidence.answer(&logits, taken, || u.to_vec());
            prop_assert!((0.0..=1.0).contains(&weight));
            if weight == 0.0 {
                // After a switch the Gumbels are drawn, and need not go the free ones' way.
                break;
            }
            noted.push((logits, taken));
        }
        let gumbels = evidence.gumbels(|| u.clone());
        for (logits, taken) in noted {
            prop_assert_eq!(choose(&logits, &gumbels), Some(taken));
        }
    }
}
