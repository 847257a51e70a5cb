//! Any bytes as what is typed beside a model. Run with `cargo +nightly fuzz run typed`.
#![no_main]

use std::sync::LazyLock;

use detente_model::Model;

#[allow(dead_code, reason = "each target uses its own of the bodies shared with the tests")]
#[path = "../../crates/scenario/tests/bodies/mod.rs"]
mod bodies;
#[path = "../../crates/scenario/tests/small/mod.rs"]
mod small;

static MODEL: LazyLock<Model> = LazyLock::new(small::model);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::typed(&MODEL, bytes));
