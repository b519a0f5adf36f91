//! Addresses and keys of platforms of hotlines, as the environment holds them.

use std::collections::BTreeMap;

use jiekou_partner::hotline::Peer;
use secrecy::SecretString;
use serde::Deserialize;

use crate::config::ConfigError;

#[derive(Debug, Deserialize)]
pub struct HotlineSettings {
    pub addresses: String,
    pub keys: SecretString,
    pub skew_seconds: u32,
    pub watch_seconds: u32,
    pub media_hosts: String,
    pub media_seconds: u32,
}

const ADDRESSES: &str = "JIEKOU_HOTLINES__ADDRESSES";
const MEDIA_HOSTS: &str = "JIEKOU_HOTLINES__MEDIA_HOSTS";
const KEYS: &str = "JIEKOU_HOTLINES__KEYS";
/// Fewest characters of a key.
const LEAST: usize = 16;

/// The platforms by their code.
///
/// # Errors
/// With the variable that is wrong; never with its value.
pub fn peers(addresses: &str, media_hosts: &str, keys: &str) -> Result<BTreeMap<String, Peer>, ConfigError> {
    let mut peers: BTreeMap<String, Peer> = BTreeMap::new();
    let mut peer = |code: &str, add: &dyn Fn(&mut Peer)| {
        let none = Peer { base_url: String::new(), secrets: Vec::new(), media_hosts: Vec::new() };
        add(peers.entry(code.trim().to_owned()).or_insert(none));
    };
    for entry in entries(addresses) {
        let (code, url) =
            entry.split_once('=').ok_or_else(|| wrong(ADDRESSES, "each is written code=address"))?;
        let url = url.trim();
        let web = (url.starts_with("http://") || url.starts_with("https://")) && !url.ends_with('/');
        if !web {
            return Err(wrong(
                ADDRESSES,
                "an address begins with http:// or https:// and ends without a slash",
            ));
        }
        peer(code, &|peer| peer.base_url = url.to_owned());
    }
    for entry in entries(media_hosts) {
        let origin = entry.split_once('=').map(|(code, origin)| (code, origin.trim()));
        let (code, origin) = origin.filter(|(_, origin)| is_origin(origin)).ok_or_else(|| {
            wrong(MEDIA_HOSTS, "each is written code=https://host or code=https://host:port, without a path")
        })?;
        peer(code, &|peer| peer.media_hosts.push(origin.to_owned()));
    }
    for entry in entries(keys) {
        let (code, key) = entry.split_once(':').ok_or_else(|| wrong(KEYS, "each is written code:key"))?;
        let key = key.trim();
        if key.len() < LEAST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong(KEYS, "a key has 16 visible characters or more"));
        }
        peer(code, &|peer| peer.secrets.push(SecretString::from(key.to_owned())));
    }
    Ok(peers)
}

/// A scheme of the web and a host, with or without a port, and nothing else.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |host: &str| !host.is_empty() && !host.contains(['/', '\\', '@', '?', '#', ' ']);
    host.is_some_and(plain)
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}

fn wrong(variable: &'static str, words: &str) -> ConfigError {
    ConfigError::Wrong { variable, words: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_platform_has_an_address_and_keys_the_newest_first() {
        let keys = "12345:newer-key-0123456, 12345:older-key-0123456,12319:another-key-01234";
        let media = "12345=https://files.example, 12345=http://10.1.2.3:8080";
        let peers = peers("12345=https://hotline.example/api", media, keys).unwrap();
        let known = &peers["12345"];
        assert_eq!(known.base_url, "https://hotline.example/api");
        let keys: Vec<&str> = known.secrets.iter().map(|key| key.expose_secret()).collect();
        assert_eq!(keys, ["newer-key-0123456", "older-key-0123456"]);
        assert_eq!(known.media_hosts, ["https://files.example", "http://10.1.2.3:8080"]);
        assert_eq!(peers["12319"].base_url, "", "it sends and is never called");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_variable_and_never_shown() {
        for (addresses, media, keys, variable) in [
            ("12345", "", "", ADDRESSES),
            ("12345=ftp://a", "", "", ADDRESSES),
            ("12345=https://a/", "", "", ADDRESSES),
            ("", "https://a", "", MEDIA_HOSTS),
            ("", "12345=https://a/files", "", MEDIA_HOSTS),
            ("", "12345=https://me@short", "", MEDIA_HOSTS),
            ("", "12345=ftp://a", "", MEDIA_HOSTS),
            ("", "", "12345", KEYS),
            ("", "", "12345:short", KEYS),
        ] {
            let words = peers(addresses, media, keys).unwrap_err().to_string();
            assert!(words.starts_with(variable) && !words.contains("short"), "{words}");
        }
    }
}
