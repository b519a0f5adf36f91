//! Lists as other systems export them, whole and damaged.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

mod book;
mod damaged;
mod whole;
