//! One file a use case. REST, GraphQL, WeChat, hotlines and the worker all call these and nothing below them.
//!
//! A use case parses, decides with `core`, and writes in one transaction of `store`. No network call is made while a
//! transaction is open. What can go wrong is [`ServiceError`]; adapters translate it, once, exhaustively.
//!
//! *How to add one*: a file named after what the user does, a function that takes [`App`], the caller and `now`, and a
//! whole-system test in `tests/it`.

pub mod add_to_report;
mod alarm;
pub mod answer_call_back;
mod app;
mod case_clocks;
mod clock_notice;
pub mod count_cases;
pub mod erase_words;
mod error;
pub mod flag_reused_photos;
pub mod import_areas;
pub mod import_cases;
pub mod import_places;
mod keep_apart;
pub mod link_recurrence;
pub mod list_cases;
pub mod load_demo;
pub mod load_rulebook;
mod matter;
pub mod merge_cases;
pub mod move_case;
mod password;
pub mod photo_links;
pub mod possibly_same;
pub mod preview_similar;
mod principal;
pub mod records;
pub mod release_photo;
pub mod renew_prints;
pub mod reporter_moves;
pub mod resume_case;
mod rulebooks;
mod saved_answer;
pub mod search_places;
pub mod sign_in;
pub mod store_photo;
pub mod submit_report;
pub mod tell_clock;
pub mod tell_reporters;
pub mod tokens;
pub mod track_report;
pub mod verify_logs;
pub mod view_case;
pub mod view_photo;
pub mod view_statistics;
pub mod view_third_party;
pub mod why_joined;

pub use app::App;
pub use error::ServiceError;
pub use principal::{IdempotencyKey, Principal, Staff};
pub use rulebooks::{RulebookInForce, Rulebooks};
