//! The quantities of a random scenario: what is given, what is computed, what has memory.

use std::fmt::Write;

use super::Dice;
use super::expression::Scope;
use super::symbols::{SetName, Symbol, Symbols};

/// What stands under every element that may hold a number.
pub(crate) const JUDGEMENT: &str = "judgement = \"Made up by dice.\"\n";

/// The head of an element: its table, its sentence, over what it ranges.
pub(crate) fn open(kind: &str, symbol: &Symbol) -> String {
    let binders: Vec<String> = symbol
        .over
        .iter()
        .zip(["a", "b"])
        .map(|(set, binder)| format!("{binder} in {}", set.name()))
        .collect();
    let filter = if symbol.over.len() == 2 { " where a != b" } else { "" };
    let over = if binders.is_empty() {
        String::new()
    } else {
        format!("over = \"{}{filter}\"\n", binders.join(", "))
    };
    let name = &symbol.name;
    let about = if kind == "decision" { "" } else { "about = \"Made by dice.\"\n" };
    format!("[{kind}.{name}]\n{about}{over}{JUDGEMENT}")
}

/// `scenario.toml`.
pub(crate) fn head(symbols: &Symbols) -> String {
    let members = |names: &[&str], rest: &dyn Fn(usize) -> String| {
        let member = |(number, name): (usize, &&str)| {
            format!("{name} = {{ title = \"{name}\"{} }}", rest(number))
        };
        names.iter().enumerate().map(member).collect::<Vec<_>>().join(", ")
    };
    let lands = members(&symbols.lands, &|_| String::new());
    let men = members(&symbols.men, &|number| {
        let country = symbols.lands[number % symbols.lands.len()];
        format!(", country = \"{country}\", rank = {}", number + 1)
    });
    let core: Vec<String> = symbols.core.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "format = 1\ntitle = \"Dice\"\nabout = \"A world made by dice.\"\n\
         leaves_out = \"All else.\"\nstart = 1953-11-30\nweeks = {}\n\n\
         [set.land]\ntitle = \"Countries\"\nmembers = {{ {lands} }}\n\n\
         [set.core]\ntitle = \"Some of them\"\nwithin = \"land\"\nmembers = [{}]\n\n\
         [set.man]\ntitle = \"Men\"\nmembers = {{ {men} }}\n\n\
         [seat.court]\ntitle = \"The court\"\n",
        symbols.weeks,
        core.join(", ")
    )
}

/// The tables of `data/`.
pub(crate) fn tables(symbols: &Symbols, dice: &mut Dice<'_>) -> Vec<(String, String)> {
    let table = |path: &Symbol, dice: &mut Dice<'_>| {
        let columns: Vec<&str> =
            if path.over.is_empty() { vec!["value"] } else { symbols.lands.clone() };
        let mut text = format!("date,{},judgement\n", columns.join(","));
        for date in ["1953-11-30", "1953-12-20", "1954-02-01"] {
            let values: Vec<String> = columns.iter().map(|_| dice.number(0.0, 2.0)).collect();
            writeln!(text, "{date},{},\"Made up.\"", values.join(",")).expect("text");
        }
        if !path.over.is_empty() {
            text = by_member(&text, &symbols.lands);
        }
        (format!("data/{}.csv", path.name), text)
    };
    symbols.series.iter().map(|path| table(path, dice)).collect()
}

/// A table of a column for each member, as one of a row for each date and member.
fn by_member(wide: &str, members: &[&str]) -> String {
    let mut text = String::from("date,member,value,judgement\n");
    for line in wide.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        for (member, value) in members.iter().zip(&cells[1..]) {
            writeln!(text, "{},{member},{value},\"Made up.\"", cells[0]).expect("text");
        }
    }
    text
}

/// A value, or one for each member.
fn each(symbols: &Symbols, over: &[SetName], mut value: impl FnMut() -> String) -> String {
    match over {
        [set] => {
            let one = |member: &&str| format!("{member} = {}", value());
            let all: Vec<String> = symbols.members(*set).iter().map(one).collect();
            format!("{{ {} }}", all.join(", "))
        }
        _ => value(),
    }
}

/// Parameters, series, traits and noises.
pub(crate) fn write_given(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    let parameter = |symbol: &Symbol, unit: &str, low: f64, high: f64, dice: &mut Dice<'_>| {
        let value = each(symbols, &symbol.over, || dice.number(low, high));
        let prior = match dice.under(4) {
            1 => format!("prior = \"normal({}, 0.5)\"\n", dice.number(low, high)),
            2 => format!("prior = \"uniform({low:.1}, {high:.1})\"\n"),
            3 => format!("prior = \"triangular({low:.1}, {high:.1}, {high:.1})\"\n"),
            _ => String::new(),
        };
        format!(
            "{}value = {value}\nrange = [{low:.1}, {high:.1}]\nunit = \"{unit}\"\n{prior}\n",
            open("parameter", symbol)
        )
    };
    for symbol in &symbols.numbers {
        *model += &parameter(symbol, "1", -1.0, 1.5, dice);
    }
    for symbol in &symbols.sizes {
        *model += &parameter(symbol, "1", 0.1, 1.5, dice);
    }
    for symbol in &symbols.rates {
        let unit = *dice.of(&["1 / week", "1 / month"]);
        *model += &parameter(symbol, unit, 0.0, 1.5, dice);
    }
    for symbol in &symbols.series {
        let smooth = if dice.once_in(3) { "interpolate = \"linear\"\n" } else { "" };
        let name = &symbol.name;
        let column = "column = \"value\"\n";
        *model += &format!(
            "{}table = \"{name}\"\n{column}unit = \"1\"\n{smooth}\n",
            open("series", symbol)
        );
    }
    for symbol in &symbols.traits {
        let draw = distribution(symbols, dice);
        *model += &format!("{}draw = \"{draw}\"\nunit = \"1\"\n\n", open("trait", symbol));
    }
    for symbol in &symbols.noises {
        let (draw, every) = (distribution(symbols, dice), *dice.of(&["week", "year"]));
        *model += &format!(
            "{}draw = \"{draw}\"\nevery = \"{every}\"\nunit = \"1\"\n\n",
            open("noise", symbol)
        );
    }
}

/// A distribution of numbers, whose arguments always make one.
pub(crate) fn distribution(symbols: &Symbols, dice: &mut Dice<'_>) -> String {
    let size = dice.of(&symbols.sizes).name.clone();
    match dice.under(7) {
        0 => format!("normal(0, {size})"),
        1 => format!("lognormal(0, {size})"),
        2 => format!("uniform(0, {size})"),
        3 => format!("loguniform({size}, 2)"),
        4 => format!("exponential({size})"),
        5 => "triangular(0, 1, 2)".to_owned(),
        _ => format!("half_normal({size})"),
    }
}

/// Variables, each of which reads only those before it; gives the names with all that may be read.
pub(crate) fn write_variables(
    symbols: &Symbols,
    dice: &mut Dice<'_>,
    model: &mut String,
) -> Symbols {
    let mut readable = symbols.clone();
    for number in 0..dice.under(5) {
        let over: Vec<SetName> =
            dice.of(&[&[][..], &[SetName::Land], &[SetName::Man], &[SetName::Core]]).to_vec();
        let beginning = *dice.of(&["yy", "bb", "nn", "ee"]);
        let symbol = Symbol { name: format!("{beginning}_variable{number}"), over, vacant: false };
        let scope = Scope::over(&readable, &symbol.over);
        let (equals, unit) = match dice.under(5) {
            3 => (scope.truth(2, dice), ""),
            4 => {
                let inner = scope.within("g", SetName::Land);
                (format!("argmax(g in land: {})", inner.number(1, dice)), "")
            }
            _ => (scope.number(3, dice), "unit = \"1\"\n"),
        };
        *model += &format!("{}equals = \"{equals}\"\n{unit}\n", open("variable", &symbol));
        let group = match () {
            () if equals.starts_with("argmax") => &mut readable.foremost,
            () if unit.is_empty() => &mut readable.verdicts,
            () => &mut readable.variables,
        };
        group.push(symbol);
    }
    readable
}

/// Stocks and states.
pub(crate) fn write_stocks_and_states(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    for symbol in &symbols.stocks {
        *model += &stock(symbols, symbol, dice);
    }
    for symbol in &symbols.truths {
        let initial = each(symbols, &symbol.over, || dice.of(&["false", "true"]).to_string());
        *model += &format!("{}of = \"truth\"\ninitial = {initial}\n\n", open("state", symbol));
    }
    let posts = symbols.men_in_post.iter().map(|post| (post, SetName::Man));
    let views = symbols.lands_in_view.iter().map(|view| (view, SetName::Land));
    for (symbol, set) in posts.chain(views) {
        let initial = each(symbols, &symbol.over, || {
            if symbol.vacant && dice.once_in(3) {
                "\"none\"".to_owned()
            } else {
                format!("\"{}\"", dice.of(symbols.members(set)))
            }
        });
        let vacant = if symbol.vacant { "may_be_vacant = true\n" } else { "" };
        *model += &format!(
            "{}of = \"{}\"\n{vacant}initial = {initial}\n\n",
            open("state", symbol),
            set.name()
        );
    }
}

fn stock(symbols: &Symbols, symbol: &Symbol, dice: &mut Dice<'_>) -> String {
    let scope = Scope::over(symbols, &symbol.over);
    let initial = match dice.under(3) {
        2 => format!("\"{} + 1\"", dice.of(&symbols.sizes).name),
        _ => each(symbols, &symbol.over, || dice.number(0.0, 3.0)),
    };
    let range = *dice.of(&["[-5, 5]", "[0, 3]", "[-100, 100]"]);
    let mut text =
        format!("{}unit = \"1\"\ninitial = {initial}\nrange = {range}\n", open("stock", symbol));
    if dice.under(4) > 0 {
        let (rate, x) = (&dice.of(&symbols.rates).name, scope.number(2, dice));
        writeln!(text, "change = \"{rate} * {x}\"").expect("text");
    }
    if dice.once_in(2) {
        writeln!(text, "shock = \"{}\"", distribution(symbols, dice)).expect("text");
    }
    text + "\n"
}

/// Outcomes of every kind.
pub(crate) fn write_outcomes(symbols: &Symbols, dice: &mut Dice<'_>, model: &mut String) {
    let (from, until) = ("1953-12-07", "1954-01-04");
    for number in 0..dice.between(3, 9) {
        let scope = Scope::over(symbols, &[]);
        let event = dice.of(&symbols.events).clone();
        let event = scope.cell(&event, dice);
        let is = match dice.under(13) {
            0 => format!("happened({event})"),
            1 => format!("times({event})"),
            2 => format!("date_of({event})"),
            3 => format!("by({event}, {until})"),
            4 => format!("at(hazard({event}), {from})"),
            5 => format!("at({}, {from})", scope.number(2, dice)),
            6 => format!("mean_over({}, {from}, {until})", scope.number(1, dice)),
            7 => format!("sum_over({}, {from}, {until})", scope.number(1, dice)),
            8 => format!("max_over({}, {from}, {until})", scope.number(1, dice)),
            9 => format!("date_of_max({}, {from}, {until})", scope.number(1, dice)),
            10 => {
                let stock = scope.cell(&dice.of(&symbols.stocks).clone(), dice);
                format!("correlation({stock}, {}, month)", scope.number(1, dice))
            }
            11 => scope.number(2, dice),
            _ => scope.truth(2, dice),
        };
        *model += &format!(
            "[outcome.oo_outcome{number}]\ntitle = \"What came of it\"\nis = \"{is}\"\n{JUDGEMENT}\n"
        );
    }
}
