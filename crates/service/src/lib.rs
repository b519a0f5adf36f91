//! One file a use case. REST, GraphQL, WeChat, hotlines and the worker all call these and nothing below them.
//!
//! A use case parses, decides with `core`, and writes in one transaction of `store`. No network call is made while a
//! transaction is open. What can go wrong is [`ServiceError`]; adapters translate it, once, exhaustively.
//!
//! *How to add one*: a file named after what the user does, a function that takes [`App`], the caller and `now`, and a
//! whole-system test in `tests/it`.

pub mod account_message;
pub mod add_to_report;
pub mod administer_staff;
mod alarm;
pub mod answer_call_back;
mod app;
mod case_clocks;
pub mod change_password;
mod clock_notice;
pub mod count_cases;
mod daily;
pub mod deputies;
pub mod ended_sessions;
pub mod enrol_second_factor;
pub mod erase_words;
mod error;
pub mod find_reports;
pub mod flag_reused_photos;
pub mod hand_over;
pub mod import_areas;
pub mod import_cases;
pub mod import_places;
pub mod invite_staff;
mod keep_apart;
pub mod link_recurrence;
pub mod list_cases;
pub mod list_patrols;
pub mod list_staff;
pub mod load_demo;
pub mod load_rulebook;
pub mod make_digests;
mod matter;
pub mod merge_cases;
pub mod move_case;
mod move_notice;
pub mod open_identity;
pub mod own_account;
pub mod own_sessions;
mod password;
mod patrol_duties;
mod patrol_sight;
pub mod photo_links;
pub mod possibly_same;
pub mod preview_similar;
mod principal;
pub mod rankings;
pub mod record_patrol;
pub mod records;
pub mod release_photo;
pub mod renew_prints;
pub mod reporter_moves;
pub mod reseal;
pub mod resume_case;
mod rulebooks;
mod saved_answer;
pub mod search_places;
mod second_factor;
pub mod sign_in;
mod stand_in;
pub mod store_photo;
pub mod storefronts;
pub mod strike_patrol;
pub mod submit_report;
pub mod supervision;
pub mod tell_clock;
pub mod tell_move;
pub mod tell_overdue_patrols;
pub mod tell_reporters;
pub mod tokens;
pub mod track_report;
mod uncounted;
pub mod verify_logs;
pub mod view_case;
pub mod view_digest;
pub mod view_duty;
pub mod view_owed_patrols;
pub mod view_photo;
pub mod view_statistics;
pub mod view_third_party;
mod who_has;
pub mod why_joined;

pub use app::App;
pub use error::ServiceError;
pub use principal::{IdempotencyKey, Principal, Staff};
pub use rulebooks::{RulebookInForce, Rulebooks};
pub use who_has::OwnerView;
