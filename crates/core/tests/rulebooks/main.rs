//! The five shipped rulebooks, and what the core decides with them.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

mod folder;

mod calendars;
mod case_clocks;
mod digests;
mod faults;
mod ladders;
mod limit_faults;
mod partner_faults;
mod patrols;
mod plan_clocks;
mod plans;
mod ranking_faults;
mod records;
mod routing;
mod seed_words;
mod supervision_faults;
mod versions;
