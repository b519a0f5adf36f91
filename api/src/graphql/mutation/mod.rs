//! What can be done. Every mutation calls the use case that REST calls; what can be expected to go wrong is a member of
//! its payload.

pub mod input;
mod move_case;
mod reporter_moves;
mod submit_report;

use async_graphql::MergedObject;

/// What can be done.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(submit_report::SubmitReport, reporter_moves::ReporterMoves, move_case::MoveCase);
