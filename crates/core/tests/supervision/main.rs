//! What the one who assesses decides: flags, circulars, draws.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

mod circulars;
mod draws;
mod flags;
