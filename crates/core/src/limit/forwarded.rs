//! Where a request comes from when proxies stand between.
//!
//! Anybody can write `X-Forwarded-For`. What counts is what our own proxies appended: the list is read from the right, as
//! long as each stop is a proxy that we trust; the first that is not one is the caller. What stands further left was written
//! by the caller and is never looked at.

use std::net::{IpAddr, SocketAddr};

/// The header that the trusted proxies append to. Only this one is read: a proxy that keeps the one passes the other on as
/// the caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl ForwardedHeader {
    pub fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::XForwardedFor, Self::Forwarded].into_iter().find(|it| it.name().eq_ignore_ascii_case(name))
    }

    /// The stops of the way, the first one first; `None` for one that is no address. `None` when the whole cannot be read.
    fn stops(self, values: &[&str]) -> Option<Vec<Option<IpAddr>>> {
        match self {
            Self::XForwardedFor => {
                Some(values.iter().flat_map(|value| value.split(',')).map(|it| address(it.trim())).collect())
            }
            Self::Forwarded => forwarded_stops(&values.join(",")),
        }
    }
}

/// The caller's address: the peer's, unless the peer is a trusted proxy and `values`, the lines of its header in order, name
/// the caller. What cannot be read is not believed: the peer is the caller then.
pub fn caller_address(
    peer: IpAddr,
    header: ForwardedHeader,
    values: &[&str],
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer) || values.is_empty() {
        return peer;
    }
    let Some(stops) = header.stops(values) else { return peer };
    let mut caller = peer;
    for stop in stops.into_iter().rev() {
        let Some(stop) = stop else { return peer };
        caller = stop;
        if !is_trusted(stop) {
            break;
        }
    }
    caller
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = match bare {
        Some(v6) => v6.parse().ok().map(IpAddr::V6),
        None => text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip())),
    };
    address.map(|address| address.to_canonical())
}

/// `for` of each element of a `Forwarded` header (RFC 7239 §4).
fn forwarded_stops(text: &str) -> Option<Vec<Option<IpAddr>>> {
    let mut stops = Vec::new();
    let mut stop: Option<Option<IpAddr>> = None;
    let mut rest = text;
    loop {
        let (name, value) = rest.trim_start_matches([' ', '\t']).split_once('=')?;
        let (value, after) = value_of(value)?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return None;
        }
        if name.eq_ignore_ascii_case("for") && stop.replace(address(&value)).is_some() {
            return None;
        }
        let after = after.trim_start_matches([' ', '\t']);
        match after.chars().next() {
            Some(';') => {}
            Some(',') => stops.push(stop.take()?),
            None => {
                stops.push(stop?);
                return Some(stops);
            }
            Some(_) => return None,
        }
        rest = after.get(1..)?;
    }
}

/// A token or a quoted text, and what follows it.
fn value_of(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        // A colon belongs into quotes; those who forget them are understood.
        let fits = |c: char| u8::try_from(c).is_ok_and(is_token) || matches!(c, ':' | '[' | ']');
        let end = text.find(|c: char| !fits(c)).unwrap_or(text.len());
        let (value, after) = text.split_at_checked(end)?;
        return (!value.is_empty()).then(|| (value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(position + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    /// Trusted: 10.0.0.0/8 and fd00::/8.
    fn is_ours(address: IpAddr) -> bool {
        match address {
            IpAddr::V4(address) => address.octets()[0] == 10,
            IpAddr::V6(address) => address.octets()[0] == 0xfd,
        }
    }

    fn caller(peer: &str, header: ForwardedHeader, values: &[&str]) -> String {
        caller_address(peer.parse().unwrap(), header, values, is_ours).to_string()
    }

    #[test]
    fn the_right_most_stop_that_is_not_ours_is_the_caller() {
        for (peer, values, expected) in [
            // Nobody in between, and somebody who pretends.
            ("192.0.2.9", vec![], "192.0.2.9"),
            ("192.0.2.9", vec!["198.51.100.1"], "192.0.2.9"),
            ("::ffff:192.0.2.9", vec!["198.51.100.1"], "192.0.2.9"),
            (PROXY, vec![], PROXY),
            (PROXY, vec!["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            (PROXY, vec!["198.51.100.1:4711"], "198.51.100.1"),
            (PROXY, vec!["2001:db8::1"], "2001:db8::1"),
            (PROXY, vec!["[2001:db8::1]"], "2001:db8::1"),
            (PROXY, vec!["[2001:db8::1]:4711"], "2001:db8::1"),
            (PROXY, vec!["::ffff:198.51.100.1"], "198.51.100.1"),
            // Two proxies; what the caller wrote stays unread, be it an address or not.
            (PROXY, vec!["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (PROXY, vec!["203.0.113.7, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (PROXY, vec!["203.0.113.7", "198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            (PROXY, vec!["10.0.0.9, 198.51.100.1"], "198.51.100.1"),
            (PROXY, vec!["<script>, 198.51.100.1"], "198.51.100.1"),
            (PROXY, vec![",,,198.51.100.1"], "198.51.100.1"),
            // All of them ours: the farthest asks, such as a check of health.
            (PROXY, vec!["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            // Malformed where it counts.
            (PROXY, vec![""], PROXY),
            (PROXY, vec!["198.51.100.1,"], PROXY),
            (PROXY, vec!["unknown"], PROXY),
            (PROXY, vec!["198.51.100.1, nonsense, 10.0.0.2"], PROXY),
            (PROXY, vec!["198.51.100.1.7"], PROXY),
            (PROXY, vec!["fe80::1%eth0"], PROXY),
            (PROXY, vec!["[198.51.100.1]"], PROXY),
        ] {
            assert_eq!(caller(peer, ForwardedHeader::XForwardedFor, &values), expected, "{peer} {values:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_its_rfc_says() {
        for (value, expected) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=\"198.51.100.1:80\";proto=https;by=10.0.0.1", "198.51.100.1"),
            ("proto=https;for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=[2001:db8:cafe::17]", "2001:db8:cafe::17"),
            ("for=203.0.113.7, for=198.51.100.1;host=\"a, b\", for=10.0.0.2", "198.51.100.1"),
            ("for=\"198.51.100\\.1\"", "198.51.100.1"),
            // A caller who leaves a quote open swallows what the proxy appended, and wins nothing.
            ("for=\"203.0.113.7, for=198.51.100.1", PROXY),
            ("for=\"203.0.113.7, for=\"[2001:db8::1]\"", PROXY),
            ("for=unknown", PROXY),
            ("for=_hidden", PROXY),
            ("proto=https", PROXY),
            ("for=198.51.100.1;for=203.0.113.7", PROXY),
            ("for=198.51.100.1 for=203.0.113.7", PROXY),
            ("for", PROXY),
            ("", PROXY),
            ("for=", PROXY),
            ("for=198.51.100.1,", PROXY),
        ] {
            assert_eq!(caller(PROXY, ForwardedHeader::Forwarded, &[value]), expected, "{value}");
        }
        let lines = ["for=203.0.113.7", "for=198.51.100.1"];
        assert_eq!(caller(PROXY, ForwardedHeader::Forwarded, &lines), "198.51.100.1");
    }

    #[test]
    fn what_was_found_before_is_read_without_a_fault() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/forwarded");
        let mut read = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let lines: Vec<&str> = text.split('\n').collect();
            for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
                let stranger = "192.0.2.1".parse().unwrap();
                assert_eq!(caller_address(stranger, header, &lines, is_ours), stranger);
                caller(PROXY, header, &lines);
            }
            read += 1;
        }
        assert!(read >= 10, "{read}");
    }

    proptest! {
        #[test]
        fn what_an_untrusted_peer_writes_changes_nothing(peer: u32, header in "[ -~]{0,80}") {
            let peer = IpAddr::V4(peer.into());
            prop_assume!(!is_ours(peer));
            for kind in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
                prop_assert_eq!(caller_address(peer, kind, &[&header], is_ours), peer);
            }
        }

        #[test]
        fn what_a_caller_writes_never_makes_them_somebody_else(written in "[ -~]{0,80}", own: u32) {
            let own = IpAddr::V4(own.into());
            prop_assume!(!is_ours(own));
            let peer: IpAddr = PROXY.parse().unwrap();
            let appended = format!("{written}, {own}");
            let found = caller_address(peer, ForwardedHeader::XForwardedFor, &[&appended], is_ours);
            prop_assert_eq!(found, own);
            let appended = format!("{written}, for={own}");
            let found = caller_address(peer, ForwardedHeader::Forwarded, &[&appended], is_ours);
            prop_assert!(found == own || found == peer, "{}", found);
        }
    }
}
