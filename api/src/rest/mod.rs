//! REST under `/v1`: one file an endpoint. Handlers translate; they decide nothing.

pub mod about;
pub mod additions;
pub mod case_clock;
pub mod case_handling;
pub mod case_import;
pub mod case_likeness;
pub mod case_list;
pub mod case_moves;
pub mod case_view;
pub mod categories;
pub mod circulars;
pub mod flags;
mod named_period;
pub mod photo_copies;
pub mod photo_release;
pub mod photo_upload;
pub mod place_search;
pub mod report_events;
pub mod report_moves;
pub mod report_similar;
pub mod report_submit;
pub mod report_track;
pub mod routes;
pub mod segments;
pub mod sessions;
pub mod shapes;
pub mod statistics;
