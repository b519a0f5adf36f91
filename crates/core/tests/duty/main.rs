//! Duty: turns without gap or overlap, an owner for every open task, deputies of one step.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration test is a test module"
)]

mod deputies;
#[path = "../rulebooks/folder.rs"]
#[expect(dead_code, reason = "shared with the tests of the rulebooks")]
mod folder;
mod owners;
mod rota;
