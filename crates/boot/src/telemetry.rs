//! Logs: JSON for machines or lines for people, with a request id and without personal data.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Log, LogFormat};

/// Starts logging for this process, and sees to it that a panic is a log line too.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt().with_env_filter(filter).with_target(false);
    // A second start in one process keeps the first one's settings.
    let _ = match log.format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
        }
        LogFormat::Readable => lines.compact().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        // The place, not the payload: a payload may hold what somebody typed.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.location = place, "a task panicked");
    }));
}
