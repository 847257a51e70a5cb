//! The events and decisions of a random scenario, and what they do.

use std::fmt::Write;

use super::Dice;
use super::elements::{distribution, open};
use super::expression::Scope;
use super::symbols::{Choice, SetName, Symbol, Symbols};

/// Events: by hazard, on a date, on a truth.
pub(crate) fn write_events(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    for symbol in &symbols.events {
        let scope = Scope::over(symbols, &symbol.over);
        let mut text = open("event", symbol);
        if dice.once_in(2) {
            writeln!(text, "needs = \"{}\"", scope.truth(2, dice)).expect("text");
        }
        text += &round(dice);
        let mut reasons = String::new();
        match dice.under(6) {
            4 => {
                let date = *dice.of(&["1953-12-01", "1953-12-16", "1954-01-05"]);
                writeln!(text, "on = {date}").expect("text");
            }
            5 => writeln!(text, "on = \"{}\"", scope.truth(2, dice)).expect("text"),
            _ => {
                text += &rate(&scope, dice);
                text += match dice.under(4) {
                    1 => "once = true\n",
                    2 => "cooldown = \"3 weeks\"\n",
                    3 => "cooldown = \"1 month\"\n",
                    _ => "",
                };
                if dice.once_in(2) {
                    reasons = format!("because = {}\n", because(&scope, dice));
                }
            }
        }
        let mut with_draws = scope.clone();
        text += &draws(&mut with_draws, dice);
        text += &does(&with_draws, dice);
        *model += &format!("{text}{reasons}neutral = \"never\"\n\n");
    }
}

/// Draws of numbers, and a coin; the scope is given how they are read.
fn draws(scope: &mut Scope<'_>, dice: &mut Dice<'_>) -> String {
    let symbols = scope.symbols;
    let mut list = Vec::new();
    for name in &["size", "depth"][..dice.under(3)] {
        list.push(format!("{name} = \"{}\"", distribution(symbols, dice)));
        scope.draws.push((*name).to_owned());
    }
    if dice.once_in(4) {
        let size = &dice.of(&symbols.sizes).name;
        list.push(format!("coin = \"bernoulli(clamp({size}, 0, 1))\""));
        scope.draws.push("(if coin then 1 else 0)".to_owned());
    }
    if list.is_empty() { String::new() } else { format!("draws = {{ {} }}\n", list.join(", ")) }
}

fn round(dice: &mut Dice<'_>) -> String {
    match dice.under(8) {
        round @ 4..=7 => format!("round = {}\n", round - 2),
        _ => String::new(),
    }
}

fn rate(scope: &Scope<'_>, dice: &mut Dice<'_>) -> String {
    let rate = |dice: &mut Dice<'_>| dice.of(&scope.symbols.rates).name.clone();
    match dice.under(3) {
        0 => format!("rate = \"{}\"\n", rate(dice)),
        1 => {
            let part = format!("{} * clamp({}, 0, 2)", rate(dice), scope.number(2, dice));
            format!(
                "rate = {{ \"of itself\" = \"{}\", \"from next door\" = \"{part}\" }}\n",
                rate(dice)
            )
        }
        _ => format!("rate = \"{} * {}\"\n", rate(dice), scope.number(1, dice)),
    }
}

/// Reasons, not in order of name.
fn because(scope: &Scope<'_>, dice: &mut Dice<'_>) -> String {
    let names = dice.shuffled(vec!["hope", "fear", "custom", "a debt"]);
    let count = dice.between(1, 4);
    let one =
        |name: &&str, dice: &mut Dice<'_>| format!("\"{name}\" = \"{}\"", scope.number(2, dice));
    let list: Vec<String> = names[..count].iter().map(|name| one(name, dice)).collect();
    format!("{{ {} }}", list.join(", "))
}

/// Effects on stocks and states: plain, guarded, spread, with targets chosen by state.
fn does(scope: &Scope<'_>, dice: &mut Dice<'_>) -> String {
    let effects: Vec<String> =
        (0..dice.under(4)).map(|_| format!("\"{}\"", effect(scope, dice))).collect();
    format!("does = [{}]\n", effects.join(", "))
}

fn effect(scope: &Scope<'_>, dice: &mut Dice<'_>) -> String {
    let symbols = scope.symbols;
    let mut inner = scope.clone();
    let mut spread = String::new();
    if dice.once_in(3) {
        let set = *dice.of(&[SetName::Land, SetName::Core, SetName::Man]);
        inner = scope.within("t", set);
        let filter = if dice.once_in(2) {
            format!(" where {}", inner.truth(1, dice))
        } else {
            String::new()
        };
        spread = format!(" for t in {}{filter}", set.name());
    }
    let assignment = assignment(&inner, symbols, dice);
    let guard =
        if dice.once_in(3) { format!(" if {}", inner.truth(1, dice)) } else { String::new() };
    format!("{assignment}{guard}{spread}")
}

fn assignment(scope: &Scope<'_>, symbols: &Symbols, dice: &mut Dice<'_>) -> String {
    match dice.under(9) {
        4 => {
            let target = scope.cell(&dice.of(&symbols.truths).clone(), dice);
            format!("{target} = {}", scope.truth(1, dice))
        }
        5 => {
            let target = scope.cell(&dice.of(&symbols.truths).clone(), dice);
            format!("{target} = {}", dice.of(&["true", "false"]))
        }
        6 if !symbols.men_in_post.is_empty() => {
            member(scope, &symbols.men_in_post, SetName::Man, dice)
        }
        7 if !symbols.lands_in_view.is_empty() => {
            member(scope, &symbols.lands_in_view, SetName::Land, dice)
        }
        kind => {
            let target = scope.cell(&dice.of(&symbols.stocks).clone(), dice);
            let x = scope.number(2, dice);
            match kind {
                1 => format!("{target} *= clamp({x}, 0, 2)"),
                2 => format!("{target} = {x}"),
                _ => format!("{target} += {x}"),
            }
        }
    }
}

fn member(scope: &Scope<'_>, states: &[Symbol], set: SetName, dice: &mut Dice<'_>) -> String {
    let state = dice.of(states).clone();
    let target = scope.cell(&state, dice);
    if state.vacant {
        if dice.once_in(3) {
            return format!("{target} = none");
        }
        return format!("{target} = {}", scope.index(set, dice));
    }
    format!("{target} = {}", dice.of(symbols_of(scope, set)))
}

fn symbols_of<'a>(scope: &Scope<'a>, set: SetName) -> &'a [&'static str] {
    scope.symbols.members(set)
}

/// Decisions: asked once or again, in moods of any length, with options over men.
pub(crate) fn write_decisions(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    for choice in &symbols.choices {
        *model += &decision(symbols, choice, dice);
    }
}

fn decision(symbols: &Symbols, choice: &Choice, dice: &mut Dice<'_>) -> String {
    let scope = Scope::over(symbols, &choice.symbol.over);
    let mut text = open("decision", &choice.symbol);
    let seat = *dice.of(&["court", "chance"]);
    writeln!(text, "seat = \"{seat}\"\nasks = \"What now?\"").expect("text");
    if dice.under(4) > 0 {
        writeln!(text, "when = \"{}\"", scope.truth(2, dice)).expect("text");
    }
    text += &round(dice);
    let again = dice.under(5);
    if again > 0 {
        writeln!(text, "again = \"{again} weeks\"").expect("text");
    }
    writeln!(text, "mood = \"{} weeks\"", dice.of(&[4, 1, 2, 9, 26])).expect("text");
    let plain = choice.options.iter().find(|(_, over)| over.is_none());
    let (otherwise, _) = plain.unwrap_or(&choice.options[0]);
    writeln!(text, "otherwise = \"{otherwise}\"\nneutral = \"{otherwise}\"\n").expect("text");
    for (option, over) in &choice.options {
        let inner = match over {
            Some(set) => scope.within("c", *set),
            None => scope.clone(),
        };
        let name = &choice.symbol.name;
        writeln!(text, "[decision.{name}.option.{option}]\nsays = \"So be it.\"").expect("text");
        text += super::elements::JUDGEMENT;
        if let Some(set) = over {
            writeln!(text, "over = \"c in {}\"", set.name()).expect("text");
        }
        if dice.once_in(3) {
            writeln!(text, "needs = \"{}\"", inner.truth(1, dice)).expect("text");
        }
        if dice.under(3) > 0 {
            writeln!(text, "because = {}", because(&inner, dice)).expect("text");
        }
        text += &does(&inner, dice);
        text += "\n";
    }
    text
}
