//! Any bytes are a message or refused with words; what is a message keeps its limits. `tests/hotline_corpus.rs` replays
//! the corpus on stable.
#![no_main]

use jiekou_core::hotline::Partner;
use jiekou_partner::hotline::{Inbound, MOST_ATTACHMENTS, MOST_RELATED, Message, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let kind = if first & 8 == 0 { "application/json" } else { "application/x-www-form-urlencoded" };
    let operation = Inbound::ALL[usize::from(first & 7) % Inbound::ALL.len()];
    let partner: Partner = serde_json::from_str(
        r#"{"code":"p","name":"p","coordinates":"GCJ-02","fields":{"content":"discription"}}"#,
    )
    .unwrap();
    let Ok(fields) = payload(kind, body) else { return };
    let read = Message::read(operation, "A1", &fields, &partner);
    read.iter().for_each(named);
    match read {
        Ok(Message::PushOrder(order)) => {
            assert!(!order.content.is_empty() && order.content.chars().count() <= 4_000);
            assert!(order.caller_phone.is_none_or(|it| it.len() <= 16));
        }
        Ok(_) => {}
        Err(faults) => assert!(faults.iter().all(|it| it.pointer.starts_with('/') && !it.detail.is_empty())),
    }
});

/// What is named beside the words keeps its limits.
fn named(message: &Message) {
    assert!(message.attachments().len() <= MOST_ATTACHMENTS && message.related_orders().len() <= MOST_RELATED);
    for file in message.attachments() {
        assert!(matches!(file.url.scheme(), "http" | "https") && file.url.as_str().len() <= 3_000);
        assert!(file.name.as_ref().is_none_or(|name| name.chars().count() <= 200));
    }
    assert!(message.related_orders().iter().all(|number| number.len() <= 64 && number.is_ascii()));
}
