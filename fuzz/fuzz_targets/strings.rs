//! Any bytes as each form that stands in a string. Run with `cargo +nightly fuzz run strings`.
#![no_main]

#[allow(dead_code, reason = "each target uses its own of the bodies shared with the tests")]
#[path = "../../crates/scenario/tests/bodies/mod.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::strings(bytes));
