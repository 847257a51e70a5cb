//! An element as labelled words, so that two versions of it can be set side by side.

use std::collections::BTreeMap;

use detente_model::{
    Alternative, Decision, Effect, Element, Event, Happening, Initial, Kind, Model, On, Parameter,
    Reason, Recurrence,
};

use crate::report::words::number;

/// Labels and words: what an author wrote of an element, and its numbers in its own unit.
pub(crate) type Facets = BTreeMap<String, String>;

/// Everything said of an element that can make a difference, or that a reader sees.
pub(crate) fn facets(model: &Model, element: &Element) -> Facets {
    let mut facets = Facets::new();
    let mut say = |label: &str, words: String| {
        if !words.is_empty() {
            facets.insert(label.to_owned(), words);
        }
    };
    say("about", element.about.clone());
    say("judgement", element.provenance.judgement.clone().unwrap_or_default());
    let sources = element.provenance.sources.iter().map(|one| match &one.locator {
        Some(locator) => format!("{}, {locator}", one.key),
        None => one.key.clone(),
    });
    say("source", sources.collect::<Vec<_>>().join("; "));
    let names = element.over.instances.iter().map(|one| one.full_name.clone());
    if !element.over.binders.is_empty() {
        say("over", names.collect::<Vec<_>>().join(", "));
    }
    match &element.kind {
        Kind::Parameter(parameter) => of_parameter(element, parameter, &mut facets),
        Kind::Series(series) => {
            facets.insert("table".to_owned(), format!("{}, {}", series.table, series.column));
            let sums = series.values.iter().map(|weeks| weeks.iter().sum::<f64>().to_string());
            facets.insert("sum over weeks".to_owned(), sums.collect::<Vec<_>>().join(", "));
        }
        Kind::Trait(of) => drop(facets.insert("draw".to_owned(), of.draw.text.clone())),
        Kind::Noise(of) => {
            facets.insert("draw".to_owned(), format!("{} each {:?}", of.draw.text, of.every));
        }
        Kind::Stock(stock) => {
            let mut say = |label: &str, words: String| facets.insert(label.to_owned(), words);
            say(
                "initial",
                match &stock.initial {
                    Initial::Values(values) => numbers(values, stock.unit.scale),
                    Initial::Formula(formula) => formula.text.clone(),
                },
            );
            say("change", stock.change.as_ref().map_or(String::new(), |of| of.text.clone()));
            say("shock", stock.shock.as_ref().map_or(String::new(), |of| of.text.clone()));
            say("range", numbers(&[stock.range.low, stock.range.high], stock.unit.scale));
            say("unit", stock.unit.text.clone());
        }
        Kind::State(state) => {
            drop(facets.insert("initial".to_owned(), numbers(&state.initial, 1.0)))
        }
        Kind::Variable(variable) => {
            facets.insert("equals".to_owned(), variable.equals.text.clone());
            facets.insert("unit".to_owned(), variable.unit.text.clone());
        }
        Kind::Event(event) => of_event(event, &mut facets),
        Kind::Decision(decision) => of_decision(model, decision, &mut facets),
        Kind::Bargain(bargain) => {
            facets.insert("method".to_owned(), format!("{:?}", bargain.method));
            facets.insert("convenes".to_owned(), bargain.convenes.text.clone());
            for player in &bargain.players {
                let parts =
                    [&player.power].into_iter().chain(&player.position).chain(&player.salience);
                let texts: Vec<&str> = parts.map(|one| one.text.as_str()).collect();
                facets.insert(format!("player {}", player.name), texts.join("; "));
            }
        }
        Kind::Coalition(coalition) => {
            facets.insert("power".to_owned(), coalition.power.text.clone());
            facets.insert("sits".to_owned(), coalition.sits.text.clone());
            facets.insert("majority".to_owned(), format!("{:?}", coalition.majority));
        }
        Kind::Alignment(alignment) => {
            for (label, of) in [
                ("size", &alignment.size),
                ("propensity", &alignment.propensity),
                ("start", &alignment.start),
                ("convenes", &alignment.convenes),
            ] {
                facets.insert(label.to_owned(), of.text.clone());
            }
        }
        Kind::Outcome(outcome) => {
            facets.insert("is".to_owned(), outcome.is.text.clone());
            facets.insert("unit".to_owned(), outcome.unit.text.clone());
        }
    }
    facets.retain(|_, words| !words.is_empty());
    facets
}

fn numbers(values: &[f64], scale: f64) -> String {
    let shown = values.iter().map(|value| (value / scale).to_string());
    shown.collect::<Vec<_>>().join(", ")
}

fn of_parameter(element: &Element, parameter: &Parameter, facets: &mut Facets) {
    facets.insert("unit".to_owned(), parameter.unit.text.clone());
    let range = [parameter.range.low, parameter.range.high];
    facets.insert("range".to_owned(), numbers(&range, parameter.unit.scale));
    for (number_of, instance) in element.over.instances.iter().enumerate() {
        let name = match instance.full_name.split_once('[') {
            Some((_, index)) => format!("[{index}"),
            None => String::new(),
        };
        if let Some(value) = parameter.values.get(number_of) {
            let shown = parameter.unit.shown(*value);
            let words =
                if shown.abs() >= 1e-3 || shown == 0.0 { shown.to_string() } else { number(shown) };
            facets.insert(format!("value{name}"), words);
        }
        if let Some(Some(prior)) = parameter.priors.get(number_of) {
            facets.insert(format!("prior{name}"), prior.text.clone());
        }
    }
}

fn of_reasons(label: &str, reasons: &[Reason], facets: &mut Facets) {
    for reason in reasons {
        facets.insert(format!("{label} \"{}\"", reason.name), reason.weight.text.clone());
    }
}

fn of_effects(label: &str, effects: &[Effect], facets: &mut Facets) {
    let texts: Vec<&str> = effects.iter().map(|effect| effect.text.as_str()).collect();
    facets.insert(label.to_owned(), texts.join("; "));
}

fn of_event(event: &Event, facets: &mut Facets) {
    facets.insert(
        "needs".to_owned(),
        event.needs.as_ref().map_or(String::new(), |of| of.text.clone()),
    );
    match &event.happening {
        Happening::Rate(parts) => of_reasons("rate", parts, facets),
        Happening::On(On::Week(_, text)) => drop(facets.insert("on".to_owned(), text.clone())),
        Happening::On(On::When(formula)) => {
            facets.insert("on".to_owned(), formula.text.clone());
        }
    }
    of_reasons("because", &event.because, facets);
    for draw in &event.draws {
        facets.insert(format!("draw {}", draw.name), draw.from.text.clone());
    }
    of_effects("does", &event.does, facets);
    facets.insert(
        "again".to_owned(),
        match event.recurrence {
            Recurrence::Once => "once".to_owned(),
            Recurrence::Cooldown(weeks) => format!("after {weeks} weeks"),
        },
    );
    facets.insert("round".to_owned(), event.round.to_string());
    facets.insert("says".to_owned(), event.says.clone().unwrap_or_default());
}

fn of_decision(model: &Model, decision: &Decision, facets: &mut Facets) {
    let seat = match &decision.seat {
        detente_model::SeatRef::Chance => "chance".to_owned(),
        detente_model::SeatRef::Seat(seat, _) => {
            model.seats.get(*seat).map_or(String::new(), |seat| seat.name.clone())
        }
    };
    facets.insert("seat".to_owned(), seat);
    facets.insert(
        "when".to_owned(),
        decision.when.as_ref().map_or(String::new(), |of| of.text.clone()),
    );
    let again = decision.again.map_or(String::new(), |weeks| format!("after {weeks} weeks"));
    facets.insert("again".to_owned(), again);
    facets.insert("mood".to_owned(), format!("{} weeks", decision.mood.weeks));
    facets.insert("round".to_owned(), decision.round.to_string());
    for alternative in &decision.alternatives {
        of_alternative(alternative, facets);
    }
}

fn of_alternative(alternative: &Alternative, facets: &mut Facets) {
    let name = alternative.name.to_string();
    facets.insert(
        format!("option {name}"),
        alternative.says.clone().unwrap_or_else(|| "open".to_owned()),
    );
    let needs = alternative.needs.as_ref().map_or(String::new(), |of| of.text.clone());
    facets.insert(format!("option {name}: needs"), needs);
    of_reasons(&format!("option {name}: because"), &alternative.because, facets);
    of_effects(&format!("option {name}: does"), &alternative.does, facets);
}
