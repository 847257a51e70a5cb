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
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes).replace("{{title}}", &title);
        if let Err(failure) = write(&folder.join(path), &text) {
            // A half-made scenario would be in the way of the next attempt.
            take_away(folder, &files);
            return Err(failure);
        }
    }
    let shown = folder.display();
    output::print(&format!(
        "{shown} holds a scenario of two neighbours and a border; read scenario.toml first. Then:\n\n  \
         detente check {shown}\n  detente run {shown}\n  detente ensemble {shown}\n"
    ))
}

fn write(target: &Path, text: &str) -> Result<(), Failure> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(|error| Failure::writing(parent, &error))?;
    }
    fs::write(target, text).map_err(|error| Failure::writing(target, &error))
}

/// Removes the files, and the folders that are empty without them; what cannot be removed stays.
fn take_away(folder: &Path, files: &[(String, Vec<u8>)]) {
    for (path, _) in files {
        let target = folder.join(path);
        let _ = fs::remove_file(&target);
        for parent in target.ancestors().skip(1).take_while(|parent| parent.starts_with(folder)) {
            let _ = fs::remove_dir(parent);
        }
    }
}

/// The scenario's name: that of its folder.
fn name_of(folder: &Path) -> Result<String, Failure> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let worded = name.bytes().any(|b| b != b'-') && !name.starts_with('-');
    if !worded || name.len() > 80 || !name.bytes().all(plain) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What was begun is taken away, and nothing else.
    #[test]
    fn a_half_made_scenario_is_taken_away() {
        let place = tempfile::tempdir().expect("a temporary folder");
        let folder = place.path().join("half");
        let mut files = Vec::new();
        shipped::gather(&TEMPLATE, &TEMPLATE, &mut files);
        for (path, _) in &files[..2] {
            write(&folder.join(path), "begun").expect("written");
        }
        take_away(&folder, &files);
        assert!(!folder.exists());
        write(&folder.join(&files[0].0), "begun").expect("written");
        fs::write(folder.join("notes.txt"), "mine").expect("written");
        take_away(&folder, &files);
        let left: Vec<_> = fs::read_dir(&folder).expect("a folder").flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}
