//! Numbers for Prometheus. Labels are route patterns and statuses, never what somebody typed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry, TextEncoder,
};

/// The process's metrics.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    reports: IntCounterVec,
    openings: IntCounterVec,
    searches: IntCounter,
    unchecked: Tally,
    slow_hashes: Tally,
}

/// A count that is kept elsewhere.
#[derive(Debug, Clone)]
struct Tally {
    counter: IntCounter,
    /// How many are in it.
    told: Arc<AtomicU64>,
}

impl Tally {
    fn new(registry: &Registry, name: &str, help: &str) -> prometheus::Result<Self> {
        let counter = IntCounter::new(name, help)?;
        registry.register(Box::new(counter.clone()))?;
        Ok(Self { counter, told: Arc::default() })
    }

    fn stands_at(&self, total: u64) {
        let before = self.told.fetch_max(total, Ordering::Relaxed);
        self.counter.inc_by(total.saturating_sub(before));
    }
}

impl Metrics {
    /// # Errors
    /// When a name is taken, which the names below are not.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("jiekou_http_requests_total", "Answers by route and status"),
            &["method", "route", "status"],
        )?;
        let buckets = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let durations = HistogramVec::new(
            HistogramOpts::new("jiekou_http_seconds", "Time to answer by route").buckets(buckets),
            &["method", "route"],
        )?;
        let reports = IntCounterVec::new(
            Opts::new("jiekou_reports_total", "Reports recorded by outcome"),
            &["outcome"],
        )?;
        let openings = IntCounterVec::new(
            Opts::new("jiekou_identity_openings_total", "Identities of reporters opened, by reason"),
            &["reason"],
        )?;
        let searches =
            IntCounter::new("jiekou_identity_searches_total", "Searches for reports by phone or e-mail")?;
        let unchecked = Tally::new(
            &registry,
            "jiekou_passwords_unchecked_total",
            "Passwords taken because the service of breached ones did not answer",
        )?;
        let help = "Passwords and recovery codes hashed or checked";
        let slow_hashes = Tally::new(&registry, "jiekou_slow_hashes_total", help)?;
        registry.register(Box::new(openings.clone()))?;
        registry.register(Box::new(searches.clone()))?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(reports.clone()))?;
        Ok(Self { registry, requests, durations, reports, openings, searches, unchecked, slow_hashes })
    }

    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.durations.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    pub fn recorded(&self, outcome: &str) {
        self.reports.with_label_values(&[outcome]).inc();
    }

    pub fn identity_opened(&self, reason: &str) {
        self.openings.with_label_values(&[reason]).inc();
    }

    pub fn searched_by_contact(&self) {
        self.searches.inc();
    }

    /// So many passwords went unchecked since the process began.
    pub fn passwords_unchecked(&self, total: u64) {
        self.unchecked.stands_at(total);
    }

    /// So often something was hashed slowly since the process began.
    pub fn hashed_slowly(&self, total: u64) {
        self.slow_hashes.stands_at(total);
    }

    /// The text format of Prometheus.
    ///
    /// # Errors
    /// When a metric cannot be written.
    pub fn text(&self) -> prometheus::Result<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
