//! The proxies that stand in front, and whom they say they were asked by.

use std::net::IpAddr;

use ipnet::IpNet;
use jiekou_core::limit::{ForwardedHeader, caller_address};

use crate::config::ConfigError;

/// Networks of trusted proxies, and the header they append to.
#[derive(Debug, Clone)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl Proxies {
    pub(crate) fn parse(networks: &str, header: &str) -> Result<Self, ConfigError> {
        let network = |text: &str| {
            let alone = || text.parse::<IpAddr>().map(IpNet::from);
            text.parse().or_else(|_no_network| alone()).map_err(|_no_address| ConfigError::Wrong {
                variable: "JIEKOU_HTTP__TRUSTED_PROXIES",
                words: format!("`{text}` is no network: write such as 10.42.0.0/16"),
            })
        };
        let networks = networks.split(',').map(str::trim).filter(|network| !network.is_empty());
        let trusted: Vec<IpNet> = networks.map(network).collect::<Result<_, _>>()?;
        if trusted.iter().any(|network| network.prefix_len() == 0) {
            return Err(ConfigError::Wrong {
                variable: "JIEKOU_HTTP__TRUSTED_PROXIES",
                words: "everybody is no proxy: name the networks of your own".to_owned(),
            });
        }
        let header = ForwardedHeader::from_name(header.trim()).ok_or_else(|| ConfigError::Wrong {
            variable: "JIEKOU_HTTP__FORWARDED_HEADER",
            words: "must be X-Forwarded-For or Forwarded".to_owned(),
        })?;
        Ok(Self { trusted, header })
    }

    /// The header that is read.
    pub fn header(&self) -> ForwardedHeader {
        self.header
    }

    /// Whether this is one of ours.
    pub fn are_trusted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// Who asks, where `peer` connects and `values` are the lines of the header.
    pub fn caller(&self, peer: IpAddr, values: &[&str]) -> IpAddr {
        caller_address(peer, self.header, values, |address| self.are_trusted(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_networks_that_are_named_are_trusted() {
        let none = Proxies::parse("", "x-forwarded-for").unwrap();
        assert!(!none.are_trusted("127.0.0.1".parse().unwrap()));
        let some = Proxies::parse("10.0.0.0/8, fd00::/8,192.0.2.7", "Forwarded").unwrap();
        for (address, trusted) in [
            ("10.255.0.1", true),
            ("::ffff:10.1.1.1", true),
            ("fd12::1", true),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("11.0.0.1", false),
            ("::1", false),
        ] {
            assert_eq!(some.are_trusted(address.parse().unwrap()), trusted, "{address}");
        }
        let caller = some.caller("10.0.0.1".parse().unwrap(), &["for=198.51.100.1"]);
        assert_eq!(caller.to_string(), "198.51.100.1");
    }

    #[test]
    fn what_is_no_network_or_everybody_is_refused() {
        for (networks, header) in
            [("10.0.0.0/33", "forwarded"), ("proxy", "forwarded"), ("0.0.0.0/0", "forwarded"), ("", "via")]
        {
            assert!(Proxies::parse(networks, header).is_err(), "{networks} {header}");
        }
    }
}
