//! `detente verify`: a run is repeated from its manifest, and every byte compared.

use detente_lab::bundle::read_manifest;
use detente_lab::scenario::typed_intervention;
use detente_lab::{Verification, verify};

use crate::failure::Failure;
use crate::options::{TextFormat, Verify};
use crate::output::{print, print_json};
use crate::progress::Watching;
use crate::scenario;
use crate::table::{Column, table, text};

/// Repeats the run and says, file by file, whether it is the same.
pub(crate) fn run(options: &Verify) -> Result<(), Failure> {
    let manifest = read_manifest(&options.run)?;
    let name = options.scenario.as_deref().unwrap_or(&manifest.scenario);
    let model = scenario::model(Some(name), &manifest.loaded_with)?;
    let parsed = |typed: &Vec<String>| {
        let one = |text: &String| typed_intervention(&model, text, scenario::colour_on_stderr());
        typed.iter().map(one).collect::<Result<Vec<_>, _>>().map_err(Failure::Input)
    };
    let holding = [parsed(&manifest.assumptions)?, parsed(&manifest.interventions)?];
    let watching = Watching::begin(manifest.histories)?;
    let found = watching.during(|watch| verify(&options.run, &model, holding, watch))?;
    match options.format {
        TextFormat::Json => print_json(&Said { holds: found.holds(), found: &found })?,
        TextFormat::Table => print(&told(&found, &manifest.release))?,
    }
    if found.holds() { Ok(()) } else { Err(Failure::NotSound) }
}

/// The JSON shape: the verification with its verdict.
#[derive(serde::Serialize)]
struct Said<'a> {
    holds: bool,
    #[serde(flatten)]
    found: &'a Verification,
}

fn told(found: &Verification, release: &str) -> String {
    if !found.same_scenario {
        return "The scenario is not the one of this run: its digest differs. Give the folder of the \
                version that was run.\n"
            .to_owned();
    }
    let mut table = table(&[
        ("File", Column::Words),
        ("As it lies there", Column::Words),
        ("Run again", Column::Words),
    ]);
    for file in &found.files {
        let verdict = |hash: &Option<String>| match hash {
            _ if file.stated.is_none() => "not in the manifest",
            None => "not there",
            hash if *hash == file.stated => "the same",
            Some(_) => "differs",
        };
        table.add_row([file.name.as_str(), verdict(&file.found), verdict(&file.repeated)]);
    }
    let mut out = text(&table);
    out.push_str(if found.holds() {
        "\nEvery file is the same to the byte, and comes out the same again.\n"
    } else {
        "\nThis run does not hold.\n"
    });
    if !found.same_release && !found.holds() {
        out.push_str(&format!("It was written by release {release}, not by this one.\n"));
    }
    out
}
