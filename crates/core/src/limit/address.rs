//! The network that somebody comes from.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that are counted together: whoever has one of them easily has the others. A /24 of IPv4, a /64 of IPv6, which
/// is what one household or phone gets (RFC 6177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressGroup {
    V4([u8; 3]),
    V6([u8; 8]),
}

impl AddressGroup {
    /// The group of an address; an IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                Self::V4([a, b, c])
            }
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

impl fmt::Display for AddressGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4([a, b, c]) => write!(f, "{}/24", Ipv4Addr::new(a, b, c, 0)),
            Self::V6([a, b, c, d, e, g, h, i]) => {
                let octets = [a, b, c, d, e, g, h, i, 0, 0, 0, 0, 0, 0, 0, 0];
                write!(f, "{}/64", Ipv6Addr::from(octets))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neighbours_are_one_group() {
        for (address, group) in [
            ("192.0.2.1", "192.0.2.0/24"),
            ("192.0.2.255", "192.0.2.0/24"),
            ("192.0.3.1", "192.0.3.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(AddressGroup::of(address.parse().unwrap()).to_string(), group, "{address}");
        }
    }

    proptest! {
        #[test]
        fn whatever_follows_the_prefix_changes_no_group(v6: u128, other: u64, v4: u32, last: u8) {
            let moved = (v6 >> 64 << 64) | u128::from(other);
            let (one, two) = (IpAddr::V6(v6.into()), IpAddr::V6(moved.into()));
            // IPv4 in IPv6 clothes is not cut at /64.
            prop_assume!(one.to_canonical().is_ipv6() && two.to_canonical().is_ipv6());
            prop_assert_eq!(AddressGroup::of(one), AddressGroup::of(two));
            let moved = (v4 >> 8 << 8) | u32::from(last);
            prop_assert_eq!(
                AddressGroup::of(IpAddr::V4(v4.into())),
                AddressGroup::of(IpAddr::V4(moved.into()))
            );
            let mapped = Ipv4Addr::from(v4).to_ipv6_mapped();
            prop_assert_eq!(AddressGroup::of(IpAddr::V6(mapped)), AddressGroup::of(IpAddr::V4(v4.into())));
        }
    }
}
