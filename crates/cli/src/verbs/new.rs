//! `detente new`: a small commented scenario that runs, to be changed into one's own.

use std::fs;
use std::path::Path;

use include_dir::{Dir, include_dir};

use crate::failure::Failure;
use crate::options::New;
use crate::voice::sentence;
use crate::{output, shipped};

static TEMPLATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/new");

/// Writes the template into a folder that is not there yet, or is empty.
pub(crate) fn run(options: &New) -> Result<(), Failure> {
    let folder = options.folder.as_path();
    let name = name_of(folder)?;
    let title = options.title.clone().unwrap_or_else(|| title_from(&name));
    if title.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        let what = "A title is one line without quotation marks or backslashes.";
        return Err(Failure::Input(what.to_owned()));
    }
    refuse_to_overwrite(folder)?;
    let mut files = Vec::new();
    shipped::gather(&TEMPLATE, &TEMPLATE, &mut files);
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(&bytes).replace("{{title}}", &title);
        let target = folder.join(&path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(|error| Failure::writing(parent, &error))?;
        }
        fs::write(&target, text).map_err(|error| Failure::writing(&target, &error))?;
    }
    let shown = folder.display();
    output::print(&format!(
        "{shown} holds a scenario of two neighbours and a border; read scenario.toml first. Then:\n\n  \
         detente check {shown}\n  detente run {shown}\n  detente ensemble {shown}\n"
    ))
}

/// The scenario's name: that of its folder.
fn name_of(folder: &Path) -> Result<String, Failure> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || name.len() > 80 || !name.bytes().all(plain) {
        return Err(Failure::Input(format!(
            "\"{}\" is no name for a scenario: use small letters, digits and hyphens, such as \
             suez-1956.",
            folder.display()
        )));
    }
    Ok(name.to_owned())
}

/// `suez-1956` as a title: "Suez 1956".
fn title_from(name: &str) -> String {
    sentence(&name.replace('-', " "))
}

fn refuse_to_overwrite(folder: &Path) -> Result<(), Failure> {
    let there = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.symlink_metadata().is_ok(),
    };
    if there {
        return Err(Failure::Input(format!(
            "{} is already there; nothing was written. Choose another name.",
            folder.display()
        )));
    }
    Ok(())
}
