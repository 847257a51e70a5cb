//! The law of abduction: a guided history run again, unguided, on its abducted chances is the same
//! history to the byte.

mod worlds;

use detente_engine::{
    Acted, Along, Block, Chances, Evidence, Guidance, Lineage, Machine, OnChances, Program, Setup,
    SlotId, compile,
};
use detente_model::Model;
use proptest::prelude::*;
use worlds::*;

const SEED: u64 = 17;

/// Everything that can be seen of a week: what happened, and the bits of every quantity.
type Seen = (Vec<Acted>, Vec<Vec<u64>>);

fn seen(block: &Block, slots: &[SlotId]) -> Seen {
    let bits = |slot: &SlotId| block.values(*slot).iter().map(|x| x.to_bits()).collect();
    (block.acts().to_vec(), slots.iter().map(bits).collect())
}

fn compiled(model: &Model) -> (Program, Vec<SlotId>) {
    let record = ["anger", "force", "frailty", "harvest"].map(|name| target(model, name));
    let program =
        compile(model, &Setup { record: record.to_vec(), ..Setup::default() }).expect("a program");
    let slots = record.iter().map(|own| program.slot(*own).expect("a slot")).collect();
    (program, slots)
}

/// A guided run of these lineages: what is seen, the evidence left.
fn guided(
    program: &Program,
    slots: &[SlotId],
    guidance: &Guidance,
    lineages: &[Lineage],
) -> (Vec<Seen>, Evidence) {
    let mut evidence = Evidence::keeping(guidance, lineages);
    let mut block = Block::begin_along(program, SEED, lineages, Machine::best()).expect("a block");
    let mut weeks = Vec::new();
    let mut along = Along::new(guidance, &mut evidence, 0, lineages, SEED);
    while block.week() < program.weeks() {
        along.step(&mut block, program).expect("a week");
        weeks.push(seen(&block, slots));
    }
    (weeks, evidence)
}

fn on_chances(program: &Program, slots: &[SlotId], chances: &Chances) -> Vec<Seen> {
    let mut block =
        Block::begin_along(program, SEED, &chances.lineages, Machine::best()).expect("a block");
    let mut weeks = Vec::new();
    let mut on = OnChances::new(chances);
    while block.week() < program.weeks() {
        on.step(&mut block, program).expect("a week");
        weeks.push(seen(&block, slots));
    }
    weeks
}

/// What of this is seen of one history.
fn of_lane(weeks: &[Seen], lane: usize) -> Vec<(Vec<Acted>, Vec<u64>)> {
    let of_week = |(acts, values): &Seen| {
        let own = acts.iter().filter(|act| act.lanes >> lane & 1 == 1);
        let own = own.map(|act| Acted { lanes: 1, forced: act.forced >> lane & 1, ..*act });
        (own.collect(), values.iter().map(|own| own[lane]).collect())
    };
    weeks.iter().map(of_week).collect()
}

#[derive(Debug, Clone)]
struct Told {
    strikes: Vec<(u32, u32)>,
    rising: Option<(u32, u32)>,
    answers: Vec<(u32, u32, usize)>,
    covered: Vec<&'static str>,
    until: Option<u32>,
    parted: Vec<(u32, u64)>,
}

fn told() -> impl Strategy<Value = Told> {
    let window = prop::sample::select(vec![1u32, 3, 9, 15]);
    (
        prop::collection::vec((0u32..60, window.clone()), 0..4),
        prop::option::of((15u32..60, window.clone())),
        prop::collection::vec((0u32..60, window, 0usize..3), 0..3),
        prop::sample::subsequence(vec!["strike", "rising", "answer", "death"], 0..=4),
        prop::option::of(1u32..60),
        prop::collection::vec((1u32..60, 1u64..1000), 0..4),
    )
        .prop_map(|(strikes, rising, answers, covered, until, parted)| Told {
            strikes,
            rising,
            answers,
            covered,
            until,
            parted,
        })
}

fn recorded(told: &Told) -> Model {
    let mut model = strikes();
    for name in &told.covered {
        cover(&mut model, name, 3, 58);
    }
    if told.covered.contains(&"death") {
        happened(&mut model, "death", 20, 1);
    }
    for (week, window) in &told.strikes {
        happened(&mut model, "strike", *week, *window);
    }
    if let Some((week, window)) = told.rising {
        happened(&mut model, "rising", week, window);
    }
    for (week, window, answer) in &told.answers {
        answered(&mut model, "answer", *answer, *week, *window);
    }
    model
}

fn lineages(told: &Told, lanes: u64) -> Vec<Lineage> {
    let lineage = |id: u64| {
        let mut lineage = Lineage::new(id);
        let mut parted = told.parted.clone();
        parted.sort_unstable();
        for (week, number) in parted.into_iter().filter(|_| id % 2 == 1) {
            lineage.renumber(week, (1 << 32) + number * 100 + id);
        }
        lineage
    };
    (0..lanes).map(lineage).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_guided_history_is_the_same_on_its_abducted_chances(told in told()) {
        let model = recorded(&told);
        let (program, slots) = compiled(&model);
        let guidance = Guidance::of(&model, told.until);
        let lineages = lineages(&told, 8);
        let (weeks, evidence) = guided(&program, &slots, &guidance, &lineages);
        let failed: Vec<bool> = evidence.failures().iter().map(Option::is_some).collect();
        let chances = evidence.into_chances().expect("kept");
        let again = on_chances(&program, &slots, &chances);
        for lane in (0..lineages.len()).filter(|&lane| !failed[lane]) {
            let (one, other) = (of_lane(&weeks, lane), of_lane(&again, lane));
            for (week, (one, other)) in one.iter().zip(&other).enumerate() {
                prop_assert_eq!(one, other, "history {} in week {}", lane, week);
            }
        }
    }

    /// Guided by nothing, a history is the free one of its number.
    #[test]
    fn an_empty_record_guides_nowhere(first in 0u64..1000) {
        let model = strikes();
        let (program, slots) = compiled(&model);
        let guidance = Guidance::of(&model, None);
        let lineages: Vec<Lineage> = (first..first + 5).map(Lineage::new).collect();
        let (weeks, evidence) = guided(&program, &slots, &guidance, &lineages);
        prop_assert!(evidence.log_weights().iter().all(|weight| *weight == 0.0));
        let ids: Vec<u64> = (first..first + 5).collect();
        let mut block = Block::begin(&program, SEED, &ids, Machine::best()).expect("a block");
        for week in weeks {
            block.step(&program).expect("a week");
            prop_assert_eq!(seen(&block, &slots), week);
        }
    }
}

/// The record is followed: what it covers happens as it says, and nothing else of that kind.
#[test]
fn a_guided_history_does_what_was_recorded() {
    let mut model = strikes();
    for name in ["strike", "answer", "death", "rising"] {
        cover(&mut model, name, 0, 60);
    }
    happened(&mut model, "death", 20, 1);
    happened(&mut model, "strike", 5, 1);
    happened(&mut model, "strike", 30, 5);
    answered(&mut model, "answer", 1, 12, 3);
    let (program, slots) = compiled(&model);
    let guidance = Guidance::of(&model, None);
    let lineages: Vec<Lineage> = (0..32).map(Lineage::new).collect();
    let (weeks, evidence) = guided(&program, &slots, &guidance, &lineages);
    let [strike, answer] = ["strike", "answer"].map(|name| target(&model, name));
    let followed = evidence.failures().iter().filter(|failure| failure.is_none()).count();
    assert!(followed > 16, "only where one mood holds both answers may it be impossible");
    for lane in (0..32).filter(|&lane| evidence.failures()[lane].is_none()) {
        assert!(evidence.log_weights()[lane].is_finite());
        let mut when = Vec::new();
        for (week, (acts, _)) in (0u32..).zip(of_lane(&weeks, lane)) {
            for act in acts {
                match (act.target, act.alternative) {
                    (own, None) if own == strike => when.push(week),
                    (own, given) if own == answer => {
                        assert_eq!(
                            given,
                            Some(usize::from(week == 12)),
                            "the asking in the window"
                        );
                    }
                    _ => assert_eq!(week, 20, "death"),
                }
            }
        }
        assert_eq!(when.len(), 2);
        assert!(when[0] == 5 && (28..=32).contains(&when[1]), "{when:?}");
    }
}
