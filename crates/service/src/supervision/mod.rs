//! How the one who assesses supervises: flags and accountability, circulars, placards, draws.

mod account;
mod assessor;
pub mod draft_circular;
pub mod draw_roads;
mod flag_notice;
pub mod hang_placard;
pub mod issue_circular;
pub mod lift_placard;
pub mod propose_placards;
pub mod rate_flags;
pub mod tell_placard;
pub mod view_circulars;
pub mod view_flags;
pub mod view_placards;
mod words;
