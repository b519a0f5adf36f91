//! Where a request comes from, for limits: a network and no person, for a phone changes its address as it likes within one.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use crate::config::ConfigError;

/// The proxies that stand in front of this installation. What anybody else says of whom they ask for is not believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads addresses and networks, separated by commas.
    ///
    /// # Errors
    /// For a part that is neither.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |part: &str| ConfigError::Wrong {
            variable: "JIEKOU_HTTP__TRUSTED_PROXIES",
            words: format!("{part} is neither an address nor a network such as 10.0.0.0/8"),
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let network = part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_neither| wrong(part))
        };
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }

    /// The client of a connection from `peer` with these values of `X-Forwarded-For`, in their order: the last address that
    /// no trusted proxy has.
    pub fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for written in forwarded.flat_map(|value| value.split(',').collect::<Vec<_>>()).rev() {
            if !self.0.iter().any(|network| network.contains(&client)) {
                break;
            }
            // What is no address was not written by a proxy that knows its work.
            let Ok(before) = written.trim().parse::<IpAddr>() else { break };
            client = before.to_canonical();
        }
        client
    }
}

/// The network that an address is counted with: /24 of IPv4, /64 of IPv6.
pub fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_whom_it_asks_for() {
        let proxies = TrustedProxies::parse("10.0.0.0/8, 2001:db8::1").unwrap();
        for (peer, forwarded, client) in [
            ("203.0.113.9", vec![], "203.0.113.9"),
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("10.1.1.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.1.1.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", vec!["192.0.2.7, 198.51.100.1"], "198.51.100.1"),
            ("10.1.1.1", vec!["192.0.2.7", "198.51.100.1, 10.2.2.2"], "198.51.100.1"),
            ("2001:db8::1", vec!["2001:db8:7::9"], "2001:db8:7::9"),
            ("10.1.1.1", vec!["unknown"], "10.1.1.1"),
            ("10.1.1.1", vec![""], "10.1.1.1"),
            ("10.1.1.1", vec!["192.0.2.7, x, 10.2.2.2"], "10.2.2.2"),
        ] {
            let found = proxies.client(peer.parse().unwrap(), forwarded.iter().copied());
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
        }
        let nobody = TrustedProxies::default();
        assert_eq!(
            nobody.client("10.1.1.1".parse().unwrap(), ["1.2.3.4"].into_iter()).to_string(),
            "10.1.1.1"
        );
        assert!(TrustedProxies::parse("10.0.0.0/33").is_err() && TrustedProxies::parse("proxy").is_err());
    }

    #[test]
    fn addresses_of_one_network_are_counted_together() {
        for (address, network) in [
            ("198.51.100.7", "198.51.100.0/24"),
            ("::ffff:198.51.100.8", "198.51.100.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()), network);
        }
    }
}
