//! `/v1/desk/hotlines`: how channels, orders and both sides' books stand.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::hotline::reconcile::{DifferenceKind, FoundDifference, reconcile};
use jiekou_service::hotline::view_orders::{self, ChannelState, Channels, OrderFile};
use jiekou_store::hotlines::attachments::AttachmentView;
use jiekou_store::hotlines::calls::CallView;
use jiekou_store::hotlines::reconciliations::Reconciliation;
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::SignedIn;
use crate::graphql::{Word, readers};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HotlineChannels", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ChannelsBody {
    pub channels: Vec<ChannelBody>,
    /// Calls to platforms that were refused or given up, the newest first.
    pub lost_calls: Vec<HotlineCallBody>,
}

/// How a channel is.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HotlineChannel", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ChannelBody {
    /// `hotline/` and a partner's code for what goes out, `/in` behind it for what comes in; `web` for pages and app.
    pub channel: String,
    pub name: String,
    pub checked_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    /// It is away since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The outage was told then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarmed_at: Option<DateTime<Utc>>,
}

/// A call to a platform.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HotlineCall", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct HotlineCallBody {
    pub call_id: Uuid,
    pub partner: String,
    pub order_no: String,
    /// `sign`, `returnOrder`, `applyDelay`, `feedback` or `progress`.
    pub operation: String,
    /// `created`, `sending`, `delivered`, `refused` or `dead`.
    pub state: String,
    pub attempts: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_at: Option<DateTime<Utc>>,
}

/// An order of a platform. Whoever called is not in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HotlineOrderBody {
    pub partner: String,
    pub order_no: String,
    /// `report` or a kind of enquiry; absent while only messages about it have come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracking_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_order_no: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// 保密
    pub secret: bool,
    /// Whether the caller agrees to be called back; absent: nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_allowed: Option<bool>,
    /// Reference of the call's recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<String>,
    /// 承诺完成时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<DateTime<Utc>>,
    /// How it stands with its platform: `sent`, `signed`, `returned`, `finished` or `revoked`.
    pub state: String,
    pub heard_at: DateTime<Utc>,
    /// Files that the platform sent with it, in the order in which they came.
    pub attachments: Vec<HotlineAttachmentBody>,
    /// Numbers of other orders of the platform about the same, as it named them.
    pub related_orders: Vec<String>,
    /// What the platform was told; only in the answer for one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<Vec<HotlineCallBody>>,
}

/// A file that came with an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HotlineAttachmentBody {
    /// As the platform calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// `waiting` to be fetched, `taken`, `refused`, or `givenUp` after many attempts.
    pub state: String,
    /// Why it was refused: `otherHost`, `redirected`, `otherKind`, `tooLarge`, `sizeDiffers`, `hashDiffers`, `broken`,
    /// `infected`, `noVideos`, `enquiry`, `tooMany`, `erased` or `refused`; or given up: `notThere`, `noAnswer` or `unseen`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The photo, or the still of the video, that was taken; it stands with the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HotlineOrdersBody {
    pub orders: Vec<HotlineOrderBody>,
}

/// A comparison of both sides' books.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HotlineReconciliation", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationBody {
    pub run_id: Uuid,
    pub partner: String,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub began_at: DateTime<Utc>,
    /// Orders that the platform listed.
    pub compared: i32,
    /// What differed, and what was done about it.
    pub found: Vec<DifferenceBody>,
    /// What differed still after that.
    pub remaining: Vec<DifferenceBody>,
    /// Why nothing could be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HotlineDifference", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DifferenceBody {
    pub order_no: String,
    /// `notHere`, `unheard`, `stateDiffers` or `notThere`.
    #[schema(value_type = String)]
    pub difference: Word<DifferenceKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<String>,
    pub done: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReconciliationsBody {
    /// The newest first.
    pub reconciliations: Vec<ReconciliationBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReconciliationQuery {
    /// Code of a partner; all when left out.
    pub partner: Option<String>,
}

impl HotlineCallBody {
    fn of(partner: &str, call: CallView) -> Self {
        Self {
            call_id: call.call_id,
            partner: partner.to_owned(),
            order_no: call.order_no,
            operation: call.operation,
            state: call.state,
            attempts: call.attempts,
            reason: call.reason,
            created_at: call.created_at,
            final_at: call.final_at,
        }
    }
}

impl HotlineOrderBody {
    fn of(file: OrderFile) -> Self {
        let OrderFile { order, attachments, calls } = file;
        let partner = order.partner.clone();
        let calls =
            calls.map(|calls| calls.into_iter().map(|call| HotlineCallBody::of(&partner, call)).collect());
        let state = if order.revoked_at.is_some() { "revoked".to_owned() } else { order.told };
        Self {
            partner: order.partner,
            order_no: order.order_no,
            order_type: order.order_type,
            case_number: order.case_number,
            tracking_code: order.tracking_code,
            city_order_no: order.city_order_no,
            source: order.source,
            secret: order.secret,
            callback_allowed: order.callback_allowed,
            recording: order.recording,
            promised_at: order.promised_at,
            state,
            heard_at: order.heard_at,
            attachments: attachments.into_iter().map(HotlineAttachmentBody::from).collect(),
            related_orders: order.related_orders,
            calls,
        }
    }
}

impl From<Channels> for ChannelsBody {
    fn from((channels, lost): Channels) -> Self {
        let channel = |ChannelState { name, contact }| ChannelBody {
            channel: contact.channel,
            name,
            checked_at: contact.checked_at,
            answered_at: contact.answered_at,
            failing_since: contact.failing_since,
            reason: contact.reason,
            alarmed_at: contact.alarmed_at,
        };
        let call = |(partner, call): (String, CallView)| HotlineCallBody::of(&partner, call);
        Self {
            channels: channels.into_iter().map(channel).collect(),
            lost_calls: lost.into_iter().map(call).collect(),
        }
    }
}

impl From<AttachmentView> for HotlineAttachmentBody {
    fn from(file: AttachmentView) -> Self {
        let shown = |words: Option<Words>| words.map(|words| words.shown());
        Self {
            id: shown(file.their_id),
            name: shown(file.name),
            mime: shown(file.mime),
            state: file.state,
            reason: file.reason,
            photo_id: file.photo_id,
        }
    }
}

impl From<Reconciliation> for ReconciliationBody {
    fn from(run: Reconciliation) -> Self {
        let differences = |json: serde_json::Value| {
            let found: Vec<FoundDifference> = serde_json::from_value(json).unwrap_or_default();
            found.into_iter().map(DifferenceBody::from).collect()
        };
        Self {
            run_id: run.run_id,
            partner: run.partner,
            from: run.span_from,
            to: run.span_to,
            began_at: run.began_at,
            compared: run.compared,
            found: differences(run.found.0),
            remaining: differences(run.remaining.0),
            failure: run.failure,
        }
    }
}

impl From<FoundDifference> for DifferenceBody {
    fn from(found: FoundDifference) -> Self {
        let FoundDifference { order_no, difference, theirs, ours, done } = found;
        Self { order_no, difference: Word(difference), theirs, ours, done }
    }
}

/// How the channels are.
#[utoipa::path(get, path = "/v1/desk/hotlines", tag = "desk", security(("staff" = [])),
    responses((status = 200, body = ChannelsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn channels(state: web::Data<State>, SignedIn(staff): SignedIn) -> Result<HttpResponse, Problem> {
    let channels = view_orders::channels(&state.app, &staff).await?;
    Ok(HttpResponse::Ok().json(ChannelsBody::from(channels)))
}

/// One order of a platform.
#[utoipa::path(get, path = "/v1/desk/hotlines/{partner}/orders/{orderNo}", tag = "desk",
    params(("partner" = String, Path), ("orderNo" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = HotlineOrderBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn hotline_order(
    state: web::Data<State>,
    path: web::Path<(String, String)>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let file = view_orders::view_order(&state.app, &staff, &path.0, &path.1).await?;
    Ok(HttpResponse::Ok().json(HotlineOrderBody::of(file)))
}

/// The orders of hotlines that follow a case.
#[utoipa::path(get, path = "/v1/cases/{caseNumber}/orders", tag = "cases", params(("caseNumber" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = HotlineOrdersBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn orders_of_case(
    state: web::Data<State>,
    number: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let orders = view_orders::orders_of_case(&state.app, &staff, &number, clock::now()).await?;
    let orders = orders.into_iter().map(HotlineOrderBody::of).collect();
    Ok(HttpResponse::Ok().json(HotlineOrdersBody { orders }))
}

/// Lists comparisons of both sides' books.
#[utoipa::path(get, path = "/v1/desk/hotlines/reconciliations", tag = "desk", params(ReconciliationQuery), security(("staff" = [])),
    responses((status = 200, body = ReconciliationsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn reconciliations(
    state: web::Data<State>,
    query: web::Query<ReconciliationQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let runs = view_orders::reconciliation_reports(&state.app, &staff, query.partner.as_deref()).await?;
    let reconciliations = runs.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(ReconciliationsBody { reconciliations }))
}

/// Compares with a platform now.
#[utoipa::path(post, path = "/v1/desk/hotlines/{partner}/reconciliations", tag = "desk", params(("partner" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = ReconciliationBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn reconcile_now(
    state: web::Data<State>,
    partner: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    view_orders::may_reconcile(&state.app, &staff)?;
    let run: ReconciliationBody = reconcile(&state.app, &partner, clock::now()).await?.into();
    Ok(HttpResponse::Ok().json(run))
}
