//! The numbers on an address of their own, where one is configured: the public address does not know them then.

use std::net::TcpListener;

use actix_web::{App, HttpServer, web};
use jiekou_boot::config::Metrics;
use jiekou_boot::lifecycle::Lifecycle;

use crate::address::get;
use crate::health;
use crate::state::State;

const PATH: &str = "/metrics";

/// The address, bound before anything else is waited for; `None` where none is configured.
///
/// # Errors
/// With words that say what to do, when it is taken.
pub fn listener(settings: &Metrics) -> Result<Option<TcpListener>, String> {
    let bind = &settings.bind;
    if bind.is_empty() {
        return Ok(None);
    }
    let taken = |error| format!("cannot listen on {bind}: {error}; set JIEKOU_METRICS__BIND");
    TcpListener::bind(bind).map(Some).map_err(taken)
}

/// Adds the numbers to the public address, if they belong there.
pub fn register(here: &mut web::ServiceConfig, public: bool) {
    if public {
        here.service(get(PATH, health::metrics));
    }
}

/// Serves nothing but the numbers, until the process is asked to stop.
///
/// # Errors
/// When the listener cannot be used.
pub fn start(listener: TcpListener, state: web::Data<State>, lifecycle: &Lifecycle) -> std::io::Result<()> {
    let server =
        HttpServer::new(move || App::new().app_data(state.clone()).service(get(PATH, health::metrics)));
    let page = server.workers(1).disable_signals().listen(listener)?.run();
    let (handle, stopping) = (page.handle(), lifecycle.stopping.clone());
    lifecycle.spawn_essential("metrics", async move {
        let _ = page.await;
    });
    lifecycle.tasks.spawn(async move {
        stopping.cancelled().await;
        handle.stop(true).await;
    });
    Ok(())
}
