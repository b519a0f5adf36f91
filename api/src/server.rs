//! The HTTP server: wiring, limits, and stopping in order.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use jiekou_boot::config::Redis;
use jiekou_boot::follow_blocks::follow_blocks;
use jiekou_boot::follow_rulebook::follow_rulebook;
use jiekou_boot::follow_sessions::follow_sessions;
use jiekou_boot::lifecycle::{GRACE, Lifecycle};
use jiekou_boot::sweep_quotas::sweep_quotas;
use jiekou_boot::{Config, assemble, clock, telemetry};
use jiekou_service::{blocks, ended_sessions};
use jiekou_store::StoreError;
use jiekou_store::documents::SharedDocuments;
use secrecy::ExposeSecret;
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

use crate::address::get;
use crate::connections::Connections;
use crate::limits::limit;
use crate::live::LiveHub;
use crate::metrics::Metrics;
use crate::observe::observe;
use crate::problem::{self, Kind, Problem};
use crate::sign_in_limit::SignInLimit;
use crate::state::State;
use crate::{
    graphql, health, hotline, metrics_server, open311, openapi, pages, response_headers, rest, wechat,
};

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
    let metrics_listener = metrics_server::listener(&config.metrics)?;
    let lifecycle = Lifecycle::default();
    let state = web::Data::new(State {
        app: Arc::new(assemble::app(&config).await?),
        live: LiveHub::new(lifecycle.clone()),
        metrics: Metrics::new()?,
        sign_in_limit: SignInLimit::of_names(),
        phone_limit: SignInLimit::of_phones(),
        pages: crate::page_cache::PageCache::default(),
        proxies: config.proxies()?,
        push_room: crate::wechat::PushRoom::default(),
        graphql: Arc::new(graphql::Door::new(&config.graphql, documents(&config)?)?),
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
    let (sweeper, stopping) = (state.clone().into_inner(), lifecycle.stopping.clone());
    lifecycle.tasks.spawn(async move { sweep_quotas(&sweeper.app, stopping).await });
    if let Err(error) = blocks::look(&state.app, clock::now()).await {
        tracing::warn!(error = %error, "who is blocked is not known yet");
    }
    let (follower, stopping) = (state.clone().into_inner(), lifecycle.stopping.clone());
    lifecycle.tasks.spawn(async move { follow_blocks(&follower.app, stopping).await });
    let connections = Connections::new(config.http.connections_each, config.proxies()?);
    let contract = openapi::Contract::openapi();
    let yaml: Arc<str> = openapi::yaml()?.into();
    let public_metrics = metrics_listener.is_none();
    let data = state.clone();
    let server = HttpServer::new(move || {
        let yaml = Arc::clone(&yaml);
        App::new()
            .app_data(data.clone())
            .app_data(
                web::QueryConfig::default().error_handler(|_, _| Problem::from(Kind::Validation).into()),
            )
            .wrap(from_fn(limit))
            .wrap(from_fn(observe))
            .wrap(from_fn(response_headers::complete))
            .service(web::scope("/v1").configure(rest::routes::register))
            .configure(wechat::register)
            .service(open311::scope())
            .service(web::scope("/hotline").configure(hotline::register))
            .service(get("/.well-known/jwks.json", rest::public_keys::public_keys))
            .service(get("/healthz", health::healthz))
            .service(get("/readyz", health::readyz))
            .configure(|here| metrics_server::register(here, public_metrics))
            .service(get("/openapi.yaml", move || ready(contract_yaml(&yaml))))
            .service(get("/problems", problem_registry))
            .service(get("/docs", docs))
            .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", contract.clone()))
            .configure(graphql::register)
            .configure(pages::register)
            .default_service(web::to(no_such_address))
    })
    .on_connect(move |connection, data| connections.opened(connection, data))
    .max_connections(config.http.connections.div_ceil(workers()))
    .client_request_timeout(Duration::from_secs(config.http.slow_client_seconds))
    .shutdown_timeout(GRACE.as_secs())
    .disable_signals()
    .listen(listener)?
    .run();
    if let Some(listener) = metrics_listener {
        metrics_server::start(listener, state.clone(), &lifecycle)?;
    }
    tracing::info!(http.address = %address, "serving");
    let handle = server.handle();
    let running = tokio::spawn(server);
    lifecycle.wait_for_signal().await?;
    handle.stop(true).await;
    running.await??;
    lifecycle.drain().await;
    state.app.close().await;
    Ok(())
}

/// As many as the server starts by itself: it bounds connections worker by worker.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Where persisted queries are shared.
fn documents(config: &Config) -> Result<SharedDocuments, StoreError> {
    let Redis { url, prefix } = &config.redis;
    SharedDocuments::new(url.expose_secret(), prefix, config.graphql.documents_kept)
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
