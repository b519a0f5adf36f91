//! The only crate that knows SQL, Redis keys and where photos lie.
//!
//! Plain functions on a connection or a pool, one file a noun; no traits, for there is one database. Absent is
//! `Ok(None)`; what the database must never hold is [`StoreError::Inconsistent`].
//!
//! *How to add a query*: a function in the file of its noun with `#[instrument(level = "debug", name = "db.noun.verb", …)]`, a
//! migration if it needs one, and a test of the use case that needs it, on a real PostgreSQL.

pub mod cases;
pub mod database;
pub mod dedup;
pub mod desk;
pub mod documents;
pub mod duty;
pub mod enquiries;
mod error;
pub mod hotlines;
pub mod kept_connections;
pub mod limits;
pub mod patrols;
pub mod people;
pub mod photo_files;
pub mod photo_reuse;
pub mod photos;
pub mod platforms;
pub mod rankings;
pub mod recordings;
pub mod records;
mod redis_client;
pub mod renewal;
pub mod reports;
pub mod resealing;
pub mod rulebooks;
pub mod statistics;
pub mod storefronts;
pub mod supervision;
pub mod third_party;
pub mod vault;
pub mod wake;
pub mod wechat;
pub mod words;
pub mod work;

pub use error::StoreError;
pub use sqlx::{PgConnection, PgPool};
