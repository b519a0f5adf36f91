//! Records (台账): what a plan wants to be written down besides cases — meetings, notices, inspections, score sheets,
//! commendations and sanctions.
//!
//! One engine for all of them: a rulebook's `records.yaml` says which kinds there are, what each is about, who files it,
//! what stands in it and how often it is owed. A filed record never changes; one that is wrong is struck out.
//!
//! *How to add a kind*: an entry of `records.yaml`. *How to add a type of field*: a variant of [`FieldType`], read in
//! `field.rs`.

mod access;
mod directory;
mod field;
mod kind;
mod ladder;
mod owed;
mod parse;
mod sheet;
mod subject;

pub use access::{files_as, seen_from};
pub use directory::Directory;
pub use field::{Choice, Field, FieldType};
pub use kind::{Attendee, Filer, Only, Quota, RecordKind};
pub use ladder::{Step, climbs};
pub use owed::{Coverage, Filed, Owed, Standing, coverage, owed};
pub use parse::{NewRecord, RawRecord};
pub use sheet::{Item, Points, Score};
pub use subject::{Subject, SubjectKind};
