//! Limits around every request: who pays, for what act, and what is left.
//!
//! *How to add a door*: its routes in [`acts`], and, where callers show a credential of its own, a way to know them in
//! [`payer`].

pub mod acts;
mod headers;
mod payer;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use jiekou_boot::clock;
use jiekou_core::limit::Spender;
use jiekou_service::quota::{self, Receipt, Spending};
use jiekou_service::{ServiceError, blocks};

use crate::extract::Address;
use crate::problem::{Kind, Problem};
use crate::state::State;
use acts::Limited;
pub use headers::tell;
pub use payer::Payer;

/// Lets a request through, or answers 429 before anything is read of it.
///
/// # Errors
/// Whatever the handler answers with.
pub async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let limited = if reads { acts::of_reading(request.path()) } else { acts::of(&request) };
    let Some(limited) = limited else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let payer = Payer::of(request.request(), &state);
    request.extensions_mut().insert(payer);
    // A credential that the act does not count by buys nothing: its network pays.
    let by_own = quota::counts(&state.app, limited.act, payer.spender.by(), payer.channel);
    let spender =
        if by_own { payer.spender } else { Spender::Address(Address::of(request.request(), &state).0) };
    let paid = match admit(&state, limited, payer, spender).await {
        Ok(paid) => paid,
        Err(refused) => return Ok(request.error_response(Problem::from(refused)).map_into_right_body()),
    };
    let mut response = next.call(request).await?;
    if response.status().is_server_error() {
        let (state, now) = (state.clone(), clock::now());
        tokio::spawn(async move { quota::refund(&state.app, &paid, now).await });
    } else {
        if limited.act.is_shared() {
            tell(response.headers_mut(), &paid.left);
        }
        if limited.guesses && is_miss(&response) {
            let spent = quota::missed(&state.app, payer.spender, payer.channel, clock::now()).await;
            if let Err(exceeded) = spent {
                return Ok(response.error_response(Problem::from(exceeded)).map_into_right_body());
            }
        }
    }
    Ok(response.map_into_left_body())
}

async fn admit(
    state: &State,
    limited: Limited,
    payer: Payer,
    spender: Spender,
) -> Result<Receipt, ServiceError> {
    let now = clock::now();
    if limited.act.is_blocked() {
        blocks::check(&state.app, payer.spender, now)?;
    }
    if limited.guesses {
        quota::missed_too_often(&state.app, payer.spender, now)?;
    }
    let what = Spending { act: limited.act, channel: payer.channel, spenders: &[spender], cost: 1 };
    Ok(quota::spend(&state.app, &what, now).await?)
}

/// Whether the answer says that there is no such report, block or code, or that the secret is another one's.
fn is_miss<B>(response: &ServiceResponse<B>) -> bool {
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    problem.is_some_and(|problem| {
        matches!(
            problem.kind(),
            Kind::UnknownReport | Kind::NotAuthor | Kind::UnknownBlock | Kind::UnknownStorefrontCode
        )
    })
}
