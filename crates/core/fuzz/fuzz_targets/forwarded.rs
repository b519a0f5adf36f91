//! Headers that anybody can write: none may panic, and none makes a caller of who is not in it.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use jiekou_core::limit::{AddressGroup, ForwardedHeader, caller_address};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.split('\n').collect();
    let (peer, stranger) = (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
        let caller = caller_address(peer, header, &lines, |address| address == peer);
        let _ = AddressGroup::of(caller).to_string();
        assert_eq!(caller_address(stranger, header, &lines, |address| address == peer), stranger);
    }
});
