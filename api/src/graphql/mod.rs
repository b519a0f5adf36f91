//! `/graphql`: the reading and live interface of the web, over the same use cases and the same shapes as REST.
//!
//! A shape of [`crate::rest`] is a type here too: one place says what goes over the wire, and each type and field names in
//! its `guard` who may read it. What a use case refuses is refused here; expected failures of a mutation are members of
//! its payload, everything else is an error with the slug of its problem as `code`.
//!
//! *How to add a field*: in `query`, `mutation` or `subscription.rs`, a row for each new field in
//! `tests/it/graphql/readers.csv`, and `jiekou-api graphql > openapi/schema.graphql`.

mod asked;
mod brake;
mod caller;
mod case_loader;
mod documents;
mod door;
mod failure;
mod http;
mod limits;
mod mutation;
mod payload;
mod query;
pub mod readers;
mod socket;
mod sse;
mod subscription;
mod transport_ws;
mod watch;
mod word;

use async_graphql::SDLExportOptions;

pub use door::Door;
pub use http::register;
pub use word::Word;

/// Everything that can be asked.
pub type Schema = async_graphql::Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// The schema in words, the same bytes each time: `openapi/schema.graphql`.
pub fn sdl() -> String {
    let schema =
        Schema::build(query::Query::default(), mutation::Mutation::default(), subscription::Subscription);
    let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    schema.finish().sdl_with_options(options)
}
