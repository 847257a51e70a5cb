//! Section 7 of the document: every equation and parameter, subsystem by subsystem.

use std::fmt::Write as _;

use detente_model::{
    Alignment, Bargain, BargainMethod, Coalition, Distribution, Element, Every, Kind, Model,
    Neutral, Parameter, Stock,
};

use super::words::equation;
use super::{reasoning, start, words};

pub(super) fn write(model: &Model, out: &mut String) {
    out.push_str("## 7. Submodels\n\n");
    for (number, subsystem) in model.subsystems.iter().enumerate() {
        let _ = writeln!(out, "### 7.{} {}\n", number + 1, words::heading(&subsystem.name));
        if !subsystem.about.trim().is_empty() {
            let _ = writeln!(out, "{}\n", subsystem.about.trim());
        }
        if !subsystem.thesis.trim().is_empty() {
            let _ = writeln!(out, "*Thesis.* {}\n", subsystem.thesis.trim());
        }
        if !subsystem.leaves_out.trim().is_empty() {
            let _ = writeln!(out, "*Left out.* {}\n", subsystem.leaves_out.trim());
        }
        let sources = words::citations(model, &subsystem.sources);
        if !sources.is_empty() {
            let _ = writeln!(out, "*Built on.* {sources}\n");
        }
        elements(model, Some(number), out);
    }
    if model.elements.iter().any(|element| element.subsystem.is_none()) {
        let _ = writeln!(out, "### 7.{} Common to all\n", model.subsystems.len() + 1);
        elements(model, None, out);
    }
}

/// The elements of one subsystem: parameters as a table, the others one by one, in order of kind.
fn elements(model: &Model, subsystem: Option<usize>, out: &mut String) {
    let own: Vec<&Element> =
        model.elements.iter().filter(|element| element.subsystem == subsystem).collect();
    parameters(model, &own, out);
    let order: [fn(&Kind) -> bool; 8] = [
        |kind| matches!(kind, Kind::Trait(_) | Kind::Noise(_)),
        |kind| matches!(kind, Kind::State(_)),
        |kind| matches!(kind, Kind::Variable(_)),
        |kind| matches!(kind, Kind::Stock(_)),
        |kind| matches!(kind, Kind::Event(_)),
        |kind| matches!(kind, Kind::Decision(_)),
        |kind| matches!(kind, Kind::Bargain(_) | Kind::Coalition(_) | Kind::Alignment(_)),
        |kind| matches!(kind, Kind::Series(_)),
    ];
    for wanted in order {
        for element in own.iter().filter(|element| wanted(&element.kind)) {
            one(model, element, out);
        }
    }
}

fn parameters(model: &Model, own: &[&Element], out: &mut String) {
    let mut opened = false;
    for element in own {
        let Kind::Parameter(parameter) = &element.kind else { continue };
        if !opened {
            out.push_str("| parameter | what it is | value | unit | prior | range | why |\n");
            out.push_str("|---|---|---|---|---|---|---|\n");
            opened = true;
        }
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | `{}` | {} | {} | {} |",
            words::indexed_name(element),
            words::cell(&words::sentence(&element.about, &element.over)),
            start::by_instance(model, element, &parameter.values, |value| {
                words::number(parameter.unit.shown(value))
            }),
            parameter.unit.text,
            priors(model, element, parameter),
            range(parameter),
            words::cell(&words::grounds(model, &element.provenance))
        );
    }
    if opened {
        out.push('\n');
    }
}

fn priors(model: &Model, element: &Element, parameter: &Parameter) -> String {
    let texts: Vec<Option<&str>> = parameter
        .priors
        .iter()
        .map(|prior| prior.as_ref().map(|distribution| distribution.text.as_str()))
        .collect();
    if texts.iter().all(Option::is_none) {
        return "not doubted".to_owned();
    }
    start::by_instance(model, element, &texts, |text| {
        text.map_or("not doubted".to_owned(), |text| format!("`{text}`"))
    })
}

fn range(parameter: &Parameter) -> String {
    let (low, high) = (parameter.range.low, parameter.range.high);
    if low == f64::NEG_INFINITY && high == f64::INFINITY {
        return String::new();
    }
    let shown = |value| words::number(parameter.unit.shown(value));
    format!("{} to {}", shown(low), shown(high))
}

fn one(model: &Model, element: &Element, out: &mut String) {
    let kind = match &element.kind {
        Kind::Trait(_) => "Trait",
        Kind::Noise(_) => "Noise",
        Kind::Stock(_) => "Stock",
        Kind::State(_) => "State",
        Kind::Variable(_) => "Variable",
        Kind::Event(_) => "Event",
        Kind::Decision(_) => "Decision",
        Kind::Bargain(_) => "Bargain",
        Kind::Coalition(_) => "Coalition",
        Kind::Alignment(_) => "Alignment",
        Kind::Series(_) => "Series",
        Kind::Parameter(_) | Kind::Outcome(_) => return,
    };
    let _ = writeln!(out, "#### {kind} `{}`\n", words::indexed_name(element));
    let about = words::sentence(&element.about, &element.over);
    let ranges = words::ranges(model, &element.over);
    let ranges = if ranges.is_empty() { ranges } else { format!(" {ranges}.") };
    let _ = writeln!(out, "{about}{ranges}\n");
    match &element.kind {
        Kind::Trait(one) => drawn(&one.draw, "once a history", &one.unit.text, out),
        Kind::Noise(one) => {
            let when = match one.every {
                Every::Week => "each week",
                Every::Year => "each calendar year",
            };
            drawn(&one.draw, when, &one.unit.text, out);
        }
        Kind::Stock(stock) => stock_equation(&words::indexed_name(element), stock, out),
        Kind::Variable(variable) => {
            let name = words::indexed_name(element);
            equation(&format!("{name} = {}", variable.equals.text), out);
            let _ = writeln!(out, "In `{}`.\n", variable.unit.text);
        }
        Kind::Event(event) => reasoning::event(model, element, event, out),
        Kind::Decision(decision) => reasoning::decision(model, element, decision, out),
        Kind::Bargain(bargain) => write_bargain(bargain, out),
        Kind::Coalition(coalition) => write_coalition(model, coalition, out),
        Kind::Alignment(alignment) => write_alignment(model, alignment, out),
        Kind::State(_) | Kind::Series(_) | Kind::Parameter(_) | Kind::Outcome(_) => {}
    }
    if let Some(neutral) = &element.neutral {
        let _ = writeln!(out, "Without it: {}.\n", without(element, *neutral));
    }
    let grounds = words::grounds(model, &element.provenance);
    if !grounds.is_empty() {
        let _ = writeln!(out, "*Why.* {grounds}\n");
    }
}

fn without(element: &Element, neutral: Neutral) -> String {
    match (neutral, &element.kind) {
        (Neutral::Never, _) => "it never happens".to_owned(),
        (Neutral::Alternative(n), Kind::Decision(decision)) => {
            format!("the answer is always `{}`", decision.alternatives[n].name)
        }
        (Neutral::Alternative(n), _) => format!("alternative {n}"),
        (Neutral::Value(value), kind) => {
            let unit = match kind {
                Kind::Stock(stock) => Some(&stock.unit),
                Kind::Variable(variable) => Some(&variable.unit),
                Kind::Parameter(parameter) => Some(&parameter.unit),
                Kind::Series(series) => Some(&series.unit),
                _ => None,
            };
            let shown = unit.map_or_else(|| words::number(value), |u| words::quantity(value, u));
            format!("it is held at {shown}")
        }
    }
}

fn drawn(draw: &Distribution, when: &str, unit: &str, out: &mut String) {
    let _ = writeln!(out, "Drawn {when} from {}, in `{unit}`.\n", words::code(&draw.text));
}

fn stock_equation(name: &str, stock: &Stock, out: &mut String) {
    let change = stock.change.as_ref().map_or("0", |change| change.text.trim());
    equation(&format!("change of {name} a week = {change}"), out);
    if let Some(shock) = &stock.shock {
        let _ = writeln!(out, "Each week chance adds {}.\n", words::code(&shock.text));
    }
}

fn write_bargain(bargain: &Bargain, out: &mut String) {
    let method = match bargain.method {
        BargainMethod::Compromise => "the compromise mean (weighted by power and salience)",
        BargainMethod::Condorcet => "a probabilistic Condorcet election; the text is drawn",
        BargainMethod::Challenge => "the challenge model, as it was run",
        BargainMethod::ChallengeAsPrinted => "the challenge model, as its paper prints it",
    };
    let _ = writeln!(
        out,
        "It plays a turn in each week in which {} holds, and is settled by {method}. The compromise \
         mean is computed beside it.\n",
        words::code(&bargain.convenes.text)
    );
    for dimension in &bargain.dimensions {
        let _ = writeln!(
            out,
            "- {} (`{}`): 0 is “{}”, 100 is “{}”; without agreement {}",
            dimension.title,
            dimension.name,
            dimension.low,
            dimension.high,
            words::code(&dimension.reversion.text)
        );
    }
    out.push_str("\n| player | power | position | salience | veto |\n|---|---|---|---|---|\n");
    for player in &bargain.players {
        let list = |formulas: &[detente_model::Formula]| {
            let texts: Vec<String> = formulas.iter().map(|f| words::code(&f.text)).collect();
            words::cell(&texts.join("; "))
        };
        let _ = writeln!(
            out,
            "| {} (`{}`) | {} | {} | {} | {} |",
            player.title,
            player.name,
            words::cell(&words::code(&player.power.text)),
            list(&player.position),
            list(&player.salience),
            if player.veto { "yes" } else { "no" }
        );
    }
    out.push('\n');
}

fn write_coalition(model: &Model, coalition: &Coalition, out: &mut String) {
    let _ = writeln!(
        out,
        "Which of `{}` can rule together (Acemoglu, Egorov and Sonin 2008), with more than {} of {} \
         parts of power: *{}* has power {} and sits if {}.\n",
        model.set(coalition.set).name,
        coalition.majority.0,
        coalition.majority.1,
        coalition.binder,
        words::code(&coalition.power.text),
        words::code(&coalition.sits.text)
    );
}

fn write_alignment(model: &Model, alignment: &Alignment, out: &mut String) {
    let _ = writeln!(
        out,
        "Into which of {} sides the members of `{}` fall (landscape theory, Axelrod and Bennett \
         1993), anew in each week in which {} holds: *{}* has size {}, starts on side {}, and suits \
         *{}* by {}.\n",
        alignment.sides,
        model.set(alignment.set).name,
        words::code(&alignment.convenes.text),
        alignment.binders.0,
        words::code(&alignment.size.text),
        words::code(&alignment.start.text),
        alignment.binders.1,
        words::code(&alignment.propensity.text)
    );
}
