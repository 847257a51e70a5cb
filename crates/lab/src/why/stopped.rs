//! A history that stops at a number that is none, told up to the week in which it does, with what that
//! number was made of.

use std::collections::{BTreeMap, BTreeSet};

use detente_engine::{Chances, EngineError, Lineage, OnChances, WeekTrace};
use detente_model::{
    Alternative, Expr, Happening, Initial, Kind, Measure, MemberIndex, Model, NONE, StateValues,
    Target, Week,
};
use serde::Serialize;

use super::formula::{Leaf, Reading};
use super::subject::round_of;
use super::world::{Moment, Past, Watched};
use crate::LabError;
use crate::answer::Asked;
use crate::guided::Given;
use crate::history::{History, entries, reasons_in};
use crate::question::Question;
use crate::report::words::number;
use crate::sheaf::Deed;
use crate::telling::unit_of;

/// A history up to the week in which it stops, and why it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stopped {
    /// The history up to then, with the reasons of what happened.
    #[serde(flatten)]
    pub history: History,
    /// Where it stopped.
    pub stopped: HistoryStop,
}

/// Where a history stopped, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryStop {
    /// The week.
    pub week: Week,
    /// Its Monday.
    pub date: String,
    /// What the engine said.
    pub why: String,
    /// The formulas of the value at fault, and of what in them is no finite number either.
    pub made_of: Vec<MadeOf>,
}

/// A formula, what it comes to, and what it read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MadeOf {
    /// Of what: an element's full name, with the part of it that is meant.
    pub of: String,
    /// As its author wrote it.
    pub formula: String,
    /// The Monday of the week in which it was read.
    pub date: String,
    /// What it read, in order of reading.
    pub read: Vec<Input>,
}

/// Something that a formula read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Input {
    /// Its full name.
    pub id: String,
    /// What it was, in words and in its own unit.
    pub was: String,
}

/// A formula at fault: whose, its part if it has several, its text, what it means, and the members its
/// index variables stand for.
struct Suspect<'a> {
    of: String,
    text: &'a str,
    expr: &'a Expr,
    bound: Vec<MemberIndex>,
    at: Moment,
}

/// One history of a question up to the week in which it stops; `None` if it does not, if it stops before
/// its first week, or if it follows the record.
///
/// # Errors
/// As [`crate::ensemble()`].
pub fn history_to_its_stop(
    model: &Model,
    question: &Question,
    history: u64,
) -> Result<Option<Stopped>, LabError> {
    if question.given != Given::FromTheStart {
        return Ok(None);
    }
    let watched = Watched::of(model, question)?;
    let chances = Chances::of(&[Lineage::new(history)]);
    let mut on = OnChances::new(&chances);
    let weeks = model.calendar.weeks;
    let Ok((past, Some(stopped))) = watched.run_to_stop(question.seed, &chances, weeks, &mut on)
    else {
        return Ok(None);
    };
    let deeds: Vec<Deed> = past
        .deeds
        .iter()
        .map(|deed| Deed {
            total: past.weeks.get(deed.week as usize).and_then(total(deed)),
            ..*deed
        })
        .collect();
    let mut entries = entries(model, &deeds);
    for (entry, deed) in entries.iter_mut().zip(&deeds) {
        let week = past.weeks.get(deed.week as usize);
        entry.reasons = week.map_or_else(Vec::new, |week| reasons_in(model, week, deed.target));
    }
    let asked = Asked::new(model, question, 1);
    Ok(Some(Stopped {
        history: History { asked, history, entries },
        stopped: stop(model, &past, &stopped),
    }))
}

/// What the reasons of a deed came to in its week.
fn total(deed: &Deed) -> impl Fn(&WeekTrace) -> Option<f64> {
    let (target, answer) = (deed.target, deed.answer);
    move |week| match answer {
        None => {
            let own = week.events.iter().find(|own| own.target == target)?;
            own.weighing.as_ref().map(|weighing| weighing.sum)
        }
        Some(answer) => {
            let own = week.decisions.iter().find(|own| own.target == target && !own.forced)?;
            own.alternatives.get(answer).map(|own| own.sum)
        }
    }
}

fn stop(model: &Model, past: &Past, stopped: &EngineError) -> HistoryStop {
    let (element, week) = match stopped {
        EngineError::NotANumber { element, week, .. }
        | EngineError::Settlement { element, week, .. } => (element.as_str(), *week),
        _ => ("", 0),
    };
    let mut made_of = Vec::new();
    let mut seen = BTreeSet::new();
    for suspect in suspects(model, past, element, week) {
        made_of_it(model, past, &suspect, &mut seen, &mut made_of);
    }
    let date = model.calendar.monday(week).to_string();
    HistoryStop { week, date, why: stopped.to_string(), made_of }
}

/// The formulas of what the engine named: `stock[gdr]`, `event: hazard`, `decision: option`,
/// `owner: effect`, an outcome, or a level.
fn suspects<'a>(model: &'a Model, past: &Past, named: &str, week: Week) -> Vec<Suspect<'a>> {
    let (name, part) = named.split_once(": ").unwrap_or((named, ""));
    let Some(target) = model.find(name) else {
        let level = model.record.levels.iter().find(|level| level.id == name);
        return level.map_or_else(Vec::new, |level| {
            measured(model, past, (&level.id, &level.is.text, &level.is.expr), &[])
        });
    };
    let element = model.element(target.element);
    let bound = &element.over.instances[target.instance].members;
    let at = Moment { week, round: round_of(model, target) };
    let suspect = |of: &str, text: &'a str, expr: &'a Expr| Suspect {
        of: if of.is_empty() { name.to_owned() } else { format!("{name}: {of}") },
        text,
        expr,
        bound: bound.clone(),
        at,
    };
    let effects = |does: &'a [detente_model::Effect]| {
        does.iter().filter(|own| own.text == part).map(|own| suspect("", &own.text, &own.value))
    };
    match &element.kind {
        Kind::Event(event) if part == "hazard" => {
            let parts = match &event.happening {
                Happening::Rate(parts) => parts.as_slice(),
                Happening::On(_) => &[],
            };
            let all = parts.iter().chain(&event.because);
            all.map(|own| suspect(&own.name, &own.weight.text, &own.weight.expr)).collect()
        }
        Kind::Event(event) => effects(&event.does).collect(),
        Kind::Decision(decision) => {
            let meant = |own: &&Alternative| own.name.to_string() == part;
            match decision.alternatives.iter().find(meant) {
                Some(own) => {
                    let mut bound = bound.clone();
                    bound.extend(own.name.member.as_ref().map(|(member, _)| *member));
                    let of = |one: Suspect<'a>| Suspect { bound: bound.clone(), ..one };
                    let all = own.because.iter();
                    all.map(|one| of(suspect(&one.name, &one.weight.text, &one.weight.expr)))
                        .collect()
                }
                None => decision.alternatives.iter().flat_map(|own| effects(&own.does)).collect(),
            }
        }
        Kind::Stock(stock) => {
            let initial = match &stock.initial {
                Initial::Formula(formula) if week == 0 => Some(("initial", formula)),
                _ => None,
            };
            let own = stock.change.iter().map(|own| ("change", own)).chain(initial);
            let shock = stock.shock.iter().flat_map(|own| &own.arguments);
            own.chain(shock.map(|own| ("shock", own)))
                .map(|(of, own)| suspect(of, &own.text, &own.expr))
                .collect()
        }
        Kind::Noise(noise) => {
            noise.draw.arguments.iter().map(|own| suspect("draw", &own.text, &own.expr)).collect()
        }
        Kind::Outcome(outcome) => {
            measured(model, past, (name, &outcome.is.text, &outcome.is.expr), bound)
        }
        _ => Vec::new(),
    }
}

/// The quantities measured by an outcome or level, each in the first week in which it is no finite
/// number; the formula as a whole, if each is one in every week.
fn measured<'a>(
    model: &Model,
    past: &Past,
    (of, text, expr): (&str, &'a str, &'a Expr),
    bound: &[MemberIndex],
) -> Vec<Suspect<'a>> {
    let weeks = model.calendar.weeks;
    let mut found = Vec::new();
    let mut look = |inside: &'a Expr, from: Week, until: Week| {
        let nothing = BTreeMap::new();
        let bad = |week: &Week| {
            let at = Moment { week: *week, round: 1 };
            let value = Reading::new(model, past, at, &nothing).value(inside, bound);
            value.is_some_and(|value| !value.is_finite())
        };
        found.extend((from..until.min(weeks)).find(bad).map(|week| Suspect {
            of: of.to_owned(),
            text,
            expr: inside,
            bound: bound.to_vec(),
            at: Moment { week, round: 1 },
        }));
    };
    expr.each(&mut |part| {
        let Expr::Measure(measure) = part else { return };
        match measure.as_ref() {
            Measure::DateOf(_) | Measure::By(..) => {}
            Measure::At(of, week) => look(of, *week, week.saturating_add(1)),
            Measure::MeanOver(of, from, until)
            | Measure::SumOver(of, from, until)
            | Measure::MaxOver(of, from, until)
            | Measure::DateOfMax(of, from, until) => look(of, *from, *until),
            Measure::Correlation(one, other) => {
                look(one, 0, weeks);
                look(other, 0, weeks);
            }
        }
    });
    if found.is_empty() {
        let at = Moment { week: weeks.saturating_sub(1), round: 1 };
        found.push(Suspect { of: of.to_owned(), text, expr, bound: bound.to_vec(), at });
    }
    found
}

/// Tells a formula that comes to no finite number, then the variables in it that do not either.
fn made_of_it(
    model: &Model,
    past: &Past,
    suspect: &Suspect<'_>,
    seen: &mut BTreeSet<(Target, Week)>,
    told: &mut Vec<MadeOf>,
) {
    let nothing = BTreeMap::new();
    let mut reading = Reading::new(model, past, suspect.at, &nothing);
    if reading.value(suspect.expr, &suspect.bound).is_some_and(f64::is_finite) {
        return;
    }
    let mut before = BTreeSet::new();
    let mut now = BTreeSet::new();
    suspect.expr.each(&mut |part| match part {
        Expr::Last(cell) => drop(before.insert(cell.element)),
        Expr::Read(cell) => drop(now.insert(cell.element)),
        _ => {}
    });
    let mut read = Vec::new();
    let mut variables = Vec::new();
    for leaf in &reading.leaves {
        match leaf {
            Leaf::Quantity(target) => {
                let name = model.full_name(*target);
                let last = before.contains(&target.element) && !now.contains(&target.element);
                let (id, value) = if last {
                    (format!("last({name})"), past.last(*target, suspect.at))
                } else {
                    (name.to_owned(), past.value(model, *target, suspect.at))
                };
                let Some(value) = value else { continue };
                if !last && !value.is_finite() {
                    variables.push(*target);
                }
                read.push(Input { id, was: in_words(model, *target, value) });
            }
            Leaf::Event(target) => {
                let times = past.deeds_of(model, *target, suspect.at).count();
                let was = match times {
                    0 => "has not happened".to_owned(),
                    1 => "has happened once".to_owned(),
                    many => format!("has happened {many} times"),
                };
                read.push(Input { id: model.full_name(*target).to_owned(), was });
            }
            Leaf::Answer(_) | Leaf::Result(..) => {}
        }
    }
    let date = model.calendar.monday(suspect.at.week).to_string();
    told.push(MadeOf { of: suspect.of.clone(), formula: suspect.text.to_owned(), date, read });
    for target in variables {
        let element = model.element(target.element);
        let Kind::Variable(variable) = &element.kind else { continue };
        if !seen.insert((target, suspect.at.week)) {
            continue;
        }
        let own = Suspect {
            of: model.full_name(target).to_owned(),
            text: &variable.equals.text,
            expr: &variable.equals.expr,
            bound: element.over.instances[target.instance].members.clone(),
            at: suspect.at,
        };
        made_of_it(model, past, &own, seen, told);
    }
}

/// A value as a reader sees it, in its own unit.
fn in_words(model: &Model, target: Target, value: f64) -> String {
    if let Kind::State(state) = &model.element(target.element).kind {
        return match state.of {
            StateValues::Truth => if value == 0.0 { "false" } else { "true" }.to_owned(),
            StateValues::Member { .. } if value == NONE => "none".to_owned(),
            StateValues::Member { set, .. } => {
                model.member_title(model.set(set).root, value as MemberIndex).to_owned()
            }
        };
    }
    let unit = unit_of(model, target);
    let shown = unit.as_ref().map_or(value, |unit| unit.shown(value));
    let figures = match shown {
        x if x.is_nan() => "not a number".to_owned(),
        x if x.is_infinite() => {
            if x > 0.0 { "infinite" } else { "infinite, below nought" }.to_owned()
        }
        x if x.abs() >= 1e7 || x != 0.0 && x.abs() < 1e-3 => format!("{x:.3e}").replace('-', "−"),
        x => number(x),
    };
    match unit {
        Some(unit) if shown.is_finite() && unit.text != "1" => format!("{figures} {}", unit.text),
        _ => figures,
    }
}

/// Where a history stopped, in words.
pub fn stop_in_words(stop: &HistoryStop) -> String {
    let mut text = String::new();
    for own in &stop.made_of {
        let date = crate::report::words::date_of_text(&own.date);
        text +=
            &format!("\nNo finite number in the week of {date}: {} = {}\n", own.of, own.formula);
        let wide = own.read.iter().map(|one| one.id.chars().count()).max().unwrap_or(0);
        for one in &own.read {
            text += &format!("  {:wide$}  {}\n", one.id, one.was);
        }
    }
    text
}
