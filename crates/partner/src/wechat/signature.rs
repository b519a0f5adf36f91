//! Signatures: SHA-1 over sorted parts, as WeChat has them.

use std::fmt::Write;

use sha1::{Digest, Sha1};

/// The signature of `parts`: SHA-1, in hexadecimal, over the parts sorted as text and put together.
#[must_use]
pub fn sign(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    hex(&Sha1::digest(sorted.concat().as_bytes()))
}

/// Whether `given` is the signature of `parts`. How long it takes tells nothing of where they differ.
#[must_use]
pub(crate) fn is_signed(given: &str, parts: &[&str]) -> bool {
    let right = sign(parts);
    let differences = given.bytes().zip(right.bytes()).fold(0_u8, |sum, (a, b)| sum | (a ^ b));
    given.len() == right.len() && differences == 0
}

/// The signature by which a page in WeChat's browser may use the JS-SDK. `url` counts up to its `#`.
#[must_use]
pub fn js_signature(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let signed = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex(&Sha1::digest(signed.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(40), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_signatures_come_out() {
        let parts = ["AAAAA", "1714037059", "486452656"];
        assert_eq!(sign(&parts), "899cf89e464efb63f54ddac96b0a0a235f53aa78");
        assert!(is_signed("899cf89e464efb63f54ddac96b0a0a235f53aa78", &parts));
        for wrong in
            ["", "899cf89e464efb63f54ddac96b0a0a235f53aa79", "899cf89e464efb63f54ddac96b0a0a235f53aa7"]
        {
            assert!(!is_signed(wrong, &parts), "{wrong}");
        }
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        for (url, signature) in [
            ("http://mp.weixin.qq.com?params=value", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"),
            ("http://mp.weixin.qq.com?params=value#part", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"),
            ("http://mp.weixin.qq.com", "f4d90daf4b3bca3078ab155816175ba34c443a7b"),
        ] {
            assert_eq!(js_signature(ticket, "Wm3WZYTPz0wzccnW", 1_414_587_457, url), signature, "{url}");
        }
    }
}
