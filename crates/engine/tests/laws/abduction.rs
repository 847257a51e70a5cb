//! Abduction: a guided history run again, unguided, on its abducted chances is the same history.

use detente_engine::{
    Acted, Along, Block, Chances, Evidence, Guidance, Lineage, Machine, OnChances, Program,
    Reasons, Setup, SlotId, WeekTrace, Width, compile, each_lane, trace,
};
use detente_model::{
    Coupling, Coverage, ElementId, Kind, Model, Place, RecordEntry, Span, Target, Targets, Tie,
    Week,
};
use proptest::test_runner::TestCaseError;

use crate::told::quantities;
use crate::trial::{World, hold};

/// A week of one history: what happened, and the bits of every quantity.
type Seen = Vec<(Vec<(Target, Option<usize>)>, Vec<u64>)>;

fn see(block: &Block, slots: &[SlotId], lanes: usize, into: &mut [Seen]) {
    for (lane, seen) in into.iter_mut().enumerate().take(lanes) {
        let own = block.acts().iter().filter(|act| act.lanes >> lane & 1 == 1);
        let acts = own.map(|act: &Acted| (act.target, act.alternative)).collect();
        let values = slots.iter().map(|slot| block.values(*slot)[lane].to_bits()).collect();
        seen.push((acts, values));
    }
}

fn stopped(error: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::reject(format!("{error:?}"))
}

/// A third of a world's events and decisions, as another history had them, in windows of 1 to 5 weeks.
fn record_of_another(world: &World, program: &Program) -> Result<Model, TestCaseError> {
    let mut block =
        Block::begin(program, world.seed, &[1 << 20], Machine::single()).map_err(stopped)?;
    let mut model = world.model.clone();
    (model.record.coverage, model.record.entries) = (Vec::new(), Vec::new());
    let chosen = |target: &Target| {
        (target.element.0 as u64 * 7 + target.instance as u64 * 3 + world.seed).is_multiple_of(3)
    };
    for (number, element) in world.model.elements.iter().enumerate() {
        if matches!(element.kind, Kind::Event(_) | Kind::Decision(_)) {
            let element_id = ElementId(number);
            let target = |instance| Target { element: element_id, instance };
            let instances =
                (0..element.over.instances.len()).filter(|&one| chosen(&target(one))).collect();
            let of = Targets { element: element_id, instances };
            model.record.coverage.push(Coverage { of, from: 0, until: model.calendar.weeks });
        }
    }
    while block.week() < program.weeks() {
        let week = block.week();
        block.step(program).map_err(stopped)?;
        for act in block.acts().iter().filter(|act| chosen(&act.target)) {
            let (target, answer) = (act.target, act.alternative);
            let otherwise = match &world.model.element(target.element).kind {
                Kind::Decision(decision) => decision.otherwise,
                _ => None,
            };
            let tie = match answer {
                None => Tie::Event(target),
                Some(answer) if otherwise == Some(answer) => continue,
                Some(answer) => Tie::Choice(target, answer),
            };
            model.record.entries.push(entry(&model, week, tie));
        }
    }
    Ok(model)
}

fn entry(model: &Model, week: Week, tie: Tie) -> RecordEntry {
    RecordEntry {
        id: format!("entry_{}", model.record.entries.len()),
        subsystem: String::new(),
        date: model.calendar.monday(week),
        decided: None,
        title: String::new(),
        sources: Vec::new(),
        window: 1 + 2 * (model.record.entries.len() as u32 % 3),
        tie: Some(tie),
        place: Place::default(),
    }
}

/// Numbers for a history; every second one took another number on the way.
fn lineage(id: u64, weeks: Week) -> Lineage {
    let mut lineage = Lineage::new(id);
    if id % 2 == 1 {
        lineage.renumber(1 + (id as Week * 5) % weeks.max(2), (1 << 32) + id);
        lineage.renumber(2 + (id as Week * 11) % weeks.max(2), (2 << 32) + id);
    }
    lineage
}

fn abducted(world: &World) -> Result<usize, TestCaseError> {
    if world.model.coupling == Coupling::Threshold {
        return Ok(0);
    }
    let setup = Setup { record: quantities(&world.model), ..Setup::default() };
    let program = compile(&world.model, &setup).map_err(stopped)?;
    let slots: Vec<SlotId> =
        setup.record.iter().filter_map(|target| program.slot(*target)).collect();
    let model = record_of_another(world, &program)?;
    let until = world.seed.is_multiple_of(3).then_some(model.calendar.weeks / 2);
    let guidance = Guidance::of(&model, until);
    let lineages: Vec<Lineage> =
        world.histories(32).into_iter().map(|id| lineage(id, model.calendar.weeks)).collect();
    let begin =
        || Block::begin_along(&program, world.seed, &lineages, Machine::best()).map_err(stopped);

    let mut evidence = Evidence::keeping(&guidance, &lineages);
    let mut guided = vec![Seen::new(); lineages.len()];
    let mut block = begin()?;
    let mut along = Along::new(&guidance, &mut evidence, 0, &lineages, world.seed);
    while block.week() < program.weeks() {
        along.step(&mut block, &program).map_err(stopped)?;
        see(&block, &slots, lineages.len(), &mut guided);
    }
    let followed: Vec<bool> = evidence.failures().iter().map(Option::is_none).collect();
    let Some(chances) = evidence.into_chances() else { return Ok(0) };

    let mut again = vec![Seen::new(); lineages.len()];
    let mut block = begin()?;
    let mut on = OnChances::new(&chances);
    while block.week() < program.weeks() {
        on.step(&mut block, &program).map_err(stopped)?;
        see(&block, &slots, lineages.len(), &mut again);
    }
    for lane in (0..lineages.len()).filter(|&lane| followed[lane]) {
        let differs = guided[lane].iter().zip(&again[lane]).position(|(one, other)| one != other);
        if let Some(week) = differs {
            let said = format!("history {lane} parts from itself in week {week}");
            return Err(TestCaseError::fail(said));
        }
    }
    Ok(followed.iter().filter(|followed| **followed).count())
}

/// Led along the record many abreast, and traced alone with reasons on the chances behind it, a history
/// is the same; and the chances written down are those that decided.
fn traced(world: &World) -> Result<usize, TestCaseError> {
    if world.model.coupling == Coupling::Threshold {
        return Ok(0);
    }
    let program = compile(&world.model, &Setup::default()).map_err(stopped)?;
    let model = record_of_another(world, &program)?;
    let until = world.seed.is_multiple_of(3).then_some(model.calendar.weeks / 2);
    let guidance = Guidance::of(&model, until);
    let lineages: Vec<Lineage> =
        world.histories(8).into_iter().map(|id| lineage(id, model.calendar.weeks)).collect();
    let mut evidence = Evidence::new(&guidance, lineages.len());
    let mut led = vec![Seen::new(); lineages.len()];
    let mut block =
        Block::begin_along(&program, world.seed, &lineages, Machine::best()).map_err(stopped)?;
    let mut along = Along::new(&guidance, &mut evidence, 0, &lineages, world.seed);
    while block.week() < program.weeks() {
        along.step(&mut block, &program).map_err(stopped)?;
        see(&block, &[], lineages.len(), &mut led);
    }
    let answers = block.answers(&program).map_err(stopped)?;
    let failed: Vec<bool> = evidence.failures().iter().map(Option::is_some).collect();
    let kept = Setup { reasons: Reasons::Kept, ..Setup::default() };
    let kept = compile(&world.model, &kept).map_err(stopped)?;
    let followed: Vec<usize> = (0..lineages.len()).filter(|&lane| !failed[lane]).collect();
    for &lane in &followed {
        let chances = chances_behind(world, &program, &guidance, &lineages[lane])?;
        let told = trace(&kept, world.seed, &chances).map_err(stopped)?;
        let own: Vec<u64> = answers.iter().map(|own| own[lane].to_bits()).collect();
        let traced: Vec<u64> = told.answers.iter().map(|own| own.to_bits()).collect();
        if own != traced {
            return Err(TestCaseError::fail(format!("history {lane} ends otherwise")));
        }
        for (week, (acts, _)) in told.weeks.iter().zip(&led[lane]) {
            let mut acts = acts.clone();
            acts.sort();
            if deeds_of(week) != acts {
                let said = format!("history {lane} is told otherwise in week {}", week.week);
                return Err(TestCaseError::fail(said));
            }
            if let Some(target) = undecided(week) {
                let name = model.full_name(target);
                let said = format!("{name} in week {}: not by the chance told", week.week);
                return Err(TestCaseError::fail(said));
            }
        }
    }
    Ok(followed.len())
}

/// The chances behind one history that is led alone: those known on the day; from then on it is left to
/// itself.
fn chances_behind(
    world: &World,
    program: &Program,
    guidance: &Guidance,
    lineage: &Lineage,
) -> Result<Chances, TestCaseError> {
    let alone = std::slice::from_ref(lineage);
    let mut evidence = Evidence::keeping(guidance, alone);
    let mut block =
        Block::begin_along(program, world.seed, alone, Machine::best()).map_err(stopped)?;
    let mut along = Along::new(guidance, &mut evidence, 0, alone, world.seed);
    while block.week() < guidance.until {
        along.step(&mut block, program).map_err(stopped)?;
    }
    Ok(evidence.into_chances().unwrap_or_else(|| Chances::of(alone)))
}

/// What happened and was answered in a week, in order.
fn deeds_of(week: &WeekTrace) -> Vec<(Target, Option<usize>)> {
    let events = week.events.iter().filter(|own| own.happened).map(|own| (own.target, None));
    let answered = week.decisions.iter().filter(|own| own.chosen.is_some());
    let mut deeds: Vec<_> = events.chain(answered.map(|own| (own.target, own.chosen))).collect();
    deeds.sort();
    deeds
}

/// What came out otherwise than the chance that is told has it.
fn undecided(week: &WeekTrace) -> Option<Target> {
    let event = week.events.iter().find(|own| {
        let weighing = own.weighing.as_ref();
        weighing.is_some_and(|by| own.happened != (by.uniform < by.probability))
    });
    let decision = week.decisions.iter().find(|own| {
        let score = |number: usize| own.alternatives[number].score;
        own.chosen.is_some() && own.chosen.map(score) < own.runner_up.map(score)
    });
    event.map(|own| own.target).or(decision.map(|own| own.target))
}

#[test]
fn a_guided_history_is_traced_as_it_was() {
    hold("guided reasons", traced);
}

#[test]
fn a_guided_history_is_itself_on_its_abducted_chances() {
    hold("abduction", abducted);
}

/// A history that followed the record did what it says, in each week that it covers.
fn followed(world: &World) -> Result<usize, TestCaseError> {
    if world.model.coupling == Coupling::Threshold {
        return Ok(0);
    }
    let program = compile(&world.model, &Setup::default()).map_err(stopped)?;
    let model = record_of_another(world, &program)?;
    let guidance = Guidance::of(&model, None);
    let lineages: Vec<Lineage> = world.histories(32).into_iter().map(Lineage::new).collect();
    let mut evidence = Evidence::new(&guidance, lineages.len());
    let mut block =
        Block::begin_along(&program, world.seed, &lineages, Machine::best()).map_err(stopped)?;
    let mut times = vec![0usize; guidance.events.len() * lineages.len()];
    let mut along = Along::new(&guidance, &mut evidence, 0, &lineages, world.seed);
    while block.week() < program.weeks() {
        along.step(&mut block, &program).map_err(stopped)?;
        for act in block.acts() {
            if let Some(plan) = guidance.event_plan(act.target) {
                for lane in each_lane(act.lanes) {
                    times[plan * lineages.len() + lane] += 1;
                }
            }
        }
    }
    let all = Span { from: 0, until: model.calendar.weeks };
    let mut histories = 0;
    for (lane, failure) in evidence.failures().iter().enumerate() {
        if failure.is_some() {
            continue;
        }
        histories += 1;
        for (number, plan) in guidance.events.iter().enumerate() {
            let happened = times[number * lineages.len() + lane];
            if plan.covered == [all] && happened != plan.expected.len() {
                let name = model.full_name(plan.target);
                let said = format!("{name} happens {happened} times in history {lane}");
                return Err(TestCaseError::fail(said));
            }
        }
    }
    Ok(histories)
}

#[test]
fn a_guided_history_does_what_the_record_says() {
    hold("guidance", followed);
}

/// What a guided run weighs and does, history by history, at a width.
fn at_width(
    world: &World,
    program: &Program,
    guidance: &Guidance,
    lineages: &[Lineage],
    width: Width,
) -> Result<(Vec<u64>, Vec<Seen>), TestCaseError> {
    let machine = Machine { width, ..Machine::best() };
    let mut evidence = Evidence::new(guidance, lineages.len());
    let mut seen = vec![Seen::new(); lineages.len()];
    for first in (0..lineages.len()).step_by(width.lanes()) {
        let own = &lineages[first..(first + width.lanes()).min(lineages.len())];
        let mut block = Block::begin_along(program, world.seed, own, machine).map_err(stopped)?;
        let mut along = Along::new(guidance, &mut evidence, first, own, world.seed);
        while block.week() < program.weeks() {
            along.step(&mut block, program).map_err(stopped)?;
            see(&block, &[], own.len(), &mut seen[first..]);
        }
    }
    Ok((evidence.log_weights().iter().map(|weight| weight.to_bits()).collect(), seen))
}

fn same_at_any_width(world: &World) -> Result<usize, TestCaseError> {
    if world.model.coupling == Coupling::Threshold {
        return Ok(0);
    }
    let program = compile(&world.model, &Setup::default()).map_err(stopped)?;
    let guidance = Guidance::of(&record_of_another(world, &program)?, None);
    let weeks = world.model.calendar.weeks;
    let lineages: Vec<Lineage> =
        world.histories(12).into_iter().map(|id| lineage(id, weeks)).collect();
    let wide = at_width(world, &program, &guidance, &lineages, Width::SixtyFour)?;
    for width in [Width::One, Width::Eight] {
        if at_width(world, &program, &guidance, &lineages, width)? != wide {
            let said = format!("the record weighs otherwise {} abreast", width.lanes());
            return Err(TestCaseError::fail(said));
        }
    }
    Ok(lineages.len())
}

#[test]
fn a_guided_history_is_the_same_at_any_width() {
    hold("guided widths", same_at_any_width);
}
