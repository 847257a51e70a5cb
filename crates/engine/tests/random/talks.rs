//! The bargain, the coalition and the alignment of a random scenario.

use std::fmt::Write;

use super::Dice;
use super::elements::JUDGEMENT;
use super::expression::Scope;
use super::symbols::{SetName, Symbols};

/// Those that the scenario has.
pub(crate) fn write_talks(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    let plain = Scope::over(symbols, &[]);
    let of_land = plain.within("p", SetName::Land);
    // A player stands in the place of its variable, so that an index may not be one it cannot be.
    let for_all = for_every_land(symbols);
    let of_player = Scope::over(&for_all, &[]).within("p", SetName::Land);
    if let Some((name, dimensions)) = &symbols.bargain {
        let method = *dice.of(&["compromise", "condorcet", "challenge", "challenge_as_printed"]);
        let (convenes, power) = (plain.truth(1, dice), of_player.number(1, dice));
        write!(
            model,
            "[bargain.{name}]\nabout = \"Terms.\"\nplayers = \"p in land\"\n\
             convenes = \"{convenes}\"\nmethod = \"{method}\"\n\
             power = \"clamp({power}, 0, 100)\"\n{JUDGEMENT}"
        )
        .expect("text");
        if dice.once_in(3) {
            writeln!(model, "veto = \"p == {}\"", symbols.lands[0]).expect("text");
        }
        for dimension in 0..*dimensions {
            let (position, salience) = (of_player.number(2, dice), of_player.number(1, dice));
            write!(
                model,
                "\n[bargain.{name}.dimension.d{dimension}]\nabout = \"A question.\"\n\
                 scale = {{ \"nothing\" = 0, \"all\" = 100 }}\n\
                 position = \"100 * logistic({position})\"\n\
                 salience = \"100 * logistic({salience})\"\n\
                 reversion = {}\n{JUDGEMENT}",
                dice.between(0, 100)
            )
            .expect("text");
        }
        *model += "\n";
    }
    if let Some(name) = &symbols.coalition {
        // What it is made of may not be made of it.
        let apart = Symbols {
            coalition: None,
            variables: Vec::new(),
            verdicts: Vec::new(),
            foremost: Vec::new(),
            ..symbols.clone()
        };
        let of_man = Scope::over(&apart, &[]).within("l", SetName::Man);
        let (power, sits) = (of_man.number(1, dice), of_man.truth(1, dice));
        write!(
            model,
            "[coalition.{name}]\nabout = \"A circle.\"\nmembers = \"l in man\"\n\
             power = \"abs({power})\"\nsits = \"{sits}\"\nmajority = {}\n{JUDGEMENT}\n",
            dice.of(&["0.5", "0.6"])
        )
        .expect("text");
    }
    if let Some(name) = &symbols.alignment {
        let of_two = of_land.within("q", SetName::Land);
        let (size, propensity) = (of_land.number(1, dice), of_two.number(1, dice));
        let convenes = plain.truth(1, dice);
        write!(
            model,
            "[alignment.{name}]\nabout = \"Sides.\"\nmembers = \"p in land, q in land\"\n\
             size = \"abs({size})\"\npropensity = \"{propensity}\"\nsides = {}\n\
             start = \"if p == {} then 1 else 0\"\nconvenes = \"{convenes}\"\n{JUDGEMENT}\n",
            dice.between(2, 3),
            symbols.lands[0]
        )
        .expect("text");
    }
}

/// What has an instance for every country.
fn for_every_land(symbols: &Symbols) -> Symbols {
    let mut some = symbols.clone();
    let groups = [
        &mut some.stocks,
        &mut some.truths,
        &mut some.events,
        &mut some.variables,
        &mut some.verdicts,
        &mut some.foremost,
    ];
    for group in groups {
        group.retain(|symbol| symbol.over.len() < 2 && !symbol.over.contains(&SetName::Core));
    }
    some
}
