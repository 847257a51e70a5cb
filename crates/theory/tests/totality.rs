//! Whatever numbers go in, something documented comes out.

#![allow(missing_docs)]

use detente_theory::alignment::Landscape;
use detente_theory::bargain::{Method, Terms, settle};
use detente_theory::cascade::{cascade, cascade_among};
use detente_theory::challenge::Reading;
use detente_theory::coalition::{self, MAJORITY, Workspace, work_out};
use detente_theory::condorcet::Attitude;
use detente_theory::reassurance::Stakes;
use detente_theory::{Arithmetic, Table, burden};
use proptest::prelude::*;

/// The program's own functions.
const ARITHMETIC: Arithmetic = Arithmetic {
    exp: detente_chance::exp,
    ln: detente_chance::ln,
    normal_cdf: detente_chance::normal_cdf,
};

/// Any number at all, the awkward ones often.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0,
        1 => prop::num::f64::ANY,
        1 => prop::sample::select(vec![0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, 1e300, 5e-324]),
    ]
}

/// Numbers that make a table: few enough values that ties are common.
fn table_numbers() -> impl Strategy<Value = (usize, Vec<f64>, Vec<f64>, Vec<f64>)> {
    (1usize..=16, 1usize..=3).prop_flat_map(|(players, dimensions)| {
        let position = prop_oneof![0.0..100.0, (0u8..5).prop_map(|x| f64::from(x) * 25.0)];
        let weight = prop_oneof![0.0..1.0, (0u8..3).prop_map(|x| f64::from(x) * 0.5)];
        (
            Just(dimensions),
            prop::collection::vec(position, players * dimensions),
            prop::collection::vec(weight.clone(), players * dimensions),
            prop::collection::vec(weight, players),
        )
    })
}

const METHODS: [Method; 5] = [
    Method::Compromise,
    Method::Condorcet(Attitude::Neutral),
    Method::Condorcet(Attitude::Inferred),
    Method::Challenge(Reading::AsPrinted, 5),
    Method::Challenge(Reading::AsRun, 5),
];

proptest! {
    #[test]
    fn a_settlement_lies_among_the_positions_and_its_numbers_in_their_bounds(
        (dimensions, positions, saliences, powers) in table_numbers(),
        gumbels in prop::collection::vec(-3.0..10.0, 16),
    ) {
        let widths = vec![100.0; dimensions];
        let table = Table::new(&positions, &saliences, &powers, &widths).unwrap();
        let players = table.players();
        let terms = Terms { reversion: &[], veto: &[] };
        for method in METHODS {
            let found = settle(&table, method, &terms, &gumbels, &ARITHMETIC);
            for d in 0..dimensions {
                let here = (0..players).map(|p| table.position(p)[d]);
                let low = here.clone().fold(f64::INFINITY, f64::min);
                let high = here.fold(f64::NEG_INFINITY, f64::max);
                prop_assert!(found.text[d] >= low - 1e-9 && found.text[d] <= high + 1e-9);
            }
            prop_assert!(found.support[..players].iter().all(|s| (0.0..=1.0).contains(s)));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&found.spread));
            let total: f64 = found.chances.iter().sum();
            let expected = f64::from(u8::from(matches!(method, Method::Condorcet(_))));
            prop_assert!((total - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn no_veto_player_is_left_worse_off_on_its_dimension(
        (dimensions, positions, saliences, powers) in table_numbers(),
        reversion in prop::collection::vec(0.0..100.0, 3),
        veto in prop::collection::vec(any::<bool>(), 16),
    ) {
        let widths = vec![100.0; dimensions];
        let table = Table::new(&positions, &saliences, &powers, &widths).unwrap();
        let terms = Terms { reversion: &reversion, veto: &veto };
        for method in METHODS {
            let found = settle(&table, method, &terms, &[], &ARITHMETIC);
            for p in (0..table.players()).filter(|p| veto[*p]) {
                for d in (0..dimensions).filter(|d| table.salience(p)[*d] > 0.0) {
                    let wish = table.position(p)[d];
                    let (got, had) = (found.text[d] - wish, reversion[d] - wish);
                    prop_assert!(got.abs() <= had.abs() + 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_order_of_players_does_not_matter(
        (_, positions, saliences, powers) in table_numbers().prop_filter("one", |t| t.0 == 1),
    ) {
        let backwards = |x: &[f64]| x.iter().rev().copied().collect::<Vec<f64>>();
        let (p, s, w) = (backwards(&positions), backwards(&saliences), backwards(&powers));
        let table = Table::new(&positions, &saliences, &powers, &[100.0]).unwrap();
        let mirror = Table::new(&p, &s, &w, &[100.0]).unwrap();
        let terms = Terms { reversion: &[], veto: &[] };
        let one = settle(&table, Method::Compromise, &terms, &[], &ARITHMETIC);
        let other = settle(&mirror, Method::Compromise, &terms, &[], &ARITHMETIC);
        prop_assert!((one.text[0] - other.text[0]).abs() < 1e-9);
        let election = Method::Condorcet(Attitude::Neutral);
        let one = settle(&table, election, &terms, &[], &ARITHMETIC).chances;
        let other = settle(&mirror, election, &terms, &[], &ARITHMETIC).chances;
        for i in 0..powers.len() {
            prop_assert!((one[i] - other[powers.len() - 1 - i]).abs() < 1e-9);
        }
    }

    #[test]
    fn numbers_that_are_no_table_are_refused(
        positions in prop::collection::vec(any_number(), 0..40),
        saliences in prop::collection::vec(any_number(), 0..40),
        powers in prop::collection::vec(any_number(), 0..20),
        widths in prop::collection::vec(any_number(), 0..10),
    ) {
        if let Ok(table) = Table::new(&positions, &saliences, &powers, &widths) {
            for method in METHODS {
                let terms = Terms { reversion: &positions, veto: &[true; 3] };
                let _ = settle(&table, method, &terms, &positions, &ARITHMETIC);
            }
        }
    }

    #[test]
    fn a_ruling_coalition_is_one(powers in prop::collection::vec(0u64..30, 0..9)) {
        let mut workspace = Workspace::default();
        let found = work_out(&powers, MAJORITY, &mut workspace);
        let whole: u64 = powers.iter().sum();
        let ruled = |set| {
            (0..powers.len()).filter(|m| coalition::is_in(set, *m)).map(|m| powers[m]).sum::<u64>()
        };
        let all = (1u32 << powers.len()) - 1;
        prop_assert!(found.ruling == all || MAJORITY.is_passed(ruled(found.ruling), whole));
        prop_assert_eq!(coalition::rulers(&workspace, MAJORITY).count().max(1), found.tied);
        for purge in coalition::purges(&workspace, MAJORITY) {
            prop_assert!(MAJORITY.is_passed(ruled(purge), whole));
            prop_assert!(ruled(found.ruling) <= ruled(purge));
        }
        // They would still rule if they were alone.
        let left: Vec<u64> =
            (0..powers.len()).filter(|m| coalition::is_in(found.ruling, *m)).map(|m| powers[m]).collect();
        prop_assert!(work_out(&left, MAJORITY, &mut workspace).self_enforcing);
    }

    #[test]
    fn a_descent_ends_in_a_minimum_no_higher_than_its_start(
        (sizes, propensities, sides, start) in (0usize..12, 1u8..=4).prop_flat_map(|(n, sides)| (
            prop::collection::vec(0.0..10.0, n),
            prop::collection::vec(-2.0..2.0, n * n),
            Just(sides),
            prop::collection::vec(0..sides, n),
        )),
    ) {
        let landscape = Landscape::new(&sizes, &propensities, sides).unwrap();
        let mut side = start.clone();
        let descent = landscape.settle(&mut side);
        prop_assert!(landscape.is_minimum(&side));
        prop_assert!(descent.energy <= landscape.energy(&start) + 1e-9);
        prop_assert_eq!(descent.switches == 0, side == start);
    }

    #[test]
    fn awkward_numbers_bring_nothing_down(
        numbers in prop::collection::vec(any_number(), 0..40),
        (a, b, c) in (any_number(), any_number(), any_number()),
    ) {
        let share = cascade(a, b, c, &ARITHMETIC);
        prop_assert!(share.is_nan() || (0.0..=1.0 + 1e-9).contains(&share), "{}", share);
        prop_assert!(cascade_among(&numbers) <= numbers.len());
        let mut spending = vec![0.0; numbers.len()];
        let total = burden::contributions(&numbers, a, &mut spending);
        prop_assert!(total >= 0.0 && spending.iter().all(|d| *d >= 0.0));
        let stakes = Stakes { sucker_loss: a, trustworthy_gain: b, untrustworthy_gain: c };
        if let Some((least, most)) = stakes.window(a) {
            prop_assert!(0.0 < least && least <= most && most <= 1.0);
        }
        let counted: Vec<u64> = numbers.iter().map(|x| coalition::counted(*x)).take(8).collect();
        work_out(&counted, MAJORITY, &mut Workspace::default());
        if let Ok(landscape) = Landscape::new(&numbers, &numbers, 3) {
            landscape.settle(&mut vec![0; numbers.len()]);
        }
    }
}
