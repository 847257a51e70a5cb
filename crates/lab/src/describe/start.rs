//! Sections 5 and 6 of the document: how a history starts, and what it is given.

use std::fmt::Write as _;

use detente_model::{
    Element, Event, Happening, Initial, Kind, Model, NONE, On, Provenance, Series, State,
    StateValues, Stock,
};

use super::words;

pub(super) fn write(model: &Model, out: &mut String) {
    initialisation(model, out);
    input_data(model, out);
}

fn initialisation(model: &Model, out: &mut String) {
    out.push_str("## 5. Initialisation\n\n");
    let _ = writeln!(
        out,
        "Histories start in the week of {}; they differ at the start only by their traits and, \
         where doubt is asked for, by their parameters.\n",
        words::date(model.calendar.start)
    );
    out.push_str("| name | starts at | why |\n|---|---|---|\n");
    for element in &model.elements {
        let starts = match &element.kind {
            Kind::Stock(stock) => stock_start(model, element, stock),
            Kind::State(state) => state_start(model, element, state),
            _ => continue,
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} |",
            words::indexed_name(element),
            words::cell(&starts),
            words::cell(&words::grounds(model, &element.provenance))
        );
    }
    out.push('\n');
}

fn stock_start(model: &Model, element: &Element, stock: &Stock) -> String {
    match &stock.initial {
        Initial::Formula(formula) => words::code(&formula.text),
        Initial::Values(values) => {
            by_instance(model, element, values, |value| words::quantity(value, &stock.unit))
        }
    }
}

fn state_start(model: &Model, element: &Element, state: &State) -> String {
    by_instance(model, element, &state.initial, |value| match state.of {
        StateValues::Truth => if value == 0.0 { "false" } else { "true" }.to_owned(),
        StateValues::Member { .. } if value == NONE => "vacant".to_owned(),
        StateValues::Member { set, .. } => {
            let root = model.set(set).root;
            model.set(root).roll.get(value as usize).map_or(String::new(), |m| m.name.clone())
        }
    })
}

/// One value if all instances share it, otherwise each by its members' names.
pub(super) fn by_instance<T: PartialEq + Copy>(
    model: &Model,
    element: &Element,
    values: &[T],
    show: impl Fn(T) -> String,
) -> String {
    match values {
        [] => String::new(),
        [first, rest @ ..] if rest.iter().all(|value| value == first) => show(*first),
        _ => {
            let parts: Vec<String> = element
                .over
                .instances
                .iter()
                .zip(values)
                .map(|(instance, value)| {
                    let names: Vec<&str> = element
                        .over
                        .binders
                        .iter()
                        .zip(&instance.members)
                        .map(|(binder, member)| {
                            let root = model.set(binder.set).root;
                            model.set(root).roll[*member].name.as_str()
                        })
                        .collect();
                    format!("{} {}", names.join("–"), show(*value))
                })
                .collect();
            parts.join(", ")
        }
    }
}

fn input_data(model: &Model, out: &mut String) {
    out.push_str("## 6. Input data\n\n");
    let mut given = false;
    for element in &model.elements {
        if let Kind::Series(series) = &element.kind {
            if !given {
                out.push_str("| series | what it is | unit | from | values | why |\n");
                out.push_str("|---|---|---|---|---|---|\n");
            }
            given = true;
            series_row(model, element, series, out);
        }
    }
    if given {
        out.push('\n');
    } else {
        out.push_str("No series are given from outside.\n\n");
    }
    let dated: Vec<(&Element, &Event, &str)> = model
        .elements
        .iter()
        .filter_map(|element| match &element.kind {
            Kind::Event(event) => match &event.happening {
                Happening::On(On::Week(_, date)) => Some((element, event, date.as_str())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    if !dated.is_empty() {
        out.push_str("Events given by date:\n\n");
        for (element, event, date) in dated {
            let unless = event
                .needs
                .as_ref()
                .map_or(String::new(), |needs| format!(", if {}", words::code(&needs.text)));
            let date = words::written_out(date);
            let _ = writeln!(
                out,
                "- `{}` on {date}{unless}: {}{}",
                words::indexed_name(element),
                words::sentence(&element.about, &element.over),
                in_brackets(model, &element.provenance)
            );
        }
        out.push('\n');
    }
}

fn in_brackets(model: &Model, provenance: &Provenance) -> String {
    let grounds = words::grounds(model, provenance);
    if grounds.is_empty() { grounds } else { format!(" ({grounds})") }
}

fn series_row(model: &Model, element: &Element, series: &Series, out: &mut String) {
    let ends: Vec<String> = series
        .values
        .iter()
        .filter_map(|path| Some((path.first()?, path.last()?)))
        .map(|(first, last)| {
            let shown = |value: &f64| words::number(series.unit.shown(*value));
            format!("{} … {}", shown(first), shown(last))
        })
        .collect();
    let _ = writeln!(
        out,
        "| `{}` | {} | `{}` | `{}`, column `{}` | {} | {} |",
        words::indexed_name(element),
        words::cell(&words::sentence(&element.about, &element.over)),
        series.unit.text,
        series.table,
        series.column,
        ends.join("; "),
        words::cell(&words::grounds(model, &element.provenance))
    );
}
