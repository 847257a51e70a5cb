//! How a law is tried: on which worlds, and what is said when it breaks.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use detente_engine::{Doubt, EngineError, Machine, References, Setup};
use detente_model::{Intervention, Model};
use detente_scenario::diagnostic::Severity;
use detente_scenario::reading::Source;
use detente_scenario::render::{Colour, render};
use detente_scenario::{load_with, parse_intervention};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::random::{Dice, Scenario, random_interventions, scenarios};
use crate::reference::{Assumed, Circumstances, Life, NotANumber, live};
use crate::telling::{keeping_all, tell};
use crate::told::{Told, of_life};

/// Random worlds that a law is tried on, unless `PROPTEST_CASES` says otherwise.
const WORLDS: u32 = 60;

/// A world that a law is tried on.
pub(crate) struct World {
    /// The model.
    pub(crate) model: Model,
    /// Its files.
    pub(crate) scenario: Scenario,
    /// Whose it is.
    pub(crate) made_by: MadeBy,
    /// A number that differs from world to world.
    pub(crate) seed: u64,
}

/// Who made a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MadeBy {
    /// Dice: small, and strange.
    Dice,
    /// An author: large, and run for fewer histories.
    Author,
}

impl World {
    /// The numbers of so many histories; of fewer, if the world is large.
    pub(crate) fn histories(&self, wanted: u64) -> Vec<u64> {
        let most = match self.made_by {
            MadeBy::Dice => wanted,
            MadeBy::Author => wanted.min(2 + wanted / 8),
        };
        (0..most).collect()
    }

    /// A few interventions.
    pub(crate) fn changes(&self, most: usize) -> Vec<Intervention> {
        random_interventions(&self.model, &mut Dice::new(&self.thrown()), most)
    }

    /// Dice of its own.
    pub(crate) fn thrown(&self) -> Vec<u16> {
        let mut thrown = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut throw = || {
            thrown ^= thrown << 13;
            thrown ^= thrown >> 7;
            thrown ^= thrown << 17;
            (thrown >> 40) as u16
        };
        (0..100).map(|_| throw()).collect()
    }
}

/// Who runs the histories.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum By {
    /// The reference, slowly.
    Reference(Assumed<'static>),
    /// The engine, many abreast.
    Engine(Assumed<'static>),
}

impl By {
    /// The numbers of so many histories of a world; of few, if they are lived by hand.
    pub(crate) fn histories(self, world: &World, wanted: u64) -> Vec<u64> {
        match self {
            By::Reference(_) => world.histories(wanted.min(2)),
            By::Engine(_) => world.histories(wanted),
        }
    }

    /// Runs histories under some changes.
    pub(crate) fn tell(
        self,
        model: &Model,
        changes: &[Intervention],
        seed: u64,
        ids: &[u64],
    ) -> Result<Vec<Told>, TestCaseError> {
        match self {
            By::Reference(parameters) => ids
                .iter()
                .map(|&history| {
                    let life = lived(model, seed, history, parameters, changes);
                    let life = life.map_err(|stop| TestCaseError::reject(format!("{stop:?}")))?;
                    Ok(of_life(model, history, &life))
                })
                .collect(),
            By::Engine(parameters) => {
                let program = keeping_all(model, &setup(parameters, changes));
                complete(tell(model, &program, seed, ids, Machine::best()))
            }
        }
    }
}

/// What a program is compiled for.
pub(crate) fn setup(parameters: Assumed<'_>, changes: &[Intervention]) -> Setup {
    let doubt = match parameters {
        Assumed::AtValue => Doubt::AtValues,
        Assumed::FromPriors => Doubt::Prior,
        Assumed::FromRows(posterior) => Doubt::Posterior(Arc::new(posterior.clone())),
    };
    Setup { interventions: changes.to_vec(), doubt, ..Setup::default() }
}

/// A run that stopped at what is not a number is of no use to most laws.
pub(crate) fn complete<T>(run: Result<T, EngineError>) -> Result<T, TestCaseError> {
    run.map_err(|error| TestCaseError::reject(error.to_string()))
}

/// Holds a law over random worlds, over the shipped ones and over the toy worlds. `law` gives how many
/// histories it ran.
pub(crate) fn hold(name: &str, law: impl Fn(&World) -> Result<usize, TestCaseError>) {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(WORLDS),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    let mut seed = [0; 32];
    for (place, byte) in seed.iter_mut().zip(name.bytes()) {
        *place = byte;
    }
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let (worlds, histories) = (Cell::new(0), Cell::new(0));
    let result = runner.run(&scenarios(), |scenario| {
        let model = loaded(&scenario)?;
        let seed = scenario.files.iter().map(|(_, text)| text.len() as u64).sum();
        let world = World { model, scenario, made_by: MadeBy::Dice, seed };
        histories.set(histories.get() + law(&world)?);
        worlds.set(worlds.get() + 1);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{name}: {error}");
    }
    let folders = folders("scenarios").into_iter().chain(folders("goldens/worlds"));
    let mut shipped = 0;
    for folder in folders {
        let world = World {
            model: from_folder(&folder),
            scenario: files_of(&folder),
            made_by: MadeBy::Author,
            seed: 1953,
        };
        match law(&world) {
            Ok(more) => histories.set(histories.get() + more),
            // Made-up changes may ask an author's model for what is no number.
            Err(TestCaseError::Reject(_)) => {}
            Err(error) => panic!("{name}, in {}: {error}", folder.display()),
        }
        shipped += 1;
    }
    let (worlds, histories) = (worlds.get(), histories.get());
    println!("{name}: {worlds} random worlds, {shipped} written ones, {histories} histories");
}

/// The scenarios of a folder of the repository.
pub(crate) fn folders(of: &str) -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(of);
    let entries = fs::read_dir(home).expect("a folder of scenarios");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.join("scenario.toml").is_file());
    folders.sort();
    folders
}

fn files_of(folder: &Path) -> Scenario {
    let mut files = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).expect("a folder of a scenario").flatten() {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy();
                files.push((name.into_owned(), fs::read_to_string(&path).expect("text")));
            }
        }
    }
    Scenario { files }
}

/// The model in a folder.
pub(crate) fn from_folder(folder: &Path) -> Model {
    load(&Source::Folder(folder.to_owned())).unwrap_or_else(|found| panic!("{found}"))
}

/// The model of a scenario in memory.
pub(crate) fn loaded(scenario: &Scenario) -> Result<Model, TestCaseError> {
    load(&Source::Memory { name: "dice".to_owned(), files: scenario.bytes() })
        .map_err(TestCaseError::fail)
}

fn load(source: &Source) -> Result<Model, String> {
    let loaded = load_with(source, &[]);
    let shown = |finding| render(finding, &loaded.files, Colour::Never);
    let errors = loaded.findings.iter().filter(|one| one.severity == Severity::Error);
    let errors: Vec<String> = errors.map(shown).collect();
    loaded.model.ok_or_else(|| errors.join("\n"))
}

/// Fails with what differs, if something does.
pub(crate) fn none(difference: Option<String>) -> Result<(), TestCaseError> {
    match difference {
        None => Ok(()),
        Some(difference) => Err(TestCaseError::fail(difference)),
    }
}

/// A history as the reference lives it.
pub(crate) fn lived(
    model: &Model,
    seed: u64,
    history: u64,
    parameters: Assumed<'_>,
    changes: &[Intervention],
) -> Result<Life, NotANumber> {
    let usual = References::default();
    live(model, &Circumstances { seed, history, parameters, changes, usual: &usual })
}

/// Interventions as typed.
pub(crate) fn typed(model: &Model, texts: &[String]) -> Vec<Intervention> {
    let parsed = |text: &String| {
        parse_intervention(model, text).unwrap_or_else(|fault| panic!("{text}: {}", fault.message))
    };
    texts.iter().map(parsed).collect()
}
