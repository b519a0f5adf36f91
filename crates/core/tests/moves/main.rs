//! The moves of a case: every move in every state by every role, and each guard.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "an integration test is a test module"
)]

mod aftermath;
#[path = "../rulebooks/folder.rs"]
#[expect(dead_code, reason = "shared with the tests of the rulebooks")]
mod folder;
mod guards;
mod mandates;
mod plans;
mod scene;
mod table;
