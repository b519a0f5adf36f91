//! Lists as other systems export them, whole and damaged.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration test is a test module"
)]

mod book;
mod damaged;
mod whole;
