//! Choices by Gumbel-max and the Gumbels behind a known choice, against closed forms.

use detente_chance::choice::{
    choose, gumbel_below, gumbels_given_choice, keep_probability, raise_leads,
};
use detente_chance::{Address, HistoryKey, exp, gumbel, hash_slot, ln, uniform};
use proptest::prelude::*;

/// The options' uniforms of one history, addressed by the options' names.
fn uniforms(history: u64, names: &[&str]) -> Vec<f64> {
    let key = HistoryKey::new(1953, history);
    let at = |name: &&str| uniform(key, Address { name: 5, time: 0, slot: hash_slot(name) });
    names.iter().map(at).collect()
}

fn logits(shares: &[f64]) -> Vec<f64> {
    shares.iter().map(|&share| ln(share)).collect()
}

const NAMES: [&str; 4] = ["wait", "send_the_army", "concede", "call_a_summit"];

/// Shares under p, shares under q, the observed option, and the shares of each option under q given
/// that one under p.
struct Counterfactual {
    p: &'static [f64],
    q: &'static [f64],
    observed: usize,
    expected: &'static [f64],
}

const COUNTERFACTUALS: [Counterfactual; 5] = [
    Counterfactual {
        p: &[0.5, 0.3, 0.2],
        q: &[0.2, 0.3, 0.5],
        observed: 0,
        expected: &[0.400_000, 0.138_462, 0.461_538],
    },
    Counterfactual {
        p: &[0.5, 0.3, 0.2],
        q: &[0.2, 0.3, 0.5],
        observed: 1,
        expected: &[0.0, 0.769_231, 0.230_769],
    },
    Counterfactual {
        p: &[0.5, 0.3, 0.2],
        q: &[0.2, 0.3, 0.5],
        observed: 2,
        expected: &[0.0, 0.0, 1.0],
    },
    Counterfactual {
        p: &[0.1, 0.2, 0.3, 0.4],
        q: &[0.4, 0.3, 0.2, 0.1],
        observed: 3,
        expected: &[0.448_980, 0.229_592, 0.071_429, 0.250_000],
    },
    Counterfactual {
        p: &[0.6, 0.3, 0.1],
        q: &[0.5, 0.2, 0.3],
        observed: 1,
        expected: &[0.079_365, 0.666_667, 0.253_968],
    },
];

const HISTORIES: u64 = 100_000;

fn assert_share(count: u32, of: u64, expected: f64, what: &str) {
    let share = f64::from(count) / of as f64;
    let error = (expected * (1.0 - expected) / of as f64).sqrt();
    assert!((share - expected).abs() <= 5.0 * error + 1e-6, "{what}: {share}, not {expected}");
}

#[test]
fn an_option_is_chosen_with_its_share() {
    let shares = [0.12, 0.5, 0.3, 0.08];
    let mut counts = [0; 4];
    for history in 0..HISTORIES {
        let gumbels: Vec<f64> = uniforms(history, &NAMES).into_iter().map(gumbel).collect();
        counts[choose(&logits(&shares), &gumbels).expect("four options")] += 1;
    }
    for (count, share) in counts.into_iter().zip(shares) {
        assert_share(count, HISTORIES, share, "free choice");
    }
}

/// Abduction, action, prediction: the choice under q of histories that chose `observed` under p.
#[test]
fn counterfactual_choices_have_their_known_shares() {
    for Counterfactual { p, q, observed, expected } in COUNTERFACTUALS {
        let mut counts = vec![0; p.len()];
        let mut leads = vec![f64::NEG_INFINITY; p.len()];
        raise_leads(&mut leads, &logits(p), observed);
        let mut gumbels = vec![0.0; p.len()];
        for history in 0..HISTORIES {
            let u = uniforms(history, &NAMES[..p.len()]);
            gumbels_given_choice(&leads, observed, &u, &mut gumbels);
            assert_eq!(choose(&logits(p), &gumbels), Some(observed), "history {history}");
            counts[choose(&logits(q), &gumbels).expect("options")] += 1;
        }
        for (&count, &share) in counts.iter().zip(expected) {
            assert_share(count, HISTORIES, share, &format!("{p:?} to {q:?} given {observed}"));
        }
    }
}

/// The order in which options are written may change no answer: the draw belongs to the name.
#[test]
fn the_order_of_options_changes_no_counterfactual() {
    let (p, q) = ([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]);
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]];
    for history in 0..2_000 {
        let answers = orders.map(|order| {
            let names = order.map(|option| NAMES[option]);
            let (p, q) = (logits(&order.map(|o| p[o])), logits(&order.map(|o| q[o])));
            let observed = order.iter().position(|&option| option == 3).expect("there");
            let mut leads = [f64::NEG_INFINITY; 4];
            raise_leads(&mut leads, &p, observed);
            let mut gumbels = [0.0; 4];
            gumbels_given_choice(&leads, observed, &uniforms(history, &names), &mut gumbels);
            names[choose(&q, &gumbels).expect("options")]
        });
        assert!(answers.iter().all(|&answer| answer == answers[0]), "history {history}");
    }
}

/// Several askings with one answer: the Gumbels keep every one of them, and are distributed as free
/// Gumbels that happen to keep them are.
#[test]
fn gumbels_given_several_askings_are_those_of_rejection_sampling() {
    let askings = [[0.3, -0.5, 0.0], [-0.2, 0.4, 0.1], [0.1, 0.0, -3.0]];
    let mut leads = [f64::NEG_INFINITY; 3];
    for asking in &askings {
        raise_leads(&mut leads, asking, 0);
    }
    let (mut kept, mut free_means, mut drawn_means) = (0, [0.0; 3], [0.0; 3]);
    let mut gumbels = [0.0; 3];
    for history in 0..HISTORIES {
        let u = uniforms(history, &NAMES[..3]);
        let free: Vec<f64> = u.iter().copied().map(gumbel).collect();
        if askings.iter().all(|asking| choose(asking, &free) == Some(0)) {
            kept += 1;
            (0..3).for_each(|option| free_means[option] += free[option]);
        }
        gumbels_given_choice(&leads, 0, &u, &mut gumbels);
        for asking in &askings {
            assert_eq!(choose(asking, &gumbels), Some(0));
        }
        (0..3).for_each(|option| drawn_means[option] += gumbels[option]);
    }
    assert_share(kept, HISTORIES, keep_probability(&leads), "kept throughout");
    for option in 0..3 {
        let free = free_means[option] / f64::from(kept);
        let drawn = drawn_means[option] / HISTORIES as f64;
        // A Gumbel's standard deviation is 1.28; conditioning does not widen it here.
        assert!(
            (free - drawn).abs() < 5.0 * 1.3 / f64::from(kept).sqrt(),
            "{option}: {free}, {drawn}"
        );
    }
}

#[test]
fn an_option_that_cannot_be_had_is_neither_chosen_nor_a_rival() {
    let absent = f64::NEG_INFINITY;
    let mut leads = [absent; 3];
    raise_leads(&mut leads, &[0.0, absent, 0.0], 0);
    assert_eq!(leads, [absent, absent, 0.0]);
    assert_eq!(keep_probability(&leads), 0.5);
    assert_eq!(choose(&[absent, 0.0], &[40.0, -3.0]), Some(1));
    let mut gumbels = [0.0; 3];
    gumbels_given_choice(&leads, 0, &[0.3, 0.4, 0.5], &mut gumbels);
    assert_eq!(gumbels[1], gumbel_below(f64::INFINITY, 0.4));
    assert_eq!(gumbels[1], gumbel(0.4), "free of any bound");
    // An answer that could not be had has probability 0.
    let mut leads = [absent; 2];
    raise_leads(&mut leads, &[absent, 0.0], 0);
    assert_eq!(keep_probability(&leads), 0.0);
}

#[test]
fn a_tie_goes_to_the_first_and_no_options_to_none() {
    assert_eq!(choose(&[1.0, 1.0, 0.5], &[0.0, 0.0, 0.5]), Some(0));
    assert_eq!(choose(&[], &[]), None);
}

proptest! {
    #[test]
    fn gumbels_keep_what_was_answered(
        askings in prop::collection::vec(prop::array::uniform4(-30.0..30.0f64), 1..6),
        taken in 0usize..4,
        history: u64,
    ) {
        let mut leads = [f64::NEG_INFINITY; 4];
        for asking in &askings {
            raise_leads(&mut leads, asking, taken);
        }
        let mut gumbels = [0.0; 4];
        gumbels_given_choice(&leads, taken, &uniforms(history, &NAMES), &mut gumbels);
        for asking in &askings {
            prop_assert_eq!(choose(asking, &gumbels), Some(taken));
        }
    }

    #[test]
    fn the_probability_of_keeping_never_rises_with_an_asking(
        askings in prop::collection::vec(prop::array::uniform3(-30.0..30.0f64), 1..6),
    ) {
        let mut leads = [f64::NEG_INFINITY; 3];
        let mut last = 1.0;
        for asking in &askings {
            raise_leads(&mut leads, asking, 1);
            let kept = keep_probability(&leads);
            prop_assert!(kept <= last && kept > 0.0);
            last = kept;
        }
        let first = &askings[0];
        let share = exp(first[1]) / first.iter().map(|&logit| exp(logit)).sum::<f64>();
        let mut leads = [f64::NEG_INFINITY; 3];
        raise_leads(&mut leads, first, 1);
        prop_assert!((keep_probability(&leads) / share - 1.0).abs() < 1e-13);
    }
}
