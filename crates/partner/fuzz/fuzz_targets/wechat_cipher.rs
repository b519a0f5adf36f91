//! Any bytes are opened or refused as a sealed push, and sealed bytes open again.
#![no_main]

use jiekou_partner::wechat::AesKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let key = AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").expect("a key");
    let _ = key.open("wx0123456789abcdef", &String::from_utf8_lossy(bytes));
    let sealed = key.seal("wx0123456789abcdef", bytes, [7; 16]);
    assert_eq!(key.open("wx0123456789abcdef", &sealed).as_deref(), Ok(bytes));
});
