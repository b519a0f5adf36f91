//! The corpus of the fuzzer, and mutations of it, on stable: any bytes are a message or refused in words.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "an integration test is a test module"
)]

use std::path::PathBuf;

use jiekou_core::hotline::Partner;
use jiekou_partner::hotline::{Inbound, MOST_ATTACHMENTS, MOST_RELATED, Message, payload};

/// As `fuzz_targets/hotline_message.rs`: the first byte says the operation and the kind of the body. Whether it was a message.
fn promises_are_kept(bytes: &[u8]) -> bool {
    let Some((first, body)) = bytes.split_first() else { return false };
    let kind = if first & 8 == 0 { "application/json" } else { "application/x-www-form-urlencoded" };
    let operation = Inbound::ALL[usize::from(first & 7) % Inbound::ALL.len()];
    let partner = r#"{"code":"p","name":"p","coordinates":"GCJ-02","fields":{"content":"discription"}}"#;
    let partner: Partner = serde_json::from_str(partner).unwrap();
    let Ok(fields) = payload(kind, body) else { return false };
    let read = Message::read(operation, "A1", &fields, &partner);
    read.iter().for_each(named);
    match read {
        Ok(Message::PushOrder(order)) => {
            assert!(!order.content.is_empty() && order.content.chars().count() <= 4_000);
            assert!(order.caller_phone.is_none_or(|it| it.len() <= 16));
            true
        }
        Ok(_) => true,
        Err(faults) => {
            assert!(faults.iter().all(|it| it.pointer.starts_with('/') && !it.detail.is_empty()));
            false
        }
    }
}

/// What is named beside the words keeps its limits.
fn named(message: &Message) {
    assert!(
        message.attachments().len() <= MOST_ATTACHMENTS && message.related_orders().len() <= MOST_RELATED
    );
    for file in message.attachments() {
        assert!(matches!(file.url.scheme(), "http" | "https") && file.url.as_str().len() <= 3_000);
        assert!(file.name.as_ref().is_none_or(|name| name.chars().count() <= 200));
    }
    assert!(message.related_orders().iter().all(|number| number.len() <= 64 && number.is_ascii()));
}

#[test]
fn every_seed_of_the_corpus_and_what_becomes_of_it_when_it_is_damaged_is_read_or_refused() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/hotline_message");
    let mut seeds: Vec<Vec<u8>> =
        std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
    seeds.sort();
    assert!(seeds.len() >= 13, "the corpus is there");
    let read = seeds.iter().filter(|seed| promises_are_kept(seed)).count();
    assert!(read >= 9, "most seeds are messages");
    let mut noise = 7_u64;
    for seed in &seeds {
        for _ in 0..400 {
            let mut bytes = seed.clone();
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(noise >> 33).unwrap() % bytes.len();
            match noise % 4 {
                0 => bytes[at] ^= u8::try_from(noise >> 56).unwrap() | 1,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, u8::try_from(noise >> 56).unwrap()),
                _ => bytes = [bytes.as_slice(), &seed[..at]].concat(),
            }
            promises_are_kept(&bytes);
        }
    }
}
