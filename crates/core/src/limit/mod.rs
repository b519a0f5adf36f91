//! Limits (限流): how often somebody may do something, and who that is.
//!
//! A [`Rule`] gives an act, of whoever it counts, a [`Quota`]: so much at once, and so much more as time passes. Rules are
//! data (`limits.yaml` of a rulebook over the defaults here). What is counted is GCRA: one moment for each rule and spender.
//!
//! *How to add an act*: a variant of [`Act`], its rules in `limits.default.yaml`, and the routes that are it in the API.

mod act;
mod address;
mod block;
mod forwarded;
mod quota;
mod rule;
mod spender;

pub use act::Act;
pub use address::AddressGroup;
pub use block::{BlockState, Blocked, LONGEST_BLOCK, MARKS_COUNT_FOR, MARKS_THAT_PROPOSE, blocking_areas};
pub use forwarded::{ForwardedHeader, caller_address};
pub use quota::{Quota, Standing, Verdict};
pub use rule::{Limits, Per, Rule};
pub use spender::{Blind, By, Spender};
