//! The settings of the virus scanner.

use std::net::IpAddr;
use std::time::Duration;

use jiekou_partner::Timeouts;
use jiekou_partner::clamd::Clamd;
use serde::Deserialize;

use crate::config::ConfigError;

#[derive(Debug, Deserialize)]
pub struct Scanner {
    pub address: String,
    pub connect_seconds: u64,
    pub whole_seconds: u64,
}

impl Scanner {
    /// Whoever looks at files; `None` where nobody does.
    pub fn clamd(&self) -> Option<Clamd> {
        let seconds = Duration::from_secs;
        let timeouts =
            Timeouts { connect: seconds(self.connect_seconds), whole: seconds(self.whole_seconds) };
        (!self.address.is_empty()).then(|| Clamd::new(self.address.clone(), timeouts))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let demand = |holds: bool, variable, words: &str| {
            if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words.to_owned() }) }
        };
        let named = self
            .address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0));
        demand(self.address.is_empty() || named, "JIEKOU_SCANNER__ADDRESS", "must be host:port, or empty")?;
        demand(self.connect_seconds > 0, "JIEKOU_SCANNER__CONNECT_SECONDS", "must be at least 1")?;
        demand(self.whole_seconds > 0, "JIEKOU_SCANNER__WHOLE_SECONDS", "must be at least 1")
    }

    /// Whether what is said to it stays on this machine.
    pub(crate) fn is_beside(&self) -> bool {
        let host = self.address.rsplit_once(':').map_or("", |(host, _)| host);
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        self.address.is_empty() || address.is_ok_and(|address| address.is_loopback())
    }

    pub(crate) fn shown(&self) -> String {
        format!(
            "scanner.address = {}\nscanner.connect_seconds = {}\nscanner.whole_seconds = {}",
            self.address, self.connect_seconds, self.whole_seconds,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_port_or_there_is_none() {
        let of = |address: &str| {
            let scanner = Scanner { address: address.to_owned(), connect_seconds: 2, whole_seconds: 30 };
            (scanner.check().is_ok(), scanner.clamd().is_some())
        };
        assert_eq!(of(""), (true, false));
        assert_eq!(of("127.0.0.1:3310"), (true, true));
        assert_eq!(of("[::1]:3310"), (true, true));
        for wrong in ["clamd", ":3310", "clamd:", "clamd:0", "clamd:99999"] {
            assert!(!of(wrong).0, "{wrong}");
        }
    }
}
