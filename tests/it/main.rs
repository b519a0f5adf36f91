//! Whole-system tests: the real processes on a real PostgreSQL, Redis and SMTP conversation.
//!
//! Each test gets a database, a Redis prefix and ports of its own, so that all can run side by side. They need the
//! servers and the binaries that `./test` starts and builds.

mod harness;

mod audit;
mod bad_input;
mod browser;
mod clock_alarms;
mod clocks;
mod collectors;
mod crashes;
mod digests;
mod duplicates;
mod duty;
mod duty_deputies;
mod duty_handovers;
mod follow_ups;
mod gazetteer;
mod graphql;
mod handling;
mod hot_spot;
mod idempotency;
mod import_cases;
mod inbox;
mod inbox_model;
mod index_memory;
mod intake;
mod live;
mod merge_model;
mod merges;
mod moves_bad_input;
mod moves_by_reporters;
mod moves_clock;
mod moves_closing;
mod moves_correct;
mod moves_handing;
mod moves_on_site;
mod notices;
mod operations;
mod origins;
mod passwords;
mod patrols;
mod photos;
mod possibly_same;
mod privacy;
mod rankings;
mod records;
mod recurrence;
mod renewal;
mod reused_evidence;
mod rulebooks;
mod same_photo;
mod schemathesis;
mod second_factor;
mod sessions;
mod splits;
mod staff_accounts;
mod staff_acts;
mod staff_mails;
mod statistics;
mod storm;
mod storm_words;
mod supervision;
mod third_party;
mod urgent_joins;
