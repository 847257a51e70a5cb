//! The model that loading makes: values in base units, numbers of index variables, and the law that
//! the order of keys and files does not matter.

mod small;

use detente_model::{Expr, Kind, Model, Place, Recurrence, StateValues};
use small::{Files, loaded, model, small, small_with};

fn kind<'m>(model: &'m Model, name: &str) -> &'m Kind {
    &model.element(model.find_element(name).expect(name)).kind
}

#[test]
fn values_are_in_base_units() {
    let model = model();
    let Kind::Parameter(pace) = kind(&model, "pace") else { panic!("a parameter") };
    assert_eq!(pace.values, [0.5 / 52.0]);
    assert_eq!(pace.range.high, 2.0 / 52.0);
    let prior = pace.priors[0].as_ref().expect("a prior");
    assert_eq!(prior.arguments[1].expr, Expr::Constant(0.1 * pace.unit.scale));
    let Kind::Stock(people) = kind(&model, "people") else { panic!("a stock") };
    // Instances stand in order of declaration: Poland first.
    assert_eq!(people.initial, detente_model::Initial::Values(vec![27e6, 18e6]));
    assert_eq!(people.unit.shown(27e6), 27.0);
    let Kind::Outcome(outcome) = kind(&model, "people_at_last") else { panic!("an outcome") };
    assert_eq!(outcome.unit.text, "million person");
    let Kind::State(premier) = kind(&model, "premier") else { panic!("a state") };
    assert_eq!(premier.initial, [0.0]);
    assert!(matches!(premier.of, StateValues::Member { may_be_vacant: false, .. }));
}

#[test]
fn a_scaled_log_mean_adds_the_logarithm_of_the_scale() {
    let toml = "[parameter.k]\nabout = 'K.'\nunit = 'thousand person'\nvalue = 2\n\
                prior = 'lognormal(0.7, 0.1)'\njudgement = 'J.'\n\
                [outcome.o]\ntitle = 'O'\nis = 'at(k, 1953-05-04)'";
    let model = loaded(&small_with(toml)).model.expect("sound");
    let Kind::Parameter(k) = kind(&model, "k") else { panic!("a parameter") };
    let prior = k.priors[0].as_ref().expect("a prior");
    assert!(matches!(&prior.arguments[0].expr, Expr::Binary(_, mean, ln)
        if **mean == Expr::Constant(0.7) && matches!(ln.as_ref(), Expr::Call(..))));
    assert_eq!(prior.arguments[1].expr, Expr::Constant(0.1));
}

#[test]
fn index_variables_are_numbered_by_nesting() {
    let model = model();
    let Kind::Event(rising) = kind(&model, "rising") else { panic!("an event") };
    let spread = &rising.does[1];
    assert_eq!(spread.target.index, [Expr::Binder(1)]);
    let detente_model::Happening::Rate(parts) = &rising.happening else { panic!("a rate") };
    let Expr::Binary(_, _, count) = &parts[1].weight.expr else { panic!("a product") };
    let Expr::Fold(fold) = count.as_ref() else { panic!("a count") };
    assert_eq!(fold.variable, 1);
    assert_eq!(rising.recurrence, Recurrence::Cooldown(1));
    let Kind::Decision(succession) = kind(&model, "succession") else { panic!("a decision") };
    let names: Vec<String> =
        succession.alternatives.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, ["name[malenkov]", "name[beria]"]);
    assert_eq!(succession.alternatives[0].does[0].value, Expr::Binder(0));
}

#[test]
fn full_names_are_addresses_unless_renamed() {
    let toml = "[trait.luck]\nwas = 'fortune'\nover = 's in satellite, t in satellite where s != t'\n\
                about = 'Luck.'\ndraw = 'normal(0, 1)'\n\
                [outcome.o]\ntitle = 'O'\nis = 'at(luck[gdr, poland], 1953-05-04)'";
    let model = loaded(&small_with(toml)).model.expect("sound");
    let luck = model.element(model.find_element("luck").expect("luck"));
    let names: Vec<(&str, &str)> = luck
        .over
        .instances
        .iter()
        .map(|one| (one.full_name.as_str(), one.address.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("luck[poland, gdr]", "fortune[poland, gdr]"),
            ("luck[gdr, poland]", "fortune[gdr, poland]")
        ]
    );
}

/// A model without what the order of files may change: places, and subsystems' texts.
fn without_places(mut model: Model) -> Model {
    for element in &mut model.elements {
        element.place = Place::default();
        element.subsystem = None;
    }
    model.subsystems.clear();
    model.digest.clear();
    model
}

/// The elements of a file in reverse order, by their headers.
fn turned(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for line in text.lines() {
        let begins = line.starts_with('[') && !line.contains(".option.");
        if begins || parts.is_empty() {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    let head = parts.remove(0);
    parts.reverse();
    format!("{head}{}", parts.concat())
}

#[test]
fn the_order_of_elements_and_files_does_not_matter() {
    let files = small();
    let (scenario, base) = (files[0].1.clone(), files[1].1.clone());
    let half = base.find("[event.birthday]").expect("an element");
    let other: Files = vec![
        ("scenario.toml".to_owned(), scenario),
        ("model/a.toml".to_owned(), turned(&format!("about = 'x'\n{}", &base[half..]))),
        ("model/b.toml".to_owned(), turned(&base[..half])),
    ];
    let other = loaded(&other).model.expect("sound");
    assert_eq!(without_places(other), without_places(model()));
}
