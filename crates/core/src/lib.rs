//! What is true about reports, cases, clocks and duplicates.
//!
//! Invariants of this crate: no I/O, no async, no randomness and no clock of its own. Whatever depends on the
//! moment takes `now` as an argument, whatever depends on chance takes the random bytes. A decision is returned
//! together with its reasons, so that it can be stored, shown and disputed.
//!
//! *How to add a rule*: put the data into [`rulebook`], the decision beside the noun it decides about, and a table
//! test under it. Nothing here may need a database to be tested.

pub mod assessment;
pub mod case;
pub mod category;
pub mod circular;
pub mod clock;
pub mod conversation;
pub mod dedup;
pub mod digest;
pub mod draw;
pub mod duty;
pub mod flag;
pub mod hotline;
pub mod import;
pub mod limit;
pub mod notice;
pub mod patrol;
pub mod period;
pub mod placard;
pub mod place;
pub mod plan;
pub mod platform;
pub mod privacy;
pub mod public_view;
pub mod record;
pub mod report;
pub mod resident;
pub mod routing;
pub mod rulebook;
pub mod safety;
pub mod secret;
pub mod staff;
pub mod statistics;
pub mod storefront;
