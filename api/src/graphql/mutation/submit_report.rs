//! A report comes in.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_service::submit_report::submit_report;
use jiekou_service::{IdempotencyKey, Principal};

use super::input::{ReportInput, body, hash};
use crate::extract::read_report;
use crate::graphql::caller::Caller;
use crate::graphql::failure;
use crate::graphql::payload::SubmitReportPayload;
use crate::graphql::readers;
use crate::problem::{Kind, Problem};
use crate::rest::report_submit::SubmittedBody;

#[derive(Debug, Default)]
pub struct SubmitReport;

#[Object]
impl SubmitReport {
    /// Submits a report. With a key (a UUID), sending it again gives the same answer.
    #[graphql(guard = "readers::ANYBODY")]
    async fn submit_report(
        &self,
        ctx: &Context<'_>,
        report: ReportInput,
        idempotency_key: Option<String>,
    ) -> failure::Result<SubmitReportPayload> {
        let caller = Caller::of(ctx)?;
        SubmitReportPayload::of(submit(caller, &report, idempotency_key.as_deref()).await)
    }
}

async fn submit(caller: &Caller, report: &ReportInput, key: Option<&str>) -> Result<SubmittedBody, Problem> {
    let (body, principal) = (body(report), caller.principal());
    let key = idempotency_key(key, hash(&body), &principal)?;
    let raw = read_report(&body, None);
    let submitted = submit_report(caller.app(), raw, &principal, key.as_ref(), clock::now()).await?;
    caller.state.metrics.recorded(&submitted.outcome);
    Ok(submitted.into())
}

/// The key, if there is one.
///
/// # Errors
/// `idempotency-key-invalid`.
pub fn idempotency_key(
    key: Option<&str>,
    hash: [u8; 32],
    principal: &Principal,
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(key) = key else { return Ok(None) };
    let key = IdempotencyKey::parse(key, hash, principal);
    key.map(Some).ok_or_else(|| Kind::IdempotencyKeyInvalid.into())
}
