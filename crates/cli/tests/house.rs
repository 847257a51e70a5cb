//! The house stands as `ARCHITECTURE.md` says: who may import whom, and what no room may know.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms it may import.
const ROOMS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("chance", &[]),
    ("theory", &[]),
    ("scenario", &["model"]),
    ("engine", &["model", "chance", "theory"]),
    ("lab", &["model", "chance", "theory", "scenario", "engine"]),
    ("cli", &["lab"]),
];

/// What each room's code must not say, with the invariant it would break.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    ("model", &["std::fs", "std::net", "std::thread", "std::process"]),
    ("chance", &["std::fs", "std::net", "std::thread", "std::process", "std::time", "getrandom"]),
    ("theory", &["std::fs", "std::net", "std::thread", "std::process", "std::time"]),
    ("scenario", &["std::net", "std::thread", "std::process", "std::time"]),
    ("engine", &["std::fs", "std::net", "std::thread", "std::process", "std::time", "rayon"]),
    // A process's number may make a temporary name its own; starting or ending processes may not.
    ("lab", &["std::net", "process::Command", "process::exit", "std::env::args", "println!"]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_owned()
}

/// The rooms a crate imports when it is built for use (what only its tests import is free).
fn imports(room: &str) -> Vec<String> {
    let manifest = fs::read_to_string(crates().join(room).join("Cargo.toml")).expect("a manifest");
    let dependencies = manifest
        .split("\n[")
        .find(|section| section.starts_with("dependencies]"))
        .expect("a section of dependencies");
    dependencies
        .lines()
        .filter_map(|line| line.strip_prefix("detente-"))
        .map(|rest| rest.split(['.', ' ', '=']).next().unwrap_or_default().to_owned())
        .collect()
}

fn sources(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            found.insert(path, text);
        }
    }
}

#[test]
fn imports_go_only_downward() {
    for (room, allowed) in ROOMS {
        for import in imports(room) {
            assert!(allowed.contains(&import.as_str()), "`{room}` must not import `{import}`");
        }
    }
}

#[test]
fn no_room_is_missing_from_the_plan() {
    let mut standing: Vec<String> = fs::read_dir(crates())
        .expect("crates/")
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    standing.sort();
    let mut planned: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    planned.sort_unstable();
    assert_eq!(standing, planned);
}

#[test]
fn no_room_knows_what_it_must_not() {
    for (room, forbidden) in FORBIDDEN {
        let mut found = BTreeMap::new();
        sources(&crates().join(room).join("src"), &mut found);
        assert!(!found.is_empty(), "`{room}` has no sources");
        for (path, text) in &found {
            // What stands after the tests begin is not part of the room.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for word in forbidden {
                let says = code
                    .lines()
                    .any(|line| !line.trim_start().starts_with("//") && line.contains(word));
                assert!(!says, "{} says `{word}`, which `{room}` must not know", path.display());
            }
        }
    }
}

#[test]
fn only_chance_and_the_engine_may_be_unsafe() {
    for (room, _) in ROOMS.into_iter().filter(|(room, _)| !["chance", "engine"].contains(room)) {
        let mut found = BTreeMap::new();
        sources(&crates().join(room).join("src"), &mut found);
        for (path, text) in &found {
            assert!(!text.contains("unsafe {"), "{} is unsafe", path.display());
        }
    }
}
