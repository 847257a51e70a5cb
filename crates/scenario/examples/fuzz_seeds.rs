//! Writes the shipped scenarios into a folder, as inputs from which the fuzz target `folder` begins.

#[allow(dead_code, reason = "of the bodies only the paths are needed")]
#[path = "../tests/bodies/mod.rs"]
mod bodies;
#[path = "../tests/seeds/mod.rs"]
mod seeds;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Which folder?");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&folder)?;
    for (name, bytes) in seeds::seeds() {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
