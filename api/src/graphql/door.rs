//! The way of an operation: find its document, measure it, execute it.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, once};
use jiekou_boot::clock;
use jiekou_boot::graphql_config::Graphql;
use jiekou_boot::origins::Origins;
use jiekou_core::limit::Act;
use jiekou_service::quota::{self, Spending};
use jiekou_store::documents::SharedDocuments;

use super::asked::Asked;
use super::brake::Brake;
use super::caller::Caller;
use super::case_loader::CaseLoader;
use super::documents::{Documents, Found};
use super::failure::{refused, refused_because};
use super::limits::{Limits, Measured, check};
use super::{Schema, mutation, query, subscription};
use crate::problem::{Kind, Problem};

/// The GraphQL interface of one process.
pub struct Door {
    schema: Schema,
    documents: Documents,
    limits: Limits,
    brake: Brake,
    /// Operations in one request.
    pub batch: usize,
    /// Operations under way on one connection.
    pub operations: usize,
    /// How long nothing may be said before the client is asked whether it is there; twice as long, and it is not.
    pub pulse: Duration,
    /// How long a client may take to read what it is told.
    pub patience: Duration,
    /// Pages that may open a connection.
    pub origins: Origins,
}

/// An operation that may be executed.
struct Admitted {
    request: Request,
    found: Found,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Door {
    /// # Errors
    /// When the file of registered documents is wrong.
    pub fn new(settings: &Graphql, shared: SharedDocuments) -> Result<Self, String> {
        let schema =
            Schema::build(query::Query::default(), mutation::Mutation::default(), subscription::Subscription);
        let schema = schema.limit_complexity(settings.complexity).limit_recursive_depth(RECURSION);
        let schema = if settings.introspection {
            schema
        } else {
            schema.disable_introspection().disable_suggestions()
        };
        let Graphql { registered_documents, registered_only, documents_kept, .. } = settings;
        Ok(Self {
            schema: schema.finish(),
            documents: Documents::new(registered_documents, *registered_only, *documents_kept, shared)?,
            limits: Limits {
                bytes: settings.document_bytes,
                depth: settings.depth,
                fields: settings.fields,
                aliases: settings.aliases,
                directives: settings.directives,
            },
            brake: Brake::new(NonZeroU32::new(settings.anonymous_a_minute).unwrap_or(NonZeroU32::MIN)),
            batch: settings.batch,
            operations: settings.operations,
            pulse: Duration::from_secs(settings.pulse_seconds),
            patience: Duration::from_secs(settings.patience_seconds),
            origins: settings.origins().map_err(|error| error.to_string())?,
        })
    }

    /// Lets somebody without a credential ask once more.
    ///
    /// # Errors
    /// `too-many-requests`.
    pub fn pass(&self, caller: &Caller, fields: usize) -> Result<(), Problem> {
        if caller.bearer.is_some() { Ok(()) } else { self.brake.pass(caller.address, fields) }
    }

    /// Answers one operation. With `only_reading` it may change nothing.
    pub async fn answer(&self, caller: &Caller, asked: &Asked, only_reading: bool) -> Response {
        let Admitted { request, found } = match self.admit(caller, asked, only_reading).await {
            Ok(admitted) => admitted,
            Err(refused) => return refused,
        };
        let response = self.schema.execute(request).await;
        if is_valid(&response) {
            self.documents.keep(&found).await;
        }
        response
    }

    /// Answers one operation, a subscription for as long as it goes on.
    pub fn stream(self: &Arc<Self>, caller: Caller, asked: Asked) -> BoxStream<'static, Response> {
        let door = Arc::clone(self);
        let opened = async move {
            match door.admit(&caller, &asked, false).await {
                Ok(Admitted { request, found }) => {
                    let responses = door.schema.execute_stream(request);
                    let kept = Arc::clone(&door);
                    let responses = responses.enumerate().then(move |(position, response)| {
                        let (door, found) = (Arc::clone(&kept), found.clone());
                        async move {
                            if position == 0 && is_valid(&response) {
                                door.documents.keep(&found).await;
                            }
                            response
                        }
                    });
                    responses.boxed()
                }
                Err(refused) => once(async move { refused }).boxed(),
            }
        };
        once(opened).flatten().boxed()
    }

    async fn admit(&self, caller: &Caller, asked: &Asked, only_reading: bool) -> Result<Admitted, Response> {
        let found = self.documents.find(asked).await.map_err(|(code, words)| refused_because(code, words))?;
        let measured = check(&found.text, &self.limits)
            .map_err(|refusal| refused_because(refusal.code, refusal.words))?;
        if only_reading && !measured.only_reads() {
            return Err(refused(&Kind::MethodNotAllowed.into()));
        }
        let Measured { document, measure } = measured;
        // The request itself has been counted already.
        let more = measure.roots.saturating_sub(1);
        if more > 0 {
            self.pass(caller, more).map_err(|problem| refused(&problem))?;
        }
        pay(caller, measure.fields).await.map_err(|problem| refused(&problem))?;
        let mut request = Request::new(&*found.text).variables(asked.variables());
        if let Some(name) = &asked.operation_name {
            request = request.operation_name(name);
        }
        request.set_parsed_query(document);
        Ok(Admitted { request: request.data(CaseLoader::of(caller)).data(caller.clone()), found })
    }
}

/// Spends the caller's quota: a field a unit.
async fn pay(caller: &Caller, fields: usize) -> Result<(), Problem> {
    let spenders = [caller.spender()];
    let cost = u32::try_from(fields).unwrap_or(u32::MAX).max(1);
    let channel = caller.principal().channel();
    let what = Spending { act: Act::GraphQl, channel, spenders: &spenders, cost };
    quota::spend(caller.app(), &what, clock::now()).await?;
    Ok(())
}

/// Selection sets within each other, fragments counted; the limit of depth is stricter for fields.
const RECURSION: usize = 64;

/// It was executed: whatever is wrong with it is wrong with a field, not with the document.
fn is_valid(response: &Response) -> bool {
    response.errors.iter().all(|error| !error.path.is_empty())
}
