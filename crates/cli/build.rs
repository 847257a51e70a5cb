//! Builds the binary anew when a shipped scenario or a template gains or loses a file: the files
//! themselves are watched because they are embedded, their folders are not.

fn main() {
    println!("cargo::rerun-if-changed=../../scenarios");
    println!("cargo::rerun-if-changed=templates");
}
