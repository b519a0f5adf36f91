//! Which act each route is.

use actix_web::dev::ServiceRequest;
use jiekou_core::limit::Act;

/// What a request is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    pub act: Act,
    /// It names a report, case or person by something that can be guessed at: misses are counted, and too many of them stop
    /// it before anything is looked up.
    pub guesses: bool,
}

const fn plain(act: Act) -> Limited {
    Limited { act, guesses: false }
}

const fn guessing(act: Act) -> Limited {
    Limited { act, guesses: true }
}

/// What reading a path is counted as; `None` for what orchestrators ask, which is not limited. By path and not by route:
/// finding the route costs more than the count.
pub fn of_reading(path: &str) -> Option<Limited> {
    match path {
        "/healthz" | "/readyz" | "/metrics" => None,
        "/v1/places" => Some(plain(Act::Search)),
        path if path.starts_with("/v1/reports/") => Some(guessing(Act::Read)),
        _ => Some(plain(Act::Read)),
    }
}

/// What a request that changes something is counted as. One to nowhere is counted as reading.
pub fn of(request: &ServiceRequest) -> Option<Limited> {
    let Some(pattern) = request.match_pattern() else { return Some(plain(Act::Read)) };
    Some(of_route(&pattern).unwrap_or(plain(Act::Handling)))
}

/// What changing something at a route is counted as; `None` for a route that nobody has put here.
pub fn of_route(pattern: &str) -> Option<Limited> {
    Some(match pattern {
        "/v1/reports" | "/v1/enquiries" => guessing(Act::Report),
        "/v1/reports/similar" => plain(Act::Search),
        "/v1/reports/{trackingCode}/additions"
        | "/v1/reports/{trackingCode}/withdrawal"
        | "/v1/reports/{trackingCode}/objection"
        | "/v1/reports/{trackingCode}/callback" => guessing(Act::Addition),
        // By whom a message is, not by whose network it comes through: all of WeChat is a few addresses.
        "/open311/v2/requests.{format}" | "/open311/v2/servicerequestupdates.{format}" => plain(Act::Open311),
        "/v1/devices/{deviceId}/readings" => plain(Act::Reading),
        "/v1/findings" => plain(Act::Open311),
        "/graphql" => plain(Act::GraphQl),
        "/wechat/{account}" => plain(Act::Message),
        "/v1/photos" | "/v1/videos" => plain(Act::Photo),
        "/v1/residents/sign-in-codes" | "/v1/residents/me/erasure-codes" => plain(Act::SignInCode),
        "/v1/residents/sessions"
        | "/v1/residents/wechat-sessions"
        | "/v1/sessions"
        | "/v1/invitations/acceptance" => plain(Act::SignIn),
        "/v1/blocks/{blockId}/appeals" | "/v1/residents/me/storefronts" => guessing(Act::Account),
        "/v1/sessions/refresh"
        | "/v1/residents/sessions/refresh"
        | "/v1/residents/sessions/{sessionId}"
        | "/v1/residents/me"
        | "/v1/residents/me/storefronts/{storefrontCode}"
        | "/v1/sessions/{sessionId}"
        | "/v1/account/password"
        | "/v1/account/second-factor"
        | "/v1/account/second-factor/confirmation"
        | "/v1/account/second-factor/recovery-codes" => plain(Act::Account),
        "/v1/photos/{photoId}/release"
        | "/v1/patrols/{patrolId}"
        | "/v1/patrols/{patrolId}/strike"
        | "/v1/platforms"
        | "/v1/platforms/{platformId}/disabling"
        | "/v1/platforms/{platformId}/enabling"
        | "/v1/platforms/{platformId}/keys"
        | "/v1/platforms/{platformId}/keys/{keyId}/end"
        | "/v1/webhooks"
        | "/v1/webhooks/{webhookId}"
        | "/v1/webhooks/{webhookId}/secret"
        | "/v1/webhook-deliveries/{deliveryId}/replay"
        | "/v1/desk/callers"
        | "/v1/desk/enquiries/{trackingCode}/answer"
        | "/v1/desk/reports"
        | "/v1/desk/reports/{trackingCode}/additions"
        | "/v1/desk/reports/{trackingCode}/urges"
        | "/v1/desk/cases/{caseNumber}/hand-back"
        | "/v1/desk/assignments/{trackingCode}/reply"
        | "/v1/desk/works/{workId}"
        | "/v1/desk/articles/{articleId}"
        | "/v1/desk/hotlines/{partner}/reconciliations"
        | "/v1/reports/{reportId}/identity"
        | "/v1/reports/by-contact"
        | "/v1/storefronts/{storefrontCode}/owner-code"
        | "/v1/storefronts/{storefrontCode}/owner"
        | "/v1/staff"
        | "/v1/staff/{staffId}/grants"
        | "/v1/staff/{staffId}/disabling"
        | "/v1/staff/{staffId}/enabling"
        | "/v1/staff/{staffId}/reset"
        | "/v1/staff/{staffId}/second-factor-removal"
        | "/v1/duty/deputies"
        | "/v1/duty/deputies/{deputyId}/end"
        | "/v1/duty/handovers"
        | "/v1/rankings/{rankingCode}/{period}/publication"
        | "/v1/circulars"
        | "/v1/flags/{month}"
        | "/v1/placards/{placardId}"
        | "/v1/placards/{placardId}/lifting"
        | "/v1/draws"
        | "/v1/records/{recordId}"
        | "/v1/records/{recordId}/strike"
        | "/v1/reports/{reportId}/spam"
        | "/v1/reports/{reportId}/spam/withdrawal"
        | "/v1/blocks"
        | "/v1/blocks/{blockId}/lifting"
        | "/v1/blocks/{blockId}/appeals/answer"
        | "/v1/cases/{caseNumber}/moves" => plain(Act::Handling),
        _ => return None,
    })
}
