//! Opening a scenario: from a folder to a model, or to every finding in it, for those who know only
//! the lab.

pub use detente_scenario::diagnostic::{Diagnostic, Severity};
pub use detente_scenario::reading::Source;
pub use detente_scenario::render::Colour;
pub use detente_scenario::spelling::suggest;

use detente_model::{Change, Intervention, Kind, Model};
use detente_scenario::folder::Files;
use detente_scenario::render::render;
use serde::Serialize;

use crate::question::changes_of_schools;

/// A scenario that was read and checked.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The model; `None` exactly if a finding is an error.
    pub model: Option<Model>,
    /// All findings, in order of file and place.
    pub findings: Vec<Diagnostic>,
    files: Files,
}

/// Reads and checks a scenario under some schools; `find` gives a scenario that it extends, where
/// none of that name lies beside it.
pub fn open(source: &Source, schools: &[String], find: impl Fn(&str) -> Option<Source>) -> Opened {
    let schools: Vec<&str> = schools.iter().map(String::as_str).collect();
    let beside = match source {
        Source::Folder(path) => Some(detente_scenario::reading::beside(path)),
        Source::Memory { .. } => None,
    };
    let near = |name: &str| beside.as_ref().and_then(|beside| beside(name)).or_else(|| find(name));
    let loaded = detente_scenario::load_from(source, near, &schools);
    Opened { model: loaded.model, findings: loaded.findings, files: loaded.files }
}

impl Opened {
    /// The findings of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// A finding as shown in a terminal, with the text underlined; no line break at its end.
    pub fn rendered(&self, finding: &Diagnostic, colour: Colour) -> String {
        render(finding, &self.files, colour)
    }
}

/// Reads an intervention typed by hand: `stalin_dies never until 1954-12-31`.
///
/// # Errors
/// What is wrong with it, with the text underlined, as shown in a terminal.
pub fn typed_intervention(
    model: &Model,
    text: &str,
    colour: Colour,
) -> Result<Intervention, String> {
    typed_after("--do", model, text, colour)
}

fn typed_after(
    option: &str,
    model: &Model,
    text: &str,
    colour: Colour,
) -> Result<Intervention, String> {
    detente_scenario::parse_intervention_of(model, option, text)
        .map_err(|finding| rendered_typed(&finding, text, colour))
}

/// Reads an assumption typed by hand: `wedge = 0.2`. What is decided or happens is no assumption.
///
/// # Errors
/// As [`typed_intervention`]; or it changes what is decided or happens.
pub fn typed_assumption(model: &Model, text: &str, colour: Colour) -> Result<Intervention, String> {
    let read = typed_after("--assume", model, text, colour)?;
    match read.change {
        Change::Quantity(..) if is_parameter(model, &read) => Ok(read),
        Change::Cut { .. } | Change::Without => Ok(read),
        _ => Err(format!(
            "\"{text}\" is no assumption: assumptions are values of parameters, reasons that are cut, and \
             elements that are left out. What happens, is decided or is measured is changed with --do."
        )),
    }
}

fn is_parameter(model: &Model, intervention: &Intervention) -> bool {
    matches!(model.element(intervention.targets.element).kind, Kind::Parameter(_))
}

/// What is wrong with what the model's schools change, what is assumed, and what is changed by named
/// what-ifs and by hand, taken together; each finding as shown in a terminal.
pub fn clashes(
    model: &Model,
    [assumptions, what_ifs, interventions]: [&[Intervention]; 3],
    colour: Colour,
) -> Vec<String> {
    let mut all: Vec<(&str, &Intervention)> =
        changes_of_schools(model).map(|one| ("--school", one)).collect();
    let of_schools = all.len();
    let typed =
        [("--assume", assumptions), ("--what-if", what_ifs), ("--do", interventions)].into_iter();
    all.extend(typed.flat_map(|(option, given)| given.iter().map(move |one| (option, one))));
    detente_scenario::check_interventions(model, &all)
        .iter()
        .map(|(first, second, finding)| {
            let mut told = rendered_typed(finding, &all[*second].1.text, colour);
            if *first < of_schools {
                let schools = model.loaded_with.join(", ");
                told += &format!("\nThe first is what the school changes: {schools}.");
            }
            told
        })
        .collect()
}

fn rendered_typed(finding: &Diagnostic, text: &str, colour: Colour) -> String {
    let mut files = Files::default();
    files.add_typed(&finding.file, text);
    render(finding, &files, colour)
}

/// A finding in the shape that `--format json` keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The stable code: `S012`.
    pub code: String,
    /// `error` or `warning`.
    pub severity: String,
    /// The path inside the scenario's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl From<&Diagnostic> for Finding {
    fn from(finding: &Diagnostic) -> Self {
        Self {
            code: finding.code.id().to_owned(),
            severity: finding.severity.name().to_owned(),
            file: finding.file.clone(),
            line: finding.line,
            column: finding.column,
            message: finding.message.clone(),
            help: finding.help.clone(),
        }
    }
}
