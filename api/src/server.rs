//! The HTTP server: wiring, limits, and stopping in order.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use jiekou_boot::follow_rulebook::follow_rulebook;
use jiekou_boot::follow_sessions::follow_sessions;
use jiekou_boot::lifecycle::{GRACE, Lifecycle};
use jiekou_boot::{Config, assemble, clock, telemetry};
use jiekou_service::ended_sessions;
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::address::get;
use crate::live::LiveHub;
use crate::metrics::Metrics;
use crate::observe::observe;
use crate::problem::{self, Kind, Problem};
use crate::state::State;
use crate::{health, openapi, pages, response_headers, rest};

/// Serves until a signal asks to stop, then lets requests under way end.
///
/// # Errors
/// When the configuration is wrong or the address is taken.
pub async fn serve(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::start(&config.log);
    // Bound before anything else is waited for, so that a wrong address is told at once.
    let listener = std::net::TcpListener::bind(&config.http.bind)
        .map_err(|error| format!("cannot listen on {}: {error}; set JIEKOU_HTTP__BIND", config.http.bind))?;
    let address = listener.local_addr()?;
    let lifecycle = Lifecycle::default();
    let state = web::Data::new(State {
        app: Arc::new(assemble::app(&config).await?),
        live: LiveHub::new(lifecycle.clone()),
        metrics: Metrics::new()?,
        sign_in_limit: crate::sign_in_limit::SignInLimit::default(),
        pages: crate::page_cache::PageCache::default(),
        slow_client_seconds: config.http.slow_client_seconds,
        demo_accounts: config.demo.accounts.clone(),
    });
    let relay = state.clone().into_inner();
    lifecycle.tasks.spawn(async move { relay.live.relay(relay.app.pool.clone()).await });
    let (follower, stopping) = (state.clone().into_inner(), lifecycle.stopping.clone());
    lifecycle.tasks.spawn(async move { follow_rulebook(&follower.app, stopping).await });
    // Before the first request: a session that ended while this process was not there has ended for it too.
    if let Err(error) = ended_sessions::look(&state.app, clock::now()).await {
        tracing::warn!(error = %error, "which sessions ended is not known yet");
    }
    let (follower, stopping) = (state.clone().into_inner(), lifecycle.stopping.clone());
    lifecycle.tasks.spawn(async move { follow_sessions(&follower.app, stopping).await });
    let contract = openapi::Contract::openapi();
    let yaml: Arc<str> = openapi::yaml()?.into();
    let data = state.clone();
    let server = HttpServer::new(move || {
        let yaml = Arc::clone(&yaml);
        App::new()
            .app_data(data.clone())
            .app_data(
                web::QueryConfig::default().error_handler(|_, _| Problem::from(Kind::Validation).into()),
            )
            .wrap(from_fn(observe))
            .wrap(from_fn(response_headers::complete))
            .service(web::scope("/v1").configure(rest::routes::register))
            .service(get("/.well-known/jwks.json", rest::public_keys::public_keys))
            .service(get("/healthz", health::healthz))
            .service(get("/readyz", health::readyz))
            .service(get("/metrics", health::metrics))
            .service(get("/openapi.yaml", move || ready(contract_yaml(&yaml))))
            .service(get("/problems", problem_registry))
            .service(get("/docs", docs))
            .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", contract.clone()))
            .configure(pages::register)
            .default_service(web::to(no_such_address))
    })
    .client_request_timeout(Duration::from_secs(config.http.slow_client_seconds))
    .shutdown_timeout(GRACE.as_secs())
    .disable_signals()
    .listen(listener)?
    .run();
    tracing::info!(http.address = %address, "serving");
    let handle = server.handle();
    let running = tokio::spawn(server);
    lifecycle.wait_for_signal().await?;
    handle.stop(true).await;
    running.await??;
    lifecycle.drain().await;
    state.app.pool.close().await;
    Ok(())
}

fn contract_yaml(yaml: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/yaml").body(yaml.to_owned())
}

async fn problem_registry() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(problem::registry())
}

async fn docs() -> HttpResponse {
    HttpResponse::Found().insert_header(("Location", "/docs/")).finish()
}

async fn no_such_address() -> Result<HttpResponse, Problem> {
    Err(Kind::NoSuchAddress.into())
}
