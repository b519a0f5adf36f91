//! The settings of `/graphql`.

use serde::Deserialize;

use crate::config::ConfigError;
use crate::origins::Origins;

#[derive(Debug, Deserialize)]
pub struct Graphql {
    pub introspection: bool,
    pub document_bytes: usize,
    pub depth: usize,
    pub fields: usize,
    pub aliases: usize,
    pub directives: usize,
    pub complexity: usize,
    pub origins: String,
    pub batch: usize,
    pub operations: usize,
    pub pulse_seconds: u64,
    pub patience_seconds: u64,
    pub anonymous_a_minute: u32,
    pub registered_documents: String,
    pub registered_only: bool,
    pub documents_kept: usize,
}

impl Graphql {
    /// The pages that may open a WebSocket.
    ///
    /// # Errors
    /// For what is no origin.
    pub fn origins(&self) -> Result<Origins, ConfigError> {
        Origins::parse(&self.origins)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.origins()?;
        let demand = |holds: bool, variable, words: &str| {
            if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words.to_owned() }) }
        };
        for (most, variable) in [
            (self.document_bytes, "JIEKOU_GRAPHQL__DOCUMENT_BYTES"),
            (self.depth, "JIEKOU_GRAPHQL__DEPTH"),
            (self.fields, "JIEKOU_GRAPHQL__FIELDS"),
            (self.batch, "JIEKOU_GRAPHQL__BATCH"),
            (self.operations, "JIEKOU_GRAPHQL__OPERATIONS"),
            (self.documents_kept, "JIEKOU_GRAPHQL__DOCUMENTS_KEPT"),
        ] {
            demand(most > 0, variable, "must be at least 1")?;
        }
        demand(self.anonymous_a_minute > 0, "JIEKOU_GRAPHQL__ANONYMOUS_A_MINUTE", "must be at least 1")?;
        let some = !self.registered_only || !self.registered_documents.is_empty();
        demand(
            some,
            "JIEKOU_GRAPHQL__REGISTERED_DOCUMENTS",
            "must name a file where nothing else is executed",
        )
    }

    pub(crate) fn shown(&self) -> String {
        format!(
            "graphql.introspection = {}\ngraphql.document_bytes = {}\ngraphql.depth = {}\ngraphql.fields = {}\n\
             graphql.aliases = {}\ngraphql.directives = {}\ngraphql.complexity = {}\ngraphql.batch = {}\n\
             graphql.origins = {}\ngraphql.operations = {}\ngraphql.pulse_seconds = {}\ngraphql.patience_seconds = {}\ngraphql.anonymous_a_minute = {}\ngraphql.registered_documents = {}\n\
             graphql.registered_only = {}\ngraphql.documents_kept = {}",
            self.introspection,
            self.document_bytes,
            self.depth,
            self.fields,
            self.aliases,
            self.directives,
            self.complexity,
            self.batch,
            self.origins,
            self.operations,
            self.pulse_seconds,
            self.patience_seconds,
            self.anonymous_a_minute,
            self.registered_documents,
            self.registered_only,
            self.documents_kept,
        )
    }
}
