//! The worker's loops: jobs, deliveries, housekeeping, and the page that says how it is.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use jiekou_boot::follow_rulebook::follow_rulebook;
use jiekou_boot::lifecycle::Lifecycle;
use jiekou_boot::{Config, assemble, telemetry};
use jiekou_service::App;
use tracing::info;

use crate::channel::Channels;
use crate::{
    clocks, counting, daily, deliver, hotlines, housekeeping, jobs, tell_accounts, tell_webhooks, watch,
};

/// What the loops share.
#[derive(Debug)]
pub struct Worker {
    pub app: App,
    pub channels: Channels,
    pub lifecycle: Lifecycle,
    /// How long a claim lasts.
    pub lease: TimeDelta,
    /// The longest wait between two looks at an empty queue.
    pub poll: Duration,
    /// Deliveries in flight at once.
    pub senders: usize,
    /// Between two looks at the channels.
    pub watch_every: Duration,
}

/// Works until a signal asks to stop, then finishes what it has claimed.
///
/// # Errors
/// When the configuration is wrong or the address is taken.
pub async fn run(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    telemetry::start(&config.log);
    let listener = std::net::TcpListener::bind(&config.worker.bind).map_err(|error| {
        format!("cannot listen on {}: {error}; set JIEKOU_WORKER__BIND", config.worker.bind)
    })?;
    let lifecycle = Lifecycle::default();
    let worker = Arc::new(Worker {
        channels: Channels::new(&config)?,
        app: assemble::app(&config).await?,
        lifecycle: lifecycle.clone(),
        lease: TimeDelta::seconds(config.worker.lease_seconds.into()),
        poll: Duration::from_millis(config.worker.poll_milliseconds),
        senders: config.worker.senders,
        watch_every: Duration::from_secs(config.hotlines.watch_seconds.into()),
    });
    let page = watch::serve(listener, Arc::clone(&worker))?;
    let handle = page.handle();
    let page = tokio::spawn(page);
    lifecycle.spawn_essential("jobs", jobs::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("fetches", jobs::fetch(Arc::clone(&worker)));
    lifecycle.spawn_essential("clocks", clocks::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("deliveries", deliver::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("messages", tell_accounts::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("webhooks", tell_webhooks::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("hotlines", hotlines::call(Arc::clone(&worker)));
    lifecycle.spawn_essential("channels", hotlines::watch(Arc::clone(&worker)));
    lifecycle.spawn_essential("counting", counting::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("daily", daily::work(Arc::clone(&worker)));
    lifecycle.spawn_essential("housekeeping", housekeeping::work(Arc::clone(&worker)));
    let follower = Arc::clone(&worker);
    lifecycle.spawn_essential("rulebook", async move {
        follow_rulebook(&follower.app, follower.lifecycle.stopping.clone()).await;
    });
    info!(worker.address = config.worker.bind, "working");
    lifecycle.wait_for_signal().await?;
    lifecycle.finish().await;
    handle.stop(true).await;
    page.await??;
    worker.app.close().await;
    if lifecycle.has_failed() { Err("a part of the worker ended; the log says which".into()) } else { Ok(()) }
}

impl Worker {
    /// Rests until the next look, or until asked to stop.
    pub async fn rest(&self) {
        tokio::select! {
            () = self.lifecycle.stopping.cancelled() => {}
            () = tokio::time::sleep(self.poll) => {}
        }
    }

    pub fn is_stopping(&self) -> bool {
        self.lifecycle.stopping.is_cancelled()
    }
}
