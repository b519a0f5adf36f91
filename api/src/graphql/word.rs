//! A word of the core on the wire.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value, to_value};
use serde::Serialize;

/// One of the core's enumerations, sent by its name over REST and GraphQL alike. New words may come, hence `String`.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct Word<T>(pub T);

impl<T: Serialize + Send + Sync> OutputType for Word<T> {
    fn type_name() -> Cow<'static, str> {
        <String as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(to_value(&self.0).unwrap_or_default())
    }
}
