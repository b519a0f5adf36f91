//! Any bytes are a push or refused, and whatever words a push holds can be said back.
#![no_main]

use jiekou_core::place::CoordinateSystem;
use jiekou_partner::wechat::{Element, Incoming, REPLY_BYTES, Said, text_reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(push) = Incoming::parse(bytes, CoordinateSystem::Gcj02) else { return };
    assert!(!push.openid.is_empty());
    if let Said::Text { content } = &push.said {
        let reply = text_reply(&push.openid, &push.account_id, push.created_at, content);
        let read = Element::parse(reply.as_bytes()).expect("a reply is XML");
        assert_eq!(read.children.len(), 5);
        assert!(read.value("Content").is_none_or(|words| words.len() <= REPLY_BYTES));
    }
});
