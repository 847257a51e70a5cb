//! Inputs to begin fuzzing from: the shipped scenarios in the form that the target `folder` reads.

use std::fs;
use std::path::Path;

use super::bodies::PATHS;

/// Seeds by name: of each shipped scenario its head with each of its other files.
pub(crate) fn seeds() -> Vec<(String, Vec<u8>)> {
    let home = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
    let mut found = Vec::new();
    for scenario in listed(home) {
        let Ok(head) = fs::read(home.join(&scenario).join("scenario.toml")) else { continue };
        let mut files: Vec<String> = Vec::new();
        for folder in ["", "model", "claims", "what-ifs", "schools", "data", "casebook"] {
            let inside = listed(&home.join(&scenario).join(folder)).into_iter();
            files.extend(inside.map(|name| Path::new(folder).join(name).display().to_string()));
        }
        for file in files {
            let Some(path) = place_of(&file) else { continue };
            let Ok(bytes) = fs::read(home.join(&scenario).join(&file)) else { continue };
            let seed = [&[0], &head[..], &[0xff, path], &bytes[..]].concat();
            found.push((format!("{scenario}-{}", file.replace('/', "-")), seed));
        }
    }
    found
}

/// The names in a folder, in order.
fn listed(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The number of the path that stands for a file: its own, or one of the same folder.
fn place_of(file: &str) -> Option<u8> {
    let folder = |path: &str| path.split_once('/').map(|(folder, _)| folder.to_owned());
    let stands =
        |path: &str| path == file || folder(path).is_some() && folder(path) == folder(file);
    let place = PATHS.iter().position(|path| stands(path))?;
    u8::try_from(place).ok().filter(|place| *place > 0)
}
