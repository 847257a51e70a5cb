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
const FORBIDDEN: [(&str, &[&str]); 7] = [
    ("model", &["std::fs", "std::net", "std::thread", "std::process", "std::time", "rand::"]),
    ("chance", &["std::fs", "std::net", "std::thread", "std::process", "std::time", "getrandom"]),
    ("theory", &["std::fs", "std::net", "std::thread", "std::process", "std::time"]),
    ("scenario", &["std::net", "std::thread", "std::process", "std::time"]),
    ("engine", &["std::fs", "std::net", "std::thread", "std::process", "std::time", "rayon"]),
    // A process's number may make a temporary name its own; starting or ending processes may not.
    (
        "lab",
        &[
            "std::net",
            "process::Command",
            "process::exit",
            "std::env::args",
            "println!",
            "eprintln!",
            "stdin()",
            "stdout()",
            "is_terminal",
            "SystemTime",
        ],
    ),
    // What is computed is computed below: no statistics, no threads, no chance.
    ("cli", &[".sqrt()", ".powi(", ".sum::<f64>", "thread::spawn", "thread::scope", "SystemTime"]),
];

/// What no room may say: functions that differ from machine to machine, containers without order, and
/// what is left unfinished.
const NOWHERE: [&str; 13] = [
    ".exp()",
    ".ln()",
    ".log10()",
    ".log2()",
    ".powf(",
    ".sin()",
    ".cos()",
    ".tanh()",
    ".mul_add(",
    "HashMap",
    "HashSet",
    "todo!(",
    "unimplemented!(",
];

/// Crates of others that would bring a room what it must not know.
const KEPT_OUT: [(&str, &[&str]); 7] = [
    ("model", &["rand", "tokio", "rayon", "arrow", "clap"]),
    ("chance", &["rand", "getrandom", "libm", "num-traits", "tokio", "rayon"]),
    ("theory", &["rand", "getrandom", "libm", "num-traits", "tokio", "rayon"]),
    ("scenario", &["rand", "tokio", "rayon", "reqwest", "ureq", "arrow"]),
    ("engine", &["rand", "tokio", "rayon", "arrow", "statrs"]),
    (
        "lab",
        &["axum", "hyper", "reqwest", "ureq", "tokio", "rusqlite", "sqlx", "clap", "indicatif"],
    ),
    ("cli", &["rand", "arrow", "parquet", "statrs", "tokio"]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_owned()
}

/// What a crate depends on when it is built for use (what only its tests need is free).
fn dependencies(room: &str) -> Vec<String> {
    let manifest = fs::read_to_string(crates().join(room).join("Cargo.toml")).expect("a manifest");
    let section = manifest
        .split("\n[")
        .find(|section| section.starts_with("dependencies]"))
        .unwrap_or("dependencies]\n");
    let names = section.lines().skip(1).filter(|line| !line.trim().is_empty());
    names
        .map(|line| line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned())
        .filter(|name| !name.starts_with('#'))
        .collect()
}

/// The rooms among them.
fn imports(room: &str) -> Vec<String> {
    let all = dependencies(room);
    all.iter().filter_map(|name| name.strip_prefix("detente-")).map(str::to_owned).collect()
}

/// The lines of a room's code that say a word, comments and the tests at a file's end left out.
fn saying(room: &str, words: &[&str]) -> Vec<String> {
    let mut found = BTreeMap::new();
    sources(&crates().join(room).join("src"), &mut found);
    assert!(!found.is_empty(), "`{room}` has no sources");
    let mut saying = Vec::new();
    for (path, text) in &found {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                saying.push(format!("{} says `{word}`: {}", path.display(), line.trim()));
            }
        }
    }
    saying
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
        assert_eq!(saying(room, forbidden), Vec::<String>::new(), "`{room}` must not");
    }
    for (room, _) in ROOMS {
        assert_eq!(saying(room, &NOWHERE), Vec::<String>::new(), "`{room}` must not");
    }
}

#[test]
fn no_room_brings_in_what_it_must_not_know() {
    for (room, kept_out) in KEPT_OUT {
        for name in dependencies(room) {
            assert!(!kept_out.contains(&name.as_str()), "`{room}` must not depend on `{name}`");
        }
    }
}

/// The terminal asks the lab, and nobody below it.
#[test]
fn the_terminal_speaks_to_the_lab_alone() {
    let below = ROOMS.map(|(room, _)| format!("detente_{room}"));
    let below: Vec<&str> = below.iter().map(String::as_str).collect();
    let below: Vec<&str> =
        below.into_iter().filter(|name| !["detente_lab", "detente_cli"].contains(name)).collect();
    assert_eq!(saying("cli", &below), Vec::<String>::new());
}

/// The table of rooms in `ARCHITECTURE.md` is the one that is held here.
#[test]
fn the_plan_says_what_is_held() {
    let plan = crates().join("../ARCHITECTURE.md");
    let plan = fs::read_to_string(plan).expect("the plan of the house");
    let rows: Vec<Vec<&str>> = plan
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let plain = |cell: &str| cell.replace('`', "");
    let mut planned: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let [_, room, _, imports, invariant] = row.as_slice() else {
            panic!("a row of the plan has five cells: {row:?}");
        };
        assert!(!invariant.is_empty(), "{room} has no invariant");
        let own = plain(imports);
        let own: Vec<String> = match own.as_str() {
            "—" => Vec::new(),
            "all below" => {
                let floor = ROOMS.iter().take_while(|(name, _)| *name != plain(room));
                floor.map(|(name, _)| (*name).to_owned()).collect()
            }
            named => named.split(", ").map(str::to_owned).collect(),
        };
        planned.insert(plain(room), own);
    }
    let held = ROOMS.map(|(room, may)| {
        (room.to_owned(), may.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    });
    assert_eq!(planned, BTreeMap::from(held));
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
