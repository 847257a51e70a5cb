//! The scenarios that come with the binary, so that it works anywhere.

use include_dir::{Dir, DirEntry, include_dir};

static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../scenarios");

/// The name of the flagship, which is taken where no scenario is named.
pub(crate) const FLAGSHIP: &str = "little-detente";

/// The names of the shipped scenarios, in order.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = SCENARIOS.dirs().filter_map(|dir| dir.path().to_str()).collect();
    names.sort_unstable();
    names
}

/// The files of a shipped scenario: paths relative to its folder, and bytes.
pub(crate) fn files(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let folder = SCENARIOS.dirs().find(|dir| dir.path().to_str() == Some(name))?;
    let mut files = Vec::new();
    gather(folder, folder, &mut files);
    Some(files)
}

/// Every file below `folder`, its path relative to `root`.
pub(crate) fn gather(root: &Dir<'_>, folder: &Dir<'_>, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(inner) => gather(root, inner, files),
            DirEntry::File(file) => {
                let path = file.path().strip_prefix(root.path()).unwrap_or(file.path());
                let names: Vec<_> = path.iter().map(|name| name.to_string_lossy()).collect();
                files.push((names.join("/"), file.contents().to_vec()));
            }
        }
    }
}
