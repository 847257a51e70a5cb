//! A stock that grows beyond every number stops the run, by name, before anything is made of it.

use detente_engine::{Block, EngineError, Machine, Setup, Width, compile};
use detente_model::Model;
use detente_scenario::load_from;
use detente_scenario::reading::Source;

/// A stock that grows a hundred thousand times a week, up to `range` if it has one, moved by its change
/// or by an event.
fn swelling(range: &str, moved: &str) -> Model {
    let head = "format = 1\ntitle = \"T\"\nstart = 1953-01-05\nweeks = 8\nabout = \"A test.\"\n\
                leaves_out = \"All.\"\n";
    let model = format!(
        "about = \"A test.\"\n[stock.swelling]\nabout = \"It grows.\"\nunit = \"1\"\ninitial = 1e300\n\
         judgement = \"A test.\"\n{range}\n{moved}\n[parameter.pace]\nabout = \"How fast.\"\nvalue = 1e5\n\
         unit = \"1\"\njudgement = \"A test.\"\n[parameter.week]\nabout = \"A week.\"\nvalue = 1\n\
         unit = \"week\"\njudgement = \"A test.\"\n[outcome.end]\ntitle = \"End\"\n\
         is = \"at(swelling, 1953-02-23)\"\n"
    );
    let files = [("scenario.toml", head), ("model/t.toml", &model)];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into();
    let loaded = load_from(&Source::Memory { name: "t".to_owned(), files }, |_| None, &[]);
    loaded.model.unwrap_or_else(|| panic!("{:?}", loaded.findings))
}

fn end(model: &Model, width: Width) -> Result<Vec<Vec<f64>>, EngineError> {
    let program = compile(model, &Setup::default()).expect("a program");
    let machine = Machine { width, ..Machine::best() };
    let mut block = Block::begin(&program, 1, &[0], machine)?;
    while block.week() < program.weeks() {
        block.step(&program)?;
    }
    block.answers(&program)
}

const BY_CHANGE: &str = "change = \"swelling * pace / week\"";
const BY_EVENT: &str = "[event.growth]\nabout = \"It grows.\"\nrate = \"1000 * pace / week\"\njudgement = \"A test.\"\n\
                        does = [\"swelling *= pace\"]";

#[test]
fn a_stock_without_a_range_stops_the_run() {
    for moved in [BY_CHANGE, BY_EVENT] {
        for width in Width::ALL {
            let stopped = end(&swelling("", moved), width);
            let stopped = stopped.expect_err(moved);
            assert!(
                matches!(&stopped, EngineError::NotANumber { element, week: 1, .. } if element.starts_with("swelling")),
                "{stopped}"
            );
        }
    }
}

#[test]
fn a_stock_in_a_range_is_held() {
    for moved in [BY_CHANGE, BY_EVENT] {
        let answers = end(&swelling("range = [0, 1e301]", moved), Width::ALL[0]).expect("an end");
        assert_eq!(answers, [[1e301]]);
    }
}
