//! Is the process alive, can it serve, and its numbers.

use actix_web::{HttpResponse, web};
use jiekou_store::database;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Kind, Problem};
use crate::state::State;

/// Part by part: `ok`, or what is the matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyBody {
    pub ready: bool,
    /// PostgreSQL: without it nothing can be served.
    pub database: &'static str,
    /// Redis: without it duplicates are recognised through PostgreSQL, a little slower.
    pub redis: &'static str,
}

/// Alive: the process answers. It is not restarted because something else is away.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the process can serve; which part cannot is named.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses((status = 200, body = ReadyBody), (status = 503, body = ReadyBody)))]
pub async fn readyz(state: web::Data<State>) -> HttpResponse {
    let (database, redis) = tokio::join!(database::is_current(&state.app.pool), state.app.index.answers());
    let stopping = state.live.lifecycle.stopping.is_cancelled();
    let ready = matches!(database, Ok(true)) && !stopping;
    let body = ReadyBody {
        ready,
        database: match database {
            Ok(true) => "ok",
            Ok(false) => "not migrated",
            Err(_) => "unreachable",
        },
        redis: if redis { "ok" } else { "unreachable" },
    };
    if ready { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}

/// The numbers, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, content_type = "text/plain", body = String)))]
pub async fn metrics(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    state.metrics.passwords_unchecked(state.app.breached_passwords.unchecked());
    state.metrics.hashed_slowly(jiekou_service::slow_hashes());
    let text = state.metrics.text().map_err(|_unwritable| Problem::from(Kind::Internal))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
